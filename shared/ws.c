/*
 * The WebSocket frame codec (RFC 6455): heads, masks, the rules on fragments,
 * control frames, close codes and UTF-8. It keeps no bytes, sends nothing and
 * knows no extension: any reserved bit is an error. Binary messages are refused
 * here, since nothing above has a use for them.
 */
#include "shared/ws.h"

#include <string.h>

#include <openssl/evp.h>

#include "shared/base64.h"
#include "shared/protocol.h"

#define BIT_FIN 0x80
#define BITS_RESERVED 0x70
#define BITS_OPCODE 0x0f
#define BIT_MASKED 0x80
#define BITS_LENGTH 0x7f

/* Values of the 7-bit length that mean that the length follows. */
#define LENGTH_16 126
#define LENGTH_64 127

#define CLOSE_NO_STATUS 1005 /* never on the wire: section 7.4.1 */
#define REASON_MAX (WS_CONTROL_MAX - 2)

#define KEY_BYTES 16
#define SHA1_BYTES 20

static const char accept_guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

enum opcode_kind { KIND_RESERVED, KIND_DATA, KIND_CONTROL };

static const uint8_t opcode_kinds[BITS_OPCODE + 1] = {
	[WS_CONTINUATION] = KIND_DATA,
	[WS_TEXT] = KIND_DATA,
	[WS_BINARY] = KIND_DATA,
	[WS_CLOSE] = KIND_CONTROL,
	[WS_PING] = KIND_CONTROL,
	[WS_PONG] = KIND_CONTROL,
};

/* Close codes that a peer may send: section 7.4 and the IANA registry. */
static const struct {
	int first, last;
} close_codes[] = { { 1000, 1003 }, { 1007, 1014 }, { 3000, 4999 } };

struct frame {
	uint64_t length; /* of the payload */
	size_t size;	 /* of the head */
	uint8_t opcode;
	bool fin;
	uint8_t mask[4];
};

_Static_assert(WS_ACCEPT_SIZE == BASE64_SIZE(SHA1_BYTES),
    "a Sec-WebSocket-Accept is the base64 of a SHA-1");

static struct ws_event
event_none(void)
{
	return (struct ws_event){ .type = WS_EVENT_NONE };
}

static struct ws_event
event_error(int code, const char *text)
{
	return (struct ws_event){ .type = WS_EVENT_ERROR,
		.code = code,
		.text = text };
}

/* What is wrong with the first two bytes of a head, or NULL. */
static const char *
frame_fault(const struct ws_parser *parser, const struct ws_limits *limits,
    const uint8_t *bytes, int *code)
{
	uint8_t opcode = bytes[0] & BITS_OPCODE;
	bool masked = bytes[1] & BIT_MASKED;

	*code = CLOSE_PROTOCOL_ERROR;
	if (bytes[0] & BITS_RESERVED)
		return "a reserved bit is set";
	if (opcode_kinds[opcode] == KIND_RESERVED)
		return "the opcode is reserved";
	if (masked != limits->server)
		return masked ? "a server's frame is masked"
			      : "a client's frame is not masked";
	if (opcode_kinds[opcode] == KIND_CONTROL) {
		if (!(bytes[0] & BIT_FIN))
			return "a control frame is fragmented";
		if ((bytes[1] & BITS_LENGTH) > WS_CONTROL_MAX)
			return "a control frame is too long";
		return NULL;
	}
	if (opcode == WS_CONTINUATION && !parser->in_message)
		return "a continuation of no message";
	if (opcode != WS_CONTINUATION && parser->in_message)
		return "a new message inside of a message";
	if (opcode == WS_BINARY) {
		*code = CLOSE_UNSUPPORTED;
		return "binary messages are not taken";
	}
	return NULL;
}

static uint64_t
big_endian(const uint8_t *bytes, size_t count)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* Bytes of the head, whose second byte is given. */
static size_t
frame_head_size(uint8_t second)
{
	size_t size = 2;

	if ((second & BITS_LENGTH) == LENGTH_16)
		size += 2;
	else if ((second & BITS_LENGTH) == LENGTH_64)
		size += 8;
	return second & BIT_MASKED ? size + 4 : size;
}

/* The length must be written in the fewest bytes (section 5.2): two spellings of
 * one length are what a middlebox and we could read differently. */
static const char *
frame_length(struct frame *frame, const uint8_t *bytes)
{
	uint8_t length = bytes[1] & BITS_LENGTH;

	frame->length = length;
	if (length == LENGTH_16) {
		frame->length = big_endian(bytes + 2, 2);
		if (frame->length < LENGTH_16)
			return "a length is not minimal";
	} else if (length == LENGTH_64) {
		frame->length = big_endian(bytes + 2, 8);
		if (frame->length <= UINT16_MAX)
			return "a length is not minimal";
		if (frame->length > INT64_MAX)
			return "a length has its highest bit set";
	}
	return NULL;
}

/* Reads a head. The event is an error, or none; frame->size is 0 where the head
 * is not whole. */
static struct ws_event
frame_read(const struct ws_parser *parser, const struct ws_limits *limits,
    const uint8_t *bytes, size_t len, struct frame *frame)
{
	const char *fault;
	int code;

	frame->size = 0;
	if (len < 2)
		return event_none();
	fault = frame_fault(parser, limits, bytes, &code);
	if (fault != NULL)
		return event_error(code, fault);
	if (len < frame_head_size(bytes[1]))
		return event_none();
	fault = frame_length(frame, bytes);
	if (fault != NULL)
		return event_error(CLOSE_PROTOCOL_ERROR, fault);
	frame->opcode = bytes[0] & BITS_OPCODE;
	frame->fin = bytes[0] & BIT_FIN;
	frame->size = frame_head_size(bytes[1]);
	if (bytes[1] & BIT_MASKED)
		memcpy(frame->mask, bytes + frame->size - 4, 4);
	return event_none();
}

static bool
close_code_valid(int code)
{
	for (size_t i = 0; i < sizeof close_codes / sizeof *close_codes; i++)
		if (code >= close_codes[i].first && code <= close_codes[i].last)
			return true;
	return false;
}

static struct ws_event
close_event(char *data, size_t len)
{
	struct ws_event event = { .type = WS_EVENT_CLOSE,
		.data = data,
		.code = CLOSE_NO_STATUS,
		.final = true };

	if (len == 0)
		return event;
	if (len == 1)
		return event_error(CLOSE_PROTOCOL_ERROR, "half a close code");
	event.code = (int)big_endian((const uint8_t *)data, 2);
	event.data += 2;
	event.len = len - 2;
	if (!close_code_valid(event.code))
		return event_error(CLOSE_PROTOCOL_ERROR,
		    "a close code that may not be sent");
	if (!utf8_valid(event.data, event.len))
		return event_error(CLOSE_BAD_UTF8,
		    "the reason of a close is not UTF-8");
	return event;
}

/* A control frame whose payload is whole. It leaves the parser as it was: it may
 * stand between the fragments of a message. */
static struct ws_event
control_event(const struct frame *frame, bool masked, char *data)
{
	size_t len = (size_t)frame->length;

	if (masked)
		ws_mask(data, len, frame->mask, 0);
	if (frame->opcode == WS_CLOSE)
		return close_event(data, len);
	return (struct ws_event){ .type = frame->opcode == WS_PING
		    ? WS_EVENT_PING
		    : WS_EVENT_PONG,
		.data = data,
		.len = len,
		.final = true };
}

/* Enters a data frame; false where its message becomes too large. */
static bool
message_add(struct ws_parser *parser, const struct ws_limits *limits,
    const struct frame *frame)
{
	if (parser->message > limits->message_bytes ||
	    frame->length > limits->message_bytes - parser->message)
		return false;
	parser->message += frame->length;
	parser->remaining = frame->length;
	parser->opcode = frame->opcode;
	parser->fin = frame->fin;
	parser->in_frame = true;
	parser->in_message = true;
	parser->mask_at = 0;
	if (limits->server)
		memcpy(parser->mask, frame->mask, sizeof parser->mask);
	return true;
}

/* Takes payload of the frame that the parser is in. */
static struct ws_event
message_take(struct ws_parser *parser, bool masked, char *data, size_t len)
{
	struct ws_event event = { .type = WS_EVENT_DATA,
		.data = data,
		.len = len };

	if (len > parser->remaining)
		event.len = (size_t)parser->remaining;
	if (masked)
		ws_mask(data, event.len, parser->mask, parser->mask_at);
	if (!utf8_check_feed(&parser->utf8, data, event.len))
		return event_error(CLOSE_BAD_UTF8, "a message is not UTF-8");
	parser->mask_at = (uint8_t)((parser->mask_at + event.len) % 4);
	parser->remaining -= event.len;
	if (parser->remaining > 0)
		return event;
	parser->in_frame = false;
	if (!parser->fin)
		return event;
	if (!utf8_check_done(&parser->utf8))
		return event_error(CLOSE_BAD_UTF8,
		    "a message ends inside of a code point");
	event.final = true;
	memset(parser, 0, sizeof *parser);
	return event;
}

/* Reads the head of the next frame. A control frame is taken whole and gives its
 * event; a data frame is entered and gives none. *size gets what was consumed, 0
 * where too little is here. */
static struct ws_event
frame_enter(struct ws_parser *parser, const struct ws_limits *limits,
    char *data, size_t len, size_t *size)
{
	struct frame frame;
	struct ws_event event = frame_read(parser, limits,
	    (const uint8_t *)data, len, &frame);

	*size = 0;
	if (event.type == WS_EVENT_ERROR || frame.size == 0)
		return event;
	if (opcode_kinds[frame.opcode] == KIND_CONTROL) {
		if (len - frame.size < frame.length)
			return event;
		*size = frame.size + (size_t)frame.length;
		return control_event(&frame, limits->server, data + frame.size);
	}
	if (!message_add(parser, limits, &frame))
		return event_error(CLOSE_TOO_BIG, "a message is too large");
	*size = frame.size;
	return event;
}

struct ws_event
ws_parse(struct ws_parser *parser, const struct ws_limits *limits, char *data,
    size_t len, size_t *used)
{
	struct ws_event event = event_none();
	size_t at = 0, size;

	while (at < len) {
		if (!parser->in_frame) {
			event = frame_enter(parser, limits, data + at, len - at,
			    &size);
			at += size;
			if (event.type != WS_EVENT_NONE || size == 0)
				break;
			if (at == len && parser->remaining > 0)
				break;
		}
		event = message_take(parser, limits->server, data + at,
		    len - at);
		at += event.len;
		if (event.type == WS_EVENT_ERROR || event.len > 0 ||
		    event.final)
			break;
		/* An empty fragment that ends nothing says nothing. */
		event = event_none();
	}
	/* What follows an error has no meaning. */
	*used = event.type == WS_EVENT_ERROR ? len : at;
	return event;
}

bool
ws_parser_idle(const struct ws_parser *parser)
{
	return !parser->in_frame && !parser->in_message;
}

static void
put_big_endian(uint8_t *out, uint64_t value, size_t count)
{
	for (size_t i = count; i > 0; i--) {
		out[i - 1] = (uint8_t)value;
		value >>= 8;
	}
}

size_t
ws_header(uint8_t out[WS_HEADER_MAX], enum ws_opcode opcode, uint64_t len,
    const uint8_t *mask)
{
	size_t size = 2;

	out[0] = (uint8_t)(BIT_FIN | opcode);
	if (len < LENGTH_16) {
		out[1] = (uint8_t)len;
	} else if (len <= UINT16_MAX) {
		out[1] = LENGTH_16;
		put_big_endian(out + 2, len, 2);
		size += 2;
	} else {
		out[1] = LENGTH_64;
		put_big_endian(out + 2, len, 8);
		size += 8;
	}
	if (mask != NULL) {
		out[1] |= BIT_MASKED;
		memcpy(out + size, mask, 4);
		size += 4;
	}
	return size;
}

void
ws_mask(char *data, size_t len, const uint8_t mask[4], size_t at)
{
	uint8_t bytes[8];
	uint64_t word, key;
	size_t i;

	for (i = 0; i < sizeof bytes; i++)
		bytes[i] = mask[(at + i) % 4];
	memcpy(&key, bytes, sizeof key);
	for (i = 0; i + sizeof word <= len; i += sizeof word) {
		memcpy(&word, data + i, sizeof word);
		word ^= key;
		memcpy(data + i, &word, sizeof word);
	}
	for (; i < len; i++)
		data[i] = (char)((uint8_t)data[i] ^ bytes[i % 8]);
}

void
ws_frame(struct buf *out, enum ws_opcode opcode, const void *data, size_t len,
    const uint8_t *mask)
{
	uint8_t head[WS_HEADER_MAX];
	size_t size = ws_header(head, opcode, len, mask);
	char *to = buf_reserve(out, size + len);

	memcpy(to, head, size);
	if (len > 0)
		memcpy(to + size, data, len);
	if (mask != NULL)
		ws_mask(to + size, len, mask, 0);
	out->len += size + len;
}

void
ws_close_frame(struct buf *out, int code, const char *reason,
    const uint8_t *mask)
{
	char payload[WS_CONTROL_MAX];
	size_t len = reason == NULL ? 0 : strlen(reason);

	/* The answer to a close without a code bears none either. */
	if (code == CLOSE_NO_STATUS) {
		ws_frame(out, WS_CLOSE, NULL, 0, mask);
		return;
	}
	if (len > REASON_MAX) {
		len = REASON_MAX;
		while (len > 0 && ((uint8_t)reason[len] & 0xc0) == 0x80)
			len--;
	}
	put_big_endian((uint8_t *)payload, (uint64_t)code, 2);
	if (len > 0)
		memcpy(payload + 2, reason, len);
	ws_frame(out, WS_CLOSE, payload, 2 + len, mask);
}

void
ws_accept(const char *key, char out[WS_ACCEPT_SIZE])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned int len = 0;

	/* Without SHA-1 (no memory, a crippled provider) there is no answer that
	 * a peer would take: an empty one makes it refuse the handshake. */
	out[0] = '\0';
	if (context == NULL)
		return;
	if (EVP_DigestInit_ex(context, EVP_sha1(), NULL) &&
	    EVP_DigestUpdate(context, key, strlen(key)) &&
	    EVP_DigestUpdate(context, accept_guid, strlen(accept_guid)) &&
	    EVP_DigestFinal_ex(context, digest, &len) && len == SHA1_BYTES)
		base64_encode(digest, len, out);
	EVP_MD_CTX_free(context);
}

bool
ws_key_valid(const char *key)
{
	unsigned char bytes[KEY_BYTES];
	size_t len;

	return base64_decode(key, strlen(key), bytes, sizeof bytes, &len) &&
	    len == sizeof bytes;
}

/*
 * Bodies of HTTP messages (RFC 9112 sections 6 and 7): by length, in chunks, until
 * close. Pieces of the body are handed out where they lie; framing is consumed
 * and checked byte by byte, so that it may be split anywhere. Extensions and
 * trailers are bounded, checked and dropped, never merged into the head.
 *
 *	 .----------------------------- CRLF -----------------------------.
 *	 v                                                                |
 *	SIZE --;--> EXTENSION --CR--> SIZE_LF --LF--> DATA --> DATA_CR --> DATA_LF
 *	 `----------------------CR----^   |
 *	                                  `- size 0 -> TRAILER (name: value CRLF)*
 *	                                               --CR--> END_LF --LF--> DONE
 */
#include "shared/http.h"

#include <string.h>

#include "shared/http_text.h"

#define SIZE_DIGITS_MAX 16
#define EXTENSION_MAX 256
#define TRAILERS_MAX 4096

enum chunk_state {
	CHUNK_SIZE,
	CHUNK_EXTENSION,
	CHUNK_SIZE_LF,
	CHUNK_DATA,
	CHUNK_DATA_CR,
	CHUNK_DATA_LF,
	CHUNK_TRAILER_NAME,
	CHUNK_TRAILER_VALUE,
	CHUNK_TRAILER_LF,
	CHUNK_END_LF,
	CHUNK_DONE,
};

void
http_body_init(struct http_body *body, const struct http_head *head)
{
	memset(body, 0, sizeof *body);
	body->kind = head->body;
	if (body->kind == HTTP_BODY_LENGTH)
		body->remaining = head->content_length;
}

static unsigned int
hex_value(char c)
{
	if (c <= '9')
		return (unsigned int)(c - '0');
	return ((unsigned int)c | 0x20) - 'a' + 10;
}

/* Goes to a state whose line is empty so far. */
static bool
chunk_enter(struct http_body *body, enum chunk_state state)
{
	body->state = (uint8_t)state;
	body->line = 0;
	return true;
}

/* White space after the size is refused, although section 7.1.1 lets a recipient
 * forgive it before an extension: what stands between size and CRLF is where
 * parsers disagree. */
static bool
chunk_size_byte(struct http_body *body, char c)
{
	if (http_char_is(c, HTTP_HEX)) {
		if (body->line == SIZE_DIGITS_MAX)
			return false;
		body->remaining = body->remaining << 4 | hex_value(c);
		body->line++;
		return true;
	}
	if (body->line == 0)
		return false;
	if (c == '\r')
		return chunk_enter(body, CHUNK_SIZE_LF);
	return c == ';' && chunk_enter(body, CHUNK_EXTENSION);
}

static bool
chunk_extension_byte(struct http_body *body, char c)
{
	if (c == '\r')
		return chunk_enter(body, CHUNK_SIZE_LF);
	return http_char_is(c, HTTP_FIELD) && ++body->line < EXTENSION_MAX;
}

static bool
chunk_trailer_byte(struct http_body *body, char c)
{
	if (body->state == CHUNK_TRAILER_VALUE) {
		if (c == '\r')
			return chunk_enter(body, CHUNK_TRAILER_LF);
		return http_char_is(c, HTTP_FIELD);
	}
	if (c == '\r' && body->line == 0)
		return chunk_enter(body, CHUNK_END_LF);
	if (c == ':' && body->line > 0)
		return chunk_enter(body, CHUNK_TRAILER_VALUE);
	body->line++;
	return http_char_is(c, HTTP_TOKEN);
}

/* What each state that waits for one certain byte waits for, and what follows. */
static const struct {
	char wanted;
	enum chunk_state next;
} chunk_steps[CHUNK_DONE] = {
	[CHUNK_SIZE_LF] = { '\n', CHUNK_DATA },
	[CHUNK_DATA_CR] = { '\r', CHUNK_DATA_LF },
	[CHUNK_DATA_LF] = { '\n', CHUNK_SIZE },
	[CHUNK_TRAILER_LF] = { '\n', CHUNK_TRAILER_NAME },
	[CHUNK_END_LF] = { '\n', CHUNK_DONE },
};

/* Takes a byte of framing; false where it is bad. */
static bool
chunk_byte(struct http_body *body, char c)
{
	enum chunk_state state = body->state;

	if (state >= CHUNK_TRAILER_NAME && ++body->trailers > TRAILERS_MAX)
		return false;
	switch (state) {
	case CHUNK_SIZE:
		return chunk_size_byte(body, c);
	case CHUNK_EXTENSION:
		return chunk_extension_byte(body, c);
	case CHUNK_TRAILER_NAME:
	case CHUNK_TRAILER_VALUE:
		return chunk_trailer_byte(body, c);
	default:
		break;
	}
	if (c != chunk_steps[state].wanted)
		return false;
	chunk_enter(body, chunk_steps[state].next);
	if (body->state == CHUNK_DATA && body->remaining == 0)
		chunk_enter(body, CHUNK_TRAILER_NAME);
	return true;
}

/* Gives what of data[0..len) belongs to the body's present stretch. */
static struct span
body_take(struct http_body *body, const char *data, size_t len)
{
	struct span piece = { data, len };

	if (piece.len > body->remaining)
		piece.len = (size_t)body->remaining;
	body->remaining -= piece.len;
	return piece;
}

static enum http_result
chunked_feed(struct http_body *body, const char *data, size_t len, size_t *used,
    struct span *out)
{
	size_t at = 0;

	while (at < len && body->state != CHUNK_DONE) {
		if (body->state == CHUNK_DATA) {
			*out = body_take(body, data + at, len - at);
			if (body->remaining == 0)
				chunk_enter(body, CHUNK_DATA_CR);
			*used = at + out->len;
			return HTTP_OK;
		}
		if (!chunk_byte(body, data[at++])) {
			*used = at;
			return HTTP_BAD;
		}
	}
	*used = at;
	return body->state == CHUNK_DONE ? HTTP_OK : HTTP_MORE;
}

enum http_result
http_body_feed(struct http_body *body, const char *data, size_t len,
    size_t *used, struct span *out, bool *done)
{
	enum http_result result = HTTP_OK;

	*used = 0;
	*out = (struct span){ NULL, 0 };
	*done = false;
	switch (body->kind) {
	case HTTP_BODY_NONE:
		*done = true;
		break;
	case HTTP_BODY_LENGTH:
		if (len > 0)
			*out = body_take(body, data, len);
		*used = out->len;
		*done = body->remaining == 0;
		if (out->len == 0 && !*done)
			result = HTTP_MORE;
		break;
	case HTTP_BODY_CHUNKED:
		result = chunked_feed(body, data, len, used, out);
		*done = body->state == CHUNK_DONE;
		break;
	case HTTP_BODY_UNTIL_CLOSE:
		*out = (struct span){ data, len };
		*used = len;
		if (len == 0)
			result = HTTP_MORE;
		break;
	}
	return result;
}

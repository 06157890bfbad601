/*
 * Heads of HTTP messages (RFC 9112 sections 2 to 6): finds the end, reads the
 * first line and the headers, decides how the body is framed and whether the
 * connection goes on. It repairs nothing. The caller's bytes are not changed or
 * kept.
 */
#include "shared/http.h"

#include <stddef.h>
#include <string.h>

#include "shared/http_text.h"

#define VERSION_SIZE (sizeof "HTTP/1.1" - 1)
#define STATUS_DIGITS 3
/* Beyond this no counter of ours or of a peer's in another language goes. */
#define LENGTH_MAX INT64_MAX

static const char why_method[] = "the method is malformed";
static const char why_char[] = "the head has a character that may not be there";

enum coding { CODING_NONE, CODING_CHUNKED, CODING_OTHER };

/* What the headers say that bear on the message as a whole. */
struct facts {
	unsigned int hosts, lengths;
	uint64_t length;
	enum coding coding;
	bool close, keep_alive, upgrade, websocket, expect;
};

/* The part of the head that is still to be read. */
struct cursor {
	const char *at;
	const char *end;
};

static size_t
cursor_left(const struct cursor *cursor)
{
	return (size_t)(cursor->end - cursor->at);
}

static enum http_result
bad(const char **why, const char *text)
{
	*why = text;
	return HTTP_BAD;
}

/*
 * Looks for the empty line from *scan on; *end gets the offset behind it. No byte
 * past max_bytes is looked at, so that the answer is the same however the head
 * comes in pieces.
 */
static enum http_result
head_find(const char *data, size_t len, size_t start, size_t max_bytes,
    size_t *scan, size_t *end, const char **why)
{
	size_t limit = len < max_bytes ? len : max_bytes;
	size_t at = *scan > start ? *scan : start;
	const char *newline;

	while (at < limit) {
		newline = memchr(data + at, '\n', limit - at);
		if (newline == NULL)
			break;
		at = (size_t)(newline - data);
		if (at == start || data[at - 1] != '\r')
			return bad(why, "a line ends in a bare line feed");
		if (at == start + 1)
			return bad(why, "the first line is empty");
		if (data[at - 2] == '\n') {
			*end = at + 1;
			return HTTP_OK;
		}
		at++;
	}
	if (len >= max_bytes) {
		*why = "the head is too large";
		return HTTP_TOO_LARGE;
	}
	*scan = limit;
	return HTTP_MORE;
}

static bool
host_valid(struct span host)
{
	size_t at = http_char_run(host.data, host.len, HTTP_NAME);

	/* An IP literal: inside of the brackets also colons. */
	if (at == 0 && host.len > 0 && host.data[0] == '[') {
		at = 1;
		while (at < host.len &&
		    (host.data[at] == ':' ||
			http_char_is(host.data[at], HTTP_NAME)))
			at++;
		if (at == 1 || at == host.len || host.data[at] != ']')
			return false;
		at++;
	}
	if (at == host.len)
		return true;
	if (host.data[at] != ':')
		return false;
	at++;
	return at + http_char_run(host.data + at, host.len - at, HTTP_DIGIT) ==
	    host.len;
}

static const char *
take_host(struct facts *facts, struct span value)
{
	if (facts->hosts++ > 0)
		return "there are two Host headers";
	return host_valid(value) ? NULL : "Host is no host";
}

/* A list of equal lengths, which section 6.3 would let us merge, is refused. */
static const char *
take_content_length(struct facts *facts, struct span value)
{
	if (facts->lengths++ > 0)
		return "there are two Content-Length headers";
	if (value.len == 0 ||
	    http_char_run(value.data, value.len, HTTP_DIGIT) != value.len)
		return "Content-Length is no number";
	for (size_t i = 0; i < value.len; i++) {
		uint64_t digit = (uint64_t)(value.data[i] - '0');

		if (facts->length > (LENGTH_MAX - digit) / 10)
			return "Content-Length is too large";
		facts->length = facts->length * 10 + digit;
	}
	return NULL;
}

/* Sorts chunked from other codings; anything behind chunked, and anything that is
 * no coding at all, is an error rather than a coding that we lack. */
static const char *
take_transfer_encoding(struct facts *facts, struct span value)
{
	bool chunked = false;
	struct span item;

	if (facts->coding != CODING_NONE)
		return "there are two Transfer-Encoding headers";
	facts->coding = CODING_CHUNKED;
	while (http_list_next(&value, &item)) {
		size_t token = http_char_run(item.data, item.len, HTTP_TOKEN);
		struct span rest = { item.data + token, item.len - token };

		if (chunked)
			return "chunked is not the last transfer coding";
		rest = http_span_trim(rest);
		if (token == 0 || (rest.len > 0 && rest.data[0] != ';'))
			return "Transfer-Encoding is malformed";
		item.len = token;
		chunked = span_equal_ci(item, "chunked");
		if (chunked && rest.len > 0)
			return "chunked has a parameter";
		if (!chunked)
			facts->coding = CODING_OTHER;
	}
	return NULL;
}

static const char *
take_connection(struct facts *facts, struct span value)
{
	facts->close |= span_list_has(value, "close");
	facts->keep_alive |= span_list_has(value, "keep-alive");
	facts->upgrade |= span_list_has(value, "upgrade");
	return NULL;
}

static const char *
take_upgrade(struct facts *facts, struct span value)
{
	facts->websocket |= span_list_has(value, "websocket");
	return NULL;
}

static const char *
take_expect(struct facts *facts, struct span value)
{
	facts->expect |= span_list_has(value, "100-continue");
	return NULL;
}

/* The headers that bear on the message as a whole. A row returns what is wrong
 * with the value, or NULL. */
static const struct {
	const char *name;
	const char *(*take)(struct facts *facts, struct span value);
} header_rules[] = {
	{ "host", take_host },
	{ "content-length", take_content_length },
	{ "transfer-encoding", take_transfer_encoding },
	{ "connection", take_connection },
	{ "upgrade", take_upgrade },
	{ "expect", take_expect },
};

static const char *
header_apply(const struct http_header *header, struct facts *facts)
{
	for (size_t i = 0; i < sizeof header_rules / sizeof *header_rules; i++)
		if (span_equal_ci(header->name, header_rules[i].name))
			return header_rules[i].take(facts, header->value);
	return NULL;
}

/* Reads a line of the form name:value, and steps past it. */
static const char *
header_read(struct cursor *cursor, struct http_header *header)
{
	size_t name = http_char_run(cursor->at, cursor_left(cursor),
	    HTTP_TOKEN);
	size_t value;

	header->name = (struct span){ cursor->at, name };
	if (name == 0 && http_space(*cursor->at))
		return "a header is folded";
	cursor->at += name;
	/* The line has an end, or head_find would not have found the head's. */
	if (http_space(*cursor->at))
		return "there is white space in or behind a header's name";
	if (name == 0 || *cursor->at != ':')
		return "a header is malformed";
	cursor->at++;
	value = http_char_run(cursor->at, cursor_left(cursor), HTTP_FIELD);
	header->value = http_span_trim((struct span){ cursor->at, value });
	cursor->at += value;
	if (cursor->at[0] != '\r' || cursor->at[1] != '\n')
		return why_char;
	cursor->at += 2;
	return NULL;
}

/* Reads all headers. cursor->end is behind the empty line. */
static enum http_result
headers_read(struct cursor *cursor, struct http_head *head, struct facts *facts,
    const char **why)
{
	while (*cursor->at != '\r') {
		struct http_header *header = head->headers + head->header_count;

		if (head->header_count == HTTP_HEADERS_MAX) {
			*why = "there are too many headers";
			return HTTP_TOO_LARGE;
		}
		*why = header_read(cursor, header);
		if (*why == NULL)
			*why = header_apply(header, facts);
		if (*why != NULL)
			return HTTP_BAD;
		head->header_count++;
	}
	/* A carriage return here is the empty line's, or a bare one. */
	if (cursor_left(cursor) != 2)
		return bad(why, why_char);
	return HTTP_OK;
}

/* Reads HTTP/D.D. A later 1.x is read as 1.1 (RFC 9110 section 2.5). */
static enum http_result
version_read(struct cursor *cursor, struct http_head *head, const char **why)
{
	const char *at = cursor->at;

	if (cursor_left(cursor) < VERSION_SIZE || memcmp(at, "HTTP/", 5) != 0 ||
	    !http_char_is(at[5], HTTP_DIGIT) || at[6] != '.' ||
	    !http_char_is(at[7], HTTP_DIGIT))
		return bad(why, "the first line is malformed");
	if (at[5] != '1') {
		*why = "the version is not HTTP/1.1";
		return HTTP_BAD_VERSION;
	}
	head->minor = at[7] == '0' ? 0 : 1;
	cursor->at += VERSION_SIZE;
	return HTTP_OK;
}

/* Steps past a line's end; false where something else stands there. */
static bool
line_end(struct cursor *cursor)
{
	if (cursor_left(cursor) < 2 || cursor->at[0] != '\r' ||
	    cursor->at[1] != '\n')
		return false;
	cursor->at += 2;
	return true;
}

/* The bytes of "http://" or "https://" that the target begins with, or 0. */
static size_t
scheme_size(struct span target)
{
	static const char *const schemes[] = { "http://", "https://" };

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		struct span start = { target.data, strlen(schemes[i]) };

		if (start.len <= target.len && span_equal_ci(start, schemes[i]))
			return start.len;
	}
	return 0;
}

static bool
escapes_valid(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] != '%')
			continue;
		if (text.len - i < 3 ||
		    !http_char_is(text.data[i + 1], HTTP_HEX) ||
		    !http_char_is(text.data[i + 2], HTTP_HEX))
			return false;
	}
	return true;
}

/* Splits the target (section 3.2) into path and query. */
static const char *
target_split(struct http_head *head)
{
	struct span rest = head->target;
	size_t scheme = scheme_size(rest);
	const char *mark;

	if (span_equal(rest, "*")) {
		head->path = rest;
		return span_equal(head->method, "OPTIONS")
		    ? NULL
		    : "the target * is for OPTIONS";
	}
	if (scheme > 0) {
		struct span host = { rest.data + scheme, 0 };

		while (scheme + host.len < rest.len &&
		    host.data[host.len] != '/' && host.data[host.len] != '?')
			host.len++;
		if (host.len == 0 || host.data[0] == ':' || !host_valid(host))
			return "the target has no good host";
		rest.data += scheme + host.len;
		rest.len -= scheme + host.len;
	} else if (rest.data[0] != '/' || span_equal(head->method, "CONNECT")) {
		return "the target is no path";
	}
	if (http_char_run(rest.data, rest.len, HTTP_URI) != rest.len ||
	    !escapes_valid(rest))
		return "the target has what must be percent-encoded";
	mark = rest.len > 0 ? memchr(rest.data, '?', rest.len) : NULL;
	head->path = rest;
	if (mark != NULL) {
		head->path.len = (size_t)(mark - rest.data);
		head->query.data = mark + 1;
		head->query.len = rest.len - head->path.len - 1;
	}
	/* An absolute-form without a path means the root (RFC 9110 4.2.3). */
	if (head->path.len == 0)
		head->path = (struct span){ "/", 1 };
	return NULL;
}

static enum http_result
request_line(struct cursor *cursor, struct http_head *head, const char **why)
{
	enum http_result result;
	size_t size = http_char_run(cursor->at, cursor_left(cursor),
	    HTTP_TOKEN);

	head->method = (struct span){ cursor->at, size };
	cursor->at += size;
	if (size == 0 || *cursor->at != ' ')
		return bad(why, why_method);
	cursor->at++;
	head->target = (struct span){ cursor->at, 0 };
	while (*cursor->at > ' ' && *cursor->at < 0x7f)
		cursor->at++;
	head->target.len = (size_t)(cursor->at - head->target.data);
	if (head->target.len == 0 || *cursor->at != ' ')
		return bad(why, "the target is malformed");
	cursor->at++;
	result = version_read(cursor, head, why);
	if (result != HTTP_OK)
		return result;
	if (!line_end(cursor))
		return bad(why, "the first line is malformed");
	*why = target_split(head);
	return *why == NULL ? HTTP_OK : HTTP_BAD;
}

static enum http_result
status_line(struct cursor *cursor, struct http_head *head, const char **why)
{
	enum http_result result = version_read(cursor, head, why);
	const char *at = cursor->at;

	if (result != HTTP_OK)
		return result;
	if (cursor_left(cursor) < STATUS_DIGITS + 2 || at[0] != ' ' ||
	    http_char_run(at + 1, STATUS_DIGITS, HTTP_DIGIT) != STATUS_DIGITS ||
	    at[1] < '1' || at[1] > '5' || at[STATUS_DIGITS + 1] != ' ')
		return bad(why, "the status is malformed");
	head->status = (at[1] - '0') * 100 + (at[2] - '0') * 10 + at[3] - '0';
	cursor->at += STATUS_DIGITS + 2;
	cursor->at += http_char_run(cursor->at, cursor_left(cursor),
	    HTTP_FIELD);
	return line_end(cursor) ? HTTP_OK : bad(why, why_char);
}

/* What requests and responses have in common (sections 6.1 and 9.3). */
static enum http_result
framing_check(struct http_head *head, const struct facts *facts,
    const char **why)
{
	if (facts->coding != CODING_NONE && facts->lengths > 0)
		return bad(why,
		    "both Content-Length and Transfer-Encoding are there");
	if (facts->coding != CODING_NONE && head->minor == 0)
		return bad(why, "HTTP/1.0 has no Transfer-Encoding");
	if (facts->coding == CODING_OTHER) {
		*why = "the transfer coding is not supported";
		return HTTP_BAD_ENCODING;
	}
	if (facts->coding == CODING_CHUNKED) {
		head->body = HTTP_BODY_CHUNKED;
	} else if (facts->lengths > 0) {
		head->body = HTTP_BODY_LENGTH;
		head->content_length = facts->length;
	}
	head->keep_alive = !facts->close &&
	    (head->minor == 1 || facts->keep_alive);
	/* Neither is known to HTTP/1.0, where a proxy may have passed it on
	 * unread (RFC 9110 sections 7.8 and 10.1.1). */
	head->upgrade_websocket = head->minor == 1 && facts->upgrade &&
	    facts->websocket;
	head->expect_continue = head->minor == 1 && facts->expect;
	return HTTP_OK;
}

static void
head_init(struct http_head *head)
{
	/* The headers are left: they are most of the struct, and are counted. */
	memset(head, 0, offsetof(struct http_head, headers));
	head->header_count = 0;
	head->size = 0;
}

static enum http_result
head_read(const char *data, size_t start, size_t size, struct http_head *head,
    bool request, const char **why)
{
	struct cursor cursor = { data + start, data + size };
	struct facts facts = { 0 };
	enum http_result result;

	head_init(head);
	result = request ? request_line(&cursor, head, why)
			 : status_line(&cursor, head, why);
	if (result == HTTP_OK)
		result = headers_read(&cursor, head, &facts, why);
	if (result == HTTP_OK && request && head->minor == 1 &&
	    facts.hosts == 0)
		result = bad(why, "there is no Host header");
	if (result == HTTP_OK)
		result = framing_check(head, &facts, why);
	head->size = size;
	return result;
}

enum http_result
http_parse_request(const char *data, size_t len, size_t *scan, size_t max_bytes,
    struct http_head *head, const char **why)
{
	size_t start = 0, size = 0;
	enum http_result result;

	*why = NULL;
	/* Section 2.2: old clients send one after a body. */
	if (len >= 2 && data[0] == '\r' && data[1] == '\n')
		start = 2;
	/* What is no HTTP at all, as a TLS hello, need not wait for its end. */
	if (len > start && !http_char_is(data[start], HTTP_TOKEN) &&
	    data[start] != '\r' && data[start] != '\n')
		return bad(why, why_method);
	result = head_find(data, len, start, max_bytes, scan, &size, why);
	if (result == HTTP_OK)
		result = head_read(data, start, size, head, true, why);
	if (result != HTTP_MORE)
		*scan = 0;
	return result;
}

enum http_result
http_parse_response(const char *data, size_t len, size_t *scan,
    size_t max_bytes, bool to_head, struct http_head *head, const char **why)
{
	size_t size = 0;
	enum http_result result;

	*why = NULL;
	result = head_find(data, len, 0, max_bytes, scan, &size, why);
	if (result == HTTP_OK)
		result = head_read(data, 0, size, head, false, why);
	if (result != HTTP_MORE)
		*scan = 0;
	if (result != HTTP_OK)
		return result;
	if (to_head || head->status < 200 || head->status == 204 ||
	    head->status == 304) {
		head->body = HTTP_BODY_NONE;
	} else if (head->body == HTTP_BODY_NONE) {
		head->body = HTTP_BODY_UNTIL_CLOSE;
		head->keep_alive = false;
	}
	return HTTP_OK;
}

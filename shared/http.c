/*
 * What the HTTP parser's two halves (http_head.c, http_body.c) and their callers
 * share: the classes of characters, spans, headers by name. Case is ASCII's, no
 * locale's.
 */
#include "shared/http.h"

#include <string.h>

#include "shared/http_text.h"

#define FIELD HTTP_FIELD
/* RFC 3986: unreserved and sub-delims, by what else HTTP has them for. */
#define MARK (FIELD | HTTP_TOKEN | HTTP_URI | HTTP_NAME)
#define DELIM (FIELD | HTTP_URI | HTTP_NAME)
#define LETTER MARK

const uint8_t http_chars[256] = {
	['\t'] = FIELD,
	[' '] = FIELD,
	['!'] = MARK,
	['"'] = FIELD,
	['#'] = FIELD | HTTP_TOKEN,
	['$'] = MARK,
	['%'] = MARK,
	['&'] = MARK,
	['\''] = MARK,
	['('] = DELIM,
	[')'] = DELIM,
	['*'] = MARK,
	['+'] = MARK,
	[','] = DELIM,
	['-'] = MARK,
	['.'] = MARK,
	['/'] = FIELD | HTTP_URI,
	['0' ... '9'] = LETTER | HTTP_HEX | HTTP_DIGIT,
	[':'] = FIELD | HTTP_URI,
	[';'] = DELIM,
	['<'] = FIELD,
	['='] = DELIM,
	['>'] = FIELD,
	['?'] = FIELD | HTTP_URI,
	['@'] = FIELD | HTTP_URI,
	['A' ... 'F'] = LETTER | HTTP_HEX,
	['G' ... 'Z'] = LETTER,
	['['] = FIELD,
	['\\'] = FIELD,
	[']'] = FIELD,
	['^'] = FIELD | HTTP_TOKEN,
	['_'] = MARK,
	['`'] = FIELD | HTTP_TOKEN,
	['a' ... 'f'] = LETTER | HTTP_HEX,
	['g' ... 'z'] = LETTER,
	['{'] = FIELD,
	['|'] = FIELD | HTTP_TOKEN,
	['}'] = FIELD,
	['~'] = MARK,
	[0x80 ... 0xff] = FIELD,
};

static char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
span_equal(struct span span, const char *text)
{
	return strlen(text) == span.len &&
	    (span.len == 0 || memcmp(span.data, text, span.len) == 0);
}

bool
span_equal_ci(struct span span, const char *text)
{
	if (strlen(text) != span.len)
		return false;
	for (size_t i = 0; i < span.len; i++)
		if (ascii_lower(span.data[i]) != ascii_lower(text[i]))
			return false;
	return true;
}

struct span
http_header(const struct http_head *head, const char *name)
{
	for (size_t i = 0; i < head->header_count; i++)
		if (span_equal_ci(head->headers[i].name, name))
			return head->headers[i].value;
	return (struct span){ NULL, 0 };
}

struct span
http_span_trim(struct span span)
{
	while (span.len > 0 && http_space(span.data[0])) {
		span.data++;
		span.len--;
	}
	while (span.len > 0 && http_space(span.data[span.len - 1]))
		span.len--;
	return span;
}

bool
http_list_next(struct span *rest, struct span *item)
{
	const char *comma;

	if (rest->data == NULL)
		return false;
	*item = *rest;
	comma = rest->len > 0 ? memchr(rest->data, ',', rest->len) : NULL;
	if (comma == NULL) {
		*rest = (struct span){ NULL, 0 };
	} else {
		item->len = (size_t)(comma - rest->data);
		rest->data += item->len + 1;
		rest->len -= item->len + 1;
	}
	*item = http_span_trim(*item);
	return true;
}

bool
span_list_has(struct span span, const char *token)
{
	struct span item;

	while (http_list_next(&span, &item))
		if (span_equal_ci(item, token))
			return true;
	return false;
}

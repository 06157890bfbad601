/*
 * The characters and lists of HTTP (RFC 9110 section 5.6, RFC 3986), for the files
 * of the HTTP parser only. Pure.
 */
#ifndef SHARED_HTTP_TEXT_H
#define SHARED_HTTP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/http.h"

enum http_char {
	HTTP_TOKEN = 1, /* tchar: methods, names of headers */
	HTTP_FIELD = 2, /* values: visible, space, tab, obs-text */
	HTTP_URI = 4,	/* path and query: pchar, '/', '?', '%' */
	HTTP_NAME = 8,	/* reg-name of a host: no ':', '@', '/', '?' */
	HTTP_HEX = 16,
	HTTP_DIGIT = 32,
};

/* For each byte the kinds that it belongs to. */
extern const uint8_t http_chars[256];

static inline bool
http_char_is(char c, enum http_char kind)
{
	return http_chars[(unsigned char)c] & kind;
}

/* How many of the first bytes of data[0..len) are of `kind`. */
static inline size_t
http_char_run(const char *data, size_t len, enum http_char kind)
{
	size_t at = 0;

	while (at < len && http_char_is(data[at], kind))
		at++;
	return at;
}

/* Optional white space: space and tab. */
static inline bool
http_space(char c)
{
	return c == ' ' || c == '\t';
}

/* The span without the white space around it. */
struct span http_span_trim(struct span span);

/* Takes the next item off a comma-separated list, without the white space around
 * it; it may be empty. False after the last one, and then rest->data is NULL. */
bool http_list_next(struct span *rest, struct span *item);

#endif

/*
 * What a session and a request read alike in an HTTP head, for link*.c only.
 * Pure.
 */
#ifndef TUI_LINK_HTTP_H
#define TUI_LINK_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/http.h"

/* The first bytes of an answer could be HTTP's: what speaks first and something
 * else need not be read to an empty line that may never come. */
bool link_is_http(const char *data, size_t len);

/* Retry-After (RFC 9110 section 10.2.3) in seconds, as milliseconds, at most five
 * minutes; `fallback` where there is none. */
int64_t link_retry_after(const struct http_head *head, int64_t fallback);

#endif

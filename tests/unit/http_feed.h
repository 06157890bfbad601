/*
 * What the tests of the HTTP parser share: parsing that is repeated over every
 * way to split the bytes and must come out the same each time.
 */
#ifndef TESTS_UNIT_HTTP_FEED_H
#define TESTS_UNIT_HTTP_FEED_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/http.h"

#define HEAD_MAX 8192

/* A literal with NULs in it, and how long it is. */
#define BYTES(literal) literal, sizeof(literal) - 1

/* Parses a request whole, split in two at every byte, and byte by byte, in memory
 * that ends where the bytes end; asserts that the result is the same. The head's
 * spans point into `bytes`. */
enum http_result http_feed_request(const char *bytes, size_t len,
    size_t max_bytes, struct http_head *head);

enum http_result http_feed_response(const char *bytes, size_t len, bool to_head,
    struct http_head *head);

/* Gives a body of the head in pieces of `step` bytes. Appends what came out to
 * `body`; *used gets what was consumed in all. HTTP_OK is the end. */
enum http_result http_feed_body(const struct http_head *head, const char *bytes,
    size_t len, size_t step, struct buf *body, size_t *used);

/* Asserts that a span is `text`. */
void http_assert_span(struct span span, const char *text);

#endif

/*
 * Gives bytes to the HTTP parser as a connection would: each piece behind those
 * before it, in memory that ends where the bytes end, so that a sanitizer sees a
 * read too far.
 */
#include "tests/unit/http_feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"

/* Longer heads are not split at every byte. */
#define SPLIT_MAX 1000

struct input {
	const char *bytes;
	size_t len;
	size_t max_bytes;
	bool response, to_head;
};

static enum http_result
input_parse(const struct input *input, const char *data, size_t len,
    size_t *scan, struct http_head *head)
{
	enum http_result result;
	const char *why;

	if (input->response)
		result = http_parse_response(data, len, scan, input->max_bytes,
		    input->to_head, head, &why);
	else
		result = http_parse_request(data, len, scan, input->max_bytes,
		    head, &why);
	/* A refusal, and nothing else, has a reason. */
	if (result == HTTP_OK || result == HTTP_MORE)
		assert_null(why);
	else
		assert_non_null(why);
	return result;
}

/* Parses what is there after `first` bytes and then after each `step` more, until
 * the parser has made up its mind. */
static enum http_result
input_pieces(const struct input *input, size_t first, size_t step)
{
	enum http_result result;
	struct http_head head;
	size_t scan = 0, len = first;

	for (;;) {
		char *exact = xmalloc(len > 0 ? len : 1);

		memcpy(exact, input->bytes, len);
		result = input_parse(input, exact, len, &scan, &head);
		free(exact);
		if (result != HTTP_MORE || len == input->len)
			return result;
		len = step < input->len - len ? len + step : input->len;
	}
}

static enum http_result
input_check(const struct input *input, struct http_head *head)
{
	size_t scan = 0;
	enum http_result result = input_parse(input, input->bytes, input->len,
	    &scan, head);

	if (input->len <= SPLIT_MAX)
		for (size_t first = 0; first <= input->len; first++)
			assert_int_equal(input_pieces(input, first, input->len),
			    result);
	assert_int_equal(input_pieces(input, 0, 1), result);
	assert_int_equal(input_pieces(input, 0, 7), result);
	return result;
}

enum http_result
http_feed_request(const char *bytes, size_t len, size_t max_bytes,
    struct http_head *head)
{
	struct input input = { .bytes = bytes,
		.len = len,
		.max_bytes = max_bytes };

	return input_check(&input, head);
}

enum http_result
http_feed_response(const char *bytes, size_t len, bool to_head,
    struct http_head *head)
{
	struct input input = { .bytes = bytes,
		.len = len,
		.max_bytes = HEAD_MAX,
		.response = true,
		.to_head = to_head };

	return input_check(&input, head);
}

enum http_result
http_feed_body(const struct http_head *head, const char *bytes, size_t len,
    size_t step, struct buf *body, size_t *used)
{
	enum http_result result = HTTP_MORE;
	struct http_body state;
	struct span piece;
	bool done = false;
	size_t size, taken;
	char *exact;

	http_body_init(&state, head);
	*used = 0;
	for (size_t at = 0; at < len && result == HTTP_MORE; at += size) {
		size = step < len - at ? step : len - at;
		exact = xmalloc(size);
		memcpy(exact, bytes + at, size);
		taken = 0;
		do {
			size_t more;

			result = http_body_feed(&state, exact + taken,
			    size - taken, &more, &piece, &done);
			assert_true(more <= size - taken);
			taken += more;
			if (piece.len > 0)
				buf_append(body, piece.data, piece.len);
		} while (result == HTTP_OK && !done);
		*used += taken;
		assert_true(result != HTTP_MORE || taken == size);
		free(exact);
	}
	/* The end of an empty body needs no byte. */
	if (len == 0)
		result = http_body_feed(&state, bytes, 0, &taken, &piece,
		    &done);
	assert_true(result != HTTP_OK || done);
	return result;
}

void
http_assert_span(struct span span, const char *text)
{
	assert_int_equal(span.len, strlen(text));
	assert_memory_equal(span.data, text, span.len);
}

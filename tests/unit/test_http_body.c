/*
 * Bodies of HTTP messages: by length, in chunks, until close, however the bytes
 * are split, and framing that must be refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/http.h"
#include "tests/unit/http_feed.h"

static const struct http_head chunked = { .body = HTTP_BODY_CHUNKED };

/* The body and what of `bytes` is left behind it, for every size of pieces. */
static void
check(const struct http_head *head, const char *bytes, size_t len,
    const char *wanted, size_t left)
{
	for (size_t step = 1; step <= len; step++) {
		struct buf body = BUF_INIT;
		size_t used;

		buf_puts(&body, "");
		assert_int_equal(http_feed_body(head, bytes, len, step, &body,
				     &used),
		    HTTP_OK);
		assert_int_equal(body.len, strlen(wanted));
		assert_memory_equal(body.data, wanted, body.len);
		assert_int_equal(used, len - left);
		buf_release(&body);
	}
}

static enum http_result
result_of(const char *bytes, size_t len, size_t step)
{
	struct buf body = BUF_INIT;
	enum http_result result;
	size_t used;

	result = http_feed_body(&chunked, bytes, len, step, &body, &used);
	buf_release(&body);
	return result;
}

/* Chunk framing that comes out as `wanted` for every size of pieces. */
static void
check_result(const char *bytes, size_t len, enum http_result wanted)
{
	for (size_t step = 1; step <= len; step++)
		assert_int_equal(result_of(bytes, len, step), wanted);
}

static void
a_body_of_a_length_ends_there(void **state)
{
	struct http_head head = { .body = HTTP_BODY_LENGTH,
		.content_length = 5 };

	(void)state;
	check(&head, BYTES("hello"), "hello", 0);
	check(&head, BYTES("helloGET /"), "hello", 5);
}

static void
an_empty_body_is_at_its_end_at_once(void **state)
{
	struct http_head head = { .body = HTTP_BODY_LENGTH };
	struct buf body = BUF_INIT;
	size_t used;

	(void)state;
	assert_int_equal(http_feed_body(&head, "", 0, 1, &body, &used),
	    HTTP_OK);
	head.body = HTTP_BODY_NONE;
	assert_int_equal(http_feed_body(&head, "", 0, 1, &body, &used),
	    HTTP_OK);
	check(&head, BYTES("GET /"), "", 5);
	buf_release(&body);
}

static void
a_body_until_close_has_no_end(void **state)
{
	struct http_head head = { .body = HTTP_BODY_UNTIL_CLOSE };
	struct http_body body;
	struct span piece;
	size_t used;
	bool done;

	(void)state;
	http_body_init(&body, &head);
	assert_int_equal(
	    http_body_feed(&body, "hello", 5, &used, &piece, &done), HTTP_OK);
	http_assert_span(piece, "hello");
	assert_int_equal(used, 5);
	assert_false(done);
	assert_int_equal(http_body_feed(&body, "", 0, &used, &piece, &done),
	    HTTP_MORE);
	assert_false(done);
}

static void
chunks_are_put_together(void **state)
{
	(void)state;
	check(&chunked, BYTES("0\r\n\r\n"), "", 0);
	check(&chunked, BYTES("5\r\nhello\r\n0\r\n\r\n"), "hello", 0);
	check(&chunked, BYTES("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\nGET"), "hello!",
	    3);
	check(&chunked,
	    BYTES("A\r\n0123456789\r\na\r\n\r\n\r\n\r\n0\r\n\n"
		  "\r\n00\r\n\r\n"),
	    "0123456789\r\n\r\n\r\n0\r\n\n", 0);
	check(&chunked, BYTES("0000000000000005\r\nhello\r\n0000\r\n\r\n"),
	    "hello", 0);
}

static void
extensions_and_trailers_are_dropped(void **state)
{
	(void)state;
	check(&chunked,
	    BYTES("2;a=b; c=\"d\xc3\xa4\"\r\nhi\r\n0;x\r\n"
		  "Content-Length: 9\r\nX-Sum:\tabc \r\n\r\nGET"),
	    "hi", 3);
}

static void
bad_chunk_sizes_are_refused(void **state)
{
	static const char *const vectors[] = {
		"\r\n",
		"x\r\n",
		"-1\r\n",
		"+1\r\n",
		" 1\r\n",
		"\t1\r\n",
		"1 \r\n",
		"1\t\r\n",
		"1 ;x\r\n",
		"0x1\r\n",
		"1g\r\n",
		"1,1\r\n",
		"1_0\r\n",
		";x\r\n",
		"\"1\"\r\n",
		"1\xc2\xa0\r\n",
		"00000000000000001\r\n",
		"10000000000000000\r\n",
		"fffffffffffffffff\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
		check_result(vectors[i], strlen(vectors[i]), HTTP_BAD);
	/* The largest there is does not wrap around. */
	check_result(BYTES("ffffffffffffffff\r\nx"), HTTP_MORE);
}

static void
bad_line_ends_in_chunks_are_refused(void **state)
{
	(void)state;
	check_result(BYTES("1\nx\r\n0\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("1\rx\r\n0\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("1\r\rx"), HTTP_BAD);
	check_result(BYTES("1;a\nx\r\n0\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("1;a\rb\r\nx\r\n"), HTTP_BAD);
	check_result(BYTES("1;a\0\r\nx\r\n"), HTTP_BAD);
	check_result(BYTES("1\r\nx\n0\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("1\r\nx0\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("1\r\nxy\r\n0\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("1\r\nx\r0\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("2\r\nx\r\n0\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("0\n\r\n"), HTTP_BAD);
	check_result(BYTES("0\r\n\n"), HTTP_BAD);
	check_result(BYTES("0\r\n\rX"), HTTP_BAD);
}

static void
bad_trailers_are_refused(void **state)
{
	(void)state;
	check_result(BYTES("0\r\nX\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("0\r\nX : y\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("0\r\n: y\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("0\r\n X: y\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("0\r\nX: y\r\n z\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("0\r\nX: y\n\r\n"), HTTP_BAD);
	check_result(BYTES("0\r\nX: y\rz\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("0\r\nX: \0\r\n\r\n"), HTTP_BAD);
	check_result(BYTES("0\r\nGET / HTTP/1.1\r\n\r\n"), HTTP_BAD);
}

/* `before`, then `count` times 'a', then `after`. */
static enum http_result
result_of_run(const char *before, size_t count, const char *after)
{
	struct buf text = BUF_INIT;
	enum http_result result;

	buf_puts(&text, before);
	while (count-- > 0)
		buf_putc(&text, 'a');
	buf_puts(&text, after);
	result = result_of(text.data, text.len, text.len);
	assert_int_equal(result_of(text.data, text.len, 1), result);
	buf_release(&text);
	return result;
}

static void
extensions_are_bounded(void **state)
{
	static const char end[] = "\r\nx\r\n0\r\n\r\n";

	(void)state;
	/* 256 bytes with the semicolon. */
	assert_int_equal(result_of_run("1;", 255, end), HTTP_OK);
	assert_int_equal(result_of_run("1;", 256, end), HTTP_BAD);
}

static void
trailers_are_bounded_in_sum(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	/* 4096 bytes with their line ends and the empty line. */
	assert_int_equal(result_of_run("0\r\nX:", 4096 - 6, "\r\n\r\n"),
	    HTTP_OK);
	assert_int_equal(result_of_run("0\r\nX:", 4097 - 6, "\r\n\r\n"),
	    HTTP_BAD);
	buf_puts(&text, "0\r\n");
	for (int i = 0; i < 4096 / 8 + 1; i++)
		buf_puts(&text, "Xx: yy\r\n");
	assert_int_equal(result_of(text.data, text.len, 100), HTTP_BAD);
	buf_release(&text);
}

static void
nothing_is_consumed_behind_the_end(void **state)
{
	struct http_body body;
	struct span piece;
	size_t used;
	bool done;

	(void)state;
	http_body_init(&body, &chunked);
	assert_int_equal(http_body_feed(&body, "0\r\n\r\nx", 6, &used, &piece,
			     &done),
	    HTTP_OK);
	assert_true(done);
	assert_int_equal(used, 5);
	assert_int_equal(http_body_feed(&body, "x", 1, &used, &piece, &done),
	    HTTP_OK);
	assert_true(done);
	assert_int_equal(used, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_of_a_length_ends_there),
		cmocka_unit_test(an_empty_body_is_at_its_end_at_once),
		cmocka_unit_test(a_body_until_close_has_no_end),
		cmocka_unit_test(chunks_are_put_together),
		cmocka_unit_test(extensions_and_trailers_are_dropped),
		cmocka_unit_test(bad_chunk_sizes_are_refused),
		cmocka_unit_test(bad_line_ends_in_chunks_are_refused),
		cmocka_unit_test(bad_trailers_are_refused),
		cmocka_unit_test(extensions_are_bounded),
		cmocka_unit_test(trailers_are_bounded_in_sum),
		cmocka_unit_test(nothing_is_consumed_behind_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Heads of HTTP requests and responses: what is accepted, and what is read from
 * it, however the bytes are split.
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

/* Reads a request that must be good. */
static void
good(const char *text, struct http_head *head)
{
	assert_int_equal(http_feed_request(text, strlen(text), HEAD_MAX, head),
	    HTTP_OK);
}

/* Reads a good request that has these headers besides Host. */
static void
good_headers(const char *version, const char *headers, struct http_head *head)
{
	char text[600];

	snprintf(text, sizeof text, "POST /x HTTP/%s\r\nHost: a\r\n%s\r\n",
	    version, headers);
	good(text, head);
}

static void
a_request_is_read(void **state)
{
	static const char text[] = "GET /v1/me?a=1&b=?/ HTTP/1.1\r\n"
				   "Host: chat.example:8080\r\n"
				   "X-Empty:\r\n"
				   "x-padded: \t two  words\t \r\n"
				   "X-Latin: caf\xe9\r\n"
				   "\r\n";
	struct http_head head;

	(void)state;
	good(text, &head);
	http_assert_span(head.method, "GET");
	http_assert_span(head.target, "/v1/me?a=1&b=?/");
	http_assert_span(head.path, "/v1/me");
	http_assert_span(head.query, "a=1&b=?/");
	assert_int_equal(head.minor, 1);
	assert_int_equal(head.status, 0);
	assert_true(head.keep_alive);
	assert_false(head.expect_continue);
	assert_false(head.upgrade_websocket);
	assert_int_equal(head.body, HTTP_BODY_NONE);
	assert_int_equal(head.size, sizeof text - 1);
	assert_int_equal(head.header_count, 4);
	http_assert_span(head.headers[0].name, "Host");
	http_assert_span(head.headers[0].value, "chat.example:8080");
	http_assert_span(head.headers[1].value, "");
	http_assert_span(head.headers[2].value, "two  words");
	http_assert_span(head.headers[3].value, "caf\xe9");
}

static void
targets_are_split_into_path_and_query(void **state)
{
	static const struct {
		const char *method, *target, *path, *query;
	} rows[] = {
		{ "GET", "/", "/", "" },
		{ "GET", "/?", "/", "" },
		{ "GET", "/a%20b/c;d=e", "/a%20b/c;d=e", "" },
		{ "GET", "//evil.example/x", "//evil.example/x", "" },
		{ "GET", "/:@!$&'()*+,;=-._~", "/:@!$&'()*+,;=-._~", "" },
		{ "GET", "/a?b?c", "/a", "b?c" },
		{ "GET", "http://a.example", "/", "" },
		{ "GET", "http://a.example?q=1", "/", "q=1" },
		{ "GET", "HTTP://a.example:80/x/y?q", "/x/y", "q" },
		{ "GET", "https://[::1]:8443/x", "/x", "" },
		{ "OPTIONS", "*", "*", "" },
		{ "OPTIONS", "/x", "/x", "" },
		{ "PATCH", "/x", "/x", "" },
		{ "M-SEARCH", "/x", "/x", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_head head;
		char text[200];

		snprintf(text, sizeof text, "%s %s HTTP/1.1\r\nHost: a\r\n\r\n",
		    rows[i].method, rows[i].target);
		good(text, &head);
		http_assert_span(head.method, rows[i].method);
		http_assert_span(head.target, rows[i].target);
		http_assert_span(head.path, rows[i].path);
		http_assert_span(head.query, rows[i].query);
	}
}

static void
hosts_of_every_form_are_accepted(void **state)
{
	static const char *const hosts[] = { "", "a", "a.example",
		"a.example:", "a.example:8080", "127.0.0.1:1", "[::1]",
		"[::1]:80", "a_b", "xn--bcher-kva.example" };

	(void)state;
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		struct http_head head;
		char text[200];

		snprintf(text, sizeof text,
		    "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", hosts[i]);
		good(text, &head);
	}
}

static void
http_1_0_needs_no_host_and_closes(void **state)
{
	struct http_head head;

	(void)state;
	good("GET / HTTP/1.0\r\n\r\n", &head);
	assert_int_equal(head.minor, 0);
	assert_int_equal(head.header_count, 0);
	assert_false(head.keep_alive);
}

static void
a_later_minor_version_is_read_as_1_1(void **state)
{
	struct http_head head;

	(void)state;
	good_headers("1.2", "", &head);
	assert_int_equal(head.minor, 1);
	good_headers("1.9", "", &head);
	assert_int_equal(head.minor, 1);
}

static void
keep_alive_follows_version_and_connection(void **state)
{
	static const struct {
		const char *version, *headers;
		bool keep_alive;
	} rows[] = {
		{ "1.1", "", true },
		{ "1.1", "Connection: close\r\n", false },
		{ "1.1", "connection: Close\r\n", false },
		{ "1.1", "Connection: foo, close ,bar\r\n", false },
		{ "1.1", "Connection: foo\r\nConnection: close\r\n", false },
		{ "1.1", "Connection: closed\r\n", true },
		{ "1.1", "Connection: keep-alive\r\n", true },
		{ "1.1", "Connection: keep-alive, close\r\n", false },
		{ "1.0", "", false },
		{ "1.0", "Connection: keep-alive\r\n", true },
		{ "1.0", "Connection: Keep-Alive\r\n", true },
		{ "1.0", "Connection: keep-alive\r\nConnection: close\r\n",
		    false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_head head;

		good_headers(rows[i].version, rows[i].headers, &head);
		assert_int_equal(head.keep_alive, rows[i].keep_alive);
	}
}

static void
the_body_is_framed_by_length_or_chunks(void **state)
{
	struct http_head head;

	(void)state;
	good_headers("1.1", "", &head);
	assert_int_equal(head.body, HTTP_BODY_NONE);
	good_headers("1.1", "Content-Length: 0\r\n", &head);
	assert_int_equal(head.body, HTTP_BODY_LENGTH);
	assert_int_equal(head.content_length, 0);
	good_headers("1.0", "content-length:\t42 \r\n", &head);
	assert_int_equal(head.body, HTTP_BODY_LENGTH);
	assert_int_equal(head.content_length, 42);
	good_headers("1.1", "Content-Length: 000000000000000000000042\r\n",
	    &head);
	assert_int_equal(head.content_length, 42);
	good_headers("1.1", "Content-Length: 9223372036854775807\r\n", &head);
	assert_true(head.content_length == INT64_MAX);
	good_headers("1.1", "Transfer-Encoding: chunked\r\n", &head);
	assert_int_equal(head.body, HTTP_BODY_CHUNKED);
	good_headers("1.1", "TRANSFER-ENCODING:CHUNKED\r\n", &head);
	assert_int_equal(head.body, HTTP_BODY_CHUNKED);
}

static void
an_upgrade_needs_both_headers_and_http_1_1(void **state)
{
	static const struct {
		const char *version, *headers;
		bool upgrade;
	} rows[] = {
		{ "1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\n",
		    true },
		{ "1.1", "Upgrade: WebSocket\r\nConnection: upgrade\r\n",
		    true },
		{ "1.1",
		    "Connection: keep-alive, Upgrade\r\nUpgrade: h2c, websocket"
		    "\r\n",
		    true },
		{ "1.1",
		    "Connection: keep-alive\r\nConnection: upgrade\r\n"
		    "Upgrade: h2c\r\nUpgrade: websocket\r\n",
		    true },
		{ "1.1", "Upgrade: websocket\r\n", false },
		{ "1.1", "Connection: Upgrade\r\n", false },
		{ "1.1", "Connection: Upgrade\r\nUpgrade: websockets\r\n",
		    false },
		{ "1.1", "Connection: Upgraded\r\nUpgrade: websocket\r\n",
		    false },
		{ "1.0", "Connection: Upgrade\r\nUpgrade: websocket\r\n",
		    false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_head head;

		good_headers(rows[i].version, rows[i].headers, &head);
		assert_int_equal(head.upgrade_websocket, rows[i].upgrade);
	}
}

static void
expect_is_heard_in_http_1_1_only(void **state)
{
	struct http_head head;

	(void)state;
	good_headers("1.1", "Expect: 100-Continue\r\n", &head);
	assert_true(head.expect_continue);
	good_headers("1.0", "Expect: 100-continue\r\n", &head);
	assert_false(head.expect_continue);
	good_headers("1.1", "Expect: the-unexpected\r\n", &head);
	assert_false(head.expect_continue);
}

static void
requests_in_a_row_are_read_one_by_one(void **state)
{
	static const char text[] = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
				   "\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
				   "GET /3 HTTP/1.1\r\nHo";
	const char *why, *at = text, *end = text + sizeof text - 1;
	struct http_head head;
	size_t scan = 0;

	(void)state;
	for (int i = 1; i <= 2; i++) {
		char path[16];

		assert_int_equal(http_parse_request(at, (size_t)(end - at),
				     &scan, HEAD_MAX, &head, &why),
		    HTTP_OK);
		snprintf(path, sizeof path, "/%d", i);
		http_assert_span(head.path, path);
		at += head.size;
	}
	assert_int_equal(http_parse_request(at, (size_t)(end - at), &scan,
			     HEAD_MAX, &head, &why),
	    HTTP_MORE);
	assert_int_equal(scan, end - at);
}

static void
one_empty_line_before_a_request_is_skipped(void **state)
{
	static const char text[] = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
	struct http_head head;

	(void)state;
	good(text, &head);
	http_assert_span(head.method, "GET");
	assert_int_equal(head.size, sizeof text - 1);
}

static void
the_search_goes_on_where_it_stopped(void **state)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
	struct http_head head;
	const char *why;
	size_t scan = 0;

	(void)state;
	for (size_t len = 1; len < sizeof text - 1; len++) {
		assert_int_equal(http_parse_request(text, len, &scan, HEAD_MAX,
				     &head, &why),
		    HTTP_MORE);
		assert_int_equal(scan, len);
	}
	assert_int_equal(http_parse_request(text, sizeof text - 1, &scan,
			     HEAD_MAX, &head, &why),
	    HTTP_OK);
	/* Ready for the next head. */
	assert_int_equal(scan, 0);
}

static void
a_head_may_be_as_large_as_the_limit(void **state)
{
	static const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody";
	size_t size = sizeof text - 1 - 4;
	struct http_head head;

	(void)state;
	assert_int_equal(http_feed_request(text, size, size, &head), HTTP_OK);
	assert_int_equal(http_feed_request(text, size + 4, size, &head),
	    HTTP_OK);
	assert_int_equal(http_feed_request(text, size, size - 1, &head),
	    HTTP_TOO_LARGE);
	assert_int_equal(http_feed_request(text, size - 1, size - 1, &head),
	    HTTP_TOO_LARGE);
	assert_int_equal(http_feed_request(text, size - 2, size - 1, &head),
	    HTTP_MORE);
}

static void
headers_may_be_as_many_as_the_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct http_head head;

	(void)state;
	buf_puts(&text, "GET / HTTP/1.1\r\nHost: a\r\n");
	for (int i = 1; i < HTTP_HEADERS_MAX; i++)
		buf_printf(&text, "X-%d: %d\r\n", i, i);
	buf_puts(&text, "\r\n");
	assert_int_equal(
	    http_feed_request(text.data, text.len, HEAD_MAX, &head), HTTP_OK);
	assert_int_equal(head.header_count, HTTP_HEADERS_MAX);
	http_assert_span(http_header(&head, "x-63"), "63");
	text.len -= 2;
	buf_puts(&text, "X-64: 64\r\n\r\n");
	assert_int_equal(http_feed_request(text.data, text.len, HEAD_MAX,
			     &head),
	    HTTP_TOO_LARGE);
	buf_release(&text);
}

static void
a_header_is_found_by_name_in_any_case(void **state)
{
	struct http_head head;

	(void)state;
	good_headers("1.1", "X-Two: first\r\nx-two: second\r\n", &head);
	http_assert_span(http_header(&head, "X-TWO"), "first");
	http_assert_span(http_header(&head, "host"), "a");
	assert_null(http_header(&head, "X-Tw").data);
	assert_null(http_header(&head, "X-Two2").data);
}

static void
spans_compare_and_list(void **state)
{
	struct span list = { BYTES("a, B\t,,c d ,\te") };
	struct span none = { NULL, 0 };

	(void)state;
	assert_true(span_equal(list, "a, B\t,,c d ,\te"));
	assert_false(span_equal(list, "A, B\t,,c d ,\te"));
	assert_false(span_equal(list, "a, B\t,,c d ,\te "));
	assert_true(span_equal_ci(list, "A, b\t,,C D ,\tE"));
	assert_false(span_equal_ci(list, "A, b"));
	/* Only letters have a case: @ and ` differ by the same bit. */
	assert_false(span_equal_ci((struct span){ BYTES("@[") }, "`{"));
	assert_true(span_equal(none, ""));
	assert_true(span_equal_ci(none, ""));
	assert_true(span_list_has(list, "A"));
	assert_true(span_list_has(list, "b"));
	assert_true(span_list_has(list, "E"));
	assert_true(span_list_has(list, "c d"));
	assert_false(span_list_has(list, "c"));
	assert_false(span_list_has(none, "a"));
}

static void
a_response_is_read(void **state)
{
	static const char text[] = "HTTP/1.1 404 Not Found\r\n"
				   "Content-Length: 2\r\n\r\n";
	struct http_head head;

	(void)state;
	assert_int_equal(
	    http_feed_response(text, sizeof text - 1, false, &head), HTTP_OK);
	assert_int_equal(head.status, 404);
	assert_int_equal(head.minor, 1);
	assert_int_equal(head.body, HTTP_BODY_LENGTH);
	assert_int_equal(head.content_length, 2);
	assert_int_equal(head.size, sizeof text - 1);
	assert_true(head.keep_alive);
}

static void
the_body_of_a_response_depends_on_its_status(void **state)
{
	static const struct {
		const char *start;
		bool to_head;
		enum http_body_kind body;
		bool keep_alive;
	} rows[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n", false,
		    HTTP_BODY_LENGTH, true },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n", true,
		    HTTP_BODY_NONE, true },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", false,
		    HTTP_BODY_CHUNKED, true },
		{ "HTTP/1.1 200 OK\r\n", false, HTTP_BODY_UNTIL_CLOSE, false },
		{ "HTTP/1.1 200 \r\n", true, HTTP_BODY_NONE, true },
		{ "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n", false,
		    HTTP_BODY_LENGTH, false },
		{ "HTTP/1.1 204 No Content\r\n", false, HTTP_BODY_NONE, true },
		{ "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n", false,
		    HTTP_BODY_NONE, true },
		{ "HTTP/1.1 100 Continue\r\n", false, HTTP_BODY_NONE, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_head head;
		char text[200];

		snprintf(text, sizeof text, "%s\r\n", rows[i].start);
		assert_int_equal(http_feed_response(text, strlen(text),
				     rows[i].to_head, &head),
		    HTTP_OK);
		assert_int_equal(head.body, rows[i].body);
		assert_int_equal(head.keep_alive, rows[i].keep_alive);
	}
}

static void
an_upgrade_is_recognised_in_its_answer(void **state)
{
	static const char text[] = "HTTP/1.1 101 Switching Protocols\r\n"
				   "Upgrade: websocket\r\n"
				   "Connection: Upgrade\r\n\r\n";
	struct http_head head;

	(void)state;
	assert_int_equal(
	    http_feed_response(text, sizeof text - 1, false, &head), HTTP_OK);
	assert_int_equal(head.status, 101);
	assert_true(head.upgrade_websocket);
	assert_int_equal(head.body, HTTP_BODY_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_read),
		cmocka_unit_test(targets_are_split_into_path_and_query),
		cmocka_unit_test(hosts_of_every_form_are_accepted),
		cmocka_unit_test(http_1_0_needs_no_host_and_closes),
		cmocka_unit_test(a_later_minor_version_is_read_as_1_1),
		cmocka_unit_test(keep_alive_follows_version_and_connection),
		cmocka_unit_test(the_body_is_framed_by_length_or_chunks),
		cmocka_unit_test(an_upgrade_needs_both_headers_and_http_1_1),
		cmocka_unit_test(expect_is_heard_in_http_1_1_only),
		cmocka_unit_test(requests_in_a_row_are_read_one_by_one),
		cmocka_unit_test(one_empty_line_before_a_request_is_skipped),
		cmocka_unit_test(the_search_goes_on_where_it_stopped),
		cmocka_unit_test(a_head_may_be_as_large_as_the_limit),
		cmocka_unit_test(headers_may_be_as_many_as_the_limit),
		cmocka_unit_test(a_header_is_found_by_name_in_any_case),
		cmocka_unit_test(spans_compare_and_list),
		cmocka_unit_test(a_response_is_read),
		cmocka_unit_test(the_body_of_a_response_depends_on_its_status),
		cmocka_unit_test(an_upgrade_is_recognised_in_its_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

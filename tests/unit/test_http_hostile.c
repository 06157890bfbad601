/*
 * Heads of HTTP messages that must be refused: the vectors of request smuggling
 * (RFC 9112 section 11), and everything else that two parsers could read in two
 * ways.
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

struct vector {
	const char *bytes;
	size_t len;
};

static void
check_request(const char *bytes, size_t len, enum http_result wanted)
{
	struct http_head head;
	enum http_result result = http_feed_request(bytes, len, HEAD_MAX,
	    &head);

	if (result != wanted)
		print_error("the request was:\n%.*s\n", (int)len, bytes);
	assert_int_equal(result, wanted);
}

/* Each vector is a first line with its end. */
static void
check_first_lines(const char *const *lines, size_t count,
    enum http_result wanted)
{
	for (size_t i = 0; i < count; i++) {
		char text[200];

		snprintf(text, sizeof text, "%sHost: a\r\n\r\n", lines[i]);
		check_request(text, strlen(text), wanted);
	}
}

/* Each vector is the headers of a request that has a Host, with their ends. */
static void
check_headers(const struct vector *headers, size_t count,
    enum http_result wanted)
{
	for (size_t i = 0; i < count; i++) {
		struct buf text = BUF_INIT;

		buf_puts(&text, "POST /x HTTP/1.1\r\nHost: a\r\n");
		buf_append(&text, headers[i].bytes, headers[i].len);
		buf_puts(&text, "\r\n");
		check_request(text.data, text.len, wanted);
		buf_release(&text);
	}
}

#define CHECK_FIRST_LINES(lines, wanted) \
	check_first_lines(lines, sizeof(lines) / sizeof *(lines), wanted)
#define CHECK_HEADERS(headers, wanted) \
	check_headers(headers, sizeof(headers) / sizeof *(headers), wanted)

static void
bad_first_lines_are_refused(void **state)
{
	static const char *const lines[] = {
		/* the method */
		" GET / HTTP/1.1\r\n",
		"\tGET / HTTP/1.1\r\n",
		"G(T / HTTP/1.1\r\n",
		"G\xc3\x84T / HTTP/1.1\r\n",
		"GET: / HTTP/1.1\r\n",
		/* the spaces */
		"GET  / HTTP/1.1\r\n",
		"GET\t/ HTTP/1.1\r\n",
		"GET /  HTTP/1.1\r\n",
		"GET / HTTP/1.1 \r\n",
		"GET / \r\n",
		"GET /\r\n",
		"GET\r\n",
		"GET  HTTP/1.1\r\n",
		"GET / x HTTP/1.1\r\n",
		/* the version */
		"GET / http/1.1\r\n",
		"GET / HTTP/1\r\n",
		"GET / HTTP/1.\r\n",
		"GET / HTTP/.1\r\n",
		"GET / HTTP/1.10\r\n",
		"GET / HTTP/01.1\r\n",
		"GET / HTTP/1,1\r\n",
		"GET / HTTP/1.1x\r\n",
		"GET / HTTPS/1.1\r\n",
		"GET / HTTP /1.1\r\n",
		"GET / HTTP/+1.1\r\n",
		"GET / XTTP/1.1\r\n",
		/* bare carriage returns */
		"GET / HTTP/1.1\r",
		"GET / HTTP/1.1\r\r\n",
		"GET /\rx HTTP/1.1\r\n",
		"\rGET / HTTP/1.1\r\n",
	};

	(void)state;
	CHECK_FIRST_LINES(lines, HTTP_BAD);
}

static void
bad_targets_are_refused(void **state)
{
	static const char *const lines[] = {
		"GET x HTTP/1.1\r\n",
		"GET ?x HTTP/1.1\r\n",
		"GET a.example:80 HTTP/1.1\r\n",
		"GET * HTTP/1.1\r\n",
		"OPTIONS */ HTTP/1.1\r\n",
		"CONNECT a.example:443 HTTP/1.1\r\n",
		"CONNECT /x HTTP/1.1\r\n",
		"GET /x#y HTTP/1.1\r\n",
		"GET /x\x01 HTTP/1.1\r\n",
		"GET /x\x7f HTTP/1.1\r\n",
		"GET /caf\xc3\xa9 HTTP/1.1\r\n",
		"GET /\"x\" HTTP/1.1\r\n",
		"GET /<x> HTTP/1.1\r\n",
		"GET /a\\b HTTP/1.1\r\n",
		"GET /a|b HTTP/1.1\r\n",
		"GET /{a} HTTP/1.1\r\n",
		"GET /% HTTP/1.1\r\n",
		"GET /%4 HTTP/1.1\r\n",
		"GET /%zz HTTP/1.1\r\n",
		"GET /?q=100% HTTP/1.1\r\n",
		"GET http:// HTTP/1.1\r\n",
		"GET http:///x HTTP/1.1\r\n",
		"GET http://:80/x HTTP/1.1\r\n",
		"GET http://user@a.example/ HTTP/1.1\r\n",
		"GET http://a.example:x/ HTTP/1.1\r\n",
		"GET http://[::1/ HTTP/1.1\r\n",
		"GET http://a#b HTTP/1.1\r\n",
		"GET http:/a HTTP/1.1\r\n",
		"GET ftp://a.example/ HTTP/1.1\r\n",
	};

	(void)state;
	CHECK_FIRST_LINES(lines, HTTP_BAD);
}

static void
other_versions_are_refused_as_such(void **state)
{
	static const char *const lines[] = {
		"GET / HTTP/0.9\r\n",
		"GET / HTTP/2.0\r\n",
		"GET / HTTP/3.0\r\n",
		"PRI * HTTP/2.0\r\n",
		"GET / HTTP/9.9\r\n",
	};

	(void)state;
	CHECK_FIRST_LINES(lines, HTTP_BAD_VERSION);
}

static void
bare_line_feeds_are_refused_at_once(void **state)
{
	static const struct vector vectors[] = {
		{ BYTES("\n") },
		{ BYTES("\r\n\n") },
		{ BYTES("GET / HTTP/1.1\n") },
		{ BYTES("GET / HTTP/1.1\r\nHost: a\n") },
		{ BYTES("GET / HTTP/1.1\r\nHost: a\r\n\n") },
		{ BYTES("GET / HTTP/1.1\r\nHost: a\r\nX: y\nX: z\r\n\r\n") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
		check_request(vectors[i].bytes, vectors[i].len, HTTP_BAD);
}

static void
two_empty_lines_before_a_request_are_refused(void **state)
{
	(void)state;
	check_request(BYTES("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
	    HTTP_BAD);
}

static void
what_is_no_http_is_refused_by_its_first_byte(void **state)
{
	(void)state;
	/* A TLS hello, NUL, a space, UTF-8, JSON. */
	check_request(BYTES("\x16\x03\x01"), HTTP_BAD);
	check_request(BYTES("\0"), HTTP_BAD);
	check_request(BYTES(" "), HTTP_BAD);
	check_request(BYTES("\xef\xbb\xbfGET"), HTTP_BAD);
	check_request(BYTES("{"), HTTP_BAD);
}

static void
bad_headers_are_refused(void **state)
{
	static const struct vector vectors[] = {
		/* white space around the name */
		{ BYTES("X : y\r\n") },
		{ BYTES("X\t: y\r\n") },
		{ BYTES("X Y: z\r\n") },
		{ BYTES("Content-Length : 5\r\n") },
		{ BYTES("Transfer-Encoding : chunked\r\n") },
		/* obs-fold */
		{ BYTES("X: y\r\n z\r\n") },
		{ BYTES("X: y\r\n\tz\r\n") },
		{ BYTES("X: y\r\n \r\n") },
		{ BYTES("Transfer-Encoding:\r\n chunked\r\n") },
		/* the name */
		{ BYTES(": y\r\n") },
		{ BYTES("X\r\n") },
		{ BYTES("X Y\r\n") },
		{ BYTES("X(: y\r\n") },
		{ BYTES("X\xc3\xa4: y\r\n") },
		{ BYTES("X\0: y\r\n") },
		{ BYTES("\0X: y\r\n") },
		{ BYTES("X\x0b: y\r\n") },
		{ BYTES("\"X\": y\r\n") },
		/* the value */
		{ BYTES("X: a\0b\r\n") },
		{ BYTES("X: a\x01\r\n") },
		{ BYTES("X: \x1b[2J\r\n") },
		{ BYTES("X: a\x7f\r\n") },
		{ BYTES("X: a\x0b\r\n") },
		/* bare carriage returns */
		{ BYTES("X: a\rb\r\n") },
		{ BYTES("X: a\r\r\n") },
		{ BYTES("X: a\r\n\rY: b\r\n") },
		{ BYTES("\rX: a\r\n") },
		{ BYTES("X\r: a\r\n") },
		{ BYTES("X: a\r\rContent-Length: 5\r\n") },
	};

	(void)state;
	CHECK_HEADERS(vectors, HTTP_BAD);
}

static void
bad_lengths_are_refused(void **state)
{
	static const struct vector vectors[] = {
		{ BYTES("Content-Length: 5\r\nContent-Length: 5\r\n") },
		{ BYTES("Content-Length: 5\r\ncontent-length: 6\r\n") },
		{ BYTES("Content-Length: 5, 5\r\n") },
		{ BYTES("Content-Length: 5,\r\n") },
		{ BYTES("Content-Length: +5\r\n") },
		{ BYTES("Content-Length: -5\r\n") },
		{ BYTES("Content-Length:\r\n") },
		{ BYTES("Content-Length:  \r\n") },
		{ BYTES("Content-Length: 0x5\r\n") },
		{ BYTES("Content-Length: 5a\r\n") },
		{ BYTES("Content-Length: 5 5\r\n") },
		{ BYTES("Content-Length: 5.0\r\n") },
		{ BYTES("Content-Length: 5;\r\n") },
		{ BYTES("Content-Length: \"5\"\r\n") },
		{ BYTES("Content-Length: 1e1\r\n") },
		{ BYTES("Content-Length: \xb2\r\n") },
		{ BYTES("Content-Length: 9223372036854775808\r\n") },
		{ BYTES("Content-Length: 18446744073709551621\r\n") },
		{ BYTES("Content-Length: 99999999999999999999999999\r\n") },
	};

	(void)state;
	CHECK_HEADERS(vectors, HTTP_BAD);
}

static void
a_length_beside_chunks_is_refused(void **state)
{
	static const struct vector vectors[] = {
		{ BYTES(
		    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") },
		{ BYTES(
		    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") },
		{ BYTES(
		    "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n") },
		{ BYTES("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n") },
	};

	(void)state;
	CHECK_HEADERS(vectors, HTTP_BAD);
}

static void
bad_transfer_encodings_are_refused(void **state)
{
	static const struct vector vectors[] = {
		{ BYTES("Transfer-Encoding: chunked\r\n"
			"Transfer-Encoding: chunked\r\n") },
		{ BYTES("Transfer-Encoding: gzip\r\n"
			"Transfer-Encoding: chunked\r\n") },
		{ BYTES("Transfer-Encoding: chunked\r\n"
			"Transfer-Encoding: identity\r\n") },
		{ BYTES("Transfer-Encoding: chunked, chunked\r\n") },
		{ BYTES("Transfer-Encoding: chunked, gzip\r\n") },
		{ BYTES("Transfer-Encoding: chunked,\r\n") },
		{ BYTES("Transfer-Encoding: ,chunked\r\n") },
		{ BYTES("Transfer-Encoding:\r\n") },
		{ BYTES("Transfer-Encoding: chunked;q=1\r\n") },
		{ BYTES("Transfer-Encoding: chunked x\r\n") },
		{ BYTES("Transfer-Encoding: \"chunked\"\r\n") },
		{ BYTES("Transfer-Encoding: 'chunked' x\r\n") },
		{ BYTES("Transfer-Encoding: chunked/x\r\n") },
		{ BYTES("Transfer-Encoding: \x0b"
			"chunked\r\n") },
		{ BYTES("Transfer-Encoding: [chunked]\r\n") },
	};

	(void)state;
	CHECK_HEADERS(vectors, HTTP_BAD);
	check_request(
	    BYTES("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
	    HTTP_BAD);
}

static void
codings_that_are_not_chunked_are_refused_as_such(void **state)
{
	static const struct vector vectors[] = {
		{ BYTES("Transfer-Encoding: gzip\r\n") },
		{ BYTES("Transfer-Encoding: gzip, chunked\r\n") },
		{ BYTES("Transfer-Encoding: gzip;level=9 , chunked\r\n") },
		{ BYTES("Transfer-Encoding: identity\r\n") },
		{ BYTES("Transfer-Encoding: xchunked\r\n") },
		{ BYTES("Transfer-Encoding: chunkedx\r\n") },
		{ BYTES("Transfer-Encoding: 'chunked'\r\n") },
		{ BYTES("Transfer-Encoding: cow\r\n") },
	};

	(void)state;
	CHECK_HEADERS(vectors, HTTP_BAD_ENCODING);
}

static void
bad_hosts_are_refused(void **state)
{
	static const char *const heads[] = {
		"GET / HTTP/1.1\r\n\r\n",
		"GET http://a/ HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
		"GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a:x\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: me@a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: http://a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: []\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a?b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: caf\xc3\xa9\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		check_request(heads[i], strlen(heads[i]), HTTP_BAD);
}

static void
a_head_without_end_is_refused_at_the_limit(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_puts(&text, "GET /");
	while (text.len < HEAD_MAX)
		buf_putc(&text, 'x');
	check_request(text.data, HEAD_MAX - 1, HTTP_MORE);
	check_request(text.data, HEAD_MAX, HTTP_TOO_LARGE);
	buf_release(&text);
}

static void
bad_responses_are_refused(void **state)
{
	static const struct {
		const char *text;
		enum http_result wanted;
	} rows[] = {
		{ "HTTP/1.1 200\r\n\r\n", HTTP_BAD },
		{ "HTTP/1.1  200 OK\r\n\r\n", HTTP_BAD },
		{ "HTTP/1.1 20 OK\r\n\r\n", HTTP_BAD },
		{ "HTTP/1.1 2000 OK\r\n\r\n", HTTP_BAD },
		{ "HTTP/1.1 099 OK\r\n\r\n", HTTP_BAD },
		{ "HTTP/1.1 600 OK\r\n\r\n", HTTP_BAD },
		{ "HTTP/1.1 -20 OK\r\n\r\n", HTTP_BAD },
		{ "HTTP/1.1 200 \x1b[2J\r\n\r\n", HTTP_BAD },
		{ "HTTP/1.1 200 a\rb\r\n\r\n", HTTP_BAD },
		{ "HTTP/1.1\r\n\r\n", HTTP_BAD },
		{ "H\r\n\r\n", HTTP_BAD },
		{ "\r\nHTTP/1.1 200 OK\r\n\r\n", HTTP_BAD },
		{ "GET / HTTP/1.1\r\n\r\n", HTTP_BAD },
		{ "ICY 200 OK\r\n\r\n", HTTP_BAD },
		{ "HTTP/2.0 200 OK\r\n\r\n", HTTP_BAD_VERSION },
		{ "HTTP/1.1 200 OK\n\n", HTTP_BAD },
		{ "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", HTTP_BAD },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n"
		  "\r\n",
		    HTTP_BAD },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
		  "Content-Length: 1\r\n\r\n",
		    HTTP_BAD },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
		    HTTP_BAD_ENCODING },
		{ "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
		    HTTP_BAD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_head head;

		assert_int_equal(http_feed_response(rows[i].text,
				     strlen(rows[i].text), false, &head),
		    rows[i].wanted);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_first_lines_are_refused),
		cmocka_unit_test(bad_targets_are_refused),
		cmocka_unit_test(other_versions_are_refused_as_such),
		cmocka_unit_test(bare_line_feeds_are_refused_at_once),
		cmocka_unit_test(two_empty_lines_before_a_request_are_refused),
		cmocka_unit_test(what_is_no_http_is_refused_by_its_first_byte),
		cmocka_unit_test(bad_headers_are_refused),
		cmocka_unit_test(bad_lengths_are_refused),
		cmocka_unit_test(a_length_beside_chunks_is_refused),
		cmocka_unit_test(bad_transfer_encodings_are_refused),
		cmocka_unit_test(
		    codings_that_are_not_chunked_are_refused_as_such),
		cmocka_unit_test(bad_hosts_are_refused),
		cmocka_unit_test(a_head_without_end_is_refused_at_the_limit),
		cmocka_unit_test(bad_responses_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Addresses of servers and percent-encoding.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/url.h"

static void
check_url(const char *text, enum url_scheme scheme, const char *host, int port,
    const char *format, const char *header)
{
	struct url url;
	struct buf out = BUF_INIT;
	char cause[128] = "";

	if (!url_parse(text, &url, cause, sizeof(cause)))
		fail_msg("%s: %s", text, cause);
	assert_int_equal(url.scheme, scheme);
	assert_string_equal(url.host, host);
	assert_int_equal(url.port, port);
	url_format(&url, &out);
	assert_string_equal(out.data, format);
	buf_clear(&out);
	url_host_header(&url, &out);
	assert_string_equal(out.data, header);
	buf_release(&out);
}

static void
addresses_are_read_and_written(void **state)
{
	(void)state;
	check_url("http://chat.example", URL_HTTP, "chat.example", 80,
	    "http://chat.example", "chat.example");
	check_url("https://chat.example/", URL_HTTPS, "chat.example", 443,
	    "https://chat.example", "chat.example");
	check_url("ws://127.0.0.1:7480", URL_HTTP, "127.0.0.1", 7480,
	    "http://127.0.0.1:7480", "127.0.0.1:7480");
	check_url("WSS://a-b_c.d:443", URL_HTTPS, "a-b_c.d", 443,
	    "https://a-b_c.d", "a-b_c.d");
	check_url("https://h:80", URL_HTTPS, "h", 80, "https://h:80", "h:80");
	check_url("http://[::1]:7480/", URL_HTTP, "::1", 7480,
	    "http://[::1]:7480", "[::1]:7480");
	check_url("http://[2001:db8::1.2.3.4]", URL_HTTP, "2001:db8::1.2.3.4",
	    80, "http://[2001:db8::1.2.3.4]", "[2001:db8::1.2.3.4]");
}

static void
the_path_of_a_unix_socket_is_read(void **state)
{
	struct url url;
	struct buf out = BUF_INIT;
	char cause[128];

	(void)state;
	assert_true(url_parse("unix:/run/hubbub/hubbub.sock", &url, cause,
	    sizeof(cause)));
	assert_int_equal(url.scheme, URL_UNIX);
	assert_string_equal(url.path, "/run/hubbub/hubbub.sock");
	url_format(&url, &out);
	assert_string_equal(out.data, "unix:/run/hubbub/hubbub.sock");
	buf_clear(&out);
	url_host_header(&url, &out);
	assert_string_equal(out.data, "localhost");
	buf_release(&out);
}

static void
a_path_longer_than_a_socket_address_is_refused(void **state)
{
	struct url url;
	char text[5 + 108 + 1] = "unix:/";
	char cause[128] = "";

	(void)state;
	memset(text + 6, 'x', 108 - 2);
	assert_true(url_parse(text, &url, cause, sizeof(cause)));
	assert_int_equal(strlen(url.path), 107);
	memset(text + 6, 'x', 108 - 1);
	assert_false(url_parse(text, &url, cause, sizeof(cause)));
	assert_non_null(strstr(cause, "107"));
}

static void
anything_else_is_refused_with_a_reason(void **state)
{
	static const char *const bad[] = { "", "chat.example",
		"ftp://chat.example", "http:/chat.example", "http://",
		"http:///", "http://:80", "http://h:", "http://h:0",
		"http://h:65536", "http://h:80x", "http://h:+80",
		"http://h:999999", "http://user@h", "http://u:p@h:80",
		"http://h/path", "http://h?q", "http://h#f", "http://h//",
		"http://h h", "http://h\r\nX: y", "http://[::1", "http://::1",
		"http://[]", "http://[::1]x", "http://[::1]80",
		"http://[fe80::1%eth0]", "http://[chat.example]",
		"unix:", "unix:run/sock" };
	struct url url;
	char cause[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		cause[0] = '\0';
		if (url_parse(bad[i], &url, cause, sizeof(cause)))
			fail_msg("%s was taken", bad[i]);
		assert_true(strlen(cause) > 0);
	}
}

static void
a_host_longer_than_its_field_is_refused(void **state)
{
	struct url url;
	char text[7 + 256 + 1] = "http://";
	char cause[128];

	(void)state;
	memset(text + 7, 'a', 255);
	assert_true(url_parse(text, &url, cause, sizeof(cause)));
	memset(text + 7, 'a', 256);
	assert_false(url_parse(text, &url, cause, sizeof(cause)));
}

static void
every_byte_but_nul_survives_encoding(void **state)
{
	struct buf text = BUF_INIT;
	struct buf back = BUF_INIT;
	char all[255];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all); i++)
		all[i] = (char)(i + 1);
	url_encode(&text, all, sizeof(all));
	assert_int_equal(strspn(text.data,
			     "abcdefghijklmnopqrstuvwxyz"
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%"),
	    text.len);
	assert_true(url_decode(&back, text.data, text.len, true));
	assert_int_equal(back.len, sizeof(all));
	assert_memory_equal(back.data, all, sizeof(all));
	buf_release(&text);
	buf_release(&back);
}

static void
a_plus_is_a_space_only_where_asked_for(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	assert_true(url_decode(&out, "a+b%2Bc", 7, true));
	assert_string_equal(out.data, "a b+c");
	buf_clear(&out);
	assert_true(url_decode(&out, "a+b%2bc", 7, false));
	assert_string_equal(out.data, "a+b+c");
	buf_clear(&out);
	assert_true(url_decode(&out, "", 0, false));
	assert_string_equal(out.data, "");
	buf_release(&out);
}

static void
bad_escapes_and_nul_are_refused(void **state)
{
	static const char *const bad[] = { "%", "%4", "%4g", "%g4", "a%", "%00",
		"%%41" };
	struct buf out = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (url_decode(&out, bad[i], strlen(bad[i]), false))
			fail_msg("%s was taken", bad[i]);
	}
	assert_false(url_decode(&out, "a\0b", 3, false));
	buf_release(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_and_written),
		cmocka_unit_test(the_path_of_a_unix_socket_is_read),
		cmocka_unit_test(
		    a_path_longer_than_a_socket_address_is_refused),
		cmocka_unit_test(anything_else_is_refused_with_a_reason),
		cmocka_unit_test(a_host_longer_than_its_field_is_refused),
		cmocka_unit_test(every_byte_but_nul_survives_encoding),
		cmocka_unit_test(a_plus_is_a_space_only_where_asked_for),
		cmocka_unit_test(bad_escapes_and_nul_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

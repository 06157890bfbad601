/*
 * JSON: what the writer writes, and what is refused on the way in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/json_out.h"
#include "shared/utf8.h"

static void
commas_stand_between_members_and_nowhere_else(void **state)
{
	struct buf buf = BUF_INIT;
	struct json_out out;

	(void)state;
	json_out_init(&out, &buf);
	json_out_object(&out);
	json_out_kobject(&out, "empty");
	json_out_object_end(&out);
	json_out_karray(&out, "list");
	json_out_int(&out, 1);
	json_out_array(&out);
	json_out_array_end(&out);
	json_out_object(&out);
	json_out_kbool(&out, "yes", true);
	json_out_kbool(&out, "no", false);
	json_out_object_end(&out);
	json_out_null(&out);
	json_out_raw(&out, "{\"x\":1}", 7);
	json_out_array_end(&out);
	json_out_kint(&out, "n", -5);
	json_out_object_end(&out);
	assert_string_equal(buf.data,
	    "{\"empty\":{},\"list\":[1,[],{\"yes\":true,\"no\":false},null,"
	    "{\"x\":1}],\"n\":-5}");
	buf_release(&buf);
}

static void
missing_values_are_left_out_where_they_may_be(void **state)
{
	struct buf buf = BUF_INIT;
	struct json_out out;

	(void)state;
	json_out_init(&out, &buf);
	json_out_object(&out);
	json_out_kstring_opt(&out, "a", NULL);
	json_out_kid_opt(&out, "b", 0);
	json_out_ktime_opt(&out, "c", 0);
	json_out_kstring_opt(&out, "d", "");
	json_out_kid_opt(&out, "e", 12);
	json_out_ktime_opt(&out, "f", 1);
	json_out_object_end(&out);
	assert_string_equal(buf.data,
	    "{\"d\":\"\",\"e\":\"12\","
	    "\"f\":\"1970-01-01T00:00:00.001Z\"}");
	buf_release(&buf);
}

static void
integers_are_written_whole(void **state)
{
	static const int64_t values[] = { 0, 1, -1, 1000, INT64_MAX,
		INT64_MIN };
	struct buf buf = BUF_INIT;
	struct json_out out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(values) / sizeof(*values); i++) {
		buf_clear(&buf);
		json_out_init(&out, &buf);
		json_out_int(&out, values[i]);
		assert_int_equal(strtoll(buf.data, NULL, 10), values[i]);
	}
	buf_release(&buf);
}

static void
check_real(double value, const char *want)
{
	struct buf buf = BUF_INIT;
	struct json_out out;

	json_out_init(&out, &buf);
	json_out_real(&out, value);
	assert_string_equal(buf.data, want);
	buf_release(&buf);
}

static void
reals_are_short_and_exact_and_never_infinite(void **state)
{
	(void)state;
	check_real(0.17, "0.17");
	check_real(5, "5");
	check_real(-0.5, "-0.5");
	check_real(0.1 + 0.2, "0.30000000000000004");
	check_real(1e300, "1e+300");
	check_real((double)INFINITY, "null");
	check_real((double)NAN, "null");
}

/* A string of every code point goes out and comes back through jansson. */
static void
every_string_is_read_back_as_it_was(void **state)
{
	struct buf buf = BUF_INIT;
	struct buf text = BUF_INIT;
	struct json_out out;
	char cause[128];
	char bytes[4];
	json_t *root;
	uint32_t cp;

	(void)state;
	for (cp = 1; cp < 0x3000; cp++)
		buf_append(&text, bytes, utf8_encode(cp, bytes));
	json_out_init(&out, &buf);
	json_out_object(&out);
	json_out_kstring(&out, "text", text.data);
	json_out_object_end(&out);
	root = json_in_parse(buf.data, buf.len, 1, cause, sizeof(cause));
	assert_non_null(root);
	assert_string_equal(json_in_string(root, "text"), text.data);
	json_decref(root);
	buf_release(&buf);
	buf_release(&text);
}

static void
control_characters_are_escaped(void **state)
{
	struct buf buf = BUF_INIT;
	struct json_out out;

	(void)state;
	json_out_init(&out, &buf);
	json_out_string_n(&out, "a\"b\\c\nd\te\rf\bg\fh\x01i\x1Fj\0k", 21);
	assert_string_equal(buf.data,
	    "\"a\\\"b\\\\c\\nd\\te\\rf\\bg\\fh\\u0001i\\u001fj\\u0000k\"");
	buf_release(&buf);
}

static void
an_object_is_read(void **state)
{
	static const char text[] =
	    "{\"s\":\"x\",\"id\":\"123\",\"n\":-4,\"big\":9223372036854775807,"
	    "\"t\":true,\"f\":false,\"at\":\"1970-01-01T00:00:01Z\","
	    "\"r\":1.5,\"null\":null}";
	char cause[128];
	json_t *root = json_in_parse(text, sizeof(text) - 1, 16, cause,
	    sizeof(cause));

	(void)state;
	assert_non_null(root);
	assert_string_equal(json_in_string(root, "s"), "x");
	assert_int_equal(json_in_id(root, "id"), 123);
	assert_int_equal(json_in_int(root, "n", 0), -4);
	assert_int_equal(json_in_int(root, "big", 0), INT64_MAX);
	assert_true(json_in_bool(root, "t", false));
	assert_false(json_in_bool(root, "f", true));
	assert_int_equal(json_in_time(root, "at"), 1000);
	json_decref(root);
}

static void
getters_give_the_default_for_what_is_missing_or_of_another_type(void **state)
{
	static const char text[] = "{\"s\":\"x\",\"n\":4,\"r\":1.5,\"u\":null}";
	char cause[128];
	json_t *root = json_in_parse(text, sizeof(text) - 1, 16, cause,
	    sizeof(cause));

	(void)state;
	assert_non_null(root);
	assert_null(json_in_string(root, "n"));
	assert_null(json_in_string(root, "none"));
	assert_null(json_in_string(root, "u"));
	assert_int_equal(json_in_id(root, "s"), 0);
	assert_int_equal(json_in_id(root, "n"), 0);
	assert_int_equal(json_in_int(root, "s", 7), 7);
	assert_int_equal(json_in_int(root, "r", 7), 7);
	assert_true(json_in_bool(root, "n", true));
	assert_int_equal(json_in_time(root, "s"), 0);
	assert_int_equal(json_in_time(root, "n"), 0);
	json_decref(root);
}

static void
what_is_no_object_is_refused_with_a_reason(void **state)
{
	static const char *const bad[] = { "", " ", "[]", "\"x\"", "1", "null",
		"{", "}", "{}x", "{}{}", "{\"a\":}", "{'a':1}", "{\"a\":1,}",
		"{a:1}", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}",
		"{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":-Infinity}",
		"{\"a\":1e999}", "{\"a\":9223372036854775808}",
		"{\"a\":-9223372036854775809}", "{\"a\":\"\xFF\"}",
		"{\"a\":\"\\ud800\"}", "{\"a\":\"\\u0000\"}", "{\"\\u0000\":1}",
		"{\"a\":\"\n\"}", "{\"a\":01}", "\xEF\xBB\xBF{}",
		"{\"a\":1//\n}" };
	char cause[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		cause[0] = '\0';
		if (json_in_parse(bad[i], strlen(bad[i]), 16, cause,
			sizeof(cause)))
			fail_msg("%s was taken", bad[i]);
		assert_true(strlen(cause) > 0);
	}
	assert_null(json_in_parse("{}\0", 3, 16, cause, sizeof(cause)));
}

static void
a_reason_never_quotes_the_input(void **state)
{
	static const char *const bad[] = {
		"{\"password\":\"hunter2\" x}",
		"{\"hunter2\":1,\"hunter2\":2}",
		"{\"a\":hunter2}",
		"hunter2",
	};
	char cause[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_null(json_in_parse(bad[i], strlen(bad[i]), 16, cause,
		    sizeof(cause)));
		assert_null(strstr(cause, "hunter2"));
	}
}

/* An object that holds arrays, `depth` containers deep in all. */
static json_t *
nested_parse(size_t depth, size_t max, char *cause, size_t cause_size)
{
	struct buf buf = BUF_INIT;
	json_t *root;
	size_t i;

	buf_puts(&buf, "{\"[[[[[[[[[[\\\"[[\":");
	for (i = 1; i < depth; i++)
		buf_putc(&buf, '[');
	if (depth == 1)
		buf_putc(&buf, '1');
	for (i = 1; i < depth; i++)
		buf_putc(&buf, ']');
	buf_putc(&buf, '}');
	root = json_in_parse(buf.data, buf.len, max, cause, cause_size);
	buf_release(&buf);
	return root;
}

static void
nesting_is_bounded_and_brackets_in_strings_do_not_count(void **state)
{
	char cause[128];
	json_t *root;
	size_t depth;

	(void)state;
	for (depth = 1; depth <= 16; depth++) {
		root = nested_parse(depth, 16, cause, sizeof(cause));
		assert_non_null(root);
		json_decref(root);
	}
	assert_null(nested_parse(17, 16, cause, sizeof(cause)));
	assert_non_null(strstr(cause, "16"));
	assert_null(nested_parse(100000, 16, cause, sizeof(cause)));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_stand_between_members_and_nowhere_else),
		cmocka_unit_test(missing_values_are_left_out_where_they_may_be),
		cmocka_unit_test(integers_are_written_whole),
		cmocka_unit_test(reals_are_short_and_exact_and_never_infinite),
		cmocka_unit_test(every_string_is_read_back_as_it_was),
		cmocka_unit_test(control_characters_are_escaped),
		cmocka_unit_test(an_object_is_read),
		cmocka_unit_test(
		    getters_give_the_default_for_what_is_missing_or_of_another_type),
		cmocka_unit_test(what_is_no_object_is_refused_with_a_reason),
		cmocka_unit_test(a_reason_never_quotes_the_input),
		cmocka_unit_test(
		    nesting_is_bounded_and_brackets_in_strings_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

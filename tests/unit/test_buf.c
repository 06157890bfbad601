/*
 * The buffer, and the allocation under it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/xmalloc.h"

static void
an_empty_buffer_has_no_memory(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	assert_null(buf.data);
	assert_int_equal(buf.len, 0);
	buf_clear(&buf);
	buf_consume(&buf, 0);
	buf_release(&buf);
	assert_null(buf.data);
}

static void
what_is_appended_stands_in_order_and_ends_with_a_nul(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_append(&buf, "a\0b", 3);
	buf_putc(&buf, 'c');
	buf_puts(&buf, "de");
	buf_printf(&buf, "%d-%s", 42, "x");
	assert_int_equal(buf.len, 10);
	assert_memory_equal(buf.data, "a\0bcde42-x", 11);
	buf_release(&buf);
}

static void
printing_more_than_the_free_room_grows_the_buffer(void **state)
{
	struct buf buf = BUF_INIT;
	int width;

	(void)state;
	for (width = 1; width < 300; width++) {
		buf_clear(&buf);
		buf_puts(&buf, "<");
		buf_printf(&buf, "%*d>", width, 7);
		assert_int_equal(buf.len, width + 2);
		assert_int_equal(buf.data[width], '7');
		assert_int_equal(buf.data[width + 1], '>');
		assert_int_equal(buf.data[width + 2], '\0');
		buf_release(&buf);
	}
}

static void
reserved_room_holds_as_many_bytes_as_asked_for(void **state)
{
	struct buf buf = BUF_INIT;
	size_t more;

	(void)state;
	for (more = 0; more < 2000; more += 37) {
		memset(buf_reserve(&buf, more), 'x', more);
		buf.len += more;
		assert_true(buf.cap > buf.len);
	}
	buf_putc(&buf, 'y');
	assert_int_equal(strspn(buf.data, "x"), buf.len - 1);
	buf_release(&buf);
}

static void
consuming_keeps_the_rest(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_puts(&buf, "onetwo");
	buf_consume(&buf, 3);
	assert_string_equal(buf.data, "two");
	buf_consume(&buf, 3);
	assert_int_equal(buf.len, 0);
	assert_string_equal(buf.data, "");
	buf_release(&buf);
}

static void
clearing_keeps_the_memory(void **state)
{
	struct buf buf = BUF_INIT;
	size_t cap;

	(void)state;
	buf_puts(&buf, "text");
	cap = buf.cap;
	buf_clear(&buf);
	assert_int_equal(buf.len, 0);
	assert_int_equal(buf.cap, cap);
	assert_string_equal(buf.data, "");
	buf_release(&buf);
}

static void
detached_bytes_are_the_callers(void **state)
{
	struct buf buf = BUF_INIT;
	char *text;

	(void)state;
	text = buf_detach(&buf);
	assert_string_equal(text, "");
	free(text);

	/* Written past buf_reserve(), without a NUL. */
	memset(buf_reserve(&buf, 8), 'z', 8);
	buf.len += 3;
	text = buf_detach(&buf);
	assert_string_equal(text, "zzz");
	assert_null(buf.data);
	free(text);
}

static void
copies_and_formatted_text_are_whole(void **state)
{
	char *text;

	(void)state;
	text = xstrndup("abcdef", 3);
	assert_string_equal(text, "abc");
	free(text);
	text = xstrndup("ab", 3);
	assert_string_equal(text, "ab");
	free(text);
	text = xasprintf("%s=%d", "n", 5);
	assert_string_equal(text, "n=5");
	free(text);
	text = xreallocarray(NULL, 0, 16);
	assert_non_null(text);
	free(text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_buffer_has_no_memory),
		cmocka_unit_test(
		    what_is_appended_stands_in_order_and_ends_with_a_nul),
		cmocka_unit_test(
		    printing_more_than_the_free_room_grows_the_buffer),
		cmocka_unit_test(
		    reserved_room_holds_as_many_bytes_as_asked_for),
		cmocka_unit_test(consuming_keeps_the_rest),
		cmocka_unit_test(clearing_keeps_the_memory),
		cmocka_unit_test(detached_bytes_are_the_callers),
		cmocka_unit_test(copies_and_formatted_text_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

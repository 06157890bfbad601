/*
 * UTF-8: what is valid, what is counted, what reaches a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/utf8.h"

static void
every_scalar_is_encoded_valid_and_decoded_again(void **state)
{
	char bytes[4];
	uint32_t back;
	uint32_t cp;
	size_t len;

	(void)state;
	for (cp = 0; cp <= 0x10FFFF; cp++) {
		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		len = utf8_encode(cp, bytes);
		if (!utf8_valid(bytes, len) ||
		    utf8_decode(bytes, len, &back) != len || back != cp)
			fail_msg("U+%04X", (unsigned int)cp);
	}
}

static void
what_is_no_scalar_is_encoded_as_the_replacement(void **state)
{
	char bytes[4];

	(void)state;
	assert_int_equal(utf8_encode(0xD800, bytes), 3);
	assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
	assert_int_equal(utf8_encode(0x110000, bytes), 3);
	assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
}

/* Bytes that are not UTF-8 (RFC 3629 section 4). */
static const struct {
	const char *bytes;
	size_t len;
} invalid[] = {
	{ "\x80", 1 },
	{ "\xBF", 1 },
	{ "\xC0\x80", 2 },
	{ "\xC1\xBF", 2 },
	{ "\xC2", 1 },
	{ "\xC2\x41", 2 },
	{ "\xE0\x80\x80", 3 },
	{ "\xE0\x9F\xBF", 3 },
	{ "\xE2\x82", 2 },
	{ "\xE2\x82\x41", 3 },
	{ "\xED\xA0\x80", 3 },
	{ "\xED\xBF\xBF", 3 },
	{ "\xF0\x80\x80\x80", 4 },
	{ "\xF0\x8F\xBF\xBF", 4 },
	{ "\xF0\x9F\x98", 3 },
	{ "\xF4\x90\x80\x80", 4 },
	{ "\xF5\x80\x80\x80", 4 },
	{ "\xF8\x88\x80\x80\x80", 5 },
	{ "\xFE", 1 },
	{ "\xFF", 1 },
	{ "ok\xFF", 3 },
	{ "12345678\x80", 9 },
};

static void
invalid_bytes_are_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(invalid) / sizeof(*invalid); i++) {
		if (utf8_valid(invalid[i].bytes, invalid[i].len))
			fail_msg("row %zu was taken", i);
	}
}

static void
an_invalid_byte_is_decoded_alone(void **state)
{
	uint32_t cp;

	(void)state;
	assert_int_equal(utf8_decode("\xE2\x82", 2, &cp), 1);
	assert_int_equal(cp, 0xFFFD);
	assert_int_equal(utf8_decode("\xF0\x9F\x98", 3, &cp), 1);
	assert_int_equal(cp, 0xFFFD);
	assert_int_equal(utf8_decode("\xED\xA0\x80", 3, &cp), 1);
	assert_int_equal(cp, 0xFFFD);
}

static void
text_in_pieces_is_judged_like_text_in_one(void **state)
{
	static const char text[] =
	    "plain ascii text, \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80!";
	struct utf8_check check;
	size_t len = sizeof(text) - 1;
	size_t a;
	size_t b;

	(void)state;
	for (a = 0; a <= len; a++) {
		for (b = a; b <= len; b++) {
			check = (struct utf8_check){ 0 };
			assert_true(utf8_check_feed(&check, text, a));
			assert_true(utf8_check_feed(&check, text + a, b - a));
			assert_true(utf8_check_feed(&check, text + b, len - b));
			assert_true(utf8_check_done(&check));
		}
	}
}

static void
an_error_is_found_at_the_first_byte_that_proves_it(void **state)
{
	struct utf8_check check = { 0 };

	(void)state;
	assert_true(utf8_check_feed(&check, "\xF4", 1));
	assert_false(utf8_check_done(&check));
	assert_false(utf8_check_feed(&check, "\x90", 1));
}

static void
code_points_are_counted(void **state)
{
	(void)state;
	assert_int_equal(utf8_count("", 0), 0);
	assert_int_equal(utf8_count("a\xC3\xA9\xF0\x9F\x98\x80", 7), 3);
}

static void
check_clean(enum utf8_clean how, const char *text, const char *want)
{
	struct buf out = BUF_INIT;

	buf_puts(&out, "");
	utf8_clean(&out, text, strlen(text), how);
	assert_string_equal(out.data, want);
	buf_release(&out);
}

static void
a_line_loses_every_control_and_bidi_character(void **state)
{
	(void)state;
	check_clean(UTF8_CLEAN_LINE,
	    "a\tb\nc\x1B[31md\x7F\xC2\x9B"
	    "e\r",
	    "abc[31mde");
	check_clean(UTF8_CLEAN_LINE,
	    "\xE2\x80\xAE"
	    "evil\xE2\x81\xA6\xD8\x9C\xE2\x80\x8F",
	    "evil");
	check_clean(UTF8_CLEAN_LINE, "gr\xC3\xBC\xC3\x9F \\ \xF0\x9F\x98\x80",
	    "gr\xC3\xBC\xC3\x9F \\ \xF0\x9F\x98\x80");
	check_clean(UTF8_CLEAN_LINE, "a\xFF\xC3", "a\xEF\xBF\xBD\xEF\xBF\xBD");
}

static void
a_message_keeps_newlines_and_tabs(void **state)
{
	(void)state;
	check_clean(UTF8_CLEAN_TEXT,
	    "a\tb\r\nc\x07\xE2\x80\xAA"
	    "d\\n",
	    "a\tb\ncd\\n");
}

static void
a_plain_line_shows_controls_as_escapes(void **state)
{
	(void)state;
	check_clean(UTF8_CLEAN_PLAIN,
	    "a\nb\tc\\d\x1B[m\x7F\xC2\x9B\xE2\x80\xAE.",
	    "a\\nb\\x09c\\\\d\\x1b[m\\x7f\\x9b.");
}

static void
check_unescape(const char *text, const char *want)
{
	struct buf out = BUF_INIT;

	buf_puts(&out, "");
	utf8_unescape(&out, text, strlen(text));
	assert_string_equal(out.data, want);
	buf_release(&out);
}

static void
escapes_are_undone_and_other_backslashes_stay(void **state)
{
	(void)state;
	check_unescape("a\\nb\\\\c\\x1b\\x9B", "a\nb\\c\x1B\xC2\x9B");
	check_unescape("\\t \\ \\q \\x4 \\xZZ \\x00 \\",
	    "\\t \\ \\q \\x4 \\xZZ \\x00 \\");
	check_unescape("\\\\n", "\\n");
	check_unescape("\\", "\\");
	check_unescape("", "");
}

static void
a_plain_line_undone_is_the_text_it_was(void **state)
{
	struct buf plain = BUF_INIT;
	struct buf back = BUF_INIT;
	char text[4];
	uint32_t cp;
	size_t len;

	(void)state;
	for (cp = 1; cp < 0x300; cp++) {
		len = utf8_encode(cp, text);
		buf_clear(&plain);
		buf_clear(&back);
		utf8_clean(&plain, text, len, UTF8_CLEAN_PLAIN);
		utf8_unescape(&back, plain.data, plain.len);
		assert_int_equal(back.len, len);
		assert_memory_equal(back.data, text, len);
	}
	buf_release(&plain);
	buf_release(&back);
}

static void
control_and_bidi_characters_are_those_of_the_lists(void **state)
{
	size_t controls = 0;
	size_t bidi = 0;
	uint32_t cp;

	(void)state;
	for (cp = 0; cp <= 0x10FFFF; cp++) {
		controls += utf8_is_control(cp);
		bidi += utf8_is_bidi(cp);
	}
	/* 32 of C0, DEL, 32 of C1; 1 + 2 + 5 + 4. */
	assert_int_equal(controls, 65);
	assert_int_equal(bidi, 12);
	assert_true(utf8_is_control(0x9F) && !utf8_is_control(0xA0));
	assert_true(utf8_is_bidi(0x202E) && utf8_is_bidi(0x2069));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_scalar_is_encoded_valid_and_decoded_again),
		cmocka_unit_test(
		    what_is_no_scalar_is_encoded_as_the_replacement),
		cmocka_unit_test(invalid_bytes_are_refused),
		cmocka_unit_test(an_invalid_byte_is_decoded_alone),
		cmocka_unit_test(text_in_pieces_is_judged_like_text_in_one),
		cmocka_unit_test(
		    an_error_is_found_at_the_first_byte_that_proves_it),
		cmocka_unit_test(code_points_are_counted),
		cmocka_unit_test(a_line_loses_every_control_and_bidi_character),
		cmocka_unit_test(a_message_keeps_newlines_and_tabs),
		cmocka_unit_test(a_plain_line_shows_controls_as_escapes),
		cmocka_unit_test(escapes_are_undone_and_other_backslashes_stay),
		cmocka_unit_test(a_plain_line_undone_is_the_text_it_was),
		cmocka_unit_test(
		    control_and_bidi_characters_are_those_of_the_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Breaking texts into rows, and the bounded cache of breaks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dice.h"
#include "shared/buf.h"
#include "tui/wrap.h"

/* The rows of a text, joined by '|'. */
static void
assert_wraps_as(const char *text, int columns, enum width_emoji emoji,
    const char *want)
{
	struct wrap *wrap = wrap_new(text, strlen(text), columns, emoji);
	struct buf rows = BUF_INIT;

	for (size_t i = 0; i < wrap->count; i++) {
		if (i > 0)
			buf_putc(&rows, '|');
		buf_append(&rows, text + wrap->rows[i].start,
		    wrap->rows[i].len);
	}
	assert_string_equal(rows.data == NULL ? "" : rows.data, want);
	buf_release(&rows);
	free(wrap);
}

static void
assert_wraps(const char *text, int columns, const char *want)
{
	assert_wraps_as(text, columns, WIDTH_EMOJI_SAFE, want);
}

static void
rows_break_at_blanks(void **state)
{
	(void)state;
	assert_wraps("one two three four", 9, "one two|three|four");
	assert_wraps("one two", 7, "one two");
	assert_wraps("one two ", 7, "one two");
	assert_wraps("one     two", 5, "one|two");
	assert_wraps("", 5, "");
}

static void
a_word_wider_than_a_row_breaks_where_the_row_ends(void **state)
{
	(void)state;
	assert_wraps("https://example.org/a", 8, "https://|example.|org/a");
	assert_wraps("see https://ab", 8, "see|https://|ab");
}

static void
newlines_begin_rows_and_empty_lines_stay(void **state)
{
	(void)state;
	assert_wraps("a\n\nb\n", 5, "a||b|");
	assert_wraps("\n", 5, "|");
}

static void
blanks_at_the_start_of_a_line_stay(void **state)
{
	(void)state;
	assert_wraps("if x:\n    y = 1", 20, "if x:|    y = 1");
}

static void
wide_text_breaks_between_characters_and_never_in_one(void **state)
{
	(void)state;
	assert_wraps("日本語テキスト", 5, "日本|語テ|キス|ト");
	assert_wraps("ab日本語", 5, "ab日|本語");
	assert_wraps("日", 1, "日");
}

static void
an_emoji_takes_the_columns_of_its_name(void **state)
{
	(void)state;
	assert_wraps_as("ab 🎉 cd", 9, WIDTH_EMOJI_ASCII, "ab 🎉|cd");
	assert_wraps_as("abcd🎉🎉", 9, WIDTH_EMOJI_ASCII, "abcd|🎉|🎉");
	/* It is wider than the row: it has one for itself. */
	assert_wraps_as("a🎉b", 3, WIDTH_EMOJI_ASCII, "a|🎉|b");
	assert_wraps_as("🎉 🎉", 3, WIDTH_EMOJI_ASCII, "🎉|🎉");
}

static void
marks_stay_with_their_base(void **state)
{
	(void)state;
	assert_wraps("e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301|e\u0301");
}

/* Rows come in order, fit, and leave out nothing but blanks and newlines. */
static void
assert_sound(const char *text, size_t len, int columns)
{
	struct wrap *wrap = wrap_new(text, len, columns, WIDTH_EMOJI_SAFE);
	size_t at = 0;

	for (size_t i = 0; i < wrap->count; i++) {
		struct wrap_row row = wrap->rows[i];

		assert_true(row.start >= at);
		assert_true(row.start + row.len <= len);
		for (; at < row.start; at++)
			assert_non_null(strchr(" \n\t", text[at]));
		at = row.start + row.len;
		if (memchr(text + row.start, '\t', row.len) == NULL)
			assert_true(width_text(text + row.start, row.len,
					WIDTH_EMOJI_SAFE) <= (size_t)columns);
	}
	for (; at < len; at++)
		assert_non_null(strchr(" \n\t", text[at]));
	free(wrap);
}

static void
whatever_the_text_no_byte_is_lost_and_every_row_fits(void **state)
{
	static const char *const pieces[] = { "a", "word", " ", "  ", "\n",
		"日本", "e\u0301", "\t", "👩‍👩‍👧",
		"longer-than-most" };
	struct dice dice = { 3 };

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct buf text = BUF_INIT;
		uint32_t count = 1 + dice_roll(&dice, 40);

		while (count-- > 0)
			buf_puts(&text, pieces[dice_roll(&dice, 10)]);
		assert_sound(text.data, text.len,
		    2 + (int)dice_roll(&dice, 30));
		buf_release(&text);
	}
}

/* ---------------------------------------------------------------- cache --- */

static const struct wrap *
get(struct wrap_cache *cache, uint64_t key, uint32_t version, int columns,
    const char *text)
{
	struct wrap_key of = { key, version, columns };

	return wrap_cache_get(cache, &of, text, strlen(text));
}

static void
a_break_that_is_kept_is_not_made_again(void **state)
{
	struct wrap_cache *cache = wrap_cache_new(8, WIDTH_EMOJI_SAFE);

	(void)state;
	assert_int_equal(get(cache, 1, 1, 3, "a b c")->count, 2);
	/* The text is not looked at again: the key says it is the same. */
	assert_int_equal(get(cache, 1, 1, 3, "x")->count, 2);
	assert_int_equal(wrap_cache_stats(cache).hits, 1);
	assert_int_equal(wrap_cache_stats(cache).misses, 1);
	wrap_cache_free(cache);
}

static void
another_version_or_width_is_another_break(void **state)
{
	struct wrap_cache *cache = wrap_cache_new(8, WIDTH_EMOJI_SAFE);

	(void)state;
	assert_int_equal(get(cache, 1, 1, 3, "a b c")->count, 2);
	assert_int_equal(get(cache, 1, 2, 3, "a b c d e")->count, 3);
	assert_int_equal(get(cache, 1, 1, 5, "a b c")->count, 1);
	assert_int_equal(get(cache, 1, 1, 3, "a b c")->count, 2);
	assert_int_equal(wrap_cache_stats(cache).misses, 3);
	wrap_cache_free(cache);
}

static void
the_cache_keeps_what_was_used_last_and_no_more(void **state)
{
	struct wrap_cache *cache = wrap_cache_new(4, WIDTH_EMOJI_SAFE);

	(void)state;
	for (uint64_t key = 1; key <= 4; key++)
		get(cache, key, 1, 10, "text");
	get(cache, 1, 1, 10, "text");
	get(cache, 5, 1, 10, "text"); /* instead of 2, not of 1 */
	assert_int_equal(wrap_cache_stats(cache).kept, 4);
	assert_int_equal(wrap_cache_stats(cache).misses, 5);
	get(cache, 1, 1, 10, "text");
	assert_int_equal(wrap_cache_stats(cache).misses, 5);
	get(cache, 2, 1, 10, "text");
	assert_int_equal(wrap_cache_stats(cache).misses, 6);
	wrap_cache_free(cache);
}

static void
the_cache_stays_bounded_and_right_under_any_use(void **state)
{
	struct wrap_cache *cache = wrap_cache_new(16, WIDTH_EMOJI_SAFE);
	struct dice dice = { 11 };

	(void)state;
	for (int i = 0; i < 50000; i++) {
		uint32_t words = 1 + dice_roll(&dice, 40);
		char text[100];

		for (uint32_t word = 0; word < words; word++)
			memcpy(text + word * 2, "a ", 2);
		text[words * 2 - 1] = '\0';
		assert_int_equal(get(cache, words, 1, 2, text)->count, words);
		assert_true(wrap_cache_stats(cache).kept <= 16);
	}
	assert_true(wrap_cache_stats(cache).hits > 0);
	wrap_cache_free(cache);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_break_at_blanks),
		cmocka_unit_test(
		    a_word_wider_than_a_row_breaks_where_the_row_ends),
		cmocka_unit_test(newlines_begin_rows_and_empty_lines_stay),
		cmocka_unit_test(blanks_at_the_start_of_a_line_stay),
		cmocka_unit_test(
		    wide_text_breaks_between_characters_and_never_in_one),
		cmocka_unit_test(an_emoji_takes_the_columns_of_its_name),
		cmocka_unit_test(marks_stay_with_their_base),
		cmocka_unit_test(
		    whatever_the_text_no_byte_is_lost_and_every_row_fits),
		cmocka_unit_test(a_break_that_is_kept_is_not_made_again),
		cmocka_unit_test(another_version_or_width_is_another_break),
		cmocka_unit_test(
		    the_cache_keeps_what_was_used_last_and_no_more),
		cmocka_unit_test(
		    the_cache_stays_bounded_and_right_under_any_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Columns of text: what is drawn and how wide it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "shared/buf.h"
#include "shared/utf8.h"
#include "shared/width.h"

/* What is drawn for a text, and the columns it takes. */
struct drawing {
	const char *name;
	const char *text;
	const char *drawn;
	size_t columns;
};

static void
drawn_append(struct buf *out, const struct cluster *cluster)
{
	char bytes[4];
	size_t i;

	if (cluster->name != NULL)
		buf_printf(out, ":%s:", cluster->name);
	for (i = 0; i < cluster->count; i++)
		buf_append(out, bytes, utf8_encode(cluster->cp[i], bytes));
}

static void
check_drawing(const struct drawing *row, enum width_emoji mode)
{
	struct buf drawn = BUF_INIT;
	struct cluster cluster;
	size_t len = strlen(row->text);
	size_t columns = 0;
	size_t at;

	buf_puts(&drawn, "");
	for (at = 0; at < len; at += cluster.bytes) {
		cluster = width_next(row->text + at, len - at, mode);
		assert_true(cluster.bytes > 0);
		columns += cluster.columns;
		drawn_append(&drawn, &cluster);
	}
	assert_int_equal(at, len);
	if (columns != row->columns || strcmp(drawn.data, row->drawn) != 0)
		fail_msg("%s: %s in %zu columns, not %s in %zu", row->name,
		    drawn.data, columns, row->drawn, row->columns);
	assert_int_equal(width_text(row->text, len, mode), columns);
	buf_release(&drawn);
}

static void
ordinary_text_takes_the_columns_of_its_characters(void **state)
{
	static const struct drawing rows[] = {
		{ "empty", "", "", 0 },
		{ "ASCII", "hello, world", "hello, world", 12 },
		{ "umlauts", "gr\u00fc\u00df", "gr\u00fc\u00df", 4 },
		{ "accents apart", "e\u0301a", "e\u0301a", 2 },
		{ "Han", "\u65e5\u672c", "\u65e5\u672c", 4 },
		{ "full width", "\uff21", "\uff21", 2 },
		{ "half width", "\uff71", "\uff71", 1 },
		{ "Hangul", "\ud55c", "\ud55c", 2 },
		{ "Greek", "\u03b1\u03b2", "\u03b1\u03b2", 2 },
		{ "Hebrew points", "\u05e9\u05bc", "\u05e9\u05bc", 1 },
		{ "box", "\u2500\u2502", "\u2500\u2502", 2 },
		{ "private use", "\ue0b0", "\ue0b0", 1 },
		{ "hearts of old", "\u2764\u263a\u00a9", "\u2764\u263a\u00a9",
		    3 },
		{ "digits", "1#*", "1#*", 3 },
	};
	static const struct drawing emoji = { "emoji", "\U0001f600",
		"\U0001f600", 2 };
	size_t i;

	(void)state;
	check_drawing(&emoji, WIDTH_EMOJI_SAFE);
	check_drawing(&emoji, WIDTH_EMOJI_FULL);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		check_drawing(&rows[i], WIDTH_EMOJI_SAFE);
		check_drawing(&rows[i], WIDTH_EMOJI_FULL);
		check_drawing(&rows[i], WIDTH_EMOJI_ASCII);
	}
}

static void
what_terminals_disagree_on_is_drawn_as_its_base(void **state)
{
	static const struct drawing rows[] = {
		{ "family",
		    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
		    "\U0001f468", 2 },
		{ "skin tone", "\U0001f44b\U0001f3fd", "\U0001f44b", 2 },
		{ "skin tone and ZWJ", "\U0001f469\U0001f3fd\u200d\U0001f4bb!",
		    "\U0001f469!", 3 },
		{ "heart VS16", "\u2764\ufe0f", "\u2764", 1 },
		{ "watch VS15", "\u231a\ufe0e", "\u231a", 2 },
		{ "keycap", "1\ufe0f\u20e3", "1\u20e3", 1 },
		{ "flag", "\U0001f1e9\U0001f1ea", "DE", 2 },
		{ "flags and a half",
		    "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7\U0001f1e6",
		    "DEFRA", 5 },
		{ "England",
		    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e"
		    "\U000e0067\U000e007f",
		    "\U0001f3f4", 2 },
		{ "lone tone", "\U0001f3fd", "\U0001f3fd", 2 },
		{ "joiner between letters", "a\u200db", "ab", 2 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_drawing(&rows[i], WIDTH_EMOJI_SAFE);
}

static void
emoji_are_drawn_as_their_names(void **state)
{
	static const struct drawing rows[] = {
		{ "one", "\U0001f389", ":tada:", 6 },
		{ "in text", "a\U0001f44d\u65e5", "a:+1:\u65e5", 7 },
		{ "family", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
		    ":family_man_woman_girl:", 23 },
		{ "sequence of nothing", "\U0001f389\u200d\U0001f41b!",
		    ":tada:!", 7 },
		{ "skin tone", "\U0001f44d\U0001f3fd", ":+1:", 4 },
		{ "heart VS16", "\u2764\ufe0f", ":heart:", 7 },
		{ "heart VS15", "\u2764\ufe0e", "\u2764", 1 },
		{ "watch VS15", "\u231a\ufe0e", ":watch:", 7 },
		{ "keycap", "1\ufe0f\u20e3", ":keycap_1:", 10 },
		{ "digit with a mark", "1\u0302", "1\u0302", 1 },
		{ "flags and a half", "\U0001f1e9\U0001f1ea\U0001f1e6",
		    ":flag_germany:A", 15 },
		{ "no flag", "\U0001f1fd\U0001f1fd", "XX", 2 },
		{ "of Unicode 15", "\U0001fae8", ":shaking_face:", 14 },
		{ "lone tone", "\U0001f3fd", "\U0001f3fd", 2 },
		{ "joiner between letters", "a\u200db", "ab", 2 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_drawing(&rows[i], WIDTH_EMOJI_ASCII);
	assert_int_equal(width_fit("a\U0001f389b", 6, 6, WIDTH_EMOJI_ASCII, &i),
	    1);
	assert_int_equal(i, 1);
}

static void
full_emoji_stay_as_they_are(void **state)
{
	static const struct drawing rows[] = {
		{ "couple", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
		    "\U0001f468\u200d\U0001f469\u200d\U0001f467", 2 },
		{ "longer than a cell",
		    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
		    "\U0001f468\u200d\U0001f469\u200d\U0001f467", 2 },
		{ "cut at a joiner",
		    "\U0001f469\U0001f3fd\U0001f3fd\U0001f3fd\u200d\U0001f4bb",
		    "\U0001f469\U0001f3fd\U0001f3fd\U0001f3fd", 2 },
		{ "skin tone", "\U0001f44b\U0001f3fd", "\U0001f44b\U0001f3fd",
		    2 },
		{ "heart VS16", "\u2764\ufe0f", "\u2764\ufe0f", 2 },
		{ "heart", "\u2764", "\u2764", 1 },
		{ "keycap", "1\ufe0f\u20e3", "1\ufe0f\u20e3", 2 },
		{ "flags", "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7",
		    "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 4 },
		{ "of Unicode 15", "\U0001fae8", "\U0001fae8", 2 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_drawing(&rows[i], WIDTH_EMOJI_FULL);
}

static void
scripts_that_combine_keep_their_text(void **state)
{
	static const struct drawing rows[] = {
		{ "jamo", "\u1112\u1161\u11ab", "\ud55c", 2 },
		{ "jamo after a syllable", "\uac00\u11a8", "\uac01", 2 },
		{ "old jamo", "\u1140\u1161", "\u1140\u1161", 2 },
		{ "lone vowel of Hangul", "a\u1161", "a\ufffd", 2 },
		{ "Thai SARA AM", "\u0e01\u0e33", "\u0e01\u0e33", 2 },
		{ "Thai", "\u0e17\u0e35\u0e48", "\u0e17\u0e35\u0e48", 1 },
		{ "Devanagari", "\u0939\u093f\u0928\u094d\u0926\u0940",
		    "\u0939\u093f\u0928\u094d\u0926\u0940", 5 },
		{ "Persian", "\u0645\u06cc\u200c\u062e",
		    "\u0645\u06cc\u200c\u062e", 3 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		check_drawing(&rows[i], WIDTH_EMOJI_SAFE);
		check_drawing(&rows[i], WIDTH_EMOJI_FULL);
	}
}

static void
what_must_not_be_drawn_takes_no_column(void **state)
{
	static const struct drawing rows[] = {
		{ "controls", "a\x1B[\t\n\r\n\x7F\xC2\x9B\xC2\x85z", "a[z", 3 },
		{ "bidi", "a\u202eb\u2066c\u200f\u061c", "abc", 3 },
		{ "zero width", "a\u200bb\ufeffc\u2060\u00ad", "abc", 3 },
		{ "separators", "a\u2028b\u2029", "ab", 2 },
		{ "lone mark", "\u0301", "", 0 },
		{ "lone joiner", "\u200d", "", 0 },
		{ "lone selector", "\ufe0f", "", 0 },
		{ "marks after a newline", "a\n\u0301\u0302b", "ab", 2 },
		{ "tag characters", "a\U000e0041", "a", 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		check_drawing(&rows[i], WIDTH_EMOJI_SAFE);
		check_drawing(&rows[i], WIDTH_EMOJI_FULL);
	}
}

static void
what_cannot_be_known_is_drawn_as_the_replacement(void **state)
{
	static const struct drawing rows[] = {
		{ "invalid bytes", "a\xFF\xC3z", "a\ufffd\ufffdz", 4 },
		{ "cut short", "\xF0\x9F\x98", "\ufffd\ufffd\ufffd", 3 },
		{ "unassigned", "\U0001fbff\U0003fffe", "\ufffd\ufffd", 2 },
		{ "of Unicode 15", "\U0001fae8\U0001f6dc", "\ufffd\ufffd", 2 },
		{ "Han of Unicode 15", "\U00031350", "\ufffd", 1 },
		{ "mark of Unicode 15", "\u0e81\u0ece", "\u0e81", 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		check_drawing(&rows[i], WIDTH_EMOJI_SAFE);
}

static void
only_four_marks_are_drawn_and_all_are_skipped(void **state)
{
	struct buf text = BUF_INIT;
	struct cluster cluster;
	int i;

	(void)state;
	buf_puts(&text, "Z");
	for (i = 0; i < 1000; i++)
		buf_puts(&text, "\u0310");
	buf_puts(&text, "y");
	cluster = width_next(text.data, text.len, WIDTH_EMOJI_SAFE);
	assert_int_equal(cluster.bytes, text.len - 1);
	assert_int_equal(cluster.columns, 1);
	assert_int_equal(cluster.count, WIDTH_CLUSTER_MAX);
	assert_int_equal(width_after(text.data, text.len, 0), text.len - 1);
	assert_int_equal(width_prev(text.data, text.len, text.len - 1), 0);
	buf_release(&text);
}

/* ncurses asks the C library. */
static void
a_cell_is_as_wide_as_the_c_library_says(void **state)
{
	struct cluster cluster;
	char bytes[4];
	uint32_t cp;
	size_t len;
	int columns;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (cp = 0; cp <= 0x10FFFF; cp++) {
		len = utf8_encode(cp, bytes);
		cluster = width_next(bytes, len, WIDTH_EMOJI_SAFE);
		assert_int_equal(cluster.bytes, len);
		if (!cluster.count) {
			assert_int_equal(cluster.columns, 0);
			continue;
		}
		columns = wcwidth((wchar_t)cluster.cp[0]);
		if (columns != cluster.columns || cluster.count != 1)
			fail_msg("U+%04X: %d columns, not %d", (unsigned int)cp,
			    cluster.columns, columns);
	}
}

static void
marks_have_no_width_of_their_own_in_the_c_library(void **state)
{
	struct cluster cluster;
	char bytes[5] = "x";
	uint32_t cp;
	size_t len;
	size_t i;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (cp = 0x80; cp <= 0x10FFFF; cp++) {
		len = utf8_encode(cp, bytes + 1) + 1;
		cluster = width_next(bytes, len, WIDTH_EMOJI_SAFE);
		for (i = 1; i < cluster.count; i++) {
			if (wcwidth((wchar_t)cluster.cp[i]) != 0)
				fail_msg("U+%04X", (unsigned int)cp);
		}
	}
}

static void
a_prefix_of_whole_clusters_fits(void **state)
{
	static const char text[] = "ab\u65e5e\u0301\U0001f44b\U0001f3fdz";
	static const struct {
		size_t columns;
		size_t bytes;
		size_t used;
	} rows[] = {
		{ 0, 0, 0 },
		{ 1, 1, 1 },
		{ 2, 2, 2 },
		{ 3, 2, 2 },
		{ 4, 5, 4 },
		{ 5, 8, 5 },
		{ 6, 8, 5 },
		{ 7, 16, 7 },
		{ 8, 17, 8 },
		{ 99, 17, 8 },
	};
	size_t used;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(width_fit(text, sizeof(text) - 1,
				     rows[i].columns, WIDTH_EMOJI_SAFE, &used),
		    rows[i].bytes);
		assert_int_equal(used, rows[i].used);
	}
	assert_int_equal(
	    width_fit(text, sizeof(text) - 1, 4, WIDTH_EMOJI_SAFE, NULL), 5);
}

static void
the_cursor_steps_over_whole_clusters_both_ways(void **state)
{
	static const char text[] = "ab\r\ne\u0301\u0939\u093f"
				   "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7"
				   "\U0001f468\u200d\U0001f469x";
	static const size_t bounds[] = { 0, 1, 2, 4, 7, 13, 21, 29, 40, 41 };
	size_t len = sizeof(text) - 1;
	size_t count = sizeof(bounds) / sizeof(*bounds);
	size_t i;

	(void)state;
	assert_int_equal(len, 41);
	for (i = 0; i + 1 < count; i++) {
		assert_int_equal(width_after(text, len, bounds[i]),
		    bounds[i + 1]);
		assert_int_equal(width_prev(text, len, bounds[i + 1]),
		    bounds[i]);
	}
	assert_int_equal(width_after(text, len, len), len);
	assert_int_equal(width_after(text, len, len + 9), len);
	assert_int_equal(width_prev(text, len, 0), 0);
	assert_int_equal(width_prev(text, len, len + 9), 40);
	assert_int_equal(width_after("", 0, 0), 0);
	assert_int_equal(width_prev("", 0, 0), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    ordinary_text_takes_the_columns_of_its_characters),
		cmocka_unit_test(
		    what_terminals_disagree_on_is_drawn_as_its_base),
		cmocka_unit_test(emoji_are_drawn_as_their_names),
		cmocka_unit_test(full_emoji_stay_as_they_are),
		cmocka_unit_test(scripts_that_combine_keep_their_text),
		cmocka_unit_test(what_must_not_be_drawn_takes_no_column),
		cmocka_unit_test(
		    what_cannot_be_known_is_drawn_as_the_replacement),
		cmocka_unit_test(only_four_marks_are_drawn_and_all_are_skipped),
		cmocka_unit_test(a_cell_is_as_wide_as_the_c_library_says),
		cmocka_unit_test(
		    marks_have_no_width_of_their_own_in_the_c_library),
		cmocka_unit_test(a_prefix_of_whole_clusters_fits),
		cmocka_unit_test(
		    the_cursor_steps_over_whole_clusters_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

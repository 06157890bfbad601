/*
 * Marks in texts: what has a look of its own, and what must not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dice.h"
#include "shared/xmalloc.h"
#include "tui/markup.h"
#include "tui/style.h"

/* The looks of a text, a letter a byte. */
static void
assert_looks(const char *text, const char *want)
{
	static const char letters[STYLE_COUNT] = { [STYLE_PLAIN] = '.',
		[STYLE_STRONG] = 's',
		[STYLE_EMPHASIS] = 'e',
		[STYLE_CODE] = 'c',
		[STYLE_LINK] = 'l',
		[STYLE_QUOTE] = 'q' };
	size_t len = strlen(text);
	unsigned char *styles = xmalloc(len + 1);
	bool any = markup_styles(text, len, styles);

	for (size_t i = 0; i < len; i++)
		styles[i] = (unsigned char)letters[styles[i]];
	styles[len] = '\0';
	assert_string_equal((char *)styles, want);
	assert_int_equal(any, strspn(want, ".") != len);
	free(styles);
}

static void
words_between_marks_have_a_look(void **state)
{
	(void)state;
	assert_looks("a *b c* d", "..sssss..");
	assert_looks("_so_, (*so*)", "eeee...ssss.");
	assert_looks("use `a*b*c` so", "....ccccccc...");
	assert_looks("*one* _two_", "sssss.eeeee");
	assert_looks("**so**", ".ssss.");
	assert_looks("*\xc3\xa9*", "ssss");
}

static void
marks_within_words_and_marks_alone_mean_nothing(void **state)
{
	(void)state;
	assert_looks("a_b_c 2*3*4", "...........");
	assert_looks("* item * item", ".............");
	assert_looks("*a\nb*", ".....");
	assert_looks("*a b *c", ".......");
	assert_looks("\xc3\xa9*b*", ".....");
	assert_looks("** __ `` *", "..........");
	assert_looks("a ` b", ".....");
	assert_looks("_", ".");
	assert_looks("", "");
}

static void
a_block_of_code_runs_to_the_next_fence_or_the_end(void **state)
{
	(void)state;
	assert_looks("a\n```\n*b*\n```\n*c*", "..ccccccccccc.sss");
	assert_looks("```\nx", "ccccc");
	assert_looks("```x``` *y*", "ccccccc.sss");
	assert_looks("``````", "cccccc");
	assert_looks("```", "ccc");
}

static void
a_quoted_line_is_quoted_whole(void **state)
{
	(void)state;
	assert_looks("> *a*\nb", "qqqqq..");
	assert_looks("a > b\n> c", "......qqq");
	assert_looks(">b", "..");
}

static void
links_end_before_the_sentence_does(void **state)
{
	(void)state;
	assert_looks("http://a.b/c_d_e.", "llllllllllllllll.");
	assert_looks("(https://a)", ".lllllllll.");
	assert_looks("https://a/(b)", "lllllllllllll");
	assert_looks("<https://a>", ".lllllllll.");
	assert_looks("xhttps://a https:// h", ".....................");
}

static void
every_text_is_survived_and_no_character_is_parted(void **state)
{
	static const char *const pieces[] = { "*", "_", "`", "```", "\n", " ",
		"> ", "a", "http://", "https://", "\xc3\xa9", "(", ")", ".",
		"\xe2\x80\x8d" };
	struct dice dice = { 7 };
	char text[256];
	unsigned char styles[sizeof(text)];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t len = 0;

		for (int i = 0; i < 20; i++) {
			const char *piece = pieces[dice_roll(&dice,
			    sizeof(pieces) / sizeof(pieces[0]))];

			memcpy(text + len, piece, strlen(piece));
			len += strlen(piece);
		}
		markup_styles(text, len, styles);
		for (size_t i = 1; i < len; i++) {
			if (((unsigned char)text[i] & 0xc0) == 0x80)
				assert_int_equal(styles[i], styles[i - 1]);
		}
	}
}

/* Every start looks for its end: together they must not look at the text as
 * often as there are starts. A megabyte would take minutes then. */
static void
many_starts_without_an_end_take_no_longer(void **state)
{
	static const char *const units[] = { " *a", " _a", "` ", " *a _b `",
		"http://", "```\n", "h(" };
	size_t len = 1 << 20;
	char *text = xmalloc(len);
	unsigned char *styles = xmalloc(len);

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t unit = strlen(units[i]);

		for (size_t at = 0; at < len; at++)
			text[at] = units[i][at % unit];
		markup_styles(text, len, styles);
	}
	free(styles);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_between_marks_have_a_look),
		cmocka_unit_test(
		    marks_within_words_and_marks_alone_mean_nothing),
		cmocka_unit_test(
		    a_block_of_code_runs_to_the_next_fence_or_the_end),
		cmocka_unit_test(a_quoted_line_is_quoted_whole),
		cmocka_unit_test(links_end_before_the_sentence_does),
		cmocka_unit_test(
		    every_text_is_survived_and_no_character_is_parted),
		cmocka_unit_test(many_starts_without_an_end_take_no_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Short names of emoji, both ways, and what may stand as a reaction.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "shared/emoji.h"
#include "shared/emoji_table.h"

static void
assert_named(const char *name, const char *text)
{
	const char *found = emoji_of_name(name, strlen(name));

	if (found == NULL)
		fail_msg("%s is no name", name);
	assert_string_equal(found, text);
}

static void
assert_no_name(const char *name, size_t len)
{
	if (emoji_of_name(name, len) != NULL)
		fail_msg("%s is a name", name);
}

static void
assert_shown(const char *text, const char *name)
{
	const char *found = emoji_name(text, strlen(text));

	if (found == NULL)
		fail_msg("%s has no name", text);
	assert_string_equal(found, name);
}

static void
a_name_stands_for_its_emoji(void **state)
{
	(void)state;
	assert_named("thumbs_up", "👍");
	assert_named("thumbsup", "👍");
	assert_named("+1", "👍");
	assert_named("-1", "👎");
	assert_named("100", "💯");
	assert_named("tada", "🎉");
	assert_named("party_popper", "🎉");
	assert_named("heart", "❤\ufe0f");
	assert_named("white_check_mark", "✅");
	assert_named("x", "❌");
	assert_named("flag_germany", "🇩🇪");
	assert_named("flag_cote_divoire", "🇨🇮");
	assert_named("keycap_hash", "#\ufe0f\u20e3");
	assert_named("family_man_woman_girl", "👨\u200d👩\u200d👧");
}

static void
nothing_else_is_a_name(void **state)
{
	(void)state;
	assert_no_name("", 0);
	assert_no_name("tad", 3);
	assert_no_name("tadaa", 5);
	assert_no_name("Tada", 4);
	assert_no_name(":tada:", 6);
	assert_no_name("tada\0", 5);
	assert_no_name("~", 1);
	assert_no_name("zzzzzz", 6);
	assert_no_name("\xff", 1);
	assert_no_name("waving_hand_light_skin_tone", 27);
	/* No more of it is read than was given. */
	assert_non_null(emoji_of_name("tadaxyz", 4));
}

static void
an_emoji_is_shown_by_the_name_that_people_know(void **state)
{
	(void)state;
	assert_shown("👍", "+1");
	assert_shown("🎉", "tada");
	assert_shown("❤\ufe0f", "heart");
	assert_shown("🐈", "cat");
	assert_shown("🇩🇪", "flag_germany");
	assert_null(emoji_name("", 0));
	assert_null(emoji_name("a", 1));
	assert_null(emoji_name("1", 1));
	assert_null(emoji_name("🎉🎉", strlen("🎉🎉")));
	assert_null(emoji_name("\xff\xfe", 2));
	assert_null(emoji_name("\ufe0f", strlen("\ufe0f")));
}

static void
selectors_and_skin_tones_change_no_name(void **state)
{
	(void)state;
	assert_shown("❤", "heart");
	assert_shown("👍🏽", "+1");
	assert_shown("👩🏽\u200d💻", "woman_technologist");
	assert_shown("1\u20e3", "keycap_1");
}

static void
every_row_is_a_valid_name_of_a_valid_emoji(void **state)
{
	(void)state;
	for (size_t i = 0; i < emoji_table_len; i++) {
		const struct emoji *row = &emoji_table[i];
		char *word;
		char colons[EMOJI_MAX + 1];
		size_t len = strlen(row->name), text_len = strlen(row->text);
		const char *shown = emoji_name(row->text, text_len);

		assert_true(i == 0 || strcmp(row[-1].name, row->name) < 0);
		assert_true(emoji_valid(row->text, text_len));
		assert_true(len + 2 <= EMOJI_MAX);
		snprintf(colons, sizeof(colons), ":%s:", row->name);
		assert_true(emoji_valid(colons, len + 2));
		assert_ptr_equal(emoji_of_name(row->name, len), row->text);
		word = emoji_resolve(colons);
		assert_string_equal(word, row->text);
		free(word);
		if (shown != NULL)
			assert_named(shown, row->text);
		else
			fail_msg("%s has no name", row->text);
	}
}

static void
names_are_found_by_how_they_begin(void **state)
{
	size_t count;
	const struct emoji *rows = emoji_prefix("ta", 2, &count);
	bool tada = false;

	(void)state;
	assert_true(count > 2);
	for (size_t i = 0; i < count; i++) {
		assert_memory_equal(rows[i].name, "ta", 2);
		if (strcmp(rows[i].name, "tada") == 0) {
			tada = true;
			assert_true(rows[i].common);
			assert_string_equal(rows[i].text, "🎉");
		}
	}
	assert_true(tada);
	emoji_prefix("", 0, &count);
	assert_int_equal(count, emoji_table_len);
	emoji_prefix("qqq", 3, &count);
	assert_int_equal(count, 0);
	emoji_prefix("~", 1, &count);
	assert_int_equal(count, 0);
	emoji_prefix("hedgehogs", 9, &count);
	assert_int_equal(count, 0);
}

/* `want` NULL: it stands for nothing. */
static void
assert_resolves(const char *word, const char *want)
{
	char *text = emoji_resolve(word);

	if (want == NULL)
		assert_null(text);
	else if (text == NULL)
		fail_msg("%s stands for nothing", word);
	else
		assert_string_equal(text, want);
	free(text);
}

static void
a_word_is_resolved_to_what_a_reaction_may_be(void **state)
{
	(void)state;
	assert_resolves(":tada:", "🎉");
	assert_resolves(":+1:", "👍");
	assert_resolves("👍", "👍");
	assert_resolves("👍🏽", "👍🏽");
	assert_resolves(":of_this_house:", ":of_this_house:");
	assert_resolves("tada", NULL);
	assert_resolves("+1", NULL);
	assert_resolves("", NULL);
	assert_resolves("::", NULL);
	assert_resolves(":Tada:", NULL);
	assert_resolves("👍👍", NULL);
	assert_resolves("\xf0\x9f\x91", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_stands_for_its_emoji),
		cmocka_unit_test(nothing_else_is_a_name),
		cmocka_unit_test(
		    an_emoji_is_shown_by_the_name_that_people_know),
		cmocka_unit_test(selectors_and_skin_tones_change_no_name),
		cmocka_unit_test(every_row_is_a_valid_name_of_a_valid_emoji),
		cmocka_unit_test(names_are_found_by_how_they_begin),
		cmocka_unit_test(a_word_is_resolved_to_what_a_reaction_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

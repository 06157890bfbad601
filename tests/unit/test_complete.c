/*
 * Tab completion of commands, channels, names and emoji.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "scene.h"
#include "tui/complete.h"

struct desk {
	struct model *model;
	struct editor *editor;
	struct complete *complete;
};

static int
desk_begin(void **state)
{
	static struct desk desk;

	desk.model = scene_talk();
	desk.editor = editor_new(1000, 10);
	desk.complete = complete_new();
	*state = &desk;
	return 0;
}

static int
desk_end(void **state)
{
	struct desk *desk = *state;

	complete_free(desk->complete);
	editor_free(desk->editor);
	scene_free(desk->model);
	return 0;
}

static void
write_line(struct desk *desk, const char *text)
{
	editor_do(desk->editor, EDITOR_CLEAR);
	editor_type(desk->editor, text, strlen(text));
}

static bool
tab(struct desk *desk)
{
	return complete_next(desk->complete, desk->model, desk->editor, false);
}

static void
assert_completes(struct desk *desk, const char *text, const char *want)
{
	write_line(desk, text);
	assert_true(tab(desk));
	assert_string_equal(editor_text(desk->editor), want);
}

static void
a_name_at_the_start_of_a_line_gets_a_colon(void **state)
{
	assert_completes(*state, "al", "alice: ");
	assert_completes(*state, "thanks al", "thanks alice ");
}

static void
who_spoke_last_comes_first(void **state)
{
	struct desk *desk = *state;

	scene_message(desk->model, desk->model->current, "bella", SCENE_NOW,
	    "hello");
	assert_completes(desk, "b", "bella: ");
	assert_true(tab(desk));
	assert_string_equal(editor_text(desk->editor), "bob: ");
	assert_true(tab(desk));
	assert_string_equal(editor_text(desk->editor), "bella: ");
	assert_true(
	    complete_next(desk->complete, desk->model, desk->editor, true));
	assert_string_equal(editor_text(desk->editor), "bob: ");
}

static void
typing_ends_the_round(void **state)
{
	struct desk *desk = *state;

	assert_completes(desk, "er", "erin: ");
	editor_type(desk->editor, "da", 2);
	assert_true(tab(desk));
	assert_string_equal(editor_text(desk->editor), "erin: dave ");
}

static void
ones_own_name_is_not_offered(void **state)
{
	struct desk *desk = *state;

	write_line(desk, "am");
	assert_false(tab(desk));
	assert_string_equal(editor_text(desk->editor), "am");
}

static void
a_number_sign_completes_channels(void **state)
{
	assert_completes(*state, "see #ra", "see #random ");
	assert_completes(*state, "#ge", "#general ");
}

static void
an_at_sign_stays_before_a_name(void **state)
{
	assert_completes(*state, "@car", "@carol ");
}

static void
commands_are_completed_at_the_start_alone(void **state)
{
	struct desk *desk = *state;

	assert_completes(desk, "/joi", "/join ");
	write_line(desk, "either /joi");
	assert_false(tab(desk));
}

static void
the_command_says_what_its_argument_is(void **state)
{
	assert_completes(*state, "/join op", "/join #ops ");
	assert_completes(*state, "/msg car", "/msg carol ");
	assert_completes(*state, "/help qui", "/help quit ");
}

static void
what_stands_behind_the_cursor_stays(void **state)
{
	struct desk *desk = *state;

	write_line(desk, "ask al about it");
	for (size_t i = 0; i < strlen(" about it"); i++)
		editor_do(desk->editor, EDITOR_LEFT);
	assert_true(tab(desk));
	assert_string_equal(editor_text(desk->editor), "ask alice  about it");
}

static void
a_colon_completes_emoji(void **state)
{
	struct desk *desk = *state;

	assert_completes(desk, "well done :tad", "well done 🎉");
	assert_completes(desk, ":+1", "👍");
	assert_completes(desk, "/react 3 :whi", "/react 3 ✅");
	assert_completes(desk, "3+:tad", "3+🎉");
	assert_completes(desk, "(:party_pop", "(🎉");
	assert_completes(desk, "so :tada:", "so 🎉");
	editor_do(desk->editor, EDITOR_UNDO);
	assert_string_equal(editor_text(desk->editor), "so :tada:");
}

static void
emoji_that_people_know_come_first(void **state)
{
	struct desk *desk = *state;

	assert_completes(desk, ":ta", "🎉");
	assert_true(tab(desk));
	assert_string_equal(editor_text(desk->editor), "🌮");
	assert_true(
	    complete_next(desk->complete, desk->model, desk->editor, true));
	assert_string_equal(editor_text(desk->editor), "🎉");
	/* The name itself comes before what is common and longer. */
	assert_completes(desk, ":smiling_face", "☺\ufe0f");
	assert_completes(desk, ":heart", "❤\ufe0f");
}

static void
what_is_no_name_of_an_emoji_stays(void **state)
{
	static const char *const texts[] = { ":", "::", ":qqq",
		":qqq:", "12:30", "https:", "a:ta", ": ta:x", ":Ta", ":ta!" };
	struct desk *desk = *state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_line(desk, texts[i]);
		if (tab(desk))
			fail_msg("%s became %s", texts[i],
			    editor_text(desk->editor));
		assert_string_equal(editor_text(desk->editor), texts[i]);
	}
}

static void
nothing_to_complete_changes_nothing(void **state)
{
	struct desk *desk = *state;

	write_line(desk, "");
	assert_false(tab(desk));
	write_line(desk, "zzz");
	assert_false(tab(desk));
	desk->model->current = NULL;
	assert_completes(desk, "da", "dave: ");
}

#define WITH_DESK(test) \
	cmocka_unit_test_setup_teardown(test, desk_begin, desk_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DESK(a_name_at_the_start_of_a_line_gets_a_colon),
		WITH_DESK(who_spoke_last_comes_first),
		WITH_DESK(typing_ends_the_round),
		WITH_DESK(ones_own_name_is_not_offered),
		WITH_DESK(a_number_sign_completes_channels),
		WITH_DESK(an_at_sign_stays_before_a_name),
		WITH_DESK(commands_are_completed_at_the_start_alone),
		WITH_DESK(the_command_says_what_its_argument_is),
		WITH_DESK(what_stands_behind_the_cursor_stays),
		WITH_DESK(a_colon_completes_emoji),
		WITH_DESK(emoji_that_people_know_come_first),
		WITH_DESK(what_is_no_name_of_an_emoji_stays),
		WITH_DESK(nothing_to_complete_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

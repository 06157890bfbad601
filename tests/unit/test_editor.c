/*
 * The line editor: readline's operations on a text and a cursor.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dice.h"
#include "shared/utf8.h"
#include "shared/width.h"
#include "tui/editor.h"

static struct editor *
editor_with(const char *text)
{
	struct editor *editor = editor_new(4000, 20);

	editor_type(editor, text, strlen(text));
	return editor;
}

/* The text with '^' where the cursor stands. */
static void
assert_state(const struct editor *editor, const char *want)
{
	struct buf text = BUF_INIT;
	size_t cursor = editor_cursor(editor);

	buf_append(&text, editor_text(editor), cursor);
	buf_putc(&text, '^');
	buf_puts(&text, editor_text(editor) + cursor);
	assert_string_equal(text.data, want);
	buf_release(&text);
}

static void
run(struct editor *editor, const enum editor_op *ops, size_t count)
{
	for (size_t i = 0; i < count; i++)
		editor_do(editor, ops[i]);
}

#define RUN(editor, ...)                                      \
	run(editor, (const enum editor_op[]){ __VA_ARGS__ },  \
	    sizeof((const enum editor_op[]){ __VA_ARGS__ }) / \
		sizeof(enum editor_op))

static void
typing_goes_in_at_the_cursor(void **state)
{
	struct editor *editor = editor_with("held");

	(void)state;
	RUN(editor, EDITOR_LEFT);
	editor_type(editor, "lo worl", 7);
	assert_state(editor, "hello worl^d");
	editor_free(editor);
}

static void
the_cursor_steps_over_clusters_whole(void **state)
{
	struct editor *editor = editor_with("ae\u0301日👩‍👩‍👧");

	(void)state;
	RUN(editor, EDITOR_LEFT);
	assert_state(editor, "ae\u0301日^👩‍👩‍👧");
	RUN(editor, EDITOR_LEFT, EDITOR_LEFT);
	assert_state(editor, "a^e\u0301日👩‍👩‍👧");
	RUN(editor, EDITOR_DELETE);
	assert_state(editor, "a^日👩‍👩‍👧");
	RUN(editor, EDITOR_END, EDITOR_BACKSPACE);
	assert_state(editor, "a日^");
	editor_free(editor);
}

static void
words_are_moved_over_and_cut(void **state)
{
	struct editor *editor = editor_with("make -j4 all");

	(void)state;
	RUN(editor, EDITOR_WORD_LEFT, EDITOR_WORD_LEFT);
	assert_state(editor, "make -^j4 all");
	RUN(editor, EDITOR_KILL_WORD_RIGHT);
	assert_state(editor, "make -^ all");
	RUN(editor, EDITOR_KILL_BLANK_LEFT);
	assert_state(editor, "make ^ all");
	RUN(editor, EDITOR_KILL_WORD_LEFT);
	assert_state(editor, "^ all");
	RUN(editor, EDITOR_WORD_RIGHT);
	assert_state(editor, " all^");
	editor_free(editor);
}

static void
cuts_in_a_row_come_back_in_one_piece(void **state)
{
	struct editor *editor = editor_with("one two three");

	(void)state;
	RUN(editor, EDITOR_KILL_BLANK_LEFT, EDITOR_KILL_BLANK_LEFT);
	assert_state(editor, "one ^");
	RUN(editor, EDITOR_HOME, EDITOR_YANK);
	assert_state(editor, "two three^one ");
	editor_free(editor);
}

static void
an_older_cut_takes_the_place_of_the_newest(void **state)
{
	struct editor *editor = editor_with("one two");

	(void)state;
	RUN(editor, EDITOR_KILL_BLANK_LEFT, EDITOR_HOME, EDITOR_KILL_END);
	assert_state(editor, "^");
	RUN(editor, EDITOR_YANK);
	assert_state(editor, "one ^");
	RUN(editor, EDITOR_YANK_OLDER);
	assert_state(editor, "two^");
	RUN(editor, EDITOR_YANK_OLDER);
	assert_state(editor, "one ^");
	RUN(editor, EDITOR_LEFT);
	assert_false(editor_do(editor, EDITOR_YANK_OLDER));
	editor_free(editor);
}

static void
characters_and_words_change_places(void **state)
{
	struct editor *editor = editor_with("abdc");

	(void)state;
	RUN(editor, EDITOR_SWAP);
	assert_state(editor, "abcd^");
	RUN(editor, EDITOR_HOME, EDITOR_RIGHT, EDITOR_SWAP);
	assert_state(editor, "ba^cd");
	editor_set(editor, "world, hello  ");
	RUN(editor, EDITOR_SWAP_WORDS);
	assert_state(editor, "hello, world^  ");
	RUN(editor, EDITOR_HOME);
	assert_false(editor_do(editor, EDITOR_SWAP));
	editor_free(editor);
}

static void
case_is_changed_word_by_word(void **state)
{
	struct editor *editor = editor_with("one two three");

	(void)state;
	RUN(editor, EDITOR_HOME, EDITOR_UPPER, EDITOR_CAPITAL);
	assert_state(editor, "ONE Two^ three");
	RUN(editor, EDITOR_HOME, EDITOR_LOWER);
	assert_state(editor, "one^ Two three");
	editor_set(editor, "(éCLAIR über ŽIŽKOV 日本");
	RUN(editor, EDITOR_HOME, EDITOR_CAPITAL, EDITOR_UPPER, EDITOR_LOWER);
	assert_state(editor, "(Éclair ÜBER žižkov^ 日本");
	RUN(editor, EDITOR_UPPER);
	assert_state(editor, "(Éclair ÜBER žižkov 日本^");
	assert_false(editor_do(editor, EDITOR_UPPER));
	RUN(editor, EDITOR_UNDO, EDITOR_UNDO);
	assert_state(editor, "(Éclair ÜBER^ ŽIŽKOV 日本");
	editor_free(editor);
}

static void
undo_takes_back_a_run_of_typing_at_once(void **state)
{
	struct editor *editor = editor_new(100, 20);

	(void)state;
	editor_type(editor, "a", 1);
	editor_type(editor, "b", 1);
	RUN(editor, EDITOR_LEFT);
	editor_type(editor, "c", 1);
	RUN(editor, EDITOR_KILL_END);
	assert_state(editor, "ac^");
	RUN(editor, EDITOR_UNDO);
	assert_state(editor, "ac^b");
	RUN(editor, EDITOR_UNDO);
	assert_state(editor, "a^b");
	RUN(editor, EDITOR_UNDO);
	assert_state(editor, "^");
	assert_false(editor_do(editor, EDITOR_UNDO));
	editor_free(editor);
}

static void
several_lines_are_walked_up_and_down(void **state)
{
	struct editor *editor = editor_with("first line");

	(void)state;
	RUN(editor, EDITOR_NEWLINE);
	editor_type(editor, "2nd", 3);
	assert_state(editor, "first line\n2nd^");
	RUN(editor, EDITOR_UP);
	assert_state(editor, "fir^st line\n2nd");
	RUN(editor, EDITOR_END, EDITOR_DOWN, EDITOR_HOME);
	assert_state(editor, "first line\n^2nd");
	RUN(editor, EDITOR_KILL_HOME);
	assert_state(editor, "first line^2nd");
	editor_free(editor);
}

static void
control_characters_are_not_taken_in(void **state)
{
	struct editor *editor = editor_with("a\033[2J\x07"
					    "b\xc2\x9b"
					    "c\xff\td\ne\u202e");

	(void)state;
	assert_null(strchr(editor_text(editor), '\033'));
	assert_null(strchr(editor_text(editor), '\x07'));
	assert_null(strstr(editor_text(editor), "\xc2\x9b"));
	assert_null(strstr(editor_text(editor), "\u202e"));
	assert_non_null(strstr(editor_text(editor), "\td\ne"));
	assert_true(utf8_valid(editor_text(editor), editor_len(editor)));
	editor_free(editor);
}

static void
the_text_is_bounded_in_characters(void **state)
{
	struct editor *editor = editor_new(5, 20);

	(void)state;
	assert_true(editor_type(editor, "日本", strlen("日本")));
	assert_false(editor_type(editor, "語abc", strlen("語abc")));
	assert_string_equal(editor_text(editor), "日本語ab");
	assert_false(editor_type(editor, "x", 1));
	editor_free(editor);
}

static void
enter(struct editor *editor, const char *line)
{
	editor_set(editor, line);
	free(editor_take(editor));
}

static void
history_goes_back_and_keeps_what_was_being_written(void **state)
{
	struct editor *editor = editor_new(100, 3);

	(void)state;
	enter(editor, "zero");
	enter(editor, "one");
	enter(editor, "two");
	enter(editor, "two");
	enter(editor, "three");
	editor_type(editor, "draft", 5);
	RUN(editor, EDITOR_UP);
	assert_state(editor, "three^");
	RUN(editor, EDITOR_UP, EDITOR_UP);
	assert_state(editor, "one^");
	assert_false(editor_do(editor, EDITOR_UP));
	RUN(editor, EDITOR_DOWN, EDITOR_DOWN, EDITOR_DOWN);
	assert_state(editor, "draft^");
	assert_false(editor_do(editor, EDITOR_DOWN));
	editor_free(editor);
}

static void
what_was_made_of_older_lines_stays_until_one_is_entered(void **state)
{
	struct editor *editor = editor_new(100, 3);

	(void)state;
	enter(editor, "one");
	enter(editor, "two");
	editor_type(editor, "draft", 5);
	RUN(editor, EDITOR_UP);
	editor_type(editor, "!", 1);
	RUN(editor, EDITOR_UP);
	assert_state(editor, "one^");
	RUN(editor, EDITOR_DOWN);
	assert_state(editor, "two!^");
	editor_search_begin(editor);
	editor_search_add(editor, "one", 3);
	editor_search_end(editor, true);
	RUN(editor, EDITOR_END);
	assert_state(editor, "one^");
	RUN(editor, EDITOR_DOWN);
	assert_state(editor, "two!^");
	RUN(editor, EDITOR_DOWN);
	assert_state(editor, "draft^");
	RUN(editor, EDITOR_UP);
	assert_state(editor, "two!^");
	free(editor_take(editor));
	RUN(editor, EDITOR_UP, EDITOR_UP);
	assert_state(editor, "two^");
	RUN(editor, EDITOR_DOWN);
	assert_state(editor, "two!^");
	/* Clearing the input leaves the history, and the line in it whole. */
	RUN(editor, EDITOR_UP, EDITOR_CLEAR, EDITOR_UP);
	assert_state(editor, "two!^");
	RUN(editor, EDITOR_UP);
	assert_state(editor, "two^");
	editor_free(editor);
}

static void
search_finds_older_lines_step_by_step(void **state)
{
	struct editor *editor = editor_new(100, 20);

	(void)state;
	enter(editor, "make test");
	enter(editor, "git push");
	enter(editor, "make all");
	editor_type(editor, "draft", 5);
	editor_search_begin(editor);
	assert_true(editor_search_add(editor, "m", 1));
	assert_true(editor_search_add(editor, "a", 1));
	assert_string_equal(editor_text(editor), "make all");
	assert_true(editor_search_next(editor));
	assert_string_equal(editor_text(editor), "make test");
	assert_false(editor_search_next(editor));
	assert_false(editor_search_add(editor, "x", 1));
	assert_string_equal(editor_text(editor), "make test");
	assert_true(editor_search_drop(editor));
	editor_search_end(editor, true);
	assert_string_equal(editor_text(editor), "make all");
	assert_false(editor_searching(editor));
	editor_free(editor);
}

static void
a_search_that_is_given_up_leaves_the_line_as_it_was(void **state)
{
	struct editor *editor = editor_new(100, 20);

	(void)state;
	enter(editor, "older");
	editor_type(editor, "draft", 5);
	RUN(editor, EDITOR_LEFT);
	editor_search_begin(editor);
	editor_search_add(editor, "old", 3);
	editor_search_end(editor, false);
	assert_state(editor, "draf^t");
	editor_free(editor);
}

/* One operation out of all that there are. */
static void
act(struct editor *editor, struct dice *dice)
{
	static const char *const texts[] = { "a", "wörd ", "日本", "e\u0301",
		"👩‍👩‍👧", "\xff\xfe", "x\ny" };
	const char *text = texts[dice_roll(dice, 7)];

	switch (dice_roll(dice, 12)) {
	case 0:
		free(editor_take(editor));
		break;
	case 1:
		editor_search_begin(editor);
		editor_search_add(editor, text, strlen(text));
		editor_search_next(editor);
		editor_search_drop(editor);
		editor_search_end(editor, dice_roll(dice, 2) == 0);
		break;
	case 2:
	case 3:
	case 4:
		editor_type(editor, text, strlen(text));
		break;
	default:
		editor_do(editor, (enum editor_op)dice_roll(dice, EDITOR_OPS));
		break;
	}
}

static void
whatever_is_done_text_and_cursor_stay_sound(void **state)
{
	struct editor *editor = editor_new(60, 8);
	struct dice dice = { 5 };

	(void)state;
	for (int i = 0; i < 100000; i++) {
		const char *text;
		size_t len, cursor;

		act(editor, &dice);
		text = editor_text(editor);
		len = editor_len(editor);
		cursor = editor_cursor(editor);
		assert_int_equal(strlen(text), len);
		assert_true(utf8_valid(text, len));
		assert_true(utf8_count(text, len) <= 60);
		assert_true(cursor <= len);
		assert_true(cursor == len ||
		    ((unsigned char)text[cursor] & 0xc0) != 0x80);
	}
	editor_free(editor);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typing_goes_in_at_the_cursor),
		cmocka_unit_test(the_cursor_steps_over_clusters_whole),
		cmocka_unit_test(words_are_moved_over_and_cut),
		cmocka_unit_test(cuts_in_a_row_come_back_in_one_piece),
		cmocka_unit_test(an_older_cut_takes_the_place_of_the_newest),
		cmocka_unit_test(characters_and_words_change_places),
		cmocka_unit_test(case_is_changed_word_by_word),
		cmocka_unit_test(undo_takes_back_a_run_of_typing_at_once),
		cmocka_unit_test(several_lines_are_walked_up_and_down),
		cmocka_unit_test(control_characters_are_not_taken_in),
		cmocka_unit_test(the_text_is_bounded_in_characters),
		cmocka_unit_test(
		    history_goes_back_and_keeps_what_was_being_written),
		cmocka_unit_test(
		    what_was_made_of_older_lines_stays_until_one_is_entered),
		cmocka_unit_test(search_finds_older_lines_step_by_step),
		cmocka_unit_test(
		    a_search_that_is_given_up_leaves_the_line_as_it_was),
		cmocka_unit_test(whatever_is_done_text_and_cursor_stay_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

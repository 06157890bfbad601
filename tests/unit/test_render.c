/*
 * Whole frames against golden screens: tests/unit/golden/NAME.txt holds the text
 * of each, and where the name ends in -styles a letter for every cell's style.
 * UPDATE_GOLDEN=1 writes them anew: look at the difference before keeping it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"
#include "shared/xmalloc.h"
#include "tui/command.h"
#include "tui/keys.h"
#include "tui/render.h"

#define GOLDEN "tests/unit/golden/"

struct desk {
	struct canvas canvas;
	struct render_state state;
	struct model *model;
	struct wrap_cache *cache;
	struct editor *editor;
};

static int
desk_begin(void **state)
{
	struct desk *desk = xcalloc(1, sizeof(*desk));

	setenv("TZ", "UTC", 1);
	canvas_init(&desk->canvas, WIDTH_EMOJI_SAFE);
	desk->model = scene_talk();
	desk->cache = wrap_cache_new(200, WIDTH_EMOJI_SAFE);
	desk->editor = editor_new(4000, 20);
	desk->state = (struct render_state){ .model = desk->model,
		.editor = desk->editor,
		.cache = desk->cache,
		.now_ms = SCENE_NOW + 7 * SCENE_MINUTE,
		.mono_ms = 1000 };
	*state = desk;
	return 0;
}

static int
desk_end(void **state)
{
	struct desk *desk = *state;

	editor_free(desk->editor);
	wrap_cache_free(desk->cache);
	scene_free(desk->model);
	canvas_release(&desk->canvas);
	free(desk);
	return 0;
}

static char *
file_read(const char *path)
{
	struct buf text = BUF_INIT;
	FILE *file = fopen(path, "r");
	char block[4096];
	size_t len;

	if (file == NULL)
		fail_msg("%s is missing; UPDATE_GOLDEN=1 writes it", path);
	while ((len = fread(block, 1, sizeof(block), file)) > 0)
		buf_append(&text, block, len);
	fclose(file);
	buf_putc(&text, '\0');
	return buf_detach(&text);
}

static void
assert_golden(const char *name, const struct buf *text)
{
	char *path = xasprintf(GOLDEN "%s.txt", name);
	const char *update = getenv("UPDATE_GOLDEN");
	char *want;

	if (update != NULL && *update != '\0') {
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		assert_int_equal(fwrite(text->data, 1, text->len, file),
		    text->len);
		fclose(file);
	}
	want = file_read(path);
	if (strcmp(text->data, want) != 0)
		fail_msg("%s differs; it is now:\n%s", path, text->data);
	free(want);
	free(path);
}

static void
frame(struct desk *desk, int columns, int rows)
{
	canvas_resize(&desk->canvas, columns, rows);
	render(&desk->canvas, &desk->state);
}

static void
assert_frame(struct desk *desk, int columns, int rows, const char *name)
{
	struct buf text = BUF_INIT;

	frame(desk, columns, rows);
	canvas_dump(&desk->canvas, &text);
	assert_golden(name, &text);
	buf_release(&text);
}

/* The frame has, or has not, these words. */
static bool
frame_has(struct desk *desk, const char *words)
{
	struct buf text = BUF_INIT;
	bool has;

	canvas_dump(&desk->canvas, &text);
	has = strstr(text.data, words) != NULL;
	buf_release(&text);
	return has;
}

static void
a_conversation_at_80_columns_has_channels_beside_it(void **state)
{
	assert_frame(*state, 80, 24, "talk-80");
}

static void
a_conversation_at_120_columns_has_members_too(void **state)
{
	assert_frame(*state, 120, 26, "talk-120");
}

static void
a_conversation_at_40_columns_has_an_activity_line(void **state)
{
	assert_frame(*state, 40, 20, "talk-40");
}

static void
a_screen_of_12_by_4_is_survived(void **state)
{
	struct desk *desk = *state;

	assert_frame(desk, 12, 4, "talk-12");
	for (int columns = 1; columns < 30; columns++) {
		for (int rows = 1; rows < 12; rows++)
			frame(desk, columns, rows);
	}
}

static void
styles_are_where_they_belong(void **state)
{
	struct desk *desk = *state;
	struct buf text = BUF_INIT;

	frame(desk, 80, 24);
	canvas_dump_styles(&desk->canvas, &text);
	assert_golden("talk-80-styles", &text);
	buf_release(&text);
}

static void
without_utf8_nothing_of_our_own_is_beyond_ascii(void **state)
{
	struct desk *desk = *state;

	desk->state.ascii = true;
	assert_frame(desk, 80, 24, "talk-ascii");
}

static void
scrolled_back_the_newest_rows_stay_under_a_rule(void **state)
{
	struct desk *desk = *state;
	struct channel *channel = desk->model->current;

	for (int i = 0; i < 40; i++) {
		char text[32];

		snprintf(text, sizeof(text), "message %d", i);
		scene_message(desk->model, channel, i % 2 ? "bob" : "erin",
		    SCENE_NOW + (10 + i) * SCENE_MINUTE, text);
	}
	channel->anchor = (struct anchor){ .key = channel->messages[4]->key,
		.row = 1 };
	assert_frame(desk, 80, 24, "back-80");
}

static void
the_status_says_what_the_link_does(void **state)
{
	struct desk *desk = *state;

	desk->model->link = MODEL_CONNECTING;
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "connecting…  /help"));
	desk->model->link = MODEL_OFFLINE;
	desk->model->retry_at_ms = desk->state.mono_ms + 16200;
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "offline, next try in 17 s"));
	frame(desk, 40, 20);
	assert_true(frame_has(desk, "offline, next try in 17 s"));
	desk->model->retry_at_ms = desk->state.mono_ms - 5;
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "offline, next try in 0 s"));
}

static void
before_anything_is_known_the_screen_is_drawn(void **state)
{
	struct desk *desk = *state;
	struct model *empty = scene_new();

	empty->me_known = false;
	empty->link = MODEL_CONNECTING;
	desk->state.model = empty;
	assert_frame(desk, 80, 24, "start-80");
	scene_free(empty);
}

static void
a_long_input_grows_upwards_and_shows_the_cursor(void **state)
{
	struct desk *desk = *state;

	for (int i = 0; i < 12; i++)
		editor_type(desk->editor, "all work and no play ", 21);
	editor_do(desk->editor, EDITOR_NEWLINE);
	editor_type(desk->editor, "日本語", strlen("日本語"));
	assert_frame(desk, 80, 24, "input-80");
	assert_int_equal(desk->canvas.cursor_x, 2 + 6);
	assert_int_equal(desk->canvas.cursor_y, 23);
	for (int i = 0; i < 100; i++)
		editor_type(desk->editor, "all work and no play ", 21);
	frame(desk, 80, 24);
	assert_int_equal(desk->canvas.cursor_y, 23);
	assert_true(frame_has(desk, "#general  Team chat"));
}

static void
the_history_search_shows_query_and_match(void **state)
{
	struct desk *desk = *state;

	editor_remember(desk->editor, "make test");
	editor_search_begin(desk->editor);
	editor_search_add(desk->editor, "ma", 2);
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "(search: ma) make test"));
}

static void
a_notice_stands_above_the_status_line(void **state)
{
	struct desk *desk = *state;

	desk->state.notice = "no command /foo; /help lists them";
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "\n no command /foo; /help lists them\n"));
}

static void
panes_are_shown_and_hidden_by_wish(void **state)
{
	struct desk *desk = *state;

	desk->state.wish.channels = LAYOUT_HIDE;
	frame(desk, 80, 24);
	assert_false(frame_has(desk, "3 #random"));
	desk->state.wish.channels = LAYOUT_SHOW;
	frame(desk, 50, 24);
	assert_true(frame_has(desk, "3 #random"));
	desk->state.wish.members = LAYOUT_SHOW;
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "│ carol"));
	frame(desk, 40, 24);
	assert_false(frame_has(desk, "│ carol"));
}

static void
every_command_and_key_is_in_the_help(void **state)
{
	struct desk *desk = *state;
	size_t count;
	const struct command *commands = command_table(&count);

	desk->state.help = true;
	frame(desk, 100, 200);
	for (size_t i = 0; i < count; i++) {
		char name[64];

		snprintf(name, sizeof(name), "/%s", commands[i].name);
		assert_true(frame_has(desk, name));
	}
	assert_true(frame_has(desk, "PgUp"));
	assert_true(frame_has(desk, "M-u"));
	assert_true(frame_has(desk, "to the first unread message"));
}

static void
a_long_channel_list_keeps_the_current_one_in_sight(void **state)
{
	struct desk *desk = *state;

	for (int i = 0; i < 60; i++) {
		char name[32];

		snprintf(name, sizeof(name), "room-%d", i);
		desk->model->current = scene_channel(desk->model, name, true);
	}
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "66  room-59"));
	desk->model->current = desk->model->channels[30];
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "31  room-24"));
	desk->model->current = desk->model->channels[0];
	frame(desk, 80, 24);
	assert_true(frame_has(desk, " 1 #general"));
}

static void
foreign_text_cannot_reach_the_terminal_as_a_command(void **state)
{
	struct desk *desk = *state;
	struct channel *channel = desk->model->current;
	static const char hostile[] = "\033]0;title\007\033[2J\xc2\x9b"
				      "31m\u202e\r\x08";

	scene_message(desk->model, channel, "\033[1mx", SCENE_NOW, hostile);
	free(channel->topic);
	channel->topic = xstrdup(hostile);
	free(channel->name);
	channel->name = xstrdup(hostile);
	scene_member(channel, hostile, ' ');
	frame(desk, 120, 30);
	for (int y = 0; y < 30; y++) {
		for (int x = 0; x < 120; x++) {
			const struct cell *cell = canvas_cell(&desk->canvas, x,
			    y);

			for (uint8_t i = 0; i < cell->count; i++)
				assert_true(cell->cp[i] >= 0x20 &&
				    (cell->cp[i] < 0x7f ||
					cell->cp[i] >= 0xa0) &&
				    cell->cp[i] != 0x202e);
		}
	}
}

/* The conversation with all that can stand around a message. */
static void
make_rich(struct desk *desk)
{
	scene_free(desk->model);
	desk->model = scene_rich();
	desk->state.model = desk->model;
}

static void
what_stands_around_messages_at_40_80_and_120_columns(void **state)
{
	struct desk *desk = *state;
	struct buf text = BUF_INIT;

	make_rich(desk);
	assert_frame(desk, 40, 40, "rich-40");
	assert_frame(desk, 80, 30, "rich-80");
	assert_frame(desk, 120, 30, "rich-120");
	desk->state.selected = desk->model->current->messages[1]->key;
	frame(desk, 80, 30);
	canvas_dump_styles(&desk->canvas, &text);
	assert_golden("rich-80-styles", &text);
	buf_release(&text);
	for (int columns = 1; columns < 50; columns++) {
		for (int rows = 1; rows < 12; rows++)
			frame(desk, columns, rows);
	}
}

static void
who_types_is_named_while_it_lasts(void **state)
{
	struct desk *desk = *state;
	struct channel *channel;

	make_rich(desk);
	channel = desk->model->current;
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "\n bob and carol are typing\n"));
	channel->typists[1].parent_id = 5;
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "\n bob is typing\n"));
	scene_typist(channel, "erin", 9000);
	scene_typist(channel, "dave", 9000);
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "\n several people are typing\n"));
	desk->state.mono_ms = 5000;
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "\n erin and dave are typing\n"));
	desk->state.notice = "a notice";
	frame(desk, 80, 24);
	assert_false(frame_has(desk, "typing"));
	desk->state.notice = NULL;
	desk->state.mono_ms = 9000;
	frame(desk, 80, 24);
	assert_false(frame_has(desk, "typing"));
}

static void
how_many_are_there_is_said_where_it_is_known_of_all(void **state)
{
	struct desk *desk = *state;

	make_rich(desk);
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "6 members, 4 on\n"));
	scene_member(desk->model->current, "frank", ' ');
	frame(desk, 80, 24);
	assert_true(frame_has(desk, "7 members\n"));
}

#define WITH_DESK(test) \
	cmocka_unit_test_setup_teardown(test, desk_begin, desk_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_DESK(a_conversation_at_80_columns_has_channels_beside_it),
		WITH_DESK(a_conversation_at_120_columns_has_members_too),
		WITH_DESK(a_conversation_at_40_columns_has_an_activity_line),
		WITH_DESK(a_screen_of_12_by_4_is_survived),
		WITH_DESK(styles_are_where_they_belong),
		WITH_DESK(without_utf8_nothing_of_our_own_is_beyond_ascii),
		WITH_DESK(scrolled_back_the_newest_rows_stay_under_a_rule),
		WITH_DESK(the_status_says_what_the_link_does),
		WITH_DESK(before_anything_is_known_the_screen_is_drawn),
		WITH_DESK(a_long_input_grows_upwards_and_shows_the_cursor),
		WITH_DESK(the_history_search_shows_query_and_match),
		WITH_DESK(a_notice_stands_above_the_status_line),
		WITH_DESK(panes_are_shown_and_hidden_by_wish),
		WITH_DESK(every_command_and_key_is_in_the_help),
		WITH_DESK(a_long_channel_list_keeps_the_current_one_in_sight),
		WITH_DESK(foreign_text_cannot_reach_the_terminal_as_a_command),
		WITH_DESK(what_stands_around_messages_at_40_80_and_120_columns),
		WITH_DESK(who_types_is_named_while_it_lasts),
		WITH_DESK(how_many_are_there_is_said_where_it_is_known_of_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

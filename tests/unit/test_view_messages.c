/*
 * The message window: what is being read stays where it is, whatever comes in
 * front of it, behind it or goes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dice.h"
#include "scene.h"
#include "shared/xmalloc.h"
#include "tui/view.h"

#define COLUMNS 60
#define ROWS 16
#define READING (ROWS - 4) /* rows above the rule while scrolled back */

static const struct area whole = { 0, 0, COLUMNS, ROWS };

struct desk {
	struct model *model;
	struct channel *channel;
	struct wrap_cache *cache;
	struct canvas canvas;
	struct view view;
	int written; /* messages so far, for their texts */
};

static void
desk_begin(struct desk *desk)
{
	setenv("TZ", "UTC", 1);
	desk->model = scene_new();
	desk->channel = scene_channel(desk->model, "general", false);
	scene_member(desk->channel, "amy", 'o');
	scene_member(desk->channel, "bob", ' ');
	desk->cache = wrap_cache_new(200, WIDTH_EMOJI_SAFE);
	canvas_init(&desk->canvas, WIDTH_EMOJI_SAFE);
	canvas_resize(&desk->canvas, COLUMNS, ROWS);
	desk->view = (struct view){ .canvas = &desk->canvas,
		.model = desk->model,
		.cache = desk->cache,
		.glyphs = &glyphs_unicode };
	desk->written = 0;
}

static void
desk_end(struct desk *desk)
{
	canvas_release(&desk->canvas);
	wrap_cache_free(desk->cache);
	scene_free(desk->model);
}

/* A text that names its number, one to four rows long. */
static char *
text_of(int number)
{
	static const char filler[] =
	    " and so on and on until it takes more than one row of the "
	    "window, which is what most messages of people do who have a "
	    "lot to say about something";
	size_t len = (size_t)(number * 37 % (int)sizeof(filler));

	return xasprintf("<%d>%.*s", number, (int)len, filler);
}

static void
append(struct desk *desk)
{
	char *text = text_of(desk->written);

	scene_message(desk->model, desk->channel, "bob",
	    SCENE_NOW + desk->written++ * SCENE_MINUTE, text);
	free(text);
}

/* A page of older messages, a day line now and then. */
static void
prepend(struct desk *desk, int count)
{
	while (count-- > 0) {
		int64_t before = desk->channel->messages[0]->created_ms;
		char *text = text_of(desk->written++);

		scene_prepend(desk->model, desk->channel, "amy",
		    before - 97 * SCENE_MINUTE, text);
		free(text);
	}
}

static struct view_seen
draw(struct desk *desk)
{
	canvas_clear(&desk->canvas);
	return view_messages_draw(&desk->view, desk->channel, whole);
}

/* The first `rows` rows as text; the caller frees them. */
static char *
shown(struct desk *desk, int rows)
{
	struct buf text = BUF_INIT;
	size_t end = 0;

	draw(desk);
	canvas_dump(&desk->canvas, &text);
	for (; rows > 0; rows--)
		end += strcspn(text.data + end, "\n") + 1;
	text.data[end] = '\0';
	return buf_detach(&text);
}

static void
scroll(struct desk *desk, int by)
{
	desk->channel->anchor = view_messages_scroll(&desk->view, desk->channel,
	    whole, by);
}

static void
assert_reads(struct desk *desk, const char *want)
{
	char *now = shown(desk, READING);

	assert_string_equal(now, want);
	free(now);
}

static void
the_newest_message_stands_at_the_bottom(void **state)
{
	struct desk desk;
	char *text;

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < 40; i++)
		append(&desk);
	assert_true(draw(&desk).bottom);
	text = shown(&desk, ROWS);
	assert_non_null(strstr(text, "<39>"));
	append(&desk);
	free(text);
	text = shown(&desk, ROWS);
	assert_non_null(strstr(text, "<40>"));
	free(text);
	desk_end(&desk);
}

static void
a_short_channel_shows_its_start(void **state)
{
	struct desk desk;
	char *text;

	(void)state;
	desk_begin(&desk);
	text = shown(&desk, ROWS);
	assert_non_null(strstr(text, "start of #general"));
	free(text);
	append(&desk);
	text = shown(&desk, ROWS);
	assert_non_null(strstr(text, "start of #general"));
	assert_non_null(strstr(text, "Tuesday, 24 November 2026"));
	free(text);
	desk.channel->at_start = false;
	assert_true(draw(&desk).want_before);
	text = shown(&desk, ROWS);
	assert_non_null(strstr(text, "loading…"));
	free(text);
	desk_end(&desk);
}

static void
a_page_put_in_front_moves_nothing(void **state)
{
	struct desk desk;

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < 40; i++)
		append(&desk);
	desk.channel->at_start = false;
	/* From the top row of the window on down: the loading line, the day
	 * line, and rows of text. The two lines go or change, the text below
	 * them stays. */
	for (int by = 2; by < 30; by++) {
		char *before;

		desk.channel->anchor = view_messages_top(&desk.view,
		    desk.channel, whole);
		scroll(&desk, by);
		before = shown(&desk, READING);
		prepend(&desk, 50);
		assert_reads(&desk, before);
		free(before);
		scene_evict(desk.channel, 50, true);
	}
	desk_end(&desk);
}

static void
at_the_loading_line_the_text_below_keeps_its_row(void **state)
{
	struct desk desk;
	char *before, *after;
	const char *text;

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < 40; i++)
		append(&desk);
	desk.channel->at_start = false;
	desk.channel->anchor = view_messages_top(&desk.view, desk.channel,
	    whole);
	before = shown(&desk, READING);
	assert_non_null(strstr(before, "loading"));
	prepend(&desk, 50);
	after = shown(&desk, READING);
	text = strstr(before, "14:00");
	assert_non_null(text);
	assert_string_equal(strstr(after, "14:00"), text);
	free(before);
	free(after);
	desk_end(&desk);
}

static void
live_messages_move_nothing_and_are_counted(void **state)
{
	struct desk desk;
	char *before, *all;

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < 60; i++)
		append(&desk);
	scroll(&desk, -40);
	before = shown(&desk, READING);
	for (int i = 0; i < 25; i++) {
		append(&desk);
		assert_reads(&desk, before);
	}
	all = shown(&desk, ROWS);
	assert_non_null(strstr(all, " below "));
	/* The newest row is in sight all the same. */
	assert_non_null(strstr(all, "<84>"));
	assert_false(draw(&desk).bottom);
	free(all);
	free(before);
	desk_end(&desk);
}

static void
letting_the_far_end_go_moves_nothing(void **state)
{
	struct desk desk;
	char *before;

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < 100; i++)
		append(&desk);
	desk.channel->anchor = (struct anchor){
		.key = desk.channel->messages[50]->key
	};
	scene_evict(desk.channel, 20, false);
	before = shown(&desk, READING);
	scene_evict(desk.channel, 10, false);
	assert_reads(&desk, before);
	scene_evict(desk.channel, 30, true);
	assert_reads(&desk, before);
	desk_end(&desk);
	free(before);
}

static void
an_edit_above_moves_nothing(void **state)
{
	struct desk desk;
	char *before;

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < 60; i++)
		append(&desk);
	scroll(&desk, -40);
	before = shown(&desk, READING);
	free(desk.channel->messages[5]->text);
	desk.channel->messages[5]->text = xstrdup(
	    "edited\nto\nbe\nof\nmany\nlines");
	desk.channel->messages[5]->version++;
	assert_reads(&desk, before);
	free(before);
	desk_end(&desk);
}

static void
a_page_down_undoes_a_page_up_and_the_end_is_the_bottom(void **state)
{
	struct desk desk;
	char *before;
	int page;

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < 80; i++)
		append(&desk);
	scroll(&desk, -60);
	page = view_messages_page(desk.channel, whole);
	before = shown(&desk, READING);
	scroll(&desk, -page);
	scroll(&desk, page);
	assert_reads(&desk, before);
	free(before);
	for (int i = 0; i < 10; i++)
		scroll(&desk, page);
	assert_true(desk.channel->anchor.bottom);
	desk_end(&desk);
}

/* Takes note of the numbers that a screen shows the first rows of. */
static void
note_numbers(const char *text, int *seen)
{
	for (const char *at = text; (at = strchr(at, '<')) != NULL; at++)
		seen[strtol(at + 1, NULL, 10)]++;
}

static void
going_up_page_by_page_shows_every_message(void **state)
{
	struct desk desk;
	int *seen = xcalloc(1000, sizeof(*seen));

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < 1000; i++)
		append(&desk);
	for (int pages = 0; pages < 1000; pages++) {
		struct anchor before = desk.channel->anchor;
		char *text = shown(&desk,
		    desk.channel->anchor.bottom ? ROWS : READING);

		note_numbers(text, seen);
		free(text);
		scroll(&desk, -view_messages_page(desk.channel, whole));
		if (!before.bottom && desk.channel->anchor.key == before.key &&
		    desk.channel->anchor.row == before.row)
			break;
	}
	for (int i = 0; i < 1000; i++)
		assert_in_range(seen[i], 1, 2);
	free(seen);
	desk_end(&desk);
}

static void
the_first_unread_message_is_gone_to(void **state)
{
	struct desk desk;
	char *text;

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < 80; i++)
		append(&desk);
	desk.channel->marker_id = desk.channel->messages[39]->id;
	desk.channel->anchor = view_messages_unread(&desk.view, desk.channel,
	    whole);
	text = shown(&desk, 2);
	assert_non_null(strstr(text, " 40 new "));
	assert_non_null(strstr(text, "<40>"));
	free(text);
	desk_end(&desk);
}

static void
where_nothing_was_read_all_is_new(void **state)
{
	struct desk desk;
	char *text;

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < 3; i++)
		append(&desk);
	desk.channel->marker_id = MODEL_MARKER_FIRST;
	text = shown(&desk, ROWS);
	assert_non_null(strstr(text, " 3 new "));
	free(text);
	/* Further back there may be more of it: the line is not here. */
	desk.channel->at_start = false;
	text = shown(&desk, ROWS);
	assert_null(strstr(text, " new "));
	free(text);
	desk_end(&desk);
}

static void
pending_and_failed_messages_are_marked(void **state)
{
	struct desk desk;
	struct message *message;
	char *text;

	(void)state;
	desk_begin(&desk);
	message = scene_message(desk.model, desk.channel, "amy", SCENE_NOW,
	    "hello");
	message->state = MESSAGE_SENDING;
	text = shown(&desk, ROWS);
	assert_non_null(strstr(text, "…\n"));
	free(text);
	message->state = MESSAGE_FAILED;
	message->error = xstrdup("silenced until tomorrow");
	text = shown(&desk, ROWS);
	assert_non_null(strstr(text, "!\n"));
	assert_non_null(strstr(text, "silenced until tomorrow"));
	free(text);
	message->state = MESSAGE_STORED;
	text = shown(&desk, ROWS);
	assert_null(strstr(text, "…\n"));
	assert_null(strstr(text, "silenced"));
	free(text);
	desk_end(&desk);
}

static void
only_what_is_near_the_window_is_broken_into_rows(void **state)
{
	struct desk desk;
	uint64_t misses;

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < MODEL_WINDOW_MAX; i++)
		append(&desk);
	draw(&desk);
	misses = wrap_cache_stats(desk.cache).misses;
	assert_true(misses <= ROWS + 2);
	scroll(&desk, -READING);
	draw(&desk);
	draw(&desk);
	assert_true(wrap_cache_stats(desk.cache).misses <= misses + 2 * ROWS);
	desk_end(&desk);
}

static void
tiny_windows_are_survived(void **state)
{
	struct desk desk;

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < 20; i++)
		append(&desk);
	for (int columns = 0; columns < 30; columns++) {
		for (int rows = 0; rows < 7; rows++) {
			struct area area = { 0, 0, columns, rows };

			for (int step = -3; step <= 3; step++) {
				desk.channel->anchor = view_messages_scroll(
				    &desk.view, desk.channel, area, step * 3);
				view_messages_draw(&desk.view, desk.channel,
				    area);
			}
		}
	}
	desk_end(&desk);
}

/* --- one channel of 100,000 messages, read while everything happens --- */

#define MANY 100000

/* What may happen to a window without the reader's doing. */
static void
happen(struct desk *desk, struct dice *dice)
{
	struct channel *channel = desk->channel;
	size_t at = (size_t)channel_index(channel, channel->anchor.key);
	size_t behind = channel->len - at;

	switch (dice_roll(dice, 5)) {
	case 0:
		prepend(desk, 50);
		break;
	case 1:
		if (channel->at_end)
			append(desk);
		break;
	case 2:
		/* An edit above the window. */
		if (at > 0) {
			struct message *message =
			    channel->messages[dice_roll(dice, (uint32_t)at)];

			free(message->text);
			message->text = text_of((int)dice_roll(dice, 100));
			message->version++;
		}
		break;
	case 3:
		if (behind > 200)
			scene_evict(channel, behind - 150, false);
		break;
	default:
		if (at > 200)
			scene_evict(channel, at - 150, true);
		break;
	}
}

static void
in_a_hundred_thousand_messages_the_row_being_read_stays(void **state)
{
	struct desk desk;
	struct dice dice = { 21 };

	(void)state;
	desk_begin(&desk);
	for (int i = 0; i < 200; i++)
		append(&desk);
	desk.channel->at_start = false;
	while (desk.written < MANY) {
		char *before;

		if (desk.channel->anchor.bottom || dice_roll(&dice, 3) == 0)
			scroll(&desk, (int)dice_roll(&dice, 80) - 60);
		if (desk.channel->anchor.bottom)
			continue;
		/* The rows of its text; what is above it comes and goes. */
		if (desk.channel->anchor.row < 0)
			desk.channel->anchor.row = 0;
		/* Letting the end go changes what is below the rule alone. */
		before = shown(&desk, READING);
		happen(&desk, &dice);
		assert_reads(&desk, before);
		free(before);
	}
	desk_end(&desk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_message_stands_at_the_bottom),
		cmocka_unit_test(a_short_channel_shows_its_start),
		cmocka_unit_test(a_page_put_in_front_moves_nothing),
		cmocka_unit_test(
		    at_the_loading_line_the_text_below_keeps_its_row),
		cmocka_unit_test(live_messages_move_nothing_and_are_counted),
		cmocka_unit_test(letting_the_far_end_go_moves_nothing),
		cmocka_unit_test(an_edit_above_moves_nothing),
		cmocka_unit_test(
		    a_page_down_undoes_a_page_up_and_the_end_is_the_bottom),
		cmocka_unit_test(going_up_page_by_page_shows_every_message),
		cmocka_unit_test(the_first_unread_message_is_gone_to),
		cmocka_unit_test(where_nothing_was_read_all_is_new),
		cmocka_unit_test(pending_and_failed_messages_are_marked),
		cmocka_unit_test(
		    only_what_is_near_the_window_is_broken_into_rows),
		cmocka_unit_test(tiny_windows_are_survived),
		cmocka_unit_test(
		    in_a_hundred_thousand_messages_the_row_being_read_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

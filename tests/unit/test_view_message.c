/*
 * What stands around a message's text: quote, replies, reactions, state. That all
 * of it is rows which scrolling counts; and the channel list beside it.
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

#define COLUMNS 40
#define ROWS 30

static const struct area whole = { 0, 0, COLUMNS, ROWS };

struct desk {
	struct model *model;
	struct channel *channel;
	struct wrap_cache *cache;
	struct canvas canvas;
	struct view view;
};

static void
desk_begin(struct desk *desk, struct model *model)
{
	setenv("TZ", "UTC", 1);
	desk->model = model;
	desk->channel = desk->model->current;
	desk->cache = wrap_cache_new(200, WIDTH_EMOJI_SAFE);
	canvas_init(&desk->canvas, WIDTH_EMOJI_SAFE);
	canvas_resize(&desk->canvas, COLUMNS, ROWS);
	desk->view = (struct view){ .canvas = &desk->canvas,
		.model = desk->model,
		.cache = desk->cache,
		.glyphs = &glyphs_ascii };
}

static struct model *
bare(void)
{
	struct model *model = scene_new();
	struct channel *channel = scene_channel(model, "general", false);

	scene_member(channel, "amy", 'o');
	scene_member(channel, "bob", ' ');
	return model;
}

static void
desk_end(struct desk *desk)
{
	canvas_release(&desk->canvas);
	wrap_cache_free(desk->cache);
	scene_free(desk->model);
}

static char *
shown(struct desk *desk)
{
	struct buf text = BUF_INIT;

	canvas_clear(&desk->canvas);
	view_messages_draw(&desk->view, desk->channel, whole);
	canvas_dump(&desk->canvas, &text);
	buf_putc(&text, '\0');
	return buf_detach(&text);
}

static void
assert_shows(struct desk *desk, const char *words, bool want)
{
	char *text = shown(desk);

	if ((strstr(text, words) != NULL) != want)
		fail_msg("\"%s\" is %sthere:\n%s", words, want ? "not " : "",
		    text);
	free(text);
}

static void
a_message_of_ones_own_shows_how_far_it_got(void **state)
{
	struct desk desk;
	struct message *message;

	(void)state;
	desk_begin(&desk, bare());
	scene_message(desk.model, desk.channel, "bob", SCENE_NOW, "theirs");
	message = scene_message(desk.model, desk.channel, "amy", SCENE_NOW,
	    "mine");
	assert_shows(&desk, "theirs\n", true);
	assert_shows(&desk, " v\n", true);
	desk.channel->delivered_id = message->id;
	assert_shows(&desk, " vv\n", true);
	assert_int_equal(
	    canvas_cell(&desk.canvas, COLUMNS - 1, ROWS - 1)->style,
	    STYLE_PENDING);
	desk.channel->seen_id = message->id;
	assert_shows(&desk, " vv\n", true);
	assert_int_equal(
	    canvas_cell(&desk.canvas, COLUMNS - 1, ROWS - 1)->style,
	    STYLE_READ);
	assert_shows(&desk, "theirs\n", true);
	message->deleted_ms = SCENE_NOW;
	assert_shows(&desk, "v\n", false);
	desk_end(&desk);
}

static void
reactions_wrap_and_are_never_parted(void **state)
{
	struct desk desk;
	struct message *message;

	(void)state;
	desk_begin(&desk, bare());
	message = scene_message(desk.model, desk.channel, "bob", SCENE_NOW, "");
	for (int i = 0; i < 5; i++)
		scene_reaction(message, i % 2 ? ":heart:" : "\U0001f44d", i + 1,
		    i == 1);
	scene_reaction(message,
	    ":a_name_longer_than_the_row_is_wide_itself:", 12345, false);
	assert_shows(&desk,
	    "[\U0001f44d 1] [:heart: 2*] [\U0001f44d 3]\n"
	    "           [:heart: 4] [\U0001f44d 5]\n"
	    "           [:a_name_longer_than_the_~\n",
	    true);
	desk_end(&desk);
}

static void
a_quote_follows_its_parent(void **state)
{
	struct desk desk;
	struct message *parent, *reply;

	(void)state;
	desk_begin(&desk, bare());
	parent = scene_message(desk.model, desk.channel, "bob", SCENE_NOW,
	    "first\nsecond");
	reply = scene_message(desk.model, desk.channel, "amy", SCENE_NOW,
	    "answer");
	reply->parent_id = parent->id;
	assert_shows(&desk, "amy  | bob: first~\n", true);
	/* Whatever is drawn of the parent needs no word to the reply. */
	parent->text[0] = 'F';
	assert_shows(&desk, "amy  | bob: First~\n", true);
	parent->deleted_ms = SCENE_NOW;
	assert_shows(&desk, "amy  | (message deleted)\n", true);
	reply->parent_id = 1;
	assert_shows(&desk, "amy  | reply in a thread\n", true);
	/* In the thread itself all are replies. */
	desk.channel->parent_id = 1;
	assert_shows(&desk, "amy  answer", true);
	assert_shows(&desk, " thread\n", true);
	assert_shows(&desk, "start of", false);
	desk_end(&desk);
}

static void
a_thread_has_the_receipts_of_its_channel(void **state)
{
	struct desk desk;
	struct channel thread;
	struct message *message;

	(void)state;
	desk_begin(&desk, bare());
	message = scene_message(desk.model, desk.channel, "amy", SCENE_NOW,
	    "mine");
	thread = *desk.channel;
	thread.parent_id = message->id;
	desk.channel->delivered_id = message->id;
	desk.channel = &thread;
	assert_shows(&desk, " vv\n", true);
	desk_end(&desk);
}

static void
every_row_of_a_message_is_scrolled_by(void **state)
{
	struct desk desk;
	struct area area = { 0, 0, COLUMNS, 3 };
	char *all;
	int rows = 0, steps = 0;

	(void)state;
	desk_begin(&desk, scene_rich());
	all = shown(&desk);
	/* The screen is higher than all of them together. */
	for (const char *at = all; *at != '\0'; at += strcspn(at, "\n") + 1)
		rows += *at != '\n';
	free(all);
	desk.channel->anchor = view_messages_top(&desk.view, desk.channel,
	    area);
	while (!desk.channel->anchor.bottom) {
		desk.channel->anchor = view_messages_scroll(&desk.view,
		    desk.channel, area, 1);
		steps++;
	}
	assert_int_equal(steps, rows - area.rows);
	desk_end(&desk);
}

static void
all_rows_of_the_selected_message_stand_out(void **state)
{
	struct desk desk;
	struct message *message;

	(void)state;
	desk_begin(&desk, bare());
	scene_message(desk.model, desk.channel, "bob", SCENE_NOW, "one");
	message = scene_message(desk.model, desk.channel, "bob", SCENE_NOW,
	    "two");
	scene_reaction(message, ":heart:", 1, false);
	desk.view.selected = message->key;
	free(shown(&desk));
	for (int y = 0; y < ROWS; y++) {
		for (int x = 0; x < COLUMNS; x++)
			assert_int_equal(
			    canvas_cell(&desk.canvas, x, y)->style ==
				STYLE_CURRENT,
			    y >= ROWS - 2);
	}
	desk_end(&desk);
}

/* Whatever the marks, a text is drawn with the same characters in the same
 * cells. */
static void
markup_moves_no_cell(void **state)
{
	static const char *const pieces[] = { "*", "_", "`", "\u0301", "\u65e5",
		" ", "a", "\u200d", "\U0001f44d", "\t", "https://a", "\n> " };
	struct dice dice = { 3 };
	struct desk desk;
	struct message *message;

	(void)state;
	desk_begin(&desk, bare());
	message = scene_message(desk.model, desk.channel, "bob", SCENE_NOW, "");
	for (int round = 0; round < 300; round++) {
		struct buf text = BUF_INIT;
		char *plain, *marked;

		buf_puts(&text, "x ");
		for (int i = 0; i < 40; i++)
			buf_puts(&text,
			    pieces[dice_roll(&dice,
				sizeof(pieces) / sizeof(pieces[0]))]);
		buf_putc(&text, '\0');
		free(message->text);
		message->text = buf_detach(&text);
		message->version++;
		marked = shown(&desk);
		/* In an event there is none; it has a star for a name. */
		message->event = true;
		plain = shown(&desk);
		memcpy(strstr(marked, "bob"), "*  ", 3);
		assert_string_equal(marked, plain);
		message->event = false;
		free(plain);
		free(marked);
	}
	desk_end(&desk);
}

/* What stands far above in the list is not there at all. */
static void
only_the_channels_in_sight_are_looked_at(void **state)
{
	enum { COUNT = 5000 };
	struct area area = { 0, 0, 16, 20 };
	struct model model = { .me_known = true };
	struct channel *channels = xcalloc(COUNT, sizeof(*channels));
	struct buf text = BUF_INIT;
	struct desk desk;

	(void)state;
	desk_begin(&desk, bare());
	model.len = COUNT;
	model.channels = xcalloc(COUNT, sizeof(struct channel *));
	for (int i = 0; i < COUNT; i++) {
		channels[i].name = xasprintf("room%d", i);
		model.channels[i] = i > 2480 ? &channels[i] : NULL;
	}
	model.current = &channels[2500];
	desk.view.model = &model;
	view_channels_draw(&desk.view, area);
	canvas_dump(&desk.canvas, &text);
	assert_non_null(strstr(text.data, "2501 #room2500\n"));
	for (int y = 0; y < area.rows; y++)
		assert_int_equal(canvas_cell(&desk.canvas, 0, y)->cp[0], '2');
	buf_release(&text);
	for (int i = 0; i < COUNT; i++)
		free(channels[i].name);
	free(model.channels);
	free(channels);
	desk_end(&desk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_of_ones_own_shows_how_far_it_got),
		cmocka_unit_test(reactions_wrap_and_are_never_parted),
		cmocka_unit_test(a_quote_follows_its_parent),
		cmocka_unit_test(a_thread_has_the_receipts_of_its_channel),
		cmocka_unit_test(every_row_of_a_message_is_scrolled_by),
		cmocka_unit_test(all_rows_of_the_selected_message_stand_out),
		cmocka_unit_test(markup_moves_no_cell),
		cmocka_unit_test(only_the_channels_in_sight_are_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

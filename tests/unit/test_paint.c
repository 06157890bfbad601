/*
 * Painting by difference: the bytes turn one screen into the other, and they are
 * few.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "dice.h"
#include "scene.h"
#include "tui/paint.h"
#include "tui/scroll.h"
#include "vt.h"

static const struct paint_terminal xterm = { 256, true, true, true, false };

/* Paints the change on a terminal that shows `from`; returns the bytes. */
static size_t
paint(struct vt *vt, const struct canvas *from, const struct canvas *to,
    const struct paint_terminal *terminal)
{
	struct buf bytes = BUF_INIT;
	size_t len;

	paint_changes(&bytes, from, to, terminal);
	assert_true(
	    vt_feed(vt, bytes.data == NULL ? "" : bytes.data, bytes.len));
	assert_true(vt_shows(vt, to, terminal->colours));
	len = bytes.len;
	buf_release(&bytes);
	return len;
}

static void
draw_something(struct canvas *canvas, struct dice *dice)
{
	static const char *const texts[] = { "hello", "日本語", "e\u0301", "│",
		"    ", "a b  c", "…", "\U0001F600", "x" };
	int x = (int)dice_roll(dice, (uint32_t)canvas->columns);
	int y = (int)dice_roll(dice, (uint32_t)canvas->rows);
	enum style style = (enum style)dice_roll(dice, STYLE_COUNT);

	if (dice_roll(dice, 4) == 0)
		canvas_fill(canvas,
		    (struct area){ x, y, (int)dice_roll(dice, 30), 1 }, style,
		    ' ');
	else
		canvas_puts(canvas, x, y, 30, style, texts[dice_roll(dice, 9)]);
	canvas->cursor_x = (int)dice_roll(dice, (uint32_t)canvas->columns);
	canvas->cursor_y = (int)dice_roll(dice, (uint32_t)canvas->rows);
}

/* Moves some rows up, as a message window does. */
static void
scroll_something(struct canvas *canvas, struct dice *dice)
{
	int top = (int)dice_roll(dice, (uint32_t)canvas->rows - 2);
	int bottom = top + 1 +
	    (int)dice_roll(dice, (uint32_t)(canvas->rows - 1 - top));
	size_t row = (size_t)canvas->columns * sizeof(struct cell);

	memmove(canvas->cells + top * canvas->columns,
	    canvas->cells + (top + 1) * canvas->columns,
	    (size_t)(bottom - top) * row);
	canvas_fill(canvas, (struct area){ 0, bottom, canvas->columns, 1 },
	    STYLE_PLAIN, ' ');
}

static void
any_change_at_all_ends_in_the_right_screen(const struct paint_terminal *how)
{
	struct canvas from, to;
	struct dice dice = { 13 };
	struct vt vt;

	canvas_init(&from, WIDTH_EMOJI_SAFE);
	canvas_init(&to, WIDTH_EMOJI_SAFE);
	canvas_resize(&from, 40, 12);
	canvas_resize(&to, 40, 12);
	from.cursor_x = 0;
	from.cursor_y = 0;
	vt_init(&vt, 40, 12);
	for (int i = 0; i < 4000; i++) {
		uint32_t count = dice_roll(&dice, 6);

		if (dice_roll(&dice, 3) == 0)
			scroll_something(&to, &dice);
		while (count-- > 0)
			draw_something(&to, &dice);
		if (to.cursor_x < 0 || dice_roll(&dice, 2) == 0) {
			to.cursor_x = from.cursor_x;
			to.cursor_y = from.cursor_y;
		}
		paint(&vt, &from, &to, how);
		canvas_copy(&from, &to);
	}
	vt_release(&vt);
	canvas_release(&from);
	canvas_release(&to);
}

static void
any_change_ends_in_the_right_screen(void **state)
{
	(void)state;
	any_change_at_all_ends_in_the_right_screen(&xterm);
}

static void
any_change_ends_in_the_right_screen_by_line_feeds(void **state)
{
	static const struct paint_terminal vt100 = { 0, true, false, false,
		false };

	(void)state;
	any_change_at_all_ends_in_the_right_screen(&vt100);
}

static void
any_change_ends_in_the_right_screen_without_a_region(void **state)
{
	static const struct paint_terminal plain = { 8, false, false, true,
		false };

	(void)state;
	any_change_at_all_ends_in_the_right_screen(&plain);
}

static void
nothing_changed_is_no_more_than_the_cursor(void **state)
{
	static const struct paint_terminal dumb = { 256, true, true, false,
		false };
	struct canvas canvas, moved;
	struct buf bytes = BUF_INIT;

	(void)state;
	canvas_init(&canvas, WIDTH_EMOJI_SAFE);
	canvas_resize(&canvas, 80, 24);
	canvas_init(&moved, WIDTH_EMOJI_SAFE);
	canvas.cursor_x = 0;
	canvas.cursor_y = 0;
	canvas_copy(&moved, &canvas);
	paint_changes(&bytes, &canvas, &moved, &dumb);
	assert_int_equal(bytes.len, 0);
	moved.cursor_x = 2;
	moved.cursor_y = 23;
	paint_changes(&bytes, &canvas, &moved, &xterm);
	assert_string_equal(bytes.data, "\033[24;3H");
	canvas_release(&moved);
	buf_release(&bytes);
	canvas_release(&canvas);
}

static void
rows_that_moved_up_are_found(void **state)
{
	struct canvas from, to;
	struct scroll scroll;
	char text[64];

	(void)state;
	canvas_init(&from, WIDTH_EMOJI_SAFE);
	canvas_init(&to, WIDTH_EMOJI_SAFE);
	canvas_resize(&from, 60, 20);
	canvas_resize(&to, 60, 20);
	for (int y = 2; y < 18; y++) {
		snprintf(text, sizeof(text), "%d row of its own %d", y * 7919,
		    y * 31);
		canvas_puts(&from, 0, y, 60, STYLE_PLAIN, text);
		canvas_puts(&to, 0, y - 2, 60, STYLE_PLAIN, y >= 4 ? text : "");
	}
	assert_true(scroll_plan(&from, &to, &scroll));
	assert_int_equal(scroll.by, 2);
	assert_true(scroll.top <= 2 && scroll.bottom >= 17);
	assert_false(scroll_plan(&from, &from, &scroll));
	canvas_release(&from);
	canvas_release(&to);
}

static void
draw(struct canvas *canvas, const struct model *model, struct wrap_cache *cache,
    const struct editor *editor)
{
	struct render_state state = { .model = model,
		.editor = editor,
		.cache = cache,
		.now_ms = SCENE_NOW };

	render(canvas, &state);
}

static void
a_message_on_a_full_screen_costs_at_most_120_bytes(void **state)
{
	struct model *model = scene_new();
	struct channel *channel = scene_channel(model, "general", false);
	struct wrap_cache *cache = wrap_cache_new(100, WIDTH_EMOJI_SAFE);
	struct editor *editor = editor_new(100, 10);
	struct canvas from, to;
	struct vt vt;

	(void)state;
	scene_member(channel, "amy", 'o');
	scene_member(channel, "bob", ' ');
	canvas_init(&from, WIDTH_EMOJI_SAFE);
	canvas_init(&to, WIDTH_EMOJI_SAFE);
	canvas_resize(&from, 80, 24);
	canvas_resize(&to, 80, 24);
	from.cursor_x = 0;
	from.cursor_y = 0;
	vt_init(&vt, 80, 24);
	for (int i = 0; i < 60; i++) {
		struct dice dice = { (uint64_t)i + 1 };
		char text[36] = "";
		size_t cost;

		/* No two alike, so that no row can pass for another. */
		for (int at = 0; at < 35; at++)
			text[at] = (char)('a' + dice_roll(&dice, 26));
		scene_message(model, channel, "bob", SCENE_NOW, text);
		draw(&to, model, cache, editor);
		cost = paint(&vt, &from, &to, &xterm);
		if (i > 30)
			assert_true(cost <= 120);
		canvas_copy(&from, &to);
	}
	vt_release(&vt);
	canvas_release(&from);
	canvas_release(&to);
	editor_free(editor);
	wrap_cache_free(cache);
	scene_free(model);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_change_ends_in_the_right_screen),
		cmocka_unit_test(
		    any_change_ends_in_the_right_screen_by_line_feeds),
		cmocka_unit_test(
		    any_change_ends_in_the_right_screen_without_a_region),
		cmocka_unit_test(nothing_changed_is_no_more_than_the_cursor),
		cmocka_unit_test(rows_that_moved_up_are_found),
		cmocka_unit_test(
		    a_message_on_a_full_screen_costs_at_most_120_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

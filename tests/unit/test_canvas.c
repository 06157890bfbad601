/*
 * The cell grid: clipping, wide characters, and what never gets in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <cmocka.h>

#include "dice.h"
#include "tui/canvas.h"

/* A canvas of the size, and what it holds as text. */
static struct canvas
canvas_of(int columns, int rows)
{
	struct canvas canvas;

	canvas_init(&canvas, WIDTH_EMOJI_SAFE);
	canvas_resize(&canvas, columns, rows);
	return canvas;
}

static void
assert_shows(const struct canvas *canvas, const char *want)
{
	struct buf text = BUF_INIT;

	canvas_dump(canvas, &text);
	assert_string_equal(text.data, want);
	buf_release(&text);
}

static void
text_is_cut_at_the_right_edge(void **state)
{
	struct canvas canvas = canvas_of(5, 2);

	(void)state;
	assert_int_equal(canvas_puts(&canvas, 2, 0, 100, STYLE_PLAIN, "hello"),
	    5);
	assert_int_equal(canvas_puts(&canvas, 0, 1, 3, STYLE_PLAIN, "hello"),
	    3);
	assert_shows(&canvas, "  hel\nhel\n");
	canvas_release(&canvas);
}

static void
nothing_is_drawn_outside_the_grid(void **state)
{
	struct canvas canvas = canvas_of(3, 2);

	(void)state;
	canvas_puts(&canvas, 0, -1, 9, STYLE_PLAIN, "above");
	canvas_puts(&canvas, 0, 2, 9, STYLE_PLAIN, "below");
	canvas_puts(&canvas, -2, 0, 9, STYLE_PLAIN, "abc");
	canvas_fill(&canvas, (struct area){ -5, 1, 100, 100 }, STYLE_BAR, 'x');
	canvas_fill(&canvas, (struct area){ 5, 5, 2, 2 }, STYLE_BAR, 'x');
	assert_shows(&canvas, "c\nxxx\n");
	canvas_release(&canvas);
}

static void
a_wide_character_that_does_not_fit_whole_is_left_out(void **state)
{
	struct canvas canvas = canvas_of(5, 1);

	(void)state;
	assert_int_equal(canvas_puts(&canvas, 0, 0, 5, STYLE_PLAIN, "日本語"),
	    4);
	assert_shows(&canvas, "日本\n");
	canvas_clear(&canvas);
	canvas_puts(&canvas, 4, 0, 9, STYLE_PLAIN, "語");
	assert_shows(&canvas, "\n");
	canvas_release(&canvas);
}

static void
overwriting_half_of_a_wide_character_takes_it_away(void **state)
{
	struct canvas canvas = canvas_of(6, 1);

	(void)state;
	canvas_puts(&canvas, 0, 0, 6, STYLE_PLAIN, "日本語");
	canvas_puts(&canvas, 1, 0, 2, STYLE_PLAIN, "xy");
	assert_shows(&canvas, " xy 語\n");
	canvas_puts(&canvas, 3, 0, 2, STYLE_PLAIN, "本");
	assert_shows(&canvas, " xy本\n");
	canvas_release(&canvas);
}

static void
controls_and_bidi_controls_are_not_drawn(void **state)
{
	struct canvas canvas = canvas_of(20, 1);

	(void)state;
	canvas_puts(&canvas, 0, 0, 20, STYLE_PLAIN,
	    "a\033[31mb\x7f\xc2\x9b"
	    "c\u202ed\u2066e\u200ff\rg");
	assert_shows(&canvas, "a[31mbcdefg\n");
	canvas_release(&canvas);
}

static void
a_newline_ends_the_text_and_a_tab_takes_four_columns(void **state)
{
	struct canvas canvas = canvas_of(12, 1);

	(void)state;
	assert_int_equal(canvas_puts(&canvas, 0, 0, 12, STYLE_PLAIN, "a\tb\nc"),
	    6);
	assert_int_equal(canvas_width(&canvas, "a\tb", 3), 6);
	assert_shows(&canvas, "a    b\n");
	canvas_release(&canvas);
}

static void
marks_share_the_cell_of_their_base(void **state)
{
	struct canvas canvas = canvas_of(4, 1);

	(void)state;
	assert_int_equal(canvas_puts(&canvas, 0, 0, 4, STYLE_PLAIN, "e\u0301x"),
	    2);
	assert_int_equal(canvas_cell(&canvas, 0, 0)->count, 2);
	assert_int_equal(canvas_cell(&canvas, 1, 0)->cp[0], 'x');
	canvas_release(&canvas);
}

static void
a_text_that_is_too_long_ends_in_an_ellipsis(void **state)
{
	struct canvas canvas = canvas_of(8, 3);

	(void)state;
	canvas_cut(&canvas, 0, 0, 8, STYLE_PLAIN, "exactly8", "…");
	canvas_cut(&canvas, 0, 1, 8, STYLE_PLAIN, "more than 8", "…");
	assert_int_equal(canvas_cut(&canvas, 0, 2, 0, STYLE_PLAIN, "none", "…"),
	    0);
	assert_shows(&canvas, "exactly8\nmore th…\n\n");
	canvas_release(&canvas);
}

static void
an_emoji_is_drawn_by_its_name_where_it_is_wished(void **state)
{
	struct canvas canvas = canvas_of(12, 3);

	(void)state;
	canvas.emoji = WIDTH_EMOJI_ASCII;
	assert_int_equal(canvas_width(&canvas, "a🎉b", strlen("a🎉b")), 8);
	assert_int_equal(canvas_puts(&canvas, 0, 0, 12, STYLE_PLAIN, "a🎉b"), 8);
	assert_int_equal(canvas_puts(&canvas, 9, 1, 9, STYLE_PLAIN, "🎉"), 6);
	assert_int_equal(canvas_puts(&canvas, 0, 1, 4, STYLE_PLAIN, "🎉"), 4);
	canvas_cut(&canvas, 0, 2, 8, STYLE_PLAIN, "🎉🎉", "…");
	assert_shows(&canvas, "a:tada:b\n:tad     :ta\n:tada::…\n");
	canvas_release(&canvas);
}

/* Every wide cell has its right half, and no right half stands alone. */
static void
assert_whole(const struct canvas *canvas)
{
	for (int y = 0; y < canvas->rows; y++) {
		for (int x = 0; x < canvas->columns; x++) {
			const struct cell *cell = canvas_cell(canvas, x, y);

			if (cell->columns == 2) {
				assert_true(x + 1 < canvas->columns);
				assert_int_equal(
				    canvas_cell(canvas, x + 1, y)->columns, 0);
			}
			if (cell->columns == 0) {
				assert_true(x > 0);
				assert_int_equal(
				    canvas_cell(canvas, x - 1, y)->columns, 2);
			}
		}
	}
}

static void
no_drawing_leaves_half_a_character(void **state)
{
	static const char *const texts[] = { "日本", "a", "漢e\u0301字", "\t",
		"👨‍👩‍👧", "ｆｕｌｌ" };
	struct canvas canvas = canvas_of(17, 3);
	struct dice dice = { 7 };

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int x = (int)dice_roll(&dice, 24) - 4;
		int y = (int)dice_roll(&dice, 5) - 1;

		if (dice_roll(&dice, 5) == 0)
			canvas_fill(&canvas,
			    (struct area){ x, y, (int)dice_roll(&dice, 9), 1 },
			    STYLE_BAR, ' ');
		else
			canvas_puts(&canvas, x, y, (int)dice_roll(&dice, 9),
			    STYLE_PLAIN, texts[dice_roll(&dice, 6)]);
		assert_whole(&canvas);
	}
	canvas_release(&canvas);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_at_the_right_edge),
		cmocka_unit_test(nothing_is_drawn_outside_the_grid),
		cmocka_unit_test(
		    a_wide_character_that_does_not_fit_whole_is_left_out),
		cmocka_unit_test(
		    overwriting_half_of_a_wide_character_takes_it_away),
		cmocka_unit_test(controls_and_bidi_controls_are_not_drawn),
		cmocka_unit_test(
		    a_newline_ends_the_text_and_a_tab_takes_four_columns),
		cmocka_unit_test(marks_share_the_cell_of_their_base),
		cmocka_unit_test(a_text_that_is_too_long_ends_in_an_ellipsis),
		cmocka_unit_test(
		    an_emoji_is_drawn_by_its_name_where_it_is_wished),
		cmocka_unit_test(no_drawing_leaves_half_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

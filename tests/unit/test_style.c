/*
 * Themes and looks: every style has a name and a look, what is written can be
 * read, and nothing is forgotten when a theme is chosen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/style.h"

#define CONTRAST_MIN 4.5 /* of the WCAG, for text */

static struct style_look
parsed(const char *text)
{
	struct style_look look = { 0, -1, -1 };
	char cause[300] = "";

	if (!style_parse(text, &look, cause, sizeof(cause)))
		fail_msg("%s: %s", text, cause);
	return look;
}

static void
assert_look(struct style_look look, int attributes, int fg, int bg)
{
	assert_int_equal(look.attributes, attributes);
	assert_int_equal(look.fg, fg);
	assert_int_equal(look.bg, bg);
}

static double
linear(uint32_t channel)
{
	double part = (channel & 0xff) / 255.0;

	return part <= 0.03928 ? part / 12.92
			       : pow((part + 0.055) / 1.055, 2.4);
}

static double
luminance(uint32_t rgb)
{
	return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) +
	    0.0722 * linear(rgb);
}

static double
contrast(uint32_t a, uint32_t b)
{
	double one = luminance(a) + 0.05, other = luminance(b) + 0.05;

	return one > other ? one / other : other / one;
}

/* ----------------------------------------------------------------- tables -- */

static void
every_style_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < STYLE_COUNT; i++) {
		assert_non_null(style_name(i));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(style_name(i), style_name(j));
	}
	assert_null(style_name(STYLE_COUNT));
}

/* The first sixteen colours are the terminal's own affair. */
static void
every_look_can_be_read_on_its_ground(void **state)
{
	static const enum style_theme themes[] = { STYLE_DARK, STYLE_LIGHT };

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		uint32_t ground = themes[t] == STYLE_DARK ? 0 : 0xffffff;

		style_begin(themes[t]);
		for (int i = 0; i < STYLE_COUNT; i++) {
			struct style_look look = style_look((enum style)i, 256);

			if (look.fg < 16)
				continue;
			if (contrast(style_rgb((uint8_t)look.fg),
				look.bg < 0 ? ground
					    : style_rgb((uint8_t)look.bg)) <
			    CONTRAST_MIN)
				fail_msg("theme %zu: %s", t,
				    style_name((size_t)i));
		}
	}
	style_begin(STYLE_DARK);
}

static void
a_light_theme_has_no_light_text(void **state)
{
	(void)state;
	style_begin(STYLE_LIGHT);
	for (int i = 0; i < STYLE_COUNT; i++) {
		struct style_look look = style_look((enum style)i, 256);

		assert_true(look.fg < 0 || look.fg >= 16);
	}
	style_begin(STYLE_DARK);
}

static void
without_colours_there_are_only_attributes(void **state)
{
	(void)state;
	style_begin(STYLE_COLOURLESS);
	for (int i = 0; i < STYLE_COUNT; i++) {
		assert_int_equal(style_look((enum style)i, 256).fg, -1);
		assert_int_equal(style_look((enum style)i, 256).bg, -1);
	}
	style_begin(STYLE_DARK);
	for (int i = 0; i < STYLE_COUNT; i++) {
		assert_int_equal(style_look((enum style)i, 0).fg, -1);
		assert_true(style_look((enum style)i, 8).fg < 8);
		assert_true(style_look((enum style)i, 8).bg < 8);
	}
}

/* ---------------------------------------------------------------- changes -- */

static void
a_look_is_read_as_it_is_written(void **state)
{
	(void)state;
	assert_look(parsed("red"), 0, 1, -1);
	assert_look(parsed("bold"), STYLE_BOLD, -1, -1);
	assert_look(parsed("default"), 0, -1, -1);
	assert_look(parsed("  dim   italic 208 on default"),
	    STYLE_DIM | STYLE_ITALIC, 208, -1);
	assert_look(parsed("underline reverse bright-blue on 0"),
	    STYLE_UNDERLINE | STYLE_REVERSE, 12, 0);
	assert_look(parsed("on grey"), 0, -1, 8);
	assert_look(parsed("red bold on 255"), STYLE_BOLD, 1, 255);
	assert_look(parsed("#ff0000"), 0, 196, -1);
	assert_look(parsed("#000000 on #EEEEEE"), 0, 16, 255);
}

static void
what_is_no_look_is_refused_with_what_is_allowed(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "must name a colour" },
		{ "   ", "must name a colour" },
		{ "256", "0 to 255" },
		{ "-1", "0 to 255" },
		{ "#12345", "#rrggbb" },
		{ "#12345g", "#rrggbb" },
		{ "blod", "did you mean bold?" },
		{ "bold Red", "did you mean red?" },
		{ "red blue", "second colour" },
		{ "on red on blue", "second colour" },
		{ "red on", "must follow" },
		{ "red on bold", "“bold”" },
		{ "99999999999999999999999999999999999999999999", "colour" },
	};
	struct style_look look = { 7, 7, 7 };
	char cause[300];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cause[0] = '\0';
		assert_false(
		    style_parse(rows[i].text, &look, cause, sizeof(cause)));
		if (strstr(cause, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].text, cause);
	}
	assert_look(look, 7, 7, 7);
}

static void
a_change_holds_until_the_next_theme(void **state)
{
	struct style_look look = parsed("bold 208 on 236");
	struct style_look before = style_look(STYLE_TIME, 256);

	(void)state;
	style_change(STYLE_TIME, &look);
	assert_look(style_look(STYLE_TIME, 256), STYLE_BOLD, 208, 236);
	assert_true(style_look(STYLE_TIME, 8).fg < 8);
	assert_true(style_look(STYLE_TIME, 8).bg < 8);
	assert_look(style_look(STYLE_TIME, 0), STYLE_BOLD, -1, -1);
	style_begin(STYLE_DARK);
	assert_look(style_look(STYLE_TIME, 256), before.attributes, before.fg,
	    before.bg);
}

static void
a_changed_colour_still_stands_out_where_there_is_none(void **state)
{
	struct style_look look = parsed("208");

	(void)state;
	style_change(STYLE_MENTION, &look);
	assert_look(style_look(STYLE_MENTION, 0), STYLE_BOLD, -1, -1);
	style_begin(STYLE_DARK);
}

static void
the_nearest_of_the_palette_is_the_colour_itself(void **state)
{
	(void)state;
	for (unsigned int i = 16; i < 256; i++)
		assert_int_equal(
		    style_rgb(style_nearest(style_rgb((uint8_t)i), 16, 255)),
		    style_rgb((uint8_t)i));
	assert_int_equal(style_nearest(0xff0000, 0, 7), 1);
	assert_int_equal(style_nearest(0xffffff, 0, 7), 7);
}

static void
a_name_has_one_colour_in_every_theme(void **state)
{
	enum style nick = style_nick("alice");

	(void)state;
	assert_true(nick >= STYLE_NICK && nick < STYLE_COUNT);
	style_begin(STYLE_LIGHT);
	assert_int_equal(style_nick("alice"), nick);
	style_begin(STYLE_DARK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_style_has_a_name_of_its_own),
		cmocka_unit_test(every_look_can_be_read_on_its_ground),
		cmocka_unit_test(a_light_theme_has_no_light_text),
		cmocka_unit_test(without_colours_there_are_only_attributes),
		cmocka_unit_test(a_look_is_read_as_it_is_written),
		cmocka_unit_test(
		    what_is_no_look_is_refused_with_what_is_allowed),
		cmocka_unit_test(a_change_holds_until_the_next_theme),
		cmocka_unit_test(
		    a_changed_colour_still_stands_out_where_there_is_none),
		cmocka_unit_test(
		    the_nearest_of_the_palette_is_the_colour_itself),
		cmocka_unit_test(a_name_has_one_colour_in_every_theme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

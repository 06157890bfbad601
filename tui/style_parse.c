/*
 * Looks as people write them, and what colours of the palette are.
 */
#include "tui/style.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/option.h"

#define NONE (-1)
#define WORD_SIZE 32

static const struct {
	const char *name;
	enum style_attribute bit;
} attributes[] = {
	{ "bold", STYLE_BOLD },
	{ "dim", STYLE_DIM },
	{ "reverse", STYLE_REVERSE },
	{ "underline", STYLE_UNDERLINE },
	{ "italic", STYLE_ITALIC },
};

static const struct {
	const char *name;
	int16_t colour;
} colours[] = {
	{ "default", NONE },
	{ "black", 0 },
	{ "red", 1 },
	{ "green", 2 },
	{ "yellow", 3 },
	{ "blue", 4 },
	{ "magenta", 5 },
	{ "cyan", 6 },
	{ "white", 7 },
	{ "grey", 8 },
	{ "bright-red", 9 },
	{ "bright-green", 10 },
	{ "bright-yellow", 11 },
	{ "bright-blue", 12 },
	{ "bright-magenta", 13 },
	{ "bright-cyan", 14 },
	{ "bright-white", 15 },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ------------------------------------------------------------- the palette */

uint32_t
style_rgb(uint8_t colour)
{
	static const uint32_t first[16] = { 0x000000, 0xcd0000, 0x00cd00,
		0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f,
		0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff,
		0xffffff };
	static const uint8_t steps[6] = { 0, 95, 135, 175, 215, 255 };
	uint32_t at, grey;

	if (colour < 16)
		return first[colour];
	if (colour >= 232) {
		grey = 8 + 10 * ((uint32_t)colour - 232);
		return grey << 16 | grey << 8 | grey;
	}
	at = (uint32_t)colour - 16;
	return (uint32_t)steps[at / 36] << 16 |
	    (uint32_t)steps[at / 6 % 6] << 8 | steps[at % 6];
}

static int
channel_distance(uint32_t a, uint32_t b, int shift)
{
	int difference = (int)(a >> shift & 0xff) - (int)(b >> shift & 0xff);

	return difference * difference;
}

uint8_t
style_nearest(uint32_t rgb, uint8_t first, uint8_t last)
{
	uint8_t best = first;
	int least = INT32_MAX;

	for (unsigned int i = first; i <= last; i++) {
		uint32_t other = style_rgb((uint8_t)i);
		int distance = channel_distance(rgb, other, 0) +
		    channel_distance(rgb, other, 8) +
		    channel_distance(rgb, other, 16);

		if (distance < least) {
			least = distance;
			best = (uint8_t)i;
		}
	}
	return best;
}

/* ---------------------------------------------------------------- parsing */

static bool
attribute_read(const char *word, uint8_t *bits)
{
	for (size_t i = 0; i < COUNT(attributes); i++) {
		if (strcmp(attributes[i].name, word) == 0) {
			*bits |= (uint8_t)attributes[i].bit;
			return true;
		}
	}
	return false;
}

static bool
colour_read(const char *word, int16_t *colour)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < COUNT(colours); i++) {
		if (strcmp(colours[i].name, word) == 0) {
			*colour = colours[i].colour;
			return true;
		}
	}
	if (len == 7 && word[0] == '#' &&
	    strspn(word + 1, "0123456789abcdefABCDEF") == 6) {
		/* The first sixteen are whatever the terminal has them for. */
		*colour = style_nearest((uint32_t)strtoul(word + 1, NULL, 16),
		    16, 255);
		return true;
	}
	if (len == 0 || len > 3 || strspn(word, "0123456789") != len ||
	    strtoul(word, NULL, 10) > 255)
		return false;
	*colour = (int16_t)strtoul(word, NULL, 10);
	return true;
}

static const char *
word_at(size_t index)
{
	if (index < COUNT(attributes))
		return attributes[index].name;
	index -= COUNT(attributes);
	return index < COUNT(colours) ? colours[index].name : NULL;
}

static void
word_complain(const char *word, char *cause, size_t cause_size)
{
	const char *near = option_nearest(word, word_at);

	snprintf(cause, cause_size,
	    "“%s” is none of bold, dim, reverse, underline, italic, nor a "
	    "colour (red, bright-red, …, grey, default, 0 to 255, #rrggbb)"
	    "%s%s%s",
	    word, near == NULL ? "" : "; did you mean ",
	    near == NULL ? "" : near, near == NULL ? "" : "?");
}

/* Takes the next word of the text; "" at its end. */
static const char *
word_next(const char *text, char out[WORD_SIZE])
{
	size_t len;

	text += strspn(text, " \t");
	len = strcspn(text, " \t");
	snprintf(out, WORD_SIZE, "%.*s", (int)len, text);
	return text + len;
}

bool
style_parse(const char *text, struct style_look *look, char *cause,
    size_t cause_size)
{
	struct style_look read = { 0, NONE, NONE };
	bool have_fg = false, have_bg = false, on = false;
	char word[WORD_SIZE];

	for (text = word_next(text, word); *word != '\0';
	     text = word_next(text, word)) {
		bool *have = on ? &have_bg : &have_fg;

		if (!on && attribute_read(word, &read.attributes))
			continue;
		if (!on && strcmp(word, "on") == 0) {
			on = true;
			continue;
		}
		if (!colour_read(word, on ? &read.bg : &read.fg)) {
			word_complain(word, cause, cause_size);
			return false;
		}
		if (*have) {
			snprintf(cause, cause_size,
			    "“%s” is a second colour; write COLOUR on COLOUR",
			    word);
			return false;
		}
		*have = true;
		on = false;
	}
	if (on || (!have_fg && !have_bg && read.attributes == 0)) {
		snprintf(cause, cause_size,
		    on ? "a colour must follow “on”"
		       : "must name a colour or bold, dim, reverse, "
			 "underline, italic");
		return false;
	}
	*look = read;
	return true;
}

/*
 * The themes. The colours of what comes with every message (time, name, border)
 * are among the first sixteen where that can be: their sequences are half as
 * long as those of the others, and people have set them to what they can read.
 * Light ones of them cannot be read on white, so that the light theme has less
 * of them.
 */
#include "tui/style.h"

#define NONE (-1)
#define BAR 236	      /* the ground of both bars */
#define LIGHT_BAR 254 /* of a light theme */

struct theme_row {
	const char *name;
	struct style_look dark;	    /* 256 colours */
	struct style_look light;    /* on a light ground */
	struct style_look dark_few; /* 8 */
	struct style_look light_few;
	uint8_t mono;
};

#define LOOK(attributes, fg, bg)   \
	{                          \
		attributes, fg, bg \
	}
#define SAME(attributes)                                                \
	LOOK(attributes, NONE, NONE), LOOK(attributes, NONE, NONE),     \
	    LOOK(attributes, NONE, NONE), LOOK(attributes, NONE, NONE), \
	    attributes
/* Greyed: the terminal's own grey, or dimmed. */
#define GREY                                                               \
	LOOK(0, 8, NONE), LOOK(0, 243, NONE), LOOK(STYLE_DIM, NONE, NONE), \
	    LOOK(STYLE_DIM, NONE, NONE), STYLE_DIM
/* In a bar. */
#define IN_BAR(attributes, dark, light)                                  \
	LOOK(attributes, dark, BAR), LOOK(attributes, light, LIGHT_BAR), \
	    LOOK(STYLE_REVERSE | (attributes), NONE, NONE),              \
	    LOOK(STYLE_REVERSE | (attributes), NONE, NONE),              \
	    STYLE_REVERSE | (attributes)
/* Text in a colour. */
#define COLOUR(attributes, dark, light, dark_few, light_few, mono)   \
	LOOK(attributes, dark, NONE), LOOK(attributes, light, NONE), \
	    LOOK(attributes, dark_few, NONE),                        \
	    LOOK(attributes, light_few, NONE), mono
#define NICK(dark, light, dark_few, light_few) \
	LOOK(0, dark, NONE), LOOK(0, light, NONE), dark_few, light_few, 0
#define STRONG(fg) LOOK(STYLE_BOLD, fg, NONE)
#define WEAK(fg) LOOK(0, fg, NONE)

static const struct theme_row rows[STYLE_COUNT] = {
	[STYLE_PLAIN] = { "plain", SAME(0) },
	[STYLE_BAR] = { "bar", IN_BAR(0, 250, 238) },
	[STYLE_BAR_STRONG] = { "bar-strong", IN_BAR(STYLE_BOLD, 255, 232) },
	[STYLE_BAR_DIM] = { "bar-dim", IN_BAR(0, 247, 241) },
	[STYLE_BAR_ACTIVE] = { "bar-active", IN_BAR(0, 222, 25) },
	[STYLE_BAR_MENTION] = { "bar-mention", IN_BAR(STYLE_BOLD, 210, 124) },
	[STYLE_BAR_WARN] = { "bar-warn", IN_BAR(STYLE_BOLD, 215, 94) },
	[STYLE_BORDER] = { "border", GREY },
	[STYLE_TIME] = { "time", GREY },
	[STYLE_FAINT] = { "faint", GREY },
	[STYLE_LOCAL] = { "local", COLOUR(0, 6, 24, 6, 4, 0) },
	[STYLE_CURRENT] = { "current", SAME(STYLE_REVERSE) },
	[STYLE_UNREAD] = { "unread", SAME(STYLE_BOLD) },
	[STYLE_MENTION] = { "mention",
	    COLOUR(STYLE_BOLD, 11, 90, 3, 5, STYLE_BOLD) },
	[STYLE_MARKER] = { "marker", COLOUR(0, 3, 94, 3, 5, STYLE_BOLD) },
	[STYLE_PENDING] = { "pending", GREY },
	[STYLE_FAILED] = { "failed",
	    COLOUR(STYLE_BOLD, 9, 160, 1, 1, STYLE_BOLD) },
	[STYLE_NOTICE] = { "notice", COLOUR(0, 3, 94, 3, 5, STYLE_BOLD) },
	[STYLE_PROMPT] = { "prompt", LOOK(0, 8, NONE), LOOK(0, 243, NONE),
	    STRONG(NONE), STRONG(NONE), STYLE_BOLD },
	[STYLE_HEADING] = { "heading", SAME(STYLE_BOLD) },
	[STYLE_SELF] = { "self", SAME(STYLE_BOLD) },
	[STYLE_READ] = { "read", COLOUR(0, 6, 24, 6, 4, STYLE_BOLD) },
	[STYLE_ONLINE] = { "online", COLOUR(0, 2, 22, 2, 4, STYLE_BOLD) },
	[STYLE_AWAY] = { "away", COLOUR(0, 3, 94, 3, 5, 0) },
	[STYLE_STRONG] = { "strong", SAME(STYLE_BOLD) },
	[STYLE_EMPHASIS] = { "emphasis", SAME(STYLE_UNDERLINE) },
	[STYLE_CODE] = { "code", COLOUR(0, 6, 24, 6, 4, 0) },
	[STYLE_LINK] = { "link",
	    COLOUR(STYLE_UNDERLINE, 12, 25, 6, 4, STYLE_UNDERLINE) },
	[STYLE_QUOTE] = { "quote", COLOUR(0, 2, 22, 2, 5, 0) },
	/* Neither red, which is for failure, nor dark blue on black and what is
	 * light on white, which cannot be read. */
	[STYLE_NICK] = { "nick-1", NICK(6, 25, WEAK(6), WEAK(4)) },
	[STYLE_NICK + 1] = { "nick-2", NICK(2, 22, WEAK(2), WEAK(5)) },
	[STYLE_NICK + 2] = { "nick-3", NICK(5, 90, WEAK(5), STRONG(4)) },
	[STYLE_NICK + 3] = { "nick-4", NICK(12, 61, STRONG(4), STRONG(5)) },
	[STYLE_NICK + 4] = { "nick-5", NICK(3, 94, WEAK(3), WEAK(4)) },
	[STYLE_NICK + 5] = { "nick-6", NICK(13, 125, STRONG(5), WEAK(5)) },
	[STYLE_NICK + 6] = { "nick-7", NICK(14, 23, STRONG(6), STRONG(4)) },
	[STYLE_NICK + 7] = { "nick-8", NICK(10, 58, STRONG(2), STRONG(5)) },
};

static enum style_theme theme;
static struct {
	bool set;
	struct style_look look;
} changes[STYLE_COUNT];

void
style_begin(enum style_theme chosen)
{
	theme = chosen;
	for (size_t i = 0; i < STYLE_COUNT; i++)
		changes[i].set = false;
}

void
style_change(enum style style, const struct style_look *look)
{
	changes[style].set = true;
	changes[style].look = *look;
}

const char *
style_name(size_t style)
{
	return style < STYLE_COUNT ? rows[style].name : NULL;
}

static int16_t
of_eight(int16_t colour)
{
	if (colour < 8)
		return colour;
	return style_nearest(style_rgb((uint8_t)colour), 0, 7);
}

/* A changed look on a terminal that has less. */
static struct style_look
reduced(enum style style, int colours)
{
	struct style_look look = changes[style].look;

	if (colours >= 256)
		return look;
	if (colours < 8) {
		/* Without its colour it would not stand out any more. */
		if (look.attributes == 0)
			look.attributes = rows[style].mono;
		look.fg = look.bg = NONE;
		return look;
	}
	look.fg = of_eight(look.fg);
	look.bg = of_eight(look.bg);
	if (look.fg == look.bg)
		look.fg = look.bg = NONE;
	return look;
}

struct style_look
style_look(enum style style, int colours)
{
	const struct theme_row *row = &rows[style];
	bool light = theme == STYLE_LIGHT;

	if (changes[style].set)
		return reduced(style, colours);
	if (colours < 8 || theme == STYLE_COLOURLESS)
		return (struct style_look){ row->mono, NONE, NONE };
	if (colours < 256)
		return light ? row->light_few : row->dark_few;
	return light ? row->light : row->dark;
}

enum style
style_nick(const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; name[i] != '\0'; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	/* Its low bits alone vary too little between short names. */
	hash ^= hash >> 8;
	return (enum style)(STYLE_NICK + hash % STYLE_NICKS);
}

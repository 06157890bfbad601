/*
 * What things look like: named styles, and for each what a terminal of 256
 * colours, of 8, or of none makes of it in the theme that was chosen. Views name
 * styles; only screen.c turns them into attributes. The theme and its changes
 * are the program's: set at its start, by the thread that draws.
 */
#ifndef TUI_STYLE_H
#define TUI_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STYLE_NICKS 8 /* colours that names are told apart by */

enum style {
	STYLE_PLAIN,
	STYLE_BAR,	   /* topic and status line */
	STYLE_BAR_STRONG,  /* the channel's name in them */
	STYLE_BAR_DIM,	   /* what matters less in them */
	STYLE_BAR_ACTIVE,  /* channels with something new */
	STYLE_BAR_MENTION, /* channels where one is spoken to */
	STYLE_BAR_WARN,	   /* not connected */
	STYLE_BORDER,	   /* between panes */
	STYLE_TIME,
	STYLE_FAINT,   /* event lines, placeholders, day lines */
	STYLE_LOCAL,   /* lines of our own */
	STYLE_CURRENT, /* the current channel in the list */
	STYLE_UNREAD,  /* a channel with something new, and its count */
	STYLE_MENTION, /* a count of mentions, a text that names one */
	STYLE_MARKER,  /* the new-messages line */
	STYLE_PENDING, /* a message on its way */
	STYLE_FAILED,  /* a message that was refused */
	STYLE_NOTICE,  /* the line above the status line */
	STYLE_PROMPT,
	STYLE_HEADING, /* in help */
	STYLE_SELF,    /* one's own name */
	STYLE_READ,    /* the mark of a message that was read */
	STYLE_ONLINE,  /* the marks of presence */
	STYLE_AWAY,
	STYLE_STRONG,	/* *so* in a text */
	STYLE_EMPHASIS, /* _so_ */
	STYLE_CODE,	/* `so`, and blocks of it */
	STYLE_LINK,
	STYLE_QUOTE, /* a line of a text that begins with "> " */
	STYLE_NICK,  /* the first of STYLE_NICKS colours of names */
	STYLE_COUNT = STYLE_NICK + STYLE_NICKS,
};

enum style_attribute {
	STYLE_BOLD = 1,
	STYLE_DIM = 2,
	STYLE_REVERSE = 4,
	STYLE_UNDERLINE = 8,
	STYLE_ITALIC = 16,
};

struct style_look {
	uint8_t attributes; /* of enum style_attribute */
	int16_t fg, bg;	    /* palette index; -1: the terminal's own */
};

/* Which looks hold: for dark or for light terminals, or those without colours. */
enum style_theme {
	STYLE_DARK,
	STYLE_LIGHT,
	STYLE_COLOURLESS,
};

/* Chooses the theme and forgets every style_change(). */
void style_begin(enum style_theme theme);

/* Gives a style another look than the theme's. */
void style_change(enum style style, const struct style_look *look);

/* A look as people write it: attributes and a colour, both or one of them, and
 * `on` with a colour. A colour is a name, 0 to 255, or #rrggbb, of which the
 * nearest of the 256 is taken. False with what is allowed in `cause`. */
bool style_parse(const char *text, struct style_look *look, char *cause,
    size_t cause_size);

/* The name of a style by its number; NULL behind the last. */
const char *style_name(size_t style);

/* A colour of the palette, 0 to 255, as xterm has it: 0xrrggbb. */
uint32_t style_rgb(uint8_t colour);

/* The colour from `first` to `last` of the palette that is nearest to 0xrrggbb. */
uint8_t style_nearest(uint32_t rgb, uint8_t first, uint8_t last);

/* What a style looks like on a terminal of so many colours (0: none). */
struct style_look style_look(enum style style, int colours);

/* The style of a name: the same name has the same colour everywhere. */
enum style style_nick(const char *name);

#endif

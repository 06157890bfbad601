/*
 * What things look like: named styles, and for each what a terminal of 256
 * colours, of 8, or of none makes of it. Views name styles; only screen.c turns
 * them into attributes. Pure.
 */
#ifndef TUI_STYLE_H
#define TUI_STYLE_H

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
	STYLE_NICK,    /* the first of STYLE_NICKS colours of names */
	STYLE_COUNT = STYLE_NICK + STYLE_NICKS,
};

enum style_attribute {
	STYLE_BOLD = 1,
	STYLE_DIM = 2,
	STYLE_REVERSE = 4,
	STYLE_UNDERLINE = 8,
};

struct style_look {
	uint8_t attributes; /* of enum style_attribute */
	int16_t fg, bg;	    /* palette index; -1: the terminal's own */
};

/* What a style looks like on a terminal of so many colours (0: none). */
struct style_look style_look(enum style style, int colours);

/* The style of a name: the same name has the same colour everywhere. */
enum style style_nick(const char *name);

#endif

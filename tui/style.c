/*
 * The theme. The colours of what comes with every message (time, name, border)
 * are among the first sixteen: their sequences are half as long as those of the
 * others, and people have set them to what they can read.
 */
#include "tui/style.h"

#include <stddef.h>

#define NONE (-1)
#define BAR 236

struct theme_row {
	struct style_look full; /* 256 colours */
	struct style_look few;	/* 8 */
	uint8_t mono;
};

static const struct theme_row theme[STYLE_COUNT] = {
	[STYLE_PLAIN] = { { 0, NONE, NONE }, { 0, NONE, NONE }, 0 },
	[STYLE_BAR] = { { 0, 250, BAR }, { STYLE_REVERSE, NONE, NONE },
	    STYLE_REVERSE },
	[STYLE_BAR_STRONG] = { { STYLE_BOLD, 255, BAR },
	    { STYLE_REVERSE | STYLE_BOLD, NONE, NONE },
	    STYLE_REVERSE | STYLE_BOLD },
	[STYLE_BAR_DIM] = { { 0, 245, BAR }, { STYLE_REVERSE, NONE, NONE },
	    STYLE_REVERSE },
	[STYLE_BAR_ACTIVE] = { { 0, 222, BAR }, { STYLE_REVERSE, NONE, NONE },
	    STYLE_REVERSE },
	[STYLE_BAR_MENTION] = { { STYLE_BOLD, 210, BAR },
	    { STYLE_REVERSE | STYLE_BOLD, NONE, NONE },
	    STYLE_REVERSE | STYLE_BOLD },
	[STYLE_BAR_WARN] = { { STYLE_BOLD, 215, BAR },
	    { STYLE_REVERSE | STYLE_BOLD, NONE, NONE },
	    STYLE_REVERSE | STYLE_BOLD },
	[STYLE_BORDER] = { { 0, 8, NONE }, { STYLE_DIM, NONE, NONE },
	    STYLE_DIM },
	[STYLE_TIME] = { { 0, 8, NONE }, { STYLE_DIM, NONE, NONE }, STYLE_DIM },
	[STYLE_FAINT] = { { 0, 8, NONE }, { STYLE_DIM, NONE, NONE },
	    STYLE_DIM },
	[STYLE_LOCAL] = { { 0, 6, NONE }, { 0, 6, NONE }, 0 },
	[STYLE_CURRENT] = { { STYLE_REVERSE, NONE, NONE },
	    { STYLE_REVERSE, NONE, NONE }, STYLE_REVERSE },
	[STYLE_UNREAD] = { { STYLE_BOLD, NONE, NONE },
	    { STYLE_BOLD, NONE, NONE }, STYLE_BOLD },
	[STYLE_MENTION] = { { STYLE_BOLD, 11, NONE }, { STYLE_BOLD, 3, NONE },
	    STYLE_BOLD },
	[STYLE_MARKER] = { { 0, 3, NONE }, { 0, 3, NONE }, STYLE_BOLD },
	[STYLE_PENDING] = { { 0, 8, NONE }, { STYLE_DIM, NONE, NONE },
	    STYLE_DIM },
	[STYLE_FAILED] = { { STYLE_BOLD, 9, NONE }, { STYLE_BOLD, 1, NONE },
	    STYLE_BOLD },
	[STYLE_NOTICE] = { { 0, 3, NONE }, { 0, 3, NONE }, STYLE_BOLD },
	[STYLE_PROMPT] = { { 0, 8, NONE }, { STYLE_BOLD, NONE, NONE },
	    STYLE_BOLD },
	[STYLE_HEADING] = { { STYLE_BOLD, NONE, NONE },
	    { STYLE_BOLD, NONE, NONE }, STYLE_BOLD },
	[STYLE_SELF] = { { STYLE_BOLD, NONE, NONE }, { STYLE_BOLD, NONE, NONE },
	    STYLE_BOLD },
	/* Neither red, which is for failure, nor dark blue, which cannot be
	 * read on black. */
	[STYLE_NICK] = { { 0, 6, NONE }, { 0, 6, NONE }, 0 },
	[STYLE_NICK + 1] = { { 0, 2, NONE }, { 0, 2, NONE }, 0 },
	[STYLE_NICK + 2] = { { 0, 5, NONE }, { 0, 5, NONE }, 0 },
	[STYLE_NICK + 3] = { { 0, 12, NONE }, { STYLE_BOLD, 4, NONE }, 0 },
	[STYLE_NICK + 4] = { { 0, 3, NONE }, { 0, 3, NONE }, 0 },
	[STYLE_NICK + 5] = { { 0, 13, NONE }, { STYLE_BOLD, 5, NONE }, 0 },
	[STYLE_NICK + 6] = { { 0, 14, NONE }, { STYLE_BOLD, 6, NONE }, 0 },
	[STYLE_NICK + 7] = { { 0, 10, NONE }, { STYLE_BOLD, 2, NONE }, 0 },
};

struct style_look
style_look(enum style style, int colours)
{
	const struct theme_row *row = &theme[style];

	if (colours >= 256)
		return row->full;
	if (colours >= 8)
		return row->few;
	return (struct style_look){ row->mono, NONE, NONE };
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

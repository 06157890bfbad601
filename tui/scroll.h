/*
 * Whether a frame differs from the one before mostly by rows that moved up, as
 * when a message came: then the terminal can move them itself. Pure.
 */
#ifndef TUI_SCROLL_H
#define TUI_SCROLL_H

#include <stdbool.h>

#include "tui/canvas.h"

#define SCROLL_MAX 12 /* rows that are looked for */

struct scroll {
	int top, bottom; /* the rows that move, both included */
	int by;		 /* rows that they move up, blank ones following */
};

/* The best move on the way from one canvas to another of the same size; false
 * where none is worth its bytes. */
bool scroll_plan(const struct canvas *from, const struct canvas *to,
    struct scroll *scroll);

#endif

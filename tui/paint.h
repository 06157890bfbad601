/*
 * The bytes that turn one canvas on a terminal into another, for terminals that
 * speak ECMA-48 as xterm, tmux and their like do. Pure. Curses works out the same
 * for every terminal there is; this takes about half the bytes, since it moves
 * rows beside a channel list that stays, and changes colours in one sequence.
 */
#ifndef TUI_PAINT_H
#define TUI_PAINT_H

#include <stdbool.h>

#include "shared/buf.h"
#include "tui/canvas.h"

/* What the terminal can do beyond moving the cursor and SGR. */
struct paint_terminal {
	int colours;
	bool region;  /* rows can be moved within a scroll region */
	bool move_up; /* by SU; else by line feeds */
	bool save;    /* the cursor can be saved and brought back */
	bool italic;
};

/* Appends the bytes. Both canvases have the same size and show a cursor; before
 * and after it the cursor is where the canvas has it, and the attributes and the
 * scroll region are the terminal's own. */
void paint_changes(struct buf *out, const struct canvas *from,
    const struct canvas *to, const struct paint_terminal *terminal);

#endif

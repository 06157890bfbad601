/*
 * A terminal in memory that understands what paint.c writes and fails on
 * anything else: for proof that bytes come to what they were meant to.
 */
#ifndef TESTS_UNIT_VT_H
#define TESTS_UNIT_VT_H

#include "tui/canvas.h"

struct vt_cell {
	uint32_t cp[WIDTH_CLUSTER_MAX];
	uint8_t count, columns;
	uint8_t attributes;
	int fg, bg;
};

struct vt {
	int columns, rows, x, y, top, bottom;
	uint8_t attributes;
	int fg, bg;
	struct vt_cell *cells;
	int saved_x, saved_y;
	bool hanging; /* the cursor hangs behind the last column */
};

void vt_init(struct vt *vt, int columns, int rows);
void vt_release(struct vt *vt);

/* Takes the bytes; false where one of them is not understood. */
bool vt_feed(struct vt *vt, const char *data, size_t len);

/* Whether the terminal looks as the canvas does with so many colours, cursor
 * and all, and nothing is left on. */
bool vt_shows(const struct vt *vt, const struct canvas *canvas, int colours);

#endif

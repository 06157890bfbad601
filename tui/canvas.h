/*
 * A grid of character cells: what the screen is to show, apart from any
 * terminal. Views draw on it, screen.c paints it, tests dump it as text. Drawing
 * clips, never splits a wide character and never lets a control character in.
 */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/width.h"
#include "tui/style.h"

#define CANVAS_TAB 4	     /* columns that a tab takes, wherever it stands */
#define CANVAS_SIDE_MAX 1000 /* columns or rows of the largest canvas */

/* What one column shows. A wide character is a cell of two columns and, right
 * of it, a cell of none. */
struct cell {
	uint32_t cp[WIDTH_CLUSTER_MAX]; /* base and marks; cp[0] == ' ' blank */
	uint8_t count;	 /* code points in cp; 0 in a right half */
	uint8_t columns; /* 1, 2, or 0 in a right half */
	uint8_t style;	 /* enum style */
};

/* A rectangle of cells. */
struct area {
	int x, y, columns, rows;
};

struct canvas {
	int columns, rows;
	struct cell *cells;	/* rows * columns, row by row */
	int cursor_x, cursor_y; /* where the cursor stands; -1: hidden */
	enum width_emoji emoji; /* how clusters are reduced */
};

void canvas_init(struct canvas *canvas, enum width_emoji emoji);
void canvas_release(struct canvas *canvas);

/* Makes it as large as asked (each side 1 to CANVAS_SIDE_MAX) and blank. */
void canvas_resize(struct canvas *canvas, int columns, int rows);

/* Blanks every cell and hides the cursor. */
void canvas_clear(struct canvas *canvas);

/* Makes `to` equal to `from`, size and all. */
void canvas_copy(struct canvas *to, const struct canvas *from);

/* The cell at x, y, which lie within the canvas. */
const struct cell *canvas_cell(const struct canvas *canvas, int x, int y);
bool cell_equal(const struct cell *a, const struct cell *b);

/* Columns that the text takes when drawn, tabs as the canvas draws them. */
int canvas_width(const struct canvas *canvas, const char *text, size_t len);

/* Draws text from x, y to the right, at most `columns` columns of it; returns
 * the columns drawn. Nothing is drawn outside the canvas, a wide character that
 * does not fit whole is left out and ends the text, and so does a newline. The
 * name of an emoji is drawn as far as it fits. */
int canvas_text(struct canvas *canvas, int x, int y, int columns,
    enum style style, const char *text, size_t len);

/* canvas_text of a NUL-terminated text. */
int canvas_puts(struct canvas *canvas, int x, int y, int columns,
    enum style style, const char *text);

/* Draws as canvas_puts does, but what does not fit ends in `ellipsis`. */
int canvas_cut(struct canvas *canvas, int x, int y, int columns,
    enum style style, const char *text, const char *ellipsis);

/* Fills an area with a character of one column. */
void canvas_fill(struct canvas *canvas, struct area area, enum style style,
    uint32_t cp);

/* Gives the cells of an area another style, whatever they show. */
void canvas_restyle(struct canvas *canvas, struct area area, enum style style);

/* Appends the grid as UTF-8 text, a line a row, blanks at line ends left out. */
void canvas_dump(const struct canvas *canvas, struct buf *out);

/* Appends the styles, one letter a cell: style 0 is '.', the rest from 'A'. */
void canvas_dump_styles(const struct canvas *canvas, struct buf *out);

#endif

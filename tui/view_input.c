/*
 * The input: the text being written, wrapped at the width of the screen without
 * regard for words, so that it stays put while one types. Where it is longer
 * than its area, the rows around the cursor are shown.
 */
#include "tui/view.h"

#include <stdio.h>
#include <string.h>

#include "shared/utf8.h"

#define INDENT 2 /* columns of the prompt */

/* Where the next cluster goes, counted from the first row of the text. */
struct pen {
	int columns; /* of a row, without the indent */
	int x, row;
};

/* Moves the pen over a cluster; returns where it stands: a cluster that does
 * not fit begins a row. */
static struct pen
pen_place(struct pen *pen, const char *text, size_t len, enum width_emoji emoji,
    size_t *bytes)
{
	struct cluster cluster = width_next(text, len, emoji);
	int wide = text[0] == '\t' ? CANVAS_TAB : cluster.columns;
	struct pen at;

	*bytes = text[0] == '\t' || text[0] == '\n' ? 1 : cluster.bytes;
	if (pen->x > 0 && pen->x + wide > pen->columns) {
		pen->x = 0;
		pen->row++;
	}
	at = *pen;
	pen->x += wide;
	if (text[0] == '\n') {
		pen->x = 0;
		pen->row++;
	}
	return at;
}

static struct pen
pen_begin(int columns)
{
	return (
	    struct pen){ columns - INDENT < 2 ? 2 : columns - INDENT, 0, 0 };
}

/* Where the cursor goes: at the end of a full row, to the next one. */
static struct pen
pen_cursor(const struct pen *pen)
{
	struct pen at = *pen;

	if (at.x >= at.columns) {
		at.x = 0;
		at.row++;
	}
	return at;
}

int
view_input_rows(enum width_emoji emoji, const struct editor *editor,
    int columns)
{
	const char *text = editor_text(editor);
	size_t len = editor_len(editor), bytes;
	struct pen pen = pen_begin(columns);

	for (size_t at = 0; at < len; at += bytes)
		pen_place(&pen, text + at, len - at, emoji, &bytes);
	return pen_cursor(&pen).row + 1;
}

/* The row of the text that the cursor stands in. */
static struct pen
find_cursor(const struct view *view, const struct editor *editor, int columns)
{
	const char *text = editor_text(editor);
	size_t len = editor_len(editor), bytes;
	struct pen pen = pen_begin(columns);

	for (size_t at = 0; at < editor_cursor(editor); at += bytes)
		pen_place(&pen, text + at, len - at, view->canvas->emoji,
		    &bytes);
	return pen_cursor(&pen);
}

static void
draw_search(const struct view *view, struct area area,
    const struct editor *editor)
{
	struct canvas *canvas = view->canvas;
	int x = area.x;
	char line[192];

	snprintf(line, sizeof(line), "(search: %s) ",
	    editor_search_query(editor));
	x += canvas_cut(canvas, x, area.y, area.columns * 2 / 3, STYLE_PROMPT,
	    line, view->glyphs->ellipsis);
	canvas->cursor_x = x - 2;
	canvas->cursor_y = area.y;
	canvas_puts(canvas, x, area.y, area.x + area.columns - x, STYLE_PLAIN,
	    editor_text(editor));
}

void
view_input_draw(const struct view *view, struct area area,
    const struct editor *editor)
{
	const char *text = editor_text(editor);
	size_t len = editor_len(editor), bytes;
	struct pen pen = pen_begin(area.columns);
	struct pen cursor;
	int top = 0;

	if (area.rows < 1)
		return;
	if (editor_searching(editor)) {
		draw_search(view, area, editor);
		return;
	}
	cursor = find_cursor(view, editor, area.columns);
	if (cursor.row >= area.rows)
		top = cursor.row - area.rows + 1;
	if (top == 0)
		canvas_puts(view->canvas, area.x, area.y, INDENT, STYLE_PROMPT,
		    "> ");
	for (size_t at = 0; at < len; at += bytes) {
		struct pen place = pen_place(&pen, text + at, len - at,
		    view->canvas->emoji, &bytes);

		if (place.row >= top && place.row < top + area.rows)
			canvas_text(view->canvas, area.x + INDENT + place.x,
			    area.y + place.row - top, place.columns,
			    STYLE_PLAIN, text + at, bytes);
	}
	view->canvas->cursor_x = area.x + INDENT + cursor.x;
	view->canvas->cursor_y = area.y + cursor.row - top;
}

/*
 * The cell grid. Owns the cells and the rule that a wide character is whole or
 * not there; knows no terminal and no view.
 */
#include "tui/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "shared/utf8.h"
#include "shared/xmalloc.h"

static const struct cell blank = { .cp = { ' ' }, .count = 1, .columns = 1 };

void
canvas_init(struct canvas *canvas, enum width_emoji emoji)
{
	*canvas = (struct canvas){ .emoji = emoji,
		.cursor_x = -1,
		.cursor_y = -1 };
}

void
canvas_release(struct canvas *canvas)
{
	free(canvas->cells);
	canvas->cells = NULL;
	canvas->columns = 0;
	canvas->rows = 0;
}

static int
side(int cells)
{
	if (cells < 1)
		return 1;
	return cells > CANVAS_SIDE_MAX ? CANVAS_SIDE_MAX : cells;
}

void
canvas_resize(struct canvas *canvas, int columns, int rows)
{
	columns = side(columns);
	rows = side(rows);
	if (columns != canvas->columns || rows != canvas->rows) {
		canvas->cells = xreallocarray(canvas->cells,
		    (size_t)columns * (size_t)rows, sizeof(struct cell));
		canvas->columns = columns;
		canvas->rows = rows;
	}
	canvas_clear(canvas);
}

void
canvas_clear(struct canvas *canvas)
{
	size_t count = (size_t)canvas->columns * (size_t)canvas->rows;

	for (size_t i = 0; i < count; i++)
		canvas->cells[i] = blank;
	canvas->cursor_x = -1;
	canvas->cursor_y = -1;
}

void
canvas_copy(struct canvas *to, const struct canvas *from)
{
	if (to->columns != from->columns || to->rows != from->rows)
		canvas_resize(to, from->columns, from->rows);
	memcpy(to->cells, from->cells,
	    (size_t)from->columns * (size_t)from->rows * sizeof(struct cell));
	to->cursor_x = from->cursor_x;
	to->cursor_y = from->cursor_y;
	to->emoji = from->emoji;
}

static struct cell *
cell_at(struct canvas *canvas, int x, int y)
{
	return &canvas->cells[(size_t)y * (size_t)canvas->columns + (size_t)x];
}

const struct cell *
canvas_cell(const struct canvas *canvas, int x, int y)
{
	return &canvas->cells[(size_t)y * (size_t)canvas->columns + (size_t)x];
}

bool
cell_equal(const struct cell *a, const struct cell *b)
{
	if (a->count != b->count || a->columns != b->columns ||
	    a->style != b->style)
		return false;
	return memcmp(a->cp, b->cp, a->count * sizeof(a->cp[0])) == 0;
}

/* Takes half a wide character away from both sides of the cell that is about to
 * be written: the other half alone means nothing. */
static void
unpair(struct canvas *canvas, int x, int y)
{
	struct cell *cell = cell_at(canvas, x, y);
	struct cell *other;

	if (cell->columns == 2)
		other = cell_at(canvas, x + 1, y);
	else if (cell->columns == 0 && x > 0)
		other = cell_at(canvas, x - 1, y);
	else
		return;
	other->cp[0] = ' ';
	other->count = 1;
	other->columns = 1;
}

/* Writes one cell; `columns` of it are known to lie within the canvas. */
static void
put(struct canvas *canvas, int x, int y, enum style style,
    const struct cluster *cluster)
{
	struct cell *cell = cell_at(canvas, x, y);

	unpair(canvas, x, y);
	if (cluster->columns == 2)
		unpair(canvas, x + 1, y);
	memcpy(cell->cp, cluster->cp, cluster->count * sizeof(cell->cp[0]));
	cell->count = cluster->count;
	cell->columns = cluster->columns;
	cell->style = (uint8_t)style;
	if (cluster->columns == 2)
		*cell_at(canvas, x + 1,
		    y) = (struct cell){ .style = (uint8_t)style };
}

static struct cluster
character(size_t bytes, uint32_t cp)
{
	return (struct cluster){ .bytes = bytes,
		.columns = 1,
		.count = 1,
		.cp = { cp } };
}

/* A cluster as it is drawn: a tab becomes a blank, a name one of its letters,
 * that *repeat times makes up its columns; what must not reach a terminal has
 * no columns. */
static struct cluster
drawn(const struct canvas *canvas, const char *text, size_t len, int *repeat)
{
	struct cluster cluster;

	*repeat = 1;
	if (text[0] == '\t') {
		*repeat = CANVAS_TAB;
		return character(1, ' ');
	}
	cluster = width_next(text, len, canvas->emoji);
	if (cluster.name != NULL) {
		const char *name = cluster.name;

		*repeat = cluster.columns;
		cluster = character(cluster.bytes, ':');
		cluster.name = name;
		return cluster;
	}
	for (uint8_t i = 0; i < cluster.count; i++) {
		if (!utf8_is_control(cluster.cp[i]) &&
		    !utf8_is_bidi(cluster.cp[i]))
			continue;
		cluster.columns = 0;
		cluster.count = 0;
	}
	return cluster;
}

/* What stands in one of the columns of a name between colons. */
static uint32_t
letter(const char *name, int at, int columns)
{
	return at == 0 || at == columns - 1 ? ':' : (unsigned char)name[at - 1];
}

int
canvas_width(const struct canvas *canvas, const char *text, size_t len)
{
	int columns = 0, repeat;

	for (size_t at = 0; at < len;) {
		struct cluster cluster = drawn(canvas, text + at, len - at,
		    &repeat);

		columns += cluster.columns * repeat;
		at += cluster.bytes;
	}
	return columns;
}

int
canvas_text(struct canvas *canvas, int x, int y, int columns, enum style style,
    const char *text, size_t len)
{
	int used = 0, repeat;

	for (size_t at = 0; at < len && text[at] != '\n';) {
		struct cluster cluster = drawn(canvas, text + at, len - at,
		    &repeat);

		at += cluster.bytes;
		if (cluster.columns == 0 || cluster.count == 0)
			continue;
		for (int i = 0; i < repeat; i++) {
			int to = x + used;

			if (cluster.name != NULL)
				cluster.cp[0] = letter(cluster.name, i, repeat);
			if (used + cluster.columns > columns)
				return used;
			if (y >= 0 && y < canvas->rows && to >= 0 &&
			    to + cluster.columns <= canvas->columns)
				put(canvas, to, y, style, &cluster);
			used += cluster.columns;
		}
	}
	return used;
}

int
canvas_puts(struct canvas *canvas, int x, int y, int columns, enum style style,
    const char *text)
{
	return canvas_text(canvas, x, y, columns, style, text, strlen(text));
}

int
canvas_cut(struct canvas *canvas, int x, int y, int columns, enum style style,
    const char *text, const char *ellipsis)
{
	size_t len = strlen(text);
	int used, dots;

	if (canvas_width(canvas, text, len) <= columns)
		return canvas_text(canvas, x, y, columns, style, text, len);
	dots = canvas_width(canvas, ellipsis, strlen(ellipsis));
	if (dots > columns)
		return 0;
	used = canvas_text(canvas, x, y, columns - dots, style, text, len);
	return used + canvas_puts(canvas, x + used, y, dots, style, ellipsis);
}

/* The part of an area that lies within the canvas. */
static struct area
clip(const struct canvas *canvas, struct area area)
{
	int right = area.x + area.columns, below = area.y + area.rows;

	if (right > canvas->columns)
		right = canvas->columns;
	if (below > canvas->rows)
		below = canvas->rows;
	if (area.x < 0)
		area.x = 0;
	if (area.y < 0)
		area.y = 0;
	area.columns = right - area.x;
	area.rows = below - area.y;
	return area;
}

void
canvas_fill(struct canvas *canvas, struct area area, enum style style,
    uint32_t cp)
{
	struct cluster cluster = character(1, cp);

	area = clip(canvas, area);
	for (int y = area.y; y < area.y + area.rows; y++) {
		for (int x = area.x; x < area.x + area.columns; x++)
			put(canvas, x, y, style, &cluster);
	}
}

void
canvas_restyle(struct canvas *canvas, struct area area, enum style style)
{
	area = clip(canvas, area);
	for (int y = area.y; y < area.y + area.rows; y++) {
		for (int x = area.x; x < area.x + area.columns; x++)
			cell_at(canvas, x, y)->style = (uint8_t)style;
	}
}

static int
row_end(const struct canvas *canvas, int y)
{
	int end = canvas->columns;

	while (end > 0) {
		const struct cell *cell = canvas_cell(canvas, end - 1, y);

		if (cell->count != 1 || cell->cp[0] != ' ')
			break;
		end--;
	}
	return end;
}

void
canvas_dump(const struct canvas *canvas, struct buf *out)
{
	char bytes[4];

	for (int y = 0; y < canvas->rows; y++) {
		int end = row_end(canvas, y);

		for (int x = 0; x < end; x++) {
			const struct cell *cell = canvas_cell(canvas, x, y);

			for (uint8_t i = 0; i < cell->count; i++)
				buf_append(out, bytes,
				    utf8_encode(cell->cp[i], bytes));
		}
		buf_putc(out, '\n');
	}
}

void
canvas_dump_styles(const struct canvas *canvas, struct buf *out)
{
	for (int y = 0; y < canvas->rows; y++) {
		for (int x = 0; x < canvas->columns; x++) {
			uint8_t style = canvas_cell(canvas, x, y)->style;

			buf_putc(out,
			    style == 0 ? '.' : (char)('A' + style - 1));
		}
		buf_putc(out, '\n');
	}
}

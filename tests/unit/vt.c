/*
 * The terminal in memory. It knows the sequences that it is to know, and their
 * traps: a full row leaves the cursor hanging, a scroll region sends it home.
 */
#include "vt.h"

#include <stdlib.h>
#include <string.h>

#include "shared/utf8.h"
#include "shared/xmalloc.h"

static const struct vt_cell blank = { .cp = { ' ' },
	.count = 1,
	.columns = 1,
	.fg = -1,
	.bg = -1 };

static struct vt_cell *
at(const struct vt *vt, int x, int y)
{
	return &vt->cells[y * vt->columns + x];
}

static void
clear_row(struct vt *vt, int from, int y)
{
	for (int x = from; x < vt->columns; x++)
		*at(vt, x, y) = blank;
}

void
vt_init(struct vt *vt, int columns, int rows)
{
	*vt = (struct vt){ .columns = columns,
		.rows = rows,
		.bottom = rows - 1,
		.fg = -1,
		.bg = -1 };
	vt->cells = xcalloc((size_t)columns * (size_t)rows, sizeof(*vt->cells));
	for (int y = 0; y < rows; y++)
		clear_row(vt, 0, y);
}

void
vt_release(struct vt *vt)
{
	free(vt->cells);
}

static void
scroll_up(struct vt *vt)
{
	memmove(at(vt, 0, vt->top), at(vt, 0, vt->top + 1),
	    (size_t)((vt->bottom - vt->top) * vt->columns) *
		sizeof(*vt->cells));
	clear_row(vt, 0, vt->bottom);
}

static void
line_feed(struct vt *vt)
{
	if (vt->y == vt->bottom)
		scroll_up(vt);
	else if (vt->y < vt->rows - 1)
		vt->y++;
	vt->hanging = false;
}

/* One SGR parameter; `next` are those behind it. Returns how many it took. */
static int
sgr(struct vt *vt, const int *next)
{
	int value = next[0];

	if (value == 0) {
		vt->attributes = 0;
		vt->fg = -1;
		vt->bg = -1;
	} else if (value == 1) {
		vt->attributes |= STYLE_BOLD;
	} else if (value == 2) {
		vt->attributes |= STYLE_DIM;
	} else if (value == 4) {
		vt->attributes |= STYLE_UNDERLINE;
	} else if (value == 7) {
		vt->attributes |= STYLE_REVERSE;
	} else if (value >= 30 && value <= 37) {
		vt->fg = value - 30;
	} else if (value >= 40 && value <= 47) {
		vt->bg = value - 40;
	} else if (value >= 90 && value <= 97) {
		vt->fg = value - 90 + 8;
	} else if (value == 39) {
		vt->fg = -1;
	} else if (value == 49) {
		vt->bg = -1;
	} else if ((value == 38 || value == 48) && next[1] == 5) {
		*(value == 38 ? &vt->fg : &vt->bg) = next[2];
		return 3;
	} else {
		return 0;
	}
	return 1;
}

static bool
control_sequence(struct vt *vt, const int *p, int count, char final)
{
	int first = p[0] < 0 ? 1 : p[0];

	vt->hanging = vt->hanging && final == 'm';
	switch (final) {
	case 'H':
		vt->y = first - 1;
		vt->x = (p[1] < 0 ? 1 : p[1]) - 1;
		return vt->y < vt->rows && vt->x < vt->columns;
	case 'C':
		vt->x += first;
		return vt->x < vt->columns;
	case 'K':
		if (vt->attributes != 0 || vt->bg >= 0)
			return false;
		clear_row(vt, vt->x, vt->y);
		return true;
	case 'r':
		vt->top = first - 1;
		vt->bottom = (p[1] < 0 ? vt->rows : p[1]) - 1;
		vt->x = 0;
		vt->y = 0;
		return vt->top < vt->bottom && vt->bottom < vt->rows;
	case 'S':
		while (first-- > 0)
			scroll_up(vt);
		return true;
	case 'm':
		for (int i = 0; i < count || i == 0;) {
			int zero[3] = { 0, 0, 0 };
			int took = sgr(vt, p[i] < 0 ? zero : &p[i]);

			if (took == 0)
				return false;
			i += took;
		}
		return true;
	default:
		return false;
	}
}

/* Reads a sequence behind Esc; returns its bytes, 0 where it is none. */
static size_t
sequence(struct vt *vt, const char *data, size_t len)
{
	int p[16] = { -1, -1 };
	int count = 0;
	size_t i;

	if (len < 2 || data[0] != '[')
		return 0;
	for (i = 1; i < len; i++) {
		if (data[i] >= '0' && data[i] <= '9') {
			if (p[count] < 0)
				p[count] = 0;
			p[count] = p[count] * 10 + data[i] - '0';
		} else if (data[i] == ';') {
			if (++count == 14)
				return 0;
			p[count] = -1;
			p[count + 1] = -1;
		} else {
			break;
		}
	}
	if (i == len || !control_sequence(vt, p, count + 1, data[i]))
		return 0;
	return i + 1;
}

static bool
character(struct vt *vt, const struct cluster *cluster)
{
	struct vt_cell cell = { .count = cluster->count,
		.columns = cluster->columns,
		.attributes = vt->attributes,
		.fg = vt->fg,
		.bg = vt->bg };

	if (cluster->columns == 0 || vt->hanging ||
	    vt->x + cluster->columns > vt->columns)
		return false;
	memcpy(cell.cp, cluster->cp, sizeof(cell.cp));
	*at(vt, vt->x, vt->y) = cell;
	if (cluster->columns == 2) {
		cell.count = 0;
		cell.columns = 0;
		*at(vt, vt->x + 1, vt->y) = cell;
	}
	vt->x += cluster->columns;
	if (vt->x == vt->columns) {
		vt->x--;
		vt->hanging = true;
	}
	return true;
}

/* Nothing is on when the cursor is saved, so nothing is after it is restored. */
static void
restore(struct vt *vt)
{
	vt->x = vt->saved_x;
	vt->y = vt->saved_y;
	vt->attributes = 0;
	vt->fg = -1;
	vt->bg = -1;
	vt->hanging = false;
}

bool
vt_feed(struct vt *vt, const char *data, size_t len)
{
	for (size_t i = 0; i < len;) {
		if (data[i] == '\033' && i + 1 < len && data[i + 1] == '7') {
			vt->saved_x = vt->x;
			vt->saved_y = vt->y;
			i += 2;
		} else if (data[i] == '\033' && i + 1 < len &&
		    data[i + 1] == '8') {
			restore(vt);
			i += 2;
		} else if (data[i] == '\033') {
			size_t used = sequence(vt, data + i + 1, len - i - 1);

			if (used == 0)
				return false;
			i += 1 + used;
		} else if (data[i] == '\r') {
			vt->x = 0;
			vt->hanging = false;
			i++;
		} else if (data[i] == '\n') {
			line_feed(vt);
			i++;
		} else {
			struct cluster cluster = width_next(data + i, len - i,
			    WIDTH_EMOJI_FULL);

			if (!character(vt, &cluster))
				return false;
			i += cluster.bytes;
		}
	}
	return true;
}

static bool
cell_shows(const struct vt_cell *cell, const struct cell *want, int colours)
{
	struct style_look look = style_look((enum style)want->style, colours);
	bool fills = look.bg >= 0 || cell->bg >= 0 ||
	    ((look.attributes | cell->attributes) &
		(STYLE_REVERSE | STYLE_UNDERLINE)) != 0;

	if (cell->count != want->count || cell->columns != want->columns ||
	    memcmp(cell->cp, want->cp, want->count * sizeof(want->cp[0])) != 0)
		return false;
	/* Nobody sees the colour of a blank. */
	if (want->count == 1 && want->cp[0] == ' ' && !fills)
		return true;
	return cell->attributes == look.attributes && cell->fg == look.fg &&
	    cell->bg == look.bg;
}

bool
vt_shows(const struct vt *vt, const struct canvas *canvas, int colours)
{
	for (int y = 0; y < vt->rows; y++) {
		for (int x = 0; x < vt->columns; x++) {
			if (!cell_shows(at(vt, x, y), canvas_cell(canvas, x, y),
				colours))
				return false;
		}
	}
	return vt->x == canvas->cursor_x && vt->y == canvas->cursor_y &&
	    vt->attributes == 0 && vt->fg < 0 && vt->bg < 0 && vt->top == 0 &&
	    vt->bottom == vt->rows - 1;
}

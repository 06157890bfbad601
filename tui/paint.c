/*
 * Painting by difference. Owns the idea of where the cursor is and which
 * attributes are on while a frame is written, and nothing between frames.
 */
#include "tui/paint.h"

#include <stdio.h>
#include <string.h>

#include "shared/utf8.h"
#include "tui/scroll.h"

/* Cells that are as they should be are written again where that is not longer
 * than going past them. */
#define GAP 4

struct pen {
	struct buf *out;
	const struct paint_terminal *terminal;
	const struct canvas *from, *to;
	int x,
	    y; /* of the cursor; x < 0: somewhere in the row, y too: unknown */
	struct style_look look; /* that is on */
};

/* ----------------------------------------------------------- attributes --- */

/* A list of SGR parameters. */
struct sgr {
	char text[64];
	size_t len;
};

static void
sgr_add(struct sgr *sgr, const char *parameter)
{
	int written = snprintf(sgr->text + sgr->len,
	    sizeof(sgr->text) - sgr->len, "%s%s", sgr->len > 0 ? ";" : "",
	    parameter);

	sgr->len += (size_t)written;
}

/* A colour of the foreground (base 30) or background (base 40). */
static void
sgr_colour(struct sgr *sgr, int base, int colour)
{
	char text[32];

	if (colour < 0)
		snprintf(text, sizeof(text), "%d", base + 9);
	else if (colour < 8)
		snprintf(text, sizeof(text), "%d", base + colour);
	else if (colour < 16)
		snprintf(text, sizeof(text), "%d", base + 60 + colour - 8);
	else
		snprintf(text, sizeof(text), "%d;5;%d", base + 8, colour);
	sgr_add(sgr, text);
}

static const struct {
	enum style_attribute bit;
	const char *on;
} attributes[] = {
	{ STYLE_BOLD, "1" },
	{ STYLE_DIM, "2" },
	{ STYLE_ITALIC, "3" },
	{ STYLE_UNDERLINE, "4" },
	{ STYLE_REVERSE, "7" },
};

static void
sgr_attributes(struct sgr *sgr, unsigned int on)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]);
	     i++) {
		if (on & attributes[i].bit)
			sgr_add(sgr, attributes[i].on);
	}
}

/* From nothing to a look: "" is the reset. */
static void
sgr_anew(struct sgr *sgr, const struct style_look *look)
{
	if (look->attributes == 0 && look->fg < 0 && look->bg < 0)
		return;
	sgr_add(sgr, "0");
	sgr_attributes(sgr, look->attributes);
	if (look->fg >= 0)
		sgr_colour(sgr, 30, look->fg);
	if (look->bg >= 0)
		sgr_colour(sgr, 40, look->bg);
}

static bool
look_equal(const struct style_look *a, const struct style_look *b)
{
	return a->attributes == b->attributes && a->fg == b->fg &&
	    a->bg == b->bg;
}

/* Turns a look on, by what differs or anew, whichever is shorter. */
static void
pen_look(struct pen *pen, const struct style_look *look)
{
	struct sgr anew = { .len = 0 }, change = { .len = 0 };
	const struct style_look *old = &pen->look;
	const struct sgr *best = &anew;

	if (look_equal(old, look))
		return;
	sgr_anew(&anew, look);
	if ((old->attributes & ~look->attributes) == 0) {
		sgr_attributes(&change,
		    (unsigned int)look->attributes & ~old->attributes);
		if (look->fg != old->fg)
			sgr_colour(&change, 30, look->fg);
		if (look->bg != old->bg)
			sgr_colour(&change, 40, look->bg);
		if (change.len < anew.len)
			best = &change;
	}
	buf_printf(pen->out, "\033[%.*sm", (int)best->len, best->text);
	pen->look = *look;
}

static struct style_look
look_of(const struct pen *pen, uint8_t style)
{
	struct style_look look = style_look((enum style)style,
	    pen->terminal->colours);

	if (!pen->terminal->italic)
		look.attributes &= (uint8_t)~STYLE_ITALIC;
	return look;
}

/* Whether a blank shows the look it is written with. */
static bool
look_fills(const struct style_look *look)
{
	return look->bg >= 0 ||
	    (look->attributes & (STYLE_REVERSE | STYLE_UNDERLINE)) != 0;
}

static bool
is_space(const struct cell *cell)
{
	return cell->count == 1 && cell->cp[0] == ' ';
}

/* Whether a cell would look right, written with what is on. */
static bool
look_suits(const struct pen *pen, const struct cell *cell)
{
	struct style_look look = look_of(pen, cell->style);

	if (is_space(cell) && !look_fills(&look) && !look_fills(&pen->look))
		return true;
	return look_equal(&look, &pen->look);
}

static void
pen_style(struct pen *pen, uint8_t style)
{
	struct style_look look = look_of(pen, style);

	pen_look(pen, &look);
}

/* --------------------------------------------------------------- moving --- */

static void
pen_move(struct pen *pen, int x, int y)
{
	if (pen->y == y && pen->x == x)
		return;
	if (pen->y >= 0 && y == pen->y + 1 && x == 0)
		buf_puts(pen->out, pen->x == 0 ? "\n" : "\r\n");
	else if (pen->y == y && x == 0)
		buf_putc(pen->out, '\r');
	else if (pen->y == y && pen->x >= 0 && x > pen->x)
		buf_printf(pen->out, x == pen->x + 1 ? "\033[C" : "\033[%dC",
		    x - pen->x);
	else if (x == 0)
		buf_printf(pen->out, "\033[%dH", y + 1);
	else
		buf_printf(pen->out, "\033[%d;%dH", y + 1, x + 1);
	pen->x = x;
	pen->y = y;
}

/* Whether terminals agree on how wide the cell is: not for what is made of
 * several code points, nor for symbols and emoji. */
static bool
is_certain(const struct cell *cell)
{
	uint32_t cp = cell->cp[0];

	return cell->count == 1 && cp < 0x10000 &&
	    (cp < 0x2190 || cp >= 0x2e80 || (cp >= 0x2500 && cp < 0x2580));
}

/* Writes a cell where the cursor is. */
static void
pen_cell(struct pen *pen, const struct cell *cell)
{
	char bytes[4];

	if (!look_suits(pen, cell))
		pen_style(pen, cell->style);
	for (uint8_t i = 0; i < cell->count; i++)
		buf_append(pen->out, bytes, utf8_encode(cell->cp[i], bytes));
	pen->x += cell->columns;
	/* At the right edge the cursor hangs; behind what is uncertain nobody
	 * knows where it is. */
	if (pen->x >= pen->to->columns || !is_certain(cell))
		pen->x = -1;
}

/* ----------------------------------------------------------------- rows --- */

static bool
cell_blank(const struct cell *cell)
{
	return is_space(cell) && cell->style == STYLE_PLAIN;
}

/* What the terminal shows at x, y: after a move of rows, what came there. */
static const struct cell *
shown(const struct pen *pen, const struct scroll *scroll, int x, int y)
{
	static const struct cell blank = { .cp = { ' ' },
		.count = 1,
		.columns = 1 };

	if (y >= scroll->top && y <= scroll->bottom) {
		y += scroll->by;
		if (y > scroll->bottom)
			return &blank;
	}
	return canvas_cell(pen->from, x, y);
}

/* The column from which on the row is blank. */
static int
text_end(const struct canvas *canvas, int y)
{
	int end = canvas->columns;

	while (end > 0 && cell_blank(canvas_cell(canvas, end - 1, y)))
		end--;
	return end;
}

/* Goes to a cell: past what is right already, or over it again. */
static void
pen_reach(struct pen *pen, int x, int y)
{
	int gap = x - pen->x;

	if (pen->y == y && pen->x >= 0 && gap > 0 && gap < GAP) {
		bool same = true;

		for (int i = pen->x; i < x; i++) {
			const struct cell *cell = canvas_cell(pen->to, i, y);

			same = same && cell->columns == 1 && cell->count == 1 &&
			    cell->cp[0] < 0x80 && look_suits(pen, cell);
		}
		for (; same && pen->x < x;)
			pen_cell(pen, canvas_cell(pen->to, pen->x, y));
	}
	pen_move(pen, x, y);
}

static void
paint_row(struct pen *pen, const struct scroll *scroll, int y)
{
	const struct canvas *to = pen->to;
	int end = text_end(to, y);
	bool rest = false; /* there is something behind the end to take away */

	for (int x = 0; x < end; x++) {
		const struct cell *cell = canvas_cell(to, x, y);

		if (cell->columns == 0 ||
		    cell_equal(cell, shown(pen, scroll, x, y)))
			continue;
		pen_reach(pen, x, y);
		pen_cell(pen, cell);
	}
	for (int x = end; x < to->columns && !rest; x++)
		rest = !cell_blank(shown(pen, scroll, x, y));
	if (!rest)
		return;
	pen_move(pen, end, y);
	pen_style(pen, STYLE_PLAIN);
	buf_puts(pen->out, "\033[K");
}

/* Rows that moved up are moved by the terminal; it puts the cursor home. */
static void
move_rows(struct pen *pen, const struct scroll *scroll)
{
	buf_printf(pen->out, "\033[%d;%dr", scroll->top + 1,
	    scroll->bottom + 1);
	if (pen->terminal->move_up && scroll->by == 1) {
		buf_puts(pen->out, "\033[S");
	} else if (pen->terminal->move_up) {
		buf_printf(pen->out, "\033[%dS", scroll->by);
	} else {
		buf_printf(pen->out, "\033[%dH", scroll->bottom + 1);
		for (int i = 0; i < scroll->by; i++)
			buf_putc(pen->out, '\n');
	}
	buf_puts(pen->out, "\033[r");
	pen->x = 0;
	pen->y = 0;
}

static int
cursor_column(const struct canvas *canvas)
{
	return canvas->cursor_x < canvas->columns ? canvas->cursor_x
						  : canvas->columns - 1;
}

void
paint_changes(struct buf *out, const struct canvas *from,
    const struct canvas *to, const struct paint_terminal *terminal)
{
	struct scroll scroll = { 0, -1, 0 };
	struct pen pen = { .out = out,
		.terminal = terminal,
		.from = from,
		.to = to,
		.x = -1,
		.y = -1,
		.look = { 0, -1, -1 } };
	bool stays = from->cursor_x == to->cursor_x &&
	    from->cursor_y == to->cursor_y;
	size_t start = out->len;

	/* The cursor is where it shall be: going back there costs less than
	 * saying where it is. */
	if (stays && terminal->save)
		buf_puts(out, "\0337");
	if (terminal->region && scroll_plan(from, to, &scroll))
		move_rows(&pen, &scroll);
	for (int y = 0; y < to->rows; y++)
		paint_row(&pen, &scroll, y);
	if (stays && terminal->save) {
		buf_puts(out, "\0338");
		return;
	}
	pen_style(&pen, STYLE_PLAIN);
	if (!stays || pen.out->len > start)
		pen_move(&pen, cursor_column(to), to->cursor_y);
}

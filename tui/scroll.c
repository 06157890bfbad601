/*
 * The choice of a scroll region. For every distance the gain of moving each row
 * is its cost painted over what stands there less its cost painted over what
 * would come there; the best region is the stretch with the largest sum. Rows
 * beside the message window (the channel list) move too and are painted again:
 * that they cost is part of the sum.
 */
#include "tui/scroll.h"

#include <limits.h>

#define WORTH 30 /* bytes that a move must save: about what it takes itself */
#define JUMP 8	 /* bytes of a cursor movement */
#define SHIFT 6	 /* bytes of a change of style */

static int
cell_cost(const struct cell *cell, int style)
{
	int cost = cell->style == style ? 0 : SHIFT;

	for (uint8_t i = 0; i < cell->count; i++) {
		if (cell->cp[i] < 0x80)
			cost += 1;
		else
			cost += cell->cp[i] < 0x800 ? 2 : 3;
	}
	return cost;
}

static bool
cell_blank(const struct cell *cell)
{
	return cell->count == 1 && cell->cp[0] == ' ' &&
	    cell->style == STYLE_PLAIN;
}

/* Bytes that it takes to paint row `y` over row `was` of the other canvas; a
 * negative `was` is a blank row. About; what counts is the comparison. */
static int
row_cost(const struct canvas *from, int was, const struct canvas *to, int y)
{
	int cost = 0, style = STYLE_PLAIN;
	bool in_run = false;

	for (int x = 0; x < to->columns; x++) {
		const struct cell *cell = canvas_cell(to, x, y);
		bool same = was < 0
		    ? cell_blank(cell)
		    : cell_equal(cell, canvas_cell(from, x, was));

		if (same) {
			in_run = false;
			continue;
		}
		if (!in_run)
			cost += JUMP;
		in_run = true;
		cost += cell_cost(cell, style);
		style = cell->style;
	}
	return cost;
}

/* The best region for one distance; returns what it gains. */
static int
best_region(const struct canvas *from, const struct canvas *to,
    const int stay[], int by, struct scroll *scroll)
{
	/* Sums over rows 0 to y-1: `least` is the smallest so far, where the
	 * region had best begin; `filled` is what the rows that follow the
	 * moved ones gain, which are painted over blank ones. */
	int sum = 0, least = 0, least_at = 0, best = INT_MIN;

	for (int y = 0; y + by < to->rows; y++) {
		int filled = 0;

		sum += stay[y] - row_cost(from, y + by, to, y);
		for (int i = 1; i <= by; i++)
			filled += stay[y + i] - row_cost(from, -1, to, y + i);
		if (sum - least + filled > best) {
			best = sum - least + filled;
			*scroll = (struct scroll){ least_at, y + by, by };
		}
		if (sum < least) {
			least = sum;
			least_at = y + 1;
		}
	}
	return best;
}

bool
scroll_plan(const struct canvas *from, const struct canvas *to,
    struct scroll *scroll)
{
	int stay[CANVAS_SIDE_MAX];
	int total = 0, best = WORTH;
	bool found = false;

	if (from->columns != to->columns || from->rows != to->rows)
		return false;
	for (int y = 0; y < to->rows; y++) {
		stay[y] = row_cost(from, y, to, y);
		total += stay[y];
	}
	for (int by = 1; by <= SCROLL_MAX && by < to->rows; by++) {
		struct scroll plan;
		int gain;

		/* Nothing gains more than painting everything costs. */
		if (total <= best)
			break;
		gain = best_region(from, to, stay, by, &plan);
		if (gain > best) {
			best = gain;
			*scroll = plan;
			found = true;
		}
	}
	return found;
}

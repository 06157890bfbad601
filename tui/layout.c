/*
 * The layout. Where rows are few, what can best be missed goes first: the typing
 * line, the activity line, the topic, the status; messages and input stay.
 *
 *	topic
 *	activity          (narrow screens)
 *	channels | messages | members
 *	typing
 *	status
 *	input
 */
#include "tui/layout.h"

#define TEXT_COLUMNS_MIN 20 /* of the messages, beside a pane asked for */

static bool
pane_shown(enum layout_pane wish, int columns, int from, int left)
{
	if (wish == LAYOUT_HIDE)
		return false;
	if (columns >= from)
		return true;
	return wish == LAYOUT_SHOW && left >= TEXT_COLUMNS_MIN;
}

static int
input_height(int rows, int wanted)
{
	int most = rows / 3;

	if (most < 1)
		most = 1;
	if (wanted < 1)
		wanted = 1;
	return wanted < most ? wanted : most;
}

/* Takes the next row from above; none where the screen is too low for it. */
static struct area
row_take(int *top, int columns, bool there)
{
	struct area area = { 0, *top, columns, there ? 1 : 0 };

	*top += area.rows;
	return area;
}

/* A thread: the right third of a wide screen, else where the messages are.
 * Returns where the messages end. */
static int
thread_pane(struct layout *layout, int columns, int left, struct area panes)
{
	bool beside = columns >= LAYOUT_THREAD_FROM;
	int x = beside ? columns - columns / 3 : left;
	int head = panes.rows >= 3;

	layout->thread_head = (struct area){ x, panes.y, columns - x, head };
	layout->thread = (struct area){ x, panes.y + head, columns - x,
		panes.rows - head };
	if (!beside)
		return left;
	layout->thread_border = (struct area){ x - 1, panes.y, 1, panes.rows };
	return x - 1;
}

/* Parts the rows between topic and typing line into panes. */
static void
panes(struct layout *layout, int columns, int top, int rows,
    const struct layout_wish *wish)
{
	int left = 0, right = columns;

	layout->panes = (struct area){ 0, top, columns, rows };
	if (pane_shown(wish->channels, columns, LAYOUT_CHANNELS_FROM,
		columns - LAYOUT_CHANNELS - 1)) {
		left = LAYOUT_CHANNELS + 1;
		layout->channels = (struct area){ 0, top, LAYOUT_CHANNELS,
			rows };
		layout->channels_border = (struct area){ LAYOUT_CHANNELS, top,
			1, rows };
	}
	if (wish->thread) {
		right = thread_pane(layout, columns, left, layout->panes);
	} else if (pane_shown(wish->members, columns, LAYOUT_MEMBERS_FROM,
		       columns - left - LAYOUT_MEMBERS - 1)) {
		right = columns - LAYOUT_MEMBERS - 1;
		layout->members = (struct area){ columns - LAYOUT_MEMBERS, top,
			LAYOUT_MEMBERS, rows };
		layout->members_border = (struct area){ right, top, 1, rows };
	}
	layout->messages = (struct area){ left, top, right - left, rows };
}

struct layout
layout_compute(int columns, int rows, int input_rows,
    const struct layout_wish *wish)
{
	struct layout layout = { 0 };
	int top = 0, input = input_height(rows, input_rows);
	int below = rows - input; /* where the input begins */
	bool narrow = columns < LAYOUT_CHANNELS_FROM &&
	    wish->channels != LAYOUT_SHOW;

	layout.topic = row_take(&top, columns, rows >= 4);
	layout.activity = row_take(&top, columns, narrow && rows >= 7);
	layout.input = (struct area){ 0, below, columns, input };
	if (rows >= 3)
		layout.status = (struct area){ 0, --below, columns, 1 };
	if (rows >= 8)
		layout.typing = (struct area){ 0, --below, columns, 1 };
	if (below > top)
		panes(&layout, columns, top, below - top, wish);
	return layout;
}

/*
 * The message window. Draws the rows from an anchor down, or those that end at
 * the newest message. Scrolled back, the window is parted:
 *
 *	what is being read
 *	. . . . 12 newer . . . .
 *	the newest rows
 *
 * Owns the lines between messages and the parting of the window; where the rows
 * are is view_rows.c's, what a message's own look like is view_message.c's.
 */
#include "tui/view.h"

#include <stdio.h>
#include <string.h>

#include "tui/view_message.h"
#include "tui/view_rows.h"
#include "tui/view_time.h"

/* How the window is parted while scrolled back. */
struct split {
	int reading, rule, live;
};

static struct split
split_rows(const struct channel *channel, int rows)
{
	struct split split = { rows, 0, 0 };

	if (rows >= 5)
		split.rule = 1;
	if (rows >= 12 && channel->at_end)
		split.live = 3;
	split.reading = rows - split.rule - split.live;
	return split;
}

/* -------------------------------------------------------------- drawing --- */

/* A line of a repeated pattern with words in its middle. */
static void
draw_rule(struct rows *rows, int y, enum style style, const char *pattern,
    const char *label)
{
	struct canvas *canvas = rows->view->canvas;
	struct area area = rows->area;
	int words = canvas_width(canvas, label, strlen(label));
	int step = canvas_width(canvas, pattern, strlen(pattern));
	int left = (area.columns - words) / 2;
	int x = area.x, right = area.x + left + words + 1;

	if (left < 2) {
		canvas_cut(canvas, x, y, area.columns, style, label,
		    rows->view->glyphs->ellipsis);
		return;
	}
	/* The blank before the words may be the pattern's own. */
	for (; x + step <= area.x + left - (step == 1); x += step)
		canvas_puts(canvas, x, y, step, style, pattern);
	canvas_puts(canvas, area.x + left, y, words, style, label);
	/* In step with the left side. */
	while (x < right)
		x += step;
	for (; x < area.x + area.columns; x += step)
		canvas_puts(canvas, x, y, area.x + area.columns - x, style,
		    pattern);
}

static void
draw_begin(struct rows *rows, int y)
{
	const struct channel *channel = rows->channel;
	char label[160];

	if (!channel->at_start)
		snprintf(label, sizeof(label), "loading%s",
		    rows->view->glyphs->ellipsis);
	else if (channel->parent_id != 0)
		snprintf(label, sizeof(label), "thread");
	else if (channel->direct)
		snprintf(label, sizeof(label), "start of talk with %s",
		    channel->name);
	else
		snprintf(label, sizeof(label), "start of #%s", channel->name);
	draw_rule(rows, y, STYLE_FAINT, " ", label);
}

static void
draw_lead(struct rows *rows, size_t index, enum rows_lead lead, int y)
{
	const struct glyphs *glyphs = rows->view->glyphs;
	char label[VIEW_DAY_SIZE];

	switch (lead) {
	case LEAD_MARKER:
		snprintf(label, sizeof(label), "%d new", rows_new(rows));
		draw_rule(rows, y, STYLE_MARKER, "- ", label);
		break;
	case LEAD_DAY:
		view_day(rows->channel->messages[index]->created_ms, label);
		draw_rule(rows, y, STYLE_FAINT, glyphs->horizontal, label);
		break;
	case LEAD_BEGIN:
		draw_begin(rows, y);
		break;
	}
}

static void
draw_row(struct rows *rows, struct place place, int y)
{
	enum rows_lead leads[3];

	if (place.row >= 0) {
		view_message_row(rows, place, y);
		return;
	}
	rows_leads(rows, place.index, leads);
	draw_lead(rows, place.index, leads[-place.row - 1], y);
}

/* Draws `count` rows from a place down; returns the last one drawn. */
static struct place
draw_rows(struct rows *rows, struct place place, int y, int count)
{
	while (count-- > 0) {
		draw_row(rows, place, y++);
		if (count > 0 && rows_move(rows, &place, 1) == 0)
			break;
	}
	return place;
}

/* ---------------------------------------------------------------- views --- */

static void
draw_empty(struct rows *rows)
{
	if (rows->area.rows > 0)
		draw_begin(rows, rows->area.y + rows->area.rows - 1);
}

static struct view_seen
seen(const struct rows *rows, struct place top, struct place last, bool bottom)
{
	const struct channel *channel = rows->channel;
	size_t near = (size_t)rows->area.rows;

	return (struct view_seen){ .bottom = bottom,
		.want_before = !channel->at_start && top.index < near,
		.want_after = !channel->at_end &&
		    last.index + near >= channel->len };
}

static struct view_seen
draw_bottom(struct rows *rows)
{
	struct area area = rows->area;
	struct place last = rows_last(rows), top = last;
	int above = -rows_move(rows, &top, 1 - area.rows);
	int y = area.y + area.rows - 1 - above;

	draw_rows(rows, top, y, above + 1);
	return seen(rows, top, last, rows->channel->at_end);
}

static void
draw_below(struct rows *rows, const struct split *split, struct place last)
{
	const struct channel *channel = rows->channel;
	int y = rows->area.y + split->reading;
	struct place live;
	char label[48];

	if (split->rule > 0) {
		if (channel->at_end)
			snprintf(label, sizeof(label), "%zu below",
			    channel->len - 1 - last.index);
		else
			snprintf(label, sizeof(label), "more below");
		draw_rule(rows, y, STYLE_MARKER, rows->view->glyphs->dotted,
		    label);
	}
	if (split->live > 0) {
		live = rows_last(rows);
		rows_move(rows, &live, 1 - split->live);
		draw_rows(rows, live, y + 1, split->live);
	}
}

static struct view_seen
draw_anchored(struct rows *rows, struct place top)
{
	struct split split = split_rows(rows->channel, rows->area.rows);
	struct place last = draw_rows(rows, top, rows->area.y, split.reading);

	draw_below(rows, &split, last);
	return seen(rows, top, last, false);
}

struct view_seen
view_messages_draw(const struct view *view, const struct channel *channel,
    struct area area)
{
	struct view_seen result = { .bottom = true };
	struct rows rows;
	struct place top;

	if (area.rows < 1 || area.columns < 1)
		return result;
	rows_init(&rows, view, channel, area);
	if (channel->len == 0) {
		draw_empty(&rows);
		result.want_before = !channel->at_start;
	} else if (rows_anchor(&rows, &channel->anchor, &top)) {
		result = draw_anchored(&rows, top);
	} else {
		result = draw_bottom(&rows);
	}
	rows_release(&rows);
	return result;
}

/* ------------------------------------------------------------ scrolling --- */

int
view_messages_page(const struct channel *channel, struct area area)
{
	int page = split_rows(channel, area.rows).reading - 1;

	return page < 1 ? 1 : page;
}

static struct anchor
at_bottom(void)
{
	return (struct anchor){ .bottom = true };
}

/* The anchor of a topmost row; the bottom where all below it fits anyway. */
static struct anchor
settle(struct rows *rows, struct place top)
{
	struct place end = top;
	int below = rows_move(rows, &end, rows->area.rows);

	if (below < rows->area.rows && rows->channel->at_end)
		return at_bottom();
	return (struct anchor){ .key = rows->channel->messages[top.index]->key,
		.row = top.row };
}

/* The topmost row that is shown. */
static struct place
topmost(struct rows *rows)
{
	struct place top;

	if (!rows_anchor(rows, &rows->channel->anchor, &top)) {
		top = rows_last(rows);
		rows_move(rows, &top, 1 - rows->area.rows);
	}
	return top;
}

struct anchor
view_messages_scroll(const struct view *view, const struct channel *channel,
    struct area area, int by)
{
	struct anchor anchor = channel->anchor;
	struct rows rows;
	struct place top;

	if (channel->len == 0 || area.rows < 1)
		return anchor;
	rows_init(&rows, view, channel, area);
	top = topmost(&rows);
	rows_move(&rows, &top, by);
	anchor = settle(&rows, top);
	rows_release(&rows);
	return anchor;
}

struct anchor
view_messages_top(const struct view *view, const struct channel *channel,
    struct area area)
{
	struct anchor anchor = channel->anchor;
	enum rows_lead leads[3];
	struct rows rows;
	struct place top = { 0, 0 };

	if (channel->len == 0 || area.rows < 1)
		return anchor;
	rows_init(&rows, view, channel, area);
	top.row = -rows_leads(&rows, 0, leads);
	anchor = settle(&rows, top);
	rows_release(&rows);
	return anchor;
}

struct anchor
view_messages_unread(const struct view *view, const struct channel *channel,
    struct area area)
{
	int64_t read = channel->marker_id != 0 ? channel->marker_id
					       : channel->read_id;
	struct anchor anchor = channel->anchor;
	enum rows_lead leads[3];
	struct rows rows;
	struct place top = { 0, 0 };

	while (top.index < channel->len &&
	    channel->messages[top.index]->id <= read)
		top.index++;
	if (top.index >= channel->len || area.rows < 1)
		return anchor;
	rows_init(&rows, view, channel, area);
	top.row = -rows_leads(&rows, top.index, leads);
	anchor = settle(&rows, top);
	rows_release(&rows);
	return anchor;
}

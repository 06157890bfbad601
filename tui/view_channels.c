/*
 * The channel list, and the same on one line for screens without room for it.
 *
 *	 1 #general
 *	 2 #ops        5     something new
 *	 4 #dev       @1     one is spoken to
 *	----------------
 *	 5 +bob        1     direct ones, with their presence
 */
#include "tui/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
view_count(int64_t count, char out[8])
{
	if (count < 10000)
		snprintf(out, 8, "%d", (int)(count < 0 ? 0 : count));
	else if (count < 1000000)
		snprintf(out, 8, "%dk", (int)(count / 1000));
	else
		snprintf(out, 8, "lots");
}

/* What stands at the right of a channel: nothing for the current one while its
 * newest messages are in sight. */
static enum style
channel_news(const struct model *model, const struct channel *channel,
    char out[16])
{
	char count[8];

	out[0] = '\0';
	if (channel == model->current && channel->anchor.bottom)
		return STYLE_PLAIN;
	if (channel->mentions > 0) {
		view_count(channel->mentions, count);
		snprintf(out, 16, "@%s", count);
		return STYLE_MENTION;
	}
	if (channel->unread > 0) {
		view_count(channel->unread, out);
		/* To a direct channel all of it is said to one. */
		return channel->direct ? STYLE_MENTION : STYLE_UNREAD;
	}
	return STYLE_PLAIN;
}

/* A muted channel is faint whatever is new in it, unless one is spoken to. */
static enum style
name_style(const struct channel *channel, enum style news, bool current)
{
	if (channel->muted && channel->mentions == 0)
		return STYLE_FAINT;
	return news == STYLE_PLAIN || current ? STYLE_PLAIN : STYLE_UNREAD;
}

/* Columns that stand before the mark of a channel: its number and a blank. */
static int
mark_x(size_t index)
{
	char number[24];

	return snprintf(number, sizeof(number), "%2zu ", index + 1);
}

static void
draw_channel(const struct view *view, struct area row, size_t index)
{
	const struct channel *channel = view->model->channels[index];
	bool current = channel == view->model->current;
	struct canvas *canvas = view->canvas;
	char news[16], name[160];
	enum style style = channel_news(view->model, channel, news);
	int wide = (int)strlen(news);

	snprintf(name, sizeof(name), "%2zu %s%s", index + 1,
	    channel->direct ? " " : "#", channel->name);
	canvas_cut(canvas, row.x, row.y,
	    row.columns - (wide > 0 ? wide + 1 : 0),
	    name_style(channel, style, current), name, view->glyphs->ellipsis);
	if (channel->direct)
		view_presence_draw(view, row.x + mark_x(index), row.y,
		    model_presence(view->model, channel->peer.id));
	canvas_puts(canvas, row.x + row.columns - wide, row.y, wide, style,
	    news);
	if (current)
		canvas_restyle(canvas, row, STYLE_CURRENT);
}

/* Between the channels and the direct ones. */
static void
draw_line(const struct view *view, struct area row)
{
	for (int x = 0; x < row.columns; x++)
		canvas_puts(view->canvas, row.x + x, row.y, 1, STYLE_BORDER,
		    view->glyphs->horizontal);
}

/* Index of the first direct channel, the direct ones being last; the number of
 * channels if there is none or nothing but them. */
static size_t
first_direct(const struct model *model)
{
	size_t low = 0, high = model->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (model->channels[middle]->direct)
			high = middle;
		else
			low = middle + 1;
	}
	return low == 0 ? model->len : low;
}

/* How far the list, of so many rows, is scrolled so that row `current` is in
 * sight. */
static size_t
list_top(size_t all, size_t current, size_t rows)
{
	if (all <= rows || current < rows / 2)
		return 0;
	return current + rows / 2 >= all ? all - rows : current - rows / 2;
}

/* Only the rows in sight are looked at. */
void
view_channels_draw(const struct view *view, struct area area)
{
	const struct model *model = view->model;
	size_t direct = first_direct(model);
	size_t number = model_number(model, model->current);
	/* The line before the direct ones is a row of the list. */
	size_t line = direct < model->len ? direct : SIZE_MAX;
	size_t all = model->len + (line != SIZE_MAX);
	size_t current = number == 0 ? 0 : number - 1;
	size_t top;

	if (area.rows < 1)
		return;
	top = list_top(all, current + (current >= line), (size_t)area.rows);
	for (size_t i = 0; i < (size_t)area.rows && top + i < all; i++) {
		struct area row = { area.x, area.y + (int)i, area.columns, 1 };

		if (top + i == line)
			draw_line(view, row);
		else
			draw_channel(view, row, top + i - (top + i > line));
	}
}

/* Draws one channel of the activity line; returns the columns it took, 0 where
 * there is no room. */
static int
draw_active(const struct view *view, struct area area, int x, size_t index)
{
	const struct model *model = view->model;
	const struct channel *channel = model->channels[index];
	bool current = channel == model->current;
	char news[16], name[200];
	enum style style = channel_news(model, channel, news);
	int wide;

	if (current)
		snprintf(name, sizeof(name), "%zu %s%s%s%s", index + 1,
		    channel->direct ? "" : "#", channel->name,
		    news[0] != '\0' ? " " : "", news);
	else
		snprintf(name, sizeof(name), "%zu%s%s", index + 1,
		    news[0] != '\0' ? ":" : "", news);
	wide = canvas_width(view->canvas, name, strlen(name));
	if (x + wide > area.columns)
		return 0;
	if (current)
		style = STYLE_CURRENT;
	else if (style == STYLE_PLAIN)
		style = STYLE_FAINT;
	canvas_puts(view->canvas, area.x + x, area.y, wide, style, name);
	return wide;
}

void
view_activity_draw(const struct view *view, struct area area)
{
	const struct model *model = view->model;
	int x = 1;

	if (area.rows < 1)
		return;
	for (size_t i = 0; i < model->len; i++) {
		int wide = draw_active(view, area, x, i);

		if (wide == 0)
			break;
		x += wide + 2;
	}
}

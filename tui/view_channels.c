/*
 * The channel list, and the same on one line for screens without room for it.
 *
 *	 1 #general
 *	 2 #ops        5     something new
 *	 4 #dev       @1     one is spoken to
 *	----------------
 *	 5 bob         1     direct ones
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
	    channel->direct ? "" : "#", channel->name);
	canvas_cut(canvas, row.x, row.y,
	    row.columns - (wide > 0 ? wide + 1 : 0),
	    style == STYLE_PLAIN || current ? STYLE_PLAIN : STYLE_UNREAD, name,
	    view->glyphs->ellipsis);
	canvas_puts(canvas, row.x + row.columns - wide, row.y, wide, style,
	    news);
	if (current)
		canvas_restyle(canvas, row, STYLE_CURRENT);
}

/* Index of the first direct channel; the number of channels if there is none or
 * nothing but them. */
static size_t
first_direct(const struct model *model)
{
	for (size_t i = 1; i < model->len; i++) {
		if (model->channels[i]->direct &&
		    !model->channels[i - 1]->direct)
			return i;
	}
	return model->len;
}

/* The list row of a channel: the line before the direct ones counts. */
static int
list_row(const struct model *model, size_t index)
{
	return (int)index + (index >= first_direct(model) ? 1 : 0);
}

/* How far the list is scrolled so that the current channel is in sight. */
static int
list_top(const struct model *model, int rows)
{
	size_t number = model_number(model, model->current);
	int row, all;

	if (model->len == 0 || number == 0)
		return 0;
	all = list_row(model, model->len - 1) + 1;
	row = list_row(model, number - 1);
	if (all <= rows || row < rows / 2)
		return 0;
	return row + rows / 2 >= all ? all - rows : row - rows / 2;
}

void
view_channels_draw(const struct view *view, struct area area)
{
	const struct model *model = view->model;
	size_t direct = first_direct(model);
	int top = list_top(model, area.rows);

	for (size_t i = 0; i < model->len; i++) {
		struct area row = { area.x, area.y + list_row(model, i) - top,
			area.columns, 1 };

		if (i == direct && row.y > area.y &&
		    row.y - 1 < area.y + area.rows) {
			for (int x = 0; x < area.columns; x++)
				canvas_puts(view->canvas, area.x + x, row.y - 1,
				    1, STYLE_BORDER, view->glyphs->horizontal);
		}
		if (row.y >= area.y && row.y < area.y + area.rows)
			draw_channel(view, row, i);
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

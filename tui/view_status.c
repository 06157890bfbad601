/*
 * The lines of one row: the topic on top, and above the input the line for
 * typing and notices and the status line.
 *
 *	 #general  Team chat -- be nice                    8 members, 5 on
 *	 bob and carol are typing
 *	 [14:05] amy  1:#general  Act: 2:5 4:@1      connected  /help
 */
#include "tui/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/view_time.h"

#define MEMBERS_ON_MAX 200 /* members whose presence is counted */

/* A line that is filled from both ends. */
struct line {
	const struct view *view;
	int y, left, right; /* the columns that are free */
};

static struct line
line_begin(const struct view *view, struct area area)
{
	canvas_fill(view->canvas, area, STYLE_BAR, ' ');
	return (
	    struct line){ view, area.y, area.x + 1, area.x + area.columns - 1 };
}

static void
line_left(struct line *line, enum style style, const char *text)
{
	if (line->right > line->left)
		line->left += canvas_cut(line->view->canvas, line->left,
		    line->y, line->right - line->left, style, text,
		    line->view->glyphs->ellipsis);
}

/* Puts a whole text at the right end; false where there is no room beside what
 * is still to come on the left. */
static bool
line_right(struct line *line, enum style style, const char *text, int reserve)
{
	int wide = canvas_width(line->view->canvas, text, strlen(text));

	if (line->right - line->left - reserve < wide)
		return false;
	line->right -= wide;
	canvas_puts(line->view->canvas, line->right, line->y, wide, style,
	    text);
	line->right -= 2;
	return true;
}

static int
columns_of(const struct view *view, const char *text)
{
	return canvas_width(view->canvas, text, strlen(text));
}

/* How many members are there; -1 where it is not known of all, or they are too
 * many to look at for every frame. */
static int
members_on(const struct model *model, const struct channel *channel)
{
	int on = 0;

	if (!channel->members_loaded || channel->member_len > MEMBERS_ON_MAX)
		return -1;
	for (size_t i = 0; i < channel->member_len; i++) {
		int64_t id = channel->members[i].person.id;
		enum presence presence = id == model->me.id &&
			model->link == MODEL_CONNECTED
		    ? PRESENCE_ONLINE
		    : model_presence(model, id);

		if (presence == PRESENCE_UNKNOWN)
			return -1;
		on += presence != PRESENCE_OFFLINE;
	}
	return on;
}

/* "8 members, 5 on", or the first half of it. */
static void
members_text(const struct model *model, const struct channel *channel,
    char out[80])
{
	int on = members_on(model, channel);
	int len = snprintf(out, 80, "%" PRId64 " member%s",
	    channel->member_count, channel->member_count == 1 ? "" : "s");

	if (on >= 0)
		snprintf(out + len, 80 - (size_t)len, ", %d on", on);
}

void
view_topic_draw(const struct view *view, struct area area)
{
	const struct channel *channel = view->model->current;
	struct line line;
	char text[160];

	if (area.rows < 1)
		return;
	line = line_begin(view, area);
	if (channel == NULL) {
		line_left(&line, STYLE_BAR_STRONG, "hubbub");
		return;
	}
	snprintf(text, sizeof(text), "%s%s", channel->direct ? "" : "#",
	    channel->name);
	if (!channel->direct && channel->member_count > 0) {
		char members[80];

		members_text(view->model, channel, members);
		line_right(&line, STYLE_BAR_DIM, members,
		    columns_of(view, text) + 2);
	}
	line_left(&line, STYLE_BAR_STRONG, text);
	line.left += 2;
	if (channel->topic != NULL)
		line_left(&line, STYLE_BAR, channel->topic);
}

/* "bob and carol are typing"; false where nobody is. */
static bool
typing_text(const struct view *view, char *out, size_t size)
{
	const struct channel *channel = view->model->current;
	const char *names[3];
	size_t count = 0;

	if (channel == NULL)
		return false;
	for (size_t i = 0; i < channel->typist_len && count < 3; i++) {
		const struct typist *typist = &channel->typists[i];

		if (typist->until_ms > view->mono_ms && typist->parent_id == 0)
			names[count++] = person_name(&typist->person);
	}
	if (count == 1)
		snprintf(out, size, "%s is typing", names[0]);
	else if (count == 2)
		snprintf(out, size, "%s and %s are typing", names[0], names[1]);
	else if (count > 2)
		snprintf(out, size, "several people are typing");
	return count > 0;
}

void
view_typing_draw(const struct view *view, struct area area, const char *notice)
{
	enum style style = STYLE_NOTICE;
	char text[320];

	if (area.rows < 1)
		return;
	if (notice == NULL) {
		if (!typing_text(view, text, sizeof(text)))
			return;
		notice = text;
		style = STYLE_FAINT;
	}
	canvas_cut(view->canvas, area.x + 1, area.y, area.columns - 2, style,
	    notice, view->glyphs->ellipsis);
}

/* What the link is doing, as the status line says it. */
static enum style
link_text(const struct view *view, char *out, size_t size)
{
	int64_t left;

	switch (view->model->link) {
	case MODEL_CONNECTED:
		snprintf(out, size, "connected");
		return STYLE_BAR_DIM;
	case MODEL_CONNECTING:
		snprintf(out, size, "connecting%s", view->glyphs->ellipsis);
		return STYLE_BAR_WARN;
	default:
		break;
	}
	left = (view->model->retry_at_ms - view->mono_ms + 999) / 1000;
	snprintf(out, size, "offline, next try in %" PRId64 " s",
	    left < 0 ? 0 : left);
	return STYLE_BAR_WARN;
}

/* " Act: 2:5 4:@1": the channels with something new but for the current one. */
static void
draw_activity(struct line *line)
{
	const struct model *model = line->view->model;
	bool first = true;
	char text[32], count[8];

	for (size_t i = 0; i < model->len; i++) {
		const struct channel *channel = model->channels[i];
		bool mention = channel->mentions > 0;

		if (channel == model->current ||
		    ((channel->unread <= 0 || channel->muted) && !mention))
			continue;
		view_count(mention ? channel->mentions : channel->unread,
		    count);
		snprintf(text, sizeof(text), "%zu:%s%s", i + 1,
		    mention ? "@" : "", count);
		if (line->right - line->left < (int)strlen(text) + 7)
			return;
		if (first)
			line_left(line, STYLE_BAR_DIM, "  Act:");
		first = false;
		line_left(line, STYLE_BAR, " ");
		line_left(line,
		    mention || channel->direct ? STYLE_BAR_MENTION
					       : STYLE_BAR_ACTIVE,
		    text);
	}
}

static void
draw_current(struct line *line)
{
	const struct model *model = line->view->model;
	const struct channel *channel = model->current;
	char text[160];

	if (channel == NULL)
		return;
	snprintf(text, sizeof(text), "  %zu:%s%s", model_number(model, channel),
	    channel->direct ? "" : "#", channel->name);
	line_left(line, STYLE_BAR, text);
}

void
view_status_draw(const struct view *view, struct area area)
{
	const struct model *model = view->model;
	char time[VIEW_TIME_SIZE], text[64];
	struct line line;
	enum style style;

	if (area.rows < 1)
		return;
	line = line_begin(view, area);
	view_time(view->now_ms, time);
	style = link_text(view, text, sizeof(text));
	if (area.columns >= 72)
		line_right(&line, STYLE_BAR_DIM, "/help", 0);
	/* On a screen too narrow for all, that something is wrong is what one
	 * must see. */
	if (area.columns >= 36 || style == STYLE_BAR_WARN)
		line_right(&line, style, text, 0);
	snprintf(text, sizeof(text), "[%s]", time);
	line_left(&line, STYLE_BAR_DIM, text);
	if (model->me_known) {
		line_left(&line, STYLE_BAR, " ");
		line_left(&line, STYLE_BAR_STRONG, person_name(&model->me));
	}
	draw_current(&line);
	/* On narrow screens the activity line has it. */
	if (area.columns >= LAYOUT_CHANNELS_FROM)
		draw_activity(&line);
}

/*
 * What the rows of one message look like:
 *
 *	14:03 dave   | bob: what he replies to...
 *	             the text (edited)                2 replies   v
 *	             [+1 3*] [:tada: 1]
 *
 * Keeps nothing; which rows there are is view_rows.c's.
 */
#include "tui/view_message.h"

#include <stdio.h>
#include <string.h>

#include "tui/view_time.h"

/* Time and name, left of a message's first row. */
static void
draw_author(struct rows *rows, const struct message *message, int y)
{
	const struct view *view = rows->view;
	struct canvas *canvas = view->canvas;
	const char *name = person_name(&message->author);
	int x = rows->area.x;
	char time[VIEW_TIME_SIZE];
	enum style style;

	if (rows->time) {
		view_time(message->created_ms, time);
		canvas_puts(canvas, x, y, 5, STYLE_TIME, time);
	}
	if (message->state == MESSAGE_LOCAL)
		return;
	x += rows->nick_x;
	if (message->event) {
		canvas_puts(canvas, x, y, rows->nick, STYLE_FAINT, "*");
		return;
	}
	style = message->author.id == view->model->me.id ? STYLE_SELF
							 : style_nick(name);
	canvas_cut(canvas, x, y, rows->nick, style, name,
	    view->glyphs->ellipsis);
}

static enum style
text_style(const struct message *message)
{
	if (message->deleted_ms != 0 || message->event)
		return STYLE_FAINT;
	if (message->state == MESSAGE_LOCAL)
		return STYLE_LOCAL;
	return message->mentions_me ? STYLE_MENTION : STYLE_PLAIN;
}

/* Gives what the author marked up in a row, already drawn from x on, its looks.
 * That changes no cell but its style. */
static void
draw_styles(struct rows *rows, int x, int y, size_t at, size_t end)
{
	struct canvas *canvas = rows->view->canvas;
	const char *styles = rows->styles.data;
	int right = rows->area.x + rows->area.columns;

	while (at < end && x < right) {
		size_t from = at;
		struct area run = { x, y, 0, 1 };

		while (at < end && styles[at] == styles[from])
			at++;
		run.columns = canvas_width(canvas, rows->shown.data + from,
		    at - from);
		x += run.columns;
		if (x > right)
			run.columns -= x - right;
		if (styles[from] != STYLE_PLAIN)
			canvas_restyle(canvas, run,
			    (enum style)(unsigned char)styles[from]);
	}
}

/* Draws a row of the text; what was not written by the author is faint. */
static void
draw_text(struct rows *rows, const struct message *message, int y,
    struct wrap_row row)
{
	struct canvas *canvas = rows->view->canvas;
	int x = rows->area.x + rows_text_x(rows, message);
	int room = rows->area.x + rows->area.columns - x;
	size_t own = 0;
	int used;

	if (row.start < rows->plain)
		own = rows->plain - row.start;
	if (own > row.len)
		own = row.len;
	used = canvas_text(canvas, x, y, room, text_style(message),
	    rows->shown.data + row.start, own);
	if (rows->styled)
		draw_styles(rows, x, y, row.start, row.start + own);
	canvas_text(canvas, x + used, y, room - used, STYLE_FAINT,
	    rows->shown.data + row.start + own, row.len - own);
}

/* What tells how far a message of one's own got; NULL for those of others. */
static const char *
mark_of(const struct rows *rows, const struct message *message,
    enum style *style)
{
	/* A narrow window has one column for it. */
	const char *twice = rows->marks < 2 ? "v" : "vv";

	*style = STYLE_PENDING;
	if (message->state == MESSAGE_SENDING)
		return rows->view->glyphs->ellipsis;
	if (message->state == MESSAGE_FAILED) {
		*style = STYLE_FAILED;
		return "!";
	}
	if (message->state != MESSAGE_STORED || message->event ||
	    message->deleted_ms != 0 || message->id == 0 ||
	    message->author.id != rows->view->model->me.id)
		return NULL;
	if (message->id <= rows->seen_id) {
		*style = STYLE_READ;
		return twice;
	}
	return message->id <= rows->delivered_id ? twice : "v";
}

/* At the right end of the last row of a text: the size of the thread, and the
 * message's state. */
static void
draw_end(struct rows *rows, const struct message *message, int y,
    bool with_replies)
{
	struct canvas *canvas = rows->view->canvas;
	int right = rows->area.x + rows->area.columns;
	enum style style;
	const char *mark = mark_of(rows, message, &style);
	char replies[40];
	int wide;

	if (mark != NULL) {
		wide = canvas_width(canvas, mark, strlen(mark));
		canvas_puts(canvas, right - wide, y, wide, style, mark);
	}
	wide = rows_replies(rows, message, replies);
	if (with_replies && wide > 0)
		canvas_puts(canvas, right - rows->marks - wide, y, wide,
		    STYLE_FAINT, replies);
}

/* The beginning of what a reply in the channel replies to. */
static void
draw_quote(struct rows *rows, const struct message *message, int y)
{
	const struct view *view = rows->view;
	const struct message *parent = channel_message(rows->channel,
	    message->parent_id);
	struct buf text = BUF_INIT;
	size_t len;

	buf_puts(&text, "| ");
	if (parent == NULL) {
		buf_puts(&text, "reply in a thread");
	} else if (parent->deleted_ms != 0 || parent->text == NULL) {
		buf_puts(&text, "(message deleted)");
	} else {
		len = strcspn(parent->text, "\n");
		buf_puts(&text, person_name(&parent->author));
		buf_puts(&text, ": ");
		buf_append(&text, parent->text, len);
		if (parent->text[len] != '\0')
			buf_puts(&text, view->glyphs->ellipsis);
	}
	canvas_cut(view->canvas, rows->area.x + rows->text_x, y, rows->text,
	    STYLE_FAINT, text.data, view->glyphs->ellipsis);
	buf_release(&text);
}

/* One row of the reactions; one's own stand out. */
static void
draw_reactions(struct rows *rows, const struct message *message, int row, int y)
{
	struct chip chip = { 0 };

	while (rows_chip(rows, message, &chip) && chip.row <= row) {
		if (chip.row == row)
			canvas_cut(rows->view->canvas,
			    rows->area.x + rows->text_x + chip.x, y, chip.wide,
			    chip.mine ? STYLE_LOCAL : STYLE_FAINT, chip.label,
			    rows->view->glyphs->ellipsis);
	}
}

/* Why a message was refused, and what can be done. */
static void
draw_error(struct rows *rows, const struct message *message, int y)
{
	static const char retry[] = " (/retry)";
	struct canvas *canvas = rows->view->canvas;
	int x = rows->area.x + rows->text_x;
	int room = rows->text - (int)strlen(retry);
	int used = 0;

	if (room > 0)
		used = canvas_cut(canvas, x, y, room, STYLE_FAILED,
		    message->error == NULL ? "not sent" : message->error,
		    rows->view->glyphs->ellipsis);
	canvas_puts(canvas, x + used, y, rows->text - used, STYLE_FAILED,
	    used > 0 ? retry : "/retry");
}

/* A row of the text itself. */
static void
draw_text_row(struct rows *rows, size_t index, int row, int y)
{
	const struct message *message = rows->channel->messages[index];
	const struct wrap *wrap = rows_wrap(rows, index);
	bool last = (size_t)row + 1 == wrap->count;

	draw_text(rows, message, y, wrap->rows[row]);
	if (last)
		draw_end(rows, message, y, rows_replies_beside(rows, index));
}

void
view_message_row(struct rows *rows, struct place place, int y)
{
	const struct message *message = rows->channel->messages[place.index];
	struct area row = { rows->area.x, y, rows->area.columns, 1 };
	char replies[40];
	int at;

	if (place.row == 0)
		draw_author(rows, message, y);
	switch (rows_part(rows, place, &at)) {
	case PART_QUOTE:
		draw_quote(rows, message, y);
		break;
	case PART_TEXT:
		draw_text_row(rows, place.index, at, y);
		break;
	case PART_REPLIES:
		rows_replies(rows, message, replies);
		canvas_puts(rows->view->canvas, rows->area.x + rows->text_x, y,
		    rows->text, STYLE_FAINT, replies);
		break;
	case PART_REACTIONS:
		draw_reactions(rows, message, at, y);
		break;
	default:
		draw_error(rows, message, y);
		break;
	}
	if (message->key == rows->view->selected)
		canvas_restyle(rows->view->canvas, row, STYLE_CURRENT);
}

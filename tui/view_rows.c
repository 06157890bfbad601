/*
 * Rows and places. Owns the arithmetic of scrolling; draws nothing.
 */
#include "tui/view_rows.h"

#include <string.h>

#include "tui/view_time.h"

/* From how many columns of the window on: what a name may take at most, the gap
 * behind it, the columns for marks, whether the time is there. */
static const struct {
	int from, nick, gap, marks;
	bool time;
} columns[] = {
	{ 60, 12, 2, 3, true },
	{ 40, 9, 2, 3, true },
	{ 30, 6, 1, 2, true },
	{ 20, 6, 1, 2, false },
	{ 0, 4, 1, 1, false },
};

#define TIME_COLUMNS 6
#define NAMES_MAX 2000 /* members whose names are measured */

static int
name_columns(const struct rows *rows, const struct person *person)
{
	const char *name = person_name(person);

	return canvas_width(rows->view->canvas, name, strlen(name));
}

/* The longest name: of the members, since they change seldom, so that the text
 * keeps its place; while they are not known, of those who spoke. */
static int
longest_name(const struct rows *rows, int most)
{
	const struct channel *channel = rows->channel;
	int longest = 3;
	bool members = channel->members_loaded && channel->member_len > 0;
	size_t count = members ? channel->member_len : channel->len;

	for (size_t i = 0; i < count && i < NAMES_MAX && longest < most; i++) {
		int wide;

		if (!members &&
		    (channel->messages[i]->event ||
			channel->messages[i]->state == MESSAGE_LOCAL))
			continue;
		wide = name_columns(rows,
		    members ? &channel->members[i].person
			    : &channel->messages[i]->author);
		if (wide > longest)
			longest = wide;
	}
	return longest < most ? longest : most;
}

void
rows_init(struct rows *rows, const struct view *view,
    const struct channel *channel, struct area area)
{
	size_t at = 0;

	while (area.columns < columns[at].from)
		at++;
	*rows = (struct rows){ .view = view,
		.channel = channel,
		.area = area,
		.time = columns[at].time,
		.marks = columns[at].marks };
	rows->nick_x = rows->time ? TIME_COLUMNS : 0;
	rows->nick = longest_name(rows, columns[at].nick);
	rows->text_x = rows->nick_x + rows->nick + columns[at].gap;
	rows->text = area.columns - rows->text_x - rows->marks;
	buf_init(&rows->shown);
}

void
rows_release(struct rows *rows)
{
	buf_release(&rows->shown);
}

int
rows_text_x(const struct rows *rows, const struct message *message)
{
	return message->state == MESSAGE_LOCAL ? rows->nick_x : rows->text_x;
}

/* Makes the text that is drawn for a message. */
static void
show(struct rows *rows, size_t index)
{
	const struct message *message = rows->channel->messages[index];
	struct buf *shown = &rows->shown;
	const char *text = message->text == NULL ? "" : message->text;

	if (rows->shown_index == index + 1)
		return;
	rows->shown_index = index + 1;
	buf_clear(shown);
	rows->plain = 0;
	if (message->deleted_ms != 0) {
		buf_puts(shown, "(message deleted)");
		return;
	}
	if (message->event && strncmp(text, "* ", 2) == 0)
		text += 2;
	buf_puts(shown, text);
	rows->plain = shown->len;
	if (message->edited_ms != 0)
		buf_puts(shown, " (edited)");
}

const struct wrap *
rows_wrap(struct rows *rows, size_t index)
{
	const struct message *message = rows->channel->messages[index];
	struct wrap_key key = { message->key, message->version,
		rows->area.columns - rows_text_x(rows, message) - rows->marks };

	show(rows, index);
	return wrap_cache_get(rows->view->cache, &key,
	    rows->shown.data == NULL ? "" : rows->shown.data, rows->shown.len);
}

int
rows_body(struct rows *rows, size_t index)
{
	const struct message *message = rows->channel->messages[index];
	int count = (int)rows_wrap(rows, index)->count;

	if (message->state == MESSAGE_FAILED && message->error != NULL)
		count++;
	return count;
}

/* The new-messages line stands between the last message that was read and the
 * next one. */
static bool
has_marker(const struct rows *rows, size_t index)
{
	const struct channel *channel = rows->channel;
	int64_t marker = channel->marker_id;
	int64_t id = channel->messages[index]->id;

	if (marker == 0 || id <= marker)
		return false;
	/* Local lines in between have no id and stand nowhere in particular. */
	while (index > 0 && channel->messages[index - 1]->id == 0)
		index--;
	if (index == 0)
		return channel->at_start; /* nothing was read before it */
	return channel->messages[index - 1]->id <= marker;
}

int
rows_leads(const struct rows *rows, size_t index, enum rows_lead leads[3])
{
	struct message *const *messages = rows->channel->messages;
	int count = 0;

	if (has_marker(rows, index))
		leads[count++] = LEAD_MARKER;
	if (index == 0 ||
	    !view_same_day(messages[index - 1]->created_ms,
		messages[index]->created_ms))
		leads[count++] = LEAD_DAY;
	if (index == 0)
		leads[count++] = LEAD_BEGIN;
	return count;
}

int
rows_new(const struct rows *rows)
{
	const struct channel *channel = rows->channel;
	int count = 0;

	for (size_t i = channel->len; i-- > 0;) {
		const struct message *message = channel->messages[i];

		if (message->id == 0)
			continue;
		if (message->id <= channel->marker_id)
			break;
		if (!message->event &&
		    message->author.id != rows->view->model->me.id)
			count++;
	}
	return count;
}

static int
move_up(struct rows *rows, struct place *place, int by)
{
	enum rows_lead leads[3];
	int moved = 0;

	while (moved < by) {
		int above = place->row + rows_leads(rows, place->index, leads);
		int step = by - moved < above ? by - moved : above;

		place->row -= step;
		moved += step;
		if (moved == by || place->index == 0)
			break;
		place->index--;
		place->row = rows_body(rows, place->index) - 1;
		moved++;
	}
	return moved;
}

static int
move_down(struct rows *rows, struct place *place, int by)
{
	enum rows_lead leads[3];
	int moved = 0;

	while (moved < by) {
		int below = rows_body(rows, place->index) - 1 - place->row;
		int step = by - moved < below ? by - moved : below;

		place->row += step;
		moved += step;
		if (moved == by || place->index + 1 == rows->channel->len)
			break;
		place->index++;
		place->row = -rows_leads(rows, place->index, leads);
		moved++;
	}
	return moved;
}

int
rows_move(struct rows *rows, struct place *place, int by)
{
	return by < 0 ? -move_up(rows, place, -by) : move_down(rows, place, by);
}

struct place
rows_last(struct rows *rows)
{
	size_t index = rows->channel->len - 1;

	return (struct place){ index, rows_body(rows, index) - 1 };
}

bool
rows_anchor(struct rows *rows, const struct anchor *anchor, struct place *place)
{
	enum rows_lead leads[3];
	ptrdiff_t index;
	int body, above;

	if (anchor->bottom)
		return false;
	index = channel_index(rows->channel, anchor->key);
	if (index < 0)
		return false;
	place->index = (size_t)index;
	place->row = anchor->row;
	body = rows_body(rows, place->index);
	if (place->row >= body)
		place->row = body - 1;
	above = rows_leads(rows, place->index, leads);
	if (place->row < -above) {
		/* A line above the message went away, as a day line does when
		 * an older page comes: what is below it stays where it is. */
		int more = -above - place->row;

		place->row = -above;
		rows_move(rows, place, -more);
	}
	return true;
}

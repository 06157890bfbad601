/*
 * Rows and places. Owns the arithmetic of scrolling; draws nothing.
 */
#include "tui/view_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/markup.h"
#include "tui/view_time.h"

/* From how many columns of the window on: what a name may take at most, the gap
 * behind it, the columns for marks, whether the time is there. */
static const struct {
	int from, nick, gap, marks;
	bool time;
} columns[] = {
	{ 60, 12, 2, 3, true },
	{ 40, 9, 2, 3, true },
	{ 30, 6, 1, 3, true },
	{ 20, 6, 1, 3, false },
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

/* A thread's messages are its channel's: so is who has them. */
static void
find_receipts(struct rows *rows)
{
	const struct channel *channel = rows->channel;

	if (channel->parent_id != 0)
		channel = model_channel(rows->view->model, channel->id);
	if (channel == NULL)
		return;
	rows->delivered_id = channel->delivered_id;
	rows->seen_id = channel->seen_id;
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
	buf_init(&rows->styles);
	find_receipts(rows);
}

void
rows_release(struct rows *rows)
{
	buf_release(&rows->shown);
	buf_release(&rows->styles);
}

int
rows_text_x(const struct rows *rows, const struct message *message)
{
	return message->state == MESSAGE_LOCAL ? rows->nick_x : rows->text_x;
}

/* Finds out what the marks in the author's text look like. */
static void
find_styles(struct rows *rows, const struct message *message)
{
	size_t len = rows->plain;

	rows->styled = false;
	if (len == 0 || message->event || message->state == MESSAGE_LOCAL)
		return;
	buf_clear(&rows->styles);
	rows->styled = markup_styles(rows->shown.data, len,
	    (unsigned char *)buf_reserve(&rows->styles, len));
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
	rows->styled = false;
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
	if (message->pinned_ms != 0)
		buf_puts(shown, " (pinned)");
	find_styles(rows, message);
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
rows_replies(const struct rows *rows, const struct message *message,
    char out[40])
{
	int64_t count = message->reply_count;

	out[0] = '\0';
	if (count > 0)
		snprintf(out, 40, "%" PRId64 " %s", count,
		    count == 1 ? "reply" : "replies");
	return canvas_width(rows->view->canvas, out, strlen(out));
}

bool
rows_replies_beside(struct rows *rows, size_t index)
{
	const struct wrap *wrap = rows_wrap(rows, index);
	struct wrap_row last = wrap->rows[wrap->count - 1];
	char replies[40];
	int wide = rows_replies(rows, rows->channel->messages[index], replies);

	return canvas_width(rows->view->canvas, rows->shown.data + last.start,
		   last.len) +
	    2 + wide <=
	    rows->text;
}

bool
rows_chip(const struct rows *rows, const struct message *message,
    struct chip *chip)
{
	const struct reaction *reaction;
	char count[8];
	int x;

	if (message->deleted_ms != 0 || chip->next >= message->reaction_len)
		return false;
	reaction = &message->reactions[chip->next];
	x = chip->next == 0 ? 0 : chip->x + chip->wide + 1;
	view_count(reaction->count, count);
	snprintf(chip->label, sizeof(chip->label), "[%s %s%s]", reaction->emoji,
	    count, reaction->mine ? "*" : "");
	chip->mine = reaction->mine;
	chip->wide = canvas_width(rows->view->canvas, chip->label,
	    strlen(chip->label));
	if (chip->wide > rows->text)
		chip->wide = rows->text;
	if (x > 0 && x + chip->wide > rows->text) {
		chip->row++;
		x = 0;
	}
	chip->x = x;
	chip->next++;
	return true;
}

static int
reaction_rows(const struct rows *rows, const struct message *message)
{
	struct chip chip = { 0 };

	if (!rows_chip(rows, message, &chip))
		return 0;
	while (rows_chip(rows, message, &chip))
		;
	return chip.row + 1;
}

/* How many rows each part has. */
static void
count_parts(struct rows *rows, size_t index, int counts[PART_COUNT])
{
	const struct message *message = rows->channel->messages[index];
	counts[PART_QUOTE] = message->parent_id != 0 &&
	    rows->channel->parent_id == 0 && message->deleted_ms == 0;
	counts[PART_TEXT] = (int)rows_wrap(rows, index)->count;
	counts[PART_REPLIES] = message->reply_count > 0 &&
	    !rows_replies_beside(rows, index);
	counts[PART_REACTIONS] = reaction_rows(rows, message);
	counts[PART_ERROR] = message->state == MESSAGE_FAILED;
}

int
rows_body(struct rows *rows, size_t index)
{
	int counts[PART_COUNT], all = 0;

	count_parts(rows, index, counts);
	for (int part = 0; part < PART_COUNT; part++)
		all += counts[part];
	return all;
}

enum rows_part
rows_part(struct rows *rows, struct place place, int *row)
{
	int counts[PART_COUNT], part = 0;

	count_parts(rows, place.index, counts);
	*row = place.row;
	while (part < PART_ERROR && *row >= counts[part])
		*row -= counts[part++];
	return (enum rows_part)part;
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

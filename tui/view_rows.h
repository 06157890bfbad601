/*
 * The rows of a message window: how many display rows each message has, and
 * where one gets by going up or down a number of them. Looks only at the
 * messages that it passes. For view_messages.c and view_message.c.
 *
 * A message's rows are numbered from its first row, which is 0; enum rows_part
 * says what they are, from above. The lines above it (new-messages line, day, start of the channel) have negative
 * numbers, so that they can come and go without moving the text.
 */
#ifndef TUI_VIEW_ROWS_H
#define TUI_VIEW_ROWS_H

#include "shared/buf.h"
#include "tui/view.h"

enum rows_lead { LEAD_MARKER, LEAD_DAY, LEAD_BEGIN };

/* The rows that belong to a message itself. */
enum rows_part {
	PART_QUOTE, /* what a reply in the channel replies to */
	PART_TEXT,
	PART_REPLIES, /* how many, where the last row of text has no room */
	PART_REACTIONS,
	PART_ERROR, /* why it was refused */
	PART_COUNT,
};

/* A display row: of the message at an index. */
struct place {
	size_t index;
	int row;
};

struct rows {
	const struct view *view;
	const struct channel *channel;
	struct area area;
	/* the columns of a message's row, from the left of the area */
	bool time;	  /* there is room for the time */
	int nick_x, nick; /* where the name stands, and how wide */
	int text_x, text; /* the text */
	int marks;	  /* columns at the right for a message's state */
	/* the text of one message as it is drawn */
	struct buf shown;
	size_t shown_index; /* plus 1; 0: none */
	size_t plain;	    /* bytes of it that the author wrote */
	struct buf styles;  /* an enum style for each of those bytes */
	bool styled;	    /* not all of them are plain */
	/* how far the channel's others are, of model.h */
	int64_t delivered_id, seen_id;
};

/* A reaction as it is drawn: "[+1 3*]". */
struct chip {
	char label[96];
	size_t next;	  /* index of the reaction behind it */
	int row, x, wide; /* columns from the left of the text */
	bool mine;
};

void rows_init(struct rows *rows, const struct view *view,
    const struct channel *channel, struct area area);
void rows_release(struct rows *rows);

/* The text of a message as it is drawn, in rows->shown, and its breaks. */
const struct wrap *rows_wrap(struct rows *rows, size_t index);

/* Where the text of a message begins, and how wide it may be. */
int rows_text_x(const struct rows *rows, const struct message *message);

/* The part of its message that a row belongs to, and which row of it. */
enum rows_part rows_part(struct rows *rows, struct place place, int *row);

/* "2 replies"; empty where there are none. Returns its columns. */
int rows_replies(const struct rows *rows, const struct message *message,
    char out[40]);

/* They stand at the right of the last row of text, since there is room. */
bool rows_replies_beside(struct rows *rows, size_t index);

/* The next reaction of a message; zero *chip to begin. False behind the last. */
bool rows_chip(const struct rows *rows, const struct message *message,
    struct chip *chip);

/* The message's own rows, and lines above it; `leads` gets what they are, from the lowest
 * up. */
int rows_body(struct rows *rows, size_t index);
int rows_leads(const struct rows *rows, size_t index, enum rows_lead leads[3]);

/* Moves by so many rows; returns how far it got. The channel has messages. */
int rows_move(struct rows *rows, struct place *place, int by);

/* The last row that there is. */
struct place rows_last(struct rows *rows);

/* The row that an anchor names. False where it stands at the bottom, or its
 * message is gone. */
bool rows_anchor(struct rows *rows, const struct anchor *anchor,
    struct place *place);

/* How many messages of others stand behind the new-messages line. */
int rows_new(const struct rows *rows);

#endif

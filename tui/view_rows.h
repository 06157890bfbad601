/*
 * The rows of a message window: how many display rows each message has, and
 * where one gets by going up or down a number of them. Looks only at the
 * messages that it passes. For view_messages.c.
 *
 * A message's rows are numbered from its first row of text, which is 0. The
 * lines above it (new-messages line, day, start of the channel) have negative
 * numbers, so that they can come and go without moving the text.
 */
#ifndef TUI_VIEW_ROWS_H
#define TUI_VIEW_ROWS_H

#include "shared/buf.h"
#include "tui/view.h"

enum rows_lead { LEAD_MARKER, LEAD_DAY, LEAD_BEGIN };

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
};

void rows_init(struct rows *rows, const struct view *view,
    const struct channel *channel, struct area area);
void rows_release(struct rows *rows);

/* The text of a message as it is drawn, in rows->shown, and its breaks. */
const struct wrap *rows_wrap(struct rows *rows, size_t index);

/* Where the text of a message begins, and how wide it may be. */
int rows_text_x(const struct rows *rows, const struct message *message);

/* Rows of text, and lines above it; `leads` gets what they are, from the lowest
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

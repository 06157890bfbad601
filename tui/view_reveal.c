/*
 * Bringing a message into sight with the least scrolling.
 */
#include "tui/view.h"

#include "tui/view_rows.h"

static bool
before(struct place a, struct place b)
{
	return a.index != b.index ? a.index < b.index : a.row < b.row;
}

/* Where the topmost row must be for the message at an index to be in sight. */
static struct place
top_for(struct rows *rows, struct place top, int shown, size_t index)
{
	struct place first = { index, 0 };
	struct place last = { index, rows_body(rows, index) - 1 };
	struct place end = top, wanted = last;

	rows_move(rows, &end, shown - 1);
	if (before(first, top))
		return first;
	if (!before(end, last))
		return top;
	rows_move(rows, &wanted, 1 - shown);
	return before(first, wanted) ? first : wanted;
}

struct anchor
view_messages_reveal(const struct view *view, const struct channel *channel,
    struct area area, uint64_t key)
{
	struct anchor anchor = channel->anchor;
	ptrdiff_t index = channel_index(channel, key);
	int shown = view_messages_page(channel, area) + 1;
	struct channel moved = *channel;
	struct place top, wanted;
	struct rows rows;

	if (index < 0 || area.rows < 1)
		return anchor;
	rows_init(&rows, view, channel, area);
	if (!rows_anchor(&rows, &channel->anchor, &top)) {
		shown = area.rows;
		top = rows_last(&rows);
		rows_move(&rows, &top, 1 - shown);
	}
	wanted = top_for(&rows, top, shown, (size_t)index);
	if (wanted.index != top.index || wanted.row != top.row) {
		moved.anchor = (struct anchor){
			.key = channel->messages[wanted.index]->key,
			.row = wanted.row
		};
		/* By no row: it settles at the bottom where that is in sight. */
		anchor = view_messages_scroll(view, &moved, area, 0);
	}
	rows_release(&rows);
	return anchor;
}

/*
 * The bare view: names and texts and nothing else, so that a mouse can copy
 * them. Ends with the newest message that the window would show.
 */
#include "tui/view.h"

#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"

static void
bare_text(const struct message *message, struct buf *out)
{
	buf_clear(out);
	if (message->state != MESSAGE_LOCAL && !message->event)
		buf_printf(out, "%s: ", person_name(&message->author));
	buf_puts(out,
	    message->deleted_ms != 0 ? "(message deleted)" : message->text);
}

/* Draws a message that ends above row `y`; returns its first row. */
static int
draw_above(const struct view *view, struct area area, int y,
    const struct buf *text)
{
	struct wrap *wrap = wrap_new(text->data, text->len, area.columns,
	    view->canvas->emoji);

	for (size_t i = wrap->count; i-- > 0 && --y >= area.y;)
		canvas_text(view->canvas, area.x, y, area.columns, STYLE_PLAIN,
		    text->data + wrap->rows[i].start, wrap->rows[i].len);
	free(wrap);
	return y;
}

/* Draws a message from row `y` down; returns the row behind it. */
static int
draw_below(const struct view *view, struct area area, int y,
    const struct buf *text)
{
	struct wrap *wrap = wrap_new(text->data, text->len, area.columns,
	    view->canvas->emoji);

	for (size_t i = 0; i < wrap->count && y < area.y + area.rows; i++, y++)
		canvas_text(view->canvas, area.x, y, area.columns, STYLE_PLAIN,
		    text->data + wrap->rows[i].start, wrap->rows[i].len);
	free(wrap);
	return y;
}

void
view_bare_draw(const struct view *view, const struct channel *channel,
    struct area area)
{
	ptrdiff_t top = channel->anchor.bottom
	    ? -1
	    : channel_index(channel, channel->anchor.key);
	struct buf text = BUF_INIT;
	int y = area.y;

	if (top >= 0) {
		for (size_t i = (size_t)top;
		     i < channel->len && y < area.y + area.rows; i++) {
			bare_text(channel->messages[i], &text);
			y = draw_below(view, area, y, &text);
		}
	} else {
		y = area.y + area.rows;
		for (size_t i = channel->len; i-- > 0 && y > area.y;) {
			bare_text(channel->messages[i], &text);
			y = draw_above(view, area, y, &text);
		}
	}
	buf_release(&text);
}

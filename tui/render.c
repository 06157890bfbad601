/*
 * Puts the views into the layout. Owns the order of drawing and the choice of
 * glyphs; what a pane looks like is its view's.
 */
#include "tui/render.h"

#include "shared/utf8.h"

const struct glyphs glyphs_unicode = {
	.ellipsis = "\u2026",
	.vertical = "\u2502",
	.horizontal = "\u2500",
	.dotted = "\u00b7 ",
};

const struct glyphs glyphs_ascii = {
	.ellipsis = "~",
	.vertical = "|",
	.horizontal = "-",
	.dotted = ". ",
};

struct view
render_view(struct canvas *canvas, const struct render_state *state)
{
	return (struct view){ .canvas = canvas,
		.model = state->model,
		.cache = state->cache,
		.glyphs = state->ascii ? &glyphs_ascii : &glyphs_unicode,
		.now_ms = state->now_ms,
		.mono_ms = state->mono_ms };
}

static void
draw_border(const struct view *view, struct area area)
{
	for (int y = area.y; y < area.y + area.rows; y++)
		canvas_puts(view->canvas, area.x, y, area.columns, STYLE_BORDER,
		    view->glyphs->vertical);
}

/* Before there is a channel, what is being waited for. */
static void
draw_nothing(const struct view *view, struct area area)
{
	const char *text = view->model->link == MODEL_CONNECTED
	    ? "no channel yet: /list shows them, /join enters one"
	    : view->model->link_reason;

	if (text != NULL && area.rows > 0)
		canvas_cut(view->canvas, area.x + 1, area.y + area.rows - 1,
		    area.columns - 2, STYLE_FAINT, text,
		    view->glyphs->ellipsis);
}

static void
draw_panes(const struct view *view, const struct layout *layout,
    struct render_result *result)
{
	const struct channel *current = view->model->current;

	view_activity_draw(view, layout->activity);
	view_channels_draw(view, layout->channels);
	draw_border(view, layout->channels_border);
	if (current != NULL)
		result->seen = view_messages_draw(view, current,
		    layout->messages);
	else
		draw_nothing(view, layout->messages);
	draw_border(view, layout->members_border);
	view_members_draw(view, layout->members);
}

/* The area of all panes together, which the help covers. */
static struct area
whole(const struct layout *layout, int columns)
{
	return (struct area){ 0, layout->messages.y, columns,
		layout->messages.rows };
}

struct render_result
render(struct canvas *canvas, const struct render_state *state)
{
	struct view view = render_view(canvas, state);
	struct render_result result = { .seen.bottom = true };
	struct layout layout;
	int input = editor_searching(state->editor)
	    ? 1
	    : view_input_rows(canvas->emoji, state->editor, canvas->columns);

	canvas_clear(canvas);
	layout = layout_compute(canvas->columns, canvas->rows, input,
	    &state->wish);
	view_topic_draw(&view, layout.topic);
	if (state->help)
		result.help_lines = view_help_draw(&view,
		    whole(&layout, canvas->columns), state->help_top);
	else
		draw_panes(&view, &layout, &result);
	view_typing_draw(&view, layout.typing,
	    state->notice != NULL ? state->notice : state->model->notice);
	view_status_draw(&view, layout.status);
	view_input_draw(&view, layout.input, state->editor);
	result.layout = layout;
	return result;
}

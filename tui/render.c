/*
 * Puts the views into the layout. Owns the order of drawing and the choice of
 * glyphs; what a pane looks like is its view's.
 */
#include "tui/render.h"

#include <stdio.h>

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
		.mono_ms = state->mono_ms,
		.selected = state->selected };
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

/* Who began the thread, and what. */
static void
draw_thread(const struct view *view, const struct layout *layout,
    struct render_result *result)
{
	const struct channel *thread = view->model->thread;
	const struct message *root = channel_message(thread, thread->parent_id);
	struct area head = layout->thread_head;
	char title[96];

	snprintf(title, sizeof(title), "thread%s%s; Esc closes",
	    root == NULL ? "" : " of ",
	    root == NULL ? "" : person_name(&root->author));
	draw_border(view, layout->thread_border);
	if (head.rows > 0)
		canvas_cut(view->canvas, head.x + 1, head.y, head.columns - 2,
		    STYLE_HEADING, title, view->glyphs->ellipsis);
	result->seen_thread = view_messages_draw(view, thread, layout->thread);
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
	if (view->model->thread != NULL)
		draw_thread(view, layout, result);
}

/* What lies over the panes, or they. */
static void
draw_middle(const struct view *view, const struct render_state *state,
    const struct layout *layout, struct render_result *result)
{
	if (state->help)
		result->help_lines = view_help_draw(view, layout->panes,
		    state->help_top);
	else if (state->overlay != NULL)
		view_overlay_draw(view, layout->panes, state->overlay);
	else
		draw_panes(view, layout, result);
}

/* The line above the status line; a question has to be seen, also where there is
 * no such line. */
static void
draw_said(const struct view *view, const struct render_state *state,
    const struct layout *layout)
{
	struct area area = layout->typing;

	view_typing_draw(view, area,
	    state->notice != NULL ? state->notice : view->model->notice);
	view_status_draw(view, layout->status);
	if (state->prompt == NULL)
		return;
	if (area.rows < 1)
		area = layout->status;
	if (area.rows < 1)
		return;
	canvas_fill(view->canvas, area, STYLE_PLAIN, ' ');
	canvas_cut(view->canvas, area.x + 1, area.y, area.columns - 1,
	    STYLE_PROMPT, state->prompt, view->glyphs->ellipsis);
}

struct render_result
render(struct canvas *canvas, const struct render_state *state)
{
	struct view view = render_view(canvas, state);
	struct render_result result = { .seen.bottom = true };
	struct layout_wish wish = state->wish;
	struct layout layout;
	int input = editor_searching(state->editor)
	    ? 1
	    : view_input_rows(canvas->emoji, state->editor, canvas->columns);

	canvas_clear(canvas);
	wish.thread = state->model->thread != NULL;
	layout = layout_compute(canvas->columns, canvas->rows, input, &wish);
	result.layout = layout;
	if (state->bare) {
		if (state->model->current != NULL)
			view_bare_draw(&view, state->model->current,
			    (struct area){ 0, 0, canvas->columns,
				canvas->rows });
		return result;
	}
	view_topic_draw(&view, layout.topic);
	draw_middle(&view, state, &layout, &result);
	draw_said(&view, state, &layout);
	view_input_draw(&view, layout.input, state->editor);
	return result;
}

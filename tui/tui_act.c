/*
 * What actions do in the full-screen face: one table from action to function.
 * Which keys come here is tui_key.c's.
 */
#include "tui/tui_state.h"

#include <stdlib.h>
#include <string.h>

#include "tui/command.h"

#define WHEEL_ROWS 3

static struct channel *
current(const struct tui *tui)
{
	return app_model(tui->app)->current;
}

/* -------------------------------------------------------------- windows --- */

void
tui_window_show(struct tui *tui, const struct channel *channel)
{
	tui->seek_top = false;
	tui->highlight = 0;
	if (channel != NULL && channel != current(tui))
		app_switch(tui->app, channel);
}

static void
act_window(struct tui *tui, const struct binding *binding)
{
	const struct model *model = app_model(tui->app);

	if ((size_t)binding->number <= model->len)
		tui_window_show(tui, model->channels[binding->number - 1]);
}

/* The channel so many places further in the list, around its end. */
static const struct channel *
neighbour(const struct model *model, size_t step)
{
	size_t number = model_number(model, model->current);

	if (model->len == 0)
		return NULL;
	if (number == 0)
		return model->channels[0];
	return model->channels[(number - 1 + step) % model->len];
}

static void
act_window_next(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui_window_show(tui, neighbour(app_model(tui->app), 1));
}

static void
act_window_previous(struct tui *tui, const struct binding *binding)
{
	const struct model *model = app_model(tui->app);

	(void)binding;
	if (model->len > 0)
		tui_window_show(tui, neighbour(model, model->len - 1));
}

/* How much a channel wants to be looked at. */
static int
urgency(const struct channel *channel)
{
	if (channel->mentions > 0 || (channel->direct && channel->unread > 0))
		return 2;
	return channel->unread > 0;
}

static void
act_window_active(struct tui *tui, const struct binding *binding)
{
	const struct model *model = app_model(tui->app);
	const struct channel *best = NULL;

	(void)binding;
	for (size_t step = 1; step < model->len; step++) {
		const struct channel *channel = neighbour(model, step);

		if (urgency(channel) > (best == NULL ? 0 : urgency(best)))
			best = channel;
	}
	tui_window_show(tui, best);
}

static void
act_window_last(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui_window_show(tui, app_model(tui->app)->previous);
}

/* ------------------------------------------------------------ scrolling --- */

struct channel *
tui_focus(const struct tui *tui)
{
	const struct model *model = app_model(tui->app);

	return model->thread != NULL ? model->thread : model->current;
}

struct area
tui_focus_area(const struct tui *tui)
{
	const struct layout *layout = &tui->result.layout;

	return app_model(tui->app)->thread != NULL ? layout->thread
						   : layout->messages;
}

void
tui_anchor_set(struct tui *tui, struct anchor anchor)
{
	app_set_anchor(tui->app, tui_focus(tui), anchor);
	tui_dirty(tui);
}

/* By so many rows and pages; negative: up. */
static void
scroll_by(struct tui *tui, int rows, int pages)
{
	struct render_state state = tui_render_state(tui);
	struct view view = render_view(&tui->canvas, &state);
	struct area area = tui_focus_area(tui);
	const struct channel *channel = tui_focus(tui);

	tui->seek_top = false;
	if (channel == NULL)
		return;
	rows += pages * view_messages_page(channel, area);
	tui_anchor_set(tui, view_messages_scroll(&view, channel, area, rows));
}

static void
act_page_up(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	scroll_by(tui, 0, -1);
}

static void
act_page_down(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	scroll_by(tui, 0, 1);
}

static void
act_scroll_up(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	scroll_by(tui, -WHEEL_ROWS, 0);
}

static void
act_scroll_down(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	scroll_by(tui, WHEEL_ROWS, 0);
}

void
tui_seek_top(struct tui *tui)
{
	struct render_state state = tui_render_state(tui);
	struct view view = render_view(&tui->canvas, &state);
	const struct channel *channel = tui_focus(tui);

	tui->seek_top = false;
	if (channel == NULL || channel->len == 0)
		return;
	tui->seek_top = !channel->at_start;
	tui->sought = channel->messages[0]->key;
	tui_anchor_set(tui,
	    view_messages_top(&view, channel, tui_focus_area(tui)));
}

static void
act_top(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui_seek_top(tui);
}

static void
act_bottom(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui->seek_top = false;
	tui->highlight = 0;
	if (tui_focus(tui) != NULL)
		app_to_bottom(tui->app, tui_focus(tui));
	tui_dirty(tui);
}

static void
act_unread(struct tui *tui, const struct binding *binding)
{
	struct render_state state = tui_render_state(tui);
	struct view view = render_view(&tui->canvas, &state);
	const struct channel *channel = tui_focus(tui);

	(void)binding;
	tui->seek_top = false;
	if (channel != NULL)
		tui_anchor_set(tui,
		    view_messages_unread(&view, channel, tui_focus_area(tui)));
}

/* --------------------------------------------------------------- others --- */

static void
act_redraw(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui->whole = true;
}

static void
act_help(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui->help = !tui->help;
	tui->help_top = 0;
}

/* Turns a pane's present state around, whatever the width made of it. */
static void
pane_toggle(enum layout_pane *wish, const struct area *area)
{
	*wish = area->columns > 0 && area->rows > 0 ? LAYOUT_HIDE : LAYOUT_SHOW;
}

static void
act_channels(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	pane_toggle(&tui->wish.channels, &tui->result.layout.channels);
}

static void
act_members(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	pane_toggle(&tui->wish.members, &tui->result.layout.members);
}

static void
act_close(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui_say(tui, NULL);
	tui->highlight = 0;
	if (app_model(tui->app)->thread != NULL)
		app_thread_close(tui->app);
}

static void
act_select(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui_select_begin(tui);
}

static void
act_switch(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui_select_end(tui, true);
	tui_switch_open(tui);
}

static void
act_bare(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui->bare = true;
}

static void
act_editor(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui_editor_open(tui);
}

/* The mention nearest to the one that was gone to last, or to the newest
 * message. */
static void
act_mention(struct tui *tui, const struct binding *binding)
{
	const struct channel *channel = tui_focus(tui);
	int step = binding->action == ACTION_MENTION_NEXT ? 1 : -1;
	ptrdiff_t index;

	if (channel == NULL)
		return;
	index = channel_index(channel, tui->highlight);
	if (index < 0)
		index = (ptrdiff_t)channel->len;
	do
		index += step;
	while (index >= 0 && index < (ptrdiff_t)channel->len &&
	    !channel->messages[index]->mentions_me);
	if (index >= 0 && index < (ptrdiff_t)channel->len) {
		tui->highlight = channel->messages[index]->key;
		tui_reveal(tui, tui->highlight);
	} else if (step > 0) {
		tui_say(tui, "no later message names you");
	} else if (channel->at_start) {
		tui_say(tui, "no earlier message names you");
	} else {
		tui_say(tui, "none in what is loaded; more is asked for");
		app_want_before(tui->app, channel);
	}
}

static void
act_interrupt(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui->seek_top = false;
	tui_say(tui, NULL);
	app_typing_stop(tui->app);
	editor_do(tui->editor, EDITOR_CLEAR);
}

static void
act_end_or_delete(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	if (editor_len(tui->editor) > 0)
		editor_do(tui->editor, EDITOR_DELETE);
	else
		app_quit(tui->app, 0);
}

static void
act_suspend(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	/* Behind a forced command there is no shell to go back to, or none
	 * that is to be had. */
	if (tui->config->restricted)
		tui_say(tui, "^Z is not there with --restricted");
	else
		tui_suspend(tui);
}

static void
act_complete(struct tui *tui, const struct binding *binding)
{
	complete_next(tui->complete, app_model(tui->app), tui->editor,
	    binding->action == ACTION_COMPLETE_BACK);
}

static void
act_search(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	editor_search_begin(tui->editor);
}

static void
act_send(struct tui *tui, const struct binding *binding)
{
	const struct model *model = app_model(tui->app);
	const struct channel *thread = model->thread;
	const char *text = editor_text(tui->editor);
	char *line;

	(void)binding;
	if (tui_arm_enter(tui))
		return;
	if (text[strspn(text, " \t\n")] == '\0') {
		editor_do(tui->editor, EDITOR_CLEAR);
		return;
	}
	if (tui->held) {
		tui->held = false;
		tui_say(tui,
		    "Esc took the key before this for itself; "
		    "Enter sends it all the same");
		return;
	}
	tui_say(tui, NULL);
	tui->highlight = 0;
	app_typing_stop(tui->app);
	line = editor_take(tui->editor);
	if (thread != NULL && !command_is_short(line) &&
	    (line[0] != '/' || line[1] == '/'))
		app_reply(tui->app, model_channel(model, thread->id),
		    thread->parent_id, false, line + (line[0] == '/'));
	else
		app_input(tui->app, line);
	free(line);
}

typedef void act(struct tui *tui, const struct binding *binding);

static act *const acts[ACTIONS] = {
	[ACTION_SEND] = act_send,
	[ACTION_COMPLETE] = act_complete,
	[ACTION_COMPLETE_BACK] = act_complete,
	[ACTION_SEARCH] = act_search,
	[ACTION_WINDOW] = act_window,
	[ACTION_WINDOW_NEXT] = act_window_next,
	[ACTION_WINDOW_PREVIOUS] = act_window_previous,
	[ACTION_WINDOW_ACTIVE] = act_window_active,
	[ACTION_WINDOW_LAST] = act_window_last,
	[ACTION_PAGE_UP] = act_page_up,
	[ACTION_PAGE_DOWN] = act_page_down,
	[ACTION_SCROLL_UP] = act_scroll_up,
	[ACTION_SCROLL_DOWN] = act_scroll_down,
	[ACTION_TOP] = act_top,
	[ACTION_BOTTOM] = act_bottom,
	[ACTION_UNREAD] = act_unread,
	[ACTION_REDRAW] = act_redraw,
	[ACTION_HELP] = act_help,
	[ACTION_CHANNELS] = act_channels,
	[ACTION_MEMBERS] = act_members,
	[ACTION_INTERRUPT] = act_interrupt,
	[ACTION_END_OR_DELETE] = act_end_or_delete,
	[ACTION_SUSPEND] = act_suspend,
	[ACTION_CLOSE] = act_close,
	[ACTION_SELECT] = act_select,
	[ACTION_SWITCH] = act_switch,
	[ACTION_MENTION_PREVIOUS] = act_mention,
	[ACTION_MENTION_NEXT] = act_mention,
	[ACTION_BARE] = act_bare,
	[ACTION_EDITOR] = act_editor,
};

void
tui_act(struct tui *tui, const struct binding *binding)
{
	if (acts[binding->action] != NULL)
		acts[binding->action](tui, binding);
}

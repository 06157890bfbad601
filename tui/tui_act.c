/*
 * What keys do in the full-screen face: one table from action to function. Keys
 * that are open to views (help, history search) are theirs first.
 */
#include "tui/tui_state.h"

#include <stdlib.h>
#include <string.h>

#include "shared/clock.h"

#define ESCAPE_OPEN_MS 50 /* how long Esc waits where it closes something */
#define WHEEL_ROWS 3

static struct channel *
current(const struct tui *tui)
{
	return app_model(tui->app)->current;
}

/* -------------------------------------------------------------- windows --- */

static void
window_show(struct tui *tui, const struct channel *channel)
{
	tui->seek_top = false;
	if (channel != NULL && channel != current(tui))
		app_switch(tui->app, channel);
}

static void
act_window(struct tui *tui, const struct binding *binding)
{
	const struct model *model = app_model(tui->app);

	if ((size_t)binding->number <= model->len)
		window_show(tui, model->channels[binding->number - 1]);
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
	window_show(tui, neighbour(app_model(tui->app), 1));
}

static void
act_window_previous(struct tui *tui, const struct binding *binding)
{
	const struct model *model = app_model(tui->app);

	(void)binding;
	if (model->len > 0)
		window_show(tui, neighbour(model, model->len - 1));
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
	window_show(tui, best);
}

static void
act_window_last(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	window_show(tui, app_model(tui->app)->previous);
}

/* ------------------------------------------------------------ scrolling --- */

static void
anchor_set(struct tui *tui, struct anchor anchor)
{
	struct channel *channel = current(tui);

	app_set_anchor(tui->app, channel, anchor);
	tui_dirty(tui);
}

/* By so many rows and pages; negative: up. */
static void
scroll_by(struct tui *tui, int rows, int pages)
{
	struct render_state state = tui_render_state(tui);
	struct view view = render_view(&tui->canvas, &state);
	struct area area = tui->result.layout.messages;
	const struct channel *channel = current(tui);

	tui->seek_top = false;
	if (channel == NULL)
		return;
	rows += pages * view_messages_page(channel, area);
	anchor_set(tui, view_messages_scroll(&view, channel, area, rows));
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
	const struct channel *channel = current(tui);

	tui->seek_top = false;
	if (channel == NULL || channel->len == 0)
		return;
	tui->seek_top = !channel->at_start;
	tui->sought = channel->messages[0]->key;
	anchor_set(tui,
	    view_messages_top(&view, channel, tui->result.layout.messages));
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
	if (current(tui) != NULL)
		app_to_bottom(tui->app, current(tui));
	tui_dirty(tui);
}

static void
act_unread(struct tui *tui, const struct binding *binding)
{
	struct render_state state = tui_render_state(tui);
	struct view view = render_view(&tui->canvas, &state);
	const struct channel *channel = current(tui);

	(void)binding;
	tui->seek_top = false;
	if (channel != NULL)
		anchor_set(tui,
		    view_messages_unread(&view, channel,
			tui->result.layout.messages));
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
}

static void
act_interrupt(struct tui *tui, const struct binding *binding)
{
	(void)binding;
	tui->seek_top = false;
	tui_say(tui, NULL);
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
	const char *text = editor_text(tui->editor);
	char *line;

	(void)binding;
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
	line = editor_take(tui->editor);
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
};

/* ----------------------------------------------------------------- keys --- */

static bool
is_text(const struct key *key)
{
	return key->code == KEY_PASTE || key->code < KEY_BASE;
}

/* Takes back what a typed Esc made of the slash of a command. */
static void
slash_back(struct tui *tui)
{
	const struct model *model = app_model(tui->app);

	window_show(tui, model_channel(model, tui->eaten_channel));
	editor_type(tui->editor, "/", 1);
}

static void
write_text(struct tui *tui, const struct key *key)
{
	bool at_once = tui->eaten_ms != 0 &&
	    clock_mono_ms() - tui->eaten_ms <= KEYS_ESCAPE_MS;

	if (editor_len(tui->editor) == 0)
		tui->held = false;
	if (at_once && tui->eaten_slash && editor_len(tui->editor) == 0)
		slash_back(tui);
	else if (at_once)
		tui->held = true;
	tui->eaten_ms = 0;
	editor_type(tui->editor, key->text, key->len);
}

static void
run(struct tui *tui, const struct key *key)
{
	const struct binding *binding = keys_binding(key->code);
	bool eaten = key->split && key->text != NULL;

	if (binding == NULL) {
		/* A typed Esc before what means nothing with it was astray. */
		if (is_text(key) || eaten)
			write_text(tui, key);
		return;
	}
	tui->eaten_ms = eaten ? clock_mono_ms() : 0;
	tui->eaten_slash = key->code == ('/' | KEY_META);
	tui->eaten_channel = current(tui) == NULL ? 0 : current(tui)->id;
	if (binding->action >= ACTION_EDIT &&
	    binding->action <= ACTION_EDIT_LAST)
		editor_do(tui->editor,
		    (enum editor_op)(binding->action - ACTION_EDIT));
	else if (acts[binding->action] != NULL)
		acts[binding->action](tui, binding);
}

/* Keys of the history search; false for one that ends it and is then done as
 * anywhere. */
static bool
search_key(struct tui *tui, const struct key *key)
{
	struct editor *editor = tui->editor;

	if (is_text(key) && key->code != KEY_PASTE) {
		editor_search_add(editor, key->text, key->len);
		return true;
	}
	switch (key->code) {
	case 'r' | KEY_CTRL:
		editor_search_next(editor);
		return true;
	case KEY_BACKSPACE:
	case 'h' | KEY_CTRL:
		editor_search_drop(editor);
		return true;
	case 'c' | KEY_CTRL:
	case 'g' | KEY_CTRL:
	case KEY_ESCAPE:
		editor_search_end(editor, false);
		return true;
	default:
		editor_search_end(editor, true);
		/* Enter takes the line over, and sends it the second time. */
		return key->code == KEY_ENTER;
	}
}

static int
help_step(const struct tui *tui, uint32_t code)
{
	int rows = tui->result.layout.messages.rows;

	switch (code) {
	case KEY_PAGE_UP:
	case 'b':
		return 1 - rows;
	case KEY_PAGE_DOWN:
	case ' ':
		return rows - 1;
	case KEY_UP:
	case KEY_WHEEL_UP:
	case 'k':
		return -1;
	case KEY_DOWN:
	case KEY_WHEEL_DOWN:
	case 'j':
		return 1;
	case KEY_HOME:
	case '<' | KEY_META:
		return -tui->result.help_lines;
	case KEY_END:
	case '>' | KEY_META:
		return tui->result.help_lines;
	default:
		return 0;
	}
}

/* Keys of the help; false for one that is none of its own, which closes it. */
static bool
help_key(struct tui *tui, const struct key *key)
{
	int last = tui->result.help_lines - tui->result.layout.messages.rows;
	int step = help_step(tui, key->code);

	if (step != 0) {
		tui->help_top += step;
		if (tui->help_top > last)
			tui->help_top = last;
		if (tui->help_top < 0)
			tui->help_top = 0;
		return true;
	}
	if (key->code == ('l' | KEY_CTRL))
		return false;
	tui->help = false;
	/* What was meant to close it does nothing else. */
	return key->code == 'q' || key->code == KEY_ESCAPE ||
	    key->code == KEY_ENTER || key->code == KEY_F(1) ||
	    key->code == ('c' | KEY_CTRL);
}

/* Who touches a key with the newest message in sight has read it. */
static void
mark_read(struct tui *tui)
{
	const struct channel *channel = current(tui);

	if (channel != NULL && !tui->help && tui->result.seen.bottom &&
	    channel->anchor.bottom)
		app_mark_read(tui->app, channel);
}

void
tui_key(struct tui *tui, const struct key *key)
{
	bool done = false;

	mark_read(tui);
	tui->asked_before = 0;
	tui->asked_after = 0;
	if (editor_searching(tui->editor))
		done = search_key(tui, key);
	else if (tui->help)
		done = help_key(tui, key);
	if (!done)
		run(tui, key);
	keys_set_escape(&tui->keys,
	    tui->help || editor_searching(tui->editor) ? ESCAPE_OPEN_MS
						       : KEYS_ESCAPE_MS);
	tui_dirty(tui);
}

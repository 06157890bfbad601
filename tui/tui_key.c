/*
 * Where a key goes in the full-screen face: what is open (help, history search,
 * select mode, a list) has its keys first, then the bindings, then the text.
 */
#include "tui/tui_state.h"

#include "shared/clock.h"

#define ESCAPE_OPEN_MS 50 /* how long Esc waits where it closes something */

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

	tui_window_show(tui, model_channel(model, tui->eaten_channel));
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
	tui->eaten_channel = app_model(tui->app)->current == NULL
	    ? 0
	    : app_model(tui->app)->current->id;
	if (binding->action >= ACTION_EDIT &&
	    binding->action <= ACTION_EDIT_LAST)
		editor_do(tui->editor,
		    (enum editor_op)(binding->action - ACTION_EDIT));
	else
		tui_act(tui, binding);
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
	int rows = tui->result.layout.panes.rows;

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
	int last = tui->result.help_lines - tui->result.layout.panes.rows;
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
	const struct channel *channel = app_model(tui->app)->current;

	if (channel != NULL && !tui->help && !tui->bare &&
	    tui->overlay.what == LISTING_NONE && tui->result.seen.bottom &&
	    channel->anchor.bottom)
		app_mark_read(tui->app, channel);
}

/* Something is open that Esc closes. */
static bool
is_open(const struct tui *tui)
{
	return tui->help || tui->bare || tui->select.on ||
	    tui->armed.what != ARM_NONE || tui->overlay.what != LISTING_NONE ||
	    editor_searching(tui->editor) ||
	    app_model(tui->app)->thread != NULL;
}

/* Tells the others that one writes a message; a command is none. */
static void
tell_typing(struct tui *tui, unsigned int version)
{
	const struct model *model = app_model(tui->app);
	const char *text = editor_text(tui->editor);

	if (!tui->config->typing || model->current == NULL ||
	    editor_searching(tui->editor) ||
	    version == editor_version(tui->editor))
		return;
	if (tui->armed.what != ARM_NONE && tui->armed.what != ARM_REPLY)
		return;
	if (text[0] == '\0')
		app_typing_stop(tui->app);
	else if (text[0] != '/' || text[1] == '/')
		app_typing(tui->app, model->current,
		    model->thread != NULL ? model->thread->parent_id : 0);
}

/* The keys of what is open; false where the key is done as always. */
static bool
open_key(struct tui *tui, const struct key *key)
{
	if (editor_searching(tui->editor))
		return search_key(tui, key);
	if (tui->help)
		return help_key(tui, key);
	if (tui->bare) {
		tui->bare = false;
		return true;
	}
	if (tui->overlay.what != LISTING_NONE) {
		tui_overlay_key(tui, key);
		return true;
	}
	if (tui->armed.what != ARM_NONE)
		return tui_arm_key(tui, key);
	return tui->select.on && tui_select_key(tui, key);
}

void
tui_key(struct tui *tui, const struct key *key)
{
	unsigned int version = editor_version(tui->editor);

	mark_read(tui);
	tui->asked_before = 0;
	tui->asked_after = 0;
	if (!open_key(tui, key))
		run(tui, key);
	tell_typing(tui, version);
	keys_set_escape(&tui->keys,
	    is_open(tui) ? ESCAPE_OPEN_MS : KEYS_ESCAPE_MS);
	tui_dirty(tui);
}

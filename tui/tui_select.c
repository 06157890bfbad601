/*
 * Select mode: a message of the channel, or of the open thread, is picked with
 * keys and something done to it. It ends where it began.
 */
#include "tui/tui_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
selectable(const struct message *message)
{
	return message->state != MESSAGE_LOCAL && !message->event;
}

/* The next message from an index that can be selected, in steps of 1 or -1; -1
 * where there is none. */
static ptrdiff_t
next_from(const struct channel *channel, ptrdiff_t index, int step)
{
	while (index >= 0 && index < (ptrdiff_t)channel->len &&
	    !selectable(channel->messages[index]))
		index += step;
	return index < (ptrdiff_t)channel->len ? index : -1;
}

void
tui_reveal(struct tui *tui, uint64_t key)
{
	struct render_state state = tui_render_state(tui);
	struct view view = render_view(&tui->canvas, &state);

	tui->seek_top = false;
	tui_anchor_set(tui,
	    view_messages_reveal(&view, tui_focus(tui), tui_focus_area(tui),
		key));
}

/* Where the selection begins: the newest message that is in sight. */
static ptrdiff_t
begin_index(const struct channel *channel)
{
	ptrdiff_t at = (ptrdiff_t)channel->len - 1, from;

	if (channel->anchor.bottom)
		return next_from(channel, at, -1);
	from = channel_index(channel, channel->anchor.key);
	return next_from(channel, from < 0 ? at : from, from < 0 ? -1 : 1);
}

void
tui_select_begin(struct tui *tui)
{
	const struct channel *channel = tui_focus(tui);
	ptrdiff_t index = channel == NULL ? -1 : begin_index(channel);

	if (index < 0) {
		tui_say(tui, "there is no message to select");
		return;
	}
	tui->highlight = 0;
	tui->select = (struct selection){ .on = true,
		.thread = channel->parent_id != 0,
		.channel_id = channel->id,
		.key = channel->messages[index]->key,
		.place = channel->anchor };
	tui_say(tui,
	    "r reply, t thread, + react, e edit, d delete, y copy, o open, "
	    "v details, Esc");
	tui_reveal(tui, tui->select.key);
}

/* The selection still means what is on the screen. */
static bool
is_there(const struct tui *tui)
{
	const struct channel *channel = tui_focus(tui);

	return channel != NULL && channel->id == tui->select.channel_id &&
	    (channel->parent_id != 0) == tui->select.thread;
}

void
tui_select_end(struct tui *tui, bool back)
{
	const struct channel *channel = tui_focus(tui);

	if (!tui->select.on)
		return;
	tui->select.on = false;
	tui_say(tui, NULL);
	if (!back || !is_there(tui))
		return;
	/* Where much was loaded meanwhile, the end was let go. */
	if (tui->select.place.bottom && !channel->at_end)
		app_to_bottom(tui->app, channel);
	else
		tui_anchor_set(tui, tui->select.place);
}

/* ------------------------------------------------------ what keys do ------- */

static void
move(struct tui *tui, int step)
{
	const struct channel *channel = tui_focus(tui);
	ptrdiff_t index = channel_index(channel, tui->select.key);

	index = index < 0 ? begin_index(channel)
			  : next_from(channel, index + step, step);
	/* At the first one there is: the page before it, if any, is on its
	 * way. */
	if (index < 0) {
		if (step < 0 && !channel->at_start)
			app_want_before(tui->app, channel);
		return;
	}
	tui->select.key = channel->messages[index]->key;
	tui_reveal(tui, tui->select.key);
}

static void
copy(struct tui *tui, const struct message *message)
{
	if (message->deleted_ms != 0)
		tui_say(tui, "this message is deleted");
	else if (screen_copy(tui->screen, message->text))
		tui_say(tui, "copied, where the terminal takes it (OSC 52)");
	else
		tui_say(tui, "the message is too long to copy");
}

static void
thread(struct tui *tui, const struct message *message)
{
	const struct channel *channel = tui_focus(tui);
	int64_t root = message->parent_id != 0 ? message->parent_id
					       : message->id;

	if (message->id == 0) {
		tui_say(tui, "the server does not have this message yet");
		return;
	}
	tui_select_end(tui, true);
	if (channel->parent_id == 0)
		app_thread_open(tui->app, channel, root);
}

/* As the command does, which says where there is no link. */
static void
open_link(struct tui *tui, const struct message *message)
{
	char line[40];

	if (message->id == 0) {
		tui_say(tui, "the server does not have this message yet");
		return;
	}
	snprintf(line, sizeof(line), "/open %lld", (long long)message->id);
	app_input(tui->app, line);
}

static const struct {
	uint32_t key;
	enum arm what;
} arms[] = {
	{ 'r', ARM_REPLY },
	{ '+', ARM_REACT },
	{ ':', ARM_REACT },
	{ 'e', ARM_EDIT },
	{ 'd', ARM_DELETE },
};

static void
do_to(struct tui *tui, uint32_t key)
{
	const struct channel *channel = tui_focus(tui);
	ptrdiff_t index = channel_index(channel, tui->select.key);
	const struct message *message;

	if (index < 0) {
		move(tui, -1);
		return;
	}
	message = channel->messages[index];
	for (size_t i = 0; i < sizeof(arms) / sizeof(arms[0]); i++) {
		if (arms[i].key == key)
			tui_arm(tui, arms[i].what, message);
	}
	switch (key) {
	case 't':
		thread(tui, message);
		break;
	case 'y':
		copy(tui, message);
		break;
	case 'o':
		open_link(tui, message);
		break;
	case 'v':
		tui_details_open(tui, channel, message);
		break;
	}
}

/* What is done as always: what moves about and shows, not what writes. */
static bool
passes(uint32_t key)
{
	const struct binding *binding = keys_binding(key);

	if (binding == NULL)
		return false;
	switch (binding->action) {
	case ACTION_SEND:
	case ACTION_COMPLETE:
	case ACTION_COMPLETE_BACK:
	case ACTION_SEARCH:
	case ACTION_END_OR_DELETE:
	case ACTION_EDITOR:
		return false;
	default:
		return binding->action > ACTION_EDIT_LAST;
	}
}

bool
tui_select_key(struct tui *tui, const struct key *key)
{
	if (!is_there(tui)) {
		tui_select_end(tui, false);
		return false;
	}
	switch (key->code) {
	case 'k':
	case KEY_UP:
		move(tui, -1);
		return true;
	case 'j':
	case KEY_DOWN:
		move(tui, 1);
		return true;
	case 'q':
	case KEY_ESCAPE:
	case 'c' | KEY_CTRL:
	case 's' | KEY_CTRL:
		tui_select_end(tui, true);
		return true;
	default:
		if (passes(key->code))
			return false;
		do_to(tui, key->code);
		return true;
	}
}

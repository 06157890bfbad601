/*
 * The input armed for something else than a message: a reply, a new text of
 * one's own message, a reaction, or the question whether to delete. What was
 * being written before waits and comes back.
 */
#include "tui/tui_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/emoji.h"
#include "shared/xmalloc.h"

#define COMMON 8

/* By the digits, with nothing typed yet. */
static const char *const common[COMMON] = { "+1", "heart", "joy", "tada",
	"eyes", "rocket", "pray", "fire" };

/* A line of a text, for a prompt. */
static void
excerpt(const char *text, char *out, size_t size)
{
	size_t len = strcspn(text, "\n");

	if (len >= size) {
		len = size - 1;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(out, text, len);
	out[len] = '\0';
}

static void
prompt_write(struct armed *armed, const struct message *message)
{
	size_t size = sizeof(armed->prompt), used;
	char text[72];

	excerpt(message->text, text, sizeof(text));
	switch (armed->what) {
	case ARM_REPLY:
		snprintf(armed->prompt, size, "reply to %s: %s",
		    person_name(&message->author), text);
		break;
	case ARM_EDIT:
		snprintf(armed->prompt, size,
		    "edit: Enter keeps the new text, Esc the old one");
		break;
	case ARM_REACT:
		used = (size_t)snprintf(armed->prompt, size, "react:");
		for (int i = 0; i < COMMON; i++)
			used += (size_t)snprintf(armed->prompt + used,
			    size - used, " %d %s", i + 1,
			    emoji_of_name(common[i], strlen(common[i])));
		snprintf(armed->prompt + used, size - used, " or a name, Tab");
		break;
	default:
		snprintf(armed->prompt, size, "delete this message? y");
		break;
	}
}

/* Why a message cannot be dealt with so; NULL: it can. */
static const char *
refusal(const struct tui *tui, enum arm what, const struct message *message)
{
	if (message->id == 0)
		return "the server does not have this message yet";
	if (message->deleted_ms != 0)
		return "this message is deleted";
	if (what == ARM_EDIT &&
	    message->author.id != app_model(tui->app)->me.id)
		return "only one's own messages can be edited";
	return NULL;
}

void
tui_arm(struct tui *tui, enum arm what, const struct message *message)
{
	const struct channel *channel = tui_focus(tui);
	const char *cause = refusal(tui, what, message);
	struct armed *armed = &tui->armed;

	if (cause != NULL) {
		tui_say(tui, cause);
		return;
	}
	tui_arm_end(tui);
	*armed = (struct armed){ .what = what,
		.channel_id = channel->id,
		.message_id = message->id,
		.in_channel = channel->parent_id == 0 };
	prompt_write(armed, message);
	if (what == ARM_DELETE)
		return;
	armed->draft = xstrdup(editor_text(tui->editor));
	editor_set(tui->editor, what == ARM_EDIT ? message->text : "");
	if (what == ARM_REACT)
		editor_type(tui->editor, ":", 1);
}

void
tui_arm_end(struct tui *tui)
{
	if (tui->armed.draft != NULL)
		editor_set(tui->editor, tui->armed.draft);
	free(tui->armed.draft);
	tui->armed = (struct armed){ .what = ARM_NONE };
}

/* --------------------------------------------------------------- the end --- */

/* The message that is armed for; NULL where the window has let it go. */
static const struct message *
target(const struct tui *tui)
{
	const struct channel *channel = tui_focus(tui);

	return channel == NULL
	    ? NULL
	    : channel_message(channel, tui->armed.message_id);
}

static bool
is_mine(const struct message *message, const char *emoji)
{
	for (size_t i = 0; message != NULL && i < message->reaction_len; i++) {
		if (strcmp(message->reactions[i].emoji, emoji) == 0)
			return message->reactions[i].mine;
	}
	return false;
}

/* Puts the reaction there, or takes it back. False where it is none. */
static bool
react(struct tui *tui, const struct channel *channel, const char *text)
{
	struct buf word = BUF_INIT;
	size_t len;
	char *emoji;

	text += strspn(text, " ");
	len = strcspn(text, " \n");
	buf_append(&word, text, len);
	/* A name is meant as one before it is closed. */
	if (len > 1 && text[0] == ':' && text[len - 1] != ':')
		buf_putc(&word, ':');
	emoji = emoji_resolve(word.data == NULL ? "" : word.data);
	buf_release(&word);
	if (emoji == NULL) {
		tui_say(tui, NULL);
		snprintf(tui->armed.prompt, sizeof(tui->armed.prompt),
		    "react: that is no emoji and no :name: of one");
		return false;
	}
	app_react(tui->app, channel, tui->armed.message_id, emoji,
	    !is_mine(target(tui), emoji));
	free(emoji);
	return true;
}

/* Everything is done with that channel and message. */
static void
finish(struct tui *tui)
{
	tui_arm_end(tui);
	tui_select_end(tui, true);
	app_typing_stop(tui->app);
}

bool
tui_arm_enter(struct tui *tui)
{
	const struct model *model = app_model(tui->app);
	const struct channel *channel = model_channel(model,
	    tui->armed.channel_id);
	const char *text = editor_text(tui->editor);
	struct armed *armed = &tui->armed;

	if (armed->what == ARM_NONE)
		return false;
	if (channel == NULL) {
		tui_say(tui, "the channel is gone");
		finish(tui);
		return true;
	}
	if (text[strspn(text, " \t\n")] == '\0')
		return true;
	if (armed->what == ARM_REACT) {
		if (!react(tui, channel, text))
			return true;
	} else if (armed->what == ARM_REPLY) {
		app_reply(tui->app, channel, armed->message_id,
		    armed->in_channel, text);
		editor_remember(tui->editor, text);
	} else {
		app_edit(tui->app, channel, armed->message_id, text);
	}
	finish(tui);
	return true;
}

/* ------------------------------------------------------------------ keys --- */

static bool
digit_key(struct tui *tui, const struct key *key)
{
	const char *text = editor_text(tui->editor);
	char name[32];

	if (tui->armed.what != ARM_REACT || key->code < '1' ||
	    key->code >= '1' + COMMON ||
	    (text[0] != '\0' && strcmp(text, ":") != 0))
		return false;
	snprintf(name, sizeof(name), ":%s:", common[key->code - '1']);
	editor_set(tui->editor, name);
	return tui_arm_enter(tui);
}

bool
tui_arm_key(struct tui *tui, const struct key *key)
{
	const struct channel *channel;

	if (tui->armed.what == ARM_DELETE) {
		channel = model_channel(app_model(tui->app),
		    tui->armed.channel_id);
		if (key->code == 'y' && channel != NULL)
			app_delete(tui->app, channel, tui->armed.message_id);
		if (key->code == 'y')
			finish(tui);
		else
			tui_arm_end(tui);
		return true;
	}
	if (key->code == KEY_ESCAPE || key->code == ('c' | KEY_CTRL)) {
		tui_arm_end(tui);
		app_typing_stop(tui->app);
		return true;
	}
	return digit_key(tui, key);
}

/*
 * Commands that do something to a message: react, correct, delete, answer, send
 * again, copy; and the short ways to say some of that. Which message is meant is
 * the affair of command_target.c.
 */
#include "tui/command_private.h"

#include <stdlib.h>
#include <string.h>

#include "shared/emoji.h"
#include "shared/xmalloc.h"
#include "tui/app_state.h"
#include "tui/command_text.h"

/* A number or an id may stand there, and is taken off. */
static char *
word_named(const char **arguments)
{
	size_t len = strspn(*arguments, "0123456789");
	char end = (*arguments)[len];

	if (len == 0 || (end && end != ' ' && end != '\t' && end != '\n'))
		return NULL;
	return command_word(arguments);
}

/* ---- reactions ------------------------------------------------------------ */

/* What is to be done with the emoji stands before it in the text. */
#define TOGGLE '='
#define ADD '+'
#define TAKE_BACK '-'

static void
react_to(struct app *app, const struct target *target, const char *text)
{
	const char *emoji = text + 1;
	bool add = *text == ADD;

	if (*text == TOGGLE)
		add = !target_reacted(app, target, emoji);
	if (target->deleted)
		app_complain(app, "/react: that message was deleted");
	else
		app_react(app, target->channel, target->id, emoji, add);
}

static void
react(struct app *app, const char *word, char how, const char *said)
{
	char *emoji = emoji_resolve(said);

	if (emoji)
		command_target(app, "/react", word, TARGET_NAMED,
		    xasprintf("%c%s", how, emoji), react_to);
	else
		app_complain(app,
		    "/react: “%s” is no emoji; one is 👍 or :tada:", said);
	free(emoji);
}

void
command_react(struct app *app, const char *arguments)
{
	char *word = command_word(&arguments);
	char *emoji = command_word(&arguments);

	if (word && emoji && !*arguments)
		react(app, word, TOGGLE, emoji);
	else
		app_complain(app, "/react N|ID :EMOJI:: %s",
		    !word	? "to which message?"
			: emoji ? "one emoji at a time"
				: "with which emoji?");
	free(emoji);
	free(word);
}

/* ---- corrections ---------------------------------------------------------- */

static bool
edit_may(struct app *app, const struct target *target, const char *what)
{
	if (target->deleted)
		app_complain(app, "%s: that message was deleted", what);
	else if (target->author_id != app->model->me.id)
		app_complain(app, "%s: that message is not yours, but of %s",
		    what, target->author);
	else
		return true;
	return false;
}

/* The last one is none of the server's yet: the one before it is not meant. */
static bool
last_is_sending(struct app *app, const char *what)
{
	const struct channel *channel = app->model->thread
	    ? app->model->thread
	    : app->model->current;
	size_t i;

	for (i = channel ? channel->len : 0; i > 0; i--) {
		if (channel->messages[i - 1]->state != MESSAGE_SENDING)
			continue;
		app_complain(app, "%s: your last message is not sent yet",
		    what);
		return true;
	}
	return false;
}

static void
edit_to(struct app *app, const struct target *target, const char *text)
{
	if (edit_may(app, target, "/edit"))
		app_edit(app, target->channel, target->id, text);
}

void
command_edit(struct app *app, const char *arguments)
{
	char *word = word_named(&arguments);

	if (!*arguments)
		app_complain(app, "/edit [N|ID] TEXT: what shall it say?");
	else if (word || !last_is_sending(app, "/edit"))
		command_target(app, "/edit", word, TARGET_OWN,
		    xstrdup(arguments), edit_to);
	free(word);
}

static void
change_in(struct app *app, const struct target *target, const char *text)
{
	struct text_change change;
	char *fresh;

	if (!text_change_parse(&change, text))
		return;
	fresh = text_change_apply(&change, target->text);
	if (!edit_may(app, target, "s/…/"))
		;
	else if (!fresh)
		app_complain(app, "s/…/: “%s” is not in your last message",
		    change.old);
	else if (fresh[strspn(fresh, " \t\n")] == '\0')
		app_complain(app,
		    "s/…/: that leaves nothing; /delete takes it away");
	else
		app_edit(app, target->channel, target->id, fresh);
	free(fresh);
	text_change_release(&change);
}

/* ---- deletion ------------------------------------------------------------- */

static void
delete_it(struct app *app, const struct target *target, const char *text)
{
	(void)text;
	if (target->deleted)
		app_complain(app, "/delete: that message is deleted already");
	else
		app_delete(app, target->channel, target->id);
}

void
command_delete(struct app *app, const char *arguments)
{
	char *word = command_word(&arguments);

	if (*arguments)
		app_complain(app, "/delete [N|ID]: one message at a time");
	else if (word || !last_is_sending(app, "/delete"))
		command_target(app, "/delete", word, TARGET_OWN, NULL,
		    delete_it);
	free(word);
}

/* ---- replies -------------------------------------------------------------- */

static void
reply_to(struct app *app, const struct target *target, const char *text)
{
	/* A reply to a reply goes into the same thread. */
	int64_t parent = target->parent_id != 0 ? target->parent_id
						: target->id;

	app_reply(app, target->channel, parent, app->model->thread == NULL,
	    text);
}

void
command_reply(struct app *app, const char *arguments)
{
	char *word = command_word(&arguments);

	if (word && *arguments)
		command_target(app, "/reply", word, TARGET_NAMED,
		    xstrdup(arguments), reply_to);
	else
		app_complain(app, "/reply N|ID TEXT: %s",
		    word ? "what?" : "to which message?");
	free(word);
}

/* ---- again ---------------------------------------------------------------- */

/* Sends the newest that failed again, or all; how many. */
static size_t
channel_retry(struct app *app, const struct channel *channel, bool all)
{
	uint64_t *keys = NULL;
	size_t count = 0;
	size_t i;

	for (i = channel ? channel->len : 0; i > 0 && (all || count == 0);
	     i--) {
		if (channel->messages[i - 1]->state != MESSAGE_FAILED)
			continue;
		keys = xreallocarray(keys, count + 1, sizeof(*keys));
		keys[count++] = channel->messages[i - 1]->key;
	}
	/* In the order they were written. */
	for (i = count; i > 0; i--)
		app_retry(app, channel, keys[i - 1]);
	free(keys);
	return count;
}

void
command_retry(struct app *app, const char *arguments)
{
	const struct model *model = app->model;
	bool all = strcmp(arguments, "all") == 0;
	size_t count = 0;
	size_t i;

	if (*arguments && !all) {
		app_complain(app, "/retry [all]: there is no “%s”", arguments);
		return;
	}
	if (app->face.no_window) {
		app_complain(app,
		    "/retry: what was refused is not kept here; type it again");
		return;
	}
	count = channel_retry(app, model->thread, all);
	for (i = 0; all && i < model->len; i++)
		count += channel_retry(app, model->channels[i], true);
	if (!all && count == 0)
		count = channel_retry(app, model->current, false);
	if (count == 0)
		app_complain(app, "/retry: nothing%s failed",
		    all ? "" : " here");
}

/* ---- the clipboard -------------------------------------------------------- */

static void
copy_it(struct app *app, const struct target *target, const char *text)
{
	(void)text;
	if (target->deleted)
		app_complain(app, "/copy: that message was deleted");
	else
		app->face.copy(app->face.arg, target->text);
}

void
command_copy(struct app *app, const char *arguments)
{
	char *word = command_word(&arguments);

	if (!app->face.copy)
		app_complain(app, "/copy: there is no clipboard here");
	else if (!word)
		app_complain(app, "/copy N|ID: which message?");
	else
		command_target(app, "/copy", word, TARGET_NAMED, NULL, copy_it);
	free(word);
}

/* ---- in short ------------------------------------------------------------- */

bool
command_is_short(const char *line)
{
	struct text_change change;
	const char *emoji;
	size_t number;
	bool add;

	if (text_reaction(line, &number, &add, &emoji))
		return true;
	if (!text_change_parse(&change, line))
		return false;
	text_change_release(&change);
	return true;
}

void
command_short(struct app *app, const char *line)
{
	const char *emoji;
	size_t number;
	char *word;
	bool add;

	if (text_reaction(line, &number, &add, &emoji)) {
		word = xasprintf("%zu", number);
		react(app, word, add ? ADD : TAKE_BACK, emoji);
		free(word);
	} else if (!last_is_sending(app, "s/…/")) {
		command_target(app, "s/…/", NULL, TARGET_OWN, xstrdup(line),
		    change_in);
	}
}

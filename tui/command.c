/*
 * The table of slash commands, and those that need no more than the app. What
 * the table says is said nowhere else: help and completion are made from it.
 */
#include "tui/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"
#include "tui/app_state.h"
#include "tui/command_private.h"

static void command_clear(struct app *app, const char *arguments);
static void command_help(struct app *app, const char *arguments);
static void command_me(struct app *app, const char *arguments);
static void command_quit(struct app *app, const char *arguments);
static void command_window(struct app *app, const char *arguments);

static const struct command commands[] = {
	{ "join", "#CHANNEL", "go into a channel, made where there is none",
	    COMPLETE_CHANNEL, command_join },
	{ "part", "[#CHANNEL]", "leave a channel", COMPLETE_CHANNEL,
	    command_part },
	{ "list", "[TEXT]", "the channels that anyone may join", COMPLETE_NONE,
	    command_list },
	{ "msg", "NICK|#CHANNEL TEXT", "send a message without going there",
	    COMPLETE_NICK, command_msg },
	{ "query", "NICK [TEXT]", "talk with one person", COMPLETE_NICK,
	    command_query },
	{ "me", "TEXT", "send what you do: _TEXT_", COMPLETE_NONE, command_me },
	{ "nick", "NAME", "set your display name", COMPLETE_NONE,
	    command_nick },
	{ "topic", "[TEXT]", "show or set the topic of the channel",
	    COMPLETE_NONE, command_topic },
	{ "names", "", "who is in the channel", COMPLETE_NONE, command_names },
	{ "whois", "NICK", "who somebody is", COMPLETE_NICK, command_whois },
	{ "window", "NUMBER|NAME", "switch to a channel", COMPLETE_CHANNEL,
	    command_window },
	{ "react", "N|ID :EMOJI:", "react to a message; again takes it back",
	    COMPLETE_NONE, command_react },
	{ "reply", "N|ID TEXT", "answer a message", COMPLETE_NONE,
	    command_reply },
	{ "thread", "[N|ID]", "open or close what answers a message",
	    COMPLETE_NONE, command_thread },
	{ "edit", "[N|ID] TEXT", "put a message of yours right", COMPLETE_NONE,
	    command_edit },
	{ "delete", "[N|ID]", "delete a message, your last one", COMPLETE_NONE,
	    command_delete },
	{ "retry", "[all]", "send again what was not sent", COMPLETE_NONE,
	    command_retry },
	{ "pin", "[[off] N|ID]", "pin a message; what is pinned", COMPLETE_NONE,
	    command_pin },
	{ "copy", "N|ID", "copy a message to the clipboard", COMPLETE_NONE,
	    command_copy },
	{ "open", "N|ID", "open the link of a message", COMPLETE_NONE,
	    command_open },
	{ "goto", "N|ID|DATE|first", "go to a message or a day", COMPLETE_NONE,
	    command_goto },
	{ "unread", "", "go to what you did not read yet", COMPLETE_NONE,
	    command_unread },
	{ "read", "", "all of the channel is read", COMPLETE_NONE,
	    command_read },
	{ "mute", "", "mute the channel; again ends it", COMPLETE_NONE,
	    command_mute },
	{ "notify", "all|mentions|none", "what the channel tells you of",
	    COMPLETE_NONE, command_notify },
	{ "away", "[TEXT]", "you are away", COMPLETE_NONE, command_away },
	{ "back", "", "you are back", COMPLETE_NONE, command_back },
	{ "invite", "NICK", "bring somebody into the channel", COMPLETE_NICK,
	    command_invite },
	{ "kick", "NICK", "put somebody out of the channel", COMPLETE_NICK,
	    command_kick },
	{ "silence", "NICK [TIME|off]", "somebody may only read, for 1h",
	    COMPLETE_NICK, command_silence },
	{ "stats", "", "how the program stands", COMPLETE_NONE, command_stats },
	{ "clear", "", "take away what is no message", COMPLETE_NONE,
	    command_clear },
	{ "help", "[COMMAND]", "the commands, or one of them", COMPLETE_COMMAND,
	    command_help },
	{ "quit", "", "leave the program", COMPLETE_NONE, command_quit },
};

const struct command *
command_table(size_t *count)
{
	*count = sizeof(commands) / sizeof(commands[0]);
	return commands;
}

const struct command *
command_find(const char *word, size_t len, bool *ambiguous)
{
	const struct command *found = NULL;
	size_t count;
	size_t i;

	*ambiguous = false;
	if (len == 0)
		return NULL;
	command_table(&count);
	for (i = 0; i < count; i++) {
		if (strncmp(commands[i].name, word, len) != 0)
			continue;
		if (commands[i].name[len] == '\0') {
			*ambiguous = false;
			return &commands[i];
		}
		*ambiguous = found != NULL || *ambiguous;
		found = &commands[i];
	}
	return *ambiguous ? NULL : found;
}

char *
command_word(const char **arguments)
{
	size_t len = strcspn(*arguments, " \t\n");
	char *word;

	if (len == 0)
		return NULL;
	word = xstrndup(*arguments, len);
	*arguments += len;
	*arguments += strspn(*arguments, " \t\n");
	return word;
}

/* ---- requests ------------------------------------------------------------- */

struct command_call {
	struct app *app;
	char *what, *text;
	void (*done)(struct app *app, const json_t *body, const char *text);
};

static void
call_answered(void *arg, const struct rest_answer *answer)
{
	struct command_call *call = arg;

	if (answer->status >= 200 && answer->status < 300)
		call->done(call->app, answer->body, call->text);
	else
		app_complain(call->app, "%s: %s", call->what, answer->message);
	app_command_end(call->app);
	free(call->what);
	free(call->text);
	free(call);
}

void
command_request(struct app *app, const char *method, const char *path,
    json_t *body, const char *what,
    void (*done)(struct app *app, const json_t *body, const char *text),
    char *text)
{
	struct command_call *call = xcalloc(1, sizeof(*call));

	call->app = app;
	call->what = xstrdup(what);
	call->text = text;
	call->done = done;
	app_command_begin(app);
	rest_call(link_rest(app->link), method, path, body, 0, call_answered,
	    call);
}

/* ---- the simple ones ------------------------------------------------------ */

static void
command_me(struct app *app, const char *arguments)
{
	char *text;

	if (!*arguments || !app->model->current) {
		app_complain(app,
		    *arguments ? "/me: no channel"
			       : "/me TEXT: what do you do?");
		return;
	}
	text = xasprintf("_%s_", arguments);
	app_send(app, app->model->current, text);
	free(text);
}

static void
command_window(struct app *app, const char *arguments)
{
	const struct model *model = app->model;
	const struct channel *channel = NULL;
	char *word = command_word(&arguments);
	char *end = NULL;
	unsigned long number;

	if (!word) {
		app_complain(app, "/window NUMBER|NAME: which channel?");
		return;
	}
	number = strtoul(word, &end, 10);
	if (*end == '\0' && number >= 1 && number <= model->len)
		channel = model->channels[number - 1];
	if (!channel)
		channel = model_channel_named(model, word);
	if (channel)
		app_switch(app, channel);
	else
		app_complain(app, "/window: there is no %s", word);
	free(word);
}

static void
command_clear(struct app *app, const char *arguments)
{
	(void)arguments;
	if (app->model->current)
		reduce_clear(app->model, app->model->current);
	app_touch(app);
}

static void
help_line(struct app *app, const struct command *command)
{
	char left[48];

	snprintf(left, sizeof(left), "/%s %s", command->name, command->usage);
	app_print(app, "%-26s %s", left, command->help);
}

static void
command_help(struct app *app, const char *arguments)
{
	char *word = command_word(&arguments);
	const char *name = word && *word == '/' ? word + 1 : word;
	const struct command *command;
	bool ambiguous;
	size_t count;
	size_t i;

	if (name) {
		command = command_find(name, strlen(name), &ambiguous);
		if (command)
			help_line(app, command);
		else
			app_complain(app, "/help: there is no /%s", name);
		free(word);
		return;
	}
	command_table(&count);
	for (i = 0; i < count; i++)
		help_line(app, &commands[i]);
	app_print(app, "N: 1 is the newest message, 2 the one before it.");
	app_print(app, "3+:tada: 3-:tada: react; s/old/new/ corrects.");
	app_print(app, "A name may be cut short; //TEXT sends /TEXT.");
}

static void
command_quit(struct app *app, const char *arguments)
{
	(void)arguments;
	app_quit(app, 0);
}

/*
 * Commands about oneself: what a channel may tell of, whether one is there, and
 * how the program stands.
 */
#include "tui/command_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/xmalloc.h"
#include "tui/app_state.h"

/* ---- kept on the server --------------------------------------------------- */

static const struct notify_word {
	char letter; /* of struct channel */
	const char *word, *said;
} notify_words[] = {
	{ 'a', "all", "every message" },
	{ 'm', "mentions", "mentions of you only" },
	{ 'n', "none", "nothing" },
};

#define NOTIFY_WORDS (sizeof(notify_words) / sizeof(notify_words[0]))

static const char *
mark_of(const struct channel *channel)
{
	return channel->direct ? "@" : "#";
}

static void
notify_say(struct app *app, const struct channel *channel)
{
	size_t i;

	for (i = 0; i < NOTIFY_WORDS; i++)
		if (notify_words[i].letter == channel->notify)
			app_print(app, "%s%s notifies you of %s%s",
			    mark_of(channel), channel->name,
			    notify_words[i].said,
			    channel->muted ? ", but is muted" : "");
}

static const struct channel *
settings_taken(struct app *app, const json_t *body)
{
	const struct channel *channel = reduce_channel(app->model,
	    json_object_get(body, "channel"));

	app_touch(app);
	if (!channel)
		app_complain(app, "the server's answer has no channel");
	return channel;
}

static void
mute_set(struct app *app, const json_t *body, const char *text)
{
	const struct channel *channel = settings_taken(app, body);

	(void)text;
	if (channel)
		app_print(app, "%s%s is %s", mark_of(channel), channel->name,
		    channel->muted ? "muted" : "not muted any more");
}

static void
notify_set(struct app *app, const json_t *body, const char *text)
{
	const struct channel *channel = settings_taken(app, body);

	(void)text;
	if (channel)
		notify_say(app, channel);
}

static void
settings_put(struct app *app, const char *what, json_t *body,
    void (*done)(struct app *app, const json_t *body, const char *text))
{
	char *path = xasprintf("/v1/channels/%" PRId64 "/my",
	    app->model->current->id);

	command_request(app, "PUT", path, body, what, done, NULL);
	free(path);
}

void
command_mute(struct app *app, const char *arguments)
{
	const struct channel *channel = app->model->current;

	if (*arguments)
		app_complain(app,
		    "/mute takes nothing: it is of this channel,"
		    " and again ends it");
	else if (!channel)
		app_complain(app, "/mute: no channel");
	else
		settings_put(app, "/mute",
		    json_pack("{s:b}", "muted", !channel->muted), mute_set);
}

void
command_notify(struct app *app, const char *arguments)
{
	const struct channel *channel = app->model->current;
	size_t i;

	if (!channel) {
		app_complain(app, "/notify: no channel");
		return;
	}
	if (!*arguments) {
		notify_say(app, channel);
		return;
	}
	for (i = 0; i < NOTIFY_WORDS; i++) {
		if (strcmp(notify_words[i].word, arguments) != 0)
			continue;
		settings_put(app, "/notify",
		    json_pack("{s:s}", "notify", arguments), notify_set);
		return;
	}
	app_complain(app, "/notify all|mentions|none: there is no “%s”",
	    arguments);
}

/* ---- presence ------------------------------------------------------------- */

static void
presence_set(struct app *app, const char *what, const char *status,
    const char *text)
{
	if (link_state(app->link) != LINK_UP) {
		app_complain(app, "%s: not connected", what);
		return;
	}
	app_presence(app, status, text);
}

void
command_away(struct app *app, const char *arguments)
{
	presence_set(app, "/away", "away", *arguments ? arguments : NULL);
}

void
command_back(struct app *app, const char *arguments)
{
	if (*arguments)
		app_complain(app, "/back takes nothing");
	else
		presence_set(app, "/back", "online", NULL);
}

/* ---- /stats --------------------------------------------------------------- */

static const char *
link_word(const struct app *app)
{
	if (app->model->link == MODEL_CONNECTED)
		return "connected";
	return app->model->link == MODEL_CONNECTING ? "connecting" : "offline";
}

void
command_stats(struct app *app, const char *arguments)
{
	const struct model *model = app->model;
	size_t messages = 0, members = 0;
	size_t i;

	(void)arguments;
	for (i = 0; i < model->len; i++) {
		messages += model->channels[i]->len;
		members += model->channels[i]->member_len;
	}
	app_print(app, "%s as %s to %s", link_word(app),
	    person_name(&model->me),
	    app->config->server ? app->config->server : "the Unix socket");
	app_print(app,
	    "%zu channels, %zu messages and %zu members held; %zu to be"
	    " answered, %zu of them messages",
	    model->len, messages, members, app_outstanding(app),
	    app->outbox.count);
}

/*
 * Commands about channels: in, out, which there are, what they are about, who
 * is there.
 */
#include "tui/command_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/url.h"
#include "shared/xmalloc.h"
#include "tui/app_state.h"

#define PATH_SIZE 128
#define NAMES_COLUMNS 72 /* a line of /names */

static const char *
bare_name(const char *name)
{
	return *name == '#' ? name + 1 : name;
}

/* ---- /join ---------------------------------------------------------------- */

struct join {
	struct app *app;
	char *name; /* without # */
};

static void
channel_came(struct app *app, const json_t *body, const char *text)
{
	struct channel *channel = reduce_channel(app->model,
	    json_object_get(body, "channel"));

	if (channel)
		app_switch(app, channel);
	else
		app_complain(app, "%s: the server's answer has no channel",
		    text);
}

static void
channel_make(struct app *app, const char *name)
{
	command_request(app, "POST", "/v1/channels",
	    json_pack("{s:s}", "name", name), "/join", channel_came,
	    xstrdup("/join"));
}

static void
joined(void *arg, const struct link_answer *answer)
{
	struct join *join = arg;
	struct app *app = join->app;

	if (answer->result)
		channel_came(app, answer->result, "/join");
	else if (answer->code && strcmp(answer->code, "not_found") == 0)
		channel_make(app, join->name);
	else
		app_complain(app, "/join #%s: %s", join->name,
		    answer->code ? answer->message : "the connection was lost");
	app_command_end(app);
	free(join->name);
	free(join);
}

void
command_join_channel(struct app *app, const char *name)
{
	struct join *join = xcalloc(1, sizeof(*join));
	char *shown = xasprintf("#%s", bare_name(name));

	join->app = app;
	join->name = xstrdup(bare_name(name));
	if (link_command(app->link, "channel.join",
		json_pack("{s:s}", "channel_id", shown), joined, join) != 0) {
		app_command_begin(app);
	} else {
		app_complain(app, "/join %s: not connected", shown);
		free(join->name);
		free(join);
	}
	free(shown);
}

void
command_join(struct app *app, const char *arguments)
{
	char *name = command_word(&arguments);
	const struct channel *channel;

	if (!name || !*bare_name(name)) {
		app_complain(app, "/join #CHANNEL: which one?");
		free(name);
		return;
	}
	channel = model_channel_named(app->model, name);
	if (channel && !channel->direct)
		app_switch(app, channel);
	else
		command_join_channel(app, name);
	free(name);
}

/* ---- /part ---------------------------------------------------------------- */

static void
parted(struct app *app, const json_t *body, const char *text)
{
	int64_t id = strtoll(text, NULL, 10);

	(void)body;
	reduce_channel_gone(app->model, id);
	app_load_current(app);
	app->switched = true;
	app_touch(app);
}

void
command_part(struct app *app, const char *arguments)
{
	char *name = command_word(&arguments);
	const struct channel *channel = name
	    ? model_channel_named(app->model, name)
	    : app->model->current;
	char path[PATH_SIZE];

	if (!channel) {
		app_complain(app, "/part: %s",
		    name ? "you are in no such channel" : "no channel");
	} else {
		snprintf(path, sizeof(path), "/v1/channels/%lld/leave",
		    (long long)channel->id);
		command_request(app, "POST", path, NULL, "/part", parted,
		    xasprintf("%lld", (long long)channel->id));
	}
	free(name);
}

/* ---- /list ---------------------------------------------------------------- */

static void
channels_came(struct app *app, const json_t *body, const char *text)
{
	const json_t *channels = json_object_get(body, "channels");
	const json_t *channel;
	const char *name;
	const char *topic;
	size_t i;

	(void)text;
	json_array_foreach(channels, i, channel) {
		name = json_in_string(channel, "name");
		topic = json_in_string(channel, "topic");
		app_print(app, "#%-20s %4lld  %s", name ? name : "",
		    (long long)json_in_int(channel, "member_count", 0),
		    topic ? topic : "");
	}
	if (json_array_size(channels) == 0)
		app_print(app, "no such channels");
	if (json_in_bool(body, "has_more", false))
		app_print(app, "… and more: /list TEXT narrows it down");
}

void
command_list(struct app *app, const char *arguments)
{
	struct buf path = BUF_INIT;

	buf_puts(&path, "/v1/channels/public?limit=200");
	if (*arguments) {
		buf_puts(&path, "&query=");
		url_encode(&path, arguments, strlen(arguments));
	}
	command_request(app, "GET", path.data, NULL, "/list", channels_came,
	    NULL);
	buf_release(&path);
}

/* ---- /topic --------------------------------------------------------------- */

static void
topic_set(struct app *app, const json_t *body, const char *text)
{
	(void)text;
	/* The event tells of it, and does so in its place; this is for a link
	 * that is down. */
	if (link_state(app->link) != LINK_UP)
		reduce_channel(app->model, json_object_get(body, "channel"));
	app_touch(app);
}

void
command_topic(struct app *app, const char *arguments)
{
	const struct channel *channel = app->model->current;
	char path[PATH_SIZE];

	if (!channel) {
		app_complain(app, "/topic: no channel");
		return;
	}
	if (!*arguments) {
		app_print(app,
		    *channel->topic ? "the topic is: %s"
				    : "there is no topic%s",
		    channel->topic);
		return;
	}
	snprintf(path, sizeof(path), "/v1/channels/%lld",
	    (long long)channel->id);
	command_request(app, "PATCH", path,
	    json_pack("{s:s}", "topic", arguments), "/topic", topic_set, NULL);
}

/* ---- /names --------------------------------------------------------------- */

static void
names_add(struct app *app, struct buf *line, const char *role, const char *name)
{
	const char *mark = "";

	if (role && strcmp(role, "owner") == 0)
		mark = "@";
	if (role && strcmp(role, "moderator") == 0)
		mark = "%";
	if (line->len > 0 && line->len + strlen(name) + 2 > NAMES_COLUMNS) {
		app_print(app, "%s", line->data);
		buf_clear(line);
	}
	buf_printf(line, "%s%s%s", line->len > 0 ? " " : "", mark, name);
}

static void
names_came(struct app *app, const json_t *body, const char *text)
{
	const json_t *members = json_object_get(body, "members");
	struct buf line = BUF_INIT;
	const json_t *member;
	const char *name;
	size_t i;

	json_array_foreach(members, i, member) {
		name = json_in_string(json_object_get(member, "user"),
		    "username");
		names_add(app, &line, json_in_string(member, "role"),
		    name ? name : "?");
	}
	if (line.len > 0)
		app_print(app, "%s", line.data);
	if (json_in_bool(body, "has_more", false))
		app_print(app, "… of %s members", text);
	buf_release(&line);
}

void
command_names(struct app *app, const char *arguments)
{
	char *name = command_word(&arguments);
	const struct channel *channel = name
	    ? model_channel_named(app->model, name)
	    : app->model->current;
	char path[PATH_SIZE];

	free(name);
	if (!channel) {
		app_complain(app, "/names: no channel");
		return;
	}
	snprintf(path, sizeof(path), "/v1/channels/%lld/members?limit=200",
	    (long long)channel->id);
	command_request(app, "GET", path, NULL, "/names", names_came,
	    xasprintf("%lld", (long long)channel->member_count));
}

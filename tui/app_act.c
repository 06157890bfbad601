/*
 * What a person does: writes, answers, and does something to a message. What is
 * written is shown at once; all else shows when the server tells it.
 */
#include "tui/app_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/clock.h"
#include "shared/xmalloc.h"
#include "tui/command_private.h"

#define ID_SIZE 24
#define PATH_SIZE 96

json_t *
app_id_json(int64_t id)
{
	char text[ID_SIZE];

	snprintf(text, sizeof(text), "%lld", (long long)id);
	return json_string(text);
}

/* ---- writing -------------------------------------------------------------- */

/* Queues it; `client_msg_id` NULL: a fresh one. Returns the one that it has. */
static const char *
message_queue(struct app *app, int64_t channel_id, int64_t parent_id,
    bool in_channel, const char *text, const char *client_msg_id)
{
	json_t *more = json_object();
	char id[ID_SIZE];

	if (parent_id != 0)
		json_object_set_new(more, "parent_id", app_id_json(parent_id));
	if (parent_id != 0 && in_channel)
		json_object_set_new(more, "in_channel", json_true());
	if (client_msg_id)
		json_object_set_new(more, "client_msg_id",
		    json_string(client_msg_id));
	snprintf(id, sizeof(id), "%lld", (long long)channel_id);
	app->was_outstanding = true;
	app_typed(app);
	client_msg_id = outbox_push(&app->outbox, id, text, more, 0);
	app_cache_queued(app);
	return client_msg_id;
}

void
app_send(struct app *app, const struct channel *channel, const char *text)
{
	app_reply(app, channel, channel->parent_id, false, text);
}

void
app_reply(struct app *app, const struct channel *channel, int64_t parent_id,
    bool in_channel, const char *text)
{
	struct channel *target = model_channel(app->model, channel->id);
	const struct message *parent = target
	    ? channel_message(target, parent_id)
	    : NULL;
	const char *client_msg_id;

	if (!target || !*text)
		return;
	/* Threads have no threads. */
	if (parent && parent->parent_id != 0)
		parent_id = parent->parent_id;
	client_msg_id = message_queue(app, target->id, parent_id, in_channel,
	    text, NULL);
	/* Without a window nobody sees what is pending, nor lets it go. */
	if (!app->face.no_window)
		reduce_reply(app->model, target, parent_id, in_channel, text,
		    client_msg_id, clock_real_ms());
	app_touch(app);
}

void
app_retry(struct app *app, const struct channel *channel, uint64_t key)
{
	struct channel *target = app_window(app, channel);
	const struct message *message = target
	    ? reduce_retry(app->model, target, key)
	    : NULL;

	if (!message)
		return;
	message_queue(app, target->id, message->parent_id, message->in_channel,
	    message->text, message->client_msg_id);
	app_touch(app);
}

/* ---- to a message --------------------------------------------------------- */

struct act {
	struct app *app;
	const char *what;
};

static void
act_answered(void *arg, const struct link_answer *answer)
{
	struct act *act = arg;

	if (!answer->result)
		app_complain(act->app, "%s: %s", act->what,
		    answer->code ? answer->message : "the connection was lost");
	app_command_end(act->app);
	free(act);
}

/* `what` is a literal; `fields` are taken over. */
static void
act_send(struct app *app, const char *what, const char *type, json_t *fields)
{
	struct act *act = xcalloc(1, sizeof(*act));

	act->app = app;
	act->what = what;
	if (link_command(app->link, type, fields, act_answered, act) != 0) {
		app_command_begin(app);
		return;
	}
	app_complain(app, "%s: not connected", what);
	free(act);
}

void
app_edit(struct app *app, const struct channel *channel, int64_t message_id,
    const char *text)
{
	(void)channel;
	act_send(app, "edit", "message.update",
	    json_pack("{s:o, s:s}", "message_id", app_id_json(message_id),
		"text", text));
}

void
app_delete(struct app *app, const struct channel *channel, int64_t message_id)
{
	(void)channel;
	act_send(app, "delete", "message.delete",
	    json_pack("{s:o}", "message_id", app_id_json(message_id)));
}

void
app_react(struct app *app, const struct channel *channel, int64_t message_id,
    const char *emoji, bool add)
{
	(void)channel;
	act_send(app, "react", add ? "reaction.add" : "reaction.remove",
	    json_pack("{s:o, s:s}", "message_id", app_id_json(message_id),
		"emoji", emoji));
}

void
app_presence(struct app *app, const char *status, const char *text)
{
	act_send(app, "presence", "presence.set",
	    json_pack("{s:s, s:s*}", "status", status, "status_text", text));
}

/* The message.updated tells it. */
static void
pinned(struct app *app, const json_t *body, const char *text)
{
	(void)app;
	(void)body;
	(void)text;
}

void
app_pin(struct app *app, const struct channel *channel, int64_t message_id,
    bool pin)
{
	char path[PATH_SIZE];

	(void)channel;
	snprintf(path, sizeof(path), "/v1/messages/%lld/pin",
	    (long long)message_id);
	command_request(app, pin ? "PUT" : "DELETE", path, NULL,
	    pin ? "pin" : "unpin", pinned, NULL);
}

/* ---- threads and places --------------------------------------------------- */

void
app_thread_open(struct app *app, const struct channel *channel,
    int64_t message_id)
{
	struct channel *target = model_channel(app->model, channel->id);
	struct channel *thread;

	if (!target || message_id == 0 || app->face.no_window)
		return;
	thread = reduce_thread_open(app->model, target, message_id);
	if (app->model->link == MODEL_CONNECTED) {
		if (!channel_message(thread, thread->parent_id))
			app_load_head(app);
		if (!thread->loaded)
			app_load_newest(app, thread);
	}
	app_touch(app);
}

void
app_thread_close(struct app *app)
{
	reduce_thread_close(app->model);
	app_touch(app);
}

void
app_goto(struct app *app, const struct channel *channel, int64_t message_id)
{
	struct channel *target = app_window(app, channel);
	const struct message *message;

	if (!target || message_id == 0 || app->face.no_window)
		return;
	message = channel_message(target, message_id);
	if (message) {
		reduce_anchor(app->model, target,
		    (struct anchor){ .key = message->key });
	} else if (target->parent_id != 0) {
		app_complain(app, "goto: the thread has no such message");
	} else if (app->model->link != MODEL_CONNECTED) {
		app_complain(app, "goto: not connected");
		return;
	} else {
		reduce_drop(app->model, target);
		app_load_around(app, target, message_id);
	}
	if (target->parent_id == 0 && target != app->model->current)
		app_switch(app, target);
	app_touch(app);
}

/*
 * Commands that go about in the history. The full screen moves to the place; line
 * mode, which cannot, tells what is said there.
 */
#include "tui/command_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/id.h"
#include "shared/json_in.h"
#include "shared/xmalloc.h"
#include "tui/app_state.h"
#include "tui/command_text.h"

#define LINES 11  /* told of the place that is gone to */
#define UNREAD 50 /* told of what is unread */

void
command_page(struct app *app, const json_t *body, const char *none)
{
	const json_t *messages = json_object_get(body, "messages");
	const json_t *message;
	const char *id, *when, *who, *text;
	size_t i;

	json_array_foreach(messages, i, message) {
		id = json_in_string(message, "id");
		when = json_in_string(message, "created_at");
		who = json_in_string(json_object_get(message, "user"),
		    "username");
		text = json_in_string(message, "text");
		if (json_in_time(message, "deleted_at") != 0)
			text = "(message deleted)";
		app_print(app, "%s %.10s <%s> %s", id ? id : "?",
		    when ? when : "", who ? who : "somebody", text ? text : "");
	}
	if (json_array_size(messages) == 0)
		app_print(app, "%s", none);
}

/* ---- a place -------------------------------------------------------------- */

static void
place_told(struct app *app, const json_t *body, const char *text)
{
	command_page(app, body, text);
}

static void
place_came(struct app *app, const json_t *body, const char *text)
{
	const json_t *first = json_array_get(json_object_get(body, "messages"),
	    0);
	struct channel *channel = model_channel(app->model,
	    json_in_id(first, "channel_id"));

	if (!first)
		app_complain(app, "%s", text);
	else if (channel && channel == app->model->current)
		app_goto(app, channel, json_in_id(first, "id"));
}

/* To the first message behind `id`, in the current channel. */
static void
goto_behind(struct app *app, const char *what, int64_t id, int lines,
    const char *none)
{
	bool tell = app->face.no_window;
	char *path = xasprintf("/v1/channels/%" PRId64
			       "/messages?after=%" PRId64 "&limit=%d",
	    app->model->current->id, id, tell ? lines : 1);

	command_request(app, "GET", path, NULL, what,
	    tell ? place_told : place_came, xstrdup(none));
	free(path);
}

/* A reply that its channel does not show is found at what it answers. */
static int64_t
shown_id(const struct target *target)
{
	bool in_channel = target->message
	    ? target->message->in_channel
	    : json_in_bool(target->object, "in_channel", false);

	return target->parent_id != 0 && !in_channel ? target->parent_id
						     : target->id;
}

static void
goto_it(struct app *app, const struct target *target, const char *text)
{
	int64_t id = shown_id(target);
	char *path;

	(void)text;
	if (!app->face.no_window) {
		if (target->channel != app->model->current)
			app_switch(app, target->channel);
		app_goto(app, target->channel, id);
		return;
	}
	path = xasprintf("/v1/channels/%" PRId64 "/messages?around=%" PRId64
			 "&limit=%d",
	    target->channel->id, id, LINES);
	command_request(app, "GET", path, NULL, "/goto", place_told,
	    xstrdup("there is nothing"));
	free(path);
}

void
command_goto(struct app *app, const char *arguments)
{
	int64_t ms;
	int64_t id;

	if (!app->model->current)
		app_complain(app, "/goto: no channel");
	else if (!*arguments)
		app_complain(app, "/goto N|ID|DATE|first: where to?");
	else if (strcmp(arguments, "first") == 0)
		goto_behind(app, "/goto", 1, LINES, "there are no messages");
	else if (!strchr(arguments, '-'))
		command_target(app, "/goto", arguments, TARGET_NAMED, NULL,
		    goto_it);
	else if (!text_date(arguments, &ms))
		app_complain(app,
		    "/goto: “%s” is no date; one is 2026-11-24 or"
		    " 2026-11-24 14:05",
		    arguments);
	else {
		id = ms > ID_EPOCH_MS ? id_from_time_ms(ms) - 1 : 1;
		goto_behind(app, "/goto", id, LINES,
		    "/goto: nothing was said since then");
	}
}

/* ---- what is read --------------------------------------------------------- */

void
command_unread(struct app *app, const char *arguments)
{
	const struct channel *channel = app->model->current;
	int64_t id;

	(void)arguments;
	if (!channel) {
		app_complain(app, "/unread: no channel");
		return;
	}
	/* The line stays where it was when one came; what is read moves on. */
	id = channel->marker_id != 0 ? channel->marker_id : channel->read_id;
	goto_behind(app, "/unread", id > 0 ? id : MODEL_MARKER_FIRST, UNREAD,
	    "nothing is unread here");
}

void
command_read(struct app *app, const char *arguments)
{
	(void)arguments;
	if (app->model->current)
		app_mark_read(app, app->model->current);
	else
		app_complain(app, "/read: no channel");
}

/*
 * Which message a command means. Owns how numbers, ids and "the last one" become
 * a message; the model is looked at first, the server asked where the model does
 * not reach that far, or has no messages at all, as in line mode.
 */
#include "tui/command_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/id.h"
#include "shared/json_in.h"
#include "shared/utf8.h"
#include "shared/xmalloc.h"
#include "tui/app_state.h"
#include "tui/command_text.h"

#define PATH_SIZE 128
#define NUMBER_MAX 200 /* a page of the server */

struct search {
	char *what;
	enum target_want want;
	size_t number;	    /* 0: none was named */
	int64_t id;	    /* 0: none was named */
	int64_t channel_id; /* where it is looked for */
	int64_t parent_id;  /* not 0: in this thread */
	int64_t me;
	char *text;
	void (*done)(struct app *app, const struct target *target,
	    const char *text);
};

static void
search_free(struct search *search)
{
	free(search->what);
	free(search->text);
	free(search);
}

static const char *
none_of(const struct search *search)
{
	if (search->id != 0 || search->number != 0)
		return "there is no such message";
	return search->want == TARGET_OWN
	    ? "there is no message of yours here lately"
	    : "nothing here has replies lately; which message?";
}

/* ---- in the model --------------------------------------------------------- */

static bool
message_fits(const struct search *search, const struct message *message)
{
	if (message->id == 0 || message->event || message->deleted_ms != 0)
		return false;
	return search->want == TARGET_OWN ? message->author.id == search->me
					  : message->reply_count > 0;
}

static const struct message *
window_find(const struct search *search, const struct channel *channel)
{
	size_t i;

	if (search->id != 0)
		return channel_message(channel, search->id);
	/* What stands last in a window that is scrolled back is not the
	 * newest. */
	if (!channel->at_end)
		return NULL;
	if (search->number != 0)
		return channel_relative(channel, search->number);
	for (i = channel->len; i > 0; i--)
		if (message_fits(search, channel->messages[i - 1]))
			return channel->messages[i - 1];
	return NULL;
}

static void
message_use(struct app *app, const struct search *search,
    const struct message *message)
{
	const struct target target = {
		.channel = model_channel(app->model, search->channel_id),
		.id = message->id,
		.author_id = message->author.id,
		.parent_id = message->parent_id,
		.text = message->text ? message->text : "",
		.author = person_name(&message->author),
		.deleted = message->deleted_ms != 0,
		.message = message,
	};

	if (target.channel)
		search->done(app, &target, search->text);
	else
		app_complain(app, "%s: you are not in that channel any more",
		    search->what);
}

/* ---- of the server -------------------------------------------------------- */

static bool
object_fits(const struct search *search, const json_t *object)
{
	if (json_in_time(object, "deleted_at") != 0)
		return false;
	if (search->want == TARGET_OWN)
		return json_in_id(json_object_get(object, "user"), "id") ==
		    search->me;
	return json_in_int(object, "reply_count", 0) > 0;
}

/* Of an ascending page that ends with the newest message. */
static const json_t *
page_find(const struct search *search, const json_t *messages)
{
	size_t count = json_array_size(messages);
	size_t i;

	if (search->number != 0)
		return search->number <= count
		    ? json_array_get(messages, count - search->number)
		    : NULL;
	for (i = count; i > 0; i--)
		if (object_fits(search, json_array_get(messages, i - 1)))
			return json_array_get(messages, i - 1);
	return NULL;
}

static void
object_use(struct app *app, const struct search *search, const json_t *object)
{
	const json_t *user = json_object_get(object, "user");
	const char *text = json_in_string(object, "text");
	const char *author = json_in_string(user, "username");
	struct buf clean = BUF_INIT;
	struct target target = {
		.channel = model_channel(app->model,
		    json_in_id(object, "channel_id")),
		.id = json_in_id(object, "id"),
		.author_id = json_in_id(user, "id"),
		.parent_id = json_in_id(object, "parent_id"),
		.author = author ? author : "somebody",
		.deleted = json_in_time(object, "deleted_at") != 0,
		.object = object,
	};

	buf_puts(&clean, "");
	if (text)
		utf8_clean(&clean, text, strlen(text), UTF8_CLEAN_TEXT);
	target.text = clean.data ? clean.data : "";
	if (target.channel)
		search->done(app, &target, search->text);
	else
		app_complain(app, "%s: you are not in its channel",
		    search->what);
	buf_release(&clean);
}

static void
search_answered(struct app *app, struct search *search,
    const struct rest_answer *answer)
{
	const json_t *object = json_object_get(answer->body, "message");

	if (answer->status < 200 || answer->status >= 300) {
		app_complain(app, "%s: %s", search->what, answer->message);
		return;
	}
	if (!object)
		object = page_find(search,
		    json_object_get(answer->body, "messages"));
	if (object)
		object_use(app, search, object);
	else
		app_complain(app, "%s: %s", search->what, none_of(search));
}

struct search_call {
	struct app *app;
	struct search *search;
};

static void
search_came(void *arg, const struct rest_answer *answer)
{
	struct search_call *call = arg;

	search_answered(call->app, call->search, answer);
	app_command_end(call->app);
	search_free(call->search);
	free(call);
}

static void
search_ask(struct app *app, struct search *search)
{
	struct search_call *call = xcalloc(1, sizeof(*call));
	size_t limit = search->number != 0 ? search->number : NUMBER_MAX;
	char path[PATH_SIZE];

	if (search->id != 0)
		snprintf(path, sizeof(path), "/v1/messages/%" PRId64,
		    search->id);
	else if (search->parent_id != 0)
		snprintf(path, sizeof(path),
		    "/v1/messages/%" PRId64 "/replies?limit=%zu",
		    search->parent_id, limit);
	else
		snprintf(path, sizeof(path),
		    "/v1/channels/%" PRId64 "/messages?limit=%zu",
		    search->channel_id, limit);
	call->app = app;
	call->search = search;
	app_command_begin(app);
	rest_call(link_rest(app->link), "GET", path, NULL, 0, search_came,
	    call);
}

/* ---- both ----------------------------------------------------------------- */

static bool
word_read(struct app *app, struct search *search, const char *word)
{
	if (text_number(word, strlen(word), &search->number) ||
	    id_parse(word, &search->id))
		return true;
	app_complain(app,
	    "%s: %s is neither the number of a message, 1 for the newest,"
	    " nor an id",
	    search->what, word);
	return false;
}

void
command_target(struct app *app, const char *what, const char *word,
    enum target_want want, char *text,
    void (
	*done)(struct app *app, const struct target *target, const char *text))
{
	/* What opens a thread is meant to be seen in the channel. */
	const struct channel *channel = app->model->thread &&
		want != TARGET_THREAD
	    ? app->model->thread
	    : app->model->current;
	struct search *search = xcalloc(1, sizeof(*search));
	const struct message *message = NULL;

	*search = (struct search){ .what = xstrdup(what),
		.want = want,
		.me = app->model->me.id,
		.text = text,
		.done = done };
	if (!channel) {
		app_complain(app, "%s: no channel", what);
		search_free(search);
		return;
	}
	search->channel_id = channel->id;
	search->parent_id = channel->parent_id;
	if (word && !word_read(app, search, word)) {
		search_free(search);
		return;
	}
	if (!app->face.no_window && channel->loaded)
		message = window_find(search, channel);
	if (message) {
		message_use(app, search, message);
	} else if (search->number <= NUMBER_MAX) {
		search_ask(app, search);
		return;
	} else {
		app_complain(app, "%s: numbers go up to %d; take the id", what,
		    NUMBER_MAX);
	}
	search_free(search);
}

bool
target_reacted(const struct app *app, const struct target *target,
    const char *emoji)
{
	const json_t *reaction;
	const json_t *user;
	const char *name;
	char me[ID_TEXT_SIZE];
	size_t i, j;

	for (i = 0; target->message && i < target->message->reaction_len; i++)
		if (strcmp(target->message->reactions[i].emoji, emoji) == 0)
			return target->message->reactions[i].mine;
	id_format(app->model->me.id, me);
	json_array_foreach(json_object_get(target->object, "reactions"), i,
	    reaction) {
		name = json_in_string(reaction, "emoji");
		if (!name || strcmp(name, emoji) != 0)
			continue;
		json_array_foreach(json_object_get(reaction, "user_ids"), j,
		    user)
			if (json_is_string(user) &&
			    strcmp(json_string_value(user), me) == 0)
				return true;
	}
	return false;
}

/*
 * What the app keeps between two runs: the last screen, which is there before
 * the network answers, and what was written and not acknowledged. Owns when it is
 * read and written. Without a cache the program goes on; that is told once.
 */
#include "tui/app_state.h"

#include <stdlib.h>
#include <string.h>

#include "shared/clock.h"
#include "shared/json_in.h"
#include "shared/url.h"
#include "shared/xmalloc.h"
#include "tui/cache.h"

#define SAVE_MS 2000
#define CAUSE_SIZE 256

/* A channel as it was saved last. */
struct saved {
	int64_t id, seq, unread, mentions, read_id, newest_id, last_id;
	bool muted;
	char notify;
};

struct app_cache {
	struct cache *file;
	struct event *timer;
	struct saved *saved;
	size_t saved_len;
	bool known;  /* whose it is was compared with the server's word */
	bool failed; /* and told */
};

static void
failed(struct app *app)
{
	if (!app->cache->failed)
		app_say(app,
		    "the cache cannot be written; what is typed offline "
		    "is lost when the program ends");
	app->cache->failed = true;
}

/* ---- saving --------------------------------------------------------------- */

static struct saved
saved_of(const struct channel *channel)
{
	return (struct saved){ .id = channel->id,
		.seq = channel->seq,
		.unread = channel->unread,
		.mentions = channel->mentions,
		.read_id = channel->read_id,
		.newest_id = channel->newest_id,
		.last_id = channel_last_id(channel),
		.muted = channel->muted,
		.notify = channel->notify };
}

static bool
saved_same(const struct saved *a, const struct saved *b)
{
	return a->seq == b->seq && a->unread == b->unread &&
	    a->mentions == b->mentions && a->read_id == b->read_id &&
	    a->newest_id == b->newest_id && a->last_id == b->last_id &&
	    a->muted == b->muted && a->notify == b->notify;
}

static const struct saved *
saved_find(const struct app_cache *cache, int64_t id)
{
	size_t i;

	for (i = 0; i < cache->saved_len; i++)
		if (cache->saved[i].id == id)
			return &cache->saved[i];
	return NULL;
}

/* The newest messages; NULL where the window does not reach them. */
static json_t *
window_json(const struct app *app, const struct channel *channel)
{
	size_t settled = channel_settled(channel);
	size_t count = 0;
	json_t *list;
	size_t i;

	if (!channel->loaded || !channel->at_end)
		return NULL;
	for (i = settled; i > 0 && count < CACHE_WINDOW; i--)
		count += channel->messages[i - 1]->id != 0;
	list = json_array();
	for (; i < settled; i++)
		if (channel->messages[i]->id != 0)
			json_array_append_new(list,
			    cache_message_json(channel->messages[i],
				app->model->me.id));
	return list;
}

static bool
channel_save(struct app *app, const struct channel *channel)
{
	json_t *object = cache_channel_json(channel);
	json_t *window = window_json(app, channel);
	bool good = cache_channel_put(app->cache->file, object, window);

	json_decref(object);
	json_decref(window);
	return good;
}

static bool
channels_save(struct app *app)
{
	struct app_cache *cache = app->cache;
	const struct model *model = app->model;
	const struct saved *before;
	struct saved now;
	bool good = true;
	size_t i;

	for (i = 0; i < model->len && good; i++) {
		before = saved_find(cache, model->channels[i]->id);
		now = saved_of(model->channels[i]);
		if (!before || !saved_same(before, &now))
			good = channel_save(app, model->channels[i]);
	}
	for (i = 0; i < cache->saved_len && good; i++)
		if (!model_channel(model, cache->saved[i].id))
			good = cache_channel_remove(cache->file,
			    cache->saved[i].id);
	return good;
}

static bool
number_save(struct app_cache *cache, const char *key, int64_t number)
{
	char *text = xasprintf("%lld", (long long)number);
	bool good = cache_meta_set(cache->file, key, text);

	free(text);
	return good;
}

static void
saved_remember(struct app *app)
{
	struct app_cache *cache = app->cache;
	const struct model *model = app->model;
	size_t i;

	free(cache->saved);
	cache->saved = xcalloc(model->len + 1, sizeof(*cache->saved));
	cache->saved_len = model->len;
	for (i = 0; i < model->len; i++)
		cache->saved[i] = saved_of(model->channels[i]);
}

static void
save(struct app *app)
{
	struct app_cache *cache = app->cache;
	const struct model *model = app->model;
	bool good;

	if (!cache->known || !model->epoch || !model->me_known)
		return;
	if (!cache_begin(cache->file)) {
		failed(app);
		return;
	}
	good = cache_meta_set(cache->file, "epoch", model->epoch) &&
	    cache_meta_set(cache->file, "username", person_name(&model->me)) &&
	    number_save(cache, "user_id", model->me.id) &&
	    number_save(cache, "channel_id",
		model->current ? model->current->id : 0) &&
	    channels_save(app);
	if (cache_commit(cache->file) && good)
		saved_remember(app);
	else
		failed(app);
}

static void
save_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	save(arg);
}

void
app_cache_soon(struct app *app)
{
	const struct timeval pause = { SAVE_MS / 1000, 0 };

	if (app->cache && !evtimer_pending(app->cache->timer, NULL))
		evtimer_add(app->cache->timer, &pause);
}

/* ---- loading -------------------------------------------------------------- */

void
app_cache_window(struct app *app, struct channel *channel)
{
	json_t *window;
	int64_t seq = 0;

	if (!app->cache || channel->loaded ||
	    app->model->link == MODEL_CONNECTED)
		return;
	window = cache_window(app->cache->file, channel->id, &seq);
	/* What came since was counted and is in no window. */
	if (window && seq == channel->seq) {
		reduce_page_wanted(channel, PAGE_NEWEST);
		reduce_page(app->model, channel, PAGE_NEWEST, 0,
		    channel->generation, window, true);
	}
	json_decref(window);
}

static bool
me_load(struct app *app)
{
	struct reduce_out out = app_out(app);
	char *epoch = cache_meta(app->cache->file, "epoch");
	char *id = cache_meta(app->cache->file, "user_id");
	char *name = cache_meta(app->cache->file, "username");
	bool known = epoch && id && name;
	json_t *event;

	if (known) {
		event = json_pack("{s:s, s:{s:s, s:s}}", "epoch", epoch, "user",
		    "id", id, "username", name);
		reduce_established(app->model, event, &out);
		json_decref(event);
	}
	free(epoch);
	free(id);
	free(name);
	return known;
}

static struct channel *
channel_last(struct app *app)
{
	const char *name = app->config->channel;
	struct channel *channel = NULL;
	char *id;

	if (name)
		return model_channel_named(app->model, name);
	id = cache_meta(app->cache->file, "channel_id");
	if (id)
		channel = model_channel(app->model, strtoll(id, NULL, 10));
	free(id);
	return channel;
}

static void
model_load(struct app *app)
{
	struct channel *channel;
	json_t *channels;
	const json_t *object;
	size_t i;

	if (!me_load(app))
		return;
	channels = cache_channels(app->cache->file);
	json_array_foreach(channels, i, object)
		reduce_channel(app->model, object);
	json_decref(channels);
	channel = channel_last(app);
	if (channel) {
		app_cache_window(app, channel);
		reduce_switch(app->model, channel);
		app->switched = true;
	}
	saved_remember(app);
	app_touch(app);
}

static char *
file_path(const struct client_config *config)
{
	struct buf name = BUF_INIT;
	const char *server = config->server ? config->server : "local";
	const char *user = config->user ? config->user : "";
	char *path;

	buf_puts(&name, "cache-");
	url_encode(&name, server, strlen(server));
	buf_puts(&name, ",");
	url_encode(&name, user, strlen(user));
	buf_puts(&name, ".db");
	path = client_data_path(name.data);
	buf_release(&name);
	return path;
}

void
app_cache_init(struct app *app)
{
	char cause[CAUSE_SIZE] = "";
	bool rebuilt = false;
	struct cache *file;
	char *path;

	if (app->face.no_window)
		return;
	path = file_path(app->config);
	file = cache_open(path, &rebuilt, cause, sizeof(cause));
	if (rebuilt)
		app_say(app,
		    "the cache was damaged and is made anew; "
		    "the old one is %s.damaged",
		    path);
	free(path);
	if (!file) {
		app_say(app, "nothing is kept for the next time: %s", cause);
		return;
	}
	app->cache = xcalloc(1, sizeof(*app->cache));
	app->cache->file = file;
	app->cache->timer = evtimer_new(app->base, save_due, app);
	model_load(app);
}

void
app_cache_release(struct app *app)
{
	if (!app->cache)
		return;
	save(app);
	cache_close(app->cache->file);
	event_free(app->cache->timer);
	free(app->cache->saved);
	free(app->cache);
	app->cache = NULL;
}

/* ---- what is to be sent --------------------------------------------------- */

void
app_cache_queued(struct app *app)
{
	const struct outbox_item *item = TAILQ_LAST(&app->outbox.items,
	    outbox_list);

	if (app->cache && item && item->client_msg_id &&
	    !cache_outbox_put(app->cache->file, item->client_msg_id,
		item->fields, clock_real_ms()))
		failed(app);
}

void
app_cache_answered(struct app *app, const struct outbox_item *item)
{
	if (app->cache && item->client_msg_id &&
	    !cache_outbox_remove(app->cache->file, item->client_msg_id))
		failed(app);
}

static void
row_resend(struct app *app, json_t *fields, int64_t created_ms)
{
	struct channel *channel = model_channel(app->model,
	    json_in_id(fields, "channel_id"));
	const char *text = json_in_string(fields, "text");
	const char *id = json_in_string(fields, "client_msg_id");

	if (!id)
		return;
	outbox_push_command(&app->outbox, "message.send", json_copy(fields),
	    NULL, 0);
	app->was_outstanding = true;
	if (channel && text)
		reduce_reply(app->model, channel,
		    json_in_id(fields, "parent_id"),
		    json_in_bool(fields, "in_channel", false), text, id,
		    created_ms);
}

void
app_cache_resend(struct app *app)
{
	const json_t *row;
	json_t *rows;
	size_t i;

	if (!app->cache || !cache_lock(app->cache->file))
		return;
	rows = cache_outbox(app->cache->file);
	json_array_foreach(rows, i, row)
		row_resend(app, json_object_get(row, "fields"),
		    json_in_int(row, "created_ms", 0));
	json_decref(rows);
}

/* Its channels are other ones, whatever their ids. */
static void
others_drop(struct app *app)
{
	const struct outbox_owner owner = app->outbox.owner;
	size_t count = app->outbox.count;

	outbox_release(&app->outbox);
	outbox_init(&app->outbox, app->base, app->link, &owner);
	if (count > 0)
		app_say(app, "%zu messages that were not sent are dropped",
		    count);
	app_say(app, "the cache was another history's; it is made anew");
	if (!cache_clear(app->cache->file))
		failed(app);
	app->cache->saved_len = 0;
}

void
app_cache_up(struct app *app, const json_t *established)
{
	const struct model *model = app->model;
	const char *epoch = json_in_string(established, "epoch");
	int64_t id = json_in_id(json_object_get(established, "user"), "id");

	if (!app->cache || !epoch)
		return;
	app->cache->known = true;
	if (model->me_known && model->epoch &&
	    (model->me.id != id || strcmp(model->epoch, epoch) != 0))
		others_drop(app);
}

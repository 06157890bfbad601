/*
 * What lasts for a while only, and marks: who writes, who is there, what was
 * delivered and read. Owns the timers of it; sends nothing more often than the
 * others can use it.
 */
#include "tui/app_state.h"

#include <stdlib.h>
#include <string.h>

#include "shared/clock.h"
#include "shared/json_in.h"
#include "shared/xmalloc.h"

#define DELIVER_MS 1000	   /* between two acks */
#define DELIVER_SOON_MS 50 /* what comes together is told together */
#define SUBSCRIBE_MS 200   /* while the screen moves */
#define WATCHED_MAX 500
#define TYPING_START_MS 2000 /* between two starts */
#define TYPING_STOP_MS 3000

static void
timer_set(struct event *timer, int64_t ms)
{
	struct timeval pause;

	if (ms < 0)
		ms = 0;
	pause = (struct timeval){ ms / 1000, ms % 1000 * 1000 };
	evtimer_add(timer, &pause);
}

/* ---- who writes ----------------------------------------------------------- */

static void
expire_due(evutil_socket_t fd, short what, void *arg)
{
	struct app *app = arg;

	(void)fd;
	(void)what;
	app_live_follow(app);
	app_touch(app);
}

void
app_live_follow(struct app *app)
{
	int64_t now_ms = clock_mono_ms();
	int64_t next_ms = reduce_typing(app->model, now_ms);

	if (next_ms == 0)
		evtimer_del(app->live.expire);
	else
		timer_set(app->live.expire, next_ms - now_ms);
}

/* ---- what was delivered --------------------------------------------------- */

static void
deliver_due(evutil_socket_t fd, short what, void *arg)
{
	struct app *app = arg;
	struct app_live *live = &app->live;
	size_t i;

	(void)fd;
	(void)what;
	if (app->model->link != MODEL_CONNECTED)
		return;
	for (i = 0; i < live->delivery_len; i++)
		link_command(app->link, "delivery.ack",
		    json_pack("{s:o, s:o}", "channel_id",
			app_id_json(live->deliveries[i].channel_id),
			"message_id",
			app_id_json(live->deliveries[i].message_id)),
		    NULL, NULL);
	live->delivery_len = 0;
	live->delivered_ms = clock_mono_ms();
}

static void
deliver_soon(struct app *app)
{
	int64_t wait_ms = app->live.delivered_ms + DELIVER_MS - clock_mono_ms();

	if (!evtimer_pending(app->live.deliver, NULL))
		timer_set(app->live.deliver,
		    wait_ms < DELIVER_SOON_MS ? DELIVER_SOON_MS : wait_ms);
}

void
app_delivered(struct app *app, const struct channel *channel,
    const struct message *message)
{
	struct app_live *live = &app->live;
	size_t i;

	if (message->id == 0 || message->author.id == app->model->me.id)
		return;
	for (i = 0; i < live->delivery_len; i++)
		if (live->deliveries[i].channel_id == channel->id)
			break;
	if (i == live->delivery_len) {
		live->deliveries = xreallocarray(live->deliveries,
		    live->delivery_len + 1, sizeof(*live->deliveries));
		live->deliveries[live->delivery_len++] = (struct app_delivery){
			channel->id, 0
		};
	}
	if (message->id > live->deliveries[i].message_id)
		live->deliveries[i].message_id = message->id;
	deliver_soon(app);
}

/* ---- what was read -------------------------------------------------------- */

struct mark {
	struct app *app;
	int64_t channel_id, message_id;
};

/* One that did not come through is told again after the next sync. */
static void
mark_answered(void *arg, const struct link_answer *answer)
{
	struct mark *mark = arg;
	struct channel *channel = model_channel(mark->app->model,
	    mark->channel_id);
	bool later = answer->code && strcmp(answer->code, "rate_limited") == 0;

	if (channel && (answer->result || answer->code) && !later)
		reduce_read_told(channel, mark->message_id);
	free(mark);
}

static void
mark_send(struct app *app, const struct channel *channel)
{
	struct mark *mark = xcalloc(1, sizeof(*mark));

	mark->app = app;
	mark->channel_id = channel->id;
	mark->message_id = channel->read_unsent;
	if (link_command(app->link, "read.mark",
		json_pack("{s:o, s:o}", "channel_id", app_id_json(channel->id),
		    "message_id", app_id_json(channel->read_unsent)),
		mark_answered, mark) == 0)
		free(mark);
}

void
app_mark_read(struct app *app, const struct channel *channel)
{
	struct channel *target = channel->parent_id == 0
	    ? model_channel(app->model, channel->id)
	    : NULL;

	if (!target || reduce_read(app->model, target) == 0)
		return;
	mark_send(app, target);
	app_touch(app);
}

/* ---- who is there --------------------------------------------------------- */

static void
subscribed(void *arg, const struct link_answer *answer)
{
	struct app *app = arg;

	if (!answer->result)
		return;
	reduce_presences(app->model,
	    json_object_get(answer->result, "presence"));
	app_touch(app);
}

static void
subscribe_due(evutil_socket_t fd, short what, void *arg)
{
	struct app *app = arg;
	json_t *ids = json_array();
	size_t i;

	(void)fd;
	(void)what;
	for (i = 0; i < app->live.watched_len; i++)
		json_array_append_new(ids, app_id_json(app->live.watched[i]));
	link_command(app->link, "presence.subscribe",
	    json_pack("{s:o}", "user_ids", ids), subscribed, app);
}

static int
id_compare(const void *left, const void *right)
{
	const int64_t *a = left;
	const int64_t *b = right;

	return (*a > *b) - (*a < *b);
}

/* Sorted, each once; returns how many are left. */
static size_t
ids_unite(int64_t *ids, size_t count)
{
	size_t kept = 0;
	size_t i;

	qsort(ids, count, sizeof(*ids), id_compare);
	for (i = 0; i < count; i++)
		if (ids[i] > 0 && (kept == 0 || ids[kept - 1] != ids[i]))
			ids[kept++] = ids[i];
	return kept;
}

void
app_watch(struct app *app, const int64_t *user_ids, size_t count)
{
	struct app_live *live = &app->live;
	int64_t ids[WATCHED_MAX];

	if (count > WATCHED_MAX)
		count = WATCHED_MAX;
	if (count > 0)
		memcpy(ids, user_ids, count * sizeof(*ids));
	count = ids_unite(ids, count);
	if (count == live->watched_len &&
	    (count == 0 ||
		memcmp(ids, live->watched, count * sizeof(*ids)) == 0))
		return;
	free(live->watched);
	live->watched = xreallocarray(NULL, count + 1, sizeof(*ids));
	memcpy(live->watched, ids, count * sizeof(*ids));
	live->watched_len = count;
	if (app->model->link == MODEL_CONNECTED &&
	    !evtimer_pending(live->subscribe, NULL))
		timer_set(live->subscribe, SUBSCRIBE_MS);
}

/* ---- that one types ------------------------------------------------------- */

static void
typing_tell(struct app *app, const char *type)
{
	const struct app_live *live = &app->live;
	json_t *fields = json_pack("{s:o}", "channel_id",
	    app_id_json(live->typing_channel_id));

	if (live->typing_parent_id != 0)
		json_object_set_new(fields, "parent_id",
		    app_id_json(live->typing_parent_id));
	link_command(app->link, type, fields, NULL, NULL);
}

static void
typed_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	app_typing_stop(arg);
}

void
app_typing(struct app *app, const struct channel *channel, int64_t parent_id)
{
	struct app_live *live = &app->live;
	int64_t now_ms = clock_mono_ms();

	if (app->model->link != MODEL_CONNECTED)
		return;
	if (live->typing_channel_id != channel->id ||
	    live->typing_parent_id != parent_id)
		app_typing_stop(app);
	timer_set(live->typed, TYPING_STOP_MS);
	if (live->typing_ms != 0 && now_ms < live->typing_ms + TYPING_START_MS)
		return;
	live->typing_ms = now_ms;
	live->typing_channel_id = channel->id;
	live->typing_parent_id = parent_id;
	typing_tell(app, "typing.start");
}

void
app_typing_stop(struct app *app)
{
	if (app->live.typing_channel_id != 0)
		typing_tell(app, "typing.stop");
	app_typed(app);
}

void
app_typed(struct app *app)
{
	evtimer_del(app->live.typed);
	app->live.typing_channel_id = 0;
	app->live.typing_parent_id = 0;
}

/* ---- beginning and end ---------------------------------------------------- */

void
app_live_up(struct app *app)
{
	const struct model *model = app->model;
	size_t i;

	for (i = 0; i < model->len; i++)
		if (model->channels[i]->read_unsent != 0)
			mark_send(app, model->channels[i]);
	if (app->live.watched_len > 0)
		timer_set(app->live.subscribe, 0);
	if (app->live.delivery_len > 0)
		deliver_soon(app);
}

void
app_live_down(struct app *app)
{
	app_typed(app);
	evtimer_del(app->live.subscribe);
}

void
app_live_init(struct app *app)
{
	app->live.expire = evtimer_new(app->base, expire_due, app);
	app->live.deliver = evtimer_new(app->base, deliver_due, app);
	app->live.subscribe = evtimer_new(app->base, subscribe_due, app);
	app->live.typed = evtimer_new(app->base, typed_due, app);
}

void
app_live_release(struct app *app)
{
	event_free(app->live.expire);
	event_free(app->live.deliver);
	event_free(app->live.subscribe);
	event_free(app->live.typed);
	free(app->live.deliveries);
	free(app->live.watched);
}

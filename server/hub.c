/*
 * Subscriptions and delivery of one worker. Knows no bytes: connections take
 * frames.
 */
#include "server/hub.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/idmap.h"
#include "shared/xmalloc.h"

#define HUB_RUN_BYTES 65536 /* bytes at which a run is handed out */

/* A user's place in a channel, and the channel's place for the user: each knows
 * where the other lies, so that leaving searches nothing. */
struct hub_seat {
	struct hub_channel *channel;
	uint32_t at; /* in channel->chairs */
};
struct hub_chair {
	struct hub_user *user;
	uint32_t at; /* in user->seats */
};

struct hub_user {
	int64_t id;
	struct conn *conns;
	struct hub_seat *seats;
	uint32_t count, cap;
};

/* Frames of one kind for one channel, waiting for the end of the turn. */
struct hub_run {
	struct hub_channel *prev, *next; /* of those with a run, by age */
	struct frame *frame; /* NULL: nothing. One message's, shared; or our
				own, grown, where size is not 0 */
	size_t size;	     /* bytes allocated of our own */
	int64_t except_user;
	bool ephemeral;
};

struct hub_channel {
	int64_t id;
	struct hub_chair *chairs;
	uint32_t count, cap;
	struct hub_run run;
};

/* The connections that watch a user, and the users that a connection watches. */
struct hub_watched {
	struct conn **conns;
	uint32_t count, cap;
};
struct hub_watch {
	size_t count;
	int64_t ids[];
};

struct hub {
	struct bus *bus;
	unsigned int worker;
	hub_close_fn *close;
	struct idmap users, channels;
	struct idmap watched;		  /* user id -> struct hub_watched */
	struct hub_channel *first, *last; /* that have a run */
};

struct hub *
hub_new(struct bus *bus, unsigned int worker, hub_close_fn *close)
{
	struct hub *hub = xcalloc(1, sizeof(*hub));

	hub->bus = bus;
	hub->worker = worker;
	hub->close = close;
	bus_subscribe(bus, worker, BUS_ALL, 0);
	return hub;
}

void
hub_free(struct hub *hub)
{
	if (hub == NULL)
		return;
	assert(hub->users.count == 0 && hub->channels.count == 0);
	assert(hub->watched.count == 0);
	bus_unsubscribe(hub->bus, hub->worker, BUS_ALL, 0);
	idmap_release(&hub->users);
	idmap_release(&hub->channels);
	idmap_release(&hub->watched);
	free(hub);
}

/* ---- runs ---- */

static void
run_begin(struct hub *hub, struct hub_channel *channel,
    const struct bus_message *message)
{
	struct hub_run *run = &channel->run;

	run->frame = message->frame;
	run->size = 0;
	run->except_user = message->except_user;
	run->ephemeral = message->ephemeral;
	run->prev = hub->last;
	run->next = NULL;
	if (hub->last != NULL)
		hub->last->run.next = channel;
	else
		hub->first = channel;
	hub->last = channel;
}

/* Takes a run out of the list; the frame is the caller's. */
static struct frame *
run_take(struct hub *hub, struct hub_channel *channel)
{
	struct hub_run *run = &channel->run;
	struct frame *frame = run->frame;

	if (run->prev != NULL)
		run->prev->run.next = run->next;
	else
		hub->first = run->next;
	if (run->next != NULL)
		run->next->run.prev = run->prev;
	else
		hub->last = run->prev;
	run->frame = NULL;
	run->prev = run->next = NULL;
	return frame;
}

/* Appends a frame to a run, whose reference it takes. */
static void
run_append(struct hub_run *run, struct frame *frame)
{
	size_t len = run->frame->len, need = len + frame->len;
	struct frame *own;

	if (run->size == 0) {
		run->size = need < 2048 ? 4096 : need * 2;
		own = frame_alloc(run->size);
		memcpy(own->data, run->frame->data, len);
		own->frames = run->frame->frames;
		frame_unref(run->frame);
		run->frame = own;
	} else if (need > run->size) {
		/* Nobody else has it yet, so it may move. */
		run->size = need * 2;
		run->frame = xrealloc(run->frame,
		    sizeof(*run->frame) + run->size);
	}
	memcpy(run->frame->data + len, frame->data, frame->len);
	run->frame->len = (uint32_t)need;
	run->frame->frames += frame->frames;
	frame_unref(frame);
}

static void
user_send(const struct hub_user *user, struct frame *frame, bool ephemeral)
{
	struct conn *conn;

	for (conn = user->conns; conn != NULL; conn = conn->user_next)
		conn_send(conn, frame, ephemeral ? CONN_EPHEMERAL : CONN_EVENT);
}

/* Hands a channel's run to whoever is in it now. */
static void
run_flush(struct hub *hub, struct hub_channel *channel)
{
	const struct hub_run *run = &channel->run;
	struct frame *frame;
	uint32_t i;

	if (run->frame == NULL)
		return;
	frame = run_take(hub, channel);
	for (i = 0; i < channel->count; i++)
		if (run->except_user == 0 ||
		    channel->chairs[i].user->id != run->except_user)
			user_send(channel->chairs[i].user, frame,
			    run->ephemeral);
	frame_unref(frame);
}

void
hub_flush(struct hub *hub)
{
	while (hub->first != NULL)
		run_flush(hub, hub->first);
}

static void
run_gather(struct hub *hub, struct hub_channel *channel,
    const struct bus_message *message)
{
	struct hub_run *run = &channel->run;

	if (run->frame != NULL &&
	    (run->ephemeral != message->ephemeral ||
		run->except_user != message->except_user ||
		run->frame->len + message->frame->len > HUB_RUN_BYTES))
		run_flush(hub, channel);
	if (run->frame == NULL)
		run_begin(hub, channel, message);
	else
		run_append(run, message->frame);
}

/* ---- who is where ---- */

static struct hub_channel *
channel_new(struct hub *hub, int64_t id)
{
	struct hub_channel *channel = xcalloc(1, sizeof(*channel));

	channel->id = id;
	idmap_put(&hub->channels, id, channel);
	return channel;
}

static void
channel_free(struct hub *hub, struct hub_channel *channel)
{
	if (channel->run.frame != NULL)
		frame_unref(run_take(hub, channel));
	idmap_remove(&hub->channels, channel->id);
	bus_unsubscribe(hub->bus, hub->worker, BUS_CHANNEL, channel->id);
	free(channel->chairs);
	free(channel);
}

/* Puts a user who is not there into a channel; the bus's interest comes along
 * and is given back where the channel had it. */
static void
seat_take(struct hub *hub, struct hub_user *user, int64_t channel_id)
{
	struct hub_channel *channel = idmap_find(&hub->channels, channel_id);

	if (channel == NULL) {
		channel = channel_new(hub, channel_id);
	} else {
		bus_unsubscribe(hub->bus, hub->worker, BUS_CHANNEL, channel_id);
		/* What was gathered is from before. */
		run_flush(hub, channel);
	}
	if (channel->count == channel->cap) {
		channel->cap = channel->cap == 0 ? 2 : channel->cap * 2;
		channel->chairs = xreallocarray(channel->chairs, channel->cap,
		    sizeof(*channel->chairs));
	}
	if (user->count == user->cap) {
		user->cap = user->cap == 0 ? 1 : user->cap * 2;
		user->seats = xreallocarray(user->seats, user->cap,
		    sizeof(*user->seats));
	}
	channel->chairs[channel->count] = (struct hub_chair){ user,
		user->count };
	user->seats[user->count++] = (struct hub_seat){ channel,
		channel->count++ };
}

static void
seat_leave(struct hub *hub, struct hub_user *user, uint32_t at)
{
	struct hub_channel *channel = user->seats[at].channel;
	uint32_t chair = user->seats[at].at;

	/* The last of each list moves into the gap and is told so. */
	channel->chairs[chair] = channel->chairs[--channel->count];
	if (chair < channel->count)
		channel->chairs[chair]
		    .user->seats[channel->chairs[chair].at]
		    .at = chair;
	user->seats[at] = user->seats[--user->count];
	if (at < user->count)
		user->seats[at].channel->chairs[user->seats[at].at].at = at;
	if (channel->count == 0) {
		channel_free(hub, channel);
	} else if (channel->cap > 16 && channel->count < channel->cap / 4) {
		channel->cap /= 2;
		channel->chairs = xreallocarray(channel->chairs, channel->cap,
		    sizeof(*channel->chairs));
	}
}

static int64_t
seat_find(const struct hub_user *user, int64_t channel_id)
{
	uint32_t i;

	for (i = 0; i < user->count; i++)
		if (user->seats[i].channel->id == channel_id)
			return i;
	return -1;
}

static struct hub_user *
user_new(struct hub *hub, int64_t id, const int64_t *channels, size_t count)
{
	struct hub_user *user = xcalloc(1, sizeof(*user));
	size_t i;

	user->id = id;
	if (count > 0) {
		user->cap = (uint32_t)count;
		user->seats = xcalloc(count, sizeof(*user->seats));
	}
	idmap_put(&hub->users, id, user);
	for (i = 0; i < count; i++)
		seat_take(hub, user, channels[i]);
	return user;
}

static void
user_free(struct hub *hub, struct hub_user *user)
{
	while (user->count > 0)
		seat_leave(hub, user, user->count - 1);
	idmap_remove(&hub->users, user->id);
	bus_unsubscribe(hub->bus, hub->worker, BUS_USER, user->id);
	free(user->seats);
	free(user);
}

void
hub_decline(struct hub *hub, int64_t user_id, const int64_t *channels,
    size_t count)
{
	size_t i;

	bus_unsubscribe(hub->bus, hub->worker, BUS_USER, user_id);
	for (i = 0; i < count; i++)
		bus_unsubscribe(hub->bus, hub->worker, BUS_CHANNEL,
		    channels[i]);
}

static void
user_flush(struct hub *hub, struct hub_user *user)
{
	uint32_t i;

	for (i = 0; hub->first != NULL && i < user->count; i++)
		run_flush(hub, user->seats[i].channel);
}

void
hub_open(struct hub *hub, struct conn *conn, int64_t user_id,
    const int64_t *channels, size_t count)
{
	struct hub_user *user = idmap_find(&hub->users, user_id);

	assert(conn->user == NULL);
	if (user != NULL) {
		/* Joins and parts have kept it in step: it knows all of
		 * them. What was gathered is from before this connection. */
		hub_decline(hub, user_id, channels, count);
		user_flush(hub, user);
	} else {
		user = user_new(hub, user_id, channels, count);
	}
	conn->user = user;
	conn->user_prev = NULL;
	conn->user_next = user->conns;
	if (user->conns != NULL)
		user->conns->user_prev = conn;
	user->conns = conn;
}

void
hub_leave(struct hub *hub, struct conn *conn)
{
	struct hub_user *user = conn->user;

	if (user == NULL)
		return;
	hub_watch(hub, conn, NULL, 0);
	if (conn->user_prev != NULL)
		conn->user_prev->user_next = conn->user_next;
	else
		user->conns = conn->user_next;
	if (conn->user_next != NULL)
		conn->user_next->user_prev = conn->user_prev;
	conn->user = NULL;
	conn->user_prev = conn->user_next = NULL;
	if (user->conns == NULL)
		user_free(hub, user);
}

int64_t
hub_user_id(const struct conn *conn)
{
	return conn->user->id;
}

/* ---- whose presence is watched ---- */

static void
watched_remove(struct hub *hub, int64_t user_id, const struct conn *conn)
{
	struct hub_watched *watched = idmap_find(&hub->watched, user_id);
	uint32_t at = 0;

	while (watched->conns[at] != conn)
		at++;
	watched->conns[at] = watched->conns[--watched->count];
	if (watched->count > 0)
		return;
	idmap_remove(&hub->watched, user_id);
	bus_unsubscribe(hub->bus, hub->worker, BUS_PRESENCE, user_id);
	free(watched->conns);
	free(watched);
}

static void
watched_add(struct hub *hub, int64_t user_id, struct conn *conn)
{
	struct hub_watched *watched = idmap_find(&hub->watched, user_id);

	if (watched == NULL) {
		watched = xcalloc(1, sizeof(*watched));
		idmap_put(&hub->watched, user_id, watched);
		bus_subscribe(hub->bus, hub->worker, BUS_PRESENCE, user_id);
	}
	if (watched->count == watched->cap) {
		watched->cap = watched->cap == 0 ? 2 : watched->cap * 2;
		watched->conns = xreallocarray(watched->conns, watched->cap,
		    sizeof(struct conn *));
	}
	watched->conns[watched->count++] = conn;
}

static bool
watch_has(const struct hub_watch *watch, int64_t user_id)
{
	for (size_t i = 0; i < watch->count; i++)
		if (watch->ids[i] == user_id)
			return true;
	return false;
}

void
hub_watch(struct hub *hub, struct conn *conn, const int64_t *user_ids,
    size_t count)
{
	struct hub_watch *watch = conn->watch;

	for (size_t i = 0; watch != NULL && i < watch->count; i++)
		watched_remove(hub, watch->ids[i], conn);
	free(watch);
	conn->watch = NULL;
	if (count == 0)
		return;
	watch = xcalloc(1, sizeof(*watch) + count * sizeof(*watch->ids));
	conn->watch = watch;
	for (size_t i = 0; i < count; i++) {
		/* Named twice, heard once. */
		if (watch_has(watch, user_ids[i]))
			continue;
		watch->ids[watch->count++] = user_ids[i];
		watched_add(hub, user_ids[i], conn);
	}
}

/* ---- what the bus brings ---- */

static void
user_join(struct hub *hub, struct hub_user *user, int64_t channel_id)
{
	if (seat_find(user, channel_id) < 0)
		seat_take(hub, user, channel_id);
	else
		bus_unsubscribe(hub->bus, hub->worker, BUS_CHANNEL, channel_id);
}

static void
user_part(struct hub *hub, struct hub_user *user, int64_t channel_id)
{
	int64_t at = seat_find(user, channel_id);

	if (at >= 0)
		seat_leave(hub, user, (uint32_t)at);
}

/* Ends the user's connections of one session (0: of all), or all others. The
 * user may be gone after. */
static void
user_close(struct hub *hub, struct hub_user *user,
    const struct bus_message *message)
{
	struct conn *conn, *next;
	bool same;

	for (conn = user->conns; conn != NULL; conn = next) {
		next = conn->user_next;
		same = conn->session_id == message->arg;
		if (message->control == BUS_CLOSE_OTHERS
			? !same
			: same || message->arg == 0)
			hub->close(conn, message->code);
	}
}

static void
user_deliver(struct hub *hub, const struct bus_message *message)
{
	struct hub_user *user = idmap_find(&hub->users, message->id);

	if (user == NULL) {
		if (message->control == BUS_JOIN)
			bus_unsubscribe(hub->bus, hub->worker, BUS_CHANNEL,
			    message->arg);
		return;
	}
	user_flush(hub, user);
	if (message->frame != NULL && message->except_user != user->id)
		user_send(user, message->frame, message->ephemeral);
	switch (message->control) {
	case BUS_NONE:
		break;
	case BUS_JOIN:
		user_join(hub, user, message->arg);
		break;
	case BUS_PART:
		user_part(hub, user, message->arg);
		break;
	case BUS_CLOSE_SESSION:
	case BUS_CLOSE_OTHERS:
		user_close(hub, user, message);
		break;
	}
}

static void
all_deliver(struct hub *hub, const struct bus_message *message)
{
	const struct hub_user *user;
	size_t at = 0;

	hub_flush(hub);
	while (message->frame != NULL &&
	    (user = idmap_next(&hub->users, &at)) != NULL)
		if (user->id != message->except_user)
			user_send(user, message->frame, message->ephemeral);
}

static void
watched_deliver(struct hub *hub, const struct bus_message *message)
{
	const struct hub_watched *watched = idmap_find(&hub->watched,
	    message->id);

	for (uint32_t i = 0; watched != NULL && i < watched->count; i++)
		conn_send(watched->conns[i], message->frame, CONN_EPHEMERAL);
}

void
hub_deliver(struct hub *hub, const struct bus_message *message)
{
	struct hub_channel *channel;

	switch (message->topic) {
	case BUS_CHANNEL:
		channel = idmap_find(&hub->channels, message->id);
		if (channel == NULL || message->frame == NULL)
			break;
		run_gather(hub, channel, message);
		return; /* the reference went along */
	case BUS_USER:
		user_deliver(hub, message);
		break;
	case BUS_PRESENCE:
		watched_deliver(hub, message);
		break;
	case BUS_ALL:
		all_deliver(hub, message);
		break;
	}
	frame_unref(message->frame);
}

/*
 * Following: the order of events in each channel, over reconnects and gaps.
 *
 *	 found by a sync -> history by pages -> live
 *	                                         |  a reconnect, a jump in seq
 *	      pages, where it was too much  <- sync
 */
#include "tui/follow_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "shared/json_in.h"
#include "shared/xmalloc.h"

#define HELD_MAX 1000 /* events of a channel that wait */
#define REASON_SIZE 160

/* ---- channels ------------------------------------------------------------- */

struct follow_channel *
follow_find(struct follow *follow, int64_t id)
{
	return (struct follow_channel *)follow_channel(follow, id);
}

static void
channel_free(struct follow_channel *channel)
{
	free(channel->label);
	free(channel->topic);
	json_decref(channel->history);
	json_decref(channel->held);
	free(channel);
}

static void
channel_remove(struct follow *follow, struct follow_channel *channel)
{
	size_t i;

	for (i = 0; follow->channels[i] != channel; i++)
		;
	follow->count--;
	memmove(follow->channels + i, follow->channels + i + 1,
	    (follow->count - i) * sizeof(*follow->channels));
	channel_free(channel);
}

/* "#ops", or "@bob" for a direct one: the other one's name. */
static char *
channel_label(const struct follow *follow, const json_t *object)
{
	const json_t *members = json_object_get(object, "members");
	const char *name = json_in_string(object, "name");
	const json_t *member;
	const char *peer = NULL;
	size_t i;

	if (name)
		return xasprintf("#%s", name);
	json_array_foreach(members, i, member)
		if (!peer || json_in_id(member, "id") != follow->me)
			peer = json_in_string(member, "username");
	return xasprintf("@%s", peer ? peer : "?");
}

bool
follow_name_is(const char *name, const char *label, int64_t id)
{
	char text[24];

	if (*name == '#' || *name == '@')
		return strcmp(name, label) == 0;
	snprintf(text, sizeof(text), "%lld", (long long)id);
	return strcmp(name, label + 1) == 0 || strcmp(name, text) == 0;
}

static bool
is_wanted(const struct follow *follow, const char *label, int64_t id)
{
	size_t i;

	for (i = 0; i < follow->name_count; i++)
		if (follow_name_is(follow->names[i], label, id))
			return true;
	return follow->name_count == 0;
}

struct follow_channel *
follow_see(struct follow *follow, const json_t *object)
{
	int64_t id = json_in_id(object, "id");
	struct follow_channel *channel = id ? follow_find(follow, id) : NULL;
	const json_t *last = json_object_get(object, "last_message");
	const char *topic = json_in_string(object, "topic");
	char *label;

	if (channel || id == 0)
		return channel;
	label = channel_label(follow, object);
	if (!is_wanted(follow, label, id)) {
		free(label);
		return NULL;
	}
	channel = xcalloc(1, sizeof(*channel));
	channel->id = id;
	channel->label = label;
	channel->topic = xstrdup(topic ? topic : "");
	channel->seq = json_in_int(object, "seq", 0);
	channel->last_id = json_in_id(last, "id");
	channel->first_id = channel->last_id;
	channel->known_ms = json_in_time(last, "created_at");
	channel->read_id = json_in_id(json_object_get(object, "my"),
	    "last_read_message_id");
	/* What came to be after the beginning has no history to tell. */
	channel->begun = channel->caught = follow->started &&
	    follow->told_caught_up;
	follow->channels = xreallocarray(follow->channels, follow->count + 1,
	    sizeof(*follow->channels));
	follow->channels[follow->count++] = channel;
	return channel;
}

/* ---- telling -------------------------------------------------------------- */

void
follow_fail(struct follow *follow, int status, const char *reason)
{
	if (follow->stopped)
		return;
	follow->stopped = true;
	follow->owner.failed(follow->owner.arg, status, reason);
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* True where it was not told yet; notes it. */
static bool
message_note(struct follow_channel *channel, const char *type,
    const json_t *message, bool *edited)
{
	int64_t edited_ms = json_in_time(message, "edited_at");
	int64_t id = json_in_id(message, "id");
	bool is_new = strcmp(type, "message.new") == 0;

	if (is_new && id <= channel->last_id)
		return false;
	if (is_new)
		channel->last_id = id;
	*edited = !is_new && edited_ms > channel->known_ms;
	channel->known_ms = later(channel->known_ms,
	    later(edited_ms, json_in_time(message, "created_at")));
	return true;
}

static bool
topic_changed(struct follow_channel *channel, const json_t *event)
{
	const char *topic = json_in_string(json_object_get(event, "channel"),
	    "topic");

	if (!topic)
		topic = "";
	if (strcmp(topic, channel->topic) == 0)
		return false;
	free(channel->topic);
	channel->topic = xstrdup(topic);
	return true;
}

void
follow_tell(struct follow *follow, struct follow_channel *channel,
    const char *type, const json_t *event)
{
	const json_t *message = json_object_get(event, "message");
	struct follow_event told = { .channel = channel,
		.type = type,
		.event = event };

	follow_people_note(follow, event);
	if (message && !message_note(channel, type, message, &told.edited))
		return;
	if (strcmp(type, "channel.updated") == 0)
		told.edited = topic_changed(channel, event);
	if (strcmp(type, "message.deleted") == 0) {
		channel->known_ms = later(channel->known_ms,
		    json_in_time(event, "deleted_at"));
		follow_tell_by_id(follow, channel, type, event,
		    json_in_id(event, "by"));
	} else if (strcmp(type, "member.left") == 0) {
		follow_tell_by_id(follow, channel, type, event,
		    json_in_id(event, "user_id"));
	} else if (!follow->stopped) {
		follow->owner.event(follow->owner.arg, &told);
	}
}

/* One that we know is one that changed. */
void
follow_tell_message(struct follow *follow, struct follow_channel *channel,
    const json_t *message)
{
	int64_t id = json_in_id(message, "id");
	int64_t deleted_ms = json_in_time(message, "deleted_at");
	const char *type = id > channel->last_id ? "message.new"
						 : "message.updated";
	json_t *event;

	if (id == 0)
		return;
	if (id <= channel->last_id && deleted_ms != 0) {
		if (deleted_ms <= channel->known_ms)
			return;
		type = "message.deleted";
	}
	event = json_pack("{s:s, s:O?, s:O?}", "type", type, "channel_id",
	    json_object_get(message, "channel_id"), "seq",
	    json_object_get(message, "seq"));
	if (strcmp(type, "message.deleted") == 0) {
		json_object_set(event, "message_id",
		    json_object_get(message, "id"));
		json_object_set(event, "deleted_at",
		    json_object_get(message, "deleted_at"));
	} else {
		json_object_set(event, "message", (json_t *)message);
	}
	follow_tell(follow, channel, type, event);
	json_decref(event);
}

/* ---- live events ---------------------------------------------------------- */

/* One too many is not kept: then a sync brings them. */
static void
event_hold(struct follow *follow, struct follow_channel *channel,
    const json_t *event)
{
	if (!channel->held)
		channel->held = json_array();
	if (json_array_size(channel->held) < HELD_MAX)
		json_array_append_new(channel->held, json_deep_copy(event));
	else
		follow->sync_again = true;
}

static int64_t
event_seq(const json_t *event)
{
	int64_t seq = json_in_int(event, "seq", 0);

	return seq ? seq
		   : json_in_int(json_object_get(event, "channel"), "seq", 0);
}

void
follow_gone(struct follow *follow, struct follow_channel *channel)
{
	char reason[REASON_SIZE];

	snprintf(reason, sizeof(reason), "you are no member of %s any more",
	    channel->label);
	channel_remove(follow, channel);
	if (follow->count == 0 && follow->name_count > 0)
		follow_fail(follow, EX_NOPERM, reason);
}

static bool
is_our_end(const struct follow *follow, const char *type, const json_t *event)
{
	return strcmp(type, "channel.deleted") == 0 ||
	    (strcmp(type, "member.left") == 0 &&
		json_in_id(event, "user_id") == follow->me);
}

static void
event_apply(struct follow *follow, struct follow_channel *channel,
    const char *type, const json_t *event)
{
	int64_t seq = event_seq(event);

	if (seq > channel->seq + 1) {
		event_hold(follow, channel, event);
		follow_sync(follow);
		return;
	}
	/* A channel object may come again without a change of its history. */
	if (seq != 0 && seq <= channel->seq &&
	    strcmp(type, "channel.updated") != 0)
		return;
	if (seq != 0)
		channel->seq = later(channel->seq, seq);
	follow_tell(follow, channel, type, event);
}

void
follow_release(struct follow *follow, struct follow_channel *channel)
{
	json_t *held = channel->held;
	const json_t *event;
	size_t i;

	channel->held = NULL;
	json_array_foreach(held, i, event)
		event_apply(follow, channel, json_in_string(event, "type"),
		    event);
	json_decref(held);
}

static void
event_live(struct follow *follow, const char *type, const json_t *event)
{
	int64_t id = json_in_id(event, "channel_id");
	const json_t *object = json_object_get(event, "channel");
	struct follow_channel *channel;

	if (id == 0)
		id = json_in_id(object, "id");
	channel = id ? follow_find(follow, id) : NULL;
	if (!channel && strcmp(type, "channel.new") == 0 && follow->started) {
		channel = follow_see(follow, object);
		if (channel)
			follow_tell(follow, channel, type, event);
		return;
	}
	if (!channel)
		return;
	if (is_our_end(follow, type, event)) {
		follow_tell(follow, channel, type, event);
		follow_gone(follow, channel);
	} else if (follow->syncing || !channel->caught) {
		event_hold(follow, channel, event);
	} else {
		event_apply(follow, channel, type, event);
	}
}

/* ---- the link ------------------------------------------------------------- */

/* Another history: nothing that we know stands in it. */
static void
epoch_check(struct follow *follow, const char *epoch)
{
	bool changed = epoch && follow->epoch &&
	    strcmp(epoch, follow->epoch) != 0;

	while (changed && follow->count > 0)
		channel_remove(follow, follow->channels[0]);
	free(follow->epoch);
	follow->epoch = epoch ? xstrdup(epoch) : NULL;
}

static void
link_up(void *arg, const json_t *established)
{
	struct follow *follow = arg;

	follow->me = json_in_id(json_object_get(established, "user"), "id");
	epoch_check(follow, json_in_string(established, "epoch"));
	follow->syncing = false;
	follow->told_synced = false;
	follow_sync(follow);
}

static void
link_down(void *arg, const char *reason, int64_t retry_ms)
{
	struct follow *follow = arg;

	(void)reason;
	(void)retry_ms;
	follow->syncing = false;
	evtimer_del(follow->retry);
}

static void
link_event(void *arg, const char *type, const json_t *event)
{
	struct follow *follow = arg;

	if (follow->stopped)
		return;
	if (strcmp(type, "sync.channel") != 0)
		event_live(follow, type, event);
	else if (link_ref_is(event, follow->sync_ref))
		follow_sync_channel(follow, event);
}

struct follow *
follow_new(struct event_base *base, struct link *link,
    const struct follow_options *options, const struct follow_owner *owner)
{
	struct follow *follow = xcalloc(1, sizeof(*follow));
	const struct link_listener listener = { .arg = follow,
		.up = link_up,
		.down = link_down,
		.event = link_event };
	size_t i;

	follow->base = base;
	follow->link = link;
	follow->owner = *owner;
	follow->options = *options;
	follow->people = json_object();
	follow->retry = evtimer_new(base, follow_retry_due, follow);
	for (i = 0; i < options->channel_count; i++)
		follow_add(follow, options->channels[i]);
	link_listen(link, &listener);
	return follow;
}

void
follow_add(struct follow *follow, const char *name)
{
	size_t i;

	for (i = 0; i < follow->name_count; i++)
		if (strcmp(follow->names[i], name) == 0)
			return;
	follow->names = xreallocarray(follow->names, follow->name_count + 1,
	    sizeof(*follow->names));
	follow->names[follow->name_count++] = xstrdup(name);
	if (follow->started && link_state(follow->link) == LINK_UP)
		follow_sync(follow);
}

const struct follow_channel *
follow_channel(const struct follow *follow, int64_t id)
{
	size_t i;

	for (i = 0; i < follow->count; i++)
		if (follow->channels[i]->id == id)
			return follow->channels[i];
	return NULL;
}

int64_t
follow_me(const struct follow *follow)
{
	return follow->me;
}

void
follow_free(struct follow *follow)
{
	size_t i;

	if (!follow)
		return;
	while (follow->count > 0)
		channel_remove(follow, follow->channels[0]);
	for (i = 0; i < follow->name_count; i++)
		free(follow->names[i]);
	free(follow->names);
	free(follow->channels);
	free(follow->epoch);
	json_decref(follow->people);
	event_free(follow->retry);
	free(follow);
}

/*
 * What the server tells, and what the person does, into the model. Owns the rule
 * of seq: an event that was applied is old, the next one is applied, one further
 * on waits for a sync.
 *
 *	seq <= ours      old, ignored
 *	seq == ours + 1  applied
 *	seq >  ours + 1  held; a sync is asked for, and then it is looked at again
 */
#include "tui/reduce_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/xmalloc.h"

/* ---- the link ------------------------------------------------------------- */

void
reduce_link(struct model *model, enum model_link link, int64_t retry_at_ms,
    const char *reason)
{
	model->link = link;
	model->retry_at_ms = retry_at_ms;
	free(model->link_reason);
	model->link_reason = reason ? clean_line(reason) : NULL;
	model_touch(model);
}

void
reduce_notice(struct model *model, const char *text)
{
	free(model->notice);
	model->notice = text ? clean_line(text) : NULL;
	model_touch(model);
}

static void
channels_drop(struct model *model)
{
	reduce_thread_close(model);
	while (model->len > 0)
		channel_free(model->channels[--model->len]);
	model->current = NULL;
	model->previous = NULL;
}

void
reduce_established(struct model *model, const json_t *event,
    struct reduce_out *out)
{
	const char *epoch = json_in_string(event, "epoch");
	struct person me;

	if (person_parse(&me, json_object_get(event, "user"))) {
		/* Somebody else's channels are none of ours. */
		out->reset = model->me_known && model->me.id != me.id;
		person_release(&model->me);
		model->me = me;
		model->me_known = true;
	}
	if (model->epoch && epoch && strcmp(model->epoch, epoch) != 0)
		out->reset = true;
	free(model->epoch);
	model->epoch = epoch ? xstrdup(epoch) : NULL;
	if (out->reset)
		channels_drop(model);
	model_touch(model);
}

/* ---- messages ------------------------------------------------------------- */

static void
count_more(int64_t *count)
{
	if (*count < REDUCE_COUNT_MAX)
		++*count;
}

/* Somebody else's message that is new counts, and may ring. */
static void
message_count(struct model *model, struct channel *channel,
    const struct message *message, struct reduce_out *out)
{
	if (message->author.id == model->me.id || message->deleted_ms != 0 ||
	    message->id <= channel->read_id)
		return;
	if (message_belongs(message))
		count_more(&channel->unread);
	if (message->mentions_me)
		count_more(&channel->mentions);
	if ((message->mentions_me || channel->direct) && !channel->muted &&
	    channel->notify != 'n')
		out->bell = true;
}

/* A message as the server has it now. `count`: it is live, not of a sync, whose
 * channel object brings the counts. */
static void
message_apply(struct model *model, struct channel *channel,
    const json_t *object, bool count, struct reduce_out *out)
{
	struct message *message = message_parse(model, object);
	struct message *taken;
	bool is_new;

	if (!message)
		return;
	is_new = message->id > channel->newest_id &&
	    !channel_message(channel, message->id);
	if (message->id > channel->newest_id)
		channel->newest_id = message->id;
	if (message->created_ms > channel->last_activity_ms)
		channel->last_activity_ms = message->created_ms;
	if (is_new && count)
		message_count(model, channel, message, out);
	if (is_new)
		typing_end(model, channel, message->author.id);
	thread_take(model, channel, object);
	taken = window_take(model, channel, message);
	if (is_new && out->arrived)
		out->arrived(out->arg, channel, taken ? taken : message);
	if (taken)
		window_trim(channel);
	else
		message_free(message);
}

static void
event_message(struct model *model, struct channel *channel, const char *type,
    const json_t *event, struct reduce_out *out)
{
	(void)type;
	message_apply(model, channel, json_object_get(event, "message"), true,
	    out);
	thread_count(model, channel, json_object_get(event, "parent"),
	    json_in_int(event, "seq", 0));
}

/* It keeps its row; what it said is gone. */
static void
event_deleted(struct model *model, struct channel *channel, const char *type,
    const json_t *event, struct reduce_out *out)
{
	struct message *copies[2];
	size_t count = message_copies(model, channel,
	    json_in_id(event, "message_id"), copies);
	size_t i;

	(void)type;
	(void)out;
	for (i = 0; i < count; i++) {
		copies[i]->seq = json_in_int(event, "seq", copies[i]->seq);
		copies[i]->deleted_ms = json_in_time(event, "deleted_at");
		if (copies[i]->deleted_ms == 0)
			copies[i]->deleted_ms = copies[i]->created_ms;
		free(copies[i]->text);
		copies[i]->text = xstrdup("");
		reactions_free(copies[i]);
		message_touch(model, copies[i]);
	}
}

/* ---- channels ------------------------------------------------------------- */

static void
event_channel(struct model *model, struct channel *channel, const char *type,
    const json_t *event, struct reduce_out *out)
{
	const json_t *object = json_object_get(event, "channel");
	char *topic = channel ? xstrdup(channel->topic) : NULL;

	(void)type;
	channel = reduce_channel(model, object);
	if (channel && topic && strcmp(topic, channel->topic) != 0)
		channel_line(model, channel, out, 0, "the topic is now: %s",
		    channel->topic);
	free(topic);
}

static void
event_channel_deleted(struct model *model, struct channel *channel,
    const char *type, const json_t *event, struct reduce_out *out)
{
	(void)type;
	(void)event;
	(void)out;
	if (channel)
		reduce_channel_gone(model, channel->id);
}

/* What is above the read mark is in the window, or not known here. */
static void
counts_anew(struct model *model, struct channel *channel)
{
	size_t i;

	channel->unread = 0;
	channel->mentions = 0;
	for (i = 0; i < channel->len; i++)
		message_count(model, channel, channel->messages[i],
		    &(struct reduce_out){ 0 });
	model_touch(model);
}

static void
event_read(struct model *model, struct channel *channel, const char *type,
    const json_t *event, struct reduce_out *out)
{
	int64_t id = json_in_id(event, "message_id");

	if (!channel)
		return;
	if (json_in_id(event, "user_id") != model->me.id) {
		event_receipt(model, channel, type, event, out);
	} else if (id > channel->read_id) {
		channel->read_id = id;
		counts_anew(model, channel);
	}
}

static void
event_notice(struct model *model, struct channel *channel, const char *type,
    const json_t *event, struct reduce_out *out)
{
	(void)channel;
	(void)type;
	(void)out;
	reduce_notice(model, json_in_string(event, "text"));
}

/* ---- the dispatcher ------------------------------------------------------- */

enum order {
	ORDER_NONE,    /* not of a channel's history */
	ORDER_SEQ,     /* the rule of seq */
	ORDER_CHANNEL, /* the same, but also taken where nothing was counted */
};

static const struct event_row {
	const char *type;
	enum order order;
	reduce_run *run;
} event_rows[] = {
	{ "message.new", ORDER_SEQ, event_message },
	{ "message.updated", ORDER_SEQ, event_message },
	{ "message.deleted", ORDER_SEQ, event_deleted },
	{ "reaction.new", ORDER_SEQ, event_reaction },
	{ "reaction.deleted", ORDER_SEQ, event_reaction },
	{ "member.joined", ORDER_SEQ, channel_event_member },
	{ "member.updated", ORDER_SEQ, channel_event_member },
	{ "member.left", ORDER_SEQ, channel_event_member },
	{ "channel.new", ORDER_NONE, event_channel },
	{ "channel.updated", ORDER_CHANNEL, event_channel },
	{ "channel.deleted", ORDER_NONE, event_channel_deleted },
	{ "read.update", ORDER_NONE, event_read },
	{ "delivery.update", ORDER_NONE, event_receipt },
	{ "typing.start", ORDER_NONE, event_typing },
	{ "typing.stop", ORDER_NONE, event_typing },
	{ "presence.update", ORDER_NONE, event_presence },
	{ "notice", ORDER_NONE, event_notice },
};

static const struct event_row *
event_row(const char *type)
{
	size_t i;

	for (i = 0; i < sizeof(event_rows) / sizeof(event_rows[0]); i++)
		if (strcmp(event_rows[i].type, type) == 0)
			return &event_rows[i];
	return NULL;
}

static void
event_hold(struct channel *channel, const json_t *event, struct reduce_out *out)
{
	out->sync = true;
	if (!channel->held)
		channel->held = json_array();
	/* What is not held the sync brings, or the next one. */
	if (json_array_size(channel->held) < REDUCE_HELD_MAX)
		json_array_append_new(channel->held, json_deep_copy(event));
}

/* True where the event is to be applied now; counts it. */
static bool
seq_admit(struct channel *channel, const json_t *event, enum order order,
    struct reduce_out *out)
{
	int64_t seq = json_in_int(event, "seq", 0);

	if (order == ORDER_CHANNEL && seq == 0)
		seq = json_in_int(json_object_get(event, "channel"), "seq", 0);
	if (order == ORDER_CHANNEL && seq == channel->seq)
		return true;
	if (seq <= channel->seq)
		return false;
	if (seq > channel->seq + 1) {
		event_hold(channel, event, out);
		return false;
	}
	channel->seq = seq;
	return true;
}

static int64_t
event_channel_id(const json_t *event)
{
	int64_t id = json_in_id(event, "channel_id");

	return id ? id : json_in_id(json_object_get(event, "channel"), "id");
}

void
reduce_event(struct model *model, const char *type, const json_t *event,
    struct reduce_out *out)
{
	const struct event_row *row = event_row(type);
	int64_t id = event_channel_id(event);
	struct channel *channel = id ? model_channel(model, id) : NULL;

	/* What a newer server adds: its seq counts all the same, or the next
	 * event would look like a jump. */
	if (!row) {
		if (channel && json_object_get(event, "seq"))
			seq_admit(channel, event, ORDER_SEQ, out);
		return;
	}
	if (strcmp(type, "member.left") == 0 &&
	    json_in_id(event, "user_id") == model->me.id) {
		reduce_channel_gone(model, id);
		return;
	}
	if (row->order != ORDER_NONE && !channel) {
		out->sync = true;
		return;
	}
	if (row->order != ORDER_NONE &&
	    !seq_admit(channel, event, row->order, out))
		return;
	row->run(model, channel, type, event, out);
}

/* ---- sync ----------------------------------------------------------------- */

json_t *
reduce_sync_map(const struct model *model)
{
	json_t *map = json_object();
	char id[24];
	size_t i;

	for (i = 0; i < model->len; i++) {
		snprintf(id, sizeof(id), "%lld",
		    (long long)model->channels[i]->id);
		json_object_set_new(map, id,
		    json_integer(model->channels[i]->seq));
	}
	return map;
}

/* What waited is looked at again, in its order. */
static void
held_release(struct model *model, int64_t id, struct reduce_out *out)
{
	struct channel *channel = model_channel(model, id);
	json_t *held = channel ? channel->held : NULL;
	const json_t *event;
	size_t i;

	if (!held)
		return;
	channel->held = NULL;
	json_array_foreach(held, i, event)
		reduce_event(model, json_in_string(event, "type"), event, out);
	json_decref(held);
}

/* The channel object tells of its last message already, which is new all the
 * same where it comes behind. */
static struct channel *
sync_channel(struct model *model, const json_t *event, struct reduce_out *out)
{
	const json_t *object = json_object_get(event, "channel");
	const json_t *messages = json_object_get(event, "messages");
	struct channel *channel = model_channel(model,
	    json_in_id(object, "id"));
	int64_t newest = channel ? channel->newest_id : 0;
	bool known = channel != NULL;
	const json_t *message;
	int64_t told;
	size_t i;

	channel = reduce_channel(model, object);
	if (!channel || !known)
		return channel;
	told = channel->newest_id;
	channel->newest_id = newest;
	json_array_foreach(messages, i, message)
		message_apply(model, channel, message, false, out);
	if (told > channel->newest_id)
		channel->newest_id = told;
	/* The server counts what was read here while it was away. */
	if (channel->read_unsent != 0 &&
	    channel->read_unsent == channel->read_id &&
	    !json_in_bool(event, "truncated", false))
		counts_anew(model, channel);
	return channel;
}

void
reduce_sync(struct model *model, const json_t *event, struct reduce_out *out)
{
	struct channel *channel;
	int64_t seq;

	if (json_in_bool(event, "gone", false)) {
		reduce_channel_gone(model, json_in_id(event, "channel_id"));
		return;
	}
	channel = sync_channel(model, event, out);
	if (!channel)
		return;
	reduce_receipts(model, channel, json_object_get(event, "receipts"));
	if (json_in_bool(event, "truncated", false)) {
		reduce_drop(model, channel);
		if (thread_of(model, channel))
			reduce_drop(model, model->thread);
		out->stale = channel;
	}
	/* Members came and went without a message to tell. */
	seq = json_in_int(json_object_get(event, "channel"), "seq", 0);
	if (seq > channel->seq) {
		channel->members_loaded = false;
		channel->seq = seq;
	}
	held_release(model, channel->id, out);
}

void
reduce_synced(struct model *model, struct reduce_out *out)
{
	size_t i;

	/* A held event may take its channel away. */
	for (i = model->len; i > 0; i--)
		if (i <= model->len)
			held_release(model, model->channels[i - 1]->id, out);
}

/* ---- the person ----------------------------------------------------------- */

static int64_t
marker_of(const struct channel *channel)
{
	if (channel->unread == 0)
		return 0;
	return channel->read_id ? channel->read_id : MODEL_MARKER_FIRST;
}

void
reduce_switch(struct model *model, struct channel *channel)
{
	if (model->current == channel)
		return;
	if (model->current) {
		model->current->marker_id = 0;
		model->previous = model->current;
	}
	model->current = channel;
	if (channel)
		channel->marker_id = marker_of(channel);
	model_touch(model);
}

void
reduce_anchor(struct model *model, struct channel *channel,
    struct anchor anchor)
{
	if (channel->anchor.bottom == anchor.bottom &&
	    channel->anchor.key == anchor.key &&
	    channel->anchor.row == anchor.row)
		return;
	channel->anchor = anchor;
	model_touch(model);
}

int64_t
reduce_read(struct model *model, struct channel *channel)
{
	int64_t id = channel->newest_id;

	if (channel->unread == 0 && channel->mentions == 0 &&
	    id <= channel->read_id)
		return 0;
	channel->unread = 0;
	channel->mentions = 0;
	if (id <= channel->read_id) {
		model_touch(model);
		return 0;
	}
	channel->read_id = id;
	channel->read_unsent = id;
	model_touch(model);
	return id;
}

void
reduce_read_told(struct channel *channel, int64_t id)
{
	if (channel->read_unsent <= id)
		channel->read_unsent = 0;
}

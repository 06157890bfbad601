/*
 * What people do beside writing messages: reactions, receipts, that they write
 * and that they are there.
 */
#include "tui/reduce_private.h"

#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/xmalloc.h"

#define TYPING_MS 4000	    /* without another word of it */
#define TYPISTS_MAX 50	    /* of a channel that are kept */
#define REACTORS_TOLD 20    /* users that a reaction lists at most */
#define REACTIONS_MAX 1000  /* of a message that are kept */
#define PRESENCES_MAX 10000 /* people that are kept */

/* ---- reactions ------------------------------------------------------------ */

static struct reaction *
reaction_find(const struct message *message, const char *emoji)
{
	size_t i;

	for (i = 0; i < message->reaction_len; i++)
		if (strcmp(message->reactions[i].emoji, emoji) == 0)
			return &message->reactions[i];
	return NULL;
}

/* Takes `emoji` over. NULL where there are too many. */
static struct reaction *
reaction_add(struct message *message, char *emoji)
{
	struct reaction *reaction;

	if (message->reaction_len >= REACTIONS_MAX) {
		free(emoji);
		return NULL;
	}
	message->reactions = xreallocarray(message->reactions,
	    message->reaction_len + 1, sizeof(*message->reactions));
	reaction = &message->reactions[message->reaction_len++];
	*reaction = (struct reaction){ .emoji = emoji };
	return reaction;
}

static void
reaction_remove(struct message *message, struct reaction *reaction)
{
	size_t at = (size_t)(reaction - message->reactions);

	free(reaction->emoji);
	message->reaction_len--;
	memmove(reaction, reaction + 1,
	    (message->reaction_len - at) * sizeof(*reaction));
}

static bool
lists_me(const struct model *model, const json_t *user_ids)
{
	const json_t *value;
	size_t i;

	json_array_foreach(user_ids, i, value)
		if (json_is_string(value) &&
		    (int64_t)strtoll(json_string_value(value), NULL, 10) ==
			model->me.id)
			return true;
	return false;
}

void
reactions_parse(const struct model *model, struct message *message,
    const json_t *list)
{
	struct reaction *reaction;
	const json_t *object;
	int64_t count;
	size_t i;

	json_array_foreach(list, i, object) {
		count = json_in_int(object, "count", 0);
		if (count <= 0 || !json_in_string(object, "emoji"))
			continue;
		reaction = reaction_add(message,
		    clean_line(json_in_string(object, "emoji")));
		if (!reaction)
			return;
		reaction->count = count;
		reaction->mine = lists_me(model,
		    json_object_get(object, "user_ids"));
	}
}

void
reactions_keep(struct message *message, const struct message *old)
{
	const struct reaction *before;
	size_t i;

	for (i = 0; i < message->reaction_len; i++) {
		if (message->reactions[i].count <= REACTORS_TOLD)
			continue;
		before = reaction_find(old, message->reactions[i].emoji);
		if (before && before->mine)
			message->reactions[i].mine = true;
	}
}

/* The event tells the count that there is now. */
static void
reaction_set(struct message *message, const char *emoji, int64_t count,
    const bool *mine)
{
	struct reaction *reaction = reaction_find(message, emoji);

	if (count <= 0) {
		if (reaction)
			reaction_remove(message, reaction);
		return;
	}
	if (!reaction)
		reaction = reaction_add(message, xstrdup(emoji));
	if (!reaction)
		return;
	reaction->count = count;
	if (mine)
		reaction->mine = *mine;
}

void
event_reaction(struct model *model, struct channel *channel, const char *type,
    const json_t *event, struct reduce_out *out)
{
	bool mine = strcmp(type, "reaction.new") == 0;
	bool by_me = json_in_id(json_object_get(event, "user"), "id") ==
	    model->me.id;
	char *emoji = clean_line(json_in_string(event, "emoji"));
	int64_t seq = json_in_int(event, "seq", 0);
	struct message *copies[2];
	size_t count = message_copies(model, channel,
	    json_in_id(event, "message_id"), copies);
	size_t i;

	(void)out;
	for (i = 0; *emoji && i < count; i++) {
		/* A page may have brought it already, and what came later. */
		if (seq <= copies[i]->seq)
			continue;
		copies[i]->seq = seq;
		reaction_set(copies[i], emoji, json_in_int(event, "count", 0),
		    by_me ? &mine : NULL);
		message_touch(model, copies[i]);
	}
	free(emoji);
}

/* ---- who writes ----------------------------------------------------------- */

static void
typist_remove(struct channel *channel, size_t at)
{
	person_release(&channel->typists[at].person);
	channel->typist_len--;
	memmove(channel->typists + at, channel->typists + at + 1,
	    (channel->typist_len - at) * sizeof(*channel->typists));
}

static void
typist_forget(struct channel *channel, int64_t user_id)
{
	size_t i;

	for (i = channel->typist_len; i > 0; i--)
		if (channel->typists[i - 1].person.id == user_id)
			typist_remove(channel, i - 1);
}

static void
typist_add(struct channel *channel, const struct typist *typist)
{
	struct typist *added;

	if (channel->typist_len >= TYPISTS_MAX)
		return;
	channel->typists = xreallocarray(channel->typists,
	    channel->typist_len + 1, sizeof(*channel->typists));
	added = &channel->typists[channel->typist_len++];
	*added = *typist;
	added->person = (struct person){ 0 };
	person_copy(&added->person, &typist->person);
}

void
typing_end(struct model *model, struct channel *channel, int64_t user_id)
{
	struct channel *thread = thread_of(model, channel);

	typist_forget(channel, user_id);
	if (thread)
		typist_forget(thread, user_id);
}

void
event_typing(struct model *model, struct channel *channel, const char *type,
    const json_t *event, struct reduce_out *out)
{
	struct channel *thread = thread_of(model, channel);
	struct typist typist = { .until_ms = out->mono_ms + TYPING_MS,
		.parent_id = json_in_id(event, "parent_id") };

	if (!channel ||
	    !person_parse(&typist.person, json_object_get(event, "user")))
		return;
	if (typist.person.id != model->me.id) {
		typing_end(model, channel, typist.person.id);
		if (strcmp(type, "typing.start") == 0) {
			typist_add(channel, &typist);
			if (thread && thread->parent_id == typist.parent_id)
				typist_add(thread, &typist);
		}
		model_touch(model);
	}
	person_release(&typist.person);
}

/* The earliest that is left, or `next`. */
static int64_t
typing_expire(struct model *model, struct channel *channel, int64_t mono_ms,
    int64_t next)
{
	int64_t until_ms;
	size_t i;

	for (i = channel->typist_len; i > 0; i--) {
		until_ms = channel->typists[i - 1].until_ms;
		if (until_ms <= mono_ms) {
			typist_remove(channel, i - 1);
			model_touch(model);
		} else if (next == 0 || until_ms < next) {
			next = until_ms;
		}
	}
	return next;
}

int64_t
reduce_typing(struct model *model, int64_t mono_ms)
{
	int64_t next = 0;
	size_t i;

	for (i = 0; i < model->len; i++)
		next = typing_expire(model, model->channels[i], mono_ms, next);
	if (model->thread)
		next = typing_expire(model, model->thread, mono_ms, next);
	return next;
}

/* ---- receipts ------------------------------------------------------------- */

static void
receipt_raise(struct channel *channel, int64_t delivered_id, int64_t seen_id)
{
	if (seen_id > channel->seen_id)
		channel->seen_id = seen_id;
	if (delivered_id > channel->delivered_id)
		channel->delivered_id = delivered_id;
	/* Who has read it has it. */
	if (channel->seen_id > channel->delivered_id)
		channel->delivered_id = channel->seen_id;
}

void
event_receipt(struct model *model, struct channel *channel, const char *type,
    const json_t *event, struct reduce_out *out)
{
	int64_t id = json_in_id(event, "message_id");
	bool read = strcmp(type, "read.update") == 0;

	(void)out;
	if (!channel || json_in_id(event, "user_id") == model->me.id)
		return;
	receipt_raise(channel, id, read ? id : 0);
	thread_follow(model, channel);
	model_touch(model);
}

void
reduce_receipts(struct model *model, struct channel *channel,
    const json_t *receipts)
{
	const json_t *object;
	size_t i;

	json_array_foreach(receipts, i, object) {
		if (json_in_id(object, "user_id") == model->me.id)
			continue;
		receipt_raise(channel,
		    json_in_id(object, "last_delivered_message_id"),
		    json_in_id(object, "last_read_message_id"));
	}
	thread_follow(model, channel);
	model_touch(model);
}

/* ---- presence ------------------------------------------------------------- */

static enum presence
presence_parse(const char *status)
{
	static const char *const names[] = {
		[PRESENCE_OFFLINE] = "offline",
		[PRESENCE_ONLINE] = "online",
		[PRESENCE_AWAY] = "away",
		[PRESENCE_DND] = "dnd",
	};
	size_t i;

	for (i = PRESENCE_OFFLINE; status && i <= PRESENCE_DND; i++)
		if (strcmp(names[i], status) == 0)
			return (enum presence)i;
	return PRESENCE_UNKNOWN;
}

/* Sorted in: the list is short and mostly known. */
static void
presence_put(struct model *model, const json_t *object)
{
	int64_t user_id = json_in_id(object, "user_id");
	enum presence status = presence_parse(json_in_string(object, "status"));
	size_t at = 0;

	if (user_id == 0)
		return;
	while (at < model->present_len && model->presents[at].user_id < user_id)
		at++;
	if (at < model->present_len && model->presents[at].user_id == user_id) {
		model->presents[at].status = status;
		return;
	}
	if (model->present_len >= PRESENCES_MAX)
		return;
	model->presents = xreallocarray(model->presents, model->present_len + 1,
	    sizeof(*model->presents));
	memmove(model->presents + at + 1, model->presents + at,
	    (model->present_len - at) * sizeof(*model->presents));
	model->presents[at] = (struct present){ user_id, status };
	model->present_len++;
}

void
event_presence(struct model *model, struct channel *channel, const char *type,
    const json_t *event, struct reduce_out *out)
{
	(void)channel;
	(void)type;
	(void)out;
	presence_put(model, event);
	model_touch(model);
}

void
reduce_presences(struct model *model, const json_t *list)
{
	const json_t *object;
	size_t i;

	model->present_len = 0;
	json_array_foreach(list, i, object)
		presence_put(model, object);
	model_touch(model);
}

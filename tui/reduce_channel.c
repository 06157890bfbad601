/*
 * Channels and their members. Owns the order of both lists.
 */
#include "tui/reduce_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/xmalloc.h"

/* ---- members -------------------------------------------------------------- */

static int
role_rank(char role)
{
	return role == 'o' ? 0 : role == 'm' ? 1 : 2;
}

static int
member_compare(const void *left, const void *right)
{
	const struct member *a = left;
	const struct member *b = right;
	int difference = role_rank(a->role) - role_rank(b->role);

	if (difference != 0)
		return difference;
	return strcmp(person_name(&a->person), person_name(&b->person));
}

static void
members_sort(struct channel *channel)
{
	if (channel->member_len > 1)
		qsort(channel->members, channel->member_len,
		    sizeof(*channel->members), member_compare);
}

static struct member *
member_find(const struct channel *channel, int64_t id)
{
	size_t i;

	for (i = 0; i < channel->member_len; i++)
		if (channel->members[i].person.id == id)
			return &channel->members[i];
	return NULL;
}

/* Takes over `fresh`. */
static void
member_put(struct channel *channel, struct member *fresh)
{
	struct member *known = member_find(channel, fresh->person.id);

	if (known) {
		person_release(&known->person);
		*known = *fresh;
		return;
	}
	if (channel->member_len == channel->member_cap) {
		channel->member_cap = channel->member_cap
		    ? channel->member_cap * 2
		    : 16;
		channel->members = xreallocarray(channel->members,
		    channel->member_cap, sizeof(*channel->members));
	}
	channel->members[channel->member_len++] = *fresh;
}

static void
member_remove(struct channel *channel, int64_t id)
{
	struct member *member = member_find(channel, id);
	size_t at;

	if (!member)
		return;
	at = (size_t)(member - channel->members);
	person_release(&member->person);
	channel->member_len--;
	memmove(member, member + 1,
	    (channel->member_len - at) * sizeof(*member));
}

void
reduce_members(struct model *model, struct channel *channel,
    const json_t *members, bool first, bool last)
{
	struct member fresh;
	const json_t *object;
	size_t i;

	if (first) {
		for (i = 0; i < channel->member_len; i++)
			person_release(&channel->members[i].person);
		channel->member_len = 0;
	}
	json_array_foreach(members, i, object)
		if (member_parse(&fresh, object))
			member_put(channel, &fresh);
	members_sort(channel);
	channel->members_loaded = last;
	if (last)
		channel->member_count = (int64_t)channel->member_len;
	model_touch(model);
}

const char *
channel_knows(const struct channel *channel, int64_t user_id)
{
	const struct member *member = member_find(channel, user_id);
	size_t i;

	if (member)
		return person_name(&member->person);
	for (i = channel->len; i > 0; i--)
		if (channel->messages[i - 1]->author.id == user_id)
			return person_name(&channel->messages[i - 1]->author);
	return NULL;
}

void
channel_line(struct model *model, struct channel *channel,
    struct reduce_out *out, int64_t at_ms, const char *format, ...)
{
	struct message *message = xcalloc(1, sizeof(*message));
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	message->key = model->next_key++;
	message->text = clean_line(text);
	message->event = true;
	message->created_ms = at_ms ? at_ms : out->now_ms;
	if (out->arrived)
		out->arrived(out->arg, channel, message);
	if (channel->loaded && channel->at_end)
		window_append(model, channel, message);
	else
		message_free(message);
}

static void
member_joined(struct model *model, struct channel *channel, const json_t *event,
    struct reduce_out *out)
{
	const json_t *object = json_object_get(event, "member");
	struct member fresh;
	bool is_new;

	if (!member_parse(&fresh, object))
		return;
	is_new = !member_find(channel, fresh.person.id);
	channel_line(model, channel, out, json_in_time(object, "joined_at"),
	    "%s joined", person_name(&fresh.person));
	if (is_new)
		channel->member_count++;
	member_put(channel, &fresh);
	members_sort(channel);
}

static void
member_updated(struct channel *channel, const json_t *event)
{
	struct member fresh;

	if (!member_parse(&fresh, json_object_get(event, "member")))
		return;
	member_put(channel, &fresh);
	members_sort(channel);
}

static void
member_left(struct model *model, struct channel *channel, const json_t *event,
    struct reduce_out *out)
{
	int64_t id = json_in_id(event, "user_id");
	const char *reason = json_in_string(event, "reason");
	const char *name = channel_knows(channel, id);
	const char *how = "left";

	if (reason && strcmp(reason, "kicked") == 0)
		how = "was kicked";
	if (reason && strcmp(reason, "banned") == 0)
		how = "was banned";
	channel_line(model, channel, out, json_in_time(event, "at"), "%s %s",
	    name ? name : "somebody", how);
	member_remove(channel, id);
	if (channel->member_count > 0)
		channel->member_count--;
}

void
channel_event_member(struct model *model, struct channel *channel,
    const char *type, const json_t *event, struct reduce_out *out)
{
	if (strcmp(type, "member.joined") == 0)
		member_joined(model, channel, event, out);
	else if (strcmp(type, "member.updated") == 0)
		member_updated(channel, event);
	else
		member_left(model, channel, event, out);
	model_touch(model);
}

/* ---- channels ------------------------------------------------------------- */

/* Groups by name, then direct ones by name. */
static int
channel_compare(const void *left, const void *right)
{
	const struct channel *a = *(struct channel *const *)left;
	const struct channel *b = *(struct channel *const *)right;

	if (a->direct != b->direct)
		return a->direct ? 1 : -1;
	return strcmp(a->name, b->name);
}

static void
channels_sort(struct model *model)
{
	if (model->len > 1)
		qsort(model->channels, model->len, sizeof(*model->channels),
		    channel_compare);
}

static void
text_replace(char **text, const char *fresh)
{
	free(*text);
	*text = clean_line(fresh);
}

/* A direct channel is called after the other one; after oneself, where that is
 * nobody. */
static void
direct_name(struct model *model, struct channel *channel, const json_t *members)
{
	struct person person;
	const json_t *object;
	size_t i;

	json_array_foreach(members, i, object) {
		if (!person_parse(&person, object))
			continue;
		if (person.id != model->me.id || !channel->name) {
			text_replace(&channel->name, person_name(&person));
			person_copy(&channel->peer, &person);
		}
		person_release(&person);
	}
}

static void
counts_parse(struct channel *channel, const json_t *my)
{
	int64_t read = json_in_id(my, "last_read_message_id");

	const char *notify = json_in_string(my, "notify");

	if (!my)
		return;
	channel->muted = json_in_bool(my, "muted", channel->muted);
	channel->notify = notify && *notify ? *notify : 'a';
	channel->unread = json_in_int(my, "unread_count", channel->unread);
	channel->mentions = json_in_int(my, "mention_count", channel->mentions);
	channel->role = role_parse(json_in_string(my, "role"));
	if (read > channel->read_id)
		channel->read_id = read;
}

static void
channel_fill(struct model *model, struct channel *channel, const json_t *object)
{
	const char *type = json_in_string(object, "type");
	const char *visibility = json_in_string(object, "visibility");
	const json_t *last = json_object_get(object, "last_message");
	int64_t newest = json_in_id(last, "id");

	channel->direct = type && strcmp(type, "direct") == 0;
	channel->is_public = visibility && strcmp(visibility, "public") == 0;
	if (channel->direct)
		direct_name(model, channel, json_object_get(object, "members"));
	else
		text_replace(&channel->name, json_in_string(object, "name"));
	if (!channel->name)
		channel->name = xstrdup("");
	text_replace(&channel->topic, json_in_string(object, "topic"));
	channel->member_count = json_in_int(object, "member_count",
	    channel->member_count);
	counts_parse(channel, json_object_get(object, "my"));
	if (newest > channel->newest_id)
		channel->newest_id = newest;
	if (last)
		channel->last_activity_ms = json_in_time(last, "created_at");
}

static struct channel *
channel_add(struct model *model, int64_t id)
{
	struct channel *channel = xcalloc(1, sizeof(*channel));

	channel->id = id;
	channel->role = ' ';
	channel->notify = 'a';
	channel->anchor.bottom = true;
	if (model->len == model->cap) {
		model->cap = model->cap ? model->cap * 2 : 16;
		model->channels = xreallocarray(model->channels, model->cap,
		    sizeof(*model->channels));
	}
	model->channels[model->len++] = channel;
	return channel;
}

struct channel *
reduce_channel(struct model *model, const json_t *object)
{
	int64_t id = json_in_id(object, "id");
	struct channel *channel = id ? model_channel(model, id) : NULL;
	bool is_new = !channel;

	if (id == 0)
		return NULL;
	if (is_new) {
		channel = channel_add(model, id);
		channel->seq = json_in_int(object, "seq", 0);
	}
	channel_fill(model, channel, object);
	thread_follow(model, channel);
	channels_sort(model);
	model_touch(model);
	return channel;
}

void
reduce_channel_gone(struct model *model, int64_t id)
{
	struct channel *channel = model_channel(model, id);
	size_t at = channel ? model_number(model, channel) : 0;

	if (at == 0)
		return;
	model->len--;
	memmove(model->channels + at - 1, model->channels + at,
	    (model->len - (at - 1)) * sizeof(*model->channels));
	if (thread_of(model, channel))
		reduce_thread_close(model);
	if (model->previous == channel)
		model->previous = NULL;
	if (model->current == channel) {
		model->current = model->previous;
		model->previous = NULL;
	}
	if (!model->current && model->len > 0)
		model->current = model->channels[0];
	channel_free(channel);
	model_touch(model);
}

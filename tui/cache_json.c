/*
 * Parts of the model as the server writes them, for the cache: what is written
 * here the reducer reads as it reads an answer.
 */
#include "tui/cache.h"

#include <stdio.h>

#include "shared/clock.h"

#define ID_SIZE 24

static json_t *
id_json(int64_t id)
{
	char text[ID_SIZE];

	snprintf(text, sizeof(text), "%lld", (long long)id);
	return json_string(text);
}

static void
id_set(json_t *object, const char *key, int64_t id)
{
	if (id != 0)
		json_object_set_new(object, key, id_json(id));
}

static void
time_set(json_t *object, const char *key, int64_t ms)
{
	char text[CLOCK_TEXT_SIZE];

	if (ms == 0)
		return;
	clock_format(ms, text);
	json_object_set_new(object, key, json_string(text));
}

static void
text_set(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, json_string(text));
}

static json_t *
person_json(const struct person *person)
{
	json_t *object = json_object();

	id_set(object, "id", person->id);
	text_set(object, "username", person->username);
	text_set(object, "display_name", person->display_name);
	return object;
}

/* Of who reacted only we are known. */
static json_t *
reactions_json(const struct message *message, int64_t me_id)
{
	json_t *list = json_array();
	const struct reaction *reaction;
	json_t *users;
	size_t i;

	for (i = 0; i < message->reaction_len; i++) {
		reaction = &message->reactions[i];
		users = json_array();
		if (reaction->mine)
			json_array_append_new(users, id_json(me_id));
		json_array_append_new(list,
		    json_pack("{s:s, s:I, s:o}", "emoji", reaction->emoji,
			"count", (json_int_t)reaction->count, "user_ids",
			users));
	}
	return list;
}

json_t *
cache_message_json(const struct message *message, int64_t me_id)
{
	json_t *object = json_object();

	id_set(object, "id", message->id);
	json_object_set_new(object, "seq", json_integer(message->seq));
	json_object_set_new(object, "user", person_json(&message->author));
	text_set(object, "text", message->text);
	text_set(object, "client_msg_id", message->client_msg_id);
	time_set(object, "created_at", message->created_ms);
	time_set(object, "edited_at", message->edited_ms);
	time_set(object, "deleted_at", message->deleted_ms);
	time_set(object, "pinned_at", message->pinned_ms);
	time_set(object, "last_reply_at", message->last_reply_ms);
	id_set(object, "parent_id", message->parent_id);
	json_object_set_new(object, "in_channel",
	    json_boolean(message->in_channel));
	json_object_set_new(object, "reply_count",
	    json_integer(message->reply_count));
	if (message->mentions_me)
		json_object_set_new(object, "mentions",
		    json_pack("[o]", id_json(me_id)));
	json_object_set_new(object, "reactions",
	    reactions_json(message, me_id));
	return object;
}

static const char *
role_name(char role)
{
	return role == 'o' ? "owner" : role == 'm' ? "moderator" : "member";
}

static const char *
notify_name(char notify)
{
	return notify == 'n' ? "none" : notify == 'm' ? "mentions" : "all";
}

static json_t *
my_json(const struct channel *channel)
{
	json_t *my = json_pack("{s:b, s:s, s:I, s:I, s:s}", "muted",
	    channel->muted, "notify", notify_name(channel->notify),
	    "unread_count", (json_int_t)channel->unread, "mention_count",
	    (json_int_t)channel->mentions, "role", role_name(channel->role));

	id_set(my, "last_read_message_id", channel->read_id);
	return my;
}

json_t *
cache_channel_json(const struct channel *channel)
{
	json_t *object = json_object();
	json_t *last;

	id_set(object, "id", channel->id);
	json_object_set_new(object, "seq", json_integer(channel->seq));
	text_set(object, "type", channel->direct ? "direct" : "group");
	text_set(object, "visibility",
	    channel->is_public ? "public" : "private");
	if (channel->direct)
		json_object_set_new(object, "members",
		    json_pack("[o]", person_json(&channel->peer)));
	else
		text_set(object, "name", channel->name);
	text_set(object, "topic", channel->topic);
	json_object_set_new(object, "member_count",
	    json_integer(channel->member_count));
	json_object_set_new(object, "my", my_json(channel));
	if (channel->newest_id != 0) {
		last = json_object();
		id_set(last, "id", channel->newest_id);
		time_set(last, "created_at", channel->last_activity_ms);
		json_object_set_new(object, "last_message", last);
	}
	return object;
}

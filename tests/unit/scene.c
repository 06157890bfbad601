/*
 * Models made by hand. The numbers are simple so that a test can name them.
 */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"

#define FIRST_ID 1000000

static int64_t
person_id(const char *name)
{
	uint32_t id = 0;

	for (size_t i = 0; name[i] != '\0'; i++)
		id = id * 31 + (unsigned char)name[i];
	return (int64_t)id;
}

struct model *
scene_new(void)
{
	struct model *model = xcalloc(1, sizeof(*model));

	model->me.username = xstrdup("amy");
	model->me.id = person_id("amy");
	model->me_known = true;
	model->link = MODEL_CONNECTED;
	model->next_key = 1;
	return model;
}

static void
message_release(struct message *message)
{
	free(message->author.username);
	free(message->text);
	free(message->error);
	free(message);
}

static void
channel_release(struct channel *channel)
{
	for (size_t i = 0; i < channel->len; i++)
		message_release(channel->messages[i]);
	for (size_t i = 0; i < channel->member_len; i++)
		free(channel->members[i].person.username);
	free(channel->messages);
	free(channel->members);
	free(channel->name);
	free(channel->topic);
	free(channel);
}

void
scene_free(struct model *model)
{
	for (size_t i = 0; i < model->len; i++)
		channel_release(model->channels[i]);
	free(model->channels);
	free(model->me.username);
	free(model->notice);
	free(model->link_reason);
	free(model);
}

struct channel *
scene_channel(struct model *model, const char *name, bool direct)
{
	struct channel *channel = xcalloc(1, sizeof(*channel));

	channel->id = (int64_t)model->len + 1;
	channel->name = xstrdup(name);
	channel->topic = xstrdup("");
	channel->direct = direct;
	channel->loaded = true;
	channel->at_start = true;
	channel->at_end = true;
	channel->anchor.bottom = true;
	model->channels = xreallocarray(model->channels, model->len + 1,
	    sizeof(model->channels[0]));
	model->channels[model->len++] = channel;
	if (model->current == NULL)
		model->current = channel;
	return channel;
}

void
scene_member(struct channel *channel, const char *name, char role)
{
	channel->members = xreallocarray(channel->members,
	    channel->member_len + 1, sizeof(channel->members[0]));
	channel->members[channel->member_len++] = (struct member){
		.person = { .id = person_id(name), .username = xstrdup(name) },
		.role = role
	};
	channel->member_count++;
	channel->members_loaded = true;
}

static struct message *
insert(struct model *model, struct channel *channel, size_t at,
    const char *author, int64_t created_ms, const char *text)
{
	struct message *message = xcalloc(1, sizeof(*message));

	message->key = model->next_key++;
	message->author.username = xstrdup(author);
	message->author.id = person_id(author);
	message->created_ms = created_ms;
	message->text = xstrdup(text);
	if (channel->len == channel->cap) {
		channel->cap = channel->cap == 0 ? 16 : channel->cap * 2;
		channel->messages = xreallocarray(channel->messages,
		    channel->cap, sizeof(channel->messages[0]));
	}
	memmove(&channel->messages[at + 1], &channel->messages[at],
	    (channel->len - at) * sizeof(channel->messages[0]));
	channel->messages[at] = message;
	channel->len++;
	return message;
}

struct message *
scene_message(struct model *model, struct channel *channel, const char *author,
    int64_t created_ms, const char *text)
{
	int64_t last = FIRST_ID;
	struct message *message;

	for (size_t i = 0; i < channel->len; i++) {
		if (channel->messages[i]->id > last)
			last = channel->messages[i]->id;
	}
	message = insert(model, channel, channel->len, author, created_ms,
	    text);
	message->id = last + 1;
	return message;
}

struct message *
scene_prepend(struct model *model, struct channel *channel, const char *author,
    int64_t created_ms, const char *text)
{
	struct message *message = insert(model, channel, 0, author, created_ms,
	    text);

	message->id = channel->len > 1 ? channel->messages[1]->id - 1
				       : FIRST_ID + 1;
	return message;
}

void
scene_evict(struct channel *channel, size_t count, bool front)
{
	size_t from = front ? 0 : channel->len - count;

	for (size_t i = from; i < from + count; i++)
		message_release(channel->messages[i]);
	memmove(&channel->messages[from], &channel->messages[from + count],
	    (channel->len - from - count) * sizeof(channel->messages[0]));
	channel->len -= count;
	if (front)
		channel->at_start = false;
	else
		channel->at_end = false;
}

static void
talk_general(struct model *model, struct channel *general)
{
	static const struct {
		int minute;
		const char *author, *text;
	} lines[] = {
		{ 1, "alice", "morning everyone" },
		{ 1, "bob",
		    "the deploy at https://ci.example.org/build/1234 went "
		    "out, all green" },
		{ 2, "dave",
		    "wide text 日本語テキスト and combining e\u0301 "
		    "marks line up" },
		{ 3, "erin",
		    "a rather long message that has to be wrapped so that "
		    "every next row hangs under the text and not under the "
		    "name of whoever wrote it" },
		{ 3, "dave", "nice work" },
		{ 4, "carol", "amy: can you have a look at the queue?" },
		{ 4, "amy", "on it" },
		{ 5, "bob", "thanks\nhere is what I saw:\n\tworker 3 stuck" },
		{ 6, "amy", "done" },
	};
	static const char *const names[] = { "alice", "amy", "bob", "carol",
		"dave", "erin" };

	free(general->topic);
	general->topic = xstrdup("Team chat -- be nice");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		scene_member(general, names[i], i == 0 ? 'o' : ' ');
	scene_message(model, general, "bob", SCENE_NOW - 26 * 60 * SCENE_MINUTE,
	    "see you tomorrow");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		scene_message(model, general, lines[i].author,
		    SCENE_NOW + lines[i].minute * SCENE_MINUTE, lines[i].text);
	general->marker_id = general->messages[3]->id;
	general->messages[5]->edited_ms = SCENE_NOW;
	general->messages[6]->mentions_me = true;
	general->messages[9]->state = MESSAGE_SENDING;
	general->messages[9]->id = 0;
}

struct model *
scene_talk(void)
{
	struct model *model = scene_new();
	struct channel *general = scene_channel(model, "general", false);
	struct channel *other;

	other = scene_channel(model, "ops", false);
	other->unread = 5;
	scene_channel(model, "random", false);
	other = scene_channel(model, "dev", false);
	other->unread = 12;
	other->mentions = 1;
	other = scene_channel(model, "bob", true);
	other->unread = 1;
	scene_channel(model, "dave", true);
	talk_general(model, general);
	return model;
}

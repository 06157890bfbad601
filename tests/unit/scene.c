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
	for (size_t i = 0; i < message->reaction_len; i++)
		free(message->reactions[i].emoji);
	free(message->reactions);
	free(message);
}

static void
channel_release(struct channel *channel)
{
	for (size_t i = 0; i < channel->len; i++)
		message_release(channel->messages[i]);
	for (size_t i = 0; i < channel->member_len; i++)
		free(channel->members[i].person.username);
	for (size_t i = 0; i < channel->typist_len; i++)
		free(channel->typists[i].person.username);
	free(channel->typists);
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
	free(model->presents);
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
	channel->peer.id = direct ? person_id(name) : 0;
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

void
scene_reaction(struct message *message, const char *emoji, int64_t count,
    bool mine)
{
	message->reactions = xreallocarray(message->reactions,
	    message->reaction_len + 1, sizeof(message->reactions[0]));
	message->reactions[message->reaction_len++] = (struct reaction){
		.emoji = xstrdup(emoji),
		.count = count,
		.mine = mine
	};
}

void
scene_typist(struct channel *channel, const char *name, int64_t until_ms)
{
	channel->typists = xreallocarray(channel->typists,
	    channel->typist_len + 1, sizeof(channel->typists[0]));
	channel->typists[channel->typist_len++] = (struct typist){
		.person = { .id = person_id(name), .username = xstrdup(name) },
		.until_ms = until_ms
	};
}

void
scene_presence(struct model *model, const char *name, enum presence presence)
{
	int64_t id = person_id(name);
	size_t at = model->present_len;

	model->presents = xreallocarray(model->presents, at + 1,
	    sizeof(model->presents[0]));
	for (; at > 0 && model->presents[at - 1].user_id > id; at--)
		model->presents[at] = model->presents[at - 1];
	model->presents[at] = (struct present){ id, presence };
	model->present_len++;
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

static void
rich_messages(struct model *model, struct channel *channel)
{
	struct message *message, *first;
	int64_t at = SCENE_NOW;

	first = scene_message(model, channel, "bob", at,
	    "the deploy at https://ci.example.org/build/1234 went out, all "
	    "green");
	first->reply_count = 1;
	scene_reaction(first, "\U0001f44d", 3, true);
	scene_reaction(first, ":tada:", 1, false);
	message = scene_message(model, channel, "dave", at, "*nice* work");
	message->parent_id = first->id;
	message->in_channel = true;
	message->edited_ms = at;
	message->reply_count = 2;
	message = scene_message(model, channel, "erin", at,
	    "> who looks at it?\n_I_ do, see `make test`:\n```\nok 12\n```");
	message->pinned_ms = at;
	message = scene_message(model, channel, "carol", at, "gone");
	message->parent_id = first->id;
	message->deleted_ms = at;
	message = scene_message(model, channel, "bob", at, "as I said");
	message->parent_id = 7;
	channel->seen_id = scene_message(model, channel, "amy", at, "one")->id;
	channel->delivered_id =
	    scene_message(model, channel, "amy", at, "two")->id;
	scene_message(model, channel, "amy", at,
	    "three, which is as long as the row is and then goes on")
	    ->reply_count = 12;
	message = scene_message(model, channel, "amy", at, "four");
	message->state = MESSAGE_FAILED;
	message->id = 0;
	message->error = xstrdup("silenced until tomorrow");
	message = scene_message(model, channel, "amy", at, "five");
	message->state = MESSAGE_SENDING;
	message->id = 0;
}

struct model *
scene_rich(void)
{
	static const char *const names[] = { "alice", "amy", "bob", "carol",
		"dave", "erin" };
	struct model *model = scene_new();
	struct channel *general = scene_channel(model, "general", false);
	struct channel *other = scene_channel(model, "random", false);

	other->muted = true;
	other->unread = 40;
	scene_channel(model, "bob", true);
	scene_channel(model, "dave", true);
	scene_channel(model, "zoe", true);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		static const enum presence presences[] = { PRESENCE_OFFLINE,
			PRESENCE_ONLINE, PRESENCE_ONLINE, PRESENCE_AWAY,
			PRESENCE_OFFLINE, PRESENCE_DND };

		scene_member(general, names[i], i == 0 ? 'o' : ' ');
		scene_presence(model, names[i], presences[i]);
	}
	rich_messages(model, general);
	scene_typist(general, "bob", 5000);
	scene_typist(general, "carol", 5000);
	return model;
}

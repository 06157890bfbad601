/*
 * Look-ups in the model, and its end. Changes nothing: reduce.c does.
 */
#include "tui/model.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"
#include "tui/reduce_private.h"

struct model *
model_new(void)
{
	struct model *model = xcalloc(1, sizeof(*model));

	model->next_key = 1;
	return model;
}

void
person_release(struct person *person)
{
	free(person->username);
	free(person->display_name);
	memset(person, 0, sizeof(*person));
}

void
reactions_free(struct message *message)
{
	size_t i;

	for (i = 0; i < message->reaction_len; i++)
		free(message->reactions[i].emoji);
	free(message->reactions);
	message->reactions = NULL;
	message->reaction_len = 0;
}

void
message_free(struct message *message)
{
	if (!message)
		return;
	reactions_free(message);
	person_release(&message->author);
	free(message->text);
	free(message->client_msg_id);
	free(message->error);
	free(message);
}

void
channel_free(struct channel *channel)
{
	size_t i;

	if (!channel)
		return;
	for (i = 0; i < channel->len; i++)
		message_free(channel->messages[i]);
	for (i = 0; i < channel->member_len; i++)
		person_release(&channel->members[i].person);
	for (i = 0; i < channel->typist_len; i++)
		person_release(&channel->typists[i].person);
	free(channel->typists);
	free(channel->messages);
	free(channel->members);
	free(channel->name);
	free(channel->topic);
	person_release(&channel->peer);
	json_decref(channel->held);
	free(channel);
}

void
model_free(struct model *model)
{
	size_t i;

	if (!model)
		return;
	for (i = 0; i < model->len; i++)
		channel_free(model->channels[i]);
	channel_free(model->thread);
	free(model->presents);
	free(model->channels);
	person_release(&model->me);
	free(model->epoch);
	free(model->link_reason);
	free(model->notice);
	free(model);
}

struct channel *
model_channel(const struct model *model, int64_t id)
{
	size_t i;

	for (i = 0; i < model->len; i++)
		if (model->channels[i]->id == id)
			return model->channels[i];
	return NULL;
}

struct channel *
model_channel_named(const struct model *model, const char *name)
{
	bool group = name[0] == '#';
	bool direct = name[0] == '@';
	struct channel *found = NULL;
	size_t i;

	if (group || direct)
		name++;
	for (i = 0; i < model->len; i++) {
		if (strcmp(model->channels[i]->name, name) != 0 ||
		    (group && model->channels[i]->direct) ||
		    (direct && !model->channels[i]->direct))
			continue;
		/* Without a mark a group goes before a person. */
		if (!found || found->direct)
			found = model->channels[i];
	}
	return found;
}

struct message *
channel_message(const struct channel *channel, int64_t id)
{
	size_t i;

	for (i = channel->len; id != 0 && i > 0; i--)
		if (channel->messages[i - 1]->id == id)
			return channel->messages[i - 1];
	return NULL;
}

ptrdiff_t
channel_index(const struct channel *channel, uint64_t key)
{
	size_t i;

	for (i = channel->len; i > 0; i--)
		if (channel->messages[i - 1]->key == key)
			return (ptrdiff_t)(i - 1);
	return -1;
}

size_t
model_number(const struct model *model, const struct channel *channel)
{
	size_t i;

	for (i = 0; i < model->len; i++)
		if (model->channels[i] == channel)
			return i + 1;
	return 0;
}

bool
message_pending(const struct message *message)
{
	return message->id == 0 &&
	    (message->state == MESSAGE_SENDING ||
		message->state == MESSAGE_FAILED);
}

size_t
channel_settled(const struct channel *channel)
{
	size_t count = channel->len;

	while (count > 0 && message_pending(channel->messages[count - 1]))
		count--;
	return count;
}

bool
message_heads(const struct channel *channel, const struct message *message)
{
	return channel->parent_id != 0 && message->id == channel->parent_id;
}

int64_t
channel_first_id(const struct channel *channel)
{
	size_t i;

	for (i = 0; i < channel->len; i++)
		if (channel->messages[i]->id != 0 &&
		    !message_heads(channel, channel->messages[i]))
			return channel->messages[i]->id;
	return 0;
}

int64_t
channel_last_id(const struct channel *channel)
{
	size_t i;

	for (i = channel->len; i > 0; i--)
		if (channel->messages[i - 1]->id != 0 &&
		    !message_heads(channel, channel->messages[i - 1]))
			return channel->messages[i - 1]->id;
	return 0;
}

struct message *
channel_relative(const struct channel *channel, size_t number)
{
	size_t i;

	for (i = channel->len; number > 0 && i > 0; i--)
		if (channel->messages[i - 1]->id != 0 && --number == 0)
			return channel->messages[i - 1];
	return NULL;
}

static int
present_compare(const void *left, const void *right)
{
	const struct present *a = left;
	const struct present *b = right;

	return (a->user_id > b->user_id) - (a->user_id < b->user_id);
}

enum presence
model_presence(const struct model *model, int64_t user_id)
{
	const struct present wanted = { .user_id = user_id };
	const struct present *found = model->present_len == 0
	    ? NULL
	    : bsearch(&wanted, model->presents, model->present_len,
		  sizeof(*model->presents), present_compare);

	return found ? found->status : PRESENCE_UNKNOWN;
}

const char *
person_name(const struct person *person)
{
	return person->username ? person->username : "";
}

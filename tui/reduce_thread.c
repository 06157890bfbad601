/*
 * The open thread: a window of its own with a message and its replies. Owns that
 * what happens to a message reaches both its copies, the channel's and the
 * thread's.
 */
#include "tui/reduce_private.h"

#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/xmalloc.h"

struct channel *
thread_of(const struct model *model, const struct channel *channel)
{
	return channel && model->thread && model->thread->id == channel->id
	    ? model->thread
	    : NULL;
}

size_t
message_copies(const struct model *model, const struct channel *channel,
    int64_t id, struct message *copies[2])
{
	const struct channel *thread = thread_of(model, channel);
	size_t count = 0;

	copies[count] = channel_message(channel, id);
	if (copies[count])
		count++;
	copies[count] = thread ? channel_message(thread, id) : NULL;
	if (copies[count])
		count++;
	return count;
}

void
thread_take(struct model *model, const struct channel *channel,
    const json_t *object)
{
	struct channel *thread = thread_of(model, channel);
	struct message *message = thread ? message_parse(model, object) : NULL;

	if (!message)
		return;
	if (!window_wants(thread, message)) {
		message_free(message);
		return;
	}
	if (message->id > thread->newest_id)
		thread->newest_id = message->id;
	if (window_take(model, thread, message))
		window_trim(thread);
	else
		message_free(message);
}

void
thread_count(struct model *model, const struct channel *channel,
    const json_t *parent, int64_t seq)
{
	struct message *copies[2];
	size_t count = message_copies(model, channel, json_in_id(parent, "id"),
	    copies);
	size_t i;

	for (i = 0; i < count; i++) {
		copies[i]->reply_count = json_in_int(parent, "reply_count",
		    copies[i]->reply_count);
		copies[i]->last_reply_ms = json_in_time(parent,
		    "last_reply_at");
		/* The same change as the reply. */
		if (seq > copies[i]->seq)
			copies[i]->seq = seq;
		message_touch(model, copies[i]);
	}
}

static void
text_follow(char **text, const char *of)
{
	if (*text && strcmp(*text, of) == 0)
		return;
	free(*text);
	*text = xstrdup(of);
}

void
thread_follow(const struct model *model, const struct channel *channel)
{
	struct channel *thread = thread_of(model, channel);

	if (!thread)
		return;
	text_follow(&thread->name, channel->name);
	text_follow(&thread->topic, channel->topic);
	thread->role = channel->role;
	thread->read_id = channel->read_id;
	thread->delivered_id = channel->delivered_id;
	thread->seen_id = channel->seen_id;
	thread->muted = channel->muted;
	thread->notify = channel->notify;
}

/* ---- opening and closing -------------------------------------------------- */

static char *
text_copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static struct message *
message_copy(struct model *model, const struct message *message)
{
	struct message *copy = xcalloc(1, sizeof(*copy));
	size_t i;

	*copy = *message;
	copy->key = model->next_key++;
	copy->author = (struct person){ 0 };
	person_copy(&copy->author, &message->author);
	copy->text = text_copy(message->text);
	copy->client_msg_id = text_copy(message->client_msg_id);
	copy->error = text_copy(message->error);
	copy->reactions = NULL;
	if (message->reaction_len > 0)
		copy->reactions = xreallocarray(NULL, message->reaction_len,
		    sizeof(*copy->reactions));
	for (i = 0; i < message->reaction_len; i++) {
		copy->reactions[i] = message->reactions[i];
		copy->reactions[i].emoji = xstrdup(message->reactions[i].emoji);
	}
	return copy;
}

struct channel *
reduce_thread_open(struct model *model, struct channel *channel,
    int64_t message_id)
{
	const struct message *head = channel_message(channel, message_id);
	struct channel *thread;

	/* A reply stands for the thread that it is of. */
	if (head && head->parent_id != 0) {
		message_id = head->parent_id;
		head = channel_message(channel, message_id);
	}
	thread = thread_of(model, channel);
	if (thread && thread->parent_id == message_id)
		return thread;
	reduce_thread_close(model);
	thread = xcalloc(1, sizeof(*thread));
	thread->id = channel->id;
	thread->parent_id = message_id;
	thread->direct = channel->direct;
	thread->is_public = channel->is_public;
	thread->member_count = channel->member_count;
	thread->anchor.bottom = true;
	person_copy(&thread->peer, &channel->peer);
	model->thread = thread;
	thread_follow(model, channel);
	if (head)
		window_append(model, thread, message_copy(model, head));
	window_move_pending(model, channel, thread, message_id);
	model_touch(model);
	return thread;
}

void
reduce_thread_close(struct model *model)
{
	struct channel *thread = model->thread;
	struct channel *channel = thread ? model_channel(model, thread->id)
					 : NULL;

	if (!thread)
		return;
	/* What was not sent yet stays in sight. */
	if (channel)
		window_move_pending(model, thread, channel, thread->parent_id);
	model->thread = NULL;
	channel_free(thread);
	model_touch(model);
}

void
reduce_thread_head(struct model *model, const json_t *object)
{
	const struct channel *thread = model->thread;
	const struct channel *channel = thread
	    ? model_channel(model, thread->id)
	    : NULL;

	if (channel && json_in_id(object, "id") == thread->parent_id)
		thread_take(model, channel, object);
}

/*
 * The window of a channel: a run of its messages without holes, then what is
 * pending. Owns order, echo and bound; every way in goes through window_take()
 * or window_append().
 *
 *	 [ id < id < line < id < id ] [ pending, pending ]
 *	   ^ at_start: nothing before   ^ in the order they were written
 *	                        ^ at_end: nothing after
 */
#include "tui/reduce_private.h"

#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/xmalloc.h"

bool
message_belongs(const struct message *message)
{
	return message->parent_id == 0 || message->in_channel;
}

bool
window_wants(const struct channel *channel, const struct message *message)
{
	if (channel->parent_id == 0)
		return message_belongs(message);
	return message_heads(channel, message) ||
	    message->parent_id == channel->parent_id;
}

void
message_touch(struct model *model, struct message *message)
{
	message->version++;
	model_touch(model);
}

static void
window_insert(struct channel *channel, size_t at, struct message *message)
{
	if (channel->len == channel->cap) {
		channel->cap = channel->cap ? channel->cap * 2 : 64;
		channel->messages = xreallocarray(channel->messages,
		    channel->cap, sizeof(*channel->messages));
	}
	memmove(channel->messages + at + 1, channel->messages + at,
	    (channel->len - at) * sizeof(*channel->messages));
	channel->messages[at] = message;
	channel->len++;
}

/* Takes out without freeing. */
static struct message *
window_extract(struct channel *channel, size_t at)
{
	struct message *message = channel->messages[at];

	channel->len--;
	memmove(channel->messages + at, channel->messages + at + 1,
	    (channel->len - at) * sizeof(*channel->messages));
	return message;
}

void
window_remove(struct channel *channel, size_t index)
{
	message_free(window_extract(channel, index));
}

/* Where a message with this id belongs: behind the last lower one and the lines
 * that stand behind that. */
static size_t
window_place(const struct channel *channel, int64_t id)
{
	size_t place = channel_settled(channel);
	size_t i;

	for (i = place; i > 0; i--) {
		if (channel->messages[i - 1]->id == 0)
			continue;
		if (channel->messages[i - 1]->id < id)
			break;
		place = i - 1;
	}
	return place;
}

/* The window covers the place of this id: something that is not in it and has
 * this id would leave no hole. */
static bool
window_covers(const struct channel *channel, int64_t id)
{
	int64_t first = channel_first_id(channel);
	int64_t last = channel_last_id(channel);

	if (channel->parent_id != 0 && id == channel->parent_id)
		return true;
	if (last == 0 || id > last)
		return channel->at_end;
	return id > first || channel->at_start;
}

/* The end that nobody looks at goes: the front for a reader at the bottom, else
 * the one that is farther from the anchor. */
void
window_trim(struct channel *channel)
{
	ptrdiff_t anchor;
	size_t settled;
	size_t front;

	while (channel->len > MODEL_WINDOW_MAX) {
		front = message_heads(channel, channel->messages[0]) ? 1 : 0;
		anchor = channel->anchor.bottom
		    ? -1
		    : channel_index(channel, channel->anchor.key);
		settled = channel_settled(channel);
		if (settled <= front)
			return;
		if (anchor >= 0 && (size_t)anchor < channel->len / 2) {
			window_remove(channel, settled - 1);
			channel->at_end = false;
		} else {
			window_remove(channel, front);
			channel->at_start = false;
		}
	}
}

static struct message *
pending_in(const struct channel *channel, const char *client_msg_id)
{
	size_t settled = channel_settled(channel);
	size_t i;

	for (i = channel->len; i > settled; i--)
		if (strcmp(channel->messages[i - 1]->client_msg_id,
			client_msg_id) == 0)
			return channel->messages[i - 1];
	return NULL;
}

struct message *
window_pending(struct model *model, const char *client_msg_id,
    struct channel **channel)
{
	struct message *found = NULL;
	size_t i;

	if (!client_msg_id)
		return NULL;
	for (i = 0; !found && i < model->len; i++) {
		*channel = model->channels[i];
		found = pending_in(*channel, client_msg_id);
	}
	if (!found && model->thread) {
		*channel = model->thread;
		found = pending_in(*channel, client_msg_id);
	}
	return found;
}

void
window_move_pending(struct model *model, struct channel *from,
    struct channel *to, int64_t parent_id)
{
	size_t i = channel_settled(from);
	struct message *message;

	while (i < from->len) {
		if (from->messages[i]->parent_id != parent_id) {
			i++;
			continue;
		}
		message = window_extract(from, i);
		window_insert(to, to->len, message);
		message_touch(model, message);
	}
}

/* What is drawn of `message` becomes what `fresh` says; key and place stay. */
static void
message_replace(struct message *message, struct message *fresh)
{
	uint64_t key = message->key;
	uint32_t version = message->version;
	struct message old = *message;

	*message = *fresh;
	*fresh = old;
	message->key = key;
	message->version = version;
	reactions_keep(message, fresh);
	message_free(fresh);
}

/* The pending message that this one echoes leaves its place behind the window;
 * NULL where there is none. */
static struct message *
echo_extract(struct model *model, struct channel *channel,
    const struct message *message)
{
	struct channel *its = NULL;
	struct message *pending;

	if (!message->client_msg_id || message->author.id != model->me.id)
		return NULL;
	pending = window_pending(model, message->client_msg_id, &its);
	if (!pending || its != channel)
		return NULL;
	return window_extract(channel,
	    (size_t)channel_index(channel, pending->key));
}

struct message *
window_take(struct model *model, struct channel *channel,
    struct message *message)
{
	struct message *known = channel_message(channel, message->id);
	struct message *echo = echo_extract(model, channel, message);

	if (known && known->seq < message->seq)
		message_replace(known, message);
	else if (known)
		message_free(message);
	if (known) {
		message_free(echo);
		message_touch(model, known);
		return known;
	}
	if (!window_wants(channel, message) ||
	    !window_covers(channel, message->id)) {
		message_free(echo);
		model_touch(model);
		return NULL;
	}
	if (echo) {
		message_replace(echo, message);
		message = echo;
	}
	window_insert(channel, window_place(channel, message->id), message);
	message_touch(model, message);
	return message;
}

void
window_append(struct model *model, struct channel *channel,
    struct message *message)
{
	size_t at = message_pending(message) ? channel->len
					     : channel_settled(channel);

	window_insert(channel, at, message);
	window_trim(channel);
	message_touch(model, message);
}

/* ---- pages ---------------------------------------------------------------- */

void
reduce_page_wanted(struct channel *channel, enum reduce_page page)
{
	if (page == PAGE_AFTER)
		channel->loading_after = true;
	else
		channel->loading_before = true;
	/* What comes live from now on joins the page that is on its way. */
	if (page == PAGE_NEWEST)
		channel->at_end = true;
}

/* The page still joins the window at its end. */
static bool
page_joins(const struct channel *channel, enum reduce_page page, int64_t cursor,
    uint32_t generation)
{
	if (generation != channel->generation)
		return false;
	switch (page) {
	case PAGE_BEFORE:
		return cursor == channel_first_id(channel);
	case PAGE_AFTER:
		return cursor == channel_last_id(channel);
	default:
		return true;
	}
}

/* Puts a page's message in, whatever the window says that it covers. */
static void
page_take(struct model *model, struct channel *channel, const json_t *object)
{
	bool at_start = channel->at_start;
	bool at_end = channel->at_end;
	struct message *message = message_parse(model, object);
	int64_t id;

	if (!message)
		return;
	id = message->id;
	channel->at_start = true;
	channel->at_end = true;
	if (!window_take(model, channel, message))
		message_free(message);
	channel->at_start = at_start;
	channel->at_end = at_end;
	if (id > channel->newest_id)
		channel->newest_id = id;
}

static void
page_ends(struct channel *channel, enum reduce_page page, bool has_more)
{
	if (page == PAGE_AFTER) {
		/* What came live meanwhile was not taken in: then there is
		 * another page. */
		channel->at_end = !has_more &&
		    channel->newest_id <= channel_last_id(channel);
		return;
	}
	channel->at_start = !has_more;
	channel->loaded = true;
}

void
reduce_page(struct model *model, struct channel *channel, enum reduce_page page,
    int64_t cursor, uint32_t generation, const json_t *messages, bool has_more)
{
	const json_t *object;
	size_t i;

	if (generation != channel->generation)
		return;
	if (page == PAGE_AFTER)
		channel->loading_after = false;
	else
		channel->loading_before = false;
	model_touch(model);
	if (!messages || !page_joins(channel, page, cursor, generation))
		return;
	json_array_foreach(messages, i, object)
		page_take(model, channel, object);
	page_ends(channel, page, has_more);
	window_trim(channel);
}

/* The message itself, else the first one behind its place. */
static const struct message *
message_about(const struct channel *channel, int64_t id)
{
	size_t i;

	for (i = 0; i < channel->len; i++)
		if (channel->messages[i]->id >= id)
			return channel->messages[i];
	return NULL;
}

void
reduce_page_around(struct model *model, struct channel *channel, int64_t id,
    uint32_t generation, const json_t *answer)
{
	const json_t *messages = json_object_get(answer, "messages");
	const struct message *about;
	const json_t *object;
	size_t i;

	if (generation != channel->generation)
		return;
	channel->loading_before = false;
	model_touch(model);
	if (!messages)
		return;
	json_array_foreach(messages, i, object)
		page_take(model, channel, object);
	page_ends(channel, PAGE_AFTER,
	    json_in_bool(answer, "has_more_after", false));
	page_ends(channel, PAGE_BEFORE,
	    json_in_bool(answer, "has_more_before", false));
	about = message_about(channel, id);
	if (about)
		channel->anchor = (struct anchor){ .key = about->key };
	window_trim(channel);
}

void
reduce_drop(struct model *model, struct channel *channel)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < channel->len; i++) {
		if (message_pending(channel->messages[i]) ||
		    message_heads(channel, channel->messages[i]))
			channel->messages[kept++] = channel->messages[i];
		else
			message_free(channel->messages[i]);
	}
	channel->len = kept;
	channel->loaded = false;
	channel->at_start = false;
	channel->at_end = false;
	channel->loading_before = false;
	channel->loading_after = false;
	channel->anchor = (struct anchor){ .bottom = true };
	channel->generation++;
	model_touch(model);
}

/* ---- our own messages ----------------------------------------------------- */

static struct message *
message_own(struct model *model, const char *text, enum message_state state,
    int64_t now_ms)
{
	struct message *message = xcalloc(1, sizeof(*message));

	message->key = model->next_key++;
	message->text = clean_text(text);
	message->state = state;
	message->created_ms = now_ms;
	return message;
}

const struct message *
reduce_reply(struct model *model, struct channel *channel, int64_t parent_id,
    bool in_channel, const char *text, const char *client_msg_id,
    int64_t now_ms)
{
	struct message *message = message_own(model, text, MESSAGE_SENDING,
	    now_ms);
	struct channel *thread = thread_of(model, channel);

	message->client_msg_id = xstrdup(client_msg_id);
	message->parent_id = parent_id;
	message->in_channel = in_channel;
	person_copy(&message->author, &model->me);
	if (thread && thread->parent_id == parent_id)
		channel = thread;
	window_append(model, channel, message);
	return message;
}

const struct message *
reduce_send(struct model *model, struct channel *channel, const char *text,
    const char *client_msg_id, int64_t now_ms)
{
	return reduce_reply(model, channel, 0, false, text, client_msg_id,
	    now_ms);
}

const struct message *
reduce_retry(struct model *model, struct channel *channel, uint64_t key)
{
	ptrdiff_t at = channel_index(channel, key);
	struct message *message = at < 0 ? NULL : channel->messages[at];

	if (!message || message->state != MESSAGE_FAILED)
		return NULL;
	window_extract(channel, (size_t)at);
	free(message->error);
	message->error = NULL;
	message->state = MESSAGE_SENDING;
	window_insert(channel, channel->len, message);
	message_touch(model, message);
	return message;
}

void
reduce_sent(struct model *model, const char *client_msg_id,
    const json_t *result)
{
	struct channel *channel = NULL;
	struct message *message = window_pending(model, client_msg_id,
	    &channel);
	int64_t id = json_in_id(result, "message_id");

	/* The echo may have come first: then nothing is pending any more. */
	if (!message || id == 0)
		return;
	window_extract(channel, (size_t)channel_index(channel, message->key));
	/* A window that does not reach the end has no place for it, and an echo
	 * that was taken in by a page needs none. */
	if (channel_message(channel, id) || !window_wants(channel, message) ||
	    !window_covers(channel, id)) {
		message_free(message);
		model_touch(model);
		return;
	}
	message->id = id;
	/* Not the answer's seq: the echo, which knows more, is to replace it. */
	message->seq = 0;
	message->created_ms = json_in_time(result, "created_at");
	message->state = MESSAGE_STORED;
	window_insert(channel, window_place(channel, id), message);
	if (id > channel->newest_id)
		channel->newest_id = id;
	message_touch(model, message);
}

void
reduce_send_failed(struct model *model, const char *client_msg_id,
    const char *why)
{
	struct channel *channel = NULL;
	struct message *message = window_pending(model, client_msg_id,
	    &channel);

	if (!message)
		return;
	free(message->error);
	message->error = clean_line(why);
	message->state = MESSAGE_FAILED;
	message_touch(model, message);
}

void
reduce_print(struct model *model, struct channel *channel, const char *text,
    int64_t now_ms, struct reduce_out *out)
{
	struct message *message = message_own(model, text, MESSAGE_LOCAL,
	    now_ms);

	/* First, because a full window may let it go at once. */
	if (out->arrived)
		out->arrived(out->arg, channel, message);
	window_append(model, channel, message);
}

void
reduce_clear(struct model *model, struct channel *channel)
{
	size_t i;

	for (i = channel->len; i > 0; i--)
		if (channel->messages[i - 1]->event ||
		    channel->messages[i - 1]->state == MESSAGE_LOCAL)
			window_remove(channel, i - 1);
	model_touch(model);
}

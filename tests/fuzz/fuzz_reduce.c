/*
 * A hostile server: whatever it tells, the model stays in order and within its
 * bound, and nothing that moves a terminal gets in.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/utf8.h"
#include "tui/reduce.h"

#define DEPTH_MAX 16
#define EVENTS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
text_check(const char *text, bool line)
{
	size_t len = text ? strlen(text) : 0;
	uint32_t cp;
	size_t at;

	assert(len == 0 || utf8_valid(text, len));
	for (at = 0; at < len;) {
		at += utf8_decode(text + at, len - at, &cp);
		assert(!utf8_is_bidi(cp));
		assert(!utf8_is_control(cp) ||
		    (!line && (cp == '\n' || cp == '\t')));
	}
}

static void
channel_check(const struct channel *channel)
{
	size_t settled = channel_settled(channel);
	int64_t last = 0;
	size_t i;

	assert(channel->len <= MODEL_WINDOW_MAX);
	text_check(channel->name, true);
	text_check(channel->topic, true);
	for (i = 0; i < channel->member_len; i++)
		text_check(person_name(&channel->members[i].person), true);
	for (i = 0; i < channel->len; i++) {
		const struct message *message = channel->messages[i];

		text_check(message->text, false);
		text_check(person_name(&message->author), true);
		assert(message_pending(message) == (i >= settled));
		if (message->id == 0)
			continue;
		assert(message->id > last);
		last = message->id;
	}
}

static void
model_check(const struct model *model)
{
	size_t i;

	for (i = 0; i < model->len; i++)
		channel_check(model->channels[i]);
	assert(!model->current || model_number(model, model->current) > 0);
	assert(!model->previous || model_number(model, model->previous) > 0);
}

/* What a person and the app would do with it meanwhile. */
static void
react(struct model *model, struct reduce_out *out, size_t turn)
{
	struct channel *channel = model->len
	    ? model->channels[turn % model->len]
	    : NULL;
	char id[8] = "c0";

	id[1] = (char)('0' + turn % 10);
	if (!channel)
		return;
	if (turn % 3 == 0)
		reduce_send(model, channel, "mine", id, 1);
	if (turn % 5 == 0)
		reduce_switch(model, channel);
	if (turn % 7 == 0)
		reduce_print(model, channel, "help", 1, out);
	if (turn % 4 == 0 && channel->len > 0)
		reduce_anchor(model, channel,
		    (struct anchor){ .key = channel->messages[0]->key });
	reduce_read(model, channel);
}

static void
line_reduce(struct model *model, const char *line, size_t len, size_t turn)
{
	struct reduce_out out = { .now_ms = 1 };
	char cause[64];
	json_t *event = json_in_parse(line, len, DEPTH_MAX, cause,
	    sizeof(cause));
	const char *type = json_in_string(event, "type");
	struct channel *channel;

	if (!event)
		return;
	channel = model_channel(model, json_in_id(event, "channel_id"));
	if (!type && channel) {
		reduce_page_wanted(channel, turn % 3);
		reduce_page(model, channel, turn % 3,
		    json_in_id(event, "cursor"), channel->generation,
		    json_object_get(event, "messages"),
		    json_in_bool(event, "has_more", false));
		reduce_members(model, channel,
		    json_object_get(event, "members"), turn % 2 == 0, true);
	} else if (!type) {
		reduce_sent(model, "c0", event);
	} else if (strcmp(type, "connection.established") == 0) {
		reduce_established(model, event, &out);
	} else if (strcmp(type, "sync.channel") == 0) {
		reduce_sync(model, event, &out);
	} else {
		reduce_event(model, type, event, &out);
	}
	json_decref(event);
	react(model, &out, turn);
	reduce_synced(model, &out);
	model_check(model);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model *model = model_new();
	const char *text = (const char *)data;
	const char *end;
	size_t turn;
	size_t len;

	for (turn = 0; size > 0 && turn < EVENTS_MAX; turn++) {
		end = memchr(text, '\n', size);
		len = end ? (size_t)(end - text) : size;
		line_reduce(model, text, len, turn);
		text += end ? len + 1 : len;
		size -= end ? len + 1 : len;
	}
	model_free(model);
	return 0;
}

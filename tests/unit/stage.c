/*
 * The model that tests of the reducer begin with.
 */
#include "tests/unit/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
note_arrival(void *arg, const struct channel *channel,
    const struct message *message)
{
	struct stage *stage = arg;

	(void)channel;
	stage->arrived++;
	snprintf(stage->last, sizeof(stage->last), "%s", message->text);
}

static void
out_reset(struct stage *stage)
{
	stage->out = (struct reduce_out){ .arg = stage,
		.arrived = note_arrival,
		.now_ms = 1000,
		.mono_ms = 5000 };
	stage->arrived = 0;
	stage->last[0] = '\0';
}

/* Reduces an event, which it takes over. */
void
stage_tell(struct stage *stage, json_t *event)
{
	const char *type = json_string_value(json_object_get(event, "type"));

	out_reset(stage);
	reduce_event(stage->model, type, event, &stage->out);
	json_decref(event);
}

void
stage_sync(struct stage *stage, json_t *event)
{
	out_reset(stage);
	reduce_sync(stage->model, event, &stage->out);
	json_decref(event);
}

void
stage_establish(struct stage *stage, const char *epoch)
{
	json_t *event = talk_json("{'type':'connection.established','user':"
				  "{'id':'1','username':'amy','role':'user'},"
				  "'epoch':'%s'}",
	    epoch);

	out_reset(stage);
	reduce_established(stage->model, event, &stage->out);
	json_decref(event);
}

struct channel *
stage_channel(struct stage *stage, int64_t id, const char *name, int64_t seq)
{
	json_t *object = talk_channel(id, name, seq);
	struct channel *channel = reduce_channel(stage->model, object);

	json_decref(object);
	assert_non_null(channel);
	return channel;
}

/* A page of messages with ids from..to, seq the same. */
void
stage_page(struct stage *stage, struct channel *channel, enum reduce_page page,
    int64_t cursor, int64_t from, int64_t to, bool more)
{
	json_t *messages = json_array();
	char text[32];
	int64_t id;

	for (id = from; id <= to; id++) {
		snprintf(text, sizeof(text), "m%lld", (long long)id);
		json_array_append_new(messages, talk_message(id, id, 2, text));
	}
	reduce_page(stage->model, channel, page, cursor, channel->generation,
	    messages, more);
	json_decref(messages);
}

/* #ops with the newest page, ids 11..20, seq 20. */
int
stage_make(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	struct channel *channel;

	stage->model = model_new();
	stage_establish(stage, "one");
	channel = stage_channel(stage, OPS, "ops", 20);
	reduce_page_wanted(channel, PAGE_NEWEST);
	stage_page(stage, channel, PAGE_NEWEST, 0, 11, 20, true);
	out_reset(stage);
	*state = stage;
	return 0;
}

int
stage_free(void **state)
{
	struct stage *stage = *state;

	model_free(stage->model);
	free(stage);
	return 0;
}

struct channel *
stage_ops(struct stage *stage)
{
	return model_channel(stage->model, OPS);
}

/* The ids of the window in a row; lines without an id as "-". */
void
stage_window(const struct channel *channel, const char *expected)
{
	char have[512] = "";
	size_t len = 0;
	size_t i;

	for (i = 0; i < channel->len; i++)
		len += (size_t)snprintf(have + len, sizeof(have) - len,
		    channel->messages[i]->id ? "%s%lld" : "%s-", i ? " " : "",
		    (long long)channel->messages[i]->id);
	assert_string_equal(have, expected);
}

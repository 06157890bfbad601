/*
 * The life of a call: memory, arguments, and the way through the lanes.
 *
 *	call_go -> store: access, stage -> done -.-> call_go (another stage)
 *		-> pool:  stage ---------------- `-> publish, finish
 *
 * Knows no socket and no SQL.
 */
#include "server/call.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/access.h"
#include "server/secret.h"
#include "server/server.h"
#include "shared/id.h"
#include "shared/json_in.h"
#include "shared/xmalloc.h"

struct call_memory {
	struct call_memory *next;
	max_align_t data[];
};

struct call *
call_new(const struct server *server, enum door door)
{
	struct call *call = xcalloc(1, sizeof(*call));

	call->server = server;
	call->door = door;
	call->args = json_object();
	if (call->args == NULL)
		abort();
	return call;
}

static void
events_release(struct bus_message *events, size_t count)
{
	for (size_t i = 0; i < count; i++)
		frame_unref(events[i].frame);
	free(events);
}

/* Wipes the strings of an object that is about to go: passwords and tokens come
 * as arguments. */
static void
args_wipe(json_t *args)
{
	const char *key;
	json_t *value;

	json_object_foreach(args, key, value)
		if (json_is_string(value))
			secret_wipe((char *)(uintptr_t)json_string_value(value),
			    json_string_length(value));
}

void
call_free(struct call *call)
{
	if (call == NULL)
		return;
	if (call->caller.credential != CREDENTIAL_LIVE)
		args_wipe(call->args);
	json_decref(call->args);
	events_release(call->events, call->event_count);
	while (call->memory != NULL) {
		struct call_memory *next = call->memory->next;

		free(call->memory);
		call->memory = next;
	}
	buf_release(&call->result);
	buf_release(&call->replies);
	free(call->open_channels);
	free(call->ref);
	free(call);
}

void *
call_alloc(struct call *call, size_t size)
{
	struct call_memory *memory = xcalloc(1, sizeof(*memory) + size);

	memory->next = call->memory;
	call->memory = memory;
	return memory->data;
}

char *
call_strdup(struct call *call, const char *text)
{
	size_t size;
	char *copy;

	if (text == NULL)
		return NULL;
	size = strlen(text) + 1;
	copy = call_alloc(call, size);
	memcpy(copy, text, size);
	return copy;
}

enum error
call_fail(struct call *call, enum error error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(call->message, sizeof(call->message), format, ap);
	va_end(ap);
	return error;
}

enum error
call_continue(struct call *call, enum lane lane, op_run_fn *stage)
{
	call->stage = stage;
	call->stage_lane = lane;
	call->more = true;
	return ERR_NONE;
}

bool
call_has(const struct call *call, const char *name)
{
	return json_object_get(call->args, name) != NULL;
}

const char *
call_text(const struct call *call, const char *name)
{
	return json_in_string(call->args, name);
}

int64_t
call_id(const struct call *call, const char *name)
{
	return json_in_id(call->args, name);
}

int64_t
call_int(const struct call *call, const char *name, int64_t fallback)
{
	return json_in_int(call->args, name, fallback);
}

bool
call_bool(const struct call *call, const char *name, bool fallback)
{
	return json_in_bool(call->args, name, fallback);
}

int64_t
call_page(const struct call *call)
{
	const struct limits *limits = call_limits(call);
	int64_t limit = call_int(call, "limit", limits->page);

	return limit > limits->page_max ? limits->page_max : limit;
}

const struct limits *
call_limits(const struct call *call)
{
	return &server_config(call->server)->limits;
}

static struct bus_message *
event_add(struct call *call)
{
	struct bus_message *event;

	if (call->event_count == call->event_cap) {
		call->event_cap = call->event_cap ? call->event_cap * 2 : 2;
		call->events = xreallocarray(call->events, call->event_cap,
		    sizeof(*call->events));
	}
	event = &call->events[call->event_count++];
	memset(event, 0, sizeof(*event));
	return event;
}

void
call_publish(struct call *call, enum bus_topic topic, int64_t id,
    const struct buf *json)
{
	struct bus_message *event = event_add(call);

	event->topic = topic;
	event->id = id;
	event->frame = frame_new(json->data, json->len);
}

void
call_publish_ephemeral(struct call *call, enum bus_topic topic, int64_t id,
    const struct buf *json, int64_t except_user)
{
	struct bus_message *event;

	call_publish(call, topic, id, json);
	event = &call->events[call->event_count - 1];
	event->ephemeral = true;
	event->except_user = except_user;
}

void
call_control(struct call *call, int64_t user_id, enum bus_control control,
    int64_t arg, int code)
{
	struct bus_message *event = event_add(call);

	event->topic = BUS_USER;
	event->id = user_id;
	event->control = control;
	event->arg = arg;
	event->code = code;
}

/* Forgets what a stage left behind: it failed, or is about to run. */
static void
outcome_clear(struct call *call)
{
	buf_clear(&call->result);
	buf_clear(&call->replies);
	events_release(call->events, call->event_count);
	call->events = NULL;
	call->event_count = call->event_cap = 0;
	call->more = false;
	call->error = ERR_NONE;
	call->message[0] = '\0';
	free(call->open_channels);
	call->open_channels = NULL;
	call->open_count = 0;
}

/* Somebody is a member no more. */
static bool
events_part(const struct bus_message *events, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (events[i].control == BUS_PART)
			return true;
	}
	return false;
}

/* The caller's worker gets the answer before anybody gets the events; but who
 * has been told of leaving is to hear nothing more, also of what others publish
 * on other threads. */
static void
call_complete(struct call *call)
{
	struct bus_message *events = call->events;
	size_t count = call->event_count;
	struct bus *bus = call->server->bus;

	call->events = NULL;
	call->event_count = call->event_cap = 0;
	if (events_part(events, count) && bus != NULL) {
		bus_publish(bus, events, count);
		call->finish(call);
	} else {
		call->finish(call);
		if (count > 0 && bus != NULL)
			bus_publish(bus, events, count);
	}
	events_release(events, count);
}

void
call_end(struct call *call, enum error error)
{
	char message[sizeof(call->message)];

	memcpy(message, call->message, sizeof(message));
	outcome_clear(call);
	memcpy(call->message, message, sizeof(message));
	call->error = error;
	call_complete(call);
}

static enum error
call_run_stored(struct db *db, struct job *job)
{
	struct call *call = (struct call *)job;
	op_run_fn *stage = call->stage;
	enum error error;

	outcome_clear(call);
	error = access_check(db, call);
	/* Access may have sent the call on (an account is to be made). */
	if (error == ERR_NONE && !call->more)
		error = stage(db, call);
	return error;
}

static void
call_done_stored(struct job *job, enum error status)
{
	struct call *call = (struct call *)job;

	if (status == ERR_UNAVAILABLE || status == ERR_INTERNAL)
		call->message[0] = '\0';
	if (status != ERR_NONE) {
		call_end(call, status);
		return;
	}
	if (call->more) {
		call_go(call);
		return;
	}
	/* From here on nothing that is published passes by the worker. */
	if (call->open_channels != NULL && call->error == ERR_NONE)
		access_subscribe(call);
	call_complete(call);
}

static void
call_run_pooled(struct pool_job *job)
{
	struct call *call = (struct call *)((char *)job -
	    offsetof(struct call, pool_job));
	enum error error;

	call->more = false;
	error = call->stage(NULL, call);
	if (error != ERR_NONE || !call->more)
		call_end(call, error);
	else
		call_go(call);
}

static bool
call_submit(struct call *call)
{
	call->job.run = call_run_stored;
	call->job.done = call_done_stored;
	call->pool_job.run = call_run_pooled;
	switch (call->stage_lane) {
	case LANE_READ:
		return store_submit(call->server->store, STORE_READ,
		    &call->job);
	case LANE_WRITE:
		return store_submit(call->server->store, STORE_WRITE,
		    &call->job);
	case LANE_HASH:
		return pool_submit(call->server->hash_pool, &call->pool_job);
	case LANE_WORKER:
		break;
	}
	return false;
}

void
call_go(struct call *call)
{
	enum error error;

	if (call->stage_lane == LANE_WORKER) {
		call->more = false;
		error = call->stage(NULL, call);
		if (error != ERR_NONE || !call->more) {
			if (error != ERR_NONE)
				call_end(call, error);
			else
				call_complete(call);
			return;
		}
	}
	if (!call_submit(call)) {
		call_fail(call, ERR_UNAVAILABLE,
		    "too much is waiting; try again in a moment");
		call->retry_after_ms = 1000;
		call_end(call, ERR_UNAVAILABLE);
	}
}

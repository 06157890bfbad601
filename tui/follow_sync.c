/*
 * The sync of what is followed: which channels there are at the beginning, what
 * was missed later. One at a time.
 */
#include "tui/follow_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "shared/json_in.h"
#include "shared/url.h"

#define RETRY_MS 1000
#define AGAIN_MS 100

void
follow_retry(struct follow *follow, int64_t ms)
{
	struct timeval pause;

	if (ms <= 0)
		ms = RETRY_MS;
	pause = (struct timeval){ ms / 1000, ms % 1000 * 1000 };
	if (!evtimer_pending(follow->retry, NULL))
		evtimer_add(follow->retry, &pause);
}

void
follow_sync_channel(struct follow *follow, const json_t *event)
{
	const json_t *object = json_object_get(event, "channel");
	const json_t *messages = json_object_get(event, "messages");
	bool known = follow_find(follow, json_in_id(object, "id")) != NULL;
	struct follow_channel *channel;
	const json_t *message;
	int64_t seq;
	size_t i;

	if (json_in_bool(event, "gone", false)) {
		channel = follow_find(follow, json_in_id(event, "channel_id"));
		if (channel)
			follow_gone(follow, channel);
		return;
	}
	channel = follow_see(follow, object);
	if (!channel || !known)
		return;
	/* One that is still paging comes by its messages that way. */
	if (json_in_bool(event, "truncated", false))
		channel->caught = false;
	else if (channel->caught)
		json_array_foreach(messages, i, message)
			follow_tell_message(follow, channel, message);
	seq = json_in_int(object, "seq", 0);
	if (seq > channel->seq)
		channel->seq = seq;
}

static void
missing_known(void *arg, const struct rest_answer *answer)
{
	struct follow *follow = arg;

	if (answer->status == 0)
		follow_retry(follow, RETRY_MS);
	else if (answer->status == 404)
		follow_fail(follow, EXIT_FAILURE, "there is no such channel");
	else
		follow_fail(follow, EX_NOPERM,
		    "you are no member of that channel");
}

/* The first wanted channel that the sync did not bring; NULL: none. */
static const char *
name_missing(const struct follow *follow)
{
	size_t i;
	size_t j;

	for (i = 0; i < follow->name_count; i++) {
		for (j = 0; j < follow->count; j++)
			if (follow_name_is(follow->names[i],
				follow->channels[j]->label,
				follow->channels[j]->id))
				break;
		if (j == follow->count)
			return follow->names[i];
	}
	return NULL;
}

static void
missing_ask(struct follow *follow, const char *name)
{
	struct buf path = BUF_INIT;

	if (*name == '@') {
		follow_fail(follow, EXIT_FAILURE,
		    "there is no such direct channel");
		return;
	}
	name += *name == '#';
	buf_puts(&path, "/v1/channels/@");
	url_encode(&path, name, strlen(name));
	rest_call(link_rest(follow->link), "GET", path.data, NULL, 0,
	    missing_known, follow);
	buf_release(&path);
}

static void
synced(void *arg, const struct link_answer *answer)
{
	struct follow *follow = arg;
	const char *missing = NULL;
	size_t i;

	follow->syncing = false;
	if (!answer->code && !answer->result)
		return;
	if (answer->code) {
		follow_retry(follow, answer->retry_after_ms);
		return;
	}
	if (!follow->started)
		missing = name_missing(follow);
	if (missing) {
		missing_ask(follow, missing);
		return;
	}
	follow->started = true;
	for (i = 0; i < follow->count; i++)
		follow_catch_up(follow, follow->channels[i]);
	if (follow->sync_again)
		follow_retry(follow, AGAIN_MS);
	follow->sync_again = false;
	follow_check_caught_up(follow);
}

static json_t *
sync_map(const struct follow *follow)
{
	json_t *map = json_object();
	char id[24];
	size_t i;

	for (i = 0; i < follow->count; i++) {
		snprintf(id, sizeof(id), "%lld",
		    (long long)follow->channels[i]->id);
		json_object_set_new(map, id,
		    json_integer(follow->channels[i]->seq));
	}
	return map;
}

void
follow_sync(struct follow *follow)
{
	json_t *fields;

	if (follow->syncing) {
		follow->sync_again = true;
		return;
	}
	fields = json_object();
	json_object_set_new(fields, "channels", sync_map(follow));
	follow->sync_ref = link_command(follow->link, "sync", fields, synced,
	    follow);
	follow->syncing = follow->sync_ref != 0;
}

void
follow_retry_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	follow_sync(arg);
}

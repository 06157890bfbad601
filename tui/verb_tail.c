/*
 * tail: prints what is said, without a hole over reconnects. With --since last it
 * remembers where it was, for each server, user and channel.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "shared/clock.h"
#include "shared/json_in.h"
#include "shared/xmalloc.h"
#include "tui/plain.h"
#include "tui/verb.h"
#include "tui/verb_io.h"
#include "tui/verb_json.h"
#include "tui/verb_place.h"

#define SAVE_S 1

struct tail {
	struct verb verb;
	struct follow *follow;
	struct place *place; /* of --since last; NULL */
	struct event *save;
	char *user;   /* whose place it is */
	bool greeted; /* of --json: the first line was written */
};

static void
place_note(struct tail *tail, const struct follow_channel *channel)
{
	const struct timeval pause = { SAVE_S, 0 };

	if (!tail->place)
		return;
	place_set(tail->place, tail->user, channel->id, channel->last_id);
	if (!evtimer_pending(tail->save, NULL))
		evtimer_add(tail->save, &pause);
}

static void
save_due(evutil_socket_t fd, short what, void *arg)
{
	struct tail *tail = arg;

	(void)fd;
	(void)what;
	place_save(tail->place);
}

static void
plain_put(const struct plain_event *event)
{
	struct buf out = BUF_INIT;

	if (plain_event(&out, event))
		output_write(out.data, out.len);
	buf_release(&out);
}

static void
event_told(void *arg, const struct follow_event *told)
{
	struct tail *tail = arg;
	const struct plain_event event = { .label = told->channel->label,
		.type = told->type,
		.event = told->event,
		.who = told->who,
		.edited = told->edited,
		.now_ms = clock_real_ms() };

	if (tail->verb.ending)
		return;
	verb_deadline(&tail->verb);
	if (tail->verb.invocation->echo ||
	    !plain_is_own(&event, follow_me(tail->follow))) {
		if (tail->verb.invocation->json)
			json_line_put(told->event);
		else
			plain_put(&event);
	}
	place_note(tail, told->channel);
}

static void
synced(void *arg)
{
	struct tail *tail = arg;

	if (tail->verb.invocation->json && !tail->verb.ending)
		json_line_status("synced", -1);
}

static void
caught_up(void *arg)
{
	struct tail *tail = arg;

	if (tail->verb.invocation->once)
		verb_end(&tail->verb, EX_OK);
}

static int64_t
last_of(void *arg, const struct follow_channel *channel)
{
	struct tail *tail = arg;

	return tail->place ? place_get(tail->place, tail->user, channel->id)
			   : 0;
}

static void
failed(void *arg, int status, const char *reason)
{
	struct tail *tail = arg;

	if (tail->verb.ending)
		return;
	verb_say("%s", reason);
	verb_end(&tail->verb, status);
}

static void
link_up(void *arg, const json_t *established)
{
	struct tail *tail = arg;
	const char *id = json_in_string(json_object_get(established, "user"),
	    "id");

	free(tail->user);
	tail->user = xstrdup(id ? id : "");
	if (tail->verb.invocation->json)
		json_line_up(&tail->greeted, established);
	verb_deadline(&tail->verb);
}

static void
link_down(void *arg, const char *reason, int64_t retry_ms)
{
	const struct tail *tail = arg;

	if (tail->verb.invocation->json && tail->greeted)
		json_line_status("reconnecting", retry_ms);
	verb_say("%s; next try in %.1f s", reason, (double)retry_ms / 1000);
}

static void
overdue(void *arg)
{
	struct tail *tail = arg;
	int status = verb_overdue_status(&tail->verb);

	/* Only --once has an end; anything else goes on trying. */
	if (!tail->verb.invocation->once)
		return;
	verb_say(status == EX_TEMPFAIL ? "no answer in time"
				       : "the server cannot be reached");
	verb_end(&tail->verb, status);
}

static void
interrupt_come(void *arg)
{
	struct tail *tail = arg;

	verb_end(&tail->verb, EX_OK);
}

static int
tail_run(struct tail *tail)
{
	const struct invocation *invocation = tail->verb.invocation;
	const struct link_listener listener = { .arg = tail,
		.up = link_up,
		.down = link_down,
		.failed = failed };
	const struct follow_owner owner = { .arg = tail,
		.event = event_told,
		.caught_up = caught_up,
		.synced = synced,
		.last = last_of,
		.failed = failed };
	const struct follow_options options = {
		.channels = (const char *const *)invocation->channels,
		.channel_count = invocation->channel_count,
		.from = invocation->from,
		.count = invocation->count,
		.after = invocation->after,
	};

	tail->verb.arg = tail;
	tail->verb.overdue = overdue;
	tail->verb.interrupt_come = interrupt_come;
	if (invocation->from == FOLLOW_LAST)
		tail->place = place_load(invocation->config.server);
	tail->save = evtimer_new(tail->verb.base, save_due, tail);
	link_listen(tail->verb.link, &listener);
	tail->follow = follow_new(tail->verb.base, tail->verb.link, &options,
	    &owner);
	verb_deadline(&tail->verb);
	verb_run(&tail->verb);
	follow_free(tail->follow);
	if (tail->place)
		place_save(tail->place);
	place_free(tail->place);
	event_free(tail->save);
	free(tail->user);
	return tail->verb.status;
}

int
verb_tail(struct invocation *invocation)
{
	struct tail tail = { .verb = { .invocation = invocation } };
	int status;

	if (invocation->channel_count == 0) {
		verb_say("tail: of what? give -c CHANNEL");
		return EX_USAGE;
	}
	if (verb_begin(&tail.verb, invocation))
		status = tail_run(&tail);
	else
		status = tail.verb.status;
	verb_release(&tail.verb);
	return status;
}

/*
 * pipe --json: the protocol's commands in, its events out. Commands go out one
 * after the other in their order and at the pace that the server allows; what was
 * not answered when the link was lost is sent again.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "shared/clock.h"
#include "shared/id.h"
#include "shared/json_in.h"
#include "shared/utf8.h"
#include "shared/xmalloc.h"
#include "tui/outbox.h"
#include "tui/plain.h"
#include "tui/verb.h"
#include "tui/verb_io.h"
#include "tui/verb_json.h"

#define QUEUE_MAX 64 /* commands that wait; then input does */
#define LINE_DEPTH 16
#define ID_DIGITS_MIN 15 /* shorter digits are a channel's name */
#define CAUSE_SIZE 160

struct pipe {
	struct verb verb;
	struct outbox outbox;
	struct follow *follow;
	struct input input;
	json_t *established; /* of the present connection */
	bool greeted;	     /* the first line was written */
	bool begun;	     /* what is followed was found: commands may go */
	bool reading, interrupted;
	int result; /* what went wrong, 65 before 1 */
};

/* ---- how it ends ---------------------------------------------------------- */

static void
settle(struct pipe *pipe)
{
	bool stay = pipe->verb.invocation->follow && !pipe->interrupted;

	if (!pipe->reading && pipe->outbox.count == 0 && pipe->begun && !stay)
		verb_end(&pipe->verb, pipe->result);
	else
		input_pause(&pipe->input,
		    !pipe->begun || pipe->outbox.count >= QUEUE_MAX);
}

static void
progress(struct pipe *pipe)
{
	if (!pipe->reading || pipe->interrupted)
		verb_deadline_from(&pipe->verb, pipe->outbox.hold_ms);
}

static void
overdue(void *arg)
{
	struct pipe *pipe = arg;
	int status = verb_overdue_status(&pipe->verb);

	if (pipe->verb.invocation->follow && !pipe->interrupted)
		return;
	verb_say(status == EX_TEMPFAIL ? "no answer in time"
				       : "the server cannot be reached");
	verb_end(&pipe->verb, status);
}

static void
interrupt_come(void *arg)
{
	struct pipe *pipe = arg;

	pipe->interrupted = true;
	input_stop(&pipe->input);
	progress(pipe);
	if (!pipe->begun)
		verb_end(&pipe->verb,
		    pipe->outbox.count > 0 ? EX_UNAVAILABLE : pipe->result);
	else
		settle(pipe);
}

static void
failed(void *arg, int status, const char *reason)
{
	struct pipe *pipe = arg;

	if (pipe->verb.ending)
		return;
	outbox_down(&pipe->outbox);
	verb_say("%s", reason);
	verb_end(&pipe->verb, status);
}

/* ---- out ------------------------------------------------------------------ */

/* Takes over `line`; `mark` is the caller's ref. */
static void
answer_put(json_t *line, const json_t *mark)
{
	if (mark)
		json_object_set(line, "ref", (json_t *)mark);
	json_line_put(line);
	json_decref(line);
}

static void
sent(void *arg, const struct outbox_item *item, const json_t *result)
{
	struct pipe *pipe = arg;

	answer_put(json_pack("{s:s, s:O}", "type", "ack", "result", result),
	    item->mark);
	progress(pipe);
	settle(pipe);
}

static void
refused(void *arg, const struct outbox_item *item, const char *code,
    const char *message)
{
	struct pipe *pipe = arg;

	answer_put(json_pack("{s:s, s:{s:s, s:s}}", "type", "error", "error",
		       "code", code, "message", message),
	    item->mark);
	if (pipe->result == EX_OK)
		pipe->result = EXIT_FAILURE;
	progress(pipe);
	settle(pipe);
}

static void
delayed(void *arg)
{
	progress(arg);
}

static void
event_told(void *arg, const struct follow_event *told)
{
	struct pipe *pipe = arg;
	const struct plain_event event = { .type = told->type,
		.event = told->event };

	if (pipe->verb.invocation->echo ||
	    !plain_is_own(&event, follow_me(pipe->follow)))
		json_line_put(told->event);
}

static void
synced(void *arg)
{
	struct pipe *pipe = arg;

	if (pipe->verb.ending)
		return;
	json_line_status("synced", -1);
	pipe->begun = true;
	progress(pipe);
	outbox_up(&pipe->outbox, pipe->established);
	settle(pipe);
}

/* What following does not tell: the answer to a sync that was asked for here, and
 * what is of no channel. */
static void
link_event(void *arg, const char *type, const json_t *event)
{
	struct pipe *pipe = arg;
	const struct outbox_item *item;

	if (pipe->verb.ending || strcmp(type, "presence.pong") == 0)
		return;
	if (strcmp(type, "sync.channel") == 0) {
		item = outbox_of_ref(&pipe->outbox, event);
		if (item)
			answer_put(json_copy((json_t *)event), item->mark);
		return;
	}
	if (!json_object_get(event, "channel_id") &&
	    !json_object_get(event, "channel"))
		json_line_put(event);
}

/* ---- in ------------------------------------------------------------------- */

static void
line_bad(struct pipe *pipe, uint64_t number, const char *why, const json_t *ref)
{
	answer_put(json_pack("{s:s, s:I, s:{s:s, s:s}}", "type", "error",
		       "line", (json_int_t)number, "error", "code",
		       "bad_request", "message", why),
	    ref);
	pipe->result = EXIT_FAILURE;
	if (pipe->verb.invocation->strict) {
		pipe->result = EX_DATAERR;
		input_stop(&pipe->input);
	}
}

/* "channel" may stand for channel_id, and the channel of -c for both where a
 * message names none. */
static void
channel_fill(const struct pipe *pipe, json_t *command, const char *type)
{
	const struct invocation *invocation = pipe->verb.invocation;
	const char *name = json_in_string(command, "channel");
	bool is_message = strcmp(type, "message.send") == 0;
	char *marked;
	int64_t id;

	if (!name && is_message && invocation->channel_count > 0)
		name = invocation->channels[0];
	if (!name || json_object_get(command, "channel_id"))
		return;
	if (*name == '#' || *name == '@' ||
	    (strlen(name) >= ID_DIGITS_MIN && id_parse(name, &id)))
		marked = xstrdup(name);
	else
		marked = xasprintf("#%s", name);
	json_object_set_new(command, "channel_id", json_string(marked));
	json_object_del(command, "channel");
	free(marked);
}

/* Takes over `command`. */
static void
command_take(struct pipe *pipe, json_t *command, const char *type,
    uint64_t number)
{
	json_t *mark = json_incref(json_object_get(command, "ref"));
	char *kind = xstrdup(type);

	json_object_del(command, "ref");
	channel_fill(pipe, command, kind);
	if (strcmp(kind, "presence.ping") == 0) {
		/* The link sends its own; nobody else is asked. */
		answer_put(json_pack("{s:s}", "type", "presence.pong"), mark);
		json_decref(command);
		json_decref(mark);
	} else {
		outbox_push_command(&pipe->outbox, kind, command, mark, number);
	}
	free(kind);
}

static void
line_came(void *arg, char *line, size_t len, uint64_t number)
{
	struct pipe *pipe = arg;
	char cause[CAUSE_SIZE] = "";
	const char *type;
	json_t *command;
	json_t *ref;

	if (!pipe->reading || line[strspn(line, " \t")] == '\0')
		return;
	command = json_in_parse(line, len, LINE_DEPTH, cause, sizeof(cause));
	type = json_in_string(command, "type");
	ref = json_object_get(command, "ref");
	if (!command)
		line_bad(pipe, number, cause, NULL);
	else if (ref && !json_is_string(ref))
		line_bad(pipe, number, "ref: expected a string", NULL);
	else if (!type)
		line_bad(pipe, number, "type: expected a string", ref);
	else {
		command_take(pipe, command, type, number);
		command = NULL;
	}
	json_decref(command);
	settle(pipe);
}

static void
input_closed(void *arg)
{
	struct pipe *pipe = arg;

	verb_deadline(&pipe->verb);
}

static void
input_end(void *arg)
{
	struct pipe *pipe = arg;

	pipe->reading = false;
	progress(pipe);
	settle(pipe);
}

/* ---- the link ------------------------------------------------------------- */

static void
link_connecting(void *arg)
{
	const struct pipe *pipe = arg;

	/* The first line is the hello. */
	if (pipe->greeted)
		json_line_status("connecting", -1);
}

static void
link_up(void *arg, const json_t *established)
{
	struct pipe *pipe = arg;

	json_line_up(&pipe->greeted, established);
	json_decref(pipe->established);
	pipe->established = json_deep_copy(established);
	progress(pipe);
}

static void
link_down(void *arg, const char *reason, int64_t retry_ms)
{
	struct pipe *pipe = arg;

	outbox_down(&pipe->outbox);
	if (pipe->greeted)
		json_line_status("reconnecting", retry_ms);
	verb_say("%s", reason);
}

static void
pipe_run(struct pipe *pipe)
{
	const struct invocation *invocation = pipe->verb.invocation;
	const struct link_listener listener = { .arg = pipe,
		.connecting = link_connecting,
		.up = link_up,
		.down = link_down,
		.event = link_event,
		.failed = failed };
	const struct outbox_owner owner = { .arg = pipe,
		.sent = sent,
		.refused = refused,
		.delayed = delayed };
	const struct input_owner lines = { .arg = pipe,
		.line = line_came,
		.closed = input_closed,
		.end = input_end };
	const struct follow_owner followed = { .arg = pipe,
		.event = event_told,
		.synced = synced,
		.failed = failed };
	const struct follow_options options = {
		.channels = (const char *const *)invocation->channels,
		.channel_count = invocation->channel_count,
		.from = FOLLOW_LIVE
	};

	pipe->verb.arg = pipe;
	pipe->verb.overdue = overdue;
	pipe->verb.interrupt_come = interrupt_come;
	link_listen(pipe->verb.link, &listener);
	pipe->follow = follow_new(pipe->verb.base, pipe->verb.link, &options,
	    &followed);
	outbox_init(&pipe->outbox, pipe->verb.base, pipe->verb.link, &owner);
	input_init(&pipe->input, pipe->verb.base, &lines);
	pipe->reading = true;
	verb_run(&pipe->verb);
	follow_free(pipe->follow);
	outbox_release(&pipe->outbox);
	input_release(&pipe->input);
	json_decref(pipe->established);
}

int
verb_pipe_json(struct invocation *invocation)
{
	struct pipe pipe = { .verb = { .invocation = invocation } };

	if (verb_begin(&pipe.verb, invocation))
		pipe_run(&pipe);
	verb_release(&pipe.verb);
	return pipe.verb.status;
}

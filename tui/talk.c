/*
 * Talking by lines. Owns the loop, the input and the exit status; what is typed
 * goes to the app, what is heard comes from following.
 *
 * Order is everything: a command waits until what was typed before it is
 * answered, and what is typed after it waits for the command.
 */
#include "tui/talk.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "shared/clock.h"
#include "shared/json_in.h"
#include "shared/utf8.h"
#include "shared/xmalloc.h"
#include "tui/app.h"
#include "tui/command.h"
#include "tui/follow.h"
#include "tui/plain.h"
#include "tui/verb.h"
#include "tui/verb_io.h"

#define QUEUE_MAX 64 /* messages that wait; then input does */
#define HISTORY 20   /* shown of a channel that is entered */
#define PATH_SIZE 128

struct talk {
	const struct talk_options *options;
	struct event_base *base;
	struct app *app;
	struct follow *follow;
	struct input input;
	struct event *interrupt, *terminate, *deadline;
	char *held;	  /* a command that waits for its turn */
	json_t *shown;	  /* ids of channels whose history was shown */
	int64_t enter_id; /* a channel whose history is to be shown */
	enum model_link link;
	uint64_t progress; /* as it was last seen */
	bool link_told;
	bool hears;	    /* following has begun: nothing is missed */
	bool started;	    /* connected, and in the channel */
	bool closed, ended; /* input: its end was seen, is reached */
	bool interrupted, ending;
	int bad; /* 65 where a line was no text */
	int status;
};

/* ---- how it ends ---------------------------------------------------------- */

static void
talk_quit(struct talk *talk, int status)
{
	if (talk->ending)
		return;
	talk->ending = true;
	talk->status = status;
	app_quit(talk->app, status);
}

static int
result(const struct talk *talk)
{
	if (talk->bad)
		return talk->bad;
	return app_refusals(talk->app) > 0 ? EXIT_FAILURE : EX_OK;
}

static bool
is_idle(const struct talk *talk)
{
	return app_outstanding(talk->app) == 0 && !talk->held;
}

static void
finish_check(struct talk *talk)
{
	if (talk->ended && talk->started && is_idle(talk) &&
	    (!talk->options->follow || talk->interrupted))
		talk_quit(talk, result(talk));
}

static void
deadline_set(struct talk *talk)
{
	int64_t now_ms = clock_mono_ms();
	int64_t hold_ms = app_hold_ms(talk->app) - now_ms;
	int64_t ms = talk->options->wait_ms + (hold_ms > 0 ? hold_ms : 0);
	struct timeval pause = { ms / 1000, ms % 1000 * 1000 };

	evtimer_add(talk->deadline, &pause);
}

static void
deadline_due(evutil_socket_t fd, short what, void *arg)
{
	struct talk *talk = arg;
	bool up = app_link(talk->app) && link_answers(app_link(talk->app));

	(void)fd;
	(void)what;
	/* With --follow there is no hurry, unless somebody wants it to end. */
	if (talk->options->follow && !talk->interrupted)
		return;
	verb_say(up ? "no answer in time" : "the server cannot be reached");
	talk_quit(talk, up ? EX_TEMPFAIL : EX_UNAVAILABLE);
}

static void
signalled(evutil_socket_t fd, short what, void *arg)
{
	struct talk *talk = arg;

	(void)fd;
	(void)what;
	if (talk->interrupted) {
		if (!talk->ending)
			talk->status = app_outstanding(talk->app) > 0
			    ? EX_TEMPFAIL
			    : result(talk);
		event_base_loopbreak(talk->base);
		return;
	}
	talk->interrupted = true;
	free(talk->held);
	talk->held = NULL;
	input_stop(&talk->input);
	/* What was never connected has nothing outstanding to wait for. */
	if (!talk->started)
		talk_quit(talk,
		    app_outstanding(talk->app) > 0 ? EX_UNAVAILABLE
						   : result(talk));
	else
		deadline_set(talk);
	finish_check(talk);
}

/* ---- what is heard -------------------------------------------------------- */

static void
event_told(void *arg, const struct follow_event *told)
{
	struct talk *talk = arg;
	const struct plain_event event = { .label = told->channel->label,
		.type = told->type,
		.event = told->event,
		.who = told->who,
		.edited = told->edited,
		.now_ms = clock_real_ms() };
	struct buf out = BUF_INIT;

	if (!talk->options->echo &&
	    plain_is_own(&event, follow_me(talk->follow)))
		return;
	if (plain_event(&out, &event))
		output_write(out.data, out.len);
	buf_release(&out);
}

static void
history_put(const struct follow_channel *channel, const json_t *message)
{
	json_t *wrapped = json_pack("{s:O}", "message", message);
	const struct plain_event event = { .label = channel->label,
		.type = "message.new",
		.event = wrapped };
	struct buf out = BUF_INIT;

	if (plain_event(&out, &event))
		output_write(out.data, out.len);
	buf_release(&out);
	json_decref(wrapped);
}

struct history {
	struct talk *talk;
	int64_t channel_id;
};

/* What came after following began it tells by itself. */
static void
history_came(void *arg, const struct rest_answer *answer)
{
	struct history *history = arg;
	const struct follow_channel *channel = follow_channel(
	    history->talk->follow, history->channel_id);
	const json_t *messages = json_object_get(answer->body, "messages");
	const json_t *message;
	size_t i;

	json_array_foreach(messages, i, message)
		if (channel && json_in_id(message, "id") <= channel->first_id)
			history_put(channel, message);
	free(history);
}

static void
history_show(struct talk *talk)
{
	const struct follow_channel *channel = follow_channel(talk->follow,
	    talk->enter_id);
	struct history *history;
	char path[PATH_SIZE];
	char key[24];

	if (!channel)
		return;
	talk->enter_id = 0;
	snprintf(key, sizeof(key), "%" PRId64, channel->id);
	if (json_object_get(talk->shown, key))
		return;
	json_object_set_new(talk->shown, key, json_true());
	history = xcalloc(1, sizeof(*history));
	history->talk = talk;
	history->channel_id = channel->id;
	snprintf(path, sizeof(path), "/v1/channels/%s/messages?limit=%d", key,
	    HISTORY);
	rest_call(link_rest(app_link(talk->app)), "GET", path, NULL, 0,
	    history_came, history);
}

static void face_changed(void *arg);

static void
caught_up(void *arg)
{
	struct talk *talk = arg;

	talk->hears = true;
	history_show(talk);
	face_changed(talk);
}

static void
follow_failed(void *arg, int status, const char *reason)
{
	struct talk *talk = arg;

	if (talk->ending)
		return;
	verb_say("%s", reason);
	talk_quit(talk, status);
}

/* ---- what is typed -------------------------------------------------------- */

static void
input_balance(struct talk *talk)
{
	input_pause(&talk->input,
	    !talk->started || talk->held ||
		app_outstanding(talk->app) >= QUEUE_MAX);
}

static void
line_bad(struct talk *talk, uint64_t number)
{
	verb_say("line %" PRIu64 ": no UTF-8 text", number);
	talk->bad = EX_DATAERR;
	if (talk->options->strict)
		input_stop(&talk->input);
}

/* A person who is offline need not wait to leave. */
static bool
must_wait(const struct talk *talk)
{
	return app_outstanding(talk->app) > 0 &&
	    (talk->options->bot ||
		app_model(talk->app)->link == MODEL_CONNECTED);
}

static void
command_typed(struct talk *talk, const char *line)
{
	if (must_wait(talk)) {
		talk->held = xstrdup(line);
		return;
	}
	app_input(talk->app, line);
	/* What follows it may depend on it. */
	if (must_wait(talk))
		talk->held = xstrdup("");
}

static void
line_came(void *arg, char *line, size_t len, uint64_t number)
{
	struct talk *talk = arg;
	struct buf text = BUF_INIT;
	bool command = (line[0] == '/' && line[1] != '/') ||
	    (!talk->options->bot && command_is_short(line));

	if (talk->interrupted || talk->ending)
		return;
	if (strlen(line) != len || !utf8_valid(line, len)) {
		line_bad(talk, number);
		return;
	}
	if (line[strspn(line, " \t")] == '\0')
		return;
	/* Whether it is a command was decided by what was typed, not by what
	 * the escapes hide. */
	if (line[0] == '/' && !command)
		line++;
	utf8_unescape(&text, line, strlen(line));
	if (!text.data || strlen(text.data) != text.len ||
	    !utf8_valid(text.data, text.len))
		line_bad(talk, number);
	else if (command)
		command_typed(talk, text.data);
	else
		app_talk(talk->app, text.data);
	buf_release(&text);
	if (!talk->options->bot && app_model(talk->app)->current)
		app_mark_read(talk->app, app_model(talk->app)->current);
	if (talk->options->strict && app_refusals(talk->app) > 0)
		input_stop(&talk->input);
	input_balance(talk);
}

static void
input_closed(void *arg)
{
	struct talk *talk = arg;

	talk->closed = true;
	deadline_set(talk);
}

static void
input_end(void *arg)
{
	struct talk *talk = arg;

	talk->ended = true;
	finish_check(talk);
}

/* ---- what the app tells --------------------------------------------------- */

static void
face_say(void *arg, const char *line)
{
	struct talk *talk = arg;
	struct buf out = BUF_INIT;

	if (talk->options->bot) {
		verb_say("%s", line);
		return;
	}
	buf_puts(&out, "* ");
	utf8_clean(&out, line, strlen(line), UTF8_CLEAN_PLAIN);
	buf_putc(&out, '\n');
	output_write(out.data, out.len);
	buf_release(&out);
}

static void
face_complain(void *arg, const char *line)
{
	(void)arg;
	verb_say("%s", line);
}

static void
face_quit(void *arg, int status)
{
	struct talk *talk = arg;

	/* A person who leaves has seen what did not work. */
	if (!talk->ending)
		talk->status = status == EX_OK && talk->options->bot
		    ? result(talk)
		    : status;
	talk->ending = true;
	event_base_loopbreak(talk->base);
}

static void
face_settled(void *arg)
{
	struct talk *talk = arg;
	char *held = talk->held;

	talk->held = NULL;
	if (held && *held)
		command_typed(talk, held);
	free(held);
	input_balance(talk);
	finish_check(talk);
}

static void
face_switched(void *arg, const struct channel *channel)
{
	struct talk *talk = arg;
	struct buf line = BUF_INIT;
	char id[24];

	if (talk->options->bot) {
		/* A bot that is bound to channels hears the new one too. */
		snprintf(id, sizeof(id), "%" PRId64, channel->id);
		if (talk->options->config->channel)
			follow_add(talk->follow, id);
		return;
	}
	buf_printf(&line, "now in %c%s%s%s", channel->direct ? '@' : '#',
	    channel->name, *channel->topic ? ": " : "", channel->topic);
	face_say(talk, line.data);
	buf_release(&line);
	talk->enter_id = channel->id;
	history_show(talk);
}

static void
link_tell(struct talk *talk)
{
	const struct model *model = app_model(talk->app);

	if (model->link == MODEL_OFFLINE && talk->link != MODEL_OFFLINE &&
	    model->link_reason) {
		verb_say("offline: %s", model->link_reason);
		talk->link_told = true;
	}
	if (model->link == MODEL_CONNECTED && talk->link != MODEL_CONNECTED &&
	    (talk->link_told || !talk->options->bot))
		verb_say("connected as %s", person_name(&model->me));
	if (model->link != MODEL_CONNECTING || talk->link == MODEL_CONNECTED)
		talk->link = model->link;
}

/* Lines can be taken: connected, and in the channel that was named, or all was
 * done to get there. */
static bool
is_begun(const struct talk *talk)
{
	const struct model *model = app_model(talk->app);

	if (model->link != MODEL_CONNECTED || !talk->hears)
		return false;
	if (model->current || !talk->options->config->channel)
		return true;
	return !talk->options->bot && app_outstanding(talk->app) == 0;
}

static void
face_changed(void *arg)
{
	struct talk *talk = arg;

	link_tell(talk);
	if (!talk->started && is_begun(talk)) {
		talk->started = true;
		if (talk->closed)
			deadline_set(talk);
	}
	if (app_progress(talk->app) != talk->progress) {
		talk->progress = app_progress(talk->app);
		if (talk->closed)
			deadline_set(talk);
	}
	if (talk->enter_id)
		history_show(talk);
	input_balance(talk);
	finish_check(talk);
}

/* ---- all of it ------------------------------------------------------------ */

static void
talk_begin(struct talk *talk)
{
	const struct app_face face = { .arg = talk,
		.changed = face_changed,
		.say = face_say,
		.complain = face_complain,
		.quit = face_quit,
		.settled = face_settled,
		.switched = face_switched,
		.no_window = true,
		.no_choice = talk->options->bot };
	const struct input_owner lines = { .arg = talk,
		.line = line_came,
		.closed = input_closed,
		.end = input_end };
	const struct follow_owner owner = { .arg = talk,
		.event = event_told,
		.caught_up = caught_up,
		.failed = follow_failed };
	const char *const *name =
	    (const char *const *)&talk->options->config->channel;
	const struct follow_options options = { .channels = name,
		.channel_count = talk->options->bot && *name ? 1 : 0,
		.from = FOLLOW_LIVE };

	talk->app = app_new(talk->base, talk->options->config, &face);
	if (app_link(talk->app))
		talk->follow = follow_new(talk->base, app_link(talk->app),
		    &options, &owner);
	input_init(&talk->input, talk->base, &lines);
	talk->deadline = evtimer_new(talk->base, deadline_due, talk);
	talk->interrupt = evsignal_new(talk->base, SIGINT, signalled, talk);
	talk->terminate = evsignal_new(talk->base, SIGTERM, signalled, talk);
	event_add(talk->interrupt, NULL);
	event_add(talk->terminate, NULL);
}

int
talk_main(const struct talk_options *options)
{
	struct talk talk = { .options = options, .link = MODEL_CONNECTING };

	talk.base = verb_base();
	if (!talk.base) {
		verb_say("no event loop");
		return EX_OSERR;
	}
	talk.shown = json_object();
	talk_begin(&talk);
	event_base_dispatch(talk.base);
	app_free(talk.app);
	follow_free(talk.follow);
	input_release(&talk.input);
	event_free(talk.interrupt);
	event_free(talk.terminate);
	event_free(talk.deadline);
	event_base_free(talk.base);
	json_decref(talk.shown);
	free(talk.held);
	return talk.status;
}

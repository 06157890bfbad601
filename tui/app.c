/*
 * The app: what happens on the link becomes calls of the reducer, what a person
 * does becomes requests. The face is told from the loop only, once a turn.
 */
#include "tui/app_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "shared/clock.h"
#include "shared/json_in.h"
#include "shared/url.h"
#include "shared/utf8.h"
#include "shared/xmalloc.h"
#include "tui/command.h"

#define CAUSE_SIZE 256

/* ---- telling the face ----------------------------------------------------- */

static void
tell_soon(struct app *app)
{
	const struct timeval now = { 0, 0 };

	if (!evtimer_pending(app->tell, NULL))
		evtimer_add(app->tell, &now);
}

void
app_touch(struct app *app)
{
	app->changed = true;
	app_cache_soon(app);
	tell_soon(app);
}

static void
line_tell(struct app *app, const struct app_line *line)
{
	if (line->kind == LINE_COMPLAIN && app->face.complain)
		app->face.complain(app->face.arg, line->text);
	else if (app->face.say)
		app->face.say(app->face.arg, line->text);
}

static void
lines_tell(struct app *app)
{
	struct app_line *lines = app->lines;
	size_t count = app->line_count;
	size_t i;

	app->lines = NULL;
	app->line_count = 0;
	for (i = 0; i < count; i++) {
		line_tell(app, &lines[i]);
		free(lines[i].text);
	}
	free(lines);
}

static void
tell_due(evutil_socket_t fd, short what, void *arg)
{
	struct app *app = arg;

	(void)fd;
	(void)what;
	lines_tell(app);
	if (app->switched && app->face.switched && app->model->current)
		app->face.switched(app->face.arg, app->model->current);
	app->switched = false;
	if (app->changed && app->face.changed)
		app->face.changed(app->face.arg);
	app->changed = false;
	if (app->was_outstanding && app_outstanding(app) == 0) {
		app->was_outstanding = false;
		if (app->face.settled)
			app->face.settled(app->face.arg);
	}
}

static char *format_line(const char *format, va_list args)
    __attribute__((format(printf, 1, 0)));

/* Some of it may be foreign text: it is cleaned, newlines stay. */
static char *
format_line(const char *format, va_list args)
{
	struct buf clean = BUF_INIT;
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		return xstrdup("");
	text = xmalloc((size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, args);
	utf8_clean(&clean, text, (size_t)len, UTF8_CLEAN_TEXT);
	free(text);
	return buf_detach(&clean);
}

static void
line_add(struct app *app, enum line_kind kind, char *text)
{
	app->lines = xreallocarray(app->lines, app->line_count + 1,
	    sizeof(*app->lines));
	app->lines[app->line_count++] = (struct app_line){ kind, text };
	tell_soon(app);
}

void
app_say(struct app *app, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	line_add(app, LINE_SAY, format_line(format, args));
	va_end(args);
}

void
app_complain(struct app *app, const char *format, ...)
{
	va_list args;

	app->refusals++;
	va_start(args, format);
	line_add(app, LINE_COMPLAIN, format_line(format, args));
	va_end(args);
}

void
app_print(struct app *app, const char *format, ...)
{
	struct reduce_out out = app_out(app);
	va_list args;
	char *text;

	va_start(args, format);
	text = format_line(format, args);
	va_end(args);
	if (app->face.no_window || !app->model->current) {
		line_add(app, LINE_SAY, text);
		return;
	}
	reduce_print(app->model, app->model->current, text, out.now_ms, &out);
	free(text);
	app_touch(app);
}

/* ---- what came of a reduction --------------------------------------------- */

static void
arrived(void *arg, const struct channel *channel, const struct message *message)
{
	struct app *app = arg;

	app_delivered(app, channel, message);
	if (app->face.arrived)
		app->face.arrived(app->face.arg, channel, message);
}

struct reduce_out
app_out(struct app *app)
{
	return (struct reduce_out){ .arg = app,
		.arrived = arrived,
		.now_ms = clock_real_ms(),
		.mono_ms = clock_mono_ms() };
}

void
app_follow(struct app *app, const struct reduce_out *out)
{
	if (out->bell && app->config->bell && app->face.bell)
		app->face.bell(app->face.arg);
	if (out->sync)
		app_sync(app);
	/* Its window was dropped, or it took the place of one that is gone. */
	if (app->model->link == MODEL_CONNECTED)
		app_load_current(app);
	app_live_follow(app);
	app_touch(app);
}

/* ---- the link ------------------------------------------------------------- */

static void
link_connecting(void *arg)
{
	struct app *app = arg;

	reduce_link(app->model, MODEL_CONNECTING, 0, NULL);
	app_touch(app);
}

static void
link_up(void *arg, const json_t *established)
{
	struct app *app = arg;
	struct reduce_out out = app_out(app);

	json_decref(app->established);
	app->established = json_deep_copy(established);
	app_cache_up(app, established);
	reduce_established(app->model, established, &out);
	if (out.reset) {
		app->begun = false;
		app_say(app,
		    "the server has another history now; "
		    "everything is loaded anew");
	}
	app->syncing = false;
	app_sync(app);
	app_follow(app, &out);
}

static void
link_down(void *arg, const char *reason, int64_t retry_ms)
{
	struct app *app = arg;

	outbox_down(&app->outbox);
	app->syncing = false;
	evtimer_del(app->resync);
	app_live_down(app);
	reduce_link(app->model, MODEL_OFFLINE, clock_mono_ms() + retry_ms,
	    reason);
	app_touch(app);
}

static void
link_event(void *arg, const char *type, const json_t *event)
{
	struct app *app = arg;
	struct reduce_out out = app_out(app);

	if (strcmp(type, "sync.channel") == 0)
		reduce_sync(app->model, event, &out);
	else
		reduce_event(app->model, type, event, &out);
	if (strcmp(type, "notice") == 0 && app->model->notice)
		app_say(app, "notice: %s", app->model->notice);
	app_follow(app, &out);
}

static void
link_failed(void *arg, int status, const char *reason)
{
	struct app *app = arg;

	outbox_down(&app->outbox);
	reduce_link(app->model, MODEL_OFFLINE, 0, reason);
	app_complain(app, "%s", reason);
	lines_tell(app);
	app->status = status;
	if (app->face.quit)
		app->face.quit(app->face.arg, status);
}

static void
link_closed(void *arg)
{
	struct app *app = arg;

	lines_tell(app);
	if (app->face.quit)
		app->face.quit(app->face.arg, app->status);
}

void
app_quit(struct app *app, int status)
{
	app->status = status;
	if (!app->link)
		return; /* it is ending for want of one */
	outbox_down(&app->outbox);
	link_close(app->link, link_closed, app);
}

/* ---- sending -------------------------------------------------------------- */

void
app_command_begin(struct app *app)
{
	app->commands++;
	app->was_outstanding = true;
}

void
app_command_end(struct app *app)
{
	if (app->commands > 0)
		app->commands--;
	app->progress++;
	app_touch(app);
}

static void
item_sent(void *arg, const struct outbox_item *item, const json_t *result)
{
	struct app *app = arg;

	app->progress++;
	app_cache_answered(app, item);
	reduce_sent(app->model, item->client_msg_id, result);
	app_touch(app);
}

static void
item_refused(void *arg, const struct outbox_item *item, const char *code,
    const char *message)
{
	struct app *app = arg;

	app->progress++;
	app_cache_answered(app, item);
	reduce_send_failed(app->model, item->client_msg_id, message);
	app_complain(app, "not sent: %s: %s", code, message);
	app_touch(app);
}

static void
item_delayed(void *arg)
{
	struct app *app = arg;

	app->progress++;
	app_touch(app);
}

static void
command_input(struct app *app, const char *line)
{
	const struct command *command;
	size_t len = strcspn(line, " \t\n");
	bool ambiguous = false;

	command = command_find(line, len, &ambiguous);
	if (!command) {
		app_complain(app, "/%.*s: %s", (int)len, line,
		    ambiguous ? "which command? several begin so"
			      : "no such command; /help lists them");
		return;
	}
	line += len;
	command->run(app, line + strspn(line, " \t"));
}

void
app_input(struct app *app, const char *line)
{
	if (line[strspn(line, " \t\n")] == '\0')
		return;
	if (line[0] == '/' && line[1] != '/') {
		command_input(app, line + 1);
		return;
	}
	if (command_is_short(line))
		command_short(app, line);
	else
		app_talk(app, line[0] == '/' ? line + 1 : line);
}

void
app_talk(struct app *app, const char *text)
{
	if (app->model->current)
		app_send(app, app->model->current, text);
	else
		app_complain(app, "not sent: no channel; /join one first");
}

/* ---- the view ------------------------------------------------------------- */

void
app_switch(struct app *app, const struct channel *channel)
{
	struct channel *target = model_channel(app->model, channel->id);

	if (!target)
		return;
	app->switched = true;
	reduce_switch(app->model, target);
	app_cache_window(app, target);
	app_load_current(app);
	app_touch(app);
}

void
app_set_anchor(struct app *app, const struct channel *channel,
    struct anchor anchor)
{
	struct channel *target = app_window(app, channel);

	if (!target)
		return;
	reduce_anchor(app->model, target, anchor);
	app_touch(app);
}

/* ---- beginning and end ---------------------------------------------------- */

const struct model *
app_model(const struct app *app)
{
	return app->model;
}

struct event_base *
app_base(const struct app *app)
{
	return app->base;
}

struct link *
app_link(struct app *app)
{
	return app->link;
}

size_t
app_outstanding(const struct app *app)
{
	return app->commands + app->outbox.count;
}

uint64_t
app_progress(const struct app *app)
{
	return app->progress;
}

int64_t
app_hold_ms(const struct app *app)
{
	return app->outbox.hold_ms;
}

unsigned int
app_refusals(const struct app *app)
{
	return app->refusals;
}

/* What keeps the link from being made at all, told from the loop as well. */
static void
begin_failed(evutil_socket_t fd, short what, void *arg)
{
	struct app *app = arg;

	(void)fd;
	(void)what;
	lines_tell(app);
	if (app->face.quit)
		app->face.quit(app->face.arg, app->status);
}

static void
resync_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	app_sync(arg);
}

static bool
link_make(struct app *app)
{
	const struct link_listener listener = { .arg = app,
		.connecting = link_connecting,
		.up = link_up,
		.down = link_down,
		.event = link_event,
		.failed = link_failed };
	const struct outbox_owner owner = { .arg = app,
		.sent = item_sent,
		.refused = item_refused,
		.delayed = item_delayed };
	char cause[CAUSE_SIZE] = "";
	struct url url;

	app->status = EX_CONFIG;
	if (url_parse(app->config->server, &url, cause, sizeof(cause)))
		app->link = link_new(app->base, app->config, &url, &app->status,
		    cause, sizeof(cause));
	if (!app->link) {
		app_complain(app, "%s", cause);
		return false;
	}
	link_listen(app->link, &listener);
	outbox_init(&app->outbox, app->base, app->link, &owner);
	app_cache_resend(app);
	link_start(app->link);
	return true;
}

struct app *
app_new(struct event_base *base, const struct client_config *config,
    const struct app_face *face)
{
	struct app *app = xcalloc(1, sizeof(*app));
	const struct timeval now = { 0, 0 };

	app->base = base;
	app->config = config;
	app->face = *face;
	app->model = model_new();
	app->tell = evtimer_new(base, tell_due, app);
	app->resync = evtimer_new(base, resync_due, app);
	app_live_init(app);
	app_cache_init(app);
	if (!link_make(app)) {
		event_free(app->tell);
		app->tell = evtimer_new(base, begin_failed, app);
		evtimer_add(app->tell, &now);
	}
	return app;
}

void
app_free(struct app *app)
{
	size_t i;

	if (!app)
		return;
	link_free(app->link);
	if (app->link)
		outbox_release(&app->outbox);
	event_free(app->tell);
	event_free(app->resync);
	app_live_release(app);
	app_cache_release(app);
	json_decref(app->established);
	for (i = 0; i < app->line_count; i++)
		free(app->lines[i].text);
	free(app->lines);
	model_free(app->model);
	free(app);
}

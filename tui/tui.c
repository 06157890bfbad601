/*
 * The full-screen face's loop. Nothing is drawn where something changes: changes
 * ask for a frame, and the frame is painted from the loop when its time has come
 * and the terminal has taken the last one.
 */
#include "tui/tui.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "shared/clock.h"
#include "shared/xmalloc.h"
#include "tui/tui_state.h"

#define FRAME_MS 33
#define WATCHED 500	/* people whose presence is asked for */
#define WRAPS 512	/* breaks that are kept: several screens */
#define TEXT_CHARS 4000 /* of one message */
#define NOTICE_MS 4000	/* a notice stays at least so long */

static struct timeval
milliseconds(int64_t ms)
{
	if (ms < 0)
		ms = 0;
	return (struct timeval){ ms / 1000, ms % 1000 * 1000 };
}

/* --------------------------------------------------------------- frames --- */

static void
frame_in(struct tui *tui, int64_t ms)
{
	struct timeval wait = milliseconds(ms);

	event_add(tui->frame, &wait);
}

void
tui_dirty(struct tui *tui)
{
	frame_in(tui, tui->painted_ms + FRAME_MS - clock_mono_ms());
}

struct render_state
tui_render_state(struct tui *tui)
{
	return (struct render_state){ .model = app_model(tui->app),
		.editor = tui->editor,
		.cache = tui->cache,
		.wish = tui->wish,
		.notice = tui->notice,
		.help = tui->help,
		.help_top = tui->help_top,
		.prompt = tui->armed.what == ARM_NONE ? NULL
						      : tui->armed.prompt,
		.overlay = tui_overlay(tui),
		.bare = tui->bare,
		.selected = tui->select.on ? tui->select.key : tui->highlight,
		.ascii = !screen_utf8(tui->screen),
		.now_ms = clock_real_ms(),
		.mono_ms = clock_mono_ms() };
}

/* Asks for the pages that the reader is about to need. */
static void
want_pages(struct tui *tui)
{
	const struct model *model = app_model(tui->app);
	const struct channel *channel = tui_focus(tui);
	const struct view_seen *seen = model->thread != NULL
	    ? &tui->result.seen_thread
	    : &tui->result.seen;
	uint64_t first, last;

	if (channel == NULL || channel->len == 0 ||
	    model->link != MODEL_CONNECTED || tui->help)
		return;
	first = channel->messages[0]->key;
	last = channel->messages[channel->len - 1]->key;
	if (seen->want_before && tui->asked_before != first) {
		tui->asked_before = first;
		app_want_before(tui->app, channel);
	}
	if (seen->want_after && tui->asked_after != last) {
		tui->asked_after = last;
		app_want_after(tui->app, channel);
	}
}

/* The frame for what changes by itself: while the link is down the seconds are
 * counted on the screen, and who writes is forgotten in time. */
static void
next_frame(struct tui *tui)
{
	const struct model *model = app_model(tui->app);
	const struct channel *channel = model->current;
	int64_t now = clock_mono_ms(), left = model->retry_at_ms - now;
	int64_t wait = -1;

	if (model->link == MODEL_OFFLINE && left > 0)
		wait = (left - 1) % 1000 + 1;
	for (size_t i = 0; channel != NULL && i < channel->typist_len; i++) {
		left = channel->typists[i].until_ms - now + 1;
		if (left > 0 && (wait < 0 || left < wait))
			wait = left;
	}
	if (wait >= 0)
		frame_in(tui, wait);
}

/* Whose presence is on the screen: members, and the others of direct talks. */
static void
watch(struct tui *tui)
{
	const struct model *model = app_model(tui->app);
	const struct channel *channel = model->current;
	size_t rows = (size_t)tui->result.layout.members.rows, count = 0;
	int64_t ids[WATCHED];

	for (size_t i = 0;
	     channel != NULL && i < channel->member_len && i < rows; i++) {
		if (count < WATCHED)
			ids[count++] = channel->members[i].person.id;
	}
	for (size_t i = 0; i < model->len && count < WATCHED; i++) {
		if (model->channels[i]->direct)
			ids[count++] = model->channels[i]->peer.id;
	}
	app_watch(tui->app, ids, count);
}

static void
paint(struct tui *tui)
{
	struct render_state state = tui_render_state(tui);

	canvas_resize(&tui->canvas, tui->columns, tui->rows);
	tui->result = render(&tui->canvas, &state);
	screen_paint(tui->screen, &tui->canvas, tui->whole);
	tui->whole = false;
	tui->painted_ms = clock_mono_ms();
	if (screen_busy(tui->screen))
		event_add(tui->output, NULL);
}

/* Goes on to the first message when another page has come. */
static void
seek_on(struct tui *tui)
{
	const struct channel *channel = app_model(tui->app)->current;

	if (channel == NULL || channel->len == 0)
		tui->seek_top = false;
	else if (channel->messages[0]->key != tui->sought)
		tui_seek_top(tui);
}

static void
on_frame(evutil_socket_t fd, short what, void *arg)
{
	struct tui *tui = arg;

	(void)fd;
	(void)what;
	if (tui->away)
		return;
	if (screen_busy(tui->screen)) {
		tui->waiting = true;
		return;
	}
	paint(tui);
	next_frame(tui);
	watch(tui);
	want_pages(tui);
	if (tui->seek_top)
		seek_on(tui);
}

static void
on_output(evutil_socket_t fd, short what, void *arg)
{
	struct tui *tui = arg;

	(void)fd;
	(void)what;
	screen_flush(tui->screen);
	if (screen_busy(tui->screen)) {
		event_add(tui->output, NULL);
	} else if (tui->waiting) {
		tui->waiting = false;
		tui_dirty(tui);
	}
}

/* ---------------------------------------------------------------- input --- */

static void
leave(struct tui *tui, int status)
{
	tui->leaving = true;
	tui->status = status;
	event_base_loopbreak(tui->base);
}

/* Keys that wait for more bytes wait for so long. */
static void
set_patience(struct tui *tui)
{
	int64_t deadline = keys_deadline(&tui->keys);
	struct timeval wait;

	if (deadline < 0) {
		event_del(tui->patience);
		return;
	}
	wait = milliseconds(deadline - clock_mono_ms());
	event_add(tui->patience, &wait);
}

static void
on_patience(evutil_socket_t fd, short what, void *arg)
{
	struct tui *tui = arg;

	(void)fd;
	(void)what;
	keys_tick(&tui->keys, clock_mono_ms());
	set_patience(tui);
}

static void
on_key(void *arg, const struct key *key)
{
	struct tui *tui = arg;

	if (!tui->leaving)
		tui_key(tui, key);
}

static void
on_input(evutil_socket_t fd, short what, void *arg)
{
	struct tui *tui = arg;
	char bytes[4096];
	ssize_t len = read((int)fd, bytes, sizeof(bytes));

	(void)what;
	if (len < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (len <= 0) {
		/* The terminal is gone. */
		leave(tui, 0);
		return;
	}
	if (tui->notice != NULL &&
	    clock_mono_ms() - tui->noticed_ms > NOTICE_MS)
		tui_say(tui, NULL);
	keys_feed(&tui->keys, bytes, (size_t)len, clock_mono_ms());
	set_patience(tui);
}

/* -------------------------------------------------------------- signals --- */

static const int signals[TUI_SIGNALS] = { SIGTERM, SIGHUP, SIGINT, SIGWINCH,
	SIGTSTP, SIGCONT };

static struct event *
signal_event(struct tui *tui, int number)
{
	for (size_t i = 0; i < TUI_SIGNALS; i++) {
		if (signals[i] == number)
			return tui->signals[i];
	}
	return NULL;
}

void
tui_suspend(struct tui *tui)
{
	struct event *stop = signal_event(tui, SIGTSTP);

	screen_leave(tui->screen);
	/* As if the terminal had sent it: to all that run with us. */
	event_del(stop);
	signal(SIGTSTP, SIG_DFL);
	kill(0, SIGTSTP);
	event_add(stop, NULL);
	screen_enter(tui->screen);
	screen_size(&tui->columns, &tui->rows);
	tui->whole = true;
	tui_dirty(tui);
}

void
tui_terminal_away(struct tui *tui)
{
	tui->away = true;
	event_del(tui->input);
	screen_leave(tui->screen);
}

void
tui_terminal_back(struct tui *tui)
{
	tui->away = false;
	screen_enter(tui->screen);
	event_add(tui->input, NULL);
	screen_size(&tui->columns, &tui->rows);
	tui->whole = true;
	tui_dirty(tui);
}

static void
on_signal(evutil_socket_t number, short what, void *arg)
{
	struct tui *tui = arg;

	(void)what;
	/* ^C and ^Z are another program's while it has the terminal. */
	if (tui->away && number != SIGTERM && number != SIGHUP &&
	    number != SIGWINCH)
		return;
	switch ((int)number) {
	case SIGWINCH:
		screen_size(&tui->columns, &tui->rows);
		tui_dirty(tui);
		break;
	case SIGTSTP:
		if (!tui->config->restricted)
			tui_suspend(tui);
		break;
	case SIGCONT:
		/* Who was stopped without being asked finds the terminal as
		 * the shell left it. */
		screen_enter(tui->screen);
		screen_size(&tui->columns, &tui->rows);
		tui->whole = true;
		tui_dirty(tui);
		break;
	default:
		leave(tui, 0);
		break;
	}
}

/* ----------------------------------------------------------------- face --- */

void
tui_say(struct tui *tui, const char *line)
{
	free(tui->notice);
	tui->notice = line == NULL ? NULL : xstrdup(line);
	tui->noticed_ms = clock_mono_ms();
	tui_dirty(tui);
}

static void
face_changed(void *arg)
{
	tui_dirty(arg);
}

static void
face_say(void *arg, const char *line)
{
	tui_say(arg, line);
}

static void
face_bell(void *arg)
{
	struct tui *tui = arg;

	if (!tui->away)
		screen_bell(tui->screen);
	screen_notice(tui->screen, (enum screen_osc)tui->config->notify_osc,
	    "Somebody mentioned you or wrote to you");
}

static void
face_copy(void *arg, const char *text)
{
	struct tui *tui = arg;

	tui_say(tui,
	    screen_copy(tui->screen, text)
		? "copied, where the terminal takes it (OSC 52)"
		: "the message is too long to copy");
}

static void
face_quit(void *arg, int status)
{
	leave(arg, status);
}

/* ------------------------------------------------------ begin and end ----- */

/* The locale says what the terminal shows. Where nobody has set one, as in many
 * a container, what nearly all terminals show. */
static void
locale_begin(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	bool set = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		set = set || (value != NULL && *value != '\0');
	}
	if (!set || setlocale(LC_CTYPE, "") == NULL)
		setlocale(LC_CTYPE, "C.UTF-8");
	tzset();
}

static void
events_begin(struct tui *tui)
{
	tui->input = event_new(tui->base, STDIN_FILENO, EV_READ | EV_PERSIST,
	    on_input, tui);
	tui->output = event_new(tui->base, screen_fd(tui->screen), EV_WRITE,
	    on_output, tui);
	tui->frame = evtimer_new(tui->base, on_frame, tui);
	tui->patience = evtimer_new(tui->base, on_patience, tui);
	event_add(tui->input, NULL);
	for (size_t i = 0; i < TUI_SIGNALS; i++) {
		tui->signals[i] = evsignal_new(tui->base, signals[i], on_signal,
		    tui);
		event_add(tui->signals[i], NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}

static void
event_release(struct event *event)
{
	if (event != NULL)
		event_free(event);
}

static void
tui_release(struct tui *tui)
{
	app_free(tui->app);
	tui_editor_release(tui);
	for (size_t i = 0; i < TUI_SIGNALS; i++)
		event_release(tui->signals[i]);
	event_release(tui->input);
	event_release(tui->output);
	event_release(tui->frame);
	event_release(tui->patience);
	screen_close(tui->screen);
	/* What was said last, as why it ended, would be gone with the
	 * screen. */
	if (tui->status != 0 && tui->notice != NULL)
		fprintf(stderr, "hubbub: %s\n", tui->notice);
	if (tui->base != NULL)
		event_base_free(tui->base);
	keys_release(&tui->keys);
	keys_bind_defaults();
	complete_free(tui->complete);
	editor_free(tui->editor);
	wrap_cache_free(tui->cache);
	canvas_release(&tui->canvas);
	buf_release(&tui->overlay.lines);
	buf_release(&tui->overlay.title);
	free(tui->armed.draft);
	free(tui->notice);
}

int
tui_main(const struct client_config *config)
{
	struct tui tui = { .config = config, .whole = true };
	struct app_face face = { .arg = &tui,
		.changed = face_changed,
		.say = face_say,
		.bell = face_bell,
		.copy = face_copy,
		.quit = face_quit };
	char cause[256] = "out of events";

	locale_begin();
	client_config_apply(config);
	canvas_init(&tui.canvas, (enum width_emoji)config->emoji);
	tui.cache = wrap_cache_new(WRAPS, (enum width_emoji)config->emoji);
	tui.editor = editor_new(TEXT_CHARS, (size_t)config->history);
	tui.complete = complete_new();
	keys_init(&tui.keys, on_key, &tui);
	tui.base = event_base_new();
	if (tui.base != NULL)
		tui.screen = screen_open(config->mouse, cause, sizeof(cause));
	if (tui.screen == NULL) {
		fprintf(stderr, "hubbub: %s\n", cause);
		tui.status = EX_UNAVAILABLE;
		goto out;
	}
	screen_size(&tui.columns, &tui.rows);
	events_begin(&tui);
	tui.app = app_new(tui.base, config, &face);
	paint(&tui);
	event_base_dispatch(tui.base);
out:
	tui_release(&tui);
	return tui.status;
}

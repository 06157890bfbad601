/*
 * Input by lines, output by whole writes. The descriptors are shared with other
 * programs of the same terminal, so they stay blocking: input is read when it is
 * there, output waits for its reader.
 */
#include "tui/verb_io.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define READ_SIZE 16384
#define BUFFERED_MAX 65536 /* bytes, of whole lines */

static void
pump_soon(struct input *input)
{
	const struct timeval now = { 0, 0 };

	if (!evtimer_pending(input->pump, NULL))
		evtimer_add(input->pump, &now);
}

static void
read_arm(struct input *input)
{
	if (!input->eof && !event_pending(input->ready, EV_READ, NULL) &&
	    (input->buf.len < BUFFERED_MAX ||
		!memchr(input->buf.data, '\n', input->buf.len)))
		event_add(input->ready, NULL);
}

/* What is longer than a line may be is bad input, and need not be kept: an
 * invalid byte stands for the beginning. */
static void
overlong_cut(struct input *input)
{
	if (input->buf.len <= INPUT_LINE_MAX ||
	    memchr(input->buf.data, '\n', input->buf.len))
		return;
	buf_consume(&input->buf, input->buf.len - READ_SIZE);
	memset(input->buf.data, 0xff, 1);
}

static void
stdin_ready(evutil_socket_t fd, short what, void *arg)
{
	struct input *input = arg;
	ssize_t got;

	(void)what;
	got = read(fd, buf_reserve(&input->buf, READ_SIZE), READ_SIZE);
	if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
		read_arm(input);
		return;
	}
	if (got > 0) {
		input->buf.len += (size_t)got;
		overlong_cut(input);
		read_arm(input);
	} else {
		input->eof = true;
		if (input->owner.closed)
			input->owner.closed(input->owner.arg);
	}
	pump_soon(input);
}

/* Hands over one line; false where there is none. */
static bool
line_take(struct input *input)
{
	char *end = input->buf.len > 0
	    ? memchr(input->buf.data, '\n', input->buf.len)
	    : NULL;
	size_t len = end ? (size_t)(end - input->buf.data) : input->buf.len;
	size_t text;
	char *line;

	if (!end && (!input->eof || len == 0))
		return false;
	buf_reserve(&input->buf, 1);
	line = input->buf.data;
	/* A file from elsewhere may end its lines with CR LF. */
	text = len > 0 && line[len - 1] == '\r' ? len - 1 : len;
	line[text] = '\0';
	input->number++;
	input->owner.line(input->owner.arg, line, text, input->number);
	/* input_stop() may have emptied it meanwhile. */
	if (input->buf.len > 0)
		buf_consume(&input->buf, end ? len + 1 : len);
	return true;
}

static void
pump_due(evutil_socket_t fd, short what, void *arg)
{
	struct input *input = arg;

	(void)fd;
	(void)what;
	while (!input->paused && line_take(input))
		;
	if (input->paused)
		return;
	if (input->eof && input->buf.len == 0) {
		if (!input->ended)
			input->owner.end(input->owner.arg);
		input->ended = true;
		return;
	}
	read_arm(input);
}

void
input_init(struct input *input, struct event_base *base,
    const struct input_owner *owner)
{
	memset(input, 0, sizeof(*input));
	input->base = base;
	input->owner = *owner;
	input->paused = true;
	input->ready = event_new(base, STDIN_FILENO, EV_READ, stdin_ready,
	    input);
	input->pump = evtimer_new(base, pump_due, input);
	read_arm(input);
}

void
input_release(struct input *input)
{
	if (input->ready)
		event_free(input->ready);
	if (input->pump)
		event_free(input->pump);
	input->ready = NULL;
	input->pump = NULL;
	buf_release(&input->buf);
}

void
input_pause(struct input *input, bool paused)
{
	if (!input->pump || input->paused == paused)
		return;
	input->paused = paused;
	if (!paused)
		pump_soon(input);
}

void
input_stop(struct input *input)
{
	if (!input->pump)
		return;
	event_del(input->ready);
	buf_clear(&input->buf);
	input->eof = true;
	input->paused = false;
	pump_soon(input);
}

static void
output_failed(void)
{
	if (errno != EPIPE)
		_exit(EX_IOERR);
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
	_exit(EX_IOERR);
}

void
output_write(const char *text, size_t len)
{
	struct pollfd wait = { .fd = STDOUT_FILENO, .events = POLLOUT };
	ssize_t put;

	while (len > 0) {
		put = write(STDOUT_FILENO, text, len);
		if (put >= 0) {
			text += put;
			len -= (size_t)put;
		} else if (errno == EAGAIN) {
			/* Somebody else made it non-blocking. */
			poll(&wait, 1, -1);
		} else if (errno != EINTR) {
			output_failed();
		}
	}
}

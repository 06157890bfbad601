/*
 * The terminal device. Output goes through a descriptor of our own: making
 * standard output non-blocking would make it so for the shell too.
 *
 * A crash handler has no argument, so what it needs stands in the one static
 * variable here: the modes to give back and the bytes that undo what was drawn.
 */
#include "tui/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "shared/buf.h"
#include "shared/clock.h"
#include "shared/xmalloc.h"

#define RESCUE_MAX 128
#define CLOSE_MS 1000
/* On a descriptor that blocks: what a terminal that is ready surely takes. */
#define PIECE 256

struct tty {
	int fd;
	bool blocks; /* fd could not be opened anew */
	struct buf out;
};

static const int crashes[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };

#define CRASHES (sizeof(crashes) / sizeof(crashes[0]))

static struct {
	volatile sig_atomic_t raw; /* the modes are ours at present */
	struct termios modes;	   /* as they were found */
	struct sigaction old[CRASHES];
	char bytes[RESCUE_MAX];
	size_t len;
} rescue;

/* --------------------------------------------------------------- rescue --- */

/* Only calls that a signal handler may make. */
static void
rescue_run(void)
{
	ssize_t written;

	if (!rescue.raw)
		return;
	rescue.raw = 0;
	written = write(STDOUT_FILENO, rescue.bytes, rescue.len);
	(void)written;
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.modes);
}

static void
on_crash(int number)
{
	int error = errno;

	rescue_run();
	for (size_t i = 0; i < CRASHES; i++) {
		if (crashes[i] == number)
			sigaction(number, &rescue.old[i], NULL);
	}
	errno = error;
	raise(number);
}

static void
rescue_arm(void)
{
	struct sigaction action = { .sa_handler = on_crash,
		.sa_flags = SA_NODEFER };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < CRASHES; i++)
		sigaction(crashes[i], &action, &rescue.old[i]);
	/* For an exit() from somewhere below. */
	atexit(rescue_run);
}

void
tty_set_rescue(const char *data, size_t len)
{
	if (len > sizeof(rescue.bytes))
		len = sizeof(rescue.bytes);
	memcpy(rescue.bytes, data, len);
	rescue.len = len;
}

/* ---------------------------------------------------------------- modes --- */

bool
tty_there(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

void
tty_enter(struct tty *tty)
{
	struct termios raw = rescue.modes;

	(void)tty;
	raw.c_iflag &= ~(
	    tcflag_t)(BRKINT | ICRNL | IGNCR | INLCR | INPCK | ISTRIP | IXON);
	raw.c_oflag &= ~(tcflag_t)OPOST;
	raw.c_cflag = (raw.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
	raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	rescue.raw = 1;
}

/* Waits until the queue is written, or the terminal has taken nothing for too
 * long. */
static void
drain(struct tty *tty)
{
	int64_t until = clock_mono_ms() + CLOSE_MS;

	while (!tty_flush(tty) && clock_mono_ms() < until) {
		struct pollfd wait = { .fd = tty->fd, .events = POLLOUT };

		if (poll(&wait, 1, 50) < 0 && errno != EINTR)
			break;
	}
	buf_clear(&tty->out);
}

void
tty_leave(struct tty *tty)
{
	drain(tty);
	rescue.raw = 0;
	/* Not TCSADRAIN: a terminal that takes nothing would keep us. */
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.modes);
}

struct tty *
tty_open(char *cause, size_t size)
{
	struct tty *tty;
	int fd;

	if (tcgetattr(STDIN_FILENO, &rescue.modes) < 0) {
		snprintf(cause, size, "standard input is no terminal: %s",
		    strerror(errno));
		return NULL;
	}
	fd = open("/dev/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	tty = xcalloc(1, sizeof(*tty));
	tty->blocks = fd < 0;
	tty->fd = fd < 0 ? STDOUT_FILENO : fd;
	buf_init(&tty->out);
	rescue_arm();
	tty_enter(tty);
	return tty;
}

void
tty_close(struct tty *tty)
{
	if (tty == NULL)
		return;
	tty_leave(tty);
	for (size_t i = 0; i < CRASHES; i++)
		sigaction(crashes[i], &rescue.old[i], NULL);
	if (!tty->blocks)
		close(tty->fd);
	buf_release(&tty->out);
	free(tty);
}

void
tty_size(int *columns, int *rows)
{
	struct winsize size;

	*columns = 80;
	*rows = 24;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return;
	if (size.ws_col > 0)
		*columns = size.ws_col;
	if (size.ws_row > 0)
		*rows = size.ws_row;
}

/* --------------------------------------------------------------- output --- */

static bool
ready(const struct tty *tty)
{
	struct pollfd wait = { .fd = tty->fd, .events = POLLOUT };

	return poll(&wait, 1, 0) > 0 && (wait.revents & POLLOUT) != 0;
}

bool
tty_flush(struct tty *tty)
{
	while (tty->out.len > 0) {
		size_t len = tty->out.len;
		ssize_t written;

		if (tty->blocks) {
			if (!ready(tty))
				return false;
			len = len < PIECE ? len : PIECE;
		}
		written = write(tty->fd, tty->out.data, len);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno == EAGAIN)
			return false;
		if (written < 0) {
			/* It is gone; reading will tell. */
			buf_clear(&tty->out);
			return true;
		}
		buf_consume(&tty->out, (size_t)written);
	}
	return true;
}

void
tty_write(struct tty *tty, const char *data, size_t len)
{
	buf_append(&tty->out, data, len);
	tty_flush(tty);
}

int
tty_fd(const struct tty *tty)
{
	return tty->fd;
}

/*
 * Reading a password. Byte by byte with read(2), so that no buffer of stdio keeps
 * a copy; wiped in every path.
 */
#include "server/cli_password.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

#include "server/cli.h"
#include "shared/utf8.h"

#define LINE_SIZE (SECRET_PASSWORD_MAX + 2)
#define INTERRUPT '\003'

/* One line without its end. False at the end of the input, on an error, where it
 * holds a NUL or an interrupt, or is longer than a password may be. */
static bool
line_read(char line[LINE_SIZE])
{
	size_t len = 0;
	ssize_t n;
	char c;

	for (;;) {
		n = read(STDIN_FILENO, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || (n == 0 && len == 0))
			return false;
		if (n == 0 || c == '\n')
			break;
		if (c == '\0' || c == INTERRUPT || len == LINE_SIZE - 1)
			return false;
		line[len++] = c;
	}
	line[len] = '\0';
	return true;
}

/* Without echo. Signals of the keyboard are off meanwhile, as one that ended us
 * would leave the terminal mute; ^C is read as a byte instead. */
static bool
line_ask(const char *prompt, const char *name, char line[LINE_SIZE])
{
	struct termios before;
	struct termios mute;
	bool ok;

	if (tcgetattr(STDIN_FILENO, &before) < 0)
		return false;
	mute = before;
	mute.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &mute) < 0)
		return false;
	fprintf(stderr, "%s %s: ", prompt, name);
	ok = line_read(line);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputc('\n', stderr);
	return ok;
}

static int
password_check(const char *password)
{
	size_t len = strlen(password);

	if (len < SECRET_PASSWORD_MIN || len > SECRET_PASSWORD_MAX)
		return cli_fail(EX_DATAERR, "a password has %d to %d bytes",
		    SECRET_PASSWORD_MIN, SECRET_PASSWORD_MAX);
	/* It comes in JSON when it is used, which can carry nothing else. */
	if (!utf8_valid(password, len))
		return cli_fail(EX_DATAERR, "the password is not UTF-8");
	return EX_OK;
}

/* From wherever standard input comes. */
static int
password_read(const char *name, char line[LINE_SIZE], char again[LINE_SIZE])
{
	if (!isatty(STDIN_FILENO)) {
		if (line_read(line))
			return password_check(line);
		return cli_fail(EX_NOINPUT,
		    "expected the password as a line of standard input");
	}
	if (!line_ask("Password for", name, line) ||
	    !line_ask("Again, password for", name, again))
		return cli_fail(EX_NOINPUT, "no password, nothing done");
	if (strcmp(line, again) != 0)
		return cli_fail(EX_DATAERR, "the two are not the same");
	return password_check(line);
}

int
cli_password(const char *name, char hash[SECRET_PASSWORD_SIZE])
{
	char line[LINE_SIZE] = "";
	char again[LINE_SIZE] = "";
	int status = password_read(name, line, again);

	if (status == EX_OK && !secret_password_hash(line, hash))
		status = cli_fail(EX_OSERR,
		    "not enough memory to hash a password");
	secret_wipe(line, sizeof(line));
	secret_wipe(again, sizeof(again));
	return status;
}

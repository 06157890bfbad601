/*
 * hubbub: what was asked for, and the face or verb that does it.
 */
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "tui/line.h"
#include "tui/screen.h"
#include "tui/tui.h"
#include "tui/verb.h"
#include "tui/verb_options.h"

#define WORDS_ANY ((size_t)-1)

/* The full screen wants a terminal on both sides that can move its cursor, and
 * somebody who can look at it. */
static bool
screen_wanted(const struct client_config *config)
{
	const char *accessible = getenv("ACCESSIBLE");

	return !config->line_mode && isatty(STDIN_FILENO) &&
	    isatty(STDOUT_FILENO) &&
	    !(accessible && strcmp(accessible, "1") == 0) && screen_usable();
}

static int
verb_bare(struct invocation *invocation)
{
	if (screen_wanted(&invocation->config))
		return tui_main(&invocation->config);
	return line_main(&invocation->config);
}

static const struct verb_row verb_rows[] = {
	{ "", "[-s URL] [-u USER] [-c CHANNEL] [-o KEY=VALUE]…",
	    "the full screen on a terminal, else line mode", VERB_BARE, 0,
	    verb_bare },
	{ "login", "[-s URL] USER",
	    "log in: asks for the password, or reads a line of input",
	    VERB_LOGIN, 1, verb_login },
	{ "logout", "[-s URL]", "end the session and forget its tokens",
	    VERB_LOGOUT, 0, verb_logout },
	{ "send",
	    "-c CHANNEL [--reply-to ID] [--file PATH] [--lines] [-|WORDS…]",
	    "send a message and print its id", VERB_SEND, WORDS_ANY,
	    verb_send },
	{ "tail", "-c CHANNEL… [-n N] [--since ID|TIME|last] [--once] [--json]",
	    "print what is said", VERB_TAIL, 0, verb_tail },
	{ "pipe", "[-c CHANNEL] [--json] [--echo] [--follow] [--wait SECONDS]",
	    "both directions, line by line: what bots run on", VERB_PIPE, 0,
	    verb_pipe },
};

int
main(int argc, char **argv)
{
	struct invocation invocation;
	const struct verb_row *verb;
	int status;

	json_object_seed(0);
	verb = verb_options_read(&invocation, verb_rows,
	    sizeof(verb_rows) / sizeof(verb_rows[0]), argc, argv, &status);
	/* Sockets are written to without asking; output_write() knows what a
	 * closed output means. */
	signal(SIGPIPE, SIG_IGN);
	if (verb)
		status = verb->run(&invocation);
	verb_options_release(&invocation);
	return status;
}

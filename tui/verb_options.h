/*
 * The command line: which verb, which options, in tables that are parser and help
 * alike.
 */
#ifndef TUI_VERB_OPTIONS_H
#define TUI_VERB_OPTIONS_H

#include "tui/verb.h"

/* Columns of the table of options: which verbs know it. */
enum verb_bit {
	VERB_BARE = 1,
	VERB_LOGIN = 2,
	VERB_LOGOUT = 4,
	VERB_SEND = 8,
	VERB_TAIL = 16,
	VERB_PIPE = 32,
	VERB_ALL = 63,
};

struct verb_row {
	const char *name; /* "" for the program without a verb */
	const char *usage;
	const char *help;
	unsigned int bit;
	size_t words_max; /* what may stand behind the options */
	int (*run)(struct invocation *invocation);
};

/* Reads everything: command line, file, environment, the server's address.
 * Returns the verb's row; NULL where the program is to end with *status (help and
 * version were printed, or what is wrong was said). The first of `rows` is the
 * bare program's. Words and option arguments are borrowed from argv. */
const struct verb_row *verb_options_read(struct invocation *invocation,
    const struct verb_row *rows, size_t row_count, int argc, char **argv,
    int *status);
void verb_options_release(struct invocation *invocation);

#endif

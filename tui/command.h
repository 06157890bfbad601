/*
 * The slash commands: one table is the parser, the help and the completion. Both
 * faces have the same ones.
 */
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct app;

enum command_complete {
	COMPLETE_NONE,
	COMPLETE_CHANNEL,
	COMPLETE_NICK,
	COMPLETE_COMMAND,
};

struct command {
	const char *name;		/* without the slash */
	const char *usage;		/* "[#CHANNEL]" */
	const char *help;		/* one line */
	enum command_complete complete; /* of its first argument */
	void (*run)(struct app *app, const char *arguments);
};

/* The table, in the order of the help. */
const struct command *command_table(size_t *count);

/* The command whose name begins with `word` (len bytes); NULL, and *ambiguous
 * told, where none or several do. An exact name wins. */
const struct command *command_find(const char *word, size_t len,
    bool *ambiguous);

/* The line is no command by a slash, but one of the short ways to act on a
 * message: "3+:tada:", "3-:tada:", "s/old/new/". */
bool command_is_short(const char *line);

/* Does what such a line says. */
void command_short(struct app *app, const char *line);

#endif

/*
 * What the parts of the commands share, for command*.c and the app.
 */
#ifndef TUI_COMMAND_PRIVATE_H
#define TUI_COMMAND_PRIVATE_H

#include "tui/command.h"
#include "tui/link_rest.h"

/* command_channel.c */
void command_join(struct app *app, const char *arguments);
void command_part(struct app *app, const char *arguments);
void command_list(struct app *app, const char *arguments);
void command_topic(struct app *app, const char *arguments);
void command_names(struct app *app, const char *arguments);
/* Joins a channel, which is made where there is none, and switches to it. */
void command_join_channel(struct app *app, const char *name);

/* command_person.c */
void command_msg(struct app *app, const char *arguments);
void command_query(struct app *app, const char *arguments);
void command_nick(struct app *app, const char *arguments);
void command_whois(struct app *app, const char *arguments);

/* command.c */
/* Takes the first word off *arguments; the caller frees it. NULL: none. */
char *command_word(const char **arguments);
/* A request of a command: `done` is called with the answer where it is a
 * success; else the error is complained of, with `what` before it. `text` (taken
 * over, may be NULL) is handed to `done`. */
void command_request(struct app *app, const char *method, const char *path,
    json_t *body, const char *what,
    void (*done)(struct app *app, const json_t *body, const char *text),
    char *text);

#endif

/*
 * What the parts of the commands share, for command*.c and the app.
 */
#ifndef TUI_COMMAND_PRIVATE_H
#define TUI_COMMAND_PRIVATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "tui/command.h"
#include "tui/link_rest.h"

struct channel;
struct message;

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

/* Asks who somebody is ("@" before the name or not): `done` gets {user}. The rest
 * as command_request(). */
void command_user(struct app *app, const char *name, const char *what,
    void (*done)(struct app *app, const json_t *body, const char *text),
    char *text);

/* command_message.c: to messages. */
void command_react(struct app *app, const char *arguments);
void command_edit(struct app *app, const char *arguments);
void command_delete(struct app *app, const char *arguments);
void command_reply(struct app *app, const char *arguments);
void command_retry(struct app *app, const char *arguments);
void command_copy(struct app *app, const char *arguments);

/* command_pin.c: threads and pins. */
void command_thread(struct app *app, const char *arguments);
void command_pin(struct app *app, const char *arguments);

/* command_goto.c: about in the history. */
void command_goto(struct app *app, const char *arguments);
void command_unread(struct app *app, const char *arguments);
void command_read(struct app *app, const char *arguments);
/* Tells the messages of an answer, oldest first. */
void command_page(struct app *app, const json_t *body, const char *none);

/* command_settings.c: how things are for oneself. */
void command_mute(struct app *app, const char *arguments);
void command_notify(struct app *app, const char *arguments);
void command_away(struct app *app, const char *arguments);
void command_back(struct app *app, const char *arguments);
void command_stats(struct app *app, const char *arguments);

/* command_moderate.c: who is in a channel, and who may write. */
void command_invite(struct app *app, const char *arguments);
void command_kick(struct app *app, const char *arguments);
void command_silence(struct app *app, const char *arguments);

/* command_open.c */
void command_open(struct app *app, const char *arguments);

/* ---- command_target.c: the message that is meant -------------------------- */

enum target_want {
	TARGET_NAMED,  /* a number or an id, as it was typed */
	TARGET_OWN,    /* or, without one, the newest of one's own */
	TARGET_THREAD, /* or the newest that has replies */
};

/* A message, from the model or from the server. Valid during the call. */
struct target {
	const struct channel *channel; /* one of the model's channels */
	int64_t id, author_id;
	int64_t parent_id; /* 0: none */
	const char *text;  /* clean for a terminal */
	const char *author;
	bool deleted;
	const struct message *message; /* the model's, or NULL */
	const json_t *object; /* the server's, where `message` is NULL */
};

/* Finds the message of `word` (a relative number, or an id; NULL: see `want`) in
 * the open thread, or else in the current channel: in the model where it is
 * there, else by asking the server. `done` is called with it, now or later, and
 * with `text` (taken over, may be NULL); where there is none that is complained
 * of, with `what` before it. */
void command_target(struct app *app, const char *what, const char *word,
    enum target_want want, char *text,
    void (
	*done)(struct app *app, const struct target *target, const char *text));

/* One of us reacted with that emoji. */
bool target_reacted(const struct app *app, const struct target *target,
    const char *emoji);

/* ---- command.c ------------------------------------------------------------ */

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

/*
 * The link to a server: one WebSocket session that is taken up again whenever it
 * is lost (hubbub-protocol(7) section 5), and REST beside it. Owns connections,
 * heartbeat, backoff and the answers that commands wait for. Knows nothing of
 * channels and messages: what to sync after a reconnect is its listeners' affair.
 */
#ifndef TUI_LINK_H
#define TUI_LINK_H

#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/config.h"
#include "tui/link_rest.h"

struct link;

enum link_state {
	LINK_IDLE,	 /* not started, or ended for good */
	LINK_CONNECTING, /* until connection.established */
	LINK_UP,
	LINK_WAITING, /* to try again */
};

/* What a listener is told; any may be NULL. Called from the event loop, and
 * within link_command() never. */
struct link_listener {
	void *arg;
	void (*connecting)(void *arg);
	/* `established`: the event, borrowed. */
	void (*up)(void *arg, const json_t *established);
	/* Lost, or not reached; the next try is in `retry_ms`. */
	void (*down)(void *arg, const char *reason, int64_t retry_ms);
	/* Every event that is no answer to a command of link_command(). */
	void (*event)(void *arg, const char *type, const json_t *event);
	/* It will not be tried again; `status` of <sysexits.h>. */
	void (*failed)(void *arg, int status, const char *reason);
};

/* `config->server` is a whole address (address_resolve()) and `url` the same;
 * all is borrowed. NULL with a sentence in `cause` and the exit status in
 * *status where the options or the token file are no good. */
struct link *link_new(struct event_base *base,
    const struct client_config *config, const struct url *url, int *status,
    char *cause, size_t cause_size);

/* Not from within a callback. What waits for an answer is told that it is lost,
 * so whoever asked must still be there. */
void link_free(struct link *link);

/* Adds a listener (a copy is kept); they are told in the order they came. At
 * most LINK_LISTENERS. */
#define LINK_LISTENERS 4
void link_listen(struct link *link, const struct link_listener *listener);

/* Connects, and goes on for ever but for what no try can mend, and for
 * config->no_reconnect. */
void link_start(struct link *link);

enum link_state link_state(const struct link *link);

/* Something at the other end took the connection, whether it answers or not. */
bool link_answers(const struct link *link);

struct rest *link_rest(struct link *link);

/* How a command ended: exactly one of `result` and `error` is there, or neither
 * where the connection was lost before the answer. All borrowed. */
struct link_answer {
	const json_t *result;
	const char *code;    /* NULL: no error */
	const char *message; /* clean for a terminal */
	int64_t retry_after_ms;
};

/* Sends a command, `fields` (taken over; may be NULL) beside its type and ref.
 * Returns its ref, 0 where the link is not up, and then `done` is never called.
 * `done` may be NULL. One larger than the server takes is answered with
 * `too_large` without being sent. */
uint64_t link_command(struct link *link, const char *type, json_t *fields,
    void (*done)(void *arg, const struct link_answer *answer), void *arg);

/* The event bears the ref of that command. */
bool link_ref_is(const json_t *event, uint64_t ref);

/* Says goodbye; `closed` is called from the event loop when the server said it
 * too, or after half a second. No listener is told anything after this. */
void link_close(struct link *link, void (*closed)(void *arg), void *arg);

#endif

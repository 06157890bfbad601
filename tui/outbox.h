/*
 * Messages on their way out: in order, at the pace that the server allows, each
 * until it is acknowledged or refused. After a reconnect what was not answered
 * is sent again under the same client_msg_id, so nothing is lost and nothing is
 * said twice. Other commands may go the same way, so that they keep their place
 * among the messages; all of them can be repeated. Owns the queue; shows nothing.
 */
#ifndef TUI_OUTBOX_H
#define TUI_OUTBOX_H

#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "tui/link.h"

struct outbox;

struct outbox_item {
	TAILQ_ENTRY(outbox_item) entry;
	struct outbox *outbox;
	char *type;	     /* "message.send" */
	char *client_msg_id; /* of message.send; NULL for others */
	json_t *fields;
	uint64_t number; /* the caller's */
	json_t *mark;	 /* the caller's; NULL: none */
	uint64_t ref;	 /* of link_command(), while it is sent */
	bool sent;	 /* and not answered */
};

TAILQ_HEAD(outbox_list, outbox_item);

struct outbox_owner {
	void *arg;
	/* The item is out of the queue, and gone after the call. */
	void (*sent)(void *arg, const struct outbox_item *item,
	    const json_t *result);
	void (*refused)(void *arg, const struct outbox_item *item,
	    const char *code, const char *message);
	/* An answer that ends nothing: the server wants us slower. May be
	 * NULL. */
	void (*delayed)(void *arg);
};

struct outbox {
	struct link *link;
	struct outbox_owner owner;
	struct outbox_list items;
	size_t count, in_flight;
	size_t window; /* how many may wait for an answer at a time */
	bool up;
	double rate, burst, tokens; /* our own bucket; rate 0: none */
	int64_t filled_ms;	    /* monotonic: tokens are of that time */
	int64_t hold_ms;	    /* monotonic: nothing before that */
	struct event *timer;
};

void outbox_init(struct outbox *outbox, struct event_base *base,
    struct link *link, const struct outbox_owner *owner);

/* After link_free(). */
void outbox_release(struct outbox *outbox);

/* Queues a message to a channel ("#ops" or an id) and returns its
 * client_msg_id, borrowed until it is answered. `text` may be NULL where
 * attachments say it all; `more` (taken over, may be NULL) holds further fields
 * of message.send. */
const char *outbox_push(struct outbox *outbox, const char *channel,
    const char *text, json_t *more, uint64_t number);

/* Queues any command; `fields` (without type and ref) and `mark` (may be NULL) are
 * taken over. */
void outbox_push_command(struct outbox *outbox, const char *type,
    json_t *fields, json_t *mark, uint64_t number);

/* The item that waits for the answers which bear this event's ref; NULL. */
const struct outbox_item *outbox_of_ref(const struct outbox *outbox,
    const json_t *event);

/* connection.established came, and what is queued may go. */
void outbox_up(struct outbox *outbox, const json_t *established);
void outbox_down(struct outbox *outbox);

#endif

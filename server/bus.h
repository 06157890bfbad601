/*
 * The bus carries what was committed (and what is ephemeral) to the workers that
 * have somebody for it. It knows workers by number and a deliver callback; it
 * knows no connection. `local` is queues between threads.
 *
 * Everything published by one thread reaches every worker in that order. The
 * writer publishes in commit order, so everybody sees a channel in seq order.
 *
 * Interest is counted per worker and topic. A message to a topic reaches the
 * workers whose count is above zero at the moment of publishing.
 */
#ifndef SERVER_BUS_H
#define SERVER_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/frame.h"

enum bus_topic {
	BUS_CHANNEL,  /* id: a channel; its members' connections */
	BUS_USER,     /* id: a user; the user's connections */
	BUS_PRESENCE, /* id: a user; the connections that watch that user */
	BUS_ALL,      /* id 0: every connection on every worker */
};

/* What a message tells the workers beside its frame, or instead of it. */
enum bus_control {
	BUS_NONE,
	BUS_JOIN, /* BUS_USER: is a member of channel `arg` from here on */
	BUS_PART, /* BUS_USER: is none any more */
	BUS_CLOSE_SESSION, /* BUS_USER: end connections of session `arg` with
			      code `code` (arg 0: all of the user's) */
	BUS_CLOSE_OTHERS,  /* BUS_USER: end all but those of session `arg` */
};

struct bus_message {
	enum bus_topic topic;
	enum bus_control control;
	int64_t id;	     /* of the topic */
	int64_t arg;	     /* of the control */
	int code;	     /* of the closing controls: enum close_code */
	bool ephemeral;	     /* may be dropped for a connection that is slow */
	int64_t except_user; /* not to this user's connections; 0: to all */
	struct frame *frame; /* NULL: control only. bus_publish takes its own
				references */
};

struct bus;

/* Called by bus_publish on the publishing thread, once a worker that has
 * interest, with the messages for it in order; the callee takes over one
 * reference of each frame. Must only queue. */
typedef void bus_deliver_fn(void *arg, unsigned int worker,
    const struct bus_message *messages, size_t count);

/* `url`: "local". NULL with a sentence in `cause`. */
struct bus *bus_new(const char *url, unsigned int workers,
    bus_deliver_fn *deliver, void *arg, char *cause, size_t cause_size);
void bus_free(struct bus *bus);

/* One more, one less, interest of `worker` in a topic. Any thread. */
void bus_subscribe(struct bus *bus, unsigned int worker, enum bus_topic topic,
    int64_t id);
void bus_unsubscribe(struct bus *bus, unsigned int worker, enum bus_topic topic,
    int64_t id);

/*
 * Publishes in order. Any thread. A BUS_JOIN also subscribes each worker that it
 * reaches to the channel, at once, so that no message published after it is
 * missed: the worker owns that one interest when it sees the BUS_JOIN and gives
 * it back with bus_unsubscribe if it had the channel already (or has no use).
 */
void bus_publish(struct bus *bus, const struct bus_message *messages,
    size_t count);

#endif

/*
 * The accept loop of one worker: takes connections a few at a time and hands
 * them to the gateway. Where descriptors run out it pauses instead of spinning.
 * The worker's thread only.
 */
#ifndef SERVER_LISTEN_ACCEPT_H
#define SERVER_LISTEN_ACCEPT_H

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/gateway.h"
#include "server/listen.h"
#include "server/tls.h"

struct acceptor;

struct accept_group {
	struct gateway *gateway;
	struct tls *tls; /* NULL where nothing listens with TLS */
	struct acceptor *acceptors;
	size_t count;
	struct event pause; /* ends a pause */
	int spare_fd;	    /* given up to turn somebody away */
	int64_t logged_ms;  /* when that was last said; 0: never */
};

/* Takes the worker's sockets out of the set and begins to accept. */
bool accept_start(struct accept_group *group, struct event_base *base,
    struct listen_set *set, unsigned int worker, struct gateway *gateway,
    struct tls *tls);

/* Closes them; nothing where that has been done. */
void accept_stop(struct accept_group *group);

#endif

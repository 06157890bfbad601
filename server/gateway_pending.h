/*
 * A call that a connection waits for. The call may outlive the connection: then
 * what comes of it is dropped here. Between the gateway's own files.
 */
#ifndef SERVER_GATEWAY_PENDING_H
#define SERVER_GATEWAY_PENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "server/gateway.h"

enum pending_state {
	PENDING_HELD, /* waits for an earlier one of its connection */
	PENDING_OUT,  /* dispatched */
	PENDING_DONE, /* `answer` waits for its turn */
};

struct pending {
	struct gateway *gateway; /* read by any thread, never changed */
	struct conn *conn;	 /* NULL: gone */
	struct call *call;	 /* while HELD */
	struct pending *next;	 /* of the same connection */
	struct frame *answer;
	uint8_t state; /* enum pending_state */
	bool writes;   /* runs in the writer's lane */
};

/* Wraps a call, which is the pending's from here on; state HELD. */
struct pending *pending_new(struct conn *conn, struct call *call);

/* One that is DONE before it began. */
struct pending *pending_answered(struct conn *conn, struct frame *answer);

/* Sends the call on its way. It may have come back, and the pending be gone,
 * when this returns. */
void pending_start(struct pending *pending);

/* The connection does not wait for it any more. */
void pending_orphan(struct pending *pending);

/* Frees one that is not OUT. */
void pending_free(struct pending *pending);

#endif

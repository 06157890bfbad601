/*
 * The doors of one worker: HTTP requests and WebSocket commands become calls,
 * what comes of the calls becomes answers. It knows the protocol's form and no
 * operation; sockets are conn's, subscriptions the hub's.
 *
 *	     accept                      session.open
 *	HEAD -----> BODY -> WAIT ------------------------> OPEN
 *	 ^  `------------->  |  \ last answer               | close
 *	 `---- IDLE <--------'   `-> LINGER <------------- CLOSING
 *
 * All but gateway_abandon runs on the worker's thread.
 */
#ifndef SERVER_GATEWAY_H
#define SERVER_GATEWAY_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/address.h"
#include "server/call.h"
#include "server/conn.h"
#include "server/hub.h"
#include "server/server.h"

struct gateway {
	const struct server *server;
	unsigned int worker;
	pthread_t thread; /* the worker's */
	struct conn_loop *loop;
	struct hub *hub;
	/* Puts a finished call into the worker's inbox. Any thread. */
	void (*post)(void *arg, struct call *call);
	void *post_arg;
	/* Calls that finished on this thread and are not settled yet; the job
	 * is the first thing in a call. */
	struct job *finished, **finished_end;
	size_t outstanding; /* calls that are out */
	size_t refused;	    /* connections that are only told to go */
	struct frame *ping;
	bool draining;
	uint32_t drain_end; /* tick after which nobody is waited for */
	size_t drain_share; /* WebSockets ended in a tick */
	/* http.trusted_proxies of the configuration that it was read from */
	const struct config *proxies_of;
	struct address_list proxies;
};

/* `loop` is initialised here. The calling thread is the worker's. */
void gateway_init(struct gateway *gateway, const struct server *server,
    unsigned int worker, struct conn_loop *loop, struct event_base *base,
    void (*post)(void *arg, struct call *call), void *post_arg);

/* Closes all connections and frees the hub. Calls that are still out come back
 * by gateway_abandon. */
void gateway_release(struct gateway *gateway);

/* Takes over an accepted, non-blocking socket. `tls` may be NULL; `peer` is NULL
 * for a Unix socket. */
void gateway_accept(struct gateway *gateway, int fd, SSL *tls,
    const struct sockaddr *peer);

/* A call has come back by the inbox. */
void gateway_finished(struct gateway *gateway, struct call *call);

/* The same after gateway_release: only frees it. */
void gateway_abandon(struct call *call);

/* Every CONN_TICK_MS: looks at an eighth of the connections. */
void gateway_sweep(struct gateway *gateway);

/* Ends a turn: delivers, writes, frees. True where more is to be written. */
bool gateway_turn(struct gateway *gateway);

/* Begins to end: clients are sent away over about two seconds. */
void gateway_drain(struct gateway *gateway);

/* Nobody is left, and no call is out; or it has taken too long. */
bool gateway_drained(const struct gateway *gateway);

/* ---- between the gateway's own files ---- */

/* Goes on with input that had to wait, and ends what the peer has ended. */
void gateway_resume(struct conn *conn);

/* Counts the connection under the address that it is charged to; false where
 * that has too many. */
bool gateway_count(struct gateway *gateway, struct conn *conn);

/* Takes the connection out of the hub and out of its user's count. */
void gateway_leave(struct conn *conn);

/* The last answer is queued: no more requests are taken, the socket ends when
 * the peer has read it. */
void gateway_linger(struct conn *conn);

#endif

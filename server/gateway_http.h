/*
 * HTTP requests of a connection: one at a time, in order. Between the gateway's
 * own files.
 */
#ifndef SERVER_GATEWAY_HTTP_H
#define SERVER_GATEWAY_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "server/gateway_pending.h"
#include "server/gateway_reply.h"
#include "shared/buf.h"
#include "shared/http.h"
#include "shared/ws.h"

/* A request that is being read or answered: conn->door in the states HEAD (once
 * something has come), BODY and WAIT. */
struct http_request {
	size_t scan; /* how far the end of the head was looked for */
	struct http_body body;
	struct buf content;	 /* the body so far */
	size_t content_bytes;	 /* of the body, also where it is not kept */
	struct call *call;	 /* until it is dispatched */
	struct pending *pending; /* in WAIT */
	struct frame *refusal; /* sent once the body is over; it is not kept */
	bool head;	       /* the method is HEAD */
	bool keep_alive;       /* the connection goes on after the answer */
	bool old;	       /* HTTP/1.0 */
	char accept[WS_ACCEPT_SIZE]; /* of an upgrade */
};

/* Takes bytes in the states HEAD, IDLE and BODY. Returns how many were used; 0:
 * more are needed. */
size_t http_input(struct conn *conn, char *data, size_t len);

/* The request's call has come back. */
void http_answered(struct conn *conn, struct pending *pending);

/* Answers at once with an error; `reply` has status, error, message … . The
 * connection ends after it where `close` is set or the request says so. */
void http_refuse(struct conn *conn, struct reply *reply);

/* The request is over: its state is freed, the next one may come. */
void http_done(struct conn *conn);

/* Frees the state of a request that will not be answered. */
void http_forget(struct conn *conn);

#endif

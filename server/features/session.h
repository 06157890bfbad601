/*
 * The door of WebSockets, for the gateway.
 */
#ifndef SERVER_FEATURES_SESSION_H
#define SERVER_FEATURES_SESSION_H

#include "server/op.h"

/*
 * The internal operation that lets a WebSocket in. Dispatched like
 * any other, with no arguments; it runs on the writer, so that its place among
 * joins and parts is known. On success the result is the text of
 * connection.established, and, before anything that is published later, the
 * worker `open_worker` of the call has been subscribed to BUS_USER of
 * caller.user_id and to BUS_CHANNEL of each of open_channels: those interests
 * are the worker's to give back.
 */
extern const struct op op_session_open;

#endif

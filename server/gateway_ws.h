/*
 * WebSockets that are open: frames become commands, answers go back in order,
 * and the close handshake is kept both ways. Between the gateway's own files.
 */
#ifndef SERVER_GATEWAY_WS_H
#define SERVER_GATEWAY_WS_H

#include <stddef.h>

#include "server/gateway_pending.h"

/* Takes bytes in the states OPEN and CLOSING; returns how many were used. */
size_t ws_input(struct conn *conn, char *data, size_t len);

/* A command's call has come back. */
void ws_answered(struct conn *conn, struct pending *pending);

/* Sends a close frame, and nothing after it; waits a few seconds for the peer's.
 * Nothing where that has been done. */
void ws_close(struct conn *conn, int code);

/* Frees what hangs on the connection. */
void ws_forget(struct conn *conn);

/* Answers and events have gone out: says how many were dropped, if any. */
void ws_drained(struct conn *conn);

/* Looks at the clock: pings, silence, the token's end, the handshake's. */
void ws_sweep(struct conn *conn);

#endif

/*
 * /ws: from an HTTP request to a WebSocket. Everything is checked before
 * anything is promised. Between the gateway's own files.
 */
#ifndef SERVER_GATEWAY_UPGRADE_H
#define SERVER_GATEWAY_UPGRADE_H

#include "server/gateway_pending.h"
#include "shared/http.h"

/* The head of a request for /ws: refused, or on its way as "session.open". */
void upgrade_begin(struct conn *conn, const struct http_head *head);

/* "session.open" has come back: the connection becomes a WebSocket or is refused;
 * where it is gone, what was opened for it is given back. */
void upgrade_opened(struct gateway *gateway, struct pending *pending);

#endif

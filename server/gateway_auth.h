/*
 * What a request's head says about who is asking: credentials, origin, and the
 * address behind trusted proxies. Whether it is true is found out later, by
 * access; only a forged token is told from a good one here. Between the
 * gateway's own files.
 */
#ifndef SERVER_GATEWAY_AUTH_H
#define SERVER_GATEWAY_AUTH_H

#include <stdbool.h>

#include "server/gateway.h"
#include "shared/http.h"

/* Sets credential, token and ids of call->caller from the Authorization header,
 * for a WebSocket also from the query string, else from the Unix socket. False:
 * what is there is no good (none at all is CREDENTIAL_NONE). */
bool auth_caller(struct conn *conn, const struct http_head *head,
    bool websocket, struct call *call);

/* The Origin header is missing, our own, or allowed. */
bool auth_origin(const struct config *config, const struct http_head *head);

/* Sets conn->address. */
void auth_set_address(struct conn *conn, const struct address *address);

/* The peer is a trusted proxy, as the configuration is now. */
bool auth_is_proxy(struct gateway *gateway, const struct address *address);

/* Sets conn->address to the client's behind a trusted proxy, by
 * X-Forwarded-For. */
void auth_forwarded(struct conn *conn, const struct http_head *head);

/* The key under which limits count the connection's address. */
struct bucket_key auth_address_key(const struct conn *conn,
    enum bucket_kind kind);

#endif

/*
 * The contract: an OpenAPI 3.1 document made of the operations' rows and of the
 * tables of limits, errors, close codes and events. What a table says is said
 * nowhere else, so nothing here names an operation.
 *
 * Beside what OpenAPI knows it has x-hubbub-who and x-hubbub-cost at every
 * operation, and at the end x-hubbub-commands and x-hubbub-events (WebSocket),
 * x-hubbub-errors, x-hubbub-closes and x-hubbub-limits.
 */
#ifndef SERVER_OPENAPI_H
#define SERVER_OPENAPI_H

#include "server/op.h"
#include "shared/buf.h"

/* Appends the document, one JSON object. Pure; any thread. */
void openapi_write(struct buf *out, const struct feature *features);

#endif

/*
 * The WebSocket half of the contract. Between the contract's own files. Any
 * thread.
 */
#ifndef SERVER_OPENAPI_LIVE_H
#define SERVER_OPENAPI_LIVE_H

#include "server/op.h"
#include "shared/json_out.h"

/* The shapes of commands, answers and events, as members of the open object of
 * component schemas. */
void live_write_schemas(struct json_out *out, const struct feature *features);

/* x-hubbub-commands and x-hubbub-events, as members of the open document. */
void live_write_lists(struct json_out *out, const struct feature *features);

#endif

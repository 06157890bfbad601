/*
 * The arguments of operations as JSON Schema: parameters and bodies of REST,
 * commands of WebSocket. Between the contract's own files. Any thread.
 */
#ifndef SERVER_OPENAPI_ARGS_H
#define SERVER_OPENAPI_ARGS_H

#include <stdbool.h>

#include "server/op.h"
#include "shared/json_out.h"

/* Whether any comes in the body over REST; whether there is any bound that a
 * request can pass; whether it names something that may be taken. */
bool args_have_body(const struct op *op);
bool args_have_bound(const struct op *op);
bool args_have_name(const struct op *op);

/* "parameters" and "requestBody", each where there is one, as members of an
 * operation that is open already. */
void args_write_rest(struct json_out *out, const struct op *op);

/* The schema of the command: type, ref and every argument. */
void args_write_command(struct json_out *out, const struct op *op);

#endif

/*
 * From a name or a path to an operation, and from an operation to its answer:
 * finds the row, checks the arguments against it, charges the caller's bucket,
 * and sends the call down its lanes. Doors call it; it knows no socket.
 */
#ifndef SERVER_ROUTER_H
#define SERVER_ROUTER_H

#include <jansson.h>

#include "server/call.h"
#include "server/op.h"
#include "shared/http.h"

struct router;

/* Reads the features' rows once; asserts that no two collide. */
struct router *router_new(const struct feature *features);
void router_free(struct router *router);

/* The operation with that WebSocket type; NULL where none has it. */
const struct op *router_find(const struct router *router, const char *type);

/* The operation behind a REST path. On ERR_NONE, *op is set and the path's
 * arguments are put into `args` (decoded). ERR_METHOD_NOT_ALLOWED: *allow gets
 * the methods, "GET, HEAD, PUT", for the Allow header (static or in `allow`).
 * ERR_NOT_FOUND, ERR_BAD_REQUEST (bad percent-encoding). HEAD finds GET. */
enum error router_match(const struct router *router, struct span method,
    struct span path, const struct op **op, json_t *args, char *allow,
    size_t allow_size);

/* Puts a query string's fields into `args` as strings. ERR_BAD_REQUEST with a
 * sentence in `cause`: bad encoding, a field twice, or one that `op` has not
 * flagged ARG_QUERY is ignored. */
enum error router_query(const struct op *op, struct span query, json_t *args,
    char *cause, size_t cause_size);

/*
 * Takes over a call whose op, door, caller, args, finish are set, on a worker.
 * Checks the arguments, charges, runs. finish() comes exactly once: on this
 * thread before the return, or later on a store or pool thread.
 */
void router_dispatch(struct call *call);

#endif

/*
 * What a WebSocket is answered, as frames. Between the gateway's own files.
 */
#ifndef SERVER_GATEWAY_ANSWER_H
#define SERVER_GATEWAY_ANSWER_H

#include <stdint.h>

#include "server/call.h"
#include "server/frame.h"

/* All return one reference. `ref` and `message` may be NULL. */
struct frame *answer_error(const char *ref, enum error error,
    const char *message, int64_t retry_after_ms);

/* What came of a call, its replies included. */
struct frame *answer_frame(const struct call *call);

/* {"type":"lagged","dropped":n} */
struct frame *answer_lagged(uint32_t dropped);

#endif

/*
 * What the tests of the WebSocket codec share: a check that the parser makes of
 * given bytes what it should, however they are split. What it made is written as
 * `text(...)` for a message, `ping(...)`, `pong(...)`, `close CODE(...)`,
 * `error CODE`, with spaces between.
 */
#ifndef TESTS_UNIT_WS_FEED_H
#define TESTS_UNIT_WS_FEED_H

#include <stddef.h>

#include "shared/buf.h"
#include "shared/ws.h"

/* A literal with NULs in it, and how long it is. */
#define BYTES(literal) literal, sizeof(literal) - 1

struct ws_vector {
	const char *bytes;
	size_t len;
	const char *said;
};

/* Feeds `len` bytes in a piece of `first` and then pieces of `step` bytes, up to
 * an error or a close, and appends what came out to `said`. */
void ws_feed(const struct ws_limits *limits, const char *bytes, size_t len,
    size_t first, size_t step, struct buf *said);

/* Compares that with `said`. */
void ws_check_pieces(const struct ws_limits *limits, const char *bytes,
    size_t len, size_t first, size_t step, const char *said);

/* The same in one piece, split in two at every byte, and byte by byte. */
void ws_check(const struct ws_limits *limits, const char *bytes, size_t len,
    const char *said);

void ws_check_all(const struct ws_limits *limits,
    const struct ws_vector *vectors, size_t count);

#define WS_CHECK_ALL(limits, vectors) \
	ws_check_all(&(limits), vectors, sizeof(vectors) / sizeof *(vectors))

#endif

/*
 * Connections for tests: a loop with an event base, and socket pairs of which
 * one end is a struct conn and the other is the test's.
 */
#ifndef TESTS_UNIT_CONN_PAIR_H
#define TESTS_UNIT_CONN_PAIR_H

#include <stddef.h>

#include "server/conn.h"
#include "shared/buf.h"

/* What the callbacks have seen. */
struct conn_pair_seen {
	struct buf input; /* bytes, but what `take` leaves */
	size_t take;	  /* most bytes used of one input; 0: all */
	int inputs, eofs, drains, slows, ends;
	struct conn *last_slow;
};

struct conn_pair_loop {
	struct conn_loop loop;
	struct event_base *base;
	struct conn_pair_seen seen;
};

void conn_pair_init(struct conn_pair_loop *pair);
void conn_pair_release(struct conn_pair_loop *pair);

/* A connection whose other end is *fd, both non-blocking. `room` bounds the
 * socket's buffers in bytes; 0: as they are. */
struct conn *conn_pair_new(struct conn_pair_loop *pair, int *fd, int room);

/* One turn: what the sockets have, then what is to be written. */
void conn_pair_turn(struct conn_pair_loop *pair);

/* Reads what has come to the test's end: appends it to `out`, returns how much;
 * -1 at the end of it. */
long conn_pair_read(int fd, struct buf *out);

/* A frame of `len` bytes, each of them `fill`. */
struct frame *conn_pair_frame(char fill, size_t len);

#endif

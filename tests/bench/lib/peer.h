/*
 * Many WebSocket clients in one thread: non-blocking sockets under one epoll, the
 * project's own codec, no JSON parsed that need not be.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/ws.h"

struct crowd;

struct peer {
	struct crowd *crowd;
	int fd;
	bool upgraded;	  /* the 101 has come */
	bool established; /* so has connection.established */
	struct buf in, out;
	struct ws_parser parser;
	struct buf message; /* the present one */
	uint64_t events;    /* message.new received */
	uint64_t acks;
	void *arg; /* the bench's own */
};

struct crowd {
	int epoll;
	struct peer *peers;
	size_t count;
	size_t established;
	uint64_t events, acks; /* of all */
	/* A whole message came; may be NULL. */
	void (*on_message)(struct peer *peer, const char *text, size_t len);
};

/* Room for `max` peers. */
void crowd_init(struct crowd *crowd, size_t max);
void crowd_release(struct crowd *crowd);

/* One more, to 127.0.0.1:port with that token. Ends the program on failure. */
struct peer *crowd_connect(struct crowd *crowd, int port, const char *token);

/* Handles what is there, waiting at most `ms`. */
void crowd_turn(struct crowd *crowd, int ms);

/* Turns until `done` says so; ends the program after `seconds` without it. */
void crowd_until(struct crowd *crowd,
    bool (*done)(struct crowd *crowd, void *arg), void *arg, int seconds,
    const char *what);

bool crowd_all_established(struct crowd *crowd, void *arg);

/* Queues and sends one text message. */
void peer_send(struct peer *peer, const char *text, size_t len);

/* A blocking REST request on a connection of its own; returns the status. The
 * body goes to `answer` (may be NULL). */
int rest_request(int port, const char *token, const char *method,
    const char *path, const char *body, struct buf *answer);

/* The same on an open keep-alive connection (rest_open); no body sent. */
int rest_open(int port);
int rest_get(int fd, const char *token, const char *path, struct buf *answer);

/* The string value of the first "KEY":"…" in a JSON text; "" where there is
 * none. */
const char *json_pick(const char *json, const char *key, char *out,
    size_t size);

#endif

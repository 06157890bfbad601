/*
 * When to try again: 1, 2, 4, 8 … 30 s, each with full jitter. Pure but for the
 * random number that the caller gives.
 */
#ifndef SHARED_BACKOFF_H
#define SHARED_BACKOFF_H

#include <stdint.h>

#define BACKOFF_FIRST_MS 1000
#define BACKOFF_LAST_MS 30000

struct backoff {
	unsigned int tries; /* failed since the last success; zero to begin */
};

/* Milliseconds to wait before the next try: a random share of the present step,
 * and the step doubles. `random` is any 32 random bits. */
int64_t backoff_next(struct backoff *backoff, uint32_t random);

/* A healthy connection: begin anew. */
void backoff_reset(struct backoff *backoff);

#endif

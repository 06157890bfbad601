/*
 * Token buckets and counters by key, shared by all threads: rate limits per user
 * and per address, connections per user and per address. Bounded: what is full
 * again, or zero, is forgotten.
 */
#ifndef SERVER_BUCKET_H
#define SERVER_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

struct bucket_set;

struct bucket_set *bucket_set_new(void);
void bucket_set_free(struct bucket_set *set);

/* One address or user under one kind of limit. An IPv6 address counts as its
 * /64. */
struct bucket_key {
	uint64_t high, low; /* an address, or 0 and a user id */
	uint32_t kind;	    /* which limit: enum bucket_kind */
};

enum bucket_kind {
	BUCKET_MESSAGES,
	BUCKET_COMMANDS,
	BUCKET_LOGINS,
	BUCKET_TYPING,
	COUNT_USER, /* connections */
	COUNT_ADDRESS,
};

struct bucket_key bucket_key_user(enum bucket_kind kind, int64_t user_id);

/* Takes one token from a bucket of `burst` that fills at `per_s` a second (0:
 * never refuses). Returns 0, or the milliseconds after which one will be there.
 * `now_ms` is of the monotonic clock. */
int64_t bucket_take(struct bucket_set *set, const struct bucket_key *key,
    double per_s, int64_t burst, int64_t now_ms);

/* Counts one more unless `max` are there already (0: no bound); one less. */
bool count_acquire(struct bucket_set *set, const struct bucket_key *key,
    int64_t max);
void count_release(struct bucket_set *set, const struct bucket_key *key);

#endif

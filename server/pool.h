/*
 * A few threads with a bounded queue for work that takes long and needs no
 * database: password hashing.
 */
#ifndef SERVER_POOL_H
#define SERVER_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct pool;

struct pool_job {
	struct pool_job *next;
	void (*run)(struct pool_job *job); /* on a pool thread; owns the job */
};

struct pool *pool_new(unsigned int threads, size_t queue_max);

/* False where the queue is full or closing. Any thread. */
bool pool_submit(struct pool *pool, struct pool_job *job);

/* Runs what is queued, joins, frees. */
void pool_free(struct pool *pool);

#endif

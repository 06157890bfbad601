/*
 * What store.c's threads wait on: a bounded queue of jobs with a lock of its own.
 * Links jobs, looks into none.
 */
#ifndef SERVER_STORE_QUEUE_H
#define SERVER_STORE_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/store.h"

struct store_queue {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct job *first, **last;
	size_t count, max;
	bool closing;
};

/* A condition whose timed waits follow the monotonic clock. */
void store_cond_init(pthread_cond_t *cond);

/* Waits for at most `ms`; the lock is held, and spurious wake-ups are the
 * caller's to bear. */
void store_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t ms);

void store_queue_init(struct store_queue *queue, size_t max);
void store_queue_release(struct store_queue *queue);

/* Nothing is taken in any more; everybody who waits wakes up. */
void store_queue_close(struct store_queue *queue);

/* False where it is full or closed. Any thread. */
bool store_queue_push(struct store_queue *queue, struct job *job);

/* The oldest job or NULL; the lock is held by the caller. */
struct job *store_queue_take(struct store_queue *queue);

uint64_t store_queue_count(struct store_queue *queue);

#endif

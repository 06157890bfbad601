/*
 * Queues of jobs and the waiting of store threads; see store_queue.h.
 */
#include "server/store_queue.h"

#include <time.h>

#include "shared/clock.h"

void
store_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attr;

	/* Timed waits must not follow a wall clock that is set. */
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
}

void
store_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t ms)
{
	int64_t until = clock_mono_ms() + ms;
	struct timespec at = { .tv_sec = until / 1000,
		.tv_nsec = until % 1000 * 1000000 };

	pthread_cond_timedwait(cond, lock, &at);
}

void
store_queue_init(struct store_queue *queue, size_t max)
{
	pthread_mutex_init(&queue->lock, NULL);
	store_cond_init(&queue->wake);
	queue->last = &queue->first;
	queue->max = max;
}

void
store_queue_release(struct store_queue *queue)
{
	pthread_cond_destroy(&queue->wake);
	pthread_mutex_destroy(&queue->lock);
}

void
store_queue_close(struct store_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->closing = true;
	pthread_cond_broadcast(&queue->wake);
	pthread_mutex_unlock(&queue->lock);
}

bool
store_queue_push(struct store_queue *queue, struct job *job)
{
	bool ok;

	pthread_mutex_lock(&queue->lock);
	ok = !queue->closing && queue->count < queue->max;
	if (ok) {
		job->next = NULL;
		*queue->last = job;
		queue->last = &job->next;
		queue->count++;
		pthread_cond_signal(&queue->wake);
	}
	pthread_mutex_unlock(&queue->lock);
	return ok;
}

struct job *
store_queue_take(struct store_queue *queue)
{
	struct job *job = queue->first;

	if (!job)
		return NULL;
	queue->first = job->next;
	if (!queue->first)
		queue->last = &queue->first;
	queue->count--;
	return job;
}

uint64_t
store_queue_count(struct store_queue *queue)
{
	uint64_t count;

	pthread_mutex_lock(&queue->lock);
	count = queue->count;
	pthread_mutex_unlock(&queue->lock);
	return count;
}

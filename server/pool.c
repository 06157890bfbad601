/*
 * Threads that take jobs from one bounded queue in order. It owns no job: run()
 * does. Refuses what does not fit, so that a flood of log-ins costs a bounded
 * wait and nothing else.
 */
#include "server/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "shared/xmalloc.h"

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct pool_job *first, **last;
	size_t count, max;
	bool closing;
	unsigned int threads;
	pthread_t thread[];
};

/* The next job, waiting for one; NULL once the pool is closed and empty. */
static struct pool_job *
pool_take(struct pool *pool)
{
	struct pool_job *job;

	pthread_mutex_lock(&pool->lock);
	while (!pool->first && !pool->closing)
		pthread_cond_wait(&pool->wake, &pool->lock);
	job = pool->first;
	if (job) {
		pool->first = job->next;
		if (!pool->first)
			pool->last = &pool->first;
		pool->count--;
	}
	pthread_mutex_unlock(&pool->lock);
	return job;
}

static void *
pool_main(void *arg)
{
	struct pool *pool = arg;
	struct pool_job *job;

	pthread_setname_np(pthread_self(), "pool");
	while ((job = pool_take(pool)))
		job->run(job);
	return NULL;
}

struct pool *
pool_new(unsigned int threads, size_t queue_max)
{
	struct pool *pool;
	sigset_t all;
	sigset_t before;
	unsigned int i;

	pool = xcalloc(1, sizeof(*pool) + threads * sizeof(pool->thread[0]));
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->wake, NULL);
	pool->last = &pool->first;
	pool->max = queue_max;
	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (i = 0; i < threads; i++) {
		if (pthread_create(&pool->thread[i], NULL, pool_main, pool))
			break;
		pool->threads++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (pool->threads)
		return pool;
	/* Fewer will do, none will not. */
	pool_free(pool);
	return NULL;
}

bool
pool_submit(struct pool *pool, struct pool_job *job)
{
	bool ok;

	pthread_mutex_lock(&pool->lock);
	ok = !pool->closing && pool->count < pool->max;
	if (ok) {
		job->next = NULL;
		*pool->last = job;
		pool->last = &job->next;
		pool->count++;
		pthread_cond_signal(&pool->wake);
	}
	pthread_mutex_unlock(&pool->lock);
	return ok;
}

void
pool_free(struct pool *pool)
{
	unsigned int i;

	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->closing = true;
	pthread_cond_broadcast(&pool->wake);
	pthread_mutex_unlock(&pool->lock);
	for (i = 0; i < pool->threads; i++)
		pthread_join(pool->thread[i], NULL);
	pthread_cond_destroy(&pool->wake);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

/*
 * One thread and as many deadlines as there are tasks.
 */
#include "server/later.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "shared/clock.h"
#include "shared/xmalloc.h"

struct later {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	int64_t due[LATER_TASKS]; /* monotonic ms; 0: not wanted */
	void (*run[LATER_TASKS])(void *arg);
	void *arg;
	bool stop;
};

/* The earliest deadline; 0 where there is none. */
static int64_t
later_next(const struct later *later)
{
	int64_t next = 0;

	for (int i = 0; i < LATER_TASKS; i++)
		if (later->due[i] != 0 && (next == 0 || later->due[i] < next))
			next = later->due[i];
	return next;
}

static void
later_wait(struct later *later, int64_t until)
{
	struct timespec at = { until / 1000, until % 1000 * 1000000 };

	if (until == 0)
		pthread_cond_wait(&later->changed, &later->lock);
	else
		pthread_cond_timedwait(&later->changed, &later->lock, &at);
}

/* Runs what is due; the lock is open meanwhile. */
static bool
later_run(struct later *later)
{
	int64_t now = clock_mono_ms();

	for (int i = 0; i < LATER_TASKS; i++)
		if (later->due[i] != 0 && later->due[i] <= now) {
			later->due[i] = 0;
			pthread_mutex_unlock(&later->lock);
			later->run[i](later->arg);
			pthread_mutex_lock(&later->lock);
			return true;
		}
	return false;
}

static void *
later_main(void *arg)
{
	struct later *later = arg;

	pthread_mutex_lock(&later->lock);
	while (!later->stop)
		if (!later_run(later))
			later_wait(later, later_next(later));
	pthread_mutex_unlock(&later->lock);
	return NULL;
}

struct later *
later_new(void (*const run[LATER_TASKS])(void *arg), void *arg)
{
	struct later *later = xcalloc(1, sizeof(*later));
	pthread_condattr_t attr;

	for (int i = 0; i < LATER_TASKS; i++)
		later->run[i] = run[i];
	later->arg = arg;
	pthread_mutex_init(&later->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&later->changed, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&later->thread, NULL, later_main, later) != 0)
		abort();
	return later;
}

void
later_in(struct later *later, enum later_task task, int64_t ms)
{
	int64_t at = clock_mono_ms() + ms;

	pthread_mutex_lock(&later->lock);
	if (later->due[task] == 0 || later->due[task] > at) {
		later->due[task] = at;
		pthread_cond_signal(&later->changed);
	}
	pthread_mutex_unlock(&later->lock);
}

void
later_stop(struct later *later)
{
	pthread_mutex_lock(&later->lock);
	later->stop = true;
	pthread_cond_signal(&later->changed);
	pthread_mutex_unlock(&later->lock);
	pthread_join(later->thread, NULL);
}

void
later_free(struct later *later)
{
	if (later == NULL)
		return;
	pthread_cond_destroy(&later->changed);
	pthread_mutex_destroy(&later->lock);
	free(later);
}

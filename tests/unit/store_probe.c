/*
 * Probes; see store_probe.h.
 */
#include "tests/unit/store_probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define QUEUE_MAX 2000

/* ------------------------------------------------------------- waiting ---- */

void
latch_init(struct latch *latch)
{
	pthread_mutex_init(&latch->lock, NULL);
	pthread_cond_init(&latch->wake, NULL);
	latch->count = 0;
}

void
latch_add(struct latch *latch)
{
	pthread_mutex_lock(&latch->lock);
	latch->count++;
	pthread_cond_broadcast(&latch->wake);
	pthread_mutex_unlock(&latch->lock);
}

bool
latch_wait(struct latch *latch, int count)
{
	struct timespec until;
	int status = 0;
	bool ok;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WAIT_MS / 1000;
	pthread_mutex_lock(&latch->lock);
	while (latch->count < count && status == 0)
		status = pthread_cond_timedwait(&latch->wake, &latch->lock,
		    &until);
	ok = latch->count >= count;
	pthread_mutex_unlock(&latch->lock);
	return ok;
}

/* ---------------------------------------------------------------- jobs ---- */

static enum error
probe_run(struct db *db, struct job *job)
{
	struct probe *probe = (struct probe *)job;

	atomic_fetch_add(&probe->runs, 1);
	return probe->work(db, probe);
}

static void
probe_done(struct job *job, enum error status)
{
	struct probe *probe = (struct probe *)job;

	probe->status = status;
	probe->mismatch = job->status != status;
	if (probe->order)
		probe->ended = atomic_fetch_add(probe->order, 1);
	latch_add(probe->done);
}

struct probe
probe_make(enum error (*work)(struct db *db, struct probe *probe), int n,
    struct latch *done)
{
	struct probe probe = {
		.job = { .run = probe_run, .done = probe_done },
		.work = work,
		.n = n,
		.done = done,
	};

	return probe;
}

enum error
probe_insert(struct db *db, struct probe *probe)
{
	db_exec(db, "INSERT INTO things (n) VALUES ($1)", "i",
	    (int64_t)probe->n);
	return ERR_NONE;
}

enum error
probe_count(struct db *db, struct probe *probe)
{
	probe->found[0] = db_int(db, -1, "SELECT count(*) FROM things", "");
	return ERR_NONE;
}

enum error
probe_hold(struct db *db, struct probe *probe)
{
	(void)db;
	latch_add(probe->entered);
	latch_wait(probe->go, 1);
	return ERR_NONE;
}

/* --------------------------------------------------------------- store ---- */

struct store_config
probe_config(const char *dir, char url[SCRATCH_PATH])
{
	struct store_config config = {
		.url = url,
		.machine_id = 1,
		.readers = 2,
		.queue_max = QUEUE_MAX,
	};

	snprintf(url, SCRATCH_PATH, "sqlite:%s/test.db", dir);
	return config;
}

struct store *
probe_open_config(const struct store_config *config)
{
	char cause[300] = "";
	struct store *store = store_open(config, cause, sizeof(cause));

	if (!store)
		fail_msg("%s", cause);
	return store;
}

struct store *
probe_open(const char *dir)
{
	char url[SCRATCH_PATH];
	struct store_config config = probe_config(dir, url);

	return probe_open_config(&config);
}

enum error
probe_ask(struct store *store, enum store_lane lane,
    enum error (*work)(struct db *db, struct probe *probe), int n,
    int64_t *found)
{
	struct latch done;
	struct probe probe = probe_make(work, n, &done);

	latch_init(&done);
	assert_true(store_submit(store, lane, &probe.job));
	assert_true(latch_wait(&done, 1));
	assert_false(probe.mismatch);
	if (found)
		*found = probe.found[0];
	return probe.status;
}

int64_t
probe_things(struct store *store)
{
	int64_t found = -1;

	assert_int_equal(probe_ask(store, STORE_READ, probe_count, 0, &found),
	    ERR_NONE);
	return found;
}

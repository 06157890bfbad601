/*
 * The threads and queues of the store. Each thread has its own connection; a
 * queue has one lock and wakes one thread per job. What a job does, and who gets
 * its result, is none of its business.
 *
 *	writer		BEGIN, each job in a savepoint, COMMIT, done() of each
 *	readers		BEGIN, one job, COMMIT, done()
 *	checkpointer	after commits, every 200 ms
 */
#include "server/store.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/store_queue.h"
#include "shared/clock.h"
#include "shared/log.h"
#include "shared/xmalloc.h"

#define BATCH_MAX 256
#define FOREIGN_MS 250	  /* between looks for commits of other processes */
#define RETRY_MS 1000	  /* between small writes while the store fails */
#define CHECKPOINT_MS 200 /* between checkpoints */
#define CUT_RETRY_MS 2000 /* after a cut that readers were in the way of */
#define READERS_MAX 64

struct store {
	struct store_queue read, write;
	struct db *writer, *checkpointer;
	struct db *readers[READERS_MAX];
	pthread_t write_thread, checkpoint_thread;
	pthread_t read_threads[READERS_MAX];
	unsigned int reader_count;

	/* The checkpointer's: something was committed; end. */
	pthread_mutex_t checkpoint_lock;
	pthread_cond_t checkpoint_wake;
	bool checkpoint_due, checkpoint_stop;
	/* It wants the log for itself; the writer is in a batch. Under the same
	 * lock; turn is signalled when either ends. */
	pthread_cond_t turn;
	bool cutting, writing;

	void (*on_foreign)(void *arg);
	void *arg;

	/* The writer's own. */
	int64_t foreign_version, foreign_looked_ms, retried_ms;

	atomic_bool failing;
	atomic_uint_fast64_t batches, jobs, failed_commits;
};

/* What one transaction holds. */
struct batch {
	struct job *jobs[BATCH_MAX];
	bool wrote[BATCH_MAX]; /* changed a row, undone or not */
	size_t count;
	size_t ran; /* the first so many were tried */
};

/* -------------------------------------------------------------- writer ---- */

/* Notes that a commit failed, or that one did succeed. */
static void
store_set_failing(struct store *store, bool failing)
{
	if (failing)
		atomic_fetch_add(&store->failed_commits, 1);
	if (atomic_exchange(&store->failing, failing) == failing)
		return;
	if (failing)
		log_error("store_failing", "retry_ms=%d", RETRY_MS);
	else
		log_info("store_recovered", "failed_commits=%llu",
		    (unsigned long long)atomic_load(&store->failed_commits));
	store->retried_ms = clock_mono_ms();
}

static void
checkpoint_want(struct store *store)
{
	pthread_mutex_lock(&store->checkpoint_lock);
	if (!store->checkpoint_due) {
		store->checkpoint_due = true;
		pthread_cond_signal(&store->checkpoint_wake);
	}
	pthread_mutex_unlock(&store->checkpoint_lock);
}

/* A batch, or a cut of the log: one waits for the other to end. A lock alone
 * would let the writer take it back before anyone else is awake. */
static void
writer_enter(struct store *store)
{
	pthread_mutex_lock(&store->checkpoint_lock);
	while (store->cutting)
		pthread_cond_wait(&store->turn, &store->checkpoint_lock);
	store->writing = true;
	pthread_mutex_unlock(&store->checkpoint_lock);
}

static void
writer_leave(struct store *store)
{
	pthread_mutex_lock(&store->checkpoint_lock);
	store->writing = false;
	pthread_cond_broadcast(&store->turn);
	pthread_mutex_unlock(&store->checkpoint_lock);
}

/* One job in a savepoint. False where the whole transaction is lost. */
static bool
batch_job(struct store *store, struct batch *batch, size_t i)
{
	struct db *db = store->writer;
	struct job *job = batch->jobs[i];
	int64_t before = db_total_changes(db);
	enum error failure;

	db_job_begin(db);
	db_savepoint(db);
	job->status = db_error(db);
	if (job->status == ERR_NONE)
		job->status = job->run(db, job);
	failure = db_error(db);
	if (failure != ERR_NONE)
		job->status = failure;
	db_job_end(db);
	batch->wrote[i] = db_total_changes(db) != before;
	if (job->status == ERR_NONE) {
		db_savepoint_release(db);
		/* It could not have been released half. */
		if (db_error(db) != ERR_NONE)
			job->status = db_error(db);
	}
	if (job->status != ERR_NONE)
		db_savepoint_rollback(db);
	return db_in_transaction(db) && db_error(db) == ERR_NONE;
}

/* Once more, in a transaction from which nothing is kept. */
static enum error
job_reread(struct db *db, struct job *job)
{
	int64_t before = db_total_changes(db);
	enum error status = job->run(db, job);

	if (db_error(db) != ERR_NONE)
		status = db_error(db);
	/* Before the look: a statement counts its rows when it ends. */
	db_job_end(db);
	if (db_total_changes(db) != before)
		status = ERR_UNAVAILABLE;
	return status;
}

/*
 * After a batch was lost: what would have changed something ends here, and what
 * found what it wanted (or that it may not) is asked again, as it may have seen
 * what never came to be.
 */
static void
batch_reread(struct store *store, struct batch *batch)
{
	struct db *db = store->writer;
	struct job *job;
	bool ok = true;
	size_t i;

	for (i = 0; i < batch->count; i++) {
		job = batch->jobs[i];
		job->status = ERR_UNAVAILABLE;
		if (i >= batch->ran || batch->wrote[i] || !ok)
			continue;
		db_job_begin(db);
		ok = db_begin(db);
		if (ok)
			job->status = job_reread(db, job);
		db_rollback(db);
	}
}

static void
batch_run(struct store *store, struct batch *batch)
{
	struct db *db = store->writer;
	bool wrote = false;
	bool ok;
	size_t i;

	writer_enter(store);
	db_job_begin(db);
	ok = db_begin(db);
	for (i = 0; ok && i < batch->count; i++) {
		ok = batch_job(store, batch, i);
		wrote = wrote || batch->wrote[i];
	}
	batch->ran = i;
	if (ok)
		ok = db_commit(db);
	else
		db_rollback(db);
	if (!ok) {
		store_set_failing(store, true);
		batch_reread(store, batch);
	} else if (wrote) {
		/* A commit of nothing touches no disk and proves nothing. */
		store_set_failing(store, false);
		checkpoint_want(store);
	}
	writer_leave(store);
	atomic_fetch_add(&store->batches, 1);
	atomic_fetch_add(&store->jobs, batch->count);
	for (i = 0; i < batch->count; i++)
		batch->jobs[i]->done(batch->jobs[i], batch->jobs[i]->status);
}

/* Small, and yet it has to reach the disk. */
static void
writer_retry(struct store *store)
{
	struct db *db = store->writer;
	bool ok;

	store->retried_ms = clock_mono_ms();
	db_job_begin(db);
	ok = db_begin(db);
	if (ok) {
		db_exec(db,
		    "INSERT INTO meta (key, value) VALUES ('retried_at', $1)"
		    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
		    "i", db_now(db));
		ok = db_commit(db);
	}
	db_job_end(db);
	store_set_failing(store, !ok);
	if (ok)
		checkpoint_want(store);
}

static void
writer_look(struct store *store)
{
	int64_t now = clock_mono_ms();
	int64_t version;

	if (atomic_load(&store->failing) && now - store->retried_ms >= RETRY_MS)
		writer_retry(store);
	if (now - store->foreign_looked_ms < FOREIGN_MS)
		return;
	store->foreign_looked_ms = now;
	version = db_foreign_version(store->writer);
	if (version == store->foreign_version)
		return;
	store->foreign_version = version;
	checkpoint_want(store);
	if (store->on_foreign)
		store->on_foreign(store->arg);
}

/* Whatever has gathered, waiting for some. False: closed, and nothing left. An
 * empty batch: it is time to look around. */
static bool
batch_gather(struct store *store, struct batch *batch)
{
	struct store_queue *queue = &store->write;
	struct job *job;
	bool open;

	batch->count = 0;
	pthread_mutex_lock(&queue->lock);
	if (!queue->first && !queue->closing)
		store_cond_wait(&queue->wake, &queue->lock, FOREIGN_MS);
	while (batch->count < BATCH_MAX && (job = store_queue_take(queue)))
		batch->jobs[batch->count++] = job;
	open = !queue->closing || batch->count;
	pthread_mutex_unlock(&queue->lock);
	return open;
}

static void *
writer_main(void *arg)
{
	struct store *store = arg;
	struct batch batch;

	pthread_setname_np(pthread_self(), "store-writer");
	while (batch_gather(store, &batch)) {
		if (batch.count)
			batch_run(store, &batch);
		writer_look(store);
	}
	return NULL;
}

/* ------------------------------------------------------------- readers ---- */

struct reader {
	struct store *store;
	struct db *db;
};

static void
reader_job(struct db *db, struct job *job)
{
	enum error status;

	db_job_begin(db);
	status = db_begin(db) ? job->run(db, job) : db_error(db);
	if (db_error(db) != ERR_NONE)
		status = db_error(db);
	db_job_end(db);
	/* Nothing was written: how the snapshot is let go is all the same. */
	db_rollback(db);
	job->status = status;
	job->done(job, status);
}

static void *
reader_main(void *arg)
{
	struct reader *reader = arg;
	struct store_queue *queue = &reader->store->read;
	struct job *job;

	pthread_setname_np(pthread_self(), "store-reader");
	for (;;) {
		pthread_mutex_lock(&queue->lock);
		while (!queue->first && !queue->closing)
			pthread_cond_wait(&queue->wake, &queue->lock);
		job = store_queue_take(queue);
		pthread_mutex_unlock(&queue->lock);
		if (!job)
			break;
		atomic_fetch_add(&reader->store->jobs, 1);
		reader_job(reader->db, job);
	}
	free(reader);
	return NULL;
}

/* -------------------------------------------------------- checkpointer ---- */

/* Holds the writer up for as long as it takes to copy the little that is left. */
static void
log_cut(struct store *store, int64_t *retry_ms)
{
	bool ok;

	pthread_mutex_lock(&store->checkpoint_lock);
	store->cutting = true;
	while (store->writing)
		pthread_cond_wait(&store->turn, &store->checkpoint_lock);
	pthread_mutex_unlock(&store->checkpoint_lock);
	ok = db_checkpoint_cut(store->checkpointer);
	pthread_mutex_lock(&store->checkpoint_lock);
	store->cutting = false;
	pthread_cond_broadcast(&store->turn);
	pthread_mutex_unlock(&store->checkpoint_lock);
	*retry_ms = ok ? 0 : clock_mono_ms() + CUT_RETRY_MS;
}

static void *
checkpointer_main(void *arg)
{
	struct store *store = arg;
	int64_t cut_from_ms = 0;
	int64_t left = 0;
	bool stop = false;
	bool large;

	pthread_setname_np(pthread_self(), "store-ckpt");
	while (!stop) {
		pthread_mutex_lock(&store->checkpoint_lock);
		while (!store->checkpoint_due && !store->checkpoint_stop &&
		    left == 0)
			pthread_cond_wait(&store->checkpoint_wake,
			    &store->checkpoint_lock);
		/* What comes in the meantime is done in the same go, and wakes
		 * nobody. */
		store->checkpoint_due = true;
		if (!store->checkpoint_stop)
			store_cond_wait(&store->checkpoint_wake,
			    &store->checkpoint_lock, CHECKPOINT_MS);
		store->checkpoint_due = false;
		stop = store->checkpoint_stop;
		pthread_mutex_unlock(&store->checkpoint_lock);
		left = db_checkpoint(store->checkpointer, &large);
		if (large && clock_mono_ms() >= cut_from_ms)
			log_cut(store, &cut_from_ms);
	}
	return NULL;
}

static void
checkpointer_stop(struct store *store)
{
	pthread_mutex_lock(&store->checkpoint_lock);
	store->checkpoint_stop = true;
	pthread_cond_broadcast(&store->checkpoint_wake);
	pthread_mutex_unlock(&store->checkpoint_lock);
	pthread_join(store->checkpoint_thread, NULL);
}

/* ---------------------------------------------------- opening, closing ---- */

/* Signals are the main thread's: none is ever delivered to one of ours. */
static bool
thread_start(pthread_t *thread, void *(*run)(void *arg), void *arg)
{
	sigset_t all;
	sigset_t before;
	int status;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = pthread_create(thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return status == 0;
}

static bool
store_connect(struct store *store, const struct store_config *config,
    char *cause, size_t cause_size)
{
	unsigned int i;

	store->writer = db_open(config->url, DB_WRITER, config->machine_id,
	    cause, cause_size);
	if (!store->writer || !db_migrate(store->writer, cause, cause_size))
		return false;
	/* Copying pages is writing. */
	store->checkpointer = db_open(config->url, DB_WRITER,
	    config->machine_id, cause, cause_size);
	if (!store->checkpointer)
		return false;
	for (i = 0; i < config->readers && i < READERS_MAX; i++) {
		store->readers[i] = db_open(config->url, DB_READER,
		    config->machine_id, cause, cause_size);
		if (!store->readers[i])
			return false;
	}
	store->foreign_version = db_foreign_version(store->writer);
	return true;
}

static void
store_join(struct store *store, bool writer, bool checkpointer)
{
	unsigned int i;

	store_queue_close(&store->read);
	store_queue_close(&store->write);
	for (i = 0; i < store->reader_count; i++)
		pthread_join(store->read_threads[i], NULL);
	if (writer)
		pthread_join(store->write_thread, NULL);
	if (checkpointer)
		checkpointer_stop(store);
}

static bool
store_start(struct store *store, char *cause, size_t cause_size)
{
	struct reader *reader;
	bool writer;
	bool checkpointer = false;
	unsigned int i;

	writer = thread_start(&store->write_thread, writer_main, store);
	if (writer)
		checkpointer = thread_start(&store->checkpoint_thread,
		    checkpointer_main, store);
	for (i = 0; checkpointer && i < READERS_MAX && store->readers[i]; i++) {
		reader = xmalloc(sizeof(*reader));
		reader->store = store;
		reader->db = store->readers[i];
		if (!thread_start(&store->read_threads[i], reader_main,
			reader)) {
			free(reader);
			break;
		}
		store->reader_count++;
	}
	if (store->reader_count && (i == READERS_MAX || !store->readers[i]))
		return true;
	snprintf(cause, cause_size, "the store's threads could not be started");
	store_join(store, writer, checkpointer);
	return false;
}

static void
store_release(struct store *store)
{
	unsigned int i;

	for (i = 0; i < READERS_MAX; i++)
		db_close(store->readers[i]);
	db_close(store->checkpointer);
	/* The last one: it clears the log away. */
	db_close(store->writer);
	pthread_cond_destroy(&store->checkpoint_wake);
	pthread_cond_destroy(&store->turn);
	pthread_mutex_destroy(&store->checkpoint_lock);
	store_queue_release(&store->read);
	store_queue_release(&store->write);
	free(store);
}

struct store *
store_open(const struct store_config *config, char *cause, size_t cause_size)
{
	struct store *store = xcalloc(1, sizeof(*store));

	store_queue_init(&store->read, config->queue_max);
	store_queue_init(&store->write, config->queue_max);
	pthread_mutex_init(&store->checkpoint_lock, NULL);
	store_cond_init(&store->checkpoint_wake);
	store_cond_init(&store->turn);
	store->on_foreign = config->on_foreign;
	store->arg = config->arg;
	if (!store_connect(store, config, cause, cause_size) ||
	    !store_start(store, cause, cause_size)) {
		store_release(store);
		return NULL;
	}
	return store;
}

bool
store_submit(struct store *store, enum store_lane lane, struct job *job)
{
	return store_queue_push(
	    lane == STORE_WRITE ? &store->write : &store->read, job);
}

void
store_close(struct store *store)
{
	if (!store)
		return;
	store_join(store, true, true);
	store_release(store);
}

bool
store_failing(const struct store *store)
{
	return atomic_load(&store->failing);
}

void
store_stats(struct store *store, struct store_stats *stats)
{
	stats->batches = atomic_load(&store->batches);
	stats->jobs = atomic_load(&store->jobs);
	stats->failed_commits = atomic_load(&store->failed_commits);
	stats->queued_read = store_queue_count(&store->read);
	stats->queued_write = store_queue_count(&store->write);
}

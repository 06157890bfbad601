/*
 * The store's threads: one writer with group commit, a few readers, and one that
 * checkpoints. It knows jobs, not what they do.
 *
 *	store_submit -> queue -> writer: BEGIN, each job in a savepoint, COMMIT
 *				   `-> done() of each, in commit order
 *
 * A batch is whatever gathered while the last one was being synced, 256 at most.
 * Where COMMIT fails, every writing job of the batch ends with ERR_UNAVAILABLE
 * and what was only read is read again.
 */
#ifndef SERVER_STORE_H
#define SERVER_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/db.h"

struct store;

enum store_lane {
	STORE_READ,  /* a reader, in a snapshot of its own */
	STORE_WRITE, /* the writer */
};

struct job {
	struct job *next; /* the store's while queued */
	/* Runs on a store thread within a transaction; an error undoes what this
	 * job did and nothing else. May run again after a failed commit. */
	enum error (*run)(struct db *db, struct job *job);
	/* Runs on the store thread once the job is durable (or has failed);
	 * the job belongs to the callee from here on. Must not block. */
	void (*done)(struct job *job, enum error status);
	enum error status; /* the store's */
};

struct store_config {
	const char *url;
	uint32_t machine_id;
	unsigned int readers; /* threads, at least 1 */
	size_t queue_max;     /* jobs waiting per lane */
	/* Called on the writer when another process has changed the store
	 * (command line); may be NULL. */
	void (*on_foreign)(void *arg);
	void *arg;
};

/* Opens, migrates, starts the threads. NULL with a sentence in `cause`. */
struct store *store_open(const struct store_config *config, char *cause,
    size_t cause_size);

/* Queues a job; any thread. False where the queue is full or the store is
 * closing: the job stays the caller's, who answers ERR_UNAVAILABLE. */
bool store_submit(struct store *store, enum store_lane lane, struct job *job);

/* Finishes what is queued, checkpoints, joins the threads, closes. */
void store_close(struct store *store);

/* The last commit failed and none has succeeded since: /readyz says so. The
 * writer tries again by itself, with a small write of its own each second, so
 * that it recovers without anyone sending. Any thread. */
bool store_failing(const struct store *store);

struct store_stats {
	uint64_t batches, jobs, failed_commits;
	uint64_t queued_read, queued_write; /* now */
};
void store_stats(struct store *store, struct store_stats *stats);

#endif

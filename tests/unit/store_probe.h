/*
 * Jobs that remember what happened to them, and a store of their own to run in:
 * for tests of the store's threads.
 */
#ifndef TESTS_UNIT_STORE_PROBE_H
#define TESTS_UNIT_STORE_PROBE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/migrate.h"
#include "server/store.h"
#include "tests/unit/scratch.h"

#define WAIT_MS 20000 /* until a test gives up; nothing takes as long */

/* What the jobs below need, in place of the server's schema: the threads do not
 * care what is stored. Stands in the test's own file, where the linker finds it
 * before the server's. */
#define PROBE_SCHEMA                                                 \
	const struct migration schema_sqlite[] = {                   \
		{ 1, "things",                                       \
		    "CREATE TABLE meta"                              \
		    " (key TEXT PRIMARY KEY, value TEXT NOT NULL);"  \
		    "CREATE TABLE things"                            \
		    " (n INTEGER PRIMARY KEY, name TEXT UNIQUE);" }, \
		{ 0, NULL, NULL },                                   \
	}

/* Something that threads wait for. */
struct latch {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	int count;
};

/* A job that remembers. */
struct probe {
	struct job job; /* first */
	enum error (*work)(struct db *db, struct probe *probe);
	struct latch *done; /* counted up once it has ended */
	atomic_int *order;  /* where endings are numbered */
	struct latch *entered, *go;
	int n;		  /* what it is about */
	int64_t found[2]; /* what it read */
	atomic_int runs;
	enum error status; /* as done() had it */
	int ended;	   /* its number among the endings */
	bool mismatch;	   /* job.status and status differed */
};

void latch_init(struct latch *latch);
void latch_add(struct latch *latch);

/* Until it has been counted up to `count`. False where it took too long. */
bool latch_wait(struct latch *latch, int count);

struct probe probe_make(enum error (*work)(struct db *db, struct probe *probe),
    int n, struct latch *done);

/* What a probe may do with n. */
enum error probe_insert(struct db *db, struct probe *probe);
enum error probe_count(struct db *db, struct probe *probe);
/* Holds its thread until it may go on. */
enum error probe_hold(struct db *db, struct probe *probe);

/* A configuration for a store in `dir`; `url` is its memory. */
struct store_config probe_config(const char *dir, char url[SCRATCH_PATH]);

/* Opened, or the test has failed. */
struct store *probe_open_config(const struct store_config *config);
struct store *probe_open(const char *dir);

/* One job, to its end. */
enum error probe_ask(struct store *store, enum store_lane lane,
    enum error (*work)(struct db *db, struct probe *probe), int n,
    int64_t *found);

/* How many rows a reader finds. */
int64_t probe_things(struct store *store);

#endif

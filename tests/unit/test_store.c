/*
 * The store's threads: order, batches, snapshots, closing, and who hears of what
 * others commit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/unit/store_probe.h"

PROBE_SCHEMA;

static enum error
insert_and_refuse(struct db *db, struct probe *probe)
{
	probe_insert(db, probe);
	return ERR_FORBIDDEN;
}

static enum error
insert_twice(struct db *db, struct probe *probe)
{
	probe_insert(db, probe);
	return probe_insert(db, probe);
}

static enum error
count_hold_count(struct db *db, struct probe *probe)
{
	probe_count(db, probe);
	probe_hold(db, probe);
	probe->found[1] = db_int(db, -1, "SELECT count(*) FROM things", "");
	return ERR_NONE;
}

/* --------------------------------------------------------------- tests ---- */

#define FEEDERS 4
#define EACH 250

struct feeder {
	struct store *store;
	struct probe *probes;
	atomic_int refused;
};

static void *
feed(void *arg)
{
	struct feeder *feeder = arg;
	int i;

	for (i = 0; i < EACH; i++) {
		if (!store_submit(feeder->store, STORE_WRITE,
			&feeder->probes[i].job))
			atomic_fetch_add(&feeder->refused, 1);
	}
	return NULL;
}

static void
jobs_of_many_threads_all_end_and_each_thread_s_in_order(void **state)
{
	static struct probe probes[FEEDERS][EACH];
	struct feeder feeders[FEEDERS];
	pthread_t threads[FEEDERS];
	struct store *store = probe_open(*state);
	atomic_int order = 0;
	struct latch done;
	int i;
	int j;

	latch_init(&done);
	for (i = 0; i < FEEDERS; i++) {
		feeders[i].store = store;
		feeders[i].probes = probes[i];
		atomic_init(&feeders[i].refused, 0);
		for (j = 0; j < EACH; j++) {
			probes[i][j] = probe_make(probe_insert, i * EACH + j,
			    &done);
			probes[i][j].order = &order;
		}
		pthread_create(&threads[i], NULL, feed, &feeders[i]);
	}
	for (i = 0; i < FEEDERS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(atomic_load(&feeders[i].refused), 0);
	}
	assert_true(latch_wait(&done, FEEDERS * EACH));
	for (i = 0; i < FEEDERS; i++) {
		for (j = 0; j < EACH; j++) {
			assert_int_equal(probes[i][j].status, ERR_NONE);
			assert_int_equal(atomic_load(&probes[i][j].runs), 1);
			if (j > 0)
				assert_true(probes[i][j].ended >
				    probes[i][j - 1].ended);
		}
	}
	assert_int_equal(probe_things(store), FEEDERS * EACH);
	store_close(store);

	/* And are there tomorrow. */
	store = probe_open(*state);
	assert_int_equal(probe_things(store), FEEDERS * EACH);
	store_close(store);
}

static void
what_gathers_during_a_batch_is_one_batch_of_at_most_256(void **state)
{
	static struct probe probes[300];
	struct store *store = probe_open(*state);
	struct store_stats before;
	struct store_stats after;
	struct latch done;
	struct latch entered;
	struct latch go;
	struct probe holder = probe_make(probe_hold, 0, &done);
	int i;

	latch_init(&done);
	latch_init(&entered);
	latch_init(&go);
	holder.entered = &entered;
	holder.go = &go;
	store_stats(store, &before);
	assert_true(store_submit(store, STORE_WRITE, &holder.job));
	assert_true(latch_wait(&entered, 1));
	for (i = 0; i < 300; i++) {
		probes[i] = probe_make(probe_insert, i, &done);
		assert_true(store_submit(store, STORE_WRITE, &probes[i].job));
	}
	store_stats(store, &after);
	assert_int_equal(after.queued_write, 300);
	latch_add(&go);
	assert_true(latch_wait(&done, 301));
	store_stats(store, &after);
	assert_int_equal(after.batches - before.batches, 3);
	assert_int_equal(after.jobs - before.jobs, 301);
	assert_int_equal(after.failed_commits, 0);
	store_close(store);
}

static void
an_error_undoes_its_own_job_and_no_other_of_the_batch(void **state)
{
	struct store *store = probe_open(*state);
	struct latch done;
	struct latch entered;
	struct latch go;
	struct probe probes[5];
	int i;

	latch_init(&done);
	latch_init(&entered);
	latch_init(&go);
	probes[0] = probe_make(probe_hold, 0, &done);
	probes[0].entered = &entered;
	probes[0].go = &go;
	probes[1] = probe_make(probe_insert, 1, &done);
	probes[2] = probe_make(insert_and_refuse, 2, &done);
	probes[3] = probe_make(insert_twice, 3, &done);
	probes[4] = probe_make(probe_insert, 4, &done);
	for (i = 0; i < 5; i++)
		assert_true(store_submit(store, STORE_WRITE, &probes[i].job));
	latch_add(&go);
	assert_true(latch_wait(&done, 5));
	assert_int_equal(probes[1].status, ERR_NONE);
	assert_int_equal(probes[2].status, ERR_FORBIDDEN);
	assert_int_equal(probes[3].status, ERR_INTERNAL);
	assert_int_equal(probes[4].status, ERR_NONE);
	assert_int_equal(probe_things(store), 2);
	assert_false(store_failing(store));
	store_close(store);
}

static void
a_full_queue_refuses_and_the_job_stays_the_caller_s(void **state)
{
	char url[SCRATCH_PATH];
	struct store_config config = probe_config(*state, url);
	struct store *store;
	struct latch done;
	struct latch entered;
	struct latch go;
	struct probe probes[4];
	int i;

	latch_init(&done);
	latch_init(&entered);
	latch_init(&go);
	config.queue_max = 2;
	store = probe_open_config(&config);
	probes[0] = probe_make(probe_hold, 0, &done);
	probes[0].entered = &entered;
	probes[0].go = &go;
	for (i = 1; i < 4; i++)
		probes[i] = probe_make(probe_insert, i, &done);
	assert_true(store_submit(store, STORE_WRITE, &probes[0].job));
	assert_true(latch_wait(&entered, 1));
	assert_true(store_submit(store, STORE_WRITE, &probes[1].job));
	assert_true(store_submit(store, STORE_WRITE, &probes[2].job));
	assert_false(store_submit(store, STORE_WRITE, &probes[3].job));
	latch_add(&go);
	assert_true(latch_wait(&done, 3));
	assert_int_equal(atomic_load(&probes[3].runs), 0);
	assert_int_equal(probe_things(store), 2);
	store_close(store);
}

static void
a_reader_s_job_sees_one_moment(void **state)
{
	struct store *store = probe_open(*state);
	struct latch done;
	struct latch entered;
	struct latch go;
	struct probe reader = probe_make(count_hold_count, 0, &done);

	latch_init(&done);
	latch_init(&entered);
	latch_init(&go);
	reader.entered = &entered;
	reader.go = &go;
	assert_true(store_submit(store, STORE_READ, &reader.job));
	assert_true(latch_wait(&entered, 1));
	assert_int_equal(probe_ask(store, STORE_WRITE, probe_insert, 1, NULL),
	    ERR_NONE);
	/* The other reader sees it already. */
	assert_int_equal(probe_things(store), 1);
	latch_add(&go);
	assert_true(latch_wait(&done, 1));
	assert_int_equal(reader.found[0], 0);
	assert_int_equal(reader.found[1], 0);
	store_close(store);
}

static void
closing_finishes_what_is_queued(void **state)
{
	static struct probe probes[400];
	struct store *store = probe_open(*state);
	struct latch done;
	int i;

	latch_init(&done);
	for (i = 0; i < 400; i++) {
		probes[i] = probe_make(i % 2 ? probe_insert : probe_count, i,
		    &done);
		assert_true(store_submit(store,
		    i % 2 ? STORE_WRITE : STORE_READ, &probes[i].job));
	}
	store_close(store);
	assert_int_equal(done.count, 400);
	for (i = 0; i < 400; i++)
		assert_int_equal(probes[i].status, ERR_NONE);
	store = probe_open(*state);
	assert_int_equal(probe_things(store), 200);
	store_close(store);
}

static void
note_foreign(void *arg)
{
	latch_add(arg);
}

static void
a_commit_of_another_process_is_noticed(void **state)
{
	char url[SCRATCH_PATH];
	char cause[300];
	struct store_config config = probe_config(*state, url);
	struct latch foreign;
	struct store *store;
	struct db *other;
	int before;

	latch_init(&foreign);
	config.on_foreign = note_foreign;
	config.arg = &foreign;
	store = probe_open_config(&config);
	assert_int_equal(probe_ask(store, STORE_WRITE, probe_insert, 1, NULL),
	    ERR_NONE);
	other = db_open(url, DB_WRITER, 1, cause, sizeof(cause));
	assert_non_null(other);
	pthread_mutex_lock(&foreign.lock);
	before = foreign.count;
	pthread_mutex_unlock(&foreign.lock);
	assert_true(db_begin(other));
	db_exec(other, "INSERT INTO things (n) VALUES (2)", "");
	assert_true(db_commit(other));
	assert_true(latch_wait(&foreign, before + 1));
	assert_int_equal(probe_things(store), 2);
	db_close(other);
	store_close(store);
}

static void
a_store_that_cannot_be_opened_says_why(void **state)
{
	struct store_config config = { .url = "sqlite:/nowhere/at/all.db",
		.readers = 1,
		.queue_max = 1 };
	char cause[300] = "";

	(void)state;
	assert_null(store_open(&config, cause, sizeof(cause)));
	assert_non_null(strstr(cause, "/nowhere/at/all.db"));
}

#define IN_SCRATCH(test) \
	cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(
		    jobs_of_many_threads_all_end_and_each_thread_s_in_order),
		IN_SCRATCH(
		    what_gathers_during_a_batch_is_one_batch_of_at_most_256),
		IN_SCRATCH(
		    an_error_undoes_its_own_job_and_no_other_of_the_batch),
		IN_SCRATCH(a_full_queue_refuses_and_the_job_stays_the_caller_s),
		IN_SCRATCH(a_reader_s_job_sees_one_moment),
		IN_SCRATCH(closing_finishes_what_is_queued),
		IN_SCRATCH(a_commit_of_another_process_is_noticed),
		cmocka_unit_test(a_store_that_cannot_be_opened_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

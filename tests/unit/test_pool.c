/*
 * The pool: everything that was taken is run once, and no more is taken than
 * fits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "server/pool.h"

#define JOBS 500

struct counted {
	struct pool_job job; /* first */
	atomic_int *runs;
};

struct gate {
	struct pool_job job; /* first */
	pthread_barrier_t *entered, *left;
};

static void
count(struct pool_job *job)
{
	atomic_fetch_add(((struct counted *)job)->runs, 1);
}

static void
pass(struct pool_job *job)
{
	struct gate *gate = (struct gate *)job;

	pthread_barrier_wait(gate->entered);
	pthread_barrier_wait(gate->left);
}

static void
everything_taken_is_run_once_before_the_end(void **state)
{
	static struct counted jobs[JOBS];
	atomic_int runs = 0;
	struct pool *pool = pool_new(2, JOBS);
	int i;

	(void)state;
	assert_non_null(pool);
	for (i = 0; i < JOBS; i++) {
		jobs[i].job.run = count;
		jobs[i].runs = &runs;
		assert_true(pool_submit(pool, &jobs[i].job));
	}
	pool_free(pool);
	assert_int_equal(atomic_load(&runs), JOBS);
}

static void
what_does_not_fit_is_refused(void **state)
{
	pthread_barrier_t entered;
	pthread_barrier_t left;
	struct gate gate = { { NULL, pass }, &entered, &left };
	struct counted jobs[3];
	atomic_int runs = 0;
	struct pool *pool = pool_new(1, 2);
	int i;

	(void)state;
	pthread_barrier_init(&entered, NULL, 2);
	pthread_barrier_init(&left, NULL, 2);
	assert_true(pool_submit(pool, &gate.job));
	pthread_barrier_wait(&entered);
	/* The only thread is busy; two may wait. */
	for (i = 0; i < 3; i++) {
		jobs[i].job.run = count;
		jobs[i].runs = &runs;
		assert_int_equal(pool_submit(pool, &jobs[i].job), i < 2);
	}
	pthread_barrier_wait(&left);
	pool_free(pool);
	assert_int_equal(atomic_load(&runs), 2);
	pthread_barrier_destroy(&entered);
	pthread_barrier_destroy(&left);
}

static void
threads_work_side_by_side(void **state)
{
	pthread_barrier_t entered;
	pthread_barrier_t left;
	struct gate gates[3];
	struct pool *pool = pool_new(3, 3);
	int i;

	(void)state;
	/* Nobody gets past unless all three are in it at once. */
	pthread_barrier_init(&entered, NULL, 4);
	pthread_barrier_init(&left, NULL, 4);
	for (i = 0; i < 3; i++) {
		gates[i] = (struct gate){ { NULL, pass }, &entered, &left };
		assert_true(pool_submit(pool, &gates[i].job));
	}
	pthread_barrier_wait(&entered);
	pthread_barrier_wait(&left);
	pool_free(pool);
	pthread_barrier_destroy(&entered);
	pthread_barrier_destroy(&left);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_taken_is_run_once_before_the_end),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(threads_work_side_by_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

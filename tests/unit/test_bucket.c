/*
 * Token buckets and counters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>

#include "server/bucket.h"

static void
a_bucket_gives_its_burst_and_then_its_rate(void **state)
{
	struct bucket_set *set = bucket_set_new();
	const struct bucket_key key = bucket_key_user(BUCKET_MESSAGES, 7);
	int i;

	(void)state;
	for (i = 0; i < 10; i++)
		assert_int_equal(bucket_take(set, &key, 5, 10, 1000), 0);
	/* One comes each 200 ms. */
	assert_int_equal(bucket_take(set, &key, 5, 10, 1000), 200);
	assert_int_equal(bucket_take(set, &key, 5, 10, 1100), 100);
	assert_int_equal(bucket_take(set, &key, 5, 10, 1200), 0);
	assert_int_equal(bucket_take(set, &key, 5, 10, 1200), 200);
	bucket_set_free(set);
}

static void
a_bucket_never_holds_more_than_its_burst(void **state)
{
	struct bucket_set *set = bucket_set_new();
	const struct bucket_key key = bucket_key_user(BUCKET_COMMANDS, 7);

	(void)state;
	assert_int_equal(bucket_take(set, &key, 1, 2, 0), 0);
	assert_int_equal(bucket_take(set, &key, 1, 2, 3600000), 0);
	assert_int_equal(bucket_take(set, &key, 1, 2, 3600000), 0);
	assert_int_equal(bucket_take(set, &key, 1, 2, 3600000), 1000);
	bucket_set_free(set);
}

static void
a_clock_that_goes_back_gives_and_takes_nothing(void **state)
{
	struct bucket_set *set = bucket_set_new();
	const struct bucket_key key = bucket_key_user(BUCKET_MESSAGES, 7);

	(void)state;
	assert_int_equal(bucket_take(set, &key, 1, 1, 5000), 0);
	assert_int_equal(bucket_take(set, &key, 1, 1, 1000), 1000);
	assert_int_equal(bucket_take(set, &key, 1, 1, 6000), 0);
	bucket_set_free(set);
}

static void
keys_differ_by_kind_and_by_each_half(void **state)
{
	struct bucket_set *set = bucket_set_new();
	struct bucket_key key = bucket_key_user(BUCKET_MESSAGES, 7);

	(void)state;
	assert_int_equal(bucket_take(set, &key, 1, 1, 0), 0);
	assert_int_not_equal(bucket_take(set, &key, 1, 1, 0), 0);
	key.kind = BUCKET_LOGINS;
	assert_int_equal(bucket_take(set, &key, 1, 1, 0), 0);
	key.high = 1;
	assert_int_equal(bucket_take(set, &key, 1, 1, 0), 0);
	key.low = 8;
	assert_int_equal(bucket_take(set, &key, 1, 1, 0), 0);
	bucket_set_free(set);
}

static void
a_rate_of_zero_never_refuses(void **state)
{
	struct bucket_set *set = bucket_set_new();
	const struct bucket_key key = bucket_key_user(BUCKET_MESSAGES, 7);
	int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		assert_int_equal(bucket_take(set, &key, 0, 1, 0), 0);
	bucket_set_free(set);
}

static void
many_users_are_kept_apart_while_the_table_grows(void **state)
{
	struct bucket_set *set = bucket_set_new();
	int64_t user;

	(void)state;
	for (user = 1; user <= 3000; user++) {
		struct bucket_key key = bucket_key_user(BUCKET_MESSAGES, user);

		assert_int_equal(bucket_take(set, &key, 0.1, 1, 0), 0);
	}
	/* None was forgotten: each has to wait. */
	for (user = 1; user <= 3000; user++) {
		struct bucket_key key = bucket_key_user(BUCKET_MESSAGES, user);

		assert_int_equal(bucket_take(set, &key, 0.1, 1, 0), 10000);
	}
	bucket_set_free(set);
}

static void
a_counter_stops_at_its_bound_and_goes_on_after_a_release(void **state)
{
	struct bucket_set *set = bucket_set_new();
	const struct bucket_key key = bucket_key_user(COUNT_USER, 7);
	const struct bucket_key other = bucket_key_user(COUNT_USER, 8);

	(void)state;
	assert_true(count_acquire(set, &key, 2));
	assert_true(count_acquire(set, &key, 2));
	assert_false(count_acquire(set, &key, 2));
	assert_true(count_acquire(set, &other, 2));
	count_release(set, &key);
	assert_true(count_acquire(set, &key, 2));
	assert_false(count_acquire(set, &key, 2));
	/* No bound. */
	assert_true(count_acquire(set, &key, 0));
	bucket_set_free(set);
}

static void
counts_survive_the_growth_of_the_table(void **state)
{
	struct bucket_set *set = bucket_set_new();
	int64_t user;

	(void)state;
	for (user = 1; user <= 1000; user++) {
		struct bucket_key key = bucket_key_user(COUNT_USER, user);

		assert_true(count_acquire(set, &key, 1));
	}
	for (user = 1; user <= 1000; user++) {
		struct bucket_key key = bucket_key_user(COUNT_USER, user);

		assert_false(count_acquire(set, &key, 1));
		count_release(set, &key);
		assert_true(count_acquire(set, &key, 1));
	}
	bucket_set_free(set);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bucket_gives_its_burst_and_then_its_rate),
		cmocka_unit_test(a_bucket_never_holds_more_than_its_burst),
		cmocka_unit_test(
		    a_clock_that_goes_back_gives_and_takes_nothing),
		cmocka_unit_test(keys_differ_by_kind_and_by_each_half),
		cmocka_unit_test(a_rate_of_zero_never_refuses),
		cmocka_unit_test(
		    many_users_are_kept_apart_while_the_table_grows),
		cmocka_unit_test(
		    a_counter_stops_at_its_bound_and_goes_on_after_a_release),
		cmocka_unit_test(counts_survive_the_growth_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

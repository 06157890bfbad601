/*
 * When to try again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shared/backoff.h"

static void
the_longest_wait_doubles_up_to_the_last_step(void **state)
{
	static const int64_t steps[] = { 1000, 2000, 4000, 8000, 16000, 30000,
		30000, 30000 };
	struct backoff backoff = { 0 };
	int64_t wait;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		wait = backoff_next(&backoff, UINT32_MAX);
		assert_in_range(wait, steps[i] - 1, steps[i]);
	}
}

static void
the_random_number_chooses_a_share_of_the_step(void **state)
{
	struct backoff backoff = { 0 };

	(void)state;
	assert_int_equal(backoff_next(&backoff, 0), 0);
	assert_int_equal(backoff_next(&backoff, 1U << 31), 1000);
	assert_int_equal(backoff_next(&backoff, 1U << 30), 1000);
}

static void
a_healthy_connection_begins_anew(void **state)
{
	struct backoff backoff = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		backoff_next(&backoff, 0);
	backoff_reset(&backoff);
	assert_in_range(backoff_next(&backoff, UINT32_MAX), 999, 1000);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_wait_doubles_up_to_the_last_step),
		cmocka_unit_test(the_random_number_chooses_a_share_of_the_step),
		cmocka_unit_test(a_healthy_connection_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

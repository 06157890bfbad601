/*
 * The table from ids to pointers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "server/idmap.h"

#define MANY 5000

static int values[MANY];

static void
what_was_put_is_found_and_nothing_else(void **state)
{
	struct idmap map;

	(void)state;
	idmap_init(&map);
	assert_null(idmap_find(&map, 1));
	assert_null(idmap_remove(&map, 1));
	idmap_put(&map, 1, &values[0]);
	idmap_put(&map, -1, &values[1]);
	idmap_put(&map, 1, &values[2]);
	assert_int_equal(map.count, 2);
	assert_ptr_equal(idmap_find(&map, 1), &values[2]);
	assert_ptr_equal(idmap_find(&map, -1), &values[1]);
	assert_null(idmap_find(&map, 2));
	assert_ptr_equal(idmap_remove(&map, 1), &values[2]);
	assert_null(idmap_find(&map, 1));
	idmap_release(&map);
}

/* Ids as they come, 4096 apart, so that they would collide in their low bits. */
static int64_t
id_of(int i)
{
	return (int64_t)(i + 1) << 22;
}

static void
removals_close_their_gaps(void **state)
{
	struct idmap map;
	int i;

	(void)state;
	idmap_init(&map);
	for (i = 0; i < MANY; i++)
		idmap_put(&map, id_of(i), &values[i]);
	assert_int_equal(map.count, MANY);
	for (i = 0; i < MANY; i += 3)
		assert_ptr_equal(idmap_remove(&map, id_of(i)), &values[i]);
	for (i = 0; i < MANY; i++)
		assert_ptr_equal(idmap_find(&map, id_of(i)),
		    i % 3 == 0 ? NULL : &values[i]);
	for (i = 0; i < MANY; i++)
		idmap_remove(&map, id_of(i));
	assert_int_equal(map.count, 0);
	/* The memory of a crowd is given back. */
	assert_true(map.cap <= 16);
	idmap_release(&map);
}

static void
a_walk_meets_each_once(void **state)
{
	static int met[MANY];
	struct idmap map;
	size_t at = 0;
	int i, *value;

	(void)state;
	idmap_init(&map);
	for (i = 0; i < MANY; i++)
		idmap_put(&map, id_of(i), &values[i]);
	while ((value = idmap_next(&map, &at)) != NULL)
		met[value - values]++;
	for (i = 0; i < MANY; i++)
		assert_int_equal(met[i], 1);
	idmap_release(&map);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_is_found_and_nothing_else),
		cmocka_unit_test(removals_close_their_gaps),
		cmocka_unit_test(a_walk_meets_each_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

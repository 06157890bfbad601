/*
 * Identifiers: order, time and text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/id.h"

#define NOW (ID_EPOCH_MS + 1000000)

static void
ids_ascend_while_the_clock_stands_still(void **state)
{
	struct id_source source;
	int64_t last = 0;
	int64_t id;
	int i;

	(void)state;
	id_source_init(&source, 5, 0);
	/* More than the sequence holds in a millisecond. */
	for (i = 0; i < 20000; i++) {
		id = id_next(&source, NOW);
		assert_true(id > last);
		assert_int_equal(id >> 12 & ID_MACHINE_MAX, 5);
		last = id;
	}
}

static void
ids_ascend_while_the_clock_goes_back(void **state)
{
	struct id_source source;
	int64_t first;
	int64_t second;
	int64_t third;

	(void)state;
	id_source_init(&source, 0, 0);
	first = id_next(&source, NOW);
	second = id_next(&source, NOW - 3600000);
	third = id_next(&source, 0);
	assert_true(second > first);
	assert_true(third > second);
}

static void
no_id_is_at_or_below_the_last_of_an_earlier_run(void **state)
{
	struct id_source source;
	int64_t after;

	(void)state;
	/* Another machine's, in a millisecond that is still to come. */
	after = id_from_time_ms(NOW + 500) | 1023 << 12 | 4095;
	id_source_init(&source, 0, after);
	assert_true(id_next(&source, NOW) > after);
	assert_true(id_next(&source, NOW + 500) > after);
}

static void
the_first_id_is_positive_also_before_the_epoch(void **state)
{
	struct id_source source;

	(void)state;
	id_source_init(&source, 0, 0);
	assert_true(id_next(&source, 0) > 0);
}

static void
an_id_says_when_it_was_made(void **state)
{
	struct id_source source;
	int64_t id;

	(void)state;
	id_source_init(&source, 1023, 0);
	id = id_next(&source, NOW);
	assert_int_equal(id_time_ms(id), NOW);
	assert_true(id_from_time_ms(NOW) <= id);
	assert_true(id_from_time_ms(NOW + 1) > id);
	assert_int_equal(id_time_ms(id_from_time_ms(NOW)), NOW);
}

static void
times_without_ids_have_bounds(void **state)
{
	(void)state;
	assert_int_equal(id_from_time_ms(0), 0);
	assert_int_equal(id_from_time_ms(INT64_MIN), 0);
	assert_int_equal(id_from_time_ms(ID_EPOCH_MS), 0);
	assert_int_equal(id_from_time_ms(INT64_MAX), INT64_MAX);
}

static void
text_and_id_turn_into_each_other(void **state)
{
	static const struct {
		const char *text;
		int64_t id;
	} pairs[] = {
		{ "1", 1 },
		{ "10", 10 },
		{ "9007199254740993", 9007199254740993 },
		{ "9223372036854775807", INT64_MAX },
	};
	char text[ID_TEXT_SIZE];
	int64_t id;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		id_format(pairs[i].id, text);
		assert_string_equal(text, pairs[i].text);
		id = 0;
		assert_true(id_parse(text, &id));
		assert_int_equal(id, pairs[i].id);
	}
	assert_true(id_parse_n("123456", 3, &id));
	assert_int_equal(id, 123);
}

static void
text_that_is_no_id_is_refused(void **state)
{
	static const char *const bad[] = { "", "0", "01", "-1", "+1", " 1",
		"1 ", "1x", "0x10", "9223372036854775808",
		"9999999999999999999", "10000000000000000000",
		"99999999999999999999999999999999999" };
	int64_t id = 55;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (id_parse(bad[i], &id))
			fail_msg("%s was taken", bad[i]);
	}
	assert_int_equal(id, 55);
}

static void
uuids_are_of_version_7_and_ascend(void **state)
{
	char last[UUID_TEXT_SIZE] = "";
	char text[UUID_TEXT_SIZE];
	int i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		uuid7_make(NOW + i / 8000, text);
		assert_int_equal(strlen(text), 36);
		assert_int_equal(strspn(text, "0123456789abcdef-"), 36);
		assert_int_equal(text[14], '7');
		assert_non_null(strchr("89ab", text[19]));
		assert_true(text[8] == '-' && text[13] == '-' &&
		    text[18] == '-' && text[23] == '-');
		assert_true(strcmp(text, last) > 0);
		memcpy(last, text, sizeof(last));
	}
}

static void
a_uuid_begins_with_its_time(void **state)
{
	char text[UUID_TEXT_SIZE];
	char want[16];

	(void)state;
	/* Later than those of the other tests, which are of one process. */
	uuid7_make(0x19abcdef0123, text);
	snprintf(want, sizeof(want), "%.8s%.4s", text, text + 9);
	assert_string_equal(want, "19abcdef0123");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_ascend_while_the_clock_stands_still),
		cmocka_unit_test(ids_ascend_while_the_clock_goes_back),
		cmocka_unit_test(
		    no_id_is_at_or_below_the_last_of_an_earlier_run),
		cmocka_unit_test(
		    the_first_id_is_positive_also_before_the_epoch),
		cmocka_unit_test(an_id_says_when_it_was_made),
		cmocka_unit_test(times_without_ids_have_bounds),
		cmocka_unit_test(text_and_id_turn_into_each_other),
		cmocka_unit_test(text_that_is_no_id_is_refused),
		cmocka_unit_test(uuids_are_of_version_7_and_ascend),
		cmocka_unit_test(a_uuid_begins_with_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

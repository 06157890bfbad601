/*
 * Time as text and back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "shared/clock.h"

static void
check_format(int64_t ms, const char *want)
{
	char text[CLOCK_TEXT_SIZE];
	int64_t back = -1;

	clock_format(ms, text);
	assert_string_equal(text, want);
	assert_true(clock_parse(text, &back));
	assert_int_equal(back, ms);
}

static void
times_are_written_in_utc_with_milliseconds(void **state)
{
	(void)state;
	check_format(0, "1970-01-01T00:00:00.000Z");
	check_format(1795485900123, "2026-11-24T02:05:00.123Z");
	check_format(951782400000, "2000-02-29T00:00:00.000Z");
	check_format(951868799999, "2000-02-29T23:59:59.999Z");
	check_format(951868800000, "2000-03-01T00:00:00.000Z");
	check_format(-1, "1969-12-31T23:59:59.999Z");
	check_format(-62135596800000, "0001-01-01T00:00:00.000Z");
	check_format(253402300799999, "9999-12-31T23:59:59.999Z");
}

static void
every_day_of_eight_centuries_agrees_with_the_c_library(void **state)
{
	char want[CLOCK_TEXT_SIZE];
	char text[CLOCK_TEXT_SIZE];
	time_t day;
	struct tm tm;
	int64_t back;

	(void)state;
	for (day = -146097; day < 146097; day++) {
		time_t second = day * 86400 + 45296;

		gmtime_r(&second, &tm);
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%S.000Z", &tm);
		clock_format((int64_t)second * 1000, text);
		assert_string_equal(text, want);
		assert_true(clock_parse(text, &back));
		assert_int_equal(back, (int64_t)second * 1000);
	}
}

static void
years_past_the_format_are_cut_to_its_bounds(void **state)
{
	char text[CLOCK_TEXT_SIZE];

	(void)state;
	clock_format(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59.999Z");
	clock_format(INT64_MIN, text);
	assert_string_equal(text, "0001-01-01T00:00:00.000Z");
}

static void
offsets_and_fractions_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01t00:00:00z", 0 },
		{ "1970-01-01T01:00:00+01:00", 0 },
		{ "1969-12-31T22:30:00-01:30", 0 },
		{ "1970-01-01T00:00:00.5Z", 500 },
		{ "1970-01-01T00:00:00.12Z", 120 },
		{ "1970-01-01T00:00:00.123999999Z", 123 },
		{ "1969-12-31T23:59:59.999Z", -1 },
		{ "2016-12-31T23:59:60Z", 1483228800000 },
	};
	size_t i;
	int64_t ms;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		ms = 12345;
		assert_true(clock_parse(good[i].text, &ms));
		assert_int_equal(ms, good[i].ms);
	}
}

static void
anything_else_is_refused_and_leaves_the_result_alone(void **state)
{
	static const char *const bad[] = { "", "2026", "2026-11-24",
		"2026-11-24T02:05:00", "2026-11-24 02:05:00Z",
		"2026-11-24T02:05:00.Z", "2026-11-24T02:05:00.1234567890Z",
		"2026-11-24T02:05:00Zx", " 2026-11-24T02:05:00Z",
		"2026-13-24T02:05:00Z", "2026-00-24T02:05:00Z",
		"2026-11-31T02:05:00Z", "2026-11-00T02:05:00Z",
		"2026-02-29T02:05:00Z", "1900-02-29T02:05:00Z",
		"2026-11-24T24:00:00Z", "2026-11-24T02:60:00Z",
		"2026-11-24T02:05:61Z", "2026-11-24T02:05Z",
		"2026-11-24T02:05:00+0100", "2026-11-24T02:05:00+24:00",
		"2026-11-24T02:05:00+01:60", "0000-01-01T00:00:00Z",
		"0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
		"+026-11-24T02:05:00Z", "2026-1-24T02:05:00Z",
		"2026-11-24T02:05:00,5Z" };
	size_t i;
	int64_t ms = 777;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (clock_parse(bad[i], &ms))
			fail_msg("%s was taken", bad[i]);
	}
	assert_int_equal(ms, 777);
}

static void
the_monotonic_clock_never_goes_back(void **state)
{
	int64_t last = clock_mono_ms();
	int64_t now;
	int i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		now = clock_mono_ms();
		assert_true(now >= last);
		last = now;
	}
	/* After this was written, before the format ends. */
	assert_true(clock_real_ms() > 1790000000000);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_written_in_utc_with_milliseconds),
		cmocka_unit_test(
		    every_day_of_eight_centuries_agrees_with_the_c_library),
		cmocka_unit_test(years_past_the_format_are_cut_to_its_bounds),
		cmocka_unit_test(offsets_and_fractions_are_read),
		cmocka_unit_test(
		    anything_else_is_refused_and_leaves_the_result_alone),
		cmocka_unit_test(the_monotonic_clock_never_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

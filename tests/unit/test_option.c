/*
 * Options: one table is parser, check, default and help.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "option_rows.h"
#include "shared/option.h"

static void
defaults_come_from_the_table(void **state)
{
	struct sample sample;

	(void)state;
	memset(&sample, 0x55, sizeof(sample));
	option_init(&sample_table, &sample);
	assert_string_equal(sample.listen, "127.0.0.1:7480");
	assert_null(sample.socket);
	assert_int_equal(sample.workers, 2);
	assert_int_equal(sample.mode, 0660);
	assert_int_equal(sample.format, 0);
	assert_int_equal(sample.size, 65536);
	assert_int_equal(sample.wait, 3600000);
	assert_int_equal(sample.ttl, 2592000);
	assert_true(sample.rate == 0.17);
	assert_true(sample.flag);
	option_release(&sample_table, &sample);
	assert_null(sample.listen);
}

static const struct {
	const char *name;
	const char *value;
	const char *want;
} good_values[] = {
	{ "server.listen", "[::1]:80, h:1", "[::1]:80, h:1" },
	{ "server.listen", "", "" },
	{ "server.workers", "64", "64" },
	{ "server.mode", "600", "0600" },
	{ "server.mode", "0", "00" },
	{ "server.format", "json", "json" },
	{ "server.format", "JSON", "json" },
	{ "limits.size", "1", "1" },
	{ "limits.size", "1000", "1000" },
	{ "limits.size", "1024", "1K" },
	{ "limits.size", "3m", "3M" },
	{ "limits.size", "0.5G", "512M" },
	{ "limits.size", "2 K", "2K" },
	{ "limits.wait", "0", "0" },
	{ "limits.wait", "5", "5s" },
	{ "limits.wait", "1500ms", "1500ms" },
	{ "limits.wait", "0.2", "200ms" },
	{ "limits.wait", "90m", "90m" },
	{ "limits.wait", "120m", "2h" },
	{ "limits.wait", "48h", "2d" },
	{ "limits.wait", "-1s", "-1s" },
	{ "limits.ttl", "60", "1m" },
	{ "limits.ttl", "90s", "90s" },
	{ "limits.ttl", "60000ms", "1m" },
	{ "limits.rate", "0.5", "0.5" },
	{ "limits.rate", ".5", "0.5" },
	{ "limits.rate", "100", "100" },
	{ "limits.flag", "no", "no" },
	{ "limits.flag", "TRUE", "yes" },
	{ "limits.flag", "0", "no" },
	{ "limits.flag", "on", "yes" },
};

/* Sets and writes back: what was taken, in its usual form. */
static void
values_are_read_with_their_units_and_written_back(void **state)
{
	struct sample sample;
	char cause[256];
	char text[64];
	size_t i;
	size_t j;

	(void)state;
	option_init(&sample_table, &sample);
	for (i = 0; i < sizeof(good_values) / sizeof(*good_values); i++) {
		if (!option_set(&sample_table, &sample, good_values[i].name,
			good_values[i].value, cause, sizeof(cause)))
			fail_msg("%s: %s", good_values[i].value, cause);
		for (j = 0; j < sample_table.count; j++) {
			if (strcmp(strchr(good_values[i].name, '.') + 1,
				sample_table.specs[j].key) == 0)
				option_format(&sample_table.specs[j], &sample,
				    text, sizeof(text));
		}
		assert_string_equal(text, good_values[i].want);
	}
	option_release(&sample_table, &sample);
}

static const struct {
	const char *name;
	const char *value;
	const char *cause;
} bad_values[] = {
	{ "server.workers", "0", "server.workers must be between 1 and 64" },
	{ "server.workers", "65", "server.workers must be between 1 and 64" },
	{ "server.workers", "2.5", "server.workers must be a whole number" },
	{ "server.workers", "", "server.workers must be a whole number" },
	{ "server.workers", "two", "server.workers must be a whole number" },
	{ "server.workers", "0x10", "server.workers must be a whole number" },
	{ "server.workers", "2K", "server.workers must be a whole number" },
	{ "server.workers", "99999999999999999999",
	    "server.workers must be a whole number" },
	{ "server.mode", "0680",
	    "server.mode must be a file mode in octal such as 0660" },
	{ "server.mode", "70000",
	    "server.mode must be a file mode in octal such as 0660" },
	{ "server.format", "xml", "server.format must be one of: text json" },
	{ "server.format", "tex", "server.format must be one of: text json" },
	{ "server.format", "", "server.format must be one of: text json" },
	{ "server.listen", "a\nb",
	    "server.listen must be UTF-8 without control characters" },
	{ "server.listen", "\xFF",
	    "server.listen must be UTF-8 without control characters" },
	{ "limits.size", "0", "limits.size must be between 1 and 1G" },
	{ "limits.size", "1T",
	    "limits.size must be a size such as 65536, 64K or 1G" },
	{ "limits.size", "0.3",
	    "limits.size must be a size such as 65536, 64K or 1G" },
	{ "limits.wait", "1w",
	    "limits.wait must be a duration such as 500ms, 30s or 1h" },
	{ "limits.wait", "1h30m",
	    "limits.wait must be a duration such as 500ms, 30s or 1h" },
	{ "limits.ttl", "500ms",
	    "limits.ttl must be a duration in whole seconds such as 30s "
	    "or 1h" },
	{ "limits.ttl", "59s", "limits.ttl must be between 1m and 100d" },
	{ "limits.rate", "nan", "limits.rate must be a number" },
	{ "limits.rate", "inf", "limits.rate must be a number" },
	{ "limits.rate", "1e1", "limits.rate must be a number" },
	{ "limits.rate", "0,5", "limits.rate must be a number" },
	{ "limits.rate", "0.001", "limits.rate must be between 0.01 and 100" },
	{ "limits.flag", "maybe", "limits.flag must be yes or no" },
	{ "limits.flag", "", "limits.flag must be yes or no" },
};

static void
a_bad_value_changes_nothing_and_says_what_would_do(void **state)
{
	struct sample sample;
	struct sample before;
	char cause[256];
	size_t i;

	(void)state;
	option_init(&sample_table, &sample);
	memcpy(&before, &sample, sizeof(before));
	for (i = 0; i < sizeof(bad_values) / sizeof(*bad_values); i++) {
		assert_false(
		    option_set(&sample_table, &sample, bad_values[i].name,
			bad_values[i].value, cause, sizeof(cause)));
		assert_string_equal(cause, bad_values[i].cause);
		assert_memory_equal(&sample, &before, sizeof(before));
	}
	option_release(&sample_table, &sample);
}

static void
an_unknown_name_is_told_the_nearest_right_one(void **state)
{
	static const struct {
		const char *name;
		const char *cause;
	} rows[] = {
		{ "server.lsten",
		    "unknown option server.lsten; did you mean server.listen?" },
		{ "server.wrokers",
		    "unknown option server.wrokers; did you mean "
		    "server.workers?" },
		{ "listen",
		    "unknown option listen; did you mean server.listen?" },
		{ "server.rate",
		    "unknown option server.rate; did you mean limits.rate?" },
		{ "Server.listen",
		    "unknown option Server.listen; did you mean server.listen?" },
		{ "quux.zzzzzzzzzzzz", "unknown option quux.zzzzzzzzzzzz" },
		{ "", "unknown option " },
	};
	char name[400];
	struct sample sample;
	char cause[256];
	size_t i;

	(void)state;
	option_init(&sample_table, &sample);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_false(option_set(&sample_table, &sample, rows[i].name,
		    "x", cause, sizeof(cause)));
		assert_string_equal(cause, rows[i].cause);
	}
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_false(option_set(&sample_table, &sample, name, "x", cause,
	    sizeof(cause)));
	option_release(&sample_table, &sample);
}

static void
an_assignment_is_split_at_its_first_equals_sign(void **state)
{
	struct sample sample;
	char cause[256];

	(void)state;
	option_init(&sample_table, &sample);
	assert_true(option_assign(&sample_table, &sample, "server.socket=a=b",
	    cause, sizeof(cause)));
	assert_string_equal(sample.socket, "a=b");
	assert_false(option_assign(&sample_table, &sample, "server.socket",
	    cause, sizeof(cause)));
	assert_string_equal(cause, "server.socket: expected SECTION.KEY=VALUE");
	assert_true(option_assign(&sample_client, &sample, "socket=c", cause,
	    sizeof(cause)));
	assert_string_equal(sample.socket, "c");
	assert_false(option_assign(&sample_client, &sample, "sokcet=c", cause,
	    sizeof(cause)));
	assert_string_equal(cause,
	    "unknown option sokcet; did you mean socket?");
	option_release(&sample_table, &sample);
}

static void
a_reload_takes_over_only_what_may_change(void **state)
{
	struct sample to;
	struct sample from;
	char cause[256];

	(void)state;
	option_init(&sample_table, &to);
	option_init(&sample_table, &from);
	assert_true(option_assign(&sample_table, &from, "server.listen=x",
	    cause, sizeof(cause)));
	assert_true(option_assign(&sample_table, &from, "server.socket=/s",
	    cause, sizeof(cause)));
	assert_true(option_assign(&sample_table, &from, "server.workers=9",
	    cause, sizeof(cause)));
	assert_true(option_assign(&sample_table, &from, "server.format=json",
	    cause, sizeof(cause)));
	assert_true(option_assign(&sample_table, &from, "limits.flag=no", cause,
	    sizeof(cause)));
	assert_true(option_assign(&sample_table, &from, "limits.rate=2", cause,
	    sizeof(cause)));

	option_copy(&sample_table, &to, &from, true);
	assert_string_equal(to.listen, "127.0.0.1:7480");
	assert_int_equal(to.workers, 2);
	assert_string_equal(to.socket, "/s");
	assert_ptr_not_equal(to.socket, from.socket);
	assert_int_equal(to.format, 1);
	assert_false(to.flag);
	assert_true(to.rate == 2);

	option_copy(&sample_table, &to, &from, false);
	assert_string_equal(to.listen, "x");
	assert_int_equal(to.workers, 9);
	option_copy(&sample_table, &to, &to, false);
	assert_string_equal(to.listen, "x");
	option_release(&sample_table, &to);
	option_release(&sample_table, &from);
}

static void
help_names_every_option_and_fits_80_columns(void **state)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	char *line;
	char *rest;
	size_t i;

	(void)state;
	option_help(&sample_table, out);
	fclose(out);
	for (i = 0; i < sample_table.count; i++) {
		assert_non_null(strstr(text, sample_table.specs[i].key));
		assert_non_null(strstr(text, sample_table.specs[i].help));
		if (sample_table.specs[i].fallback)
			assert_non_null(
			    strstr(text, sample_table.specs[i].fallback));
	}
	assert_non_null(strstr(text, "[text json]"));
	for (line = text; (rest = strchr(line, '\n')); line = rest + 1)
		assert_true(rest - line < 80);
	assert_string_equal(line, "");
	free(text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_come_from_the_table),
		cmocka_unit_test(
		    values_are_read_with_their_units_and_written_back),
		cmocka_unit_test(
		    a_bad_value_changes_nothing_and_says_what_would_do),
		cmocka_unit_test(an_unknown_name_is_told_the_nearest_right_one),
		cmocka_unit_test(
		    an_assignment_is_split_at_its_first_equals_sign),
		cmocka_unit_test(a_reload_takes_over_only_what_may_change),
		cmocka_unit_test(help_names_every_option_and_fits_80_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Arguments of operations: what is refused, how the sentence names it, and what
 * is taken out of text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/args.h"
#include "shared/json_in.h"

static const struct arg rows[] = {
	{ .name = "channel_id", .type = ARG_CHANNEL, .flags = ARG_REQUIRED },
	{ .name = "text", .type = ARG_TEXT, .limit = ARG_LIMIT(text_chars) },
	{ .name = "topic", .type = ARG_LINE, .max = 4 },
	{ .name = "limit", .type = ARG_INT, .flags = ARG_QUERY },
	{ .name = "ids", .type = ARG_IDS, .max = 2 },
	{ .name = "name", .type = ARG_CHANNEL_NAME },
	{ .name = "kind", .type = ARG_CHOICE, .choices = "group direct" },
	{ .name = "until", .type = ARG_TIME },
	{ .name = "seqs", .type = ARG_SEQ_MAP },
	{ .name = "on", .type = ARG_BOOL },
	{ .type = ARG_END },
};

static const struct limits limits = { .text_chars = 5 };
static char cause[200];
static json_t *args;

static enum error
check(const char *json)
{
	json_decref(args);
	args = json_loads(json, 0, NULL);
	assert_non_null(args);
	cause[0] = '\0';
	return args_check(rows, &limits, args, cause, sizeof(cause));
}

static void
a_missing_field_is_named(void **state)
{
	(void)state;
	assert_int_equal(check("{}"), ERR_BAD_REQUEST);
	assert_string_equal(cause, "channel_id is missing");
	assert_int_equal(check("{\"channel_id\":null}"), ERR_BAD_REQUEST);
}

static void
a_channel_is_an_id_or_a_name_with_its_mark(void **state)
{
	(void)state;
	assert_int_equal(check("{\"channel_id\":\"12\"}"), ERR_NONE);
	assert_int_equal(check("{\"channel_id\":\"#ops\"}"), ERR_NONE);
	assert_int_equal(check("{\"channel_id\":\"@ops\"}"), ERR_NONE);
	assert_int_equal(check("{\"channel_id\":\"ops\"}"), ERR_BAD_REQUEST);
	assert_int_equal(check("{\"channel_id\":12}"), ERR_BAD_REQUEST);
	assert_int_equal(check("{\"channel_id\":\"#Ops\"}"), ERR_BAD_REQUEST);
	assert_int_equal(check("{\"channel_id\":\"-1\"}"), ERR_BAD_REQUEST);
}

#define WITH(more) "{\"channel_id\":\"1\"," more "}"

static void
a_text_over_its_limit_names_the_field_and_the_bound(void **state)
{
	(void)state;
	assert_int_equal(check(WITH("\"text\":\"äöüäö\"")), ERR_NONE);
	assert_int_equal(check(WITH("\"text\":\"äöüäöx\"")), ERR_TOO_LARGE);
	assert_non_null(strstr(cause, "text"));
	assert_non_null(strstr(cause, "6 characters"));
	assert_non_null(strstr(cause, "limit of 5 (text_chars)"));
	assert_int_equal(check(WITH("\"topic\":\"12345\"")), ERR_TOO_LARGE);
	assert_non_null(strstr(cause, "limit of 4"));
}

static void
text_loses_what_a_terminal_would_act_on(void **state)
{
	(void)state;
	assert_int_equal(check(WITH("\"text\":\"a\\u001bb\\n\"")), ERR_NONE);
	assert_string_equal(json_in_string(args, "text"), "ab\n");
	assert_int_equal(check(WITH("\"text\":\"\\u202ea\\u009b\"")), ERR_NONE);
	assert_string_equal(json_in_string(args, "text"), "a");
	assert_int_equal(check(WITH("\"topic\":\"a\\nb\"")), ERR_NONE);
	assert_string_equal(json_in_string(args, "topic"), "ab");
}

static void
digits_in_a_query_string_are_a_number(void **state)
{
	(void)state;
	assert_int_equal(check(WITH("\"limit\":\"20\"")), ERR_NONE);
	assert_int_equal(json_in_int(args, "limit", 0), 20);
	assert_int_equal(check(WITH("\"limit\":\"0\"")), ERR_BAD_REQUEST);
	assert_int_equal(check(WITH("\"limit\":\"-1\"")), ERR_BAD_REQUEST);
	assert_int_equal(check(WITH("\"limit\":\"2x\"")), ERR_BAD_REQUEST);
	assert_int_equal(check(WITH("\"limit\":\"\"")), ERR_BAD_REQUEST);
	assert_int_equal(check(WITH("\"limit\":\"99999999999999999999\"")),
	    ERR_BAD_REQUEST);
	assert_int_equal(check(WITH("\"limit\":1.5")), ERR_BAD_REQUEST);
}

static void
a_list_is_bounded_and_holds_ids_alone(void **state)
{
	(void)state;
	assert_int_equal(check(WITH("\"ids\":[\"1\",\"2\"]")), ERR_NONE);
	assert_int_equal(check(WITH("\"ids\":[\"1\",\"2\",\"3\"]")),
	    ERR_TOO_LARGE);
	assert_int_equal(check(WITH("\"ids\":[1]")), ERR_BAD_REQUEST);
	assert_int_equal(check(WITH("\"ids\":\"1\"")), ERR_BAD_REQUEST);
}

static void
a_channel_name_loses_its_mark_and_must_fit_the_pattern(void **state)
{
	(void)state;
	assert_int_equal(check(WITH("\"name\":\"#ops\"")), ERR_NONE);
	assert_string_equal(json_in_string(args, "name"), "ops");
	assert_int_equal(check(WITH("\"name\":\"a b\"")), ERR_BAD_REQUEST);
	assert_int_equal(check(WITH("\"name\":\"\"")), ERR_BAD_REQUEST);
}

static void
choices_times_maps_and_booleans_are_typed(void **state)
{
	(void)state;
	assert_int_equal(check(WITH("\"kind\":\"direct\"")), ERR_NONE);
	assert_int_equal(check(WITH("\"kind\":\"dir\"")), ERR_BAD_REQUEST);
	assert_non_null(strstr(cause, "group direct"));
	assert_int_equal(check(WITH("\"until\":\"2026-11-24T00:00:00Z\"")),
	    ERR_NONE);
	assert_int_equal(check(WITH("\"until\":\"tomorrow\"")),
	    ERR_BAD_REQUEST);
	assert_int_equal(check(WITH("\"seqs\":{\"1\":0}")), ERR_NONE);
	assert_int_equal(check(WITH("\"seqs\":{\"1\":-1}")), ERR_BAD_REQUEST);
	assert_int_equal(check(WITH("\"seqs\":{\"x\":1}")), ERR_BAD_REQUEST);
	assert_int_equal(check(WITH("\"on\":1")), ERR_BAD_REQUEST);
	assert_int_equal(check(WITH("\"on\":true")), ERR_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_field_is_named),
		cmocka_unit_test(a_channel_is_an_id_or_a_name_with_its_mark),
		cmocka_unit_test(
		    a_text_over_its_limit_names_the_field_and_the_bound),
		cmocka_unit_test(text_loses_what_a_terminal_would_act_on),
		cmocka_unit_test(digits_in_a_query_string_are_a_number),
		cmocka_unit_test(a_list_is_bounded_and_holds_ids_alone),
		cmocka_unit_test(
		    a_channel_name_loses_its_mark_and_must_fit_the_pattern),
		cmocka_unit_test(choices_times_maps_and_booleans_are_typed),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	json_decref(args);
	return failed;
}

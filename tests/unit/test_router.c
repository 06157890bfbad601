/*
 * From paths and types to operations, over the server's own table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/router.h"
#include "shared/json_in.h"

static struct router *router;
static json_t *args;
static const struct op *op;
static char allow[128];

static struct span
span(const char *text)
{
	return (struct span){ text, strlen(text) };
}

static enum error
match(const char *method, const char *path)
{
	json_decref(args);
	args = json_object();
	return router_match(router, span(method), span(path), &op, args, allow,
	    sizeof(allow));
}

static void
a_path_finds_its_operation_and_its_arguments(void **state)
{
	(void)state;
	assert_int_equal(match("GET", "/v1/channels/12/messages"), ERR_NONE);
	assert_string_equal(op->name, "history.page");
	assert_string_equal(json_in_string(args, "channel_id"), "12");
	assert_int_equal(match("PUT", "/v1/channels/1/members/2"), ERR_NONE);
	assert_string_equal(json_in_string(args, "user_id"), "2");
}

static void
the_more_literal_path_wins(void **state)
{
	(void)state;
	assert_int_equal(match("GET", "/v1/channels/public"), ERR_NONE);
	assert_string_equal(op->name, "channel.public");
	assert_int_equal(match("PATCH", "/v1/channels/public"),
	    ERR_METHOD_NOT_ALLOWED);
	assert_string_equal(allow, "GET, HEAD");
}

static void
head_finds_get_and_other_methods_are_told_what_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(match("HEAD", "/healthz"), ERR_NONE);
	assert_string_equal(op->name, "health.alive");
	assert_int_equal(match("TRACE", "/v1/me"), ERR_METHOD_NOT_ALLOWED);
	assert_non_null(strstr(allow, "GET"));
	assert_non_null(strstr(allow, "HEAD"));
	assert_non_null(strstr(allow, "PATCH"));
	assert_int_equal(match("get", "/v1/me"), ERR_METHOD_NOT_ALLOWED);
}

static void
what_is_no_path_is_not_found(void **state)
{
	(void)state;
	assert_int_equal(match("GET", "/"), ERR_NOT_FOUND);
	assert_int_equal(match("GET", "/v1"), ERR_NOT_FOUND);
	assert_int_equal(match("GET", "/v1/me/"), ERR_NOT_FOUND);
	assert_int_equal(match("GET", "/v1/channels//messages"), ERR_NOT_FOUND);
	assert_int_equal(match("GET", "//v1/me"), ERR_NOT_FOUND);
	assert_int_equal(match("GET", "/v1/channels/1/messages/2/3"),
	    ERR_NOT_FOUND);
}

static void
path_arguments_are_decoded_or_refused(void **state)
{
	(void)state;
	assert_int_equal(match("GET", "/v1/users/%40bob"), ERR_NONE);
	assert_string_equal(json_in_string(args, "user_id"), "@bob");
	assert_int_equal(match("GET", "/v1/users/%4"), ERR_BAD_REQUEST);
	assert_int_equal(match("GET", "/v1/users/%00"), ERR_BAD_REQUEST);
	assert_int_equal(match("GET", "/v1/users/%ff"), ERR_BAD_REQUEST);
}

static void
a_query_gives_only_what_the_operation_takes_from_it(void **state)
{
	char cause[200];

	(void)state;
	assert_int_equal(match("GET", "/v1/users"), ERR_NONE);
	assert_int_equal(router_query(op, span("query=a%20b+c&x=1&limit=5"),
			     args, cause, sizeof(cause)),
	    ERR_NONE);
	assert_string_equal(json_in_string(args, "query"), "a b c");
	assert_string_equal(json_in_string(args, "limit"), "5");
	assert_null(json_object_get(args, "x"));
	assert_int_equal(router_query(op, span("after=%"), args, cause,
			     sizeof(cause)),
	    ERR_BAD_REQUEST);
	assert_int_equal(router_query(op, span("limit=1"), args, cause,
			     sizeof(cause)),
	    ERR_BAD_REQUEST);
	assert_string_equal(cause, "limit is given twice");
}

static void
a_type_finds_what_websocket_may_ask_for_and_nothing_else(void **state)
{
	(void)state;
	assert_non_null(router_find(router, "message.send"));
	assert_null(router_find(router, "auth.login"));
	assert_null(router_find(router, "no.such"));
	assert_null(router_find(router, ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_finds_its_operation_and_its_arguments),
		cmocka_unit_test(the_more_literal_path_wins),
		cmocka_unit_test(
		    head_finds_get_and_other_methods_are_told_what_is_allowed),
		cmocka_unit_test(what_is_no_path_is_not_found),
		cmocka_unit_test(path_arguments_are_decoded_or_refused),
		cmocka_unit_test(
		    a_query_gives_only_what_the_operation_takes_from_it),
		cmocka_unit_test(
		    a_type_finds_what_websocket_may_ask_for_and_nothing_else),
	};
	int failed;

	router = router_new(features_all());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	router_free(router);
	json_decref(args);
	return failed;
}

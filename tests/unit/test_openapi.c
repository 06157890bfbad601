/*
 * The contract says what the tables say, all of it, and points to nothing that is
 * not there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "server/op.h"
#include "server/openapi.h"
#include "shared/json_in.h"

#define DEPTH 32

static json_t *contract;

static int
contract_read(void **state)
{
	struct buf text = BUF_INIT;
	char cause[200] = "";

	(void)state;
	openapi_write(&text, features_all());
	/* Refuses a key that is there twice, too. */
	contract = json_in_parse(text.data, text.len, DEPTH, cause,
	    sizeof(cause));
	buf_release(&text);
	if (contract == NULL)
		print_error("%s\n", cause);
	return contract == NULL;
}

static int
contract_drop(void **state)
{
	(void)state;
	json_decref(contract);
	return 0;
}

/* What stands at "a/b/c" below an object; NULL where nothing does. */
static json_t *
at(json_t *below, const char *keys)
{
	char key[100];
	size_t len;

	for (; below != NULL && *keys != '\0';
	     keys += len + (keys[len] == '/')) {
		len = strcspn(keys, "/");
		snprintf(key, sizeof(key), "%.*s", (int)len, keys);
		below = json_object_get(below, key);
	}
	return below;
}

static json_t *
schema(const char *kind, const char *name)
{
	char key[100];

	snprintf(key, sizeof(key), "%s%s", kind, name);
	return json_object_get(at(contract, "components/schemas"), key);
}

/* A path of the document as rows write it: {user_id} as :user_id. */
static void
path_as_row(char out[200], const char *path)
{
	size_t len = 0;

	for (; *path != '\0'; path++)
		if (*path != '}')
			out[len++] = (char)(*path == '{' ? ':' : *path);
	out[len] = '\0';
}

/* The operation of that name; *path gets where it stands, as rows write it, and
 * *method how it is called. NULL where there is none. */
static json_t *
operation(const char *name, char path[200], const char **method)
{
	json_t *item, *found;
	const char *key;

	json_object_foreach(json_object_get(contract, "paths"), key, item)
		json_object_foreach(item, *method, found)
			if (strcmp(json_in_string(found, "operationId"),
				name) == 0) {
				path_as_row(path, key);
				return found;
			}
	return NULL;
}

static size_t
operations_count(void)
{
	size_t count = 0;
	const char *key;
	json_t *item;

	json_object_foreach(json_object_get(contract, "paths"), key, item)
		count += json_object_size(item);
	return count;
}

static void
each_op(void (*check)(const struct op *op))
{
	const struct feature *feature;

	for (feature = features_all(); feature->name != NULL; feature++)
		for (const struct op *op = feature->ops; op->name; op++)
			check(op);
}

static bool
array_has(const json_t *array, const char *text)
{
	size_t i;
	json_t *item;

	json_array_foreach(array, i, item)
		if (strcmp(json_string_value(item), text) == 0)
			return true;
	return false;
}

/* ---- operations ---- */

static size_t counted;

static void
check_operation(const struct op *op)
{
	const char *method;
	char path[200], status[16];
	json_t *found;

	if (op->method == NULL)
		return;
	counted++;
	found = operation(op->name, path, &method);
	assert_non_null(found);
	assert_string_equal(path, op->path);
	assert_int_equal(strcasecmp(method, op->method), 0);
	assert_string_equal(json_in_string(found, "summary"), op->summary);
	assert_string_equal(json_in_string(found, "x-hubbub-who"),
	    may_name(op->may));
	assert_string_equal(json_in_string(found, "x-hubbub-cost"),
	    cost_name(op->cost));
	assert_int_equal(json_object_get(found, "security") != NULL,
	    op->may == MAY_ANYONE);
	snprintf(status, sizeof(status), "%d", op->status);
	found = json_object_get(found, "responses");
	assert_non_null(json_object_get(found, status));
	assert_non_null(json_object_get(found, "default"));
	assert_int_equal(json_object_get(found, "429") != NULL,
	    op->cost != COST_NONE);
}

static void
it_has_exactly_the_operations_that_have_a_path(void **state)
{
	(void)state;
	counted = 0;
	each_op(check_operation);
	assert_true(counted > 40);
	assert_int_equal(operations_count(), counted);
}

/* The schema of a parameter; NULL where there is none. */
static json_t *
parameter(json_t *op, const struct arg *arg)
{
	size_t i;
	json_t *item;
	const char *in = arg->flags & ARG_PATH ? "path" : "query";

	json_array_foreach(json_object_get(op, "parameters"), i, item)
		if (strcmp(json_in_string(item, "name"), arg->name) == 0 &&
		    strcmp(json_in_string(item, "in"), in) == 0)
			return json_object_get(item, "schema");
	return NULL;
}

static json_t *
body_schema(json_t *op)
{
	json_t *content = at(op, "requestBody/content");

	return at(json_object_get(content, "application/json"), "schema");
}

static void
check_arguments(const struct op *op)
{
	const char *method;
	char path[200];
	json_t *found, *schema_found, *body;

	if (op->method == NULL || op->args == NULL)
		return;
	found = operation(op->name, path, &method);
	body = body_schema(found);
	for (const struct arg *arg = op->args; arg->type != ARG_END; arg++) {
		if (arg->flags & ARG_WS) {
			assert_null(at(at(body, "properties"), arg->name));
			continue;
		}
		if (arg->flags & (ARG_PATH | ARG_QUERY)) {
			schema_found = parameter(found, arg);
		} else {
			schema_found = json_object_get(
			    json_object_get(body, "properties"), arg->name);
			assert_int_equal(
			    array_has(json_object_get(body, "required"),
				arg->name),
			    (arg->flags & ARG_REQUIRED) != 0);
		}
		assert_non_null(schema_found);
	}
}

static void
every_argument_of_a_row_is_told_of_where_it_goes(void **state)
{
	(void)state;
	each_op(check_arguments);
}

static void
bounds_are_the_defaults_of_the_limits_and_name_them(void **state)
{
	const char *method;
	char path[200];
	json_t *send, *text, *mentions;

	(void)state;
	send = operation("message.send", path, &method);
	assert_non_null(send);
	text = at(body_schema(send), "properties/text");
	assert_int_equal(json_in_int(text, "maxLength", 0), 4000);
	assert_int_equal(json_in_int(text, "minLength", 0), 1);
	assert_string_equal(json_in_string(text, "x-hubbub-limit"),
	    "text_chars");
	mentions = at(body_schema(send), "properties/mentions");
	assert_int_equal(json_in_int(mentions, "maxItems", 0), 20);
	assert_string_equal(json_in_string(mentions, "x-hubbub-limit"),
	    "mentions");
}

/* ---- answers ---- */

static bool
answers_rest(const struct op *op)
{
	return op->answer != NULL && *op->answer != '|';
}

static void
check_answer(const struct op *op)
{
	if (op->method != NULL)
		assert_int_equal(answers_rest(op), op->status != 204);
	else
		assert_null(op->answer ? strchr(op->answer, '|') : NULL);
}

static void
every_answer_that_has_a_body_says_what_it_holds(void **state)
{
	(void)state;
	each_op(check_answer);
}

/* ---- WebSocket ---- */

static void
check_command(const struct op *op)
{
	json_t *command = schema("command.", op->name);
	json_t *listed = json_object_get(
	    json_object_get(contract, "x-hubbub-commands"), op->name);
	const struct arg *arg;

	assert_int_equal(command != NULL, (op->doors & DOOR_WS) != 0);
	assert_int_equal(listed != NULL, command != NULL);
	if (command == NULL)
		return;
	counted++;
	assert_string_equal(
	    json_in_string(at(command, "properties/type"), "const"), op->name);
	for (arg = op->args; arg && arg->type != ARG_END; arg++) {
		assert_non_null(json_object_get(
		    json_object_get(command, "properties"), arg->name));
		assert_int_equal(array_has(json_object_get(command, "required"),
				     arg->name),
		    (arg->flags & ARG_REQUIRED) != 0);
	}
	assert_string_equal(
	    json_in_string(at(schema("answer.", op->name), "properties/type"),
		"const"),
	    op->reply ? op->reply : "ack");
}

static void
it_has_every_command_with_its_answer(void **state)
{
	(void)state;
	counted = 0;
	each_op(check_command);
	assert_int_equal(json_object_size(
			     json_object_get(contract, "x-hubbub-commands")),
	    counted);
}

static void
it_has_every_event_of_the_protocol(void **state)
{
	const struct event_info *event;
	json_t *listed = json_object_get(contract, "x-hubbub-events");
	size_t count = 0;

	(void)state;
	for (event = protocol_events(); event->type != NULL; event++) {
		assert_non_null(json_object_get(listed, event->type));
		assert_non_null(schema("event.", event->type));
		assert_true(strlen(event->help) > 0);
		count++;
	}
	assert_int_equal(json_object_size(listed), count);
}

/* ---- tables ---- */

static void
it_has_every_limit_error_and_close_code(void **state)
{
	const struct option_table *table = limits_table();
	json_t *limits = json_object_get(contract, "x-hubbub-limits");
	json_t *codes = at(schema("", "error_code"), "enum");
	const struct close_info *close;
	char key[16];

	(void)state;
	assert_int_equal(json_object_size(limits), table->count);
	for (size_t i = 0; i < table->count; i++)
		assert_non_null(at(json_object_get(limits, table->specs[i].key),
		    "default"));
	assert_int_equal(json_array_size(codes), ERR_COUNT - 1);
	for (int i = ERR_NONE + 1; i < ERR_COUNT; i++)
		assert_true(array_has(codes, error_info((enum error)i)->code));
	for (close = protocol_closes(); close->when != NULL; close++) {
		snprintf(key, sizeof(key), "%d", (int)close->code);
		assert_non_null(at(contract, "x-hubbub-closes"));
		assert_non_null(json_in_string(
		    json_object_get(contract, "x-hubbub-closes"), key));
	}
}

/* Resolves every $ref below; returns how many there were. */
static size_t
refs_check(json_t *value)
{
	size_t i, count = 0;
	const char *key;
	json_t *item;

	json_array_foreach(value, i, item)
		count += refs_check(item);
	json_object_foreach(value, key, item) {
		if (strcmp(key, "$ref") == 0) {
			assert_memory_equal(json_string_value(item), "#/", 2);
			if (at(contract, json_string_value(item) + 2) == NULL)
				fail_msg("%s is not there",
				    json_string_value(item));
			count++;
		}
		count += refs_check(item);
	}
	return count;
}

static void
nothing_points_to_what_is_not_there(void **state)
{
	(void)state;
	assert_true(refs_check(contract) > 100);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    it_has_exactly_the_operations_that_have_a_path),
		cmocka_unit_test(
		    every_argument_of_a_row_is_told_of_where_it_goes),
		cmocka_unit_test(
		    bounds_are_the_defaults_of_the_limits_and_name_them),
		cmocka_unit_test(
		    every_answer_that_has_a_body_says_what_it_holds),
		cmocka_unit_test(it_has_every_command_with_its_answer),
		cmocka_unit_test(it_has_every_event_of_the_protocol),
		cmocka_unit_test(it_has_every_limit_error_and_close_code),
		cmocka_unit_test(nothing_points_to_what_is_not_there),
	};

	return cmocka_run_group_tests(tests, contract_read, contract_drop);
}

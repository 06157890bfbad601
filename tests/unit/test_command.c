/*
 * The table of commands: a prefix finds a command where only one begins so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tui/command.h"
#include "tui/command_private.h"

static const char *
found(const char *word, bool *ambiguous)
{
	const struct command *command = command_find(word, strlen(word),
	    ambiguous);

	return command ? command->name : "";
}

static void
every_name_finds_itself(void **state)
{
	const struct command *table;
	bool ambiguous;
	size_t count;
	size_t i;

	(void)state;
	table = command_table(&count);
	assert_true(count > 0);
	for (i = 0; i < count; i++) {
		assert_string_equal(found(table[i].name, &ambiguous),
		    table[i].name);
		assert_false(ambiguous);
	}
}

static void
the_commands_that_the_manual_promises_are_there(void **state)
{
	static const char *const names[] = { "join", "part", "list", "msg",
		"query", "topic", "names", "help", "quit", "me", "window",
		"clear", "nick", "whois" };
	bool ambiguous;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_string_equal(found(names[i], &ambiguous), names[i]);
}

static void
a_prefix_of_one_finds_it_and_of_several_none(void **state)
{
	bool ambiguous;

	(void)state;
	assert_string_equal(found("j", &ambiguous), "join");
	assert_string_equal(found("top", &ambiguous), "topic");
	assert_false(ambiguous);
	assert_string_equal(found("w", &ambiguous), "");
	assert_true(ambiguous);
	assert_string_equal(found("nosuch", &ambiguous), "");
	assert_false(ambiguous);
	assert_string_equal(found("joins", &ambiguous), "");
	assert_string_equal(found("", &ambiguous), "");
	assert_string_equal(found("JOIN", &ambiguous), "");
}

static void
only_the_length_that_is_given_is_looked_at(void **state)
{
	bool ambiguous;

	(void)state;
	assert_string_equal(command_find("join #ops", 4, &ambiguous)->name,
	    "join");
}

static void
every_command_has_its_line_of_help_and_fits_the_screen(void **state)
{
	const struct command *table;
	size_t count;
	size_t i;

	(void)state;
	table = command_table(&count);
	for (i = 0; i < count; i++) {
		assert_non_null(table[i].run);
		assert_non_null(table[i].usage);
		assert_true(strlen(table[i].help) > 0);
		assert_true(
		    strlen(table[i].name) + strlen(table[i].usage) <= 24);
		assert_true(strlen(table[i].help) <= 50);
	}
}

static void
words_come_off_one_by_one_and_the_rest_stays_as_it_is(void **state)
{
	const char *arguments = "bob  two  words";
	char *word = command_word(&arguments);

	(void)state;
	assert_string_equal(word, "bob");
	assert_string_equal(arguments, "two  words");
	free(word);
	arguments = "";
	assert_null(command_word(&arguments));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_finds_itself),
		cmocka_unit_test(
		    the_commands_that_the_manual_promises_are_there),
		cmocka_unit_test(a_prefix_of_one_finds_it_and_of_several_none),
		cmocka_unit_test(only_the_length_that_is_given_is_looked_at),
		cmocka_unit_test(
		    every_command_has_its_line_of_help_and_fits_the_screen),
		cmocka_unit_test(
		    words_come_off_one_by_one_and_the_rest_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

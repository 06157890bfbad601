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
#include <time.h>

#include "tui/command.h"
#include "tui/command_private.h"
#include "tui/command_text.h"

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
		"clear", "nick", "whois", "react", "reply", "thread", "edit",
		"delete", "retry", "pin", "copy", "open", "goto", "unread",
		"read", "mute", "notify", "away", "back", "invite", "kick",
		"silence", "stats" };
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
	assert_string_equal(found("rea", &ambiguous), "");
	assert_true(ambiguous);
	assert_string_equal(found("read", &ambiguous), "read");
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

/* ---- forms ---------------------------------------------------------------- */

static void
a_number_is_one_or_more_and_no_id(void **state)
{
	size_t number = 0;

	(void)state;
	assert_true(text_number("3", 1, &number));
	assert_int_equal(number, 3);
	assert_true(text_number("12+x", 2, &number));
	assert_int_equal(number, 12);
	assert_false(text_number("0", 1, &number));
	assert_false(text_number("", 0, &number));
	assert_false(text_number("1a", 2, &number));
	assert_false(text_number("1234567890", 10, &number));
	assert_int_equal(number, 12);
}

static void
a_reaction_in_short_is_a_number_a_sign_and_one_emoji(void **state)
{
	const char *emoji = NULL;
	size_t number = 0;
	bool add = false;

	(void)state;
	assert_true(text_reaction("3+:tada:", &number, &add, &emoji));
	assert_int_equal(number, 3);
	assert_true(add);
	assert_string_equal(emoji, ":tada:");
	assert_true(
	    text_reaction("12-\xf0\x9f\x91\x8d", &number, &add, &emoji));
	assert_int_equal(number, 12);
	assert_false(add);
	assert_string_equal(emoji, "\xf0\x9f\x91\x8d");
}

static void
arithmetic_and_plain_words_are_no_reaction(void **state)
{
	static const char *const lines[] = { "1+1", "3+",
		"+:tada:", "3:tada:", "3+:tada: yes",
		" 3+:tada:", "0+:tada:", "3++", "3+tada", "",
		"1234567890+:tada:" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_false(command_is_short(lines[i]));
}

/* What the line makes of the text; the caller frees it. NULL where the words are
 * not in it, and where the line is none. */
static char *
changed(const char *line, const char *text)
{
	struct text_change change;
	char *fresh;

	if (!text_change_parse(&change, line))
		return NULL;
	fresh = text_change_apply(&change, text);
	text_change_release(&change);
	return fresh;
}

static void
assert_changed(const char *line, const char *text, const char *wanted)
{
	char *fresh = changed(line, text);

	assert_non_null(fresh);
	assert_string_equal(fresh, wanted);
	free(fresh);
}

static void
a_correction_takes_the_words_as_they_are(void **state)
{
	(void)state;
	assert_changed("s/old/new/", "old and old", "new and old");
	assert_changed("s/old/new/g", "old and old", "new and new");
	assert_changed("s/a.c/x/", "abc a.c", "abc x");
	assert_changed("s/ teh / the /", "say teh word", "say the word");
	assert_changed("s/x//", "axb", "ab");
	assert_changed("s/a/aa/g", "aba", "aabaa");
	assert_changed("s/a\\/b/c\\/d/", "a/b", "c/d");
	assert_changed("s/a\\\\/b/", "a\\", "b");
	assert_changed("s/\\n/b/", "a\\n", "ab");
	assert_null(changed("s/old/new/", "nothing of it"));
}

static void
what_only_begins_as_a_correction_is_a_message(void **state)
{
	static const char *const lines[] = { "s/old/new", "s/old", "s/", "s",
		"s//new/", "s/old/new/x", "s/old/new/gg", "s/a/b/c/", " s/a/b/",
		"s/he/him/ yes", "S/a/b/" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_false(command_is_short(lines[i]));
	assert_true(command_is_short("s/old/new/"));
	assert_true(command_is_short("s/old/new/g"));
}

static void
a_duration_is_a_number_and_its_unit(void **state)
{
	int64_t ms = 0;

	(void)state;
	assert_true(text_duration("90s", &ms));
	assert_int_equal(ms, 90000);
	assert_true(text_duration("10m", &ms));
	assert_int_equal(ms, 600000);
	assert_true(text_duration("2h", &ms));
	assert_int_equal(ms, 7200000);
	assert_true(text_duration("3650d", &ms));
	assert_false(text_duration("3651d", &ms));
	assert_false(text_duration("10", &ms));
	assert_false(text_duration("0m", &ms));
	assert_false(text_duration("10min", &ms));
	assert_false(text_duration("-1h", &ms));
	assert_false(text_duration("1w", &ms));
	assert_false(text_duration("", &ms));
}

static void
a_date_is_a_day_or_a_minute_of_it_by_the_local_clock(void **state)
{
	int64_t ms = 0;

	(void)state;
	setenv("TZ", "UTC-1", 1); /* an hour ahead of UTC */
	tzset();
	assert_true(text_date("2026-11-24", &ms));
	assert_int_equal(ms, 1795474800000);
	assert_true(text_date("2026-11-24 14:05", &ms));
	assert_int_equal(ms, 1795474800000 + (14 * 60 + 5) * 60000);
	assert_false(text_date("2026-11-31", &ms));
	assert_false(text_date("2026-13-01", &ms));
	assert_false(text_date("2026-11-24 25:00", &ms));
	assert_false(text_date("2026-11-24 14:05 x", &ms));
	assert_false(text_date("2026-11", &ms));
	assert_false(text_date("yesterday", &ms));
}

static void
assert_link(const char *text, const char *wanted)
{
	char *link = text_link(text);

	assert_non_null(link);
	assert_string_equal(link, wanted);
	free(link);
}

static void
a_link_is_of_the_web_and_ends_before_what_closes_the_sentence(void **state)
{
	(void)state;
	assert_link("see https://example.org/a?b=c, please",
	    "https://example.org/a?b=c");
	assert_link("(http://example.org/x)", "http://example.org/x");
	assert_link("https://example.org/a_(b).", "https://example.org/a_(b)");
	assert_link("HTTPS://example.org and https://second.example",
	    "HTTPS://example.org");
	assert_link("<https://example.org/>", "https://example.org/");
	assert_link("a$(reboot) https://example.org/$(reboot);ls",
	    "https://example.org/$(reboot);ls");
	assert_null(text_link("https:// file:///etc/passwd javascript:x"));
	assert_null(text_link(""));
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
		cmocka_unit_test(a_number_is_one_or_more_and_no_id),
		cmocka_unit_test(
		    a_reaction_in_short_is_a_number_a_sign_and_one_emoji),
		cmocka_unit_test(arithmetic_and_plain_words_are_no_reaction),
		cmocka_unit_test(a_correction_takes_the_words_as_they_are),
		cmocka_unit_test(what_only_begins_as_a_correction_is_a_message),
		cmocka_unit_test(a_duration_is_a_number_and_its_unit),
		cmocka_unit_test(
		    a_date_is_a_day_or_a_minute_of_it_by_the_local_clock),
		cmocka_unit_test(
		    a_link_is_of_the_web_and_ends_before_what_closes_the_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

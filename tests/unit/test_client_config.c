/*
 * The client's file of options: its rows, its sections of keys and looks, and
 * what is said of a mistake.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/xmalloc.h"
#include "tests/unit/scratch.h"
#include "tui/config.h"

#define CAUSE_SIZE 600

/* Writes the file where the client looks for it, and loads it. */
static bool
load(const char *folder, const char *text, struct client_config *config,
    char *cause)
{
	char *path;
	FILE *file;
	bool good;

	setenv("XDG_CONFIG_HOME", folder, 1);
	path = client_config_path("hubbub.conf");
	assert_true(client_folder_make(path));
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	free(path);
	client_config_init(config);
	cause[0] = '\0';
	good = client_config_load(config, cause, CAUSE_SIZE);
	if (!good)
		client_config_release(config);
	return good;
}

static void
the_defaults_are_the_manual_s(void **state)
{
	struct client_config config;

	(void)state;
	client_config_init(&config);
	assert_int_equal(config.theme, STYLE_DARK);
	assert_int_equal(config.history, 500);
	assert_int_equal(config.notify_osc, 0);
	assert_true(config.bell);
	assert_false(config.mouse);
	assert_int_equal(config.key_count, 0);
	assert_int_equal(config.style_count, 0);
	client_config_release(&config);
}

static void
choices_mean_what_the_code_takes_them_for(void **state)
{
	struct client_config config;
	char cause[CAUSE_SIZE];

	if (!load(*state, "theme = light\nnotify.osc = 777\nhistory = 0\n",
		&config, cause))
		fail_msg("%s", cause);
	assert_int_equal(config.theme, STYLE_LIGHT);
	assert_int_equal(config.notify_osc, 2);
	assert_int_equal(config.history, 0);
	client_config_release(&config);
	assert_true(load(*state, "theme = none\n", &config, cause));
	assert_int_equal(config.theme, STYLE_COLOURLESS);
	client_config_release(&config);
}

static void
keys_and_looks_of_the_file_hold_when_applied(void **state)
{
	struct client_config config;
	char cause[CAUSE_SIZE];

	if (!load(*state,
		"theme = light\n"
		"[keys]\n"
		"M-a = help\n"
		"F1 = none\n"
		"C-PgUp = channel-10\n"
		"[theme]\n"
		"time = bold 208 on #000000\n",
		&config, cause))
		fail_msg("%s", cause);
	assert_int_equal(config.key_count, 3);
	assert_int_equal(keys_binding('a' | KEY_META)->action,
	    ACTION_WINDOW_ACTIVE);
	client_config_apply(&config);
	assert_int_equal(keys_binding('a' | KEY_META)->action, ACTION_HELP);
	assert_null(keys_binding(KEY_F(1)));
	assert_int_equal(keys_binding(KEY_PAGE_UP | KEY_CTRL)->number, 10);
	assert_int_equal(style_look(STYLE_TIME, 256).fg, 208);
	assert_int_equal(style_look(STYLE_TIME, 256).bg, 16);
	client_config_release(&config);

	client_config_init(&config);
	client_config_apply(&config);
	assert_int_equal(keys_binding(KEY_F(1))->action, ACTION_HELP);
	assert_int_not_equal(style_look(STYLE_TIME, 256).fg, 208);
	client_config_release(&config);
}

static void
one_key_can_be_set_from_the_command_line(void **state)
{
	struct client_config config;
	char cause[CAUSE_SIZE] = "";

	(void)state;
	client_config_init(&config);
	assert_true(option_assign(client_config_table(), &config,
	    "keys.F2=help", cause, sizeof(cause)));
	assert_true(option_assign(client_config_table(), &config,
	    "theme.time=red", cause, sizeof(cause)));
	assert_true(option_assign(client_config_table(), &config, "theme=none",
	    cause, sizeof(cause)));
	assert_int_equal(config.key_count, 1);
	assert_int_equal(config.keys[0].key, KEY_F(2));
	assert_int_equal(config.style_count, 1);
	client_config_release(&config);
}

static void
a_mistake_is_named_with_its_line_and_what_is_right(void **state)
{
	static const struct {
		const char *text;
		int line;
		const char *says;
	} rows[] = {
		{ "theme = drak\n", 1, "dark" },
		{ "histroy = 3\n", 1, "did you mean history?" },
		{ "history = -1\n", 1, "0" },
		{ "# x\n[keys]\nM-a = hepl\n", 3,
		    "keys.M-a: unknown action hepl; did you mean help?" },
		{ "[keys]\nM-Pgup2 = help\n", 2, "did you mean M-PgUp?" },
		{ "[keys]\nx = help\n", 2, "for typing" },
		{ "[keys]\nM-a = help\nM-a = help\n", 3, "second time" },
		{ "[keys]\nserver = unix:/x\n", 2, "keys.server: unknown key" },
		{ "[theme]\nmentoin = red\n", 2, "did you mean mention?" },
		{ "[theme]\n\ntime = rad\n", 3, "theme.time: “rad” is none" },
		{ "[theme]\ntime = red on\n", 2, "must follow" },
		{ "[themes]\ntime = red\n", 2, "unknown option themes.time" },
		{ "[keyes]\nF1 = help\n", 2, "unknown option keyes.F1" },
	};
	struct client_config config;
	char cause[CAUSE_SIZE], place[40];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (load(*state, rows[i].text, &config, cause))
			fail_msg("%s was taken", rows[i].text);
		snprintf(place, sizeof(place),
		    "hubbub.conf:%d: ", rows[i].line);
		if (strstr(cause, place) == NULL ||
		    strstr(cause, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].text, cause);
	}
}

#define IN_SCRATCH(test) \
	cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults_are_the_manual_s),
		IN_SCRATCH(choices_mean_what_the_code_takes_them_for),
		IN_SCRATCH(keys_and_looks_of_the_file_hold_when_applied),
		cmocka_unit_test(one_key_can_be_set_from_the_command_line),
		IN_SCRATCH(a_mistake_is_named_with_its_line_and_what_is_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

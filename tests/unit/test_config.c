/*
 * hubbubd's options: the names and defaults of the manual, what depends on who
 * runs it, and what is refused before anything starts.
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
#include <unistd.h>

#include "server/config.h"
#include "tests/unit/scratch.h"

struct setting {
	struct option_table *table;
	struct config config;
	char cause[1000];
};

static void
begin(struct setting *setting)
{
	setting->table = config_table_new();
	memset(&setting->config, 0, sizeof(setting->config));
	option_init(setting->table, &setting->config);
	setting->cause[0] = '\0';
}

static void
end(struct setting *setting)
{
	option_release(setting->table, &setting->config);
	config_table_free(setting->table);
}

static void
assign(struct setting *setting, const char *assignment)
{
	if (!option_assign(setting->table, &setting->config, assignment,
		setting->cause, sizeof(setting->cause)))
		fail_msg("%s: %s", assignment, setting->cause);
}

static bool
finish(struct setting *setting)
{
	return config_finish(&setting->config, setting->cause,
	    sizeof(setting->cause));
}

static bool
supported(struct setting *setting)
{
	return config_supported(&setting->config, setting->cause,
	    sizeof(setting->cause));
}

/* ------------------------------------------------------------ the table ---- */

static void
every_key_of_the_manual_is_there(void **state)
{
	static const char *const keys[] = { "server.listen",
		"server.unix_socket", "server.unix_mode", "server.data_dir",
		"server.workers", "server.machine_id", "server.name",
		"server.log_level", "server.log_format",
		"server.metrics_listen", "server.default_channels",
		"tls.listen", "tls.cert", "tls.key", "http.allowed_origins",
		"http.trusted_proxies", "auth.registration", "auth.unix",
		"auth.query_token", "auth.token_ttl", "auth.refresh_ttl",
		"store.url", "store.readers", "store.retention_days", "bus.url",
		"files.url", "files.types", "moderation.blocked_words",
		"moderation.new_user_hours", "moderation.new_user_links",
		"moderation.raid_joins_per_min", "previews.enabled",
		"previews.allow_private", "push.enabled", "push.allow_private",
		"limits.text_chars", "limits.silence_s" };
	struct setting setting;
	char name[80];
	size_t found = 0;
	size_t i;
	size_t j;

	(void)state;
	begin(&setting);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		for (j = 0; j < setting.table->count; j++) {
			snprintf(name, sizeof(name), "%s.%s",
			    setting.table->specs[j].section,
			    setting.table->specs[j].key);
			found += strcmp(name, keys[i]) == 0;
		}
		assert_int_equal(found, i + 1);
	}
	end(&setting);
}

static void
the_defaults_are_the_manual_s(void **state)
{
	struct setting setting;
	const struct config *config = &setting.config;

	(void)state;
	begin(&setting);
	assert_string_equal(config->server.listen, "127.0.0.1:7480");
	assert_int_equal(config->server.unix_mode, 0660);
	assert_int_equal(config->server.workers, 0);
	assert_string_equal(config->server.default_channels, "general");
	assert_int_equal(config->auth.registration, REGISTRATION_CLOSED);
	assert_true(config->auth.unix_peers);
	assert_true(config->auth.query_token);
	assert_int_equal(config->auth.token_ttl, 3600 * 1000);
	assert_true(config->auth.refresh_ttl == 30LL * 86400 * 1000);
	assert_string_equal(config->bus.url, "local");
	assert_false(config->previews.enabled);
	assert_false(config->push.enabled);
	assert_int_equal(config->limits.text_chars, 4000);
	end(&setting);
}

static void
choices_mean_what_the_code_takes_them_for(void **state)
{
	struct setting setting;

	(void)state;
	begin(&setting);
	assign(&setting, "auth.registration=invite");
	assert_int_equal(setting.config.auth.registration, REGISTRATION_INVITE);
	assign(&setting, "auth.registration=open");
	assert_int_equal(setting.config.auth.registration, REGISTRATION_OPEN);
	assign(&setting, "server.log_level=error");
	assert_int_equal(setting.config.server.log_level, LOG_LEVEL_ERROR);
	assign(&setting, "server.log_level=debug");
	assert_int_equal(setting.config.server.log_level, LOG_LEVEL_DEBUG);
	assign(&setting, "server.log_format=json");
	assert_int_equal(setting.config.server.log_format, 1);
	end(&setting);
}

static void
a_sample_can_be_read_back(void **state)
{
	struct setting setting;
	char path[SCRATCH_PATH];
	FILE *out;

	begin(&setting);
	assign(&setting, "server.listen=127.0.0.1:1234");
	out = fopen(scratch_path(*state, "conf", path), "we");
	assert_non_null(out);
	option_sample(setting.table, &setting.config, out);
	fclose(out);
	end(&setting);

	begin(&setting);
	if (!option_load(setting.table, &setting.config, path, setting.cause,
		sizeof(setting.cause)))
		fail_msg("%s", setting.cause);
	assert_string_equal(setting.config.server.listen, "127.0.0.1:1234");
	assert_true(finish(&setting));
	assert_true(supported(&setting));
	end(&setting);
}

/* -------------------------------------------------- where things are put ---- */

static void
files_lie_under_the_data_directory(void **state)
{
	struct setting setting;

	(void)state;
	begin(&setting);
	assign(&setting, "server.data_dir=/somewhere/else");
	assert_true(finish(&setting));
	assert_string_equal(setting.config.store.url,
	    "sqlite:/somewhere/else/hubbub.db");
	assert_string_equal(setting.config.files.url,
	    "file:/somewhere/else/files");
	assert_true(supported(&setting));
	end(&setting);
}

static void
an_empty_socket_path_is_none_and_no_default(void **state)
{
	struct setting setting;

	(void)state;
	begin(&setting);
	assign(&setting, "server.unix_socket=");
	assert_true(finish(&setting));
	assert_string_equal(setting.config.server.unix_socket, "");
	end(&setting);
}

static void
a_path_is_seen_from_where_we_started(void **state)
{
	struct setting setting;

	assert_int_equal(chdir(*state), 0);
	begin(&setting);
	assign(&setting, "server.data_dir=data");
	assign(&setting, "server.unix_socket=s.sock");
	assert_true(finish(&setting));
	assert_int_equal(setting.config.server.data_dir[0], '/');
	assert_non_null(strstr(setting.config.server.data_dir, "/data"));
	assert_int_equal(setting.config.server.unix_socket[0], '/');
	end(&setting);
	assert_int_equal(chdir("/"), 0);
}

static void
root_s_paths_are_the_system_s(void **state)
{
	struct setting setting;
	char *path;

	(void)state;
	if (geteuid() != 0)
		skip();
	begin(&setting);
	assert_true(finish(&setting));
	assert_string_equal(setting.config.server.data_dir, "/var/lib/hubbubd");
	assert_string_equal(setting.config.server.unix_socket,
	    "/run/hubbub/hubbub.sock");
	path = config_default_path();
	assert_string_equal(path, "/etc/hubbub/hubbubd.conf");
	free(path);
	end(&setting);
}

/* As somebody who is not root; back afterwards. */
static void
a_person_s_paths_follow_xdg(void **state)
{
	struct setting setting;
	char *path;
	bool root = geteuid() == 0;

	(void)state;
	setenv("HOME", "/home/nobody-at-all", 1);
	setenv("XDG_DATA_HOME", "relative/is/ignored", 1);
	unsetenv("XDG_CONFIG_HOME");
	setenv("XDG_RUNTIME_DIR", "/some/run", 1);
	if (root)
		assert_int_equal(seteuid(54321), 0);
	begin(&setting);
	assert_true(finish(&setting));
	assert_string_equal(setting.config.server.data_dir,
	    "/home/nobody-at-all/.local/share/hubbubd");
	assert_string_equal(setting.config.server.unix_socket,
	    "/some/run/hubbub/hubbub.sock");
	path = config_default_path();
	assert_string_equal(path,
	    "/home/nobody-at-all/.config/hubbub/hubbubd.conf");
	free(path);
	end(&setting);

	unsetenv("XDG_RUNTIME_DIR");
	setenv("XDG_DATA_HOME", "/some/data", 1);
	setenv("XDG_CONFIG_HOME", "/some/conf", 1);
	begin(&setting);
	assert_true(finish(&setting));
	assert_string_equal(setting.config.server.data_dir,
	    "/some/data/hubbubd");
	/* Nobody has logged in as this one. */
	if (root)
		assert_string_equal(setting.config.server.unix_socket,
		    "/some/data/hubbubd/hubbub.sock");
	path = config_default_path();
	assert_string_equal(path, "/some/conf/hubbub/hubbubd.conf");
	free(path);
	end(&setting);
	if (root)
		assert_int_equal(seteuid(0), 0);
}

/* ------------------------------------------------------------- refused ---- */

static void
what_cannot_work_is_refused_and_named(void **state)
{
	static const char *const bad[][4] = {
		{ "tls.cert", "tls.listen=127.0.0.1:7481" },
		{ "tls.key", "tls.listen=127.0.0.1:7481", "tls.cert=/c" },
		{ "tls.listen", "tls.cert=/c", "tls.key=/k" },
		{ "server.listen", "server.listen=127.0.0.1" },
		{ "server.listen", "server.listen=:80" },
		{ "server.listen", "server.listen=127.0.0.1:65536" },
		{ "server.listen", "server.listen=127.0.0.1:http" },
		{ "server.listen", "server.listen=127.0.0.1:1, 127.0.0.1" },
		{ "server.listen", "server.listen=::1:80" },
		{ "server.metrics_listen", "server.metrics_listen=9" },
		{ "limits.silence_s", "limits.silence_s=30" },
		{ "limits.page", "limits.page=201" },
		{ "server.default_channels", "server.default_channels=Lobby" },
		{ "nobody", "server.listen=", "server.unix_socket=" },
		{ "server.unix_socket",
		    "server.unix_socket=/0123456789012345678901234567890123456789"
		    "012345678901234567890123456789012345678901234567890123456789"
		    "0123456789" },
	};
	struct setting setting;
	size_t i;
	size_t j;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		begin(&setting);
		for (j = 1; j < 4 && bad[i][j]; j++)
			assign(&setting, bad[i][j]);
		if (finish(&setting))
			fail_msg("%s was taken", bad[i][1]);
		assert_non_null(strstr(setting.cause, bad[i][0]));
		end(&setting);
	}
}

static void
addresses_of_every_form_are_taken(void **state)
{
	static const char *const good[] = { "server.listen=0.0.0.0:0",
		"server.listen=[::1]:7480", "server.listen=localhost:80",
		"server.listen=127.0.0.1:1,[::]:65535, chat.example.org:443" };
	struct setting setting;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		begin(&setting);
		assign(&setting, good[i]);
		if (!finish(&setting))
			fail_msg("%s: %s", good[i], setting.cause);
		end(&setting);
	}
}

static void
what_is_not_built_is_refused_and_never_ignored(void **state)
{
	static const char *const later[] = { "server.metrics_listen=[::1]:9",
		"auth.registration=invite", "store.url=postgresql://h/d",
		"store.retention_days=30", "bus.url=nats://h:4222",
		"files.url=s3://bucket?region=x", "files.types=image/png",
		"moderation.blocked_words=/words",
		"moderation.new_user_hours=24", "moderation.new_user_links=no",
		"moderation.raid_joins_per_min=9", "previews.enabled=yes",
		"previews.allow_private=10.0.0.0/8", "push.enabled=yes",
		"push.allow_private=10.0.0.0/8" };
	struct setting setting;
	char name[60];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
		begin(&setting);
		assign(&setting, later[i]);
		assert_true(finish(&setting));
		assert_false(supported(&setting));
		snprintf(name, sizeof(name), "%.*s",
		    (int)strcspn(later[i], "="), later[i]);
		assert_non_null(strstr(setting.cause, name));
		end(&setting);
	}
	/* All of them at once are all named. */
	begin(&setting);
	assign(&setting, "push.enabled=yes");
	assign(&setting, "previews.enabled=yes");
	assert_true(finish(&setting));
	assert_false(supported(&setting));
	assert_non_null(strstr(setting.cause, "push.enabled"));
	assert_non_null(strstr(setting.cause, "previews.enabled"));
	end(&setting);
}

#define IN_SCRATCH(test) \
	cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_of_the_manual_is_there),
		cmocka_unit_test(the_defaults_are_the_manual_s),
		cmocka_unit_test(choices_mean_what_the_code_takes_them_for),
		IN_SCRATCH(a_sample_can_be_read_back),
		cmocka_unit_test(files_lie_under_the_data_directory),
		cmocka_unit_test(an_empty_socket_path_is_none_and_no_default),
		IN_SCRATCH(a_path_is_seen_from_where_we_started),
		cmocka_unit_test(root_s_paths_are_the_system_s),
		cmocka_unit_test(a_person_s_paths_follow_xdg),
		cmocka_unit_test(what_cannot_work_is_refused_and_named),
		cmocka_unit_test(addresses_of_every_form_are_taken),
		cmocka_unit_test(
		    what_is_not_built_is_refused_and_never_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

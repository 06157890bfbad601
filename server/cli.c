/*
 * From the command line to a configuration, and the verbs that need nothing but
 * one: run and check. Touches no store.
 */
#include "server/cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "server/run.h"
#include "shared/log.h"
#include "shared/xmalloc.h"

int
cli_fail(int status, const char *format, ...)
{
	va_list args;

	fputs("hubbubd: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return status;
}

char *
cli_file(const struct cli *cli)
{
	char *path;

	if (cli->file)
		return xstrdup(cli->file);
	path = config_default_path();
	if (access(path, F_OK) == 0)
		return path;
	free(path);
	return NULL;
}

/* The file where there is one, then what the flags say. */
static bool
config_read(const struct cli *cli, const char *file, struct config *config,
    char *cause, size_t cause_size)
{
	size_t i;

	if (file && !option_load(cli->table, config, file, cause, cause_size))
		return false;
	for (i = 0; i < cli->assignment_count; i++) {
		if (!option_assign(cli->table, config, cli->assignments[i],
			cause, cause_size))
			return false;
	}
	return true;
}

bool
cli_config(const struct cli *cli, struct config *config, char *cause,
    size_t cause_size)
{
	char *file = cli_file(cli);
	bool ok;

	memset(config, 0, sizeof(*config));
	option_init(cli->table, config);
	ok = config_read(cli, file, config, cause, cause_size) &&
	    config_finish(config, cause, cause_size) &&
	    config_supported(config, cause, cause_size);
	if (!ok)
		option_release(cli->table, config);
	free(file);
	return ok;
}

int
cli_configure(const struct cli *cli, struct config *config)
{
	char cause[CLI_CAUSE];

	if (cli_config(cli, config, cause, sizeof(cause)))
		return EX_OK;
	return cli_fail(EX_CONFIG, "%s", cause);
}

/* ----------------------------------------------------------------- run ---- */

static bool
run_reload(void *arg, struct config *fresh, char *cause, size_t cause_size)
{
	return cli_config(arg, fresh, cause, cause_size);
}

/* Where things lie follows from who runs it: the log says it. */
static void
run_log(const struct cli *cli, const struct config *config)
{
	char *file = cli_file(cli);
	char name[600];
	char data[600];
	char sock[600];

	log_info("configured", "file=%s data_dir=%s unix_socket=%s",
	    log_value(file ? file : "", name, sizeof(name)),
	    log_value(config->server.data_dir, data, sizeof(data)),
	    log_value(config->server.unix_socket, sock, sizeof(sock)));
	free(file);
}

/* Keys, tokens and people's words are in our memory and shall not be left in a
 * file. The hard limit stays: prlimit(1) allows it for who has to look. */
static void
run_forbid_cores(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit) == 0) {
		limit.rlim_cur = 0;
		setrlimit(RLIMIT_CORE, &limit);
	}
}

int
cli_run(const struct cli *cli, int argc, char **argv)
{
	struct config config;
	char cause[CLI_CAUSE] = "";
	int status;

	if (argc > 1)
		return cli_fail(EX_USAGE, "run: what is \"%s\"?", argv[1]);
	status = cli_configure(cli, &config);
	if (status != EX_OK)
		return status;
	log_configure((enum log_level)config.server.log_level,
	    config.server.log_format == 1);
	run_log(cli, &config);
	run_forbid_cores();
	status = server_run(&config, cli->table, run_reload,
	    (void *)(uintptr_t)cli, cause, sizeof(cause));
	if (status != EX_OK && cause[0])
		cli_fail(status, "%s", cause);
	option_release(cli->table, &config);
	return status;
}

/* --------------------------------------------------------------- check ---- */

/* Prints a finding where `ok` is false; gives `ok` back. */
static bool
check_say(bool ok, const char *cause)
{
	if (!ok)
		printf("%s\n", cause);
	return ok;
}

int
cli_check(const struct cli *cli, int argc, char **argv)
{
	char cause[CLI_CAUSE] = "";
	struct config config;
	char *file;
	bool ok;
	size_t i;

	if (argc > 1)
		return cli_fail(EX_USAGE, "check: what is \"%s\"?", argv[1]);
	memset(&config, 0, sizeof(config));
	option_init(cli->table, &config);
	file = cli_file(cli);
	ok = !file ||
	    check_say(option_load(cli->table, &config, file, cause,
			  sizeof(cause)),
		cause);
	/* All that is wrong, not the first of it. */
	for (i = 0; i < cli->assignment_count; i++)
		ok = check_say(option_assign(cli->table, &config,
				   cli->assignments[i], cause, sizeof(cause)),
			 cause) &&
		    ok;
	if (check_say(config_finish(&config, cause, sizeof(cause)), cause))
		ok = check_say(config_supported(&config, cause, sizeof(cause)),
			 cause) &&
		    ok;
	else
		ok = false;
	if (ok)
		printf("%s: ok\n", file ? file : "defaults");
	free(file);
	option_release(cli->table, &config);
	return ok ? EX_OK : EX_CONFIG;
}

/*
 * `hubbubd init`: a configuration, the secrets and an empty store, so that the
 * first start finds everything and whoever runs it knows where it lies. Never
 * overwrites a configuration; keeps secrets and store that are there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "server/cli.h"
#include "server/datadir.h"
#include "server/db.h"
#include "server/jwt.h"
#include "server/secret.h"
#include "shared/xmalloc.h"

/* The directories above a file. */
static bool
make_parents(const char *path)
{
	char *dir = xstrdup(path);
	char *slash;
	bool ok = true;

	for (slash = strchr(dir + 1, '/'); ok && slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		ok = mkdir(dir, 0755) == 0 || errno == EEXIST;
		*slash = '/';
	}
	free(dir);
	return ok;
}

/* What was given by flags stands in it, the rest as comments. */
static bool
write_sample(const struct cli *cli, const struct config *config,
    const char *path)
{
	FILE *out;
	bool ok;
	int fd;

	if (!make_parents(path))
		return false;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	out = fdopen(fd, "w");
	if (!out) {
		close(fd);
		return false;
	}
	fputs(
	    "# hubbubd's configuration; hubbubd.conf(5) explains it. What is\n"
	    "# commented out shows the default.\n",
	    out);
	option_sample(cli->table, config, out);
	ok = fflush(out) == 0 && fsync(fd) == 0;
	if (fclose(out) != 0)
		ok = false;
	if (!ok)
		unlink(path);
	return ok;
}

static bool
make_store(const struct config *config, char *cause, size_t cause_size)
{
	struct db *db;
	bool ok;

	db = db_open(config->store.url, DB_WRITER,
	    (uint32_t)config->server.machine_id, cause, cause_size);
	ok = db && db_migrate(db, cause, cause_size);
	db_close(db);
	return ok;
}

/* Directory, secrets and store. */
static int
make_data(const struct config *config)
{
	const char *dir = config->server.data_dir;
	unsigned char key[JWT_KEY_SIZE];
	char cause[CLI_CAUSE];
	int status = EX_OK;
	int lock;

	if (!datadir_prepare(dir, cause, sizeof(cause)))
		return cli_fail(EX_CANTCREAT, "%s", cause);
	lock = datadir_lock(dir, cause, sizeof(cause));
	if (lock < 0)
		return cli_fail(EX_TEMPFAIL, "%s", cause);
	if (!secret_file(dir, "jwt.key", key, sizeof(key), cause,
		sizeof(cause)) ||
	    !make_store(config, cause, sizeof(cause)))
		status = cli_fail(EX_CANTCREAT, "%s", cause);
	secret_wipe(key, sizeof(key));
	close(lock);
	return status;
}

static void
say_next(const struct config *config, const char *path, bool is_default)
{
	printf("configuration  %s\n", path);
	printf("secrets        %s/jwt.key\n", config->server.data_dir);
	printf("store          %s\n", config->store.url);
	printf("\nNext:\n");
	printf("  hubbubd%s%s user add NAME --admin   an account that may do "
	       "everything\n",
	    is_default ? "" : " -f ", is_default ? "" : path);
	printf("  hubbubd%s%s                         serve\n",
	    is_default ? "" : " -f ", is_default ? "" : path);
}

/* From flags alone: the file is yet to be. */
static int
init_config(const struct cli *cli, struct config *sample, struct config *config)
{
	struct cli flags = *cli;
	char cause[CLI_CAUSE] = "";
	size_t i;

	memset(sample, 0, sizeof(*sample));
	memset(config, 0, sizeof(*config));
	option_init(cli->table, sample);
	for (i = 0; i < flags.assignment_count; i++) {
		if (!option_assign(cli->table, sample, flags.assignments[i],
			cause, sizeof(cause)))
			return cli_fail(EX_CONFIG, "%s", cause);
	}
	option_copy(cli->table, config, sample, false);
	if (!config_finish(config, cause, sizeof(cause)) ||
	    !config_supported(config, cause, sizeof(cause)))
		return cli_fail(EX_CONFIG, "%s", cause);
	return EX_OK;
}

int
cli_init(const struct cli *cli, int argc, char **argv)
{
	char *usual = config_default_path();
	const char *path = cli->file ? cli->file : usual;
	struct config sample;
	struct config config;
	int status;

	if (argc > 1) {
		free(usual);
		return cli_fail(EX_USAGE, "init: what is \"%s\"?", argv[1]);
	}
	status = init_config(cli, &sample, &config);
	if (status != EX_OK)
		goto out;
	if (access(path, F_OK) == 0) {
		status = cli_fail(EX_CANTCREAT,
		    "%s is there already and is not overwritten", path);
		goto out;
	}
	status = make_data(&config);
	if (status != EX_OK)
		goto out;
	if (write_sample(cli, &sample, path))
		say_next(&config, path, path == usual);
	else
		status = cli_fail(EX_CANTCREAT, "%s: %s", path,
		    strerror(errno));
out:
	option_release(cli->table, &sample);
	option_release(cli->table, &config);
	free(usual);
	return status;
}

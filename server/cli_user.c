/*
 * `hubbubd user` and `hubbubd bot`: accounts, from beside a running server or
 * without one. The work is account.c's; here are a connection, one transaction
 * and the words for what came of it. The mailbox tells a running server.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "server/account.h"
#include "server/call.h"
#include "server/cli.h"
#include "server/cli_password.h"
#include "server/datadir.h"
#include "server/db.h"
#include "server/mailbox.h"
#include "server/secret.h"
#include "server/server.h"
#include "shared/buf.h"
#include "shared/utf8.h"
#include "shared/xmalloc.h"

#define STARTING_TRIES 50 /* for a server that is just making its store */
#define STARTING_STEP_NS 100000000L

/* One verb's work on the store. */
struct desk {
	struct config config;
	struct server server;
	struct db *db;
	struct call *call;

	/* what is asked for */
	char **names;
	size_t name_count;
	enum role role;
	int64_t uid; /* of the login with that name */
	bool disabled;
	char hash[SECRET_PASSWORD_SIZE];

	/* bots' tokens, one a name */
	char (*tokens)[SECRET_TOKEN_SIZE];
};

/* ------------------------------------------------------------ the desk ---- */

/*
 * Who has the directory's lock may migrate. Where a server has it, the store is
 * that server's to migrate: it has done so, or is about to, or is of another
 * version than this program.
 */
static bool
desk_migrate(struct desk *desk, char *cause, size_t cause_size)
{
	const struct timespec step = { .tv_nsec = STARTING_STEP_NS };
	int lock;
	int i;
	bool ok;

	for (i = 0; i < STARTING_TRIES; i++) {
		lock = datadir_try_lock(desk->config.server.data_dir);
		if (lock >= 0 || db_migrated(desk->db)) {
			ok = db_migrate(desk->db, cause, cause_size);
			if (lock >= 0)
				close(lock);
			return ok;
		}
		nanosleep(&step, NULL);
	}
	snprintf(cause, cause_size,
	    "the hubbubd that is running on %s is of another version",
	    desk->config.server.data_dir);
	return false;
}

/* Returns an exit status; the desk is to be closed either way. */
static int
desk_open(struct desk *desk, const struct cli *cli)
{
	char cause[CLI_CAUSE];
	int status = cli_configure(cli, &desk->config);

	if (status != EX_OK)
		return status;
	if (!datadir_prepare(desk->config.server.data_dir, cause,
		sizeof(cause)))
		return cli_fail(EX_CANTCREAT, "%s", cause);
	desk->db = db_open(desk->config.store.url, DB_WRITER,
	    (uint32_t)desk->config.server.machine_id, cause, sizeof(cause));
	if (!desk->db || !desk_migrate(desk, cause, sizeof(cause)))
		return cli_fail(EX_UNAVAILABLE, "%s", cause);
	atomic_init(&desk->server.config, &desk->config);
	desk->call = call_new(&desk->server, DOOR_REST);
	return EX_OK;
}

static void
desk_close(struct desk *desk, const struct cli *cli)
{
	call_free(desk->call);
	db_close(desk->db);
	option_release(cli->table, &desk->config);
	secret_wipe(desk->hash, sizeof(desk->hash));
	if (desk->tokens)
		secret_wipe(desk->tokens,
		    desk->name_count * sizeof(desk->tokens[0]));
	free(desk->tokens);
}

static int
status_of(enum error error)
{
	switch (error) {
	case ERR_NONE:
		return EX_OK;
	case ERR_NOT_FOUND:
		return EX_NOUSER;
	case ERR_CONFLICT:
		return EX_CANTCREAT;
	case ERR_UNAVAILABLE:
		return EX_TEMPFAIL;
	case ERR_INTERNAL:
		return EX_SOFTWARE;
	default:
		return EX_DATAERR;
	}
}

/* Runs `work` in one transaction together with what a running server is told.
 * Returns an exit status. */
static int
desk_do(struct desk *desk, enum error (*work)(struct desk *desk))
{
	struct db *db = desk->db;
	enum error error = ERR_NONE;

	db_job_begin(db);
	if (db_begin(db)) {
		error = work(desk);
		if (error == ERR_NONE)
			mailbox_post(db, desk->call);
		if (error == ERR_NONE && db_error(db) == ERR_NONE)
			db_commit(db);
		else
			db_rollback(db);
	}
	db_job_end(db);
	if (db_error(db) != ERR_NONE)
		return cli_fail(status_of(db_error(db)), "%s",
		    error_info(db_error(db))->text);
	if (error != ERR_NONE)
		return cli_fail(status_of(error), "%s",
		    desk->call->message[0] ? desk->call->message
					   : error_info(error)->text);
	return EX_OK;
}

/* The account of the only name. */
static enum error
desk_find(struct desk *desk, int64_t *user_id)
{
	*user_id = account_find(desk->db, desk->names[0]);
	if (*user_id)
		return ERR_NONE;
	return call_fail(desk->call, ERR_NOT_FOUND, "there is no %s",
	    desk->names[0]);
}

/* ------------------------------------------------------------ the work ---- */

static enum error
work_add(struct desk *desk)
{
	int64_t user_id;

	return account_create(desk->db, desk->call, desk->names[0], NULL,
	    desk->role, desk->hash, desk->uid, &user_id);
}

static enum error
work_passwd(struct desk *desk)
{
	int64_t user_id;
	enum error error = desk_find(desk, &user_id);

	if (error != ERR_NONE)
		return error;
	return account_set_password(desk->db, desk->call, user_id, desk->hash,
	    0);
}

static enum error
work_role(struct desk *desk)
{
	int64_t user_id;
	enum error error = desk_find(desk, &user_id);

	if (error != ERR_NONE)
		return error;
	return account_set_role(desk->db, desk->call, user_id, desk->role);
}

static enum error
work_disabled(struct desk *desk)
{
	int64_t user_id;
	enum error error = desk_find(desk, &user_id);

	if (error != ERR_NONE)
		return error;
	return account_set_disabled(desk->db, desk->call, user_id,
	    desk->disabled);
}

static void
print_row(const struct account_row *row, void *arg)
{
	struct buf name = BUF_INIT;

	(void)arg;
	if (row->display_name)
		utf8_clean(&name, row->display_name, strlen(row->display_name),
		    UTF8_CLEAN_PLAIN);
	printf("%-32s %-5s %s%s%s\n", row->username, row->role,
	    row->disabled ? "disabled" : "active", name.len ? "\t" : "",
	    name.len ? name.data : "");
	buf_release(&name);
}

static enum error
work_list(struct desk *desk)
{
	account_list(desk->db, print_row, NULL);
	return ERR_NONE;
}

static enum error
work_bots(struct desk *desk)
{
	enum error error = ERR_NONE;
	int64_t user_id;
	size_t i;

	for (i = 0; i < desk->name_count && error == ERR_NONE; i++) {
		error = account_create(desk->db, desk->call, desk->names[i],
		    NULL, ROLE_BOT, NULL, ACCOUNT_NO_UID, &user_id);
		if (error == ERR_NONE)
			error = account_bot_token(desk->db, desk->call, user_id,
			    desk->tokens[i]);
	}
	return error;
}

/* ----------------------------------------------------------- the verbs ---- */

static int
name_check(const char *name)
{
	if (username_valid(name))
		return EX_OK;
	return cli_fail(EX_DATAERR,
	    "a name has 1 to 32 of a-z 0-9 . _ - and begins with a letter or "
	    "a digit");
}

/* Each takes the arguments behind NAME; the desk is open where `work` says so
 * in the table. */
static int
args_none(struct desk *desk, int argc, char **argv)
{
	(void)desk;
	(void)argv;
	return argc == 0 ? EX_OK : EX_USAGE;
}

static int
args_add(struct desk *desk, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--admin") != 0)
			return EX_USAGE;
		desk->role = ROLE_ADMIN;
	}
	/* Here, as it may take its time, and not in a transaction. */
	desk->uid = account_login_uid(desk->names[0]);
	return name_check(desk->names[0]);
}

static int
args_role(struct desk *desk, int argc, char **argv)
{
	if (argc != 1)
		return EX_USAGE;
	/* A bot is made as one: it has a token and no password. */
	if (!role_parse(argv[0], &desk->role) || desk->role == ROLE_BOT)
		return cli_fail(EX_DATAERR, "a role is user or admin, not %s",
		    argv[0]);
	return EX_OK;
}

static int
args_disable(struct desk *desk, int argc, char **argv)
{
	desk->disabled = true;
	return args_none(desk, argc, argv);
}

static const struct user_verb {
	const char *name;
	const char *usage;
	bool takes_name, takes_password;
	int (*args)(struct desk *desk, int argc, char **argv);
	enum error (*work)(struct desk *desk);
} user_verbs[] = {
	{ "add", "add NAME [--admin]", true, true, args_add, work_add },
	{ "passwd", "passwd NAME", true, true, args_none, work_passwd },
	{ "role", "role NAME user|admin", true, false, args_role, work_role },
	{ "disable", "disable NAME", true, false, args_disable, work_disabled },
	{ "enable", "enable NAME", true, false, args_none, work_disabled },
	{ "list", "list", false, false, args_none, work_list },
};

#define USER_VERBS (sizeof(user_verbs) / sizeof(user_verbs[0]))

static int
user_usage(void)
{
	size_t i;

	for (i = 0; i < USER_VERBS; i++)
		fprintf(stderr, "%s hubbubd user %s\n",
		    i ? "      " : "usage:", user_verbs[i].usage);
	return EX_USAGE;
}

/* --admin may stand before the name as well. */
static void
options_last(int argc, char **argv)
{
	char *option;

	if (argc > 1 && strncmp(argv[0], "--", 2) == 0) {
		option = argv[0];
		memmove(argv, argv + 1, (size_t)(argc - 1) * sizeof(*argv));
		argv[argc - 1] = option;
	}
}

static int
user_do(const struct user_verb *verb, const struct cli *cli, int argc,
    char **argv)
{
	struct desk desk;
	int status;

	memset(&desk, 0, sizeof(desk));
	if (verb->takes_name) {
		options_last(argc, argv);
		if (argc < 1 || argv[0][0] == '-')
			return user_usage();
		desk.names = argv++;
		desk.name_count = 1;
		argc--;
	}
	status = verb->args(&desk, argc, argv);
	if (status == EX_USAGE)
		return user_usage();
	if (status == EX_OK)
		status = desk_open(&desk, cli);
	/* Nothing is open in the store while somebody types. */
	if (status == EX_OK && verb->takes_password)
		status = cli_password(desk.names[0], desk.hash);
	if (status == EX_OK)
		status = desk_do(&desk, verb->work);
	desk_close(&desk, cli);
	return status;
}

int
cli_user(const struct cli *cli, int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < USER_VERBS; i++) {
		if (strcmp(argv[1], user_verbs[i].name) == 0)
			return user_do(&user_verbs[i], cli, argc - 2, argv + 2);
	}
	return user_usage();
}

int
cli_bot(const struct cli *cli, int argc, char **argv)
{
	struct desk desk;
	int status = EX_OK;
	size_t i;

	if (argc < 3 || strcmp(argv[1], "add") != 0 || argv[2][0] == '-') {
		fputs("usage: hubbubd bot add NAME...\n", stderr);
		return EX_USAGE;
	}
	memset(&desk, 0, sizeof(desk));
	desk.names = argv + 2;
	desk.name_count = (size_t)argc - 2;
	desk.tokens = xcalloc(desk.name_count, sizeof(desk.tokens[0]));
	for (i = 0; i < desk.name_count && status == EX_OK; i++)
		status = name_check(desk.names[i]);
	if (status == EX_OK)
		status = desk_open(&desk, cli);
	if (status == EX_OK)
		status = desk_do(&desk, work_bots);
	for (i = 0; i < desk.name_count && status == EX_OK; i++)
		printf("%s\n", desk.tokens[i]);
	desk_close(&desk, cli);
	return status;
}

/*
 * hubbubd: reads the command line and hands it to a verb. What every verb needs
 * before it runs is started here; what happens then is theirs.
 */
#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "server/cli.h"
#include "server/secret.h"
#include "shared/xmalloc.h"

static const struct verb {
	const char *name;
	int (*run)(const struct cli *cli, int argc, char **argv);
	const char *args;
	const char *help;
} verbs[] = {
	{ "run", cli_run, "",
	    "serve in the foreground, log to stderr (default)" },
	{ "init", cli_init, "",
	    "write a configuration, secrets, an empty store" },
	{ "check", cli_check, "", "look for mistakes in the configuration" },
	{ "user", cli_user, "add NAME [--admin]",
	    "make an account; the password is read, not given" },
	{ "user", cli_user, "passwd NAME", "set a password, end the sessions" },
	{ "user", cli_user, "role NAME ROLE", "make somebody user or admin" },
	{ "user", cli_user, "disable NAME",
	    "lock somebody out, and: enable NAME" },
	{ "user", cli_user, "list", "list the accounts" },
	{ "bot", cli_bot, "add NAME...", "make bots, print each one's token" },
	{ "ops", cli_ops, "[--openapi]",
	    "list the operations, or print the contract" },
};

/* Named in the manual of a later version: said to be missing, not unknown. */
static const char *const absent[] = { "doctor", "backup", "restore", "export",
	"erase" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char usage[] =
    "usage: hubbubd [-f FILE] [-o SECTION.KEY=VALUE]... [VERB [ARGUMENT]...]\n";

static void
help_print(const struct option_table *table)
{
	char left[40];
	size_t i;

	fputs(usage, stdout);
	fputs("\n"
	      "  -f, --file=FILE                 read this configuration\n"
	      "  -o, --option=SECTION.KEY=VALUE  set an option, over the file\n"
	      "  -h, --help                      print this and end\n"
	      "  -V, --version                   print the version and end\n"
	      "\nVerbs:\n",
	    stdout);
	for (i = 0; i < COUNT(verbs); i++) {
		snprintf(left, sizeof(left), "%s %s", verbs[i].name,
		    verbs[i].args);
		printf("  %-24s  %s\n", left, verbs[i].help);
	}
	fputs("\nOptions of the configuration (section.key):\n", stdout);
	option_help(table, stdout);
	fputs("\nSee hubbubd(8), hubbubd.conf(5), hubbub-protocol(7).\n",
	    stdout);
}

/* From flags to *cli. Returns -1 to go on, else the exit status. */
static int
flags_read(struct cli *cli, int argc, char **argv)
{
	static const struct option flags[] = {
		{ "file", required_argument, NULL, 'f' },
		{ "option", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int flag;

	/* +: what stands behind a verb is the verb's. */
	while ((flag = getopt_long(argc, argv, "+f:o:hV", flags, NULL)) != -1) {
		switch (flag) {
		case 'f':
			cli->file = optarg;
			break;
		case 'o':
			cli->assignments[cli->assignment_count++] = optarg;
			break;
		case 'h':
			help_print(cli->table);
			return EX_OK;
		case 'V':
			puts("hubbubd " HUBBUB_VERSION);
			return EX_OK;
		default:
			fputs(usage, stderr);
			return EX_USAGE;
		}
	}
	return -1;
}

static int
verb_run(const struct cli *cli, int argc, char **argv)
{
	char run[] = "run";
	char *alone[] = { run, NULL };
	size_t i;

	if (argc == 0)
		return cli_run(cli, 1, alone);
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		help_print(cli->table);
		return EX_OK;
	}
	for (i = 0; i < COUNT(verbs); i++) {
		if (strcmp(argv[0], verbs[i].name) == 0)
			return verbs[i].run(cli, argc, argv);
	}
	for (i = 0; i < COUNT(absent); i++) {
		if (strcmp(argv[0], absent[i]) == 0)
			return cli_fail(EX_USAGE,
			    "%s is not there yet in this version", argv[0]);
	}
	cli_fail(EX_USAGE, "there is no verb \"%s\"; --help lists them",
	    argv[0]);
	return EX_USAGE;
}

int
main(int argc, char **argv)
{
	struct option_table *table;
	struct cli cli;
	int status;

	/* It trusts files and an environment that would be somebody else's. */
	if (geteuid() != getuid() || getegid() != getgid())
		return cli_fail(EX_NOPERM, "refuses to run setuid or setgid");
	/* Under a limit on file sizes a write shall fail and not end us. */
	signal(SIGXFSZ, SIG_IGN);
	if (!secret_init())
		return cli_fail(EX_SOFTWARE, "libsodium cannot start");
	json_object_seed(0);

	memset(&cli, 0, sizeof(cli));
	table = config_table_new();
	cli.table = table;
	cli.assignments = xcalloc((size_t)argc + 1, sizeof(*cli.assignments));
	status = flags_read(&cli, argc, argv);
	if (status < 0)
		status = verb_run(&cli, argc - optind, argv + optind);
	/* A full disk or a closed pipe behind stdout is not success. */
	if (fflush(stdout) != 0 && status == EX_OK)
		status = cli_fail(EX_IOERR, "cannot write the output");
	free(cli.assignments);
	config_table_free(table);
	return status;
}

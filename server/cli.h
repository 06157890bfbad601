/*
 * What the verbs of the command line share: where the configuration comes from,
 * and the verbs themselves. Each returns an exit status (sysexits.h) and has said
 * on stderr what went wrong.
 */
#ifndef SERVER_CLI_H
#define SERVER_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "server/config.h"
#include "shared/option.h"

#define CLI_CAUSE 1024

/* The command line as it was given; lives as long as main. */
struct cli {
	const char *file;	  /* -f; NULL: the default, where it is there */
	const char **assignments; /* -o, in order */
	size_t assignment_count;
	const struct option_table *table;
};

/* Reads file and flags into *config (uninitialised) and finishes it. False with a
 * sentence in `cause` and *config released. */
bool cli_config(const struct cli *cli, struct config *config, char *cause,
    size_t cause_size);

/* The same for a verb: says what is wrong. The status is EX_CONFIG then, else
 * EX_OK; *config is the caller's to release with the table. */
int cli_configure(const struct cli *cli, struct config *config);

/* The file that is read: -f, the default where it is there, or NULL. The caller
 * frees it. */
char *cli_file(const struct cli *cli);

/* "hubbubd: …" and a newline on stderr; returns `status`. */
int cli_fail(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The verbs. argv[0] is the verb's name. */
int cli_run(const struct cli *cli, int argc, char **argv);
int cli_init(const struct cli *cli, int argc, char **argv);
int cli_check(const struct cli *cli, int argc, char **argv);
int cli_user(const struct cli *cli, int argc, char **argv);
int cli_bot(const struct cli *cli, int argc, char **argv);
int cli_ops(const struct cli *cli, int argc, char **argv);

#endif

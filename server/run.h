/*
 * The running server: builds struct server from a configuration, starts store,
 * bus and workers, obeys signals, and takes all of it down in order. It serves
 * no connection itself.
 *
 *	SIGHUP			reload: limits, log level, certificates …
 *	SIGTERM, SIGINT		drain and end; the second one ends at once
 */
#ifndef SERVER_RUN_H
#define SERVER_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "server/config.h"
#include "shared/option.h"

/*
 * Serves until told to end. `config` is finished (config_finish) and lives as
 * long as the call; `table` is its table. Returns the exit status: EX_OK after
 * an orderly end; where the start failed, another of sysexits.h with a sentence
 * in `cause` that has not been printed yet.
 *
 * `reload` is called on the main thread at SIGHUP: it fills *fresh (all zero)
 * as at start, file and flags and config_finish, or returns false with a
 * sentence in `cause` and *fresh released. What it filled is released here. Rows
 * without `reload` keep their value until the next start.
 */
int server_run(const struct config *config, const struct option_table *table,
    bool (*reload)(void *arg, struct config *fresh, char *cause,
	size_t cause_size),
    void *arg, char *cause, size_t cause_size);

#endif

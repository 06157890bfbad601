/*
 * SIGHUP: a new configuration takes the place of the old one where that can be
 * done, certificates are read anew, and the log says what changed. Main thread.
 */
#ifndef SERVER_RUN_RELOAD_H
#define SERVER_RUN_RELOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "server/config.h"
#include "server/server.h"
#include "server/tls.h"

/* A configuration that is or was in force: somebody may still read it. */
struct run_config {
	struct run_config *next;
	struct config config;
};

struct run_reload {
	struct server *server;
	struct tls *tls; /* NULL: none */
	const struct option_table *table;
	bool (*load)(void *arg, struct config *fresh, char *cause,
	    size_t cause_size);
	void *arg;
	struct run_config *made; /* by reloads */
};

void run_reload_init(struct run_reload *reload, struct server *server,
    const struct option_table *table,
    bool (
	*load)(void *arg, struct config *fresh, char *cause, size_t cause_size),
    void *arg);

/* Frees every configuration that it made. Nobody reads them any more. */
void run_reload_release(struct run_reload *reload);

/* Loads and takes over; what is no good changes nothing and is logged. */
void run_reload_now(struct run_reload *reload);

#endif

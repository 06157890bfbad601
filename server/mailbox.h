/*
 * How the command line tells a running server what it changed in the store: the
 * events of its calls are put into a table in the same transaction, and the
 * server's writer publishes and removes them when it sees that somebody else has
 * committed.
 */
#ifndef SERVER_MAILBOX_H
#define SERVER_MAILBOX_H

#include "server/call.h"
#include "server/db.h"

struct server;

/* Stores the events of a call that ran outside the server. */
void mailbox_post(struct db *db, struct call *call);

/* Has the writer publish what lies there. Any thread; from store_config's
 * on_foreign, and once at start. */
void mailbox_collect(const struct server *server);

#endif

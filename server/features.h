/*
 * The features as a whole: what they need before the first call.
 */
#ifndef SERVER_FEATURES_H
#define SERVER_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

struct server;

/* Reads what the features keep in the store (the epoch is made where there is
 * none). After store_open, before the first call; waits for the store. False with
 * a sentence in `cause`. Main thread. */
bool features_start(struct server *server, char *cause, size_t cause_size);

/* Sends what they hold back to the store; after the workers have ended, before
 * store_close. Main thread. */
void features_stop(struct server *server);

/* Frees what they keep; after store_close. */
void features_free(struct server *server);

#endif

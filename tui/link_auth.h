/*
 * The token that a connection goes by: HUBBUB_TOKEN, else the token file's, and
 * its renewal. Owns no connection.
 */
#ifndef TUI_LINK_AUTH_H
#define TUI_LINK_AUTH_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>

struct auth;
struct rest;

enum auth_result {
	AUTH_OK,    /* there is a fresh token */
	AUTH_LATER, /* the server could not be asked */
	AUTH_NO,    /* the session is over: log in again */
};

/* Looks for the token of a server and user (NULL: the last that logged in). NULL
 * with a sentence in `cause` only where the token file is no good; without a
 * token auth_token() is NULL. */
struct auth *auth_new(struct event_base *base, const char *server,
    const char *user, char *cause, size_t cause_size);
void auth_free(struct auth *auth);

/* Borrowed until the next renewal; NULL: none. */
const char *auth_token(const struct auth *auth);

/* Whose token it is; NULL where that is not known. */
const char *auth_user(const struct auth *auth);

bool auth_can_renew(const struct auth *auth);

/* Gets a new token by the refresh token and stores it; what another program
 * stored meanwhile is taken instead. `done` is called once, from the event loop.
 * Several may wait for one renewal. */
void auth_renew(struct auth *auth, struct rest *rest,
    void (*done)(void *arg, enum auth_result result), void *arg);

#endif

/*
 * REST requests over a few connections of their own, kept alive between requests
 * (RFC 9112 section 9.3). A request waits its turn, waits out a rate limit and
 * renews an expired token by itself. Knows no feature: paths and bodies are the
 * caller's.
 */
#ifndef TUI_LINK_REST_H
#define TUI_LINK_REST_H

#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "shared/url.h"

struct auth;
struct dialer;
struct rest;

struct rest_answer {
	int status;	    /* HTTP; 0: no answer came */
	const json_t *body; /* an object, NULL where there was none; borrowed */
	const char *code;   /* of an error: "not_found"; "" for a success */
	const char *message; /* a sentence, clean for a terminal */
	bool foreign;	     /* what answers is no hubbub server */
	bool untrusted;	     /* its certificate is not good */
};

enum rest_flag {
	REST_ANONYMOUS = 1, /* without the token */
	REST_ONCE = 2,	    /* a rate limit is an answer too */
};

/* All is borrowed. `auth` may be NULL: every request is anonymous. */
struct rest *rest_new(struct event_base *base, struct dialer *dialer,
    const struct url *url, struct auth *auth);

/* Ends all: `done` of what is unanswered is told that no answer came, so that it
 * can let go of its argument. It must not ask again. */
void rest_free(struct rest *rest);

/* Queues a request. `path` as it goes on the wire; `body` (may be NULL) is
 * taken over; `flags` of enum rest_flag. `done` (may be NULL) is called once,
 * from the event loop. */
void rest_call(struct rest *rest, const char *method, const char *path,
    json_t *body, int flags,
    void (*done)(void *arg, const struct rest_answer *answer), void *arg);

/* The same with a file as the body: `fd` (size bytes from its beginning) is
 * taken over, `name` is sent as X-Filename. */
void rest_upload(struct rest *rest, const char *path, int fd, int64_t size,
    const char *name, void (*done)(void *arg, const struct rest_answer *answer),
    void *arg);

#endif

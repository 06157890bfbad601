/*
 * Connecting: a name or a path becomes a connected stream, TCP, TLS or Unix.
 * Certificates are always verified, against the authorities or against a pinned
 * key. Speaks no HTTP.
 */
#ifndef TUI_LINK_DIAL_H
#define TUI_LINK_DIAL_H

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>

#include "shared/url.h"

struct dialer; /* where to, and what is trusted */
struct dial;   /* one attempt */

enum dial_result {
	DIAL_OK,
	DIAL_UNREACHABLE, /* worth another try */
	DIAL_UNTRUSTED,	  /* the certificate is not good */
	DIAL_NOT_TLS,	  /* the peer speaks something else */
};

/* `ca`: PEM file, or NULL for the system's; `pin`: 64 hex digits or NULL. With a
 * pin alone the key is what counts, not who signed it; with both, both do. NULL
 * with a sentence in `cause` where ca or pin is no good. `base` is borrowed. */
struct dialer *dialer_new(struct event_base *base, const struct url *url,
    const char *ca, const char *pin, char *cause, size_t cause_size);
void dialer_free(struct dialer *dialer);

/* Begins an attempt, at most 15 s long. `done` is called once, from the event
 * loop: with DIAL_OK and a stream that the callee owns (disabled, without
 * callbacks), or with NULL and a sentence. The attempt is gone after that. */
struct dial *dial_start(struct dialer *dialer,
    void (*done)(void *arg, enum dial_result result, struct bufferevent *stream,
	const char *why),
    void *arg);

/* Somebody took the connection and is being shaken hands with. NULL is fine. */
bool dial_connected(const struct dial *dial);

/* Ends an attempt; `done` is not called. */
void dial_cancel(struct dial *dial);

#endif

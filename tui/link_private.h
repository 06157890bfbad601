/*
 * The inside of a link, for link*.c only.
 */
#ifndef TUI_LINK_PRIVATE_H
#define TUI_LINK_PRIVATE_H

#include <event2/bufferevent.h>
#include <sys/queue.h>

#include "shared/backoff.h"
#include "shared/buf.h"
#include "shared/ws.h"
#include "tui/link.h"
#include "tui/link_auth.h"
#include "tui/link_dial.h"

#define LINK_REF_SIZE 24

/* A command that waits for its answer. */
struct link_pending {
	TAILQ_ENTRY(link_pending) entry;
	uint64_t ref;
	bool oversize; /* answered by ourselves */
	void (*done)(void *arg, const struct link_answer *answer);
	void *arg;
};

TAILQ_HEAD(link_pending_list, link_pending);

struct link {
	struct event_base *base;
	const struct client_config *config;
	struct url url;
	struct buf host;
	struct dialer *dialer;
	struct auth *auth;
	struct rest *rest;
	struct link_listener listeners[LINK_LISTENERS];
	size_t listener_count;

	enum link_state state;
	bool closing;
	bool renewed; /* the token was new at the last try */
	struct dial *dial;
	struct bufferevent *stream;
	bool upgraded; /* frames, no head any more */
	size_t scan;   /* of the head */
	char accept[WS_ACCEPT_SIZE];
	struct ws_parser parser;
	struct buf message;
	struct event *deadline; /* connected, but not established in time */
	struct event *heartbeat;
	struct event *retry;
	struct event *oversize; /* answers what was too large */
	int64_t heartbeat_ms;
	int64_t heard_ms;    /* monotonic: when anything came */
	int64_t up_ms;	     /* monotonic: when it was established */
	int64_t frame_bytes; /* what the server takes */
	struct backoff backoff;
	uint64_t next_ref;
	struct link_pending_list pending;
	void (*closed)(void *arg);
	void *closed_arg;
};

/* link.c */
void link_stop(struct link *link, int status, const char *reason);
/* at_once: the server asked for it, so only a little jitter. min_ms: not before
 * that. */
void link_lost(struct link *link, const char *reason, bool at_once,
    int64_t min_ms);
void link_established(struct link *link, const json_t *event);
void link_event(struct link *link, const char *type, const json_t *event);
void link_renew(struct link *link, const char *reason);

/* link_session.c: one connection, from the upgrade to its end. */
void link_session_begin(struct link *link, struct bufferevent *stream);
void link_session_frame(struct link *link, enum ws_opcode opcode,
    const void *data, size_t len);
void link_session_close(struct link *link, int code);
/* Writes at once, as far as the socket takes it: the stream is about to go. */
void link_session_flush(struct link *link);

/* link_command.c */
void link_commands_fail(struct link *link);
/* True where the event was the answer to a command. */
bool link_command_answered(struct link *link, const char *type,
    const json_t *event);

#endif

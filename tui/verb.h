/*
 * What the program was asked for, and what the verbs share: a link of their own,
 * a deadline, signals, and the way to an exit status of <sysexits.h>.
 */
#ifndef TUI_VERB_H
#define TUI_VERB_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/url.h"
#include "tui/config.h"
#include "tui/follow.h"
#include "tui/link.h"

#define VERB_WAIT_MS 10000

/* The command line, read (verb_options.h). */
struct invocation {
	struct client_config config; /* server is a whole address */
	struct url url;
	char **channels; /* of -c */
	size_t channel_count;
	bool json, echo, follow, lines, strict, once;
	int64_t wait_ms;
	int64_t reply_to;
	const char *file;
	enum follow_from from; /* of tail */
	size_t count;
	int64_t after;
	char **words; /* what stands behind the options */
	size_t word_count;
};

/* One line on stderr: "hubbub: …". */
void verb_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The exit status that an error code of the server stands for. */
int verb_status(const char *code);

struct verb {
	const struct invocation *invocation;
	struct event_base *base;
	struct link *link;
	struct event *deadline, *interrupt, *terminate;
	int64_t wait_ms;
	int status;
	bool ending, interrupted;
	void *arg;
	/* The first SIGINT or SIGTERM: stop reading. The second ends it. */
	void (*interrupt_come)(void *arg);
	/* The deadline passed. */
	void (*overdue)(void *arg);
};

/* A base that can wait for files as well as for sockets. NULL: it cannot. */
struct event_base *verb_base(void);

/* Makes base and link and takes the signals; the link is not started. False,
 * with verb->status set, where that cannot be; it was said then. */
bool verb_begin(struct verb *verb, const struct invocation *invocation);

/* The deadline is wait_ms from now, or from `from_ms` (monotonic) where that is
 * later; again and again moves it. */
void verb_deadline(struct verb *verb);
void verb_deadline_from(struct verb *verb, int64_t from_ms);

/* What a deadline without an answer comes to: 75 while connected, else 69. */
int verb_overdue_status(const struct verb *verb);

/* Says goodbye to the server, then lets verb_run() return `status`. */
void verb_end(struct verb *verb, int status);

/* Runs the loop to the end and frees link and base. Returns the status. */
int verb_run(struct verb *verb);

/* Frees what verb_run() left: in two steps, so that what belongs to the caller
 * can go between. */
void verb_release(struct verb *verb);

/* The verbs. Each returns the exit status. */
int verb_login(struct invocation *invocation);
int verb_logout(struct invocation *invocation);
int verb_send(struct invocation *invocation);
int verb_tail(struct invocation *invocation);
int verb_pipe(struct invocation *invocation);

#endif

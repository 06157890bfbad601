/*
 * Follows channels without a hole: history first, where it is wanted, then every
 * event in order, each once, over reconnects and gaps. What live events leave
 * out a sync brings, and what is too much for a sync comes by pages. Owns where
 * it stands in each channel; shows nothing.
 */
#ifndef TUI_FOLLOW_H
#define TUI_FOLLOW_H

#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/link.h"

struct follow;

enum follow_from {
	FOLLOW_LIVE,  /* nothing from before */
	FOLLOW_COUNT, /* the newest `count` */
	FOLLOW_AFTER, /* what came after id `after` */
	FOLLOW_LAST,  /* what came after id that `last` tells */
};

struct follow_channel {
	int64_t id;
	char *label;	  /* "#ops", "@bob" */
	int64_t seq;	  /* applied up to here */
	int64_t last_id;  /* the newest message that was told */
	int64_t first_id; /* the newest message when it was first seen */
	/* the rest is follow's own */
	char *topic;
	int64_t known_ms; /* the latest time of a message, edit or deletion */
	int64_t read_id;
	bool caught;	 /* history is done */
	bool paging;	 /* a page is on its way */
	bool begun;	 /* where to begin was decided */
	size_t wanted;	 /* of FOLLOW_COUNT: still to come */
	json_t *history; /* of FOLLOW_COUNT: newest page first */
	json_t *held;	 /* events that wait */
};

/* What is told of an event. All borrowed. */
struct follow_event {
	const struct follow_channel *channel;
	const char *type;
	const json_t *event;
	const char *who; /* the name of `user_id` or `by`; NULL: not known */
	bool edited;	 /* a text or topic is what changed */
};

struct follow_owner {
	void *arg;
	void (*event)(void *arg, const struct follow_event *event);
	/* All that was wanted from before was told, once. May be NULL. */
	void (*caught_up)(void *arg);
	/* After each connection: what was missed was told. May be NULL. */
	void (*synced)(void *arg);
	/* FOLLOW_LAST: the id to go on after; 0: not known, then it is what was
	 * read. May be NULL. */
	int64_t (*last)(void *arg, const struct follow_channel *channel);
	/* It cannot go on; `status` of <sysexits.h>, or 1. */
	void (*failed)(void *arg, int status, const char *reason);
};

struct follow_options {
	const char *const *channels; /* names; borrowed */
	size_t channel_count;	     /* 0: all that we are in */
	enum follow_from from;
	size_t count;
	int64_t after;
};

/* Listens to the link, which must not have been started. */
struct follow *follow_new(struct event_base *base, struct link *link,
    const struct follow_options *options, const struct follow_owner *owner);

/* After link_free(). */
void follow_free(struct follow *follow);

/* Follows one more channel, live. */
void follow_add(struct follow *follow, const char *name);

/* A channel that is followed; NULL. */
const struct follow_channel *follow_channel(const struct follow *follow,
    int64_t id);

/* Who we are; 0 before the first connection. */
int64_t follow_me(const struct follow *follow);

#endif

/*
 * The inside of following, for follow*.c only.
 */
#ifndef TUI_FOLLOW_PRIVATE_H
#define TUI_FOLLOW_PRIVATE_H

#include "tui/follow.h"

struct follow {
	struct event_base *base;
	struct link *link;
	struct follow_owner owner;
	struct follow_options options;
	char **names; /* wanted; none: all */
	size_t name_count;
	struct follow_channel **channels;
	size_t count;
	int64_t me;
	char *epoch;
	json_t *people; /* id -> username, as far as events told */
	bool syncing, sync_again;
	bool told_caught_up; /* once */
	bool told_synced;    /* on this connection */
	bool started;	     /* wanted channels were all found once */
	bool stopped;	     /* failed: nothing is told any more */
	size_t lookups;	     /* names that are asked for */
	uint64_t sync_ref;
	struct event *retry; /* a sync or a page that failed */
};

/* follow.c */
void follow_fail(struct follow *follow, int status, const char *reason);
struct follow_channel *follow_find(struct follow *follow, int64_t id);
/* A channel as it stands: added where it is wanted and new. NULL: not ours. */
struct follow_channel *follow_see(struct follow *follow, const json_t *object);
/* We are no member of it any more. */
void follow_gone(struct follow *follow, struct follow_channel *channel);
/* A name that was given ("#ops", "ops", "@bob", an id) is that channel's. */
bool follow_name_is(const char *name, const char *label, int64_t id);
/* Tells the owner of an event that is in its turn. */
void follow_tell(struct follow *follow, struct follow_channel *channel,
    const char *type, const json_t *event);
/* Looks at what waited. */
void follow_release(struct follow *follow, struct follow_channel *channel);
/* A message of a page or a sync as an event of its own. */
void follow_tell_message(struct follow *follow, struct follow_channel *channel,
    const json_t *message);

/* follow_sync.c */
void follow_sync(struct follow *follow);
/* sync.channel of our own sync. */
void follow_sync_channel(struct follow *follow, const json_t *event);
/* Syncs after a while, and so goes on with what failed. */
void follow_retry(struct follow *follow, int64_t ms);
void follow_retry_due(evutil_socket_t fd, short what, void *arg);

/* follow_page.c: history. */
/* Goes on with whatever the channel still lacks. */
void follow_catch_up(struct follow *follow, struct follow_channel *channel);
void follow_check_caught_up(struct follow *follow);

/* follow_people.c: names. */
void follow_people_note(struct follow *follow, const json_t *event);
/* Tells an event that names a user by id alone, now or when the name is known. */
void follow_tell_by_id(struct follow *follow, struct follow_channel *channel,
    const char *type, const json_t *event, int64_t user_id);

#endif

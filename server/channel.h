/*
 * What happens in channels: people come and go, the counter moves. Shared by the
 * features that change channels. Runs on the writer; what others must hear of is
 * queued on the call.
 */
#ifndef SERVER_CHANNEL_H
#define SERVER_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "server/call.h"
#include "server/db.h"

/* The next seq of a channel: every durable change takes exactly one. */
int64_t channel_next_seq(struct db *db, int64_t channel_id);

/*
 * Makes somebody a member. Nothing happens (false) where they are one. Tells
 * them (channel.new, to every connection) and the members (member.joined) unless
 * `quiet`, which is for a channel that was just made.
 */
bool channel_enter(struct db *db, struct call *call, int64_t channel_id,
    int64_t user_id, enum channel_role role, bool quiet);

/* The same by name; the channel is made, public, with the newcomer as its owner,
 * where there is none. A private or deleted one of that name is left alone. */
void channel_enter_named(struct db *db, struct call *call, const char *name,
    int64_t user_id);

/*
 * Ends a membership. `by` is who did it (0: they left), `reason` "kicked" or
 * "banned" or NULL. Where the last owner goes, the longest-serving moderator,
 * else member, becomes owner. False where they were no member.
 */
bool channel_depart(struct db *db, struct call *call, int64_t channel_id,
    int64_t user_id, int64_t by, const char *reason);

/* member.updated, with a seq of its own. */
void channel_tell_member(struct db *db, struct call *call, int64_t channel_id,
    int64_t user_id, const char *type);

/* channel.updated to all members, with no seq of its own beyond the channel's. */
void channel_tell_updated(struct db *db, struct call *call, int64_t channel_id);

/* channel.new to one user. */
void channel_tell_new(struct db *db, struct call *call, int64_t channel_id,
    int64_t user_id);

/* A fresh channel without members. `name` NULL: direct, between low and high. */
struct channel_new {
	const char *name, *topic;
	bool is_public;
	int64_t created_by, low, high;
};
/* Its id; 0 where the name is taken. */
int64_t channel_create(struct db *db, const struct channel_new *channel);

#endif

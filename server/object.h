/*
 * The protocol's objects as JSON (hubbub-protocol(7), OBJECTS): one writer for
 * each, used by answers and events alike. Runs on store threads.
 */
#ifndef SERVER_OBJECT_H
#define SERVER_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "server/call.h"
#include "server/db.h"
#include "shared/json_out.h"

/* Begins an event: {"type":TYPE,"channel_id":ID — the caller goes on. `id` and
 * `seq` of 0 are left out. */
void event_begin(struct json_out *out, struct buf *buf, const char *type,
    int64_t channel_id, int64_t seq);

/* Ends it and queues it for the channel or user. Releases the buf. */
void event_end(struct json_out *out, struct call *call, enum bus_topic topic,
    int64_t id);

/* {id, username, display_name?} */
void object_author(struct json_out *out, int64_t id, const char *username,
    const char *display_name);

/* The user with that id; false where there is none. */
bool object_user(struct json_out *out, struct db *db, int64_t user_id);

/* The columns of a user in a query over `users u`, and their writer. */
#define OBJECT_USER_COLUMNS \
	"u.id, u.username, u.display_name, u.avatar_url, u.status_text, u.role"
void object_user_row(struct json_out *out, struct stmt *row);

/* A member: columns of a query over `channel_members m JOIN users u`. */
#define OBJECT_MEMBER_COLUMNS                                    \
	OBJECT_USER_COLUMNS                                      \
	", m.role, m.joined_at, (SELECT s.until FROM silences s" \
	" WHERE s.channel_id = m.channel_id AND s.user_id = m.user_id)"
void object_member_row(struct json_out *out, struct stmt *row);
bool object_member(struct json_out *out, struct db *db, int64_t channel_id,
    int64_t user_id);

/* What a message has beside its own row (messages.extras). */
#define EXTRA_REACTIONS 1
#define EXTRA_MENTIONS 2
#define EXTRA_MENTIONS_ALL 4

/* Messages: columns of a query over `messages m JOIN users u ON u.id =
 * m.user_id`. The id is column 0, the seq column 1. Reactions and mentions are
 * asked for only where `extras` says that there are any. */
#define OBJECT_MESSAGE_COLUMNS                                              \
	"m.id, m.seq, m.channel_id, m.user_id, u.username, u.display_name," \
	" m.text, m.client_msg_id, m.edited_at, m.deleted_at, m.parent_id," \
	" m.in_channel, m.reply_count, m.last_reply_at, m.pinned_at, m.extras"
void object_message_row(struct json_out *out, struct db *db, struct stmt *row);
bool object_message(struct json_out *out, struct db *db, int64_t message_id);

/* A channel as `viewer` sees it: with last_message and my where it is a member,
 * with neither for viewer 0 (an event to all) or a stranger. */
bool object_channel(struct json_out *out, struct db *db,
    const struct call *call, int64_t channel_id, int64_t viewer);

/* The key with the receipts of the call's channel: everybody's where it is small
 * (limits.receipt_members), the caller's own otherwise. */
void object_receipts(struct json_out *out, struct db *db,
    const struct call *call, int64_t channel_id, const char *key);

#endif

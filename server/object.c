/*
 * JSON writers of the protocol's objects.
 */
#include "server/object.h"

#include <stdio.h>
#include <string.h>

#include "server/account.h"
#include "server/receipts.h"
#include "server/server.h"
#include "shared/clock.h"
#include "shared/id.h"

#define UNREAD_MAX "1000"   /* counting stops there */
#define REACTION_USERS "20" /* named of an emoji; the rest is a number */

void
event_begin(struct json_out *out, struct buf *buf, const char *type,
    int64_t channel_id, int64_t seq)
{
	buf_init(buf);
	json_out_init(out, buf);
	json_out_object(out);
	json_out_kstring(out, "type", type);
	json_out_kid_opt(out, "channel_id", channel_id);
	if (seq != 0)
		json_out_kint(out, "seq", seq);
}

void
event_end(struct json_out *out, struct call *call, enum bus_topic topic,
    int64_t id)
{
	json_out_object_end(out);
	call_publish(call, topic, id, out->buf);
	buf_release(out->buf);
}

void
object_author(struct json_out *out, int64_t id, const char *username,
    const char *display_name)
{
	json_out_object(out);
	json_out_kid(out, "id", id);
	json_out_kstring(out, "username", username);
	json_out_kstring_opt(out, "display_name", display_name);
	json_out_object_end(out);
}

void
object_user_row(struct json_out *out, struct stmt *row)
{
	int64_t id = stmt_int(row, 0);

	json_out_object(out);
	json_out_kid(out, "id", id);
	json_out_kstring(out, "username", stmt_text(row, 1));
	json_out_kstring_opt(out, "display_name", stmt_text_opt(row, 2));
	json_out_kstring_opt(out, "avatar_url", stmt_text_opt(row, 3));
	json_out_kstring_opt(out, "status_text", stmt_text_opt(row, 4));
	json_out_kstring(out, "role", role_name((enum role)stmt_int(row, 5)));
	json_out_ktime(out, "created_at", id_time_ms(id));
	json_out_object_end(out);
}

bool
object_user(struct json_out *out, struct db *db, int64_t user_id)
{
	struct stmt *row = db_query(db,
	    "SELECT " OBJECT_USER_COLUMNS " FROM users u WHERE u.id = $1", "i",
	    user_id);

	if (!stmt_step(row))
		return false;
	object_user_row(out, row);
	return true;
}

static const char *
member_role_name(int64_t role)
{
	static const char *const names[] = { "", "member", "moderator",
		"owner" };

	return role >= CHANNEL_MEMBER && role <= CHANNEL_OWNER ? names[role]
							       : "member";
}

void
object_member_row(struct json_out *out, struct stmt *row)
{
	json_out_object(out);
	json_out_key(out, "user");
	object_user_row(out, row);
	json_out_kstring(out, "role", member_role_name(stmt_int(row, 6)));
	json_out_ktime(out, "joined_at", stmt_int(row, 7));
	if (stmt_int(row, 8) > clock_real_ms())
		json_out_ktime(out, "silenced_until", stmt_int(row, 8));
	json_out_object_end(out);
}

bool
object_member(struct json_out *out, struct db *db, int64_t channel_id,
    int64_t user_id)
{
	struct stmt *row = db_query(db,
	    "SELECT " OBJECT_MEMBER_COLUMNS
	    " FROM channel_members m JOIN users u ON u.id = m.user_id"
	    " WHERE m.channel_id = $1 AND m.user_id = $2",
	    "ii", channel_id, user_id);

	if (!stmt_step(row))
		return false;
	object_member_row(out, row);
	return true;
}

/* [{emoji, count, user_ids: [first 20]}], in the order of their first use. */
static void
message_reactions(struct json_out *out, struct db *db, int64_t message_id)
{
	struct stmt *row = db_query(db,
	    "SELECT emoji, user_id, n FROM (SELECT emoji, user_id, id,"
	    " min(id) OVER (PARTITION BY emoji) AS first,"
	    " count(*) OVER (PARTITION BY emoji) AS n,"
	    " row_number() OVER (PARTITION BY emoji ORDER BY id) AS place"
	    " FROM reactions WHERE message_id = $1) AS r"
	    " WHERE place <= " REACTION_USERS " ORDER BY first, id",
	    "i", message_id);
	char open[65] = "";

	json_out_karray(out, "reactions");
	while (stmt_step(row)) {
		if (strcmp(open, stmt_text(row, 0)) != 0) {
			if (*open != '\0') {
				json_out_array_end(out);
				json_out_object_end(out);
			}
			snprintf(open, sizeof(open), "%s", stmt_text(row, 0));
			json_out_object(out);
			json_out_kstring(out, "emoji", open);
			json_out_kint(out, "count", stmt_int(row, 2));
			json_out_karray(out, "user_ids");
		}
		json_out_id(out, stmt_int(row, 1));
	}
	if (*open != '\0') {
		json_out_array_end(out);
		json_out_object_end(out);
	}
	json_out_array_end(out);
}

static void
message_mentions(struct json_out *out, struct db *db, int64_t message_id)
{
	struct stmt *row = db_query(db,
	    "SELECT user_id FROM mentions WHERE message_id = $1"
	    " ORDER BY user_id",
	    "i", message_id);

	json_out_karray(out, "mentions");
	while (stmt_step(row))
		json_out_id(out, stmt_int(row, 0));
	json_out_array_end(out);
}

/* A thread's reply says so; a thread's head tells how many there are. */
static void
message_thread(struct json_out *out, struct stmt *row)
{
	json_out_kid_opt(out, "parent_id", stmt_int(row, 10));
	if (!stmt_is_null(row, 10))
		json_out_kbool(out, "in_channel", stmt_int(row, 11) != 0);
	if (stmt_int(row, 12) > 0)
		json_out_kint(out, "reply_count", stmt_int(row, 12));
	json_out_ktime_opt(out, "last_reply_at", stmt_int(row, 13));
}

void
object_message_row(struct json_out *out, struct db *db, struct stmt *row)
{
	int64_t id = stmt_int(row, 0);
	bool deleted = !stmt_is_null(row, 9);
	int64_t extras = stmt_int(row, 15);

	json_out_object(out);
	json_out_kid(out, "id", id);
	json_out_kid(out, "channel_id", stmt_int(row, 2));
	json_out_kint(out, "seq", stmt_int(row, 1));
	json_out_key(out, "user");
	object_author(out, stmt_int(row, 3), stmt_text(row, 4),
	    stmt_text_opt(row, 5));
	json_out_kstring(out, "text", deleted ? "" : stmt_text(row, 6));
	json_out_ktime(out, "created_at", id_time_ms(id));
	json_out_kstring_opt(out, "client_msg_id", stmt_text_opt(row, 7));
	message_thread(out, row);
	if (extras & EXTRA_MENTIONS)
		message_mentions(out, db, id);
	if (extras & EXTRA_MENTIONS_ALL)
		json_out_kbool(out, "mentions_all", true);
	if (extras & EXTRA_REACTIONS)
		message_reactions(out, db, id);
	json_out_ktime_opt(out, "pinned_at", stmt_int(row, 14));
	json_out_ktime_opt(out, "edited_at", stmt_int(row, 8));
	json_out_ktime_opt(out, "deleted_at", stmt_int(row, 9));
	json_out_object_end(out);
}

bool
object_message(struct json_out *out, struct db *db, int64_t message_id)
{
	struct stmt *row = db_query(db,
	    "SELECT " OBJECT_MESSAGE_COLUMNS
	    " FROM messages m JOIN users u ON u.id = m.user_id"
	    " WHERE m.id = $1",
	    "i", message_id);

	if (!stmt_step(row))
		return false;
	object_message_row(out, db, row);
	return true;
}

/* The two people of a direct channel (one, where it is notes to oneself). */
static void
channel_people(struct json_out *out, struct db *db, int64_t low, int64_t high)
{
	struct stmt *row = db_query(db,
	    "SELECT id, username, display_name FROM users"
	    " WHERE id = $1 OR id = $2 ORDER BY id",
	    "ii", low, high);

	json_out_karray(out, "members");
	while (stmt_step(row))
		object_author(out, stmt_int(row, 0), stmt_text(row, 1),
		    stmt_text_opt(row, 2));
	json_out_array_end(out);
}

/* Messages of others in the channel's own history above the read mark. */
static int64_t
unread_count(struct db *db, int64_t channel_id, int64_t read_id, int64_t viewer)
{
	return db_int(db, 0,
	    "SELECT count(*) FROM (SELECT 1 FROM messages"
	    " WHERE channel_id = $1 AND id > $2 AND user_id <> $3"
	    " AND deleted_at IS NULL AND in_channel = 1 LIMIT " UNREAD_MAX
	    ") AS unread",
	    "iii", channel_id, read_id, viewer);
}

/* Those above it, threads included, that mention the viewer or everybody. */
static int64_t
mention_count(struct db *db, int64_t channel_id, int64_t read_id,
    int64_t viewer)
{
	return db_int(db, 0,
	    "SELECT count(*) FROM (SELECT m.id FROM mentions n"
	    " JOIN messages m ON m.id = n.message_id"
	    " WHERE n.user_id = $3 AND n.channel_id = $1"
	    " AND n.message_id > $2 AND m.user_id <> $3"
	    " UNION SELECT id FROM messages"
	    " WHERE channel_id = $1 AND id > $2 AND (extras & 4) <> 0"
	    " AND user_id <> $3 LIMIT " UNREAD_MAX ") AS pinged",
	    "iii", channel_id, read_id, viewer);
}

/* What a member alone sees of a channel: where it stands in it. */
static void
channel_my(struct json_out *out, struct db *db, const struct call *call,
    int64_t channel_id, int64_t viewer)
{
	static const char *const notify[] = { "all", "mentions", "none" };
	struct stmt *row = db_query(db,
	    "SELECT role, joined_at, read_id, muted, notify"
	    " FROM channel_members WHERE channel_id = $1 AND user_id = $2",
	    "ii", channel_id, viewer);
	struct receipt_mark read;
	int64_t setting;

	if (!stmt_step(row))
		return;
	read = receipts_look(call->server->receipts, RECEIPT_READ, channel_id,
	    viewer, (struct receipt_mark){ stmt_int(row, 2), 0 });
	setting = stmt_int(row, 4);
	json_out_kobject(out, "my");
	json_out_kstring(out, "role", member_role_name(stmt_int(row, 0)));
	json_out_ktime(out, "joined_at", stmt_int(row, 1));
	json_out_kint(out, "unread_count",
	    unread_count(db, channel_id, read.message_id, viewer));
	json_out_kint(out, "mention_count",
	    mention_count(db, channel_id, read.message_id, viewer));
	json_out_kid_opt(out, "last_read_message_id", read.message_id);
	json_out_kbool(out, "muted", stmt_int(row, 3) != 0);
	json_out_kstring(out, "notify",
	    notify[setting >= 0 && setting <= 2 ? setting : 0]);
	json_out_object_end(out);
}

static void
channel_last_message(struct json_out *out, struct db *db, int64_t message_id)
{
	size_t before = out->buf->len;
	bool comma = out->comma;

	json_out_key(out, "last_message");
	if (message_id != 0 && object_message(out, db, message_id))
		return;
	out->buf->len = before;
	out->comma = comma;
}

bool
object_channel(struct json_out *out, struct db *db, const struct call *call,
    int64_t channel_id, int64_t viewer)
{
	struct stmt *row = db_query(db,
	    "SELECT c.type, c.is_public, c.name, c.topic, c.created_by, c.seq,"
	    " c.member_count, c.last_message_id, c.low_id, c.high_id,"
	    " m.user_id IS NOT NULL"
	    " FROM channels c LEFT JOIN channel_members m"
	    " ON m.channel_id = c.id AND m.user_id = $2"
	    " WHERE c.id = $1 AND c.deleted_at IS NULL",
	    "ii", channel_id, viewer);
	bool direct;

	if (!stmt_step(row))
		return false;
	direct = stmt_int(row, 0) == 1;
	json_out_object(out);
	json_out_kid(out, "id", channel_id);
	json_out_kstring(out, "type", direct ? "direct" : "group");
	json_out_kstring(out, "visibility",
	    stmt_int(row, 1) ? "public" : "private");
	json_out_kstring_opt(out, "name", stmt_text_opt(row, 2));
	json_out_kstring_opt(out, "topic", stmt_text_opt(row, 3));
	json_out_kid(out, "created_by", stmt_int(row, 4));
	json_out_ktime(out, "created_at", id_time_ms(channel_id));
	json_out_kint(out, "seq", stmt_int(row, 5));
	json_out_kint(out, "member_count", stmt_int(row, 6));
	if (direct)
		channel_people(out, db, stmt_int(row, 8), stmt_int(row, 9));
	if (stmt_int(row, 10) != 0) {
		channel_last_message(out, db, stmt_int(row, 7));
		channel_my(out, db, call, channel_id, viewer);
	}
	json_out_object_end(out);
	return true;
}

/* {user_id, last_read_message_id?, last_read_at?, last_delivered_message_id?} */
static void
receipt_row(struct json_out *out, const struct call *call, int64_t channel_id,
    struct stmt *row)
{
	struct receipts *receipts = call->server->receipts;
	int64_t user_id = stmt_int(row, 0);
	struct receipt_mark read = receipts_look(receipts, RECEIPT_READ,
	    channel_id, user_id,
	    (struct receipt_mark){ stmt_int(row, 1), stmt_int(row, 2) });
	struct receipt_mark delivered = receipts_look(receipts,
	    RECEIPT_DELIVERED, channel_id, user_id,
	    (struct receipt_mark){ stmt_int(row, 3), 0 });

	if (read.message_id == 0 && delivered.message_id == 0)
		return;
	json_out_object(out);
	json_out_kid(out, "user_id", user_id);
	json_out_kid_opt(out, "last_read_message_id", read.message_id);
	json_out_ktime_opt(out, "last_read_at", read.at_ms);
	json_out_kid_opt(out, "last_delivered_message_id",
	    delivered.message_id);
	json_out_object_end(out);
}

void
object_receipts(struct json_out *out, struct db *db, const struct call *call,
    int64_t channel_id, const char *key)
{
	struct stmt *row = db_query(db,
	    "SELECT m.user_id, m.read_id, m.read_at, m.delivered_id"
	    " FROM channel_members m JOIN channels c ON c.id = m.channel_id"
	    " WHERE m.channel_id = $1"
	    " AND (m.user_id = $2 OR c.member_count <= $3)",
	    "iii", channel_id, call->caller.user_id,
	    call_limits(call)->receipt_members);

	json_out_karray(out, key);
	while (stmt_step(row))
		receipt_row(out, call, channel_id, row);
	json_out_array_end(out);
}

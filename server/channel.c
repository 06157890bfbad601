/*
 * Memberships and the counter of a channel. See channel.h.
 */
#include "server/channel.h"

#include "server/object.h"
#include "shared/json_out.h"

int64_t
channel_next_seq(struct db *db, int64_t channel_id)
{
	struct stmt *row = db_query(db,
	    "UPDATE channels SET seq = seq + 1 WHERE id = $1 RETURNING seq",
	    "i", channel_id);
	int64_t seq = stmt_step(row) ? stmt_int(row, 0) : 0;

	while (stmt_step(row))
		continue;
	return seq;
}

int64_t
channel_create(struct db *db, const struct channel_new *channel)
{
	int64_t id = db_new_id(db);

	if (db_exec(db,
		"INSERT INTO channels (id, type, is_public, name, topic,"
		" created_by, low_id, high_id)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
		" ON CONFLICT DO NOTHING",
		"iiittiII", id, (int64_t)(channel->name == NULL),
		(int64_t)channel->is_public, channel->name, channel->topic,
		channel->created_by, channel->low, channel->high) == 0)
		return 0;
	return id;
}

void
channel_tell_new(struct db *db, struct call *call, int64_t channel_id,
    int64_t user_id)
{
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf, "channel.new", 0, 0);
	json_out_key(&out, "channel");
	object_channel(&out, db, call, channel_id, user_id);
	event_end(&out, call, BUS_USER, user_id);
}

void
channel_tell_updated(struct db *db, struct call *call, int64_t channel_id)
{
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf, "channel.updated", 0, 0);
	json_out_key(&out, "channel");
	object_channel(&out, db, call, channel_id, 0);
	event_end(&out, call, BUS_CHANNEL, channel_id);
}

void
channel_tell_member(struct db *db, struct call *call, int64_t channel_id,
    int64_t user_id, const char *type)
{
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf, type, channel_id,
	    channel_next_seq(db, channel_id));
	json_out_key(&out, "member");
	object_member(&out, db, channel_id, user_id);
	event_end(&out, call, BUS_CHANNEL, channel_id);
}

bool
channel_enter(struct db *db, struct call *call, int64_t channel_id,
    int64_t user_id, enum channel_role role, bool quiet)
{
	/* What was said before one came is not unread. */
	if (db_exec(db,
		"INSERT INTO channel_members (channel_id, user_id, role,"
		" joined_at, read_id) SELECT $1, $2, $3, $4,"
		" coalesce(last_message_id, 0) FROM channels WHERE id = $1"
		" ON CONFLICT (channel_id, user_id) DO NOTHING",
		"iiii", channel_id, user_id, (int64_t)role, db_now(db)) == 0)
		return false;
	db_exec(db,
	    "UPDATE channels SET member_count = member_count + 1"
	    " WHERE id = $1",
	    "i", channel_id);
	call_control(call, user_id, BUS_JOIN, channel_id, 0);
	if (!quiet) {
		channel_tell_member(db, call, channel_id, user_id,
		    "member.joined");
		channel_tell_new(db, call, channel_id, user_id);
	}
	return true;
}

void
channel_enter_named(struct db *db, struct call *call, const char *name,
    int64_t user_id)
{
	struct channel_new fresh = { .name = name,
		.is_public = true,
		.created_by = user_id };
	struct stmt *row = db_query(db,
	    "SELECT id, is_public, deleted_at FROM channels WHERE name = $1",
	    "t", name);
	int64_t id;

	if (!stmt_step(row)) {
		id = channel_create(db, &fresh);
		channel_enter(db, call, id, user_id, CHANNEL_OWNER, true);
		channel_tell_new(db, call, id, user_id);
		return;
	}
	if (stmt_int(row, 1) != 0 && stmt_is_null(row, 2))
		channel_enter(db, call, stmt_int(row, 0), user_id,
		    CHANNEL_MEMBER, false);
}

/* Somebody has to own a channel that still has members. */
static void
channel_inherit(struct db *db, struct call *call, int64_t channel_id)
{
	int64_t heir;

	if (db_int(db, 0,
		"SELECT 1 FROM channel_members WHERE channel_id = $1"
		" AND role = 3 LIMIT 1",
		"i", channel_id))
		return;
	heir = db_int(db, 0,
	    "SELECT user_id FROM channel_members WHERE channel_id = $1"
	    " ORDER BY role DESC, joined_at, user_id LIMIT 1",
	    "i", channel_id);
	if (heir == 0)
		return;
	db_exec(db,
	    "UPDATE channel_members SET role = 3"
	    " WHERE channel_id = $1 AND user_id = $2",
	    "ii", channel_id, heir);
	channel_tell_member(db, call, channel_id, heir, "member.updated");
}

bool
channel_depart(struct db *db, struct call *call, int64_t channel_id,
    int64_t user_id, int64_t by, const char *reason)
{
	struct json_out out;
	struct buf buf;

	if (db_exec(db,
		"DELETE FROM channel_members"
		" WHERE channel_id = $1 AND user_id = $2",
		"ii", channel_id, user_id) == 0)
		return false;
	db_exec(db,
	    "UPDATE channels SET member_count = member_count - 1"
	    " WHERE id = $1",
	    "i", channel_id);
	event_begin(&out, &buf, "member.left", channel_id,
	    channel_next_seq(db, channel_id));
	json_out_kid(&out, "user_id", user_id);
	json_out_kid_opt(&out, "by", by);
	json_out_kstring_opt(&out, "reason", reason);
	event_end(&out, call, BUS_CHANNEL, channel_id);
	/* They hear of their own leaving, and of nothing after it. */
	call_control(call, user_id, BUS_PART, channel_id, 0);
	channel_inherit(db, call, channel_id);
	return true;
}

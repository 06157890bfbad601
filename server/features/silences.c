/*
 * Silences: somebody may read and not write, until a time. They outlive leaving.
 */
#include "server/features/list.h"

#include "server/channel.h"
#include "server/object.h"
#include "shared/json_in.h"
#include "shared/json_out.h"

/* Moderators silence members, owners moderators too; nobody their own rank. */
static enum error
silence_check(struct db *db, struct call *call)
{
	int64_t has = db_int(db, CHANNEL_STRANGER,
	    "SELECT role FROM channel_members"
	    " WHERE channel_id = $1 AND user_id = $2",
	    "ii", call->channel.id, call_id(call, "user_id"));
	int64_t rank = call->caller.role == ROLE_ADMIN
	    ? CHANNEL_OWNER + 1
	    : (int64_t)call->channel.role;

	if (db_int(db, 0, "SELECT 1 FROM users WHERE id = $1", "i",
		call_id(call, "user_id")) == 0)
		return call_fail(call, ERR_NOT_FOUND, "no such user");
	if (has >= rank)
		return call_fail(call, ERR_FORBIDDEN,
		    "nobody silences someone of the same or a higher rank");
	return ERR_NONE;
}

static void
silence_tell(struct db *db, struct call *call)
{
	int64_t user_id = call_id(call, "user_id");

	if (db_int(db, 0,
		"SELECT 1 FROM channel_members"
		" WHERE channel_id = $1 AND user_id = $2",
		"ii", call->channel.id, user_id) != 0)
		channel_tell_member(db, call, call->channel.id, user_id,
		    "member.updated");
}

static enum error
silence_put(struct db *db, struct call *call)
{
	enum error error = silence_check(db, call);

	if (error != ERR_NONE)
		return error;
	db_exec(db,
	    "INSERT INTO silences (channel_id, user_id, until, reason, by_id)"
	    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (channel_id, user_id)"
	    " DO UPDATE SET until = $3, reason = $4, by_id = $5",
	    "iiiti", call->channel.id, call_id(call, "user_id"),
	    json_in_time(call->args, "until"), call_text(call, "reason"),
	    call->caller.user_id);
	silence_tell(db, call);
	return ERR_NONE;
}

static enum error
silence_lift(struct db *db, struct call *call)
{
	enum error error = silence_check(db, call);

	if (error != ERR_NONE)
		return error;
	if (db_exec(db,
		"DELETE FROM silences WHERE channel_id = $1 AND user_id = $2",
		"ii", call->channel.id, call_id(call, "user_id")) > 0)
		silence_tell(db, call);
	return ERR_NONE;
}

static const struct arg put_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "user_id", .type = ARG_ID, .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "until", .type = ARG_TIME, .flags = ARG_REQUIRED },
	{ .name = "reason", .type = ARG_LINE, .limit = ARG_LIMIT(topic_chars) },
	{ .type = ARG_END },
};

static const struct arg lift_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "user_id", .type = ARG_ID, .flags = ARG_REQUIRED | ARG_PATH },
	{ .type = ARG_END },
};

const struct op silence_ops[] = {
	{
	    .name = "silence.put",
	    .method = "PUT",
	    .path = "/v1/channels/:channel_id/silences/:user_id",
	    .doors = DOOR_REST,
	    .may = MAY_MODERATE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = silence_put,
	    .args = put_args,
	    .summary = "Let somebody read and not write, until a time",
	},
	{
	    .name = "silence.lift",
	    .method = "DELETE",
	    .path = "/v1/channels/:channel_id/silences/:user_id",
	    .doors = DOOR_REST,
	    .may = MAY_MODERATE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = silence_lift,
	    .args = lift_args,
	    .summary = "Let somebody write again",
	},
	{ .name = NULL },
};

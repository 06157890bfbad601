/*
 * The members of a channel, and what one does to another: add, promote, demote,
 * kick. Nobody acts on someone of the same or a higher rank.
 */
#include "server/features/list.h"

#include <string.h>

#include "server/channel.h"
#include "server/object.h"
#include "shared/id.h"
#include "shared/json_out.h"

static enum error
member_list(struct db *db, struct call *call)
{
	int64_t limit = call_page(call), count = 0;
	struct stmt *row = db_query(db,
	    "SELECT " OBJECT_MEMBER_COLUMNS
	    " FROM channel_members m JOIN users u ON u.id = m.user_id"
	    " WHERE m.channel_id = $1 AND m.user_id > $2"
	    " ORDER BY m.user_id LIMIT $3",
	    "iii", call->channel.id, call_id(call, "after"), limit + 1);
	struct json_out out;
	bool more = false;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_karray(&out, "members");
	while (stmt_step(row)) {
		more = ++count > limit;
		if (!more)
			object_member_row(&out, row);
	}
	json_out_array_end(&out);
	json_out_kbool(&out, "has_more", more);
	json_out_object_end(&out);
	return ERR_NONE;
}

static enum channel_role
member_role(struct db *db, int64_t channel_id, int64_t user_id)
{
	return (enum channel_role)db_int(db, CHANNEL_STRANGER,
	    "SELECT role FROM channel_members"
	    " WHERE channel_id = $1 AND user_id = $2",
	    "ii", channel_id, user_id);
}

/* The rank with which the caller acts: an administrator stands over owners. */
static int
caller_rank(const struct call *call)
{
	return call->caller.role == ROLE_ADMIN ? CHANNEL_OWNER + 1
					       : (int)call->channel.role;
}

static enum channel_role
role_asked(const struct call *call)
{
	const char *role = call_text(call, "role");

	if (role == NULL || strcmp(role, "member") == 0)
		return CHANNEL_MEMBER;
	return strcmp(role, "owner") == 0 ? CHANNEL_OWNER : CHANNEL_MODERATOR;
}

static enum error
member_answer(struct db *db, struct call *call, int64_t user_id)
{
	struct json_out out;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_key(&out, "member");
	object_member(&out, db, call->channel.id, user_id);
	json_out_object_end(&out);
	return ERR_NONE;
}

/* Only owners give roles; what one has oneself can only be given away by them. */
static enum error
role_change(struct db *db, struct call *call, int64_t user_id,
    enum channel_role has, enum channel_role wanted)
{
	int rank = caller_rank(call);

	if (has == wanted)
		return ERR_NONE;
	if (rank < CHANNEL_OWNER || (int)has >= rank)
		return call_fail(call, ERR_FORBIDDEN,
		    "only an owner changes roles, and not those of owners");
	db_exec(db,
	    "UPDATE channel_members SET role = $3"
	    " WHERE channel_id = $1 AND user_id = $2",
	    "iii", call->channel.id, user_id, (int64_t)wanted);
	channel_tell_member(db, call, call->channel.id, user_id,
	    "member.updated");
	return ERR_NONE;
}

static enum error
member_put(struct db *db, struct call *call)
{
	int64_t user_id = call_id(call, "user_id");
	enum channel_role wanted = role_asked(call);
	enum channel_role has = member_role(db, call->channel.id, user_id);
	enum error error = ERR_NONE;

	if (call->channel.direct)
		return call_fail(call, ERR_FORBIDDEN,
		    "a direct channel takes no more members");
	if (has != CHANNEL_STRANGER) {
		if (call_has(call, "role"))
			error = role_change(db, call, user_id, has, wanted);
		return error ? error : member_answer(db, call, user_id);
	}
	if (db_int(db, 0, "SELECT 1 FROM users WHERE id = $1 AND disabled = 0",
		"i", user_id) == 0)
		return call_fail(call, ERR_NOT_FOUND, "no such user");
	if (wanted > CHANNEL_MEMBER && caller_rank(call) < CHANNEL_OWNER)
		return call_fail(call, ERR_FORBIDDEN,
		    "only an owner gives roles");
	channel_enter(db, call, call->channel.id, user_id, wanted, false);
	return member_answer(db, call, user_id);
}

static enum error
member_kick(struct db *db, struct call *call)
{
	int64_t user_id = call_id(call, "user_id");
	enum channel_role has = member_role(db, call->channel.id, user_id);

	if (has == CHANNEL_STRANGER)
		return call_fail(call, ERR_NOT_FOUND, "no such member");
	if (call->channel.direct)
		return call_fail(call, ERR_FORBIDDEN,
		    "nobody can be removed from a direct channel");
	if ((int)has >= caller_rank(call))
		return call_fail(call, ERR_FORBIDDEN,
		    "nobody removes someone of the same or a higher rank");
	channel_depart(db, call, call->channel.id, user_id,
	    call->caller.user_id, "kicked");
	return ERR_NONE;
}

static const struct arg list_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "limit", .type = ARG_INT, .flags = ARG_QUERY },
	{ .name = "after", .type = ARG_ID, .flags = ARG_QUERY },
	{ .type = ARG_END },
};

static const struct arg put_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "user_id", .type = ARG_ID, .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "role",
	    .type = ARG_CHOICE,
	    .choices = "member moderator owner" },
	{ .type = ARG_END },
};

static const struct arg kick_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "user_id", .type = ARG_ID, .flags = ARG_REQUIRED | ARG_PATH },
	{ .type = ARG_END },
};

const struct op member_ops[] = {
	{
	    .name = "member.list",
	    .method = "GET",
	    .path = "/v1/channels/:channel_id/members",
	    .doors = DOOR_REST,
	    .may = MAY_READ,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = member_list,
	    .args = list_args,
	    .answer = "members has_more",
	    .summary = "List the members of a channel",
	},
	{
	    .name = "member.put",
	    .method = "PUT",
	    .path = "/v1/channels/:channel_id/members/:user_id",
	    .doors = DOOR_REST,
	    .may = MAY_MODERATE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 200,
	    .run = member_put,
	    .args = put_args,
	    .answer = "member",
	    .summary = "Add a member or change a role",
	},
	{
	    .name = "member.kick",
	    .method = "DELETE",
	    .path = "/v1/channels/:channel_id/members/:user_id",
	    .doors = DOOR_REST,
	    .may = MAY_MODERATE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = member_kick,
	    .args = kick_args,
	    .summary = "Remove a member from a channel",
	},
	{ .name = NULL },
};

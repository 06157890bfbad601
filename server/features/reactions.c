/*
 * Reactions: each person at most once with each emoji, told only where something
 * changed.
 */
#include "server/features/list.h"

#include "server/channel.h"
#include "server/object.h"
#include "shared/json_out.h"

struct reaction {
	int64_t message_id;
	const char *emoji;
	bool add;
};

/* {changed} over WebSocket; REST answers 204 either way. */
static enum error
reaction_answer(struct call *call, bool changed)
{
	struct json_out out;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_kbool(&out, "changed", changed);
	json_out_object_end(&out);
	return ERR_NONE;
}

static int64_t
reaction_count(struct db *db, const struct reaction *reaction)
{
	return db_int(db, 0,
	    "SELECT count(*) FROM reactions"
	    " WHERE message_id = $1 AND emoji = $2",
	    "it", reaction->message_id, reaction->emoji);
}

static void
reaction_tell(struct db *db, struct call *call, const struct reaction *reaction,
    int64_t seq)
{
	const struct caller *caller = &call->caller;
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf,
	    reaction->add ? "reaction.new" : "reaction.deleted",
	    call->channel.id, seq);
	json_out_kid(&out, "message_id", reaction->message_id);
	json_out_key(&out, "user");
	object_author(&out, caller->user_id, caller->username,
	    caller->display_name);
	json_out_kstring(&out, "emoji", reaction->emoji);
	json_out_kint(&out, "count", reaction_count(db, reaction));
	event_end(&out, call, BUS_CHANNEL, call->channel.id);
}

/* It changed: the message moves to the channel's next seq. */
static void
reaction_changed(struct db *db, struct call *call,
    const struct reaction *reaction)
{
	int64_t seq = channel_next_seq(db, call->channel.id);

	db_exec(db,
	    "UPDATE messages SET seq = $2, extras = (extras & ~1) |"
	    " CASE WHEN EXISTS (SELECT 1 FROM reactions WHERE message_id = $1)"
	    " THEN 1 ELSE 0 END WHERE id = $1",
	    "ii", reaction->message_id, seq);
	reaction_tell(db, call, reaction, seq);
}

static enum error
reaction_check(struct db *db, struct call *call,
    const struct reaction *reaction)
{
	int64_t limit = call_limits(call)->reactions;

	if (db_int(db, 0,
		"SELECT 1 FROM messages WHERE id = $1"
		" AND deleted_at IS NOT NULL",
		"i", reaction->message_id))
		return call_fail(call, ERR_NOT_FOUND,
		    "the message was deleted");
	if (!reaction->add || reaction_count(db, reaction) > 0)
		return ERR_NONE;
	if (db_int(db, 0,
		"SELECT count(DISTINCT emoji) FROM reactions"
		" WHERE message_id = $1",
		"i", reaction->message_id) >= limit)
		return call_fail(call, ERR_TOO_LARGE,
		    "emoji would be one more than the limit of %lld different "
		    "ones on a message (reactions)",
		    (long long)limit);
	return ERR_NONE;
}

static enum error
reaction_change(struct db *db, struct call *call, bool add)
{
	struct reaction reaction = {
		.message_id = call_id(call, "message_id"),
		.emoji = call_text(call, "emoji"),
		.add = add,
	};
	enum error error = reaction_check(db, call, &reaction);
	bool changed;

	if (error != ERR_NONE)
		return error;
	if (add)
		changed = db_exec(db,
			      "INSERT INTO reactions (message_id, emoji,"
			      " user_id, id) VALUES ($1, $2, $3, $4)"
			      " ON CONFLICT DO NOTHING",
			      "itii", reaction.message_id, reaction.emoji,
			      call->caller.user_id, db_new_id(db)) > 0;
	else
		changed = db_exec(db,
			      "DELETE FROM reactions WHERE message_id = $1"
			      " AND emoji = $2 AND user_id = $3",
			      "iti", reaction.message_id, reaction.emoji,
			      call->caller.user_id) > 0;
	if (changed)
		reaction_changed(db, call, &reaction);
	return reaction_answer(call, changed);
}

static enum error
reaction_add(struct db *db, struct call *call)
{
	return reaction_change(db, call, true);
}

static enum error
reaction_remove(struct db *db, struct call *call)
{
	return reaction_change(db, call, false);
}

static const struct arg reaction_args[] = {
	{ .name = "message_id",
	    .type = ARG_ID,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "emoji",
	    .type = ARG_EMOJI,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .type = ARG_END },
};

const struct op reaction_ops[] = {
	{
	    .name = "reaction.add",
	    .method = "PUT",
	    .path = "/v1/messages/:message_id/reactions/:emoji",
	    .doors = DOOR_WS | DOOR_REST,
	    .may = MAY_WRITE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = reaction_add,
	    .args = reaction_args,
	    .answer = "| changed",
	    .summary = "React to a message with an emoji",
	},
	{
	    .name = "reaction.remove",
	    .method = "DELETE",
	    .path = "/v1/messages/:message_id/reactions/:emoji",
	    .doors = DOOR_WS | DOOR_REST,
	    .may = MAY_WRITE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = reaction_remove,
	    .args = reaction_args,
	    .answer = "| changed",
	    .summary = "Take a reaction back",
	},
	{ .name = NULL },
};

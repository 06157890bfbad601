/*
 * Read marks: how far a person has read, never moving backwards. Unread counts
 * follow from them.
 */
#include "server/features/list.h"

#include "server/object.h"
#include "shared/json_out.h"

/* To the reader's own other devices. */
static void
receipt_tell(struct db *db, struct call *call, int64_t message_id)
{
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf, "read.update", call->channel.id, 0);
	json_out_kid(&out, "user_id", call->caller.user_id);
	json_out_kid(&out, "message_id", message_id);
	json_out_ktime(&out, "read_at", db_now(db));
	event_end(&out, call, BUS_USER, call->caller.user_id);
}

static enum error
read_mark(struct db *db, struct call *call)
{
	int64_t message_id = call_id(call, "message_id");

	if (db_int(db, 0,
		"SELECT 1 FROM messages WHERE channel_id = $1 AND id = $2",
		"ii", call->channel.id, message_id) == 0)
		return call_fail(call, ERR_NOT_FOUND,
		    "no such message in this channel");
	if (db_exec(db,
		"UPDATE channel_members SET read_id = $3, read_at = $4"
		" WHERE channel_id = $1 AND user_id = $2 AND read_id < $3",
		"iiii", call->channel.id, call->caller.user_id, message_id,
		db_now(db)) > 0)
		receipt_tell(db, call, message_id);
	return ERR_NONE;
}

static const struct arg read_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "message_id", .type = ARG_ID, .flags = ARG_REQUIRED },
	{ .type = ARG_END },
};

const struct op receipt_ops[] = {
	{
	    .name = "read.mark",
	    .method = "PUT",
	    .path = "/v1/channels/:channel_id/read",
	    .doors = DOOR_WS | DOOR_REST,
	    .may = MAY_READ,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = read_mark,
	    .args = read_args,
	    .summary = "Mark a channel as read up to a message",
	},
	{ .name = NULL },
};

/*
 * Receipts: how far a person has read and what has reached their devices. Marks
 * move forward only; they are kept by receipts.h and written behind.
 */
#include "server/features/list.h"

#include "server/object.h"
#include "server/receipts.h"
#include "server/server.h"
#include "shared/json_out.h"

static const struct receipt_event {
	const char *type, *at; /* of the event, of its time */
} receipt_events[] = {
	[RECEIPT_READ] = { "read.update", "read_at" },
	[RECEIPT_DELIVERED] = { "delivery.update", "delivered_at" },
};

/* To the others in a small channel, and always to one's own devices. */
static void
receipt_tell(struct db *db, struct call *call, enum receipt_kind kind,
    int64_t message_id)
{
	bool small = call->channel.member_count <=
	    call_limits(call)->receipt_members;
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf, receipt_events[kind].type, call->channel.id, 0);
	json_out_kid(&out, "user_id", call->caller.user_id);
	json_out_kid(&out, "message_id", message_id);
	json_out_ktime(&out, receipt_events[kind].at, db_now(db));
	json_out_object_end(&out);
	call_publish_ephemeral(call, small ? BUS_CHANNEL : BUS_USER,
	    small ? call->channel.id : call->caller.user_id, &buf, 0);
	buf_release(&buf);
}

static enum error
receipt_mark(struct db *db, struct call *call, enum receipt_kind kind)
{
	int64_t message_id = call_id(call, "message_id"), stored;
	struct stmt *row;

	if (db_int(db, 0,
		"SELECT 1 FROM messages WHERE channel_id = $1 AND id = $2",
		"ii", call->channel.id, message_id) == 0)
		return call_fail(call, ERR_NOT_FOUND,
		    "no such message in this channel");
	row = db_query(db,
	    "SELECT read_id, delivered_id FROM channel_members"
	    " WHERE channel_id = $1 AND user_id = $2",
	    "ii", call->channel.id, call->caller.user_id);
	stored = stmt_step(row) ? stmt_int(row, (int)kind) : 0;
	if (receipts_mark(call->server->receipts, kind, call->channel.id,
		call->caller.user_id, stored, message_id, db_now(db)))
		receipt_tell(db, call, kind, message_id);
	return ERR_NONE;
}

static enum error
read_mark(struct db *db, struct call *call)
{
	return receipt_mark(db, call, RECEIPT_READ);
}

static enum error
delivery_ack(struct db *db, struct call *call)
{
	return receipt_mark(db, call, RECEIPT_DELIVERED);
}

static const struct arg mark_args[] = {
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
	    .lane = LANE_READ,
	    .status = 204,
	    .run = read_mark,
	    .args = mark_args,
	    .summary = "Mark a channel as read up to a message",
	},
	{
	    .name = "delivery.ack",
	    .doors = DOOR_WS,
	    .may = MAY_READ,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .run = delivery_ack,
	    .args = mark_args,
	    .summary = "Say up to which message a device has a channel",
	},
	{ .name = NULL },
};

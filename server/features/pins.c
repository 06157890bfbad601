/*
 * Pins: messages that a channel keeps at hand. Moderators pin; in a direct channel
 * both do.
 */
#include "server/features/list.h"

#include "server/channel.h"
#include "server/features/edits.h"
#include "server/object.h"
#include "server/page.h"
#include "shared/json_out.h"

static enum error
pin_check(struct db *db, struct call *call, bool pin)
{
	int64_t limit = call_limits(call)->pins;

	if (call->channel.role < CHANNEL_MODERATOR && !call->channel.direct &&
	    call->caller.role != ROLE_ADMIN)
		return call_fail(call, ERR_FORBIDDEN,
		    "only a moderator or owner pins");
	if (db_int(db, 0,
		"SELECT 1 FROM messages WHERE id = $1"
		" AND deleted_at IS NOT NULL",
		"i", call_id(call, "message_id")))
		return call_fail(call, ERR_NOT_FOUND,
		    "the message was deleted");
	if (pin &&
	    db_int(db, 0,
		"SELECT count(*) FROM messages"
		" WHERE channel_id = $1 AND pinned_at IS NOT NULL",
		"i", call->channel.id) >= limit)
		return call_fail(call, ERR_TOO_LARGE,
		    "message_id would be one more than the limit of %lld pins "
		    "of a channel (pins)",
		    (long long)limit);
	return ERR_NONE;
}

static enum error
pin_change(struct db *db, struct call *call, bool pin)
{
	int64_t id = call_id(call, "message_id"), seq;
	bool pinned = db_int(db, 0,
			  "SELECT 1 FROM messages WHERE id = $1"
			  " AND pinned_at IS NOT NULL",
			  "i", id) != 0;
	enum error error = pin_check(db, call, pin && !pinned);

	if (error != ERR_NONE || pinned == pin)
		return error;
	seq = channel_next_seq(db, call->channel.id);
	db_exec(db,
	    "UPDATE messages SET pinned_at = $2, seq = $3 WHERE id = $1", "iIi",
	    id, pin ? db_now(db) : (int64_t)0, seq);
	message_tell_updated(db, call, id, seq);
	return ERR_NONE;
}

static enum error
pin_add(struct db *db, struct call *call)
{
	return pin_change(db, call, true);
}

static enum error
pin_remove(struct db *db, struct call *call)
{
	return pin_change(db, call, false);
}

/* There are at most limits.pins of them: no pages. */
static enum error
pin_list(struct db *db, struct call *call)
{
	struct page page;
	struct json_out out;

	page_read(&page, db,
	    db_query(db,
		"SELECT " OBJECT_MESSAGE_COLUMNS
		" FROM messages m JOIN users u ON u.id = m.user_id"
		" WHERE m.channel_id = $1 AND m.pinned_at IS NOT NULL"
		" ORDER BY m.id",
		"i", call->channel.id),
	    call_limits(call)->pins);
	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_karray(&out, "messages");
	page_write(&out, &page, false);
	json_out_array_end(&out);
	json_out_object_end(&out);
	page_release(&page);
	return ERR_NONE;
}

static const struct arg pin_args[] = {
	{ .name = "message_id",
	    .type = ARG_ID,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .type = ARG_END },
};

static const struct arg list_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .type = ARG_END },
};

const struct op pin_ops[] = {
	{
	    .name = "pin.add",
	    .method = "PUT",
	    .path = "/v1/messages/:message_id/pin",
	    .doors = DOOR_REST,
	    .may = MAY_WRITE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = pin_add,
	    .args = pin_args,
	    .summary = "Pin a message",
	},
	{
	    .name = "pin.remove",
	    .method = "DELETE",
	    .path = "/v1/messages/:message_id/pin",
	    .doors = DOOR_REST,
	    .may = MAY_WRITE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = pin_remove,
	    .args = pin_args,
	    .summary = "Take a pin off",
	},
	{
	    .name = "pin.list",
	    .method = "GET",
	    .path = "/v1/channels/:channel_id/pins",
	    .doors = DOOR_REST,
	    .may = MAY_READ,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = pin_list,
	    .args = list_args,
	    .answer = "messages",
	    .summary = "List a channel's pinned messages",
	},
	{ .name = NULL },
};

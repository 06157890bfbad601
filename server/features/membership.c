/*
 * Coming and going by oneself: join and leave, through both doors.
 */
#include "server/features/list.h"

#include "server/channel.h"
#include "server/object.h"
#include "shared/json_out.h"

static enum error
channel_join(struct db *db, struct call *call)
{
	struct json_out out;

	channel_enter(db, call, call->channel.id, call->caller.user_id,
	    CHANNEL_MEMBER, false);
	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_key(&out, "channel");
	object_channel(&out, db, call, call->channel.id, call->caller.user_id);
	json_out_object_end(&out);
	return ERR_NONE;
}

static enum error
channel_leave(struct db *db, struct call *call)
{
	if (call->channel.direct)
		return call_fail(call, ERR_FORBIDDEN,
		    "a direct channel cannot be left; mute it instead");
	channel_depart(db, call, call->channel.id, call->caller.user_id, 0,
	    NULL);
	return ERR_NONE;
}

/* Over REST the path always has the channel; over WebSocket one of the two. */
static const struct arg join_args[] = {
	{ .name = "channel_id", .type = ARG_CHANNEL, .flags = ARG_PATH },
	{ .name = "name", .type = ARG_CHANNEL_NAME, .flags = ARG_WS },
	{ .type = ARG_END },
};

static const struct arg leave_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .type = ARG_END },
};

const struct op membership_ops[] = {
	{
	    .name = "channel.join",
	    .method = "POST",
	    .path = "/v1/channels/:channel_id/join",
	    .doors = DOOR_WS | DOOR_REST,
	    .may = MAY_SEE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 200,
	    .run = channel_join,
	    .args = join_args,
	    .answer = "channel",
	    .summary = "Become a member of a public channel",
	},
	{
	    .name = "channel.leave",
	    .method = "POST",
	    .path = "/v1/channels/:channel_id/leave",
	    .doors = DOOR_WS | DOOR_REST,
	    .may = MAY_READ,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = channel_leave,
	    .args = leave_args,
	    .summary = "Leave a channel",
	},
	{ .name = NULL },
};

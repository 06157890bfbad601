/*
 * Typing: relayed to the other members, never stored, at most one start in 2 s,
 * and not at all in large channels.
 */
#include "server/features/list.h"

#include "server/object.h"
#include "server/server.h"
#include "shared/clock.h"
#include "shared/json_out.h"

#define START_PER_S 0.5

/* One start in 2 s by this person in this channel. */
static bool
typing_too_soon(const struct call *call)
{
	struct bucket_key key = {
		.high = (uint64_t)call->channel.id,
		.low = (uint64_t)call->caller.user_id,
		.kind = BUCKET_TYPING,
	};

	return bucket_take(call->server->buckets, &key, START_PER_S, 1,
		   clock_mono_ms()) > 0;
}

static void
typing_relay(struct call *call, const char *type)
{
	const struct caller *caller = &call->caller;
	struct json_out out;
	struct buf buf;

	if (call->channel.member_count > call_limits(call)->typing_members)
		return;
	event_begin(&out, &buf, type, call->channel.id, 0);
	json_out_key(&out, "user");
	object_author(&out, caller->user_id, caller->username,
	    caller->display_name);
	json_out_kid_opt(&out, "parent_id", call_id(call, "parent_id"));
	json_out_object_end(&out);
	call_publish_ephemeral(call, BUS_CHANNEL, call->channel.id, &buf,
	    caller->user_id);
	buf_release(&buf);
}

static enum error
typing_start(struct db *db, struct call *call)
{
	(void)db;
	if (!typing_too_soon(call))
		typing_relay(call, "typing.start");
	return ERR_NONE;
}

static enum error
typing_stop(struct db *db, struct call *call)
{
	(void)db;
	typing_relay(call, "typing.stop");
	return ERR_NONE;
}

static const struct arg typing_args[] = {
	{ .name = "channel_id", .type = ARG_CHANNEL, .flags = ARG_REQUIRED },
	{ .name = "parent_id", .type = ARG_ID },
	{ .type = ARG_END },
};

const struct op typing_ops[] = {
	{
	    .name = "typing.start",
	    .doors = DOOR_WS,
	    .may = MAY_WRITE,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .run = typing_start,
	    .args = typing_args,
	    .summary = "Tell the others that one is typing",
	},
	{
	    .name = "typing.stop",
	    .doors = DOOR_WS,
	    .may = MAY_WRITE,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .run = typing_stop,
	    .args = typing_args,
	    .summary = "Tell the others that one has stopped",
	},
	{ .name = NULL },
};

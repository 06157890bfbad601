/*
 * What a person sets for a channel alone: muted, and of what to be notified.
 */
#include "server/features/list.h"

#include <string.h>

#include "server/object.h"
#include "shared/json_out.h"

static int64_t
notify_value(const char *text)
{
	if (strcmp(text, "mentions") == 0)
		return 1;
	return strcmp(text, "none") == 0 ? 2 : 0;
}

/* To all of the person's connections, as they see the channel. */
static void
settings_tell(struct db *db, struct call *call)
{
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf, "channel.updated", 0, 0);
	json_out_key(&out, "channel");
	object_channel(&out, db, call, call->channel.id, call->caller.user_id);
	event_end(&out, call, BUS_USER, call->caller.user_id);
}

static enum error
settings_put(struct db *db, struct call *call)
{
	const char *notify = call_text(call, "notify");
	struct json_out out;

	if (call_has(call, "muted"))
		db_exec(db,
		    "UPDATE channel_members SET muted = $3"
		    " WHERE channel_id = $1 AND user_id = $2",
		    "iii", call->channel.id, call->caller.user_id,
		    (int64_t)call_bool(call, "muted", false));
	if (notify != NULL)
		db_exec(db,
		    "UPDATE channel_members SET notify = $3"
		    " WHERE channel_id = $1 AND user_id = $2",
		    "iii", call->channel.id, call->caller.user_id,
		    notify_value(notify));
	settings_tell(db, call);
	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_key(&out, "channel");
	object_channel(&out, db, call, call->channel.id, call->caller.user_id);
	json_out_object_end(&out);
	return ERR_NONE;
}

static const struct arg settings_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "muted", .type = ARG_BOOL },
	{ .name = "notify",
	    .type = ARG_CHOICE,
	    .choices = "all mentions none" },
	{ .type = ARG_END },
};

const struct op settings_ops[] = {
	{
	    .name = "channel.settings",
	    .method = "PUT",
	    .path = "/v1/channels/:channel_id/my",
	    .doors = DOOR_REST,
	    .may = MAY_READ,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 200,
	    .run = settings_put,
	    .args = settings_args,
	    .answer = "channel",
	    .summary = "Mute a channel, or say of what to be notified",
	},
	{ .name = NULL },
};

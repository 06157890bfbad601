/*
 * Presence at the door: a sign of life, what one says of oneself, and whose
 * comings and goings a connection hears of.
 */
#include "server/features/list.h"

#include "server/call.h"
#include "server/presence.h"
#include "server/server.h"
#include "shared/id.h"
#include "shared/json_out.h"

/* Answered on the worker, whatever else is going on. */
static enum error
presence_ping(struct db *db, struct call *call)
{
	(void)db;
	(void)call;
	return ERR_NONE;
}

static enum error
presence_say(struct db *db, struct call *call)
{
	const char *text = call_text(call, "status_text");

	if (text != NULL)
		db_exec(db, "UPDATE users SET status_text = $2 WHERE id = $1",
		    "it", call->caller.user_id, *text != '\0' ? text : NULL);
	presence_set(call->server->presence, call->caller.user_id,
	    presence_parse(call_text(call, "status")), text);
	return ERR_NONE;
}

/* presence {user_id, status, last_seen_at?} */
static void
presence_write(struct json_out *out, struct db *db, struct call *call,
    int64_t user_id)
{
	enum presence_status status = presence_get(call->server->presence,
	    user_id);

	json_out_object(out);
	json_out_kid(out, "user_id", user_id);
	json_out_kstring(out, "status", presence_name(status));
	if (status == PRESENCE_OFFLINE)
		json_out_ktime_opt(out, "last_seen_at",
		    db_int(db, 0,
			"SELECT last_seen_at FROM users WHERE id = $1", "i",
			user_id));
	json_out_object_end(out);
}

/* Reader: the connection hears of changes already, so that none falls between
 * this answer and the first of them. */
static enum error
presence_answer(struct db *db, struct call *call)
{
	const json_t *ids = json_object_get(call->args, "user_ids");
	struct json_out out;
	size_t i;
	json_t *item;
	int64_t id = 0;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_karray(&out, "presence");
	json_array_foreach(ids, i, item) {
		id_parse(json_string_value(item), &id);
		presence_write(&out, db, call, id);
	}
	json_out_array_end(&out);
	json_out_object_end(&out);
	return ERR_NONE;
}

static enum error
presence_subscribe(struct db *db, struct call *call)
{
	const json_t *ids = json_object_get(call->args, "user_ids");
	size_t count = json_array_size(ids), i;
	int64_t *list = call_alloc(call, (count + 1) * sizeof(*list));
	json_t *item;

	(void)db;
	json_array_foreach(ids, i, item)
		id_parse(json_string_value(item), &list[i]);
	call->watch(call, list, count);
	return call_continue(call, LANE_READ, presence_answer);
}

static const struct arg say_args[] = {
	{ .name = "status",
	    .type = ARG_CHOICE,
	    .flags = ARG_REQUIRED,
	    .choices = "online away dnd" },
	{ .name = "status_text",
	    .type = ARG_LINE,
	    .limit = ARG_LIMIT(status_chars) },
	{ .type = ARG_END },
};

static const struct arg subscribe_args[] = {
	{ .name = "user_ids",
	    .type = ARG_IDS,
	    .flags = ARG_REQUIRED,
	    .limit = ARG_LIMIT(presence_users) },
	{ .type = ARG_END },
};

const struct op presence_ops[] = {
	{
	    .name = "presence.ping",
	    .doors = DOOR_WS,
	    .may = MAY_USER,
	    .cost = COST_NONE,
	    .lane = LANE_WORKER,
	    .run = presence_ping,
	    .reply = "presence.pong",
	    .summary = "Show a sign of life; answered at once",
	},
	{
	    .name = "presence.set",
	    .doors = DOOR_WS,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .run = presence_say,
	    .args = say_args,
	    .summary = "Say whether one is online, away or not to be disturbed",
	},
	{
	    .name = "presence.subscribe",
	    .doors = DOOR_WS,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_WORKER,
	    .run = presence_subscribe,
	    .args = subscribe_args,
	    .answer = "presence:presence[]",
	    .summary = "Hear of the presence of these users and no others",
	},
	{ .name = NULL },
};

/*
 * Channels themselves: made, listed, shown, changed, deleted.
 */
#include "server/features/list.h"

#include <string.h>

#include "server/channel.h"
#include "server/object.h"
#include "shared/id.h"
#include "shared/json_in.h"
#include "shared/json_out.h"

/* {"channel": …} as the caller sees it. */
static enum error
channel_answer(struct db *db, struct call *call, int64_t id)
{
	struct json_out out;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_key(&out, "channel");
	if (!object_channel(&out, db, call, id, call->caller.user_id)) {
		buf_clear(&call->result);
		return call_fail(call, ERR_NOT_FOUND, "no such channel");
	}
	json_out_object_end(&out);
	return ERR_NONE;
}

/* ---- making one ---- */

static bool
user_exists(struct db *db, int64_t id)
{
	return db_int(db, 0,
		   "SELECT 1 FROM users WHERE id = $1 AND disabled = 0", "i",
		   id) != 0;
}

/* All of them exist, or the channel is not made. */
static enum error
members_check(struct db *db, struct call *call, const json_t *members)
{
	size_t i;
	json_t *item;
	int64_t id;

	json_array_foreach(members, i, item) {
		id_parse(json_string_value(item), &id);
		if (!user_exists(db, id))
			return call_fail(call, ERR_NOT_FOUND,
			    "members: no user has the id %s",
			    json_string_value(item));
	}
	return ERR_NONE;
}

static enum error
group_create(struct db *db, struct call *call)
{
	const char *visibility = call_text(call, "visibility");
	const json_t *members = json_object_get(call->args, "members");
	struct channel_new fresh = {
		.name = call_text(call, "name"),
		.topic = call_text(call, "topic"),
		.is_public = visibility == NULL ||
		    strcmp(visibility, "public") == 0,
		.created_by = call->caller.user_id,
	};
	enum error error = members_check(db, call, members);
	size_t i;
	json_t *item;
	int64_t id, user_id;

	if (error != ERR_NONE)
		return error;
	if (fresh.name == NULL)
		return call_fail(call, ERR_BAD_REQUEST, "name is missing");
	id = channel_create(db, &fresh);
	if (id == 0)
		return call_fail(call, ERR_CONFLICT, "the name #%s is taken",
		    fresh.name);
	channel_enter(db, call, id, call->caller.user_id, CHANNEL_OWNER, true);
	json_array_foreach(members, i, item) {
		id_parse(json_string_value(item), &user_id);
		channel_enter(db, call, id, user_id, CHANNEL_MEMBER, true);
	}
	json_array_foreach(members, i, item) {
		id_parse(json_string_value(item), &user_id);
		if (user_id != call->caller.user_id)
			channel_tell_new(db, call, id, user_id);
	}
	channel_tell_new(db, call, id, call->caller.user_id);
	return channel_answer(db, call, id);
}

/* The direct channel with one other (or oneself): there is at most one. */
static enum error
direct_create(struct db *db, struct call *call)
{
	const json_t *members = json_object_get(call->args, "members");
	int64_t me = call->caller.user_id, other = 0, id;
	struct channel_new fresh = { .created_by = me };

	if (call_has(call, "name") || call_has(call, "topic") ||
	    call_has(call, "visibility"))
		return call_fail(call, ERR_BAD_REQUEST,
		    "a direct channel has no name, topic or visibility");
	if (json_array_size(members) != 1)
		return call_fail(call, ERR_BAD_REQUEST,
		    "members must name the one other person");
	if (members_check(db, call, members) != ERR_NONE)
		return ERR_NOT_FOUND;
	id_parse(json_string_value(json_array_get(members, 0)), &other);
	fresh.low = me < other ? me : other;
	fresh.high = me < other ? other : me;
	id = db_int(db, 0,
	    "SELECT id FROM channels WHERE low_id = $1 AND high_id = $2", "ii",
	    fresh.low, fresh.high);
	if (id != 0) {
		call->status = 200;
		return channel_answer(db, call, id);
	}
	id = channel_create(db, &fresh);
	channel_enter(db, call, id, me, CHANNEL_MEMBER, true);
	if (channel_enter(db, call, id, other, CHANNEL_MEMBER, true))
		channel_tell_new(db, call, id, other);
	channel_tell_new(db, call, id, me);
	return channel_answer(db, call, id);
}

static enum error
channel_make(struct db *db, struct call *call)
{
	const char *type = call_text(call, "type");

	return type != NULL && strcmp(type, "direct") == 0
	    ? direct_create(db, call)
	    : group_create(db, call);
}

/* ---- listing and showing ---- */

static enum error
channel_list(struct db *db, struct call *call)
{
	struct stmt *row = db_query(db,
	    "SELECT c.id FROM channel_members m"
	    " JOIN channels c ON c.id = m.channel_id"
	    " WHERE m.user_id = $1 AND c.deleted_at IS NULL"
	    " ORDER BY coalesce(c.last_message_id, c.id) DESC",
	    "i", call->caller.user_id);
	struct json_out out;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_karray(&out, "channels");
	while (stmt_step(row))
		object_channel(&out, db, call, stmt_int(row, 0),
		    call->caller.user_id);
	json_out_array_end(&out);
	json_out_object_end(&out);
	return ERR_NONE;
}

static enum error
channel_public(struct db *db, struct call *call)
{
	const char *query = call_text(call, "query");
	int64_t limit = call_page(call), count = 0;
	struct stmt *row = db_query(db,
	    "SELECT id FROM channels WHERE is_public = 1"
	    " AND deleted_at IS NULL AND id > $1"
	    " AND ($2 = '' OR instr(name, $2) > 0"
	    " OR instr(lower(coalesce(topic, '')), $2) > 0)"
	    " ORDER BY id LIMIT $3",
	    "iti", call_id(call, "after"), query ? query : "", limit + 1);
	struct json_out out;
	bool more = false;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_karray(&out, "channels");
	while (stmt_step(row)) {
		more = ++count > limit;
		if (!more)
			object_channel(&out, db, call, stmt_int(row, 0),
			    call->caller.user_id);
	}
	json_out_array_end(&out);
	json_out_kbool(&out, "has_more", more);
	json_out_object_end(&out);
	return ERR_NONE;
}

static enum error
channel_get(struct db *db, struct call *call)
{
	return channel_answer(db, call, call->channel.id);
}

/* ---- changing and deleting ---- */

static enum error
channel_rename(struct db *db, struct call *call, const char *name)
{
	int64_t other = db_int(db, 0, "SELECT id FROM channels WHERE name = $1",
	    "t", name);

	if (other != 0 && other != call->channel.id)
		return call_fail(call, ERR_CONFLICT, "the name #%s is taken",
		    name);
	db_exec(db, "UPDATE channels SET name = $2 WHERE id = $1", "it",
	    call->channel.id, name);
	return ERR_NONE;
}

static enum error
channel_change(struct db *db, struct call *call)
{
	const char *name = call_text(call, "name");
	const char *topic = call_text(call, "topic");
	const char *visibility = call_text(call, "visibility");
	int64_t id = call->channel.id;
	enum error error;

	if (call->channel.direct)
		return call_fail(call, ERR_FORBIDDEN,
		    "a direct channel has no name, topic or visibility");
	if (name != NULL) {
		error = channel_rename(db, call, name);
		if (error != ERR_NONE)
			return error;
	}
	if (topic != NULL)
		db_exec(db, "UPDATE channels SET topic = $2 WHERE id = $1",
		    "it", id, *topic != '\0' ? topic : NULL);
	if (visibility != NULL)
		db_exec(db, "UPDATE channels SET is_public = $2 WHERE id = $1",
		    "ii", id, (int64_t)(strcmp(visibility, "public") == 0));
	if (name != NULL || topic != NULL || visibility != NULL) {
		channel_next_seq(db, id);
		channel_tell_updated(db, call, id);
	}
	return channel_answer(db, call, id);
}

static void
members_part(struct db *db, struct call *call)
{
	struct stmt *row = db_query(db,
	    "SELECT user_id FROM channel_members WHERE channel_id = $1", "i",
	    call->channel.id);

	while (stmt_step(row))
		call_control(call, stmt_int(row, 0), BUS_PART, call->channel.id,
		    0);
	db_exec(db, "DELETE FROM channel_members WHERE channel_id = $1", "i",
	    call->channel.id);
}

/* Nobody sees it from here on, and its name is free. */
static enum error
channel_delete(struct db *db, struct call *call)
{
	struct json_out out;
	struct buf buf;

	if (call->channel.direct)
		return call_fail(call, ERR_FORBIDDEN,
		    "a direct channel cannot be deleted");
	event_begin(&out, &buf, "channel.deleted", call->channel.id, 0);
	event_end(&out, call, BUS_CHANNEL, call->channel.id);
	members_part(db, call);
	db_exec(db,
	    "UPDATE channels SET deleted_at = $2, name = NULL,"
	    " member_count = 0 WHERE id = $1",
	    "ii", call->channel.id, db_now(db));
	return ERR_NONE;
}

static const struct arg make_args[] = {
	{ .name = "name", .type = ARG_CHANNEL_NAME },
	{ .name = "type", .type = ARG_CHOICE, .choices = "group direct" },
	{ .name = "visibility",
	    .type = ARG_CHOICE,
	    .choices = "public private" },
	{ .name = "topic", .type = ARG_LINE, .limit = ARG_LIMIT(topic_chars) },
	{ .name = "members", .type = ARG_IDS, .limit = ARG_LIMIT(page_max) },
	{ .type = ARG_END },
};

static const struct arg public_args[] = {
	{ .name = "query",
	    .type = ARG_LINE,
	    .flags = ARG_QUERY,
	    .limit = ARG_LIMIT(name_chars) },
	{ .name = "limit", .type = ARG_INT, .flags = ARG_QUERY },
	{ .name = "after", .type = ARG_ID, .flags = ARG_QUERY },
	{ .type = ARG_END },
};

static const struct arg one_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .type = ARG_END },
};

static const struct arg change_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "name", .type = ARG_CHANNEL_NAME },
	{ .name = "topic", .type = ARG_LINE, .limit = ARG_LIMIT(topic_chars) },
	{ .name = "visibility",
	    .type = ARG_CHOICE,
	    .choices = "public private" },
	{ .type = ARG_END },
};

const struct op channel_ops[] = {
	{
	    .name = "channel.create",
	    .method = "POST",
	    .path = "/v1/channels",
	    .doors = DOOR_REST,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 201,
	    .status_again = 200,
	    .run = channel_make,
	    .args = make_args,
	    .answer = "channel",
	    .summary = "Make a channel, or open a direct one",
	},
	{
	    .name = "channel.list",
	    .method = "GET",
	    .path = "/v1/channels",
	    .doors = DOOR_REST,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = channel_list,
	    .answer = "channels",
	    .summary = "List the caller's channels, latest activity first",
	},
	{
	    .name = "channel.public",
	    .method = "GET",
	    .path = "/v1/channels/public",
	    .doors = DOOR_REST,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = channel_public,
	    .args = public_args,
	    .answer = "channels has_more",
	    .summary = "List the channels that anyone may join",
	},
	{
	    .name = "channel.get",
	    .method = "GET",
	    .path = "/v1/channels/:channel_id",
	    .doors = DOOR_REST,
	    .may = MAY_SEE,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = channel_get,
	    .args = one_args,
	    .answer = "channel",
	    .summary = "Show a channel, by id or @NAME",
	},
	{
	    .name = "channel.change",
	    .method = "PATCH",
	    .path = "/v1/channels/:channel_id",
	    .doors = DOOR_REST,
	    .may = MAY_MODERATE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 200,
	    .run = channel_change,
	    .args = change_args,
	    .answer = "channel",
	    .summary = "Change a channel's name, topic or visibility",
	},
	{
	    .name = "channel.delete",
	    .method = "DELETE",
	    .path = "/v1/channels/:channel_id",
	    .doors = DOOR_REST,
	    .may = MAY_OWN,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = channel_delete,
	    .args = one_args,
	    .summary = "Delete a channel for everybody",
	},
	{ .name = NULL },
};

/*
 * What becomes of a message afterwards: shown, edited by its author, deleted to a
 * tombstone that keeps its place.
 */
#include "server/features/list.h"

#include <string.h>

#include "server/channel.h"
#include "server/features/edits.h"
#include "server/mention.h"
#include "server/object.h"
#include "server/page.h"
#include "shared/json_out.h"

struct target {
	int64_t id, author, seq;
	bool deleted;
	const char *text; /* the call's */
	int64_t extras;
};

static void
target_load(struct db *db, struct call *call, struct target *target)
{
	struct stmt *row;

	memset(target, 0, sizeof(*target));
	target->id = call_id(call, "message_id");
	target->text = "";
	row = db_query(db,
	    "SELECT user_id, seq, deleted_at, text, extras FROM messages"
	    " WHERE id = $1",
	    "i", target->id);
	/* Access has found it a moment ago, in this transaction. */
	if (!stmt_step(row))
		return;
	target->author = stmt_int(row, 0);
	target->seq = stmt_int(row, 1);
	target->deleted = !stmt_is_null(row, 2);
	target->text = call_strdup(call, stmt_text(row, 3));
	target->extras = stmt_int(row, 4);
}

/* WebSocket hears the seq, REST the message (PATCH) or nothing (DELETE). */
static void
target_answer(struct db *db, struct call *call, const struct target *target,
    bool whole)
{
	struct json_out out;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	if (call->door == DOOR_WS) {
		json_out_kint(&out, "seq", target->seq);
	} else if (whole) {
		json_out_key(&out, "message");
		object_message(&out, db, target->id);
	}
	json_out_object_end(&out);
}

static enum error
message_get(struct db *db, struct call *call)
{
	struct json_out out;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_key(&out, "message");
	object_message(&out, db, call_id(call, "message_id"));
	json_out_object_end(&out);
	return ERR_NONE;
}

void
message_tell_updated(struct db *db, struct call *call, int64_t message_id,
    int64_t seq)
{
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf, "message.updated", call->channel.id, seq);
	json_out_key(&out, "message");
	object_message(&out, db, message_id);
	event_end(&out, call, BUS_CHANNEL, call->channel.id);
}

static enum error
message_update(struct db *db, struct call *call)
{
	const char *text = call_text(call, "text");
	struct mentions mentions;
	struct target target;
	int64_t extras;
	enum error error;

	target_load(db, call, &target);
	if (target.deleted)
		return call_fail(call, ERR_NOT_FOUND,
		    "the message was deleted");
	if (target.author != call->caller.user_id)
		return call_fail(call, ERR_FORBIDDEN,
		    "only its author edits a message");
	if (strcmp(text, target.text) != 0) {
		error = mention_find(db, call, text, &mentions);
		if (error != ERR_NONE)
			return error;
		extras = mention_store(db, call, target.id, &mentions);
		extras |= target.extras &
		    ~(int64_t)(EXTRA_MENTIONS | EXTRA_MENTIONS_ALL);
		target.seq = channel_next_seq(db, call->channel.id);
		db_exec(db,
		    "UPDATE messages SET text = $3, extras = $4,"
		    " edited_at = $5, seq = $6"
		    " WHERE channel_id = $1 AND id = $2",
		    "iitiii", call->channel.id, target.id, text, extras,
		    db_now(db), target.seq);
		message_tell_updated(db, call, target.id, target.seq);
	}
	target_answer(db, call, &target, true);
	return ERR_NONE;
}

/* The row and its place stay; what was said, and said of it, goes. */
static void
message_bury(struct db *db, struct call *call, struct target *target)
{
	db_exec(db, "DELETE FROM reactions WHERE message_id = $1", "i",
	    target->id);
	db_exec(db, "DELETE FROM mentions WHERE message_id = $1", "i",
	    target->id);
	target->seq = channel_next_seq(db, call->channel.id);
	db_exec(db,
	    "UPDATE messages SET text = '', extras = 0, pinned_at = NULL,"
	    " deleted_at = $3, seq = $4 WHERE channel_id = $1 AND id = $2",
	    "iiii", call->channel.id, target->id, db_now(db), target->seq);
}

static void
message_tell_deleted(struct db *db, struct call *call,
    const struct target *target)
{
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf, "message.deleted", call->channel.id,
	    target->seq);
	json_out_kid(&out, "message_id", target->id);
	json_out_ktime(&out, "deleted_at", db_now(db));
	json_out_kid(&out, "by", call->caller.user_id);
	event_end(&out, call, BUS_CHANNEL, call->channel.id);
}

/* Authors who may still write here, moderators, owners, administrators. */
static bool
may_delete(const struct call *call, const struct target *target)
{
	if (call->caller.role == ROLE_ADMIN && !call->channel.direct)
		return true;
	if (call->channel.role >= CHANNEL_MODERATOR)
		return true;
	return target->author == call->caller.user_id &&
	    call->channel.role >= CHANNEL_MEMBER && !call->channel.silenced;
}

static enum error
message_delete(struct db *db, struct call *call)
{
	struct target target;

	target_load(db, call, &target);
	if (!may_delete(call, &target))
		return call_fail(call, ERR_FORBIDDEN,
		    "only its author or a moderator deletes a message");
	if (!target.deleted) {
		message_bury(db, call, &target);
		message_tell_deleted(db, call, &target);
	}
	target_answer(db, call, &target, false);
	return ERR_NONE;
}

/* ---- threads ---- */

#define REPLIES_SQL(condition, order)                                         \
	"SELECT " OBJECT_MESSAGE_COLUMNS                                      \
	" FROM messages m JOIN users u ON u.id = m.user_id"                   \
	" WHERE m.parent_id = $1 AND m.id " condition " ORDER BY m.id " order \
	" LIMIT $3"

static enum error
message_replies(struct db *db, struct call *call)
{
	int64_t limit = call_page(call);
	int64_t before = call_id(call, "before");
	int64_t after = call_id(call, "after");
	int64_t parent = call_id(call, "message_id");
	struct page page;
	struct json_out out;

	if (before != 0 && after != 0)
		return call_fail(call, ERR_BAD_REQUEST,
		    "only one of before and after may be given");
	/* A thread is read from its beginning, unless somebody pages back. */
	if (before != 0)
		page_read(&page, db,
		    db_query(db, REPLIES_SQL("< $2", "DESC"), "iii", parent,
			before, limit + 1),
		    limit);
	else
		page_read(&page, db,
		    db_query(db, REPLIES_SQL("> $2", "ASC"), "iii", parent,
			after, limit + 1),
		    limit);
	json_out_init(&out, &call->result);
	json_out_object(&out);
	page_answer(&out, &page, before != 0);
	json_out_object_end(&out);
	page_release(&page);
	return ERR_NONE;
}

static const struct arg get_args[] = {
	{ .name = "message_id",
	    .type = ARG_ID,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .type = ARG_END },
};

static const struct arg update_args[] = {
	{ .name = "message_id",
	    .type = ARG_ID,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "text",
	    .type = ARG_TEXT,
	    .flags = ARG_REQUIRED,
	    .limit = ARG_LIMIT(text_chars) },
	{ .type = ARG_END },
};

static const struct arg replies_args[] = {
	{ .name = "message_id",
	    .type = ARG_ID,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "limit", .type = ARG_INT, .flags = ARG_QUERY },
	{ .name = "before", .type = ARG_ID, .flags = ARG_QUERY },
	{ .name = "after", .type = ARG_ID, .flags = ARG_QUERY },
	{ .type = ARG_END },
};

const struct op edit_ops[] = {
	{
	    .name = "message.get",
	    .method = "GET",
	    .path = "/v1/messages/:message_id",
	    .doors = DOOR_REST,
	    .may = MAY_READ,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = message_get,
	    .args = get_args,
	    .answer = "message",
	    .summary = "Show one message",
	},
	{
	    .name = "message.update",
	    .method = "PATCH",
	    .path = "/v1/messages/:message_id",
	    .doors = DOOR_WS | DOOR_REST,
	    .may = MAY_WRITE,
	    .cost = COST_MESSAGE,
	    .lane = LANE_WRITE,
	    .status = 200,
	    .run = message_update,
	    .args = update_args,
	    .answer = "message | seq",
	    .summary = "Edit one's own message",
	},
	{
	    .name = "message.delete",
	    .method = "DELETE",
	    .path = "/v1/messages/:message_id",
	    .doors = DOOR_WS | DOOR_REST,
	    .may = MAY_SEE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = message_delete,
	    .args = get_args,
	    .answer = "| seq",
	    .summary = "Delete a message; its place stays",
	},
	{
	    .name = "message.replies",
	    .method = "GET",
	    .path = "/v1/messages/:message_id/replies",
	    .doors = DOOR_REST,
	    .may = MAY_READ,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = message_replies,
	    .args = replies_args,
	    .answer = "messages has_more",
	    .summary = "Page through a thread",
	},
	{ .name = NULL },
};

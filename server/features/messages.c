/*
 * Sending: the one write that everything here is about. In one transaction a
 * message gets its id and the channel's next seq, and its client's name for it is
 * remembered for ever; a repeat gives the first one's result and tells nobody.
 */
#include "server/features/list.h"

#include "server/mention.h"
#include "server/object.h"
#include "shared/id.h"
#include "shared/json_out.h"

#define CLIENT_MSG_ID_MAX 64

/* A message on its way into the store. */
struct sending {
	int64_t id, seq;
	int64_t parent_id; /* 0: none */
	bool in_channel;
	struct mentions mentions;
	int64_t extras;
};

/* What the sender hears: WebSocket the numbers, REST the whole message. */
static void
message_answer(struct db *db, struct call *call, int64_t id, int64_t seq,
    bool duplicate)
{
	struct json_out out;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	if (call->door == DOOR_WS) {
		json_out_kid(&out, "message_id", id);
		json_out_kint(&out, "seq", seq);
		json_out_ktime(&out, "created_at", id_time_ms(id));
		json_out_kbool(&out, "duplicate", duplicate);
	} else {
		json_out_key(&out, "message");
		object_message(&out, db, id);
		if (duplicate)
			call->status = 200;
	}
	json_out_object_end(&out);
}

/* The message that this client has sent under this name before; 0: none. */
static int64_t
message_repeated(struct db *db, struct call *call, const char *client_msg_id)
{
	return db_int(db, 0,
	    "SELECT message_id FROM client_messages"
	    " WHERE user_id = $1 AND client_msg_id = $2",
	    "it", call->caller.user_id, client_msg_id);
}

/* The first one's result. It may have gone to another channel, which the caller
 * has left since: what became of it there is not told. */
static enum error
message_repeat(struct db *db, struct call *call, int64_t first)
{
	struct stmt *row = db_query(db,
	    "SELECT s.seq FROM messages s JOIN channel_members m"
	    " ON m.channel_id = s.channel_id AND m.user_id = $2"
	    " WHERE s.id = $1",
	    "ii", first, call->caller.user_id);

	if (!stmt_step(row))
		return call_fail(call, ERR_NOT_FOUND,
		    "client_msg_id: it is of a message in a channel that you "
		    "are no member of");
	message_answer(db, call, first, stmt_int(row, 0), true);
	return ERR_NONE;
}

/* The channel's next seq, with this message as the newest of its own history. */
static int64_t
message_place(struct db *db, struct call *call, const struct sending *sending)
{
	struct stmt *row = db_query(db,
	    "UPDATE channels SET seq = seq + 1, last_message_id ="
	    " CASE WHEN $3 = 1 THEN $2 ELSE last_message_id END"
	    " WHERE id = $1 RETURNING seq",
	    "iii", call->channel.id, sending->id, (int64_t)sending->in_channel);
	int64_t seq = stmt_step(row) ? stmt_int(row, 0) : 0;

	while (stmt_step(row))
		continue;
	return seq;
}

static void
message_insert(struct db *db, struct call *call, const struct sending *sending)
{
	const char *client_msg_id = call_text(call, "client_msg_id");

	db_exec(db,
	    "INSERT INTO messages (channel_id, id, seq, user_id, text,"
	    " client_msg_id, parent_id, in_channel, extras)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	    "iiiittIii", call->channel.id, sending->id, sending->seq,
	    call->caller.user_id, call_text(call, "text"), client_msg_id,
	    sending->parent_id, (int64_t)sending->in_channel, sending->extras);
	if (client_msg_id != NULL)
		db_exec(db,
		    "INSERT INTO client_messages (user_id, client_msg_id,"
		    " message_id) VALUES ($1, $2, $3)",
		    "iti", call->caller.user_id, client_msg_id, sending->id);
}

/* A reply and its parent's new counts are one change: both get the one seq. */
static void
parent_count(struct db *db, const struct call *call,
    const struct sending *sending)
{
	db_exec(db,
	    "UPDATE messages SET reply_count = reply_count + 1,"
	    " last_reply_at = $3, seq = $4 WHERE channel_id = $1 AND id = $2",
	    "iiii", call->channel.id, sending->parent_id,
	    id_time_ms(sending->id), sending->seq);
}

static void
parent_tell(struct json_out *out, struct db *db, const struct sending *sending)
{
	json_out_kobject(out, "parent");
	json_out_kid(out, "id", sending->parent_id);
	json_out_kint(out, "reply_count",
	    db_int(db, 0, "SELECT reply_count FROM messages WHERE id = $1", "i",
		sending->parent_id));
	json_out_ktime(out, "last_reply_at", id_time_ms(sending->id));
	json_out_object_end(out);
}

/* Most messages have no extras: those are written from what is at hand, and
 * nothing is read back. */
static void
message_write(struct json_out *out, struct call *call,
    const struct sending *sending)
{
	const struct caller *caller = &call->caller;

	json_out_object(out);
	json_out_kid(out, "id", sending->id);
	json_out_kid(out, "channel_id", call->channel.id);
	json_out_kint(out, "seq", sending->seq);
	json_out_key(out, "user");
	object_author(out, caller->user_id, caller->username,
	    caller->display_name);
	json_out_kstring(out, "text", call_text(call, "text"));
	json_out_ktime(out, "created_at", id_time_ms(sending->id));
	json_out_kstring_opt(out, "client_msg_id",
	    call_text(call, "client_msg_id"));
	json_out_object_end(out);
}

static void
message_tell(struct db *db, struct call *call, const struct sending *sending)
{
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf, "message.new", call->channel.id, sending->seq);
	json_out_key(&out, "message");
	if (sending->extras == 0 && sending->parent_id == 0)
		message_write(&out, call, sending);
	else
		object_message(&out, db, sending->id);
	if (sending->parent_id != 0)
		parent_tell(&out, db, sending);
	event_end(&out, call, BUS_CHANNEL, call->channel.id);
}

/* Threads are one level deep: a reply to a reply goes to its thread. */
static enum error
parent_find(struct db *db, struct call *call, struct sending *sending)
{
	int64_t id = call_id(call, "parent_id");
	struct stmt *row;

	sending->in_channel = true;
	if (id == 0) {
		if (call_has(call, "in_channel"))
			return call_fail(call, ERR_BAD_REQUEST,
			    "in_channel goes with parent_id");
		return ERR_NONE;
	}
	row = db_query(db,
	    "SELECT coalesce(parent_id, id) FROM messages"
	    " WHERE channel_id = $1 AND id = $2",
	    "ii", call->channel.id, id);
	if (!stmt_step(row))
		return call_fail(call, ERR_NOT_FOUND,
		    "parent_id: no such message in this channel");
	sending->parent_id = stmt_int(row, 0);
	sending->in_channel = call_bool(call, "in_channel", false);
	return ERR_NONE;
}

static enum error
message_send(struct db *db, struct call *call)
{
	const char *client_msg_id = call_text(call, "client_msg_id");
	struct sending sending = { 0 };
	int64_t first = 0;
	enum error error;

	if (client_msg_id != NULL)
		first = message_repeated(db, call, client_msg_id);
	if (first != 0)
		return message_repeat(db, call, first);
	error = parent_find(db, call, &sending);
	if (error == ERR_NONE)
		error = mention_find(db, call, call_text(call, "text"),
		    &sending.mentions);
	if (error != ERR_NONE)
		return error;
	sending.id = db_new_id(db);
	if (sending.mentions.count > 0 || sending.mentions.all)
		sending.extras = mention_store(db, call, sending.id,
		    &sending.mentions);
	sending.seq = message_place(db, call, &sending);
	message_insert(db, call, &sending);
	if (sending.parent_id != 0)
		parent_count(db, call, &sending);
	message_answer(db, call, sending.id, sending.seq, false);
	message_tell(db, call, &sending);
	return ERR_NONE;
}

static const struct arg send_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "text",
	    .type = ARG_TEXT,
	    .flags = ARG_REQUIRED,
	    .limit = ARG_LIMIT(text_chars) },
	{ .name = "client_msg_id", .type = ARG_LINE, .max = CLIENT_MSG_ID_MAX },
	{ .name = "parent_id", .type = ARG_ID },
	{ .name = "in_channel", .type = ARG_BOOL },
	{ .name = "mentions", .type = ARG_IDS, .limit = ARG_LIMIT(mentions) },
	{ .type = ARG_END },
};

const struct op message_ops[] = {
	{
	    .name = "message.send",
	    .method = "POST",
	    .path = "/v1/channels/:channel_id/messages",
	    .doors = DOOR_WS | DOOR_REST,
	    .may = MAY_WRITE,
	    .cost = COST_MESSAGE,
	    .lane = LANE_WRITE,
	    .status = 201,
	    .status_again = 200,
	    .run = message_send,
	    .args = send_args,
	    .answer = "message | message_id seq created_at duplicate",
	    .summary = "Send a message to a channel",
	},
	{ .name = NULL },
};

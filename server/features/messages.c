/*
 * Sending: the one write that everything here is about. In one transaction a
 * message gets its id and the channel's next seq, and its client's name for it is
 * remembered for ever; a repeat gives the first one's result and tells nobody.
 */
#include "server/features/list.h"

#include "server/object.h"
#include "shared/id.h"
#include "shared/json_out.h"

#define CLIENT_MSG_ID_MAX 64

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

/* The channel's next seq, with this message as its newest. */
static int64_t
message_place(struct db *db, struct call *call, int64_t id)
{
	struct stmt *row = db_query(db,
	    "UPDATE channels SET seq = seq + 1, last_message_id = $2"
	    " WHERE id = $1 RETURNING seq",
	    "ii", call->channel.id, id);
	int64_t seq = stmt_step(row) ? stmt_int(row, 0) : 0;

	while (stmt_step(row))
		continue;
	return seq;
}

static void
message_insert(struct db *db, struct call *call, int64_t id, int64_t seq)
{
	const char *client_msg_id = call_text(call, "client_msg_id");

	db_exec(db,
	    "INSERT INTO messages (channel_id, id, seq, user_id, text,"
	    " client_msg_id) VALUES ($1, $2, $3, $4, $5, $6)",
	    "iiiitt", call->channel.id, id, seq, call->caller.user_id,
	    call_text(call, "text"), client_msg_id);
	if (client_msg_id != NULL)
		db_exec(db,
		    "INSERT INTO client_messages (user_id, client_msg_id,"
		    " message_id) VALUES ($1, $2, $3)",
		    "iti", call->caller.user_id, client_msg_id, id);
}

/* Written from what is at hand: nothing is read back for an event. */
static void
message_tell(struct call *call, int64_t id, int64_t seq)
{
	const struct caller *caller = &call->caller;
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf, "message.new", call->channel.id, seq);
	json_out_kobject(&out, "message");
	json_out_kid(&out, "id", id);
	json_out_kid(&out, "channel_id", call->channel.id);
	json_out_kint(&out, "seq", seq);
	json_out_key(&out, "user");
	object_author(&out, caller->user_id, caller->username,
	    caller->display_name);
	json_out_kstring(&out, "text", call_text(call, "text"));
	json_out_ktime(&out, "created_at", id_time_ms(id));
	json_out_kstring_opt(&out, "client_msg_id",
	    call_text(call, "client_msg_id"));
	json_out_object_end(&out);
	event_end(&out, call, BUS_CHANNEL, call->channel.id);
}

/* A field that means something nobody here can do yet is refused, not ignored. */
static enum error
message_check(struct call *call)
{
	static const char *const later[] = { "parent_id", "in_channel",
		"attachments", "mentions" };

	for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++)
		if (call_has(call, later[i]))
			return call_fail(call, ERR_BAD_REQUEST,
			    "%s is not supported by this server", later[i]);
	return ERR_NONE;
}

static enum error
message_send(struct db *db, struct call *call)
{
	const char *client_msg_id = call_text(call, "client_msg_id");
	int64_t id = 0, seq;

	if (message_check(call) != ERR_NONE)
		return ERR_BAD_REQUEST;
	if (client_msg_id != NULL)
		id = message_repeated(db, call, client_msg_id);
	if (id != 0) {
		seq = db_int(db, 0, "SELECT seq FROM messages WHERE id = $1",
		    "i", id);
		message_answer(db, call, id, seq, true);
		return ERR_NONE;
	}
	id = db_new_id(db);
	seq = message_place(db, call, id);
	message_insert(db, call, id, seq);
	message_answer(db, call, id, seq, false);
	message_tell(call, id, seq);
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
	    .run = message_send,
	    .args = send_args,
	    .summary = "Send a message to a channel",
	},
	{ .name = NULL },
};

/*
 * Delta sync: what moved in the caller's channels since the seqs that its client
 * has, in its present state. One range scan of (channel, seq) a channel; no log
 * of events. Over WebSocket each channel is an answer of its own, then the ack.
 */
#include "server/features/list.h"

#include "server/object.h"
#include "shared/id.h"
#include "shared/json_out.h"

#define SYNC_LIMIT 200
#define SYNC_LIMIT_MAX 1000
#define SYNC_CHANNEL_BYTES (256 * 1024)
#define SYNC_TOTAL_BYTES \
	(8 * 1024 * 1024) /* past it, channels come truncated */

struct sync {
	struct db *db;
	struct call *call;
	json_t *map; /* channel id -> seq */
	int64_t limit;
	struct json_out out;
	struct buf *buf;
	int64_t channels;
};

/* Each channel begins so; over WebSocket it is an object with a type. */
static void
entry_begin(struct sync *sync)
{
	if (sync->call->door == DOOR_WS)
		json_out_init(&sync->out, sync->buf);
	json_out_object(&sync->out);
	if (sync->call->door == DOOR_WS) {
		json_out_kstring(&sync->out, "type", "sync.channel");
		json_out_kstring_opt(&sync->out, "ref", sync->call->ref);
	}
	sync->channels++;
}

static void
entry_end(struct sync *sync)
{
	json_out_object_end(&sync->out);
	if (sync->call->door == DOOR_WS)
		buf_putc(sync->buf, '\n');
}

/* Writes the messages above `seq`; false, with nothing written, where they are
 * more than fit. */
static bool
entry_messages(struct sync *sync, int64_t channel_id, int64_t seq)
{
	size_t before = sync->buf->len;
	bool comma = sync->out.comma;
	int64_t count = 0;
	struct stmt *row = db_query(sync->db,
	    "SELECT " OBJECT_MESSAGE_COLUMNS
	    " FROM messages m JOIN users u ON u.id = m.user_id"
	    " WHERE m.channel_id = $1 AND m.seq > $2"
	    " ORDER BY m.seq LIMIT $3",
	    "iii", channel_id, seq, sync->limit + 1);

	json_out_karray(&sync->out, "messages");
	while (before < SYNC_TOTAL_BYTES && stmt_step(row)) {
		if (++count > sync->limit ||
		    sync->buf->len - before > SYNC_CHANNEL_BYTES)
			break;
		object_message_row(&sync->out, sync->db, row);
	}
	if (before < SYNC_TOTAL_BYTES && count <= sync->limit &&
	    sync->buf->len - before <= SYNC_CHANNEL_BYTES) {
		json_out_array_end(&sync->out);
		return true;
	}
	sync->buf->len = before;
	sync->out.comma = comma;
	return false;
}

static void
sync_channel(struct sync *sync, int64_t channel_id, const json_t *known)
{
	bool whole = true;

	entry_begin(sync);
	json_out_key(&sync->out, "channel");
	object_channel(&sync->out, sync->db, sync->call, channel_id,
	    sync->call->caller.user_id);
	if (known != NULL)
		whole = entry_messages(sync, channel_id,
		    json_integer_value(known));
	if (known == NULL || !whole) {
		json_out_karray(&sync->out, "messages");
		json_out_array_end(&sync->out);
	}
	object_receipts(&sync->out, sync->db, sync->call, channel_id,
	    "receipts");
	json_out_kbool(&sync->out, "truncated", !whole);
	entry_end(sync);
}

/* Those of the map that its user may no longer see. */
static void
sync_gone(struct sync *sync)
{
	const char *key;
	json_t *seq;
	int64_t id = 0;

	json_object_foreach(sync->map, key, seq) {
		id_parse(key, &id);
		if (db_int(sync->db, 0,
			"SELECT 1 FROM channel_members"
			" WHERE channel_id = $1 AND user_id = $2",
			"ii", id, sync->call->caller.user_id) != 0)
			continue;
		entry_begin(sync);
		json_out_kid(&sync->out, "channel_id", id);
		json_out_kbool(&sync->out, "gone", true);
		entry_end(sync);
	}
}

static void
sync_moved(struct sync *sync)
{
	struct stmt *row = db_query(sync->db,
	    "SELECT c.id, c.seq FROM channel_members m"
	    " JOIN channels c ON c.id = m.channel_id WHERE m.user_id = $1",
	    "i", sync->call->caller.user_id);

	while (stmt_step(row)) {
		char key[ID_TEXT_SIZE];
		const json_t *known;

		id_format(stmt_int(row, 0), key);
		known = json_object_get(sync->map, key);
		if (known == NULL ||
		    json_integer_value(known) < stmt_int(row, 1))
			sync_channel(sync, stmt_int(row, 0), known);
	}
}

static enum error
sync_run(struct db *db, struct call *call)
{
	bool live = call->door == DOOR_WS;
	struct sync sync = {
		.db = db,
		.call = call,
		.map = json_object_get(call->args, "channels"),
		.limit = call_int(call, "limit", SYNC_LIMIT),
		.buf = live ? &call->replies : &call->result,
	};

	if (sync.limit > SYNC_LIMIT_MAX)
		sync.limit = SYNC_LIMIT_MAX;
	json_out_init(&sync.out, sync.buf);
	if (!live) {
		json_out_object(&sync.out);
		json_out_karray(&sync.out, "channels");
	}
	sync_moved(&sync);
	sync_gone(&sync);
	if (!live) {
		json_out_array_end(&sync.out);
		json_out_object_end(&sync.out);
		return ERR_NONE;
	}
	json_out_init(&sync.out, &call->result);
	json_out_object(&sync.out);
	json_out_kint(&sync.out, "channels", sync.channels);
	json_out_object_end(&sync.out);
	return ERR_NONE;
}

static const struct arg sync_args[] = {
	{ .name = "channels", .type = ARG_SEQ_MAP, .flags = ARG_REQUIRED },
	{ .name = "limit", .type = ARG_INT },
	{ .type = ARG_END },
};

const struct op sync_ops[] = {
	{
	    .name = "sync",
	    .method = "POST",
	    .path = "/v1/sync",
	    .doors = DOOR_WS | DOOR_REST,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = sync_run,
	    .args = sync_args,
	    .answer = "channels:synced[] | channels:count",
	    .summary = "Get what moved in one's channels since given seqs",
	},
	{ .name = NULL },
};

/*
 * The door that lets a WebSocket in: who is it, what is it a member of, and the
 * greeting. Runs on the writer though it rarely writes, so that its place among
 * joins and parts is known: the worker hears everything that comes after.
 */
#include "server/features/session.h"

#include "server/features/list.h"
#include "server/object.h"
#include "server/server.h"
#include "shared/json_out.h"
#include "shared/xmalloc.h"

static void
session_channels(struct db *db, struct call *call)
{
	struct stmt *row = db_query(db,
	    "SELECT channel_id FROM channel_members WHERE user_id = $1", "i",
	    call->caller.user_id);
	size_t cap = 0;

	/* Never NULL: it says that there is something to subscribe. */
	call->open_channels = xcalloc(1, sizeof(*call->open_channels));
	while (stmt_step(row)) {
		if (call->open_count == cap) {
			cap = cap ? cap * 2 : 8;
			call->open_channels = xreallocarray(call->open_channels,
			    cap, sizeof(*call->open_channels));
		}
		call->open_channels[call->open_count++] = stmt_int(row, 0);
	}
}

static void
session_limits(struct json_out *out, const struct limits *limits)
{
	const struct option_table *table = limits_table();
	const char *base = (const char *)limits;

	json_out_kobject(out, "limits");
	for (size_t i = 0; i < table->count; i++) {
		const struct option_spec *spec = &table->specs[i];
		const void *at = base + spec->offset;

		json_out_key(out, spec->key);
		if (spec->type == OPTION_REAL)
			json_out_real(out, *(const double *)at);
		else
			json_out_int(out, *(const int64_t *)at);
	}
	json_out_object_end(out);
}

static enum error
session_open(struct db *db, struct call *call)
{
	const struct limits *limits = call_limits(call);
	int64_t session = call->caller.session_id;
	struct json_out out;

	session_channels(db, call);
	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_kstring(&out, "type", "connection.established");
	json_out_key(&out, "user");
	object_user(&out, db, call->caller.user_id);
	/* Bots and logins of this machine have no session that outlives the
	 * connection; its name is made up. */
	json_out_kid(&out, "session_id", session ? session : db_new_id(db));
	json_out_ktime(&out, "server_time", db_now(db));
	json_out_kstring(&out, "epoch", call->server->epoch);
	json_out_kint(&out, "heartbeat_ms", (int64_t)(limits->ping_s * 1000));
	session_limits(&out, limits);
	json_out_object_end(&out);
	return ERR_NONE;
}

const struct op op_session_open = {
	.name = "session.open",
	.may = MAY_USER,
	.cost = COST_COMMAND,
	.lane = LANE_WRITE,
	.run = session_open,
	.summary = "Let a WebSocket in",
};

const struct op session_ops[] = { { .name = NULL } };

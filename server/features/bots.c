/*
 * Bots: accounts that come with an API token in place of a password. Made and
 * revoked by administrators.
 */
#include "server/features/list.h"

#include <string.h>

#include "server/account.h"
#include "server/object.h"
#include "shared/json_out.h"

static enum error
bot_create_finish(struct db *db, struct call *call)
{
	char token[SECRET_TOKEN_SIZE];
	struct json_out out;
	int64_t id;
	enum error error = account_create(db, call, call_text(call, "username"),
	    call_text(call, "display_name"), ROLE_BOT, NULL, ACCOUNT_NO_UID,
	    &id);

	if (error == ERR_NONE)
		error = account_bot_token(db, call, id, token);
	if (error != ERR_NONE)
		return error;
	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_key(&out, "user");
	object_user(&out, db, id);
	json_out_kstring(&out, "token", token);
	json_out_object_end(&out);
	secret_wipe(token, sizeof(token));
	return ERR_NONE;
}

/* Pool thread: asks the passwd database, which may be slow. */
static enum error
bot_create_name(struct db *db, struct call *call)
{
	const char *username = call_text(call, "username");

	(void)db;
	if (account_login_uid(username) != ACCOUNT_NO_UID)
		return call_fail(call, ERR_CONFLICT,
		    "the name %s is that of a login of this machine", username);
	return call_continue(call, LANE_WRITE, bot_create_finish);
}

/* Reader: only to know that the caller may, before a pool thread is taken. */
static enum error
bot_create(struct db *db, struct call *call)
{
	(void)db;
	return call_continue(call, LANE_HASH, bot_create_name);
}

static enum error
bot_list(struct db *db, struct call *call)
{
	struct stmt *row = db_query(db,
	    "SELECT " OBJECT_USER_COLUMNS " FROM users u"
	    " WHERE u.role = 2 AND u.disabled = 0 ORDER BY u.id",
	    "");
	struct json_out out;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_karray(&out, "bots");
	while (stmt_step(row))
		object_user_row(&out, row);
	json_out_array_end(&out);
	json_out_object_end(&out);
	return ERR_NONE;
}

static enum error
bot_revoke(struct db *db, struct call *call)
{
	int64_t id = call_id(call, "user_id");

	if (db_int(db, 0,
		"SELECT 1 FROM users WHERE id = $1 AND role = 2"
		" AND disabled = 0",
		"i", id) == 0)
		return call_fail(call, ERR_NOT_FOUND, "no such bot");
	db_exec(db, "DELETE FROM bot_tokens WHERE user_id = $1", "i", id);
	db_exec(db, "UPDATE users SET disabled = 1 WHERE id = $1", "i", id);
	call_control(call, id, BUS_CLOSE_SESSION, 0, CLOSE_UNAUTHORIZED);
	return ERR_NONE;
}

static const struct arg create_args[] = {
	{ .name = "username", .type = ARG_USERNAME, .flags = ARG_REQUIRED },
	{ .name = "display_name",
	    .type = ARG_LINE,
	    .limit = ARG_LIMIT(name_chars) },
	{ .type = ARG_END },
};

static const struct arg revoke_args[] = {
	{ .name = "user_id", .type = ARG_ID, .flags = ARG_REQUIRED | ARG_PATH },
	{ .type = ARG_END },
};

const struct op bot_ops[] = {
	{
	    .name = "bot.create",
	    .method = "POST",
	    .path = "/v1/bots",
	    .doors = DOOR_REST,
	    .may = MAY_ADMIN,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 201,
	    .run = bot_create,
	    .args = create_args,
	    .answer = "user token",
	    .summary = "Make a bot; its token is shown once",
	},
	{
	    .name = "bot.list",
	    .method = "GET",
	    .path = "/v1/bots",
	    .doors = DOOR_REST,
	    .may = MAY_ADMIN,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = bot_list,
	    .answer = "bots",
	    .summary = "List the bots",
	},
	{
	    .name = "bot.revoke",
	    .method = "DELETE",
	    .path = "/v1/bots/:user_id",
	    .doors = DOOR_REST,
	    .may = MAY_ADMIN,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = bot_revoke,
	    .args = revoke_args,
	    .summary = "Revoke a bot's tokens and end its connections",
	},
	{ .name = NULL },
};

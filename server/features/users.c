/*
 * People: oneself, one other, and all of them by pages.
 */
#include "server/features/list.h"

#include <string.h>

#include "server/account.h"
#include "server/object.h"
#include "shared/id.h"
#include "shared/json_out.h"

static enum error
user_answer(struct db *db, struct call *call, int64_t id)
{
	struct json_out out;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_key(&out, "user");
	if (id == 0 || !object_user(&out, db, id)) {
		buf_clear(&call->result);
		return call_fail(call, ERR_NOT_FOUND, "no such user");
	}
	json_out_object_end(&out);
	return ERR_NONE;
}

static enum error
user_me(struct db *db, struct call *call)
{
	return user_answer(db, call, call->caller.user_id);
}

/* A field that is there is set; an empty one is removed. */
static void
user_field(struct db *db, struct call *call, const char *name, const char *sql)
{
	const char *text = call_text(call, name);

	if (text != NULL)
		db_exec(db, sql, "it", call->caller.user_id,
		    *text != '\0' ? text : NULL);
}

static enum error
user_change(struct db *db, struct call *call)
{
	user_field(db, call, "display_name",
	    "UPDATE users SET display_name = $2 WHERE id = $1");
	user_field(db, call, "avatar_url",
	    "UPDATE users SET avatar_url = $2 WHERE id = $1");
	user_field(db, call, "status_text",
	    "UPDATE users SET status_text = $2 WHERE id = $1");
	return user_answer(db, call, call->caller.user_id);
}

static enum error
user_get(struct db *db, struct call *call)
{
	const char *text = call_text(call, "user_id");
	int64_t id = 0;

	if (*text == '@')
		id = account_find(db, text + 1);
	else
		id_parse(text, &id);
	return user_answer(db, call, id);
}

/* Usernames that begin with the query, or display names that hold it. */
static enum error
user_list(struct db *db, struct call *call)
{
	const char *query = call_text(call, "query");
	int64_t limit = call_page(call), count = 0;
	struct stmt *row = db_query(db,
	    "SELECT " OBJECT_USER_COLUMNS " FROM users u"
	    " WHERE u.id > $1 AND u.disabled = 0 AND ($2 = ''"
	    " OR substr(u.username, 1, length($2)) = $2"
	    " OR instr(lower(coalesce(u.display_name, '')), $2) > 0)"
	    " ORDER BY u.id LIMIT $3",
	    "iti", call_id(call, "after"), query ? query : "", limit + 1);
	struct json_out out;
	bool more = false;

	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_karray(&out, "users");
	while (stmt_step(row)) {
		more = ++count > limit;
		if (!more)
			object_user_row(&out, row);
	}
	json_out_array_end(&out);
	json_out_kbool(&out, "has_more", more);
	json_out_object_end(&out);
	return ERR_NONE;
}

/* Administrators stand above everybody but each other. */
static enum error
user_manage(struct db *db, struct call *call)
{
	int64_t id = call_id(call, "user_id");
	const char *text = call_text(call, "role");
	int64_t has = db_int(db, -1, "SELECT role FROM users WHERE id = $1",
	    "i", id);
	enum role role = ROLE_USER;
	enum error error = ERR_NONE;

	if (has < 0)
		return call_fail(call, ERR_NOT_FOUND, "no such user");
	if (has == ROLE_ADMIN)
		return call_fail(call, ERR_FORBIDDEN,
		    "an administrator is changed by `hubbubd user` alone");
	if (text != NULL && role_parse(text, &role)) {
		if ((has == ROLE_BOT) != (role == ROLE_BOT))
			return call_fail(call, ERR_BAD_REQUEST,
			    "role: a bot stays a bot, and people stay people");
		error = account_set_role(db, call, id, role);
	}
	if (error == ERR_NONE && call_has(call, "disabled"))
		error = account_set_disabled(db, call, id,
		    call_bool(call, "disabled", false));
	return error != ERR_NONE ? error : user_answer(db, call, id);
}

static const struct arg manage_args[] = {
	{ .name = "user_id", .type = ARG_ID, .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "role", .type = ARG_CHOICE, .choices = "user admin bot" },
	{ .name = "disabled", .type = ARG_BOOL },
	{ .type = ARG_END },
};

static const struct arg change_args[] = {
	{ .name = "display_name",
	    .type = ARG_LINE,
	    .limit = ARG_LIMIT(name_chars) },
	{ .name = "avatar_url", .type = ARG_LINE, .max = 2048 },
	{ .name = "status_text",
	    .type = ARG_LINE,
	    .limit = ARG_LIMIT(status_chars) },
	{ .type = ARG_END },
};

static const struct arg get_args[] = {
	{ .name = "user_id",
	    .type = ARG_USER,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .type = ARG_END },
};

static const struct arg list_args[] = {
	{ .name = "query",
	    .type = ARG_LINE,
	    .flags = ARG_QUERY,
	    .limit = ARG_LIMIT(name_chars) },
	{ .name = "limit", .type = ARG_INT, .flags = ARG_QUERY },
	{ .name = "after", .type = ARG_ID, .flags = ARG_QUERY },
	{ .type = ARG_END },
};

const struct op user_ops[] = {
	{
	    .name = "user.me",
	    .method = "GET",
	    .path = "/v1/me",
	    .doors = DOOR_REST,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = user_me,
	    .answer = "user",
	    .summary = "Show one's own account",
	},
	{
	    .name = "user.change",
	    .method = "PATCH",
	    .path = "/v1/me",
	    .doors = DOOR_REST,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 200,
	    .run = user_change,
	    .args = change_args,
	    .answer = "user",
	    .summary = "Change one's display name, avatar or status",
	},
	{
	    .name = "user.get",
	    .method = "GET",
	    .path = "/v1/users/:user_id",
	    .doors = DOOR_REST,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = user_get,
	    .args = get_args,
	    .answer = "user",
	    .summary = "Show an account, by id or @username",
	},
	{
	    .name = "user.manage",
	    .method = "PATCH",
	    .path = "/v1/users/:user_id",
	    .doors = DOOR_REST,
	    .may = MAY_ADMIN,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 200,
	    .run = user_manage,
	    .args = manage_args,
	    .answer = "user",
	    .summary = "Change somebody's role, or disable an account",
	},
	{
	    .name = "user.list",
	    .method = "GET",
	    .path = "/v1/users",
	    .doors = DOOR_REST,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = user_list,
	    .args = list_args,
	    .answer = "users has_more",
	    .summary = "List accounts, or those that a query finds",
	},
	{ .name = NULL },
};

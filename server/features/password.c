/*
 * Changing a password: read, hash, write. The user's other sessions end.
 */
#include "server/features/list.h"

#include <string.h>

#include "server/account.h"
#include "server/features/auth.h"
#include "server/secret.h"

enum error
password_hash_arg(struct call *call, const char *name)
{
	const char *password = call_text(call, name);
	char hash[SECRET_PASSWORD_SIZE];

	if (strlen(password) < SECRET_PASSWORD_MIN)
		call->error = call_fail(call, ERR_BAD_REQUEST,
		    "%s must have at least %d bytes", name,
		    SECRET_PASSWORD_MIN);
	else if (!secret_password_hash(password, hash))
		call->error = call_fail(call, ERR_UNAVAILABLE,
		    "there is no memory to hash a password with; try again");
	else
		call->state = call_strdup(call, hash);
	return call->error;
}

struct change {
	char *old_hash;
};

static enum error
password_finish(struct db *db, struct call *call)
{
	return account_set_password(db, call, call->caller.user_id, call->state,
	    call->caller.session_id);
}

static enum error
password_verify(struct db *db, struct call *call)
{
	struct change *change = call->state;

	(void)db;
	if (!secret_password_verify(change->old_hash,
		call_text(call, "old_password")))
		return call_fail(call, ERR_FORBIDDEN,
		    "old_password is not this account's password");
	if (password_hash_arg(call, "new_password") != ERR_NONE)
		return call->error;
	return call_continue(call, LANE_WRITE, password_finish);
}

static enum error
password_change(struct db *db, struct call *call)
{
	struct change *change = call_alloc(call, sizeof(*change));
	struct stmt *row = db_query(db,
	    "SELECT password_hash FROM users WHERE id = $1", "i",
	    call->caller.user_id);

	if (stmt_step(row))
		change->old_hash = call_strdup(call, stmt_text_opt(row, 0));
	call->state = change;
	return call_continue(call, LANE_HASH, password_verify);
}

static const struct arg password_args[] = {
	{ .name = "old_password",
	    .type = ARG_SECRET,
	    .flags = ARG_REQUIRED,
	    .max = SECRET_PASSWORD_MAX },
	{ .name = "new_password",
	    .type = ARG_SECRET,
	    .flags = ARG_REQUIRED,
	    .max = SECRET_PASSWORD_MAX },
	{ .type = ARG_END },
};

const struct op password_ops[] = {
	{
	    .name = "auth.password",
	    .method = "POST",
	    .path = "/v1/auth/password",
	    .doors = DOOR_REST,
	    .may = MAY_USER,
	    .cost = COST_LOGIN,
	    .lane = LANE_READ,
	    .status = 204,
	    .run = password_change,
	    .args = password_args,
	    .summary = "Change the password; other sessions end",
	},
	{ .name = NULL },
};

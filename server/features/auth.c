/*
 * Registration, log-in, and what a session lives on: access tokens (JWT), refresh
 * tokens that change at each use, tickets for browsers. A log-in reads, hashes
 * off the store, then writes: three stages.
 */
#include "server/features/list.h"

#include <string.h>

#include "server/access.h"
#include "server/account.h"
#include "server/features/auth.h"
#include "server/object.h"
#include "server/server.h"
#include "shared/id.h"
#include "shared/json_out.h"

#define TICKET_MS 30000

/* ---- sessions ---- */

static int64_t
now_s(struct db *db)
{
	return db_now(db) / 1000;
}

/* A fresh refresh token for a session. */
static void
refresh_issue(struct db *db, int64_t session_id, char token[SECRET_TOKEN_SIZE])
{
	unsigned char hash[SECRET_HASH_SIZE];

	secret_token("hbr_", token);
	secret_hash(token, strlen(token), hash);
	db_exec(db,
	    "INSERT INTO refresh_tokens (hash, session_id) VALUES ($1, $2)",
	    "bi", hash, sizeof(hash), session_id);
}

/* {user, token, expires_at, refresh_token} */
static void
session_answer(struct db *db, struct call *call, int64_t user_id,
    int64_t session_id)
{
	const struct config *config = server_config(call->server);
	struct jwt_claims claims = {
		.user_id = user_id,
		.session_id = session_id,
		.issued_at = now_s(db),
		.expires_at = now_s(db) + config->auth.token_ttl / 1000,
	};
	char jti[SECRET_TOKEN_SIZE], token[JWT_TEXT_SIZE];
	char refresh[SECRET_TOKEN_SIZE];
	struct json_out out;

	secret_token("", jti);
	jwt_sign(call->server->jwt_key, &claims, jti, token);
	refresh_issue(db, session_id, refresh);
	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_key(&out, "user");
	object_user(&out, db, user_id);
	json_out_kstring(&out, "token", token);
	json_out_ktime(&out, "expires_at", claims.expires_at * 1000);
	json_out_kstring(&out, "refresh_token", refresh);
	json_out_object_end(&out);
	secret_wipe(token, sizeof(token));
	secret_wipe(refresh, sizeof(refresh));
}

static void
session_end(struct db *db, int64_t session_id)
{
	db_exec(db, "DELETE FROM refresh_tokens WHERE session_id = $1", "i",
	    session_id);
	db_exec(db, "DELETE FROM tickets WHERE session_id = $1", "i",
	    session_id);
	db_exec(db, "DELETE FROM sessions WHERE id = $1", "i", session_id);
}

/* Sessions and tickets that have run out go, a few at each log-in. */
static void
session_prune(struct db *db)
{
	struct stmt *row = db_query(db,
	    "SELECT id FROM sessions WHERE expires_at <= $1 LIMIT 4", "i",
	    db_now(db));
	int64_t ids[4];
	size_t count = 0;

	while (count < 4 && stmt_step(row))
		ids[count++] = stmt_int(row, 0);
	for (size_t i = 0; i < count; i++)
		session_end(db, ids[i]);
	db_exec(db, "DELETE FROM tickets WHERE expires_at <= $1", "i",
	    db_now(db));
}

static void
session_begin(struct db *db, struct call *call, int64_t user_id)
{
	int64_t id = db_new_id(db);

	session_prune(db);
	db_exec(db,
	    "INSERT INTO sessions (id, user_id, expires_at)"
	    " VALUES ($1, $2, $3)",
	    "iii", id, user_id,
	    db_now(db) + server_config(call->server)->auth.refresh_ttl);
	session_answer(db, call, user_id, id);
}

/* ---- register: hash, write ---- */

static enum error
register_finish(struct db *db, struct call *call)
{
	int64_t user_id;
	enum error error = account_create(db, call, call_text(call, "username"),
	    call_text(call, "display_name"), ROLE_USER, call->state,
	    ACCOUNT_NO_UID, &user_id);

	if (error == ERR_NONE)
		session_begin(db, call, user_id);
	return error;
}

static enum error
auth_register(struct db *db, struct call *call)
{
	const char *username = call_text(call, "username");

	(void)db;
	if (server_config(call->server)->auth.registration != REGISTRATION_OPEN)
		return call_fail(call, ERR_FORBIDDEN,
		    "registration is closed here; ask the operator");
	if (account_login_uid(username) != ACCOUNT_NO_UID)
		return call_fail(call, ERR_CONFLICT,
		    "the name %s is that of a login of this machine", username);
	if (password_hash_arg(call, "password") != ERR_NONE)
		return call->error;
	return call_continue(call, LANE_WRITE, register_finish);
}

/* ---- log-in: read, hash, write ---- */

struct login {
	int64_t user_id;
	char *hash; /* NULL: no such user, or none with a password */
};

/* The password may have been changed, or the account disabled, meanwhile. */
static enum error
login_finish(struct db *db, struct call *call)
{
	struct login *login = call->state;
	struct stmt *row = db_query(db,
	    "SELECT password_hash, disabled FROM users WHERE id = $1", "i",
	    login->user_id);

	if (!stmt_step(row) || strcmp(stmt_text(row, 0), login->hash) != 0)
		return call_fail(call, ERR_UNAUTHORIZED,
		    "wrong username or password");
	if (stmt_int(row, 1) != 0)
		return call_fail(call, ERR_FORBIDDEN,
		    "this account is disabled");
	session_begin(db, call, login->user_id);
	return ERR_NONE;
}

static enum error
login_verify(struct db *db, struct call *call)
{
	struct login *login = call->state;

	(void)db;
	if (!secret_password_verify(login->hash, call_text(call, "password")))
		return call_fail(call, ERR_UNAUTHORIZED,
		    "wrong username or password");
	return call_continue(call, LANE_WRITE, login_finish);
}

static enum error
auth_login(struct db *db, struct call *call)
{
	struct login *login = call_alloc(call, sizeof(*login));
	struct stmt *row = db_query(db,
	    "SELECT id, password_hash FROM users WHERE username = $1", "t",
	    call_text(call, "username"));

	if (stmt_step(row)) {
		login->user_id = stmt_int(row, 0);
		login->hash = call_strdup(call, stmt_text_opt(row, 1));
	}
	call->state = login;
	return call_continue(call, LANE_HASH, login_verify);
}

/* ---- refresh, log-out, ticket ---- */

/* A used token that comes again was stolen from one side or the other: the
 * session ends for both. That has to be committed though the answer is no. */
static enum error
refresh_reused(struct db *db, struct call *call, int64_t session_id)
{
	int64_t user_id = db_int(db, 0,
	    "SELECT user_id FROM sessions WHERE id = $1", "i", session_id);

	session_end(db, session_id);
	call_control(call, user_id, BUS_CLOSE_SESSION, session_id,
	    CLOSE_UNAUTHORIZED);
	call->error = access_denied(call);
	return ERR_NONE;
}

static enum error
auth_refresh(struct db *db, struct call *call)
{
	const char *token = call_text(call, "refresh_token");
	unsigned char hash[SECRET_HASH_SIZE];
	struct stmt *row;
	int64_t session_id, user_id;

	secret_hash(token, strlen(token), hash);
	row = db_query(db,
	    "SELECT s.id, s.user_id, r.used, u.disabled"
	    " FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id"
	    " JOIN users u ON u.id = s.user_id"
	    " WHERE r.hash = $1 AND s.expires_at > $2",
	    "bi", hash, sizeof(hash), db_now(db));
	if (!stmt_step(row))
		return access_denied(call);
	session_id = stmt_int(row, 0);
	user_id = stmt_int(row, 1);
	if (stmt_int(row, 2) != 0)
		return refresh_reused(db, call, session_id);
	if (stmt_int(row, 3) != 0)
		return call_fail(call, ERR_FORBIDDEN,
		    "this account is disabled");
	db_exec(db, "UPDATE refresh_tokens SET used = 1 WHERE hash = $1", "b",
	    hash, sizeof(hash));
	db_exec(db, "UPDATE sessions SET expires_at = $2 WHERE id = $1", "ii",
	    session_id,
	    db_now(db) + server_config(call->server)->auth.refresh_ttl);
	session_answer(db, call, user_id, session_id);
	return ERR_NONE;
}

static enum error
auth_logout(struct db *db, struct call *call)
{
	int64_t session_id = call->caller.session_id;

	if (session_id == 0)
		return call_fail(call, ERR_BAD_REQUEST,
		    "there is no session to end: this is a bot's token or a "
		    "login of this machine");
	session_end(db, session_id);
	call_control(call, call->caller.user_id, BUS_CLOSE_SESSION, session_id,
	    CLOSE_UNAUTHORIZED);
	return ERR_NONE;
}

static enum error
auth_ticket(struct db *db, struct call *call)
{
	char ticket[SECRET_TOKEN_SIZE];
	unsigned char hash[SECRET_HASH_SIZE];
	struct json_out out;
	int64_t expires = db_now(db) + TICKET_MS;

	secret_token("hbk_", ticket);
	secret_hash(ticket, strlen(ticket), hash);
	db_exec(db,
	    "INSERT INTO tickets (hash, user_id, session_id,"
	    " token_expires_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
	    "biiii", hash, sizeof(hash), call->caller.user_id,
	    call->caller.session_id, call->caller.token_expires_ms, expires);
	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_kstring(&out, "ticket", ticket);
	json_out_ktime(&out, "expires_at", expires);
	json_out_object_end(&out);
	return ERR_NONE;
}

/* The connection lives on under a fresh token of the same user. */
static enum error
auth_renew(struct db *db, struct call *call)
{
	const char *token = call_text(call, "token");
	struct jwt_claims claims;
	struct json_out out;

	if (!jwt_verify(call->server->jwt_key, token, strlen(token), now_s(db),
		&claims) ||
	    claims.user_id != call->caller.user_id ||
	    db_int(db, 0,
		"SELECT 1 FROM sessions WHERE id = $1 AND user_id = $2"
		" AND expires_at > $3",
		"iii", claims.session_id, claims.user_id, db_now(db)) == 0)
		return access_denied(call);
	call->caller.session_id = claims.session_id;
	call->caller.token_expires_ms = claims.expires_at * 1000;
	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_ktime(&out, "expires_at", call->caller.token_expires_ms);
	json_out_object_end(&out);
	return ERR_NONE;
}

static const struct arg renew_args[] = {
	{ .name = "token",
	    .type = ARG_SECRET,
	    .flags = ARG_REQUIRED,
	    .max = JWT_TEXT_SIZE },
	{ .type = ARG_END },
};

static const struct arg register_args[] = {
	{ .name = "username", .type = ARG_USERNAME, .flags = ARG_REQUIRED },
	{ .name = "password",
	    .type = ARG_SECRET,
	    .flags = ARG_REQUIRED,
	    .max = SECRET_PASSWORD_MAX },
	{ .name = "display_name",
	    .type = ARG_LINE,
	    .limit = ARG_LIMIT(name_chars) },
	{ .name = "invite", .type = ARG_SECRET, .max = 128 },
	{ .type = ARG_END },
};

/* Any text may be tried as a username: what is no name is just not known. */
static const struct arg login_args[] = {
	{ .name = "username",
	    .type = ARG_SECRET,
	    .flags = ARG_REQUIRED,
	    .max = 256 },
	{ .name = "password",
	    .type = ARG_SECRET,
	    .flags = ARG_REQUIRED,
	    .max = SECRET_PASSWORD_MAX },
	{ .type = ARG_END },
};

static const struct arg refresh_args[] = {
	{ .name = "refresh_token",
	    .type = ARG_SECRET,
	    .flags = ARG_REQUIRED,
	    .max = 256 },
	{ .type = ARG_END },
};

const struct op auth_ops[] = {
	{
	    .name = "auth.register",
	    .method = "POST",
	    .path = "/v1/auth/register",
	    .doors = DOOR_REST,
	    .may = MAY_ANYONE,
	    .cost = COST_LOGIN,
	    .lane = LANE_HASH,
	    .status = 201,
	    .run = auth_register,
	    .args = register_args,
	    .answer = "user token expires_at refresh_token",
	    .summary = "Make an account, where registration is open",
	},
	{
	    .name = "auth.login",
	    .method = "POST",
	    .path = "/v1/auth/login",
	    .doors = DOOR_REST,
	    .may = MAY_ANYONE,
	    .cost = COST_LOGIN,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = auth_login,
	    .args = login_args,
	    .answer = "user token expires_at refresh_token",
	    .summary = "Begin a session with a password",
	},
	{
	    .name = "auth.token",
	    .method = "POST",
	    .path = "/v1/auth/refresh",
	    .doors = DOOR_REST,
	    .may = MAY_ANYONE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 200,
	    .run = auth_refresh,
	    .args = refresh_args,
	    .answer = "user token expires_at refresh_token",
	    .summary = "Trade a refresh token for fresh tokens",
	},
	{
	    .name = "auth.logout",
	    .method = "POST",
	    .path = "/v1/auth/logout",
	    .doors = DOOR_REST,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 204,
	    .run = auth_logout,
	    .summary = "End the session and its connections",
	},
	{
	    .name = "auth.ticket",
	    .method = "POST",
	    .path = "/v1/auth/ticket",
	    .doors = DOOR_REST,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_WRITE,
	    .status = 201,
	    .run = auth_ticket,
	    .answer = "ticket expires_at",
	    .summary = "Get a ticket that opens one WebSocket within 30 s",
	},
	{
	    .name = "auth.refresh",
	    .doors = DOOR_WS,
	    .may = MAY_USER,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .run = auth_renew,
	    .args = renew_args,
	    .answer = "expires_at",
	    .summary = "Go on with this connection under a fresh token",
	},
	{ .name = NULL },
};

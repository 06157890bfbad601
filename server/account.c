/*
 * Accounts: made, changed, ended. See account.h.
 */
#include "server/account.h"

#include <pwd.h>
#include <string.h>

#include "server/channel.h"
#include "server/server.h"
#include "shared/buf.h"

static const char *const role_names[] = {
	[ROLE_USER] = "user",
	[ROLE_ADMIN] = "admin",
	[ROLE_BOT] = "bot",
};

const char *
role_name(enum role role)
{
	return role_names[role];
}

bool
role_parse(const char *text, enum role *role)
{
	for (size_t i = 0; i < sizeof(role_names) / sizeof(*role_names); i++)
		if (strcmp(text, role_names[i]) == 0) {
			*role = (enum role)i;
			return true;
		}
	return false;
}

int64_t
account_login_uid(const char *username)
{
	struct passwd entry, *found = NULL;
	char space[4096];

	if (getpwnam_r(username, &entry, space, sizeof(space), &found) != 0 ||
	    found == NULL)
		return ACCOUNT_NO_UID;
	return found->pw_uid;
}

int64_t
account_find(struct db *db, const char *username)
{
	return db_int(db, 0, "SELECT id FROM users WHERE username = $1", "t",
	    username);
}

/* Into each of server.default_channels. */
static void
account_welcome(struct db *db, struct call *call, int64_t user_id)
{
	const char *at = server_config(call->server)->server.default_channels;

	while (*at != '\0') {
		size_t len = strcspn(at, ", ");
		char name[65];

		if (len > 0 && len < sizeof(name)) {
			memcpy(name, at, len);
			name[len] = '\0';
			channel_enter_named(db, call, name, user_id);
		}
		at += len + (at[len] != '\0');
	}
}

enum error
account_create(struct db *db, struct call *call, const char *username,
    const char *display_name, enum role role, const char *password_hash,
    int64_t uid, int64_t *user_id)
{
	int64_t id = db_new_id(db);

	if (uid != ACCOUNT_NO_UID &&
	    db_int(db, 0, "SELECT 1 FROM users WHERE uid = $1", "i", uid))
		return call_fail(call, ERR_CONFLICT,
		    "the login with uid %lld has an account already",
		    (long long)uid);
	if (db_exec(db,
		"INSERT INTO users (id, username, display_name, role,"
		" password_hash) VALUES ($1, $2, $3, $4, $5)"
		" ON CONFLICT (username) DO NOTHING",
		"ittit", id, username, display_name, (int64_t)role,
		password_hash) == 0)
		return call_fail(call, ERR_CONFLICT, "the name %s is taken",
		    username);
	if (uid != ACCOUNT_NO_UID)
		db_exec(db, "UPDATE users SET uid = $2 WHERE id = $1", "ii", id,
		    uid);
	account_welcome(db, call, id);
	*user_id = id;
	return ERR_NONE;
}

/* Forgets sessions with all that hangs on them; `keep` stays (0: none does). */
static void
sessions_end(struct db *db, int64_t user_id, int64_t keep)
{
	db_exec(db,
	    "DELETE FROM refresh_tokens WHERE session_id IN"
	    " (SELECT id FROM sessions WHERE user_id = $1 AND id <> $2)",
	    "ii", user_id, keep);
	db_exec(db,
	    "DELETE FROM tickets WHERE user_id = $1 AND session_id <> $2", "ii",
	    user_id, keep);
	db_exec(db, "DELETE FROM sessions WHERE user_id = $1 AND id <> $2",
	    "ii", user_id, keep);
}

enum error
account_set_password(struct db *db, struct call *call, int64_t user_id,
    const char *password_hash, int64_t keep_session)
{
	if (db_exec(db, "UPDATE users SET password_hash = $2 WHERE id = $1",
		"it", user_id, password_hash) == 0)
		return call_fail(call, ERR_NOT_FOUND, "no such user");
	sessions_end(db, user_id, keep_session);
	call_control(call, user_id,
	    keep_session ? BUS_CLOSE_OTHERS : BUS_CLOSE_SESSION, keep_session,
	    CLOSE_UNAUTHORIZED);
	return ERR_NONE;
}

enum error
account_set_role(struct db *db, struct call *call, int64_t user_id,
    enum role role)
{
	if (db_exec(db, "UPDATE users SET role = $2 WHERE id = $1", "ii",
		user_id, (int64_t)role) == 0)
		return call_fail(call, ERR_NOT_FOUND, "no such user");
	return ERR_NONE;
}

enum error
account_set_disabled(struct db *db, struct call *call, int64_t user_id,
    bool disabled)
{
	if (db_exec(db, "UPDATE users SET disabled = $2 WHERE id = $1", "ii",
		user_id, (int64_t)disabled) == 0)
		return call_fail(call, ERR_NOT_FOUND, "no such user");
	if (disabled) {
		sessions_end(db, user_id, 0);
		call_control(call, user_id, BUS_CLOSE_SESSION, 0,
		    CLOSE_DISABLED);
	}
	return ERR_NONE;
}

void
account_list(struct db *db,
    void (*each)(const struct account_row *row, void *arg), void *arg)
{
	struct stmt *row = db_query(db,
	    "SELECT id, username, display_name, role, disabled, uid"
	    " FROM users ORDER BY username",
	    "");

	while (stmt_step(row)) {
		struct account_row account = {
			.id = stmt_int(row, 0),
			.username = stmt_text(row, 1),
			.display_name = stmt_text_opt(row, 2),
			.role = role_name((enum role)stmt_int(row, 3)),
			.disabled = stmt_int(row, 4) != 0,
			.uid = stmt_is_null(row, 5) ? ACCOUNT_NO_UID
						    : stmt_int(row, 5),
		};
		each(&account, arg);
	}
}

enum error
account_bot_token(struct db *db, struct call *call, int64_t user_id,
    char token[SECRET_TOKEN_SIZE])
{
	unsigned char hash[SECRET_HASH_SIZE];

	if (db_int(db, ROLE_USER, "SELECT role FROM users WHERE id = $1", "i",
		user_id) != ROLE_BOT)
		return call_fail(call, ERR_BAD_REQUEST, "this is no bot");
	secret_token("hbt_", token);
	secret_hash(token, strlen(token), hash);
	db_exec(db, "INSERT INTO bot_tokens (hash, user_id) VALUES ($1, $2)",
	    "bi", hash, sizeof(hash), user_id);
	return ERR_NONE;
}

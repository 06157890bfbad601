/*
 * Accounts: what the log-in operations, the Unix socket and the command line
 * share. Runs on a store thread (or in the command line) within a transaction;
 * what live connections must hear of is queued on the call.
 */
#ifndef SERVER_ACCOUNT_H
#define SERVER_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "server/call.h"
#include "server/db.h"
#include "server/secret.h"

#define ACCOUNT_NO_UID (-1)

/*
 * Makes an account and puts it into the default channels of the configuration
 * (which are made where they are missing, the first comer their owner).
 * `password_hash` and `display_name` may be NULL; uid: the login of this machine
 * that it is bound to, or ACCOUNT_NO_UID. ERR_CONFLICT where the name or the uid
 * has an account.
 */
enum error account_create(struct db *db, struct call *call,
    const char *username, const char *display_name, enum role role,
    const char *password_hash, int64_t uid, int64_t *user_id);

/* The uid of the login of this machine that is called so; ACCOUNT_NO_UID where
 * there is none. Nobody but its owner may get such a name: registration refuses
 * it, the operator's `user add` binds it. Asks the passwd database, which may
 * block: pool threads and the command line only. */
int64_t account_login_uid(const char *username);

/* The id of a username; 0 where there is none. */
int64_t account_find(struct db *db, const char *username);

/* Each ends what has to end: a new password every session but `keep_session`
 * (0: all), disabling all of them, with the connections that they hold. */
enum error account_set_password(struct db *db, struct call *call,
    int64_t user_id, const char *password_hash, int64_t keep_session);
enum error account_set_role(struct db *db, struct call *call, int64_t user_id,
    enum role role);
enum error account_set_disabled(struct db *db, struct call *call,
    int64_t user_id, bool disabled);

/* One line per account, in order of names. */
struct account_row {
	int64_t id;
	const char *username, *display_name;
	const char *role; /* "user", "admin", "bot" */
	bool disabled;
	int64_t uid; /* ACCOUNT_NO_UID: none */
};
void account_list(struct db *db,
    void (*each)(const struct account_row *row, void *arg), void *arg);

/* A new token for a bot account, given once: only its hash is stored. */
enum error account_bot_token(struct db *db, struct call *call, int64_t user_id,
    char token[SECRET_TOKEN_SIZE]);

/* The text of a role, and back (false: none). */
const char *role_name(enum role role);
bool role_parse(const char *text, enum role *role);

#endif

/*
 * Who, at what price, and whether: the checks of access.h, in that order. Holds
 * no cache: what the store says at this moment is what counts.
 */
#include "server/access.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/account.h"
#include "server/secret.h"
#include "server/server.h"
#include "shared/clock.h"
#include "shared/id.h"

/* ---- who ---- */

enum error
access_denied(struct call *call)
{
	return call_fail(call, ERR_UNAUTHORIZED,
	    "the token is missing, expired or revoked; log in again");
}

/* Takes name and role over from a row of users, and refuses who may not act. */
static enum error
caller_set(struct call *call, const char *username, const char *display_name,
    int64_t role, bool disabled)
{
	struct caller *caller = &call->caller;

	if (disabled)
		return call_fail(call, ERR_FORBIDDEN,
		    "this account is disabled");
	snprintf(caller->username, sizeof(caller->username), "%s", username);
	caller->display_name = call_strdup(call, display_name);
	caller->role = (enum role)role;
	return ERR_NONE;
}

/* An account by id, and by its session where it has one. */
static enum error
caller_load(struct db *db, struct call *call)
{
	struct stmt *row = db_query(db,
	    "SELECT u.username, u.display_name, u.role, u.disabled, s.id"
	    " FROM users u LEFT JOIN sessions s ON s.id = $2"
	    " AND s.user_id = u.id AND s.expires_at > $3"
	    " WHERE u.id = $1",
	    "iii", call->caller.user_id, call->caller.session_id, db_now(db));

	if (!stmt_step(row))
		return access_denied(call);
	if (!stmt_int(row, 3) && call->caller.session_id != 0 &&
	    stmt_is_null(row, 4))
		return access_denied(call);
	return caller_set(call, stmt_text(row, 0), stmt_text_opt(row, 1),
	    stmt_int(row, 2), stmt_int(row, 3) != 0);
}

static enum error
caller_from_token(struct db *db, struct call *call)
{
	unsigned char hash[SECRET_HASH_SIZE];

	secret_hash(call->caller.token, strlen(call->caller.token), hash);
	call->caller.user_id = db_int(db, 0,
	    "SELECT user_id FROM bot_tokens WHERE hash = $1", "b", hash,
	    sizeof(hash));
	if (call->caller.user_id == 0)
		return access_denied(call);
	return caller_load(db, call);
}

/* A ticket is good once: it goes in the transaction that lets its bearer in. */
static enum error
caller_from_ticket(struct db *db, struct call *call)
{
	unsigned char hash[SECRET_HASH_SIZE];
	struct stmt *row;

	secret_hash(call->caller.token, strlen(call->caller.token), hash);
	row = db_query(db,
	    "DELETE FROM tickets WHERE hash = $1"
	    " RETURNING user_id, session_id, token_expires_at, expires_at",
	    "b", hash, sizeof(hash));
	if (!stmt_step(row) || stmt_int(row, 3) <= db_now(db))
		return access_denied(call);
	call->caller.user_id = stmt_int(row, 0);
	call->caller.session_id = stmt_int(row, 1);
	call->caller.token_expires_ms = stmt_int(row, 2);
	while (stmt_step(row))
		continue;
	return caller_load(db, call);
}

/* Pool thread: what the passwd database calls the peer. It may be slow. */
static enum error
peer_name(struct db *db, struct call *call)
{
	struct passwd entry, *found = NULL;
	char space[4096];

	(void)db;
	if (getpwuid_r(call->caller.uid, &entry, space, sizeof(space),
		&found) != 0 ||
	    found == NULL || !username_valid(found->pw_name))
		call->state = call_strdup(call, "");
	else
		call->state = call_strdup(call, found->pw_name);
	return call_continue(call, LANE_WRITE, call->op->run);
}

/* Writer: the account of a login that comes for the first time. Its name may be
 * taken by somebody who came over the network before the login was made. */
static enum error
peer_create(struct db *db, struct call *call, enum role role)
{
	char fallback[16];
	const char *name = call->state;

	snprintf(fallback, sizeof(fallback), "u%u", call->caller.uid);
	if (*name == '\0' || account_find(db, name) != 0)
		name = fallback;
	return account_create(db, call, name, NULL, role, NULL,
	    call->caller.uid, &call->caller.user_id);
}

static enum error
caller_from_peer(struct db *db, struct call *call)
{
	uint32_t uid = call->caller.uid;
	bool owner = uid == 0 || uid == call->server->own_uid;
	struct stmt *row = db_query(db,
	    "SELECT id, role FROM users WHERE uid = $1", "i", (int64_t)uid);
	bool known = stmt_step(row);
	enum error error = ERR_NONE;

	if (known)
		call->caller.user_id = stmt_int(row, 0);
	if (known && (!owner || stmt_int(row, 1) == ROLE_ADMIN))
		return caller_load(db, call);
	/* Nobody asked yet what the login is called. */
	if (call->state == NULL)
		return call_continue(call, LANE_HASH, peer_name);
	if (known)
		error = account_set_role(db, call, call->caller.user_id,
		    ROLE_ADMIN);
	else
		error = peer_create(db, call, owner ? ROLE_ADMIN : ROLE_USER);
	return error != ERR_NONE ? error : caller_load(db, call);
}

static enum error
access_authenticate(struct db *db, struct call *call)
{
	switch (call->caller.credential) {
	case CREDENTIAL_NONE:
		return access_denied(call);
	case CREDENTIAL_JWT:
	case CREDENTIAL_LIVE:
		return caller_load(db, call);
	case CREDENTIAL_TOKEN:
		return caller_from_token(db, call);
	case CREDENTIAL_TICKET:
		return caller_from_ticket(db, call);
	case CREDENTIAL_PEER:
		return caller_from_peer(db, call);
	}
	return access_denied(call);
}

/* ---- what it costs ---- */

enum error
access_charge(struct call *call)
{
	const struct limits *limits = call_limits(call);
	struct bucket_key key = call->caller.address;
	bool bot = call->caller.role == ROLE_BOT;
	double per_s = limits->commands_per_s;
	int64_t burst = limits->commands_burst;

	if (call->op->cost == COST_NONE || call->charged)
		return ERR_NONE;
	call->charged = true;
	if (call->op->cost == COST_LOGIN) {
		key.kind = BUCKET_LOGINS;
		per_s = limits->logins_per_s;
		burst = limits->logins_burst;
	} else if (call->op->cost == COST_MESSAGE) {
		key = bucket_key_user(BUCKET_MESSAGES, call->caller.user_id);
		per_s = bot ? limits->bot_messages_per_s
			    : limits->messages_per_s;
		burst = bot ? limits->bot_messages_burst
			    : limits->messages_burst;
	} else if (call->caller.user_id != 0) {
		key = bucket_key_user(BUCKET_COMMANDS, call->caller.user_id);
	} else {
		key.kind = BUCKET_COMMANDS;
	}
	call->retry_after_ms = bucket_take(call->server->buckets, &key, per_s,
	    burst, clock_mono_ms());
	if (call->retry_after_ms > 0)
		return call_fail(call, ERR_RATE_LIMITED,
		    "too fast; wait %.1f s", call->retry_after_ms / 1000.0);
	return ERR_NONE;
}

/* ---- which channel ---- */

static int64_t
channel_named(struct db *db, const char *name)
{
	return db_int(db, 0,
	    "SELECT id FROM channels WHERE name = $1 AND deleted_at IS NULL",
	    "t", name);
}

static int64_t
channel_asked(struct db *db, const struct call *call)
{
	const char *text = call_text(call, "channel_id");
	int64_t id = 0;

	if (text == NULL && call_has(call, "message_id"))
		return db_int(db, 0,
		    "SELECT channel_id FROM messages WHERE id = $1", "i",
		    call_id(call, "message_id"));
	if (text == NULL) {
		text = call_text(call, "name");
		return text == NULL ? 0 : channel_named(db, text);
	}
	if (*text == '#' || *text == '@')
		return channel_named(db, text + 1);
	id_parse(text, &id);
	return id;
}

static bool
channel_load(struct db *db, struct call *call)
{
	struct call_channel *channel = &call->channel;
	int64_t id = channel_asked(db, call);
	struct stmt *row = db_query(db,
	    "SELECT c.id, c.type, c.is_public, c.member_count, m.role,"
	    " s.until > $3 FROM channels c"
	    " LEFT JOIN channel_members m"
	    " ON m.channel_id = c.id AND m.user_id = $2"
	    " LEFT JOIN silences s"
	    " ON s.channel_id = c.id AND s.user_id = $2"
	    " WHERE c.id = $1 AND c.deleted_at IS NULL",
	    "iii", id, call->caller.user_id, db_now(db));

	if (id == 0 || !stmt_step(row))
		return false;
	channel->id = stmt_int(row, 0);
	channel->direct = stmt_int(row, 1) == 1;
	channel->is_public = stmt_int(row, 2) != 0;
	channel->member_count = stmt_int(row, 3);
	channel->role = (enum channel_role)stmt_int(row, 4);
	channel->silenced = stmt_int(row, 5) != 0;
	return true;
}

static enum error
access_channel(struct db *db, struct call *call)
{
	bool admin = call->caller.role == ROLE_ADMIN;
	enum channel_role role;
	enum channel_role least = CHANNEL_MEMBER;
	bool by_message = !call_has(call, "channel_id") &&
	    call_has(call, "message_id");
	bool seen;

	seen = channel_load(db, call);
	role = call->channel.role;
	if (!seen ||
	    (role == CHANNEL_STRANGER && !call->channel.is_public &&
		(!admin || by_message)))
		return call_fail(call, ERR_NOT_FOUND, "no such %s",
		    by_message ? "message" : "channel");
	switch (call->op->may) {
	case MAY_SEE:
		return ERR_NONE;
	case MAY_OWN:
	case MAY_MODERATE:
		if (admin && !call->channel.direct)
			return ERR_NONE;
		least = call->op->may == MAY_OWN ? CHANNEL_OWNER
						 : CHANNEL_MODERATOR;
		break;
	case MAY_WRITE:
		if (role >= least && call->channel.silenced)
			return call_fail(call, ERR_FORBIDDEN,
			    "you are silenced in this channel");
		break;
	default:
		break;
	}
	if (role >= least)
		return ERR_NONE;
	if (role == CHANNEL_STRANGER)
		return call_fail(call, ERR_FORBIDDEN,
		    "you are no member of this channel; join it first");
	return call_fail(call, ERR_FORBIDDEN, "only %s may do this",
	    least == CHANNEL_OWNER ? "an owner" : "a moderator or owner");
}

enum error
access_check(struct db *db, struct call *call)
{
	enum error error;

	if (call->op->may == MAY_ANYONE)
		return ERR_NONE;
	error = access_authenticate(db, call);
	if (error != ERR_NONE || call->more)
		return error;
	error = access_charge(call);
	if (error != ERR_NONE)
		return error;
	if (call->op->may == MAY_ADMIN && call->caller.role != ROLE_ADMIN)
		return call_fail(call, ERR_FORBIDDEN,
		    "only an administrator may do this");
	return call->op->may < MAY_SEE ? ERR_NONE : access_channel(db, call);
}

void
access_subscribe(struct call *call)
{
	struct bus *bus = call->server->bus;

	bus_subscribe(bus, call->open_worker, BUS_USER, call->caller.user_id);
	for (size_t i = 0; i < call->open_count; i++)
		bus_subscribe(bus, call->open_worker, BUS_CHANNEL,
		    call->open_channels[i]);
}

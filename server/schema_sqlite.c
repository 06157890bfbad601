/*
 * The schema, as SQLite has it: numbered migrations, oldest first. What has been
 * released is never edited, only added to.
 *
 * Ids are Snowflakes, times milliseconds since 1970; when something was made is
 * in its id. `seq` of a channel is the counter of its durable changes, `seq` of
 * a message that of its last change: what a client missed is a range of
 * (channel_id, seq). Messages are clustered by channel, so that a page of a
 * channel is one place on disk.
 */
#include "server/migrate.h"

static const char first_schema[] =
    /* facts about the store itself: epoch, … */
    "CREATE TABLE meta ("
    " key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"

    /* role: 0 user, 1 admin, 2 bot; uid: of a login of this machine */
    "CREATE TABLE users ("
    " id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE,"
    " display_name TEXT, avatar_url TEXT, status_text TEXT,"
    " role INTEGER NOT NULL DEFAULT 0, disabled INTEGER NOT NULL DEFAULT 0,"
    " uid INTEGER UNIQUE, password_hash TEXT);"

    "CREATE TABLE sessions ("
    " id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL,"
    " expires_at INTEGER NOT NULL);"
    "CREATE INDEX sessions_user ON sessions (user_id);"
    "CREATE INDEX sessions_expiry ON sessions (expires_at);"

    /* every refresh token that a session had: a used one that comes again
     * gives a thief away */
    "CREATE TABLE refresh_tokens ("
    " hash BLOB PRIMARY KEY, session_id INTEGER NOT NULL,"
    " used INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
    "CREATE INDEX refresh_session ON refresh_tokens (session_id);"

    "CREATE TABLE tickets ("
    " hash BLOB PRIMARY KEY, user_id INTEGER NOT NULL,"
    " session_id INTEGER NOT NULL, token_expires_at INTEGER NOT NULL,"
    " expires_at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX tickets_expiry ON tickets (expires_at);"

    "CREATE TABLE bot_tokens ("
    " hash BLOB PRIMARY KEY, user_id INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX bot_tokens_user ON bot_tokens (user_id);"

    /* type: 0 group, 1 direct; a direct channel has its two people in
     * low_id < high_id (equal: notes to oneself) and no name */
    "CREATE TABLE channels ("
    " id INTEGER PRIMARY KEY, type INTEGER NOT NULL,"
    " is_public INTEGER NOT NULL, name TEXT UNIQUE, topic TEXT,"
    " created_by INTEGER NOT NULL, seq INTEGER NOT NULL DEFAULT 0,"
    " member_count INTEGER NOT NULL DEFAULT 0,"
    " last_message_id INTEGER, low_id INTEGER, high_id INTEGER,"
    " deleted_at INTEGER, UNIQUE (low_id, high_id));"

    /* role: 1 member, 2 moderator, 3 owner */
    "CREATE TABLE channel_members ("
    " channel_id INTEGER NOT NULL, user_id INTEGER NOT NULL,"
    " role INTEGER NOT NULL, joined_at INTEGER NOT NULL,"
    " read_id INTEGER NOT NULL DEFAULT 0, read_at INTEGER,"
    " muted INTEGER NOT NULL DEFAULT 0, notify INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY (channel_id, user_id)) WITHOUT ROWID;"
    "CREATE INDEX members_user ON channel_members (user_id, channel_id);"

    "CREATE TABLE messages ("
    " channel_id INTEGER NOT NULL, id INTEGER NOT NULL,"
    " seq INTEGER NOT NULL, user_id INTEGER NOT NULL, text TEXT NOT NULL,"
    " client_msg_id TEXT, parent_id INTEGER,"
    " in_channel INTEGER NOT NULL DEFAULT 1,"
    " edited_at INTEGER, deleted_at INTEGER,"
    " PRIMARY KEY (channel_id, id)) WITHOUT ROWID;"
    "CREATE UNIQUE INDEX messages_id ON messages (id);"
    "CREATE INDEX messages_seq ON messages (channel_id, seq);"

    /* what a client called its messages, so that a repeat is known for ever */
    "CREATE TABLE client_messages ("
    " user_id INTEGER NOT NULL, client_msg_id TEXT NOT NULL,"
    " message_id INTEGER NOT NULL,"
    " PRIMARY KEY (user_id, client_msg_id)) WITHOUT ROWID;"

    /* what the command line has to tell a running server */
    "CREATE TABLE mailbox ("
    " id INTEGER PRIMARY KEY, topic INTEGER NOT NULL,"
    " topic_id INTEGER NOT NULL, control INTEGER NOT NULL,"
    " arg INTEGER NOT NULL, code INTEGER NOT NULL, frame BLOB);";

static const char talk_schema[] =
    /* extras: what a message has beside its row, so that most pages ask for
     * nothing more: 1 reactions, 2 mentions, 4 mentions all */
    "ALTER TABLE messages ADD COLUMN extras INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE messages ADD COLUMN reply_count INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE messages ADD COLUMN last_reply_at INTEGER;"
    "ALTER TABLE messages ADD COLUMN pinned_at INTEGER;"
    "CREATE INDEX messages_parent ON messages (parent_id, id)"
    " WHERE parent_id IS NOT NULL;"
    "CREATE INDEX messages_pinned ON messages (channel_id, id)"
    " WHERE pinned_at IS NOT NULL;"
    "CREATE INDEX messages_all ON messages (channel_id, id)"
    " WHERE (extras & 4) <> 0;"

    /* id: when it was given, for the order in which emoji are shown */
    "CREATE TABLE reactions ("
    " message_id INTEGER NOT NULL, emoji TEXT NOT NULL,"
    " user_id INTEGER NOT NULL, id INTEGER NOT NULL,"
    " PRIMARY KEY (message_id, emoji, user_id)) WITHOUT ROWID;"

    "CREATE TABLE mentions ("
    " user_id INTEGER NOT NULL, channel_id INTEGER NOT NULL,"
    " message_id INTEGER NOT NULL,"
    " PRIMARY KEY (user_id, channel_id, message_id)) WITHOUT ROWID;"
    "CREATE INDEX mentions_message ON mentions (message_id);"

    "ALTER TABLE channel_members ADD COLUMN delivered_id INTEGER"
    " NOT NULL DEFAULT 0;"
    "ALTER TABLE channel_members ADD COLUMN delivered_at INTEGER;"
    "ALTER TABLE users ADD COLUMN last_seen_at INTEGER;"

    /* outlives leaving the channel */
    "CREATE TABLE silences ("
    " channel_id INTEGER NOT NULL, user_id INTEGER NOT NULL,"
    " until INTEGER NOT NULL, reason TEXT, by_id INTEGER NOT NULL,"
    " PRIMARY KEY (channel_id, user_id)) WITHOUT ROWID;";

const struct migration schema_sqlite[] = {
	{ 1, "first schema", first_schema },
	{ 2, "edits, reactions, threads, mentions, pins", talk_schema },
	{ 0, NULL, NULL },
};

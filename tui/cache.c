/*
 * The cache's file: its making, its tables, and what is in them. What cannot be
 * written is told to the caller, who goes on without.
 */
#include "tui/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/buf.h"
#include "shared/json_in.h"
#include "shared/xmalloc.h"
#include "tui/config.h"

#define SCHEMA_VERSION 1
#define BUSY_MS 1000
#define JSON_DEPTH 16
#define CAUSE_SIZE 256

struct cache {
	sqlite3 *db;
	char *path;
	int lock; /* -1: not locked */
};

static const char schema[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE channel (id INTEGER PRIMARY KEY, object TEXT NOT NULL,"
    " window_seq INTEGER);"
    "CREATE TABLE message (channel_id INTEGER NOT NULL, id INTEGER NOT NULL,"
    " object TEXT NOT NULL, PRIMARY KEY (channel_id, id)) WITHOUT ROWID;"
    "CREATE TABLE outbox (number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " client_msg_id TEXT NOT NULL UNIQUE, fields TEXT NOT NULL,"
    " created_ms INTEGER NOT NULL);"
    "PRAGMA user_version = 1;";

/* ---- statements ----------------------------------------------------------- */

/* `kinds` has a letter for each value: i int64_t, t text. NULL where it does not
 * compile. */
static sqlite3_stmt *
prepare(struct cache *cache, const char *sql, const char *kinds, va_list args)
{
	sqlite3_stmt *statement = NULL;
	int i;

	if (sqlite3_prepare_v2(cache->db, sql, -1, &statement, NULL) !=
	    SQLITE_OK)
		return NULL;
	for (i = 1; *kinds; kinds++, i++)
		if (*kinds == 'i')
			sqlite3_bind_int64(statement, i, va_arg(args, int64_t));
		else
			sqlite3_bind_text(statement, i,
			    va_arg(args, const char *), -1, SQLITE_TRANSIENT);
	return statement;
}

static sqlite3_stmt *
query(struct cache *cache, const char *sql, const char *kinds, ...)
{
	sqlite3_stmt *statement;
	va_list args;

	va_start(args, kinds);
	statement = prepare(cache, sql, kinds, args);
	va_end(args);
	return statement;
}

static bool
run(struct cache *cache, const char *sql, const char *kinds, ...)
{
	sqlite3_stmt *statement;
	va_list args;
	bool good;

	va_start(args, kinds);
	statement = prepare(cache, sql, kinds, args);
	va_end(args);
	good = statement && sqlite3_step(statement) == SQLITE_DONE;
	sqlite3_finalize(statement);
	return good;
}

static json_t *
column_json(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	char cause[CAUSE_SIZE];

	return text ? json_in_parse(text, strlen(text), JSON_DEPTH, cause,
			  sizeof(cause))
		    : NULL;
}

/* ---- the file ------------------------------------------------------------- */

static bool
pragmas(sqlite3 *db)
{
	return sqlite3_exec(db,
		   "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
		   "PRAGMA secure_delete = ON;",
		   NULL, NULL, NULL) == SQLITE_OK;
}

/* -1: it cannot be read as a database. */
static int
version_of(struct cache *cache)
{
	sqlite3_stmt *statement = query(cache, "PRAGMA user_version", "");
	int version = -1;

	if (statement && sqlite3_step(statement) == SQLITE_ROW)
		version = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	return version;
}

/* A first look that reads every page; the file is small. */
static bool
is_whole(struct cache *cache)
{
	sqlite3_stmt *statement = query(cache, "PRAGMA quick_check(1)", "");
	const char *text = NULL;
	bool whole;

	if (statement && sqlite3_step(statement) == SQLITE_ROW)
		text = (const char *)sqlite3_column_text(statement, 0);
	whole = text && strcmp(text, "ok") == 0;
	sqlite3_finalize(statement);
	return whole;
}

static bool
file_open(struct cache *cache)
{
	int fd = open(cache->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600);

	if (fd == -1)
		return false;
	fchmod(fd, 0600);
	close(fd);
	if (sqlite3_open_v2(cache->path, &cache->db, SQLITE_OPEN_READWRITE,
		NULL) != SQLITE_OK)
		return false;
	sqlite3_busy_timeout(cache->db, BUSY_MS);
	return true;
}

static void
file_move(const struct cache *cache)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	char *from;
	char *to;
	size_t i;

	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		from = xasprintf("%s%s", cache->path, tails[i]);
		to = xasprintf("%s.damaged%s", cache->path, tails[i]);
		rename(from, to);
		free(from);
		free(to);
	}
}

enum ready { READY, READY_NOT, READY_DAMAGED };

/* What the last thing that failed says about the file: only what is wrong in it
 * is damage, not that somebody else writes or that the disk is full. */
static enum ready
failure_of(struct cache *cache)
{
	int code = sqlite3_errcode(cache->db);

	return code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? READY_DAMAGED
							       : READY_NOT;
}

/* Two programs may begin at once: who comes second finds it made. */
static enum ready
schema_make(struct cache *cache)
{
	enum ready ready;

	if (!cache_begin(cache))
		return failure_of(cache);
	if (version_of(cache) == 0 &&
	    sqlite3_exec(cache->db, schema, NULL, NULL, NULL) != SQLITE_OK) {
		ready = failure_of(cache);
		run(cache, "ROLLBACK", "");
		return ready == READY_NOT && version_of(cache) == 0
		    ? READY_DAMAGED
		    : ready;
	}
	return cache_commit(cache) ? READY : READY_NOT;
}

static enum ready
schema_ready(struct cache *cache)
{
	int version;

	if (!pragmas(cache->db))
		return failure_of(cache);
	version = version_of(cache);
	if (version == -1)
		return failure_of(cache);
	if (version == 0)
		return schema_make(cache);
	return version == SCHEMA_VERSION && is_whole(cache) ? READY
							    : READY_DAMAGED;
}

struct cache *
cache_open(const char *path, bool *rebuilt, char *cause, size_t cause_size)
{
	struct cache *cache = xcalloc(1, sizeof(*cache));
	enum ready ready = READY_NOT;

	*rebuilt = false;
	cache->path = xstrdup(path);
	cache->lock = -1;
	if (client_folder_make(path) && file_open(cache))
		ready = schema_ready(cache);
	if (ready == READY_DAMAGED) {
		sqlite3_close(cache->db);
		cache->db = NULL;
		file_move(cache);
		*rebuilt = true;
		ready = file_open(cache) ? schema_ready(cache) : READY_NOT;
	}
	if (ready == READY)
		return cache;
	snprintf(cause, cause_size, "%s: %s", path,
	    cache->db ? sqlite3_errmsg(cache->db) : strerror(errno));
	cache_close(cache);
	return NULL;
}

void
cache_close(struct cache *cache)
{
	if (!cache)
		return;
	sqlite3_close(cache->db);
	if (cache->lock != -1)
		close(cache->lock);
	free(cache->path);
	free(cache);
}

bool
cache_lock(struct cache *cache)
{
	char *path = xasprintf("%s.lock", cache->path);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	free(path);
	if (fd == -1)
		return false;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return false;
	}
	cache->lock = fd;
	return true;
}

/* ---- the whole ------------------------------------------------------------ */

bool
cache_begin(struct cache *cache)
{
	return run(cache, "BEGIN IMMEDIATE", "");
}

bool
cache_commit(struct cache *cache)
{
	if (run(cache, "COMMIT", ""))
		return true;
	run(cache, "ROLLBACK", "");
	return false;
}

bool
cache_clear(struct cache *cache)
{
	return sqlite3_exec(cache->db,
		   "BEGIN IMMEDIATE; DELETE FROM meta; DELETE FROM channel;"
		   "DELETE FROM message; DELETE FROM outbox; COMMIT;",
		   NULL, NULL, NULL) == SQLITE_OK;
}

char *
cache_meta(struct cache *cache, const char *key)
{
	sqlite3_stmt *statement = query(cache,
	    "SELECT value FROM meta WHERE key = ?", "t", key);
	char *value = NULL;

	if (statement && sqlite3_step(statement) == SQLITE_ROW)
		value = xstrdup(
		    (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	return value;
}

bool
cache_meta_set(struct cache *cache, const char *key, const char *value)
{
	return run(cache, "INSERT OR REPLACE INTO meta VALUES (?, ?)", "tt",
	    key, value);
}

/* ---- channels ------------------------------------------------------------- */

static bool
window_put(struct cache *cache, int64_t id, int64_t seq, const json_t *window)
{
	bool good = run(cache, "DELETE FROM message WHERE channel_id = ?", "i",
			id) &&
	    run(cache, "UPDATE channel SET window_seq = ? WHERE id = ?", "ii",
		seq, id);
	const json_t *message;
	char *text;
	size_t i;

	json_array_foreach(window, i, message) {
		text = json_dumps(message, JSON_COMPACT);
		good = good && text &&
		    run(cache, "INSERT INTO message VALUES (?, ?, ?)", "iit",
			id, json_in_id(message, "id"), text);
		free(text);
	}
	return good;
}

bool
cache_channel_put(struct cache *cache, const json_t *object,
    const json_t *window)
{
	int64_t id = json_in_id(object, "id");
	char *text = json_dumps(object, JSON_COMPACT);
	bool good = text &&
	    run(cache,
		"INSERT INTO channel (id, object) VALUES (?1, ?2)"
		" ON CONFLICT (id) DO UPDATE SET object = ?2",
		"it", id, text);

	free(text);
	if (good && window)
		good = window_put(cache, id, json_in_int(object, "seq", 0),
		    window);
	return good;
}

bool
cache_channel_remove(struct cache *cache, int64_t id)
{
	return run(cache, "DELETE FROM channel WHERE id = ?", "i", id) &&
	    run(cache, "DELETE FROM message WHERE channel_id = ?", "i", id);
}

/* The first column of every row; NULL where it cannot be read to its end. */
static json_t *
rows_json(sqlite3_stmt *statement)
{
	json_t *list = statement ? json_array() : NULL;
	int step = SQLITE_DONE;

	while (statement && (step = sqlite3_step(statement)) == SQLITE_ROW)
		json_array_append_new(list, column_json(statement, 0));
	sqlite3_finalize(statement);
	if (step == SQLITE_DONE)
		return list;
	json_decref(list);
	return NULL;
}

json_t *
cache_channels(struct cache *cache)
{
	return rows_json(query(cache,
	    "SELECT CASE WHEN window_seq IS NULL THEN object"
	    " ELSE json_set(object, '$.seq', window_seq) END FROM channel",
	    ""));
}

json_t *
cache_window(struct cache *cache, int64_t id, int64_t *seq)
{
	sqlite3_stmt *statement = query(cache,
	    "SELECT window_seq FROM channel"
	    " WHERE id = ? AND window_seq IS NOT NULL",
	    "i", id);
	bool found = statement && sqlite3_step(statement) == SQLITE_ROW;

	if (found)
		*seq = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return found ? rows_json(query(cache,
			   "SELECT object FROM message WHERE channel_id = ?"
			   " ORDER BY id",
			   "i", id))
		     : NULL;
}

/* ---- what is to be sent --------------------------------------------------- */

bool
cache_outbox_put(struct cache *cache, const char *client_msg_id,
    const json_t *fields, int64_t created_ms)
{
	char *text = json_dumps(fields, JSON_COMPACT);
	bool good = text &&
	    run(cache,
		"INSERT INTO outbox (client_msg_id, fields, created_ms)"
		" VALUES (?, ?, ?) ON CONFLICT (client_msg_id) DO NOTHING",
		"tti", client_msg_id, text, created_ms);

	free(text);
	return good;
}

bool
cache_outbox_remove(struct cache *cache, const char *client_msg_id)
{
	return run(cache, "DELETE FROM outbox WHERE client_msg_id = ?", "t",
	    client_msg_id);
}

json_t *
cache_outbox(struct cache *cache)
{
	sqlite3_stmt *statement = query(cache,
	    "SELECT fields, created_ms FROM outbox ORDER BY number", "");
	json_t *list = statement ? json_array() : NULL;
	int step = SQLITE_DONE;

	while (statement && (step = sqlite3_step(statement)) == SQLITE_ROW)
		json_array_append_new(list,
		    json_pack("{s:o, s:I}", "fields", column_json(statement, 0),
			"created_ms",
			(json_int_t)sqlite3_column_int64(statement, 1)));
	sqlite3_finalize(statement);
	if (step == SQLITE_DONE)
		return list;
	json_decref(list);
	return NULL;
}

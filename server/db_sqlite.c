/*
 * The SQLite backend; with db_sqlite_copy.c the only one that knows the library.
 * One file in WAL mode, every commit synced, checkpoints made by a thread and
 * never by whoever commits.
 *
 * What each connection is set to, and why:
 *
 *	synchronous=FULL	what was acknowledged survives a power cut
 *	wal_autocheckpoint=0	a writer that checkpoints stalls its batch
 *	journal_size_limit	the log gives its disk back when it starts anew
 *	secure_delete=ON	erased text is overwritten, not unlinked
 *	temp_store=MEMORY	no message lies in a temporary file
 *	foreign_keys=OFF	rows that others refer to are never deleted
 *				(accounts and messages leave tombstones), and a
 *				migration that rebuilds a table must not cascade
 *	busy_timeout		the command line may be writing
 */
#include "server/db_sqlite.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/db_driver.h"
#include "shared/log.h"
#include "shared/xmalloc.h"

#define BUSY_MS 5000
#define LARGE_LOG (64LL << 20) /* bytes, from which on it is cut */
#define CUT_BUSY_MS 100	       /* writes wait as long for those who read */

struct sqlite_conn {
	sqlite3 *handle;
	char *path;
	char text[300]; /* message() of what failed last */
	/* Asked at each transaction; outside of the features' statements. */
	sqlite3_stmt *version;
	int64_t page_size;
};

struct sqlite_stmt {
	struct sqlite_conn *conn;
	sqlite3_stmt *handle;
	int parameters;
	/* SQLite takes $N for a name and numbers names as they come. */
	int index[DB_PARAMETERS_MAX + 1];
};

/* -------------------------------------------------------------- errors ---- */

static enum error
error_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
	case SQLITE_NOMEM:
	case SQLITE_INTERRUPT:
		return ERR_UNAVAILABLE;
	default:
		return ERR_INTERNAL;
	}
}

static enum error
sqlite_failure(void *arg)
{
	struct sqlite_conn *conn = arg;

	return error_of(sqlite3_extended_errcode(conn->handle));
}

/* SQLite's own words name tables, columns and syntax; those of a virtual table
 * may quote what was searched for, so that only the code is told of it. */
static const char *
sqlite_message(void *arg)
{
	struct sqlite_conn *conn = arg;
	int code = sqlite3_extended_errcode(conn->handle);

	if (code == SQLITE_ERROR || (code & 0xff) == SQLITE_CONSTRAINT)
		snprintf(conn->text, sizeof(conn->text), "%s",
		    strstr(sqlite3_errmsg(conn->handle), "fts5")
			? "bad search expression"
			: sqlite3_errmsg(conn->handle));
	else
		snprintf(conn->text, sizeof(conn->text), "%s (%d)",
		    sqlite3_errstr(code), code);
	return conn->text;
}

/* ---------------------------------------------------------- statements ---- */

static void
stmt_map(struct sqlite_stmt *stmt)
{
	char name[16];
	int number;

	stmt->parameters = sqlite3_bind_parameter_count(stmt->handle);
	assert(stmt->parameters <= DB_PARAMETERS_MAX);
	for (number = 1; number <= stmt->parameters; number++) {
		snprintf(name, sizeof(name), "$%d", number);
		stmt->index[number] = sqlite3_bind_parameter_index(stmt->handle,
		    name);
		assert(stmt->index[number] > 0);
	}
}

static void *
sqlite_prepare(void *arg, const char *sql)
{
	struct sqlite_conn *conn = arg;
	struct sqlite_stmt *stmt;
	sqlite3_stmt *handle;

	if (sqlite3_prepare_v3(conn->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
		&handle, NULL) != SQLITE_OK)
		return NULL;
	stmt = xcalloc(1, sizeof(*stmt));
	stmt->conn = conn;
	stmt->handle = handle;
	stmt_map(stmt);
	return stmt;
}

static void
sqlite_finalize(void *arg)
{
	struct sqlite_stmt *stmt = arg;

	sqlite3_finalize(stmt->handle);
	free(stmt);
}

static int
sqlite_parameters(void *arg)
{
	struct sqlite_stmt *stmt = arg;

	return stmt->parameters;
}

static bool
sqlite_bind_null(void *arg, int number)
{
	struct sqlite_stmt *stmt = arg;

	return sqlite3_bind_null(stmt->handle, stmt->index[number]) ==
	    SQLITE_OK;
}

static bool
sqlite_bind_int(void *arg, int number, int64_t value)
{
	struct sqlite_stmt *stmt = arg;

	return sqlite3_bind_int64(stmt->handle, stmt->index[number], value) ==
	    SQLITE_OK;
}

static bool
sqlite_bind_text(void *arg, int number, const char *text, size_t len)
{
	struct sqlite_stmt *stmt = arg;

	return sqlite3_bind_text64(stmt->handle, stmt->index[number], text, len,
		   SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK;
}

static bool
sqlite_bind_blob(void *arg, int number, const void *data, size_t len)
{
	struct sqlite_stmt *stmt = arg;

	return sqlite3_bind_blob64(stmt->handle, stmt->index[number], data, len,
		   SQLITE_STATIC) == SQLITE_OK;
}

static enum db_step
sqlite_step(void *arg)
{
	struct sqlite_stmt *stmt = arg;

	switch (sqlite3_step(stmt->handle)) {
	case SQLITE_ROW:
		return DB_ROW;
	case SQLITE_DONE:
		return DB_DONE;
	default:
		return DB_FAILED;
	}
}

static void
sqlite_reset(void *arg)
{
	struct sqlite_stmt *stmt = arg;

	sqlite3_reset(stmt->handle);
	/* What was bound is borrowed and ends here. */
	if (stmt->parameters)
		sqlite3_clear_bindings(stmt->handle);
}

static bool
sqlite_is_null(void *arg, int column)
{
	struct sqlite_stmt *stmt = arg;

	return sqlite3_column_type(stmt->handle, column) == SQLITE_NULL;
}

static int64_t
sqlite_column_int(void *arg, int column)
{
	struct sqlite_stmt *stmt = arg;

	return sqlite3_column_int64(stmt->handle, column);
}

static const char *
sqlite_column_text(void *arg, int column)
{
	struct sqlite_stmt *stmt = arg;

	return (const char *)sqlite3_column_text(stmt->handle, column);
}

static const void *
sqlite_column_blob(void *arg, int column, size_t *len)
{
	struct sqlite_stmt *stmt = arg;
	const void *data = sqlite3_column_blob(stmt->handle, column);

	/* In this order: the length is of the form that was asked for last. */
	*len = (size_t)sqlite3_column_bytes(stmt->handle, column);
	return data;
}

static int64_t
sqlite_changes(void *arg)
{
	struct sqlite_conn *conn = arg;

	return sqlite3_changes64(conn->handle);
}

static int64_t
sqlite_total_changes(void *arg)
{
	struct sqlite_conn *conn = arg;

	return sqlite3_total_changes64(conn->handle);
}

static bool
sqlite_in_transaction(void *arg)
{
	struct sqlite_conn *conn = arg;

	return !sqlite3_get_autocommit(conn->handle);
}

/* The first column of the first row of a statement that runs outside of a job;
 * `fallback` without one. */
static int64_t
number_of(sqlite3 *handle, const char *sql, int64_t fallback)
{
	sqlite3_stmt *stmt;
	int64_t value = fallback;

	if (sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL) != SQLITE_OK)
		return fallback;
	if (sqlite3_step(stmt) == SQLITE_ROW)
		value = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return value;
}

static int64_t
sqlite_foreign_version(void *arg)
{
	struct sqlite_conn *conn = arg;
	int64_t value = -1;

	if (!conn->version &&
	    sqlite3_prepare_v3(conn->handle, "PRAGMA data_version", -1,
		SQLITE_PREPARE_PERSISTENT, &conn->version, NULL) != SQLITE_OK)
		return -1;
	if (sqlite3_step(conn->version) == SQLITE_ROW)
		value = sqlite3_column_int64(conn->version, 0);
	sqlite3_reset(conn->version);
	return value;
}

/* ---------------------------------------------------------------- open ---- */

static bool
conn_fail(struct sqlite_conn *conn, const char *what, char *cause,
    size_t cause_size)
{
	snprintf(cause, cause_size, "%s: %s: %s", conn->path, what,
	    sqlite3_errmsg(conn->handle));
	return false;
}

/* WAL is a property of the file, and some filesystems cannot carry it. */
static bool
conn_wal(struct sqlite_conn *conn, char *cause, size_t cause_size)
{
	sqlite3_stmt *stmt = NULL;
	const char *mode = "";
	bool ok = false;

	if (sqlite3_prepare_v2(conn->handle, "PRAGMA journal_mode=WAL", -1,
		&stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		mode = (const char *)sqlite3_column_text(stmt, 0);
	if (mode && strcmp(mode, "wal") == 0)
		ok = true;
	else if (sqlite3_errcode(conn->handle) == SQLITE_ROW)
		snprintf(cause, cause_size,
		    "%s: this filesystem cannot carry a write-ahead log",
		    conn->path);
	else
		conn_fail(conn, "cannot open the store", cause, cause_size);
	sqlite3_finalize(stmt);
	return ok;
}

static bool
conn_setup(struct sqlite_conn *conn, enum db_mode mode, char *cause,
    size_t cause_size)
{
	static const char common[] = "PRAGMA temp_store=MEMORY;"
				     "PRAGMA trusted_schema=OFF;";
	static const char writer[] = "PRAGMA synchronous=FULL;"
				     "PRAGMA foreign_keys=OFF;"
				     "PRAGMA secure_delete=ON;"
				     "PRAGMA wal_autocheckpoint=0;"
				     "PRAGMA journal_size_limit=67108864;"
				     "PRAGMA cache_size=-65536;";
	static const char reader[] = "PRAGMA query_only=ON;"
				     "PRAGMA cache_size=-16384;";

	if (sqlite3_busy_timeout(conn->handle, BUSY_MS) != SQLITE_OK ||
	    sqlite3_exec(conn->handle, common, NULL, NULL, NULL) != SQLITE_OK)
		return conn_fail(conn, "cannot open", cause, cause_size);
	if (mode == DB_WRITER && !conn_wal(conn, cause, cause_size))
		return false;
	if (sqlite3_exec(conn->handle, mode == DB_WRITER ? writer : reader,
		NULL, NULL, NULL) != SQLITE_OK)
		return conn_fail(conn, "cannot set up", cause, cause_size);
	conn->page_size = number_of(conn->handle, "PRAGMA page_size", 4096);
	return true;
}

static void
sqlite_close(void *arg)
{
	struct sqlite_conn *conn = arg;

	sqlite3_finalize(conn->version);
	sqlite3_close_v2(conn->handle);
	free(conn->path);
	free(conn);
}

static void *
sqlite_open(const char *path, enum db_mode mode, char *cause, size_t cause_size)
{
	struct sqlite_conn *conn;
	int flags = mode == DB_WRITER ? SQLITE_OPEN_READWRITE
				      : SQLITE_OPEN_READONLY;

	/* Counting allocations takes a lock that all threads would share.
	 * Refused, without harm, once the library runs. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (!path[0] || path[0] == ':') {
		snprintf(cause, cause_size, "store.url: no path in it");
		return NULL;
	}
	if (mode == DB_WRITER && !sqlite_file_make(path, cause, cause_size))
		return NULL;
	conn = xcalloc(1, sizeof(*conn));
	conn->path = xstrdup(path);
	/* One thread at a time has a connection: no mutex of its own. */
	if (sqlite3_open_v2(path, &conn->handle,
		flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
		NULL) != SQLITE_OK) {
		conn_fail(conn, "cannot open", cause, cause_size);
		sqlite_close(conn);
		return NULL;
	}
	if (!conn_setup(conn, mode, cause, cause_size)) {
		sqlite_close(conn);
		return NULL;
	}
	return conn;
}

/* --------------------------------------------------------- checkpoints ---- */

static int64_t
sqlite_checkpoint(void *arg, bool *large)
{
	struct sqlite_conn *conn = arg;
	int pages = 0;
	int copied = 0;

	if (sqlite3_wal_checkpoint_v2(conn->handle, NULL,
		SQLITE_CHECKPOINT_PASSIVE, &pages, &copied) != SQLITE_OK)
		pages = copied = -1;
	if (large)
		*large = pages * conn->page_size > LARGE_LOG;
	return pages < 0 ? -1 : pages - copied;
}

/*
 * A passive checkpoint never gets to the end under steady load, as whoever writes
 * is always a little ahead, so that the log would grow without end. With nobody
 * writing there is little left to copy.
 */
static bool
sqlite_checkpoint_cut(void *arg)
{
	struct sqlite_conn *conn = arg;
	int status;

	sqlite3_busy_timeout(conn->handle, CUT_BUSY_MS);
	status = sqlite3_wal_checkpoint_v2(conn->handle, NULL,
	    SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(conn->handle, BUSY_MS);
	return status == SQLITE_OK;
}

/* ---------------------------------------------------------- migrations ---- */

static bool
sqlite_script(void *arg, const char *sql, char *cause, size_t cause_size)
{
	struct sqlite_conn *conn = arg;

	if (sqlite3_exec(conn->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	snprintf(cause, cause_size, "%s", sqlite3_errmsg(conn->handle));
	return false;
}

static bool
sqlite_has_table(void *arg, const char *name)
{
	struct sqlite_conn *conn = arg;
	sqlite3_stmt *stmt;
	bool found = false;

	if (sqlite3_prepare_v2(conn->handle,
		"SELECT 1 FROM sqlite_schema WHERE type = 'table'"
		" AND (?1 IS NULL OR name = ?1) LIMIT 1",
		-1, &stmt, NULL) != SQLITE_OK)
		return false;
	sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
	found = sqlite3_step(stmt) == SQLITE_ROW;
	sqlite3_finalize(stmt);
	return found;
}

static bool
sqlite_backup(void *arg, int number, char *path, size_t path_size, char *cause,
    size_t cause_size)
{
	struct sqlite_conn *conn = arg;

	snprintf(path, path_size, "%s.before-%d", conn->path, number);
	return sqlite_copy_out(conn->handle, path, cause, cause_size);
}

static bool
sqlite_restore(void *arg, const char *path, char *cause, size_t cause_size)
{
	struct sqlite_conn *conn = arg;

	return sqlite_copy_in(conn->handle, path, cause, cause_size);
}

static void
sqlite_backup_forget(void *arg, int number)
{
	struct sqlite_conn *conn = arg;
	char *path;

	while (--number > 0) {
		path = xasprintf("%s.before-%d", conn->path, number);
		if (unlink(path) == 0)
			log_info("backup_removed", "migration=%d", number);
		free(path);
	}
}

const struct db_driver db_sqlite = {
	.scheme = "sqlite:",
	.schema = schema_sqlite,
	.begin_write = "BEGIN IMMEDIATE",
	.begin_read = "BEGIN",
	.pin = "SELECT 1 FROM sqlite_schema LIMIT 1",
	.open = sqlite_open,
	.close = sqlite_close,
	.prepare = sqlite_prepare,
	.finalize = sqlite_finalize,
	.parameters = sqlite_parameters,
	.bind_null = sqlite_bind_null,
	.bind_int = sqlite_bind_int,
	.bind_text = sqlite_bind_text,
	.bind_blob = sqlite_bind_blob,
	.step = sqlite_step,
	.reset = sqlite_reset,
	.is_null = sqlite_is_null,
	.column_int = sqlite_column_int,
	.column_text = sqlite_column_text,
	.column_blob = sqlite_column_blob,
	.changes = sqlite_changes,
	.total_changes = sqlite_total_changes,
	.in_transaction = sqlite_in_transaction,
	.failure = sqlite_failure,
	.message = sqlite_message,
	.checkpoint = sqlite_checkpoint,
	.checkpoint_cut = sqlite_checkpoint_cut,
	.foreign_version = sqlite_foreign_version,
	.script = sqlite_script,
	.has_table = sqlite_has_table,
	.backup = sqlite_backup,
	.restore = sqlite_restore,
	.backup_forget = sqlite_backup_forget,
};

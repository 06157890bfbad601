/*
 * What all backends have in common: the statements kept under the address of
 * their text, binding, the sticky error of a job, transactions, and ids. Knows
 * no library and no table but `meta`, where the last id given is kept.
 */
#include "server/db.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/db_driver.h"
#include "server/migrate.h"
#include "shared/clock.h"
#include "shared/id.h"
#include "shared/log.h"
#include "shared/xmalloc.h"

#define BUCKETS 256 /* a power of two; a few hundred statements at most */
#define LOG_TEXT 300

struct stmt {
	struct db *db;
	const char *sql;
	void *handle;	   /* NULL: the one that stands for a failed query */
	struct stmt *next; /* in its bucket */
	struct stmt *next_open;
	bool open; /* is in the list of those to reset */
	bool done; /* no row will come any more */
};

struct db {
	const struct db_driver *driver;
	void *conn;
	enum db_mode mode;
	enum error error;
	int64_t now_ms;
	bool warned; /* of an unavailable store, until a commit succeeds */

	struct stmt *buckets[BUCKETS];
	struct stmt *open;
	struct stmt failed; /* given where there is no statement */

	uint32_t machine_id;
	bool ids_ready;	     /* the schema is there */
	int64_t ids_version; /* of the store when last_id was read */
	int64_t last_id;
	bool ids_given; /* in this transaction */
	int64_t changes_at_begin;
	struct id_source ids;
};

static const struct db_driver *const drivers[] = {
	&db_sqlite,
};

/* ------------------------------------------------------ the connection ---- */

struct db *
db_open(const char *url, enum db_mode mode, uint32_t machine_id, char *cause,
    size_t cause_size)
{
	const struct db_driver *driver = NULL;
	struct db *db;
	void *conn;
	size_t i;

	for (i = 0; i < sizeof(drivers) / sizeof(drivers[0]) && !driver; i++) {
		if (strncmp(url, drivers[i]->scheme,
			strlen(drivers[i]->scheme)) == 0)
			driver = drivers[i];
	}
	if (!driver) {
		/* The rest of a url may hold a password. */
		snprintf(cause, cause_size,
		    "store.url: this program has no store of the kind \"%.*s\"",
		    (int)strcspn(url, ":"), url);
		return NULL;
	}
	conn = driver->open(url + strlen(driver->scheme), mode, cause,
	    cause_size);
	if (!conn)
		return NULL;
	db = xcalloc(1, sizeof(*db));
	db->driver = driver;
	db->conn = conn;
	db->mode = mode;
	db->machine_id = machine_id;
	db->now_ms = clock_real_ms();
	db->ids_version = INT64_MIN;
	db->failed.db = db;
	db->failed.done = true;
	id_source_init(&db->ids, machine_id, 0);
	return db;
}

void
db_close(struct db *db)
{
	struct stmt *stmt;
	struct stmt *next;
	size_t i;

	if (!db)
		return;
	db_rollback(db);
	for (i = 0; i < BUCKETS; i++) {
		for (stmt = db->buckets[i]; stmt; stmt = next) {
			next = stmt->next;
			db->driver->finalize(stmt->handle);
			free(stmt);
		}
	}
	db->driver->close(db->conn);
	free(db);
}

bool
db_migrate(struct db *db, char *cause, size_t cause_size)
{
	if (!migrate_run(db, db->driver->schema, cause, cause_size))
		return false;
	db->ids_ready = true;
	return true;
}

bool
db_migrated(struct db *db)
{
	return migrate_current(db, db->driver->schema);
}

const struct db_driver *
db_driver(const struct db *db)
{
	return db->driver;
}

void *
db_connection(const struct db *db)
{
	return db->conn;
}

bool
db_writable(const struct db *db)
{
	return db->mode == DB_WRITER;
}

enum error
db_error(const struct db *db)
{
	return db->error;
}

int64_t
db_now(const struct db *db)
{
	return db->now_ms;
}

/* ---------------------------------------------------------- statements ---- */

/* Marks the job as failed by what the backend says of its last call. */
static void
db_fail(struct db *db, const char *sql)
{
	enum error error = db->driver->failure(db->conn);
	char text[LOG_TEXT];
	char query[LOG_TEXT];

	log_value(db->driver->message(db->conn), text, sizeof(text));
	log_value(sql, query, sizeof(query));
	if (error != ERR_UNAVAILABLE)
		log_error("store_error", "error=%s sql=%s", text, query);
	else if (!db->warned)
		log_warn("store_unavailable", "error=%s sql=%s", text, query);
	if (error == ERR_UNAVAILABLE)
		db->warned = true;
	if (db->error == ERR_NONE)
		db->error = error;
}

static size_t
bucket_of(const char *sql)
{
	uint64_t hash = (uint64_t)(uintptr_t)sql * 0x9e3779b97f4a7c15u;

	return (size_t)(hash >> 56) & (BUCKETS - 1);
}

/* The statement of a literal, prepared where it is new; NULL on an error. */
static struct stmt *
stmt_find(struct db *db, const char *sql)
{
	struct stmt **bucket = &db->buckets[bucket_of(sql)];
	struct stmt *stmt;
	void *handle;

	for (stmt = *bucket; stmt; stmt = stmt->next) {
		if (stmt->sql == sql)
			return stmt;
	}
	handle = db->driver->prepare(db->conn, sql);
	if (!handle)
		return NULL;
	stmt = xcalloc(1, sizeof(*stmt));
	stmt->db = db;
	stmt->sql = sql;
	stmt->handle = handle;
	stmt->next = *bucket;
	*bucket = stmt;
	return stmt;
}

static void
stmt_reset(struct stmt *stmt)
{
	struct stmt **at;

	if (!stmt->open)
		return;
	for (at = &stmt->db->open; *at != stmt; at = &(*at)->next_open)
		;
	*at = stmt->next_open;
	stmt->open = false;
	stmt->done = true;
	stmt->db->driver->reset(stmt->handle);
}

static bool
bind_one(const struct db_driver *driver, void *handle, int number, char type,
    va_list *args)
{
	int64_t value;
	const char *text;
	const void *data;

	switch (type) {
	case 'i':
		return driver->bind_int(handle, number, va_arg(*args, int64_t));
	case 'I':
		value = va_arg(*args, int64_t);
		return value ? driver->bind_int(handle, number, value)
			     : driver->bind_null(handle, number);
	case 't':
		text = va_arg(*args, const char *);
		return text
		    ? driver->bind_text(handle, number, text, strlen(text))
		    : driver->bind_null(handle, number);
	case 's':
		text = va_arg(*args, const char *);
		return driver->bind_text(handle, number, text,
		    va_arg(*args, size_t));
	case 'b':
		data = va_arg(*args, const void *);
		return driver->bind_blob(handle, number, data,
		    va_arg(*args, size_t));
	default:
		assert(!"a type of db_query is one of i I t s b");
		return false;
	}
}

static struct stmt *
db_query_list(struct db *db, const char *sql, const char *types, va_list *args)
{
	struct stmt *stmt;
	int number;

	if (db->error != ERR_NONE)
		return &db->failed;
	stmt = stmt_find(db, sql);
	if (!stmt) {
		db_fail(db, sql);
		return &db->failed;
	}
	stmt_reset(stmt);
	assert((size_t)db->driver->parameters(stmt->handle) == strlen(types));
	for (number = 1; *types; number++, types++) {
		if (!bind_one(db->driver, stmt->handle, number, *types, args)) {
			db_fail(db, sql);
			return &db->failed;
		}
	}
	stmt->open = true;
	stmt->done = false;
	stmt->next_open = db->open;
	db->open = stmt;
	return stmt;
}

struct stmt *
db_query(struct db *db, const char *sql, const char *types, ...)
{
	struct stmt *stmt;
	va_list args;

	va_start(args, types);
	stmt = db_query_list(db, sql, types, &args);
	va_end(args);
	return stmt;
}

bool
stmt_step(struct stmt *stmt)
{
	struct db *db = stmt->db;

	if (stmt->done || db->error != ERR_NONE)
		return false;
	switch (db->driver->step(stmt->handle)) {
	case DB_ROW:
		return true;
	case DB_FAILED:
		db_fail(db, stmt->sql);
		break;
	case DB_DONE:
		break;
	}
	/* At once, so that it holds neither a cursor nor what was bound. */
	stmt_reset(stmt);
	return false;
}

int64_t
stmt_int(struct stmt *stmt, int column)
{
	assert(!stmt->done);
	return stmt->db->driver->column_int(stmt->handle, column);
}

bool
stmt_is_null(struct stmt *stmt, int column)
{
	assert(!stmt->done);
	return stmt->db->driver->is_null(stmt->handle, column);
}

const char *
stmt_text(struct stmt *stmt, int column)
{
	const char *text = stmt_text_opt(stmt, column);

	return text ? text : "";
}

const char *
stmt_text_opt(struct stmt *stmt, int column)
{
	assert(!stmt->done);
	return stmt->db->driver->column_text(stmt->handle, column);
}

const void *
stmt_blob(struct stmt *stmt, int column, size_t *len)
{
	assert(!stmt->done);
	return stmt->db->driver->column_blob(stmt->handle, column, len);
}

int64_t
db_exec(struct db *db, const char *sql, const char *types, ...)
{
	struct stmt *stmt;
	va_list args;

	va_start(args, types);
	stmt = db_query_list(db, sql, types, &args);
	va_end(args);
	while (stmt_step(stmt))
		;
	return db->error == ERR_NONE ? db->driver->changes(db->conn) : 0;
}

int64_t
db_int(struct db *db, int64_t fallback, const char *sql, const char *types, ...)
{
	struct stmt *stmt;
	int64_t value = fallback;
	va_list args;

	va_start(args, types);
	stmt = db_query_list(db, sql, types, &args);
	va_end(args);
	if (stmt_step(stmt)) {
		if (!stmt_is_null(stmt, 0))
			value = stmt_int(stmt, 0);
		stmt_reset(stmt);
	}
	return value;
}

void
db_statements_reset(struct db *db)
{
	while (db->open)
		stmt_reset(db->open);
}

/* ------------------------------------------------ jobs and transactions ---- */

void
db_job_begin(struct db *db)
{
	db->error = ERR_NONE;
	db->now_ms = clock_real_ms();
}

void
db_job_end(struct db *db)
{
	db_statements_reset(db);
}

/* BEGIN, COMMIT and their like: also where the job has failed already. */
static bool
db_control(struct db *db, const char *sql)
{
	enum error before = db->error;
	struct stmt *stmt;
	bool failed;

	db->error = ERR_NONE;
	stmt = db_query(db, sql, "");
	while (stmt_step(stmt))
		;
	failed = db->error != ERR_NONE;
	if (before != ERR_NONE)
		db->error = before;
	return !failed;
}

/*
 * Another process (the command line beside a running server) gives ids too, with
 * the same machine number. Both keep the last one in the store, in the
 * transaction that uses it; whoever sees that others have committed reads it
 * again. So no two are the same, and they ascend in commit order.
 */
static void
ids_refresh(struct db *db)
{
	int64_t version = db->driver->foreign_version(db->conn);
	int64_t stored;

	db->ids_given = false;
	if (!db->ids_ready || version == db->ids_version)
		return;
	stored = db_int(db, 0, "SELECT value FROM meta WHERE key = 'last_id'",
	    "");
	if (db->error != ERR_NONE)
		return;
	db->ids_version = version;
	if (stored > db->last_id) {
		db->last_id = stored;
		id_source_init(&db->ids, db->machine_id, stored);
	}
}

static void
ids_keep(struct db *db)
{
	if (!db->ids_given || db_total_changes(db) == db->changes_at_begin)
		return;
	db_exec(db,
	    "INSERT INTO meta (key, value) VALUES ('last_id', $1)"
	    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
	    "i", db->last_id);
}

int64_t
db_new_id(struct db *db)
{
	assert(db->mode == DB_WRITER && db->ids_ready);
	db->last_id = id_next(&db->ids, db->now_ms);
	db->ids_given = true;
	return db->last_id;
}

bool
db_begin(struct db *db)
{
	db->error = ERR_NONE;
	if (db->mode == DB_WRITER) {
		if (db_control(db, db->driver->begin_write))
			ids_refresh(db);
		db->changes_at_begin = db_total_changes(db);
	} else if (db_control(db, db->driver->begin_read)) {
		if (db->driver->pin)
			db_control(db, db->driver->pin);
	}
	if (db->error == ERR_NONE)
		return true;
	db_rollback(db);
	return false;
}

bool
db_commit(struct db *db)
{
	db_statements_reset(db);
	if (db->mode == DB_WRITER)
		ids_keep(db);
	if (db->error == ERR_NONE && db_control(db, "COMMIT")) {
		db->warned = false;
		return true;
	}
	db_rollback(db);
	return false;
}

void
db_rollback(struct db *db)
{
	db_statements_reset(db);
	/* A full disk may have rolled back already. */
	if (db_in_transaction(db))
		db_control(db, "ROLLBACK");
}

void
db_savepoint(struct db *db)
{
	db_control(db, "SAVEPOINT job");
}

void
db_savepoint_release(struct db *db)
{
	db_statements_reset(db);
	db_control(db, "RELEASE SAVEPOINT job");
}

void
db_savepoint_rollback(struct db *db)
{
	db_statements_reset(db);
	if (!db_in_transaction(db))
		return;
	if (db_control(db, "ROLLBACK TO SAVEPOINT job") &&
	    db_control(db, "RELEASE SAVEPOINT job"))
		db->error = ERR_NONE;
}

bool
db_in_transaction(const struct db *db)
{
	return db->driver->in_transaction(db->conn);
}

int64_t
db_total_changes(const struct db *db)
{
	return db->driver->total_changes(db->conn);
}

int64_t
db_checkpoint(struct db *db, bool *large)
{
	return db->driver->checkpoint(db->conn, large);
}

bool
db_checkpoint_cut(struct db *db)
{
	return db->driver->checkpoint_cut(db->conn);
}

int64_t
db_foreign_version(struct db *db)
{
	return db->driver->foreign_version(db->conn);
}

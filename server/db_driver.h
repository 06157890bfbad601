/*
 * What a database backend is to db.c: a table of calls over an opaque connection
 * and opaque statements. One file a backend fills it (db_sqlite.c) and is the only
 * one that knows the library. Also what migrate.c needs of a connection and
 * nobody else may use.
 *
 * The features' SQL is written with $1-style parameters. A backend whose library
 * numbers them otherwise maps them when it prepares.
 */
#ifndef SERVER_DB_DRIVER_H
#define SERVER_DB_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/db.h"
#include "server/migrate.h"

#define DB_PARAMETERS_MAX 24 /* of one statement */

enum db_step { DB_ROW, DB_DONE, DB_FAILED };

struct db_driver {
	const char *scheme; /* what its urls begin with, "sqlite:" */
	const struct migration *schema;
	const char *begin_write, *begin_read;
	const char *pin; /* run after begin_read: takes the snapshot; or NULL */

	/* `rest` is the url behind the scheme. NULL with a sentence in
	 * `cause`. */
	void *(*open)(const char *rest, enum db_mode mode, char *cause,
	    size_t cause_size);
	void (*close)(void *conn);

	/* NULL or false: failure() and message() say why. */
	void *(*prepare)(void *conn, const char *sql);
	void (*finalize)(void *stmt);
	int (*parameters)(void *stmt);
	bool (*bind_null)(void *stmt, int number);
	bool (*bind_int)(void *stmt, int number, int64_t value);
	/* Borrowed until the statement is reset. */
	bool (*bind_text)(void *stmt, int number, const char *text, size_t len);
	bool (*bind_blob)(void *stmt, int number, const void *data, size_t len);
	enum db_step (*step)(void *stmt);
	void (*reset)(void *stmt);
	bool (*is_null)(void *stmt, int column);
	int64_t (*column_int)(void *stmt, int column);
	const char *(*column_text)(void *stmt, int column); /* NULL is NULL */
	const void *(*column_blob)(void *stmt, int column, size_t *len);

	int64_t (*changes)(void *conn);	      /* of the last statement */
	int64_t (*total_changes)(void *conn); /* since open, undone or not */
	bool (*in_transaction)(void *conn);

	/* Of the last call that failed: which error it is to a request, and a
	 * text that holds no value that was bound. */
	enum error (*failure)(void *conn);
	const char *(*message)(void *conn);

	int64_t (*checkpoint)(void *conn, bool *large);
	bool (*checkpoint_cut)(void *conn);
	int64_t (*foreign_version)(void *conn);

	/* Several statements without parameters. */
	bool (*script)(void *conn, const char *sql, char *cause,
	    size_t cause_size);
	/* `name` NULL: is there any table at all? */
	bool (*has_table)(void *conn, const char *name);
	/* A copy beside the store, durable when it returns, named for the
	 * migration that it was made before; `path` gets where it lies ("":
	 * this backend's operator makes backups). And everything back from
	 * there. And away with those made before older migrations. */
	bool (*backup)(void *conn, int number, char *path, size_t path_size,
	    char *cause, size_t cause_size);
	bool (*restore)(void *conn, const char *path, char *cause,
	    size_t cause_size);
	void (*backup_forget)(void *conn, int number);
};

extern const struct db_driver db_sqlite;

/* ---- for migrate.c only ---- */

/* The backend's calls and its connection. */
const struct db_driver *db_driver(const struct db *db);
void *db_connection(const struct db *db);

/* Resets every statement, so that the schema may change under them. */
void db_statements_reset(struct db *db);

#endif

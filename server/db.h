/*
 * A database connection as the features see it: statements prepared once, bound,
 * stepped. One connection belongs to one store thread; what takes a struct db *
 * runs there and nowhere else. Backends fill struct db_driver; nothing above
 * this header knows which one it is.
 *
 * Errors are sticky: the first one in a job marks the connection, every later
 * query in the job gives no rows, and the store ends the job with that error and
 * rolls it back. So a handler checks what it found, never whether the disk
 * failed.
 */
#ifndef SERVER_DB_H
#define SERVER_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/protocol.h"

struct db;
struct stmt;

/*
 * Binds `types` and steps nothing yet. `sql` must be a string literal (the
 * statement is kept under its address). $1, $2 … are bound in order:
 *
 *	i  int64_t		t  const char * (NULL is NULL)
 *	s  const char *, size_t	b  const void *, size_t (blob)
 *	I  int64_t, 0 is NULL
 *
 * Text and blobs must live until the statement is stepped to its end or the job
 * ends. The statement is borrowed until the same sql is queried again or the job
 * ends. Never NULL.
 */
struct stmt *db_query(struct db *db, const char *sql, const char *types, ...);

/* The next row: true; the end or an error: false. */
bool stmt_step(struct stmt *stmt);

/* Columns of the present row, from 0. Text is borrowed until the next step; ""
 * where it is NULL, but NULL from stmt_text_opt. */
int64_t stmt_int(struct stmt *stmt, int column);
bool stmt_is_null(struct stmt *stmt, int column);
const char *stmt_text(struct stmt *stmt, int column);
const char *stmt_text_opt(struct stmt *stmt, int column);
const void *stmt_blob(struct stmt *stmt, int column, size_t *len);

/* Runs a statement to its end; returns the rows that it changed. */
int64_t db_exec(struct db *db, const char *sql, const char *types, ...);

/* One number from the first row of a query; `fallback` without a row or where it
 * is NULL. */
int64_t db_int(struct db *db, int64_t fallback, const char *sql,
    const char *types, ...);

/* The sticky error of this job: ERR_NONE, ERR_UNAVAILABLE (full or failing disk,
 * read-only, busy), or ERR_INTERNAL (anything else, logged with its SQL). */
enum error db_error(const struct db *db);

/* A fresh id, above all that this store ever gave. Writer only. */
int64_t db_new_id(struct db *db);

/* Milliseconds since 1970, one value for the whole job. */
int64_t db_now(const struct db *db);

/* True on the writer's connection. */
bool db_writable(const struct db *db);

/* ---- for the store and the command line only ---- */

enum db_mode { DB_WRITER, DB_READER };

/* Opens `url` (sqlite:PATH). NULL with a sentence in `cause`. */
struct db *db_open(const char *url, enum db_mode mode, uint32_t machine_id,
    char *cause, size_t cause_size);
void db_close(struct db *db);

/* Brings the schema to the newest migration, with a backup beside the file
 * before, restored where it fails. Sets up ids above those in the store. */
bool db_migrate(struct db *db, char *cause, size_t cause_size);

/* True where db_migrate would have nothing to do. */
bool db_migrated(struct db *db);

/* A job's bounds. begin clears the sticky error and takes the time. */
void db_job_begin(struct db *db);
void db_job_end(struct db *db); /* resets what the job left open */

/* Transactions. false: sticky error set, nothing is open any more after
 * db_rollback. A reader's begin pins one snapshot. */
bool db_begin(struct db *db);
bool db_commit(struct db *db);
void db_rollback(struct db *db);
void db_savepoint(struct db *db); /* within a transaction */
void db_savepoint_release(struct db *db);
void db_savepoint_rollback(struct db *db); /* clears the sticky error */

/* False where a full or failing disk has rolled the transaction back by
 * itself. */
bool db_in_transaction(const struct db *db);

/* A number that grows with every row changed on this connection, undone or
 * not. */
int64_t db_total_changes(const struct db *db);

/* Copies what the log has gathered into the database file; on its own
 * connection (any mode), by the checkpoint thread. Returns pages left. Waits for
 * nobody; *large (may be NULL) tells that the log should be cut. */
int64_t db_checkpoint(struct db *db, bool *large);

/* Copies what is left and cuts the log to nothing. Nobody may be in a
 * transaction that writes; waits a moment for those that read. False where they
 * took too long. */
bool db_checkpoint_cut(struct db *db);

/* A number that changes when another process or connection committed. */
int64_t db_foreign_version(struct db *db);

#endif

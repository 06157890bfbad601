/*
 * Whole copies of an SQLite database, for db_sqlite.c. By the library's backup
 * calls and never by copying files: what is committed may lie in the log alone,
 * and a file that is put beside a log of another one is ruined.
 */
#ifndef SERVER_DB_SQLITE_H
#define SERVER_DB_SQLITE_H

#include <stdbool.h>
#include <stddef.h>

struct sqlite3;

/* Makes an empty file that is its owner's alone, where there is none. */
bool sqlite_file_make(const char *path, char *cause, size_t cause_size);

/* Writes everything to a new file at `path`, whole and durable or not at all;
 * what was there is replaced. No transaction may be open. */
bool sqlite_copy_out(struct sqlite3 *from, const char *path, char *cause,
    size_t cause_size);

/* Replaces everything by what is in the file at `path`, in one transaction. No
 * statement may be open. */
bool sqlite_copy_in(struct sqlite3 *to, const char *path, char *cause,
    size_t cause_size);

#endif

/*
 * Numbered schema migrations: brings a store from the number that it has to the
 * newest one, each in a transaction of its own, with a backup beside the file
 * before and back from it where one fails. Knows no table but its own record of
 * what has run.
 */
#ifndef SERVER_MIGRATE_H
#define SERVER_MIGRATE_H

#include <stdbool.h>
#include <stddef.h>

struct db;

/* One step. `sql` may hold several statements; numbers go up by one from 1; the
 * list ends with number 0. What has been released is never edited. */
struct migration {
	int number;
	const char *name;
	const char *sql;
};

/* The SQLite schema (schema_sqlite.c). */
extern const struct migration schema_sqlite[];

/*
 * Runs what the store does not have yet. `list` is ended by number 0. A store
 * with a higher number than the last one in `list` is refused untouched. False
 * with a sentence in `cause`: the store is as it was before.
 */
bool migrate_run(struct db *db, const struct migration *list, char *cause,
    size_t cause_size);

/* Has the store exactly what `list` ends with? Writes nothing. */
bool migrate_current(struct db *db, const struct migration *list);

#endif

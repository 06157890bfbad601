/*
 * Running migrations. A store's number is the highest one that its table
 * schema_migrations records; the record is written in the transaction of the
 * migration, so that an interrupted run goes on where it was.
 *
 *	new store		run all, no backup
 *	number below the last	backup, run what is missing; on failure back
 *				from the backup
 *	number above the last	made by a newer program: refused
 *	other tables, no record	somebody else's file: refused
 */
#include "server/migrate.h"

#include <assert.h>
#include <stdio.h>

#include "server/db.h"
#include "server/db_driver.h"
#include "shared/log.h"

#define PATH_SIZE 4096
#define WHY_SIZE 300

static int
last_of(const struct migration *list)
{
	int last = 0;

	for (; list->number; list++) {
		assert(list->number == last + 1);
		last = list->number;
	}
	return last;
}

static int
number_now(struct db *db)
{
	return (
	    int)db_int(db, 0, "SELECT max(number) FROM schema_migrations", "");
}

/* Looks at the store before anything is written to it. */
static bool
store_look(struct db *db, int last, int *number, char *cause, size_t cause_size)
{
	const struct db_driver *driver = db_driver(db);
	void *conn = db_connection(db);

	*number = 0;
	if (!driver->has_table(conn, "schema_migrations")) {
		if (!driver->has_table(conn, NULL))
			return true;
		snprintf(cause, cause_size,
		    "the store holds tables that are not hubbub's");
		return false;
	}
	db_job_begin(db);
	*number = number_now(db);
	if (db_error(db) != ERR_NONE) {
		snprintf(cause, cause_size, "the store cannot be read");
		return false;
	}
	if (*number > last) {
		snprintf(cause, cause_size,
		    "the store has schema %d, made by a newer hubbubd; this "
		    "one knows up to %d",
		    *number, last);
		return false;
	}
	return true;
}

static bool
step_run(struct db *db, const struct migration *step, char *why,
    size_t why_size)
{
	const struct db_driver *driver = db_driver(db);
	char name[80];
	bool ok;

	snprintf(why, why_size, "the store refuses writes");
	db_job_begin(db);
	if (!db_begin(db))
		return false;
	db_exec(db,
	    "CREATE TABLE IF NOT EXISTS schema_migrations ("
	    " number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
	    " applied_at BIGINT NOT NULL)",
	    "");
	/* Another process may have been first, and we waited for it. */
	if (db_error(db) == ERR_NONE && number_now(db) >= step->number)
		return db_commit(db);
	db_statements_reset(db);
	ok = db_error(db) == ERR_NONE &&
	    driver->script(db_connection(db), step->sql, why, why_size);
	if (ok)
		db_exec(db,
		    "INSERT INTO schema_migrations (number, name, applied_at)"
		    " VALUES ($1, $2, $3)",
		    "iti", (int64_t)step->number, step->name, db_now(db));
	if (ok && db_commit(db)) {
		log_value(step->name, name, sizeof(name));
		log_info("migrated", "number=%d name=%s", step->number, name);
		return true;
	}
	db_rollback(db);
	return false;
}

/* Says what failed and brings everything back. */
static void
undo(struct db *db, const struct migration *step, const char *backup,
    const char *why, char *cause, size_t cause_size)
{
	char restore_why[WHY_SIZE];

	db_statements_reset(db);
	if (!backup[0])
		snprintf(cause, cause_size, "migration %d (%s) failed: %s",
		    step->number, step->name, why);
	else if (db_driver(db)->restore(db_connection(db), backup, restore_why,
		     sizeof(restore_why)))
		snprintf(cause, cause_size,
		    "migration %d (%s) failed: %s; the store is as it was",
		    step->number, step->name, why);
	else
		snprintf(cause, cause_size,
		    "migration %d (%s) failed: %s; the backup could not be "
		    "put back (%s) and lies in %s",
		    step->number, step->name, why, restore_why, backup);
}

bool
migrate_run(struct db *db, const struct migration *list, char *cause,
    size_t cause_size)
{
	const struct db_driver *driver = db_driver(db);
	char backup[PATH_SIZE] = "";
	char why[WHY_SIZE];
	int last = last_of(list);
	int number;

	if (!store_look(db, last, &number, cause, cause_size))
		return false;
	if (number == last)
		return true;
	db_statements_reset(db);
	if (number > 0 &&
	    !driver->backup(db_connection(db), number + 1, backup,
		sizeof(backup), why, sizeof(why))) {
		snprintf(cause, cause_size,
		    "no migration without a backup, and that failed: %s", why);
		return false;
	}
	if (backup[0])
		log_info("backup_made", "path=%s", backup);
	for (; list->number; list++) {
		if (list->number <= number)
			continue;
		if (!step_run(db, list, why, sizeof(why))) {
			undo(db, list, backup, why, cause, cause_size);
			return false;
		}
	}
	if (backup[0])
		driver->backup_forget(db_connection(db), number + 1);
	return true;
}

bool
migrate_current(struct db *db, const struct migration *list)
{
	char cause[WHY_SIZE];
	int last = last_of(list);
	int number;

	return store_look(db, last, &number, cause, sizeof(cause)) &&
	    number == last;
}

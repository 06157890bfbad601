/*
 * Migrations: each runs once, in order, with a backup before, and a failure
 * leaves the store as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/db.h"
#include "server/migrate.h"
#include "tests/unit/scratch.h"

const struct migration schema_sqlite[] = {
	{ 0, NULL, NULL },
};

#define FIRST                                     \
	{                                         \
		1, "first",                       \
		    "CREATE TABLE a (x INTEGER);" \
		    "INSERT INTO a VALUES (1);"   \
	}
#define SECOND                                    \
	{                                         \
		2, "second",                      \
		    "CREATE TABLE b (y INTEGER);" \
		    "UPDATE a SET x = x + 10;"    \
	}
#define END                   \
	{                     \
		0, NULL, NULL \
	}

static const struct migration one[] = { FIRST, END };
static const struct migration two[] = { FIRST, SECOND, END };
static const struct migration broken[] = { FIRST, SECOND,
	{ 3, "broken", "UPDATE a SET x = 99; INSERT INTO nowhere VALUES (1);" },
	END };

static struct db *
open_in(const char *dir, const char *name)
{
	char url[SCRATCH_PATH];
	char cause[300] = "";
	struct db *db;

	snprintf(url, sizeof(url), "sqlite:%s/%s", dir, name);
	db = db_open(url, DB_WRITER, 0, cause, sizeof(cause));
	if (!db)
		fail_msg("%s", cause);
	db_job_begin(db);
	return db;
}

static void
run(struct db *db, const struct migration *list)
{
	char cause[600] = "";

	if (!migrate_run(db, list, cause, sizeof(cause)))
		fail_msg("%s", cause);
	db_job_begin(db);
}

static int64_t
value(struct db *db)
{
	return db_int(db, -1, "SELECT x FROM a", "");
}

static int64_t
tables(struct db *db, const char *name)
{
	return db_int(db, -1,
	    "SELECT count(*) FROM sqlite_schema WHERE name = $1", "t", name);
}

static bool
is_there(const char *dir, const char *name)
{
	char path[SCRATCH_PATH];

	return access(scratch_path(dir, name, path), F_OK) == 0;
}

static void
a_new_store_gets_everything_and_no_backup(void **state)
{
	struct db *db = open_in(*state, "t.db");

	run(db, two);
	assert_int_equal(value(db), 11);
	assert_int_equal(tables(db, "b"), 1);
	assert_false(is_there(*state, "t.db.before-1"));
	db_close(db);
}

static void
what_has_run_does_not_run_again(void **state)
{
	struct db *db = open_in(*state, "t.db");

	run(db, two);
	assert_false(migrate_current(db, one));
	assert_true(migrate_current(db, two));
	run(db, two);
	assert_int_equal(value(db), 11);
	db_close(db);
	db = open_in(*state, "t.db");
	run(db, two);
	assert_int_equal(value(db), 11);
	assert_false(is_there(*state, "t.db.before-2"));
	db_close(db);
}

static void
an_older_store_is_copied_before_it_moves_on(void **state)
{
	struct db *db = open_in(*state, "t.db");
	char path[SCRATCH_PATH];
	struct stat st;

	run(db, one);
	assert_false(migrate_current(db, two));
	run(db, two);
	assert_int_equal(value(db), 11);
	db_close(db);

	assert_int_equal(stat(scratch_path(*state, "t.db.before-2", path), &st),
	    0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_false(is_there(*state, "t.db.before-2.part"));
	db = open_in(*state, "t.db.before-2");
	assert_int_equal(value(db), 1);
	assert_int_equal(tables(db, "b"), 0);
	db_close(db);
}

static void
a_failure_leaves_the_store_as_it_was(void **state)
{
	struct db *db = open_in(*state, "t.db");
	struct db *other;
	char cause[600] = "";

	run(db, one);
	assert_false(migrate_run(db, broken, cause, sizeof(cause)));
	assert_non_null(strstr(cause, "migration 3 (broken) failed"));
	assert_non_null(strstr(cause, "nowhere"));
	assert_non_null(strstr(cause, "as it was"));

	/* Though the second one had been committed. */
	db_job_begin(db);
	assert_int_equal(value(db), 1);
	assert_int_equal(tables(db, "b"), 0);
	assert_true(migrate_current(db, one));
	other = open_in(*state, "t.db");
	assert_int_equal(value(other), 1);
	db_close(other);

	/* And with a whole program it goes on. */
	run(db, two);
	assert_int_equal(value(db), 11);
	db_close(db);
}

static void
a_store_of_a_newer_program_is_refused_untouched(void **state)
{
	struct db *db = open_in(*state, "t.db");
	char cause[600] = "";

	run(db, two);
	assert_false(migrate_run(db, one, cause, sizeof(cause)));
	assert_non_null(strstr(cause, "newer"));
	db_job_begin(db);
	assert_int_equal(value(db), 11);
	assert_true(migrate_current(db, two));
	db_close(db);
}

static void
somebody_else_s_database_is_refused_untouched(void **state)
{
	struct db *db = open_in(*state, "t.db");
	char cause[600] = "";

	db_exec(db, "CREATE TABLE a (x INTEGER)", "");
	assert_false(migrate_run(db, one, cause, sizeof(cause)));
	assert_non_null(strstr(cause, "not hubbub's"));
	db_job_begin(db);
	assert_int_equal(tables(db, "schema_migrations"), 0);
	db_close(db);
}

static void
only_the_newest_backup_is_kept(void **state)
{
	static const struct migration three[] = { FIRST, SECOND,
		{ 3, "third", "CREATE TABLE c (z INTEGER)" }, END };
	struct db *db = open_in(*state, "t.db");

	run(db, one);
	run(db, two);
	assert_true(is_there(*state, "t.db.before-2"));
	run(db, three);
	assert_true(is_there(*state, "t.db.before-3"));
	assert_false(is_there(*state, "t.db.before-2"));
	db_close(db);
}

#define IN_SCRATCH(test) \
	cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(a_new_store_gets_everything_and_no_backup),
		IN_SCRATCH(what_has_run_does_not_run_again),
		IN_SCRATCH(an_older_store_is_copied_before_it_moves_on),
		IN_SCRATCH(a_failure_leaves_the_store_as_it_was),
		IN_SCRATCH(a_store_of_a_newer_program_is_refused_untouched),
		IN_SCRATCH(somebody_else_s_database_is_refused_untouched),
		IN_SCRATCH(only_the_newest_backup_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

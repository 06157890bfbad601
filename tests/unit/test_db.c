/*
 * A connection to the store: what is bound comes back, errors stick to their job,
 * ids never repeat, and what was erased is gone from the disk.
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
#include <sys/wait.h>
#include <unistd.h>

#include "server/db.h"
#include "server/migrate.h"
#include "shared/clock.h"
#include "tests/unit/scratch.h"

/* In place of the server's: a connection is the same whatever it holds. */
const struct migration schema_sqlite[] = {
	{ 1, "things",
	    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
	    "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE,"
	    " data BLOB);" },
	{ 0, NULL, NULL },
};

static struct db *
open_in(const char *dir, enum db_mode mode)
{
	char url[SCRATCH_PATH];
	char cause[300] = "";
	struct db *db;

	snprintf(url, sizeof(url), "sqlite:%s/test.db", dir);
	db = db_open(url, mode, 7, cause, sizeof(cause));
	if (!db)
		fail_msg("%s", cause);
	if (mode == DB_WRITER && !db_migrate(db, cause, sizeof(cause)))
		fail_msg("%s", cause);
	db_job_begin(db);
	return db;
}

static void
commit(struct db *db)
{
	assert_true(db_commit(db));
	db_job_end(db);
}

static int64_t
count(struct db *db)
{
	return db_int(db, -1, "SELECT count(*) FROM things", "");
}

/* ---------------------------------------------------------- statements ---- */

static void
every_type_that_is_bound_comes_back(void **state)
{
	struct db *db = open_in(*state, DB_WRITER);
	static const char bytes[] = { 1, 0, 2 };
	struct stmt *row;
	size_t len = 0;

	assert_true(db_begin(db));
	assert_int_equal(db_exec(db,
			     "INSERT INTO things (id, name, data)"
			     " VALUES ($1, $2, $3)",
			     "isb", INT64_MAX, "name and more", (size_t)4,
			     bytes, sizeof(bytes)),
	    1);
	assert_int_equal(
	    db_exec(db,
		"INSERT INTO things (id, name, data) VALUES ($1, $2, $3)",
		"ItI", (int64_t)5, (char *)NULL, (int64_t)0),
	    1);
	row = db_query(db, "SELECT id, name, data FROM things ORDER BY id DESC",
	    "");
	assert_true(stmt_step(row));
	assert_true(stmt_int(row, 0) == INT64_MAX);
	assert_string_equal(stmt_text(row, 1), "name");
	assert_memory_equal(stmt_blob(row, 2, &len), bytes, sizeof(bytes));
	assert_int_equal(len, sizeof(bytes));
	assert_true(stmt_step(row));
	assert_int_equal(stmt_int(row, 0), 5);
	assert_string_equal(stmt_text(row, 1), "");
	assert_null(stmt_text_opt(row, 1));
	assert_true(stmt_is_null(row, 2));
	assert_false(stmt_step(row));
	/* And does not begin again. */
	assert_false(stmt_step(row));
	commit(db);
	db_close(db);
}

static void
parameters_go_by_number_and_not_by_place(void **state)
{
	struct db *db = open_in(*state, DB_WRITER);

	assert_int_equal(db_int(db, 0, "SELECT $2 * 100 + $1 * 10 + $2", "ii",
			     (int64_t)3, (int64_t)5),
	    535);
	db_close(db);
}

static void
a_statement_can_be_asked_again_before_its_end(void **state)
{
	struct db *db = open_in(*state, DB_WRITER);
	struct stmt *row;
	int turn;

	for (turn = 1; turn <= 3; turn++) {
		row = db_query(db, "SELECT $1 UNION ALL SELECT 9", "i",
		    (int64_t)turn);
		assert_true(stmt_step(row));
		assert_int_equal(stmt_int(row, 0), turn);
	}
	db_close(db);
}

static void
a_number_without_a_row_is_the_fallback(void **state)
{
	struct db *db = open_in(*state, DB_WRITER);

	assert_int_equal(
	    db_int(db, 42, "SELECT id FROM things WHERE id = 0", ""), 42);
	assert_int_equal(db_int(db, 42, "SELECT max(id) FROM things", ""), 42);
	db_close(db);
}

static void
what_was_left_alone_on_conflict_counts_as_unchanged(void **state)
{
	struct db *db = open_in(*state, DB_WRITER);
	int turn;

	assert_true(db_begin(db));
	for (turn = 0; turn < 2; turn++)
		assert_int_equal(db_exec(db,
				     "INSERT INTO things (name) VALUES ($1)"
				     " ON CONFLICT (name) DO NOTHING",
				     "t", "once"),
		    turn == 0);
	commit(db);
	db_close(db);
}

/* -------------------------------------------------------------- errors ---- */

static void
an_error_sticks_until_the_next_job(void **state)
{
	struct db *db = open_in(*state, DB_WRITER);
	struct stmt *row;

	assert_true(db_begin(db));
	db_exec(db, "INSERT INTO things (id) VALUES (1)", "");
	assert_int_equal(db_error(db), ERR_NONE);
	assert_int_equal(db_exec(db, "INSERT INTO things (id) VALUES (1)", ""),
	    0);
	assert_int_equal(db_error(db), ERR_INTERNAL);

	row = db_query(db, "SELECT id FROM things", "");
	assert_non_null(row);
	assert_false(stmt_step(row));
	assert_int_equal(count(db), -1);
	assert_false(db_commit(db));
	assert_false(db_in_transaction(db));

	db_job_begin(db);
	assert_int_equal(db_error(db), ERR_NONE);
	assert_int_equal(count(db), 0);
	db_close(db);
}

static void
a_query_that_does_not_parse_is_an_internal_error(void **state)
{
	struct db *db = open_in(*state, DB_WRITER);

	assert_false(stmt_step(db_query(db, "SELEKT 1", "")));
	assert_int_equal(db_error(db), ERR_INTERNAL);
	db_close(db);
}

static void
a_reader_cannot_write(void **state)
{
	struct db *writer = open_in(*state, DB_WRITER);
	struct db *reader = open_in(*state, DB_READER);

	assert_false(db_writable(reader));
	assert_true(db_begin(reader));
	db_exec(reader, "INSERT INTO things (id) VALUES (1)", "");
	assert_int_not_equal(db_error(reader), ERR_NONE);
	db_rollback(reader);
	db_close(reader);
	assert_int_equal(count(writer), 0);
	db_close(writer);
}

/* -------------------------------------------------------- transactions ---- */

static void
a_savepoint_undoes_its_own_job_and_no_other(void **state)
{
	struct db *db = open_in(*state, DB_WRITER);

	assert_true(db_begin(db));
	db_savepoint(db);
	db_exec(db, "INSERT INTO things (name) VALUES ('kept')", "");
	db_savepoint_release(db);
	db_savepoint(db);
	db_exec(db, "INSERT INTO things (name) VALUES ('undone')", "");
	db_exec(db, "INSERT INTO things (name) VALUES ('undone')", "");
	assert_int_equal(db_error(db), ERR_INTERNAL);
	db_savepoint_rollback(db);
	assert_int_equal(db_error(db), ERR_NONE);
	commit(db);

	assert_int_equal(count(db), 1);
	assert_int_equal(
	    db_int(db, 0, "SELECT 1 FROM things WHERE name = 'kept'", ""), 1);
	db_close(db);
}

static void
a_reader_sees_one_moment_from_begin_on(void **state)
{
	struct db *writer = open_in(*state, DB_WRITER);
	struct db *reader = open_in(*state, DB_READER);

	assert_true(db_begin(reader));
	assert_true(db_begin(writer));
	db_exec(writer, "INSERT INTO things (id) VALUES (1)", "");
	commit(writer);
	assert_int_equal(count(reader), 0);
	assert_true(db_commit(reader));
	assert_true(db_begin(reader));
	assert_int_equal(count(reader), 1);
	db_close(reader);
	db_close(writer);
}

static void
the_time_stands_still_within_a_job(void **state)
{
	struct db *db = open_in(*state, DB_WRITER);
	int64_t now = db_now(db);

	while (clock_real_ms() == now)
		;
	assert_true(db_now(db) == now);
	db_job_begin(db);
	assert_true(db_now(db) > now);
	db_close(db);
}

/* ----------------------------------------------------------------- ids ---- */

/* An id in a transaction that keeps it. */
static int64_t
take_id(struct db *db)
{
	int64_t id;

	db_job_begin(db);
	assert_true(db_begin(db));
	id = db_new_id(db);
	db_exec(db, "INSERT INTO things (id) VALUES ($1)", "i", id);
	commit(db);
	return id;
}

static void
ids_of_two_processes_never_meet_and_ascend(void **state)
{
	struct db *one = open_in(*state, DB_WRITER);
	struct db *two = open_in(*state, DB_WRITER);
	int64_t last = 0;
	int64_t id;
	int i;

	for (i = 0; i < 200; i++) {
		id = take_id(i % 3 ? one : two);
		assert_true(id > last);
		last = id;
	}
	db_close(one);
	db_close(two);
	one = open_in(*state, DB_WRITER);
	assert_true(take_id(one) > last);
	db_close(one);
}

/* ------------------------------------------------------------ the disk ---- */

static bool
file_holds(const char *dir, const char *name, const char *text)
{
	char path[SCRATCH_PATH];
	size_t len;
	char *bytes = scratch_read(scratch_path(dir, name, path), &len);
	bool found = bytes && memmem(bytes, len, text, strlen(text));

	free(bytes);
	return found;
}

static void
erased_text_is_gone_from_the_file(void **state)
{
	struct db *db = open_in(*state, DB_WRITER);

	assert_true(db_begin(db));
	db_exec(db, "INSERT INTO things (name) VALUES ('a plain secret')", "");
	commit(db);
	db_close(db);
	assert_true(file_holds(*state, "test.db", "a plain secret"));

	db = open_in(*state, DB_WRITER);
	assert_true(db_begin(db));
	db_exec(db, "DELETE FROM things", "");
	commit(db);
	db_close(db);
	assert_false(file_holds(*state, "test.db", "a plain secret"));
	assert_false(file_holds(*state, "test.db-wal", "a plain secret"));
}

static void
a_checkpoint_brings_the_log_into_the_file(void **state)
{
	struct db *db = open_in(*state, DB_WRITER);
	struct db *checkpointer = open_in(*state, DB_WRITER);

	assert_true(db_begin(db));
	db_exec(db, "INSERT INTO things (name) VALUES ('far travelled')", "");
	commit(db);
	assert_false(file_holds(*state, "test.db", "far travelled"));
	assert_int_equal(db_checkpoint(checkpointer, NULL), 0);
	assert_true(file_holds(*state, "test.db", "far travelled"));
	db_close(checkpointer);
	db_close(db);
}

static void
the_store_is_its_owner_s_alone(void **state)
{
	static const char *const names[] = { "test.db", "test.db-wal",
		"test.db-shm" };
	struct db *db = open_in(*state, DB_WRITER);
	char path[SCRATCH_PATH];
	struct stat st;
	size_t i;

	for (i = 0; i < 3; i++) {
		assert_int_equal(
		    stat(scratch_path(*state, names[i], path), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	db_close(db);
}

static void
a_commit_elsewhere_changes_the_foreign_version(void **state)
{
	struct db *one = open_in(*state, DB_WRITER);
	struct db *two = open_in(*state, DB_WRITER);
	int64_t before = db_foreign_version(one);

	take_id(one);
	assert_true(db_foreign_version(one) == before);
	take_id(two);
	assert_true(db_foreign_version(one) != before);
	db_close(one);
	db_close(two);
}

static ino_t
inode_of(const char *dir, const char *name)
{
	char path[SCRATCH_PATH];
	struct stat st;

	return stat(scratch_path(dir, name, path), &st) == 0 ? st.st_ino : 0;
}

/* SQLite's locks are the process's: one that was lost by opening the file a second
 * time makes the other process believe that it is the last one. */
static void
another_process_leaves_the_log_to_those_who_are_still_there(void **state)
{
	struct db *one = open_in(*state, DB_WRITER);
	struct db *two = open_in(*state, DB_WRITER);
	struct db *three = open_in(*state, DB_READER);
	ino_t log;
	pid_t child;
	int status = -1;

	take_id(one);
	log = inode_of(*state, "test.db-wal");
	assert_true(log != 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		execl("/proc/self/exe", "test_db", "--visit", *state, NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(inode_of(*state, "test.db-wal") == log);
	take_id(two);
	assert_int_equal(count(three), 3);
	db_close(three);
	db_close(two);
	db_close(one);
}

/* The other process: writes and leaves. */
static int
visit(const char *dir)
{
	struct db *db = open_in(dir, DB_WRITER);

	take_id(db);
	db_close(db);
	return 0;
}

static void
what_is_no_store_is_refused_with_a_sentence(void **state)
{
	static const char *const urls[] = { "postgresql://u:secret@h/d",
		"sqlite:", "sqlite::memory:", "sqlite:/nowhere/at/all.db" };
	char path[SCRATCH_PATH];
	char url[SCRATCH_PATH + 8];
	char cause[300];
	size_t i;

	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		cause[0] = '\0';
		assert_null(
		    db_open(urls[i], DB_WRITER, 0, cause, sizeof(cause)));
		assert_true(strlen(cause) > 10);
		assert_null(strstr(cause, "secret"));
	}
	assert_true(scratch_write(scratch_path(*state, "text", path),
	    "This is a letter and no database, however one looks at it.",
	    0600));
	snprintf(url, sizeof(url), "sqlite:%s", path);
	cause[0] = '\0';
	assert_null(db_open(url, DB_WRITER, 0, cause, sizeof(cause)));
	assert_non_null(strstr(cause, path));
}

#define IN_SCRATCH(test) \
	cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(every_type_that_is_bound_comes_back),
		IN_SCRATCH(parameters_go_by_number_and_not_by_place),
		IN_SCRATCH(a_statement_can_be_asked_again_before_its_end),
		IN_SCRATCH(a_number_without_a_row_is_the_fallback),
		IN_SCRATCH(what_was_left_alone_on_conflict_counts_as_unchanged),
		IN_SCRATCH(an_error_sticks_until_the_next_job),
		IN_SCRATCH(a_query_that_does_not_parse_is_an_internal_error),
		IN_SCRATCH(a_reader_cannot_write),
		IN_SCRATCH(a_savepoint_undoes_its_own_job_and_no_other),
		IN_SCRATCH(a_reader_sees_one_moment_from_begin_on),
		IN_SCRATCH(the_time_stands_still_within_a_job),
		IN_SCRATCH(ids_of_two_processes_never_meet_and_ascend),
		IN_SCRATCH(erased_text_is_gone_from_the_file),
		IN_SCRATCH(a_checkpoint_brings_the_log_into_the_file),
		IN_SCRATCH(the_store_is_its_owner_s_alone),
		IN_SCRATCH(a_commit_elsewhere_changes_the_foreign_version),
		IN_SCRATCH(
		    another_process_leaves_the_log_to_those_who_are_still_there),
		IN_SCRATCH(what_is_no_store_is_refused_with_a_sentence),
	};

	if (argc == 3 && strcmp(argv[1], "--visit") == 0)
		return visit(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

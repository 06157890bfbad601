/*
 * The data directory: private, and one server's at a time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/datadir.h"
#include "tests/unit/scratch.h"

static unsigned int
mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_mode & 0777 : 0;
}

static void
it_is_made_private_with_what_is_above_it(void **state)
{
	char path[SCRATCH_PATH];
	char cause[300] = "";

	scratch_path(*state, "a/b/c", path);
	assert_true(datadir_prepare(path, cause, sizeof(cause)));
	assert_int_equal(mode_of(path), 0700);
	/* And is taken as it is the next time. */
	assert_true(datadir_prepare(path, cause, sizeof(cause)));
}

static void
an_empty_one_becomes_private_and_a_used_one_is_left_alone(void **state)
{
	char path[SCRATCH_PATH];
	char file[SCRATCH_PATH];
	char cause[300] = "";

	scratch_path(*state, "d", path);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_true(datadir_prepare(path, cause, sizeof(cause)));
	assert_int_equal(mode_of(path), 0700);

	assert_true(scratch_write(scratch_path(path, "f", file), "x", 0600));
	assert_int_equal(chmod(path, 0755), 0);
	assert_true(datadir_prepare(path, cause, sizeof(cause)));
	assert_int_equal(mode_of(path), 0755);

	assert_int_equal(chmod(path, 0775), 0);
	assert_false(datadir_prepare(path, cause, sizeof(cause)));
	assert_non_null(strstr(cause, "others can write"));
}

static void
what_is_no_directory_of_ours_is_refused(void **state)
{
	char path[SCRATCH_PATH];
	char cause[300] = "";

	assert_true(
	    scratch_write(scratch_path(*state, "file", path), "x", 0600));
	assert_false(datadir_prepare(path, cause, sizeof(cause)));
	assert_non_null(strstr(cause, path));
	assert_false(datadir_prepare(scratch_path(*state, "file/below", path),
	    cause, sizeof(cause)));
	if (geteuid() != 0)
		return;
	assert_int_equal(mkdir(scratch_path(*state, "theirs", path), 0700), 0);
	assert_int_equal(chown(path, 12345, 12345), 0);
	assert_false(datadir_prepare(path, cause, sizeof(cause)));
	assert_non_null(strstr(cause, "12345"));
}

static void
one_at_a_time_has_it(void **state)
{
	char cause[300] = "";
	int one = datadir_lock(*state, cause, sizeof(cause));
	int two;

	assert_true(one >= 0);
	assert_int_equal(datadir_try_lock(*state), -1);
	assert_int_equal(datadir_lock(*state, cause, sizeof(cause)), -1);
	assert_non_null(strstr(cause, "another hubbubd"));
	close(one);
	two = datadir_lock(*state, cause, sizeof(cause));
	assert_true(two >= 0);
	close(two);
}

#define IN_SCRATCH(test) \
	cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(it_is_made_private_with_what_is_above_it),
		IN_SCRATCH(
		    an_empty_one_becomes_private_and_a_used_one_is_left_alone),
		IN_SCRATCH(what_is_no_directory_of_ours_is_refused),
		IN_SCRATCH(one_at_a_time_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

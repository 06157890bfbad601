/*
 * The token file: what is stored is found, by nobody else, and never by halves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/scratch.h"
#include "tui/credentials.h"

#define HOME_A "https://a.example"
#define HOME_B "https://b.example"

/* A configuration folder of the test's own. */
static int
home_make(void **state)
{
	if (scratch_make(state) != 0)
		return -1;
	return setenv("XDG_CONFIG_HOME", *state, 1);
}

static void
store(const char *server, const char *user, const char *token, bool first)
{
	const struct credential entry = { .server = (char *)server,
		.user = (char *)user,
		.token = (char *)token,
		.refresh_token = (char *)"refresh",
		.expires_ms = 1795529109000 };
	char cause[256] = "";

	assert_int_equal(credentials_store(&entry, first, cause, sizeof(cause)),
	    CREDENTIALS_OK);
}

/* The token that is found; "" where there is none. */
static void
assert_token(const char *server, const char *user, const char *expected)
{
	struct credential found;
	char cause[256] = "";
	enum credentials_result result = credentials_find(server, user, &found,
	    cause, sizeof(cause));

	if (*expected) {
		assert_int_equal(result, CREDENTIALS_OK);
		assert_string_equal(found.token, expected);
		assert_string_equal(found.refresh_token, "refresh");
		assert_true(found.expires_ms == 1795529109000);
	} else {
		assert_int_equal(result, CREDENTIALS_NONE);
	}
	credential_release(&found);
}

static void
without_a_file_nothing_is_found(void **state)
{
	(void)state;
	assert_token(HOME_A, NULL, "");
}

static void
an_entry_is_found_by_server_and_user(void **state)
{
	(void)state;
	store(HOME_A, "amy", "token-1", true);
	store(HOME_A, "ben", "token-2", true);
	store(HOME_B, "amy", "token-3", true);
	assert_token(HOME_A, "amy", "token-1");
	assert_token(HOME_A, "ben", "token-2");
	assert_token(HOME_B, "amy", "token-3");
	assert_token(HOME_B, "ben", "");
	assert_token("https://c.example", NULL, "");
}

static void
without_a_name_the_last_log_in_is_taken(void **state)
{
	(void)state;
	store(HOME_A, "amy", "token-1", true);
	store(HOME_A, "ben", "token-2", true);
	assert_token(HOME_A, NULL, "token-2");
	/* A renewal is no log-in. */
	store(HOME_A, "amy", "token-4", false);
	assert_token(HOME_A, NULL, "token-2");
	assert_token(HOME_A, "amy", "token-4");
}

static void
a_removed_entry_is_gone_and_the_others_stay(void **state)
{
	char cause[256] = "";

	(void)state;
	store(HOME_A, "amy", "token-1", true);
	store(HOME_A, "ben", "token-2", true);
	assert_int_equal(credentials_remove(HOME_A, "ben", cause,
			     sizeof(cause)),
	    CREDENTIALS_OK);
	assert_token(HOME_A, "ben", "");
	assert_token(HOME_A, NULL, "token-1");
	assert_int_equal(credentials_remove(HOME_A, "ben", cause,
			     sizeof(cause)),
	    CREDENTIALS_NONE);
}

static void
the_file_is_for_its_owner_alone(void **state)
{
	char path[SCRATCH_PATH];
	struct stat st;

	store(HOME_A, "amy", "token-1", true);
	scratch_path(*state, "hubbub/tokens", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	scratch_path(*state, "hubbub", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void
a_file_that_others_can_read_is_refused(void **state)
{
	char path[SCRATCH_PATH];
	struct credential found;
	char cause[256] = "";

	store(HOME_A, "amy", "token-1", true);
	scratch_path(*state, "hubbub/tokens", path);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(credentials_find(HOME_A, NULL, &found, cause,
			     sizeof(cause)),
	    CREDENTIALS_FAILED);
	assert_non_null(strstr(cause, "chmod 600"));
}

static void
a_damaged_file_is_told_and_not_overwritten(void **state)
{
	const struct credential entry = { .server = (char *)HOME_A,
		.user = (char *)"amy",
		.token = (char *)"token" };
	char path[SCRATCH_PATH];
	char cause[256] = "";
	char *text;
	size_t len;

	store(HOME_A, "amy", "token-1", true);
	scratch_path(*state, "hubbub/tokens", path);
	assert_true(scratch_write(path, "{\"entries\":", 0600));
	assert_int_equal(credentials_store(&entry, true, cause, sizeof(cause)),
	    CREDENTIALS_FAILED);
	assert_non_null(strstr(cause, "damaged"));
	text = scratch_read(path, &len);
	assert_string_equal(text, "{\"entries\":");
	free(text);
}

static void
one_program_at_a_time_has_the_lock(void **state)
{
	int first = credentials_lock();
	int second;

	(void)state;
	assert_true(first >= 0);
	assert_int_equal(credentials_lock(), -1);
	credentials_unlock(first);
	second = credentials_lock();
	assert_true(second >= 0);
	credentials_unlock(second);
}

#define AT_HOME(name) \
	cmocka_unit_test_setup_teardown(name, home_make, scratch_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AT_HOME(without_a_file_nothing_is_found),
		AT_HOME(an_entry_is_found_by_server_and_user),
		AT_HOME(without_a_name_the_last_log_in_is_taken),
		AT_HOME(a_removed_entry_is_gone_and_the_others_stay),
		AT_HOME(the_file_is_for_its_owner_alone),
		AT_HOME(a_file_that_others_can_read_is_refused),
		AT_HOME(a_damaged_file_is_told_and_not_overwritten),
		AT_HOME(one_program_at_a_time_has_the_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

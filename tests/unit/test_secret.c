/*
 * Passwords, tokens and secret files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "server/secret.h"
#include "tests/unit/scratch.h"

static void
a_password_matches_its_own_hash_alone(void **state)
{
	char hash[SECRET_PASSWORD_SIZE];
	char again[SECRET_PASSWORD_SIZE];

	(void)state;
	assert_true(secret_password_hash("correct horse", hash));
	assert_true(secret_password_verify(hash, "correct horse"));
	assert_false(secret_password_verify(hash, "correct horsf"));
	assert_false(secret_password_verify(hash, "correct horse "));
	assert_false(secret_password_verify(hash, ""));
	assert_null(strstr(hash, "correct"));
	/* Salted: two who have the same one cannot be told. */
	assert_true(secret_password_hash("correct horse", again));
	assert_string_not_equal(hash, again);
}

static void
the_cost_of_a_hash_is_what_was_decided(void **state)
{
	char hash[SECRET_PASSWORD_SIZE];
	static const char cost[] = "$argon2id$v=19$m=19456,t=2,p=1$";

	(void)state;
	assert_true(secret_password_hash("correct horse", hash));
	assert_memory_equal(hash, cost, sizeof(cost) - 1);
}

static void
a_hash_that_is_damaged_matches_nothing(void **state)
{
	static const char *const damaged[] = { "", "x", "$argon2id$",
		"$argon2id$v=19$m=19456,t=2,p=1$",
		"$2b$10$abcdefghijklmnopqrstuv" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++)
		assert_false(secret_password_verify(damaged[i], ""));
}

static double
cpu_of(const char *hash)
{
	struct timespec from;
	struct timespec to;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	assert_false(secret_password_verify(hash, "a wrong password"));
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	return (double)(to.tv_sec - from.tv_sec) +
	    (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

static double
least_cpu_of(const char *hash)
{
	double least = 1e9;
	double cpu;
	int i;

	for (i = 0; i < 5; i++) {
		cpu = cpu_of(hash);
		if (cpu < least)
			least = cpu;
	}
	return least;
}

static void
an_unknown_name_costs_as_much_as_a_wrong_password(void **state)
{
	char hash[SECRET_PASSWORD_SIZE];
	double known;
	double unknown;

	(void)state;
	assert_true(secret_password_hash("correct horse", hash));
	known = least_cpu_of(hash);
	unknown = least_cpu_of(NULL);
	assert_true(unknown > known * 0.6);
	assert_true(unknown < known * 1.6);
}

static void
a_token_is_a_prefix_and_256_bits_of_its_own(void **state)
{
	char one[SECRET_TOKEN_SIZE];
	char two[SECRET_TOKEN_SIZE];

	(void)state;
	secret_token("hbt_", one);
	secret_token("hbt_", two);
	assert_int_equal(strlen(one), 4 + 43);
	assert_memory_equal(one, "hbt_", 4);
	assert_int_equal(strspn(one,
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789-_"),
	    47);
	assert_string_not_equal(one, two);
}

/* FIPS 180-2, appendix B.1 */
static void
what_is_stored_of_a_token_is_its_sha_256(void **state)
{
	static const unsigned char abc[SECRET_HASH_SIZE] = { 0xba, 0x78, 0x16,
		0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d,
		0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a,
		0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad };
	unsigned char hash[SECRET_HASH_SIZE];

	(void)state;
	secret_hash("abcd", 3, hash);
	assert_memory_equal(hash, abc, sizeof(hash));
}

/* --------------------------------------------------------------- files ---- */

static void
a_secret_file_is_made_once_and_for_its_owner(void **state)
{
	unsigned char one[32];
	unsigned char two[32];
	char path[SCRATCH_PATH];
	char cause[300] = "";
	struct stat st;

	assert_true(secret_file(*state, "k", one, 32, cause, sizeof(cause)));
	assert_int_equal(stat(scratch_path(*state, "k", path), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_nlink, 1);
	assert_true(secret_file(*state, "k", two, 32, cause, sizeof(cause)));
	assert_memory_equal(one, two, 32);
	assert_true(
	    secret_file(*state, "other", two, 32, cause, sizeof(cause)));
	assert_memory_not_equal(one, two, 32);
}

static void
refuses(const char *dir, const char *name)
{
	unsigned char secret[32];
	char cause[300] = "";

	assert_false(secret_file(dir, name, secret, 32, cause, sizeof(cause)));
	assert_non_null(strstr(cause, name));
}

static void
a_file_that_is_no_good_secret_is_refused(void **state)
{
	static const char zeros[32];
	char path[SCRATCH_PATH];
	char target[SCRATCH_PATH];
	FILE *file;

	assert_true(scratch_write(scratch_path(*state, "open", path),
	    "0123456789abcdef0123456789abcdef", 0640));
	refuses(*state, "open");
	assert_true(scratch_write(scratch_path(*state, "short", path),
	    "0123456789abcdef", 0600));
	refuses(*state, "short");
	assert_true(scratch_write(scratch_path(*state, "long", path),
	    "0123456789abcdef0123456789abcdef\n", 0600));
	refuses(*state, "long");
	assert_int_equal(mkdir(scratch_path(*state, "folder", path), 0700), 0);
	refuses(*state, "folder");

	assert_true(scratch_write(scratch_path(*state, "target", target),
	    "0123456789abcdef0123456789abcdef", 0600));
	assert_int_equal(symlink(target, scratch_path(*state, "link", path)),
	    0);
	refuses(*state, "link");

	assert_true(
	    scratch_write(scratch_path(*state, "zeros", path), "", 0600));
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(zeros, 1, 32, file), 32);
	fclose(file);
	refuses(*state, "zeros");
}

struct racer {
	const char *dir;
	pthread_barrier_t *start;
	unsigned char secret[32];
	bool ok;
};

static void *
race(void *arg)
{
	struct racer *racer = arg;
	char cause[300];

	pthread_barrier_wait(racer->start);
	racer->ok = secret_file(racer->dir, "k", racer->secret, 32, cause,
	    sizeof(cause));
	return NULL;
}

static void
two_who_make_it_at_once_have_the_same(void **state)
{
	pthread_barrier_t start;
	struct racer racers[4];
	pthread_t threads[4];
	int i;

	pthread_barrier_init(&start, NULL, 4);
	for (i = 0; i < 4; i++) {
		racers[i].dir = *state;
		racers[i].start = &start;
		pthread_create(&threads[i], NULL, race, &racers[i]);
	}
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < 4; i++) {
		assert_true(racers[i].ok);
		assert_memory_equal(racers[i].secret, racers[0].secret, 32);
	}
	pthread_barrier_destroy(&start);
}

#define IN_SCRATCH(test) \
	cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_matches_its_own_hash_alone),
		cmocka_unit_test(the_cost_of_a_hash_is_what_was_decided),
		cmocka_unit_test(a_hash_that_is_damaged_matches_nothing),
		cmocka_unit_test(
		    an_unknown_name_costs_as_much_as_a_wrong_password),
		cmocka_unit_test(a_token_is_a_prefix_and_256_bits_of_its_own),
		cmocka_unit_test(what_is_stored_of_a_token_is_its_sha_256),
		IN_SCRATCH(a_secret_file_is_made_once_and_for_its_owner),
		IN_SCRATCH(a_file_that_is_no_good_secret_is_refused),
		IN_SCRATCH(two_who_make_it_at_once_have_the_same),
	};

	if (!secret_init())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

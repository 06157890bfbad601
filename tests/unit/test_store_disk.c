/*
 * The store on a disk that is full: who is refused, what can still be read, what
 * is asked again, and that it heals by itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shared/clock.h"
#include "tests/unit/store_probe.h"

PROBE_SCHEMA;

static enum error
conflict_where_it_is_there(struct db *db, struct probe *probe)
{
	return db_int(db, 0, "SELECT 1 FROM things WHERE n = $1", "i",
		   (int64_t)probe->n)
	    ? ERR_CONFLICT
	    : ERR_NONE;
}

static enum error
insert_unless_it_is_there(struct db *db, struct probe *probe)
{
	if (conflict_where_it_is_there(db, probe) == ERR_CONFLICT)
		return ERR_NONE;
	return probe_insert(db, probe);
}

/* ----------------------------------------------------------- full disk ---- */

/* No file of this process may grow past a page: as good as a full disk. */
static void
disk_fill(bool full)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = full ? 1024 : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static bool
recovers(struct store *store)
{
	int64_t until = clock_mono_ms() + WAIT_MS;
	const struct timespec moment = { .tv_nsec = 1000000 };

	while (store_failing(store)) {
		if (clock_mono_ms() > until)
			return false;
		nanosleep(&moment, NULL);
	}
	return true;
}

static void
a_full_disk_refuses_writes_serves_reads_and_recovers(void **state)
{
	struct store *store = probe_open(*state);
	struct store_stats stats;

	assert_int_equal(probe_ask(store, STORE_WRITE, probe_insert, 1, NULL),
	    ERR_NONE);
	disk_fill(true);
	assert_int_equal(probe_ask(store, STORE_WRITE, probe_insert, 2, NULL),
	    ERR_UNAVAILABLE);
	assert_true(store_failing(store));
	assert_int_equal(probe_things(store), 1);
	assert_int_equal(probe_ask(store, STORE_WRITE, probe_insert, 3, NULL),
	    ERR_UNAVAILABLE);
	/* A job that changes nothing proves nothing. */
	assert_int_equal(probe_ask(store, STORE_WRITE, probe_count, 0, NULL),
	    ERR_NONE);
	assert_true(store_failing(store));
	store_stats(store, &stats);
	assert_true(stats.failed_commits >= 2);
	disk_fill(false);

	/* Without anyone's help. */
	assert_true(recovers(store));
	assert_int_equal(probe_ask(store, STORE_WRITE, probe_insert, 4, NULL),
	    ERR_NONE);
	assert_int_equal(probe_things(store), 2);
	store_close(store);
	store = probe_open(*state);
	assert_int_equal(probe_things(store), 2);
	store_close(store);
}

/*
 * In one batch that is lost: 0 inserts; 1 saw its row and was refused for it; 2
 * saw it and left it alone, and would insert on its own now; 3 counted.
 */
static void
what_saw_a_lost_batch_is_asked_again(void **state)
{
	struct store *store = probe_open(*state);
	struct latch done;
	struct latch entered;
	struct latch go;
	struct probe holder = probe_make(probe_hold, 0, &done);
	struct probe probes[4];
	int i;

	latch_init(&done);
	latch_init(&entered);
	latch_init(&go);
	holder.entered = &entered;
	holder.go = &go;
	probes[0] = probe_make(probe_insert, 5, &done);
	probes[1] = probe_make(conflict_where_it_is_there, 5, &done);
	probes[2] = probe_make(insert_unless_it_is_there, 5, &done);
	probes[3] = probe_make(probe_count, 0, &done);
	assert_true(store_submit(store, STORE_WRITE, &holder.job));
	assert_true(latch_wait(&entered, 1));
	for (i = 0; i < 4; i++)
		assert_true(store_submit(store, STORE_WRITE, &probes[i].job));
	disk_fill(true);
	latch_add(&go);
	assert_true(latch_wait(&done, 5));
	disk_fill(false);
	assert_int_equal(probes[0].status, ERR_UNAVAILABLE);
	assert_int_equal(probes[1].status, ERR_NONE);
	assert_int_equal(atomic_load(&probes[1].runs), 2);
	assert_int_equal(probes[2].status, ERR_UNAVAILABLE);
	assert_int_equal(probes[3].status, ERR_NONE);
	assert_int_equal(probes[3].found[0], 0);
	assert_true(recovers(store));
	assert_int_equal(probe_things(store), 0);
	store_close(store);
}

/* A filesystem that is really full; only root can make one. */
static void
a_filesystem_without_room_is_survived(void **state)
{
	char dir[SCRATCH_PATH];
	char ballast[SCRATCH_PATH];
	struct store *store;
	FILE *file;
	int n;

	scratch_path(*state, "small", dir);
	if (mkdir(dir, 0700) < 0 ||
	    mount("none", dir, "tmpfs", 0, "size=512k") < 0)
		skip();
	store = probe_open(dir);
	assert_int_equal(probe_ask(store, STORE_WRITE, probe_insert, 1, NULL),
	    ERR_NONE);
	file = fopen(scratch_path(dir, "ballast", ballast), "we");
	assert_non_null(file);
	setvbuf(file, NULL, _IONBF, 0);
	for (n = 0; n < 1 << 20 && fputc('x', file) != EOF; n++)
		;
	fclose(file);
	/* What is left of the page that is begun may take a few. */
	for (n = 2; n < 500; n++) {
		if (probe_ask(store, STORE_WRITE, probe_insert, n, NULL) !=
		    ERR_NONE)
			break;
	}
	assert_true(n < 500);
	assert_true(store_failing(store));
	assert_int_equal(probe_things(store), n - 1);
	assert_int_equal(unlink(ballast), 0);
	assert_true(recovers(store));
	assert_int_equal(probe_ask(store, STORE_WRITE, probe_insert, n, NULL),
	    ERR_NONE);
	assert_int_equal(probe_things(store), n);
	store_close(store);
	assert_int_equal(umount(dir), 0);
}

/* Also where a test has failed half-way. */
static int
clean_up(void **state)
{
	disk_fill(false);
	return scratch_remove(state);
}

#define IN_SCRATCH(test) \
	cmocka_unit_test_setup_teardown(test, scratch_make, clean_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(
		    a_full_disk_refuses_writes_serves_reads_and_recovers),
		IN_SCRATCH(what_saw_a_lost_batch_is_asked_again),
		IN_SCRATCH(a_filesystem_without_room_is_survived),
	};

	/* A file that may not grow answers with a signal otherwise. */
	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Pages of history at depth 0 and at the oldest of 1,000,000 messages: latency
 * over REST on one keep-alive connection, and the ratio.
 *
 *	pages [MESSAGES]
 */
#include <err.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/id.h"
#include "shared/xmalloc.h"
#include "tests/bench/lib/peer.h"
#include "tests/bench/lib/process.h"

#define PAGES 500

static void
sql(sqlite3 *db, const char *text)
{
	char *message = NULL;

	if (sqlite3_exec(db, text, NULL, NULL, &message) != SQLITE_OK)
		errx(1, "%s: %s", text, message);
}

/* Straight into the store, one a second over the past, before the server runs.
 * Returns the id in the middle of the first hundred. */
static int64_t
history_make(const struct process *server, size_t count, int64_t *channel)
{
	char *path = xasprintf("%s/hubbub.db", server->dir);
	int64_t user, first = ID_EPOCH_MS + 86400000LL, early = 0;
	sqlite3_stmt *insert;
	sqlite3 *db;
	char *update;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		errx(1, "%s", path);
	sql(db, "PRAGMA synchronous=OFF; BEGIN");
	sqlite3_prepare_v2(db,
	    "SELECT c.id, m.user_id FROM channels c"
	    " JOIN channel_members m ON m.channel_id = c.id"
	    " WHERE c.name = 'bench'",
	    -1, &insert, NULL);
	if (sqlite3_step(insert) != SQLITE_ROW)
		errx(1, "no channel");
	*channel = sqlite3_column_int64(insert, 0);
	user = sqlite3_column_int64(insert, 1);
	sqlite3_finalize(insert);
	sqlite3_prepare_v2(db,
	    "INSERT INTO messages (channel_id, id, seq, user_id, text)"
	    " VALUES (?, ?, ?, ?, 'the quick brown fox jumps over the lazy"
	    " dog, again and again, until it is tired of it')",
	    -1, &insert, NULL);
	for (size_t i = 0; i < count; i++) {
		int64_t id = id_from_time_ms(first + (int64_t)i * 60);

		if (i == 100)
			early = id;
		sqlite3_bind_int64(insert, 1, *channel);
		sqlite3_bind_int64(insert, 2, id);
		sqlite3_bind_int64(insert, 3, (int64_t)i + 1);
		sqlite3_bind_int64(insert, 4, user);
		if (sqlite3_step(insert) != SQLITE_DONE)
			errx(1, "%s", sqlite3_errmsg(db));
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
	update = xasprintf("UPDATE channels SET seq = %zu WHERE id = %lld",
	    count + 1, (long long)*channel);
	sql(db, update);
	sql(db, "COMMIT");
	sqlite3_close(db);
	free(update);
	free(path);
	return early;
}

static void
pages_time(int fd, const char *token, const char *path, int64_t samples[PAGES])
{
	struct buf answer = BUF_INIT;

	for (int i = 0; i < PAGES; i++) {
		int64_t began = bench_now_ns();

		buf_clear(&answer);
		if (rest_get(fd, token, path, &answer) != 200)
			errx(1, "no page: %s", answer.data);
		samples[i] = bench_now_ns() - began;
	}
	buf_release(&answer);
}

int
main(int argc, char **argv)
{
	size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	int64_t newest[PAGES], oldest[PAGES], channel = 0, early;
	double top, bottom;
	struct process server;
	char *path[2];
	int fd;

	process_prepare(&server, 1);
	early = history_make(&server, count, &channel);
	process_run(&server, 0);
	path[0] = xasprintf("/v1/channels/%lld/messages?limit=50",
	    (long long)channel);
	path[1] = xasprintf("/v1/channels/%lld/messages?limit=50&before=%lld",
	    (long long)channel, (long long)early);
	fd = rest_open(server.port);
	pages_time(fd, server.tokens[0], path[0], newest);
	pages_time(fd, server.tokens[0], path[1], oldest);
	top = (double)bench_quantile(newest, PAGES, 0.5) / 1e3;
	bottom = (double)bench_quantile(oldest, PAGES, 0.5) / 1e3;
	bench_line("page of 50, newest of 1,000,000", "p50 %.0f  p99 %.0f us",
	    top, (double)bench_quantile(newest, PAGES, 0.99) / 1e3);
	bench_line("page of 50, oldest of 1,000,000",
	    "p50 %.0f  p99 %.0f us, ratio %.2f", bottom,
	    (double)bench_quantile(oldest, PAGES, 0.99) / 1e3, bottom / top);
	close(fd);
	process_stop(&server);
	free(path[0]);
	free(path[1]);
	return 0;
}

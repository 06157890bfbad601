/*
 * The table of contents: every feature, one line each.
 */
#include "server/features.h"

#include <pthread.h>
#include <stdio.h>

#include "server/features/list.h"
#include "server/later.h"
#include "server/op.h"
#include "server/openapi.h"
#include "server/presence.h"
#include "server/receipts.h"
#include "server/secret.h"
#include "server/server.h"

const struct feature *
features_all(void)
{
	static const struct feature features[] = {
		{ "health", health_ops },
		{ "contract", contract_ops },
		{ "auth", auth_ops },
		{ "password", password_ops },
		{ "bots", bot_ops },
		{ "users", user_ops },
		{ "channels", channel_ops },
		{ "membership", membership_ops },
		{ "members", member_ops },
		{ "settings", settings_ops },
		{ "messages", message_ops },
		{ "edits", edit_ops },
		{ "reactions", reaction_ops },
		{ "pins", pin_ops },
		{ "history", history_ops },
		{ "receipts", receipt_ops },
		{ "typing", typing_ops },
		{ "presence", presence_ops },
		{ "silences", silence_ops },
		{ "sync", sync_ops },
		{ "session", session_ops },
		{ NULL, NULL },
	};

	return features;
}

/* A job whose end somebody waits for. */
struct start_job {
	struct job job;
	struct server *server;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool over;
	enum error error;
};

static enum error
start_run(struct db *db, struct job *job)
{
	struct start_job *start = (struct start_job *)job;
	struct server *server = start->server;
	unsigned char random[(sizeof(server->epoch) - 1) / 2];
	char fresh[sizeof(server->epoch)];
	struct stmt *row;

	secret_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(fresh + 2 * i, 3, "%02x", random[i]);
	db_exec(db,
	    "INSERT INTO meta (key, value) VALUES ('epoch', $1)"
	    " ON CONFLICT (key) DO NOTHING",
	    "t", fresh);
	row = db_query(db, "SELECT value FROM meta WHERE key = 'epoch'", "");
	if (stmt_step(row))
		snprintf(server->epoch, sizeof(server->epoch), "%s",
		    stmt_text(row, 0));
	presence_restore(server->presence, db);
	return ERR_NONE;
}

static void
start_done(struct job *job, enum error status)
{
	struct start_job *start = (struct start_job *)job;

	pthread_mutex_lock(&start->lock);
	start->error = status;
	start->over = true;
	pthread_cond_signal(&start->ended);
	pthread_mutex_unlock(&start->lock);
}

static void
later_receipts(void *arg)
{
	const struct server *server = arg;

	receipts_flush(server->receipts);
}

static void
later_presence(void *arg)
{
	const struct server *server = arg;

	presence_tick(server->presence);
}

static void (*const later_tasks[LATER_TASKS])(void *arg) = {
	[LATER_RECEIPTS] = later_receipts,
	[LATER_PRESENCE] = later_presence,
};

void
features_stop(struct server *server)
{
	if (server->later == NULL)
		return;
	later_stop(server->later);
	receipts_close(server->receipts);
	presence_close(server->presence);
}

void
features_free(struct server *server)
{
	receipts_free(server->receipts);
	presence_free(server->presence);
	later_free(server->later);
	buf_release(&server->contract);
}

bool
features_start(struct server *server, char *cause, size_t cause_size)
{
	struct start_job start = {
		.job = { .run = start_run, .done = start_done },
		.server = server,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.ended = PTHREAD_COND_INITIALIZER,
	};

	server->presence = presence_new(server);
	if (!store_submit(server->store, STORE_WRITE, &start.job)) {
		snprintf(cause, cause_size, "the store takes no work");
		return false;
	}
	pthread_mutex_lock(&start.lock);
	while (!start.over)
		pthread_cond_wait(&start.ended, &start.lock);
	pthread_mutex_unlock(&start.lock);
	if (start.error != ERR_NONE)
		snprintf(cause, cause_size,
		    "the store cannot be written to; see the log line before");
	if (start.error == ERR_NONE) {
		server->receipts = receipts_new(server);
		server->later = later_new(later_tasks, server);
		later_in(server->later, LATER_PRESENCE, 1);
		openapi_write(&server->contract, features_all());
	}
	return start.error == ERR_NONE;
}

/*
 * Marks under one lock: a hash of (channel, user). An entry goes one flush after
 * what it says has been committed, if nothing newer has come: a reader whose
 * snapshot is from before the commit would else see a mark go back.
 */
#include "server/receipts.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/later.h"
#include "server/server.h"
#include "shared/log.h"
#include "shared/xmalloc.h"

#define BUCKETS 1024
#define FLUSH_MS 1000

struct entry {
	struct entry *next;
	int64_t channel_id, user_id;
	struct receipt_mark marks[RECEIPT_KINDS]; /* message_id 0: none */
	bool stored;				  /* as they are now */
};

struct receipts {
	const struct server *server;
	pthread_mutex_t lock;
	struct entry *buckets[BUCKETS];
	size_t count;
	bool flushing;
	bool closing; /* no more waiting between lots */
};

/* One lot on its way to the store. */
struct flush {
	struct job job;
	struct receipts *receipts;
	struct entry *entries; /* copies */
	size_t count;
};

struct receipts *
receipts_new(const struct server *server)
{
	struct receipts *receipts = xcalloc(1, sizeof(*receipts));

	receipts->server = server;
	pthread_mutex_init(&receipts->lock, NULL);
	return receipts;
}

void
receipts_free(struct receipts *receipts)
{
	if (receipts == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while (receipts->buckets[i] != NULL) {
			struct entry *next = receipts->buckets[i]->next;

			free(receipts->buckets[i]);
			receipts->buckets[i] = next;
		}
	pthread_mutex_destroy(&receipts->lock);
	free(receipts);
}

static struct entry **
entry_place(struct receipts *receipts, int64_t channel_id, int64_t user_id)
{
	uint64_t hash = ((uint64_t)channel_id * 31 + (uint64_t)user_id) *
	    UINT64_C(0x9e3779b97f4a7c15);
	struct entry **at = &receipts->buckets[hash >> 54];

	while (*at != NULL &&
	    ((*at)->channel_id != channel_id || (*at)->user_id != user_id))
		at = &(*at)->next;
	return at;
}

static struct entry *
entry_get(struct receipts *receipts, int64_t channel_id, int64_t user_id)
{
	struct entry **at = entry_place(receipts, channel_id, user_id);

	if (*at == NULL) {
		*at = xcalloc(1, sizeof(**at));
		(*at)->channel_id = channel_id;
		(*at)->user_id = user_id;
		receipts->count++;
	}
	return *at;
}

bool
receipts_mark(struct receipts *receipts, enum receipt_kind kind,
    int64_t channel_id, int64_t user_id, int64_t stored, int64_t message_id,
    int64_t now_ms)
{
	struct entry *entry;
	bool moved = false, first;

	if (message_id <= stored)
		return false;
	pthread_mutex_lock(&receipts->lock);
	first = receipts->count == 0;
	entry = entry_get(receipts, channel_id, user_id);
	if (entry->marks[kind].message_id < message_id) {
		entry->marks[kind] = (struct receipt_mark){ message_id,
			now_ms };
		entry->stored = false;
		moved = true;
	}
	pthread_mutex_unlock(&receipts->lock);
	if (first)
		later_in(receipts->server->later, LATER_RECEIPTS, FLUSH_MS);
	return moved;
}

struct receipt_mark
receipts_look(struct receipts *receipts, enum receipt_kind kind,
    int64_t channel_id, int64_t user_id, struct receipt_mark stored)
{
	const struct entry *entry;

	if (receipts == NULL)
		return stored;
	pthread_mutex_lock(&receipts->lock);
	entry = *entry_place(receipts, channel_id, user_id);
	if (entry != NULL && entry->marks[kind].message_id > stored.message_id)
		stored = entry->marks[kind];
	pthread_mutex_unlock(&receipts->lock);
	return stored;
}

static enum error
flush_run(struct db *db, struct job *job)
{
	const struct flush *flush = (const struct flush *)job;

	for (size_t i = 0; i < flush->count; i++) {
		const struct entry *entry = &flush->entries[i];
		const struct receipt_mark *read = &entry->marks[RECEIPT_READ];
		const struct receipt_mark *delivered =
		    &entry->marks[RECEIPT_DELIVERED];

		if (read->message_id != 0)
			db_exec(db,
			    "UPDATE channel_members SET read_id = $3,"
			    " read_at = $4 WHERE channel_id = $1"
			    " AND user_id = $2 AND read_id < $3",
			    "iiii", entry->channel_id, entry->user_id,
			    read->message_id, read->at_ms);
		if (delivered->message_id != 0)
			db_exec(db,
			    "UPDATE channel_members SET delivered_id = $3,"
			    " delivered_at = $4 WHERE channel_id = $1"
			    " AND user_id = $2 AND delivered_id < $3",
			    "iiii", entry->channel_id, entry->user_id,
			    delivered->message_id, delivered->at_ms);
	}
	return ERR_NONE;
}

/* What is stored now and has not moved on. */
static void
flush_stored(struct receipts *receipts, const struct flush *flush)
{
	for (size_t i = 0; i < flush->count; i++) {
		const struct entry *written = &flush->entries[i];
		struct entry *entry = *entry_place(receipts,
		    written->channel_id, written->user_id);

		if (entry != NULL &&
		    memcmp(entry->marks, written->marks,
			sizeof(entry->marks)) == 0)
			entry->stored = true;
	}
}

/* Lets go of what was stored by an earlier flush. */
static void
entries_forget(struct receipts *receipts)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		struct entry **at = &receipts->buckets[i];

		while (*at != NULL) {
			struct entry *entry = *at;

			if (!entry->stored) {
				at = &entry->next;
				continue;
			}
			*at = entry->next;
			free(entry);
			receipts->count--;
		}
	}
}

static void
flush_done(struct job *job, enum error status)
{
	struct flush *flush = (struct flush *)job;
	struct receipts *receipts = flush->receipts;
	bool more, closing;

	pthread_mutex_lock(&receipts->lock);
	if (status == ERR_NONE)
		flush_stored(receipts, flush);
	receipts->flushing = false;
	more = receipts->count > 0;
	closing = receipts->closing;
	pthread_mutex_unlock(&receipts->lock);
	if (status != ERR_NONE)
		log_warn("receipts not written", "error=%s",
		    error_info(status)->code);
	if (more && !closing)
		later_in(receipts->server->later, LATER_RECEIPTS, FLUSH_MS);
	else if (more && status == ERR_NONE)
		receipts_flush(receipts);
	free(flush->entries);
	free(flush);
}

void
receipts_flush(struct receipts *receipts)
{
	struct flush *flush = NULL;

	pthread_mutex_lock(&receipts->lock);
	if (!receipts->flushing)
		entries_forget(receipts);
	if (!receipts->flushing && receipts->count > 0) {
		flush = xcalloc(1, sizeof(*flush));
		flush->job.run = flush_run;
		flush->job.done = flush_done;
		flush->receipts = receipts;
		flush->entries = xcalloc(receipts->count,
		    sizeof(*flush->entries));
		for (size_t i = 0; i < BUCKETS; i++)
			for (struct entry *entry = receipts->buckets[i];
			     entry != NULL; entry = entry->next)
				flush->entries[flush->count++] = *entry;
		receipts->flushing = true;
	}
	pthread_mutex_unlock(&receipts->lock);
	if (flush != NULL &&
	    !store_submit(receipts->server->store, STORE_WRITE, &flush->job))
		flush_done(&flush->job, ERR_UNAVAILABLE);
}

void
receipts_close(struct receipts *receipts)
{
	pthread_mutex_lock(&receipts->lock);
	receipts->closing = true;
	pthread_mutex_unlock(&receipts->lock);
	receipts_flush(receipts);
}

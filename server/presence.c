/*
 * Presence under one lock: a map of those who are here, or have just left.
 */
#include "server/presence.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/idmap.h"
#include "server/later.h"
#include "server/object.h"
#include "server/server.h"
#include "shared/clock.h"
#include "shared/xmalloc.h"

#define GRACE_MS 5000
#define RESTART_MS 60000 /* an end that is longer ago was none of a restart */

struct person {
	int64_t user_id;
	uint32_t connections;
	enum presence_status status;
	int64_t gone_at; /* monotonic ms of the last one's end; 0: is here */
	int64_t seen_ms; /* the same since 1970 */
	struct person *prev, *next; /* of those who have just left, by age */
};

struct presence {
	const struct server *server;
	pthread_mutex_t lock;
	struct idmap people;
	struct person *first, *last; /* who have just left */
};

static const char *const names[] = {
	[PRESENCE_OFFLINE] = "offline",
	[PRESENCE_ONLINE] = "online",
	[PRESENCE_AWAY] = "away",
	[PRESENCE_DND] = "dnd",
};

const char *
presence_name(enum presence_status status)
{
	return names[status];
}

enum presence_status
presence_parse(const char *text)
{
	for (int i = PRESENCE_ONLINE; i <= PRESENCE_DND; i++)
		if (strcmp(text, names[i]) == 0)
			return (enum presence_status)i;
	return PRESENCE_OFFLINE;
}

struct presence *
presence_new(const struct server *server)
{
	struct presence *presence = xcalloc(1, sizeof(*presence));

	presence->server = server;
	pthread_mutex_init(&presence->lock, NULL);
	return presence;
}

static void
leaver_remove(struct presence *presence, struct person *person)
{
	*(person->prev ? &person->prev->next : &presence->first) = person->next;
	*(person->next ? &person->next->prev : &presence->last) = person->prev;
	person->prev = person->next = NULL;
	person->gone_at = 0;
}

static void
leaver_add(struct presence *presence, struct person *person, int64_t seen_ms)
{
	person->gone_at = clock_mono_ms();
	person->seen_ms = seen_ms;
	person->prev = presence->last;
	person->next = NULL;
	*(presence->last ? &presence->last->next : &presence->first) = person;
	presence->last = person;
}

void
presence_free(struct presence *presence)
{
	size_t at = 0;
	void *person;

	if (presence == NULL)
		return;
	while ((person = idmap_next(&presence->people, &at)) != NULL)
		free(person);
	idmap_release(&presence->people);
	pthread_mutex_destroy(&presence->lock);
	free(presence);
}

/* presence.update to whoever watches the user; `seen_ms` where it has left. Under
 * the lock: what is told last is what is so. */
static void
presence_tell(struct presence *presence, int64_t user_id,
    enum presence_status status, const char *status_text, int64_t seen_ms)
{
	struct bus_message message = { .topic = BUS_PRESENCE,
		.id = user_id,
		.ephemeral = true };
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf, "presence.update", 0, 0);
	json_out_kid(&out, "user_id", user_id);
	json_out_kstring(&out, "status", presence_name(status));
	json_out_ktime_opt(&out, "last_seen_at", seen_ms);
	if (status_text != NULL)
		json_out_kstring(&out, "status_text", status_text);
	json_out_object_end(&out);
	message.frame = frame_new(buf.data, buf.len);
	buf_release(&buf);
	bus_publish(presence->server->bus, &message, 1);
	frame_unref(message.frame);
}

void
presence_connect(struct presence *presence, int64_t user_id)
{
	struct person *person;

	pthread_mutex_lock(&presence->lock);
	person = idmap_find(&presence->people, user_id);
	if (person == NULL) {
		person = xcalloc(1, sizeof(*person));
		person->user_id = user_id;
		person->status = PRESENCE_ONLINE;
		idmap_put(&presence->people, user_id, person);
		presence_tell(presence, user_id, PRESENCE_ONLINE, NULL, 0);
	} else if (person->gone_at != 0) {
		leaver_remove(presence, person);
	}
	person->connections++;
	pthread_mutex_unlock(&presence->lock);
}

void
presence_disconnect(struct presence *presence, int64_t user_id)
{
	struct person *person;
	bool last = false;

	pthread_mutex_lock(&presence->lock);
	person = idmap_find(&presence->people, user_id);
	if (person != NULL && --person->connections == 0) {
		leaver_add(presence, person, clock_real_ms());
		last = true;
	}
	pthread_mutex_unlock(&presence->lock);
	if (last)
		later_in(presence->server->later, LATER_PRESENCE, GRACE_MS + 1);
}

bool
presence_set(struct presence *presence, int64_t user_id,
    enum presence_status status, const char *status_text)
{
	struct person *person;
	bool here;

	pthread_mutex_lock(&presence->lock);
	person = idmap_find(&presence->people, user_id);
	here = person != NULL;
	if (here && (person->status != status || status_text != NULL)) {
		person->status = status;
		presence_tell(presence, user_id, status, status_text, 0);
	}
	pthread_mutex_unlock(&presence->lock);
	return here;
}

enum presence_status
presence_get(struct presence *presence, int64_t user_id)
{
	enum presence_status status = PRESENCE_OFFLINE;
	const struct person *person;

	pthread_mutex_lock(&presence->lock);
	person = idmap_find(&presence->people, user_id);
	if (person != NULL)
		status = person->status;
	pthread_mutex_unlock(&presence->lock);
	return status;
}

/* ---- leaving ---- */

/* When people were last seen outlives the server. */
struct seen {
	struct job job;
	bool stop; /* the server ends: these were here until now */
	size_t count;
	struct {
		int64_t user_id, at_ms;
	} people[];
};

static enum error
seen_run(struct db *db, struct job *job)
{
	const struct seen *seen = (const struct seen *)job;

	for (size_t i = 0; i < seen->count; i++)
		db_exec(db, "UPDATE users SET last_seen_at = $2 WHERE id = $1",
		    "ii", seen->people[i].user_id, seen->people[i].at_ms);
	if (seen->stop)
		db_exec(db,
		    "INSERT INTO meta (key, value)"
		    " VALUES ('stopped_at', CAST($1 AS TEXT))"
		    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
		    "i", db_now(db));
	return ERR_NONE;
}

static void
seen_done(struct job *job, enum error status)
{
	(void)status;
	free(job);
}

static void
seen_store(const struct server *server, struct seen *seen)
{
	if (seen == NULL)
		return;
	seen->job.run = seen_run;
	seen->job.done = seen_done;
	if (!store_submit(server->store, STORE_WRITE, &seen->job))
		free(seen);
}

/* Takes out those who have been gone since `since` (monotonic ms) or longer, and
 * tells of them where somebody is left to listen; NULL where there are none. */
static struct seen *
leavers_take(struct presence *presence, int64_t since, bool tell)
{
	struct person *person;
	struct seen *seen;
	size_t count = 0;

	for (person = presence->first; person && person->gone_at <= since;
	     person = person->next)
		count++;
	if (count == 0)
		return NULL;
	seen = xcalloc(1, sizeof(*seen) + count * sizeof(seen->people[0]));
	for (; seen->count < count; seen->count++) {
		person = presence->first;
		seen->people[seen->count].user_id = person->user_id;
		seen->people[seen->count].at_ms = person->seen_ms;
		if (tell)
			presence_tell(presence, person->user_id,
			    PRESENCE_OFFLINE, NULL, person->seen_ms);
		leaver_remove(presence, person);
		idmap_remove(&presence->people, person->user_id);
		free(person);
	}
	return seen;
}

void
presence_tick(struct presence *presence)
{
	int64_t now, wait = 0;
	struct seen *seen;

	pthread_mutex_lock(&presence->lock);
	now = clock_mono_ms();
	seen = leavers_take(presence, now - GRACE_MS, true);
	if (presence->first != NULL)
		wait = presence->first->gone_at + GRACE_MS - now;
	pthread_mutex_unlock(&presence->lock);
	seen_store(presence->server, seen);
	if (wait > 0)
		later_in(presence->server->later, LATER_PRESENCE, wait + 1);
}

void
presence_close(struct presence *presence)
{
	struct seen *seen;

	pthread_mutex_lock(&presence->lock);
	seen = leavers_take(presence, INT64_MAX, false);
	pthread_mutex_unlock(&presence->lock);
	if (seen != NULL)
		seen->stop = true;
	seen_store(presence->server, seen);
}

/* ---- a restart ---- */

void
presence_restore(struct presence *presence, struct db *db)
{
	int64_t stopped = db_int(db, 0,
	    "SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'stopped_at'",
	    "");
	struct stmt *row;

	if (stopped + RESTART_MS < db_now(db))
		return;
	row = db_query(db,
	    "SELECT id, last_seen_at FROM users WHERE last_seen_at > $1", "i",
	    stopped - GRACE_MS);
	while (stmt_step(row)) {
		struct person *person;

		/* A job may be run again. */
		if (idmap_find(&presence->people, stmt_int(row, 0)) != NULL)
			continue;
		person = xcalloc(1, sizeof(*person));
		person->user_id = stmt_int(row, 0);
		person->status = PRESENCE_ONLINE;
		idmap_put(&presence->people, person->user_id, person);
		leaver_add(presence, person, stmt_int(row, 1));
	}
}

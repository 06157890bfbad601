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

struct person {
	int64_t user_id;
	uint32_t connections;
	enum presence_status status;
	int64_t gone_at; /* monotonic ms of the last one's end; 0: is here */
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
leaver_add(struct presence *presence, struct person *person)
{
	person->gone_at = clock_mono_ms();
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

/* presence.update to whoever watches the user. */
static void
presence_tell(struct presence *presence, int64_t user_id,
    enum presence_status status, const char *status_text)
{
	struct bus_message message = { .topic = BUS_PRESENCE,
		.id = user_id,
		.ephemeral = true };
	struct json_out out;
	struct buf buf;

	event_begin(&out, &buf, "presence.update", 0, 0);
	json_out_kid(&out, "user_id", user_id);
	json_out_kstring(&out, "status", presence_name(status));
	if (status == PRESENCE_OFFLINE)
		json_out_ktime(&out, "last_seen_at", clock_real_ms());
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
	bool came = false;

	pthread_mutex_lock(&presence->lock);
	person = idmap_find(&presence->people, user_id);
	if (person == NULL) {
		person = xcalloc(1, sizeof(*person));
		person->user_id = user_id;
		person->status = PRESENCE_ONLINE;
		idmap_put(&presence->people, user_id, person);
		came = true;
	} else if (person->gone_at != 0) {
		leaver_remove(presence, person);
	}
	person->connections++;
	pthread_mutex_unlock(&presence->lock);
	if (came)
		presence_tell(presence, user_id, PRESENCE_ONLINE, NULL);
}

void
presence_disconnect(struct presence *presence, int64_t user_id)
{
	struct person *person;
	bool last = false;

	pthread_mutex_lock(&presence->lock);
	person = idmap_find(&presence->people, user_id);
	if (person != NULL && --person->connections == 0) {
		leaver_add(presence, person);
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
	bool here, changed = false;

	pthread_mutex_lock(&presence->lock);
	person = idmap_find(&presence->people, user_id);
	here = person != NULL;
	if (here) {
		changed = person->status != status || status_text != NULL;
		person->status = status;
	}
	pthread_mutex_unlock(&presence->lock);
	if (changed)
		presence_tell(presence, user_id, status, status_text);
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

/* When somebody was last seen outlives the server. */
struct seen {
	struct job job;
	int64_t user_id, at_ms;
};

static enum error
seen_run(struct db *db, struct job *job)
{
	const struct seen *seen = (const struct seen *)job;

	db_exec(db, "UPDATE users SET last_seen_at = $2 WHERE id = $1", "ii",
	    seen->user_id, seen->at_ms);
	return ERR_NONE;
}

static void
seen_done(struct job *job, enum error status)
{
	(void)status;
	free(job);
}

static void
seen_store(const struct server *server, int64_t user_id)
{
	struct seen *seen = xcalloc(1, sizeof(*seen));

	seen->job.run = seen_run;
	seen->job.done = seen_done;
	seen->user_id = user_id;
	seen->at_ms = clock_real_ms() - GRACE_MS;
	if (!store_submit(server->store, STORE_WRITE, &seen->job))
		free(seen);
}

/* The next one whose time is over, taken out; 0 where there is none. *wait gets
 * the time until the next one's. */
static int64_t
leaver_take(struct presence *presence, int64_t now, int64_t *wait)
{
	struct person *person = presence->first;
	int64_t user_id;

	*wait = 0;
	if (person == NULL)
		return 0;
	if (person->gone_at + GRACE_MS > now) {
		*wait = person->gone_at + GRACE_MS - now;
		return 0;
	}
	user_id = person->user_id;
	leaver_remove(presence, person);
	idmap_remove(&presence->people, user_id);
	free(person);
	return user_id;
}

void
presence_tick(struct presence *presence)
{
	int64_t wait, user_id;

	for (;;) {
		pthread_mutex_lock(&presence->lock);
		user_id = leaver_take(presence, clock_mono_ms(), &wait);
		pthread_mutex_unlock(&presence->lock);
		if (user_id == 0)
			break;
		presence_tell(presence, user_id, PRESENCE_OFFLINE, NULL);
		seen_store(presence->server, user_id);
	}
	if (wait > 0)
		later_in(presence->server->later, LATER_PRESENCE, wait + 1);
}

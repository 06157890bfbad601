/*
 * The local bus: who has interest in what, and nothing stored. A publisher looks
 * up the workers under one lock, lets it go, and calls deliver once a worker.
 */
#include "server/bus.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/idmap.h"
#include "shared/xmalloc.h"

struct bus {
	pthread_mutex_t lock; /* of the topics */
	/* by kind: id -> uint32_t counts[workers] */
	struct idmap topics[BUS_ALL];
	uint32_t *all; /* counts of BUS_ALL */
	unsigned int workers;
	bus_deliver_fn *deliver;
	void *arg;
};

struct bus *
bus_new(const char *url, unsigned int workers, bus_deliver_fn *deliver,
    void *arg, char *cause, size_t cause_size)
{
	struct bus *bus;

	if (strcmp(url, "local") != 0) {
		snprintf(cause, cause_size,
		    "bus.url: this build knows only \"local\"");
		return NULL;
	}
	bus = xcalloc(1, sizeof(*bus));
	pthread_mutex_init(&bus->lock, NULL);
	for (int i = 0; i < BUS_ALL; i++)
		idmap_init(&bus->topics[i]);
	bus->all = xcalloc(workers, sizeof(*bus->all));
	bus->workers = workers;
	bus->deliver = deliver;
	bus->arg = arg;
	return bus;
}

static void
bus_release_topics(struct idmap *topics)
{
	size_t at = 0;
	void *counts;

	while ((counts = idmap_next(topics, &at)) != NULL)
		free(counts);
	idmap_release(topics);
}

void
bus_free(struct bus *bus)
{
	if (bus == NULL)
		return;
	for (int i = 0; i < BUS_ALL; i++)
		bus_release_topics(&bus->topics[i]);
	free(bus->all);
	pthread_mutex_destroy(&bus->lock);
	free(bus);
}

/* The counts of a topic; NULL where nobody has interest. Under the lock. */
static uint32_t *
bus_counts(struct bus *bus, enum bus_topic topic, int64_t id)
{
	if (topic == BUS_ALL)
		return bus->all;
	return idmap_find(&bus->topics[topic], id);
}

static void
bus_add(struct bus *bus, unsigned int worker, enum bus_topic topic, int64_t id)
{
	uint32_t *counts;

	counts = bus_counts(bus, topic, id);
	if (counts == NULL) {
		counts = xcalloc(bus->workers, sizeof(*counts));
		idmap_put(&bus->topics[topic], id, counts);
	}
	counts[worker]++;
}

void
bus_subscribe(struct bus *bus, unsigned int worker, enum bus_topic topic,
    int64_t id)
{
	assert(worker < bus->workers);
	pthread_mutex_lock(&bus->lock);
	bus_add(bus, worker, topic, id);
	pthread_mutex_unlock(&bus->lock);
}

void
bus_unsubscribe(struct bus *bus, unsigned int worker, enum bus_topic topic,
    int64_t id)
{
	uint32_t *counts;
	unsigned int i;

	pthread_mutex_lock(&bus->lock);
	counts = bus_counts(bus, topic, id);
	assert(counts != NULL && counts[worker] > 0);
	counts[worker]--;
	if (topic != BUS_ALL) {
		for (i = 0; i < bus->workers && counts[i] == 0; i++)
			;
		if (i == bus->workers)
			free(idmap_remove(&bus->topics[topic], id));
	}
	pthread_mutex_unlock(&bus->lock);
}

/* Marks the workers that get a message, and has them join where it says so.
 * Under the lock. */
static void
bus_route(struct bus *bus, const struct bus_message *message, bool *wanted)
{
	const uint32_t *counts;
	unsigned int worker;

	counts = bus_counts(bus, message->topic, message->id);
	for (worker = 0; worker < bus->workers; worker++) {
		wanted[worker] = counts != NULL && counts[worker] > 0;
		if (wanted[worker] && message->control == BUS_JOIN)
			bus_add(bus, worker, BUS_CHANNEL, message->arg);
	}
}

void
bus_publish(struct bus *bus, const struct bus_message *messages, size_t count)
{
	struct bus_message *batch;
	unsigned int worker;
	size_t i, n;
	bool *wanted; /* [message][worker] */

	if (count == 0)
		return;
	wanted = xcalloc(count, bus->workers * sizeof(*wanted));
	batch = xcalloc(count, sizeof(*batch));
	/* One after the other: what a BUS_JOIN opens holds for the next. */
	pthread_mutex_lock(&bus->lock);
	for (i = 0; i < count; i++)
		bus_route(bus, &messages[i], wanted + i * bus->workers);
	pthread_mutex_unlock(&bus->lock);
	for (worker = 0; worker < bus->workers; worker++) {
		for (i = n = 0; i < count; i++) {
			if (!wanted[i * bus->workers + worker])
				continue;
			batch[n++] = messages[i];
			if (messages[i].frame != NULL)
				frame_ref(messages[i].frame);
		}
		if (n > 0)
			bus->deliver(bus->arg, worker, batch, n);
	}
	free(batch);
	free(wanted);
}

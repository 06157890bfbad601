/*
 * The loop. Nothing here waits but the event base, and that only while neither
 * the inbox nor the connections have anything left.
 */
#include "server/worker.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/gateway.h"
#include "server/inbox.h"
#include "server/listen_accept.h"
#include "shared/log.h"
#include "shared/xmalloc.h"

enum worker_stage { WORKER_SERVES, WORKER_DRAINS, WORKER_STOPS };

struct worker {
	const struct server *server;
	unsigned int number;
	struct inbox inbox;
	atomic_int stage; /* enum worker_stage: what it was told */
	void (*stopped)(void *arg);
	void *arg;
	struct tls *tls;
	struct listen_set *listen;
	pthread_t thread;
	bool started;
	/* the thread's own */
	struct event_base *base;
	struct event wake, tick;
	struct conn_loop loop;
	struct gateway gateway;
	struct accept_group accept;
	bool ticking;
};

static void
worker_on_finish(void *arg, struct call *call)
{
	struct worker *worker = arg;

	inbox_put_call(&worker->inbox, call);
}

void
worker_deliver(struct worker *worker, const struct bus_message *messages,
    size_t count)
{
	inbox_put_messages(&worker->inbox, messages, count);
}

/* The inbox has something; it is looked at in every turn anyway. */
static void
worker_on_wake(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

static void
worker_on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct worker *worker = arg;

	(void)fd;
	(void)what;
	gateway_sweep(&worker->gateway);
}

/* What the inbox has, in order: answers go before the events that follow. */
static bool
worker_read_inbox(struct worker *worker)
{
	struct inbox_item *items;
	size_t i, count;

	items = inbox_take(&worker->inbox, &count);
	for (i = 0; i < count; i++) {
		if (items[i].call != NULL)
			gateway_finished(&worker->gateway, items[i].call);
		else
			hub_deliver(worker->gateway.hub, &items[i].message);
	}
	return count > 0;
}

/* Does what it was told; false: end. */
static bool
worker_obey(struct worker *worker)
{
	int stage = atomic_load_explicit(&worker->stage, memory_order_acquire);

	if (stage == WORKER_SERVES)
		return true;
	accept_stop(&worker->accept);
	gateway_drain(&worker->gateway);
	return stage == WORKER_DRAINS && !gateway_drained(&worker->gateway);
}

/* The clock ticks only where it matters to somebody. */
static void
worker_time(struct worker *worker)
{
	const struct timeval tick = { .tv_usec = CONN_TICK_MS * 1000 };
	bool needed = worker->loop.count > 0 || worker->gateway.draining;

	if (needed == worker->ticking)
		return;
	worker->ticking = needed;
	if (needed)
		event_add(&worker->tick, &tick);
	else
		event_del(&worker->tick);
}

static void
worker_turns(struct worker *worker)
{
	bool more;

	for (;;) {
		conn_loop_clock(&worker->loop);
		if (!worker_obey(worker))
			return;
		worker_read_inbox(worker);
		more = gateway_turn(&worker->gateway);
		worker_time(worker);
		if (!more)
			more = !inbox_sleep(&worker->inbox);
		if (event_base_loop(worker->base,
			EVLOOP_ONCE | (more ? EVLOOP_NONBLOCK : 0)) < 0) {
			log_error("event loop failed", "worker=%u",
			    worker->number);
			return;
		}
	}
}

static bool
worker_set_up(struct worker *worker)
{
	if (event_assign(&worker->wake, worker->base, worker->inbox.wake_fd,
		EV_READ | EV_PERSIST | EV_ET, worker_on_wake, worker) != 0 ||
	    event_add(&worker->wake, NULL) != 0)
		return false;
	if (event_assign(&worker->tick, worker->base, -1, EV_PERSIST,
		worker_on_tick, worker) != 0)
		return false;
	return accept_start(&worker->accept, worker->base, worker->listen,
	    worker->number, &worker->gateway, worker->tls);
}

static void *
worker_main(void *arg)
{
	struct worker *worker = arg;
	char name[16];

	snprintf(name, sizeof(name), "worker-%u", worker->number);
	pthread_setname_np(pthread_self(), name);
	gateway_init(&worker->gateway, worker->server, worker->number,
	    &worker->loop, worker->base, worker_on_finish, worker);
	if (worker_set_up(worker))
		worker_turns(worker);
	else
		log_error("worker cannot start", "worker=%u", worker->number);
	accept_stop(&worker->accept);
	gateway_release(&worker->gateway);
	worker->stopped(worker->arg);
	return NULL;
}

/* An event base without locks: only its own thread touches it. */
static struct event_base *
worker_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	if (config == NULL)
		return NULL;
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	/* Edge triggering is what spares a read for each wake-up. */
	event_config_require_features(config, EV_FEATURE_ET);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

struct worker *
worker_new(const struct server *server, unsigned int number, struct tls *tls,
    void (*stopped)(void *arg), void *arg, char *cause, size_t cause_size)
{
	struct worker *worker = xcalloc(1, sizeof(*worker));

	worker->server = server;
	worker->number = number;
	worker->tls = tls;
	worker->stopped = stopped;
	worker->arg = arg;
	if (!inbox_init(&worker->inbox)) {
		snprintf(cause, cause_size, "cannot make an eventfd: %s",
		    strerror(errno));
		goto out;
	}
	worker->base = worker_base();
	if (worker->base == NULL) {
		snprintf(cause, cause_size, "cannot make an event base");
		goto out;
	}
	return worker;
out:
	worker_free(worker);
	return NULL;
}

bool
worker_start(struct worker *worker, struct listen_set *listen, char *cause,
    size_t cause_size)
{
	int error;

	worker->listen = listen;
	error = pthread_create(&worker->thread, NULL, worker_main, worker);
	if (error != 0) {
		snprintf(cause, cause_size, "cannot start worker %u: %s",
		    worker->number, strerror(error));
		return false;
	}
	worker->started = true;
	return true;
}

void
worker_drain(struct worker *worker)
{
	int serves = WORKER_SERVES;

	atomic_compare_exchange_strong(&worker->stage, &serves, WORKER_DRAINS);
	inbox_wake(&worker->inbox);
}

void
worker_stop(struct worker *worker)
{
	atomic_store(&worker->stage, WORKER_STOPS);
	inbox_wake(&worker->inbox);
}

void
worker_join(struct worker *worker)
{
	if (worker->started)
		pthread_join(worker->thread, NULL);
	worker->started = false;
}

/* Empties the inbox of a worker that is gone. */
static void
worker_clear(struct worker *worker)
{
	struct inbox_item *items;
	size_t i, count;

	items = inbox_take(&worker->inbox, &count);
	for (i = 0; i < count; i++) {
		if (items[i].call != NULL) {
			gateway_abandon(items[i].call);
			worker->gateway.outstanding--;
		} else {
			frame_unref(items[i].message.frame);
		}
	}
}

void
worker_settle(struct worker *worker)
{
	const struct timespec moment = { .tv_nsec = 5 * 1000 * 1000 };
	int tries;

	for (tries = 0; tries < 2000; tries++) {
		worker_clear(worker);
		if (worker->gateway.outstanding == 0)
			return;
		nanosleep(&moment, NULL);
	}
	log_warn("calls were given up", "worker=%u calls=%zu", worker->number,
	    worker->gateway.outstanding);
}

void
worker_free(struct worker *worker)
{
	if (worker == NULL)
		return;
	worker_join(worker);
	worker_clear(worker);
	inbox_release(&worker->inbox);
	if (worker->base != NULL)
		event_base_free(worker->base);
	free(worker);
}

/*
 * Start, signals and end of the server. Everything is made in one order and
 * taken down in the reverse one:
 *
 *	secrets -> pool -> bus -> store -> features -> sockets -> workers
 */
#include "server/run.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "server/address.h"
#include "server/datadir.h"
#include "server/features.h"
#include "server/listen.h"
#include "server/mailbox.h"
#include "server/notify.h"
#include "server/router.h"
#include "server/run_reload.h"
#include "server/secret.h"
#include "server/worker.h"
#include "shared/clock.h"
#include "shared/json_in.h"
#include "shared/log.h"
#include "shared/xmalloc.h"

#define RUN_WORKERS_MAX 256
#define RUN_HASH_THREADS 2
#define RUN_HASH_QUEUE 32
#define RUN_STORE_QUEUE 8192

struct run {
	struct server server;
	struct run_reload reload;
	int lock_fd;	  /* of the data directory */
	atomic_bool open; /* server.store is set */
	struct tls *tls;
	struct listen_set listen;
	struct worker **workers;
	unsigned int count; /* workers to be */
	int signal_fd;
	int stopped_fd; /* an eventfd: a worker has ended */
	unsigned int stopped;
};

/* ---- what other threads call ---- */

static void
run_on_deliver(void *arg, unsigned int worker,
    const struct bus_message *messages, size_t count)
{
	struct run *run = arg;

	worker_deliver(run->workers[worker], messages, count);
}

static void
run_on_foreign(void *arg)
{
	const struct run *run = arg;

	/* The writer may be there before we know its store. */
	if (atomic_load(&run->open))
		mailbox_collect(&run->server);
}

static void
run_on_stopped(void *arg)
{
	const struct run *run = arg;
	const uint64_t one = 1;
	ssize_t n;

	n = write(run->stopped_fd, &one, sizeof(one));
	(void)n;
}

/* ---- start ---- */

static void
run_raise_limits(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		log_warn("cannot raise the limit of descriptors", "errno=%d",
		    errno);
}

static unsigned int
run_worker_count(const struct config *config)
{
	cpu_set_t set;
	int64_t count = config->server.workers;

	if (count == 0 && sched_getaffinity(0, sizeof(set), &set) == 0)
		count = CPU_COUNT(&set);
	if (count < 1)
		count = 1;
	return count > RUN_WORKERS_MAX ? RUN_WORKERS_MAX : (unsigned int)count;
}

/* Signals come by a descriptor, on the main thread; so before other threads. */
static bool
run_catch_signals(struct run *run, char *cause, size_t cause_size)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	run->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	run->stopped_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (run->signal_fd >= 0 && run->stopped_fd >= 0)
		return true;
	snprintf(cause, cause_size, "cannot catch signals: %s",
	    strerror(errno));
	return false;
}

static bool
run_check(const struct config *config, char *cause, size_t cause_size)
{
	struct address_list list;
	char why[200];

	if (!address_list_parse(&list, config->http.trusted_proxies, why,
		sizeof(why))) {
		snprintf(cause, cause_size, "http.trusted_proxies: %s", why);
		return false;
	}
	address_list_release(&list);
	return true;
}

static bool
run_open_data(struct run *run, const struct config *config, char *cause,
    size_t cause_size)
{
	const char *dir = config->server.data_dir;

	if (!datadir_prepare(dir, cause, cause_size))
		return false;
	run->lock_fd = datadir_lock(dir, cause, cause_size);
	return run->lock_fd >= 0 &&
	    secret_file(dir, "jwt.key", run->server.jwt_key, JWT_KEY_SIZE,
		cause, cause_size);
}

static bool
run_open_store(struct run *run, const struct config *config, char *cause,
    size_t cause_size)
{
	const struct store_config store = {
		.url = config->store.url,
		.machine_id = (uint32_t)config->server.machine_id,
		.readers = config->store.readers > 0
		    ? (unsigned int)config->store.readers
		    : 1,
		.queue_max = RUN_STORE_QUEUE,
		.on_foreign = run_on_foreign,
		.arg = run,
	};

	run->server.store = store_open(&store, cause, cause_size);
	if (run->server.store == NULL)
		return false;
	atomic_store(&run->open, true);
	return features_start(&run->server, cause, cause_size);
}

/* What the workers share. */
static bool
run_build(struct run *run, const struct config *config, char *cause,
    size_t cause_size)
{
	struct server *server = &run->server;

	atomic_init(&server->config, config);
	atomic_init(&server->draining, false);
	server->started_ms = clock_real_ms();
	server->own_uid = (uint32_t)geteuid();
	server->buckets = bucket_set_new();
	server->router = router_new(features_all());
	server->hash_pool = pool_new(RUN_HASH_THREADS, RUN_HASH_QUEUE);
	server->bus = bus_new(config->bus.url, run->count, run_on_deliver, run,
	    cause, cause_size);
	return server->bus != NULL;
}

/* All are made before one is started: an event for one may come from another. */
static bool
run_start_workers(struct run *run, char *cause, size_t cause_size)
{
	unsigned int i;

	for (i = 0; i < run->count; i++) {
		run->workers[i] = worker_new(&run->server, i, run->tls,
		    run_on_stopped, run, cause, cause_size);
		if (run->workers[i] == NULL)
			return false;
	}
	for (i = 0; i < run->count; i++)
		if (!worker_start(run->workers[i], &run->listen, cause,
			cause_size))
			return false;
	return true;
}

static bool
run_listen(struct run *run, const struct config *config, char *cause,
    size_t cause_size)
{
	size_t i;

	if (config->tls.cert[0] != '\0') {
		run->tls = tls_new(config->tls.cert, config->tls.key, cause,
		    cause_size);
		if (run->tls == NULL)
			return false;
		run->reload.tls = run->tls;
	}
	if (!listen_open(&run->listen, config, run->count, cause, cause_size))
		return false;
	for (i = 0; i < run->listen.count && run->tls == NULL; i++)
		if (listen_get(&run->listen, 0, i)->kind == LISTEN_TLS) {
			snprintf(cause, cause_size,
			    "a socket for TLS was handed over, and tls.cert "
			    "is not set");
			return false;
		}
	return true;
}

/* Returns EX_OK, or what the start failed with. */
static int
run_start(struct run *run, const struct config *config, char *cause,
    size_t cause_size)
{
	run_raise_limits();
	json_object_seed(0);
	if (!secret_init()) {
		snprintf(cause, cause_size, "libsodium cannot start");
		return EX_SOFTWARE;
	}
	if (!run_check(config, cause, cause_size))
		return EX_CONFIG;
	if (!run_catch_signals(run, cause, cause_size))
		return EX_OSERR;
	if (!run_open_data(run, config, cause, cause_size))
		return EX_CANTCREAT;
	if (!run_build(run, config, cause, cause_size))
		return EX_CONFIG;
	if (!run_open_store(run, config, cause, cause_size))
		return EX_UNAVAILABLE;
	if (!run_listen(run, config, cause, cause_size))
		return EX_UNAVAILABLE;
	if (!run_start_workers(run, cause, cause_size))
		return EX_OSERR;
	/* What the command line did while nobody ran. */
	mailbox_collect(&run->server);
	return EX_OK;
}

/* ---- life ---- */

static void
run_drain(struct run *run)
{
	unsigned int i;

	log_info("draining", "workers=%u", run->count);
	notify_send("STOPPING=1");
	atomic_store(&run->server.draining, true);
	for (i = 0; i < run->count; i++)
		worker_drain(run->workers[i]);
}

static void
run_stop(struct run *run)
{
	unsigned int i;

	for (i = 0; i < run->count; i++)
		if (run->workers[i] != NULL)
			worker_stop(run->workers[i]);
}

/* One signal after the other. */
static void
run_take_signals(struct run *run)
{
	struct signalfd_siginfo info;

	while (read(run->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGHUP) {
			notify_send("RELOADING=1");
			run_reload_now(&run->reload);
			notify_send("READY=1");
		} else if (!atomic_load(&run->server.draining)) {
			run_drain(run);
		} else {
			log_warn("stopping at once", "signal=%u",
			    info.ssi_signo);
			run_stop(run);
		}
	}
}

/* Until every worker has ended. */
static int
run_serve(struct run *run)
{
	struct pollfd fds[] = {
		{ .fd = run->signal_fd, .events = POLLIN },
		{ .fd = run->stopped_fd, .events = POLLIN },
	};
	int status = EX_OK;
	uint64_t ended;

	while (run->stopped < run->count) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return EX_OSERR;
		run_take_signals(run);
		if (read(run->stopped_fd, &ended, sizeof(ended)) !=
		    sizeof(ended))
			continue;
		run->stopped += (unsigned int)ended;
		if (!atomic_load(&run->server.draining)) {
			/* By itself: the others end with it. */
			log_error("worker failed", "workers=%u", run->count);
			status = EX_SOFTWARE;
			run_drain(run);
		}
	}
	return status;
}

/* ---- end ---- */

static void
run_free_server(struct server *server)
{
	bucket_set_free(server->buckets);
	router_free(server->router);
	bus_free(server->bus);
	secret_wipe(server->jwt_key, sizeof(server->jwt_key));
}

/* Whatever there is, however far the start came. */
static void
run_end(struct run *run)
{
	unsigned int i;

	for (i = 0; i < run->count; i++)
		if (run->workers[i] != NULL)
			worker_join(run->workers[i]);
	/* Before store and pool end: the one may still hand on to the other. */
	for (i = 0; i < run->count; i++)
		if (run->workers[i] != NULL)
			worker_settle(run->workers[i]);
	listen_close(&run->listen);
	features_stop(&run->server);
	if (run->server.store != NULL)
		store_close(run->server.store);
	features_free(&run->server);
	if (run->server.hash_pool != NULL)
		pool_free(run->server.hash_pool);
	for (i = 0; i < run->count; i++)
		worker_free(run->workers[i]);
	free(run->workers);
	run_free_server(&run->server);
	tls_free(run->tls);
	run_reload_release(&run->reload);
	if (run->lock_fd >= 0)
		close(run->lock_fd);
	if (run->signal_fd >= 0)
		close(run->signal_fd);
	if (run->stopped_fd >= 0)
		close(run->stopped_fd);
}

int
server_run(const struct config *config, const struct option_table *table,
    bool (*reload)(void *arg, struct config *fresh, char *cause,
	size_t cause_size),
    void *arg, char *cause, size_t cause_size)
{
	struct run run = { .lock_fd = -1, .signal_fd = -1, .stopped_fd = -1 };
	int status;

	run.count = run_worker_count(config);
	run.workers = xcalloc(run.count, sizeof(struct worker *));
	run_reload_init(&run.reload, &run.server, table, reload, arg);
	status = run_start(&run, config, cause, cause_size);
	if (status == EX_OK) {
		log_info("ready", "workers=%u", run.count);
		notify_send("READY=1");
		status = run_serve(&run);
	} else {
		run_stop(&run);
	}
	run_end(&run);
	if (status == EX_OK)
		log_info("stopped", "status=%d", status);
	return status;
}

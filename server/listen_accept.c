/*
 * accept4 until there is nobody or it is somebody else's turn.
 */
#include "server/listen_accept.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/clock.h"
#include "shared/log.h"
#include "shared/xmalloc.h"

#define ACCEPT_BATCH 64
#define ACCEPT_PAUSE_US 100000
#define ACCEPT_LOG_MS 10000 /* said no more often than that */

struct acceptor {
	struct event event;
	struct accept_group *group;
	int fd;
	enum listen_kind kind;
};

static int
accept_spare(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
accept_resume(evutil_socket_t fd, short what, void *arg)
{
	struct accept_group *group = arg;
	size_t i;

	(void)fd;
	(void)what;
	if (group->spare_fd < 0)
		group->spare_fd = accept_spare();
	for (i = 0; i < group->count; i++)
		event_add(&group->acceptors[i].event, NULL);
}

/* No descriptor is left. Whoever waits is turned away by means of the spare one,
 * and nobody is looked for during a moment: a listening socket stays readable,
 * and the loop would do nothing else. */
static void
accept_exhausted(struct accept_group *group, int listening)
{
	struct timeval pause = { .tv_usec = ACCEPT_PAUSE_US };
	int64_t now = clock_mono_ms();
	size_t i;
	int fd;

	if (group->logged_ms == 0 || now - group->logged_ms >= ACCEPT_LOG_MS) {
		group->logged_ms = now;
		log_warn("out of descriptors", "connections=%zu",
		    group->gateway->loop->count);
	}
	if (group->spare_fd >= 0) {
		close(group->spare_fd);
		fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			close(fd);
		group->spare_fd = accept_spare();
	}
	for (i = 0; i < group->count; i++)
		event_del(&group->acceptors[i].event);
	event_add(&group->pause, &pause);
}

static void
accept_one(struct acceptor *acceptor, int fd, const struct sockaddr *peer)
{
	struct accept_group *group = acceptor->group;
	SSL *session = NULL;

	if (acceptor->kind == LISTEN_TLS) {
		session = tls_session(group->tls, fd);
		if (session == NULL) {
			close(fd);
			return;
		}
	}
	gateway_accept(group->gateway, fd, session,
	    acceptor->kind == LISTEN_UNIX ? NULL : peer);
}

static void
accept_on_event(evutil_socket_t listening, short what, void *arg)
{
	struct acceptor *acceptor = arg;
	struct sockaddr_storage peer;
	socklen_t size;
	int i, fd;

	(void)what;
	for (i = 0; i < ACCEPT_BATCH; i++) {
		size = sizeof(peer);
		fd = accept4(listening, (struct sockaddr *)&peer, &size,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			accept_one(acceptor, fd, (struct sockaddr *)&peer);
			continue;
		}
		switch (errno) {
		case EAGAIN: /* nobody is left */
			return;
		case EMFILE:
		case ENFILE:
		case ENOBUFS:
		case ENOMEM:
			accept_exhausted(acceptor->group, listening);
			return;
		default: /* one that has gone again (accept(2)) */
			break;
		}
	}
}

bool
accept_start(struct accept_group *group, struct event_base *base,
    struct listen_set *set, unsigned int worker, struct gateway *gateway,
    struct tls *tls)
{
	struct listener *listener;
	struct acceptor *acceptor;
	size_t i;

	group->gateway = gateway;
	group->tls = tls;
	group->spare_fd = accept_spare();
	group->count = set->count;
	group->acceptors = xcalloc(set->count, sizeof(*group->acceptors));
	evtimer_assign(&group->pause, base, accept_resume, group);
	for (i = 0; i < set->count; i++) {
		listener = listen_get(set, worker, i);
		acceptor = &group->acceptors[i];
		acceptor->group = group;
		acceptor->fd = listener->fd;
		acceptor->kind = listener->kind;
		listener->fd = -1;
		event_assign(&acceptor->event, base, acceptor->fd,
		    EV_READ | EV_PERSIST, accept_on_event, acceptor);
	}
	for (i = 0; i < group->count; i++)
		if (event_add(&group->acceptors[i].event, NULL) != 0)
			return false;
	return true;
}

void
accept_stop(struct accept_group *group)
{
	size_t i;

	if (group->acceptors == NULL)
		return;
	event_del(&group->pause);
	for (i = 0; i < group->count; i++) {
		event_del(&group->acceptors[i].event);
		close(group->acceptors[i].fd);
	}
	if (group->spare_fd >= 0)
		close(group->spare_fd);
	free(group->acceptors);
	group->acceptors = NULL;
	group->count = 0;
}

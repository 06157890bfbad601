/*
 * Opening of listening sockets. Somebody else's are left alone: a port or a file
 * that another server answers on is an error, never shared or taken away.
 */
#include "server/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/listen_unix.h"
#include "shared/log.h"
#include "shared/xmalloc.h"

#define LISTEN_BACKLOG 4096
#define LISTEN_FIRST_FD 3 /* sd_listen_fds(3) */

/* ---- the set ---- */

struct listener *
listen_get(struct listen_set *set, unsigned int worker, size_t index)
{
	return &set->rows[index * set->workers + worker];
}

/* A new row, all of it -1. */
static struct listener *
listen_add(struct listen_set *set, enum listen_kind kind)
{
	struct listener *row;
	unsigned int i;

	set->rows = xreallocarray(set->rows, set->count + 1,
	    set->workers * sizeof(*set->rows));
	row = set->rows + set->count++ * set->workers;
	for (i = 0; i < set->workers; i++)
		row[i] = (struct listener){ -1, kind };
	return row;
}

/* Gives every worker a descriptor of the one socket, which is used up. */
static bool
listen_share(struct listen_set *set, int fd, enum listen_kind kind, char *cause,
    size_t cause_size)
{
	struct listener *row = listen_add(set, kind);
	unsigned int i;

	row[0].fd = fd;
	for (i = 1; i < set->workers; i++) {
		row[i].fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		if (row[i].fd < 0) {
			snprintf(cause, cause_size,
			    "cannot share a listening socket: %s",
			    strerror(errno));
			return false;
		}
	}
	return true;
}

void
listen_close(struct listen_set *set)
{
	size_t i;

	for (i = 0; i < set->count * set->workers; i++)
		if (set->rows[i].fd >= 0)
			close(set->rows[i].fd);
	if (set->path != NULL)
		listen_unix_remove(set->path, set->dev, set->ino);
	free(set->path);
	free(set->rows);
	memset(set, 0, sizeof(*set));
}

/* ---- TCP ---- */

static int
listen_port(const struct sockaddr *address)
{
	const void *any = address;

	if (address->sa_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)any)->sin6_port);
	return ntohs(((const struct sockaddr_in *)any)->sin_port);
}

static void
listen_log(const struct sockaddr *address, socklen_t size,
    enum listen_kind kind)
{
	char host[NI_MAXHOST] = "?";

	getnameinfo(address, size, host, sizeof(host), NULL, 0, NI_NUMERICHOST);
	log_info("listening", "addr=%s port=%d%s", host, listen_port(address),
	    kind == LISTEN_TLS ? " tls=yes" : "");
}

/*
 * One socket. The first of an address is bound without SO_REUSEPORT, which fails
 * where another server is there, and joins the group only then. With it from the
 * start, two servers of one user would quietly share the port.
 */
static int
listen_bind(const struct sockaddr *address, socklen_t size, bool first)
{
	int fd, on = 1, saved;

	fd = socket(address->sa_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (address->sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (!first &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0)
		goto out;
	if (bind(fd, address, size) != 0)
		goto out;
	if (first &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0)
		goto out;
	if (listen(fd, LISTEN_BACKLOG) != 0)
		goto out;
	return fd;
out:
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

/* A socket a worker for one address. False with errno set. */
static bool
listen_address(struct listen_set *set, const struct sockaddr *address,
    socklen_t size, enum listen_kind kind)
{
	struct listener *row = listen_add(set, kind);
	struct sockaddr_storage bound;
	unsigned int i;
	int saved;

	memset(&bound, 0, sizeof(bound));
	row[0].fd = listen_bind(address, size, true);
	size = sizeof(bound);
	/* Port 0 has become a port. */
	if (row[0].fd < 0 ||
	    getsockname(row[0].fd, (struct sockaddr *)&bound, &size) != 0)
		goto out;
	for (i = 1; i < set->workers; i++) {
		row[i].fd = listen_bind((struct sockaddr *)&bound, size, false);
		if (row[i].fd < 0)
			goto out;
	}
	listen_log((struct sockaddr *)&bound, size, kind);
	return true;
out:
	saved = errno;
	for (i = 0; i < set->workers; i++)
		if (row[i].fd >= 0)
			close(row[i].fd);
	set->count--;
	errno = saved;
	return false;
}

/* Splits HOST:PORT, [HOST]:PORT or *:PORT. False where it is none. */
static bool
listen_split(char *text, char **host, char **port)
{
	*port = strrchr(text, ':');
	if (*port == NULL)
		return false;
	*(*port)++ = '\0';
	*host = text;
	if (text[0] == '[') {
		size_t len = strlen(text);

		if (text[len - 1] != ']')
			return false;
		text[len - 1] = '\0';
		*host = text + 1;
	}
	return **port != '\0';
}

/* All addresses behind one item of a list. A name may have one that this machine
 * has no use for, so the first that can be bound is enough. */
static bool
listen_item(struct listen_set *set, const char *item, enum listen_kind kind,
    char *cause, size_t cause_size)
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL, *at;
	char *text = xstrdup(item), *host, *port;
	bool any = false;
	int result;

	if (!listen_split(text, &host, &port)) {
		snprintf(cause, cause_size, "\"%s\" is no HOST:PORT", item);
		goto out;
	}
	if (*host == '\0' || strcmp(host, "*") == 0)
		host = NULL;
	result = getaddrinfo(host, port, &hints, &list);
	if (result != 0) {
		snprintf(cause, cause_size, "cannot listen on %s: %s", item,
		    gai_strerror(result));
		goto out;
	}
	for (at = list; at != NULL; at = at->ai_next) {
		if (listen_address(set, at->ai_addr, at->ai_addrlen, kind)) {
			any = true;
			continue;
		}
		snprintf(cause, cause_size, "cannot listen on %s: %s%s", item,
		    strerror(errno),
		    errno == EADDRINUSE ? " (another server is there)" : "");
		if (errno == EADDRINUSE || errno == EACCES) {
			any = false;
			break;
		}
	}
out:
	if (list != NULL)
		freeaddrinfo(list);
	free(text);
	return any;
}

static bool
listen_list(struct listen_set *set, const char *list, enum listen_kind kind,
    char *cause, size_t cause_size)
{
	const char *at = list;
	bool ok = true;
	size_t len;
	char *item;

	while (ok) {
		at += strspn(at, ", \t");
		len = strcspn(at, ", \t");
		if (len == 0)
			break;
		item = xstrndup(at, len);
		ok = listen_item(set, item, kind, cause, cause_size);
		free(item);
		at += len;
	}
	return ok;
}

/* ---- what systemd hands over ---- */

/* The name of descriptor `index` in LISTEN_FDNAMES has "tls" in it. */
static bool
listen_named_tls(unsigned long index)
{
	const char *names = getenv("LISTEN_FDNAMES"), *found;
	size_t len;

	while (names != NULL && index-- > 0) {
		names = strchr(names, ':');
		if (names != NULL)
			names++;
	}
	if (names == NULL)
		return false;
	len = strcspn(names, ":");
	found = strstr(names, "tls");
	return found != NULL && found + 3 <= names + len;
}

static bool
listen_take(struct listen_set *set, int fd, bool tls, char *cause,
    size_t cause_size)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	enum listen_kind kind = tls ? LISTEN_TLS : LISTEN_PLAIN;
	int flags;

	memset(&address, 0, sizeof(address));
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
		snprintf(cause, cause_size, "descriptor %d of LISTEN_FDS: %s",
		    fd, strerror(errno));
		return false;
	}
	if (address.ss_family == AF_UNIX) {
		kind = LISTEN_UNIX;
		log_info("listening", "unix=fd:%d", fd);
	} else {
		listen_log((struct sockaddr *)&address, size, kind);
	}
	return listen_share(set, fd, kind, cause, cause_size);
}

/* The number of sockets that are ours from fd 3 on (sd_listen_fds(3)). */
static unsigned long
listen_passed(void)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	unsigned long n = 0;

	if (pid != NULL && count != NULL &&
	    strtoul(pid, NULL, 10) == (unsigned long)getpid())
		n = strtoul(count, NULL, 10);
	return n < 64 ? n : 0;
}

static bool
listen_inherit(struct listen_set *set, unsigned long passed, char *cause,
    size_t cause_size)
{
	unsigned long i;
	bool ok = true;

	for (i = 0; ok && i < passed; i++)
		ok = listen_take(set, LISTEN_FIRST_FD + (int)i,
		    listen_named_tls(i), cause, cause_size);
	/* No child is to think that they are meant for it. */
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return ok;
}

/* ---- all of it ---- */

static bool
listen_unix(struct listen_set *set, const struct config *config, char *cause,
    size_t cause_size)
{
	const char *path = config->server.unix_socket;
	char value[256];
	int fd;

	fd = listen_unix_open(path, (mode_t)config->server.unix_mode, &set->dev,
	    &set->ino, cause, cause_size);
	if (fd < 0)
		return false;
	set->path = xstrdup(path);
	log_info("listening", "unix=%s", log_value(path, value, sizeof(value)));
	return listen_share(set, fd, LISTEN_UNIX, cause, cause_size);
}

bool
listen_open(struct listen_set *set, const struct config *config,
    unsigned int workers, char *cause, size_t cause_size)
{
	unsigned long passed = listen_passed();
	bool ok;

	memset(set, 0, sizeof(*set));
	set->workers = workers;
	if (passed > 0) {
		ok = listen_inherit(set, passed, cause, cause_size);
	} else {
		ok = listen_list(set, config->server.listen, LISTEN_PLAIN,
			 cause, cause_size) &&
		    listen_list(set, config->tls.listen, LISTEN_TLS, cause,
			cause_size) &&
		    (config->server.unix_socket[0] == '\0' ||
			listen_unix(set, config, cause, cause_size));
	}
	if (!ok)
		listen_close(set);
	return ok;
}

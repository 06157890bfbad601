/*
 * Listening sockets: opened once at the start, a set for each worker, from the
 * configuration or as systemd hands them over. It accepts nothing (see
 * listen_accept.h).
 *
 * TCP addresses are bound once a worker (SO_REUSEPORT), so that the kernel spreads
 * connections; what cannot be bound twice is shared.
 */
#ifndef SERVER_LISTEN_H
#define SERVER_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "server/config.h"

enum listen_kind { LISTEN_PLAIN, LISTEN_TLS, LISTEN_UNIX };

struct listener {
	int fd; /* non-blocking; whoever has taken it out leaves -1 */
	enum listen_kind kind;
};

struct listen_set {
	unsigned int workers;
	struct listener *rows; /* [count][workers] */
	size_t count;
	/* The file of the Unix socket, where it is ours to remove. */
	char *path;
	dev_t dev;
	ino_t ino;
};

/* Opens all that the configuration names (or LISTEN_FDS has passed on), logs
 * `listening` for each. False with a sentence in `cause`, nothing left open. Main
 * thread, before others: it reads the environment and changes the umask. */
bool listen_open(struct listen_set *set, const struct config *config,
    unsigned int workers, char *cause, size_t cause_size);

/* The sockets of a worker, one for each of set->count. */
struct listener *listen_get(struct listen_set *set, unsigned int worker,
    size_t index);

/* Closes what is still in it; the Unix socket's file goes where it is ours. */
void listen_close(struct listen_set *set);

#endif

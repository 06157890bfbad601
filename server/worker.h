/*
 * A worker: a thread with an event loop, its listening sockets, its gateway and
 * its inbox. A turn is: what the sockets have, what the inbox has, one write for
 * each connection that has something to be sent.
 */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/bus.h"
#include "server/listen.h"
#include "server/server.h"
#include "server/tls.h"

struct worker;

/* `stopped` is called on the worker's thread when that ends. NULL with a sentence
 * in `cause`. */
struct worker *worker_new(const struct server *server, unsigned int number,
    struct tls *tls, void (*stopped)(void *arg), void *arg, char *cause,
    size_t cause_size);

/* Starts its thread, which takes the worker's sockets out of `listen`. After
 * every worker of the bus has been made. False with a sentence in `cause`. */
bool worker_start(struct worker *worker, struct listen_set *listen, char *cause,
    size_t cause_size);

/* Waits, for some seconds at most, until the calls that were out when the thread
 * ended have come back, and frees them. Joined, and while the store runs. */
void worker_settle(struct worker *worker);

/* Frees it once it was joined, and whatever was put into it since. */
void worker_free(struct worker *worker);

/* Messages of the bus, in order; takes over one reference of each frame. Any
 * thread, until worker_free. */
void worker_deliver(struct worker *worker, const struct bus_message *messages,
    size_t count);

/* It stops accepting, sends its clients away and ends when they have gone. Any
 * thread. */
void worker_drain(struct worker *worker);

/* It ends at once. Any thread. */
void worker_stop(struct worker *worker);

/* Waits for the end of its thread. */
void worker_join(struct worker *worker);

#endif

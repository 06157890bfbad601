/*
 * What other threads have for a worker, in the order in which each of them put it
 * in: finished calls and messages of the bus. The sleeping reader is woken once,
 * one that is awake not at all.
 */
#ifndef SERVER_INBOX_H
#define SERVER_INBOX_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/bus.h"

struct call;

struct inbox_item {
	struct call *call; /* NULL: it is a message */
	struct bus_message message;
};

struct inbox {
	pthread_mutex_t lock;
	struct inbox_item *items; /* waiting */
	size_t count, cap;
	struct inbox_item *taken; /* the reader's; reused */
	size_t taken_cap;
	bool asleep; /* the reader waits for wake_fd */
	int wake_fd; /* an eventfd; watched edge-triggered, never read */
};

/* False with errno set where there is no eventfd. */
bool inbox_init(struct inbox *inbox);

/* It is empty. */
void inbox_release(struct inbox *inbox);

/* Any thread. The call, and the frames' references, are the reader's. */
void inbox_put_call(struct inbox *inbox, struct call *call);
void inbox_put_messages(struct inbox *inbox, const struct bus_message *messages,
    size_t count);

/* Wakes the reader, or keeps it awake, for another reason. Any thread. */
void inbox_wake(const struct inbox *inbox);

/* Reader only: what is there, all of it; good until the next inbox_take. */
struct inbox_item *inbox_take(struct inbox *inbox, size_t *count);

/* Reader only: before it waits. False: something has come, do not wait. */
bool inbox_sleep(struct inbox *inbox);

#endif

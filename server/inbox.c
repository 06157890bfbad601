/*
 * Two arrays that change places under a lock.
 */
#include "server/inbox.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "shared/xmalloc.h"

#define INBOX_KEEP 1024 /* items of memory kept after a flood */

bool
inbox_init(struct inbox *inbox)
{
	memset(inbox, 0, sizeof(*inbox));
	pthread_mutex_init(&inbox->lock, NULL);
	inbox->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return inbox->wake_fd >= 0;
}

void
inbox_release(struct inbox *inbox)
{
	if (inbox->wake_fd >= 0)
		close(inbox->wake_fd);
	free(inbox->items);
	free(inbox->taken);
	pthread_mutex_destroy(&inbox->lock);
}

/* Room for more at the end. Under the lock. */
static struct inbox_item *
inbox_grow(struct inbox *inbox, size_t more)
{
	struct inbox_item *at;

	if (inbox->count + more > inbox->cap) {
		inbox->cap = inbox->cap < 16 ? 16 : inbox->cap;
		while (inbox->count + more > inbox->cap)
			inbox->cap *= 2;
		inbox->items = xreallocarray(inbox->items, inbox->cap,
		    sizeof(*inbox->items));
	}
	at = inbox->items + inbox->count;
	inbox->count += more;
	return at;
}

/* An eventfd that is added to becomes readable anew for an edge-triggered
 * watcher; only a counter near 2^64 would block. */
static void
inbox_signal(const struct inbox *inbox)
{
	const uint64_t one = 1;
	ssize_t n;

	n = write(inbox->wake_fd, &one, sizeof(one));
	(void)n;
}

/* Unlocks, and wakes the reader where it sleeps. */
static void
inbox_done(struct inbox *inbox)
{
	bool wake = inbox->asleep;

	inbox->asleep = false;
	pthread_mutex_unlock(&inbox->lock);
	if (wake)
		inbox_signal(inbox);
}

void
inbox_put_call(struct inbox *inbox, struct call *call)
{
	struct inbox_item *item;

	pthread_mutex_lock(&inbox->lock);
	item = inbox_grow(inbox, 1);
	memset(item, 0, sizeof(*item));
	item->call = call;
	inbox_done(inbox);
}

void
inbox_put_messages(struct inbox *inbox, const struct bus_message *messages,
    size_t count)
{
	struct inbox_item *item;
	size_t i;

	pthread_mutex_lock(&inbox->lock);
	item = inbox_grow(inbox, count);
	for (i = 0; i < count; i++) {
		item[i].call = NULL;
		item[i].message = messages[i];
	}
	inbox_done(inbox);
}

void
inbox_wake(const struct inbox *inbox)
{
	inbox_signal(inbox);
}

struct inbox_item *
inbox_take(struct inbox *inbox, size_t *count)
{
	struct inbox_item *spare = inbox->taken;
	size_t spare_cap = inbox->taken_cap;

	if (spare_cap > INBOX_KEEP) {
		free(spare);
		spare = NULL;
		spare_cap = 0;
	}
	pthread_mutex_lock(&inbox->lock);
	inbox->asleep = false;
	inbox->taken = inbox->items;
	inbox->taken_cap = inbox->cap;
	*count = inbox->count;
	inbox->items = spare;
	inbox->cap = spare_cap;
	inbox->count = 0;
	pthread_mutex_unlock(&inbox->lock);
	return inbox->taken;
}

bool
inbox_sleep(struct inbox *inbox)
{
	bool empty;

	pthread_mutex_lock(&inbox->lock);
	empty = inbox->count == 0;
	inbox->asleep = empty;
	pthread_mutex_unlock(&inbox->lock);
	return empty;
}

/*
 * The inbox of a worker: order, and when its reader is woken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/inbox.h"

/* Woken since the last look? The watcher is edge-triggered; here the counter is
 * read to see the same. */
static bool
woken(const struct inbox *inbox)
{
	uint64_t count;

	return read(inbox->wake_fd, &count, sizeof(count)) == sizeof(count);
}

static void
put(struct inbox *inbox, int64_t id)
{
	const struct bus_message message = { .topic = BUS_CHANNEL, .id = id };

	inbox_put_messages(inbox, &message, 1);
}

static void
things_come_out_in_the_order_in_which_they_went_in(void **state)
{
	struct call *call = (struct call *)(uintptr_t)8;
	struct inbox_item *items;
	struct inbox inbox;
	size_t count;

	(void)state;
	assert_true(inbox_init(&inbox));
	put(&inbox, 1);
	inbox_put_call(&inbox, call);
	put(&inbox, 2);
	items = inbox_take(&inbox, &count);
	assert_int_equal(count, 3);
	assert_null(items[0].call);
	assert_int_equal(items[0].message.id, 1);
	assert_ptr_equal(items[1].call, call);
	assert_null(items[2].call);
	assert_int_equal(items[2].message.id, 2);
	inbox_take(&inbox, &count);
	assert_int_equal(count, 0);
	inbox_release(&inbox);
}

static void
only_a_sleeping_reader_is_woken_and_only_once(void **state)
{
	struct inbox inbox;
	size_t count;

	(void)state;
	assert_true(inbox_init(&inbox));
	put(&inbox, 1);
	assert_false(woken(&inbox));
	/* There is something: it must not sleep. */
	assert_false(inbox_sleep(&inbox));
	inbox_take(&inbox, &count);
	assert_true(inbox_sleep(&inbox));
	assert_false(woken(&inbox));
	put(&inbox, 2);
	assert_true(woken(&inbox));
	put(&inbox, 3);
	assert_false(woken(&inbox));
	inbox_take(&inbox, &count);
	assert_int_equal(count, 2);
	inbox_wake(&inbox);
	assert_true(woken(&inbox));
	inbox_release(&inbox);
}

#define EACH 20000

static void *
writer(void *arg)
{
	int64_t i;

	for (i = 1; i <= EACH; i++)
		put(arg, i);
	return NULL;
}

static void
nothing_is_lost_between_threads_and_nobody_oversleeps(void **state)
{
	struct inbox_item *items;
	struct inbox inbox;
	int64_t next = 1;
	pthread_t thread;
	size_t i, count;

	(void)state;
	assert_true(inbox_init(&inbox));
	assert_int_equal(pthread_create(&thread, NULL, writer, &inbox), 0);
	while (next <= EACH) {
		items = inbox_take(&inbox, &count);
		for (i = 0; i < count; i++)
			assert_int_equal(items[i].message.id, next++);
		if (next <= EACH && inbox_sleep(&inbox)) {
			struct pollfd fd = { .fd = inbox.wake_fd,
				.events = POLLIN };

			assert_int_equal(poll(&fd, 1, 10000), 1);
			assert_true(woken(&inbox));
		}
	}
	pthread_join(thread, NULL);
	inbox_release(&inbox);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    things_come_out_in_the_order_in_which_they_went_in),
		cmocka_unit_test(only_a_sleeping_reader_is_woken_and_only_once),
		cmocka_unit_test(
		    nothing_is_lost_between_threads_and_nobody_oversleeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

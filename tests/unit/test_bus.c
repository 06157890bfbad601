/*
 * The local bus: who gets what, and in which order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/bus.h"

#define WORKERS 3

/* What each worker got, as text: "C1 U2+J5 " is channel 1, then user 2 with a
 * join of channel 5. */
struct heard {
	char text[WORKERS][256];
	int calls;
};

static void
on_deliver(void *arg, unsigned int worker, const struct bus_message *messages,
    size_t count)
{
	static const char *const topics[] = { "C", "U", "P", "A" };
	struct heard *heard = arg;
	size_t i;

	heard->calls++;
	for (i = 0; i < count; i++) {
		size_t at = strlen(heard->text[worker]);

		snprintf(heard->text[worker] + at,
		    sizeof(heard->text[worker]) - at, "%s%d",
		    topics[messages[i].topic], (int)messages[i].id);
		at = strlen(heard->text[worker]);
		snprintf(heard->text[worker] + at,
		    sizeof(heard->text[worker]) - at,
		    messages[i].control == BUS_JOIN ? "+J%d " : " ",
		    (int)messages[i].arg);
		frame_unref(messages[i].frame);
	}
}

static struct bus *
bus_make(struct heard *heard)
{
	char cause[100];

	memset(heard, 0, sizeof(*heard));
	return bus_new("local", WORKERS, on_deliver, heard, cause,
	    sizeof(cause));
}

static void
publish(struct bus *bus, enum bus_topic topic, int64_t id)
{
	const struct bus_message message = { .topic = topic, .id = id };

	bus_publish(bus, &message, 1);
}

static void
an_unknown_bus_is_refused_with_a_sentence(void **state)
{
	char cause[100] = "";

	(void)state;
	assert_null(bus_new("nats://localhost", 1, on_deliver, NULL, cause,
	    sizeof(cause)));
	assert_non_null(strstr(cause, "bus.url"));
}

static void
only_workers_with_interest_get_a_message(void **state)
{
	struct heard heard;
	struct bus *bus = bus_make(&heard);

	(void)state;
	bus_subscribe(bus, 0, BUS_CHANNEL, 1);
	bus_subscribe(bus, 2, BUS_CHANNEL, 1);
	bus_subscribe(bus, 1, BUS_USER, 1);
	publish(bus, BUS_CHANNEL, 1);
	publish(bus, BUS_CHANNEL, 2);
	publish(bus, BUS_USER, 1);
	assert_string_equal(heard.text[0], "C1 ");
	assert_string_equal(heard.text[1], "U1 ");
	assert_string_equal(heard.text[2], "C1 ");
	bus_free(bus);
}

static void
interest_is_counted(void **state)
{
	struct heard heard;
	struct bus *bus = bus_make(&heard);

	(void)state;
	bus_subscribe(bus, 0, BUS_CHANNEL, 1);
	bus_subscribe(bus, 0, BUS_CHANNEL, 1);
	bus_unsubscribe(bus, 0, BUS_CHANNEL, 1);
	publish(bus, BUS_CHANNEL, 1);
	assert_string_equal(heard.text[0], "C1 ");
	bus_unsubscribe(bus, 0, BUS_CHANNEL, 1);
	publish(bus, BUS_CHANNEL, 1);
	assert_string_equal(heard.text[0], "C1 ");
	bus_free(bus);
}

static void
a_batch_comes_in_order_and_in_one_call_a_worker(void **state)
{
	const struct bus_message messages[] = {
		{ .topic = BUS_CHANNEL, .id = 1 },
		{ .topic = BUS_USER, .id = 2 },
		{ .topic = BUS_CHANNEL, .id = 3 },
		{ .topic = BUS_CHANNEL, .id = 1 },
		{ .topic = BUS_ALL },
	};
	struct heard heard;
	struct bus *bus = bus_make(&heard);

	(void)state;
	bus_subscribe(bus, 0, BUS_CHANNEL, 1);
	bus_subscribe(bus, 0, BUS_CHANNEL, 3);
	bus_subscribe(bus, 1, BUS_USER, 2);
	bus_subscribe(bus, 1, BUS_CHANNEL, 3);
	bus_subscribe(bus, 1, BUS_ALL, 0);
	bus_publish(bus, messages, 5);
	assert_string_equal(heard.text[0], "C1 C3 C1 ");
	assert_string_equal(heard.text[1], "U2 C3 A0 ");
	assert_string_equal(heard.text[2], "");
	assert_int_equal(heard.calls, 2);
	bus_free(bus);
}

static void
a_join_brings_the_channel_from_the_next_message_on(void **state)
{
	const struct bus_message messages[] = {
		{ .topic = BUS_CHANNEL, .id = 5 },
		{ .topic = BUS_USER, .id = 2, .control = BUS_JOIN, .arg = 5 },
		{ .topic = BUS_CHANNEL, .id = 5 },
	};
	struct heard heard;
	struct bus *bus = bus_make(&heard);

	(void)state;
	bus_subscribe(bus, 1, BUS_USER, 2);
	bus_publish(bus, messages, 3);
	assert_string_equal(heard.text[1], "U2+J5 C5 ");
	/* That interest is the worker's, to be given back. */
	bus_unsubscribe(bus, 1, BUS_CHANNEL, 5);
	publish(bus, BUS_CHANNEL, 5);
	assert_string_equal(heard.text[1], "U2+J5 C5 ");
	bus_free(bus);
}

static void
a_frame_is_referenced_once_for_each_worker(void **state)
{
	struct frame *frame = frame_new("{}", 2);
	const struct bus_message message = { .topic = BUS_CHANNEL,
		.id = 1,
		.frame = frame };
	struct heard heard;
	struct bus *bus = bus_make(&heard);

	(void)state;
	bus_subscribe(bus, 0, BUS_CHANNEL, 1);
	bus_subscribe(bus, 1, BUS_CHANNEL, 1);
	bus_publish(bus, &message, 1);
	/* Both deliveries gave theirs back; ours is left. */
	assert_int_equal(frame->refs, 1);
	frame_unref(frame);
	bus_free(bus);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_bus_is_refused_with_a_sentence),
		cmocka_unit_test(only_workers_with_interest_get_a_message),
		cmocka_unit_test(interest_is_counted),
		cmocka_unit_test(
		    a_batch_comes_in_order_and_in_one_call_a_worker),
		cmocka_unit_test(
		    a_join_brings_the_channel_from_the_next_message_on),
		cmocka_unit_test(a_frame_is_referenced_once_for_each_worker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The hub: who on a worker hears what, in which order, and that it gives every
 * interest back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/hub.h"
#include "tests/unit/conn_pair.h"

#define MEMBERS 4

/* A worker with its bus, where everything published is delivered at once. */
struct world {
	struct conn_pair_loop pair;
	struct bus *bus;
	struct hub *hub;
	struct conn *conns[MEMBERS];
	int fds[MEMBERS];
	int closed_code;
	struct conn *closed;
	int deliveries;
};

static struct world world;

static void
on_deliver(void *arg, unsigned int worker, const struct bus_message *messages,
    size_t count)
{
	size_t i;

	(void)arg;
	(void)worker;
	for (i = 0; i < count; i++) {
		world.deliveries++;
		hub_deliver(world.hub, &messages[i]);
	}
}

static void
on_close(struct conn *conn, int code)
{
	world.closed = conn;
	world.closed_code = code;
	hub_leave(world.hub, conn);
}

/* Lets a connection of a user in, as the writer would. */
static void
enter(int member, int64_t user, const int64_t *channels, size_t count)
{
	size_t i;

	bus_subscribe(world.bus, 0, BUS_USER, user);
	for (i = 0; i < count; i++)
		bus_subscribe(world.bus, 0, BUS_CHANNEL, channels[i]);
	hub_open(world.hub, world.conns[member], user, channels, count);
}

static int
set_up(void **state)
{
	char cause[100];
	int i;

	(void)state;
	memset(&world, 0, sizeof(world));
	conn_pair_init(&world.pair);
	world.bus = bus_new("local", 1, on_deliver, NULL, cause, sizeof(cause));
	world.hub = hub_new(world.bus, 0, on_close);
	for (i = 0; i < MEMBERS; i++)
		world.conns[i] = conn_pair_new(&world.pair, &world.fds[i], 0);
	return 0;
}

static int
tear_down(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < MEMBERS; i++) {
		hub_leave(world.hub, world.conns[i]);
		close(world.fds[i]);
	}
	hub_flush(world.hub);
	conn_pair_release(&world.pair);
	hub_free(world.hub);
	bus_free(world.bus);
	return 0;
}

static void
tell(struct bus_message message, const char *text)
{
	message.frame = text != NULL ? frame_new(text, strlen(text)) : NULL;
	bus_publish(world.bus, &message, 1);
	frame_unref(message.frame);
}

static void
say(int64_t channel, const char *text)
{
	tell((struct bus_message){ .topic = BUS_CHANNEL, .id = channel }, text);
}

static void
command(enum bus_control control, int64_t user, int64_t arg)
{
	tell((struct bus_message){ .topic = BUS_USER,
		 .id = user,
		 .control = control,
		 .arg = arg,
		 .code = 4001 },
	    NULL);
}

/* What a member has heard at the end of the turn: the payloads, one after the
 * other. */
static const char *
heard(int member)
{
	static char text[256];
	struct buf bytes = BUF_INIT;
	size_t at, len = 0;

	hub_flush(world.hub);
	conn_pair_turn(&world.pair);
	conn_pair_read(world.fds[member], &bytes);
	for (at = 0; at < bytes.len; at += 2 + (size_t)bytes.data[at + 1]) {
		assert_int_equal((unsigned char)bytes.data[at], 0x81);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%.*s ",
		    (int)bytes.data[at + 1], bytes.data + at + 2);
	}
	text[len] = '\0';
	buf_release(&bytes);
	return text;
}

static const int64_t both[] = { 10, 20 };

static void
a_channel_reaches_every_connection_of_its_members(void **state)
{
	(void)state;
	enter(0, 1, both, 1);
	enter(1, 1, both, 1);
	enter(2, 2, both, 2);
	enter(3, 3, NULL, 0);
	say(10, "a");
	say(20, "b");
	assert_string_equal(heard(0), "a ");
	assert_string_equal(heard(1), "a ");
	assert_string_equal(heard(2), "a b ");
	assert_string_equal(heard(3), "");
}

static void
a_turn_gathers_a_channel_into_one_frame(void **state)
{
	(void)state;
	enter(0, 1, both, 1);
	enter(1, 2, both, 1);
	say(10, "a");
	say(10, "b");
	say(10, "c");
	hub_flush(world.hub);
	assert_null(world.conns[0]->queue);
	assert_int_equal(world.conns[0]->out->frames, 3);
	assert_ptr_equal(world.conns[0]->out, world.conns[1]->out);
	assert_string_equal(heard(0), "a b c ");
	assert_string_equal(heard(1), "a b c ");
}

static void
a_lone_message_is_shared_as_it_is(void **state)
{
	struct frame *frame = frame_new("a", 1);
	const struct bus_message message = { .topic = BUS_CHANNEL,
		.id = 10,
		.frame = frame };

	(void)state;
	enter(0, 1, both, 1);
	bus_publish(world.bus, &message, 1);
	hub_flush(world.hub);
	assert_ptr_equal(world.conns[0]->out, frame);
	frame_unref(frame);
}

static void
a_user_is_told_in_order_with_its_channels(void **state)
{
	(void)state;
	enter(0, 1, both, 2);
	say(10, "a");
	tell((struct bus_message){ .topic = BUS_USER, .id = 1 }, "u");
	say(10, "b");
	tell((struct bus_message){ .topic = BUS_ALL }, "all");
	say(10, "c");
	assert_string_equal(heard(0), "a u b all c ");
}

static void
a_join_begins_and_a_part_ends_at_its_place(void **state)
{
	(void)state;
	enter(0, 1, both, 1);
	enter(1, 2, NULL, 0);
	say(10, "a");
	command(BUS_JOIN, 2, 10);
	say(10, "b");
	command(BUS_PART, 2, 10);
	say(10, "c");
	assert_string_equal(heard(1), "b ");
	assert_string_equal(heard(0), "a b c ");
}

static void
a_new_connection_hears_nothing_of_before(void **state)
{
	(void)state;
	enter(0, 1, both, 1);
	say(10, "a");
	enter(1, 1, both, 1);
	say(10, "b");
	say(10, "c");
	enter(2, 2, both, 1);
	say(10, "d");
	assert_string_equal(heard(0), "a b c d ");
	assert_string_equal(heard(1), "b c d ");
	assert_string_equal(heard(2), "d ");
}

static void
an_excepted_user_hears_nothing_and_order_is_kept(void **state)
{
	(void)state;
	enter(0, 1, both, 1);
	enter(1, 2, both, 1);
	say(10, "a");
	tell((struct bus_message){ .topic = BUS_CHANNEL,
		 .id = 10,
		 .except_user = 1,
		 .ephemeral = true },
	    "t");
	say(10, "b");
	assert_string_equal(heard(0), "a b ");
	assert_string_equal(heard(1), "a t b ");
}

static void
a_session_is_ended_alone_and_the_others_of_a_user_too(void **state)
{
	(void)state;
	enter(0, 1, both, 1);
	enter(1, 1, both, 1);
	enter(2, 2, both, 1);
	world.conns[0]->session_id = 5;
	world.conns[1]->session_id = 6;
	world.conns[2]->session_id = 5;
	command(BUS_CLOSE_SESSION, 1, 5);
	assert_ptr_equal(world.closed, world.conns[0]);
	assert_int_equal(world.closed_code, 4001);
	assert_null(world.conns[0]->user);
	assert_non_null(world.conns[1]->user);
	command(BUS_CLOSE_OTHERS, 1, 6);
	assert_non_null(world.conns[1]->user);
	command(BUS_CLOSE_OTHERS, 1, 7);
	assert_null(world.conns[1]->user);
	/* Another user's session of the same number is not meant. */
	assert_non_null(world.conns[2]->user);
	command(BUS_CLOSE_SESSION, 2, 0);
	assert_null(world.conns[2]->user);
}

static void
the_last_one_takes_the_interest_away(void **state)
{
	(void)state;
	enter(0, 1, both, 2);
	enter(1, 1, both, 2);
	enter(2, 2, both, 1);
	hub_leave(world.hub, world.conns[0]);
	hub_leave(world.hub, world.conns[1]);
	world.deliveries = 0;
	say(20, "x");
	tell((struct bus_message){ .topic = BUS_USER, .id = 1 }, "x");
	assert_int_equal(world.deliveries, 0);
	say(10, "a");
	assert_int_equal(world.deliveries, 1);
	hub_leave(world.hub, world.conns[2]);
	say(10, "b");
	assert_int_equal(world.deliveries, 1);
}

static void
joins_that_change_nothing_give_their_interest_back(void **state)
{
	(void)state;
	enter(0, 1, both, 1);
	command(BUS_JOIN, 1, 10); /* it is there already */
	command(BUS_JOIN, 1, 30);
	hub_leave(world.hub, world.conns[0]);
	world.deliveries = 0;
	say(10, "a");
	say(30, "a");
	assert_int_equal(world.deliveries, 0);
	/* One for a user who has left meanwhile. */
	bus_subscribe(world.bus, 0, BUS_USER, 1);
	command(BUS_JOIN, 1, 40);
	bus_unsubscribe(world.bus, 0, BUS_USER, 1);
	world.deliveries = 0;
	say(40, "a");
	assert_int_equal(world.deliveries, 0);
}

static void
an_opening_that_came_too_late_is_given_back(void **state)
{
	(void)state;
	bus_subscribe(world.bus, 0, BUS_USER, 9);
	bus_subscribe(world.bus, 0, BUS_CHANNEL, 10);
	bus_subscribe(world.bus, 0, BUS_CHANNEL, 20);
	hub_decline(world.hub, 9, both, 2);
	say(10, "a");
	tell((struct bus_message){ .topic = BUS_USER, .id = 9 }, "a");
	assert_int_equal(world.deliveries, 0);
}

/* Leaving in any order leaves the seats and chairs of the others right. */
static void
many_channels_and_members_come_and_go(void **state)
{
	static const int64_t channels[] = { 10, 20, 30, 40, 50 };
	int i;

	(void)state;
	for (i = 0; i < MEMBERS; i++)
		enter(i, i + 1, channels, 5);
	command(BUS_PART, 2, 10);
	command(BUS_PART, 2, 50);
	command(BUS_PART, 1, 30);
	hub_leave(world.hub, world.conns[2]);
	command(BUS_JOIN, 2, 10);
	command(BUS_PART, 4, 20);
	for (i = 0; i < 5; i++)
		say(channels[i],
		    i == 0	 ? "a"
			: i == 1 ? "b"
			: i == 2 ? "c"
			: i == 3 ? "d"
				 : "e");
	assert_string_equal(heard(0), "a b d e ");
	assert_string_equal(heard(1), "a b c d ");
	assert_string_equal(heard(2), "");
	assert_string_equal(heard(3), "a c d e ");
}

static void
a_run_is_handed_out_before_it_grows_too_large(void **state)
{
	static char text[100];
	size_t want = 0;
	int i;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	enter(0, 1, both, 1);
	for (i = 0; i < 2000; i++)
		say(10, text);
	hub_flush(world.hub);
	want = 2000 * (2 + strlen(text));
	assert_int_equal(world.conns[0]->event_bytes, want);
	assert_true(world.conns[0]->out->len <= 65536);
	assert_true(world.conns[0]->out->len > 60000);
}

static void
presence_reaches_those_who_watch_and_nobody_twice(void **state)
{
	static const int64_t first[] = { 7, 8, 7 }, then[] = { 9 };

	(void)state;
	enter(0, 1, both, 1);
	enter(1, 2, both, 1);
	hub_watch(world.hub, world.conns[0], first, 3);
	tell((struct bus_message){ .topic = BUS_PRESENCE, .id = 7 }, "a");
	hub_watch(world.hub, world.conns[0], then, 1);
	tell((struct bus_message){ .topic = BUS_PRESENCE, .id = 7 }, "b");
	tell((struct bus_message){ .topic = BUS_PRESENCE, .id = 9 }, "c");
	assert_string_equal(heard(0), "a c ");
	assert_string_equal(heard(1), "");
	/* Whoever leaves watches nobody. */
	hub_leave(world.hub, world.conns[0]);
	world.deliveries = 0;
	tell((struct bus_message){ .topic = BUS_PRESENCE, .id = 9 }, "d");
	assert_int_equal(world.deliveries, 0);
}

#define HUB_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		HUB_TEST(a_channel_reaches_every_connection_of_its_members),
		HUB_TEST(a_turn_gathers_a_channel_into_one_frame),
		HUB_TEST(a_lone_message_is_shared_as_it_is),
		HUB_TEST(a_user_is_told_in_order_with_its_channels),
		HUB_TEST(a_join_begins_and_a_part_ends_at_its_place),
		HUB_TEST(a_new_connection_hears_nothing_of_before),
		HUB_TEST(an_excepted_user_hears_nothing_and_order_is_kept),
		HUB_TEST(a_session_is_ended_alone_and_the_others_of_a_user_too),
		HUB_TEST(the_last_one_takes_the_interest_away),
		HUB_TEST(joins_that_change_nothing_give_their_interest_back),
		HUB_TEST(an_opening_that_came_too_late_is_given_back),
		HUB_TEST(many_channels_and_members_come_and_go),
		HUB_TEST(presence_reaches_those_who_watch_and_nobody_twice),
		HUB_TEST(a_run_is_handed_out_before_it_grows_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

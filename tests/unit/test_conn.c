/*
 * Connections: what goes in comes up, what is sent goes out once a turn, and what
 * does not fit waits or is dropped by the rules.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/conn_pair.h"

static void
input_comes_up_and_leftovers_come_again(void **state)
{
	struct conn_pair_loop pair;
	struct conn *conn;
	int fd;

	(void)state;
	conn_pair_init(&pair);
	conn = conn_pair_new(&pair, &fd, 0);
	pair.seen.take = 3;
	assert_int_equal(write(fd, "abcdef", 6), 6);
	conn_pair_turn(&pair);
	assert_string_equal(pair.seen.input.data, "abc");
	assert_non_null(conn->input);
	/* More comes: it stands behind what was left. */
	assert_int_equal(write(fd, "gh", 2), 2);
	conn_pair_turn(&pair);
	assert_string_equal(pair.seen.input.data, "abcdef");
	conn_again(conn);
	assert_string_equal(pair.seen.input.data, "abcdefgh");
	assert_null(conn->input);
	close(fd);
	conn_pair_release(&pair);
}

static void
a_connection_at_rest_holds_nothing(void **state)
{
	struct conn_pair_loop pair;
	struct conn *conn;
	int fd;

	(void)state;
	assert_true(sizeof(struct conn) <= 272);
	conn_pair_init(&pair);
	conn = conn_pair_new(&pair, &fd, 0);
	assert_int_equal(write(fd, "abc", 3), 3);
	conn_give(conn, conn_pair_frame('x', 100), CONN_EVENT);
	conn_give(conn, conn_pair_frame('y', 100), CONN_EVENT);
	conn_pair_turn(&pair);
	assert_null(conn->input);
	assert_null(conn->out);
	assert_null(conn->queue);
	assert_int_equal(conn->event_bytes, 0);
	close(fd);
	conn_pair_release(&pair);
}

static void
the_end_of_input_is_told_once_and_output_still_goes(void **state)
{
	struct buf out = BUF_INIT;
	struct conn_pair_loop pair;
	struct conn *conn;
	int fd, i;

	(void)state;
	conn_pair_init(&pair);
	conn = conn_pair_new(&pair, &fd, 0);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	for (i = 0; i < 3; i++)
		conn_pair_turn(&pair);
	assert_int_equal(pair.seen.eofs, 1);
	conn_give(conn, conn_pair_frame('x', 5), CONN_ANSWER);
	conn_pair_turn(&pair);
	assert_int_equal(conn_pair_read(fd, &out), 5);
	conn_shut(conn);
	conn_pair_turn(&pair);
	/* Both sides have ended. */
	assert_int_equal(pair.seen.ends, 1);
	assert_int_equal(conn_pair_read(fd, &out), -1);
	buf_release(&out);
	close(fd);
	conn_pair_release(&pair);
}

static void
pieces_of_one_turn_go_out_in_order(void **state)
{
	struct buf out = BUF_INIT;
	struct frame *shared = conn_pair_frame('b', 2);
	struct conn_pair_loop pair;
	struct conn *conn;
	int fd, i;

	(void)state;
	conn_pair_init(&pair);
	conn = conn_pair_new(&pair, &fd, 0);
	conn_give(conn, conn_pair_frame('a', 1), CONN_ANSWER);
	for (i = 0; i < 100; i++)
		conn_send(conn, shared, CONN_EVENT);
	conn_give(conn, conn_pair_frame('c', 1), CONN_ANSWER);
	assert_int_equal(shared->refs, 101);
	/* Nothing goes before the turn ends. */
	assert_int_equal(conn_pair_read(fd, &out), 0);
	conn_pair_turn(&pair);
	assert_int_equal(conn_pair_read(fd, &out), 202);
	assert_int_equal(out.data[0], 'a');
	assert_int_equal(out.data[200], 'b');
	assert_int_equal(out.data[201], 'c');
	assert_int_equal(shared->refs, 1);
	frame_unref(shared);
	buf_release(&out);
	close(fd);
	conn_pair_release(&pair);
}

/* Reads until `want` bytes have come, with turns between. */
static void
read_all(struct conn_pair_loop *pair, int fd, struct buf *out, size_t want)
{
	int i;

	for (i = 0; i < 1000 && out->len < want; i++) {
		conn_pair_read(fd, out);
		conn_pair_turn(pair);
	}
	assert_int_equal(out->len, want);
}

static void
what_does_not_fit_waits_for_the_socket(void **state)
{
	struct buf out = BUF_INIT;
	struct conn_pair_loop pair;
	struct conn *conn;
	int fd, i;

	(void)state;
	conn_pair_init(&pair);
	conn = conn_pair_new(&pair, &fd, 4096);
	for (i = 0; i < 50; i++)
		conn_give(conn, conn_pair_frame((char)('a' + i % 26), 1000),
		    CONN_EVENT);
	conn_pair_turn(&pair);
	assert_true(conn->flags & CONN_BLOCKED);
	assert_true(conn->event_bytes > 0);
	read_all(&pair, fd, &out, 50000);
	for (i = 0; i < 50; i++)
		assert_int_equal(out.data[1000 * i + 999], 'a' + i % 26);
	assert_int_equal(conn->event_bytes, 0);
	assert_false(conn->flags & CONN_BLOCKED);
	buf_release(&out);
	close(fd);
	conn_pair_release(&pair);
}

/* Fills the socket, and `bytes` more. */
static void
block(struct conn_pair_loop *pair, struct conn *conn, enum conn_kind kind,
    size_t bytes)
{
	size_t sent;

	conn_give(conn, conn_pair_frame('f', 1000000), kind);
	conn_pair_turn(pair);
	assert_true(conn->flags & CONN_BLOCKED);
	sent = conn->out_at;
	assert_true(sent > 0);
	/* Only what is wanted is left of it. */
	conn_forget(conn);
	conn->answer_bytes = 0;
	conn->out->len = conn->out_at + 1;
	conn->answer_bytes = 1;
	if (bytes > 0)
		conn_give(conn, conn_pair_frame('g', bytes), kind);
}

static void
past_half_ephemeral_events_are_dropped_and_counted(void **state)
{
	struct conn_pair_loop pair;
	struct conn *conn;
	int fd;

	(void)state;
	conn_pair_init(&pair);
	conn = conn_pair_new(&pair, &fd, 4096);
	block(&pair, conn, CONN_EVENT, 0);
	pair.loop.output_bytes = 1000;
	conn_give(conn, conn_pair_frame('a', 501), CONN_EVENT);
	conn_give(conn, conn_pair_frame('e', 10), CONN_EPHEMERAL);
	conn_give(conn, conn_pair_frame('e', 10), CONN_EPHEMERAL);
	assert_int_equal(conn->dropped, 2);
	assert_int_equal(conn->event_bytes, 501);
	/* The others are kept until all is full. */
	conn_give(conn, conn_pair_frame('a', 499), CONN_EVENT);
	assert_int_equal(conn->event_bytes, 1000);
	conn_pair_turn(&pair);
	assert_int_equal(pair.seen.slows, 0);
	conn_give(conn, conn_pair_frame('a', 1), CONN_EVENT);
	conn_pair_turn(&pair);
	assert_int_equal(pair.seen.slows, 1);
	assert_ptr_equal(pair.seen.last_slow, conn);
	close(fd);
	conn_pair_release(&pair);
}

static void
answers_do_not_count_but_choke(void **state)
{
	struct buf out = BUF_INIT;
	struct conn_pair_loop pair;
	struct conn *conn;
	int fd;

	(void)state;
	conn_pair_init(&pair);
	conn = conn_pair_new(&pair, &fd, 4096);
	pair.loop.output_bytes = 1000;
	conn_give(conn, conn_pair_frame('a', 3 * CONN_CHOKE), CONN_ANSWER);
	conn_pair_turn(&pair);
	assert_int_equal(pair.seen.slows, 0);
	assert_int_equal(pair.seen.drains, 0);
	assert_true(conn_choked(conn));
	read_all(&pair, fd, &out, 3 * CONN_CHOKE);
	assert_false(conn_choked(conn));
	/* Told where it became so few, and at the end. */
	assert_true(pair.seen.drains >= 2);
	buf_release(&out);
	close(fd);
	conn_pair_release(&pair);
}

static void
a_burst_that_the_socket_takes_is_not_slow(void **state)
{
	struct conn_pair_loop pair;
	struct conn *conn;
	int fd;

	(void)state;
	conn_pair_init(&pair);
	conn = conn_pair_new(&pair, &fd, 0);
	pair.loop.output_bytes = 1000;
	conn_give(conn, conn_pair_frame('a', 2000), CONN_EVENT);
	conn_pair_turn(&pair);
	assert_int_equal(pair.seen.slows, 0);
	assert_int_equal(conn->event_bytes, 0);
	close(fd);
	conn_pair_release(&pair);
}

static void
forgetting_keeps_the_rest_of_a_frame_that_has_begun(void **state)
{
	struct buf out = BUF_INIT;
	struct conn_pair_loop pair;
	struct conn *conn;
	int fd;

	(void)state;
	conn_pair_init(&pair);
	conn = conn_pair_new(&pair, &fd, 4096);
	conn_give(conn, conn_pair_frame('a', 100000), CONN_EVENT);
	conn_give(conn, conn_pair_frame('b', 100), CONN_EVENT);
	conn_pair_turn(&pair);
	assert_true(conn->out_at > 0);
	conn_give(conn, conn_pair_frame('c', 100), CONN_EVENT);
	conn_forget(conn);
	assert_int_equal(conn->event_bytes, 0);
	conn_give(conn, conn_pair_frame('z', 1), CONN_ANSWER);
	read_all(&pair, fd, &out, 100001);
	assert_int_equal(out.data[99999], 'a');
	assert_int_equal(out.data[100000], 'z');
	buf_release(&out);
	close(fd);
	conn_pair_release(&pair);
}

static void
more_than_a_slice_takes_more_than_a_turn(void **state)
{
	enum { COUNT = CONN_SLICE + 10 };
	static int fds[COUNT];
	struct frame *frame = conn_pair_frame('x', 3);
	struct buf out = BUF_INIT;
	struct conn_pair_loop pair;
	int i;

	(void)state;
	conn_pair_init(&pair);
	for (i = 0; i < COUNT; i++)
		conn_send(conn_pair_new(&pair, &fds[i], 0), frame, CONN_EVENT);
	assert_true(conn_loop_flush(&pair.loop));
	assert_int_equal(conn_pair_read(fds[CONN_SLICE - 1], &out), 3);
	assert_int_equal(conn_pair_read(fds[CONN_SLICE], &out), 0);
	/* One that goes meanwhile is no trouble. */
	conn_close(pair.loop.conns[CONN_SLICE + 1]);
	assert_false(conn_loop_flush(&pair.loop));
	assert_int_equal(conn_pair_read(fds[CONN_SLICE], &out), 3);
	assert_int_equal(frame->refs, 1);
	for (i = 0; i < COUNT; i++)
		close(fds[i]);
	frame_unref(frame);
	buf_release(&out);
	conn_pair_release(&pair);
}

static void
a_closed_connection_takes_no_more_and_tells_once(void **state)
{
	struct frame *frame = conn_pair_frame('x', 3);
	struct conn_pair_loop pair;
	struct conn *conn;
	int fd;

	(void)state;
	conn_pair_init(&pair);
	conn = conn_pair_new(&pair, &fd, 0);
	conn_send(conn, frame, CONN_EVENT);
	conn_close(conn);
	conn_close(conn);
	/* The struct stays until the turn is over. */
	conn_send(conn, frame, CONN_EVENT);
	assert_int_equal(pair.seen.ends, 1);
	assert_int_equal(frame->refs, 1);
	conn_pair_turn(&pair);
	assert_int_equal(pair.loop.count, 0);
	frame_unref(frame);
	close(fd);
	conn_pair_release(&pair);
}

static void
too_much_leftover_input_stops_reading(void **state)
{
	static char data[1000];
	struct conn_pair_loop pair;
	struct conn *conn;
	size_t total = 0;
	ssize_t n;
	int fd, i;

	(void)state;
	conn_pair_init(&pair);
	conn = conn_pair_new(&pair, &fd, 0);
	pair.seen.take = 1;
	for (i = 0; i < 4000; i++) {
		n = write(fd, data, sizeof(data));
		if (n > 0)
			total += (size_t)n;
		conn_pair_turn(&pair);
	}
	assert_true(conn->flags & CONN_FULL);
	assert_true(total < 2000000);
	/* Once it is used, the rest comes. */
	pair.seen.take = 0;
	conn_again(conn);
	for (i = 0; i < 1000 && pair.seen.input.len < total; i++)
		conn_pair_turn(&pair);
	assert_int_equal(pair.seen.input.len, total);
	close(fd);
	conn_pair_release(&pair);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(input_comes_up_and_leftovers_come_again),
		cmocka_unit_test(a_connection_at_rest_holds_nothing),
		cmocka_unit_test(
		    the_end_of_input_is_told_once_and_output_still_goes),
		cmocka_unit_test(pieces_of_one_turn_go_out_in_order),
		cmocka_unit_test(what_does_not_fit_waits_for_the_socket),
		cmocka_unit_test(
		    past_half_ephemeral_events_are_dropped_and_counted),
		cmocka_unit_test(answers_do_not_count_but_choke),
		cmocka_unit_test(a_burst_that_the_socket_takes_is_not_slow),
		cmocka_unit_test(
		    forgetting_keeps_the_rest_of_a_frame_that_has_begun),
		cmocka_unit_test(more_than_a_slice_takes_more_than_a_turn),
		cmocka_unit_test(
		    a_closed_connection_takes_no_more_and_tells_once),
		cmocka_unit_test(too_much_leftover_input_stops_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

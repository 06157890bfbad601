/*
 * The window of a channel: echo, pages, bound. Nothing is in it twice and nothing
 * is left out of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/stage.h"

/* ---- one's own messages --------------------------------------------------- */

static void
the_echo_takes_the_place_of_what_was_sent(void **state)
{
	struct stage *stage = *state;
	json_t *echo = talk_message(21, 21, 1, "mine");
	uint64_t key = reduce_send(stage->model, stage_ops(stage), "mine",
	    "cid-1", 5)
			   ->key;

	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 -");
	json_object_set_new(echo, "client_msg_id", json_string("cid-1"));
	stage_tell(stage, talk_event("message.new", OPS, 21, echo));
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 21");
	assert_true(channel_message(stage_ops(stage), 21)->key == key);
	assert_int_equal(channel_message(stage_ops(stage), 21)->state,
	    MESSAGE_STORED);
	assert_int_equal(stage_ops(stage)->unread, 0);
}

static void
the_ack_before_the_echo_and_the_echo_after_it_are_one_message(void **state)
{
	struct stage *stage = *state;
	json_t *ack = talk_json("{'message_id':'21','seq':21,"
				"'created_at':'2026-11-24T14:05:09.000Z'}");
	json_t *echo = talk_message(21, 21, 1, "mine");

	reduce_send(stage->model, stage_ops(stage), "mine", "cid-1", 5);
	reduce_sent(stage->model, "cid-1", ack);
	json_decref(ack);
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 21");
	assert_int_equal(channel_message(stage_ops(stage), 21)->state,
	    MESSAGE_STORED);
	json_object_set_new(echo, "client_msg_id", json_string("cid-1"));
	stage_tell(stage, talk_event("message.new", OPS, 21, echo));
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 21");
	assert_int_equal(channel_message(stage_ops(stage), 21)->seq, 21);
}

static void
the_ack_after_the_echo_changes_nothing(void **state)
{
	struct stage *stage = *state;
	json_t *ack = talk_json("{'message_id':'21','seq':21}");
	json_t *echo = talk_message(21, 21, 1, "mine");

	reduce_send(stage->model, stage_ops(stage), "mine", "cid-1", 5);
	json_object_set_new(echo, "client_msg_id", json_string("cid-1"));
	stage_tell(stage, talk_event("message.new", OPS, 21, echo));
	reduce_sent(stage->model, "cid-1", ack);
	json_decref(ack);
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 21");
}

static void
what_others_say_comes_before_what_is_being_sent(void **state)
{
	struct stage *stage = *state;

	reduce_send(stage->model, stage_ops(stage), "a", "cid-1", 5);
	reduce_send(stage->model, stage_ops(stage), "b", "cid-2", 5);
	stage_tell(stage,
	    talk_event("message.new", OPS, 21,
		talk_message(21, 21, 2, "quick")));
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 21 - -");
	assert_string_equal(stage_ops(stage)->messages[11]->text, "a");
	assert_string_equal(stage_ops(stage)->messages[12]->text, "b");
}

static void
a_refused_message_stays_with_its_reason(void **state)
{
	struct stage *stage = *state;
	const struct message *message = reduce_send(stage->model,
	    stage_ops(stage), "a", "cid-1", 5);

	reduce_send_failed(stage->model, "cid-1", "too\x1b[31m long");
	assert_int_equal(message->state, MESSAGE_FAILED);
	assert_string_equal(message->error, "too[31m long");
}

/* ---- pages and the window ------------------------------------------------- */

static void
a_page_before_goes_in_front_and_says_where_the_start_is(void **state)
{
	struct stage *stage = *state;

	reduce_page_wanted(stage_ops(stage), PAGE_BEFORE);
	assert_true(stage_ops(stage)->loading_before);
	stage_page(stage, stage_ops(stage), PAGE_BEFORE, 11, 9, 10, false);
	stage_window(stage_ops(stage), "9 10 11 12 13 14 15 16 17 18 19 20");
	assert_true(stage_ops(stage)->at_start);
	assert_false(stage_ops(stage)->loading_before);
}

static void
a_page_that_joins_the_window_no_more_is_not_taken(void **state)
{
	struct stage *stage = *state;

	stage_page(stage, stage_ops(stage), PAGE_BEFORE, 5, 3, 4, false);
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20");
	assert_false(stage_ops(stage)->at_start);
}

static void
a_page_asked_for_before_the_window_was_dropped_is_not_taken(void **state)
{
	struct stage *stage = *state;
	uint32_t generation = stage_ops(stage)->generation;
	json_t *messages = json_pack("[o]", talk_message(7, 7, 2, "old"));

	reduce_drop(stage->model, stage_ops(stage));
	reduce_page(stage->model, stage_ops(stage), PAGE_NEWEST, 0, generation,
	    messages, false);
	json_decref(messages);
	stage_window(stage_ops(stage), "");
	assert_false(stage_ops(stage)->loaded);
}

static void
what_comes_while_the_newest_page_is_on_its_way_joins_it(void **state)
{
	struct stage *stage = *state;

	reduce_drop(stage->model, stage_ops(stage));
	reduce_page_wanted(stage_ops(stage), PAGE_NEWEST);
	stage_tell(stage,
	    talk_event("message.new", OPS, 21,
		talk_message(21, 21, 2, "live")));
	stage_page(stage, stage_ops(stage), PAGE_NEWEST, 0, 18, 20, true);
	stage_window(stage_ops(stage), "18 19 20 21");
}

static void
the_window_is_bounded_and_lets_the_far_end_go(void **state)
{
	struct stage *stage = *state;
	struct channel *channel = stage_ops(stage);
	int64_t seq;

	for (seq = 21; seq < 21 + 2 * MODEL_WINDOW_MAX; seq++)
		stage_tell(stage,
		    talk_event("message.new", OPS, seq,
			talk_message(seq, seq, 2, "x")));
	assert_int_equal(channel->len, MODEL_WINDOW_MAX);
	assert_false(channel->at_start);
	assert_true(channel->at_end);
	assert_int_equal(channel_last_id(channel), seq - 1);
}

static void
a_reader_of_old_messages_keeps_them_and_loses_the_new_end(void **state)
{
	struct stage *stage = *state;
	struct channel *channel = stage_ops(stage);
	int64_t seq;

	reduce_anchor(stage->model, channel,
	    (struct anchor){ .key = channel_message(channel, 12)->key });
	for (seq = 21; seq < 21 + 2 * MODEL_WINDOW_MAX; seq++)
		stage_tell(stage,
		    talk_event("message.new", OPS, seq,
			talk_message(seq, seq, 2, "x")));
	assert_non_null(channel_message(channel, 12));
	assert_true(channel->len <= MODEL_WINDOW_MAX);
	assert_false(channel->at_end);
	assert_int_equal(channel->newest_id, seq - 1);
}

static void
a_window_that_has_lost_its_end_takes_no_live_message(void **state)
{
	struct stage *stage = *state;
	struct channel *channel = stage_ops(stage);

	channel->at_end = false;
	stage_tell(stage,
	    talk_event("message.new", OPS, 21, talk_message(21, 21, 2, "x")));
	stage_window(channel, "11 12 13 14 15 16 17 18 19 20");
	assert_int_equal(channel->unread, 1);
	assert_int_equal(stage->arrived, 1);
	/* Nor does the page that was read before it claim to be the end. */
	reduce_page_wanted(channel, PAGE_AFTER);
	stage_page(stage, channel, PAGE_AFTER, 20, 21, 20, false);
	assert_false(channel->at_end);
	stage_page(stage, channel, PAGE_AFTER, 20, 21, 21, false);
	assert_true(channel->at_end);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(the_echo_takes_the_place_of_what_was_sent),
		STAGED(
		    the_ack_before_the_echo_and_the_echo_after_it_are_one_message),
		STAGED(the_ack_after_the_echo_changes_nothing),
		STAGED(what_others_say_comes_before_what_is_being_sent),
		STAGED(a_refused_message_stays_with_its_reason),
		STAGED(a_page_before_goes_in_front_and_says_where_the_start_is),
		STAGED(a_page_that_joins_the_window_no_more_is_not_taken),
		STAGED(
		    a_page_asked_for_before_the_window_was_dropped_is_not_taken),
		STAGED(what_comes_while_the_newest_page_is_on_its_way_joins_it),
		STAGED(the_window_is_bounded_and_lets_the_far_end_go),
		STAGED(
		    a_reader_of_old_messages_keeps_them_and_loses_the_new_end),
		STAGED(a_window_that_has_lost_its_end_takes_no_live_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

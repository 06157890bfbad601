/*
 * The reducer: the open thread is a window of its own, and what happens to a
 * message reaches it wherever it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/stage.h"

#define HEAD 15 /* the message with a thread */

static json_t *
reply(int64_t id, int64_t user, const char *text, bool in_channel)
{
	json_t *message = talk_message(id, id, user, text);

	json_object_set_new(message, "parent_id", json_string("15"));
	if (in_channel)
		json_object_set_new(message, "in_channel", json_true());
	return message;
}

static void
tell_reply(struct stage *stage, int64_t id, int64_t user, const char *text,
    bool in_channel)
{
	json_t *event = talk_event("message.new", OPS, id,
	    reply(id, user, text, in_channel));

	json_object_set_new(event, "parent",
	    talk_json("{'id':'15','reply_count':%d,'last_reply_at':"
		      "'2026-11-24T14:05:10.000Z'}",
		(int)id - 20));
	stage_tell(stage, event);
}

/* The thread of message 15, all of it: 21 and 22. */
static struct channel *
thread_open(struct stage *stage)
{
	struct channel *thread = reduce_thread_open(stage->model,
	    stage_ops(stage), HEAD);
	json_t *page;

	tell_reply(stage, 21, 2, "one", false);
	tell_reply(stage, 22, 3, "two", false);
	page = json_pack("[o, o]", reply(21, 2, "one", false),
	    reply(22, 3, "two", false));
	reduce_page_wanted(thread, PAGE_NEWEST);
	reduce_page(stage->model, thread, PAGE_NEWEST, 0, thread->generation,
	    page, false);
	json_decref(page);
	return thread;
}

static void
a_thread_is_its_message_and_the_replies(void **state)
{
	struct stage *stage = *state;
	struct channel *thread = thread_open(stage);

	assert_ptr_equal(stage->model->thread, thread);
	assert_int_equal(thread->id, OPS);
	assert_int_equal(thread->parent_id, HEAD);
	assert_string_equal(thread->name, "ops");
	stage_window(thread, "15 21 22");
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20");
	assert_int_equal(channel_first_id(thread), 21);
	assert_int_equal(channel_last_id(thread), 22);
	assert_true(thread->at_start);
	assert_ptr_equal(
	    reduce_thread_open(stage->model, stage_ops(stage), HEAD), thread);
}

static void
a_reply_raises_the_count_of_its_message_in_both_windows(void **state)
{
	struct stage *stage = *state;
	struct channel *thread = thread_open(stage);
	const struct message *message = channel_message(stage_ops(stage), HEAD);

	assert_int_equal(message->reply_count, 2);
	assert_int_equal(message->last_reply_ms - message->created_ms, 1000);
	assert_int_equal(message->seq, 22);
	assert_int_equal(channel_message(thread, HEAD)->reply_count, 2);
}

static void
live_replies_go_into_the_thread_and_others_do_not(void **state)
{
	struct stage *stage = *state;
	struct channel *thread = thread_open(stage);

	tell_reply(stage, 23, 2, "three", false);
	tell_reply(stage, 24, 2, "four", true);
	stage_tell(stage,
	    talk_event("message.new", OPS, 25,
		talk_message(25, 25, 2, "else")));
	stage_window(thread, "15 21 22 23 24");
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 24 25");
}

static void
a_sync_reaches_the_thread(void **state)
{
	struct stage *stage = *state;
	struct channel *thread = thread_open(stage);

	stage_sync(stage,
	    json_pack("{s:s, s:o, s:[o], s:b}", "type", "sync.channel",
		"channel", talk_channel(OPS, "dev", 23), "messages",
		reply(23, 2, "three", false), "truncated", 0));
	stage_window(thread, "15 21 22 23");
	assert_string_equal(thread->name, "dev");
	stage_sync(stage,
	    json_pack("{s:s, s:o, s:[], s:b}", "type", "sync.channel",
		"channel", talk_channel(OPS, "dev", 400), "messages",
		"truncated", 1));
	stage_window(thread, "15");
	assert_false(thread->loaded);
}

static void
changes_of_a_message_reach_both_copies(void **state)
{
	struct stage *stage = *state;
	struct channel *thread = thread_open(stage);
	const struct message *copy = channel_message(thread, HEAD);
	const struct message *message = channel_message(stage_ops(stage), HEAD);

	stage_tell(stage,
	    talk_event("message.updated", OPS, 23,
		talk_message(HEAD, 23, 2, "edited")));
	assert_string_equal(copy->text, "edited");
	assert_string_equal(message->text, "edited");
	stage_tell(stage,
	    talk_json("{'type':'reaction.new','channel_id':'100','seq':24,"
		      "'message_id':'15','user':{'id':'1'},'emoji':'x',"
		      "'count':1}"));
	assert_int_equal(copy->reaction_len, 1);
	assert_int_equal(message->reaction_len, 1);
	stage_tell(stage,
	    talk_json("{'type':'message.deleted','channel_id':'100','seq':25,"
		      "'message_id':'15'}"));
	assert_int_not_equal(copy->deleted_ms, 0);
	assert_int_not_equal(message->deleted_ms, 0);
	assert_int_equal(copy->reaction_len, 0);
	stage_tell(stage,
	    talk_json("{'type':'message.deleted','channel_id':'100','seq':26,"
		      "'message_id':'21'}"));
	assert_int_not_equal(channel_message(thread, 21)->deleted_ms, 0);
}

static void
ones_own_reply_waits_in_the_thread_and_is_echoed_there(void **state)
{
	struct stage *stage = *state;
	struct channel *thread = thread_open(stage);
	json_t *echo = reply(23, 1, "mine", true);
	json_t *result = talk_json("{'message_id':'23','seq':23,'created_at':"
				   "'2026-11-24T14:05:10.000Z'}");

	reduce_reply(stage->model, stage_ops(stage), HEAD, true, "mine", "c1",
	    1);
	stage_window(thread, "15 21 22 -");
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20");
	reduce_sent(stage->model, "c1", result);
	json_decref(result);
	stage_window(thread, "15 21 22 23");
	json_object_set_new(echo, "client_msg_id", json_string("c1"));
	stage_tell(stage, talk_event("message.new", OPS, 23, echo));
	stage_window(thread, "15 21 22 23");
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 23");
}

static void
a_reply_without_its_thread_waits_in_the_channel(void **state)
{
	struct stage *stage = *state;
	json_t *result = talk_json("{'message_id':'21','seq':21}");

	reduce_reply(stage->model, stage_ops(stage), HEAD, false, "mine", "c1",
	    1);
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 -");
	reduce_sent(stage->model, "c1", result);
	json_decref(result);
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20");
}

static void
what_is_pending_moves_with_the_thread(void **state)
{
	struct stage *stage = *state;
	struct channel *thread;

	reduce_reply(stage->model, stage_ops(stage), HEAD, false, "a", "c1", 1);
	reduce_send(stage->model, stage_ops(stage), "b", "c2", 1);
	thread = reduce_thread_open(stage->model, stage_ops(stage), HEAD);
	stage_window(thread, "15 -");
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 -");
	reduce_send_failed(stage->model, "c1", "too long");
	assert_int_equal(thread->messages[1]->state, MESSAGE_FAILED);
	reduce_thread_close(stage->model);
	assert_null(stage->model->thread);
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 - -");
}

static void
a_failed_message_is_retried_as_the_last_one(void **state)
{
	struct stage *stage = *state;
	struct channel *ops = stage_ops(stage);
	const struct message *first;

	first = reduce_send(stage->model, ops, "first", "c1", 1);
	reduce_send(stage->model, ops, "second", "c2", 1);
	assert_null(reduce_retry(stage->model, ops, first->key));
	reduce_send_failed(stage->model, "c1", "slow down");
	assert_ptr_equal(reduce_retry(stage->model, ops, first->key), first);
	assert_int_equal(first->state, MESSAGE_SENDING);
	assert_null(first->error);
	assert_string_equal(first->client_msg_id, "c1");
	assert_ptr_equal(ops->messages[ops->len - 1], first);
	assert_null(reduce_retry(stage->model, ops, 99999));
}

static void
a_reply_leads_to_the_thread_that_it_is_of(void **state)
{
	struct stage *stage = *state;

	tell_reply(stage, 21, 2, "one", true);
	assert_int_equal(
	    reduce_thread_open(stage->model, stage_ops(stage), 21)->parent_id,
	    HEAD);
}

static void
a_head_that_is_not_in_the_window_comes_by_itself(void **state)
{
	struct stage *stage = *state;
	struct channel *thread = reduce_thread_open(stage->model,
	    stage_ops(stage), 3);
	json_t *head = talk_message(3, 3, 2, "old");

	stage_window(thread, "");
	reduce_thread_head(stage->model, head);
	json_decref(head);
	stage_window(thread, "3");
	head = talk_message(4, 4, 2, "another");
	reduce_thread_head(stage->model, head);
	json_decref(head);
	stage_window(thread, "3");
	reduce_drop(stage->model, thread);
	stage_window(thread, "3");
}

static void
older_replies_go_behind_the_head(void **state)
{
	struct stage *stage = *state;
	struct channel *thread = reduce_thread_open(stage->model,
	    stage_ops(stage), HEAD);
	json_t *page = json_pack("[o]", reply(30, 2, "late", false));

	reduce_page_wanted(thread, PAGE_NEWEST);
	reduce_page(stage->model, thread, PAGE_NEWEST, 0, thread->generation,
	    page, true);
	json_decref(page);
	assert_false(thread->at_start);
	/* An edit of one that was not paged leaves no hole. */
	stage_tell(stage,
	    talk_event("message.updated", OPS, 21,
		reply(21, 2, "early", false)));
	stage_window(thread, "15 30");
	page = json_pack("[o]", reply(21, 2, "early", false));
	reduce_page_wanted(thread, PAGE_BEFORE);
	reduce_page(stage->model, thread, PAGE_BEFORE, 30, thread->generation,
	    page, false);
	json_decref(page);
	stage_window(thread, "15 21 30");
	assert_true(thread->at_start);
}

static void
a_full_thread_keeps_its_head(void **state)
{
	struct stage *stage = *state;
	struct channel *thread = thread_open(stage);
	int64_t id;

	for (id = 23; id < 23 + MODEL_WINDOW_MAX; id++)
		tell_reply(stage, id, 2, "more", false);
	assert_int_equal(thread->len, MODEL_WINDOW_MAX);
	assert_int_equal(thread->messages[0]->id, HEAD);
	assert_false(thread->at_start);
}

static void
the_thread_goes_with_its_channel_and_with_the_history(void **state)
{
	struct stage *stage = *state;

	thread_open(stage);
	stage_channel(stage, OTHER, "other", 1);
	reduce_channel_gone(stage->model, OTHER);
	assert_non_null(stage->model->thread);
	reduce_channel_gone(stage->model, OPS);
	assert_null(stage->model->thread);
	stage_channel(stage, OPS, "ops", 1);
	reduce_thread_open(stage->model, stage_ops(stage), HEAD);
	stage_establish(stage, "two");
	assert_null(stage->model->thread);
}

static void
somebody_who_writes_a_reply_is_told_of_in_the_thread(void **state)
{
	struct stage *stage = *state;
	struct channel *thread = thread_open(stage);

	stage_tell(stage,
	    talk_json("{'type':'typing.start','channel_id':'100','user':"
		      "{'id':'2','username':'ben'},'parent_id':'15'}"));
	stage_tell(stage,
	    talk_json("{'type':'typing.start','channel_id':'100','user':"
		      "{'id':'3','username':'eve'}}"));
	assert_int_equal(thread->typist_len, 1);
	assert_int_equal(stage_ops(stage)->typist_len, 2);
	tell_reply(stage, 23, 2, "there", false);
	assert_int_equal(thread->typist_len, 0);
}

static void
receipts_show_in_the_thread_as_well(void **state)
{
	struct stage *stage = *state;
	struct channel *thread = thread_open(stage);

	stage_tell(stage,
	    talk_json("{'type':'read.update','channel_id':'100','user_id':'2',"
		      "'message_id':'22'}"));
	assert_int_equal(thread->seen_id, 22);
	assert_int_equal(thread->delivered_id, 22);
}

static void
relative_numbers_count_from_the_newest_row(void **state)
{
	struct stage *stage = *state;
	struct channel *ops = stage_ops(stage);
	struct channel *thread = thread_open(stage);

	reduce_print(stage->model, ops, "a line", 1, &stage->out);
	reduce_send(stage->model, ops, "pending", "c1", 1);
	assert_int_equal(channel_relative(ops, 1)->id, 20);
	assert_int_equal(channel_relative(ops, 10)->id, 11);
	assert_null(channel_relative(ops, 11));
	assert_null(channel_relative(ops, 0));
	assert_int_equal(channel_relative(thread, 3)->id, HEAD);
}

static void
a_page_about_a_message_is_the_new_window_and_the_reader_is_there(void **state)
{
	struct stage *stage = *state;
	struct channel *ops = stage_ops(stage);
	json_t *answer = json_pack("{s:[o, o, o], s:b, s:b}", "messages",
	    talk_message(4, 4, 2, "a"), talk_message(5, 5, 2, "b"),
	    talk_message(6, 6, 2, "c"), "has_more_before", 0, "has_more_after",
	    1);
	uint32_t stale = ops->generation;

	reduce_drop(stage->model, ops);
	reduce_page_wanted(ops, PAGE_AROUND);
	assert_true(ops->loading_before);
	reduce_page_around(stage->model, ops, 5, stale, answer);
	stage_window(ops, "");
	reduce_page_around(stage->model, ops, 5, ops->generation, answer);
	json_decref(answer);
	stage_window(ops, "4 5 6");
	assert_true(ops->loaded);
	assert_true(ops->at_start);
	assert_false(ops->at_end);
	assert_false(ops->loading_before);
	assert_false(ops->anchor.bottom);
	assert_int_equal(ops->anchor.key, channel_message(ops, 5)->key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(a_thread_is_its_message_and_the_replies),
		STAGED(a_reply_raises_the_count_of_its_message_in_both_windows),
		STAGED(live_replies_go_into_the_thread_and_others_do_not),
		STAGED(a_sync_reaches_the_thread),
		STAGED(changes_of_a_message_reach_both_copies),
		STAGED(ones_own_reply_waits_in_the_thread_and_is_echoed_there),
		STAGED(a_reply_without_its_thread_waits_in_the_channel),
		STAGED(what_is_pending_moves_with_the_thread),
		STAGED(a_failed_message_is_retried_as_the_last_one),
		STAGED(a_reply_leads_to_the_thread_that_it_is_of),
		STAGED(a_head_that_is_not_in_the_window_comes_by_itself),
		STAGED(older_replies_go_behind_the_head),
		STAGED(a_full_thread_keeps_its_head),
		STAGED(the_thread_goes_with_its_channel_and_with_the_history),
		STAGED(somebody_who_writes_a_reply_is_told_of_in_the_thread),
		STAGED(receipts_show_in_the_thread_as_well),
		STAGED(relative_numbers_count_from_the_newest_row),
		STAGED(
		    a_page_about_a_message_is_the_new_window_and_the_reader_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

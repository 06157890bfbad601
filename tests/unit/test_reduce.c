/*
 * The reducer: what the server tells comes into the model once, in order and
 * cleaned, whatever is missed, repeated or late.
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

/* ---- seq ------------------------------------------------------------------ */

static void
a_new_message_is_shown_and_counts_as_unread(void **state)
{
	struct stage *stage = *state;

	stage_tell(stage,
	    talk_event("message.new", OPS, 21,
		talk_message(21, 21, 2, "hello")));
	assert_int_equal(stage->arrived, 1);
	assert_string_equal(stage->last, "hello");
	assert_int_equal(stage_ops(stage)->seq, 21);
	assert_int_equal(stage_ops(stage)->unread, 1);
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 21");
}

static void
the_same_event_twice_is_one_message(void **state)
{
	struct stage *stage = *state;
	int i;

	for (i = 0; i < 2; i++)
		stage_tell(stage,
		    talk_event("message.new", OPS, 21,
			talk_message(21, 21, 2, "hello")));
	assert_int_equal(stage->arrived, 0);
	assert_int_equal(stage_ops(stage)->unread, 1);
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 21");
}

static void
an_old_event_changes_nothing(void **state)
{
	struct stage *stage = *state;

	stage_tell(stage,
	    talk_event("message.updated", OPS, 20,
		talk_message(15, 99, 2, "rewritten")));
	assert_string_equal(channel_message(stage_ops(stage), 15)->text, "m15");
	assert_int_equal(stage_ops(stage)->seq, 20);
}

static void
a_jump_in_seq_asks_for_a_sync_and_waits_for_it(void **state)
{
	struct stage *stage = *state;

	stage_tell(stage,
	    talk_event("message.new", OPS, 23,
		talk_message(23, 23, 2, "third")));
	assert_true(stage->out.sync);
	assert_int_equal(stage->arrived, 0);
	assert_int_equal(stage_ops(stage)->seq, 20);

	stage_sync(stage,
	    json_pack("{s:s, s:o, s:[o, o], s:b}", "type", "sync.channel",
		"channel", talk_channel(OPS, "ops", 22), "messages",
		talk_message(21, 21, 2, "first"),
		talk_message(22, 22, 2, "second"), "truncated", 0));
	assert_int_equal(stage->arrived, 3);
	assert_string_equal(stage->last, "third");
	assert_int_equal(stage_ops(stage)->seq, 23);
	stage_window(stage_ops(stage),
	    "11 12 13 14 15 16 17 18 19 20 21 22 23");
}

static void
an_event_of_an_unknown_kind_still_takes_its_seq(void **state)
{
	struct stage *stage = *state;

	stage_tell(stage,
	    talk_json("{'type':'reaction.new','channel_id':'100',"
		      "'seq':21,'message_id':'15'}"));
	assert_false(stage->out.sync);
	stage_tell(stage,
	    talk_event("message.new", OPS, 22,
		talk_message(22, 22, 2, "next")));
	assert_false(stage->out.sync);
	assert_int_equal(stage->arrived, 1);
}

static void
an_event_of_an_unknown_channel_asks_for_a_sync(void **state)
{
	struct stage *stage = *state;

	stage_tell(stage,
	    talk_event("message.new", OTHER, 1,
		talk_message(50, 1, 2, "where?")));
	assert_true(stage->out.sync);
	assert_null(model_channel(stage->model, OTHER));
}

/* ---- edits and deletions -------------------------------------------------- */

static void
an_edit_replaces_the_text_and_keeps_the_place(void **state)
{
	struct stage *stage = *state;
	uint64_t key = channel_message(stage_ops(stage), 15)->key;
	uint32_t version = channel_message(stage_ops(stage), 15)->version;

	stage_tell(stage,
	    talk_event("message.updated", OPS, 21,
		talk_message(15, 21, 2, "rewritten")));
	assert_string_equal(channel_message(stage_ops(stage), 15)->text,
	    "rewritten");
	assert_true(channel_message(stage_ops(stage), 15)->key == key);
	assert_true(channel_message(stage_ops(stage), 15)->version != version);
	assert_int_equal(stage->arrived, 0);
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20");
}

static void
a_deleted_message_keeps_its_row_and_loses_its_text(void **state)
{
	struct stage *stage = *state;

	stage_tell(stage,
	    talk_json("{'type':'message.deleted','channel_id':'100',"
		      "'seq':21,'message_id':'15','by':'2',"
		      "'deleted_at':'2026-11-24T15:00:00.000Z'}"));
	assert_string_equal(channel_message(stage_ops(stage), 15)->text, "");
	assert_true(channel_message(stage_ops(stage), 15)->deleted_ms > 0);
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20");
}

static void
a_reply_that_is_not_for_the_channel_stays_out_of_its_window(void **state)
{
	struct stage *stage = *state;
	json_t *reply = talk_message(21, 21, 2, "in the thread");

	json_object_set_new(reply, "parent_id", json_string("15"));
	stage_tell(stage, talk_event("message.new", OPS, 21, reply));
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20");
	assert_int_equal(stage_ops(stage)->unread, 0);
	assert_int_equal(stage_ops(stage)->seq, 21);
}

/* ---- sync ----------------------------------------------------------------- */

static void
a_sync_brings_new_messages_and_changed_ones(void **state)
{
	struct stage *stage = *state;

	stage_sync(stage,
	    json_pack("{s:s, s:o, s:[o, o], s:b}", "type", "sync.channel",
		"channel", talk_channel(OPS, "ops", 22), "messages",
		talk_message(15, 21, 2, "rewritten"),
		talk_message(22, 22, 2, "new"), "truncated", 0));
	assert_int_equal(stage->arrived, 1);
	assert_string_equal(stage->last, "new");
	assert_string_equal(channel_message(stage_ops(stage), 15)->text,
	    "rewritten");
	stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20 22");
	assert_int_equal(stage_ops(stage)->seq, 22);
}

static void
a_truncated_sync_drops_the_window(void **state)
{
	struct stage *stage = *state;

	reduce_send(stage->model, stage_ops(stage), "mine", "cid-1", 5);
	stage_sync(stage,
	    json_pack("{s:s, s:o, s:[], s:b}", "type", "sync.channel",
		"channel", talk_channel(OPS, "ops", 900), "messages",
		"truncated", 1));
	assert_ptr_equal(stage->out.stale, stage_ops(stage));
	stage_window(stage_ops(stage), "-");
	assert_false(stage_ops(stage)->loaded);
	assert_int_equal(stage_ops(stage)->seq, 900);
}

static void
a_channel_that_is_gone_leaves_the_list(void **state)
{
	struct stage *stage = *state;

	stage_channel(stage, OTHER, "other", 1);
	reduce_switch(stage->model, stage_ops(stage));
	stage_sync(stage,
	    talk_json("{'type':'sync.channel','channel_id':'100',"
		      "'gone':true}"));
	assert_null(stage_ops(stage));
	assert_int_equal(stage->model->len, 1);
	assert_int_equal(stage->model->current->id, OTHER);
}

static void
the_map_of_a_sync_holds_every_channel_and_its_seq(void **state)
{
	struct stage *stage = *state;
	json_t *map = reduce_sync_map(stage->model);

	assert_int_equal(json_object_size(map), 1);
	assert_int_equal(json_integer_value(json_object_get(map, "100")), 20);
	json_decref(map);
}

static void
another_epoch_drops_everything(void **state)
{
	struct stage *stage = *state;

	stage_establish(stage, "one");
	assert_false(stage->out.reset);
	assert_non_null(stage_ops(stage));
	stage_establish(stage, "two");
	assert_true(stage->out.reset);
	assert_int_equal(stage->model->len, 0);
	assert_null(stage->model->current);
}

/* ---- channels and members ------------------------------------------------- */

static void
channels_stand_by_name_groups_before_people(void **state)
{
	struct stage *stage = *state;
	json_t *direct = talk_json(
	    "{'id':'300','type':'direct','seq':1,'members':"
	    "[{'id':'1','username':'amy'},{'id':'2','username':'ben'}]}");

	reduce_channel(stage->model, direct);
	json_decref(direct);
	stage_channel(stage, OTHER, "zebra", 1);
	stage_channel(stage, 400, "apes", 1);
	assert_string_equal(stage->model->channels[0]->name, "apes");
	assert_string_equal(stage->model->channels[1]->name, "ops");
	assert_string_equal(stage->model->channels[2]->name, "zebra");
	assert_string_equal(stage->model->channels[3]->name, "ben");
	assert_true(stage->model->channels[3]->direct);
}

static void
who_joins_is_told_and_stands_among_the_members(void **state)
{
	struct stage *stage = *state;
	json_t *members = talk_json(
	    "{'m':[{'user':{'id':'2','username':'ben'},'role':'owner'},"
	    "{'user':{'id':'1','username':'amy'},'role':'member'}]}");

	reduce_members(stage->model, stage_ops(stage),
	    json_object_get(members, "m"), true, true);
	json_decref(members);
	assert_string_equal(stage_ops(stage)->members[0].person.username,
	    "ben");
	stage_tell(stage,
	    talk_json("{'type':'member.joined','channel_id':'100',"
		      "'seq':21,'member':{'user':{'id':'3','username':"
		      "'eve'},'role':'member'}}"));
	assert_string_equal(stage->last, "eve joined");
	assert_int_equal(stage_ops(stage)->member_count, 3);
	assert_string_equal(stage_ops(stage)->members[2].person.username,
	    "eve");
	stage_tell(stage,
	    talk_json("{'type':'member.left','channel_id':'100',"
		      "'seq':22,'user_id':'2','by':'1',"
		      "'reason':'kicked'}"));
	assert_string_equal(stage->last, "ben was kicked");
	assert_int_equal(stage_ops(stage)->member_len, 2);
}

static void
being_thrown_out_takes_the_channel_away(void **state)
{
	struct stage *stage = *state;

	stage_tell(stage,
	    talk_json("{'type':'member.left','channel_id':'100',"
		      "'seq':21,'user_id':'1','by':'2',"
		      "'reason':'banned'}"));
	assert_null(stage_ops(stage));
}

static void
reading_clears_the_counts_and_names_the_newest_message(void **state)
{
	struct stage *stage = *state;
	json_t *message = talk_message(21, 21, 2, "@amy");

	json_object_set_new(message, "mentions", json_pack("[s]", "1"));
	stage_tell(stage, talk_event("message.new", OPS, 21, message));
	assert_true(stage->out.bell);
	assert_int_equal(stage_ops(stage)->mentions, 1);
	assert_int_equal(reduce_read(stage->model, stage_ops(stage)), 21);
	assert_int_equal(stage_ops(stage)->unread, 0);
	assert_int_equal(stage_ops(stage)->mentions, 0);
	assert_int_equal(reduce_read(stage->model, stage_ops(stage)), 0);
}

static void
the_new_messages_line_stands_behind_what_was_read(void **state)
{
	struct stage *stage = *state;
	struct channel *other = stage_channel(stage, OTHER, "other", 1);

	reduce_switch(stage->model, other);
	assert_int_equal(other->marker_id, 0);
	reduce_read(stage->model, stage_ops(stage));
	stage_tell(stage,
	    talk_event("message.new", OPS, 21, talk_message(21, 21, 2, "x")));
	reduce_switch(stage->model, stage_ops(stage));
	assert_int_equal(stage_ops(stage)->marker_id, 20);
	reduce_switch(stage->model, other);
	assert_int_equal(stage_ops(stage)->marker_id, 0);
}

static void
the_line_stands_before_everything_where_nothing_was_read(void **state)
{
	struct stage *stage = *state;

	stage_ops(stage)->unread = 3;
	reduce_switch(stage->model, stage_ops(stage));
	assert_int_equal(stage_ops(stage)->marker_id, MODEL_MARKER_FIRST);
}

/* ---- foreign text --------------------------------------------------------- */

static void
nothing_that_moves_a_terminal_gets_into_the_model(void **state)
{
	struct stage *stage = *state;
	json_t *message = talk_message(21, 21, 2,
	    "a\x1b]0;x\x07\nb\xc2\x9b"
	    "c\xe2\x80\xae");
	json_t *object = talk_channel(OTHER, "other", 1);

	json_object_set_new(json_object_get(message, "user"), "username",
	    json_string("be\x1bn\n"));
	stage_tell(stage, talk_event("message.new", OPS, 21, message));
	assert_string_equal(channel_message(stage_ops(stage), 21)->text,
	    "a]0;x\nbc");
	assert_string_equal(
	    channel_message(stage_ops(stage), 21)->author.username, "ben");
	json_object_set_new(object, "topic", json_string("to\x07p\nic"));
	reduce_channel(stage->model, object);
	json_decref(object);
	assert_string_equal(model_channel(stage->model, OTHER)->topic, "topic");
}

static void
events_without_what_they_need_are_ignored(void **state)
{
	static const struct {
		const char *type, *rest;
	} bad[] = {
		{ "message.new", "" },
		{ "message.new", ",'message':{'id':12}" },
		{ "message.new", ",'message':{'id':'x','user':[]}" },
		{ "message.deleted", "" },
		{ "message.deleted", ",'message_id':'999'" },
		{ "member.joined", ",'member':{'user':'bob'}" },
		{ "channel.new", "" },
		{ "channel.updated", ",'channel':[]" },
		{ "read.update", "" },
		{ "notice", "" },
		{ "nonsense", "" },
	};
	struct stage *stage = *state;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		stage_ops(stage)->seq = 20;
		stage_tell(stage,
		    talk_json("{'type':'%s','channel_id':'100','seq':21%s}",
			bad[i].type, bad[i].rest));
		assert_int_equal(stage->model->len, 1);
		assert_int_equal(stage->arrived, 0);
		stage_window(stage_ops(stage), "11 12 13 14 15 16 17 18 19 20");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(a_new_message_is_shown_and_counts_as_unread),
		STAGED(the_same_event_twice_is_one_message),
		STAGED(an_old_event_changes_nothing),
		STAGED(a_jump_in_seq_asks_for_a_sync_and_waits_for_it),
		STAGED(an_event_of_an_unknown_kind_still_takes_its_seq),
		STAGED(an_event_of_an_unknown_channel_asks_for_a_sync),
		STAGED(an_edit_replaces_the_text_and_keeps_the_place),
		STAGED(a_deleted_message_keeps_its_row_and_loses_its_text),
		STAGED(
		    a_reply_that_is_not_for_the_channel_stays_out_of_its_window),
		STAGED(a_sync_brings_new_messages_and_changed_ones),
		STAGED(a_truncated_sync_drops_the_window),
		STAGED(a_channel_that_is_gone_leaves_the_list),
		STAGED(the_map_of_a_sync_holds_every_channel_and_its_seq),
		STAGED(another_epoch_drops_everything),
		STAGED(channels_stand_by_name_groups_before_people),
		STAGED(who_joins_is_told_and_stands_among_the_members),
		STAGED(being_thrown_out_takes_the_channel_away),
		STAGED(reading_clears_the_counts_and_names_the_newest_message),
		STAGED(the_new_messages_line_stands_behind_what_was_read),
		STAGED(
		    the_line_stands_before_everything_where_nothing_was_read),
		STAGED(nothing_that_moves_a_terminal_gets_into_the_model),
		STAGED(events_without_what_they_need_are_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

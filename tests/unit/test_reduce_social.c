/*
 * The reducer: reactions, receipts, who writes, who is there, and what of that
 * rings the bell.
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

/* ---- reactions ------------------------------------------------------------ */

static void
react(struct stage *stage, const char *type, int64_t seq, int user, int count)
{
	stage_tell(stage,
	    talk_json("{'type':'%s','channel_id':'100','seq':%d,"
		      "'message_id':'15','user':{'id':'%d','username':'x'},"
		      "'emoji':':tada:','count':%d}",
		type, (int)seq, user, count));
}

static void
a_reaction_counts_and_is_ones_own_where_one_made_it(void **state)
{
	struct stage *stage = *state;
	const struct message *message = channel_message(stage_ops(stage), 15);
	uint32_t version = message->version;

	react(stage, "reaction.new", 21, 2, 1);
	assert_int_equal(message->reaction_len, 1);
	assert_string_equal(message->reactions[0].emoji, ":tada:");
	assert_int_equal(message->reactions[0].count, 1);
	assert_false(message->reactions[0].mine);
	assert_int_not_equal(message->version, version);
	react(stage, "reaction.new", 22, 1, 2);
	assert_int_equal(message->reaction_len, 1);
	assert_int_equal(message->reactions[0].count, 2);
	assert_true(message->reactions[0].mine);
	assert_int_equal(stage_ops(stage)->seq, 22);
	assert_false(stage->out.sync);
}

static void
a_reaction_taken_back_goes_with_its_last_one(void **state)
{
	struct stage *stage = *state;
	const struct message *message = channel_message(stage_ops(stage), 15);

	react(stage, "reaction.new", 21, 2, 1);
	react(stage, "reaction.new", 22, 1, 2);
	react(stage, "reaction.deleted", 23, 1, 1);
	assert_int_equal(message->reactions[0].count, 1);
	assert_false(message->reactions[0].mine);
	react(stage, "reaction.deleted", 24, 2, 0);
	assert_int_equal(message->reaction_len, 0);
}

static void
a_reaction_to_a_message_that_is_not_here_takes_its_seq(void **state)
{
	struct stage *stage = *state;

	stage_tell(stage,
	    talk_json("{'type':'reaction.new','channel_id':'100','seq':21,"
		      "'message_id':'3','user':{'id':'2'},'emoji':'x',"
		      "'count':1}"));
	assert_int_equal(stage_ops(stage)->seq, 21);
}

/* Message 15 as it is at `seq`, with a reaction of `count` by `users`. */
static json_t *
reacted(int64_t seq, int count, const char *users)
{
	json_t *message = talk_message(15, seq, 2, "m15");

	json_object_set_new(message, "reactions",
	    talk_json("[{'emoji':'x','count':%d,'user_ids':[%s]}]", count,
		users));
	return message;
}

static void
a_message_brings_its_reactions(void **state)
{
	struct stage *stage = *state;
	json_t *message = reacted(21, 2, "'1','2'");
	const struct message *known = channel_message(stage_ops(stage), 15);

	json_object_set_new(message, "reply_count", json_integer(7));
	json_object_set_new(message, "last_reply_at",
	    json_string("2026-11-24T14:05:10.000Z"));
	json_object_set_new(message, "pinned_at",
	    json_string("2026-11-24T14:05:11.000Z"));
	stage_tell(stage, talk_event("message.updated", OPS, 21, message));
	assert_int_equal(known->reaction_len, 1);
	assert_int_equal(known->reactions[0].count, 2);
	assert_true(known->reactions[0].mine);
	assert_int_equal(known->reply_count, 7);
	assert_int_equal(known->last_reply_ms - known->created_ms, 1000);
	assert_int_equal(known->pinned_ms - known->created_ms, 2000);
}

static void
ones_own_reaction_outlives_a_list_too_short_to_name_one(void **state)
{
	struct stage *stage = *state;
	const struct message *known = channel_message(stage_ops(stage), 15);

	stage_tell(stage,
	    talk_event("message.updated", OPS, 21, reacted(21, 30, "'1'")));
	stage_tell(stage,
	    talk_event("message.updated", OPS, 22, reacted(22, 31, "'2'")));
	assert_true(known->reactions[0].mine);
	assert_int_equal(known->reactions[0].count, 31);
	stage_tell(stage,
	    talk_event("message.updated", OPS, 23, reacted(23, 1, "'2'")));
	assert_false(known->reactions[0].mine);
}

static void
a_deleted_message_has_no_reactions(void **state)
{
	struct stage *stage = *state;

	react(stage, "reaction.new", 21, 2, 1);
	stage_tell(stage,
	    talk_json("{'type':'message.deleted','channel_id':'100','seq':22,"
		      "'message_id':'15','deleted_at':"
		      "'2026-11-24T14:05:10.000Z','by':'2'}"));
	assert_int_equal(channel_message(stage_ops(stage), 15)->reaction_len,
	    0);
}

/* ---- who writes ----------------------------------------------------------- */

static void
type(struct stage *stage, const char *what, int user, int parent)
{
	char more[32] = "";

	if (parent)
		snprintf(more, sizeof(more), ",'parent_id':'%d'", parent);
	stage_tell(stage,
	    talk_json("{'type':'typing.%s','channel_id':'100','user':"
		      "{'id':'%d','username':'ben'}%s}",
		what, user, more));
}

static void
who_writes_is_known_for_four_seconds(void **state)
{
	struct stage *stage = *state;
	const struct channel *ops = stage_ops(stage);

	type(stage, "start", 2, 0);
	assert_int_equal(ops->typist_len, 1);
	assert_string_equal(ops->typists[0].person.username, "ben");
	assert_int_equal(ops->typists[0].until_ms, 9000);
	assert_int_equal(reduce_typing(stage->model, 8999), 9000);
	assert_int_equal(ops->typist_len, 1);
	assert_int_equal(reduce_typing(stage->model, 9000), 0);
	assert_int_equal(ops->typist_len, 0);
}

static void
one_is_no_typist_oneself_and_nobody_is_one_twice(void **state)
{
	struct stage *stage = *state;
	const struct channel *ops = stage_ops(stage);

	type(stage, "start", 1, 0);
	assert_int_equal(ops->typist_len, 0);
	type(stage, "start", 2, 0);
	type(stage, "start", 2, 15);
	assert_int_equal(ops->typist_len, 1);
	assert_int_equal(ops->typists[0].parent_id, 15);
	type(stage, "start", 3, 0);
	assert_int_equal(ops->typist_len, 2);
	type(stage, "stop", 2, 0);
	assert_int_equal(ops->typist_len, 1);
	assert_int_equal(ops->typists[0].person.id, 3);
}

static void
a_message_says_that_its_author_writes_no_more(void **state)
{
	struct stage *stage = *state;

	type(stage, "start", 2, 0);
	type(stage, "start", 3, 0);
	stage_tell(stage,
	    talk_event("message.new", OPS, 21,
		talk_message(21, 21, 2, "there")));
	assert_int_equal(stage_ops(stage)->typist_len, 1);
	assert_int_equal(stage_ops(stage)->typists[0].person.id, 3);
}

/* ---- receipts ------------------------------------------------------------- */

static void
mark(struct stage *stage, const char *type, int user, int id)
{
	stage_tell(stage,
	    talk_json("{'type':'%s','channel_id':'100','user_id':'%d',"
		      "'message_id':'%d'}",
		type, user, id));
}

static void
receipts_of_others_only_rise_and_read_means_delivered(void **state)
{
	struct stage *stage = *state;
	const struct channel *ops = stage_ops(stage);

	mark(stage, "delivery.update", 2, 15);
	assert_int_equal(ops->delivered_id, 15);
	assert_int_equal(ops->seen_id, 0);
	mark(stage, "read.update", 2, 17);
	assert_int_equal(ops->delivered_id, 17);
	assert_int_equal(ops->seen_id, 17);
	mark(stage, "read.update", 3, 12);
	mark(stage, "delivery.update", 3, 13);
	mark(stage, "delivery.update", 1, 20);
	mark(stage, "read.update", 1, 20);
	assert_int_equal(ops->delivered_id, 17);
	assert_int_equal(ops->seen_id, 17);
	assert_int_equal(ops->read_id, 20);
}

static void
pages_and_syncs_bring_receipts(void **state)
{
	struct stage *stage = *state;
	struct channel *ops = stage_ops(stage);
	json_t *list = talk_json("[{'user_id':'2','last_read_message_id':'14',"
				 "'last_delivered_message_id':'16'},"
				 "{'user_id':'1','last_read_message_id':"
				 "'20'},{'user_id':'3'}]");

	reduce_receipts(stage->model, ops, list);
	json_decref(list);
	assert_int_equal(ops->seen_id, 14);
	assert_int_equal(ops->delivered_id, 16);
	reduce_receipts(stage->model, ops, NULL);
	stage_sync(stage,
	    json_pack("{s:s, s:o, s:[], s:o, s:b}", "type", "sync.channel",
		"channel", talk_channel(OPS, "ops", 20), "messages", "receipts",
		talk_json("[{'user_id':'2','last_read_message_id':'18'}]"),
		"truncated", 0));
	assert_int_equal(ops->seen_id, 18);
	assert_int_equal(ops->delivered_id, 18);
}

static void
a_read_mark_that_is_not_told_yet_bounds_what_a_sync_counts(void **state)
{
	struct stage *stage = *state;
	struct channel *ops = stage_ops(stage);
	json_t *object = talk_channel(OPS, "ops", 21);

	assert_int_equal(reduce_read(stage->model, ops), 20);
	assert_int_equal(ops->read_unsent, 20);
	json_object_set_new(json_object_get(object, "my"), "unread_count",
	    json_integer(11));
	stage_sync(stage,
	    json_pack("{s:s, s:o, s:[o], s:b}", "type", "sync.channel",
		"channel", object, "messages", talk_message(21, 21, 2, "new"),
		"truncated", 0));
	assert_int_equal(ops->unread, 1);
	reduce_read_told(ops, 19);
	assert_int_equal(ops->read_unsent, 20);
	reduce_read_told(ops, 20);
	assert_int_equal(ops->read_unsent, 0);
}

/* ---- presence ------------------------------------------------------------- */

static void
presence_is_what_was_told_last(void **state)
{
	struct stage *stage = *state;
	const struct model *model = stage->model;
	json_t *list = talk_json("[{'user_id':'3','status':'away'},"
				 "{'user_id':'2','status':'online'},"
				 "{'user_id':'9','status':'offline'}]");

	assert_int_equal(model_presence(model, 2), PRESENCE_UNKNOWN);
	reduce_presences(stage->model, list);
	json_decref(list);
	assert_int_equal(model_presence(model, 2), PRESENCE_ONLINE);
	assert_int_equal(model_presence(model, 3), PRESENCE_AWAY);
	assert_int_equal(model_presence(model, 9), PRESENCE_OFFLINE);
	stage_tell(stage,
	    talk_json("{'type':'presence.update','user_id':'2',"
		      "'status':'dnd'}"));
	stage_tell(stage,
	    talk_json("{'type':'presence.update','user_id':'4',"
		      "'status':'online'}"));
	assert_int_equal(model_presence(model, 2), PRESENCE_DND);
	assert_int_equal(model_presence(model, 4), PRESENCE_ONLINE);
	reduce_presences(stage->model, NULL);
	assert_int_equal(model_presence(model, 2), PRESENCE_UNKNOWN);
}

/* ---- the bell ------------------------------------------------------------- */

static bool
rings(struct stage *stage, bool direct, const char *my, bool mention)
{
	static int64_t next = 20;
	json_t *object = talk_channel(OPS, "ops", 20);
	json_t *message;

	if (next <= stage_ops(stage)->seq)
		next = stage_ops(stage)->seq;
	next++;
	json_object_set_new(object, "my", talk_json("{%s}", my));
	reduce_channel(stage->model, object);
	json_decref(object);
	stage_ops(stage)->direct = direct;
	stage_ops(stage)->seq = next - 1;
	message = talk_message(next, next, 2, "psst");
	if (mention)
		json_object_set_new(message, "mentions", talk_json("['1']"));
	stage_tell(stage, talk_event("message.new", OPS, next, message));
	return stage->out.bell;
}

static void
settings_of_a_channel_limit_the_bell(void **state)
{
	struct stage *stage = *state;

	assert_int_equal(stage_ops(stage)->notify, 'a');
	assert_true(rings(stage, false, "'notify':'all'", true));
	assert_false(rings(stage, false, "'notify':'all'", false));
	assert_true(rings(stage, true, "'notify':'all'", false));
	assert_true(rings(stage, false, "'notify':'mentions'", true));
	assert_int_equal(stage_ops(stage)->notify, 'm');
	assert_true(rings(stage, true, "'notify':'mentions'", false));
	assert_false(rings(stage, false, "'notify':'none'", true));
	assert_false(rings(stage, false, "'notify':'all','muted':true", true));
	assert_true(stage_ops(stage)->muted);
	assert_false(rings(stage, true, "'notify':'all','muted':true", false));
	assert_true(rings(stage, true, "'notify':'all','muted':false", false));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(a_reaction_counts_and_is_ones_own_where_one_made_it),
		STAGED(a_reaction_taken_back_goes_with_its_last_one),
		STAGED(a_reaction_to_a_message_that_is_not_here_takes_its_seq),
		STAGED(a_message_brings_its_reactions),
		STAGED(ones_own_reaction_outlives_a_list_too_short_to_name_one),
		STAGED(a_deleted_message_has_no_reactions),
		STAGED(who_writes_is_known_for_four_seconds),
		STAGED(one_is_no_typist_oneself_and_nobody_is_one_twice),
		STAGED(a_message_says_that_its_author_writes_no_more),
		STAGED(receipts_of_others_only_rise_and_read_means_delivered),
		STAGED(pages_and_syncs_bring_receipts),
		STAGED(
		    a_read_mark_that_is_not_told_yet_bounds_what_a_sync_counts),
		STAGED(presence_is_what_was_told_last),
		STAGED(settings_of_a_channel_limit_the_bell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

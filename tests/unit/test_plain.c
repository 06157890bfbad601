/*
 * Plain lines: what scripts read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/talk_json.h"
#include "tui/plain.h"

/* 2026-11-24T14:05:09.999Z */
#define NOW INT64_C(1795529109999)

/* Checks the line of an event in #ops, which it takes over; NULL: none. */
static void
assert_line(json_t *event, const char *who, bool edited, const char *expected)
{
	const struct plain_event told = { .label = "#ops",
		.type = json_string_value(json_object_get(event, "type")),
		.event = event,
		.who = who,
		.edited = edited,
		.now_ms = NOW };
	struct buf out = BUF_INIT;
	bool shown = plain_event(&out, &told);

	assert_int_equal(shown, expected != NULL);
	if (expected)
		assert_string_equal(out.data, expected);
	else
		assert_int_equal(out.len, 0);
	buf_release(&out);
	json_decref(event);
}

static void
a_message_is_time_channel_name_and_text(void **state)
{
	(void)state;
	assert_line(talk_event("message.new", 100, 1,
			talk_message(1, 1, 2, "good morning")),
	    NULL, false, "2026-11-24T14:05:09Z #ops <ben> good morning\n");
}

static void
one_message_is_one_line_whatever_is_in_it(void **state)
{
	(void)state;
	assert_line(
	    talk_event("message.new", 100, 1,
		talk_message(1, 1, 2, "a\nb\\c\td\x1b[2J\x7f\xc2\x9b!")),
	    NULL, false,
	    "2026-11-24T14:05:09Z #ops <ben> "
	    "a\\nb\\\\c\\x09d\\x1b[2J\\x7f\\x9b!\n");
}

static void
bidi_controls_are_left_out(void **state)
{
	(void)state;
	assert_line(talk_event("message.new", 100, 1,
			talk_message(1, 1, 2,
			    "a\xe2\x80\xae"
			    "b")),
	    NULL, false, "2026-11-24T14:05:09Z #ops <ben> ab\n");
}

static void
a_name_can_forge_no_line(void **state)
{
	json_t *message = talk_message(1, 1, 2, "x");

	(void)state;
	json_object_set_new(json_object_get(message, "user"), "username",
	    json_string("ben\n2026-11-24T14:05:09Z #ops <amy"));
	assert_line(talk_event("message.new", 100, 1, message), NULL, false,
	    "2026-11-24T14:05:09Z #ops <ben\\n2026-11-24T14:05:09Z #ops <amy> "
	    "x\n");
}

static void
other_events_begin_with_a_star(void **state)
{
	json_t *edited = talk_message(7, 2, 2, "better");

	(void)state;
	json_object_set_new(edited, "edited_at",
	    json_string("2026-11-24T15:00:00.000Z"));
	assert_line(talk_event("message.updated", 100, 2, edited), NULL, true,
	    "2026-11-24T15:00:00Z #ops * ben edited 7: better\n");
	assert_line(talk_json("{'type':'member.joined','member':{'user':"
			      "{'id':'2','username':'ben'}}}"),
	    NULL, false, "2026-11-24T14:05:09Z #ops * ben joined\n");
	assert_line(talk_json("{'type':'member.left','user_id':'2'}"), "ben",
	    false, "2026-11-24T14:05:09Z #ops * ben left\n");
	assert_line(talk_json("{'type':'member.left','user_id':'2',"
			      "'reason':'kicked'}"),
	    "ben", false, "2026-11-24T14:05:09Z #ops * ben was kicked\n");
	assert_line(talk_json("{'type':'reaction.new','message_id':'7',"
			      "'user':{'id':'2','username':'ben'},"
			      "'emoji':':+1:'}"),
	    NULL, false, "2026-11-24T14:05:09Z #ops * ben reacted :+1: to 7\n");
	assert_line(talk_json("{'type':'message.deleted','message_id':'7',"
			      "'deleted_at':'2026-11-24T16:00:00.000Z'}"),
	    NULL, false, "2026-11-24T16:00:00Z #ops * somebody deleted 7\n");
	assert_line(talk_json("{'type':'channel.updated','channel':"
			      "{'topic':'fruit'}}"),
	    NULL, true,
	    "2026-11-24T14:05:09Z #ops * the topic is now: fruit\n");
}

static void
what_is_nothing_to_show_is_no_line(void **state)
{
	json_t *deleted = talk_message(1, 1, 2, "");

	(void)state;
	json_object_set_new(deleted, "deleted_at",
	    json_string("2026-11-24T15:00:00.000Z"));
	assert_line(talk_event("message.new", 100, 1, deleted), NULL, false,
	    NULL);
	assert_line(talk_event("message.updated", 100, 2,
			talk_message(1, 2, 2, "pinned")),
	    NULL, false, NULL);
	assert_line(talk_json("{'type':'typing.start'}"), NULL, false, NULL);
	assert_line(talk_json("{'type':'message.new'}"), NULL, false, NULL);
	assert_line(talk_json("{'type':'channel.updated','channel':{}}"), NULL,
	    false, NULL);
}

static bool
own(json_t *event, int64_t me)
{
	const struct plain_event told = { .type = json_string_value(
					      json_object_get(event, "type")),
		.event = event };
	bool is = plain_is_own(&told, me);

	json_decref(event);
	return is;
}

static void
own_are_ones_messages_edits_and_deletions(void **state)
{
	(void)state;
	assert_true(own(
	    talk_event("message.new", 1, 1, talk_message(1, 1, 2, "x")), 2));
	assert_true(
	    own(talk_event("message.updated", 1, 1, talk_message(1, 1, 2, "x")),
		2));
	assert_true(own(talk_json("{'type':'message.deleted','by':'2'}"), 2));
	assert_false(own(
	    talk_event("message.new", 1, 1, talk_message(1, 1, 3, "x")), 2));
	assert_false(own(talk_json("{'type':'member.joined','member':{'user':"
				   "{'id':'2'}}}"),
	    2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_time_channel_name_and_text),
		cmocka_unit_test(one_message_is_one_line_whatever_is_in_it),
		cmocka_unit_test(bidi_controls_are_left_out),
		cmocka_unit_test(a_name_can_forge_no_line),
		cmocka_unit_test(other_events_begin_with_a_star),
		cmocka_unit_test(what_is_nothing_to_show_is_no_line),
		cmocka_unit_test(own_are_ones_messages_edits_and_deletions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Look-ups in the model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>

#include "tests/unit/talk_json.h"
#include "tui/reduce.h"

/* #ops, #ben (a group), and direct channels with ben and eve. */
static int
model_make(void **state)
{
	struct model *model = model_new();
	json_t *groups[] = { talk_channel(10, "ops", 1),
		talk_channel(11, "ben", 1) };
	json_t *direct = talk_json("{'id':'12','type':'direct','members':"
				   "[{'id':'2','username':'ben'}]}");
	json_t *other = talk_json("{'id':'13','type':'direct','members':"
				  "[{'id':'3','username':'eve'}]}");

	reduce_channel(model, groups[0]);
	reduce_channel(model, groups[1]);
	reduce_channel(model, direct);
	reduce_channel(model, other);
	json_decref(groups[0]);
	json_decref(groups[1]);
	json_decref(direct);
	json_decref(other);
	*state = model;
	return 0;
}

static int
model_drop(void **state)
{
	model_free(*state);
	return 0;
}

static int64_t
named(const struct model *model, const char *name)
{
	const struct channel *channel = model_channel_named(model, name);

	return channel ? channel->id : 0;
}

static void
a_name_finds_the_channel_that_its_mark_says(void **state)
{
	assert_int_equal(named(*state, "#ops"), 10);
	assert_int_equal(named(*state, "ops"), 10);
	assert_int_equal(named(*state, "#ben"), 11);
	assert_int_equal(named(*state, "@ben"), 12);
	assert_int_equal(named(*state, "ben"), 11);
	assert_int_equal(named(*state, "eve"), 13);
	assert_int_equal(named(*state, "#eve"), 0);
	assert_int_equal(named(*state, "@ops"), 0);
	assert_int_equal(named(*state, ""), 0);
	assert_int_equal(named(*state, "#"), 0);
}

static void
numbers_count_from_one_in_the_order_of_the_list(void **state)
{
	const struct model *model = *state;

	assert_int_equal(model_number(model, model_channel(model, 11)), 1);
	assert_int_equal(model_number(model, model_channel(model, 10)), 2);
	assert_int_equal(model_number(model, model_channel(model, 12)), 3);
	assert_int_equal(model_number(model, NULL), 0);
}

static void
keys_find_pending_messages_that_have_no_id(void **state)
{
	struct model *model = *state;
	struct channel *channel = model_channel(model, 10);
	const struct message *first = reduce_send(model, channel, "a", "1", 0);
	const struct message *second = reduce_send(model, channel, "b", "2", 0);

	assert_int_equal(channel_index(channel, first->key), 0);
	assert_int_equal(channel_index(channel, second->key), 1);
	assert_int_equal(channel_index(channel, 9999), -1);
	assert_null(channel_message(channel, 0));
	assert_int_equal(channel_settled(channel), 0);
	assert_int_equal(channel_first_id(channel), 0);
	assert_int_equal(channel_last_id(channel), 0);
}

static void
a_person_without_a_name_is_called_nothing(void **state)
{
	const struct person nobody = { 0 };

	(void)state;
	assert_string_equal(person_name(&nobody), "");
}

#define MODELLED(name) \
	cmocka_unit_test_setup_teardown(name, model_make, model_drop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		MODELLED(a_name_finds_the_channel_that_its_mark_says),
		MODELLED(numbers_count_from_one_in_the_order_of_the_list),
		MODELLED(keys_find_pending_messages_that_have_no_id),
		MODELLED(a_person_without_a_name_is_called_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

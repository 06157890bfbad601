/*
 * Names and numbers of the protocol.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "shared/option.h"
#include "shared/protocol.h"

static void
errors_have_the_codes_and_statuses_of_the_protocol(void **state)
{
	static const struct {
		enum error error;
		const char *code;
		int status;
	} rows[] = {
		{ ERR_BAD_REQUEST, "bad_request", 400 },
		{ ERR_UNAUTHORIZED, "unauthorized", 401 },
		{ ERR_FORBIDDEN, "forbidden", 403 },
		{ ERR_NOT_FOUND, "not_found", 404 },
		{ ERR_METHOD_NOT_ALLOWED, "method_not_allowed", 405 },
		{ ERR_CONFLICT, "conflict", 409 },
		{ ERR_TOO_LARGE, "too_large", 413 },
		{ ERR_UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", 415 },
		{ ERR_RATE_LIMITED, "rate_limited", 429 },
		{ ERR_INTERNAL, "internal", 500 },
		{ ERR_UNAVAILABLE, "unavailable", 503 },
		{ ERR_UNKNOWN_TYPE, "unknown_type", 400 },
	};
	size_t i;

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(*rows), ERR_COUNT - 1);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_string_equal(error_info(rows[i].error)->code,
		    rows[i].code);
		assert_int_equal(error_info(rows[i].error)->status,
		    rows[i].status);
		assert_true(strlen(error_info(rows[i].error)->text) > 0);
		assert_int_equal(error_from_code(rows[i].code), rows[i].error);
	}
	assert_int_equal(error_from_code("no_such_code"), ERR_INTERNAL);
	assert_int_equal(error_from_code("ok"), ERR_INTERNAL);
}

static void
limits_have_the_defaults_of_the_protocol(void **state)
{
	struct limits limits;

	(void)state;
	option_init(limits_table(), &limits);
	assert_int_equal(limits.text_chars, 4000);
	assert_int_equal(limits.frame_bytes, 65536);
	assert_int_equal(limits.body_bytes, 262144);
	assert_int_equal(limits.json_depth, 16);
	assert_int_equal(limits.name_chars, 64);
	assert_int_equal(limits.topic_chars, 512);
	assert_int_equal(limits.status_chars, 128);
	assert_int_equal(limits.page, 50);
	assert_int_equal(limits.page_max, 200);
	assert_int_equal(limits.reactions, 20);
	assert_int_equal(limits.attachments, 10);
	assert_int_equal(limits.mentions, 20);
	assert_int_equal(limits.pins, 100);
	assert_int_equal(limits.upload_bytes, 26214400);
	assert_int_equal(limits.quota_bytes, 1073741824);
	assert_true(limits.messages_per_s == 5);
	assert_int_equal(limits.messages_burst, 10);
	assert_true(limits.bot_messages_per_s == 20);
	assert_int_equal(limits.bot_messages_burst, 40);
	assert_true(limits.commands_per_s == 20);
	assert_int_equal(limits.commands_burst, 60);
	assert_true(limits.logins_per_s == 0.17);
	assert_int_equal(limits.logins_burst, 10);
	assert_int_equal(limits.typing_members, 100);
	assert_int_equal(limits.receipt_members, 100);
	assert_int_equal(limits.presence_users, 500);
	assert_int_equal(limits.output_bytes, 524288);
	assert_int_equal(limits.connections_per_user, 10);
	assert_int_equal(limits.connections_per_address, 64);
	assert_int_equal(limits.header_bytes, 8192);
	assert_true(limits.header_s == 5);
	assert_true(limits.body_s == 30);
	assert_true(limits.ping_s == 30);
	assert_true(limits.silence_s == 75);
	option_release(limits_table(), &limits);
}

static void
every_limit_has_a_row_of_its_own(void **state)
{
	const struct option_table *table = limits_table();
	bool seen[sizeof(struct limits) / sizeof(int64_t)] = { false };
	size_t i;

	(void)state;
	/* All fields have eight bytes: as many rows as the struct has. */
	assert_int_equal(table->count, sizeof(seen));
	for (i = 0; i < table->count; i++) {
		assert_string_equal(table->specs[i].section, "limits");
		assert_true(table->specs[i].reload);
		assert_true(table->specs[i].max > table->specs[i].min);
		assert_false(seen[table->specs[i].offset / 8]);
		seen[table->specs[i].offset / 8] = true;
	}
}

static void
names_follow_their_patterns(void **state)
{
	static const char *const good[] = { "a", "0", "amy", "a.b_c-d", "9-",
		"abcdefghijklmnopqrstuvwxyz012345" };
	static const char *const bad[] = { "", "Amy", ".a", "_a", "-a", "a b",
		"a#", "#a", "a\n", "\xC3\xA9", "a/b", "a@" };
	char name[66];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_true(username_valid(good[i]));
		assert_true(channel_name_valid(good[i]));
	}
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_false(username_valid(bad[i]));
		assert_false(channel_name_valid(bad[i]));
	}
	memset(name, 'x', sizeof(name));
	name[33] = '\0';
	assert_false(username_valid(name));
	name[32] = '\0';
	assert_true(username_valid(name));
	name[32] = 'x';
	name[33] = 'x';
	name[65] = '\0';
	assert_false(channel_name_valid(name));
	name[64] = '\0';
	assert_true(channel_name_valid(name));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    errors_have_the_codes_and_statuses_of_the_protocol),
		cmocka_unit_test(limits_have_the_defaults_of_the_protocol),
		cmocka_unit_test(every_limit_has_a_row_of_its_own),
		cmocka_unit_test(names_follow_their_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

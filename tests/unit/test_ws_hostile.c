/*
 * The WebSocket codec on what a peer may not send: each case ends with the close
 * code that RFC 6455 has for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>

#include "shared/ws.h"
#include "tests/unit/ws_feed.h"

#define MESSAGE_MAX 1000

static const struct ws_limits server_side = { MESSAGE_MAX, true };
static const struct ws_limits client_side = { MESSAGE_MAX, false };

static void
reserved_bits_and_opcodes_are_refused(void **state)
{
	char bytes[] = "?\x80\x01\x02\x03\x04";

	(void)state;
	for (int first = 0; first < 256; first++) {
		int opcode = first & 15;
		bool known = opcode <= 2 || (opcode >= 8 && opcode <= 10);

		if (known && !(first & 0x70))
			continue;
		bytes[0] = (char)first;
		ws_check(&server_side, bytes, sizeof bytes - 1, "error 1002");
	}
}

static void
a_mask_is_required_of_clients_and_forbidden_to_servers(void **state)
{
	static const struct ws_vector to_server[] = {
		{ BYTES("\x81\x01x"), "error 1002" },
		{ BYTES("\x89\x00"), "error 1002" },
		{ BYTES("\x81\x81\0\0\0\0x\x80\x01x"), "text(x) error 1002" },
	};
	static const struct ws_vector to_client[] = {
		{ BYTES("\x81\x81\0\0\0\0x"), "error 1002" },
		{ BYTES("\x88\x80\0\0\0\0"), "error 1002" },
	};

	(void)state;
	WS_CHECK_ALL(server_side, to_server);
	WS_CHECK_ALL(client_side, to_client);
}

static void
bad_control_frames_are_refused(void **state)
{
	static const struct ws_vector vectors[] = {
		/* fragmented */
		{ BYTES("\x09\x00"), "error 1002" },
		{ BYTES("\x0a\x01x"), "error 1002" },
		{ BYTES("\x08\x00"), "error 1002" },
		/* longer than 125 bytes: seen from the length alone */
		{ BYTES("\x89\x7e\x00\x7e"), "error 1002" },
		{ BYTES("\x8a\x7e"), "error 1002" },
		{ BYTES("\x88\x7f"), "error 1002" },
	};

	(void)state;
	WS_CHECK_ALL(client_side, vectors);
}

static void
lengths_that_are_not_minimal_are_refused(void **state)
{
	static const struct ws_vector vectors[] = {
		{ BYTES("\x81\x7e\x00\x00"), "error 1002" },
		{ BYTES("\x81\x7e\x00\x7d"), "error 1002" },
		{ BYTES("\x81\x7f\0\0\0\0\0\0\0\0"), "error 1002" },
		{ BYTES("\x81\x7f\0\0\0\0\0\0\0\x05Hello"), "error 1002" },
		{ BYTES("\x81\x7f\0\0\0\0\0\0\xff\xff"), "error 1002" },
		{ BYTES("\x81\x7f\x80\0\0\0\0\0\0\0"), "error 1002" },
		{ BYTES("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"),
		    "error 1002" },
	};

	(void)state;
	WS_CHECK_ALL(client_side, vectors);
}

static void
fragments_out_of_order_are_refused(void **state)
{
	static const struct ws_vector vectors[] = {
		{ BYTES("\x80\x01x"), "error 1002" },
		{ BYTES("\x00\x01x"), "error 1002" },
		{ BYTES("\x81\x01x\x80\x01y"), "text(x) error 1002" },
		{ BYTES("\x01\x01x\x81\x01y"), "error 1002" },
		{ BYTES("\x01\x01x\x01\x01y"), "error 1002" },
		{ BYTES("\x01\x00\x81\x01y"), "error 1002" },
		{ BYTES("\x01\x01x\x82\x01y"), "error 1002" },
		{ BYTES("\x01\x01x\x89\x00\x81\x01y"), "ping() error 1002" },
	};

	(void)state;
	WS_CHECK_ALL(client_side, vectors);
}

static void
binary_messages_are_refused(void **state)
{
	static const struct ws_vector vectors[] = {
		{ BYTES("\x82\x01x"), "error 1003" },
		{ BYTES("\x02\x00"), "error 1003" },
		{ BYTES("\x82\x7f\0\0\0\0\xff\xff\xff\xff"), "error 1003" },
	};

	(void)state;
	WS_CHECK_ALL(client_side, vectors);
}

static void
a_message_too_large_is_refused_by_its_head(void **state)
{
	struct ws_limits limits = { 10, false };
	struct ws_limits none = { 0, false };
	static const struct ws_vector vectors[] = {
		{ BYTES("\x81\x0b"), "error 1009" },
		{ BYTES("\x81\x7e\xff\xff"), "error 1009" },
		{ BYTES("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"),
		    "error 1009" },
		{ BYTES("\x81\x0a"
			"0123456789"),
		    "text(0123456789)" },
		{ BYTES("\x01\x06"
			"012345\x80\x05"),
		    "error 1009" },
		{ BYTES("\x01\x06"
			"012345\x80\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"),
		    "error 1009" },
		{ BYTES("\x01\x06"
			"012345\x89\x09"
			"012345678\x80\x04"
			"6789"),
		    "ping(012345678) text(0123456789)" },
		/* The sum is of one message, not of all. */
		{ BYTES("\x81\x06"
			"012345\x81\x06"
			"012345"),
		    "text(012345) text(012345)" },
	};

	(void)state;
	WS_CHECK_ALL(limits, vectors);
	ws_check(&none, BYTES("\x81\x00\x81\x01"), "text() error 1009");
}

static void
utf8_is_checked_across_fragments(void **state)
{
	static const struct ws_vector vectors[] = {
		{ BYTES("\x81\x04\xf0\x9f\x91\x8b"), "text(\xf0\x9f\x91\x8b)" },
		{ BYTES("\x01\x01\xf0\x00\x01\x9f\x00\x01\x91\x80\x01\x8b"),
		    "text(\xf0\x9f\x91\x8b)" },
		{ BYTES("\x01\x02\xf0\x9f\x89\x02\x91\x8b\x80\x02\x91\x8b"),
		    "ping(\x91\x8b) text(\xf0\x9f\x91\x8b)" },
		/* cut off at the end, alone or by an empty last fragment */
		{ BYTES("\x81\x03\xf0\x9f\x91"), "error 1007" },
		{ BYTES("\x01\x03\xf0\x9f\x91\x80\x00"), "error 1007" },
		{ BYTES("\x01\x02\xc3\xa4\x80\x01\xa4"), "error 1007" },
		{ BYTES("\x01\x01\xc3\x80\x01x"), "error 1007" },
		/* overlong, surrogate, above U+10FFFF, stray bytes */
		{ BYTES("\x81\x02\xc0\xaf"), "error 1007" },
		{ BYTES("\x81\x03\xe0\x80\xaf"), "error 1007" },
		{ BYTES("\x81\x03\xed\xa0\x80"), "error 1007" },
		{ BYTES("\x81\x04\xf4\x90\x80\x80"), "error 1007" },
		{ BYTES("\x81\x01\xff"), "error 1007" },
		{ BYTES("\x81\x01\x80"), "error 1007" },
		/* a new message begins anew */
		{ BYTES("\x81\x02\xc3\xa4\x81\x01\xa4"),
		    "text(\xc3\xa4) error 1007" },
	};

	(void)state;
	WS_CHECK_ALL(client_side, vectors);
}

static void
bad_utf8_is_refused_at_its_first_bad_byte(void **state)
{
	struct ws_parser parser = { 0 };
	/* A frame of 100 bytes, of which the fourth is bad. */
	char bytes[] = "\x81\x64\xce\xba\xf4\x90";
	struct ws_event event;
	size_t used;

	(void)state;
	event = ws_parse(&parser, &client_side, bytes, 5, &used);
	assert_int_equal(event.type, WS_EVENT_DATA);
	assert_int_equal(used, 5);
	event = ws_parse(&parser, &client_side, bytes + 5, 1, &used);
	assert_int_equal(event.type, WS_EVENT_ERROR);
	assert_int_equal(event.code, 1007);
}

static void
close_codes_are_those_that_may_be_sent(void **state)
{
	char bytes[] = "\x88\x02??", said[32];

	(void)state;
	for (int code = 0; code <= 0xffff; code++) {
		bool good = (code >= 1000 && code <= 1003) ||
		    (code >= 1007 && code <= 1014) ||
		    (code >= 3000 && code <= 4999);

		bytes[2] = (char)(code >> 8);
		bytes[3] = (char)code;
		snprintf(said, sizeof said, good ? "close %d()" : "error 1002",
		    code);
		ws_check_pieces(&client_side, bytes, 4, 4, 1, said);
	}
}

static void
close_frames_are_checked(void **state)
{
	static const struct ws_vector vectors[] = {
		{ BYTES("\x88\x00"), "close 1005()" },
		{ BYTES("\x88\x01\x03"), "error 1002" },
		{ BYTES("\x88\x02\x03\xe8"), "close 1000()" },
		{ BYTES("\x88\x06\x0f\xa9good"), "close 4009(good)" },
		{ BYTES("\x88\x04\x03\xe8\xc3\xa4"), "close 1000(\xc3\xa4)" },
		{ BYTES("\x88\x03\x03\xe8\xc3"), "error 1007" },
		{ BYTES("\x88\x05\x03\xe8\xed\xa0\x80"), "error 1007" },
	};

	(void)state;
	WS_CHECK_ALL(client_side, vectors);
}

static void
what_follows_an_error_is_given_up(void **state)
{
	struct ws_parser parser = { 0 };
	char bytes[] = "\xff\x00\x81\x01x";
	struct ws_event event;
	size_t used;

	(void)state;
	event = ws_parse(&parser, &client_side, bytes, 5, &used);
	assert_int_equal(event.type, WS_EVENT_ERROR);
	assert_int_equal(used, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reserved_bits_and_opcodes_are_refused),
		cmocka_unit_test(
		    a_mask_is_required_of_clients_and_forbidden_to_servers),
		cmocka_unit_test(bad_control_frames_are_refused),
		cmocka_unit_test(lengths_that_are_not_minimal_are_refused),
		cmocka_unit_test(fragments_out_of_order_are_refused),
		cmocka_unit_test(binary_messages_are_refused),
		cmocka_unit_test(a_message_too_large_is_refused_by_its_head),
		cmocka_unit_test(utf8_is_checked_across_fragments),
		cmocka_unit_test(bad_utf8_is_refused_at_its_first_bad_byte),
		cmocka_unit_test(close_codes_are_those_that_may_be_sent),
		cmocka_unit_test(close_frames_are_checked),
		cmocka_unit_test(what_follows_an_error_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

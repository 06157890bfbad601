/*
 * The WebSocket codec: what it reads and writes, however the bytes are split.
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

#include "shared/buf.h"
#include "shared/ws.h"
#include "shared/xmalloc.h"
#include "tests/unit/ws_feed.h"

#define MESSAGE_MAX 1000

static const struct ws_limits server_side = { MESSAGE_MAX, true };
static const struct ws_limits client_side = { MESSAGE_MAX, false };

/* Appends a frame whose first byte is given, masked with `mask` if not NULL. */
static void
put_frame(struct buf *out, uint8_t first, const char *data, size_t len,
    const char *mask)
{
	uint8_t head[WS_HEADER_MAX];
	size_t size = ws_header(head, WS_TEXT, len, (const uint8_t *)mask);
	size_t at = out->len + size;

	head[0] = first;
	buf_append(out, head, size);
	buf_append(out, data, len);
	if (mask != NULL)
		ws_mask(out->data + at, len, (const uint8_t *)mask, 0);
}

static void
the_examples_of_section_5_7_are_read(void **state)
{
	static const struct ws_vector from_server[] = {
		{ BYTES("\x81\x05Hello"), "text(Hello)" },
		{ BYTES("\x01\x03Hel\x80\x02lo"), "text(Hello)" },
		{ BYTES("\x89\x05Hello"), "ping(Hello)" },
	};
	static const struct ws_vector from_client[] = {
		{ BYTES("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
		    "text(Hello)" },
		{ BYTES("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
		    "pong(Hello)" },
	};

	(void)state;
	WS_CHECK_ALL(client_side, from_server);
	WS_CHECK_ALL(server_side, from_client);
}

static void
messages_of_every_length_up_to_the_limit_are_read(void **state)
{
	static const size_t lengths[] = { 0, 1, 2, 7, 8, 9, 124, 125, 126, 127,
		128, 255, 256, 999, 1000 };
	char text[MESSAGE_MAX + 1], said[MESSAGE_MAX + 16];
	struct buf bytes = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		for (size_t k = 0; k < lengths[i]; k++)
			text[k] = (char)('a' + k % 26);
		text[lengths[i]] = '\0';
		snprintf(said, sizeof said, "text(%s)", text);
		buf_clear(&bytes);
		put_frame(&bytes, 0x81, text, lengths[i], "\x01\xfe\x80\x7f");
		ws_check(&server_side, bytes.data, bytes.len, said);
		buf_clear(&bytes);
		put_frame(&bytes, 0x81, text, lengths[i], NULL);
		ws_check(&client_side, bytes.data, bytes.len, said);
	}
	buf_release(&bytes);
}

static void
a_length_of_64_bits_is_read(void **state)
{
	struct ws_limits limits = { 100000, false };
	struct buf bytes = BUF_INIT;
	struct buf said = BUF_INIT;
	char *text = xmalloc(70001);

	(void)state;
	memset(text, 'x', 70000);
	text[70000] = '\0';
	buf_printf(&said, "text(%s)", text);
	put_frame(&bytes, 0x81, text, 70000, NULL);
	assert_int_equal(bytes.len, 70000 + 10);
	ws_check_pieces(&limits, bytes.data, bytes.len, 5, 1000, said.data);
	ws_check_pieces(&limits, bytes.data, bytes.len, 70010, 1, said.data);
	free(text);
	buf_release(&bytes);
	buf_release(&said);
}

static void
an_empty_message_is_a_final_piece(void **state)
{
	static const struct ws_vector vectors[] = {
		{ BYTES("\x81\x80\x01\x02\x03\x04"), "text()" },
		{ BYTES("\x01\x80zzzz\x00\x80zzzz\x80\x80zzzz"), "text()" },
		{ BYTES("\x01\x81\0\0\0\0a\x80\x80zzzz"), "text(a)" },
		{ BYTES("\x01\x80zzzz\x80\x81\0\0\0\0a"), "text(a)" },
	};

	(void)state;
	WS_CHECK_ALL(server_side, vectors);
}

static void
control_frames_may_stand_between_fragments(void **state)
{
	static const struct ws_vector vectors[] = {
		{ BYTES("\x01\x02Hi\x89\x01!\x00\x01,\x8a\x00\x80\x03 yo"),
		    "ping(!) pong() text(Hi, yo)" },
		{ BYTES("\x01\x02Hi\x88\x02\x03\xe8"), "close 1000()" },
		{ BYTES("\x89\x00\x8a\x00\x89\x01x\x81\x01y"),
		    "ping() pong() ping(x) text(y)" },
	};

	(void)state;
	WS_CHECK_ALL(client_side, vectors);
}

static void
a_control_frame_is_given_only_when_it_is_whole(void **state)
{
	struct ws_parser parser = { 0 };
	char bytes[] = "\x89\x84\x01\x01\x01\x01```a";
	size_t used;
	struct ws_event event;

	(void)state;
	for (size_t len = 0; len < sizeof bytes - 1; len++) {
		event = ws_parse(&parser, &server_side, bytes, len, &used);
		assert_int_equal(event.type, WS_EVENT_NONE);
		assert_int_equal(used, 0);
		assert_true(ws_parser_idle(&parser));
	}
	event = ws_parse(&parser, &server_side, bytes, sizeof bytes - 1, &used);
	assert_int_equal(event.type, WS_EVENT_PING);
	assert_int_equal(used, sizeof bytes - 1);
	assert_memory_equal(event.data, "aaa`", 4);
}

static void
the_longest_control_frame_is_read(void **state)
{
	char payload[WS_CONTROL_MAX + 1], said[WS_CONTROL_MAX + 16];
	struct buf bytes = BUF_INIT;

	(void)state;
	memset(payload, 'p', WS_CONTROL_MAX);
	payload[WS_CONTROL_MAX] = '\0';
	snprintf(said, sizeof said, "ping(%s)", payload);
	put_frame(&bytes, 0x89, payload, WS_CONTROL_MAX, "abcd");
	ws_check(&server_side, bytes.data, bytes.len, said);
	buf_release(&bytes);
}

static void
the_payload_of_a_data_frame_is_not_waited_for(void **state)
{
	struct ws_parser parser = { 0 };
	char bytes[] = "\x81\x7e\x03\xe8then some";
	size_t used;
	struct ws_event event;

	(void)state;
	event = ws_parse(&parser, &client_side, bytes, 4, &used);
	assert_int_equal(event.type, WS_EVENT_NONE);
	assert_int_equal(used, 4);
	assert_false(ws_parser_idle(&parser));
	event = ws_parse(&parser, &client_side, bytes + 4, 9, &used);
	assert_int_equal(event.type, WS_EVENT_DATA);
	assert_int_equal(event.len, 9);
	assert_ptr_equal(event.data, bytes + 4);
	assert_false(event.final);
}

static void
nothing_is_kept_between_messages(void **state)
{
	static const struct ws_parser zero;
	struct ws_parser parser = { 0 };
	char bytes[] = "\x01\x83\x01\x02\x03\x04"
		       "abc\x80\x81zzzz\x1b\x89\x80zzzz";
	size_t len = sizeof bytes - 1, at = 0, used;
	struct ws_event event;

	(void)state;
	do {
		event = ws_parse(&parser, &server_side, bytes + at, len - at,
		    &used);
		at += used;
		if (event.type == WS_EVENT_DATA && event.final)
			assert_memory_equal(&parser, &zero, sizeof zero);
	} while (event.type != WS_EVENT_NONE);
	assert_int_equal(at, len);
	assert_memory_equal(&parser, &zero, sizeof zero);
}

static void
masking_is_the_same_at_every_length_and_offset(void **state)
{
	static const uint8_t mask[4] = { 0x12, 0x34, 0x56, 0x78 };
	char data[64];

	(void)state;
	for (size_t len = 0; len <= sizeof data - 8; len++) {
		for (size_t at = 0; at < 8; at++) {
			memset(data, 0, sizeof data);
			ws_mask(data + at % 5, len, mask, at);
			for (size_t i = 0; i < len; i++)
				assert_int_equal((uint8_t)data[at % 5 + i],
				    mask[(at + i) % 4]);
			assert_int_equal(data[at % 5 + len], 0);
		}
	}
}

static void
headers_use_the_shortest_length(void **state)
{
	uint8_t out[WS_HEADER_MAX];
	static const uint8_t mask[] = { 1, 2, 3, 4 };

	(void)state;
	assert_int_equal(ws_header(out, WS_TEXT, 0, NULL), 2);
	assert_memory_equal(out, "\x81\x00", 2);
	assert_int_equal(ws_header(out, WS_PING, 125, NULL), 2);
	assert_memory_equal(out, "\x89\x7d", 2);
	assert_int_equal(ws_header(out, WS_TEXT, 126, NULL), 4);
	assert_memory_equal(out, "\x81\x7e\x00\x7e", 4);
	assert_int_equal(ws_header(out, WS_TEXT, 65535, NULL), 4);
	assert_memory_equal(out, "\x81\x7e\xff\xff", 4);
	assert_int_equal(ws_header(out, WS_TEXT, 65536, mask), 14);
	assert_memory_equal(out, "\x81\xff\0\0\0\0\0\x01\0\0\x01\x02\x03\x04",
	    14);
	assert_int_equal(ws_header(out, WS_CLOSE, 2, mask), 6);
	assert_memory_equal(out, "\x88\x82\x01\x02\x03\x04", 6);
}

static void
frames_that_are_written_are_read_by_the_other_side(void **state)
{
	static const uint8_t mask[] = { 0xaa, 0, 0x55, 0xff };
	struct buf bytes = BUF_INIT;

	(void)state;
	ws_frame(&bytes, WS_TEXT, "hello", 5, mask);
	ws_frame(&bytes, WS_PING, NULL, 0, mask);
	ws_frame(&bytes, WS_PONG, "x", 1, mask);
	ws_close_frame(&bytes, 4008, "slow", mask);
	ws_check(&server_side, bytes.data, bytes.len,
	    "text(hello) ping() pong(x) close 4008(slow)");
	buf_clear(&bytes);
	ws_frame(&bytes, WS_TEXT, "hello", 5, NULL);
	ws_close_frame(&bytes, 1000, NULL, NULL);
	ws_check(&client_side, bytes.data, bytes.len,
	    "text(hello) close 1000()");
	buf_clear(&bytes);
	ws_close_frame(&bytes, 1005, "no code, no reason", NULL);
	ws_check(&client_side, bytes.data, bytes.len, "close 1005()");
	buf_release(&bytes);
}

static void
a_long_close_reason_is_cut_at_a_code_point(void **state)
{
	struct buf bytes = BUF_INIT;
	char reason[200], said[200];

	(void)state;
	memset(reason, 'r', sizeof reason);
	reason[sizeof reason - 1] = '\0';
	/* A euro sign over the 123rd byte, and then just before it. */
	memcpy(reason + 121, "\xe2\x82\xac", 3);
	snprintf(said, sizeof said, "close 1001(%.121s)", reason);
	ws_close_frame(&bytes, 1001, reason, NULL);
	ws_check(&client_side, bytes.data, bytes.len, said);
	memcpy(reason + 120, "\xe2\x82\xacr", 4);
	snprintf(said, sizeof said, "close 1001(%.123s)", reason);
	buf_clear(&bytes);
	ws_close_frame(&bytes, 1001, reason, NULL);
	ws_check(&client_side, bytes.data, bytes.len, said);
	buf_release(&bytes);
}

static void
the_accept_value_is_that_of_section_1_3(void **state)
{
	char accept[WS_ACCEPT_SIZE];

	(void)state;
	ws_accept("dGhlIHNhbXBsZSBub25jZQ==", accept);
	assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

static void
a_key_is_base64_of_16_bytes(void **state)
{
	(void)state;
	assert_true(ws_key_valid("dGhlIHNhbXBsZSBub25jZQ=="));
	assert_true(ws_key_valid("AAAAAAAAAAAAAAAAAAAAAA=="));
	assert_false(ws_key_valid(""));
	assert_false(ws_key_valid("dGhlIHNhbXBsZSBub25jZQ"));
	assert_false(ws_key_valid("dGhlIHNhbXBsZSBub25jZ=="));
	assert_false(ws_key_valid("dGhlIHNhbXBsZSBub25jZR=="));
	assert_false(ws_key_valid("dGhlIHNhbXBsZSBub25j"));
	assert_false(ws_key_valid("dGhlIHNhbXBsZSBub25jZWU="));
	assert_false(ws_key_valid("dGhlIHNhbXBsZSBub25jZQ== "));
	assert_false(ws_key_valid("dGhlIHNhbXBsZSBub2_jZQ=="));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_section_5_7_are_read),
		cmocka_unit_test(
		    messages_of_every_length_up_to_the_limit_are_read),
		cmocka_unit_test(a_length_of_64_bits_is_read),
		cmocka_unit_test(an_empty_message_is_a_final_piece),
		cmocka_unit_test(control_frames_may_stand_between_fragments),
		cmocka_unit_test(
		    a_control_frame_is_given_only_when_it_is_whole),
		cmocka_unit_test(the_longest_control_frame_is_read),
		cmocka_unit_test(the_payload_of_a_data_frame_is_not_waited_for),
		cmocka_unit_test(nothing_is_kept_between_messages),
		cmocka_unit_test(
		    masking_is_the_same_at_every_length_and_offset),
		cmocka_unit_test(headers_use_the_shortest_length),
		cmocka_unit_test(
		    frames_that_are_written_are_read_by_the_other_side),
		cmocka_unit_test(a_long_close_reason_is_cut_at_a_code_point),
		cmocka_unit_test(the_accept_value_is_that_of_section_1_3),
		cmocka_unit_test(a_key_is_base64_of_16_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

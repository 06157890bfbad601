/*
 * Shared frames: what they hold, and when they go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "server/frame.h"

static void
a_frame_is_a_text_frame_around_its_json(void **state)
{
	static const char json[] = "{\"type\":\"ack\"}";
	struct frame *frame = frame_new(json, sizeof(json) - 1);

	(void)state;
	assert_int_equal(frame->len, 2 + sizeof(json) - 1);
	assert_int_equal(frame->frames, 1);
	/* FIN and text; the length, unmasked (RFC 6455 section 5.2). */
	assert_int_equal((unsigned char)frame->data[0], 0x81);
	assert_int_equal(frame->data[1], sizeof(json) - 1);
	assert_memory_equal(frame->data + 2, json, sizeof(json) - 1);
	frame_unref(frame);
}

static void
a_long_frame_has_a_long_length(void **state)
{
	static char json[70000];
	struct frame *frame;

	(void)state;
	memset(json, ' ', sizeof(json));
	frame = frame_new(json, 126);
	assert_int_equal(frame->len, 4 + 126);
	assert_int_equal(frame->data[1], 126);
	frame_unref(frame);
	frame = frame_new(json, sizeof(json));
	assert_int_equal(frame->len, 10 + sizeof(json));
	assert_int_equal(frame->data[1], 127);
	frame_unref(frame);
}

static void
a_frame_lives_as_long_as_its_last_reference(void **state)
{
	struct frame *frame = frame_alloc(4);

	(void)state;
	memcpy(frame->data, "abcd", 4);
	assert_ptr_equal(frame_ref(frame), frame);
	assert_int_equal(frame->refs, 2);
	frame_unref(frame);
	assert_int_equal(frame->refs, 1);
	assert_memory_equal(frame->data, "abcd", 4);
	frame_unref(frame);
	frame_unref(NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_is_a_text_frame_around_its_json),
		cmocka_unit_test(a_long_frame_has_a_long_length),
		cmocka_unit_test(a_frame_lives_as_long_as_its_last_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

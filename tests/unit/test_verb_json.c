/*
 * JSON lines: an object a line, in which nothing stands that a terminal would act
 * on.
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
#include "tui/verb_json.h"

/* Checks the line of {"text":text}, and that it says the same as before. */
static void
assert_text_line(const char *text, const char *expected)
{
	json_t *object = json_pack("{s:s}", "text", text);
	struct buf out = BUF_INIT;
	json_t *again;

	assert_non_null(object);
	json_line_format(&out, object);
	assert_string_equal(out.data, expected);
	again = json_loads(out.data, 0, NULL);
	assert_true(json_equal(object, again));
	json_decref(again);
	json_decref(object);
	buf_release(&out);
}

static void
plain_text_stands_as_it_is(void **state)
{
	(void)state;
	assert_text_line("grüße 👍", "{\"text\":\"grüße 👍\"}\n");
}

static void
control_and_bidi_characters_are_escaped(void **state)
{
	(void)state;
	assert_text_line("a\x1b[31m\n\x7f",
	    "{\"text\":\"a\\u001B[31m\\n"
	    "\\u007F\"}\n");
	assert_text_line("\xc2\x9b\xe2\x80\xae",
	    "{\"text\":\"\\u009B"
	    "\\u202E\"}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stands_as_it_is),
		cmocka_unit_test(control_and_bidi_characters_are_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

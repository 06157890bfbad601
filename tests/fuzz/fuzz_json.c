/*
 * Hostile JSON: whatever the bytes, the reader answers with an object or a
 * reason, and what the writer writes the reader takes.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/json_in.h"
#include "shared/json_out.h"
#include "shared/utf8.h"

#define DEPTH_MAX 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The fields that a request is asked for, of whatever type they are. */
static void
object_read(const json_t *root)
{
	static const char *const keys[] = { "a", "id", "text", "type" };
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *text = json_in_string(root, keys[i]);

		if (text)
			assert(utf8_valid(text, strlen(text)));
		assert(json_in_id(root, keys[i]) >= 0);
		json_in_int(root, keys[i], 0);
		json_in_bool(root, keys[i], false);
		json_in_time(root, keys[i]);
	}
}

static size_t
value_depth(const json_t *value)
{
	size_t deepest = 0;
	size_t depth;
	const char *key;
	json_t *child;
	size_t i;

	json_array_foreach(value, i, child) {
		depth = value_depth(child);
		deepest = depth > deepest ? depth : deepest;
	}
	/* The macro's own variables are not const. */
	json_object_foreach((json_t *)(uintptr_t)value, key, child) {
		depth = value_depth(child);
		deepest = depth > deepest ? depth : deepest;
	}
	return json_is_array(value) || json_is_object(value) ? deepest + 1 : 0;
}

/* Any text that is valid comes back as it was. */
static void
string_round_trip(const char *text, size_t len)
{
	struct buf buf = BUF_INIT;
	struct json_out out;
	char cause[128];
	json_t *root;

	if (!utf8_valid(text, len) || memchr(text, '\0', len))
		return;
	json_out_init(&out, &buf);
	json_out_object(&out);
	json_out_key(&out, "a");
	json_out_string_n(&out, text, len);
	json_out_object_end(&out);
	root = json_in_parse(buf.data, buf.len, 1, cause, sizeof(cause));
	assert(root);
	assert(strlen(json_in_string(root, "a")) == len);
	assert(memcmp(json_in_string(root, "a"), text, len) == 0);
	json_decref(root);
	buf_release(&buf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char cause[128] = "";
	json_t *root = json_in_parse((const char *)data, size, DEPTH_MAX, cause,
	    sizeof(cause));
	json_t *again;
	char *text;

	if (root) {
		object_read(root);
		assert(value_depth(root) <= DEPTH_MAX);
		text = json_dumps(root, JSON_COMPACT);
		assert(text);
		again = json_in_parse(text, strlen(text), DEPTH_MAX, cause,
		    sizeof(cause));
		assert(again && json_equal(root, again));
		json_decref(again);
		json_decref(root);
		free(text);
	} else {
		assert(cause[0]);
	}
	string_round_trip((const char *)data, size);
	return 0;
}

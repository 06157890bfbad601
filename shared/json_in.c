/*
 * Foreign JSON on its way to jansson. Depth is bounded on the bytes, before a
 * node is allocated or a call recurses. Owns no text: the causes it gives never
 * quote the input, which may hold a password.
 */
#include "shared/json_in.h"

#include <stdio.h>

#include "shared/clock.h"
#include "shared/id.h"

/* What jansson refuses, in words. */
static const struct json_refusal {
	enum json_error_code code;
	const char *text;
} json_refusals[] = {
	{ json_error_duplicate_key, "duplicate key" },
	{ json_error_invalid_utf8, "not UTF-8" },
	{ json_error_numeric_overflow, "a number is out of range" },
	{ json_error_null_character, "U+0000 in a string" },
	{ json_error_null_byte_in_key, "U+0000 in a key" },
	{ json_error_premature_end_of_input, "not JSON: it ends too early" },
	{ json_error_end_of_input_expected, "not JSON: text after its end" },
};

/* The deepest nesting stays within `max`. Brackets within strings don't count;
 * whether they match is jansson's to say. */
static bool
depth_within(const char *text, size_t len, size_t max)
{
	size_t depth = 0;
	bool quoted = false;
	size_t i;

	for (i = 0; i < len; i++) {
		if (quoted) {
			if (text[i] == '\\')
				i++;
			else if (text[i] == '"')
				quoted = false;
		} else if (text[i] == '"') {
			quoted = true;
		} else if (text[i] == '{' || text[i] == '[') {
			if (++depth > max)
				return false;
		} else if ((text[i] == '}' || text[i] == ']') && depth) {
			depth--;
		}
	}
	return true;
}

static void
refusal_say(const json_error_t *error, char *cause, size_t cause_size)
{
	size_t i;

	for (i = 0; i < sizeof(json_refusals) / sizeof(*json_refusals); i++) {
		if (json_refusals[i].code == json_error_code(error)) {
			snprintf(cause, cause_size, "%s",
			    json_refusals[i].text);
			return;
		}
	}
	snprintf(cause, cause_size, "not JSON at line %d, column %d",
	    error->line, error->column);
}

json_t *
json_in_parse(const char *text, size_t len, size_t max_depth, char *cause,
    size_t cause_size)
{
	json_error_t error;
	json_t *root;

	if (!depth_within(text, len, max_depth)) {
		snprintf(cause, cause_size, "nested deeper than %zu levels",
		    max_depth);
		return NULL;
	}
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (!root) {
		refusal_say(&error, cause, cause_size);
		return NULL;
	}
	if (!json_is_object(root)) {
		json_decref(root);
		snprintf(cause, cause_size, "not a JSON object");
		return NULL;
	}
	return root;
}

const char *
json_in_string(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

int64_t
json_in_id(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	int64_t id = 0;

	if (json_is_string(value))
		id_parse_n(json_string_value(value), json_string_length(value),
		    &id);
	return id;
}

int64_t
json_in_int(const json_t *object, const char *key, int64_t fallback)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : fallback;
}

bool
json_in_bool(const json_t *object, const char *key, bool fallback)
{
	const json_t *value = json_object_get(object, key);

	return json_is_boolean(value) ? json_is_true(value) : fallback;
}

int64_t
json_in_time(const json_t *object, const char *key)
{
	const char *text = json_in_string(object, key);
	int64_t ms = 0;

	if (text)
		clock_parse(text, &ms);
	return ms;
}

/*
 * The JSON writer. Owns the commas and the escapes; it trusts its caller to nest
 * rightly and to give UTF-8.
 */
#include "shared/json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/clock.h"
#include "shared/id.h"

#define REAL_TEXT_SIZE 32

void
json_out_init(struct json_out *out, struct buf *buf)
{
	out->buf = buf;
	out->comma = false;
}

/* A comma where one is due, and room for `more` bytes after it. */
static char *
value_begin(struct json_out *out, size_t more)
{
	if (out->comma)
		buf_putc(out->buf, ',');
	out->comma = true;
	return buf_reserve(out->buf, more);
}

static void
value_put(struct json_out *out, const char *text, size_t len)
{
	memcpy(value_begin(out, len), text, len);
	out->buf->len += len;
	out->buf->data[out->buf->len] = '\0';
}

void
json_out_object(struct json_out *out)
{
	value_put(out, "{", 1);
	out->comma = false;
}

void
json_out_object_end(struct json_out *out)
{
	buf_putc(out->buf, '}');
	out->comma = true;
}

void
json_out_array(struct json_out *out)
{
	value_put(out, "[", 1);
	out->comma = false;
}

void
json_out_array_end(struct json_out *out)
{
	buf_putc(out->buf, ']');
	out->comma = true;
}

void
json_out_key(struct json_out *out, const char *key)
{
	size_t len = strlen(key);
	char *to = value_begin(out, len + 3);

	to[0] = '"';
	memcpy(to + 1, key, len);
	memcpy(to + 1 + len, "\":", 3);
	out->buf->len += len + 3;
	out->comma = false;
}

/* RFC 8259 section 7: what must be escaped within a string. */
static bool
needs_escape(char c)
{
	return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

static void
escape_put(struct buf *buf, char c)
{
	static const char names[] = "\"\\\b\f\n\r\t";
	static const char escapes[] = "\"\\bfnrt";
	const char *found = c ? strchr(names, c) : NULL;
	char pair[2] = { '\\', 0 };

	if (found) {
		pair[1] = escapes[found - names];
		buf_append(buf, pair, sizeof(pair));
	} else {
		buf_printf(buf, "\\u%04x", (unsigned int)(unsigned char)c);
	}
}

void
json_out_string(struct json_out *out, const char *text)
{
	json_out_string_n(out, text, strlen(text));
}

void
json_out_string_n(struct json_out *out, const char *text, size_t len)
{
	size_t from = 0;
	size_t at;

	/* Most strings need no escape: one allocation at most. */
	value_begin(out, len + 2);
	buf_putc(out->buf, '"');
	for (at = 0; at < len; at++) {
		if (!needs_escape(text[at]))
			continue;
		buf_append(out->buf, text + from, at - from);
		escape_put(out->buf, text[at]);
		from = at + 1;
	}
	buf_append(out->buf, text + from, len - from);
	buf_putc(out->buf, '"');
}

void
json_out_int(struct json_out *out, int64_t value)
{
	char text[ID_TEXT_SIZE + 1];
	char *digits = text;

	if (value == INT64_MIN) {
		/* Has no positive counterpart. */
		value_put(out, "-9223372036854775808", 20);
		return;
	}
	if (value < 0) {
		*digits++ = '-';
		value = -value;
	}
	id_format(value, digits);
	value_put(out, text, strlen(text));
}

void
json_out_real(struct json_out *out, double value)
{
	char text[REAL_TEXT_SIZE];
	char *at;

	if (!isfinite(value)) {
		json_out_null(out);
		return;
	}
	/* The shorter form where it reads back as the same number. */
	snprintf(text, sizeof(text), "%.15g", value);
	if (strtod(text, NULL) != value)
		snprintf(text, sizeof(text), "%.17g", value);
	/* The locale may have another decimal point. */
	for (at = text; *at; at++) {
		if (!strchr("0123456789+-e", *at))
			*at = '.';
	}
	value_put(out, text, strlen(text));
}

void
json_out_bool(struct json_out *out, bool value)
{
	if (value)
		value_put(out, "true", 4);
	else
		value_put(out, "false", 5);
}

void
json_out_null(struct json_out *out)
{
	value_put(out, "null", 4);
}

void
json_out_id(struct json_out *out, int64_t id)
{
	char text[ID_TEXT_SIZE + 2];
	size_t len;

	text[0] = '"';
	id_format(id, text + 1);
	len = strlen(text);
	text[len++] = '"';
	value_put(out, text, len);
}

void
json_out_time(struct json_out *out, int64_t ms)
{
	char text[CLOCK_TEXT_SIZE + 2];

	text[0] = '"';
	clock_format(ms, text + 1);
	text[CLOCK_TEXT_SIZE] = '"';
	value_put(out, text, CLOCK_TEXT_SIZE + 1);
}

void
json_out_raw(struct json_out *out, const char *json, size_t len)
{
	value_put(out, json, len);
}

void
json_out_kstring(struct json_out *out, const char *key, const char *text)
{
	json_out_key(out, key);
	json_out_string(out, text);
}

void
json_out_kstring_opt(struct json_out *out, const char *key, const char *text)
{
	if (text)
		json_out_kstring(out, key, text);
}

void
json_out_kint(struct json_out *out, const char *key, int64_t value)
{
	json_out_key(out, key);
	json_out_int(out, value);
}

void
json_out_kbool(struct json_out *out, const char *key, bool value)
{
	json_out_key(out, key);
	json_out_bool(out, value);
}

void
json_out_kid(struct json_out *out, const char *key, int64_t id)
{
	json_out_key(out, key);
	json_out_id(out, id);
}

void
json_out_kid_opt(struct json_out *out, const char *key, int64_t id)
{
	if (id)
		json_out_kid(out, key, id);
}

void
json_out_ktime(struct json_out *out, const char *key, int64_t ms)
{
	json_out_key(out, key);
	json_out_time(out, ms);
}

void
json_out_ktime_opt(struct json_out *out, const char *key, int64_t ms)
{
	if (ms)
		json_out_ktime(out, key, ms);
}

void
json_out_kobject(struct json_out *out, const char *key)
{
	json_out_key(out, key);
	json_out_object(out);
}

void
json_out_karray(struct json_out *out, const char *key)
{
	json_out_key(out, key);
	json_out_array(out);
}

/*
 * Arguments: one check per type, in a table.
 */
#include "server/args.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/clock.h"
#include "shared/emoji.h"
#include "shared/id.h"
#include "shared/json_in.h"
#include "shared/utf8.h"

struct check {
	const struct arg *row;
	const struct limits *limits;
	json_t *args;
	json_t *value;
	char *cause;
	size_t cause_size;
};

static enum error refuse(struct check *check, enum error error,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* "FIELD: " and the sentence. */
static enum error
refuse(struct check *check, enum error error, const char *format, ...)
{
	va_list ap;
	int n = snprintf(check->cause, check->cause_size, "%s ",
	    check->row->name);

	if (n < 0 || (size_t)n >= check->cause_size)
		return error;
	va_start(ap, format);
	vsnprintf(check->cause + n, check->cause_size - (size_t)n, format, ap);
	va_end(ap);
	return error;
}

/* The bound of a row: a limit's value, a fixed number, or 0 for none. */
static int64_t
row_bound(const struct check *check)
{
	const struct arg *row = check->row;

	if (row->limit == 0)
		return row->max;
	return *(const int64_t *)(const void *)((const char *)check->limits +
	    (row->limit - 1));
}

/* " (limits.text_chars)", where the bound is one of the limits. */
static const char *
row_bound_name(const struct check *check)
{
	const struct option_table *table = limits_table();

	for (size_t i = 0; check->row->limit != 0 && i < table->count; i++)
		if (table->specs[i].offset == check->row->limit - 1)
			return table->specs[i].key;
	return NULL;
}

static enum error
refuse_large(struct check *check, int64_t has, const char *unit)
{
	const char *name = row_bound_name(check);

	return refuse(check, ERR_TOO_LARGE,
	    "has %lld %s, more than the limit of %lld%s%s%s", (long long)has,
	    unit, (long long)row_bound(check), name ? " (" : "",
	    name ? name : "", name ? ")" : "");
}

static const char *
text_of(struct check *check)
{
	return json_string_value(check->value);
}

/* Replaces the value by `text`. */
static void
replace(struct check *check, const char *text)
{
	json_object_set_new(check->args, check->row->name, json_string(text));
	check->value = json_object_get(check->args, check->row->name);
}

static enum error
check_string(struct check *check)
{
	if (!json_is_string(check->value))
		return refuse(check, ERR_BAD_REQUEST, "must be a string");
	return ERR_NONE;
}

static enum error
check_clean(struct check *check, enum utf8_clean how)
{
	struct buf clean = BUF_INIT;
	enum error error = check_string(check);
	size_t len = json_string_length(check->value);
	int64_t chars, bound = row_bound(check);

	if (error != ERR_NONE)
		return error;
	chars = (int64_t)utf8_count(text_of(check), len);
	if (bound > 0 && chars > bound)
		return refuse_large(check, chars, "characters");
	utf8_clean(&clean, text_of(check), len, how);
	if (clean.len != len)
		replace(check, clean.len == 0 ? "" : clean.data);
	len = clean.len;
	buf_release(&clean);
	if (len == 0 && (check->row->flags & ARG_REQUIRED) &&
	    !(check->row->flags & ARG_EMPTY_OK))
		return refuse(check, ERR_BAD_REQUEST, "must not be empty");
	return ERR_NONE;
}

static enum error
check_text(struct check *check)
{
	return check_clean(check, UTF8_CLEAN_TEXT);
}

static enum error
check_line(struct check *check)
{
	return check_clean(check, UTF8_CLEAN_LINE);
}

static enum error
check_secret(struct check *check)
{
	enum error error = check_string(check);
	int64_t len = (int64_t)json_string_length(check->value);
	int64_t bound = row_bound(check);

	if (error == ERR_NONE && bound > 0 && len > bound)
		return refuse_large(check, len, "bytes");
	return error;
}

static enum error
check_id(struct check *check)
{
	int64_t id;
	enum error error = check_string(check);

	if (error == ERR_NONE && !id_parse(text_of(check), &id))
		return refuse(check, ERR_BAD_REQUEST,
		    "must be an id, a string of digits");
	return error;
}

static enum error
check_channel(struct check *check)
{
	int64_t id;
	const char *text;
	enum error error = check_string(check);

	if (error != ERR_NONE)
		return error;
	text = text_of(check);
	if (*text == '#' || *text == '@' ? channel_name_valid(text + 1)
					 : id_parse(text, &id))
		return ERR_NONE;
	return refuse(check, ERR_BAD_REQUEST,
	    "must be a channel's id or its name with a # before it");
}

static enum error
check_user(struct check *check)
{
	int64_t id;
	const char *text;
	enum error error = check_string(check);

	if (error != ERR_NONE)
		return error;
	text = text_of(check);
	if (*text == '@' ? username_valid(text + 1) : id_parse(text, &id))
		return ERR_NONE;
	return refuse(check, ERR_BAD_REQUEST,
	    "must be a user's id or @ and the username");
}

static enum error
check_username(struct check *check)
{
	enum error error = check_string(check);

	if (error == ERR_NONE && json_string_length(check->value) > 32)
		return refuse(check, ERR_TOO_LARGE,
		    "has more than the limit of 32 characters");
	if (error == ERR_NONE && !username_valid(text_of(check)))
		return refuse(check, ERR_BAD_REQUEST,
		    "must begin with a-z or 0-9 and have only a-z 0-9 . _ -");
	return error;
}

static enum error
check_channel_name(struct check *check)
{
	enum error error = check_string(check);
	char name[65];
	const char *text;

	if (error != ERR_NONE)
		return error;
	text = text_of(check);
	if (*text == '#')
		text++;
	if (strlen(text) > 64)
		return refuse(check, ERR_TOO_LARGE,
		    "has more than the limit of 64 characters");
	if (!channel_name_valid(text))
		return refuse(check, ERR_BAD_REQUEST,
		    "must begin with a-z or 0-9 and have only a-z 0-9 . _ -");
	snprintf(name, sizeof(name), "%s", text);
	replace(check, name);
	return ERR_NONE;
}

static enum error
check_ids(struct check *check)
{
	size_t i;
	json_t *item;
	int64_t id, bound = row_bound(check);

	if (!json_is_array(check->value))
		return refuse(check, ERR_BAD_REQUEST,
		    "must be an array of ids");
	if (bound > 0 && (int64_t)json_array_size(check->value) > bound)
		return refuse_large(check,
		    (int64_t)json_array_size(check->value), "entries");
	json_array_foreach(check->value, i, item)
		if (!json_is_string(item) ||
		    !id_parse(json_string_value(item), &id))
			return refuse(check, ERR_BAD_REQUEST,
			    "must hold ids, strings of digits");
	return ERR_NONE;
}

/* A query string has only text: digits become a number. */
static enum error
check_int(struct check *check)
{
	if ((check->row->flags & ARG_QUERY) && json_is_string(check->value)) {
		const char *text = text_of(check);
		char *end;
		long long number;

		errno = 0;
		number = strtoll(text, &end, 10);
		if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0)
			json_object_set_new(check->args, check->row->name,
			    json_integer(number));
		check->value = json_object_get(check->args, check->row->name);
	}
	if (!json_is_integer(check->value))
		return refuse(check, ERR_BAD_REQUEST, "must be a whole number");
	if (json_integer_value(check->value) < 1)
		return refuse(check, ERR_BAD_REQUEST, "must be at least 1");
	return ERR_NONE;
}

static enum error
check_bool(struct check *check)
{
	if (!json_is_boolean(check->value))
		return refuse(check, ERR_BAD_REQUEST, "must be true or false");
	return ERR_NONE;
}

static enum error
check_time(struct check *check)
{
	int64_t ms;
	enum error error = check_string(check);

	if (error == ERR_NONE && !clock_parse(text_of(check), &ms))
		return refuse(check, ERR_BAD_REQUEST,
		    "must be a time like 2026-11-24T02:05:00.123Z");
	return error;
}

static enum error
check_emoji(struct check *check)
{
	enum error error = check_string(check);
	size_t len = json_string_length(check->value);

	if (error == ERR_NONE && len > EMOJI_MAX)
		return refuse(check, ERR_TOO_LARGE,
		    "has %zu bytes, more than the limit of %d", len, EMOJI_MAX);
	if (error == ERR_NONE && !emoji_valid(text_of(check), len))
		return refuse(check, ERR_BAD_REQUEST,
		    "must be one emoji, or a name between colons");
	return error;
}

static enum error
check_choice(struct check *check)
{
	enum error error = check_string(check);
	const char *choice = check->row->choices;
	size_t len;

	if (error != ERR_NONE)
		return error;
	for (; *choice != '\0'; choice += len + (choice[len] == ' ')) {
		len = strcspn(choice, " ");
		if (json_string_length(check->value) == len &&
		    strncmp(choice, text_of(check), len) == 0)
			return ERR_NONE;
	}
	return refuse(check, ERR_BAD_REQUEST, "must be one of: %s",
	    check->row->choices);
}

static enum error
check_seq_map(struct check *check)
{
	const char *key;
	json_t *value;
	int64_t id;

	if (!json_is_object(check->value))
		return refuse(check, ERR_BAD_REQUEST,
		    "must be an object of channel ids and seqs");
	json_object_foreach(check->value, key, value)
		if (!id_parse(key, &id) || !json_is_integer(value) ||
		    json_integer_value(value) < 0)
			return refuse(check, ERR_BAD_REQUEST,
			    "must hold channel ids, each with its seq");
	return ERR_NONE;
}

static enum error (*const checks[])(struct check *check) = {
	[ARG_TEXT] = check_text,
	[ARG_LINE] = check_line,
	[ARG_SECRET] = check_secret,
	[ARG_ID] = check_id,
	[ARG_CHANNEL] = check_channel,
	[ARG_USER] = check_user,
	[ARG_USERNAME] = check_username,
	[ARG_CHANNEL_NAME] = check_channel_name,
	[ARG_IDS] = check_ids,
	[ARG_INT] = check_int,
	[ARG_BOOL] = check_bool,
	[ARG_TIME] = check_time,
	[ARG_EMOJI] = check_emoji,
	[ARG_CHOICE] = check_choice,
	[ARG_SEQ_MAP] = check_seq_map,
};

static bool
row_named(const struct arg *rows, const char *name)
{
	for (; rows != NULL && rows->type != ARG_END; rows++)
		if (strcmp(rows->name, name) == 0)
			return true;
	return false;
}

/* What the operation does not know is not there for anybody: a channel named
 * beside a message must not decide who may touch the message. */
static void
drop_unknown(const struct arg *rows, json_t *args)
{
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(args, next, key, value)
		if (!row_named(rows, key))
			json_object_del(args, key);
}

enum error
args_check(const struct arg *rows, const struct limits *limits, json_t *args,
    char *cause, size_t cause_size)
{
	struct check check = { NULL, limits, args, NULL, cause, cause_size };
	enum error error;

	drop_unknown(rows, args);
	for (check.row = rows; check.row && check.row->type != ARG_END;
	     check.row++) {
		check.value = json_object_get(args, check.row->name);
		/* null says the same as leaving out. */
		if (json_is_null(check.value)) {
			json_object_del(args, check.row->name);
			check.value = NULL;
		}
		if (check.value == NULL) {
			if (check.row->flags & ARG_REQUIRED)
				return refuse(&check, ERR_BAD_REQUEST,
				    "is missing");
			continue;
		}
		error = checks[check.row->type](&check);
		if (error != ERR_NONE)
			return error;
	}
	return ERR_NONE;
}

/*
 * The protocol's shapes: texts and numbers as JSON, objects as lines of fields.
 */
#include "server/openapi_schema.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "shared/protocol.h"

#define STRING(pattern, words)                        \
	"{\"type\":\"string\",\"pattern\":\"" pattern \
	"\",\"description\":\"" words "\"}"
#define TEXT(words) "{\"type\":\"string\",\"description\":\"" words "\"}"
#define ONE_OF(values, words) \
	"{\"enum\":[" values "],\"description\":\"" words "\"}"
#define POINT "\"$ref\":\"#/components/schemas/"

#define ID "[1-9][0-9]{0,18}"
#define USERNAME "[a-z0-9][a-z0-9._-]{0,31}"
#define CHANNEL_NAME "[a-z0-9][a-z0-9._-]{0,63}"
#define TIME \
	"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\\\.[0-9]{3}Z"

/* Shapes that are no objects, and one that is either of two. */
static const struct shape {
	const char *name, *json;
} shapes[] = {
	{ "id", STRING("^" ID "$", "A number of 64 bits, in digits") },
	{ "time", STRING("^" TIME "$", "RFC 3339, UTC, milliseconds") },
	{ "time_given",
	    "{\"type\":\"string\",\"format\":\"date-time\","
	    "\"description\":\"RFC 3339, with Z or an offset\"}" },
	{ "username", STRING("^" USERNAME "$", "Unique, and never changed") },
	{ "user_ref",
	    STRING("^(" ID "|@" USERNAME ")$",
		"A user's id, or @ and the username") },
	{ "channel_name", STRING("^" CHANNEL_NAME "$", "Without its #") },
	{ "channel_name_given",
	    STRING("^#?" CHANNEL_NAME "$", "With or without its #") },
	{ "channel_ref",
	    STRING("^(" ID "|[#@]" CHANNEL_NAME ")$",
		"A channel's id, or @ or # and its name") },
	{ "emoji",
	    "{\"type\":\"string\",\"minLength\":1,\"maxLength\":64,"
	    "\"description\":\"One emoji, or a name between colons; "
	    "at most 64 bytes\"}" },
	{ "text", TEXT("Any text") },
	{ "word", TEXT("A word of the server's own") },
	{ "secret",
	    "{\"type\":\"string\",\"format\":\"password\","
	    "\"description\":\"Not to be shown or logged\"}" },
	{ "count", "{\"type\":\"integer\",\"minimum\":0}" },
	{ "seq",
	    "{\"type\":\"integer\",\"minimum\":0,\"description\":"
	    "\"A change's place in its channel, without gaps\"}" },
	{ "seq_map",
	    "{\"type\":\"object\",\"propertyNames\":{" POINT "id\"},"
	    "\"additionalProperties\":{" POINT "seq\"},"
	    "\"description\":\"Channel ids, each with the highest seq that "
	    "was applied\"}" },
	{ "flag", "{\"type\":\"boolean\"}" },
	{ "yes", "{\"const\":true}" },
	{ "object", "{\"type\":\"object\"}" },
	{ "list", "{\"type\":\"array\"}" },
	{ "account_role",
	    ONE_OF("\"user\",\"admin\",\"bot\"", "Of an account") },
	{ "channel_role",
	    ONE_OF("\"member\",\"moderator\",\"owner\"", "Of a member") },
	{ "channel_type",
	    ONE_OF("\"group\",\"direct\"", "direct: between two, nameless") },
	{ "visibility",
	    ONE_OF("\"public\",\"private\"", "public: anyone may join") },
	{ "notify",
	    ONE_OF("\"all\",\"mentions\",\"none\"",
		"Of what a member wants to be notified") },
	{ "presence_status",
	    ONE_OF("\"online\",\"away\",\"dnd\",\"offline\"",
		"offline: without a connection") },
	{ "left_reason", ONE_OF("\"kicked\"", "Why somebody was removed") },
	{ "synced",
	    "{\"oneOf\":[{" POINT "moved\"},{" POINT "gone\"}],"
	    "\"description\":\"What a sync tells of one channel\"}" },
};

static const struct object {
	const char *name, *fields, *help;
} objects[] = {
	{ "user",
	    "id username display_name? avatar_url? status_text? "
	    "role:account_role created_at",
	    "An account" },
	{ "author", "id username display_name?",
	    "An account, inside messages and events" },
	{ "channel",
	    "id type:channel_type visibility name:channel_name? topic? "
	    "created_by created_at seq member_count members:author[]? "
	    "last_message:message? my?",
	    "A channel, as the caller sees it" },
	{ "my",
	    "role:channel_role joined_at unread_count mention_count "
	    "last_read_message_id? muted notify",
	    "What a channel is to the caller, who is a member" },
	{ "member", "user role:channel_role joined_at silenced_until?",
	    "Somebody in a channel" },
	{ "message",
	    "id channel_id seq user:author text created_at client_msg_id? "
	    "parent_id? in_channel? reply_count? last_reply_at? "
	    "mentions:id[]? mentions_all:yes? reactions:reaction[]? "
	    "pinned_at? edited_at? deleted_at?",
	    "Something said; deleted, it keeps its place, without a text" },
	{ "reaction", "emoji count user_ids:id[]",
	    "An emoji on a message; user_ids has the first 20" },
	{ "thread", "id reply_count last_reply_at",
	    "The head of a thread, whose counts a reply has changed" },
	{ "receipt",
	    "user_id last_read_message_id? last_read_at? "
	    "last_delivered_message_id?",
	    "How far somebody has read a channel, or has it" },
	{ "presence", "user_id status:presence_status last_seen_at?",
	    "Whether somebody is here" },
	{ "moved", "channel messages receipts:receipt[] truncated:flag",
	    "A channel that is new to the client or has moved" },
	{ "gone", "channel_id gone:yes",
	    "A channel that its user may no longer see" },
	{ "error", "code:error_code message:text retry_after_ms?",
	    "Why something was refused" },
	{ "refusal", "error", "The answer of every request that was refused" },
};

/* Which shape a field has that does not say: by its whole name, or by how it ends.
 * A name that is none of these is its shape's. */
static const struct {
	const char *name, *shape;
} fields_named[] = {
	{ "display_name", "text" },
	{ "avatar_url", "text" },
	{ "status_text", "text" },
	{ "topic", "text" },
	{ "client_msg_id", "text" },
	{ "token", "secret" },
	{ "refresh_token", "secret" },
	{ "ticket", "secret" },
	{ "created_by", "id" },
	{ "by", "id" },
	{ "server_time", "time" },
	{ "silenced_until", "time" },
	{ "dropped", "count" },
	{ "in_channel", "flag" },
	{ "muted", "flag" },
	{ "duplicate", "flag" },
	{ "changed", "flag" },
	{ "has_more", "flag" },
	{ "has_more_before", "flag" },
	{ "has_more_after", "flag" },
	{ "users", "user[]" },
	{ "bots", "user[]" },
	{ "channels", "channel[]" },
	{ "members", "member[]" },
	{ "messages", "message[]" },
	{ "read_receipts", "receipt[]" },
	{ "*_id", "id" },
	{ "*_at", "time" },
	{ "*_count", "count" },
	{ "*_ms", "count" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A piece of a line of fields. */
struct piece {
	char name[40], shape[40];
	bool optional;
};

/* ---- reading a line ---- */

static bool
name_fits(const char *name, const char *rule)
{
	size_t len = strlen(name), tail;

	if (*rule != '*')
		return strcmp(name, rule) == 0;
	tail = strlen(rule + 1);
	return len >= tail && strcmp(name + len - tail, rule + 1) == 0;
}

static const char *
shape_of(const char *name)
{
	for (size_t i = 0; i < COUNT(fields_named); i++)
		if (name_fits(name, fields_named[i].name))
			return fields_named[i].shape;
	return name;
}

static void
piece_copy(char out[40], const char *text, size_t len)
{
	assert(len > 0 && len < 40);
	memcpy(out, text, len);
	out[len] = '\0';
}

/* The next field of the line at *at; false at its end. */
static bool
piece_next(const char **at, struct piece *piece)
{
	const char *text = *at;
	size_t len, name;

	if (text == NULL)
		return false;
	text += strspn(text, " ");
	len = strcspn(text, " |");
	*at = text + len;
	if (len == 0)
		return false;
	piece->optional = text[len - 1] == '?';
	if (piece->optional)
		len--;
	name = strcspn(text, ":? |");
	piece_copy(piece->name, text, name);
	if (name < len)
		piece_copy(piece->shape, text + name + 1, len - name - 1);
	else
		piece_copy(piece->shape, shape_of(piece->name),
		    strlen(shape_of(piece->name)));
	return true;
}

/* ---- writing ---- */

static bool
shape_known(const char *shape)
{
	for (size_t i = 0; i < COUNT(shapes); i++)
		if (strcmp(shapes[i].name, shape) == 0)
			return true;
	for (size_t i = 0; i < COUNT(objects); i++)
		if (strcmp(objects[i].name, shape) == 0)
			return true;
	return strcmp(shape, "limits") == 0 || strcmp(shape, "error_code") == 0;
}

void
schema_point(struct json_out *out, const char *component)
{
	char point[100];

	snprintf(point, sizeof(point), "#/components/schemas/%s", component);
	json_out_object(out);
	json_out_kstring(out, "$ref", point);
	json_out_object_end(out);
}

void
schema_ref(struct json_out *out, const char *shape)
{
	char name[40];
	size_t len = strlen(shape);
	bool list = len > 2 && strcmp(shape + len - 2, "[]") == 0;

	piece_copy(name, shape, list ? len - 2 : len);
	assert(shape_known(name));
	if (!list) {
		schema_point(out, name);
		return;
	}
	json_out_object(out);
	json_out_kstring(out, "type", "array");
	json_out_key(out, "items");
	schema_point(out, name);
	json_out_object_end(out);
}

static void
required_write(struct json_out *out, const char *type, const char *fields)
{
	struct piece piece;

	json_out_karray(out, "required");
	if (type != NULL)
		json_out_string(out, "type");
	while (piece_next(&fields, &piece))
		if (!piece.optional)
			json_out_string(out, piece.name);
	json_out_array_end(out);
}

/* What schema_object and schema_message have in common: the inside. */
static void
object_write(struct json_out *out, const char *type, bool ref,
    const char *fields)
{
	const char *at = fields;
	struct piece piece;

	json_out_kstring(out, "type", "object");
	json_out_kobject(out, "properties");
	if (type != NULL) {
		json_out_kobject(out, "type");
		json_out_kstring(out, "const", type);
		json_out_object_end(out);
	}
	if (ref) {
		json_out_key(out, "ref");
		schema_ref(out, "text");
	}
	while (piece_next(&at, &piece)) {
		json_out_key(out, piece.name);
		schema_ref(out, piece.shape);
	}
	json_out_object_end(out);
	required_write(out, type, fields);
}

void
schema_object(struct json_out *out, const char *fields)
{
	json_out_object(out);
	object_write(out, NULL, false, fields);
	json_out_object_end(out);
}

void
schema_message(struct json_out *out, const char *type, bool ref,
    const char *fields)
{
	json_out_object(out);
	object_write(out, type, ref, fields);
	json_out_object_end(out);
}

static void
limits_write(struct json_out *out)
{
	const struct option_table *table = limits_table();

	json_out_kobject(out, "limits");
	json_out_kstring(out, "description",
	    "The bounds in force, under the names of x-hubbub-limits");
	json_out_kstring(out, "type", "object");
	json_out_kobject(out, "properties");
	for (size_t i = 0; i < table->count; i++) {
		json_out_kobject(out, table->specs[i].key);
		json_out_kstring(out, "type",
		    table->specs[i].type == OPTION_REAL ? "number" : "integer");
		json_out_object_end(out);
	}
	json_out_object_end(out);
	json_out_karray(out, "required");
	for (size_t i = 0; i < table->count; i++)
		json_out_string(out, table->specs[i].key);
	json_out_array_end(out);
	json_out_object_end(out);
}

static void
error_codes_write(struct json_out *out)
{
	json_out_kobject(out, "error_code");
	json_out_karray(out, "enum");
	for (int i = ERR_NONE + 1; i < ERR_COUNT; i++)
		json_out_string(out, error_info((enum error)i)->code);
	json_out_array_end(out);
	json_out_object_end(out);
}

void
schema_shapes(struct json_out *out)
{
	for (size_t i = 0; i < COUNT(shapes); i++) {
		json_out_key(out, shapes[i].name);
		json_out_raw(out, shapes[i].json, strlen(shapes[i].json));
	}
	error_codes_write(out);
	limits_write(out);
	for (size_t i = 0; i < COUNT(objects); i++) {
		json_out_kobject(out, objects[i].name);
		json_out_kstring(out, "description", objects[i].help);
		object_write(out, NULL, false, objects[i].fields);
		json_out_object_end(out);
	}
}

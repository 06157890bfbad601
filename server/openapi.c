/*
 * The document's frame and its paths. Shapes, arguments and the WebSocket's half
 * have files of their own.
 */
#include "server/openapi.h"

#include <stdio.h>
#include <string.h>

#include "server/openapi_args.h"
#include "server/openapi_live.h"
#include "server/openapi_schema.h"

#define ABOUT                                                               \
	"The REST half of hubbub, and the shapes of its WebSocket half at " \
	"/ws; hubbub-protocol(7) says what it all means. HEAD is answered " \
	"wherever GET is. Receivers ignore fields that they do not know. "  \
	"Bounds are the defaults of x-hubbub-limits; those in force are "   \
	"told by connection.established."

/* ---- errors ---- */

static bool
takes_secret(const struct op *op)
{
	for (const struct arg *arg = op->args; arg && arg->type != ARG_END;
	     arg++)
		if (arg->type == ARG_SECRET && (arg->flags & ARG_REQUIRED))
			return true;
	return false;
}

/* Who makes an account has nothing to show yet. */
static bool
may_be_unauthorized(const struct op *op)
{
	return op->may != MAY_ANYONE || (takes_secret(op) && op->status != 201);
}

static bool
may_be_forbidden(const struct op *op)
{
	return op->may != MAY_ANYONE || takes_secret(op);
}

static bool
may_be_bad(const struct op *op)
{
	return op->args != NULL;
}

static bool
may_be_missing(const struct op *op)
{
	return strchr(op->path, ':') != NULL;
}

static bool
may_be_large(const struct op *op)
{
	return args_have_body(op) || args_have_bound(op);
}

static bool
may_be_too_fast(const struct op *op)
{
	return op->cost != COST_NONE;
}

static bool
may_always_be(const struct op *op)
{
	(void)op;
	return true;
}

/* Which errors the columns of a row allow to foretell; any other one comes under
 * "default". */
static const struct {
	enum error error;
	bool (*may_be)(const struct op *op);
} foretold[] = {
	{ ERR_BAD_REQUEST, may_be_bad },
	{ ERR_UNAUTHORIZED, may_be_unauthorized },
	{ ERR_FORBIDDEN, may_be_forbidden },
	{ ERR_NOT_FOUND, may_be_missing },
	{ ERR_CONFLICT, args_have_name },
	{ ERR_TOO_LARGE, may_be_large },
	{ ERR_UNSUPPORTED_MEDIA_TYPE, args_have_body },
	{ ERR_RATE_LIMITED, may_be_too_fast },
	{ ERR_UNAVAILABLE, may_always_be },
};

static void
response_point(struct json_out *out, const char *status, const char *code)
{
	char point[80];

	snprintf(point, sizeof(point), "#/components/responses/%s", code);
	json_out_kobject(out, status);
	json_out_kstring(out, "$ref", point);
	json_out_object_end(out);
}

static void
errors_write(struct json_out *out, const struct op *op)
{
	const struct error_info *info;
	char status[16];

	for (size_t i = 0; i < sizeof(foretold) / sizeof(foretold[0]); i++) {
		if (!foretold[i].may_be(op))
			continue;
		info = error_info(foretold[i].error);
		snprintf(status, sizeof(status), "%d", info->status);
		response_point(out, status, info->code);
	}
	response_point(out, "default", "refused");
}

/* "content", in which the caller writes the schema. */
static void
content_begin(struct json_out *out)
{
	json_out_kobject(out, "content");
	json_out_kobject(out, "application/json");
	json_out_key(out, "schema");
}

static void
content_end(struct json_out *out)
{
	json_out_object_end(out);
	json_out_object_end(out);
}

static void
retry_header_write(struct json_out *out)
{
	json_out_kobject(out, "headers");
	json_out_kobject(out, "Retry-After");
	json_out_kstring(out, "description", "Seconds to wait, rounded up");
	json_out_kobject(out, "schema");
	json_out_kstring(out, "type", "integer");
	json_out_object_end(out);
	json_out_object_end(out);
	json_out_object_end(out);
}

static void
refusal_write(struct json_out *out, const char *name, const char *text,
    bool retry)
{
	json_out_kobject(out, name);
	json_out_kstring(out, "description", text);
	if (retry)
		retry_header_write(out);
	content_begin(out);
	schema_ref(out, "refusal");
	content_end(out);
	json_out_object_end(out);
}

/* One for each error that comes over HTTP, under its code. */
static void
responses_write(struct json_out *out)
{
	const struct error_info *info;

	json_out_kobject(out, "responses");
	for (int i = ERR_NONE + 1; i < ERR_COUNT; i++) {
		if (i == ERR_UNKNOWN_TYPE)
			continue;
		info = error_info((enum error)i);
		refusal_write(out, info->code, info->text,
		    i == ERR_RATE_LIMITED);
	}
	refusal_write(out, "refused", "Refused; error.code says why", false);
	json_out_object_end(out);
}

/* ---- operations ---- */

static void
success_write(struct json_out *out, const struct op *op, int status,
    const char *text)
{
	char key[16];

	snprintf(key, sizeof(key), "%d", status);
	json_out_kobject(out, key);
	json_out_kstring(out, "description", text);
	if (status != 204) {
		content_begin(out);
		schema_object(out, op->answer);
		content_end(out);
	}
	json_out_object_end(out);
}

static void
operation_write(struct json_out *out, const char *tag, const struct op *op)
{
	char method[8];
	size_t i;

	for (i = 0; op->method[i] != '\0' && i + 1 < sizeof(method); i++)
		method[i] = (char)(op->method[i] + ('a' - 'A'));
	method[i] = '\0';
	json_out_kobject(out, method);
	json_out_kstring(out, "operationId", op->name);
	json_out_kstring(out, "summary", op->summary);
	json_out_karray(out, "tags");
	json_out_string(out, tag);
	json_out_array_end(out);
	json_out_kstring(out, "x-hubbub-who", may_name(op->may));
	json_out_kstring(out, "x-hubbub-cost", cost_name(op->cost));
	if (op->may == MAY_ANYONE) {
		json_out_karray(out, "security");
		json_out_array_end(out);
	}
	args_write_rest(out, op);
	json_out_kobject(out, "responses");
	success_write(out, op, op->status, "Done");
	if (op->status_again != 0)
		success_write(out, op, op->status_again, "Done before");
	errors_write(out, op);
	json_out_object_end(out);
	json_out_object_end(out);
}

/* /v1/users/:user_id as /v1/users/{user_id}. */
static void
path_key(struct json_out *out, const char *path)
{
	struct buf text = BUF_INIT;
	size_t len;

	for (; *path != '\0'; path += len) {
		if (*path == ':') {
			len = strcspn(path, "/");
			buf_printf(&text, "{%.*s}", (int)len - 1, path + 1);
		} else {
			len = strcspn(path, ":");
			buf_append(&text, path, len);
		}
	}
	json_out_kobject(out, text.data);
	buf_release(&text);
}

static bool
op_is_at(const struct op *op, const char *path)
{
	return (op->doors & DOOR_REST) && strcmp(op->path, path) == 0;
}

/* Whether a row before this one, of whatever feature, has the same path. */
static bool
path_was_before(const struct feature *features, const struct op *row)
{
	for (; features->name != NULL; features++)
		for (const struct op *op = features->ops; op->name; op++) {
			if (op == row)
				return false;
			if (op_is_at(op, row->path))
				return true;
		}
	return false;
}

/* All that can be done at a path; more than one feature may have a part in it. */
static void
path_write(struct json_out *out, const struct feature *features,
    const char *path)
{
	path_key(out, path);
	for (; features->name != NULL; features++)
		for (const struct op *op = features->ops; op->name; op++)
			if (op_is_at(op, path))
				operation_write(out, features->name, op);
	json_out_object_end(out);
}

static void
paths_write(struct json_out *out, const struct feature *features)
{
	json_out_kobject(out, "paths");
	for (const struct feature *f = features; f->name != NULL; f++)
		for (const struct op *op = f->ops; op->name != NULL; op++)
			if ((op->doors & DOOR_REST) &&
			    !path_was_before(features, op))
				path_write(out, features, op->path);
	json_out_object_end(out);
}

/* ---- the rest of the frame ---- */

static void
info_write(struct json_out *out)
{
	char version[16];

	snprintf(version, sizeof(version), "%d", PROTOCOL_VERSION);
	json_out_kobject(out, "info");
	json_out_kstring(out, "title", "hubbub");
	json_out_kstring(out, "version", version);
	json_out_kstring(out, "description", ABOUT);
	json_out_object_end(out);
}

/* A token; the Unix socket's callers need none. */
static void
security_write(struct json_out *out)
{
	json_out_kobject(out, "securitySchemes");
	json_out_kobject(out, "bearer");
	json_out_kstring(out, "type", "http");
	json_out_kstring(out, "scheme", "bearer");
	json_out_kstring(out, "description",
	    "An access token or a bot's. On the Unix socket it may be left "
	    "out: the kernel says who calls.");
	json_out_object_end(out);
	json_out_object_end(out);
}

static void
components_write(struct json_out *out, const struct feature *features)
{
	json_out_kobject(out, "components");
	security_write(out);
	responses_write(out);
	json_out_kobject(out, "schemas");
	schema_shapes(out);
	live_write_schemas(out, features);
	json_out_object_end(out);
	json_out_object_end(out);
}

/* With the status that each has over HTTP. */
static void
codes_write(struct json_out *out)
{
	const struct error_info *info;

	json_out_kobject(out, "x-hubbub-errors");
	for (int i = ERR_NONE + 1; i < ERR_COUNT; i++) {
		info = error_info((enum error)i);
		json_out_kobject(out, info->code);
		if (i != ERR_UNKNOWN_TYPE)
			json_out_kint(out, "status", info->status);
		json_out_kstring(out, "description", info->text);
		json_out_object_end(out);
	}
	json_out_object_end(out);
}

static void
closes_write(struct json_out *out)
{
	const struct close_info *close;
	char key[16];

	json_out_kobject(out, "x-hubbub-closes");
	for (close = protocol_closes(); close->when != NULL; close++) {
		snprintf(key, sizeof(key), "%d", (int)close->code);
		json_out_kstring(out, key, close->when);
	}
	json_out_object_end(out);
}

/* The default as the number that goes over the wire. */
static void
limits_write(struct json_out *out)
{
	const struct option_table *table = limits_table();
	struct limits limits;

	option_init(table, &limits);
	json_out_kobject(out, "x-hubbub-limits");
	for (size_t i = 0; i < table->count; i++) {
		const struct option_spec *spec = &table->specs[i];
		const char *at = (const char *)&limits + spec->offset;
		int64_t whole;
		double real;

		json_out_kobject(out, spec->key);
		json_out_kstring(out, "description", spec->help);
		json_out_key(out, "default");
		if (spec->type == OPTION_REAL) {
			memcpy(&real, at, sizeof(real));
			json_out_real(out, real);
		} else {
			memcpy(&whole, at, sizeof(whole));
			json_out_int(out, whole);
		}
		json_out_object_end(out);
	}
	json_out_object_end(out);
	option_release(table, &limits);
}

void
openapi_write(struct buf *buf, const struct feature *features)
{
	struct json_out out;

	json_out_init(&out, buf);
	json_out_object(&out);
	json_out_kstring(&out, "openapi", "3.1.0");
	info_write(&out);
	json_out_karray(&out, "security");
	json_out_object(&out);
	json_out_karray(&out, "bearer");
	json_out_array_end(&out);
	json_out_object_end(&out);
	json_out_array_end(&out);
	paths_write(&out, features);
	components_write(&out, features);
	live_write_lists(&out, features);
	codes_write(&out);
	closes_write(&out);
	limits_write(&out);
	json_out_object_end(&out);
}

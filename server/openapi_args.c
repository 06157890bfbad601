/*
 * What a row of arguments demands, said in JSON Schema. The bounds are the
 * defaults of the limits: those in force are told by connection.established.
 */
#include "server/openapi_args.h"

#include <string.h>

#include "server/openapi_schema.h"

/* The form of each type: a shape, or a type with what bounds it. */
static const struct form {
	const char *shape, *type, *format, *items, *bound;
} forms[] = {
	[ARG_TEXT] = { .type = "string", .bound = "maxLength" },
	[ARG_LINE] = { .type = "string", .bound = "maxLength" },
	[ARG_SECRET] = { .type = "string",
	    .format = "password",
	    .bound = "maxLength" },
	[ARG_ID] = { .shape = "id" },
	[ARG_CHANNEL] = { .shape = "channel_ref" },
	[ARG_USER] = { .shape = "user_ref" },
	[ARG_USERNAME] = { .shape = "username" },
	[ARG_CHANNEL_NAME] = { .shape = "channel_name_given" },
	[ARG_IDS] = { .type = "array", .items = "id", .bound = "maxItems" },
	[ARG_INT] = { .type = "integer" },
	[ARG_BOOL] = { .shape = "flag" },
	[ARG_TIME] = { .shape = "time_given" },
	[ARG_EMOJI] = { .shape = "emoji" },
	[ARG_CHOICE] = { .type = "string" },
	[ARG_SEQ_MAP] = { .shape = "seq_map" },
};

/* Where the name alone does not say it. */
static const struct {
	const char *name, *help;
} helps[] = {
	{ "limit", "At most so many; more than the largest is the largest" },
	{ "before", "Only what is older than this; exclusive" },
	{ "after", "Only what is newer than this; exclusive" },
	{ "around", "Half of the page before this message, the rest from it" },
	{ "query", "Part of what is looked for" },
	{ "invite", "Taken and not looked at" },
	{ "members",
	    "Who is in it from the start; of a direct one, the other" },
	{ "client_msg_id",
	    "The client's own name of the message, unique for "
	    "ever: a repeat gives the first one's result" },
	{ "parent_id", "The message whose thread is meant" },
	{ "in_channel", "Whether a reply shows in the channel's history, too" },
	{ "mentions", "Whom alone the message may ping" },
	{ "until", "When it ends by itself" },
	{ "topic", "Empty: none any more" },
	{ "display_name", "Empty: none any more" },
	{ "avatar_url", "Empty: none any more" },
	{ "status_text", "Empty: none any more" },
	{ "user_ids", "Replaces the set of before" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define REF_MAX 128

/* ---- one argument ---- */

static const struct option_spec *
arg_limit(const struct arg *arg)
{
	const struct option_table *table = limits_table();

	for (size_t i = 0; arg->limit != 0 && i < table->count; i++)
		if (table->specs[i].offset == arg->limit - 1)
			return &table->specs[i];
	return NULL;
}

static void
bound_write(struct json_out *out, const struct arg *arg, const char *keyword)
{
	const struct option_spec *limit = arg_limit(arg);
	struct limits limits;
	int64_t bound = arg->max;

	if (limit != NULL) {
		option_init(limits_table(), &limits);
		memcpy(&bound, (const char *)&limits + limit->offset,
		    sizeof(bound));
		option_release(limits_table(), &limits);
		json_out_kstring(out, "x-hubbub-limit", limit->key);
	}
	if (bound > 0)
		json_out_kint(out, keyword, bound);
}

static void
choices_write(struct json_out *out, const char *choices)
{
	size_t len;

	json_out_karray(out, "enum");
	for (; *choices != '\0'; choices += len + (choices[len] == ' ')) {
		len = strcspn(choices, " ");
		json_out_string_n(out, choices, len);
	}
	json_out_array_end(out);
}

static void
help_write(struct json_out *out, const struct arg *arg)
{
	for (size_t i = 0; i < COUNT(helps); i++)
		if (strcmp(helps[i].name, arg->name) == 0)
			json_out_kstring(out, "description", helps[i].help);
}

/* The schema of one; a parameter has its words beside it. */
static void
arg_write(struct json_out *out, const struct arg *arg, bool help)
{
	const struct form *form = &forms[arg->type];

	if (form->shape != NULL) {
		schema_ref(out, form->shape);
		return;
	}
	json_out_object(out);
	if (help)
		help_write(out, arg);
	json_out_kstring(out, "type", form->type);
	json_out_kstring_opt(out, "format", form->format);
	if (form->items != NULL) {
		json_out_key(out, "items");
		schema_ref(out, form->items);
	}
	if (arg->type == ARG_CHOICE)
		choices_write(out, arg->choices);
	if (arg->type == ARG_INT)
		json_out_kint(out, "minimum", 1);
	if (form->bound != NULL)
		bound_write(out, arg, form->bound);
	if (form->bound != NULL && form->items == NULL &&
	    (arg->flags & (ARG_REQUIRED | ARG_EMPTY_OK)) == ARG_REQUIRED)
		json_out_kint(out, "minLength", 1);
	json_out_object_end(out);
}

/* ---- all of an operation ---- */

static bool
args_have(const struct op *op, bool (*is)(const struct arg *arg))
{
	for (const struct arg *arg = op->args; arg && arg->type != ARG_END;
	     arg++)
		if (is(arg))
			return true;
	return false;
}

static bool
arg_in_body(const struct arg *arg)
{
	return (arg->flags & (ARG_PATH | ARG_QUERY | ARG_WS)) == 0;
}

static bool
arg_is_parameter(const struct arg *arg)
{
	return (arg->flags & (ARG_PATH | ARG_QUERY)) != 0;
}

static bool
arg_has_bound(const struct arg *arg)
{
	return arg->limit != 0 || arg->max != 0 || arg->type == ARG_EMOJI ||
	    arg->type == ARG_USERNAME || arg->type == ARG_CHANNEL_NAME;
}

static bool
arg_is_name(const struct arg *arg)
{
	return !(arg->flags & ARG_WS) &&
	    (arg->type == ARG_USERNAME || arg->type == ARG_CHANNEL_NAME);
}

bool
args_have_body(const struct op *op)
{
	return args_have(op, arg_in_body);
}

bool
args_have_bound(const struct op *op)
{
	return args_have(op, arg_has_bound);
}

bool
args_have_name(const struct op *op)
{
	return args_have(op, arg_is_name);
}

/* The members "properties" and "required" of those that are meant. */
static void
properties_write(struct json_out *out, const struct op *op,
    bool (*is)(const struct arg *arg), const char *type)
{
	const struct arg *arg;

	json_out_kobject(out, "properties");
	if (type != NULL) {
		json_out_kobject(out, "type");
		json_out_kstring(out, "const", type);
		json_out_object_end(out);
		json_out_kobject(out, "ref");
		json_out_kstring(out, "type", "string");
		json_out_kint(out, "maxLength", REF_MAX);
		json_out_object_end(out);
	}
	for (arg = op->args; arg && arg->type != ARG_END; arg++)
		if (is == NULL || is(arg)) {
			json_out_key(out, arg->name);
			arg_write(out, arg, true);
		}
	json_out_object_end(out);
	json_out_karray(out, "required");
	if (type != NULL)
		json_out_string(out, "type");
	for (arg = op->args; arg && arg->type != ARG_END; arg++)
		if ((is == NULL || is(arg)) && (arg->flags & ARG_REQUIRED))
			json_out_string(out, arg->name);
	json_out_array_end(out);
}

static bool
body_required(const struct op *op)
{
	for (const struct arg *arg = op->args; arg && arg->type != ARG_END;
	     arg++)
		if (arg_in_body(arg) && (arg->flags & ARG_REQUIRED))
			return true;
	return false;
}

static void
body_write(struct json_out *out, const struct op *op)
{
	json_out_kobject(out, "requestBody");
	json_out_kbool(out, "required", body_required(op));
	json_out_kobject(out, "content");
	json_out_kobject(out, "application/json");
	json_out_kobject(out, "schema");
	json_out_kstring(out, "type", "object");
	properties_write(out, op, arg_in_body, NULL);
	json_out_object_end(out);
	json_out_object_end(out);
	json_out_object_end(out);
	json_out_object_end(out);
}

static void
parameter_write(struct json_out *out, const struct arg *arg)
{
	bool path = arg->flags & ARG_PATH;

	json_out_object(out);
	json_out_kstring(out, "name", arg->name);
	json_out_kstring(out, "in", path ? "path" : "query");
	help_write(out, arg);
	json_out_kbool(out, "required", path || (arg->flags & ARG_REQUIRED));
	json_out_key(out, "schema");
	arg_write(out, arg, false);
	json_out_object_end(out);
}

void
args_write_rest(struct json_out *out, const struct op *op)
{
	if (args_have(op, arg_is_parameter)) {
		json_out_karray(out, "parameters");
		for (const struct arg *arg = op->args; arg->type != ARG_END;
		     arg++)
			if (arg_is_parameter(arg))
				parameter_write(out, arg);
		json_out_array_end(out);
	}
	if (args_have_body(op))
		body_write(out, op);
}

void
args_write_command(struct json_out *out, const struct op *op)
{
	json_out_object(out);
	json_out_kstring(out, "description", op->summary);
	json_out_kstring(out, "type", "object");
	properties_write(out, op, NULL, op->name);
	json_out_object_end(out);
}

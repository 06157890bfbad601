/*
 * Commands, their answers, and events: which there are, and the shape of each.
 * Components are called command.TYPE, answer.TYPE and event.TYPE.
 */
#include "server/openapi_live.h"

#include <stdio.h>
#include <string.h>

#include "server/openapi_args.h"
#include "server/openapi_schema.h"

#define NAME_SIZE 64

typedef void live_op_fn(struct json_out *out, const struct op *op);

static void
live_each(struct json_out *out, const struct feature *features,
    live_op_fn *write)
{
	for (; features->name != NULL; features++)
		for (const struct op *op = features->ops; op->name; op++)
			if (op->doors & DOOR_WS)
				write(out, op);
}

static const char *
live_name(char name[NAME_SIZE], const char *kind, const char *type)
{
	snprintf(name, NAME_SIZE, "%s.%s", kind, type);
	return name;
}

/* "REST | WS": what stands behind the bar, where there is one. */
static const char *
answer_live(const struct op *op)
{
	const char *bar = op->answer ? strchr(op->answer, '|') : NULL;

	return bar != NULL ? bar + 1 : op->answer;
}

/* {"type":"ack","ref"?:…,"result":{…}}, or the operation's own type of answer. */
static void
answer_write(struct json_out *out, const struct op *op)
{
	if (op->reply != NULL) {
		schema_message(out, op->reply, true, answer_live(op));
		return;
	}
	json_out_object(out);
	json_out_kstring(out, "type", "object");
	json_out_kobject(out, "properties");
	json_out_kobject(out, "type");
	json_out_kstring(out, "const", "ack");
	json_out_object_end(out);
	json_out_key(out, "ref");
	schema_ref(out, "text");
	json_out_key(out, "result");
	schema_object(out, answer_live(op));
	json_out_object_end(out);
	json_out_karray(out, "required");
	json_out_string(out, "type");
	json_out_string(out, "result");
	json_out_array_end(out);
	json_out_object_end(out);
}

static void
op_write_schemas(struct json_out *out, const struct op *op)
{
	char name[NAME_SIZE];

	json_out_key(out, live_name(name, "command", op->name));
	args_write_command(out, op);
	json_out_key(out, live_name(name, "answer", op->name));
	answer_write(out, op);
}

void
live_write_schemas(struct json_out *out, const struct feature *features)
{
	const struct event_info *event;
	char name[NAME_SIZE];

	live_each(out, features, op_write_schemas);
	/* Any command may be answered so; a sync is, once a channel. */
	json_out_key(out, "answer.error");
	schema_message(out, "error", true, "error");
	json_out_key(out, "answer.sync.channel");
	schema_message(out, "sync.channel", true,
	    "channel? messages? receipts:receipt[]? truncated:flag? "
	    "channel_id? gone:yes?");
	for (event = protocol_events(); event->type != NULL; event++) {
		json_out_key(out, live_name(name, "event", event->type));
		schema_message(out, event->type, false, event->fields);
	}
}

static void
op_write_list(struct json_out *out, const struct op *op)
{
	char name[NAME_SIZE];

	json_out_kobject(out, op->name);
	json_out_kstring(out, "summary", op->summary);
	json_out_kstring(out, "x-hubbub-who", may_name(op->may));
	json_out_kstring(out, "x-hubbub-cost", cost_name(op->cost));
	json_out_key(out, "command");
	schema_point(out, live_name(name, "command", op->name));
	json_out_key(out, "answer");
	schema_point(out, live_name(name, "answer", op->name));
	json_out_object_end(out);
}

void
live_write_lists(struct json_out *out, const struct feature *features)
{
	const struct event_info *event;
	char name[NAME_SIZE];

	json_out_kobject(out, "x-hubbub-commands");
	live_each(out, features, op_write_list);
	json_out_object_end(out);
	json_out_kobject(out, "x-hubbub-events");
	for (event = protocol_events(); event->type != NULL; event++) {
		json_out_kobject(out, event->type);
		json_out_kstring(out, "summary", event->help);
		json_out_kbool(out, "x-hubbub-ephemeral", event->ephemeral);
		json_out_key(out, "event");
		schema_point(out, live_name(name, "event", event->type));
		json_out_object_end(out);
	}
	json_out_object_end(out);
}

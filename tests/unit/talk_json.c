/*
 * Objects of the protocol for tests, as short as they can be.
 */
#include "tests/unit/talk_json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define TEXT_SIZE 4096

static const char *const names[] = { "nobody", "amy", "ben", "eve" };

json_t *
talk_json(const char *format, ...)
{
	char text[TEXT_SIZE];
	json_error_t error;
	va_list args;
	json_t *made;
	char *c;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	made = json_loads(text, 0, &error);
	if (!made) {
		fprintf(stderr, "%s: %s\n", error.text, text);
		abort();
	}
	return made;
}

json_t *
talk_message(int64_t id, int64_t seq, int64_t user, const char *text)
{
	return json_pack("{s:o, s:I, s:{s:o, s:s}, s:s, s:s}", "id",
	    json_sprintf("%" PRId64, id), "seq", (json_int_t)seq, "user", "id",
	    json_sprintf("%" PRId64, user), "username", names[user & 3], "text",
	    text, "created_at", "2026-11-24T14:05:09.000Z");
}

json_t *
talk_event(const char *type, int64_t channel, int64_t seq, json_t *message)
{
	return json_pack("{s:s, s:o, s:I, s:o}", "type", type, "channel_id",
	    json_sprintf("%" PRId64, channel), "seq", (json_int_t)seq,
	    "message", message);
}

json_t *
talk_channel(int64_t id, const char *name, int64_t seq)
{
	return talk_json("{'id':'%" PRId64 "','type':'group',"
			 "'visibility':'public','name':'%s','seq':%" PRId64
			 ",'member_count':2,'my':{'role':'member',"
			 "'unread_count':0,'mention_count':0}}",
	    id, name, seq);
}

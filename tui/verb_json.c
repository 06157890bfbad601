/*
 * JSON lines. Owns their form; what is in them is the server's or the verb's.
 */
#include "tui/verb_json.h"

#include <stdlib.h>
#include <string.h>

#include "shared/protocol.h"
#include "shared/utf8.h"
#include "tui/verb_io.h"

/* Outside of strings JSON is ASCII, so whatever is found here stands in one. */
static void
text_put(struct buf *out, const char *text, size_t len)
{
	uint32_t cp;
	size_t size;

	for (; len > 0; text += size, len -= size) {
		size = utf8_decode(text, len, &cp);
		if (utf8_is_control(cp) || utf8_is_bidi(cp))
			buf_printf(out, "\\u%04X", (unsigned int)cp);
		else
			buf_append(out, text, size);
	}
}

void
json_line_format(struct buf *out, const json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT);

	if (text)
		text_put(out, text, strlen(text));
	buf_putc(out, '\n');
	free(text);
}

void
json_line_put(const json_t *object)
{
	struct buf out = BUF_INIT;

	json_line_format(&out, object);
	output_write(out.data, out.len);
	buf_release(&out);
}

static void
line_put_new(json_t *object)
{
	json_line_put(object);
	json_decref(object);
}

void
json_line_status(const char *state, int64_t retry_ms)
{
	json_t *line = json_pack("{s:s, s:s}", "type", "status", "state",
	    state);

	if (retry_ms >= 0)
		json_object_set_new(line, "retry_in_ms",
		    json_integer(retry_ms));
	line_put_new(line);
}

void
json_line_up(bool *greeted, const json_t *established)
{
	if (!*greeted)
		line_put_new(json_pack("{s:s, s:i, s:O}", "type", "hello",
		    "protocol", PROTOCOL_VERSION, "user",
		    json_object_get(established, "user")));
	*greeted = true;
	json_line_status("connected", -1);
}

/*
 * Fuzzes the WebSocket parser: the first byte chooses role and size of pieces, the
 * rest are frames. They must come out the same whole and in pieces, and what comes
 * out must lie within what went in.
 */
#include "shared/ws.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/xmalloc.h"

#define MESSAGE_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reader {
	struct ws_parser parser;
	struct ws_limits limits;
	struct buf pending;
	struct buf text; /* of the present message */
	struct buf said;
	bool ended;
};

static void
reader_event(struct reader *reader, const struct ws_event *event)
{
	const char *data = event->data;
	size_t len = event->len;

	if (event->type == WS_EVENT_NONE)
		return;
	if (event->type == WS_EVENT_DATA) {
		assert(len > 0 || event->final);
		if (len > 0)
			buf_append(&reader->text, data, len);
		assert(reader->text.len <= MESSAGE_MAX);
		if (!event->final)
			return;
		assert(ws_parser_idle(&reader->parser));
		assert(utf8_valid(reader->text.data, reader->text.len));
		data = reader->text.data;
		len = reader->text.len;
	}
	buf_printf(&reader->said, "%d %d %zu ", event->type, event->code, len);
	if (len > 0)
		buf_append(&reader->said, data, len);
	/* A control frame may stand within a message. */
	if (event->type == WS_EVENT_DATA)
		buf_clear(&reader->text);
	reader->ended = event->type == WS_EVENT_ERROR ||
	    event->type == WS_EVENT_CLOSE;
}

static void
reader_take(struct reader *reader, const uint8_t *data, size_t len)
{
	struct ws_event event;
	size_t at = 0, used, total;
	char *exact;

	buf_append(&reader->pending, data, len);
	total = reader->pending.len;
	exact = xmalloc(total);
	memcpy(exact, reader->pending.data, total);
	do {
		event = ws_parse(&reader->parser, &reader->limits, exact + at,
		    total - at, &used);
		assert(used <= total - at);
		at += used;
		reader_event(reader, &event);
	} while (event.type != WS_EVENT_NONE && !reader->ended);
	buf_clear(&reader->pending);
	if (!reader->ended) {
		assert(total - at <= WS_HEADER_MAX + WS_CONTROL_MAX);
		buf_append(&reader->pending, exact + at, total - at);
	}
	free(exact);
}

static void
read_pieces(struct buf *said, bool server, const uint8_t *data, size_t len,
    size_t step)
{
	struct reader reader = { .limits = { MESSAGE_MAX, server } };
	size_t size;

	for (size_t at = 0; at < len && !reader.ended; at += size) {
		size = step < len - at ? step : len - at;
		reader_take(&reader, data + at, size);
	}
	*said = reader.said;
	buf_release(&reader.pending);
	buf_release(&reader.text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole, pieces;
	bool server;

	if (size < 2)
		return 0;
	server = data[0] & 1;
	read_pieces(&whole, server, data + 1, size - 1, size);
	read_pieces(&pieces, server, data + 1, size - 1, (data[0] >> 1) + 1);
	assert(whole.len == pieces.len);
	assert(
	    whole.len == 0 || memcmp(whole.data, pieces.data, whole.len) == 0);
	buf_release(&whole);
	buf_release(&pieces);
	return 0;
}

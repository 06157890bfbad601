/*
 * Feeds bytes to the WebSocket parser as a connection would: what was not
 * consumed is given again with more behind it, in memory that ends where the
 * bytes end, so that a sanitizer sees a read too far. What comes out is written
 * down as text.
 */
#include "tests/unit/ws_feed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/xmalloc.h"

struct feed {
	struct ws_parser parser;
	struct ws_limits limits;
	struct buf pending; /* not consumed yet */
	struct buf message; /* of the present message */
	struct buf said;    /* all that came out */
	bool ended; /* by an error or a close: nothing is read after it */
};

static void
feed_init(struct feed *feed, const struct ws_limits *limits)
{
	memset(feed, 0, sizeof *feed);
	feed->limits = *limits;
	buf_puts(&feed->said, "");
}

static void
feed_release(struct feed *feed)
{
	buf_release(&feed->pending);
	buf_release(&feed->message);
	buf_release(&feed->said);
}

static void
feed_say(struct feed *feed, const char *what, const char *data, size_t len)
{
	buf_puts(&feed->said, feed->said.len > 0 ? " " : "");
	buf_printf(&feed->said, "%s(", what);
	buf_append(&feed->said, data, len);
	buf_puts(&feed->said, ")");
}

static void
feed_event(struct feed *feed, const struct ws_event *event)
{
	char what[32];

	switch (event->type) {
	case WS_EVENT_DATA:
		assert_true(event->len > 0 || event->final);
		if (event->len > 0)
			buf_append(&feed->message, event->data, event->len);
		if (event->final) {
			feed_say(feed, "text",
			    feed->message.len > 0 ? feed->message.data : "",
			    feed->message.len);
			buf_clear(&feed->message);
			assert_true(ws_parser_idle(&feed->parser));
		} else {
			assert_false(ws_parser_idle(&feed->parser));
		}
		break;
	case WS_EVENT_PING:
	case WS_EVENT_PONG:
		feed_say(feed, event->type == WS_EVENT_PING ? "ping" : "pong",
		    event->data, event->len);
		break;
	case WS_EVENT_CLOSE:
		snprintf(what, sizeof what, "close %d", event->code);
		feed_say(feed, what, event->data, event->len);
		feed->ended = true;
		break;
	case WS_EVENT_ERROR:
		assert_non_null(event->text);
		buf_printf(&feed->said, "%serror %d",
		    feed->said.len > 0 ? " " : "", event->code);
		feed->ended = true;
		break;
	case WS_EVENT_NONE:
		break;
	}
}

/* Gives more bytes, in memory that ends where they end. */
static void
feed_bytes(struct feed *feed, const char *bytes, size_t len)
{
	struct ws_event event;
	size_t used, at = 0, total;
	char *exact;

	if (feed->ended)
		return;
	buf_append(&feed->pending, bytes, len);
	total = feed->pending.len;
	exact = xmalloc(total > 0 ? total : 1);
	memcpy(exact, feed->pending.data, total);
	do {
		event = ws_parse(&feed->parser, &feed->limits, exact + at,
		    total - at, &used);
		assert_true(used <= total - at);
		at += used;
		feed_event(feed, &event);
	} while (event.type != WS_EVENT_NONE && !feed->ended);
	assert_true(
	    feed->ended || total - at <= WS_HEADER_MAX + WS_CONTROL_MAX);
	buf_clear(&feed->pending);
	if (total > at)
		buf_append(&feed->pending, exact + at, total - at);
	free(exact);
}

void
ws_feed(const struct ws_limits *limits, const char *bytes, size_t len,
    size_t first, size_t step, struct buf *said)
{
	struct feed feed;
	size_t at = first < len ? first : len, size;

	feed_init(&feed, limits);
	feed_bytes(&feed, bytes, at);
	for (; at < len; at += size) {
		size = step < len - at ? step : len - at;
		feed_bytes(&feed, bytes + at, size);
	}
	buf_append(said, feed.said.data, feed.said.len);
	feed_release(&feed);
}

void
ws_check_pieces(const struct ws_limits *limits, const char *bytes, size_t len,
    size_t first, size_t step, const char *said)
{
	struct buf heard = BUF_INIT;

	ws_feed(limits, bytes, len, first, step, &heard);
	assert_string_equal(heard.data, said);
	buf_release(&heard);
}

void
ws_check(const struct ws_limits *limits, const char *bytes, size_t len,
    const char *said)
{
	for (size_t first = 0; first <= len; first++)
		ws_check_pieces(limits, bytes, len, first, len, said);
	ws_check_pieces(limits, bytes, len, 1, 1, said);
	ws_check_pieces(limits, bytes, len, 3, 3, said);
}

void
ws_check_all(const struct ws_limits *limits, const struct ws_vector *vectors,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		ws_check(limits, vectors[i].bytes, vectors[i].len,
		    vectors[i].said);
}

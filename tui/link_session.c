/*
 * One WebSocket connection (RFC 6455), from the upgrade to the close handshake.
 * Owns its bytes; what its end means for the link is decided in link.c, but for
 * what the close code says.
 */
#include "tui/link_private.h"

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sysexits.h>

#include "shared/base64.h"
#include "shared/clock.h"
#include "shared/http.h"
#include "shared/json_in.h"
#include "shared/protocol.h"
#include "shared/utf8.h"
#include "tui/link_http.h"

#define HEAD_MAX 16384	     /* bytes */
#define MESSAGE_MAX 16777216 /* bytes */
#define MESSAGE_DEPTH 32
#define ESTABLISHED_S 10
#define KEY_BYTES 16
#define WHY_SIZE 256

/* Randomness that the protocol wants against caches in between. */
static void
random_fill(void *bytes, size_t len)
{
	if (getrandom(bytes, len, 0) != (ssize_t)len)
		memset(bytes, 0x5a, len);
}

void
link_session_frame(struct link *link, enum ws_opcode opcode, const void *data,
    size_t len)
{
	struct buf out = BUF_INIT;
	uint8_t mask[4];

	if (!link->stream)
		return;
	random_fill(mask, sizeof(mask));
	ws_frame(&out, opcode, data, len, mask);
	bufferevent_write(link->stream, out.data, out.len);
	buf_release(&out);
}

void
link_session_close(struct link *link, int code)
{
	struct buf out = BUF_INIT;
	uint8_t mask[4];

	if (!link->stream || !link->upgraded)
		return;
	random_fill(mask, sizeof(mask));
	ws_close_frame(&out, code, NULL, mask);
	bufferevent_write(link->stream, out.data, out.len);
	buf_release(&out);
}

void
link_session_flush(struct link *link)
{
	struct evbuffer *output = bufferevent_get_output(link->stream);

	/* Over TLS only OpenSSL may write, and the peer sees the end anyway. */
	if (bufferevent_openssl_get_ssl(link->stream) ||
	    evbuffer_get_length(output) == 0)
		return;
	evbuffer_unfreeze(output, 1);
	evbuffer_write(output, bufferevent_getfd(link->stream));
	evbuffer_freeze(output, 1);
}

/* ---- the upgrade ---------------------------------------------------------- */

/* The reason of a refusal, where its body is here already. */
static void
refusal_text(const struct http_head *head, const char *data, size_t len,
    char out[WHY_SIZE])
{
	struct buf clean = BUF_INIT;
	const char *text = NULL;
	json_t *body = NULL;
	char cause[64];

	snprintf(out, WHY_SIZE, "the server answered %d", head->status);
	if (head->body == HTTP_BODY_LENGTH && head->content_length > 0 &&
	    head->content_length <= len - head->size)
		body = json_in_parse(data + head->size,
		    (size_t)head->content_length, MESSAGE_DEPTH, cause,
		    sizeof(cause));
	text = json_in_string(json_object_get(body, "error"), "message");
	if (text && *text) {
		utf8_clean(&clean, text, strlen(text), UTF8_CLEAN_LINE);
		snprintf(out, WHY_SIZE, "%s", clean.data ? clean.data : "");
	}
	buf_release(&clean);
	json_decref(body);
}

static void
upgrade_refused(struct link *link, const struct http_head *head,
    const char *why)
{
	switch (head->status) {
	case 401:
		link_renew(link, why);
		break;
	case 403:
		link_stop(link, EX_NOPERM, why);
		break;
	case 408:
	case 429:
	case 500:
	case 502:
	case 503:
	case 504:
		link_lost(link, why, false, link_retry_after(head, 0));
		break;
	default:
		link_stop(link, EX_PROTOCOL,
		    "what answers is no hubbub server");
	}
}

/* True where frames follow. */
static bool
upgrade_read(struct link *link, struct evbuffer *input)
{
	struct http_head head;
	const char *why = "";
	char refusal[WHY_SIZE];
	const char *data = (const char *)evbuffer_pullup(input, -1);
	size_t len = evbuffer_get_length(input);
	enum http_result result;

	if (!data)
		return false;
	result = http_parse_response(data, len, &link->scan, HEAD_MAX, false,
	    &head, &why);
	if (result == HTTP_MORE && link_is_http(data, len))
		return false;
	if (result != HTTP_OK) {
		link_stop(link, EX_PROTOCOL, "what answers is no HTTP server");
		return false;
	}
	/* A refusal is read with its body, which comes with it or soon. */
	if (head.status != 101 && head.body == HTTP_BODY_LENGTH &&
	    head.content_length < HEAD_MAX &&
	    len - head.size < head.content_length) {
		link->scan = 0;
		return false;
	}
	if (head.status != 101) {
		refusal_text(&head, data, len, refusal);
		upgrade_refused(link, &head, refusal);
		return false;
	}
	if (!head.upgrade_websocket ||
	    !span_equal(http_header(&head, "Sec-WebSocket-Accept"),
		link->accept)) {
		link_stop(link, EX_PROTOCOL,
		    "what answers is no WebSocket server");
		return false;
	}
	evbuffer_drain(input, head.size);
	link->upgraded = true;
	return true;
}

static void
upgrade_write(struct link *link)
{
	struct evbuffer *output = bufferevent_get_output(link->stream);
	const char *token = auth_token(link->auth);
	unsigned char nonce[KEY_BYTES];
	char key[BASE64_SIZE(KEY_BYTES)];

	random_fill(nonce, sizeof(nonce));
	base64_encode(nonce, sizeof(nonce), key);
	ws_accept(key, link->accept);
	evbuffer_add_printf(output,
	    "GET /ws HTTP/1.1\r\nHost: %s\r\nUser-Agent: hubbub/%s\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n",
	    link->host.data, HUBBUB_VERSION, key);
	if (token)
		evbuffer_add_printf(output, "Authorization: Bearer %s\r\n",
		    token);
	evbuffer_add(output, "\r\n", 2);
}

/* ---- messages ------------------------------------------------------------- */

static void
message_read(struct link *link)
{
	char cause[128];
	const char *text = link->message.data ? link->message.data : "";
	json_t *event = json_in_parse(text, link->message.len, MESSAGE_DEPTH,
	    cause, sizeof(cause));
	const char *type = json_in_string(event, "type");

	buf_clear(&link->message);
	if (!type ||
	    (link->state != LINK_UP &&
		strcmp(type, "connection.established") != 0)) {
		json_decref(event);
		link_session_close(link, CLOSE_PROTOCOL_ERROR);
		link_stop(link, EX_PROTOCOL,
		    "the server does not speak our protocol");
		return;
	}
	if (link->state != LINK_UP)
		link_established(link, event);
	else if (!link_command_answered(link, type, event))
		link_event(link, type, event);
	json_decref(event);
}

static void
closed_by_server(struct link *link, const struct ws_event *event)
{
	struct buf reason = BUF_INIT;

	link_session_close(link,
	    event->code == 1005 ? CLOSE_NORMAL : event->code);
	if (event->len > 0)
		utf8_clean(&reason, event->data, event->len, UTF8_CLEAN_LINE);
	else
		buf_printf(&reason, "the server closed the connection (%d)",
		    event->code);
	switch (event->code) {
	case CLOSE_DISABLED:
		link_stop(link, EX_NOPERM,
		    "the account was disabled or banned");
		break;
	case CLOSE_UNAUTHORIZED:
		link_renew(link, "the session ended");
		break;
	case CLOSE_GOING_AWAY:
	case CLOSE_SLOW:
		link_lost(link, reason.data, true, 0);
		break;
	default:
		link_lost(link, reason.data, false, 0);
	}
	buf_release(&reason);
}

/* False where the session ended with it. */
static bool
frame_take(struct link *link, const struct ws_event *event)
{
	switch (event->type) {
	case WS_EVENT_DATA:
		buf_append(&link->message, event->data, event->len);
		if (event->final)
			message_read(link);
		return link->stream != NULL;
	case WS_EVENT_PING:
		link_session_frame(link, WS_PONG, event->data, event->len);
		return true;
	case WS_EVENT_CLOSE:
		closed_by_server(link, event);
		return false;
	case WS_EVENT_ERROR:
		link_session_close(link, event->code);
		link_lost(link, event->text, false, 0);
		return false;
	default:
		return true;
	}
}

static void
frames_read(struct link *link, struct bufferevent *stream)
{
	const struct ws_limits limits = { .message_bytes = MESSAGE_MAX };
	struct evbuffer *input = bufferevent_get_input(stream);
	struct ws_event event;
	size_t used;
	char *data;

	do {
		data = (char *)evbuffer_pullup(input, -1);
		if (!data)
			return;
		event = ws_parse(&link->parser, &limits, data,
		    evbuffer_get_length(input), &used);
		if (!frame_take(link, &event))
			return;
		evbuffer_drain(input, used);
	} while (event.type != WS_EVENT_NONE);
}

static void
stream_read(struct bufferevent *stream, void *arg)
{
	struct link *link = arg;

	link->heard_ms = clock_mono_ms();
	if (!link->upgraded &&
	    !upgrade_read(link, bufferevent_get_input(stream)))
		return;
	frames_read(link, stream);
}

static void
stream_event(struct bufferevent *stream, short what, void *arg)
{
	struct link *link = arg;

	(void)stream;
	(void)what;
	link_lost(link, "the connection was lost", false, 0);
}

void
link_session_begin(struct link *link, struct bufferevent *stream)
{
	const struct timeval limit = { ESTABLISHED_S, 0 };

	link->stream = stream;
	link->upgraded = false;
	link->scan = 0;
	link->parser = (struct ws_parser){ 0 };
	buf_clear(&link->message);
	bufferevent_setcb(stream, stream_read, NULL, stream_event, link);
	bufferevent_enable(stream, EV_READ | EV_WRITE);
	upgrade_write(link);
	evtimer_add(link->deadline, &limit);
}

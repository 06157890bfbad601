/*
 * The link: when to connect, when to try again, when to give up.
 *
 *	IDLE -> CONNECTING -> UP
 *	  ^         ^  |       |
 *	  |         |  v       v
 *	  `------- WAITING <---'
 */
#include "tui/link_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sysexits.h>

#include "shared/clock.h"
#include "shared/json_in.h"
#include "shared/protocol.h"
#include "shared/xmalloc.h"

#define HEARTBEAT_MS 30000
#define HEARTBEAT_MIN_MS 100
#define HEARTBEAT_MAX_MS 600000
#define SILENT_BEATS 3	/* heartbeats without a byte: it is gone */
#define HEALTHY_MS 1000 /* up that long: the backoff begins anew */
#define AT_ONCE_MS 500	/* jitter where the server asked us back */
#define GOODBYE_MS 500
#define FRAME_BYTES 65536

static void connect_now(struct link *link);

static struct timeval
milliseconds(int64_t ms)
{
	return (struct timeval){ ms / 1000, ms % 1000 * 1000 };
}

static uint32_t
random_bits(void)
{
	uint32_t bits;

	if (getrandom(&bits, sizeof(bits), 0) != (ssize_t)sizeof(bits))
		bits = (uint32_t)clock_mono_ms() * 2654435761U;
	return bits;
}

void
link_listen(struct link *link, const struct link_listener *listener)
{
	if (link->listener_count < LINK_LISTENERS)
		link->listeners[link->listener_count++] = *listener;
}

enum link_state
link_state(const struct link *link)
{
	return link->state;
}

bool
link_answers(const struct link *link)
{
	return link->stream || dial_connected(link->dial);
}

struct rest *
link_rest(struct link *link)
{
	return link->rest;
}

/* ---- how a connection ends ------------------------------------------------ */

static void
goodbye(struct link *link)
{
	void (*closed)(void *) = link->closed;

	link->closed = NULL;
	if (closed)
		closed(link->closed_arg);
}

/* Lets the connection go, whatever it was at. */
static void
connection_drop(struct link *link)
{
	dial_cancel(link->dial);
	link->dial = NULL;
	if (link->stream) {
		/* A close frame that was just written still leaves. */
		link_session_flush(link);
		bufferevent_free(link->stream);
	}
	link->stream = NULL;
	evtimer_del(link->deadline);
	evtimer_del(link->heartbeat);
	evtimer_del(link->retry);
}

void
link_stop(struct link *link, int status, const char *reason)
{
	size_t i;

	connection_drop(link);
	link->state = LINK_IDLE;
	if (link->closing) {
		goodbye(link);
		return;
	}
	link_commands_fail(link);
	for (i = 0; i < link->listener_count; i++)
		if (link->listeners[i].failed)
			link->listeners[i].failed(link->listeners[i].arg,
			    status, reason);
}

static int64_t
retry_delay(struct link *link, bool at_once, int64_t min_ms)
{
	int64_t delay;

	if (link->state == LINK_UP &&
	    clock_mono_ms() - link->up_ms >= HEALTHY_MS)
		backoff_reset(&link->backoff);
	if (at_once)
		return random_bits() % AT_ONCE_MS;
	delay = backoff_next(&link->backoff, random_bits());
	return delay < min_ms ? min_ms + delay : delay;
}

void
link_lost(struct link *link, const char *reason, bool at_once, int64_t min_ms)
{
	int64_t delay = retry_delay(link, at_once, min_ms);
	struct timeval pause = milliseconds(delay);
	size_t i;

	if (link->closing || link->config->no_reconnect) {
		link_stop(link, EX_UNAVAILABLE, reason);
		return;
	}
	connection_drop(link);
	link->state = LINK_WAITING;
	evtimer_add(link->retry, &pause);
	link_commands_fail(link);
	for (i = 0; i < link->listener_count; i++)
		if (link->listeners[i].down)
			link->listeners[i].down(link->listeners[i].arg, reason,
			    delay);
}

static void
renewed(void *arg, enum auth_result result)
{
	struct link *link = arg;

	if (link->closing || link->state != LINK_CONNECTING)
		return;
	if (result == AUTH_OK)
		connect_now(link);
	else if (result == AUTH_LATER)
		link_lost(link, "the token could not be renewed", false, 0);
	else
		link_stop(link, EX_NOPERM, "the session is over; log in again");
}

/* The server does not take our token. A new one is tried once. */
void
link_renew(struct link *link, const char *reason)
{
	connection_drop(link);
	if (!auth_token(link->auth))
		reason = "not logged in; run `hubbub login USER`";
	if (link->closing || link->renewed || !auth_can_renew(link->auth)) {
		link_stop(link, EX_NOPERM, reason);
		return;
	}
	link->renewed = true;
	link->state = LINK_CONNECTING;
	link_commands_fail(link);
	auth_renew(link->auth, link->rest, renewed, link);
}

/* ---- how one begins ------------------------------------------------------- */

static void
dialled(void *arg, enum dial_result result, struct bufferevent *stream,
    const char *why)
{
	struct link *link = arg;

	link->dial = NULL;
	switch (result) {
	case DIAL_OK:
		link_session_begin(link, stream);
		break;
	case DIAL_UNREACHABLE:
		link_lost(link, why, false, 0);
		break;
	case DIAL_UNTRUSTED:
		link_stop(link, EX_UNAVAILABLE, why);
		break;
	case DIAL_NOT_TLS:
		link_stop(link, EX_PROTOCOL, why);
		break;
	}
}

static void
connect_now(struct link *link)
{
	size_t i;

	link->state = LINK_CONNECTING;
	link->dial = dial_start(link->dialer, dialled, link);
	for (i = 0; i < link->listener_count; i++)
		if (link->listeners[i].connecting)
			link->listeners[i].connecting(link->listeners[i].arg);
}

static void
retry_due(evutil_socket_t fd, short what, void *arg)
{
	struct link *link = arg;

	(void)fd;
	(void)what;
	connect_now(link);
}

/* The first step is the loop's, so that no listener is called from here. */
void
link_start(struct link *link)
{
	const struct timeval now = { 0, 0 };

	link->state = LINK_CONNECTING;
	evtimer_add(link->retry, &now);
}

/* ---- while it is up ------------------------------------------------------- */

static void
heartbeat_arm(struct link *link)
{
	struct timeval pause = milliseconds(link->heartbeat_ms);

	evtimer_add(link->heartbeat, &pause);
}

static void
heartbeat_due(evutil_socket_t fd, short what, void *arg)
{
	static const char ping[] = "{\"type\":\"presence.ping\"}";
	struct link *link = arg;

	(void)fd;
	(void)what;
	if (clock_mono_ms() - link->heard_ms >
	    SILENT_BEATS * link->heartbeat_ms) {
		link_lost(link, "the server fell silent", false, 0);
		return;
	}
	link_session_frame(link, WS_TEXT, ping, sizeof(ping) - 1);
	heartbeat_arm(link);
}

static int64_t
bounded(int64_t value, int64_t min, int64_t max)
{
	return value < min ? min : value > max ? max : value;
}

void
link_established(struct link *link, const json_t *event)
{
	const json_t *limits = json_object_get(event, "limits");
	size_t i;

	if (json_in_int(event, "protocol", PROTOCOL_VERSION) !=
		PROTOCOL_VERSION ||
	    !json_is_object(json_object_get(event, "user"))) {
		link_stop(link, EX_PROTOCOL,
		    "the server speaks another version of the protocol");
		return;
	}
	evtimer_del(link->deadline);
	link->state = LINK_UP;
	link->renewed = false;
	link->up_ms = clock_mono_ms();
	link->heartbeat_ms = bounded(json_in_int(event, "heartbeat_ms",
					 HEARTBEAT_MS),
	    HEARTBEAT_MIN_MS, HEARTBEAT_MAX_MS);
	link->frame_bytes = json_in_int(limits, "frame_bytes", FRAME_BYTES);
	heartbeat_arm(link);
	for (i = 0; i < link->listener_count; i++)
		if (link->listeners[i].up && link->state == LINK_UP)
			link->listeners[i].up(link->listeners[i].arg, event);
}

void
link_event(struct link *link, const char *type, const json_t *event)
{
	size_t i;

	for (i = 0; i < link->listener_count; i++)
		if (link->listeners[i].event && link->state == LINK_UP)
			link->listeners[i].event(link->listeners[i].arg, type,
			    event);
}

/* ---- beginning and end ---------------------------------------------------- */

static void
deadline_due(evutil_socket_t fd, short what, void *arg)
{
	struct link *link = arg;

	(void)fd;
	(void)what;
	if (link->closing)
		link_stop(link, EX_OK, "");
	else if (link->upgraded)
		link_stop(link, EX_PROTOCOL,
		    "the server does not speak our protocol");
	else
		link_lost(link, "the server does not answer", false, 0);
}

void
link_close(struct link *link, void (*closed)(void *arg), void *arg)
{
	struct timeval limit = milliseconds(GOODBYE_MS);

	link->closing = true;
	link->closed = closed;
	link->closed_arg = arg;
	if (link->state == LINK_UP)
		link_session_close(link, CLOSE_NORMAL);
	else {
		connection_drop(link);
		limit = milliseconds(0);
	}
	evtimer_del(link->heartbeat);
	evtimer_add(link->deadline, &limit);
}

struct link *
link_new(struct event_base *base, const struct client_config *config,
    const struct url *url, int *status, char *cause, size_t cause_size)
{
	struct link *link = xcalloc(1, sizeof(*link));

	link->base = base;
	link->config = config;
	link->url = *url;
	link->frame_bytes = FRAME_BYTES;
	TAILQ_INIT(&link->pending);
	url_host_header(url, &link->host);
	link->deadline = evtimer_new(base, deadline_due, link);
	link->heartbeat = evtimer_new(base, heartbeat_due, link);
	link->retry = evtimer_new(base, retry_due, link);
	*status = EX_CONFIG;
	link->dialer = dialer_new(base, url, config->tls_ca, config->tls_pin,
	    cause, cause_size);
	link->auth = link->dialer
	    ? auth_new(base, config->server, config->user, cause, cause_size)
	    : NULL;
	if (!link->auth) {
		link_free(link);
		return NULL;
	}
	link->rest = rest_new(base, link->dialer, url, link->auth);
	return link;
}

void
link_free(struct link *link)
{
	if (!link)
		return;
	link->closing = true;
	connection_drop(link);
	link->state = LINK_IDLE;
	link_commands_fail(link);
	rest_free(link->rest);
	link->rest = NULL;
	event_free(link->deadline);
	event_free(link->heartbeat);
	event_free(link->retry);
	if (link->oversize)
		event_free(link->oversize);
	auth_free(link->auth);
	dialer_free(link->dialer);
	buf_release(&link->host);
	buf_release(&link->message);
	free(link);
}

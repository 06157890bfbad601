/*
 * One WebSocket's dialogue. At rest it has no state of its own here; while a
 * message is incomplete or a command unanswered, conn->door is a struct ws_busy.
 *
 *	commands:  [done] [out: write] [held: read] [out: write] …
 *	             |        `- the head of the line: answers go out from there
 *	             `- answered
 */
#include "server/gateway_ws.h"

#include <stdlib.h>
#include <string.h>

#include "server/gateway_answer.h"
#include "server/gateway_auth.h"
#include "server/router.h"
#include "shared/clock.h"
#include "shared/json_in.h"
#include "shared/ws.h"
#include "shared/xmalloc.h"

#define WS_COMMANDS_MAX 64 /* unanswered; then reading stops */
#define WS_REF_MAX 128	   /* bytes */
#define WS_CLOSE_S 5.0	   /* for the peer's close frame */
#define WS_DRAIN_S 2.0	   /* the same while the server ends */

struct ws_busy {
	struct ws_parser parser;
	struct buf message;	       /* pieces of an incomplete message */
	struct pending *first, **last; /* commands in order */
	unsigned int count;
};

static const struct limits *
ws_limits(const struct conn *conn)
{
	const struct gateway *gateway = conn->loop->arg;

	return &server_config(gateway->server)->limits;
}

static struct ws_busy *
ws_busy(struct conn *conn)
{
	struct ws_busy *busy = conn->door;

	if (busy == NULL) {
		busy = xcalloc(1, sizeof(*busy));
		busy->last = &busy->first;
		conn->door = busy;
	}
	return busy;
}

/* Frees the state where there is nothing left in it. */
static void
ws_rest(struct conn *conn)
{
	struct ws_busy *busy = conn->door;

	if (busy == NULL || busy->first != NULL || busy->message.len > 0 ||
	    !ws_parser_idle(&busy->parser))
		return;
	buf_release(&busy->message);
	free(busy);
	conn->door = NULL;
}

static void
ws_orphan(struct ws_busy *busy)
{
	struct pending *pending;

	while ((pending = busy->first) != NULL) {
		busy->first = pending->next;
		pending_orphan(pending);
	}
	busy->last = &busy->first;
	busy->count = 0;
}

void
ws_forget(struct conn *conn)
{
	struct ws_busy *busy = conn->door;

	if (busy == NULL)
		return;
	conn->door = NULL;
	ws_orphan(busy);
	buf_release(&busy->message);
	free(busy);
}

/* ---- closing ---- */

static const struct {
	int code;
	const char *reason;
} ws_reasons[] = {
	{ CLOSE_GOING_AWAY, "the server is shutting down" },
	{ CLOSE_UNAUTHORIZED, "the token has expired or the session ended" },
	{ CLOSE_DISABLED, "the account is disabled" },
	{ CLOSE_SLOW, "too slow: reconnect and sync" },
	{ CLOSE_SILENT, "no sign of life" },
};

static const char *
ws_reason(int code)
{
	size_t i;

	for (i = 0; i < sizeof(ws_reasons) / sizeof(ws_reasons[0]); i++)
		if (ws_reasons[i].code == code)
			return ws_reasons[i].reason;
	return NULL;
}

static void
ws_give(struct conn *conn, struct buf *out)
{
	struct frame *frame = frame_alloc(out->len);

	memcpy(frame->data, out->data, out->len);
	conn_give(conn, frame, CONN_ANSWER);
	buf_release(out);
}

/* Leaves the hub and the unanswered commands behind, and says good-bye. */
static void
ws_leave(struct conn *conn, int code, const char *reason)
{
	const struct gateway *gateway = conn->loop->arg;
	struct buf out = BUF_INIT;

	gateway_leave(conn);
	if (conn->door != NULL)
		ws_orphan(conn->door);
	conn->dropped = 0;
	if (code == 0)
		ws_frame(&out, WS_CLOSE, NULL, 0, NULL);
	else
		ws_close_frame(&out, code, reason, NULL);
	ws_give(conn, &out);
	conn->state = CONN_CLOSING;
	conn->deadline = conn_loop_after(conn->loop,
	    gateway->draining ? WS_DRAIN_S : WS_CLOSE_S);
}

void
ws_close(struct conn *conn, int code)
{
	if (conn->state != CONN_OPEN)
		return;
	if (code == CLOSE_SLOW)
		conn_forget(conn);
	ws_leave(conn, code, ws_reason(code));
}

/* The peer has broken the protocol: nothing that it says after is read. */
static void
ws_fail(struct conn *conn, const struct ws_event *event)
{
	if (conn->state == CONN_OPEN)
		ws_leave(conn, event->code, event->text);
	gateway_linger(conn);
}

static void
ws_peer_closed(struct conn *conn, const struct ws_event *event)
{
	/* 1005 means that it gave none, and is never sent. */
	if (conn->state == CONN_OPEN)
		ws_leave(conn, event->code == 1005 ? 0 : event->code, NULL);
	gateway_linger(conn);
}

/* ---- answers ---- */

static void
ws_push(struct conn *conn, struct pending *pending)
{
	struct ws_busy *busy = ws_busy(conn);

	*busy->last = pending;
	busy->last = &pending->next;
	busy->count++;
}

/* Sends the answers at the head of the line. */
static void
ws_answer_ready(struct conn *conn)
{
	struct ws_busy *busy = conn->door;
	struct pending *pending;

	while (busy != NULL && (pending = busy->first) != NULL &&
	    pending->state == PENDING_DONE) {
		busy->first = pending->next;
		if (busy->first == NULL)
			busy->last = &busy->first;
		busy->count--;
		conn_give(conn, pending->answer, CONN_ANSWER);
		pending->answer = NULL;
		pending_free(pending);
	}
}

/* The first command that was held and need be no longer; NULL: none. */
static struct pending *
ws_startable(const struct conn *conn)
{
	const struct ws_busy *busy = conn->door;
	struct pending *pending;

	if (busy == NULL)
		return NULL;
	for (pending = busy->first; pending != NULL; pending = pending->next) {
		if (pending->state == PENDING_HELD)
			return pending;
		if (pending->writes && pending->state == PENDING_OUT)
			return NULL;
	}
	return NULL;
}

/* A new token (auth.refresh) has been taken. */
static void
ws_adopt(struct conn *conn, const struct caller *caller)
{
	if (caller->token_expires_ms == 0)
		return;
	conn->session_id = caller->session_id;
	conn->expires = conn_loop_after(conn->loop,
	    (double)(caller->token_expires_ms - clock_real_ms()) / 1000);
}

void
ws_answered(struct conn *conn, struct pending *pending)
{
	struct pending *next;

	if (pending->call->error == ERR_NONE)
		ws_adopt(conn, &pending->call->caller);
	pending->answer = answer_frame(pending->call);
	call_free(pending->call);
	pending->call = NULL;
	ws_answer_ready(conn);
	/* Each start may end others, so the line is looked at anew. */
	while (conn->state == CONN_OPEN && (next = ws_startable(conn)) != NULL)
		pending_start(next);
	ws_rest(conn);
}

/* ---- commands ---- */

static void
ws_refuse(struct conn *conn, const char *ref, enum error error,
    const char *message)
{
	struct frame *frame = answer_error(ref, error, message, 0);

	ws_push(conn, pending_answered(conn, frame));
	ws_answer_ready(conn);
}

/* "presence.subscribe" on its way: the connection is this worker's. */
static void
ws_watch(struct call *call, const int64_t *user_ids, size_t count)
{
	const struct pending *pending = call->owner;
	struct conn *conn = pending->conn;
	const struct gateway *gateway;

	if (conn == NULL || conn->user == NULL)
		return;
	gateway = conn->loop->arg;
	hub_watch(gateway->hub, conn, user_ids, count);
}

static struct call *
ws_call(const struct conn *conn, const struct op *op, const char *ref,
    json_t *args)
{
	const struct gateway *gateway = conn->loop->arg;
	struct call *call = call_new(gateway->server, DOOR_WS);

	call->op = op;
	call->ref = ref != NULL ? xstrdup(ref) : NULL;
	json_object_del(args, "type");
	json_object_del(args, "ref");
	json_decref(call->args);
	call->args = args;
	call->caller.credential = CREDENTIAL_LIVE;
	call->caller.user_id = hub_user_id(conn);
	call->caller.session_id = conn->session_id;
	call->caller.role = (enum role)conn->role;
	call->caller.address = auth_address_key(conn, BUCKET_LOGINS);
	call->watch = ws_watch;
	return call;
}

static void
ws_dispatch(struct conn *conn, struct call *call)
{
	struct pending *pending = pending_new(conn, call);
	const struct ws_busy *busy = ws_busy(conn);
	const struct pending *other;
	bool hold = false;

	/* A read must see what this connection has written before it. */
	if (call->op->lane == LANE_READ)
		for (other = busy->first; other != NULL; other = other->next)
			hold |= other->writes && other->state != PENDING_DONE;
	ws_push(conn, pending);
	if (!hold)
		pending_start(pending);
}

/* A sign of life is answered whatever else is going on. */
static bool
ws_at_once(struct conn *conn, struct call *call)
{
	struct pending *pending, **link;
	struct ws_busy *busy;

	if (call->op->lane != LANE_WORKER || call->op->reply == NULL)
		return false;
	pending = pending_new(conn, call);
	busy = ws_busy(conn);
	/* To the head of the line. */
	link = &busy->first;
	pending->next = *link;
	if (pending->next == NULL)
		busy->last = &pending->next;
	*link = pending;
	busy->count++;
	pending_start(pending);
	return true;
}

static void
ws_command(struct conn *conn, const char *text, size_t len)
{
	const struct gateway *gateway = conn->loop->arg;
	const char *type, *ref = NULL;
	const struct op *op = NULL;
	const json_t *field;
	struct call *call;
	char cause[200];
	json_t *object;

	object = json_in_parse(text, len, (size_t)ws_limits(conn)->json_depth,
	    cause, sizeof(cause));
	if (object == NULL) {
		ws_refuse(conn, NULL, ERR_BAD_REQUEST, cause);
		return;
	}
	field = json_object_get(object, "ref");
	if (field != NULL &&
	    (!json_is_string(field) ||
		json_string_length(field) > WS_REF_MAX)) {
		ws_refuse(conn, NULL, ERR_BAD_REQUEST,
		    "ref must be a string of at most 128 bytes");
		goto out;
	}
	ref = json_string_value(field);
	type = json_in_string(object, "type");
	if (type == NULL) {
		ws_refuse(conn, ref, ERR_BAD_REQUEST, "type must be a string");
		goto out;
	}
	op = router_find(gateway->server->router, type);
	if (op == NULL) {
		ws_refuse(conn, ref, ERR_UNKNOWN_TYPE, NULL);
		goto out;
	}
	call = ws_call(conn, op, ref, json_incref(object));
	if (!ws_at_once(conn, call))
		ws_dispatch(conn, call);
out:
	json_decref(object);
}

/* ---- frames ---- */

static void
ws_data(struct conn *conn, const struct ws_event *event)
{
	struct ws_busy *busy = conn->door;
	struct buf whole;

	if (event->final && (busy == NULL || busy->message.len == 0)) {
		ws_command(conn, event->data, event->len);
		return;
	}
	busy = ws_busy(conn);
	buf_append(&busy->message, event->data, event->len);
	if (!event->final)
		return;
	/* The command may end the connection, and `busy` with it. */
	whole = busy->message;
	buf_init(&busy->message);
	ws_command(conn, whole.data, whole.len);
	buf_release(&whole);
}

static void
ws_pong(struct conn *conn, const struct ws_event *event)
{
	struct buf out = BUF_INIT;

	ws_frame(&out, WS_PONG, event->data, event->len, NULL);
	ws_give(conn, &out);
}

static void
ws_event(struct conn *conn, const struct ws_event *event)
{
	bool open = conn->state == CONN_OPEN;

	switch (event->type) {
	case WS_EVENT_DATA:
		if (open)
			ws_data(conn, event);
		break;
	case WS_EVENT_PING:
		if (open)
			ws_pong(conn, event);
		break;
	case WS_EVENT_CLOSE:
		ws_peer_closed(conn, event);
		break;
	case WS_EVENT_ERROR:
		ws_fail(conn, event);
		break;
	case WS_EVENT_NONE:
	case WS_EVENT_PONG:
		break;
	}
}

/* So much is unanswered or unsent that the peer has to wait. */
static bool
ws_full(const struct conn *conn)
{
	const struct ws_busy *busy = conn->door;

	return conn_choked(conn) ||
	    (busy != NULL && busy->count >= WS_COMMANDS_MAX);
}

size_t
ws_input(struct conn *conn, char *data, size_t len)
{
	struct ws_limits limits = { .server = true,
		.message_bytes = (uint64_t)ws_limits(conn)->frame_bytes };
	struct ws_parser parser = { 0 };
	struct ws_busy *busy = conn->door;
	struct ws_event event;
	size_t at = 0, used;

	if (busy != NULL)
		parser = busy->parser;
	while (at < len && !ws_full(conn)) {
		event = ws_parse(&parser, &limits, data + at, len - at, &used);
		at += used;
		if (event.type == WS_EVENT_NONE)
			break;
		ws_event(conn, &event);
		if (conn->flags & CONN_DEAD || conn->state == CONN_LINGER)
			return len;
	}
	if (!ws_parser_idle(&parser))
		ws_busy(conn)->parser = parser;
	else if (conn->door != NULL)
		((struct ws_busy *)conn->door)->parser = parser;
	ws_rest(conn);
	return at;
}

/* ---- the clock ---- */

void
ws_drained(struct conn *conn)
{
	struct frame *frame;

	if (conn->dropped == 0 || conn->out != NULL)
		return;
	frame = answer_lagged(conn->dropped);
	conn->dropped = 0;
	conn_give(conn, frame, CONN_EVENT);
}

void
ws_sweep(struct conn *conn)
{
	const struct gateway *gateway = conn->loop->arg;
	const struct limits *limits = ws_limits(conn);
	uint32_t silent = (conn->loop->tick - conn->heard) * CONN_TICK_MS;

	if (conn->expires != 0 && conn->loop->tick >= conn->expires) {
		ws_close(conn, CLOSE_UNAUTHORIZED);
	} else if (silent >= limits->silence_s * 1000) {
		ws_close(conn, CLOSE_SILENT);
	} else if (silent >= limits->ping_s * 1000 &&
	    !(conn->flags & CONN_PINGED)) {
		conn->flags |= CONN_PINGED;
		conn_send(conn, gateway->ping, CONN_ANSWER);
	}
}

/*
 * The opening handshake (RFC 6455 section 4.2). A stranger costs a request and
 * nothing more.
 */
#include "server/gateway_upgrade.h"

#include <string.h>

#include "server/features/session.h"
#include "server/gateway_auth.h"
#include "server/gateway_http.h"
#include "server/presence.h"
#include "server/router.h"
#include "shared/clock.h"

#define UPGRADE_RETRY_MS 1000

#define UPGRADE_HEADERS "Upgrade: websocket\r\nConnection: Upgrade\r\n"

static bool
upgrade_method(struct conn *conn, const struct http_head *head,
    struct reply *reply)
{
	(void)conn;
	reply->error = ERR_METHOD_NOT_ALLOWED;
	reply->allow = "GET";
	return span_equal(head->method, "GET");
}

/* Also for what is no request for a WebSocket at all. */
static bool
upgrade_version(struct conn *conn, const struct http_head *head,
    struct reply *reply)
{
	(void)conn;
	reply->error = ERR_BAD_REQUEST;
	reply->status = 426;
	reply->headers = UPGRADE_HEADERS "Sec-WebSocket-Version: 13\r\n";
	reply->message = "here is a WebSocket of version 13 (RFC 6455)";
	return head->minor > 0 && head->upgrade_websocket &&
	    span_equal(http_header(head, "sec-websocket-version"), "13");
}

static bool
upgrade_key(struct conn *conn, const struct http_head *head,
    struct reply *reply)
{
	struct span value = http_header(head, "sec-websocket-key");
	struct http_request *request = conn->door;
	char key[32];

	reply->error = ERR_BAD_REQUEST;
	reply->message = "Sec-WebSocket-Key is not 16 bytes of base64";
	if (value.data == NULL || value.len >= sizeof(key))
		return false;
	memcpy(key, value.data, value.len);
	key[value.len] = '\0';
	if (!ws_key_valid(key))
		return false;
	ws_accept(key, request->accept);
	return true;
}

static bool
upgrade_body(struct conn *conn, const struct http_head *head,
    struct reply *reply)
{
	(void)conn;
	reply->error = ERR_BAD_REQUEST;
	reply->message = "a handshake has no body";
	reply->close = true;
	return head->body == HTTP_BODY_NONE;
}

static bool
upgrade_origin(struct conn *conn, const struct http_head *head,
    struct reply *reply)
{
	const struct gateway *gateway = conn->loop->arg;

	reply->error = ERR_FORBIDDEN;
	reply->message = "this origin is not allowed";
	return auth_origin(server_config(gateway->server), head);
}

static bool
upgrade_serving(struct conn *conn, const struct http_head *head,
    struct reply *reply)
{
	const struct gateway *gateway = conn->loop->arg;

	(void)head;
	reply->error = ERR_UNAVAILABLE;
	reply->message = "the server is shutting down";
	reply->retry_after_ms = UPGRADE_RETRY_MS;
	return !gateway->draining;
}

static bool
upgrade_caller(struct conn *conn, const struct http_head *head,
    struct reply *reply)
{
	const struct gateway *gateway = conn->loop->arg;
	struct http_request *request = conn->door;

	request->call = call_new(gateway->server, DOOR_WS);
	request->call->op = &op_session_open;
	request->call->open_worker = gateway->worker;
	request->call->caller.address = auth_address_key(conn, BUCKET_LOGINS);
	reply->error = ERR_UNAUTHORIZED;
	return auth_caller(conn, head, true, request->call) &&
	    request->call->caller.credential != CREDENTIAL_NONE;
}

static bool
upgrade_address(struct conn *conn, const struct http_head *head,
    struct reply *reply)
{
	(void)head;
	reply->error = ERR_RATE_LIMITED;
	reply->message = "too many connections from this address";
	reply->retry_after_ms = UPGRADE_RETRY_MS;
	/* All but those that came by a proxy are counted already. */
	return !(conn->flags & CONN_PROXY) ||
	    gateway_count(conn->loop->arg, conn);
}

/* In this order; each says in `reply` what is wrong where it returns false. */
static bool (*const upgrade_checks[])(struct conn *conn,
    const struct http_head *head, struct reply *reply) = {
	upgrade_body,
	upgrade_method,
	upgrade_version,
	upgrade_key,
	upgrade_origin,
	upgrade_serving,
	upgrade_caller,
	upgrade_address,
};

void
upgrade_begin(struct conn *conn, const struct http_head *head)
{
	struct http_request *request = conn->door;
	size_t i;

	for (i = 0; i < sizeof(upgrade_checks) / sizeof(upgrade_checks[0]);
	     i++) {
		struct reply reply = { 0 };

		if (!upgrade_checks[i](conn, head, &reply)) {
			http_refuse(conn, &reply);
			return;
		}
	}
	request->pending = pending_new(conn, request->call);
	request->call = NULL;
	conn->state = CONN_WAIT;
	conn->deadline = 0;
	pending_start(request->pending);
}

/* Counts the connection under its user. */
static bool
upgrade_count(const struct gateway *gateway, struct conn *conn, int64_t user_id)
{
	struct bucket_key key = bucket_key_user(COUNT_USER, user_id);

	if (conn->flags & CONN_UNIX)
		return true;
	if (!count_acquire(gateway->server->buckets, &key,
		server_config(gateway->server)->limits.connections_per_user))
		return false;
	conn->flags |= CONN_USER;
	return true;
}

/* 101 and connection.established, in one piece. */
static struct frame *
upgrade_frame(const struct http_request *request, const struct buf *text)
{
	struct buf out = BUF_INIT;
	struct frame *frame;

	buf_puts(&out, "HTTP/1.1 101 Switching Protocols\r\n" UPGRADE_HEADERS);
	buf_printf(&out, "Sec-WebSocket-Accept: %s\r\n\r\n", request->accept);
	ws_frame(&out, WS_TEXT, text->data, text->len, NULL);
	frame = frame_alloc(out.len);
	memcpy(frame->data, out.data, out.len);
	buf_release(&out);
	return frame;
}

static uint32_t
upgrade_expiry(const struct conn_loop *loop, int64_t expires_ms)
{
	if (expires_ms == 0)
		return 0;
	return conn_loop_after(loop,
	    (double)(expires_ms - clock_real_ms()) / 1000);
}

static void
upgrade_open(struct gateway *gateway, struct conn *conn,
    struct pending *pending)
{
	const struct call *call = pending->call;
	struct http_request *request = conn->door;

	conn_give(conn, upgrade_frame(request, &call->result), CONN_ANSWER);
	request->pending = NULL;
	http_forget(conn);
	conn->state = CONN_OPEN;
	conn->deadline = 0;
	conn->heard = conn->loop->tick;
	conn->session_id = call->caller.session_id;
	conn->role = (uint8_t)call->caller.role;
	conn->expires = upgrade_expiry(conn->loop,
	    call->caller.token_expires_ms);
	hub_open(gateway->hub, conn, call->caller.user_id, call->open_channels,
	    call->open_count);
	presence_connect(gateway->server->presence, call->caller.user_id);
	pending_free(pending);
}

void
upgrade_opened(struct gateway *gateway, struct pending *pending)
{
	struct conn *conn = pending->conn;
	struct call *call = pending->call;

	if (call->error != ERR_NONE) {
		if (conn != NULL)
			http_answered(conn, pending);
		else
			pending_free(pending);
		return;
	}
	if (conn != NULL && !gateway->draining &&
	    upgrade_count(gateway, conn, call->caller.user_id)) {
		upgrade_open(gateway, conn, pending);
		return;
	}
	hub_decline(gateway->hub, call->caller.user_id, call->open_channels,
	    call->open_count);
	if (conn == NULL) {
		pending_free(pending);
		return;
	}
	call->error = gateway->draining ? ERR_UNAVAILABLE : ERR_RATE_LIMITED;
	call->retry_after_ms = UPGRADE_RETRY_MS;
	http_answered(conn, pending);
}

/*
 * From bytes to requests, and from what became of them to answers. A request
 * that is refused on its head has its body read and dropped first where that is
 * short, so that the connection can go on; else the connection ends.
 */
#include "server/gateway_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/gateway_auth.h"
#include "server/gateway_upgrade.h"
#include "server/router.h"
#include "server/secret.h"
#include "shared/json_in.h"
#include "shared/xmalloc.h"

#define ALLOW_SIZE 64
#define ALLOW_ALL "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

static const struct limits *
http_limits(const struct conn *conn)
{
	const struct gateway *gateway = conn->loop->arg;

	return &server_config(gateway->server)->limits;
}

void
http_forget(struct conn *conn)
{
	struct http_request *request = conn->door;

	if (request == NULL)
		return;
	conn->door = NULL;
	pending_orphan(request->pending);
	call_free(request->call);
	frame_unref(request->refusal);
	/* It may hold a password. */
	if (request->content.data != NULL)
		secret_wipe(request->content.data, request->content.len);
	buf_release(&request->content);
	free(request);
}

void
http_done(struct conn *conn)
{
	const struct gateway *gateway = conn->loop->arg;
	const struct http_request *request = conn->door;
	bool keep = request->keep_alive && !gateway->draining;

	http_forget(conn);
	if (!keep) {
		gateway_linger(conn);
		return;
	}
	conn->state = CONN_IDLE;
	conn->deadline = conn_loop_after(conn->loop,
	    http_limits(conn)->silence_s);
}

/* Fills in what an answer owes to its request. */
static struct frame *
http_frame(const struct conn *conn, struct reply *reply)
{
	const struct gateway *gateway = conn->loop->arg;
	struct http_request *request = conn->door;

	if (reply->close || gateway->draining)
		request->keep_alive = false;
	reply->close = !request->keep_alive;
	reply->keep_alive = request->old;
	reply->head = request->head;
	return reply_frame(reply);
}

void
http_refuse(struct conn *conn, struct reply *reply)
{
	conn_give(conn, http_frame(conn, reply), CONN_ANSWER);
	http_done(conn);
}

/* Refuses on the head, with the body still to come. */
static void
http_refuse_early(struct conn *conn, const struct http_head *head,
    struct reply *reply)
{
	struct http_request *request = conn->door;
	uint64_t max = (uint64_t)http_limits(conn)->body_bytes;

	if (head->body == HTTP_BODY_NONE) {
		http_refuse(conn, reply);
		return;
	}
	/* One that waits to be told to send its body will send none; one that
	 * is too long is not worth reading. */
	if (head->expect_continue ||
	    (head->body == HTTP_BODY_LENGTH && head->content_length > max)) {
		reply->close = true;
		http_refuse(conn, reply);
		return;
	}
	request->refusal = http_frame(conn, reply);
}

/* The body is JSON, or says nothing because it is not there. */
static bool
http_type_ok(const struct http_head *head)
{
	struct span type = http_header(head, "content-type");
	const char *end;

	if (type.data == NULL)
		return false;
	end = memchr(type.data, ';', type.len);
	if (end != NULL)
		type.len = (size_t)(end - type.data);
	while (type.len > 0 &&
	    (type.data[type.len - 1] == ' ' || type.data[type.len - 1] == '\t'))
		type.len--;
	return span_equal_ci(type, "application/json");
}

/* OPTIONS: what a path takes (RFC 9110 section 9.3.7). */
static void
http_options(struct conn *conn, const struct http_head *head, char *allow)
{
	struct reply reply = { .status = 204, .allow = ALLOW_ALL };
	size_t len;

	if (!span_equal(head->path, "*")) {
		len = strlen(allow);
		snprintf(allow + len, ALLOW_SIZE - len, ", OPTIONS");
		reply.allow = allow;
	}
	http_refuse_early(conn, head, &reply);
}

/* Finds the operation and who asks; false: refused. */
static bool
http_route(struct conn *conn, const struct http_head *head, struct call *call)
{
	const struct gateway *gateway = conn->loop->arg;
	char allow[ALLOW_SIZE], cause[200] = "";
	struct reply reply = { 0 };

	reply.error = router_match(gateway->server->router, head->method,
	    head->path, &call->op, call->args, allow, sizeof(allow));
	if (span_equal(head->method, "OPTIONS") &&
	    (reply.error == ERR_METHOD_NOT_ALLOWED ||
		span_equal(head->path, "*"))) {
		http_options(conn, head, allow);
		return false;
	}
	if (reply.error == ERR_METHOD_NOT_ALLOWED)
		reply.allow = allow;
	if (reply.error == ERR_NONE)
		reply.error = router_query(call->op, head->query, call->args,
		    cause, sizeof(cause));
	reply.message = cause;
	/* Who is no matter there is not asked: a refresh comes with a token
	 * that is no good any more. */
	if (reply.error == ERR_NONE && call->op->may != MAY_ANYONE &&
	    (!auth_caller(conn, head, false, call) ||
		call->caller.credential == CREDENTIAL_NONE))
		reply.error = ERR_UNAUTHORIZED;
	if (reply.error == ERR_NONE)
		return true;
	http_refuse_early(conn, head, &reply);
	return false;
}

static void
http_too_large(const struct conn *conn, char *text, size_t size)
{
	snprintf(text, size, "the body is larger than body_bytes (%lld)",
	    (long long)http_limits(conn)->body_bytes);
}

/* Checks what the head says of the body; false: refused. */
static bool
http_check_body(struct conn *conn, const struct http_head *head)
{
	uint64_t max = (uint64_t)http_limits(conn)->body_bytes;
	struct reply reply = { 0 };
	char text[80];

	if (head->body == HTTP_BODY_NONE)
		return true;
	if (!http_type_ok(head)) {
		reply.error = ERR_UNSUPPORTED_MEDIA_TYPE;
		reply.message = "a body must be application/json";
	} else if (head->body == HTTP_BODY_LENGTH &&
	    head->content_length > max) {
		http_too_large(conn, text, sizeof(text));
		reply.error = ERR_TOO_LARGE;
		reply.message = text;
	} else {
		return true;
	}
	http_refuse_early(conn, head, &reply);
	return false;
}

static void
http_dispatch(struct conn *conn)
{
	struct http_request *request = conn->door;

	request->pending = pending_new(conn, request->call);
	request->call = NULL;
	conn->state = CONN_WAIT;
	conn->deadline = 0;
	pending_start(request->pending);
}

/* The body is whole: its fields join those of the path and the query, which
 * win. */
static void
http_body_done(struct conn *conn)
{
	struct http_request *request = conn->door;
	struct reply reply = { 0 };
	char cause[200];
	json_t *object;

	if (request->refusal != NULL) {
		conn_send(conn, request->refusal, CONN_ANSWER);
		http_done(conn);
		return;
	}
	if (request->content.len > 0) {
		object = json_in_parse(request->content.data,
		    request->content.len, (size_t)http_limits(conn)->json_depth,
		    cause, sizeof(cause));
		if (object == NULL) {
			reply.error = ERR_BAD_REQUEST;
			reply.message = cause;
			http_refuse(conn, &reply);
			return;
		}
		json_object_update_missing(request->call->args, object);
		json_decref(object);
	}
	http_dispatch(conn);
}

static void
http_continue(struct conn *conn)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct frame *frame = frame_alloc(sizeof(text) - 1);

	memcpy(frame->data, text, sizeof(text) - 1);
	conn_give(conn, frame, CONN_ANSWER);
}

/* The head is whole and good. */
static void
http_begin(struct conn *conn, const struct http_head *head)
{
	const struct gateway *gateway = conn->loop->arg;
	struct http_request *request = conn->door;

	request->head = span_equal(head->method, "HEAD");
	request->keep_alive = head->keep_alive;
	request->old = head->minor == 0;
	conn->state = CONN_BODY;
	conn->deadline = conn_loop_after(conn->loop, http_limits(conn)->body_s);
	http_body_init(&request->body, head);
	auth_forwarded(conn, head);
	if (span_equal(head->path, "/ws")) {
		upgrade_begin(conn, head);
		return;
	}
	request->call = call_new(gateway->server, DOOR_REST);
	request->call->caller.address = auth_address_key(conn, BUCKET_LOGINS);
	if (!http_route(conn, head, request->call) ||
	    !http_check_body(conn, head))
		return;
	if (head->body == HTTP_BODY_NONE)
		http_body_done(conn);
	else if (head->expect_continue)
		http_continue(conn);
}

/* What a head that cannot be read is answered with. */
static void
http_head_bad(struct conn *conn, enum http_result result, const char *why)
{
	struct reply reply = { .error = ERR_BAD_REQUEST,
		.message = why,
		.close = true };

	if (result == HTTP_TOO_LARGE) {
		reply.error = ERR_TOO_LARGE;
		reply.status = 431;
	} else if (result == HTTP_BAD_VERSION) {
		reply.status = 505;
	} else if (result == HTTP_BAD_ENCODING) {
		reply.status = 501;
	}
	http_refuse(conn, &reply);
}

static size_t
http_head_input(struct conn *conn, const char *data, size_t len)
{
	struct http_request *request = conn->door;
	struct http_head head;
	enum http_result result;
	const char *why = NULL;

	if (request == NULL) {
		request = xcalloc(1, sizeof(*request));
		conn->door = request;
	}
	if (conn->state == CONN_IDLE) {
		conn->state = CONN_HEAD;
		conn->deadline = conn_loop_after(conn->loop,
		    http_limits(conn)->header_s);
	}
	result = http_parse_request(data, len, &request->scan,
	    (size_t)http_limits(conn)->header_bytes, &head, &why);
	if (result == HTTP_MORE)
		return 0;
	if (result != HTTP_OK) {
		http_head_bad(conn, result, why);
		return len;
	}
	if (head.body == HTTP_BODY_LENGTH && head.content_length == 0)
		head.body = HTTP_BODY_NONE;
	http_begin(conn, &head);
	return head.size;
}

static size_t
http_body_input(struct conn *conn, const char *data, size_t len)
{
	struct http_request *request = conn->door;
	size_t at = 0, used, max = (size_t)http_limits(conn)->body_bytes;
	struct reply reply = { .close = true };
	enum http_result result;
	struct span piece;
	bool done = false;
	char text[80];

	do {
		result = http_body_feed(&request->body, data + at, len - at,
		    &used, &piece, &done);
		at += used;
		if (result == HTTP_BAD) {
			reply.error = ERR_BAD_REQUEST;
			reply.message = "the body's framing is malformed";
			http_refuse(conn, &reply);
			return len;
		}
		request->content_bytes += piece.len;
		if (request->content_bytes > max) {
			http_too_large(conn, text, sizeof(text));
			reply.error = ERR_TOO_LARGE;
			reply.message = text;
			http_refuse(conn, &reply);
			return len;
		}
		if (request->refusal == NULL)
			buf_append(&request->content, piece.data, piece.len);
	} while (result == HTTP_OK && !done && at < len);
	if (done)
		http_body_done(conn);
	return at;
}

size_t
http_input(struct conn *conn, char *data, size_t len)
{
	if (conn->state == CONN_BODY)
		return http_body_input(conn, data, len);
	return http_head_input(conn, data, len);
}

void
http_answered(struct conn *conn, struct pending *pending)
{
	struct http_request *request = conn->door;
	const struct call *call = pending->call;
	struct reply reply = {
		.error = call->error,
		.status = call->error == ERR_NONE ? call->status : 0,
		.message = call->message,
		.retry_after_ms = call->retry_after_ms,
		.body = call->result.data,
		.len = call->result.len,
	};

	request->pending = NULL;
	http_refuse(conn, &reply);
	pending_free(pending);
}

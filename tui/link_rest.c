/*
 * REST over kept connections. Owns the queue and the connections; each carries
 * one request at a time.
 *
 *	queue -> connection (dialled when needed) -> head -> body -> done
 *	  ^                                                   |
 *	  `--- token renewed, or the rate limit waited out <--'
 */
#include "tui/link_rest.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "shared/buf.h"
#include "shared/http.h"
#include "shared/json_in.h"
#include "shared/utf8.h"
#include "shared/xmalloc.h"
#include "tui/link_auth.h"
#include "tui/link_dial.h"
#include "tui/link_http.h"

#define CONNECTIONS 2
#define ANSWER_S 30	  /* without a byte */
#define HEAD_MAX 16384	  /* bytes */
#define BODY_MAX 16777216 /* bytes of an answer */
#define BODY_DEPTH 32
#define RETRY_MS 1000	 /* after 429 that does not say */
#define PAUSE_MIN_MS 100 /* at a rate limit */
#define PAUSE_MAX_MS 60000

struct request {
	TAILQ_ENTRY(request) entry;
	struct rest *rest;
	char *method, *path;
	char *body; /* JSON, or NULL */
	int fd;	    /* a file, or -1 */
	int64_t size;
	char *name; /* of the file, percent-encoded */
	int flags;
	bool renewed; /* sent again under a new token */
	bool again;   /* sent again because a kept connection was gone */
	struct event *pause;
	void (*done)(void *arg, const struct rest_answer *answer);
	void *arg;
};

TAILQ_HEAD(request_list, request);

struct connection {
	struct rest *rest;
	struct dial *dial;
	struct bufferevent *stream;
	struct request *request; /* NULL: idle */
	bool reused;		 /* it has carried a request before */
	/* the answer so far */
	bool in_body, keep;
	size_t scan;
	int status;
	int64_t retry_after_ms;
	struct http_body body;
	struct buf content;
};

struct rest {
	struct event_base *base;
	struct dialer *dialer;
	struct auth *auth;
	struct buf host;
	struct request_list queue;
	struct request_list waiting; /* for a token or a rate limit */
	struct connection connections[CONNECTIONS];
	bool ending; /* nothing goes out any more */
};

static void rest_pump(struct rest *rest);
static void answered(struct connection *connection);

struct rest *
rest_new(struct event_base *base, struct dialer *dialer, const struct url *url,
    struct auth *auth)
{
	struct rest *rest = xcalloc(1, sizeof(*rest));
	size_t i;

	rest->base = base;
	rest->dialer = dialer;
	rest->auth = auth;
	url_host_header(url, &rest->host);
	TAILQ_INIT(&rest->queue);
	TAILQ_INIT(&rest->waiting);
	for (i = 0; i < CONNECTIONS; i++)
		rest->connections[i].rest = rest;
	return rest;
}

static void
request_free(struct request *request)
{
	if (!request)
		return;
	if (request->pause)
		event_free(request->pause);
	if (request->fd >= 0)
		close(request->fd);
	/* It may hold a password. */
	if (request->body)
		explicit_bzero(request->body, strlen(request->body));
	free(request->body);
	free(request->method);
	free(request->path);
	free(request->name);
	free(request);
}

static void
connection_close(struct connection *connection)
{
	if (connection->stream)
		bufferevent_free(connection->stream);
	connection->stream = NULL;
	connection->reused = false;
}

/* ---- how a request ends --------------------------------------------------- */

static void
request_end(struct request *request, const struct rest_answer *answer)
{
	if (request->done)
		request->done(request->arg, answer);
	request_free(request);
}

static void
request_fail(struct request *request, const char *why, bool foreign,
    bool untrusted)
{
	const struct rest_answer answer = { .code = "unreachable",
		.message = why,
		.foreign = foreign,
		.untrusted = untrusted };

	request_end(request, &answer);
}

/* The connection is of no more use; its request failed with it. */
static void
connection_fail(struct connection *connection, const char *why, bool foreign)
{
	struct request *request = connection->request;
	bool stale = connection->reused && !connection->in_body &&
	    connection->scan == 0;

	connection->request = NULL;
	connection_close(connection);
	if (request && stale && !request->again &&
	    strcmp(request->method, "GET") == 0) {
		/* The server let a kept connection go while the request was
		 * on its way (RFC 9110 section 9.2.2). */
		request->again = true;
		TAILQ_INSERT_HEAD(&connection->rest->queue, request, entry);
	} else if (request) {
		request_fail(request, why, foreign, false);
	}
	rest_pump(connection->rest);
}

static void
pause_over(evutil_socket_t fd, short what, void *arg)
{
	struct request *request = arg;

	(void)fd;
	(void)what;
	TAILQ_REMOVE(&request->rest->waiting, request, entry);
	TAILQ_INSERT_HEAD(&request->rest->queue, request, entry);
	rest_pump(request->rest);
}

static void
request_pause(struct request *request, int64_t ms)
{
	struct timeval pause;

	if (ms < PAUSE_MIN_MS)
		ms = PAUSE_MIN_MS;
	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	pause = (struct timeval){ ms / 1000, ms % 1000 * 1000 };
	if (!request->pause)
		request->pause = evtimer_new(request->rest->base, pause_over,
		    request);
	TAILQ_INSERT_TAIL(&request->rest->waiting, request, entry);
	evtimer_add(request->pause, &pause);
}

static void
token_renewed(void *arg, enum auth_result result)
{
	struct request *request = arg;
	const struct rest_answer refused = { .status = 401,
		.code = "unauthorized",
		.message = "the session is over; log in again" };

	TAILQ_REMOVE(&request->rest->waiting, request, entry);
	if (result == AUTH_OK) {
		TAILQ_INSERT_HEAD(&request->rest->queue, request, entry);
		rest_pump(request->rest);
	} else if (result == AUTH_LATER) {
		request_fail(request, "the token could not be renewed", false,
		    false);
	} else {
		request_end(request, &refused);
	}
}

/* True where the answer is none yet: the request waits and goes out again. */
static bool
request_waits(struct request *request, int status, int64_t retry_after_ms)
{
	struct rest *rest = request->rest;

	if (status == 429 && !(request->flags & REST_ONCE)) {
		request_pause(request, retry_after_ms);
		return true;
	}
	if (status == 401 && !(request->flags & REST_ANONYMOUS) &&
	    !request->renewed && rest->auth && auth_can_renew(rest->auth)) {
		request->renewed = true;
		TAILQ_INSERT_TAIL(&rest->waiting, request, entry);
		auth_renew(rest->auth, rest, token_renewed, request);
		return true;
	}
	return false;
}

/* ---- the answer ----------------------------------------------------------- */

static void
answer_fill(struct rest_answer *answer, int status, const json_t *body,
    struct buf *message)
{
	const json_t *error = json_object_get(body, "error");
	const char *text = json_in_string(error, "message");
	const char *code = json_in_string(error, "code");

	answer->status = status;
	answer->body = body;
	answer->code = "";
	answer->message = "";
	if (status < 400)
		return;
	answer->foreign = !code;
	answer->code = code ? code : "foreign";
	if (text)
		utf8_clean(message, text, strlen(text), UTF8_CLEAN_LINE);
	else
		buf_printf(message, "the server answered %d", status);
	answer->message = message->data ? message->data : answer->code;
}

static void
answered(struct connection *connection)
{
	struct rest *rest = connection->rest;
	struct request *request = connection->request;
	struct rest_answer answer = { 0 };
	struct buf content = connection->content;
	struct buf message = BUF_INIT;
	int64_t retry_ms = connection->retry_after_ms;
	int status = connection->status;
	json_t *body = NULL;
	char cause[128];

	buf_init(&connection->content);
	connection->request = NULL;
	if (connection->keep)
		connection->reused = true;
	else
		connection_close(connection);
	if (content.len > 0)
		body = json_in_parse(content.data, content.len, BODY_DEPTH,
		    cause, sizeof(cause));
	retry_ms = json_in_int(json_object_get(body, "error"), "retry_after_ms",
	    retry_ms);
	if (!request_waits(request, status, retry_ms)) {
		answer_fill(&answer, status, body, &message);
		/* Whatever else succeeds here answers with JSON. */
		if (status < 400 && status != 204 && !body)
			answer.foreign = true;
		request_end(request, &answer);
	}
	json_decref(body);
	buf_release(&message);
	buf_release(&content);
	rest_pump(rest);
}

/* True where the head is whole and the body begins. */
static bool
head_read(struct connection *connection, struct evbuffer *input)
{
	struct http_head head;
	const char *why = "";
	const char *data = (const char *)evbuffer_pullup(input, -1);
	enum http_result result;

	if (!data)
		return false;
	result = http_parse_response(data, evbuffer_get_length(input),
	    &connection->scan, HEAD_MAX, false, &head, &why);
	if (result == HTTP_MORE &&
	    link_is_http(data, evbuffer_get_length(input)))
		return false;
	if (result != HTTP_OK) {
		connection_fail(connection, "what answers is no HTTP server",
		    true);
		return false;
	}
	connection->scan = 0;
	connection->status = head.status;
	connection->keep = head.keep_alive;
	connection->retry_after_ms = link_retry_after(&head, RETRY_MS);
	http_body_init(&connection->body, &head);
	evbuffer_drain(input, head.size);
	/* An interim answer (RFC 9110 section 15.2) comes before the one. */
	if (head.status / 100 == 1)
		return evbuffer_get_length(input) > 0 &&
		    head_read(connection, input);
	connection->in_body = true;
	if (head.body == HTTP_BODY_NONE) {
		answered(connection);
		return false;
	}
	return true;
}

static void
body_read(struct connection *connection, struct evbuffer *input)
{
	enum http_result result = HTTP_OK;
	struct span piece;
	size_t used;
	bool done = false;
	char *data;

	while (!done && result == HTTP_OK && evbuffer_get_length(input) > 0) {
		data = (char *)evbuffer_pullup(input, -1);
		result = http_body_feed(&connection->body, data,
		    evbuffer_get_length(input), &used, &piece, &done);
		if (piece.len > 0 && result != HTTP_BAD)
			buf_append(&connection->content, piece.data, piece.len);
		evbuffer_drain(input, used);
		if (connection->content.len > BODY_MAX)
			result = HTTP_BAD;
	}
	if (result == HTTP_BAD)
		connection_fail(connection, "the server's answer is damaged",
		    true);
	else if (done)
		answered(connection);
}

static void
stream_read(struct bufferevent *stream, void *arg)
{
	struct connection *connection = arg;
	struct evbuffer *input = bufferevent_get_input(stream);

	if (!connection->request) {
		connection_close(connection);
		return;
	}
	if (!connection->in_body && !head_read(connection, input))
		return;
	body_read(connection, input);
}

static void
stream_event(struct bufferevent *stream, short what, void *arg)
{
	struct connection *connection = arg;

	(void)stream;
	if (connection->request && connection->in_body &&
	    connection->body.kind == HTTP_BODY_UNTIL_CLOSE &&
	    (what & BEV_EVENT_EOF)) {
		connection->keep = false;
		answered(connection);
		return;
	}
	connection_fail(connection,
	    what & BEV_EVENT_TIMEOUT ? "the server does not answer"
				     : "the connection was lost",
	    false);
}

/* ---- the request ---------------------------------------------------------- */

static void
file_add(struct evbuffer *output, struct request *request)
{
	int copy = dup(request->fd);

	/* The buffer closes what it is given; ours stays for a repeat. */
	if (copy >= 0 && request->size > 0)
		evbuffer_add_file(output, copy, 0, request->size);
	else if (copy >= 0)
		close(copy);
}

static void
request_write(struct connection *connection)
{
	struct request *request = connection->request;
	struct rest *rest = connection->rest;
	struct evbuffer *output = bufferevent_get_output(connection->stream);
	const char *token = rest->auth && !(request->flags & REST_ANONYMOUS)
	    ? auth_token(rest->auth)
	    : NULL;

	connection->in_body = false;
	connection->scan = 0;
	buf_clear(&connection->content);
	evbuffer_add_printf(output,
	    "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: hubbub/%s\r\n"
	    "Accept: application/json\r\n",
	    request->method, request->path, rest->host.data, HUBBUB_VERSION);
	if (token)
		evbuffer_add_printf(output, "Authorization: Bearer %s\r\n",
		    token);
	if (request->fd >= 0) {
		evbuffer_add_printf(output,
		    "Content-Type: application/octet-stream\r\n"
		    "X-Filename: %s\r\nContent-Length: %lld\r\n\r\n",
		    request->name, (long long)request->size);
		file_add(output, request);
	} else if (request->body) {
		evbuffer_add_printf(output,
		    "Content-Type: application/json\r\n"
		    "Content-Length: %zu\r\n\r\n%s",
		    strlen(request->body), request->body);
	} else {
		evbuffer_add_printf(output, "%s\r\n",
		    strcmp(request->method, "GET") == 0
			? ""
			: "Content-Length: 0\r\n");
	}
}

static void
dialled(void *arg, enum dial_result result, struct bufferevent *stream,
    const char *why)
{
	struct connection *connection = arg;
	const struct timeval limit = { ANSWER_S, 0 };
	struct request *request = connection->request;

	connection->dial = NULL;
	if (result != DIAL_OK) {
		connection->request = NULL;
		request_fail(request, why, result == DIAL_NOT_TLS,
		    result == DIAL_UNTRUSTED);
		rest_pump(connection->rest);
		return;
	}
	connection->stream = stream;
	bufferevent_setcb(stream, stream_read, NULL, stream_event, connection);
	bufferevent_set_timeouts(stream, &limit, &limit);
	bufferevent_enable(stream, EV_READ | EV_WRITE);
	request_write(connection);
}

/* An open one first, else one that is still to be dialled. */
static struct connection *
connection_free_one(struct rest *rest)
{
	struct connection *closed = NULL;
	size_t i;

	for (i = 0; i < CONNECTIONS; i++) {
		if (rest->connections[i].request)
			continue;
		if (rest->connections[i].stream)
			return &rest->connections[i];
		closed = &rest->connections[i];
	}
	return closed;
}

static void
rest_pump(struct rest *rest)
{
	struct connection *connection;
	struct request *request;

	while (!rest->ending && (request = TAILQ_FIRST(&rest->queue)) != NULL &&
	    (connection = connection_free_one(rest)) != NULL) {
		TAILQ_REMOVE(&rest->queue, request, entry);
		connection->request = request;
		if (connection->stream)
			request_write(connection);
		else
			connection->dial = dial_start(rest->dialer, dialled,
			    connection);
	}
}

static struct request *
request_new(struct rest *rest, const char *method, const char *path,
    void (*done)(void *arg, const struct rest_answer *answer), void *arg)
{
	struct request *request = xcalloc(1, sizeof(*request));

	request->rest = rest;
	request->method = xstrdup(method);
	request->path = xstrdup(path);
	request->fd = -1;
	request->done = done;
	request->arg = arg;
	return request;
}

void
rest_call(struct rest *rest, const char *method, const char *path, json_t *body,
    int flags, void (*done)(void *arg, const struct rest_answer *answer),
    void *arg)
{
	struct request *request = request_new(rest, method, path, done, arg);

	request->flags = flags;
	if (body)
		request->body = json_dumps(body, JSON_COMPACT);
	json_decref(body);
	TAILQ_INSERT_TAIL(&rest->queue, request, entry);
	rest_pump(rest);
}

void
rest_upload(struct rest *rest, const char *path, int fd, int64_t size,
    const char *name, void (*done)(void *arg, const struct rest_answer *answer),
    void *arg)
{
	struct request *request = request_new(rest, "POST", path, done, arg);
	struct buf encoded = BUF_INIT;

	url_encode(&encoded, name, strlen(name));
	request->name = buf_detach(&encoded);
	request->fd = fd;
	request->size = size;
	TAILQ_INSERT_TAIL(&rest->queue, request, entry);
	rest_pump(rest);
}

/* ---- the end -------------------------------------------------------------- */

static void
list_end(struct request_list *list)
{
	struct request *request;

	while ((request = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, request, entry);
		request_fail(request, "the program ends", false, false);
	}
}

void
rest_free(struct rest *rest)
{
	struct connection *connection;
	struct request *request;
	size_t i;

	if (!rest)
		return;
	rest->ending = true;
	for (i = 0; i < CONNECTIONS; i++) {
		connection = &rest->connections[i];
		request = connection->request;
		connection->request = NULL;
		dial_cancel(connection->dial);
		connection_close(connection);
		buf_release(&connection->content);
		if (request)
			request_fail(request, "the program ends", false, false);
	}
	/* A renewal that fails takes those that wait for it along. */
	list_end(&rest->queue);
	list_end(&rest->waiting);
	buf_release(&rest->host);
	free(rest);
}

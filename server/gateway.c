/*
 * What HTTP and WebSocket connections have in common: how they come and go, who
 * gets their bytes, what the clock does to them.
 */
#include "server/gateway.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "server/gateway_auth.h"
#include "server/gateway_http.h"
#include "server/gateway_ws.h"
#include "server/presence.h"

#define GATEWAY_SWEEP_PARTS 8 /* a connection is looked at once a second */
#define GATEWAY_LINGER_S 2.0  /* for the peer to end its side */
#define GATEWAY_REFUSED_MAX 256
#define GATEWAY_RETRY_MS 1000
#define GATEWAY_DRAIN_TICKS 16 /* over which clients are sent away */
#define GATEWAY_DRAIN_S 6.0    /* then whoever is left is cut off */

static const struct config *
gateway_config(const struct gateway *gateway)
{
	return server_config(gateway->server);
}

/* ---- bytes ---- */

static size_t
gateway_on_input(struct conn *conn, char *data, size_t len)
{
	size_t at = 0, used = 0;

	while (at < len && !(conn->flags & CONN_DEAD)) {
		switch ((enum conn_state)conn->state) {
		case CONN_HEAD:
		case CONN_IDLE:
			if (conn_choked(conn))
				return at;
			/* FALLTHROUGH */
		case CONN_BODY:
			used = http_input(conn, data + at, len - at);
			break;
		case CONN_WAIT:
			return at;
		case CONN_OPEN:
		case CONN_CLOSING:
			used = ws_input(conn, data + at, len - at);
			break;
		case CONN_LINGER:
			return len;
		}
		if (used == 0)
			break;
		at += used;
	}
	return at;
}

/* The peer has ended its side: what it asked for is answered, no more comes. */
static void
gateway_ended(struct conn *conn)
{
	switch ((enum conn_state)conn->state) {
	case CONN_HEAD:
	case CONN_IDLE:
	case CONN_BODY:
		if (conn_choked(conn))
			break;
		http_forget(conn);
		gateway_linger(conn);
		break;
	case CONN_WAIT:
		break;
	case CONN_OPEN:
	case CONN_CLOSING:
		conn_close(conn);
		break;
	case CONN_LINGER:
		if (conn->flags & CONN_SHUT_DONE)
			conn_close(conn);
		break;
	}
}

void
gateway_resume(struct conn *conn)
{
	conn_again(conn);
	if ((conn->flags & (CONN_EOF | CONN_DEAD)) == CONN_EOF)
		gateway_ended(conn);
}

static void
gateway_on_drained(struct conn *conn)
{
	if (conn->state == CONN_OPEN)
		ws_drained(conn);
	if (conn->input != NULL || (conn->flags & CONN_EOF))
		gateway_resume(conn);
}

static void
gateway_on_slow(struct conn *conn)
{
	ws_close(conn, CLOSE_SLOW);
}

void
gateway_leave(struct conn *conn)
{
	struct gateway *gateway = conn->loop->arg;
	struct bucket_key key;

	if (conn->user == NULL)
		return;
	if (conn->flags & CONN_USER) {
		key = bucket_key_user(COUNT_USER, hub_user_id(conn));
		count_release(gateway->server->buckets, &key);
		conn->flags &= ~CONN_USER;
	}
	presence_disconnect(gateway->server->presence, hub_user_id(conn));
	hub_leave(gateway->hub, conn);
}

static void
gateway_on_end(struct conn *conn)
{
	struct gateway *gateway = conn->loop->arg;
	struct bucket_key key;

	gateway_leave(conn);
	if (conn->state == CONN_OPEN || conn->state == CONN_CLOSING)
		ws_forget(conn);
	else
		http_forget(conn);
	if (conn->flags & CONN_COUNTED) {
		key = auth_address_key(conn, COUNT_ADDRESS);
		count_release(gateway->server->buckets, &key);
	}
	if (conn->flags & CONN_REFUSED)
		gateway->refused--;
}

static const struct conn_callbacks gateway_callbacks = {
	.input = gateway_on_input,
	.eof = gateway_ended,
	.drained = gateway_on_drained,
	.slow = gateway_on_slow,
	.end = gateway_on_end,
};

/* ---- coming and going ---- */

void
gateway_linger(struct conn *conn)
{
	const struct gateway *gateway = conn->loop->arg;

	if (conn->state == CONN_OPEN || conn->state == CONN_CLOSING)
		ws_forget(conn);
	conn->state = CONN_LINGER;
	/* For the answer to go out; shorter once it has, see the sweep. */
	conn->deadline = conn_loop_after(conn->loop,
	    gateway_config(gateway)->limits.body_s);
	conn_shut(conn);
}

bool
gateway_count(struct gateway *gateway, struct conn *conn)
{
	struct bucket_key key = auth_address_key(conn, COUNT_ADDRESS);

	if (conn->flags & CONN_COUNTED)
		return true;
	if (!count_acquire(gateway->server->buckets, &key,
		gateway_config(gateway)->limits.connections_per_address))
		return false;
	conn->flags |= CONN_COUNTED;
	return true;
}

/* One too many: it is told so before it has said anything. */
static void
gateway_refuse(struct gateway *gateway, struct conn *conn)
{
	const struct reply reply = {
		.error = ERR_RATE_LIMITED,
		.message = "too many connections from this address",
		.retry_after_ms = GATEWAY_RETRY_MS,
		.close = true,
	};

	if (gateway->refused >= GATEWAY_REFUSED_MAX) {
		conn_close(conn);
		return;
	}
	conn->flags |= CONN_REFUSED;
	gateway->refused++;
	conn_give(conn, reply_frame(&reply), CONN_ANSWER);
	gateway_linger(conn);
}

static void
gateway_accept_unix(struct conn *conn)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	conn->flags |= CONN_UNIX;
	if (getsockopt(conn_fd(conn), SOL_SOCKET, SO_PEERCRED, &peer, &size) !=
	    0)
		conn_close(conn);
	else
		conn->address = peer.uid;
}

void
gateway_accept(struct gateway *gateway, int fd, SSL *tls,
    const struct sockaddr *peer)
{
	struct address address = { { 0 } };
	struct conn *conn;
	int on = 1;

	/* With nobody here, nobody has looked at the clock. */
	conn_loop_clock(gateway->loop);
	conn = conn_new(gateway->loop, fd, tls);
	if (conn == NULL)
		return;
	conn->state = CONN_HEAD;
	conn->deadline = conn_loop_after(gateway->loop,
	    gateway_config(gateway)->limits.header_s);
	if (peer == NULL) {
		gateway_accept_unix(conn);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	address_from(peer, &address);
	auth_set_address(conn, &address);
	if (auth_is_proxy(gateway, &address))
		conn->flags |= CONN_PROXY;
	else if (!gateway_count(gateway, conn))
		gateway_refuse(gateway, conn);
}

/* ---- the clock ---- */

static void
gateway_sweep_one(const struct gateway *gateway, struct conn *conn)
{
	uint32_t soon;

	if (conn->state == CONN_OPEN) {
		ws_sweep(conn);
		return;
	}
	/* Only the peer's end is missing. */
	if ((conn->state == CONN_LINGER && (conn->flags & CONN_SHUT_DONE)) ||
	    (conn->state == CONN_CLOSING && gateway->draining)) {
		soon = conn_loop_after(conn->loop, GATEWAY_LINGER_S);
		if (conn->deadline > soon)
			conn->deadline = soon;
	}
	if (conn->deadline != 0 && conn->loop->tick >= conn->deadline)
		conn_close(conn);
}

/* Sends a share of the clients away, and whoever asks for nothing. */
static void
gateway_dismiss(struct gateway *gateway)
{
	struct conn_loop *loop = gateway->loop;
	size_t i, share = gateway->drain_share;
	struct conn *conn;

	/* From the end: what is closed is replaced by one seen already. */
	for (i = loop->count; i-- > 0;) {
		conn = loop->conns[i];
		if (conn->state == CONN_OPEN && share > 0) {
			share--;
			ws_close(conn, CLOSE_GOING_AWAY);
		} else if (conn->state == CONN_IDLE ||
		    (conn->state == CONN_HEAD && conn->door == NULL)) {
			gateway_linger(conn);
		}
	}
}

void
gateway_sweep(struct gateway *gateway)
{
	struct conn_loop *loop = gateway->loop;
	size_t n = (loop->count + GATEWAY_SWEEP_PARTS - 1) /
	    GATEWAY_SWEEP_PARTS;
	struct conn *conn;

	loop->output_bytes =
	    (uint32_t)gateway_config(gateway)->limits.output_bytes;
	if (gateway->draining)
		gateway_dismiss(gateway);
	for (; n > 0 && loop->count > 0; n--) {
		if (loop->sweep_at >= loop->count)
			loop->sweep_at = 0;
		conn = loop->conns[loop->sweep_at];
		gateway_sweep_one(gateway, conn);
		/* A closed one has been replaced by the last. */
		if (!(conn->flags & CONN_DEAD))
			loop->sweep_at++;
	}
}

void
gateway_drain(struct gateway *gateway)
{
	if (gateway->draining)
		return;
	gateway->draining = true;
	gateway->drain_share = (gateway->loop->count + GATEWAY_DRAIN_TICKS -
				   1) /
	    GATEWAY_DRAIN_TICKS;
	gateway->drain_end = conn_loop_after(gateway->loop, GATEWAY_DRAIN_S);
	gateway_dismiss(gateway);
}

bool
gateway_drained(const struct gateway *gateway)
{
	if (!gateway->draining)
		return false;
	return (gateway->loop->count == 0 && gateway->outstanding == 0) ||
	    gateway->loop->tick >= gateway->drain_end;
}

/* ---- the worker's ---- */

bool
gateway_turn(struct gateway *gateway)
{
	hub_flush(gateway->hub);
	return conn_loop_flush(gateway->loop);
}

void
gateway_init(struct gateway *gateway, const struct server *server,
    unsigned int worker, struct conn_loop *loop, struct event_base *base,
    void (*post)(void *arg, struct call *call), void *post_arg)
{
	static const char ping[] = "\x89"; /* and a length of 0: the NUL */

	memset(gateway, 0, sizeof(*gateway));
	gateway->server = server;
	gateway->worker = worker;
	gateway->thread = pthread_self();
	gateway->loop = loop;
	gateway->post = post;
	gateway->post_arg = post_arg;
	gateway->finished_end = &gateway->finished;
	gateway->ping = frame_alloc(sizeof(ping));
	memcpy(gateway->ping->data, ping, sizeof(ping));
	conn_loop_init(loop, base, &gateway_callbacks, gateway);
	loop->output_bytes =
	    (uint32_t)gateway_config(gateway)->limits.output_bytes;
	gateway->hub = hub_new(server->bus, worker, ws_close);
}

void
gateway_release(struct gateway *gateway)
{
	conn_loop_release(gateway->loop);
	hub_free(gateway->hub);
	frame_unref(gateway->ping);
	address_list_release(&gateway->proxies);
	gateway->hub = NULL;
	gateway->ping = NULL;
}

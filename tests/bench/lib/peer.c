/*
 * WebSocket and REST clients of the benchmarks.
 */
#include "tests/bench/lib/peer.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/xmalloc.h"
#include "tests/bench/lib/process.h"

#define READ_SIZE 65536

void
crowd_init(struct crowd *crowd, size_t max)
{
	memset(crowd, 0, sizeof(*crowd));
	crowd->epoll = epoll_create1(0);
	crowd->peers = xcalloc(max, sizeof(*crowd->peers));
}

void
crowd_release(struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++) {
		close(crowd->peers[i].fd);
		buf_release(&crowd->peers[i].in);
		buf_release(&crowd->peers[i].out);
		buf_release(&crowd->peers[i].message);
	}
	close(crowd->epoll);
	free(crowd->peers);
}

static int
dial(int port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		err(1, "connect to port %d", port);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void
peer_watch(struct peer *peer, int operation)
{
	struct epoll_event event = {
		.events = EPOLLIN | (peer->out.len > 0 ? EPOLLOUT : 0u),
		.data = { .ptr = peer },
	};

	if (epoll_ctl(peer->crowd->epoll, operation, peer->fd, &event) != 0)
		err(1, "epoll_ctl");
}

static void
peer_flush(struct peer *peer)
{
	bool was = peer->out.len > 0;
	ssize_t n = send(peer->fd, peer->out.data, peer->out.len,
	    MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN)
		err(1, "send");
	if (n > 0)
		buf_consume(&peer->out, (size_t)n);
	if (was != (peer->out.len > 0) || peer->out.len > 0)
		peer_watch(peer, EPOLL_CTL_MOD);
}

struct peer *
crowd_connect(struct crowd *crowd, int port, const char *token)
{
	struct peer *peer = &crowd->peers[crowd->count++];
	char head[512];
	int n;

	memset(peer, 0, sizeof(*peer));
	peer->crowd = crowd;
	peer->fd = dial(port);
	n = snprintf(head, sizeof(head),
	    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
	    "Connection: Upgrade\r\nUpgrade: websocket\r\n"
	    "Sec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	    "Authorization: Bearer %s\r\n\r\n",
	    port, token);
	if (send(peer->fd, head, (size_t)n, MSG_NOSIGNAL) != n)
		err(1, "send");
	fcntl(peer->fd, F_SETFL, O_NONBLOCK);
	peer_watch(peer, EPOLL_CTL_ADD);
	return peer;
}

static void
peer_message(struct peer *peer, const char *text, size_t len)
{
	struct crowd *crowd = peer->crowd;

	if (len > 20 && memcmp(text, "{\"type\":\"message.new\"", 21) == 0) {
		peer->events++;
		crowd->events++;
	} else if (len > 12 && memcmp(text, "{\"type\":\"ack\"", 13) == 0) {
		peer->acks++;
		crowd->acks++;
	} else if (!peer->established) {
		peer->established = true;
		crowd->established++;
	}
	if (crowd->on_message != NULL)
		crowd->on_message(peer, text, len);
}

/* Skips the head of the 101; false while it is not whole. */
static bool
peer_upgrade(struct peer *peer)
{
	char *end;

	buf_putc(&peer->in, '\0');
	peer->in.len--;
	end = strstr(peer->in.data, "\r\n\r\n");
	if (end == NULL)
		return false;
	if (strncmp(peer->in.data, "HTTP/1.1 101", 12) != 0)
		errx(1, "no upgrade: %.60s", peer->in.data);
	peer->upgraded = true;
	buf_consume(&peer->in, (size_t)(end + 4 - peer->in.data));
	return true;
}

static void
peer_event(struct peer *peer, const struct ws_event *event)
{
	switch (event->type) {
	case WS_EVENT_DATA:
		if (event->final && peer->message.len == 0) {
			peer_message(peer, event->data, event->len);
			break;
		}
		buf_append(&peer->message, event->data, event->len);
		if (event->final) {
			peer_message(peer, peer->message.data,
			    peer->message.len);
			buf_clear(&peer->message);
		}
		break;
	case WS_EVENT_CLOSE:
	case WS_EVENT_ERROR:
		errx(1, "the server closed with %d", event->code);
	default:
		break;
	}
}

static void
peer_parse(struct peer *peer)
{
	const struct ws_limits limits = { .message_bytes = 1u << 24 };
	size_t at = 0, used;
	struct ws_event event;

	if (!peer->upgraded && !peer_upgrade(peer))
		return;
	do {
		event = ws_parse(&peer->parser, &limits, peer->in.data + at,
		    peer->in.len - at, &used);
		at += used;
		peer_event(peer, &event);
	} while (event.type != WS_EVENT_NONE);
	buf_consume(&peer->in, at);
	if (peer->in.len == 0)
		buf_release(&peer->in);
}

static void
peer_read(struct peer *peer)
{
	for (;;) {
		ssize_t n = recv(peer->fd, buf_reserve(&peer->in, READ_SIZE),
		    READ_SIZE, MSG_DONTWAIT);

		if (n == 0)
			errx(1, "the server hung up");
		if (n < 0)
			break;
		peer->in.len += (size_t)n;
		if (n < READ_SIZE)
			break;
	}
	if (peer->in.len > 0)
		peer_parse(peer);
	else
		buf_release(&peer->in);
}

void
crowd_turn(struct crowd *crowd, int ms)
{
	struct epoll_event events[512];
	int n = epoll_wait(crowd->epoll, events, 512, ms);

	for (int i = 0; i < n; i++) {
		struct peer *peer = events[i].data.ptr;

		if (events[i].events & EPOLLOUT)
			peer_flush(peer);
		if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
			peer_read(peer);
	}
}

void
crowd_until(struct crowd *crowd, bool (*done)(struct crowd *, void *),
    void *arg, int seconds, const char *what)
{
	int64_t end = bench_now_ns() + seconds * 1000000000LL;

	while (!done(crowd, arg)) {
		if (bench_now_ns() > end)
			errx(1, "not within %d s: %s", seconds, what);
		crowd_turn(crowd, 100);
	}
}

bool
crowd_all_established(struct crowd *crowd, void *arg)
{
	(void)arg;
	return crowd->established == crowd->count;
}

void
peer_send(struct peer *peer, const char *text, size_t len)
{
	static const uint8_t mask[4] = { 1, 2, 3, 4 };

	ws_frame(&peer->out, WS_TEXT, text, len, mask);
	peer_flush(peer);
}

int
rest_open(int port)
{
	return dial(port);
}

/* Reads one answer whose length its head tells. */
static int
rest_read(int fd, struct buf *answer)
{
	struct buf in = BUF_INIT;
	size_t want = 0, head = 0;
	int status;

	while (head == 0 || in.len < head + want) {
		char *end;
		ssize_t n = recv(fd, buf_reserve(&in, READ_SIZE), READ_SIZE - 1,
		    0);

		if (n <= 0)
			errx(1, "no answer");
		in.len += (size_t)n;
		in.data[in.len] = '\0';
		end = head == 0 ? strstr(in.data, "\r\n\r\n") : NULL;
		if (end != NULL) {
			char *length = strcasestr(in.data, "content-length:");

			head = (size_t)(end + 4 - in.data);
			want = length == NULL || length > end
			    ? 0
			    : strtoul(length + 15, NULL, 10);
		}
	}
	status = (int)strtol(in.data + 9, NULL, 10);
	if (answer != NULL)
		buf_append(answer, in.data + head, want);
	buf_release(&in);
	return status;
}

int
rest_get(int fd, const char *token, const char *path, struct buf *answer)
{
	char head[1024];
	int n = snprintf(head, sizeof(head),
	    "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
	    "Authorization: Bearer %s\r\n\r\n",
	    path, token);

	if (send(fd, head, (size_t)n, MSG_NOSIGNAL) != n)
		err(1, "send");
	return rest_read(fd, answer);
}

int
rest_request(int port, const char *token, const char *method, const char *path,
    const char *body, struct buf *answer)
{
	char head[1024];
	int fd = dial(port), status, n;
	size_t len = body != NULL ? strlen(body) : 0;

	n = snprintf(head, sizeof(head),
	    "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
	    "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    method, path, token, len);
	if (send(fd, head, (size_t)n, MSG_NOSIGNAL) != n ||
	    (len > 0 && send(fd, body, len, MSG_NOSIGNAL) != (ssize_t)len))
		err(1, "send");
	status = rest_read(fd, answer);
	close(fd);
	return status;
}

const char *
json_pick(const char *json, const char *key, char *out, size_t size)
{
	char pattern[64];
	const char *at;

	snprintf(pattern, sizeof(pattern), "\"%s\":\"", key);
	at = json != NULL ? strstr(json, pattern) : NULL;
	out[0] = '\0';
	if (at != NULL) {
		at += strlen(pattern);
		snprintf(out, size, "%.*s", (int)strcspn(at, "\""), at);
	}
	return out;
}

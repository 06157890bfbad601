/*
 * Lifetime, events and input of connections. Output is in conn_out.c. Knows no
 * protocol.
 */
#include "server/conn.h"

#include <assert.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/clock.h"
#include "shared/xmalloc.h"

struct conn_input {
	uint32_t len;
	uint32_t cap;
	char data[];
};

static void conn_on_event(evutil_socket_t fd, short what, void *arg);

void
conn_loop_init(struct conn_loop *loop, struct event_base *base,
    const struct conn_callbacks *callbacks, void *arg)
{
	memset(loop, 0, sizeof(*loop));
	loop->base = base;
	loop->callbacks = callbacks;
	loop->arg = arg;
	loop->output_bytes = UINT32_MAX;
	loop->tick_ms = clock_mono_ms() - CONN_TICK_MS;
	loop->dirty_end = &loop->dirty;
	loop->buffer_size = CONN_READ_SIZE;
	loop->buffer = xmalloc(loop->buffer_size);
	conn_loop_clock(loop);
}

void
conn_loop_release(struct conn_loop *loop)
{
	while (loop->count > 0)
		conn_close(loop->conns[loop->count - 1]);
	while (conn_loop_flush(loop))
		;
	free(loop->conns);
	free(loop->buffer);
	memset(loop, 0, sizeof(*loop));
}

void
conn_loop_clock(struct conn_loop *loop)
{
	loop->tick = (uint32_t)((clock_mono_ms() - loop->tick_ms) /
	    CONN_TICK_MS);
}

uint32_t
conn_loop_after(const struct conn_loop *loop, double seconds)
{
	double ticks = seconds * 1000 / CONN_TICK_MS + 1;

	if (ticks < 1)
		ticks = 1;
	if (ticks > (double)(UINT32_MAX - loop->tick))
		return UINT32_MAX;
	return loop->tick + (uint32_t)ticks;
}

bool
conn_loop_flush(struct conn_loop *loop)
{
	struct conn *conn;
	int i;

	for (i = 0; i < CONN_SLICE && loop->dirty != NULL; i++) {
		conn = loop->dirty;
		loop->dirty = conn->next;
		if (loop->dirty == NULL)
			loop->dirty_end = &loop->dirty;
		conn->flags &= ~CONN_DIRTY;
		if (conn->flags & CONN_DEAD)
			free(conn);
		else
			conn_flush(conn);
	}
	while ((conn = loop->dead) != NULL) {
		loop->dead = conn->next;
		free(conn);
	}
	return loop->dirty != NULL;
}

static void
conn_loop_add(struct conn_loop *loop, struct conn *conn)
{
	if (loop->count == loop->cap) {
		loop->cap = loop->cap == 0 ? 16 : loop->cap * 2;
		loop->conns = xreallocarray(loop->conns, loop->cap,
		    sizeof(struct conn *));
	}
	conn->index = (uint32_t)loop->count;
	loop->conns[loop->count++] = conn;
}

static void
conn_loop_remove(struct conn_loop *loop, const struct conn *conn)
{
	struct conn *last = loop->conns[--loop->count];

	loop->conns[conn->index] = last;
	last->index = conn->index;
}

struct conn *
conn_new(struct conn_loop *loop, int fd, SSL *tls)
{
	struct conn *conn = xcalloc(1, sizeof(*conn));

	conn->loop = loop;
	conn->tls = tls;
	conn->heard = loop->tick;
	if (tls != NULL)
		conn->flags |= CONN_HANDSHAKE;
	if (event_assign(&conn->event, loop->base, fd, EV_READ | EV_PERSIST,
		conn_on_event, conn) != 0 ||
	    event_add(&conn->event, NULL) != 0) {
		SSL_free(tls);
		close(fd);
		free(conn);
		return NULL;
	}
	conn_loop_add(loop, conn);
	return conn;
}

int
conn_fd(const struct conn *conn)
{
	return event_get_fd(&conn->event);
}

void
conn_close(struct conn *conn)
{
	struct conn_loop *loop = conn->loop;

	if (conn->flags & CONN_DEAD)
		return;
	conn->flags |= CONN_DEAD;
	loop->callbacks->end(conn);
	conn_clear(conn);
	free(conn->input);
	conn->input = NULL;
	event_del(&conn->event);
	SSL_free(conn->tls);
	conn->tls = NULL;
	close(conn_fd(conn));
	conn_loop_remove(loop, conn);
	/* One in the dirty list is freed when its turn comes there. */
	if (!(conn->flags & CONN_DIRTY)) {
		conn->next = loop->dead;
		loop->dead = conn;
	}
}

/* TLS has something that makes no socket readable: bytes that it has read, or
 * the peer's word that no more will come. */
static bool
conn_tls_holds(const struct conn *conn)
{
	return conn->tls != NULL &&
	    (SSL_pending(conn->tls) > 0 ||
		(SSL_get_shutdown(conn->tls) & SSL_RECEIVED_SHUTDOWN));
}

void
conn_listen(struct conn *conn)
{
	short want = EV_PERSIST, have = event_get_events(&conn->event);
	int fd = conn_fd(conn);

	if (!(conn->flags & (CONN_EOF | CONN_FULL)))
		want |= EV_READ;
	if (conn->flags & (CONN_BLOCKED | CONN_TLS_WRITE))
		want |= EV_WRITE;
	if (want != have) {
		/* Also one that waits for nothing: it may be active, and an
		 * active event must not be assigned anew. */
		event_del(&conn->event);
		event_assign(&conn->event, conn->loop->base, fd, want,
		    conn_on_event, conn);
		if ((want & (EV_READ | EV_WRITE)) &&
		    event_add(&conn->event, NULL) != 0) {
			conn_close(conn);
			return;
		}
	}
	if ((want & EV_READ) && conn_tls_holds(conn))
		event_active(&conn->event, EV_READ, 0);
}

/* Keeps data[0..len), which is not part of it, as leftover input. */
static void
conn_keep(struct conn *conn, const char *data, size_t len)
{
	struct conn_input *input = conn->input;

	if (len == 0) {
		free(input);
		conn->input = NULL;
	} else if (input != NULL && input->cap >= len &&
	    input->cap / 4 <= len) {
		memcpy(input->data, data, len);
		input->len = (uint32_t)len;
	} else {
		/* Exact: most leftovers are a few bytes of a header. */
		conn->input = xmalloc(sizeof(*input) + len);
		conn->input->cap = conn->input->len = (uint32_t)len;
		memcpy(conn->input->data, data, len);
		free(input);
	}
	if (len >= CONN_KEEP_MAX)
		conn->flags |= CONN_FULL;
	else
		conn->flags &= ~CONN_FULL;
}

static void
conn_parse(struct conn *conn, char *data, size_t len)
{
	size_t used = 0;

	if (len > 0)
		used = conn->loop->callbacks->input(conn, data, len);
	if (conn->flags & CONN_DEAD)
		return;
	assert(used <= len);
	conn_keep(conn, data + used, len - used);
}

void
conn_again(struct conn *conn)
{
	struct conn_input *input = conn->input;

	if ((conn->flags & CONN_DEAD) || input == NULL)
		return;
	conn->input = NULL;
	conn_parse(conn, input->data, input->len);
	free(input);
	if (conn->flags & CONN_DEAD)
		return;
	conn_listen(conn);
}

enum conn_got { CONN_GOT, CONN_GOT_NOTHING, CONN_GOT_END, CONN_GOT_ERROR };

static enum conn_got
conn_read_plain(struct conn *conn, char *data, size_t size, size_t *len)
{
	ssize_t n;

	n = recv(conn_fd(conn), data, size, 0);
	if (n > 0) {
		*len = (size_t)n;
		return CONN_GOT;
	}
	if (n == 0)
		return CONN_GOT_END;
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		return CONN_GOT_NOTHING;
	return CONN_GOT_ERROR;
}

static enum conn_got
conn_read_tls(struct conn *conn, char *data, size_t size, size_t *len)
{
	size_t n;

	*len = 0;
	conn->flags &= ~CONN_TLS_WRITE;
	/* A record at a time; the socket tells of none that is read already. */
	while (*len < size) {
		ERR_clear_error();
		if (SSL_read_ex(conn->tls, data + *len, size - *len, &n) == 1) {
			*len += n;
			continue;
		}
		switch (SSL_get_error(conn->tls, 0)) {
		case SSL_ERROR_WANT_WRITE:
			conn->flags |= CONN_TLS_WRITE;
			/* FALLTHROUGH */
		case SSL_ERROR_WANT_READ:
			return *len > 0 ? CONN_GOT : CONN_GOT_NOTHING;
		case SSL_ERROR_ZERO_RETURN:
			return *len > 0 ? CONN_GOT : CONN_GOT_END;
		default:
			return CONN_GOT_ERROR;
		}
	}
	return CONN_GOT;
}

static void
conn_read(struct conn *conn)
{
	struct conn_loop *loop = conn->loop;
	size_t kept = conn->input != NULL ? conn->input->len : 0, len = 0;
	enum conn_got got;

	if (loop->buffer_size < kept + CONN_READ_SIZE) {
		loop->buffer_size = kept + CONN_READ_SIZE;
		free(loop->buffer);
		loop->buffer = xmalloc(loop->buffer_size);
	}
	if (conn->tls != NULL)
		got = conn_read_tls(conn, loop->buffer + kept, CONN_READ_SIZE,
		    &len);
	else
		got = conn_read_plain(conn, loop->buffer + kept, CONN_READ_SIZE,
		    &len);
	switch (got) {
	case CONN_GOT:
		conn->heard = loop->tick;
		conn->flags &= ~CONN_PINGED;
		if (kept > 0)
			memcpy(loop->buffer, conn->input->data, kept);
		conn_parse(conn, loop->buffer, kept + len);
		break;
	case CONN_GOT_NOTHING:
		break;
	case CONN_GOT_END:
		conn->flags |= CONN_EOF;
		loop->callbacks->eof(conn);
		break;
	case CONN_GOT_ERROR:
		conn_close(conn);
		break;
	}
}

/* Goes on with the handshake; true once it has come about. */
static bool
conn_handshake(struct conn *conn)
{
	int result;

	conn->flags &= ~CONN_TLS_WRITE;
	ERR_clear_error();
	result = SSL_accept(conn->tls);
	if (result == 1) {
		conn->flags &= ~CONN_HANDSHAKE;
		if (conn->out != NULL || (conn->flags & CONN_SHUT))
			conn_mark(conn);
		return true;
	}
	switch (SSL_get_error(conn->tls, result)) {
	case SSL_ERROR_WANT_READ:
		break;
	case SSL_ERROR_WANT_WRITE:
		conn->flags |= CONN_TLS_WRITE;
		break;
	default:
		conn_close(conn);
		break;
	}
	return false;
}

static void
conn_on_event(evutil_socket_t fd, short what, void *arg)
{
	struct conn *conn = arg;

	(void)fd;
	if (conn->flags & CONN_HANDSHAKE && !conn_handshake(conn))
		goto out;
	/* TLS may have waited for the other direction: both are tried. */
	if ((what & EV_WRITE) || conn->tls != NULL) {
		if (conn->flags & CONN_BLOCKED) {
			conn->flags &= ~CONN_BLOCKED;
			conn_mark(conn);
		}
	}
	if (((what & EV_READ) || conn->tls != NULL) &&
	    !(conn->flags & (CONN_EOF | CONN_FULL)))
		conn_read(conn);
out:
	if (!(conn->flags & CONN_DEAD))
		conn_listen(conn);
}

/*
 * Output of connections: a queue of shared frames, written once a turn by one
 * system call where the socket takes it all. What does not fit waits for the
 * socket; what may be dropped meanwhile is decided in conn_send.
 */
#include "server/conn.h"

#include <assert.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "shared/xmalloc.h"

#define CONN_IOV 64
#define CONN_RECORD 16384 /* bytes of a TLS record */

struct conn_piece {
	struct frame *frame;
	uint8_t kind;
};

/* What does not lie in conn->out. Pieces before `first` are gone. */
struct conn_queue {
	uint32_t first, count, cap;
	struct conn_piece pieces[];
};

void
conn_mark(struct conn *conn)
{
	struct conn_loop *loop = conn->loop;

	if (conn->flags & (CONN_DIRTY | CONN_DEAD))
		return;
	conn->flags |= CONN_DIRTY;
	conn->next = NULL;
	*loop->dirty_end = conn;
	loop->dirty_end = &conn->next;
}

static void
conn_queue_push(struct conn *conn, struct frame *frame, enum conn_kind kind)
{
	struct conn_queue *queue = conn->queue;
	uint32_t cap;

	if (queue != NULL && queue->first + queue->count == queue->cap &&
	    queue->first >= queue->count) {
		memmove(queue->pieces, queue->pieces + queue->first,
		    queue->count * sizeof(queue->pieces[0]));
		queue->first = 0;
	}
	if (queue == NULL || queue->first + queue->count == queue->cap) {
		cap = queue == NULL ? 4 : queue->cap * 2;
		conn->queue = xrealloc(queue,
		    sizeof(*queue) + cap * sizeof(queue->pieces[0]));
		if (queue == NULL)
			conn->queue->first = conn->queue->count = 0;
		queue = conn->queue;
		queue->cap = cap;
	}
	queue->pieces[queue->first + queue->count++] = (struct conn_piece){
		frame, (uint8_t)kind
	};
}

static void
conn_count(struct conn *conn, int kind, int64_t bytes)
{
	uint32_t *counter = kind == CONN_ANSWER ? &conn->answer_bytes
						: &conn->event_bytes;

	*counter = (uint32_t)(*counter + bytes);
}

/* Drops the first piece and puts the next one in its place. */
static void
conn_pop(struct conn *conn)
{
	struct conn_queue *queue = conn->queue;

	frame_unref(conn->out);
	conn->out = NULL;
	conn->out_at = 0;
	if (queue == NULL)
		return;
	conn->out = queue->pieces[queue->first].frame;
	conn->out_kind = queue->pieces[queue->first].kind;
	queue->first++;
	if (--queue->count == 0) {
		free(queue);
		conn->queue = NULL;
	}
}

void
conn_clear(struct conn *conn)
{
	while (conn->out != NULL)
		conn_pop(conn);
	conn->event_bytes = conn->answer_bytes = 0;
}

/* How many pieces must still go out: the rest of a frame that has begun, and
 * what OpenSSL has made a record of and not written yet (it insists on being
 * given the same bytes again). */
static uint32_t
conn_begun(const struct conn *conn)
{
	const struct conn_queue *queue = conn->queue;
	size_t bytes;
	uint32_t i;

	if (conn->out == NULL)
		return 0;
	if (conn->tls == NULL || !(conn->flags & CONN_BLOCKED))
		return conn->out_at > 0;
	bytes = conn->out->len - conn->out_at;
	for (i = 0; queue != NULL && i < queue->count; i++) {
		if (bytes >= CONN_RECORD)
			break;
		bytes += queue->pieces[queue->first + i].frame->len;
	}
	return i + 1;
}

void
conn_forget(struct conn *conn)
{
	struct conn_queue *queue = conn->queue;
	uint32_t i, keep = conn_begun(conn);
	size_t bytes;

	if (keep == 0) {
		conn_clear(conn);
		return;
	}
	bytes = conn->out->len - conn->out_at;
	conn->out_kind = CONN_ANSWER;
	for (i = 0; queue != NULL && i < queue->count; i++) {
		struct conn_piece *piece = &queue->pieces[queue->first + i];

		if (i + 1 < keep) {
			piece->kind = CONN_ANSWER;
			bytes += piece->frame->len;
		} else {
			frame_unref(piece->frame);
		}
	}
	if (queue != NULL)
		queue->count = keep - 1;
	if (queue != NULL && queue->count == 0) {
		free(queue);
		conn->queue = NULL;
	}
	conn->answer_bytes = (uint32_t)bytes;
	conn->event_bytes = 0;
}

void
conn_give(struct conn *conn, struct frame *frame, enum conn_kind kind)
{
	uint32_t limit = conn->loop->output_bytes;

	if (conn->flags & (CONN_DEAD | CONN_SHUT)) {
		frame_unref(frame);
		return;
	}
	if (kind == CONN_EPHEMERAL && conn->event_bytes > limit / 2) {
		conn->dropped += frame->frames;
		frame_unref(frame);
		return;
	}
	conn_count(conn, (int)kind, frame->len);
	if (conn->out == NULL) {
		conn->out = frame;
		conn->out_at = 0;
		conn->out_kind = (uint8_t)kind;
	} else {
		conn_queue_push(conn, frame, kind);
	}
	if (!(conn->flags & CONN_BLOCKED)) {
		conn_mark(conn);
	} else if (conn->event_bytes > limit) {
		/* Found full before, so it need not be tried. Told from
		 * conn_flush: whoever sends is walking a list. */
		conn->flags |= CONN_SLOW;
		conn_mark(conn);
	}
}

void
conn_send(struct conn *conn, struct frame *frame, enum conn_kind kind)
{
	conn_give(conn, frame_ref(frame), kind);
}

bool
conn_choked(const struct conn *conn)
{
	return conn->answer_bytes >= CONN_CHOKE;
}

/* Takes `len` sent bytes off the queue. */
static void
conn_sent(struct conn *conn, size_t len)
{
	size_t left;

	while (len > 0 && conn->out != NULL) {
		left = conn->out->len - conn->out_at;
		if (len < left) {
			conn->out_at += (uint32_t)len;
			conn_count(conn, conn->out_kind, -(int64_t)len);
			return;
		}
		conn_count(conn, conn->out_kind, -(int64_t)left);
		conn_pop(conn);
		len -= left;
	}
}

/* The queue's pieces for one call; *total gets their bytes. */
static int
conn_gather(const struct conn *conn, struct iovec iov[CONN_IOV], size_t *total)
{
	const struct conn_queue *queue = conn->queue;
	uint32_t i, more = queue != NULL ? queue->count : 0;
	struct frame *frame;

	if (more > CONN_IOV - 1)
		more = CONN_IOV - 1;
	iov[0].iov_base = conn->out->data + conn->out_at;
	iov[0].iov_len = *total = conn->out->len - conn->out_at;
	for (i = 0; i < more; i++) {
		frame = queue->pieces[queue->first + i].frame;
		iov[i + 1].iov_base = frame->data;
		iov[i + 1].iov_len = frame->len;
		*total += frame->len;
	}
	return (int)more + 1;
}

/* Each writes a part of the queue. 1: all of what it took; 0: the socket is
 * full; -1: over. */
static int
conn_write_plain(struct conn *conn)
{
	struct iovec iov[CONN_IOV];
	struct msghdr message = { .msg_iov = iov };
	size_t total;
	ssize_t n;
	int count;

	count = conn_gather(conn, iov, &total);
	message.msg_iovlen = (size_t)count;
	do {
		if (count == 1)
			n = send(conn_fd(conn), iov[0].iov_base, total,
			    MSG_NOSIGNAL);
		else
			n = sendmsg(conn_fd(conn), &message, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
	conn_sent(conn, (size_t)n);
	return (size_t)n == total;
}

static int
conn_write_tls(struct conn *conn)
{
	struct iovec iov[CONN_IOV];
	size_t total, len, n, part;
	const void *data;
	int count, i;

	/* Many small pieces go into one record. A write that is tried again
	 * must not have become shorter: the queue only grows at its end, so
	 * gathering again gives the same bytes and perhaps more. */
	count = conn_gather(conn, iov, &total);
	data = iov[0].iov_base;
	len = iov[0].iov_len;
	if (count > 1 && len < CONN_RECORD) {
		for (i = 0, len = 0; i < count && len < CONN_RECORD; i++) {
			part = iov[i].iov_len;
			if (part > CONN_RECORD - len)
				part = CONN_RECORD - len;
			memcpy(conn->loop->buffer + len, iov[i].iov_base, part);
			len += part;
		}
		data = conn->loop->buffer;
	}
	ERR_clear_error();
	if (SSL_write_ex(conn->tls, data, len, &n) == 1) {
		conn_sent(conn, n);
		return 1;
	}
	switch (SSL_get_error(conn->tls, 0)) {
	case SSL_ERROR_WANT_READ: /* tried again at any event */
	case SSL_ERROR_WANT_WRITE:
		return 0;
	default:
		return -1;
	}
}

static void
conn_shut_now(struct conn *conn)
{
	conn->flags |= CONN_SHUT_DONE;
	if (conn->tls != NULL) {
		ERR_clear_error();
		SSL_shutdown(conn->tls);
	}
	shutdown(conn_fd(conn), SHUT_WR);
	if (conn->flags & CONN_EOF)
		conn_close(conn);
}

void
conn_shut(struct conn *conn)
{
	conn->flags |= CONN_SHUT;
	conn_mark(conn);
}

/* Writes until all is out or the socket is full; false: over. */
static bool
conn_write(struct conn *conn)
{
	int result = 1;

	while (conn->out != NULL && result > 0)
		result = conn->tls != NULL ? conn_write_tls(conn)
					   : conn_write_plain(conn);
	if (result < 0) {
		conn_close(conn);
		return false;
	}
	if (conn->out != NULL)
		conn->flags |= CONN_BLOCKED;
	return true;
}

void
conn_flush(struct conn *conn)
{
	const struct conn_callbacks *callbacks = conn->loop->callbacks;
	bool choked = conn_choked(conn);

	if (conn->flags & CONN_HANDSHAKE)
		return;
	if (!(conn->flags & CONN_BLOCKED) && !conn_write(conn))
		return;
	if (conn->event_bytes > conn->loop->output_bytes ||
	    (conn->flags & CONN_SLOW)) {
		conn->flags &= ~CONN_SLOW;
		callbacks->slow(conn);
		if (conn->flags & CONN_DEAD)
			return;
	}
	if (conn->out == NULL && (conn->flags & CONN_SHUT) &&
	    !(conn->flags & CONN_SHUT_DONE))
		conn_shut_now(conn);
	else if (conn->out == NULL || (choked && !conn_choked(conn)))
		callbacks->drained(conn);
	if (!(conn->flags & CONN_DEAD))
		conn_listen(conn);
}

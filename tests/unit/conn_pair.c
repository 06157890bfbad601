/*
 * The loop that tests of connections share.
 */
#include "tests/unit/conn_pair.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct conn_pair_seen *
seen_of(const struct conn *conn)
{
	struct conn_pair_loop *pair = conn->loop->arg;

	return &pair->seen;
}

static size_t
on_input(struct conn *conn, char *data, size_t len)
{
	struct conn_pair_seen *seen = seen_of(conn);

	seen->inputs++;
	if (seen->take != 0 && len > seen->take)
		len = seen->take;
	buf_append(&seen->input, data, len);
	return len;
}

static void
on_eof(struct conn *conn)
{
	seen_of(conn)->eofs++;
}

static void
on_drained(struct conn *conn)
{
	seen_of(conn)->drains++;
}

static void
on_slow(struct conn *conn)
{
	seen_of(conn)->slows++;
	seen_of(conn)->last_slow = conn;
	conn_forget(conn);
}

static void
on_end(struct conn *conn)
{
	seen_of(conn)->ends++;
}

static const struct conn_callbacks callbacks = {
	.input = on_input,
	.eof = on_eof,
	.drained = on_drained,
	.slow = on_slow,
	.end = on_end,
};

void
conn_pair_init(struct conn_pair_loop *pair)
{
	memset(pair, 0, sizeof(*pair));
	pair->base = event_base_new();
	if (pair->base == NULL)
		abort();
	conn_loop_init(&pair->loop, pair->base, &callbacks, pair);
}

void
conn_pair_release(struct conn_pair_loop *pair)
{
	conn_loop_release(&pair->loop);
	event_base_free(pair->base);
	buf_release(&pair->seen.input);
}

struct conn *
conn_pair_new(struct conn_pair_loop *pair, int *fd, int room)
{
	struct conn *conn;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) != 0)
		abort();
	if (room > 0)
		setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	*fd = fds[1];
	conn = conn_new(&pair->loop, fds[0], NULL);
	if (conn == NULL)
		abort();
	return conn;
}

void
conn_pair_turn(struct conn_pair_loop *pair)
{
	event_base_loop(pair->base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	conn_loop_flush(&pair->loop);
}

long
conn_pair_read(int fd, struct buf *out)
{
	long total = 0;
	ssize_t n;

	for (;;) {
		n = read(fd, buf_reserve(out, 4096), 4096);
		if (n <= 0)
			break;
		out->len += (size_t)n;
		total += n;
	}
	if (n == 0 && total == 0)
		return -1;
	return total;
}

struct frame *
conn_pair_frame(char fill, size_t len)
{
	struct frame *frame = frame_alloc(len);

	memset(frame->data, fill, len);
	return frame;
}

/*
 * Connections of one worker: sockets, plain or TLS, their input and output. It
 * knows bytes and frames; what they mean is the gateway's, whose and the hub's
 * few fields lie in the same struct so that a connection at rest is one
 * allocation.
 *
 * Input is read into a buffer of the worker and handed up there; only what is
 * left over is kept. Output is a queue of shared frames, written once a turn.
 * There is no timer here: `deadline` and `heard` are looked at by a sweep.
 *
 * All of it belongs to the worker's thread. Nothing is freed before the end of
 * the turn, so a pointer stays good until then; `CONN_DEAD` says what happened.
 */
#ifndef SERVER_CONN_H
#define SERVER_CONN_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/frame.h"

struct conn;
struct conn_input;
struct conn_queue;
struct hub_user;
struct hub_watch;

#define CONN_TICK_MS 125     /* what deadlines are counted in */
#define CONN_SLICE 512	     /* connections written in a turn */
#define CONN_READ_SIZE 65536 /* bytes read at once */
#define CONN_KEEP_MAX 65536  /* leftover bytes past which reading stops */
#define CONN_CHOKE 65536     /* unsent bytes of answers that stop reading */

/* What a piece of output is, which decides what may become of it. */
enum conn_kind {
	CONN_ANSWER,	/* to the peer's own doing: never dropped */
	CONN_EVENT,	/* counts against output_bytes */
	CONN_EPHEMERAL, /* an event that may be dropped */
};

/* What the gateway does with the connection at the moment. */
enum conn_state {
	CONN_HEAD,    /* waits for a request's head, or the rest of it */
	CONN_IDLE,    /* between two requests */
	CONN_BODY,    /* reads a request's body */
	CONN_WAIT,    /* a request is being answered */
	CONN_OPEN,    /* a WebSocket */
	CONN_CLOSING, /* a WebSocket that has sent its close frame */
	CONN_LINGER,  /* the last answer is out: what still comes is dropped */
};

/* conn->flags */
#define CONN_DEAD 1u	    /* closed; freed after the turn */
#define CONN_DIRTY 2u	    /* in the list of those to be written */
#define CONN_BLOCKED 4u	    /* the socket is full: waits for EV_WRITE */
#define CONN_HANDSHAKE 8u   /* TLS has not come about yet */
#define CONN_TLS_WRITE 16u  /* TLS wants to write before it can go on */
#define CONN_FULL 32u	    /* enough leftover input: does not read */
#define CONN_EOF 64u	    /* the peer will send no more */
#define CONN_SHUT 128u	    /* ends our side once all is sent */
#define CONN_SHUT_DONE 256u /* has done so */
#define CONN_SLOW 512u	    /* unsent events are past the limit */
/* the gateway's */
#define CONN_UNIX 0x1000u     /* came by a Unix socket */
#define CONN_V6 0x2000u	      /* `address` is the /64 of an IPv6 address */
#define CONN_COUNTED 0x4000u  /* counted under its address */
#define CONN_USER 0x8000u     /* counted under its user */
#define CONN_PINGED 0x10000u  /* a ping is out since `heard` */
#define CONN_PROXY 0x20000u   /* the peer is a trusted proxy */
#define CONN_REFUSED 0x40000u /* is only told to go */

struct conn {
	struct event event;
	struct conn_loop *loop;
	struct conn *next;	  /* in the list of dirty or of dead ones */
	SSL *tls;		  /* NULL: plain */
	struct conn_input *input; /* what was left over; NULL: nothing */
	/* Output: the first piece lies here, others, if any, in `queue`. */
	struct frame *out;
	struct conn_queue *queue;
	uint32_t out_at;       /* bytes of `out` that are sent */
	uint32_t event_bytes;  /* unsent, of events */
	uint32_t answer_bytes; /* unsent, of answers */
	uint32_t dropped;      /* ephemeral events since the last `lagged` */
	uint32_t index;	       /* in loop->conns */
	uint32_t flags;
	uint32_t heard;	   /* tick of the last bytes that came */
	uint32_t deadline; /* tick; 0: none */
	uint32_t expires;  /* tick of the token's end; 0: never */
	uint8_t state;	   /* enum conn_state */
	uint8_t out_kind;  /* of `out` */
	uint8_t role;	   /* the gateway's: enum role of the user */
	/* the gateway's */
	uint64_t address; /* of the peer: what limits count */
	void *door;	  /* state of a request, or of a busy WebSocket */
	int64_t session_id;
	/* the hub's */
	struct hub_user *user;	 /* NULL: not (or no longer) in the hub */
	struct hub_watch *watch; /* whose presence it hears of; NULL: none */
	struct conn *user_prev, *user_next;
};

/* What the owner of the connections does. All run on the worker's thread. */
struct conn_callbacks {
	/* Bytes: data[0..len) may be changed. Returns how many were used; the
	 * rest comes again with more behind it, or by conn_again. */
	size_t (*input)(struct conn *conn, char *data, size_t len);
	/* The peer has ended its side; called once, after the last input. */
	void (*eof)(struct conn *conn);
	/* All output has gone out, or so many answers that reading may go on
	 * (conn_choked has become false). */
	void (*drained)(struct conn *conn);
	/* Unsent events are past the limit. */
	void (*slow)(struct conn *conn);
	/* The connection is over: let go of everything that hangs on it. */
	void (*end)(struct conn *conn);
};

/* One per worker. */
struct conn_loop {
	struct event_base *base;
	const struct conn_callbacks *callbacks;
	void *arg;	       /* the callbacks' own */
	uint32_t output_bytes; /* limits.output_bytes; set by the owner */
	uint32_t tick;	       /* now; never 0 */
	int64_t tick_ms;       /* monotonic time of tick 0 */
	struct conn **conns;   /* all that are not dead, in no order */
	size_t count, cap;
	size_t sweep_at; /* the sweep's place in conns */
	struct conn *dirty, **dirty_end;
	struct conn *dead;
	char *buffer; /* for reading and for TLS records */
	size_t buffer_size;
};

void conn_loop_init(struct conn_loop *loop, struct event_base *base,
    const struct conn_callbacks *callbacks, void *arg);

/* Closes what is still open and frees everything. */
void conn_loop_release(struct conn_loop *loop);

/* Takes the time; at the start of a turn. */
void conn_loop_clock(struct conn_loop *loop);

/* The tick `seconds` from now, rounded up, never 0. */
uint32_t conn_loop_after(const struct conn_loop *loop, double seconds);

/* Ends a turn: writes up to CONN_SLICE of those that have something to be sent
 * and frees the dead. True where some are left for the next turn. */
bool conn_loop_flush(struct conn_loop *loop);

/* Takes over a non-blocking socket and `tls` (server side, may be NULL). NULL,
 * with both closed, where the event base refuses it. */
struct conn *conn_new(struct conn_loop *loop, int fd, SSL *tls);

int conn_fd(const struct conn *conn);

/* Ends it at once: calls `end`, closes the socket. Nothing for a dead one. */
void conn_close(struct conn *conn);

/* Ends our side of it as soon as all output is sent; reading goes on. */
void conn_shut(struct conn *conn);

/* Queues a frame to be written at the end of the turn; takes a reference of its
 * own. Never calls back. A dropped ephemeral event is counted in `dropped`. */
void conn_send(struct conn *conn, struct frame *frame, enum conn_kind kind);

/* The same, but the caller's reference goes with it. */
void conn_give(struct conn *conn, struct frame *frame, enum conn_kind kind);

/* Drops all unsent output but the rest of a frame that has begun. */
void conn_forget(struct conn *conn);

/* So many answers are unsent that no more input should be turned into them. */
bool conn_choked(const struct conn *conn);

/* Gives leftover input to `input` again, and reads on where that had stopped.
 * Not from within `input`. */
void conn_again(struct conn *conn);

/* ---- between conn.c and conn_out.c ---- */

/* Registers for what the connection waits for now. */
void conn_listen(struct conn *conn);

/* Writes what is queued; may close the connection. */
void conn_flush(struct conn *conn);

/* Puts it into the list of those to be written. */
void conn_mark(struct conn *conn);

/* Drops all output. */
void conn_clear(struct conn *conn);

#endif

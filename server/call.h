/*
 * One operation asked for by one caller: who, with which arguments, and what
 * came of it. A call is made by the gateway on a worker, wanders through lanes,
 * and comes back to the same worker by finish(). At any moment one thread has it.
 */
#ifndef SERVER_CALL_H
#define SERVER_CALL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/bucket.h"
#include "server/bus.h"
#include "server/op.h"
#include "server/pool.h"
#include "server/store.h"
#include "shared/buf.h"

struct server;

enum role { ROLE_USER, ROLE_ADMIN, ROLE_BOT };

/* How a caller shows who it is. */
enum credential {
	CREDENTIAL_NONE,
	CREDENTIAL_JWT,	   /* checked already: user_id and session_id are set */
	CREDENTIAL_TOKEN,  /* an opaque bot token, in `token` */
	CREDENTIAL_TICKET, /* in `token` */
	CREDENTIAL_PEER,   /* the Unix socket's uid, in `uid` */
	CREDENTIAL_LIVE, /* a WebSocket that was let in: user_id, session_id */
};

struct caller {
	enum credential credential;
	uint32_t uid;
	char *token;		  /* the call's */
	int64_t user_id;	  /* 0 until known */
	int64_t session_id;	  /* 0: bots and Unix peers have none */
	int64_t token_expires_ms; /* since 1970; 0: never */
	enum role role;		  /* this and the rest: set by access */
	char username[33];
	char *display_name;	   /* the call's; may be NULL */
	struct bucket_key address; /* for limits per address */
};

enum channel_role {
	CHANNEL_STRANGER,
	CHANNEL_MEMBER,
	CHANNEL_MODERATOR,
	CHANNEL_OWNER
};

/* The channel that an operation is about, as access found it. */
struct call_channel {
	int64_t id;
	bool direct, is_public;
	enum channel_role role; /* the caller's */
	bool silenced;		/* so is the caller there */
	int64_t member_count;
};

struct call {
	struct job job; /* first: a store job is a call */
	struct pool_job pool_job;

	/* set by the gateway */
	const struct server *server;
	const struct op *op;
	enum door door;
	struct caller caller;
	json_t *args;			   /* object; never NULL; owned */
	char *ref;			   /* owned; may be NULL */
	void (*finish)(struct call *call); /* any thread: hand it back */
	void *owner;			   /* the gateway's */
	uint64_t owner_tag;

	/* set on the way */
	struct call_channel channel;
	op_run_fn *stage; /* what runs next: op->run at first */
	enum lane stage_lane;
	bool more; /* the last stage asked for another one */
	bool charged;
	void *state; /* of the handler, from one stage to the next;
				   call_alloc'ed */

	/* what came of it; a handler that returns ERR_NONE but set `error`
	 * is committed and answered with that error */
	enum error error;
	char message[200]; /* more than the default text; "" otherwise */
	int64_t retry_after_ms;
	int status;	    /* of success; op->status at first */
	struct buf result;  /* one JSON object, or empty */
	struct buf replies; /* WebSocket: answers that go before it, each
				   one JSON object and a newline */

	/* for the door that lets a WebSocket in ("session.open") */
	unsigned int open_worker; /* set by the gateway */
	int64_t *open_channels;	  /* owned: the user's channels */
	size_t open_count;

	/* for "presence.subscribe": has the connection hear of these users and
	 * of no others. Worker thread; NULL where there is no connection. */
	void (*watch)(struct call *call, const int64_t *user_ids, size_t count);

	/* committed together with the job, published after it */
	struct bus_message *events;
	size_t event_count, event_cap;
	struct call_memory *memory; /* freed with the call */
};

/* A call with empty arguments. Any thread. */
struct call *call_new(const struct server *server, enum door door);

/* Frees it with all it owns; secrets in the arguments are wiped. */
void call_free(struct call *call);

/* Memory that lives as long as the call. */
void *call_alloc(struct call *call, size_t size);
char *call_strdup(struct call *call, const char *text);

/* Ends a handler: sets the message and returns the error.
 *	return call_fail(call, ERR_CONFLICT, "the name %s is taken", name); */
enum error call_fail(struct call *call, enum error error, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* Goes on elsewhere: after the handler returned ERR_NONE, `stage` runs in
 * `lane`. A handler that is in the writer must not have written before. */
enum error call_continue(struct call *call, enum lane lane, op_run_fn *stage);

/* Arguments, checked by the router already. Defaults where they are absent. */
bool call_has(const struct call *call, const char *name);
const char *call_text(const struct call *call, const char *name); /* or NULL */
int64_t call_id(const struct call *call, const char *name);	  /* or 0 */
int64_t call_int(const struct call *call, const char *name, int64_t fallback);
bool call_bool(const struct call *call, const char *name, bool fallback);

/* The page size that was asked for: `limit`, between 1 and page_max. */
int64_t call_page(const struct call *call);

/* Runs the present stage in its lane: submits it to the store or the pool, or
 * runs it here (LANE_WORKER). finish() follows, at once where a queue is full. */
void call_go(struct call *call);

/* Hands the call back with an error from the thread that has it. */
void call_end(struct call *call, enum error error);

/* The limits in force. */
const struct limits *call_limits(const struct call *call);

/* Queues an event for when the job is durable. `json` is the whole event. */
void call_publish(struct call *call, enum bus_topic topic, int64_t id,
    const struct buf *json);
/* The same for what is told once and never stored: it may be dropped for a slow
 * connection, and `except_user` (0: nobody) does not get it. */
void call_publish_ephemeral(struct call *call, enum bus_topic topic, int64_t id,
    const struct buf *json, int64_t except_user);
void call_control(struct call *call, int64_t user_id, enum bus_control control,
    int64_t arg, int code);

#endif

/*
 * One row declares an operation for both doors: its WebSocket type, its REST
 * method and path, its arguments, who may, what it costs, where it runs, its
 * handler and its line of help. The router enforces the columns before the
 * handler runs; `hubbubd ops`, the manual and the tests read the same rows.
 */
#ifndef SERVER_OP_H
#define SERVER_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/protocol.h"

struct call;
struct db;

enum door { DOOR_WS = 1, DOOR_REST = 2 };

/* Where a handler runs. */
enum lane {
	LANE_READ,  /* a reader, in a snapshot */
	LANE_WRITE, /* the writer, in the batch's transaction */
	LANE_HASH,  /* the password pool, without a database */
	LANE_WORKER, /* at once, on the connection's worker, without a database */
};

enum cost { COST_NONE, COST_COMMAND, COST_MESSAGE, COST_LOGIN };

/*
 * Who may. All but MAY_ANYONE need an account that may act. Those of a channel
 * look at the channel_id argument (or at the channel of message_id): what the
 * caller may not see is ERR_NOT_FOUND, what it may see but not do
 * ERR_FORBIDDEN.
 */
enum may {
	MAY_ANYONE, /* nobody is asked who they are */
	MAY_USER,   /* any account that may act */
	MAY_ADMIN,
	MAY_SEE,      /* the channel's name, topic and count: members, everybody
			 where it is public, admins */
	MAY_READ,     /* its content: members */
	MAY_WRITE,    /* members who are not silenced */
	MAY_MODERATE, /* its moderators and owners */
	MAY_OWN,      /* its owners, and admins */
};

enum arg_type {
	ARG_END,
	ARG_TEXT,    /* a message: control characters but \n and \t refused */
	ARG_LINE,    /* one line: control characters refused, may be empty */
	ARG_SECRET,  /* any text; never logged */
	ARG_ID,	     /* a decimal string */
	ARG_CHANNEL, /* an id, @NAME or #NAME */
	ARG_USER,    /* an id or @NAME */
	ARG_USERNAME,
	ARG_CHANNEL_NAME, /* a leading # is taken off */
	ARG_IDS,	  /* an array of ids */
	ARG_INT,	  /* a number; digits in a query string */
	ARG_BOOL,
	ARG_TIME,    /* RFC 3339 */
	ARG_EMOJI,   /* one emoji, or :name: */
	ARG_CHOICE,  /* one of `choices`, "a b c" */
	ARG_SEQ_MAP, /* an object: channel id -> seq */
};

#define ARG_REQUIRED 1u /* missing is bad_request */
#define ARG_QUERY 2u	/* comes from the query string over REST */
#define ARG_PATH 4u	/* comes from the path over REST */
#define ARG_EMPTY_OK 8u /* a required text may be empty */
#define ARG_WS 16u	/* says something over WebSocket alone */

/* Makes the `limit` column of an argument: the limit bounds characters, numbers
 * or array lengths, under the name that it has in the protocol. */
#define ARG_LIMIT(field) (offsetof(struct limits, field) + 1)

struct arg {
	const char *name;
	enum arg_type type;
	unsigned int flags;
	size_t limit;	     /* ARG_LIMIT(field), or 0 for none */
	int64_t max;	     /* a fixed bound where `limit` is 0; 0: none */
	const char *choices; /* of ARG_CHOICE */
};

typedef enum error op_run_fn(struct db *db, struct call *call);

struct op {
	const char *name; /* "message.send": the WebSocket type; a name for logs
			     and listings where there is only REST */
	const char *method, *path; /* NULL: WebSocket only. A path argument is
				      written :name */
	unsigned int doors;
	enum may may;
	enum cost cost;
	enum lane lane;
	int status;	   /* of success over REST: 200, 201, 204 */
	int status_again;  /* the same, where it had been done before; 0: as
			      `status` */
	op_run_fn *run;	   /* db is NULL in LANE_HASH and LANE_WORKER */
	const char *reply; /* WebSocket answer type; NULL: "ack" with result */
	const char *summary;
	const char *answer;	/* what an answer holds, "FIELD FIELD? …" as
				   openapi_schema.h has it: "messages has_more".
				   "REST | WS" where the doors differ; NULL:
				   nothing */
	const struct arg *args; /* up to ARG_END; NULL: none */
};

/* A feature: a name and its rows, ended by one without a name. */
struct feature {
	const char *name;
	const struct op *ops;
};

/* What `hubbubd ops` and the contract call them: "moderate", "message". */
const char *may_name(enum may may);
const char *cost_name(enum cost cost);

/* The server's table of contents (features.c), ended by a NULL name. */
const struct feature *features_all(void);

#endif

/*
 * What the client knows: channels, members, a window of messages of each, and
 * the state of the link. Only reduce.c writes it; views take it const. Pure data,
 * no I/O.
 *
 * A channel's window is a run of its messages without holes, oldest first, in
 * ascending id order; pending messages (no id yet) stand behind it in the order
 * they were written. It is bounded: the end that nobody looks at is let go.
 */
#ifndef TUI_MODEL_H
#define TUI_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_t;

#define MODEL_MARKER_FIRST 1  /* a marker_id before every message */
#define MODEL_WINDOW_MAX 1000 /* messages kept of one channel */

enum model_link {
	MODEL_CONNECTING,
	MODEL_CONNECTED, /* and synced */
	MODEL_OFFLINE,	 /* waiting to try again */
};

enum message_state {
	MESSAGE_STORED,	 /* the server has it */
	MESSAGE_SENDING, /* shown before the server has it */
	MESSAGE_FAILED,	 /* refused; `error` says why */
	MESSAGE_LOCAL, /* a line of our own: help, errors, lists; never sent */
};

struct person {
	int64_t id;
	char *username;
	char *display_name; /* NULL: none */
};

struct message {
	int64_t id;   /* 0 while pending or local */
	uint64_t key; /* unique in this process, also for pending and local
			    ones; stays the same when the echo comes */
	int64_t seq;
	struct person author;
	char *text;
	int64_t created_ms;
	char *client_msg_id; /* NULL: none */
	enum message_state state;
	char *error;		       /* of MESSAGE_FAILED */
	int64_t edited_ms, deleted_ms; /* 0: not */
	int64_t parent_id;	       /* 0: none */
	bool mentions_me;
	bool event;	  /* somebody joined or left: text is the line, "bob
				joined", without a star; no id, no author */
	uint32_t version; /* changes whenever what is drawn may change */
	bool in_channel;  /* a reply that shows in the channel as well */
};

struct member {
	struct person person;
	char role; /* 'o' owner, 'm' moderator, ' ' */
};

/* Where a reader stands: at the bottom, or with message `key`'s display row
 * `row` as the topmost row of the window. */
struct anchor {
	bool bottom;
	uint64_t key;
	int row;
};

struct channel {
	int64_t id;
	char *name;  /* without '#'; the other's username in a direct one */
	char *topic; /* "" where there is none */
	bool direct, is_public;
	int64_t member_count;
	int64_t seq;		/* highest applied */
	struct member *members; /* sorted by role, then name */
	size_t member_len, member_cap;
	bool members_loaded;

	struct message **messages; /* the window, then pending */
	size_t len, cap;
	bool loaded;   /* a first page has come */
	bool at_start; /* the window begins with the first message */
	bool at_end;   /* the window reaches the newest message */
	bool loading_before, loading_after;
	struct anchor anchor;

	int64_t unread, mentions;
	int64_t read_id;   /* the newest message that was read */
	int64_t marker_id; /* the new-messages line stands behind this
				   message; 0: no line */
	int64_t last_activity_ms;

	int64_t newest_id;   /* highest id known, in the window or not */
	uint32_t generation; /* changes when the window is dropped: a page
				  asked for before is of no use */
	struct json_t *held; /* events that came before what they follow; NULL:
				  none */
	char role;	     /* one's own: 'o', 'm', ' ' */
	struct person peer;  /* the other one, of a direct channel */
};

struct model {
	struct person me;
	bool me_known;
	char *epoch;
	enum model_link link;
	int64_t retry_at_ms; /* monotonic, of MODEL_OFFLINE */
	char *link_reason;   /* why offline; NULL */
	struct channel *
	    *channels; /* in the order of the channel list: groups by
				      name, then direct ones by name */
	size_t len, cap;
	struct channel *current; /* NULL: none */
	struct channel *previous;
	char *notice; /* one line for the status bar; NULL */
	uint64_t next_key;
	uint32_t version; /* changes with everything */
};

/* An empty model; frees a model with all that is in it (NULL is fine). */
struct model *model_new(void);
void model_free(struct model *model);

/* Look-ups; NULL where there is none. */
struct channel *model_channel(const struct model *model, int64_t id);
struct channel *model_channel_named(const struct model *model,
    const char *name); /* "#ops", "ops", "@bob" or "bob" for direct */
struct message *channel_message(const struct channel *channel, int64_t id);
/* Index of a key in the window; -1 where it is gone. */
ptrdiff_t channel_index(const struct channel *channel, uint64_t key);
/* Number (from 1) in the channel list; 0 where it is not there. */
size_t model_number(const struct model *model, const struct channel *channel);
/* A message that is not the server's yet: sending, failed. */
bool message_pending(const struct message *message);
/* How many messages of the window stand before the pending ones. */
size_t channel_settled(const struct channel *channel);
/* The first and the last id of the window; 0 where it has none. */
int64_t channel_first_id(const struct channel *channel);
int64_t channel_last_id(const struct channel *channel);
/* What a person is called on the screen: the username. */
const char *person_name(const struct person *person);

#endif

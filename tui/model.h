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

/* An emoji under a message. */
struct reaction {
	char *emoji; /* "👍" or ":name:" */
	int64_t count;
	bool mine;
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
	struct reaction *reactions; /* in the order they came */
	size_t reaction_len;
	int64_t reply_count, last_reply_ms; /* of its thread */
	int64_t pinned_ms;		    /* 0: not */
};

struct member {
	struct person person;
	char role; /* 'o' owner, 'm' moderator, ' ' */
};

/* Somebody who writes; forgotten when `until_ms` (monotonic) has passed. */
struct typist {
	struct person person;
	int64_t until_ms;
	int64_t parent_id; /* of the thread; 0: the channel */
};

enum presence {
	PRESENCE_UNKNOWN, /* nobody asked yet */
	PRESENCE_OFFLINE,
	PRESENCE_ONLINE,
	PRESENCE_AWAY,
	PRESENCE_DND,
};

/* What is known of somebody's presence. */
struct present {
	int64_t user_id;
	enum presence status;
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
	int64_t read_id;     /* the newest message that was read */
	int64_t read_unsent; /* a read mark that the server does not have yet;
				  0: none */
	int64_t marker_id;   /* the new-messages line stands behind this
				   message; 0: no line */
	int64_t last_activity_ms;

	int64_t newest_id;    /* highest id known, in the window or not */
	uint32_t generation;  /* changes when the window is dropped: a page
				  asked for before is of no use */
	struct json_t *held;  /* events that came before what they follow; NULL:
				  none */
	char role;	      /* one's own: 'o', 'm', ' ' */
	struct person peer;   /* the other one, of a direct channel */
	int64_t delivered_id; /* the newest message that another member's
				   client has; 0: none known */
	int64_t seen_id;      /* the newest one that another member read */
	struct typist *typists; /* without oneself */
	size_t typist_len;
	bool muted;
	char notify;	   /* 'a' all, 'm' mentions, 'n' none */
	int64_t parent_id; /* not 0: this is no channel but the thread of that
				message of it: id, name and the like are the
				channel's, the window holds the message and
				its replies */
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
	struct channel *thread;	  /* the open one, none of channels[]; NULL */
	struct present *presents; /* sorted by user_id */
	size_t present_len;
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
/* It is the message that the thread hangs on, which stands before all replies. */
bool message_heads(const struct channel *channel,
    const struct message *message);
/* The first and the last id of the window, without the head of a thread; 0 where
 * it has none. */
int64_t channel_first_id(const struct channel *channel);
int64_t channel_last_id(const struct channel *channel);
/* The message of a relative number: 1 is the newest row of the channel's own
 * history (or of the thread), tombstones count, lines of our own do not. NULL
 * where there is none in the window. */
struct message *channel_relative(const struct channel *channel, size_t number);
/* What is known of somebody. */
enum presence model_presence(const struct model *model, int64_t user_id);
/* What a person is called on the screen: the username. */
const char *person_name(const struct person *person);

#endif

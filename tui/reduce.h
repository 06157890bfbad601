/*
 * The reducer: the only writer of the model. What the server tells and what the
 * person does become calls here; what is to follow (a page, a sync) is told to
 * the caller and done by it. Pure: no I/O, no clock.
 *
 * Everything that came from the server is cleaned before it gets in: names and
 * topics as a line, message texts as text.
 */
#ifndef TUI_REDUCE_H
#define TUI_REDUCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "tui/model.h"

/* What came of a call. Zero to begin, but for arg, arrived and the times. */
struct reduce_out {
	void *arg;
	int64_t now_ms;	 /* since 1970: of event lines that bear no time */
	int64_t mono_ms; /* monotonic: of what is forgotten after a while */
	/* A message or event line came at the live end; it may be none of the
	 * window's, and is valid during the call only. May be NULL. */
	void (*arrived)(void *arg, const struct channel *channel,
	    const struct message *message);
	bool sync;  /* something was missed: sync again */
	bool reset; /* another history: all was dropped */
	bool bell;  /* a mention or a direct message of another's */
	const struct channel *stale; /* its window was dropped: page it anew */
};

/* ---- the link ------------------------------------------------------------- */

void reduce_link(struct model *model, enum model_link link, int64_t retry_at_ms,
    const char *reason);

/* connection.established: who we are, and the epoch. */
void reduce_established(struct model *model, const json_t *event,
    struct reduce_out *out);

/* Any live event. */
void reduce_event(struct model *model, const char *type, const json_t *event,
    struct reduce_out *out);

/* sync.channel, and the end of a sync. */
void reduce_sync(struct model *model, const json_t *event,
    struct reduce_out *out);
void reduce_synced(struct model *model, struct reduce_out *out);

/* The map of a sync: {ID: seq, …}; the caller owns it. */
json_t *reduce_sync_map(const struct model *model);

/* ---- pages ---------------------------------------------------------------- */

enum reduce_page {
	PAGE_NEWEST,
	PAGE_BEFORE,
	PAGE_AFTER,
	PAGE_AROUND, /* a window anew, about a message */
};

/* A page is asked for. */
void reduce_page_wanted(struct channel *channel, enum reduce_page page);

/* It came: `cursor` is the id it was asked before or after (0: newest) and
 * `generation` the channel's at that time; one that does not join the window any
 * more is not taken. `messages` NULL: it failed. */
void reduce_page(struct model *model, struct channel *channel,
    enum reduce_page page, int64_t cursor, uint32_t generation,
    const json_t *messages, bool has_more);

/* The page about message `id` came, for a window that was dropped; what is on
 * either side of it is told by has_more_before and has_more_after. The anchor is
 * then at the message, or at the next one where it is none of the window's. */
void reduce_page_around(struct model *model, struct channel *channel,
    int64_t id, uint32_t generation, const json_t *answer);

/* Who has read how far: receipts of a page or a sync. NULL changes nothing. */
void reduce_receipts(struct model *model, struct channel *channel,
    const json_t *receipts);

/* A page of members; `first` begins anew, `last` is the end. */
void reduce_members(struct model *model, struct channel *channel,
    const json_t *members, bool first, bool last);

/* ---- the person ----------------------------------------------------------- */

/* Shows a message that is to be sent. */
const struct message *reduce_send(struct model *model, struct channel *channel,
    const char *text, const char *client_msg_id, int64_t now_ms);

/* The same for a reply: in the thread where that is open, else in the channel
 * until the server has it. */
const struct message *reduce_reply(struct model *model, struct channel *channel,
    int64_t parent_id, bool in_channel, const char *text,
    const char *client_msg_id, int64_t now_ms);

/* A failed message is to go out again, as the last one; NULL where it is none. */
const struct message *reduce_retry(struct model *model, struct channel *channel,
    uint64_t key);

/* Its ack ({message_id, seq, created_at}), or why it was refused. */
void reduce_sent(struct model *model, const char *client_msg_id,
    const json_t *result);
void reduce_send_failed(struct model *model, const char *client_msg_id,
    const char *why);

/* A line of our own at the end of a channel; out->arrived is told. */
void reduce_print(struct model *model, struct channel *channel,
    const char *text, int64_t now_ms, struct reduce_out *out);

/* Takes away our own lines and event lines. */
void reduce_clear(struct model *model, struct channel *channel);

void reduce_switch(struct model *model, struct channel *channel);
void reduce_anchor(struct model *model, struct channel *channel,
    struct anchor anchor);

/* Everything known was read. Returns the id to tell the server, 0: none. */
int64_t reduce_read(struct model *model, struct channel *channel);

/* The server knows of that read mark. */
void reduce_read_told(struct channel *channel, int64_t id);

/* Lets the window go but for what is pending; it is to be paged anew. */
void reduce_drop(struct model *model, struct channel *channel);

/* A channel object of an answer: added or updated; NULL where it is none. */
struct channel *reduce_channel(struct model *model, const json_t *object);
void reduce_channel_gone(struct model *model, int64_t id);

/* The thread of a message is the open one; its replies are to be paged. What of
 * it was pending in the channel is in the thread while that is open. */
struct channel *reduce_thread_open(struct model *model, struct channel *channel,
    int64_t message_id);
void reduce_thread_close(struct model *model);
/* The message that the open thread hangs on, from the server. */
void reduce_thread_head(struct model *model, const json_t *object);

/* Takes away who has not written for a while. Returns when the next one goes,
 * 0: nobody writes. */
int64_t reduce_typing(struct model *model, int64_t mono_ms);

/* The answer to presence.subscribe: all that is known from now on. */
void reduce_presences(struct model *model, const json_t *list);

/* The line for the status bar; NULL: none. */
void reduce_notice(struct model *model, const char *text);

#endif

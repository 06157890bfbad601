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

/* What came of a call. Zero to begin, but for arg, arrived and now_ms. */
struct reduce_out {
	void *arg;
	int64_t now_ms; /* since 1970: of event lines that bear no time */
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
};

/* A page is asked for. */
void reduce_page_wanted(struct channel *channel, enum reduce_page page);

/* It came: `cursor` is the id it was asked before or after (0: newest) and
 * `generation` the channel's at that time; one that does not join the window any
 * more is not taken. `messages` NULL: it failed. */
void reduce_page(struct model *model, struct channel *channel,
    enum reduce_page page, int64_t cursor, uint32_t generation,
    const json_t *messages, bool has_more);

/* A page of members; `first` begins anew, `last` is the end. */
void reduce_members(struct model *model, struct channel *channel,
    const json_t *members, bool first, bool last);

/* ---- the person ----------------------------------------------------------- */

/* Shows a message that is to be sent. */
const struct message *reduce_send(struct model *model, struct channel *channel,
    const char *text, const char *client_msg_id, int64_t now_ms);

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

/* Lets the window go but for what is pending; it is to be paged anew. */
void reduce_drop(struct model *model, struct channel *channel);

/* A channel object of an answer: added or updated; NULL where it is none. */
struct channel *reduce_channel(struct model *model, const json_t *object);
void reduce_channel_gone(struct model *model, int64_t id);

/* The line for the status bar; NULL: none. */
void reduce_notice(struct model *model, const char *text);

#endif

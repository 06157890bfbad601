/*
 * What the parts of the reducer share, and the ends of what is in a model. For
 * model.c and reduce*.c only.
 */
#ifndef TUI_REDUCE_PRIVATE_H
#define TUI_REDUCE_PRIVATE_H

#include "tui/reduce.h"

#define REDUCE_COUNT_MAX 1000 /* unread and mentions count no further */
#define REDUCE_HELD_MAX 1000  /* events that wait for a sync */

/* model.c */
void person_release(struct person *person);
void reactions_free(struct message *message);
void message_free(struct message *message);
void channel_free(struct channel *channel);

/* reduce_parse.c: JSON into parts of the model, cleaned. */
void model_touch(struct model *model);
/* A fresh string without what must not reach a terminal; "" for NULL. */
char *clean_line(const char *text);
char *clean_text(const char *text);
/* False where there is no id. */
bool person_parse(struct person *person, const json_t *object);
void person_copy(struct person *to, const struct person *from);
/* A message object; NULL where it has no id. The caller owns it. */
struct message *message_parse(struct model *model, const json_t *object);
/* A member object; false where it has no id. */
bool member_parse(struct member *member, const json_t *object);
char role_parse(const char *role);

/* reduce_window.c: the run of messages of a channel. */
/* It shows in the channel's own history. */
bool message_belongs(const struct message *message);
/* It is one of the channel's window, or of the thread's where that is one. */
bool window_wants(const struct channel *channel, const struct message *message);
/* Takes a message of the server: replaces what it echoes or updates, else goes
 * in at its place where the window covers that. Returns what is in the window
 * now; NULL where it is none of its: then the caller still owns it. */
struct message *window_take(struct model *model, struct channel *channel,
    struct message *message);
/* Puts a line without an id at the live end. */
void window_append(struct model *model, struct channel *channel,
    struct message *message);
void window_remove(struct channel *channel, size_t index);
void window_trim(struct channel *channel);
/* The pending message of a client_msg_id, in any channel; NULL: none. */
struct message *window_pending(struct model *model, const char *client_msg_id,
    struct channel **channel);
void message_touch(struct model *model, struct message *message);
/* Moves what is pending of a thread from one window to another; 0: of none. */
void window_move_pending(struct model *model, struct channel *from,
    struct channel *to, int64_t parent_id);

/* reduce_thread.c: the open thread, and what is in two windows. */
/* The open thread, where it is one of this channel; NULL. */
struct channel *thread_of(const struct model *model,
    const struct channel *channel);
/* The copies of a message, in the channel's window and the thread's. */
size_t message_copies(const struct model *model, const struct channel *channel,
    int64_t id, struct message *copies[2]);
/* A message as the server has it now goes into the thread, if it is its. */
void thread_take(struct model *model, const struct channel *channel,
    const json_t *object);
/* The new counts of a reply's parent: {id, reply_count, last_reply_at}. */
void thread_count(struct model *model, const struct channel *channel,
    const json_t *parent, int64_t seq);
/* What the thread has from its channel: name, marks of readers. */
void thread_follow(const struct model *model, const struct channel *channel);

/* reduce_social.c: reactions, who writes, who has read, who is there. */
typedef void reduce_run(struct model *model, struct channel *channel,
    const char *type, const json_t *event, struct reduce_out *out);
reduce_run event_reaction, event_typing, event_receipt, event_presence;
/* The message's list of reactions. */
void reactions_parse(const struct model *model, struct message *message,
    const json_t *list);
/* What `old` knew of one's own reactions and the server's short lists do not
 * tell. */
void reactions_keep(struct message *message, const struct message *old);
/* Somebody's message ends that he writes. */
void typing_end(struct model *model, struct channel *channel, int64_t user_id);

/* reduce_channel.c: channels and members. */
/* What an event of these types does; seq was looked at already. */
void channel_event_member(struct model *model, struct channel *channel,
    const char *type, const json_t *event, struct reduce_out *out);
/* The name of a user of the channel, as far as it is known; NULL. */
const char *channel_knows(const struct channel *channel, int64_t user_id);
void channel_line(struct model *model, struct channel *channel,
    struct reduce_out *out, int64_t at_ms, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif

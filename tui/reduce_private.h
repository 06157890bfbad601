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

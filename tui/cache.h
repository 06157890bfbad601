/*
 * What is kept of a server between two runs of the program: channels, the newest
 * messages of each, and what was written and not yet acknowledged. One SQLite
 * file for a server and user. Owns the file and its schema; knows JSON only, as
 * the server would send it, so that what is read back goes the way of any answer.
 * One thread.
 */
#ifndef TUI_CACHE_H
#define TUI_CACHE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model.h"

#define CACHE_WINDOW 100 /* messages that are kept of a channel */

struct cache;

/* Opens or makes the file at `path`, mode 0600, and the folders above, 0700. One
 * that is damaged or of another schema is moved to PATH.damaged and made anew;
 * *rebuilt tells that. NULL with a sentence in `cause` where it cannot be used. */
struct cache *cache_open(const char *path, bool *rebuilt, char *cause,
    size_t cause_size);
void cache_close(struct cache *cache);

/* Keeps other programs from taking over what is to be sent, until cache_close().
 * False where another one has done that. */
bool cache_lock(struct cache *cache);

/* All between the two is written at once, or not at all. False: not written. */
bool cache_begin(struct cache *cache);
bool cache_commit(struct cache *cache);

/* Drops everything; it belongs to another history, or to somebody else. */
bool cache_clear(struct cache *cache);

/* A word about the whole, as "epoch"; NULL where there is none, else the caller
 * frees it. */
char *cache_meta(struct cache *cache, const char *key);
bool cache_meta_set(struct cache *cache, const char *key, const char *value);

/* A channel object, and its window (an array of messages, oldest first), which is
 * of the object's seq; `window` NULL keeps the one that there is. */
bool cache_channel_put(struct cache *cache, const json_t *object,
    const json_t *window);
bool cache_channel_remove(struct cache *cache, int64_t id);

/* All channel objects, each with the seq of its window where there is one: a sync
 * from there brings all that the window lacks. The caller json_decref()s it.
 * NULL: they cannot be read. */
json_t *cache_channels(struct cache *cache);

/* The window of a channel, oldest first, with the seq that it is of; NULL: there
 * is none. The caller json_decref()s it. */
json_t *cache_window(struct cache *cache, int64_t id, int64_t *seq);

/* What is to be sent: `fields` of message.send. In the order of the first put. */
bool cache_outbox_put(struct cache *cache, const char *client_msg_id,
    const json_t *fields, int64_t created_ms);
bool cache_outbox_remove(struct cache *cache, const char *client_msg_id);
/* [{fields, created_ms}, …]; the caller json_decref()s it; NULL as above. */
json_t *cache_outbox(struct cache *cache);

/* cache_json.c: parts of the model as the server writes them. `me_id` is our own
 * id. The caller json_decref()s what is returned. */
json_t *cache_message_json(const struct message *message, int64_t me_id);
json_t *cache_channel_json(const struct channel *channel);

#endif

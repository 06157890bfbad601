/*
 * Whom a message pings: `@` and the longest name of a member that stands there
 * as a word, or @channel. Runs on the writer.
 */
#ifndef SERVER_MENTION_H
#define SERVER_MENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/call.h"
#include "server/db.h"

#define MENTION_MAX 64 /* more than any sensible limits.mentions */

struct mentions {
	int64_t users[MENTION_MAX];
	size_t count;
	bool all; /* @channel, by somebody who may */
};

/*
 * Finds them in `text` among the members of call->channel. Where the call has
 * `mentions` (ids), only those of them that are found are kept and @channel
 * pings nobody. ERR_TOO_LARGE past limits.mentions.
 */
enum error mention_find(struct db *db, struct call *call, const char *text,
    struct mentions *mentions);

/* Stores them for a message, in place of what was there before; returns the
 * EXTRA_ bits that the message gets for them. */
int64_t mention_store(struct db *db, const struct call *call,
    int64_t message_id, const struct mentions *mentions);

#endif

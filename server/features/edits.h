/*
 * What the features about messages share.
 */
#ifndef SERVER_FEATURES_EDITS_H
#define SERVER_FEATURES_EDITS_H

#include <stdint.h>

#include "server/call.h"
#include "server/db.h"

/* message.updated, the whole object as it now is, to the call's channel. */
void message_tell_updated(struct db *db, struct call *call, int64_t message_id,
    int64_t seq);

#endif

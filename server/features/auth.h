/*
 * What the features about passwords share.
 */
#ifndef SERVER_FEATURES_AUTH_H
#define SERVER_FEATURES_AUTH_H

#include "server/call.h"

/* Pool thread: checks the password in an argument (8 to 1,024 bytes) and leaves
 * its hash in call->state. An error is set on the call as well. */
enum error password_hash_arg(struct call *call, const char *name);

#endif

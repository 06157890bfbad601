/*
 * The one place that decides whether a caller is who it says and may do what it
 * asks: every stage of every call at every door passes here before its handler.
 * Runs on store threads, within the handler's own transaction.
 */
#ifndef SERVER_ACCESS_H
#define SERVER_ACCESS_H

#include "server/call.h"
#include "server/db.h"

/*
 * Authenticates the caller, charges its bucket if the router could not, and
 * checks op->may, filling in caller and channel. Sends the call on to the writer
 * (call->more) where a login of this machine comes for the first time and its
 * account is to be made. Errors: ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_NOT_FOUND,
 * ERR_RATE_LIMITED.
 */
enum error access_check(struct db *db, struct call *call);

/* Charges what the operation costs; once a call. Any thread. */
enum error access_charge(struct call *call);

/* Subscribes the worker of a "session.open" as router.h promises; on the writer,
 * once the job is committed. */
void access_subscribe(struct call *call);

/* The session or token that the caller came with is good no more: nobody is told
 * which of the reasons it was. */
enum error access_denied(struct call *call);

#endif

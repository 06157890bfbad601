/*
 * Who on one worker gets what: which connections a user has here, which users a
 * channel has here, and the delivery of what the bus brings. It holds exactly
 * one interest of the bus for each user and each channel that it knows.
 *
 *	channel -> users -> connections
 *
 * What one turn brings for a channel is gathered into a run (one frame with all
 * of them, shared by everybody) and handed to the connections by hub_flush, or
 * before anything that must not overtake it.
 *
 * The worker's thread only.
 */
#ifndef SERVER_HUB_H
#define SERVER_HUB_H

#include <stddef.h>
#include <stdint.h>

#include "server/bus.h"
#include "server/conn.h"

struct hub;

/* Ends a connection with a close code; it may, and need not, leave the hub from
 * within. */
typedef void hub_close_fn(struct conn *conn, int code);

/* Has interest in BUS_ALL from here on. */
struct hub *hub_new(struct bus *bus, unsigned int worker, hub_close_fn *close);

/* Everybody has left. */
void hub_free(struct hub *hub);

/*
 * Puts a connection in under its user. The worker was given one interest in the
 * user and one in each of channels[0..count) by whoever let it in; they belong
 * to the hub from here on, which gives back what it has already.
 */
void hub_open(struct hub *hub, struct conn *conn, int64_t user_id,
    const int64_t *channels, size_t count);

/* Gives such interests back where the connection is gone. */
void hub_decline(struct hub *hub, int64_t user_id, const int64_t *channels,
    size_t count);

/* Has a connection hear of the presence of these users and of no others. */
void hub_watch(struct hub *hub, struct conn *conn, const int64_t *user_ids,
    size_t count);

/* Takes it out; nothing where it is not in. */
void hub_leave(struct hub *hub, struct conn *conn);

/* The user of a connection that is in the hub. */
int64_t hub_user_id(const struct conn *conn);

/* Takes one message of the bus in, with its reference of the frame. */
void hub_deliver(struct hub *hub, const struct bus_message *message);

/* Hands out what was gathered. */
void hub_flush(struct hub *hub);

#endif

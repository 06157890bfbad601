/*
 * Who is here: counts each user's connections over all workers, keeps away and
 * dnd, and tells subscribers (BUS_PRESENCE) when the first connection comes and
 * when the last one has been gone for 5 s, so that a reconnect is not seen.
 */
#ifndef SERVER_PRESENCE_H
#define SERVER_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/json_out.h"

struct db;
struct presence;
struct server;

enum presence_status {
	PRESENCE_OFFLINE,
	PRESENCE_ONLINE,
	PRESENCE_AWAY,
	PRESENCE_DND,
};

struct presence *presence_new(const struct server *server);
void presence_free(struct presence *presence);

/* A connection of the user has come, has gone. Any thread. */
void presence_connect(struct presence *presence, int64_t user_id);
void presence_disconnect(struct presence *presence, int64_t user_id);

/* What the user says of itself; false where it has no connection. Any thread. */
bool presence_set(struct presence *presence, int64_t user_id,
    enum presence_status status, const char *status_text);

/* Any thread. */
enum presence_status presence_get(struct presence *presence, int64_t user_id);

/* "online", "away", …; and back, PRESENCE_OFFLINE where there is none. */
const char *presence_name(enum presence_status status);
enum presence_status presence_parse(const char *text);

/* Tells of those whose 5 s are over. Run by the server's `later`. */
void presence_tick(struct presence *presence);

/* Stores when those who have left were last seen, without waiting for their 5 s;
 * after the last connection has gone, before store_close. */
void presence_close(struct presence *presence);

/* After a restart: whoever was here when the server ended has just left, so that
 * a thousand people who come back within 5 s are told to nobody. Before the first
 * connection; then presence_tick has to run. Store thread. */
void presence_restore(struct presence *presence, struct db *db);

#endif

/*
 * Where `tail --since last` was: the last message printed, for each server, user
 * and channel. A JSON file in $XDG_DATA_HOME/hubbub, replaced by an atomic
 * rename. One that is damaged counts as empty.
 */
#ifndef TUI_VERB_PLACE_H
#define TUI_VERB_PLACE_H

#include <stdint.h>

struct place;

/* The places at a server (its address as text). Never NULL. */
struct place *place_load(const char *server);
void place_free(struct place *place);

/* The last id of a user's channel; 0: none. */
int64_t place_get(const struct place *place, const char *user,
    int64_t channel_id);
void place_set(struct place *place, const char *user, int64_t channel_id,
    int64_t message_id);

/* Writes what was set, beside what other programs wrote meanwhile. Says on
 * stderr where it cannot. */
void place_save(struct place *place);

#endif

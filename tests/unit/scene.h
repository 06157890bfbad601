/*
 * Models made by hand, for tests of what is drawn: no server, no reducer, every
 * field as the test wants it.
 */
#ifndef TESTS_UNIT_SCENE_H
#define TESTS_UNIT_SCENE_H

#include "tui/model.h"
#include "tui/render.h"

/* Tuesday, 2026-11-24T14:00:00Z. */
#define SCENE_NOW INT64_C(1795528800000)
#define SCENE_MINUTE INT64_C(60000)

/* A model of nobody in particular: amy, connected, in no channel. */
struct model *scene_new(void);
void scene_free(struct model *model);

struct channel *scene_channel(struct model *model, const char *name,
    bool direct);
void scene_member(struct channel *channel, const char *name, char role);

/* Appends a message; ids, keys and authors' ids follow from the order and the
 * name. Returns it, to be changed further. */
struct message *scene_message(struct model *model, struct channel *channel,
    const char *author, int64_t created_ms, const char *text);

/* Puts a reaction under a message. */
void scene_reaction(struct message *message, const char *emoji, int64_t count,
    bool mine);

/* Somebody types in the channel until a monotonic time. */
void scene_typist(struct channel *channel, const char *name, int64_t until_ms);

/* What is known of somebody's presence; each name once. */
void scene_presence(struct model *model, const char *name,
    enum presence presence);

/* Puts a message in front of all others, with a smaller id. */
struct message *scene_prepend(struct model *model, struct channel *channel,
    const char *author, int64_t created_ms, const char *text);

/* Lets go `count` messages of one end. */
void scene_evict(struct channel *channel, size_t count, bool front);

/* A conversation with all that can stand around a message. */
struct model *scene_rich(void);

/* The conversation that the golden screens show. */
struct model *scene_talk(void);

#endif

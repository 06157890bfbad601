/*
 * A model for tests of the reducer: amy in #ops, whose newest page is there, and
 * what the last reduction came to.
 */
#ifndef TESTS_UNIT_STAGE_H
#define TESTS_UNIT_STAGE_H

#include "tests/unit/talk_json.h"
#include "tui/reduce.h"

#define OPS 100
#define OTHER 200

struct stage {
	struct model *model;
	struct reduce_out out;
	int arrived;
	char last[64]; /* the text that arrived last */
};

/* cmocka's setup and teardown: *state is a struct stage. #ops has the ids 11 to
 * 20 in its window, and seq 20. */
int stage_make(void **state);
int stage_free(void **state);

#define STAGED(name) \
	cmocka_unit_test_setup_teardown(name, stage_make, stage_free)

/* Reduces a live event, a sync.channel, connection.established of that epoch.
 * Events are taken over. */
void stage_tell(struct stage *stage, json_t *event);
void stage_sync(struct stage *stage, json_t *event);
void stage_establish(struct stage *stage, const char *epoch);

struct channel *stage_channel(struct stage *stage, int64_t id, const char *name,
    int64_t seq);
struct channel *stage_ops(struct stage *stage);

/* A page of messages with ids from..to, seq the same. */
void stage_page(struct stage *stage, struct channel *channel,
    enum reduce_page page, int64_t cursor, int64_t from, int64_t to, bool more);

/* The window is these ids, in a row; lines without an id are "-". */
void stage_window(const struct channel *channel, const char *expected);

#endif

/*
 * The channel that -c names, for verbs that know no model: "#ops", "ops", an id,
 * or "@bob" for the direct channel with somebody, which is made where there is
 * none.
 */
#ifndef TUI_VERB_CHANNEL_H
#define TUI_VERB_CHANNEL_H

#include "tui/link_rest.h"

/* `done` is called once with what message.send takes as channel_id, or with NULL
 * and the answer that refused it; at once where nothing need be asked. */
void verb_channel_resolve(struct rest *rest, const char *name,
    void (*done)(void *arg, const char *channel,
	const struct rest_answer *refused),
    void *arg);

#endif

/*
 * The state of the full-screen face, for tui.c and tui_act.c alone.
 */
#ifndef TUI_TUI_STATE_H
#define TUI_TUI_STATE_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "tui/app.h"
#include "tui/complete.h"
#include "tui/editor.h"
#include "tui/keys.h"
#include "tui/render.h"
#include "tui/screen.h"

#define TUI_SIGNALS 6

struct tui {
	const struct client_config *config;
	struct event_base *base;
	struct app *app;
	struct screen *screen;
	struct canvas canvas;
	struct editor *editor;
	struct complete *complete;
	struct wrap_cache *cache;
	struct keys keys;

	struct event *input, *output, *frame, *patience;
	struct event *signals[TUI_SIGNALS];

	struct layout_wish wish;
	bool help;
	int help_top;
	char *notice;	    /* said last; NULL: nothing */
	int64_t noticed_ms; /* when */
	/* A typed Esc took the key after it for its own. What follows at once
	 * may be the rest of a line that lost its start: a command gets its
	 * slash back, and anything else is not sent unasked. */
	int64_t eaten_ms;      /* when; 0: not */
	bool eaten_slash;      /* the key would have begun a command */
	int64_t eaten_channel; /* the current one before it */
	bool held;	       /* such a line is being written */
	bool seek_top;	       /* going to the first message, page by page */
	uint64_t sought;       /* the first message when it was last gone to */
	/* What was asked for last, so that a request that fails is not made
	 * again with every frame: forgotten with every key. */
	uint64_t asked_before, asked_after;

	int columns, rows;  /* of the terminal */
	bool whole;	    /* the next frame is painted whole */
	bool waiting;	    /* a frame waits for the terminal to drain */
	int64_t painted_ms; /* monotonic */
	struct render_result result; /* of the last frame */
	bool leaving;
	int status;
};

/* Something changed: a frame will be painted in time. */
void tui_dirty(struct tui *tui);

/* What a frame is made from. */
struct render_state tui_render_state(const struct tui *tui);

/* Says a line above the status line; NULL takes it away. */
void tui_say(struct tui *tui, const char *line);

/* The terminal back to the shell until fg. */
void tui_suspend(struct tui *tui);

/* A key was pressed (tui_act.c). */
void tui_key(struct tui *tui, const struct key *key);

/* To the first message of the channel that is loaded, and on from there when
 * another page comes (tui_act.c). */
void tui_seek_top(struct tui *tui);

#endif

/*
 * The state of the full-screen face, for tui.c and tui_*.c alone.
 */
#ifndef TUI_TUI_STATE_H
#define TUI_TUI_STATE_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"
#include "tui/app.h"
#include "tui/complete.h"
#include "tui/editor.h"
#include "tui/keys.h"
#include "tui/render.h"
#include "tui/screen.h"

#define TUI_SIGNALS 6

/* What the next Enter does with the text instead of sending it (tui_arm.c). */
enum arm {
	ARM_NONE,
	ARM_REPLY,
	ARM_EDIT,
	ARM_REACT,
	ARM_DELETE, /* the next key does or does not */
};

struct armed {
	enum arm what;
	int64_t channel_id, message_id;
	bool in_channel; /* of a reply */
	bool mine;	 /* reactions that are taken back */
	char *draft;	 /* what was being written before */
	char prompt[160];
};

/* Select mode (tui_select.c). */
struct selection {
	bool on;
	bool thread;	     /* in the thread pane */
	int64_t channel_id;  /* the one it began in */
	uint64_t key;	     /* the message that it stands on */
	struct anchor place; /* where the reader was */
};

/* A list over the panes (tui_overlay.c). */
enum listing { LISTING_NONE, LISTING_SWITCH, LISTING_DETAILS };

#define TUI_QUERY 64 /* bytes of what is looked for, with NUL */

struct overlay_state {
	enum listing what;
	struct buf lines, title;
	char query[TUI_QUERY];
	int chosen, top;
	struct overlay drawn; /* what the views get of it */
};

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
	bool bare; /* messages alone */
	struct armed armed;
	struct selection select;
	struct overlay_state overlay;
	struct event *child; /* SIGCHLD while $EDITOR has the terminal */
	bool away;	     /* the terminal is lent to it */
	int editor_pid;
	char *editor_file;
	uint64_t highlight; /* the mention that was gone to; 0: none */
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
struct render_state tui_render_state(struct tui *tui);

/* Says a line above the status line; NULL takes it away. */
void tui_say(struct tui *tui, const char *line);

/* The terminal back to the shell until fg. */
void tui_suspend(struct tui *tui);

/* Lends the terminal to another program, and takes it back. */
void tui_terminal_away(struct tui *tui);
void tui_terminal_back(struct tui *tui);

/* A key was pressed (tui_key.c). */
void tui_key(struct tui *tui, const struct key *key);

/* --- tui_act.c --- */

/* Does what a key is bound to. */
void tui_act(struct tui *tui, const struct binding *binding);

/* Goes to a channel; NULL: stays. */
void tui_window_show(struct tui *tui, const struct channel *channel);

/* What scrolling and selecting mean, and where it is on the screen: the thread
 * while one is open. The channel is NULL where there is none. */
struct channel *tui_focus(const struct tui *tui);
struct area tui_focus_area(const struct tui *tui);

/* Moves what has the focus; there is one. */
void tui_anchor_set(struct tui *tui, struct anchor anchor);

/* To the first message of the channel that is loaded, and on from there when
 * another page comes. */
void tui_seek_top(struct tui *tui);

/* --- tui_arm.c --- */

/* Arms the input for a message of the focus; says why where that cannot be. */
void tui_arm(struct tui *tui, enum arm what, const struct message *message);

/* Enter was pressed with the text: true where it was for what is armed. */
bool tui_arm_enter(struct tui *tui);

/* A key while something is armed; false for one that is done as always. */
bool tui_arm_key(struct tui *tui, const struct key *key);

/* Back to what was being written before. */
void tui_arm_end(struct tui *tui);

/* --- tui_select.c --- */

void tui_select_begin(struct tui *tui);
void tui_select_end(struct tui *tui, bool back);

/* A key of select mode; false for one that is done as always. */
bool tui_select_key(struct tui *tui, const struct key *key);

/* Brings a message of the focus into sight. */
void tui_reveal(struct tui *tui, uint64_t key);

/* --- tui_editor.c --- */

/* Gives the terminal to $EDITOR with the text; it comes back by itself. */
void tui_editor_open(struct tui *tui);
void tui_editor_release(struct tui *tui);

/* --- tui_overlay.c --- */

void tui_switch_open(struct tui *tui);
void tui_details_open(struct tui *tui, const struct channel *channel,
    const struct message *message);
void tui_overlay_close(struct tui *tui);

/* What is drawn of the open list; NULL where none is. */
const struct overlay *tui_overlay(struct tui *tui);

/* A key while a list is open: all are its own. */
void tui_overlay_key(struct tui *tui, const struct key *key);

#endif

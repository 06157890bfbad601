/*
 * A whole frame: model, editor, size and time become a canvas. Pure: the same
 * things in give the same cells out.
 */
#ifndef TUI_RENDER_H
#define TUI_RENDER_H

#include "tui/view.h"

/* What the screen shows that is neither the server's nor the text being
 * written. */
struct render_state {
	const struct model *model;
	const struct editor *editor;
	struct wrap_cache *cache;
	struct layout_wish wish;
	const char *notice; /* the line above the status line; NULL */
	bool help;	    /* the help is open, from line help_top on */
	int help_top;
	const char *prompt; /* stands there instead, on every screen; NULL */
	const struct overlay *overlay; /* a list over the panes; NULL */
	bool bare;		       /* names and texts alone, for copying */
	uint64_t selected; /* key of the selected message; 0: none */
	bool ascii;	   /* draw nothing of our own that is not ASCII */
	int64_t now_ms;	   /* wall clock */
	int64_t mono_ms;   /* monotonic clock */
};

struct render_result {
	struct layout layout; /* where everything was drawn */
	struct view_seen seen;
	struct view_seen seen_thread;
	int help_lines; /* that the help has */
};

/* Draws on the whole canvas, whose size and emoji mode are set. */
struct render_result render(struct canvas *canvas,
    const struct render_state *state);

/* The view that render() draws with, for scrolling by the same measures. */
struct view render_view(struct canvas *canvas,
    const struct render_state *state);

#endif

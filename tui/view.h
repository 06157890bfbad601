/*
 * What every view is given: the canvas that it draws on, the model that it only
 * reads, and the time. Views keep nothing between two frames.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/canvas.h"
#include "tui/editor.h"
#include "tui/layout.h"
#include "tui/model.h"
#include "tui/wrap.h"

/* What the program itself draws that is not ASCII everywhere. */
struct glyphs {
	const char *ellipsis;
	const char *vertical;	/* between panes */
	const char *horizontal; /* of a day line */
	const char *dotted;	/* of the rule above the newest messages */
};

extern const struct glyphs glyphs_unicode, glyphs_ascii;

struct view {
	struct canvas *canvas;
	const struct model *model;
	struct wrap_cache *cache;
	const struct glyphs *glyphs;
	int64_t now_ms;	   /* wall clock */
	int64_t mono_ms;   /* monotonic clock */
	uint64_t selected; /* key of the message that select mode stands on;
			      0: none */
};

/* What the message window showed, for what is to be loaded next. */
struct view_seen {
	bool bottom;	  /* the newest message is in sight */
	bool want_before; /* the top of what is loaded is near */
	bool want_after;  /* so is its end, and it is not the newest */
};

/* --- the message window (view_messages.c) --- */

struct view_seen view_messages_draw(const struct view *view,
    const struct channel *channel, struct area area);

/* Where the window stands after it was moved by so many rows (negative: up). */
struct anchor view_messages_scroll(const struct view *view,
    const struct channel *channel, struct area area, int rows);

/* Rows that a page has. */
int view_messages_page(const struct channel *channel, struct area area);

/* At the first row of what is loaded; at the first unread message (where it
 * stands already if there is none). */
struct anchor view_messages_top(const struct view *view,
    const struct channel *channel, struct area area);
struct anchor view_messages_unread(const struct view *view,
    const struct channel *channel, struct area area);

/* Where the window is to stand so that a message is in sight: where it stands
 * already, if it is (view_reveal.c). */
struct anchor view_messages_reveal(const struct view *view,
    const struct channel *channel, struct area area, uint64_t key);

/* The messages that would be in sight, names and texts alone, from the left edge
 * of the screen: to be copied with a mouse (view_bare.c). */
void view_bare_draw(const struct view *view, const struct channel *channel,
    struct area area);

/* --- a list over the panes (view_overlay.c) --- */

struct overlay {
	const char *title;
	const char *lines; /* each ends in a newline */
	int chosen;	   /* a line, from 0; -1: none */
	int top;	   /* the first line in sight, where none is chosen */
	const char *hint;  /* which keys there are */
};

void view_overlay_draw(const struct view *view, struct area area,
    const struct overlay *overlay);

/* --- the panes and lines around it --- */

void view_channels_draw(const struct view *view, struct area area);

/* The same on one line, for narrow screens. */
void view_activity_draw(const struct view *view, struct area area);

void view_members_draw(const struct view *view, struct area area);
void view_topic_draw(const struct view *view, struct area area);

/* The line above the status line: typing, or a notice. */
void view_typing_draw(const struct view *view, struct area area,
    const char *notice);
void view_status_draw(const struct view *view, struct area area);

/* Rows that the text being written takes on a screen of so many columns. */
int view_input_rows(enum width_emoji emoji, const struct editor *editor,
    int columns);

/* Draws the text being written and places the cursor. */
void view_input_draw(const struct view *view, struct area area,
    const struct editor *editor);

/* The help: keys and commands, from line `top` on; returns the lines there
 * are. */
int view_help_draw(const struct view *view, struct area area, int top);

/* Draws the mark of somebody's presence, one column: + online, ~ away, - not
 * there, blank where it is not known. */
void view_presence_draw(const struct view *view, int x, int y,
    enum presence presence);

/* A count as the lists show it: at most four columns. */
void view_count(int64_t count, char out[8]);

#endif

/*
 * Where on the screen what stands: from its size, and from which panes a person
 * wants, come the areas that the views draw in. Pure.
 */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include <stdbool.h>

#include "tui/canvas.h"

#define LAYOUT_CHANNELS 16 /* columns of the channel list */
#define LAYOUT_MEMBERS 18
#define LAYOUT_CHANNELS_FROM 64 /* columns of a screen that has room for it */
#define LAYOUT_MEMBERS_FROM 100
#define LAYOUT_THREAD_FROM 120 /* beside the messages; else instead of them */

enum layout_pane {
	LAYOUT_AUTO, /* as the width has it */
	LAYOUT_SHOW, /* also where it is narrow, as long as text has room */
	LAYOUT_HIDE,
};

struct layout_wish {
	enum layout_pane channels, members;
	bool thread; /* one is open: it has the members' place */
};

/* An area of no rows or columns is not there. The borders are one column each,
 * left of the pane that they bound on its inner side. */
struct layout {
	struct area topic, activity, channels, messages, members;
	struct area channels_border, members_border;
	struct area thread_head, thread, thread_border;
	struct area panes; /* all of them together */
	struct area typing, status, input;
};

/* `input_rows`: what the text being written would like to have. */
struct layout layout_compute(int columns, int rows, int input_rows,
    const struct layout_wish *wish);

#endif

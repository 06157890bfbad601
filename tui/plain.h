/*
 * Plain lines, as scripts and screen readers get them: one event, one line.
 *
 *	2026-11-24T14:05:09Z #ops <bob> text
 *	2026-11-24T14:05:09Z #ops * bob joined
 *
 * Newlines stand as \n, a backslash as \\, every other control character as
 * \xHH; bidi controls are left out. Pure.
 */
#ifndef TUI_PLAIN_H
#define TUI_PLAIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"

struct plain_event {
	const char *label;   /* "#ops", "@bob" */
	const char *type;    /* "message.new" */
	const json_t *event; /* as the server sends it */
	const char *who;     /* the name of user_id or by, where the event bears
				an id alone; NULL: not known */
	bool edited;	     /* message.updated: its text is what changed */
	int64_t now_ms;	     /* for events without a time of their own */
};

/* Appends the line and its newline; false, and nothing, where the event is
 * nothing to show. */
bool plain_event(struct buf *out, const struct plain_event *event);

/* Whether it is a message of `me`, or an edit or deletion of one's own. */
bool plain_is_own(const struct plain_event *event, int64_t me);

#endif

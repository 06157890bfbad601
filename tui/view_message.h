/*
 * Drawing the rows of one message. For view_messages.c.
 */
#ifndef TUI_VIEW_MESSAGE_H
#define TUI_VIEW_MESSAGE_H

#include "tui/view_rows.h"

/* Draws a row that is a message's own (place.row >= 0) at y, across the area of
 * `rows`. */
void view_message_row(struct rows *rows, struct place place, int y);

#endif

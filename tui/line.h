/*
 * Line mode: the client without a screen. Append-only, one plain line an event,
 * the same commands as on the screen.
 */
#ifndef TUI_LINE_H
#define TUI_LINE_H

#include "tui/config.h"

/* Runs until the input ends or the person leaves; returns the exit status. */
int line_main(const struct client_config *config);

#endif

/*
 * The full-screen face: event loop, screen, keys. Draws at most 30 frames a
 * second, and none when nothing changed.
 */
#ifndef TUI_TUI_H
#define TUI_TUI_H

#include "tui/config.h"

/* Runs until the person leaves or the terminal goes; returns the exit status.
 * `config` is borrowed. The screen must be usable (screen.h). */
int tui_main(const struct client_config *config);

#endif

/*
 * Talking by lines, both directions: the app for what is typed, following for
 * what is heard, plain lines for both. Line mode and pipe are it with other
 * settings.
 */
#ifndef TUI_TALK_H
#define TUI_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/config.h"

struct talk_options {
	const struct client_config *config; /* its channel is where to begin */
	bool bot;    /* pipe: command output to stderr, no history, no choice
			 of a channel, \n and the like undone in input */
	bool echo;   /* one's own messages too */
	bool follow; /* goes on at the end of input */
	bool strict; /* ends at the first bad line */
	int64_t wait_ms;
};

/* Runs to the end; returns the exit status. */
int talk_main(const struct talk_options *options);

#endif

/*
 * Standard input by lines and standard output by whole writes, for everything
 * that is driven by scripts. Owns the buffers; knows nothing of what they say.
 */
#ifndef TUI_VERB_IO_H
#define TUI_VERB_IO_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"

#define INPUT_LINE_MAX 1048576 /* bytes */

struct input_owner {
	void *arg;
	/* A line without its newline, valid UTF-8 or not; NUL-terminated, valid
	 * during the call. `number` counts every line from 1. */
	void (*line)(void *arg, char *line, size_t len, uint64_t number);
	/* The end was seen; lines may still be waiting. May be NULL. */
	void (*closed)(void *arg);
	/* Every line was handed over. */
	void (*end)(void *arg);
};

struct input {
	struct event_base *base;
	struct input_owner owner;
	struct event *ready; /* to be read */
	struct event *pump;  /* to be handed over */
	struct buf buf;
	uint64_t number;
	bool eof, ended, paused;
};

/* Begins to read descriptor 0, paused: lines are buffered, up to a bound. The
 * base must be able to wait for files (EV_FEATURE_FDS). */
void input_init(struct input *input, struct event_base *base,
    const struct input_owner *owner);
void input_release(struct input *input);

/* The calls below do nothing for one that was never begun. */

void input_pause(struct input *input, bool paused);

/* As if the end had come: nothing more is read or handed over but `end`. */
void input_stop(struct input *input);

/* Writes to standard output at once. Ends the process by SIGPIPE where nobody
 * reads any more, as it would have ended cat. */
void output_write(const char *text, size_t len);

#endif

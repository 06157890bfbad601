/*
 * The forms that arguments of commands have: numbers, dates, durations, the
 * short ways to react and to correct. Pure.
 */
#ifndef TUI_COMMAND_TEXT_H
#define TUI_COMMAND_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_NUMBER_DIGITS 9 /* of a relative number; an id is longer */

/* Reads a relative number, 1 or more, that is all of the first `len` bytes. */
bool text_number(const char *text, size_t len, size_t *number);

/* Reads "3+:tada:" or "3-:tada:": the number, whether the emoji is added, and
 * the emoji as it was typed, within `line`. */
bool text_reaction(const char *line, size_t *number, bool *add,
    const char **emoji);

/* What "s/old/new/" and "s/old/new/g" say. */
struct text_change {
	char *old, *fresh; /* "\/" is a slash, "\\" a backslash */
	bool all;
};

/* False, and nothing to release, where the line is none. */
bool text_change_parse(struct text_change *change, const char *line);
void text_change_release(struct text_change *change);

/* The text with the change made, which the caller frees; NULL where the old words
 * are not in it. */
char *text_change_apply(const struct text_change *change, const char *text);

/* Reads "90s", "10m", "2h" or "7d", up to ten years, in milliseconds. */
bool text_duration(const char *text, int64_t *ms);

/* Reads "2026-11-24" or "2026-11-24 14:05", local time, in milliseconds since
 * 1970. */
bool text_date(const char *text, int64_t *ms);

/* The first http or https link of a text, which the caller frees; NULL: none. */
char *text_link(const char *text);

#endif

/*
 * How many terminal columns text takes: the one width function of wrap, cursor,
 * padding and truncation. Works on grapheme clusters (UAX #29 by utf8proc).
 * Pure.
 */
#ifndef SHARED_WIDTH_H
#define SHARED_WIDTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum width_emoji {
	WIDTH_EMOJI_SAFE, /* a cluster that terminals disagree on (ZWJ sequence,
			      variation selector, skin tone, flag pair) is
			      drawn as its base character */
	WIDTH_EMOJI_FULL, /* drawn as it is */
	WIDTH_EMOJI_ASCII, /* an emoji that has one is drawn as its :name: */
};

#define WIDTH_CLUSTER_MAX \
	5 /* code points of a cluster that are drawn: one base
			       and four marks, what an ncurses cell holds */

/* One grapheme cluster. */
struct cluster {
	size_t bytes;	 /* of the source text */
	uint8_t columns; /* 0, 1 or 2; 0 only for a lone mark or ZW character
			      that is not drawn at all; those of a name */
	uint8_t count;	 /* code points in cp */
	uint32_t cp[WIDTH_CLUSTER_MAX]; /* what to draw, already reduced */
	const char *name; /* to draw between colons instead, a column each
			       letter; count is then 0. NULL but in
			       WIDTH_EMOJI_ASCII */
};

/* Reads the cluster at `text` (len >= 1). Never returns bytes == 0. Control
 * characters come out as zero columns and nothing to draw, invalid bytes and
 * unassigned code points as U+FFFD. */
struct cluster width_next(const char *text, size_t len, enum width_emoji mode);

/* Columns of the whole text. */
size_t width_text(const char *text, size_t len, enum width_emoji mode);

/* Bytes of the longest prefix of whole clusters that fits `columns`; *used, if
 * not NULL, gets the columns that it takes. */
size_t width_fit(const char *text, size_t len, size_t columns,
    enum width_emoji mode, size_t *used);

/* Byte offset of the cluster boundary before / after `at`. */
size_t width_prev(const char *text, size_t len, size_t at);
size_t width_after(const char *text, size_t len, size_t at);

#endif

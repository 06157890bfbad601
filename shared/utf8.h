/*
 * UTF-8 (RFC 3629): checking, also in pieces, decoding, counting, and taking
 * out what must not reach a terminal. Pure.
 */
#ifndef SHARED_UTF8_H
#define SHARED_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"

/* State of a check over several pieces; zero to begin. */
struct utf8_check {
	uint8_t need; /* continuation bytes still to come */
	uint8_t low;  /* bounds of the next continuation byte */
	uint8_t high;
};

/* Feeds `len` bytes; false as soon as they cannot be UTF-8 any more (overlong
 * forms, surrogates, above U+10FFFF, stray bytes). */
bool utf8_check_feed(struct utf8_check *check, const void *data, size_t len);

/* True where no code point is unfinished. */
bool utf8_check_done(const struct utf8_check *check);

/* The whole of `data` is valid UTF-8. */
bool utf8_valid(const void *data, size_t len);

/* Decodes one code point at `text`; returns its length in bytes (1 to 4) and
 * sets *cp. An invalid byte gives U+FFFD and length 1. len >= 1. */
size_t utf8_decode(const char *text, size_t len, uint32_t *cp);

/* Encodes `cp` into out[4]; returns 1 to 4 (U+FFFD for what is no scalar). */
size_t utf8_encode(uint32_t cp, char out[4]);

/* Code points in valid text. */
size_t utf8_count(const char *text, size_t len);

/* C0 (tab and newline too), DEL, C1: what a terminal would act on. */
bool utf8_is_control(uint32_t cp);

/* U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069. */
bool utf8_is_bidi(uint32_t cp);

enum utf8_clean {
	UTF8_CLEAN_LINE,  /* a name, topic, title: control characters dropped */
	UTF8_CLEAN_TEXT,  /* a message: newline and tab stay, rest dropped */
	UTF8_CLEAN_PLAIN, /* a plain output line: newline as \n, backslash as
			     \\, other controls as \xHH (one per byte value,
			     C1 by its code point) */
};

/* Appends `text` to `out` without bidi controls, with control characters
 * treated as `how` says, invalid bytes as U+FFFD. */
void utf8_clean(struct buf *out, const char *text, size_t len,
    enum utf8_clean how);

/* Undoes UTF8_CLEAN_PLAIN's escapes (\n, \\, \xHH) in a line that a person or a
 * script wrote; any other backslash stays as it is. */
void utf8_unescape(struct buf *out, const char *text, size_t len);

#endif

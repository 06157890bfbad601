/*
 * Emoji: what may stand as a reaction, which is one grapheme cluster with an
 * emoji in it or a name between colons; and the short names that emoji have.
 * Pure; any thread.
 */
#ifndef SHARED_EMOJI_H
#define SHARED_EMOJI_H

#include <stdbool.h>
#include <stddef.h>

#define EMOJI_MAX 64 /* bytes */

/* `text` is valid UTF-8. */
bool emoji_valid(const char *text, size_t len);

/* --- names (emoji_name.c) --- */

/* An emoji under one of its names. */
struct emoji {
	const char *name; /* without colons: a-z, 0-9, '_', '+', '-' */
	const char *text; /* UTF-8 */
	bool common;	  /* a name that people know from elsewhere */
};

/* The emoji of a name without its colons, `len` bytes: UTF-8, from a table that
 * stays; NULL where no emoji has that name. */
const char *emoji_of_name(const char *name, size_t len);

/* The short name, without colons, of the emoji that the `len` bytes of text are:
 * from a table that stays; NULL where they are no emoji or one without a name.
 * Skin tones and variation selectors make no difference. */
const char *emoji_name(const char *text, size_t len);

/* The emoji whose names begin with the `len` bytes of `prefix`, sorted by name:
 * *count rows of a table that stays. */
const struct emoji *emoji_prefix(const char *prefix, size_t len, size_t *count);

/* What a person's word stands for as a reaction: for :tada: its emoji; a valid
 * emoji, or a well-formed :name: that is not known here, stays as it is. NULL
 * where it is none of these. The caller frees it. */
char *emoji_resolve(const char *word);

#endif

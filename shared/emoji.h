/*
 * What may stand as a reaction: one grapheme cluster with an emoji in it, or a
 * name between colons. Pure.
 */
#ifndef SHARED_EMOJI_H
#define SHARED_EMOJI_H

#include <stdbool.h>
#include <stddef.h>

#define EMOJI_MAX 64 /* bytes */

/* `text` is valid UTF-8. */
bool emoji_valid(const char *text, size_t len);

#endif

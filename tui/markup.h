/*
 * The few marks that people write around words, and what they look like: *bold*,
 * _italic_, `code`, blocks between ``` lines, lines that begin with "> ", and
 * links. The marks stay where they are, so that a text is as wide with its looks
 * as without. Pure.
 */
#ifndef TUI_MARKUP_H
#define TUI_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

/* Sets styles[i] to the style (enum style) that byte i of the text is drawn in;
 * STYLE_PLAIN where it has none of its own. Never parts the bytes of a character.
 * False where all of it is plain. Takes time in proportion to `len`, whatever the
 * text. */
bool markup_styles(const char *text, size_t len, unsigned char *styles);

#endif

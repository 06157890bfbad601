/*
 * The table of emoji's names: for emoji_name.c alone.
 */
#ifndef SHARED_EMOJI_TABLE_H
#define SHARED_EMOJI_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "shared/emoji.h"

/* Sorted by name; an emoji stands there with each of its names. */
extern const struct emoji emoji_table[];
extern const size_t emoji_table_len;

/* Rows of the table, one of each emoji, sorted by what emoji are found by. */
extern const uint16_t emoji_by_text[];
extern const size_t emoji_by_text_len;

#endif

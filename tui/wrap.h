/*
 * Breaking a text into display rows of a width, and a bounded cache of such
 * breaks. Rows break at blanks; a word that is wider than a row breaks where the
 * row ends, between grapheme clusters. Pure.
 */
#ifndef TUI_WRAP_H
#define TUI_WRAP_H

#include <stddef.h>
#include <stdint.h>

#include "shared/width.h"

/* A row: bytes of the text, without the newline or blanks that it broke at. */
struct wrap_row {
	uint32_t start, len;
};

struct wrap {
	size_t count; /* rows; at least one, which may be empty */
	struct wrap_row rows[];
};

/* Breaks `text` into rows of at most `columns` (at least 2 are taken). The
 * caller frees it. */
struct wrap *wrap_new(const char *text, size_t len, int columns,
    enum width_emoji emoji);

struct wrap_cache;

/* What decides whether a kept break is still right. */
struct wrap_key {
	uint64_t key;	  /* of the message */
	uint32_t version; /* of what is drawn of it */
	int columns;
};

/* Keeps the `max` breaks that were used last. */
struct wrap_cache *wrap_cache_new(size_t max, enum width_emoji emoji);
void wrap_cache_free(struct wrap_cache *cache);

/* The rows of a text, broken anew only where they are not kept. Owned by the
 * cache, good until the next call. */
const struct wrap *wrap_cache_get(struct wrap_cache *cache,
    const struct wrap_key *key, const char *text, size_t len);

/* For tests: how many are kept, and how often a break was or was not. */
struct wrap_cache_stats {
	size_t kept;
	uint64_t hits, misses;
};
struct wrap_cache_stats wrap_cache_stats(const struct wrap_cache *cache);

#endif

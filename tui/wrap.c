/*
 * Row breaks and their cache. The cache is an array of slots that a hash table
 * and a list by last use run through; a full cache gives up the slot that was
 * used longest ago. An edited message and another width are other keys, so
 * nothing is ever told to the cache: what is stale falls out at the end.
 */
#include "tui/wrap.h"

#include <stdbool.h>
#include <stdlib.h>

#include "shared/xmalloc.h"
#include "tui/canvas.h"

/* ------------------------------------------------------------- breaking --- */

struct breaker {
	struct wrap *wrap;
	size_t cap;
};

static void
row_add(struct breaker *breaker, size_t start, size_t end)
{
	struct wrap *wrap = breaker->wrap;

	if (wrap == NULL || wrap->count == breaker->cap) {
		size_t count = wrap == NULL ? 0 : wrap->count;

		breaker->cap = breaker->cap == 0 ? 2 : breaker->cap * 2;
		wrap = xrealloc(wrap,
		    sizeof(*wrap) + breaker->cap * sizeof(wrap->rows[0]));
		wrap->count = count;
		breaker->wrap = wrap;
	}
	wrap->rows[wrap->count++] = (struct wrap_row){ (uint32_t)start,
		(uint32_t)(end - start) };
}

static size_t
without_blanks(const char *text, size_t start, size_t end)
{
	while (end > start && (text[end - 1] == ' ' || text[end - 1] == '\t'))
		end--;
	return end;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int
step(const char *text, size_t len, enum width_emoji emoji, size_t *bytes)
{
	struct cluster cluster;

	if (text[0] == '\t') {
		*bytes = 1;
		return CANVAS_TAB;
	}
	cluster = width_next(text, len, emoji);
	*bytes = cluster.bytes;
	return cluster.columns;
}

/* Where a wide character may be parted from what stands before it: Han, Kana
 * and Hangul text has no blanks to break at. */
static bool
is_wide(const char *text, int columns)
{
	return columns == 2 && (unsigned char)text[0] >= 0xe0;
}

/* Breaks one paragraph, text[start..end), which holds no newline. */
static void
paragraph(struct breaker *breaker, const char *text, size_t start, size_t end,
    int columns, enum width_emoji emoji)
{
	size_t row = start, at = start;
	size_t chance = 0; /* the last place to break at; 0: none in this row */
	int used = 0, since = 0; /* columns in the row, and behind the chance */

	while (at < end) {
		size_t bytes;
		int width = step(text + at, end - at, emoji, &bytes);

		/* The name of an emoji may be wider than any row. */
		if (used + width > columns && at > row && !is_blank(text[at])) {
			size_t cut = chance > row ? chance : at;

			row_add(breaker, row, without_blanks(text, row, cut));
			used = chance > row ? since : 0;
			row = cut;
			chance = 0;
			continue;
		}
		used += width;
		since += width;
		at += bytes;
		if (is_blank(text[at - bytes]) ||
		    is_wide(text + at - bytes, width)) {
			chance = at;
			since = 0;
		}
	}
	row_add(breaker, row, without_blanks(text, row, end));
}

struct wrap *
wrap_new(const char *text, size_t len, int columns, enum width_emoji emoji)
{
	struct breaker breaker = { NULL, 0 };
	size_t start = 0;

	/* A wide character must fit a row, or there is no end to it. */
	if (columns < 2)
		columns = 2;
	for (;;) {
		size_t end = start;

		while (end < len && text[end] != '\n')
			end++;
		paragraph(&breaker, text, start, end, columns, emoji);
		if (end >= len)
			break;
		start = end + 1;
	}
	return breaker.wrap;
}

/* ---------------------------------------------------------------- cache --- */

#define NOWHERE UINT32_MAX

struct slot {
	struct wrap_key key;
	struct wrap *wrap;
	uint32_t chain;	       /* next in the bucket */
	uint32_t newer, older; /* neighbours in the list by use */
};

struct wrap_cache {
	enum width_emoji emoji;
	size_t max, kept, bucket_count;
	struct slot *slots;
	uint32_t *buckets;
	uint32_t newest, oldest;
	uint64_t hits, misses;
};

struct wrap_cache *
wrap_cache_new(size_t max, enum width_emoji emoji)
{
	struct wrap_cache *cache = xcalloc(1, sizeof(*cache));

	cache->emoji = emoji;
	cache->max = max < 1 ? 1 : max;
	cache->bucket_count = cache->max;
	cache->slots = xcalloc(cache->max, sizeof(cache->slots[0]));
	cache->buckets = xcalloc(cache->bucket_count,
	    sizeof(cache->buckets[0]));
	for (size_t i = 0; i < cache->bucket_count; i++)
		cache->buckets[i] = NOWHERE;
	cache->newest = NOWHERE;
	cache->oldest = NOWHERE;
	return cache;
}

void
wrap_cache_free(struct wrap_cache *cache)
{
	if (cache == NULL)
		return;
	for (size_t i = 0; i < cache->kept; i++)
		free(cache->slots[i].wrap);
	free(cache->slots);
	free(cache->buckets);
	free(cache);
}

static uint32_t *
bucket_of(const struct wrap_cache *cache, const struct wrap_key *key)
{
	uint64_t hash = (key->key ^ ((uint64_t)key->version << 32) ^
			    (uint64_t)key->columns << 20) *
	    0x9e3779b97f4a7c15u;

	return &cache->buckets[(hash >> 32) % cache->bucket_count];
}

static bool
key_equal(const struct wrap_key *a, const struct wrap_key *b)
{
	return a->key == b->key && a->version == b->version &&
	    a->columns == b->columns;
}

static void
list_remove(struct wrap_cache *cache, uint32_t at)
{
	struct slot *slot = &cache->slots[at];

	if (slot->newer != NOWHERE)
		cache->slots[slot->newer].older = slot->older;
	else
		cache->newest = slot->older;
	if (slot->older != NOWHERE)
		cache->slots[slot->older].newer = slot->newer;
	else
		cache->oldest = slot->newer;
}

static void
list_push(struct wrap_cache *cache, uint32_t at)
{
	struct slot *slot = &cache->slots[at];

	slot->newer = NOWHERE;
	slot->older = cache->newest;
	if (cache->newest != NOWHERE)
		cache->slots[cache->newest].newer = at;
	else
		cache->oldest = at;
	cache->newest = at;
}

static void
chain_remove(struct wrap_cache *cache, uint32_t at)
{
	uint32_t *link = bucket_of(cache, &cache->slots[at].key);

	while (*link != at)
		link = &cache->slots[*link].chain;
	*link = cache->slots[at].chain;
}

/* A slot that belongs to nobody: a new one, or that of the oldest break. */
static uint32_t
slot_take(struct wrap_cache *cache)
{
	uint32_t at;

	if (cache->kept < cache->max)
		return (uint32_t)cache->kept++;
	at = cache->oldest;
	chain_remove(cache, at);
	list_remove(cache, at);
	free(cache->slots[at].wrap);
	return at;
}

const struct wrap *
wrap_cache_get(struct wrap_cache *cache, const struct wrap_key *key,
    const char *text, size_t len)
{
	uint32_t at = *bucket_of(cache, key);
	uint32_t *bucket;

	while (at != NOWHERE && !key_equal(&cache->slots[at].key, key))
		at = cache->slots[at].chain;
	if (at != NOWHERE) {
		cache->hits++;
		list_remove(cache, at);
		list_push(cache, at);
		return cache->slots[at].wrap;
	}
	cache->misses++;
	at = slot_take(cache);
	cache->slots[at].key = *key;
	cache->slots[at].wrap = wrap_new(text, len, key->columns, cache->emoji);
	bucket = bucket_of(cache, key);
	cache->slots[at].chain = *bucket;
	*bucket = at;
	list_push(cache, at);
	return cache->slots[at].wrap;
}

struct wrap_cache_stats
wrap_cache_stats(const struct wrap_cache *cache)
{
	return (
	    struct wrap_cache_stats){ cache->kept, cache->hits, cache->misses };
}

/*
 * Linear probing with backward-shift deletion: a removal closes the gap that it
 * leaves, so a table that lives for months is as short to search as a new one.
 */
#include "server/idmap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"

#define IDMAP_CAP_MIN 16

/* Ids ascend by time and share their low bits, so all bits are mixed
 * (the finaliser of splitmix64). */
static size_t
idmap_hash(int64_t id)
{
	uint64_t x = (uint64_t)id;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return (size_t)(x ^ (x >> 31));
}

void
idmap_init(struct idmap *map)
{
	memset(map, 0, sizeof(*map));
}

void
idmap_release(struct idmap *map)
{
	free(map->slots);
	idmap_init(map);
}

/* The slot that holds `id`, or the free one where it would go. */
static size_t
idmap_slot(const struct idmap *map, int64_t id)
{
	size_t mask = map->cap - 1, at = idmap_hash(id) & mask;

	while (map->slots[at].id != 0 && map->slots[at].id != id)
		at = (at + 1) & mask;
	return at;
}

static void
idmap_resize(struct idmap *map, size_t cap)
{
	struct idmap_slot *old = map->slots;
	size_t i, old_cap = map->cap;

	map->slots = xcalloc(cap, sizeof(*map->slots));
	map->cap = cap;
	for (i = 0; i < old_cap; i++)
		if (old[i].id != 0)
			map->slots[idmap_slot(map, old[i].id)] = old[i];
	free(old);
}

void *
idmap_find(const struct idmap *map, int64_t id)
{
	if (map->count == 0)
		return NULL;
	return map->slots[idmap_slot(map, id)].value;
}

void
idmap_put(struct idmap *map, int64_t id, void *value)
{
	size_t at;

	assert(id != 0 && value != NULL);
	/* Three quarters full at most. */
	if (4 * (map->count + 1) > 3 * map->cap)
		idmap_resize(map, map->cap == 0 ? IDMAP_CAP_MIN : 2 * map->cap);
	at = idmap_slot(map, id);
	if (map->slots[at].id == 0)
		map->count++;
	map->slots[at].id = id;
	map->slots[at].value = value;
}

void *
idmap_remove(struct idmap *map, int64_t id)
{
	size_t mask = map->cap - 1, at, next, home;
	void *value;

	if (map->count == 0)
		return NULL;
	at = idmap_slot(map, id);
	if (map->slots[at].id == 0)
		return NULL;
	value = map->slots[at].value;
	for (next = (at + 1) & mask; map->slots[next].id != 0;
	     next = (next + 1) & mask) {
		/* An entry may fill the gap unless its own home lies behind
		 * the gap, cyclically. */
		home = idmap_hash(map->slots[next].id) & mask;
		if (((next - home) & mask) >= ((next - at) & mask)) {
			map->slots[at] = map->slots[next];
			at = next;
		}
	}
	map->slots[at].id = 0;
	map->slots[at].value = NULL;
	map->count--;
	if (map->cap > IDMAP_CAP_MIN && 8 * map->count < map->cap)
		idmap_resize(map, map->cap / 2);
	return value;
}

void *
idmap_next(const struct idmap *map, size_t *at)
{
	while (*at < map->cap) {
		const struct idmap_slot *slot = &map->slots[(*at)++];

		if (slot->id != 0)
			return slot->value;
	}
	return NULL;
}

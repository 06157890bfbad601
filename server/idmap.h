/*
 * A hash table from ids (int64_t, never 0) to pointers: open addressing, linear
 * probing, no tombstones. It owns its slots and nothing that they point to. One
 * thread at a time.
 */
#ifndef SERVER_IDMAP_H
#define SERVER_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct idmap_slot {
	int64_t id; /* 0: free */
	void *value;
};

/* All zero is an empty map. */
struct idmap {
	struct idmap_slot *slots;
	size_t count;
	size_t cap; /* a power of two, or 0 */
};

void idmap_init(struct idmap *map);

/* Frees the slots. */
void idmap_release(struct idmap *map);

/* The value of `id`; NULL where there is none. */
void *idmap_find(const struct idmap *map, int64_t id);

/* Sets the value of `id`, which is not 0; `value` is not NULL. */
void idmap_put(struct idmap *map, int64_t id, void *value);

/* Takes `id` out and returns what it had; NULL where there was nothing. Slots
 * are given back as the map empties. */
void *idmap_remove(struct idmap *map, int64_t id);

/* Walks the map: *at is 0 at first. NULL at the end. The map may not change
 * meanwhile. */
void *idmap_next(const struct idmap *map, size_t *at);

#endif

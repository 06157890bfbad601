/*
 * Buckets and counters in one hash table under one lock. An entry that says
 * nothing any more (a full bucket, a zero) is dropped before the table grows, so
 * that it follows the number of those who act now, not of those who ever did.
 */
#include "server/bucket.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"

#define BUCKET_CAP_MIN 64
/* No stranger may make the table larger than this (64 MiB): whoever is new then
 * has to wait. */
#define BUCKET_CAP_MAX (1u << 20)

struct bucket {
	uint64_t high, low;
	uint32_t kind;
	bool used, counter;
	double per_s;
	double burst;
	double level; /* tokens at `at_ms`; of a counter: the count */
	int64_t at_ms;
};

struct bucket_set {
	pthread_mutex_t lock;
	struct bucket *slots;
	size_t count, cap; /* a power of two */
	int64_t now_ms;	   /* the last time that was seen */
};

struct bucket_key
bucket_key_user(enum bucket_kind kind, int64_t user_id)
{
	return (struct bucket_key){ .low = (uint64_t)user_id,
		.kind = (uint32_t)kind };
}

struct bucket_set *
bucket_set_new(void)
{
	struct bucket_set *set = xcalloc(1, sizeof(*set));

	pthread_mutex_init(&set->lock, NULL);
	set->cap = BUCKET_CAP_MIN;
	set->slots = xcalloc(set->cap, sizeof(*set->slots));
	return set;
}

void
bucket_set_free(struct bucket_set *set)
{
	if (set == NULL)
		return;
	free(set->slots);
	pthread_mutex_destroy(&set->lock);
	free(set);
}

static size_t
bucket_hash(uint64_t high, uint64_t low, uint32_t kind)
{
	uint64_t x = high * 0x9e3779b97f4a7c15ULL + low * 31 + kind;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return (size_t)(x ^ (x >> 31));
}

/* The slot that has the key, or the free one where it would go. */
static struct bucket *
bucket_slot(const struct bucket_set *set, uint64_t high, uint64_t low,
    uint32_t kind)
{
	size_t mask = set->cap - 1;
	size_t at = bucket_hash(high, low, kind) & mask;
	struct bucket *slot;

	for (;; at = (at + 1) & mask) {
		slot = &set->slots[at];
		if (!slot->used ||
		    (slot->high == high && slot->low == low &&
			slot->kind == kind))
			return slot;
	}
}

/* Tokens at `now_ms`. */
static double
bucket_level(const struct bucket *bucket, int64_t now_ms)
{
	double level = bucket->level;

	if (now_ms > bucket->at_ms)
		level += (double)(now_ms - bucket->at_ms) / 1000.0 *
		    bucket->per_s;
	return level < bucket->burst ? level : bucket->burst;
}

static bool
bucket_forgettable(const struct bucket *bucket, int64_t now_ms)
{
	if (bucket->counter)
		return bucket->level <= 0;
	return bucket_level(bucket, now_ms) >= bucket->burst;
}

/* Lays the table out anew without what may be forgotten, at a size that leaves
 * it half empty. */
static void
bucket_rebuild(struct bucket_set *set)
{
	struct bucket *old = set->slots;
	size_t i, keep = 0, old_cap = set->cap, cap = BUCKET_CAP_MIN;

	for (i = 0; i < old_cap; i++) {
		if (!old[i].used)
			continue;
		if (bucket_forgettable(&old[i], set->now_ms))
			old[i].used = false;
		else
			keep++;
	}
	while (cap < 2 * (keep + 1))
		cap *= 2;
	set->slots = xcalloc(cap, sizeof(*set->slots));
	set->cap = cap;
	set->count = keep;
	for (i = 0; i < old_cap; i++)
		if (old[i].used)
			*bucket_slot(set, old[i].high, old[i].low,
			    old[i].kind) = old[i];
	free(old);
}

/* The entry of a key, made where it is missing (then `used` is false and the
 * caller fills it). NULL where the table is full. */
static struct bucket *
bucket_get(struct bucket_set *set, const struct bucket_key *key)
{
	struct bucket *slot;

	slot = bucket_slot(set, key->high, key->low, key->kind);
	if (slot->used)
		return slot;
	if (4 * (set->count + 1) > 3 * set->cap) {
		bucket_rebuild(set);
		if (set->count >= BUCKET_CAP_MAX / 2)
			return NULL;
		slot = bucket_slot(set, key->high, key->low, key->kind);
	}
	memset(slot, 0, sizeof(*slot));
	slot->high = key->high;
	slot->low = key->low;
	slot->kind = key->kind;
	return slot;
}

int64_t
bucket_take(struct bucket_set *set, const struct bucket_key *key, double per_s,
    int64_t burst, int64_t now_ms)
{
	struct bucket *bucket;
	int64_t wait = 0;

	if (per_s <= 0)
		return 0;
	pthread_mutex_lock(&set->lock);
	if (now_ms > set->now_ms)
		set->now_ms = now_ms;
	bucket = bucket_get(set, key);
	if (bucket == NULL) {
		wait = 1000;
		goto out;
	}
	if (!bucket->used) {
		bucket->used = true;
		bucket->level = (double)(burst > 1 ? burst : 1);
		bucket->at_ms = now_ms;
		set->count++;
	}
	/* The limits may have been changed since. */
	bucket->per_s = per_s;
	bucket->burst = (double)(burst > 1 ? burst : 1);
	bucket->level = bucket_level(bucket, now_ms);
	if (now_ms > bucket->at_ms)
		bucket->at_ms = now_ms;
	if (bucket->level >= 1)
		bucket->level -= 1;
	else
		wait = (int64_t)ceil((1 - bucket->level) / per_s * 1000.0);
	if (wait < 0)
		wait = 0;
out:
	pthread_mutex_unlock(&set->lock);
	return wait;
}

bool
count_acquire(struct bucket_set *set, const struct bucket_key *key, int64_t max)
{
	struct bucket *counter;
	bool ok = false;

	pthread_mutex_lock(&set->lock);
	counter = bucket_get(set, key);
	if (counter == NULL)
		goto out;
	if (max > 0 && counter->level >= (double)max)
		goto out;
	if (!counter->used) {
		counter->used = counter->counter = true;
		set->count++;
	}
	counter->level += 1;
	ok = true;
out:
	pthread_mutex_unlock(&set->lock);
	return ok;
}

void
count_release(struct bucket_set *set, const struct bucket_key *key)
{
	struct bucket *counter;

	pthread_mutex_lock(&set->lock);
	counter = bucket_slot(set, key->high, key->low, key->kind);
	if (counter->used && counter->level > 0)
		counter->level -= 1;
	pthread_mutex_unlock(&set->lock);
}

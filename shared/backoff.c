/*
 * When to try again. Owns the steps and nothing else: it neither waits nor reads
 * a clock.
 */
#include "shared/backoff.h"

#include <stddef.h>

static const int64_t backoff_steps[] = { BACKOFF_FIRST_MS, 2000, 4000, 8000,
	16000, BACKOFF_LAST_MS };

#define STEP_COUNT (sizeof(backoff_steps) / sizeof(*backoff_steps))

int64_t
backoff_next(struct backoff *backoff, uint32_t random)
{
	size_t step = backoff->tries < STEP_COUNT ? backoff->tries
						  : STEP_COUNT - 1;

	if (backoff->tries < STEP_COUNT)
		backoff->tries++;
	return (int64_t)((uint64_t)backoff_steps[step] * random >> 32);
}

void
backoff_reset(struct backoff *backoff)
{
	backoff->tries = 0;
}

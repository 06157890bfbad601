/*
 * Chance that is the same in every run: a generator (splitmix64) with a seed that
 * the test names, so that what fails once fails again.
 */
#ifndef TESTS_UNIT_DICE_H
#define TESTS_UNIT_DICE_H

#include <stdint.h>

struct dice {
	uint64_t state;
};

static inline uint64_t
dice_next(struct dice *dice)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* 0 to sides - 1. */
static inline uint32_t
dice_roll(struct dice *dice, uint32_t sides)
{
	return (uint32_t)((dice_next(dice) >> 32) * sides >> 32);
}

#endif

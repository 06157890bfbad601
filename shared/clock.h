/*
 * Time: wall clock, monotonic clock, and RFC 3339 text as the protocol has it
 * (UTC, milliseconds: 2026-11-24T02:05:00.123Z).
 */
#ifndef SHARED_CLOCK_H
#define SHARED_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Length of a formatted time with its NUL. */
#define CLOCK_TEXT_SIZE 25

/* Milliseconds since 1970-01-01T00:00:00Z. Any thread. */
int64_t clock_real_ms(void);

/* Milliseconds of a clock that never goes backwards. Any thread. */
int64_t clock_mono_ms(void);

/* Writes `ms` (since 1970, any year 0001 to 9999) as RFC 3339 into
 * `text` of CLOCK_TEXT_SIZE bytes. */
void clock_format(int64_t ms, char text[CLOCK_TEXT_SIZE]);

/* Reads RFC 3339 with Z or a numeric offset and 0 to 9 digits of fraction.
 * False, and *ms untouched, where the text is anything else. */
bool clock_parse(const char *text, int64_t *ms);

#endif

/*
 * Identifiers.
 *
 * A Snowflake is a positive 64-bit number that sorts by time:
 *
 *	 63 | 62                    22 | 21        12 | 11         0
 *	  0 | ms since 2024-01-01 UTC  | machine      | sequence
 *
 * On the wire it is a string of decimal digits. A client_msg_id made by us is a
 * UUID of version 7 (RFC 9562 section 5.7), which sorts by time as well.
 */
#ifndef SHARED_ID_H
#define SHARED_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ID_EPOCH_MS 1704067200000LL /* 2024-01-01T00:00:00Z */
#define ID_MACHINE_MAX 1023
#define ID_TEXT_SIZE 21 /* 20 digits and a NUL */
#define UUID_TEXT_SIZE 37

/* A generator; one thread at a time. */
struct id_source {
	int64_t last_ms;  /* since ID_EPOCH_MS, of the last id given */
	uint32_t machine; /* 0 to ID_MACHINE_MAX */
	uint32_t sequence;
};

/* `after`: no id at or below this one is ever given (0: none exists yet). It
 * keeps order where the clock was set back between two runs. */
void id_source_init(struct id_source *source, uint32_t machine, int64_t after);

/* The next id, always higher than the one before, also where the clock stands
 * still or goes back. `now_ms` is since 1970. */
int64_t id_next(struct id_source *source, int64_t now_ms);

/* Milliseconds since 1970 at which an id was made. */
int64_t id_time_ms(int64_t id);

/* The lowest id that could have been made at `ms` since 1970 (>= 0). */
int64_t id_from_time_ms(int64_t ms);

/* Decimal text <-> id. Parsing takes 1 to 19 digits, no sign, no leading zero,
 * value >= 1 and <= INT64_MAX; false and *id untouched otherwise. */
void id_format(int64_t id, char text[ID_TEXT_SIZE]);
bool id_parse(const char *text, int64_t *id);
bool id_parse_n(const char *text, size_t len, int64_t *id);

/* A fresh UUIDv7 for `now_ms` since 1970; ids made by one process in the same
 * millisecond ascend. Not thread-safe. */
void uuid7_make(int64_t now_ms, char text[UUID_TEXT_SIZE]);

#endif

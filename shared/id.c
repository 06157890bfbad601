/*
 * Making, reading and writing identifiers. A source is the caller's and is used
 * by one thread; nothing here reads a clock, so that a clock that was set back
 * can be tested.
 */
#include "shared/id.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define ID_TIME_SHIFT 22
#define ID_MACHINE_SHIFT 12
#define ID_SEQUENCE_MAX 4095

#define UUID_COUNTER_MAX 0xfff /* rand_a: 12 bits */

void
id_source_init(struct id_source *source, uint32_t machine, int64_t after)
{
	assert(machine <= ID_MACHINE_MAX);
	source->machine = machine;
	/* The millisecond of `after` counts as used up, whichever machine it
	 * came from: the next id lies in a later one. */
	source->last_ms = after > 0 ? after >> ID_TIME_SHIFT : 0;
	source->sequence = ID_SEQUENCE_MAX;
}

int64_t
id_next(struct id_source *source, int64_t now_ms)
{
	int64_t ms = now_ms - ID_EPOCH_MS;

	if (ms > source->last_ms) {
		source->last_ms = ms;
		source->sequence = 0;
	} else if (source->sequence < ID_SEQUENCE_MAX) {
		source->sequence++;
	} else {
		/* Runs ahead of the clock rather than wait for it. */
		source->last_ms++;
		source->sequence = 0;
	}
	return source->last_ms << ID_TIME_SHIFT |
	    (int64_t)source->machine << ID_MACHINE_SHIFT | source->sequence;
}

int64_t
id_time_ms(int64_t id)
{
	return (id >> ID_TIME_SHIFT) + ID_EPOCH_MS;
}

int64_t
id_from_time_ms(int64_t ms)
{
	if (ms <= ID_EPOCH_MS)
		return 0;
	if (ms - ID_EPOCH_MS > INT64_MAX >> ID_TIME_SHIFT)
		return INT64_MAX;
	return (ms - ID_EPOCH_MS) << ID_TIME_SHIFT;
}

void
id_format(int64_t id, char text[ID_TEXT_SIZE])
{
	char digits[ID_TEXT_SIZE];
	uint64_t rest = id > 0 ? (uint64_t)id : 0;
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	memcpy(text, digits + at, sizeof(digits) - at);
	text[sizeof(digits) - at] = '\0';
}

bool
id_parse(const char *text, int64_t *id)
{
	return id_parse_n(text, strnlen(text, ID_TEXT_SIZE), id);
}

bool
id_parse_n(const char *text, size_t len, int64_t *id)
{
	uint64_t value = 0; /* 19 digits fit */
	size_t i;

	if (len < 1 || len > 19 || text[0] == '0')
		return false;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text[i] - '0');
	}
	if (value > INT64_MAX)
		return false;
	*id = (int64_t)value;
	return true;
}

static void
random_fill(uint8_t *bytes, size_t size)
{
	ssize_t got;

	/* Up to 256 bytes come whole once the pool is seeded (getrandom(2));
	 * only the wait for that can be interrupted. */
	do {
		got = getrandom(bytes, size, 0);
	} while (got < 0 && errno == EINTR);
	assert((size_t)got == size);
}

/*
 * RFC 9562 section 5.7, with rand_a as a counter (section 6.2, method 1):
 *
 *	unix_ts_ms 48 | version 4 | counter 12 | variant 2 | random 62
 */
void
uuid7_make(int64_t now_ms, char text[UUID_TEXT_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	static int64_t last_ms;
	static unsigned int counter;
	uint8_t bytes[16];
	size_t out = 0;
	int i;

	random_fill(bytes + 6, sizeof(bytes) - 6);
	if (now_ms > last_ms) {
		last_ms = now_ms;
		/* The upper half is kept free for those of the same ms. */
		counter = (bytes[6] << 8 | bytes[7]) & UUID_COUNTER_MAX >> 1;
	} else if (counter++ == UUID_COUNTER_MAX) {
		last_ms++;
		counter = 0;
	}
	for (i = 0; i < 6; i++)
		bytes[i] = (uint8_t)(last_ms >> (40 - 8 * i));
	bytes[6] = (uint8_t)(0x70 | counter >> 8);
	bytes[7] = (uint8_t)counter;
	bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f));

	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[out++] = '-';
		text[out++] = hex[bytes[i] >> 4];
		text[out++] = hex[bytes[i] & 15];
	}
	text[out] = '\0';
}

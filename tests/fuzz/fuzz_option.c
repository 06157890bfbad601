/*
 * Hostile configuration: a file of any bytes is taken or refused with a reason,
 * and any value that is taken is written in a form that is taken again.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shared/option.h"
#include "shared/xmalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct values {
	char *text;
	int64_t count, size, wait, ttl, mode;
	double rate;
	bool flag;
	int choice;
};

#define ROW(key, type, fallback)                                        \
	{                                                               \
		"s", #key, OPTION_##type, offsetof(struct values, key), \
		    fallback, 0, 0, NULL, true, "help"                  \
	}

static const struct option_spec specs[] = {
	ROW(text, STRING, "x"),
	ROW(count, INT, "1"),
	ROW(size, SIZE, "1K"),
	ROW(wait, DURATION, "1s"),
	ROW(ttl, SECONDS, "1h"),
	ROW(mode, OCTAL, "0600"),
	ROW(rate, REAL, "0.5"),
	ROW(flag, BOOL, "no"),
	{ "s", "choice", OPTION_CHOICE, offsetof(struct values, choice), "a", 0,
	    0, "a bc def", true, "help" },
};

#define SPEC_COUNT (sizeof(specs) / sizeof(*specs))

static const struct option_table table = { .specs = specs,
	.count = SPEC_COUNT,
	.sectionless = true };

/* Written and read again, a value has the same text. */
static void
value_check(const struct option_spec *spec, struct values *values)
{
	char once[4096];
	char twice[4096];
	char cause[256];

	option_format(spec, values, once, sizeof(once));
	/* A real number may need more digits than are read. */
	if (spec->type == OPTION_REAL)
		return;
	if (!option_set(&table, values, spec->key, once, cause, sizeof(cause)))
		abort();
	option_format(spec, values, twice, sizeof(twice));
	assert(strcmp(once, twice) == 0);
}

static void
set_check(const uint8_t *data, size_t size)
{
	struct values values;
	char *text = xstrndup((const char *)data, size < 4000 ? size : 4000);
	char cause[256];
	size_t i;

	option_init(&table, &values);
	for (i = 0; i < SPEC_COUNT; i++) {
		cause[0] = '\0';
		if (option_set(&table, &values, specs[i].key, text, cause,
			sizeof(cause)))
			value_check(&specs[i], &values);
		else
			assert(cause[0]);
	}
	option_assign(&table, &values, text, cause, sizeof(cause));
	option_release(&table, &values);
	free(text);
}

static void
file_check(const uint8_t *data, size_t size)
{
	const struct option_table sectioned = { .specs = specs,
		.count = SPEC_COUNT };
	struct values values;
	char path[64];
	char cause[256] = "";
	int fd = memfd_create("option", MFD_CLOEXEC);

	assert(fd >= 0);
	assert(write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	option_init(&table, &values);
	if (!option_load(&table, &values, path, cause, sizeof(cause)))
		assert(strncmp(cause, path, strlen(path)) == 0);
	option_load(&sectioned, &values, path, cause, sizeof(cause));
	option_release(&table, &values);
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 8192)
		size = 8192;
	set_check(data, size);
	file_check(data, size);
	return 0;
}

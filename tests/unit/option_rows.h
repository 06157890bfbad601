/*
 * The table of options that the tests of options share: a row of every type.
 */
#ifndef UNIT_OPTION_ROWS_H
#define UNIT_OPTION_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/option.h"

struct sample {
	char *listen;
	char *socket;
	int64_t workers;
	int64_t size;
	int64_t wait;
	int64_t ttl;
	double rate;
	bool flag;
	int64_t mode;
	int format;
};

/* With sections, and the same rows without. */
extern const struct option_table sample_table;
extern const struct option_table sample_client;

#endif

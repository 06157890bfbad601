/*
 * A row of every type of option.
 */
#include "option_rows.h"

#include <stddef.h>

#define ROW(section, key, type, field, fallback, min, max, choices, reload)   \
	{                                                                     \
		section, key, type, offsetof(struct sample, field), fallback, \
		    min, max, choices, reload, "what " key " is for"          \
	}

static const struct option_spec specs[] = {
	ROW("server", "listen", OPTION_STRING, listen, "127.0.0.1:7480", 0, 0,
	    NULL, false),
	ROW("server", "socket", OPTION_STRING, socket, NULL, 0, 0, NULL, true),
	ROW("server", "workers", OPTION_INT, workers, "2", 1, 64, NULL, false),
	ROW("server", "mode", OPTION_OCTAL, mode, "0660", 0, 0, NULL, true),
	ROW("server", "format", OPTION_CHOICE, format, "text", 0, 0,
	    "text json", true),
	ROW("limits", "size", OPTION_SIZE, size, "64K", 1, 1073741824, NULL,
	    true),
	ROW("limits", "wait", OPTION_DURATION, wait, "1h", 0, 0, NULL, true),
	ROW("limits", "ttl", OPTION_SECONDS, ttl, "30d", 60, 8640000, NULL,
	    false),
	ROW("limits", "rate", OPTION_REAL, rate, "0.17", 0.01, 100, NULL, true),
	ROW("limits", "flag", OPTION_BOOL, flag, "yes", 0, 0, NULL, true),
};

const struct option_table sample_table = { .specs = specs,
	.count = sizeof(specs) / sizeof(*specs) };

const struct option_table sample_client = { .specs = specs,
	.count = sizeof(specs) / sizeof(*specs),
	.sectionless = true };

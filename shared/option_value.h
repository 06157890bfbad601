/*
 * The text of one option's value: read, checked and written. Internal to the
 * options; what everyone else calls is in option.h.
 */
#ifndef SHARED_OPTION_VALUE_H
#define SHARED_OPTION_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/option.h"

/* Reads `text` into the field of `spec` in `target`; the string of an
 * OPTION_STRING is freed and replaced by a copy. False, and the field untouched,
 * with what is wrong in `cause`, without the option's name: "must be …". */
bool option_value_read(const struct option_spec *spec, void *target,
    const char *text, char *cause, size_t cause_size);

#endif

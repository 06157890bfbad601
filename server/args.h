/*
 * Checks the arguments of a call against its operation's rows: what is missing,
 * ill-typed or past its limit is refused with a sentence that names the field,
 * and text loses what must not reach a terminal. Pure.
 */
#ifndef SERVER_ARGS_H
#define SERVER_ARGS_H

#include <jansson.h>
#include <stddef.h>

#include "server/op.h"

/* Checks and normalises `args` in place. ERR_BAD_REQUEST, ERR_TOO_LARGE with a
 * sentence in `cause`. Fields that no row names are taken out. */
enum error args_check(const struct arg *rows, const struct limits *limits,
    json_t *args, char *cause, size_t cause_size);

#endif

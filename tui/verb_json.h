/*
 * JSON lines, as tail and pipe write them: one object a line, in which nothing
 * stands that a terminal would act on.
 */
#ifndef TUI_VERB_JSON_H
#define TUI_VERB_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"

/* Appends an object and a newline. Control and bidi characters in its strings
 * become \uXXXX, which means the same to whoever reads JSON. Pure. */
void json_line_format(struct buf *out, const json_t *object);

/* The same, to standard output at once. */
void json_line_put(const json_t *object);

/* {"type":"status","state":state,"retry_in_ms"?:…}; -1: no time. */
void json_line_status(const char *state, int64_t retry_ms);

/* Connected: the hello line the first time, then the status. */
void json_line_up(bool *greeted, const json_t *established);

/* The pipe whose both ends are JSON lines. */
struct invocation;
int verb_pipe_json(struct invocation *invocation);

#endif

/*
 * A small JSON writer for what leaves in quantity: events, acks, pages. It
 * appends to a buf, puts the commas in by itself and never fails. Strings must
 * be UTF-8; control characters are escaped. Pure.
 */
#ifndef SHARED_JSON_OUT_H
#define SHARED_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"

struct json_out {
	struct buf *buf; /* borrowed */
	bool comma;	 /* the next value or key needs a comma before it */
};

void json_out_init(struct json_out *out, struct buf *buf);

void json_out_object(struct json_out *out); /* { */
void json_out_object_end(struct json_out *out);
void json_out_array(struct json_out *out); /* [ */
void json_out_array_end(struct json_out *out);

/* A key; the value follows by any of the calls here. `key` needs no escapes. */
void json_out_key(struct json_out *out, const char *key);

void json_out_string(struct json_out *out, const char *text);
void json_out_string_n(struct json_out *out, const char *text, size_t len);
void json_out_int(struct json_out *out, int64_t value);
void json_out_real(struct json_out *out, double value);
void json_out_bool(struct json_out *out, bool value);
void json_out_null(struct json_out *out);
void json_out_id(struct json_out *out, int64_t id);   /* "123" */
void json_out_time(struct json_out *out, int64_t ms); /* RFC 3339 */

/* Text that is JSON already. */
void json_out_raw(struct json_out *out, const char *json, size_t len);

/* Key and value in one: what most callers want. The _opt ones write nothing
 * where the value is NULL, 0 or false. */
void json_out_kstring(struct json_out *out, const char *key, const char *text);
void json_out_kstring_opt(struct json_out *out, const char *key,
    const char *text);
void json_out_kint(struct json_out *out, const char *key, int64_t value);
void json_out_kbool(struct json_out *out, const char *key, bool value);
void json_out_kid(struct json_out *out, const char *key, int64_t id);
void json_out_kid_opt(struct json_out *out, const char *key, int64_t id);
void json_out_ktime(struct json_out *out, const char *key, int64_t ms);
void json_out_ktime_opt(struct json_out *out, const char *key, int64_t ms);
void json_out_kobject(struct json_out *out, const char *key);
void json_out_karray(struct json_out *out, const char *key);

#endif

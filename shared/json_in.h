/*
 * JSON from outside, by jansson, with its size and depth bounded before a node
 * is allocated, duplicate keys refused. Getters never fail: they give a default.
 */
#ifndef SHARED_JSON_IN_H
#define SHARED_JSON_IN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Parses one JSON object. NULL, with a sentence in `cause` (for a person, no
 * secrets), where it is no JSON, no object, deeper than max_depth, or has
 * duplicate keys, NaN, Infinity. The caller json_decref()s it. Any thread;
 * json_object_seed() must have been called before threads are made. */
json_t *json_in_parse(const char *text, size_t len, size_t max_depth,
    char *cause, size_t cause_size);

/* Text of a string field, NULL where it is missing or no string. Borrowed. */
const char *json_in_string(const json_t *object, const char *key);

/* A field that holds an id as a decimal string; 0 where it is not. */
int64_t json_in_id(const json_t *object, const char *key);

/* An integer field, or `fallback`. */
int64_t json_in_int(const json_t *object, const char *key, int64_t fallback);

/* A boolean field, or `fallback`. */
bool json_in_bool(const json_t *object, const char *key, bool fallback);

/* A time field (RFC 3339) in ms since 1970; 0 where it is not. */
int64_t json_in_time(const json_t *object, const char *key);

#endif

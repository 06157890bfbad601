/*
 * JSON for tests of the client, written with single quotes, and the objects of
 * the protocol in short.
 */
#ifndef TESTS_UNIT_TALK_JSON_H
#define TESTS_UNIT_TALK_JSON_H

#include <jansson.h>
#include <stdint.h>

/* An object from text in which ' stands for ". The caller drops it; bad text ends
 * the test program. */
json_t *talk_json(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* A message object of a user: ids 1 amy, 2 ben, 3 eve. */
json_t *talk_message(int64_t id, int64_t seq, int64_t user, const char *text);

/* {"type":type,"channel_id":…,"seq":…,"message":message}; takes it over. */
json_t *talk_event(const char *type, int64_t channel, int64_t seq,
    json_t *message);

/* A group channel that the caller is in. */
json_t *talk_channel(int64_t id, const char *name, int64_t seq);

#endif

/*
 * Base64 (RFC 4648): the plain alphabet with padding (WebSocket handshake) and
 * the URL alphabet without (JWT). Decoding is strict: nothing but canonical text
 * is taken. Pure.
 */
#ifndef SHARED_BASE64_H
#define SHARED_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that encoding `len` bytes takes, with padding and NUL. */
#define BASE64_SIZE(len) (((len) + 2) / 3 * 4 + 1)

/* Writes text and NUL; returns the length of the text. */
size_t base64_encode(const void *data, size_t len, char *out);
size_t base64url_encode(const void *data, size_t len, char *out);

/* Decodes `len` characters into `out` of `size` bytes. False where the text is
 * not canonical (foreign characters, wrong padding, stray bits) or does not
 * fit. */
bool base64_decode(const char *text, size_t len, void *out, size_t size,
    size_t *out_len);
bool base64url_decode(const char *text, size_t len, void *out, size_t size,
    size_t *out_len);

#endif

/*
 * Access tokens: JWT (RFC 7519), HS256 and nothing else. The header is compared
 * with our own bytes, the MAC in constant time, exp is required. Pure but for
 * the key; any thread.
 */
#ifndef SERVER_JWT_H
#define SERVER_JWT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JWT_KEY_SIZE 32
#define JWT_TEXT_SIZE 512

struct jwt_claims {
	int64_t user_id;    /* sub */
	int64_t session_id; /* jti is SESSION.RANDOM */
	int64_t issued_at;  /* iat, seconds since 1970 */
	int64_t expires_at; /* exp, seconds since 1970 */
};

/* Makes a token; `jti_random` is put behind the session id so that no two tokens
 * are the same. */
void jwt_sign(const unsigned char key[JWT_KEY_SIZE],
    const struct jwt_claims *claims, const char *jti_random,
    char out[JWT_TEXT_SIZE]);

/* Checks form, MAC and expiry against `now_s`. False: *claims is not to be used.
 * Nothing tells which check failed. */
bool jwt_verify(const unsigned char key[JWT_KEY_SIZE], const char *text,
    size_t len, int64_t now_s, struct jwt_claims *claims);

#endif

/*
 * Signing and checking access tokens:
 *
 *	HEADER . base64url(CLAIMS) . base64url(HMAC-SHA256(HEADER . CLAIMS))
 *
 * The algorithm is ours to choose, never the token's (RFC 8725 section 3.1): a
 * header is compared with the one that we write and not read. Nothing of the
 * claims is looked at before the MAC has been found right.
 */
#include "server/jwt.h"

#include <assert.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "shared/base64.h"
#include "shared/id.h"
#include "shared/json_in.h"

/* {"alg":"HS256","typ":"JWT"} and the dot behind it */
#define HEADER "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
#define HEADER_LEN (sizeof(HEADER) - 1)

#define MAC_SIZE 32
#define MAC_TEXT_LEN 43 /* of base64url, without padding */
#define CLAIMS_SIZE 320
#define CLAIMS_DEPTH 2

static void
mac_make(const unsigned char key[JWT_KEY_SIZE], const char *text, size_t len,
    unsigned char mac[MAC_SIZE])
{
	unsigned int size = 0;

	/* Fails only where OpenSSL has no SHA-256. */
	if (!HMAC(EVP_sha256(), key, JWT_KEY_SIZE, (const unsigned char *)text,
		len, mac, &size) ||
	    size != MAC_SIZE)
		assert(!"HMAC-SHA256 is always there");
}

void
jwt_sign(const unsigned char key[JWT_KEY_SIZE], const struct jwt_claims *claims,
    const char *jti_random, char out[JWT_TEXT_SIZE])
{
	char text[CLAIMS_SIZE];
	unsigned char mac[MAC_SIZE];
	size_t len;
	int size;

	size = snprintf(text, sizeof(text),
	    "{\"sub\":\"%lld\",\"iat\":%lld,\"exp\":%lld,\"jti\":\"%lld.%s\"}",
	    (long long)claims->user_id, (long long)claims->issued_at,
	    (long long)claims->expires_at, (long long)claims->session_id,
	    jti_random);
	assert(size > 0 && (size_t)size < sizeof(text));
	static_assert(HEADER_LEN + BASE64_SIZE(CLAIMS_SIZE) + 1 +
		    BASE64_SIZE(MAC_SIZE) <=
		JWT_TEXT_SIZE,
	    "a token fits");

	memcpy(out, HEADER, HEADER_LEN);
	len = HEADER_LEN;
	len += base64url_encode(text, (size_t)size, out + len);
	mac_make(key, out, len, mac);
	out[len++] = '.';
	base64url_encode(mac, sizeof(mac), out + len);
}

/* A claim that has to be there, as an integer. */
static bool
claim_int(const json_t *claims, const char *name, int64_t *value)
{
	const json_t *claim = json_object_get(claims, name);

	if (!json_is_integer(claim))
		return false;
	*value = json_integer_value(claim);
	return true;
}

/* "SESSION.RANDOM" */
static bool
claim_session(const json_t *claims, int64_t *session_id)
{
	const char *text = json_in_string(claims, "jti");
	const char *dot = text ? strchr(text, '.') : NULL;

	return dot && id_parse_n(text, (size_t)(dot - text), session_id);
}

static bool
claims_read(const char *text, size_t len, int64_t now_s,
    struct jwt_claims *claims)
{
	char cause[120];
	json_t *object = json_in_parse(text, len, CLAIMS_DEPTH, cause,
	    sizeof(cause));
	bool ok;

	ok = object && claim_int(object, "iat", &claims->issued_at) &&
	    claim_int(object, "exp", &claims->expires_at) &&
	    claim_session(object, &claims->session_id);
	if (ok) {
		claims->user_id = json_in_id(object, "sub");
		ok = claims->user_id > 0 && claims->expires_at > now_s;
	}
	json_decref(object);
	return ok;
}

bool
jwt_verify(const unsigned char key[JWT_KEY_SIZE], const char *text, size_t len,
    int64_t now_s, struct jwt_claims *claims)
{
	unsigned char expected[MAC_SIZE];
	unsigned char mac[MAC_SIZE];
	char json[CLAIMS_SIZE];
	size_t signed_len;
	size_t size;

	if (len >= JWT_TEXT_SIZE || len < HEADER_LEN + 1 + MAC_TEXT_LEN ||
	    memcmp(text, HEADER, HEADER_LEN) != 0)
		return false;
	signed_len = len - MAC_TEXT_LEN - 1;
	if (text[signed_len] != '.' ||
	    !base64url_decode(text + signed_len + 1, MAC_TEXT_LEN, mac,
		sizeof(mac), &size) ||
	    size != MAC_SIZE)
		return false;
	mac_make(key, text, signed_len, expected);
	if (CRYPTO_memcmp(mac, expected, MAC_SIZE) != 0)
		return false;
	if (!base64url_decode(text + HEADER_LEN, signed_len - HEADER_LEN, json,
		sizeof(json), &size))
		return false;
	return claims_read(json, size, now_s, claims);
}

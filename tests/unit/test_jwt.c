/*
 * Access tokens: ours are taken, and nothing else is, however well it is signed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "server/jwt.h"
#include "shared/base64.h"

#define NOW 1800000000
#define USER 123456789012345678
#define SESSION 987654321098765432

static const unsigned char key[JWT_KEY_SIZE] = { 1, 2, 3, 4, 5 };

static const char good_header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
static const char good_claims[] =
    "{\"sub\":\"42\",\"iat\":1,\"exp\":1800000001,\"jti\":\"7.x\"}";

static void
sign_ours(char out[JWT_TEXT_SIZE])
{
	struct jwt_claims claims = {
		.user_id = USER,
		.session_id = SESSION,
		.issued_at = NOW,
		.expires_at = NOW + 3600,
	};

	jwt_sign(key, &claims, "r4nd0m", out);
}

static bool
verify(const char *text)
{
	struct jwt_claims claims;

	return jwt_verify(key, text, strlen(text), NOW, &claims);
}

/* A token as somebody who has the key might make it. */
static void
forge(const char *header, const char *claims, const EVP_MD *digest, char *out,
    size_t size)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned int mac_len = 0;
	char part[2048];
	size_t len;

	assert_true(strlen(claims) < 1400);
	base64url_encode(header, strlen(header), part);
	len = (size_t)snprintf(out, size, "%s.", part);
	base64url_encode(claims, strlen(claims), part);
	len += (size_t)snprintf(out + len, size - len, "%s", part);
	if (digest)
		HMAC(digest, key, sizeof(key), (unsigned char *)out, len, mac,
		    &mac_len);
	base64url_encode(mac, mac_len, part);
	snprintf(out + len, size - len, ".%s", part);
}

static bool
verify_claims(const char *claims)
{
	char text[2048];

	forge(good_header, claims, EVP_sha256(), text, sizeof(text));
	return verify(text);
}

/* --------------------------------------------------------------- taken ---- */

static void
a_token_of_ours_says_who_and_until_when(void **state)
{
	struct jwt_claims claims = { 0 };
	char text[JWT_TEXT_SIZE];

	(void)state;
	sign_ours(text);
	assert_true(jwt_verify(key, text, strlen(text), NOW, &claims));
	assert_true(claims.user_id == USER);
	assert_true(claims.session_id == SESSION);
	assert_true(claims.issued_at == NOW);
	assert_true(claims.expires_at == NOW + 3600);
}

static void
a_token_is_what_rfc_7519_says(void **state)
{
	char text[JWT_TEXT_SIZE];
	char json[400] = "";
	const char *dot;
	size_t len;

	(void)state;
	sign_ours(text);
	dot = strchr(text, '.');
	assert_non_null(dot);
	assert_true(base64url_decode(text, (size_t)(dot - text), json,
	    sizeof(json) - 1, &len));
	json[len] = '\0';
	assert_string_equal(json, good_header);
	text[strlen(text) - 44] = '\0';
	assert_true(base64url_decode(dot + 1, strlen(dot + 1), json,
	    sizeof(json) - 1, &len));
	json[len] = '\0';
	assert_string_equal(json,
	    "{\"sub\":\"123456789012345678\",\"iat\":1800000000,"
	    "\"exp\":1800003600,\"jti\":\"987654321098765432.r4nd0m\"}");
}

static void
the_largest_claims_still_fit(void **state)
{
	struct jwt_claims claims = {
		.user_id = INT64_MAX,
		.session_id = INT64_MAX,
		.issued_at = INT64_MAX,
		.expires_at = INT64_MAX,
	};
	struct jwt_claims read;
	char text[JWT_TEXT_SIZE];

	(void)state;
	jwt_sign(key, &claims, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop",
	    text);
	assert_true(jwt_verify(key, text, strlen(text), NOW, &read));
	assert_true(read.session_id == INT64_MAX);
}

/* ------------------------------------------------------------- refused ---- */

static void
a_token_is_refused_from_its_expiry_on(void **state)
{
	struct jwt_claims claims;
	char text[JWT_TEXT_SIZE];
	size_t len;

	(void)state;
	sign_ours(text);
	len = strlen(text);
	assert_true(jwt_verify(key, text, len, NOW + 3599, &claims));
	assert_false(jwt_verify(key, text, len, NOW + 3600, &claims));
	assert_false(jwt_verify(key, text, len, NOW + 999999, &claims));
}

static void
no_other_algorithm_is_taken(void **state)
{
	static const struct {
		const char *header;
		bool sha512;
	} headers[] = {
		{ "{\"alg\":\"none\",\"typ\":\"JWT\"}", false },
		{ "{\"alg\":\"None\",\"typ\":\"JWT\"}", false },
		{ "{\"alg\":\"HS512\",\"typ\":\"JWT\"}", true },
		{ "{\"alg\":\"HS512\",\"typ\":\"JWT\"}", false },
		{ "{\"alg\":\"RS256\",\"typ\":\"JWT\"}", false },
		/* the same to who reads it, and not what we write */
		{ "{\"typ\":\"JWT\",\"alg\":\"HS256\"}", false },
		{ "{\"alg\":\"HS256\"}", false },
		{ "{\"alg\":\"HS256\",\"typ\":\"JWT\"} ", false },
		{ "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"crit\":[\"x\"]}",
		    false },
	};
	char text[2048];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		forge(headers[i].header, good_claims,
		    headers[i].sha512 ? EVP_sha512() : EVP_sha256(), text,
		    sizeof(text));
		assert_false(verify(text));
		forge(headers[i].header, good_claims, NULL, text, sizeof(text));
		assert_false(verify(text));
	}
	/* The forger is not at fault. */
	forge(good_header, good_claims, EVP_sha256(), text, sizeof(text));
	assert_true(verify(text));
	/* HS512 under our own header. */
	forge(good_header, good_claims, EVP_sha512(), text, sizeof(text));
	assert_false(verify(text));
	/* No MAC at all. */
	forge(good_header, good_claims, NULL, text, sizeof(text));
	assert_false(verify(text));
}

static void
not_one_character_can_be_changed(void **state)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-_=.+/ \n";
	char text[JWT_TEXT_SIZE];
	size_t len;
	size_t i;
	size_t j;
	char kept;

	(void)state;
	sign_ours(text);
	len = strlen(text);
	/* Includes the bits of the last character that mean nothing. */
	for (i = 0; i < len; i++) {
		kept = text[i];
		for (j = 0; j < sizeof(alphabet); j++) {
			struct jwt_claims claims;

			text[i] = alphabet[j];
			if (text[i] != kept)
				assert_false(
				    jwt_verify(key, text, len, NOW, &claims));
		}
		text[i] = kept;
	}
	assert_true(verify(text));
}

static void
nothing_can_be_added_or_taken_away(void **state)
{
	static const char *const tails[] = { "=", "==", "A", ".", ".A", " ",
		"\n", "AAAA" };
	struct jwt_claims claims;
	char text[JWT_TEXT_SIZE];
	char longer[JWT_TEXT_SIZE + 8];
	size_t len;
	size_t i;

	(void)state;
	sign_ours(text);
	len = strlen(text);
	for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		snprintf(longer, sizeof(longer), "%s%s", text, tails[i]);
		assert_false(verify(longer));
		snprintf(longer, sizeof(longer), "%s%s", tails[i], text);
		assert_false(verify(longer));
	}
	for (i = 0; i < len; i++)
		assert_false(jwt_verify(key, text, i, NOW, &claims));
	/* A NUL is a byte like another. */
	memcpy(longer, text, len + 1);
	assert_false(jwt_verify(key, longer, len + 1, NOW, &claims));
}

static void
another_key_s_token_is_refused(void **state)
{
	unsigned char other[JWT_KEY_SIZE];
	struct jwt_claims claims;
	char text[JWT_TEXT_SIZE];

	(void)state;
	sign_ours(text);
	memcpy(other, key, sizeof(other));
	other[JWT_KEY_SIZE - 1] ^= 1;
	assert_false(jwt_verify(other, text, strlen(text), NOW, &claims));
}

static void
claims_that_are_missing_or_of_another_kind_are_refused(void **state)
{
	static const char *const bad[] = {
		"{}",
		"[]",
		"\"x\"",
		"",
		"{",
		/* no exp, no iat, no sub, no jti */
		"{\"sub\":\"42\",\"iat\":1,\"jti\":\"7.x\"}",
		"{\"sub\":\"42\",\"exp\":1800000001,\"jti\":\"7.x\"}",
		"{\"iat\":1,\"exp\":1800000001,\"jti\":\"7.x\"}",
		"{\"sub\":\"42\",\"iat\":1,\"exp\":1800000001}",
		/* exp of another type, or twice */
		"{\"sub\":\"42\",\"iat\":1,\"exp\":\"1800000001\",\"jti\":\"7.x\"}",
		"{\"sub\":\"42\",\"iat\":1,\"exp\":1.9e9,\"jti\":\"7.x\"}",
		"{\"sub\":\"42\",\"iat\":1,\"exp\":null,\"jti\":\"7.x\"}",
		"{\"sub\":\"42\",\"iat\":1,\"exp\":true,\"jti\":\"7.x\"}",
		("{\"sub\":\"42\",\"iat\":1,\"exp\":1,\"exp\":1800000001,"
		 "\"jti\":\"7.x\"}"),
		("{\"sub\":\"42\",\"sub\":\"43\",\"iat\":1,\"exp\":1800000001,"
		 "\"jti\":\"7.x\"}"),
		/* ids that are none */
		"{\"sub\":42,\"iat\":1,\"exp\":1800000001,\"jti\":\"7.x\"}",
		"{\"sub\":\"0\",\"iat\":1,\"exp\":1800000001,\"jti\":\"7.x\"}",
		"{\"sub\":\"-42\",\"iat\":1,\"exp\":1800000001,\"jti\":\"7.x\"}",
		"{\"sub\":\"42\",\"iat\":1,\"exp\":1800000001,\"jti\":\"7\"}",
		"{\"sub\":\"42\",\"iat\":1,\"exp\":1800000001,\"jti\":\".x\"}",
		"{\"sub\":\"42\",\"iat\":1,\"exp\":1800000001,\"jti\":7}",
		/* more behind it */
		"{\"sub\":\"42\",\"iat\":1,\"exp\":1800000001,\"jti\":\"7.x\"}{}",
	};
	size_t i;

	(void)state;
	assert_true(verify_claims(good_claims));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(verify_claims(bad[i]));
}

static void
a_token_without_end_is_refused_unread(void **state)
{
	char claims[1200];
	char text[2048];
	int len;

	(void)state;
	len = snprintf(claims, sizeof(claims),
	    "{\"sub\":\"42\",\"iat\":1,\"exp\":1800000001,\"jti\":\"7.");
	memset(claims + len, 'x', 1000);
	snprintf(claims + len + 1000, sizeof(claims) - (size_t)len - 1000,
	    "\"}");
	forge(good_header, claims, EVP_sha256(), text, sizeof(text));
	assert_false(verify(text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_of_ours_says_who_and_until_when),
		cmocka_unit_test(a_token_is_what_rfc_7519_says),
		cmocka_unit_test(the_largest_claims_still_fit),
		cmocka_unit_test(a_token_is_refused_from_its_expiry_on),
		cmocka_unit_test(no_other_algorithm_is_taken),
		cmocka_unit_test(not_one_character_can_be_changed),
		cmocka_unit_test(nothing_can_be_added_or_taken_away),
		cmocka_unit_test(another_key_s_token_is_refused),
		cmocka_unit_test(
		    claims_that_are_missing_or_of_another_kind_are_refused),
		cmocka_unit_test(a_token_without_end_is_refused_unread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

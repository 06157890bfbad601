/*
 * Base64: one text for each byte string.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "shared/base64.h"

static void
the_vectors_of_rfc_4648_are_encoded_and_decoded(void **state)
{
	static const struct {
		const char *data;
		const char *text;
	} vectors[] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
	};
	char out[16];
	size_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		len = base64_encode(vectors[i].data, strlen(vectors[i].data),
		    out);
		assert_int_equal(len, strlen(vectors[i].text));
		assert_string_equal(out, vectors[i].text);
		assert_true(base64_decode(out, len, out, sizeof(out), &len));
		assert_int_equal(len, strlen(vectors[i].data));
		assert_memory_equal(out, vectors[i].data, len);
	}
}

static void
each_alphabet_refuses_the_other_ones_characters(void **state)
{
	static const unsigned char data[] = { 0xFB, 0xFF, 0xBF };
	char plain[BASE64_SIZE(sizeof(data))];
	char url[BASE64_SIZE(sizeof(data))];
	char out[4];
	size_t len;

	(void)state;
	base64_encode(data, sizeof(data), plain);
	base64url_encode(data, sizeof(data), url);
	assert_string_equal(plain, "+/+/");
	assert_string_equal(url, "-_-_");
	assert_false(base64_decode(url, 4, out, sizeof(out), &len));
	assert_false(base64url_decode(plain, 4, out, sizeof(out), &len));
}

static void
every_length_comes_back_and_fits_the_size_that_was_said(void **state)
{
	unsigned char data[64];
	unsigned char back[64];
	char text[BASE64_SIZE(sizeof(data))];
	size_t len;
	size_t out_len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 37 + 11);
	for (i = 0; i <= sizeof(data); i++) {
		len = base64_encode(data, i, text);
		assert_int_equal(len + 1, BASE64_SIZE(i));
		assert_true(base64_decode(text, len, back, i, &out_len));
		assert_int_equal(out_len, i);
		assert_memory_equal(back, data, i);
		len = base64url_encode(data, i, text);
		assert_null(strchr(text, '='));
		assert_true(base64url_decode(text, len, back, i, &out_len));
		assert_int_equal(out_len, i);
		assert_memory_equal(back, data, i);
		if (i > 0)
			assert_false(
			    base64url_decode(text, len, back, i - 1, &out_len));
	}
}

static void
text_that_is_not_canonical_is_refused(void **state)
{
	static const char *const plain[] = { "Zg",
		"Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9=", "Zm 9v",
		"Zm9v\n", "=Zm9", "Zg==Zg==", "Zm9v=", "Z" };
	static const char *const url[] = { "Zg==", "Zh", "Zm9", "Z", "Zm9v Z",
		"Zm9v=", "Zm9vY" };
	char out[32];
	size_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		if (base64_decode(plain[i], strlen(plain[i]), out, sizeof(out),
			&len))
			fail_msg("%s was taken", plain[i]);
	}
	for (i = 0; i < sizeof(url) / sizeof(*url); i++) {
		if (base64url_decode(url[i], strlen(url[i]), out, sizeof(out),
			&len))
			fail_msg("%s was taken", url[i]);
	}
	assert_false(base64_decode("Zm\0v", 4, out, sizeof(out), &len));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_vectors_of_rfc_4648_are_encoded_and_decoded),
		cmocka_unit_test(
		    each_alphabet_refuses_the_other_ones_characters),
		cmocka_unit_test(
		    every_length_comes_back_and_fits_the_size_that_was_said),
		cmocka_unit_test(text_that_is_not_canonical_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

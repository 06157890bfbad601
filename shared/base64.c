/*
 * Base64 in its two alphabets. Pure. Each byte string has one text and each text
 * one byte string: what is not canonical is refused, so that no token has a
 * second spelling (RFC 4648 sections 3.5 and 12).
 */
#include "shared/base64.h"

#include <stdint.h>

static const char plain_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static size_t
text_encode(const void *data, size_t len, char *out, const char *alphabet,
    bool pad)
{
	const uint8_t *bytes = data;
	uint32_t bits = 0;
	int held = 0; /* bits not yet written */
	size_t at = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		bits = bits << 8 | bytes[i];
		for (held += 8; held >= 6;) {
			held -= 6;
			out[at++] = alphabet[bits >> held & 63];
		}
	}
	if (held)
		out[at++] = alphabet[bits << (6 - held) & 63];
	while (pad && at % 4)
		out[at++] = '=';
	out[at] = '\0';
	return at;
}

size_t
base64_encode(const void *data, size_t len, char *out)
{
	return text_encode(data, len, out, plain_alphabet, true);
}

size_t
base64url_encode(const void *data, size_t len, char *out)
{
	return text_encode(data, len, out, url_alphabet, false);
}

/* The six bits of a character, -1 where it is in the other alphabet or none. */
static int
char_value(char c, const char *alphabet)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == alphabet[62])
		return 62;
	if (c == alphabet[63])
		return 63;
	return -1;
}

/* `len` characters without padding. */
static bool
text_decode(const char *text, size_t len, void *out, size_t size,
    size_t *out_len, const char *alphabet)
{
	uint8_t *bytes = out;
	uint32_t bits = 0;
	int held = 0;
	size_t at = 0;
	size_t i;
	int value;

	if (len % 4 == 1 || len / 4 * 3 + (len % 4 ? len % 4 - 1 : 0) > size)
		return false;
	for (i = 0; i < len; i++) {
		value = char_value(text[i], alphabet);
		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held >= 8) {
			held -= 8;
			bytes[at++] = (uint8_t)(bits >> held);
		}
	}
	/* Bits of the last character that belong to no byte must be zero. */
	if (bits & ((1U << held) - 1))
		return false;
	*out_len = at;
	return true;
}

bool
base64_decode(const char *text, size_t len, void *out, size_t size,
    size_t *out_len)
{
	size_t pad = 0;

	if (len % 4)
		return false;
	while (pad < 2 && pad < len && text[len - 1 - pad] == '=')
		pad++;
	return text_decode(text, len - pad, out, size, out_len, plain_alphabet);
}

bool
base64url_decode(const char *text, size_t len, void *out, size_t size,
    size_t *out_len)
{
	return text_decode(text, len, out, size, out_len, url_alphabet);
}

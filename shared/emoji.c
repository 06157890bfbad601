/*
 * Emoji by their properties: Extended_Pictographic, regional indicators (flags)
 * and keycaps (UTS #51).
 */
#include "shared/emoji.h"

#include <stdint.h>
#include <utf8proc.h>

#include "shared/utf8.h"

#define KEYCAP 0x20e3

/* :name: of letters, digits, underscore, plus and minus. */
static bool
name_valid(const char *text, size_t len)
{
	if (len < 3 || text[0] != ':' || text[len - 1] != ':')
		return false;
	for (size_t i = 1; i < len - 1; i++) {
		char c = text[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c == '_' || c == '+' || c == '-'))
			return false;
	}
	return true;
}

static bool
is_emoji(uint32_t cp)
{
	int bound = utf8proc_get_property((int32_t)cp)->boundclass;

	return bound == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC ||
	    bound == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR || cp == KEYCAP;
}

bool
emoji_valid(const char *text, size_t len)
{
	int32_t state = 0;
	uint32_t cp, before = 0;
	bool emoji = false;
	size_t at = 0;

	if (len == 0 || len > EMOJI_MAX)
		return false;
	if (name_valid(text, len))
		return true;
	while (at < len) {
		size_t n = utf8_decode(text + at, len - at, &cp);

		if (at > 0 &&
		    utf8proc_grapheme_break_stateful((int32_t)before,
			(int32_t)cp, &state))
			return false;
		emoji |= is_emoji(cp);
		before = cp;
		at += n;
	}
	return emoji;
}

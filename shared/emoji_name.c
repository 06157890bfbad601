/*
 * Short names of emoji. Owns looking them up both ways; the table is made by
 * scripts/emoji-table.
 */
#include "shared/emoji.h"

#include <string.h>

#include "shared/emoji_table.h"
#include "shared/utf8.h"
#include "shared/xmalloc.h"

#define CP_TEXT_SELECTOR 0xFE0E
#define CP_EMOJI_SELECTOR 0xFE0F

/* How `prefix` lies to a name, where only its own length is looked at. */
static int
prefix_compare(const char *prefix, size_t len, const char *name)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char a = (unsigned char)prefix[i];
		unsigned char b = (unsigned char)name[i];

		if (a != b)
			return a < b ? -1 : 1;
		if (a == '\0')
			break;
	}
	return 0;
}

/* The first row whose name does not lie before the prefix, or, where `past`,
 * the first that lies behind it. */
static size_t
bound(const char *prefix, size_t len, bool past)
{
	size_t low = 0, high = emoji_table_len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = prefix_compare(prefix, len,
		    emoji_table[middle].name);

		if (order > 0 || (past && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct emoji *
emoji_prefix(const char *prefix, size_t len, size_t *count)
{
	size_t first = bound(prefix, len, false);

	*count = bound(prefix, len, true) - first;
	return &emoji_table[first];
}

const char *
emoji_of_name(const char *name, size_t len)
{
	size_t first = bound(name, len, false);

	/* The name itself comes before all that it begins. */
	if (len == 0 || first == emoji_table_len ||
	    strlen(emoji_table[first].name) != len ||
	    memcmp(emoji_table[first].name, name, len) != 0)
		return NULL;
	return emoji_table[first].text;
}

/* The next code point that tells emoji apart, 0 at the end; moves *at past it. */
static uint32_t
telling(const char *text, size_t len, size_t *at)
{
	uint32_t cp;

	while (*at < len) {
		*at += utf8_decode(text + *at, len - *at, &cp);
		if (cp != CP_TEXT_SELECTOR && cp != CP_EMOJI_SELECTOR &&
		    (cp < 0x1F3FB || cp > 0x1F3FF))
			return cp;
	}
	return 0;
}

/* UTF-8 sorts as its code points do. */
static int
text_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t a_at = 0, b_at = 0;

	for (;;) {
		uint32_t a_cp = telling(a, a_len, &a_at);
		uint32_t b_cp = telling(b, b_len, &b_at);

		if (a_cp != b_cp)
			return a_cp < b_cp ? -1 : 1;
		if (a_cp == 0)
			return 0;
	}
}

const char *
emoji_name(const char *text, size_t len)
{
	size_t low = 0, high = emoji_by_text_len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct emoji *emoji = &emoji_table[emoji_by_text[middle]];
		int order = text_compare(text, len, emoji->text,
		    strlen(emoji->text));

		if (order == 0)
			return emoji->name;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

char *
emoji_resolve(const char *word)
{
	size_t len = strlen(word);
	const char *text = NULL;

	if (!utf8_valid(word, len) || !emoji_valid(word, len))
		return NULL;
	if (word[0] == ':' && len > 2)
		text = emoji_of_name(word + 1, len - 2);
	return xstrdup(text == NULL ? word : text);
}

/*
 * UTF-8. Pure: bytes in, bytes or an answer out. It knows code points and no
 * more; clusters and columns are width's.
 */
#include "shared/utf8.h"

#include <string.h>

#define UTF8_REPLACEMENT 0xFFFD

/* What a lead byte says: continuation bytes that follow, and the bounds of the
 * first of them, which keep out overlong forms, surrogates and what lies above
 * U+10FFFF (RFC 3629 section 4). */
struct utf8_lead {
	uint8_t first; /* lead bytes of this row: first to last */
	uint8_t last;
	uint8_t need;
	uint8_t low;
	uint8_t high;
};

static const struct utf8_lead utf8_leads[] = {
	{ 0xC2, 0xDF, 1, 0x80, 0xBF },
	{ 0xE0, 0xE0, 2, 0xA0, 0xBF },
	{ 0xE1, 0xEC, 2, 0x80, 0xBF },
	{ 0xED, 0xED, 2, 0x80, 0x9F },
	{ 0xEE, 0xEF, 2, 0x80, 0xBF },
	{ 0xF0, 0xF0, 3, 0x90, 0xBF },
	{ 0xF1, 0xF3, 3, 0x80, 0xBF },
	{ 0xF4, 0xF4, 3, 0x80, 0x8F },
};

static const struct utf8_lead *
lead_find(uint8_t byte)
{
	size_t i;

	for (i = 0; i < sizeof(utf8_leads) / sizeof(*utf8_leads); i++) {
		if (byte >= utf8_leads[i].first && byte <= utf8_leads[i].last)
			return &utf8_leads[i];
	}
	return NULL;
}

/* Bytes at the start that are ASCII. */
static size_t
ascii_span(const uint8_t *bytes, size_t len)
{
	size_t at = 0;
	uint64_t eight;

	for (; len - at >= sizeof(eight); at += sizeof(eight)) {
		memcpy(&eight, bytes + at, sizeof(eight));
		if (eight & 0x8080808080808080ULL)
			break;
	}
	while (at < len && bytes[at] < 0x80)
		at++;
	return at;
}

bool
utf8_check_feed(struct utf8_check *check, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	const struct utf8_lead *lead;
	size_t at = 0;

	while (at < len) {
		if (check->need) {
			if (bytes[at] < check->low || bytes[at] > check->high)
				return false;
			check->need--;
			check->low = 0x80;
			check->high = 0xBF;
			at++;
			continue;
		}
		at += ascii_span(bytes + at, len - at);
		if (at == len)
			break;
		lead = lead_find(bytes[at++]);
		if (!lead)
			return false;
		check->need = lead->need;
		check->low = lead->low;
		check->high = lead->high;
	}
	return true;
}

bool
utf8_check_done(const struct utf8_check *check)
{
	return check->need == 0;
}

bool
utf8_valid(const void *data, size_t len)
{
	struct utf8_check check = { 0 };

	return utf8_check_feed(&check, data, len) && utf8_check_done(&check);
}

size_t
utf8_decode(const char *text, size_t len, uint32_t *cp)
{
	const uint8_t *bytes = (const uint8_t *)text;
	const struct utf8_lead *lead;
	uint32_t value;
	size_t i;

	if (bytes[0] < 0x80) {
		*cp = bytes[0];
		return 1;
	}
	*cp = UTF8_REPLACEMENT;
	lead = lead_find(bytes[0]);
	if (!lead || len <= lead->need || bytes[1] < lead->low ||
	    bytes[1] > lead->high)
		return 1;
	value = bytes[0] & (0x3FU >> lead->need);
	for (i = 1; i <= lead->need; i++) {
		if ((bytes[i] & 0xC0) != 0x80)
			return 1;
		value = value << 6 | (bytes[i] & 0x3FU);
	}
	*cp = value;
	return (size_t)lead->need + 1;
}

size_t
utf8_encode(uint32_t cp, char out[4])
{
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = UTF8_REPLACEMENT;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

size_t
utf8_count(const char *text, size_t len)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < len; i++)
		count += ((uint8_t)text[i] & 0xC0) != 0x80;
	return count;
}

bool
utf8_is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F);
}

bool
utf8_is_bidi(uint32_t cp)
{
	return cp == 0x061C || cp == 0x200E || cp == 0x200F ||
	    (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

static void
cp_append(struct buf *out, uint32_t cp)
{
	char bytes[4];

	buf_append(out, bytes, utf8_encode(cp, bytes));
}

/* A control character or a backslash in a plain output line. */
static void
plain_escape(struct buf *out, uint32_t cp)
{
	if (cp == '\n')
		buf_puts(out, "\\n");
	else if (cp == '\\')
		buf_puts(out, "\\\\");
	else
		buf_printf(out, "\\x%02x", (unsigned int)cp);
}

/* Bytes at the start that every way of cleaning leaves as they are. */
static size_t
clean_span(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len && (uint8_t)text[at] >= 0x20 &&
	    (uint8_t)text[at] < 0x7F && text[at] != '\\')
		at++;
	return at;
}

void
utf8_clean(struct buf *out, const char *text, size_t len, enum utf8_clean how)
{
	uint32_t cp;
	size_t span;

	while (len) {
		span = clean_span(text, len);
		if (span) {
			buf_append(out, text, span);
		} else {
			span = utf8_decode(text, len, &cp);
			if (utf8_is_bidi(cp)) {
				/* Dropped by all. */
			} else if (how == UTF8_CLEAN_PLAIN &&
			    (utf8_is_control(cp) || cp == '\\')) {
				plain_escape(out, cp);
			} else if (!utf8_is_control(cp) ||
			    (how == UTF8_CLEAN_TEXT &&
				(cp == '\n' || cp == '\t'))) {
				cp_append(out, cp);
			}
		}
		text += span;
		len -= span;
	}
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Reads the escape at a backslash. Returns its length in bytes and its code
 * point, 0 where it is none. \x00 is none: no text may hold a NUL. */
static size_t
escape_read(const char *text, size_t len, uint32_t *cp)
{
	int high;
	int low;

	if (len >= 2 && (text[1] == 'n' || text[1] == '\\')) {
		*cp = text[1] == 'n' ? '\n' : '\\';
		return 2;
	}
	if (len < 4 || text[1] != 'x')
		return 0;
	high = hex_value(text[2]);
	low = hex_value(text[3]);
	if (high < 0 || low < 0 || high + low == 0)
		return 0;
	*cp = (uint32_t)(high * 16 + low);
	return 4;
}

void
utf8_unescape(struct buf *out, const char *text, size_t len)
{
	const char *slash;
	uint32_t cp;
	size_t span;

	while (len) {
		slash = memchr(text, '\\', len);
		span = slash ? (size_t)(slash - text) : len;
		buf_append(out, text, span);
		text += span;
		len -= span;
		if (!len)
			break;
		span = escape_read(text, len, &cp);
		if (span) {
			cp_append(out, cp);
		} else {
			buf_putc(out, '\\');
			span = 1;
		}
		text += span;
		len -= span;
	}
}

/*
 * Columns of text on a terminal. Pure: no locale is asked. It owns the answer to
 * "what is drawn and how wide is that", for ncurses, which keeps one spacing
 * code point and four marks to a cell, and for terminals, which disagree:
 *
 *	what stands there             what is drawn            columns
 *	ZWJ sequence, skin tone       its first emoji          of that emoji
 *	variation selector            the base without it      of the base
 *	regional indicators           their letters            1 each
 *	a vowel sign with a width     a piece of its own       1
 *	conjoining jamo               the composed syllable    2
 *	more than four marks          the first four           of the base
 *	unassigned, or newer than     U+FFFD                   1
 *	most terminals
 *	control, ignorable, lone mark nothing                  0
 *
 * The first three are left alone in WIDTH_EMOJI_FULL; in WIDTH_EMOJI_ASCII the
 * first four, and any emoji of two columns, are drawn as a name. A cluster that holds
 * several spacing code points and is no emoji (Devanagari, Thai SARA AM, a flag)
 * comes out of width_next() in as many pieces; the cursor still steps over it
 * whole.
 */
#include "shared/width.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "shared/emoji.h"
#include "shared/utf8.h"

#define CP_REPLACEMENT 0xFFFD
#define CP_ZWNJ 0x200C
#define CP_VS16 0xFE0F
#define CP_REGIONAL_A 0x1F1E6

struct range {
	uint32_t first;
	uint32_t last;
};

/* Assigned by Unicode 15: many C libraries and terminals don't know them yet,
 * and ncurses gives them no width. Sorted. */
static const struct range newer[] = { { 0x0CF3, 0x0CF3 }, { 0x0ECE, 0x0ECE },
	{ 0x10EFD, 0x10EFF }, { 0x1123F, 0x11241 }, { 0x11B00, 0x11B09 },
	{ 0x11F00, 0x11F10 }, { 0x11F12, 0x11F3A }, { 0x11F3E, 0x11F59 },
	{ 0x1342F, 0x1342F }, { 0x13439, 0x13455 }, { 0x1B132, 0x1B132 },
	{ 0x1B155, 0x1B155 }, { 0x1D2C0, 0x1D2D3 }, { 0x1DF25, 0x1DF2A },
	{ 0x1E030, 0x1E06D }, { 0x1E08F, 0x1E08F }, { 0x1E4D0, 0x1E4F9 },
	{ 0x1F6DC, 0x1F6DC }, { 0x1F774, 0x1F776 }, { 0x1F77B, 0x1F77F },
	{ 0x1F7D9, 0x1F7D9 }, { 0x1FA75, 0x1FA77 }, { 0x1FA87, 0x1FA88 },
	{ 0x1FAAD, 0x1FAAF }, { 0x1FABB, 0x1FABD }, { 0x1FABF, 0x1FABF },
	{ 0x1FACE, 0x1FACF }, { 0x1FADA, 0x1FADB }, { 0x1FAE8, 0x1FAE8 },
	{ 0x1FAF7, 0x1FAF8 }, { 0x2B739, 0x2B739 }, { 0x31350, 0x323AF } };

static int
range_compare(const void *key, const void *row)
{
	uint32_t cp = *(const uint32_t *)key;
	const struct range *range = row;

	if (cp < range->first)
		return -1;
	return cp > range->last;
}

static bool
is_newer(uint32_t cp)
{
	return cp >= newer[0].first &&
	    bsearch(&cp, newer, sizeof(newer) / sizeof(*newer), sizeof(*newer),
		range_compare);
}

static const utf8proc_property_t *
property(uint32_t cp)
{
	return utf8proc_get_property((utf8proc_int32_t)cp);
}

static bool
is_pictograph(uint32_t cp)
{
	return property(cp)->boundclass ==
	    UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

static bool
is_regional(uint32_t cp)
{
	return cp >= CP_REGIONAL_A && cp < CP_REGIONAL_A + 26;
}

static bool
is_skin_tone(uint32_t cp)
{
	return cp >= 0x1F3FB && cp <= 0x1F3FF;
}

/* Code points that are never drawn: controls, separators, format characters and
 * what Unicode calls default ignorable. */
static bool
is_hidden(uint32_t cp)
{
	const utf8proc_property_t *of = property(cp);

	return of->ignorable || of->boundclass == UTF8PROC_BOUNDCLASS_CR ||
	    of->boundclass == UTF8PROC_BOUNDCLASS_LF ||
	    of->boundclass == UTF8PROC_BOUNDCLASS_CONTROL;
}

/* Columns of one code point as ncurses counts them. */
static uint8_t
cp_columns(uint32_t cp)
{
	const utf8proc_property_t *of = property(cp);

	if (is_hidden(cp))
		return 0;
	/* Vowels and finals of Hangul lie on the consonant before. */
	if (of->boundclass == UTF8PROC_BOUNDCLASS_V ||
	    of->boundclass == UTF8PROC_BOUNDCLASS_T)
		return 0;
	/* utf8proc gives spacing marks and prepended signs no width. */
	if (of->category == UTF8PROC_CATEGORY_MC ||
	    of->boundclass == UTF8PROC_BOUNDCLASS_PREPEND)
		return of->charwidth ? of->charwidth : 1;
	if ((cp >= 0x3248 && cp <= 0x324F) || (cp >= 0x4DC0 && cp <= 0x4DFF))
		return 2;
	return of->charwidth;
}

/* Walks the code points of one grapheme cluster. */
struct scan {
	const char *text;
	size_t len;
	size_t at;   /* past the last code point taken */
	size_t step; /* bytes of the code point that was peeked at */
	uint32_t last;
	utf8proc_int32_t state;
};

static uint32_t
scan_begin(struct scan *scan, const char *text, size_t len)
{
	*scan = (struct scan){ .text = text, .len = len };
	scan->at = utf8_decode(text, len, &scan->last);
	return scan->last;
}

/* The next code point if it belongs to the same cluster. To be called once for
 * each, since the breaks are found with a state. */
static bool
scan_peek(struct scan *scan, uint32_t *cp)
{
	if (scan->at == scan->len)
		return false;
	scan->step = utf8_decode(scan->text + scan->at, scan->len - scan->at,
	    cp);
	return !utf8proc_grapheme_break_stateful((utf8proc_int32_t)scan->last,
	    (utf8proc_int32_t)*cp, &scan->state);
}

static void
scan_take(struct scan *scan, uint32_t cp)
{
	scan->at += scan->step;
	scan->last = cp;
}

/* Joins a Hangul vowel or final to the syllable in *cp (the arithmetic of the
 * Unicode Standard, section 3.12). */
static bool
hangul_join(uint32_t *cp, uint32_t next)
{
	if (*cp >= 0x1100 && *cp <= 0x1112 && next >= 0x1161 &&
	    next <= 0x1175) {
		*cp = 0xAC00 + ((*cp - 0x1100) * 21 + (next - 0x1161)) * 28;
		return true;
	}
	if (*cp >= 0xAC00 && *cp <= 0xD7A3 && (*cp - 0xAC00) % 28 == 0 &&
	    next >= 0x11A8 && next <= 0x11C2) {
		*cp += next - 0x11A7;
		return true;
	}
	return false;
}

/* Sets what is drawn for the first code point of a piece. */
static void
base_set(struct cluster *cluster, uint32_t cp)
{
	cluster->count = 1;
	if (is_regional(cp))
		cp = 'A' + (cp - CP_REGIONAL_A);
	else if (property(cp)->category == UTF8PROC_CATEGORY_CN ||
	    property(cp)->boundclass == UTF8PROC_BOUNDCLASS_V ||
	    property(cp)->boundclass == UTF8PROC_BOUNDCLASS_T || is_newer(cp))
		cp = CP_REPLACEMENT;
	cluster->cp[0] = cp;
	cluster->columns = cp_columns(cp);
	/* A lone mark would be drawn upon its neighbour. */
	if (cluster->columns == 0)
		cluster->count = 0;
}

/* Adds a code point without a width, if it is one that is drawn. */
static void
mark_add(struct cluster *cluster, uint32_t cp, uint32_t base)
{
	if (!cluster->count || cluster->count == WIDTH_CLUSTER_MAX)
		return;
	if (cluster->count == 1 && hangul_join(&cluster->cp[0], cp))
		return;
	/* The non-joiner changes the shape of the letters about it. */
	if (cp == CP_ZWNJ && property(base)->category == UTF8PROC_CATEGORY_LO)
		cluster->cp[cluster->count++] = cp;
	else if (!is_hidden(cp) && !is_newer(cp))
		cluster->cp[cluster->count++] = cp;
}

/* One spacing code point and the marks upon it; an emoji sequence down to its
 * first emoji. */
static void
piece_reduce(struct scan *scan, struct cluster *cluster, uint32_t base)
{
	bool joined;
	uint32_t cp;

	if (is_hidden(base))
		cluster->count = 0;
	else
		base_set(cluster, base);
	while (scan_peek(scan, &cp)) {
		joined = is_skin_tone(cp) ||
		    (property(scan->last)->boundclass ==
			    UTF8PROC_BOUNDCLASS_ZWJ &&
			is_pictograph(cp));
		if (!joined && cp_columns(cp) > 0)
			break;
		scan_take(scan, cp);
		if (!joined)
			mark_add(cluster, cp, base);
	}
}

/* An emoji as it stands there, as far as a cell holds it. */
static void
piece_full(struct scan *scan, struct cluster *cluster, uint32_t base)
{
	uint32_t cp = base;

	cluster->cp[cluster->count++] = base;
	cluster->columns = property(base)->charwidth;
	while (scan_peek(scan, &cp)) {
		scan_take(scan, cp);
		if (cluster->count < WIDTH_CLUSTER_MAX)
			cluster->cp[cluster->count++] = cp;
		if (cp == CP_VS16 || is_regional(cp) ||
		    property(cp)->charwidth == 2)
			cluster->columns = 2;
	}
	/* The cut may have left a joiner without what it joins. */
	while (property(cluster->cp[cluster->count - 1])->boundclass ==
	    UTF8PROC_BOUNDCLASS_ZWJ)
		cluster->count--;
	if (!cluster->columns)
		cluster->columns = 1;
}

/* The emoji and what may become one by a variation selector. */
static bool
is_emoji_base(uint32_t cp)
{
	return is_pictograph(cp) || is_regional(cp) || cp == '#' || cp == '*' ||
	    (cp >= '0' && cp <= '9');
}

/* The name of the emoji that begins at `text`, `len` bytes with all that belongs
 * to it; NULL where it has none, or where what stands there was text before
 * there were emoji (a digit, a heart of one column) and no selector makes it
 * one. */
static const char *
name_of(const char *text, size_t len, uint32_t base)
{
	bool wide = property(base)->charwidth == 2;
	uint32_t cp, next = 0;
	size_t first = utf8_decode(text, len, &cp);
	const char *name;

	if (first < len)
		utf8_decode(text + first, len - first, &next);
	if (!wide && !is_regional(base) && next != CP_VS16)
		return NULL;
	name = emoji_name(text, len);
	/* A sequence that has no name of its own. */
	return name == NULL && wide ? emoji_name(text, first) : name;
}

static bool
is_plain(char c)
{
	return c >= 0x20 && c < 0x7F;
}

/* A printable ASCII character that nothing can be combined with. */
static bool
is_alone(const char *text, size_t len)
{
	return is_plain(text[0]) && (len == 1 || (unsigned char)text[1] < 0x80);
}

struct cluster
width_next(const char *text, size_t len, enum width_emoji mode)
{
	struct cluster cluster = { 0 };
	struct scan scan;
	uint32_t base;

	if (is_alone(text, len)) {
		cluster.bytes = 1;
		cluster.columns = 1;
		cluster.count = 1;
		cluster.cp[0] = (unsigned char)text[0];
		return cluster;
	}
	base = scan_begin(&scan, text, len);
	if (mode == WIDTH_EMOJI_ASCII && is_emoji_base(base)) {
		cluster.bytes = width_after(text, len, 0);
		cluster.name = name_of(text, cluster.bytes, base);
	}
	if (cluster.name != NULL) {
		cluster.columns = (uint8_t)(strlen(cluster.name) + 2);
		return cluster;
	}
	if (mode == WIDTH_EMOJI_FULL && is_emoji_base(base) &&
	    property(base)->category != UTF8PROC_CATEGORY_CN)
		piece_full(&scan, &cluster, base);
	else
		piece_reduce(&scan, &cluster, base);
	cluster.bytes = scan.at;
	return cluster;
}

size_t
width_text(const char *text, size_t len, enum width_emoji mode)
{
	struct cluster cluster;
	size_t columns = 0;

	for (; len; text += cluster.bytes, len -= cluster.bytes) {
		cluster = width_next(text, len, mode);
		columns += cluster.columns;
	}
	return columns;
}

size_t
width_fit(const char *text, size_t len, size_t columns, enum width_emoji mode,
    size_t *used)
{
	struct cluster cluster;
	size_t taken = 0;
	size_t at = 0;

	while (at < len) {
		cluster = width_next(text + at, len - at, mode);
		if (taken + cluster.columns > columns)
			break;
		taken += cluster.columns;
		at += cluster.bytes;
	}
	if (used)
		*used = taken;
	return at;
}

size_t
width_prev(const char *text, size_t len, size_t at)
{
	size_t from;
	size_t next;

	if (at > len)
		at = len;
	if (at == 0)
		return 0;
	/* Between two printable ASCII characters there is always a boundary:
	 * the walk begins at the last such place. */
	for (from = at - 1; from > 0; from--) {
		if (is_plain(text[from]) && is_plain(text[from - 1]))
			break;
	}
	while ((next = width_after(text, len, from)) < at)
		from = next;
	return from;
}

size_t
width_after(const char *text, size_t len, size_t at)
{
	struct scan scan;
	uint32_t cp;

	if (at >= len)
		return len;
	if (is_alone(text + at, len - at))
		return at + 1;
	scan_begin(&scan, text + at, len - at);
	while (scan_peek(&scan, &cp))
		scan_take(&scan, cp);
	return at + scan.at;
}

/*
 * Hostile text: what utf8 and width promise holds for any bytes.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/utf8.h"
#include "shared/width.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In two pieces the answer is the same as in one. */
static void
pieces_check(const char *text, size_t len)
{
	bool whole = utf8_valid(text, len);
	struct utf8_check check;
	size_t at;

	for (at = 0; at <= len && at < 64; at++) {
		check = (struct utf8_check){ 0 };
		assert((utf8_check_feed(&check, text, at) &&
			   utf8_check_feed(&check, text + at, len - at) &&
			   utf8_check_done(&check)) == whole);
	}
}

static void
clean_check(const char *text, size_t len, enum utf8_clean how)
{
	struct buf out = BUF_INIT;
	uint32_t cp;
	size_t at;

	utf8_clean(&out, text, len, how);
	assert(utf8_valid(out.data, out.len));
	for (at = 0; at < out.len;) {
		at += utf8_decode(out.data + at, out.len - at, &cp);
		assert(!utf8_is_bidi(cp));
		assert(!utf8_is_control(cp) ||
		    (how == UTF8_CLEAN_TEXT && (cp == '\n' || cp == '\t')));
	}
	buf_release(&out);
}

/* What a plain line shows is, undone, the text but for its bidi controls. */
static void
unescape_check(const char *text, size_t len)
{
	struct buf plain = BUF_INIT;
	struct buf back = BUF_INIT;
	struct buf again = BUF_INIT;

	utf8_clean(&plain, text, len, UTF8_CLEAN_PLAIN);
	utf8_unescape(&back, plain.data, plain.len);
	if (!memchr(text, '\0', len)) {
		utf8_clean(&again, back.data, back.len, UTF8_CLEAN_PLAIN);
		assert(again.len == plain.len);
		assert(!plain.len ||
		    memcmp(again.data, plain.data, plain.len) == 0);
	}
	buf_clear(&back);
	utf8_unescape(&back, text, len);
	buf_release(&plain);
	buf_release(&back);
	buf_release(&again);
}

static void
width_check(const char *text, size_t len, enum width_emoji mode)
{
	struct cluster cluster;
	size_t columns = 0;
	size_t used;
	size_t at;
	size_t i;

	for (at = 0; at < len; at += cluster.bytes) {
		assert(width_fit(text, len, columns, mode, &used) >= at);
		assert(used == columns);
		cluster = width_next(text + at, len - at, mode);
		assert(cluster.bytes > 0 && cluster.bytes <= len - at);
		assert(cluster.name == NULL || mode == WIDTH_EMOJI_ASCII);
		assert(cluster.name != NULL
			? cluster.columns == strlen(cluster.name) + 2
			: cluster.columns <= 2);
		assert(cluster.count <= WIDTH_CLUSTER_MAX);
		assert(cluster.name != NULL ||
		    (cluster.count == 0) == (cluster.columns == 0));
		for (i = 0; i < cluster.count; i++) {
			assert(!utf8_is_control(cluster.cp[i]));
			assert(!utf8_is_bidi(cluster.cp[i]));
		}
		columns += cluster.columns;
	}
	assert(width_text(text, len, mode) == columns);
}

/* The cursor comes back by the steps that it went. */
static void
cursor_check(const char *text, size_t len)
{
	size_t next;
	size_t at;

	for (at = 0; at < len; at = next) {
		next = width_after(text, len, at);
		assert(next > at && next <= len);
		assert(width_prev(text, len, next) == at);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	/* Some of the checks are quadratic. */
	if (size > 512)
		size = 512;
	pieces_check(text, size);
	clean_check(text, size, UTF8_CLEAN_LINE);
	clean_check(text, size, UTF8_CLEAN_TEXT);
	clean_check(text, size, UTF8_CLEAN_PLAIN);
	unescape_check(text, size);
	width_check(text, size, WIDTH_EMOJI_SAFE);
	width_check(text, size, WIDTH_EMOJI_FULL);
	width_check(text, size, WIDTH_EMOJI_ASCII);
	cursor_check(text, size);
	return 0;
}

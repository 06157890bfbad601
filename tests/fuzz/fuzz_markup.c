/*
 * Markup: whatever the text, every byte gets a style that there is, no character
 * is parted, and what is reported as plain is plain.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/utf8.h"
#include "shared/xmalloc.h"
#include "tui/markup.h"
#include "tui/style.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Copies of just the length, so that a byte too far is noticed. */
	char *text = xmalloc(size + 1);
	unsigned char *styles = xmalloc(size + 1);
	bool any, valid = utf8_valid(data, size);
	bool plain = true;

	memcpy(text, data, size);
	text = xrealloc(text, size > 0 ? size : 1);
	styles = xrealloc(styles, size > 0 ? size : 1);
	memset(styles, 0xff, size);
	any = markup_styles(text, size, styles);
	for (size_t i = 0; i < size; i++) {
		assert(styles[i] == STYLE_PLAIN ||
		    (styles[i] >= STYLE_STRONG && styles[i] <= STYLE_QUOTE));
		plain = plain && styles[i] == STYLE_PLAIN;
		if (valid && i > 0 && ((unsigned char)text[i] & 0xc0) == 0x80)
			assert(styles[i] == styles[i - 1]);
	}
	assert(any == !plain);
	free(styles);
	free(text);
	return 0;
}

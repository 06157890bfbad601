/*
 * The key decoder: the first byte of the input says how the rest is split, and
 * time passes between the pieces. Whatever comes, no key carries a control
 * character as text, and nothing waits for ever.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/utf8.h"
#include "tui/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
on_key(void *arg, const struct key *key)
{
	char name[32];

	(void)arg;
	keys_name(key->code, name, sizeof(name));
	keys_binding(key->code);
	if (key->code == KEY_PASTE)
		return;
	if (key->code < KEY_BASE) {
		assert(key->len >= 1 && key->len <= 4);
		assert(utf8_valid(key->text, key->len));
		assert(key->code >= 0x20);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keys keys;
	size_t piece, at = 1;
	int64_t now = 0;

	if (size < 1)
		return 0;
	piece = 1 + data[0] % 32;
	keys_init(&keys, on_key, NULL);
	while (at < size) {
		size_t len = size - at < piece ? size - at : piece;

		keys_feed(&keys, (const char *)data + at, len, now);
		at += len;
		now += data[0];
		assert(keys.len <= KEYS_SEQUENCE_MAX);
		assert(keys.paste.len <= KEYS_PASTE_MAX + 8);
	}
	keys_tick(&keys, now + KEYS_PASTE_MS);
	assert(keys_deadline(&keys) == -1);
	keys_release(&keys);
	return 0;
}

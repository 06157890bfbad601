/*
 * The key decoder.
 *
 *	ground --Esc--> escape --[--> csi --final--> key
 *	   |               |---O--> ss3 --final--> key
 *	   |               `---c--> M-c
 *	   |--lead byte--> utf8 --last byte--> character
 *	   `--Esc [ 2 0 0 ~--> paste --Esc [ 2 0 1 ~--> one key with the text
 *
 * What comes from the terminal is not trusted: sequences are bounded, unknown
 * ones are dropped whole, and no state waits for ever.
 */
#include "tui/keys.h"

#include <string.h>

#include "shared/utf8.h"

#define ESC 0x1b
/* A read of as many bytes is the terminal pasting, not a person typing. */
#define PASTE_BURST 16

static const char paste_end[] = "\033[201~";

struct final {
	char byte;
	uint32_t code;
};

/* Behind Esc [ and Esc O. */
static const struct final csi_finals[] = {
	{ 'A', KEY_UP },
	{ 'B', KEY_DOWN },
	{ 'C', KEY_RIGHT },
	{ 'D', KEY_LEFT },
	{ 'F', KEY_END },
	{ 'H', KEY_HOME },
	{ 'P', KEY_F(1) },
	{ 'Q', KEY_F(2) },
	{ 'R', KEY_F(3) },
	{ 'S', KEY_F(4) },
	{ 'Z', KEY_BACK_TAB },
	{ 'M', KEY_ENTER },
};

/* rxvt's arrows with Ctrl: Esc O a; the Linux console's F keys: Esc [ [ A. */
static const struct final ss3_finals[] = {
	{ 'a', KEY_UP | KEY_CTRL },
	{ 'b', KEY_DOWN | KEY_CTRL },
	{ 'c', KEY_RIGHT | KEY_CTRL },
	{ 'd', KEY_LEFT | KEY_CTRL },
};

/* The number in Esc [ number ~. */
static const struct {
	int number;
	uint32_t code;
} tildes[] = {
	{ 1, KEY_HOME },
	{ 2, KEY_INSERT },
	{ 3, KEY_DELETE },
	{ 4, KEY_END },
	{ 5, KEY_PAGE_UP },
	{ 6, KEY_PAGE_DOWN },
	{ 7, KEY_HOME },
	{ 8, KEY_END },
	{ 11, KEY_F(1) },
	{ 12, KEY_F(2) },
	{ 13, KEY_F(3) },
	{ 14, KEY_F(4) },
	{ 15, KEY_F(5) },
	{ 17, KEY_F(6) },
	{ 18, KEY_F(7) },
	{ 19, KEY_F(8) },
	{ 20, KEY_F(9) },
	{ 21, KEY_F(10) },
	{ 23, KEY_F(11) },
	{ 24, KEY_F(12) },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

void
keys_init(struct keys *keys, keys_on_key *on_key, void *arg)
{
	*keys = (struct keys){ .escape_ms = KEYS_ESCAPE_MS,
		.on_key = on_key,
		.arg = arg };
}

void
keys_release(struct keys *keys)
{
	buf_release(&keys->paste);
}

void
keys_set_escape(struct keys *keys, int ms)
{
	keys->escape_ms = ms;
}

static void
enter(struct keys *keys, enum keys_state state, int64_t now_ms)
{
	keys->state = state;
	keys->since_ms = now_ms;
	keys->len = 0;
}

/* Reports a key and goes back to the ground. */
static void
report(struct keys *keys, uint32_t code, const char *text, size_t len)
{
	struct key key = { code, text, len, keys->split };

	if (keys->meta)
		key.code |= KEY_META;
	keys->meta = false;
	keys->split = false;
	keys->state = KEYS_GROUND;
	keys->on_key(keys->arg, &key);
}

static void
drop(struct keys *keys)
{
	keys->meta = false;
	keys->split = false;
	keys->state = KEYS_GROUND;
}

/* --------------------------------------------------------------- ground --- */

/* A control character is the key that one holds Ctrl with, but for those that
 * have keys of their own. */
static void
control(struct keys *keys, unsigned char byte)
{
	switch (byte) {
	case '\r':
		report(keys, KEY_ENTER, NULL, 0);
		break;
	case '\t':
		report(keys, KEY_TAB, NULL, 0);
		break;
	case 0x7f:
		report(keys, KEY_BACKSPACE, NULL, 0);
		break;
	case 0:
		report(keys, ' ' | KEY_CTRL, NULL, 0);
		break;
	default:
		/* ^A is 1, ^\ to ^_ are 28 to 31. */
		report(keys,
		    (byte < 27 ? byte + 'a' - 1u : byte + '@' + 0u) | KEY_CTRL,
		    NULL, 0);
		break;
	}
}

static size_t
utf8_need(unsigned char lead)
{
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

/* A byte that begins something: a key by itself, or a longer character. */
static void
ground(struct keys *keys, char c, int64_t now_ms)
{
	unsigned char byte = (unsigned char)c;

	if (byte < 0x20 || byte == 0x7f) {
		control(keys, byte);
	} else if (byte < 0x80) {
		report(keys, byte, &c, 1);
	} else if (utf8_need(byte) > 0) {
		enter(keys, KEYS_UTF8, now_ms);
		keys->sequence[keys->len++] = c;
		keys->need = utf8_need(byte);
	} else {
		drop(keys);
	}
}

static void
character(struct keys *keys, char c, int64_t now_ms)
{
	uint32_t cp;

	if (((unsigned char)c & 0xc0) != 0x80) {
		/* The character broke off; what came instead may be good. */
		drop(keys);
		if (c == ESC)
			enter(keys, KEYS_ESCAPE, now_ms);
		else
			ground(keys, c, now_ms);
		return;
	}
	keys->sequence[keys->len++] = c;
	if (keys->len < keys->need)
		return;
	if (!utf8_valid(keys->sequence, keys->len)) {
		drop(keys);
		return;
	}
	utf8_decode(keys->sequence, keys->len, &cp);
	report(keys, cp, keys->sequence, keys->len);
}

/* ------------------------------------------------------------ sequences --- */

static void
escape(struct keys *keys, char c, int64_t now_ms)
{
	if (c == ESC) {
		/* Esc Esc [ A is M-Up in rxvt; else the first was a key. */
		if (keys->meta) {
			keys->meta = false;
			report(keys, KEY_ESCAPE, NULL, 0);
		}
		enter(keys, KEYS_ESCAPE, now_ms);
		keys->meta = true;
	} else if (c == '[') {
		enter(keys, KEYS_CSI, now_ms);
	} else if (c == 'O') {
		enter(keys, KEYS_SS3, now_ms);
	} else {
		keys->meta = true;
		ground(keys, c, now_ms);
	}
}

static uint32_t
final_code(const struct final *table, size_t count, char byte)
{
	for (size_t i = 0; i < count; i++) {
		if (table[i].byte == byte)
			return table[i].code;
	}
	return 0;
}

/* xterm's modifier parameter: 1 + (1 shift, 2 alt, 4 control, 8 meta). */
static uint32_t
modifiers(int parameter)
{
	int bits = parameter - 1;
	uint32_t code = 0;

	if (parameter < 2 || parameter > 16)
		return 0;
	if (bits & 1)
		code |= KEY_SHIFT;
	if (bits & (2 | 8))
		code |= KEY_META;
	if (bits & 4)
		code |= KEY_CTRL;
	return code;
}

/* Reads up to two numbers out of "n;m". */
static void
parameters(const char *text, size_t len, int *first, int *second)
{
	int *at = first;

	*first = 0;
	*second = 0;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == ';') {
			if (at == second)
				return;
			at = second;
		} else if (text[i] >= '0' && text[i] <= '9' && *at < 10000) {
			*at = *at * 10 + (text[i] - '0');
		}
	}
}

static uint32_t
tilde_code(int number)
{
	for (size_t i = 0; i < COUNT(tildes); i++) {
		if (tildes[i].number == number)
			return tildes[i].code;
	}
	return 0;
}

/* A mouse (Esc [ < button ; column ; row M): its wheel is two keys, the rest is
 * nothing. */
static uint32_t
mouse_code(int button, char final)
{
	if (final != 'M' || (button != 64 && button != 65))
		return 0;
	return button == 64 ? KEY_WHEEL_UP : KEY_WHEEL_DOWN;
}

static void
csi_final(struct keys *keys, char c, int64_t now_ms)
{
	int first, second;
	uint32_t code;

	parameters(keys->sequence, keys->len, &first, &second);
	if (c == '~' && first == 200) {
		keys->meta = false;
		keys->split = false;
		buf_clear(&keys->paste);
		enter(keys, KEYS_PASTE, now_ms);
		return;
	}
	if (c == '~' || c == '^')
		code = tilde_code(first);
	else if (keys->len == 1 && keys->sequence[0] == '[')
		code = c >= 'A' && c <= 'E' ? KEY_F(c - 'A' + 1u) : 0;
	else if (keys->len > 0 && keys->sequence[0] == '<')
		code = mouse_code(first, c);
	else
		code = final_code(csi_finals, COUNT(csi_finals), c);
	if (code == 0)
		drop(keys);
	else
		report(keys,
		    code | modifiers(second) | (c == '^' ? KEY_CTRL : 0), NULL,
		    0);
}

static void
csi(struct keys *keys, char c, int64_t now_ms)
{
	bool console = keys->len == 1 && keys->sequence[0] == '[';

	if (c == ESC) {
		drop(keys);
		enter(keys, KEYS_ESCAPE, now_ms);
	} else if ((unsigned char)c < 0x20 || (unsigned char)c >= 0x7f) {
		/* No sequence goes on like this: a key came instead. */
		drop(keys);
		ground(keys, c, now_ms);
	} else if (c >= '@' && (c != '[' || console || keys->len > 0)) {
		csi_final(keys, c, now_ms);
	} else if (keys->len < KEYS_SEQUENCE_MAX) {
		keys->sequence[keys->len++] = c;
	} else {
		drop(keys);
	}
}

static void
ss3(struct keys *keys, char c, int64_t now_ms)
{
	uint32_t code;

	if (c == ESC) {
		drop(keys);
		enter(keys, KEYS_ESCAPE, now_ms);
		return;
	}
	code = final_code(csi_finals, COUNT(csi_finals), c);
	if (code == 0)
		code = final_code(ss3_finals, COUNT(ss3_finals), c);
	if (code == 0)
		drop(keys);
	else
		report(keys, code, NULL, 0);
}

/* ---------------------------------------------------------------- paste --- */

/* Ends a paste: its line ends become newlines, and it is one key. */
static void
paste_report(struct keys *keys, size_t len)
{
	char *text = keys->paste.data;
	size_t out = 0;

	for (size_t in = 0; in < len; in++) {
		if (text[in] == '\r') {
			if (in + 1 < len && text[in + 1] == '\n')
				continue;
			text[out++] = '\n';
		} else {
			text[out++] = text[in];
		}
	}
	report(keys, KEY_PASTE, text == NULL ? "" : text, out);
	buf_release(&keys->paste);
}

static void
paste(struct keys *keys, char c)
{
	size_t end = sizeof(paste_end) - 1;
	struct buf *buf = &keys->paste;

	/* What is too much goes, but the end must still be seen: the last
	 * bytes are always kept. */
	if (buf->len >= KEYS_PASTE_MAX + end) {
		memmove(buf->data + KEYS_PASTE_MAX,
		    buf->data + KEYS_PASTE_MAX + 1, end - 1);
		buf->data[buf->len - 1] = c;
	} else {
		buf_putc(buf, c);
	}
	if (buf->len >= end &&
	    memcmp(buf->data + buf->len - end, paste_end, end) == 0)
		paste_report(keys, buf->len - end);
}

/* ------------------------------------------------------------- the feed --- */

void
keys_feed(struct keys *keys, const char *data, size_t len, int64_t now_ms)
{
	keys_tick(keys, now_ms);
	if (keys->state == KEYS_PASTE && len >= PASTE_BURST)
		keys->since_ms = now_ms;
	keys->split = keys->split || keys->state == KEYS_ESCAPE;
	for (size_t i = 0; i < len; i++) {
		switch (keys->state) {
		case KEYS_GROUND:
			if (data[i] == ESC)
				enter(keys, KEYS_ESCAPE, now_ms);
			else
				ground(keys, data[i], now_ms);
			break;
		case KEYS_ESCAPE:
			escape(keys, data[i], now_ms);
			break;
		case KEYS_CSI:
			csi(keys, data[i], now_ms);
			break;
		case KEYS_SS3:
			ss3(keys, data[i], now_ms);
			break;
		case KEYS_UTF8:
			character(keys, data[i], now_ms);
			break;
		case KEYS_PASTE:
			paste(keys, data[i]);
			break;
		}
	}
}

static int
patience(const struct keys *keys)
{
	if (keys->state == KEYS_PASTE)
		return KEYS_PASTE_MS;
	return keys->state == KEYS_ESCAPE ? keys->escape_ms : KEYS_ESCAPE_MS;
}

int64_t
keys_deadline(const struct keys *keys)
{
	if (keys->state == KEYS_GROUND)
		return -1;
	return keys->since_ms + patience(keys);
}

void
keys_tick(struct keys *keys, int64_t now_ms)
{
	if (keys->state == KEYS_GROUND || now_ms < keys_deadline(keys))
		return;
	switch (keys->state) {
	case KEYS_ESCAPE:
		keys->meta = false;
		report(keys, KEY_ESCAPE, NULL, 0);
		break;
	case KEYS_PASTE:
		paste_report(keys, keys->paste.len);
		break;
	default:
		drop(keys);
		break;
	}
}

/*
 * The log: one event, one line, one write(2) to stderr, so that lines of several
 * threads never mix. Owns what is written and how; it keeps no file open and
 * rotates nothing, which is the business of whoever reads stderr.
 */
#include "shared/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/buf.h"
#include "shared/clock.h"
#include "shared/json_out.h"
#include "shared/utf8.h"

#define LOG_PAIRS_SIZE 3072 /* bytes of the pairs of one line */
#define LOG_JSON 0x100	    /* beside the level in log_mode */

static const char *const log_levels[] = { "error", "warn", "info", "debug" };

/* Level and format in one word, so that a line never sees half a change. */
static atomic_int log_mode = LOG_LEVEL_INFO;

/* Not every kernel keeps two writes to one file that was not opened for
 * appending from landing upon each other. */
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

void
log_configure(enum log_level level, bool json)
{
	atomic_store(&log_mode, (int)level | (json ? LOG_JSON : 0));
}

/* Appends text of which nothing reaches a terminal or ends a line. Values that
 * came through log_value() have no such bytes left; this is for those that were
 * given plainly. */
static void
text_put(struct buf *out, const char *text, size_t len)
{
	char bytes[4];
	uint32_t cp;
	size_t size;

	for (; len; text += size, len -= size) {
		size = utf8_decode(text, len, &cp);
		if (utf8_is_control(cp) || utf8_is_bidi(cp))
			buf_putc(out, '?');
		else
			buf_append(out, bytes, utf8_encode(cp, bytes));
	}
}

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* The code point of the \uHHHH at `text`; 0 where it is none. */
static uint32_t
unicode_read(const char *text)
{
	uint32_t cp = 0;
	int i;

	for (i = 2; i < 6; i++) {
		if (hex_digit(text[i]) < 0)
			return 0;
		cp = cp << 4 | (uint32_t)hex_digit(text[i]);
	}
	return cp;
}

/* Takes what log_value() made apart again. `text` is at the opening quote;
 * returns what follows the closing one. */
static const char *
value_unquote(const char *text, struct buf *out)
{
	char bytes[4];
	uint32_t cp;

	for (text++; *text && *text != '"'; text++) {
		if (*text != '\\' || !text[1]) {
			buf_putc(out, *text);
		} else if (text[1] == 'u' && (cp = unicode_read(text)) != 0) {
			buf_append(out, bytes, utf8_encode(cp, bytes));
			text += 5;
		} else {
			text++;
			buf_putc(out, (char)(*text == 'n' ? '\n' : *text));
		}
	}
	return *text ? text + 1 : text;
}

/* Reads one key=value and the spaces after it. A word without = is a key whose
 * value is empty. */
static const char *
pair_read(const char *text, struct buf *key, struct buf *value)
{
	size_t len = strcspn(text, "= ");

	buf_append(key, text, len);
	text += len;
	if (*text == '=') {
		text++;
		if (*text == '"') {
			text = value_unquote(text, value);
		} else {
			len = strcspn(text, " ");
			buf_append(value, text, len);
			text += len;
		}
	}
	return text + strspn(text, " ");
}

/* Keys that every object has; no pair may stand for one of them. */
static bool
is_own_key(const char *key)
{
	return strcmp(key, "time") == 0 || strcmp(key, "level") == 0 ||
	    strcmp(key, "event") == 0;
}

static void
line_json(struct buf *line, const char *level, const char *event,
    const char *pairs)
{
	struct buf key = BUF_INIT;
	struct buf value = BUF_INIT;
	struct buf clean = BUF_INIT;
	struct json_out out;

	json_out_init(&out, line);
	json_out_object(&out);
	json_out_ktime(&out, "time", clock_real_ms());
	json_out_kstring(&out, "level", level);
	text_put(&clean, event, strlen(event));
	json_out_kstring(&out, "event", clean.data ? clean.data : "");
	buf_clear(&clean);
	text_put(&clean, pairs, strlen(pairs));
	pairs = clean.data ? clean.data : "";
	while (*pairs) {
		buf_clear(&key);
		buf_clear(&value);
		buf_puts(&key, "");
		buf_puts(&value, "");
		pairs = pair_read(pairs, &key, &value);
		if (is_own_key(key.data))
			buf_putc(&key, '_');
		json_out_string_n(&out, key.data, key.len);
		buf_putc(line, ':');
		out.comma = false;
		json_out_string_n(&out, value.data, value.len);
	}
	json_out_object_end(&out);
	buf_release(&key);
	buf_release(&value);
	buf_release(&clean);
}

static void
line_text(struct buf *line, const char *level, const char *event,
    const char *pairs)
{
	char time[CLOCK_TEXT_SIZE];

	clock_format(clock_real_ms(), time);
	buf_printf(line, "%s %s ", time, level);
	text_put(line, event, strlen(event));
	if (*pairs)
		buf_putc(line, ' ');
	text_put(line, pairs, strlen(pairs));
}

static void
line_write(const char *line, size_t len)
{
	ssize_t wrote;

	pthread_mutex_lock(&log_lock);
	do {
		/* A failure but EINTR has nowhere to be told. */
		wrote = write(STDERR_FILENO, line, len);
	} while (wrote < 0 && errno == EINTR);
	pthread_mutex_unlock(&log_lock);
}

static void log_write(enum log_level level, const char *event,
    const char *format, va_list args) __attribute__((format(printf, 3, 0)));

static void
log_write(enum log_level level, const char *event, const char *format,
    va_list args)
{
	struct buf line = BUF_INIT;
	char pairs[LOG_PAIRS_SIZE];
	int saved = errno;
	int mode = atomic_load(&log_mode);

	if ((int)level > (mode & ~LOG_JSON))
		return;
	if (vsnprintf(pairs, sizeof(pairs), format, args) < 0)
		pairs[0] = '\0';
	if (mode & LOG_JSON)
		line_json(&line, log_levels[level], event, pairs);
	else
		line_text(&line, log_levels[level], event, pairs);
	buf_putc(&line, '\n');
	line_write(line.data, line.len);
	buf_release(&line);
	errno = saved;
}

void
log_error(const char *event, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_write(LOG_LEVEL_ERROR, event, format, args);
	va_end(args);
}

void
log_warn(const char *event, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_write(LOG_LEVEL_WARN, event, format, args);
	va_end(args);
}

void
log_info(const char *event, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_write(LOG_LEVEL_INFO, event, format, args);
	va_end(args);
}

void
log_debug(const char *event, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_write(LOG_LEVEL_DEBUG, event, format, args);
	va_end(args);
}

void
log_fatal(int status, const char *event, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_write(LOG_LEVEL_ERROR, event, format, args);
	va_end(args);
	exit(status);
}

/* How one code point stands between quotes; returns the length. */
static size_t
value_escape(uint32_t cp, char out[8])
{
	if (cp == '"' || cp == '\\' || cp == '\n') {
		out[0] = '\\';
		out[1] = (char)(cp == '\n' ? 'n' : cp);
		return 2;
	}
	if (utf8_is_control(cp) || utf8_is_bidi(cp))
		return (size_t)snprintf(out, 8, "\\u%04x", (unsigned int)cp);
	return utf8_encode(cp, out);
}

static bool
value_is_plain(const char *text, size_t len)
{
	uint32_t cp;
	size_t size;

	if (!len)
		return false;
	for (; len; text += size, len -= size) {
		size = utf8_decode(text, len, &cp);
		if (cp == ' ' || cp == '"' || cp == '=' || cp == '\\' ||
		    utf8_is_control(cp) || utf8_is_bidi(cp))
			return false;
	}
	return true;
}

const char *
log_value(const char *text, char *out, unsigned long size)
{
	size_t len = strlen(text);
	bool plain = value_is_plain(text, len);
	size_t quote = plain ? 0 : 1;
	size_t at = 0;
	char piece[8];
	uint32_t cp;
	size_t step;
	size_t piece_len;

	if (size <= 2 * quote) {
		if (size)
			out[0] = '\0';
		return out;
	}
	if (quote)
		out[at++] = '"';
	for (; len; text += step, len -= step) {
		step = utf8_decode(text, len, &cp);
		piece_len = value_escape(cp, piece);
		/* Cut before a piece that would not fit whole. */
		if (at + piece_len + quote + 1 > size)
			break;
		memcpy(out + at, piece, piece_len);
		at += piece_len;
	}
	if (quote)
		out[at++] = '"';
	out[at] = '\0';
	return out;
}

/*
 * One event a line on stderr: time, level, event, key=value pairs (or the same
 * as a JSON object). Values are escaped so that nobody's text can forge a line
 * or reach a terminal. Never give it a body, a token or a password.
 */
#ifndef SHARED_LOG_H
#define SHARED_LOG_H

#include <stdarg.h>
#include <stdbool.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

/* Sets what is written and how. Any thread; takes effect at once. */
void log_configure(enum log_level level, bool json);

/*
 * log_info("listening", "addr=%s port=%d", addr, port): `event` is a word or a
 * few, `format` gives key=value pairs separated by single spaces, or "" for
 * none. In the text format a value with a space, quote, = or control character
 * is quoted: pairs whose value may hold spaces are given with %s through
 * log_value().
 */
void log_error(const char *event, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void log_warn(const char *event, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void log_info(const char *event, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void log_debug(const char *event, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Quotes and escapes `text` for use as one value, cut to `size`; returns out. */
const char *log_value(const char *text, char *out, unsigned long size);

/* Logs at error level, then ends the process with `status`. */
void log_fatal(int status, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4), noreturn));

#endif

/*
 * Allocation that ends the process where there is no memory. Owns nothing; it
 * refuses to return NULL, so no caller checks.
 */
#include "shared/xmalloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void memory_out(void) __attribute__((noreturn));

static void
memory_out(void)
{
	static const char text[] = "out of memory\n";

	/* Nothing that could allocate: not stdio, not the log. */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0) {
		/* The process ends either way. */
	}
	abort();
}

void *
xmalloc(size_t size)
{
	void *memory = malloc(size ? size : 1);

	if (!memory)
		memory_out();
	return memory;
}

void *
xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);

	if (!memory)
		memory_out();
	return memory;
}

void *
xrealloc(void *memory, size_t size)
{
	memory = realloc(memory, size ? size : 1);
	if (!memory)
		memory_out();
	return memory;
}

void *
xreallocarray(void *memory, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		memory_out();
	return xrealloc(memory, count * size);
}

char *
xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(xmalloc(size), text, size);
}

char *
xstrndup(const char *text, size_t max)
{
	size_t len = strnlen(text, max);
	char *copy = xmalloc(len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
xasprintf(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		memory_out();
	va_end(args);
	return text;
}

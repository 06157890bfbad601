/*
 * Option files. The lines are read here and given to libinih one at a time, so
 * that what it would pass over in silence is an error: a line longer than its
 * buffer, a comment behind a value, a key that stands twice. It stops at the
 * first error.
 */
#include "shared/option.h"

#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "shared/utf8.h"
#include "shared/xmalloc.h"

#define WHY_SIZE 512

struct option_file {
	const struct option_table *table;
	void *target;
	FILE *file;
	char **seen; /* names set so far */
	size_t seen_count;
	int line;    /* of the line that was read last */
	bool failed; /* `why` says what is wrong with `line` */
	char why[WHY_SIZE];
};

static void file_fail(struct option_file *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
file_fail(struct option_file *file, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(file->why, sizeof(file->why), format, args);
	va_end(args);
	file->failed = true;
}

/* libinih cuts a value at white space and a semicolon, and takes a # into it.
 * Neither is what whoever wrote it meant. */
static bool
has_trailing_comment(const char *line)
{
	const char *at;

	if (strchr(";#[", *line))
		return false;
	for (at = line; *at; at++) {
		if (at == line || !strchr(" \t", at[-1]))
			continue;
		if (*at == ';' || (*at == '#' && strchr(" \t\r\n", at[1])))
			return true;
	}
	return false;
}

/* Reads a line with its newline into `line` without the white space it begins
 * with, which would make it the rest of the line before. Returns its length, 0
 * at the end of the file. */
static size_t
line_read(struct option_file *file, char *line, size_t size)
{
	size_t len = 0;
	int c;

	while ((c = fgetc(file->file)) != EOF) {
		if (len == 0 && (c == ' ' || c == '\t'))
			continue;
		/* A full buffer without a newline would make libinih throw
		 * away what follows. */
		if (c == '\0' || len + 2 >= size) {
			file->line++;
			if (c)
				file_fail(file, "longer than %zu bytes",
				    size - 3);
			else
				file_fail(file, "a NUL byte");
			return 0;
		}
		line[len++] = (char)c;
		if (c == '\n')
			break;
	}
	line[len] = '\0';
	return len;
}

/* The fgets() that libinih reads with. */
static char *
file_read(char *line, int size, void *user)
{
	struct option_file *file = user;
	size_t len;

	if (file->failed)
		return NULL;
	len = line_read(file, line, (size_t)size);
	if (file->failed || !len)
		return NULL;
	file->line++;
	if (!utf8_valid(line, len)) {
		file_fail(file, "not UTF-8");
		return NULL;
	}
	if (has_trailing_comment(line)) {
		file_fail(file, "a comment must have a line of its own");
		return NULL;
	}
	return line;
}

static bool
name_seen(struct option_file *file, const char *name)
{
	size_t i;

	for (i = 0; i < file->seen_count; i++) {
		if (strcmp(file->seen[i], name) == 0)
			return true;
	}
	return false;
}

/* Takes one key = value; 0 tells libinih of a failure. */
static int
file_set(void *user, const char *section, const char *key, const char *value)
{
	struct option_file *file = user;
	char *name;

	if (file->failed)
		return 0;
	name = *section ? xasprintf("%s.%s", section, key) : xstrdup(key);
	if (name_seen(file, name)) {
		file_fail(file, "%s stands here a second time", name);
	} else if (!option_set(file->table, file->target, name, value,
		       file->why, sizeof(file->why))) {
		file->failed = true;
	} else {
		file->seen = xreallocarray(file->seen, file->seen_count + 1,
		    sizeof(*file->seen));
		file->seen[file->seen_count++] = name;
		name = NULL;
	}
	free(name);
	return !file->failed;
}

bool
option_load(const struct option_table *table, void *target, const char *path,
    char *cause, size_t cause_size)
{
	struct option_file file = { .table = table, .target = target };
	bool good = false;
	int line;

	file.file = fopen(path, "re");
	if (!file.file) {
		snprintf(cause, cause_size, "%s: %s", path, strerror(errno));
		return false;
	}
	line = ini_parse_stream(file_read, &file, file_set, &file);
	if (line > 0 && (!file.failed || line < file.line)) {
		snprintf(cause, cause_size,
		    "%s:%d: expected [section] or key = value", path, line);
	} else if (file.failed) {
		snprintf(cause, cause_size, "%s:%d: %s", path, file.line,
		    file.why);
	} else if (ferror(file.file) || line < 0) {
		snprintf(cause, cause_size, "%s: cannot be read", path);
	} else {
		good = true;
	}
	while (file.seen_count)
		free(file.seen[--file.seen_count]);
	free(file.seen);
	fclose(file.file);
	return good;
}

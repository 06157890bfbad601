/*
 * Tables of options: names, defaults, copies, help. Owns nothing but what it
 * puts into the caller's struct. It reads no value itself (option_value.c) and
 * no file (option_file.c), and knows no option: the tables are others'.
 */
#include "shared/option.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/option_value.h"
#include "shared/xmalloc.h"

#define NAME_SIZE 128 /* longest name that is looked at */
#define VALUE_SIZE 1024
#define CAUSE_SIZE 256
#define HELP_COLUMN 34 /* where help text begins */
#define HELP_COLUMNS 79

static char **
string_field(const struct option_spec *spec, void *target)
{
	return (char **)((char *)target + spec->offset);
}

static void
spec_name(const struct option_table *table, const struct option_spec *spec,
    char *out, size_t size)
{
	if (table->sectionless)
		snprintf(out, size, "%s", spec->key);
	else
		snprintf(out, size, "%s.%s", spec->section, spec->key);
}

static const struct option_spec *
spec_find(const struct option_table *table, const char *name)
{
	char have[NAME_SIZE];
	size_t i;

	for (i = 0; i < table->count; i++) {
		spec_name(table, &table->specs[i], have, sizeof(have));
		if (strcmp(have, name) == 0)
			return &table->specs[i];
	}
	return NULL;
}

/* Sets a fresh field to the default. */
static void
field_init(const struct option_spec *spec, void *target)
{
	char cause[CAUSE_SIZE];
	bool good;

	if (spec->type == OPTION_STRING)
		*string_field(spec, target) = NULL;
	if (!spec->fallback) {
		assert(spec->type == OPTION_STRING);
		return;
	}
	good = option_value_read(spec, target, spec->fallback, cause,
	    sizeof(cause));
	/* A default that does not pass its own row is a bug of the table. */
	assert(good);
	(void)good;
}

void
option_init(const struct option_table *table, void *target)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		field_init(&table->specs[i], target);
}

void
option_release(const struct option_table *table, void *target)
{
	char **field;
	size_t i;

	for (i = 0; i < table->count; i++) {
		if (table->specs[i].type != OPTION_STRING)
			continue;
		field = string_field(&table->specs[i], target);
		free(*field);
		*field = NULL;
	}
}

static size_t
type_size(enum option_type type)
{
	switch (type) {
	case OPTION_STRING:
		return sizeof(char *);
	case OPTION_REAL:
		return sizeof(double);
	case OPTION_BOOL:
		return sizeof(bool);
	case OPTION_CHOICE:
		return sizeof(int);
	default:
		return sizeof(int64_t);
	}
}

void
option_copy(const struct option_table *table, void *to, const void *from,
    bool reload_only)
{
	const struct option_spec *spec;
	char **field;
	char *text;
	size_t i;

	for (i = 0; i < table->count; i++) {
		spec = &table->specs[i];
		if (reload_only && !spec->reload)
			continue;
		if (spec->type != OPTION_STRING) {
			memmove((char *)to + spec->offset,
			    (const char *)from + spec->offset,
			    type_size(spec->type));
			continue;
		}
		field = string_field(spec, to);
		text = *(char *const *)((const char *)from + spec->offset);
		text = text ? xstrdup(text) : NULL;
		free(*field);
		*field = text;
	}
}

static size_t
min_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edit distance in which two neighbours that changed places count as one
 * mistake. Both texts are shorter than NAME_SIZE. */
static size_t
edit_distance(const char *a, const char *b)
{
	size_t rows[3][NAME_SIZE] = { { 0 } };
	size_t *before = rows[0];
	size_t *last = rows[1];
	size_t *row = rows[2];
	size_t *spare;
	size_t i;
	size_t j;

	for (j = 0; j <= strlen(b); j++)
		last[j] = j;
	for (i = 1; a[i - 1]; i++) {
		row[0] = i;
		for (j = 1; b[j - 1]; j++) {
			row[j] = min_of(last[j - 1] + (a[i - 1] != b[j - 1]),
			    min_of(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = min_of(row[j], before[j - 2] + 1);
		}
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[strlen(b)];
}

/* The row whose name is nearest. A key without or with another section counts as
 * near as its own difference and one. NULL where none is near. */
static const struct option_spec *
spec_nearest(const struct option_table *table, const char *name)
{
	const struct option_spec *nearest = NULL;
	const char *key = strrchr(name, '.');
	char have[NAME_SIZE];
	size_t best = strlen(name) / 2 + 1;
	size_t distance;
	size_t i;

	if (strlen(name) >= NAME_SIZE)
		return NULL;
	key = key ? key + 1 : name;
	for (i = 0; i < table->count; i++) {
		spec_name(table, &table->specs[i], have, sizeof(have));
		distance = min_of(edit_distance(name, have),
		    edit_distance(key, table->specs[i].key) + 1);
		if (distance < best) {
			best = distance;
			nearest = &table->specs[i];
		}
	}
	return nearest;
}

const char *
option_nearest(const char *wrong, const char *name(size_t index))
{
	const char *nearest = NULL;
	size_t best = strlen(wrong) / 2 + 1;
	size_t distance;
	size_t i;

	if (strlen(wrong) >= NAME_SIZE)
		return NULL;
	for (i = 0; name(i); i++) {
		distance = edit_distance(wrong, name(i));
		if (distance < best) {
			best = distance;
			nearest = name(i);
		}
	}
	return nearest;
}

static void
unknown_say(const struct option_table *table, const char *name, char *cause,
    size_t cause_size)
{
	const struct option_spec *nearest = spec_nearest(table, name);
	char right[NAME_SIZE];

	if (!nearest) {
		snprintf(cause, cause_size, "unknown option %s", name);
		return;
	}
	spec_name(table, nearest, right, sizeof(right));
	snprintf(cause, cause_size, "unknown option %s; did you mean %s?", name,
	    right);
}

/* The section that takes the name, and its key; NULL: the name is a row's. */
static const struct option_section *
section_find(const struct option_table *table, const char *name,
    const char **key)
{
	size_t len;
	size_t i;

	for (i = 0; i < table->section_count; i++) {
		len = strlen(table->sections[i].name);
		if (strncmp(name, table->sections[i].name, len) == 0 &&
		    name[len] == '.') {
			*key = name + len + 1;
			return &table->sections[i];
		}
	}
	return NULL;
}

bool
option_set(const struct option_table *table, void *target, const char *name,
    const char *value, char *cause, size_t cause_size)
{
	const struct option_spec *spec = spec_find(table, name);
	const struct option_section *section;
	const char *key;
	char why[CAUSE_SIZE];

	section = spec ? NULL : section_find(table, name, &key);
	if (section)
		return section->set(target, key, value, cause, cause_size);
	if (!spec) {
		unknown_say(table, name, cause, cause_size);
		return false;
	}
	if (!option_value_read(spec, target, value, why, sizeof(why))) {
		snprintf(cause, cause_size, "%s %s", name, why);
		return false;
	}
	return true;
}

bool
option_assign(const struct option_table *table, void *target,
    const char *assignment, char *cause, size_t cause_size)
{
	const char *equals = strchr(assignment, '=');
	char *name;
	bool good;

	if (!equals) {
		snprintf(cause, cause_size, "%s: expected %s=VALUE", assignment,
		    table->sectionless ? "KEY" : "SECTION.KEY");
		return false;
	}
	name = xstrndup(assignment, (size_t)(equals - assignment));
	good = option_set(table, target, name, equals + 1, cause, cause_size);
	free(name);
	return good;
}

/* Writes words, broken so that lines stay within HELP_COLUMNS; every line but
 * the first begins with `indent`. Returns the column it ends at. */
static size_t
words_wrap(FILE *out, const char *text, size_t column, size_t start,
    const char *indent)
{
	size_t len;

	for (; *text; text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		if (column > start && column + 1 + len > HELP_COLUMNS) {
			fprintf(out, "\n%s", indent);
			column = start;
		}
		if (column > start) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", (int)len, text);
		column += len;
	}
	return column;
}

static void
help_line(const struct option_table *table, const struct option_spec *spec,
    FILE *out)
{
	char name[NAME_SIZE];
	char note[VALUE_SIZE];
	char indent[HELP_COLUMN + 1];
	size_t column;

	memset(indent, ' ', HELP_COLUMN);
	indent[HELP_COLUMN] = '\0';
	spec_name(table, spec, name, sizeof(name));
	fprintf(out, "  %-*s", HELP_COLUMN - 2, name);
	if (strlen(name) + 3 > HELP_COLUMN)
		fprintf(out, "\n%s", indent);
	column = words_wrap(out, spec->help, HELP_COLUMN, HELP_COLUMN, indent);
	if (spec->choices) {
		snprintf(note, sizeof(note), "[%s]", spec->choices);
		column = words_wrap(out, note, column, HELP_COLUMN, indent);
	}
	if (spec->fallback && *spec->fallback) {
		snprintf(note, sizeof(note), "(%s)", spec->fallback);
		words_wrap(out, note, column, HELP_COLUMN, indent);
	}
	fputc('\n', out);
}

void
option_help(const struct option_table *table, FILE *out)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		help_line(table, &table->specs[i], out);
}

/* One option of the sample: commented out where the value is the default. */
static void
sample_line(const struct option_spec *spec, const void *target, FILE *out)
{
	union {
		char *text;
		int64_t number;
		double real;
		bool flag;
		int choice;
	} fresh = { 0 };
	struct option_spec alone = *spec;
	struct option_table one = { .specs = &alone,
		.count = 1,
		.sectionless = true };
	char fallback[VALUE_SIZE];
	char value[VALUE_SIZE];

	alone.offset = 0;
	option_init(&one, &fresh);
	option_format(&alone, &fresh, fallback, sizeof(fallback));
	option_release(&one, &fresh);
	snprintf(value, sizeof(value), "%s", fallback);
	if (target)
		option_format(spec, target, value, sizeof(value));

	fputs("\n# ", out);
	words_wrap(out, spec->help, 2, 2, "# ");
	if (spec->choices)
		fprintf(out, "\n# One of: %s", spec->choices);
	fprintf(out, "\n%s%s =%s%s\n", strcmp(value, fallback) ? "" : "#",
	    spec->key, *value ? " " : "", value);
}

void
option_sample(const struct option_table *table, const void *target, FILE *out)
{
	const char *section = "";
	size_t i;

	for (i = 0; i < table->count; i++) {
		if (!table->sectionless &&
		    strcmp(section, table->specs[i].section) != 0) {
			section = table->specs[i].section;
			fprintf(out, "%s[%s]\n", i ? "\n" : "", section);
		}
		sample_line(&table->specs[i], target, out);
	}
}

/*
 * Values of options as text: numbers with units, yes and no, choices. Owns every
 * form that a value may have; it knows no names, no files and no tables. The
 * decimal point is a point in every locale.
 */
#include "shared/option_value.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/utf8.h"
#include "shared/xmalloc.h"

#define EXACT_MAX 9007199254740992.0 /* 2^53: doubles count exactly up to it */
#define OCTAL_MAX 07777
#define BOUND_SIZE 64

struct unit {
	const char *name;
	double factor;
};

/* Largest first: that is how values are written. */
static const struct unit size_units[] = { { "G", 1073741824 }, { "M", 1048576 },
	{ "K", 1024 }, { "", 1 }, { NULL, 0 } };

static const struct unit duration_units[] = { { "d", 86400000 },
	{ "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 },
	{ "", 1000 }, { NULL, 0 } };

static const struct unit second_units[] = { { "d", 86400 }, { "h", 3600 },
	{ "m", 60 }, { "s", 1 }, { "ms", 0.001 }, { "", 1 }, { NULL, 0 } };

static const struct unit plain_units[] = { { "", 1 }, { NULL, 0 } };

/* What a type of number accepts. */
static const struct number_form {
	const struct unit *units;
	bool whole; /* the field is an int64_t */
	const char *what;
} number_forms[] = {
	[OPTION_INT] = { plain_units, true, "a whole number" },
	[OPTION_SIZE] = { size_units, true, "a size such as 65536, 64K or 1G" },
	[OPTION_DURATION] = { duration_units, true,
	    "a duration such as 500ms, 30s or 1h" },
	[OPTION_SECONDS] = { second_units, true,
	    "a duration in whole seconds such as 30s or 1h" },
	[OPTION_REAL] = { plain_units, false, "a number" },
};

static void *
field_of(const struct option_spec *spec, void *target)
{
	return (char *)target + spec->offset;
}

static const void *
field_of_const(const struct option_spec *spec, const void *target)
{
	return (const char *)target + spec->offset;
}

/* Reads sign, digits and a fraction; returns what follows, NULL where there is
 * no digit. strtod() would take hexadecimal, "inf" and the locale's point. */
static const char *
decimal_read(const char *text, double *value)
{
	double scale = 1;
	bool minus = *text == '-';
	int digits = 0;

	*value = 0;
	if (*text == '-' || *text == '+')
		text++;
	for (; *text >= '0' && *text <= '9'; text++, digits++)
		*value = *value * 10 + (*text - '0');
	if (*text == '.') {
		for (text++; *text >= '0' && *text <= '9'; text++, digits++) {
			*value = *value * 10 + (*text - '0');
			scale *= 10;
		}
	}
	*value = (minus ? -*value : *value) / scale;
	return digits > 0 && digits <= 18 ? text : NULL;
}

static bool
number_read(const struct number_form *form, const char *text, double *value)
{
	const struct unit *unit;
	const char *rest = decimal_read(text, value);

	if (!rest)
		return false;
	while (*rest == ' ')
		rest++;
	for (unit = form->units; unit->name; unit++) {
		if (strcasecmp(rest, unit->name) != 0)
			continue;
		*value *= unit->factor;
		/* 0.2 * 1000 may miss 200 by a rounding error. */
		if (form->whole && fabs(*value - round(*value)) < 1e-6)
			*value = round(*value);
		return fabs(*value) <= EXACT_MAX &&
		    (!form->whole || *value == round(*value));
	}
	return false;
}

static void
real_format(double value, char *out, size_t size)
{
	char *at;

	snprintf(out, size, "%.15g", value);
	for (at = out; *at; at++) {
		if (!strchr("0123456789+-e", *at))
			*at = '.';
	}
}

/* Writes `value` in the largest unit that divides it. */
static void
number_format(enum option_type type, double value, char *out, size_t size)
{
	const struct unit *unit = number_forms[type].units;

	if (type == OPTION_REAL) {
		real_format(value, out, size);
		return;
	}
	while (unit[1].name && (value == 0 || fmod(value, unit->factor) != 0))
		unit++;
	if (value == 0)
		unit = plain_units;
	snprintf(out, size, "%.0f%s", value / unit->factor, unit->name);
}

static bool
number_set(const struct option_spec *spec, void *target, const char *text,
    char *cause, size_t cause_size)
{
	const struct number_form *form = &number_forms[spec->type];
	char min[BOUND_SIZE];
	char max[BOUND_SIZE];
	double value;

	if (!number_read(form, text, &value)) {
		snprintf(cause, cause_size, "must be %s", form->what);
		return false;
	}
	if (spec->max > spec->min && (value < spec->min || value > spec->max)) {
		number_format(spec->type, spec->min, min, sizeof(min));
		number_format(spec->type, spec->max, max, sizeof(max));
		snprintf(cause, cause_size, "must be between %s and %s", min,
		    max);
		return false;
	}
	if (form->whole)
		*(int64_t *)field_of(spec, target) = (int64_t)value;
	else
		*(double *)field_of(spec, target) = value;
	return true;
}

static bool
octal_set(const struct option_spec *spec, void *target, const char *text,
    char *cause, size_t cause_size)
{
	int64_t value = 0;
	size_t len = strspn(text, "01234567");
	size_t i;

	for (i = 0; i < len && value <= OCTAL_MAX; i++)
		value = value * 8 + (text[i] - '0');
	if (!len || text[len] || value > OCTAL_MAX) {
		snprintf(cause, cause_size,
		    "must be a file mode in octal such as 0660");
		return false;
	}
	*(int64_t *)field_of(spec, target) = value;
	return true;
}

static bool
bool_set(const struct option_spec *spec, void *target, const char *text,
    char *cause, size_t cause_size)
{
	static const char *const words[] = { "no", "yes", "false", "true",
		"off", "on", "0", "1" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcasecmp(text, words[i]) == 0) {
			*(bool *)field_of(spec, target) = i % 2;
			return true;
		}
	}
	snprintf(cause, cause_size, "must be yes or no");
	return false;
}

/* The next word of a list parted by single spaces; NULL at its end. */
static const char *
choice_next(const char **list, size_t *len)
{
	const char *word = *list;

	*len = strcspn(word, " ");
	*list = word + *len + (word[*len] == ' ');
	return *len ? word : NULL;
}

static bool
choice_set(const struct option_spec *spec, void *target, const char *text,
    char *cause, size_t cause_size)
{
	const char *list = spec->choices;
	const char *word;
	size_t len;
	int index = 0;

	while ((word = choice_next(&list, &len))) {
		if (strlen(text) == len && strncasecmp(text, word, len) == 0) {
			*(int *)field_of(spec, target) = index;
			return true;
		}
		index++;
	}
	snprintf(cause, cause_size, "must be one of: %s", spec->choices);
	return false;
}

static bool
string_set(const struct option_spec *spec, void *target, const char *text,
    char *cause, size_t cause_size)
{
	char **field = field_of(spec, target);
	size_t len = strlen(text);
	bool plain = utf8_valid(text, len);
	uint32_t cp;
	size_t i;
	char *copy;

	for (i = 0; i < len && plain;) {
		i += utf8_decode(text + i, len - i, &cp);
		plain = !utf8_is_control(cp);
	}
	if (!plain) {
		snprintf(cause, cause_size,
		    "must be UTF-8 without control characters");
		return false;
	}
	/* The text may be the field's own. */
	copy = xstrdup(text);
	free(*field);
	*field = copy;
	return true;
}

/* By type: who reads a value. */
static bool (*const value_setters[])(const struct option_spec *spec,
    void *target, const char *text, char *cause, size_t cause_size) = {
	[OPTION_STRING] = string_set,
	[OPTION_INT] = number_set,
	[OPTION_SIZE] = number_set,
	[OPTION_DURATION] = number_set,
	[OPTION_SECONDS] = number_set,
	[OPTION_REAL] = number_set,
	[OPTION_BOOL] = bool_set,
	[OPTION_OCTAL] = octal_set,
	[OPTION_CHOICE] = choice_set,
};

bool
option_value_read(const struct option_spec *spec, void *target,
    const char *text, char *cause, size_t cause_size)
{
	return value_setters[spec->type](spec, target, text, cause, cause_size);
}

static void
choice_format(const struct option_spec *spec, int index, char *out, size_t size)
{
	const char *list = spec->choices;
	const char *word;
	size_t len;

	while ((word = choice_next(&list, &len)) && index > 0)
		index--;
	snprintf(out, size, "%.*s", word ? (int)len : 0, word ? word : "");
}

void
option_format(const struct option_spec *spec, const void *target, char *out,
    size_t size)
{
	const void *field = field_of_const(spec, target);
	const char *text;

	switch (spec->type) {
	case OPTION_STRING:
		text = *(char *const *)field;
		snprintf(out, size, "%s", text ? text : "");
		break;
	case OPTION_BOOL:
		snprintf(out, size, "%s", *(const bool *)field ? "yes" : "no");
		break;
	case OPTION_OCTAL:
		snprintf(out, size, "0%" PRIo64,
		    (uint64_t) * (const int64_t *)field);
		break;
	case OPTION_CHOICE:
		choice_format(spec, *(const int *)field, out, size);
		break;
	case OPTION_REAL:
		number_format(spec->type, *(const double *)field, out, size);
		break;
	default:
		number_format(spec->type, (double)*(const int64_t *)field, out,
		    size);
		break;
	}
}

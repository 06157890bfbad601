/*
 * Options: one table is the parser of the file and of the command line, the
 * check, the default and the help. A row names where in a plain struct its value
 * goes. Files are INI: [section], key = value, # comments (libinih).
 */
#ifndef SHARED_OPTION_H
#define SHARED_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
	OPTION_STRING,	 /* char * */
	OPTION_INT,	 /* int64_t; a plain number */
	OPTION_SIZE,	 /* int64_t bytes; K M G (1024) */
	OPTION_DURATION, /* int64_t ms; s m h d, ms; a bare number is seconds */
	OPTION_SECONDS,	 /* int64_t seconds; the same text */
	OPTION_REAL,	 /* double */
	OPTION_BOOL,	 /* bool; yes no true false on off 1 0 */
	OPTION_OCTAL,	 /* int64_t; file modes */
	OPTION_CHOICE,	 /* int: index into choices */
};

struct option_spec {
	const char *section; /* "server" */
	const char *key;     /* "listen" */
	enum option_type type;
	size_t offset;	      /* of the field in the struct */
	const char *fallback; /* default, as text; NULL: a NULL string */
	double min, max;      /* for numbers, where max > min */
	const char *choices;  /* "text json", for OPTION_CHOICE */
	bool reload;	      /* taken over on SIGHUP */
	const char *help;     /* one line */
};

/* A section of which any key may stand in a file: what that means is the
 * caller's. `set` takes one key as option_set does. */
struct option_section {
	const char *name;
	bool (*set)(void *target, const char *key, const char *value,
	    char *cause, size_t cause_size);
};

struct option_table {
	const struct option_spec *specs;
	size_t count;
	bool sectionless; /* keys stand without [section] (the client's file) */
	const struct option_section *sections; /* besides the rows */
	size_t section_count;
};

/* Sets every field to its default. */
void option_init(const struct option_table *table, void *target);

/* Frees every string and leaves NULLs. */
void option_release(const struct option_table *table, void *target);

/* Copies every option (or only those with reload) from one struct to another. */
void option_copy(const struct option_table *table, void *to, const void *from,
    bool reload_only);

/* Sets one option from text. `name` is "section.key" (or "key" where the table
 * is sectionless). False with a sentence in `cause` that names the option, the
 * bound or the choices, and for an unknown name the nearest right one. */
bool option_set(const struct option_table *table, void *target,
    const char *name, const char *value, char *cause, size_t cause_size);

/* The name that was meant by one that is wrong: of `name`(0), (1), … up to NULL
 * the nearest, or NULL where none is near. */
const char *option_nearest(const char *wrong, const char *name(size_t index));

/* "section.key=value", as -o takes it. */
bool option_assign(const struct option_table *table, void *target,
    const char *assignment, char *cause, size_t cause_size);

/* Reads a file. False with "FILE:LINE: …" in `cause`. */
bool option_load(const struct option_table *table, void *target,
    const char *path, char *cause, size_t cause_size);

/* Writes the present value of a row as text that option_set takes. */
void option_format(const struct option_spec *spec, const void *target,
    char *out, size_t size);

/* Writes a commented sample file: every section, key, default and help line. */
void option_sample(const struct option_table *table, const void *target,
    FILE *out);

/* Writes help lines for `--help`: name, default, help; fits 80 columns. */
void option_help(const struct option_table *table, FILE *out);

#endif

/*
 * A directory of a test's own, with all in it removed at the end, and whole files
 * read from it.
 */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

#define SCRATCH_PATH 256

/* cmocka's setup and teardown: *state is the directory's path. */
int scratch_make(void **state);
int scratch_remove(void **state);

/* DIR/NAME into `out`; returns it. */
const char *scratch_path(const char *dir, const char *name,
    char out[SCRATCH_PATH]);

/* The bytes of a file; NULL where there is none. The caller frees. */
char *scratch_read(const char *path, size_t *len);

/* Makes a file of the mode given. */
bool scratch_write(const char *path, const char *text, unsigned int mode);

#endif

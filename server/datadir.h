/*
 * The directory that holds store and secrets: nobody else's, and one server's at
 * a time.
 */
#ifndef SERVER_DATADIR_H
#define SERVER_DATADIR_H

#include <stdbool.h>
#include <stddef.h>

/* Makes the directory (0700) with what is missing above it. One that is there
 * and empty becomes 0700; one with something in it keeps its mode, as all that is
 * made in it is its owner's alone, but is refused where others can write into it
 * or where it is not ours. False with a sentence in `cause`. */
bool datadir_prepare(const char *dir, char *cause, size_t cause_size);

/* Takes the directory for as long as the descriptor that is returned stays open
 * (until the process ends at the latest). Waits for a second, as the command line
 * holds it for a moment. -1 with a sentence in `cause`. */
int datadir_lock(const char *dir, char *cause, size_t cause_size);

/* The same without waiting: -1 where somebody else has it (or on an error). */
int datadir_try_lock(const char *dir);

#endif

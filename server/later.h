/*
 * Things to do a little later: one thread that sleeps until the next of a few
 * fixed tasks is due, and not at all where none is.
 */
#ifndef SERVER_LATER_H
#define SERVER_LATER_H

#include <stdint.h>

struct later;

enum later_task { LATER_RECEIPTS, LATER_PRESENCE, LATER_TASKS };

/* run[task](arg) is called on the thread. */
struct later *later_new(void (*const run[LATER_TASKS])(void *arg), void *arg);

/* Has a task run in `ms` milliseconds, unless it runs sooner anyway. Any
 * thread. */
void later_in(struct later *later, enum later_task task, int64_t ms);

/* Ends the thread; what was due is not run, nor what is asked for from here on. */
void later_stop(struct later *later);

/* After later_stop. */
void later_free(struct later *later);

#endif

/*
 * The terminal device: its modes, its size, and bytes to it that never make the
 * program wait. Knows nothing of what the bytes mean. The modes are given back
 * whatever way the program ends.
 */
#ifndef TUI_TTY_H
#define TUI_TTY_H

#include <stdbool.h>
#include <stddef.h>

struct tty;

/* Standard input and output are terminals. */
bool tty_there(void);

/* Takes the terminal over: raw input, output as it is written. NULL with a
 * sentence in `cause` where that cannot be. */
struct tty *tty_open(char *cause, size_t size);

/* Writes what is still queued, but waits no longer than a second for it, and
 * gives the modes back. */
void tty_close(struct tty *tty);

/* The same for a while, and back (^Z). */
void tty_leave(struct tty *tty);
void tty_enter(struct tty *tty);

/* Columns and rows; 80 by 24 where nobody knows. */
void tty_size(int *columns, int *rows);

/* Queues bytes and writes as much as the terminal takes now. */
void tty_write(struct tty *tty, const char *data, size_t len);

/* Writes more of what is queued; true where nothing is left. */
bool tty_flush(struct tty *tty);

/* The descriptor to wait on for writing. */
int tty_fd(const struct tty *tty);

/* What to write to the terminal if the program crashes, at most 128 bytes. */
void tty_set_rescue(const char *data, size_t len);

#endif

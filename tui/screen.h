/*
 * The terminal screen: paints canvases on it, sending only what differs. The
 * only module that knows curses; input is not its business (keys.h).
 */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"

struct screen;

/* Standard input and output are terminals, and TERM names one whose cursor can
 * be moved. */
bool screen_usable(void);

/* Takes the terminal over, with `mouse` its wheel too. NULL with a sentence in
 * `cause` where that cannot be. One at a time. */
struct screen *screen_open(bool mouse, char *cause, size_t size);

/* Gives the terminal back as it was. Takes NULL. */
void screen_close(struct screen *screen);

/* The same for a while, and back (^Z, fg). After it everything is painted. */
void screen_leave(struct screen *screen);
void screen_enter(struct screen *screen);

/* The size of the terminal now. */
void screen_size(int *columns, int *rows);

/* The terminal shows UTF-8. */
bool screen_utf8(const struct screen *screen);

/* Paints what differs from the last canvas; with `whole`, or where the size has
 * changed, everything. Not to be called while the screen is busy: a terminal
 * that does not drain loses frames. */
void screen_paint(struct screen *screen, const struct canvas *canvas,
    bool whole);

void screen_bell(struct screen *screen);

#define SCREEN_COPY_MAX 65536 /* bytes of base64 */

/* Puts text into the clipboard of who sits at the terminal (OSC 52), where the
 * terminal does that. False where it is too long. */
bool screen_copy(struct screen *screen, const char *text);

/* How a terminal is asked to show a notification: the number of the operating
 * system command (OSC), which is iTerm2's or rxvt's. */
enum screen_osc { SCREEN_OSC_NONE, SCREEN_OSC_9, SCREEN_OSC_777 };

/* Asks for one with a line of text, which is cleaned first. */
void screen_notice(struct screen *screen, enum screen_osc kind,
    const char *text);

/* Bytes wait for the terminal; screen_flush writes more, and is to be called
 * when screen_fd is ready for writing. */
bool screen_busy(const struct screen *screen);
void screen_flush(struct screen *screen);
int screen_fd(const struct screen *screen);

#endif

/*
 * Tab: completes the word before the cursor to a command, a channel or a name,
 * :na or :name: to an emoji, and with every further Tab to the next one that
 * fits. Changes the editor, only
 * reads the model.
 */
#ifndef TUI_COMPLETE_H
#define TUI_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/editor.h"
#include "tui/model.h"

#define COMPLETE_MAX 512 /* candidates that are gone through */

struct complete;

struct complete *complete_new(void);
void complete_free(struct complete *complete);

/* Completes, or goes to the next (`back`: the previous) candidate where nothing
 * was changed since the last call. False where nothing fits. */
bool complete_next(struct complete *complete, const struct model *model,
    struct editor *editor, bool back);

#endif

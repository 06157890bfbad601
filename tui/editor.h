/*
 * The line editor: a text, a cursor, a kill ring, undo and a history. It knows
 * no key and no screen: keys are turned into these operations elsewhere. The
 * cursor stands between grapheme clusters. Pure.
 */
#ifndef TUI_EDITOR_H
#define TUI_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

struct editor;

enum editor_op {
	EDITOR_HOME, /* of the line of a text of several */
	EDITOR_END,
	EDITOR_LEFT,
	EDITOR_RIGHT,
	EDITOR_WORD_LEFT,
	EDITOR_WORD_RIGHT,
	EDITOR_BACKSPACE,
	EDITOR_DELETE,
	EDITOR_KILL_END,
	EDITOR_KILL_HOME,
	EDITOR_KILL_BLANK_LEFT, /* to the blank before the cursor (^W) */
	EDITOR_KILL_WORD_LEFT,
	EDITOR_KILL_WORD_RIGHT,
	EDITOR_YANK,
	EDITOR_YANK_OLDER, /* right after a yank: the kill before it instead */
	EDITOR_SWAP,
	EDITOR_SWAP_WORDS,
	EDITOR_UPPER,
	EDITOR_LOWER,
	EDITOR_CAPITAL,
	EDITOR_UNDO,
	EDITOR_NEWLINE,
	EDITOR_UP, /* a line up, in the first line a step back in history */
	EDITOR_DOWN,
	EDITOR_CLEAR,
	EDITOR_OPS
};

/* A text may have `max_chars` code points; the history keeps `history_max`
 * lines. */
struct editor *editor_new(size_t max_chars, size_t history_max);
void editor_free(struct editor *editor);

/* The text, NUL-terminated, the editor's own, until the next call. */
const char *editor_text(const struct editor *editor);
size_t editor_len(const struct editor *editor);	   /* bytes */
size_t editor_cursor(const struct editor *editor); /* byte offset */

/* Changes whenever text, cursor or search do. */
unsigned int editor_version(const struct editor *editor);

/* Does one operation. False where it could do nothing. */
bool editor_do(struct editor *editor, enum editor_op op);

/* Puts text in at the cursor, as typed or pasted: control characters but for
 * newline and tab are left out, and so is what exceeds the bound; then false. */
bool editor_type(struct editor *editor, const char *text, size_t len);

/* Replaces bytes [from, to) by a text and puts the cursor behind it. */
void editor_replace(struct editor *editor, size_t from, size_t to,
    const char *text);

/* Replaces the whole text. */
void editor_set(struct editor *editor, const char *text);

/* The text as it is, which goes into the history; the editor is empty after.
 * The caller frees it. */
char *editor_take(struct editor *editor);

/* --- history (editor_history.c) --- */

/* Adds a line as the newest; empty ones and a repetition of the newest are
 * left out. */
void editor_remember(struct editor *editor, const char *line);

/* Back and forth through the history; what was typed waits at its end. */
bool editor_older(struct editor *editor);
bool editor_newer(struct editor *editor);

/* Incremental search backwards (^R). While searching, the text is the match. */
void editor_search_begin(struct editor *editor);
bool editor_searching(const struct editor *editor);
const char *editor_search_query(const struct editor *editor);
/* More query, or one cluster less of it. False where nothing matches: the last
 * match stays. */
bool editor_search_add(struct editor *editor, const char *text, size_t len);
bool editor_search_drop(struct editor *editor);
/* The next older match. */
bool editor_search_next(struct editor *editor);
/* Ends it: with the match in the editor, or with what was there before. */
void editor_search_end(struct editor *editor, bool keep);

#endif

/*
 * What the parts of the editor share: for editor.c, editor_kill.c and
 * editor_history.c alone.
 */
#ifndef TUI_EDITOR_STATE_H
#define TUI_EDITOR_STATE_H

#include "shared/buf.h"
#include "tui/editor.h"

#define EDITOR_KILLS 16	     /* entries of the kill ring */
#define EDITOR_UNDOS 64	     /* steps that can be undone */
#define EDITOR_QUERY_MAX 128 /* bytes of a search query */

/* What the last operation was, where the next one minds. */
enum editor_last { LAST_OTHER, LAST_INSERT, LAST_KILL, LAST_YANK };

struct editor_undo {
	char *text;
	size_t cursor;
};

struct editor {
	struct buf text; /* always NUL-terminated */
	size_t cursor;
	size_t max_chars;
	unsigned int version;
	enum editor_last last, now;

	char *kills[EDITOR_KILLS]; /* the newest first */
	size_t kill_len, kill_at;  /* entries; the one that was yanked */
	size_t yank_from;	   /* where the yank began */

	struct editor_undo undos[EDITOR_UNDOS]; /* the oldest first */
	size_t undo_len;

	char **history; /* the oldest first */
	char **changed; /* what was made of each meanwhile; NULL: nothing */
	size_t history_len, history_max;
	size_t history_at; /* history_len: the line being written */
	char *draft;	   /* that line, while another is shown */

	bool searching;
	char query[EDITOR_QUERY_MAX + 1];
	size_t search_at; /* index of the match */
	char *search_draft;
	size_t search_cursor;
};

/* Keeps the present state for undo. */
void editor_save(struct editor *editor);

/* Changes bytes [from, to) to `len` bytes of `text`, unfiltered; the cursor
 * goes behind them. */
void editor_splice(struct editor *editor, size_t from, size_t to,
    const char *text, size_t len);

/* Puts cleaned text in at the cursor, as much as the bound lets; false where
 * that is not all. */
bool editor_insert(struct editor *editor, const char *text, size_t len);

/* Makes `text` the whole text, with the cursor at `cursor`. */
void editor_load(struct editor *editor, const char *text, size_t cursor);

/* Bounds of words and lines as byte offsets. */
size_t editor_line_start(const struct editor *editor, size_t at);
size_t editor_line_end(const struct editor *editor, size_t at);
size_t editor_word_left(const struct editor *editor, size_t at);
size_t editor_word_right(const struct editor *editor, size_t at);
size_t editor_blank_left(const struct editor *editor, size_t at);

/* Cuts bytes [from, to) out into the kill ring; successive kills gather in one
 * entry, in front of it where `before`. False where there is nothing to cut. */
bool editor_kill(struct editor *editor, size_t from, size_t to, bool before);
bool editor_yank(struct editor *editor);
bool editor_yank_older(struct editor *editor);
void editor_kills_free(struct editor *editor);

void editor_history_free(struct editor *editor);

/* Back to the line being written; what was made of older ones and is not shown
 * is forgotten. */
void editor_history_leave(struct editor *editor);

#endif

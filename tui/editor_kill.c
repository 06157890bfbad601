/*
 * The editor's kill ring. Owns what was cut out; as in readline, cuts that
 * follow each other gather in one entry.
 */
#include "tui/editor_state.h"

#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"

void
editor_kills_free(struct editor *editor)
{
	for (size_t i = 0; i < editor->kill_len; i++)
		free(editor->kills[i]);
	editor->kill_len = 0;
}

static void
ring_push(struct editor *editor, char *text)
{
	if (editor->kill_len == EDITOR_KILLS)
		free(editor->kills[--editor->kill_len]);
	memmove(&editor->kills[1], &editor->kills[0],
	    editor->kill_len * sizeof(editor->kills[0]));
	editor->kills[0] = text;
	editor->kill_len++;
}

/* Joins a cut to the newest entry. What is in the ring came out of the text, so
 * an entry is bounded by what one can write between two other keys. */
static void
ring_join(struct editor *editor, char *text, bool before)
{
	char *old = editor->kills[0];

	editor->kills[0] = before ? xasprintf("%s%s", text, old)
				  : xasprintf("%s%s", old, text);
	free(old);
	free(text);
}

bool
editor_kill(struct editor *editor, size_t from, size_t to, bool before)
{
	char *text;

	editor->now = LAST_KILL;
	if (from >= to)
		return false;
	text = xstrndup(editor->text.data + from, to - from);
	if (editor->last == LAST_KILL && editor->kill_len > 0)
		ring_join(editor, text, before);
	else
		ring_push(editor, text);
	editor_save(editor);
	editor_splice(editor, from, to, "", 0);
	return true;
}

bool
editor_yank(struct editor *editor)
{
	if (editor->kill_len == 0)
		return false;
	editor_save(editor);
	editor->now = LAST_YANK;
	editor->kill_at = 0;
	editor->yank_from = editor->cursor;
	return editor_insert(editor, editor->kills[0],
	    strlen(editor->kills[0]));
}

bool
editor_yank_older(struct editor *editor)
{
	if (editor->last != LAST_YANK || editor->kill_len == 0)
		return false;
	editor->now = LAST_YANK;
	editor->kill_at = (editor->kill_at + 1) % editor->kill_len;
	editor_splice(editor, editor->yank_from, editor->cursor, "", 0);
	return editor_insert(editor, editor->kills[editor->kill_at],
	    strlen(editor->kills[editor->kill_at]));
}

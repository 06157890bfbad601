/*
 * The editor's history: going through it, and the search backwards. Owns the
 * lines; what is being written, and what was made of older lines, is kept aside
 * while another one is shown.
 */
#include "tui/editor_state.h"

#include <stdlib.h>
#include <string.h>

#include "shared/width.h"
#include "shared/xmalloc.h"

void
editor_history_free(struct editor *editor)
{
	for (size_t i = 0; i < editor->history_len; i++) {
		free(editor->history[i]);
		free(editor->changed[i]);
	}
	free(editor->history);
	free(editor->changed);
	free(editor->draft);
	free(editor->search_draft);
}

void
editor_history_leave(struct editor *editor)
{
	editor->history_at = editor->history_len;
	for (size_t i = 0; i < editor->history_len; i++) {
		free(editor->changed[i]);
		editor->changed[i] = NULL;
	}
	free(editor->draft);
	editor->draft = NULL;
}

void
editor_remember(struct editor *editor, const char *line)
{
	size_t len = editor->history_len;

	editor_history_leave(editor);
	if (line[0] == '\0' || editor->history_max == 0 ||
	    (len > 0 && strcmp(editor->history[len - 1], line) == 0))
		return;
	if (len == editor->history_max) {
		free(editor->history[0]);
		len--;
		memmove(&editor->history[0], &editor->history[1],
		    len * sizeof(editor->history[0]));
	} else {
		editor->history = xreallocarray(editor->history, len + 1,
		    sizeof(editor->history[0]));
		editor->changed = xreallocarray(editor->changed, len + 1,
		    sizeof(editor->changed[0]));
		editor->changed[len] = NULL;
	}
	editor->history[len] = xstrdup(line);
	editor->history_len = len + 1;
	editor->history_at = editor->history_len;
}

/* Keeps what was made of the line that was shown so far. */
static void
put_aside(struct editor *editor, const char *text)
{
	size_t at = editor->history_at;
	char **place = at < editor->history_len ? &editor->changed[at]
						: &editor->draft;

	free(*place);
	*place = xstrdup(text);
}

/* Shows entry `at`; at history_len the line that was being written. */
static void
show(struct editor *editor, size_t at)
{
	const char *text;

	put_aside(editor, editor->text.data);
	editor->history_at = at;
	if (at == editor->history_len)
		text = editor->draft;
	else if (editor->changed[at] != NULL)
		text = editor->changed[at];
	else
		text = editor->history[at];
	editor_load(editor, text, strlen(text));
}

bool
editor_older(struct editor *editor)
{
	if (editor->history_at == 0)
		return false;
	show(editor, editor->history_at - 1);
	return true;
}

bool
editor_newer(struct editor *editor)
{
	if (editor->history_at >= editor->history_len)
		return false;
	show(editor, editor->history_at + 1);
	return true;
}

/* --------------------------------------------------------------- search --- */

void
editor_search_begin(struct editor *editor)
{
	if (editor->searching)
		return;
	editor->searching = true;
	editor->query[0] = '\0';
	editor->search_at = editor->history_len;
	free(editor->search_draft);
	editor->search_draft = xstrdup(editor->text.data);
	editor->search_cursor = editor->cursor;
	editor->version++;
}

bool
editor_searching(const struct editor *editor)
{
	return editor->searching;
}

const char *
editor_search_query(const struct editor *editor)
{
	return editor->query;
}

/* Looks for the query in entries below `from`, the newest first. */
static bool
search_from(struct editor *editor, size_t from)
{
	for (size_t at = from; at-- > 0;) {
		const char *line = editor->history[at];
		const char *hit = strstr(line, editor->query);

		if (hit == NULL)
			continue;
		editor->search_at = at;
		editor_load(editor, line, (size_t)(hit - line));
		return true;
	}
	return false;
}

/* The match that is shown may still fit: the search begins with it. */
static bool
search_again(struct editor *editor)
{
	size_t from = editor->search_at;

	editor->version++;
	if (from < editor->history_len)
		from++;
	return search_from(editor, from);
}

bool
editor_search_add(struct editor *editor, const char *text, size_t len)
{
	size_t have = strlen(editor->query);

	if (have + len > EDITOR_QUERY_MAX)
		return false;
	memcpy(editor->query + have, text, len);
	editor->query[have + len] = '\0';
	return search_again(editor);
}

bool
editor_search_drop(struct editor *editor)
{
	size_t have = strlen(editor->query);

	if (have == 0)
		return false;
	editor->query[width_prev(editor->query, have, have)] = '\0';
	/* A shorter query may match a newer line again. */
	editor->search_at = editor->history_len;
	if (editor->query[0] != '\0')
		return search_again(editor);
	editor_load(editor, editor->search_draft, editor->search_cursor);
	return true;
}

bool
editor_search_next(struct editor *editor)
{
	if (editor->query[0] == '\0')
		return false;
	return search_from(editor, editor->search_at);
}

void
editor_search_end(struct editor *editor, bool keep)
{
	if (!editor->searching)
		return;
	editor->searching = false;
	if (!keep || editor->search_at == editor->history_len) {
		editor_load(editor, editor->search_draft,
		    editor->search_cursor);
	} else {
		put_aside(editor, editor->search_draft);
		editor->history_at = editor->search_at;
	}
	free(editor->search_draft);
	editor->search_draft = NULL;
	editor->version++;
}

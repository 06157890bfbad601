/*
 * The line editor's text and cursor. Owns the operations and undo; the kill ring
 * and the history have files of their own. Refuses what is not text: control
 * characters never get in.
 */
#include "tui/editor_state.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "shared/utf8.h"
#include "shared/width.h"
#include "shared/xmalloc.h"

struct editor *
editor_new(size_t max_chars, size_t history_max)
{
	struct editor *editor = xcalloc(1, sizeof(*editor));

	buf_init(&editor->text);
	buf_reserve(&editor->text, 0);
	editor->max_chars = max_chars;
	editor->history_max = history_max;
	return editor;
}

void
editor_free(struct editor *editor)
{
	if (editor == NULL)
		return;
	for (size_t i = 0; i < editor->undo_len; i++)
		free(editor->undos[i].text);
	editor_kills_free(editor);
	editor_history_free(editor);
	buf_release(&editor->text);
	free(editor);
}

const char *
editor_text(const struct editor *editor)
{
	return editor->text.data;
}

size_t
editor_len(const struct editor *editor)
{
	return editor->text.len;
}

size_t
editor_cursor(const struct editor *editor)
{
	return editor->cursor;
}

unsigned int
editor_version(const struct editor *editor)
{
	return editor->version;
}

/* -------------------------------------------------------------- changes --- */

void
editor_save(struct editor *editor)
{
	struct editor_undo *step;

	if (editor->undo_len == EDITOR_UNDOS) {
		free(editor->undos[0].text);
		editor->undo_len--;
		memmove(&editor->undos[0], &editor->undos[1],
		    editor->undo_len * sizeof(editor->undos[0]));
	}
	step = &editor->undos[editor->undo_len++];
	step->text = xstrdup(editor->text.data);
	step->cursor = editor->cursor;
}

void
editor_splice(struct editor *editor, size_t from, size_t to, const char *text,
    size_t len)
{
	struct buf *buf = &editor->text;

	buf_reserve(buf, len + 1);
	memmove(buf->data + from + len, buf->data + to, buf->len - to);
	memcpy(buf->data + from, text, len);
	buf->len = buf->len - (to - from) + len;
	buf->data[buf->len] = '\0';
	editor->cursor = from + len;
	editor->version++;
}

void
editor_load(struct editor *editor, const char *text, size_t cursor)
{
	editor_splice(editor, 0, editor->text.len, text, strlen(text));
	editor->cursor = cursor;
}

/* Bytes of the first `count` code points. */
static size_t
first_chars(const char *text, size_t len, size_t count)
{
	size_t at = 0;
	uint32_t cp;

	while (at < len && count-- > 0)
		at += utf8_decode(text + at, len - at, &cp);
	return at;
}

bool
editor_insert(struct editor *editor, const char *text, size_t len)
{
	struct buf clean = BUF_INIT;
	size_t used = utf8_count(editor->text.data, editor->text.len);
	size_t room = used < editor->max_chars ? editor->max_chars - used : 0;
	size_t fits = 0;
	bool whole;

	utf8_clean(&clean, text, len, UTF8_CLEAN_TEXT);
	if (clean.len > 0)
		fits = first_chars(clean.data, clean.len, room);
	whole = fits == clean.len;
	if (fits > 0)
		editor_splice(editor, editor->cursor, editor->cursor,
		    clean.data, fits);
	buf_release(&clean);
	return whole;
}

void
editor_replace(struct editor *editor, size_t from, size_t to, const char *text)
{
	editor_save(editor);
	editor_splice(editor, from, to, "", 0);
	editor_insert(editor, text, strlen(text));
	editor->last = LAST_OTHER;
}

void
editor_set(struct editor *editor, const char *text)
{
	editor_replace(editor, 0, editor->text.len, text);
}

char *
editor_take(struct editor *editor)
{
	char *text = xstrdup(editor->text.data);

	editor_remember(editor, text);
	editor_load(editor, "", 0);
	for (size_t i = 0; i < editor->undo_len; i++)
		free(editor->undos[i].text);
	editor->undo_len = 0;
	editor->last = LAST_OTHER;
	return text;
}

static bool
undo(struct editor *editor)
{
	struct editor_undo *last;

	if (editor->undo_len == 0)
		return false;
	last = &editor->undos[--editor->undo_len];
	editor_load(editor, last->text, last->cursor);
	free(last->text);
	return true;
}

/* --------------------------------------------------------------- bounds --- */

size_t
editor_line_start(const struct editor *editor, size_t at)
{
	while (at > 0 && editor->text.data[at - 1] != '\n')
		at--;
	return at;
}

size_t
editor_line_end(const struct editor *editor, size_t at)
{
	while (at < editor->text.len && editor->text.data[at] != '\n')
		at++;
	return at;
}

/* Letters, digits and everything that is not ASCII make words. */
static bool
in_word(char c)
{
	return (unsigned char)c >= 0x80 || isalnum((unsigned char)c);
}

size_t
editor_word_left(const struct editor *editor, size_t at)
{
	const char *text = editor->text.data;

	while (at > 0 && !in_word(text[at - 1]))
		at--;
	while (at > 0 && in_word(text[at - 1]))
		at--;
	return at;
}

size_t
editor_word_right(const struct editor *editor, size_t at)
{
	const char *text = editor->text.data;

	while (at < editor->text.len && !in_word(text[at]))
		at++;
	while (at < editor->text.len && in_word(text[at]))
		at++;
	return at;
}

size_t
editor_blank_left(const struct editor *editor, size_t at)
{
	const char *text = editor->text.data;

	while (at > 0 && isspace((unsigned char)text[at - 1]))
		at--;
	while (at > 0 && !isspace((unsigned char)text[at - 1]))
		at--;
	return at;
}

/* ----------------------------------------------------------- operations --- */

static bool
move(struct editor *editor, size_t to)
{
	if (to == editor->cursor)
		return false;
	editor->cursor = to;
	editor->version++;
	return true;
}

static size_t
left_of(const struct editor *editor)
{
	if (editor->cursor == 0)
		return 0;
	return width_prev(editor->text.data, editor->text.len, editor->cursor);
}

static size_t
right_of(const struct editor *editor)
{
	if (editor->cursor == editor->text.len)
		return editor->cursor;
	return width_after(editor->text.data, editor->text.len, editor->cursor);
}

static bool
cut(struct editor *editor, size_t from, size_t to)
{
	if (from == to)
		return false;
	editor_save(editor);
	editor_splice(editor, from, to, "", 0);
	return true;
}

/* Up and down keep the distance from the line's start, in clusters. */
static bool
line_move(struct editor *editor, bool down)
{
	size_t start = editor_line_start(editor, editor->cursor);
	size_t end = editor_line_end(editor, editor->cursor);
	size_t steps = 0, to, last;

	if (down ? end == editor->text.len : start == 0)
		return down ? editor_newer(editor) : editor_older(editor);
	for (size_t at = start; at < editor->cursor; steps++)
		at = width_after(editor->text.data, editor->text.len, at);
	to = down ? end + 1 : editor_line_start(editor, start - 1);
	last = editor_line_end(editor, to);
	while (steps-- > 0 && to < last)
		to = width_after(editor->text.data, editor->text.len, to);
	return move(editor, to);
}

/* Exchanges text[a..b) with text[c..d), which lies behind it. */
static bool
exchange(struct editor *editor, size_t a, size_t b, size_t c, size_t d)
{
	struct buf text = BUF_INIT;
	const char *data = editor->text.data;

	if (a >= b || b > c || c >= d)
		return false;
	buf_append(&text, data + c, d - c);
	buf_append(&text, data + b, c - b);
	buf_append(&text, data + a, b - a);
	editor_save(editor);
	editor_splice(editor, a, d, text.data, text.len);
	buf_release(&text);
	return true;
}

/* Takes the cluster before the cursor over the one behind it; at the end of the
 * text the two before it change places. */
static bool
swap(struct editor *editor)
{
	const char *text = editor->text.data;
	size_t len = editor->text.len, middle = editor->cursor;

	if (middle == len && middle > 0)
		middle = left_of(editor);
	if (middle == 0)
		return false;
	return exchange(editor, width_prev(text, len, middle), middle, middle,
	    width_after(text, len, middle));
}

static bool
swap_words(struct editor *editor)
{
	size_t c = editor_word_left(editor,
	    editor_word_right(editor, editor->cursor));
	size_t d = editor_word_right(editor, c);
	size_t a = editor_word_left(editor, c);
	size_t b = editor_word_right(editor, a);

	return exchange(editor, a, b, c, d);
}

static uint32_t
in_case(uint32_t cp, bool upper)
{
	utf8proc_int32_t of = (utf8proc_int32_t)cp;

	return (uint32_t)(upper ? utf8proc_toupper(of) : utf8proc_tolower(of));
}

/* One letter becomes one letter: what Unicode maps to several, or a language
 * maps in its own way, stays out. */
static bool
change_case(struct editor *editor, enum editor_op op)
{
	const char *text = editor->text.data;
	size_t end = editor_word_right(editor, editor->cursor), step;
	struct buf changed = BUF_INIT;
	bool first = true;

	if (end == editor->cursor)
		return false;
	buf_reserve(&changed, end - editor->cursor);
	for (size_t at = editor->cursor; at < end; at += step) {
		bool upper = op == EDITOR_UPPER ||
		    (op == EDITOR_CAPITAL && first);
		uint32_t cp;
		char bytes[4];

		step = utf8_decode(text + at, end - at, &cp);
		if (in_word(text[at]))
			first = false;
		buf_append(&changed, bytes,
		    utf8_encode(in_case(cp, upper), bytes));
	}
	editor_save(editor);
	editor_splice(editor, editor->cursor, end, changed.data, changed.len);
	buf_release(&changed);
	return true;
}

static bool
newline(struct editor *editor)
{
	editor_save(editor);
	return editor_insert(editor, "\n", 1);
}

static bool
operate(struct editor *e, enum editor_op op)
{
	size_t at = e->cursor;

	switch (op) {
	case EDITOR_HOME:
		return move(e, editor_line_start(e, at));
	case EDITOR_END:
		return move(e, editor_line_end(e, at));
	case EDITOR_LEFT:
		return move(e, left_of(e));
	case EDITOR_RIGHT:
		return move(e, right_of(e));
	case EDITOR_WORD_LEFT:
		return move(e, editor_word_left(e, at));
	case EDITOR_WORD_RIGHT:
		return move(e, editor_word_right(e, at));
	case EDITOR_BACKSPACE:
		return cut(e, left_of(e), at);
	case EDITOR_DELETE:
		return cut(e, at, right_of(e));
	case EDITOR_SWAP:
		return swap(e);
	case EDITOR_SWAP_WORDS:
		return swap_words(e);
	case EDITOR_UPPER:
	case EDITOR_LOWER:
	case EDITOR_CAPITAL:
		return change_case(e, op);
	case EDITOR_UNDO:
		return undo(e);
	case EDITOR_NEWLINE:
		return newline(e);
	case EDITOR_UP:
	case EDITOR_DOWN:
		return line_move(e, op == EDITOR_DOWN);
	default:
		editor_history_leave(e);
		return cut(e, 0, e->text.len);
	}
}

/* At the end of a line ^K takes the newline, as in Emacs; ^U at its start takes
 * the one before. */
static bool
kill_op(struct editor *e, enum editor_op op)
{
	size_t at = e->cursor;
	size_t start = editor_line_start(e, at), end = editor_line_end(e, at);

	switch (op) {
	case EDITOR_KILL_END:
		if (end == at && end < e->text.len)
			end++;
		return editor_kill(e, at, end, false);
	case EDITOR_KILL_HOME:
		if (start == at && start > 0)
			start--;
		return editor_kill(e, start, at, true);
	case EDITOR_KILL_BLANK_LEFT:
		return editor_kill(e, editor_blank_left(e, at), at, true);
	case EDITOR_KILL_WORD_LEFT:
		return editor_kill(e, editor_word_left(e, at), at, true);
	default:
		return editor_kill(e, at, editor_word_right(e, at), false);
	}
}

bool
editor_do(struct editor *editor, enum editor_op op)
{
	bool done;

	editor->now = LAST_OTHER;
	if (op == EDITOR_YANK)
		done = editor_yank(editor);
	else if (op == EDITOR_YANK_OLDER)
		done = editor_yank_older(editor);
	else if (op >= EDITOR_KILL_END && op <= EDITOR_KILL_WORD_RIGHT)
		done = kill_op(editor, op);
	else
		done = operate(editor, op);
	editor->last = editor->now;
	return done;
}

/* One undo takes back a run of typing, not a letter. */
bool
editor_type(struct editor *editor, const char *text, size_t len)
{
	if (editor->last != LAST_INSERT)
		editor_save(editor);
	editor->last = LAST_INSERT;
	return editor_insert(editor, text, len);
}

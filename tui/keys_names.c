/*
 * Names of keys and of what they do, both ways: the help, the manual and the
 * file of options speak of them so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/option.h"
#include "shared/utf8.h"
#include "tui/editor.h"
#include "tui/keys.h"

#define EDIT(op) ((enum action)(ACTION_EDIT + (op)))
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define F_KEYS 20

static const struct {
	uint32_t code;
	const char *name;
} names[] = {
	{ KEY_UP, "Up" },
	{ KEY_DOWN, "Down" },
	{ KEY_LEFT, "Left" },
	{ KEY_RIGHT, "Right" },
	{ KEY_HOME, "Home" },
	{ KEY_END, "End" },
	{ KEY_INSERT, "Ins" },
	{ KEY_DELETE, "Del" },
	{ KEY_PAGE_UP, "PgUp" },
	{ KEY_PAGE_DOWN, "PgDn" },
	{ KEY_ENTER, "Enter" },
	{ KEY_TAB, "Tab" },
	{ KEY_BACK_TAB, "S-Tab" },
	{ KEY_BACKSPACE, "Backspace" },
	{ KEY_ESCAPE, "Esc" },
	{ KEY_WHEEL_UP, "WheelUp" },
	{ KEY_WHEEL_DOWN, "WheelDown" },
	/* What ends a name in the file, or cannot be seen. */
	{ ' ', "Space" },
	{ '=', "Equals" },
	{ ':', "Colon" },
};

/* What Ctrl makes of these is another key. */
static const struct {
	uint32_t with_ctrl, code;
} same[] = {
	{ 'i', KEY_TAB },
	{ 'm', KEY_ENTER },
	{ '[', KEY_ESCAPE },
	{ '?', KEY_BACKSPACE },
	{ '@', ' ' | (uint32_t)KEY_CTRL },
};

static const struct {
	enum action action;
	int number;
	const char *name;
} actions[] = {
	{ ACTION_SEND, 0, "send" },
	{ EDIT(EDITOR_NEWLINE), 0, "newline" },
	{ ACTION_COMPLETE, 0, "complete" },
	{ ACTION_COMPLETE_BACK, 0, "complete-back" },
	{ EDIT(EDITOR_UP), 0, "older" },
	{ EDIT(EDITOR_DOWN), 0, "newer" },
	{ ACTION_SEARCH, 0, "search-history" },
	{ ACTION_INTERRUPT, 0, "interrupt" },
	{ ACTION_END_OR_DELETE, 0, "leave-or-delete" },
	{ ACTION_WINDOW, 1, "channel-1" },
	{ ACTION_WINDOW, 2, "channel-2" },
	{ ACTION_WINDOW, 3, "channel-3" },
	{ ACTION_WINDOW, 4, "channel-4" },
	{ ACTION_WINDOW, 5, "channel-5" },
	{ ACTION_WINDOW, 6, "channel-6" },
	{ ACTION_WINDOW, 7, "channel-7" },
	{ ACTION_WINDOW, 8, "channel-8" },
	{ ACTION_WINDOW, 9, "channel-9" },
	{ ACTION_WINDOW, 10, "channel-10" },
	{ ACTION_WINDOW_NEXT, 0, "next" },
	{ ACTION_WINDOW_PREVIOUS, 0, "previous" },
	{ ACTION_WINDOW_ACTIVE, 0, "next-active" },
	{ ACTION_WINDOW_LAST, 0, "last" },
	{ ACTION_PAGE_UP, 0, "page-up" },
	{ ACTION_PAGE_DOWN, 0, "page-down" },
	{ ACTION_SCROLL_UP, 0, "scroll-up" },
	{ ACTION_SCROLL_DOWN, 0, "scroll-down" },
	{ ACTION_TOP, 0, "first-message" },
	{ ACTION_BOTTOM, 0, "newest-message" },
	{ ACTION_UNREAD, 0, "first-unread" },
	{ ACTION_HELP, 0, "help" },
	{ ACTION_CHANNELS, 0, "channels" },
	{ ACTION_MEMBERS, 0, "members" },
	{ ACTION_REDRAW, 0, "redraw" },
	{ ACTION_SUSPEND, 0, "suspend" },
	{ ACTION_CLOSE, 0, "close" },
	{ ACTION_SELECT, 0, "select" },
	{ ACTION_SWITCH, 0, "switch" },
	{ ACTION_MENTION_PREVIOUS, 0, "mention-previous" },
	{ ACTION_MENTION_NEXT, 0, "mention-next" },
	{ ACTION_BARE, 0, "bare" },
	{ ACTION_EDITOR, 0, "editor" },
	{ EDIT(EDITOR_HOME), 0, "line-start" },
	{ EDIT(EDITOR_END), 0, "line-end" },
	{ EDIT(EDITOR_LEFT), 0, "left" },
	{ EDIT(EDITOR_RIGHT), 0, "right" },
	{ EDIT(EDITOR_WORD_LEFT), 0, "word-left" },
	{ EDIT(EDITOR_WORD_RIGHT), 0, "word-right" },
	{ EDIT(EDITOR_BACKSPACE), 0, "delete-left" },
	{ EDIT(EDITOR_DELETE), 0, "delete" },
	{ EDIT(EDITOR_KILL_END), 0, "cut-to-end" },
	{ EDIT(EDITOR_KILL_HOME), 0, "cut-to-start" },
	{ EDIT(EDITOR_KILL_BLANK_LEFT), 0, "cut-to-blank" },
	{ EDIT(EDITOR_KILL_WORD_LEFT), 0, "cut-word-left" },
	{ EDIT(EDITOR_KILL_WORD_RIGHT), 0, "cut-word" },
	{ EDIT(EDITOR_YANK), 0, "paste" },
	{ EDIT(EDITOR_YANK_OLDER), 0, "paste-older" },
	{ EDIT(EDITOR_SWAP), 0, "swap" },
	{ EDIT(EDITOR_SWAP_WORDS), 0, "swap-words" },
	{ EDIT(EDITOR_UPPER), 0, "upper" },
	{ EDIT(EDITOR_LOWER), 0, "lower" },
	{ EDIT(EDITOR_CAPITAL), 0, "capital" },
	{ EDIT(EDITOR_UNDO), 0, "undo" },
	{ EDIT(EDITOR_CLEAR), 0, "clear" },
	{ ACTION_NONE, 0, "none" },
};

/* -------------------------------------------------------------- actions --- */

const char *
keys_action_at(size_t index)
{
	return index < COUNT(actions) ? actions[index].name : NULL;
}

const char *
keys_action_name(enum action action, int number)
{
	for (size_t i = 0; i < COUNT(actions); i++) {
		if (actions[i].action == action && actions[i].number == number)
			return actions[i].name;
	}
	return NULL;
}

bool
keys_action(const char *name, enum action *action, int *number)
{
	for (size_t i = 0; i < COUNT(actions); i++) {
		if (strcmp(actions[i].name, name) != 0)
			continue;
		*action = actions[i].action;
		*number = actions[i].number;
		return true;
	}
	return false;
}

/* ----------------------------------------------------------------- keys --- */

static const char *
special_name(uint32_t code)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		if (names[i].code == code)
			return names[i].name;
	}
	return NULL;
}

void
keys_name(uint32_t key, char *out, size_t size)
{
	uint32_t code = key & ~(uint32_t)KEY_MODIFIERS;
	const char *meta = key & KEY_META ? "M-" : "";
	const char *special = special_name(code);
	char character[5] = "";

	if (code < KEY_BASE) {
		bool ctrl = (key & KEY_CTRL) != 0;

		if (ctrl && code >= 'a' && code <= 'z')
			code -= 'a' - 'A';
		character[utf8_encode(code, character)] = '\0';
		snprintf(out, size, "%s%s%s", meta, ctrl ? "^" : "", character);
	} else if (special != NULL) {
		snprintf(out, size, "%s%s%s%s", meta,
		    key & KEY_CTRL ? "C-" : "", key & KEY_SHIFT ? "S-" : "",
		    special);
	} else {
		snprintf(out, size, "%s%s%sF%u", meta,
		    key & KEY_CTRL ? "C-" : "", key & KEY_SHIFT ? "S-" : "",
		    (unsigned int)(code - KEY_F0));
	}
}

/* F1 to F20; 0: it is none of them. */
static uint32_t
function_key(const char *name)
{
	unsigned long number = 0;
	char *end = NULL;

	if ((name[0] == 'F' || name[0] == 'f') && name[1] >= '1' &&
	    name[1] <= '9')
		number = strtoul(name + 1, &end, 10);
	if (end == NULL || *end != '\0' || number > F_KEYS)
		return 0;
	return KEY_F((uint32_t)number);
}

/* A key without modifiers: its name, or a character alone; 0: neither. */
static uint32_t
bare_key(const char *name)
{
	size_t len = strlen(name);
	uint32_t cp;

	for (size_t i = 0; i < COUNT(names); i++) {
		if (strcasecmp(names[i].name, name) == 0)
			return names[i].code;
	}
	if (len > 0 && utf8_valid(name, len) &&
	    utf8_decode(name, len, &cp) == len && !utf8_is_control(cp))
		return cp;
	return function_key(name);
}

/* The modifier that a name begins with, and how long it is. */
static uint32_t
modifier_of(const char *name, size_t *len)
{
	*len = 2;
	if (strncmp(name, "M-", 2) == 0)
		return KEY_META;
	if (strncmp(name, "C-", 2) == 0)
		return KEY_CTRL;
	if (strncmp(name, "S-", 2) == 0)
		return KEY_SHIFT;
	*len = 1;
	return *name == '^' ? KEY_CTRL : 0;
}

/* A character with Ctrl as a terminal sends it. */
static uint32_t
with_ctrl(uint32_t code)
{
	if (code >= 'A' && code <= 'Z')
		code += 'a' - 'A';
	for (size_t i = 0; i < COUNT(same); i++) {
		if (same[i].with_ctrl == code)
			return same[i].code;
	}
	return code | KEY_CTRL;
}

/* Whether a key can be bound: characters are for typing, and of what Ctrl,
 * Shift and Alt could be held with, a terminal does not send all. */
static const char *
objection(uint32_t key)
{
	uint32_t code = key & ~(uint32_t)KEY_MODIFIERS;

	if (code >= KEY_BASE)
		return NULL;
	if ((key & (KEY_META | KEY_CTRL)) == 0)
		return "a character is for typing: only with M- or ^";
	if (key & KEY_SHIFT)
		return "no terminal sends a character with S-";
	if (key == ('[' | (uint32_t)KEY_META) ||
	    key == ('O' | (uint32_t)KEY_META))
		return "other keys begin with M-[ and M-O";
	if ((key & KEY_CTRL) && !(code >= 'a' && code <= 'z') &&
	    (code == 0 || code >= 0x80 || strchr(" \\]^_", (int)code) == NULL))
		return "with Ctrl terminals send letters, Space and \\ ] ^ _";
	return NULL;
}

static const char *
key_name_at(size_t index)
{
	return index < COUNT(names) ? names[index].name : NULL;
}

bool
keys_parse(const char *name, uint32_t *key, char *cause, size_t cause_size)
{
	const char *rest = name;
	uint32_t modifiers = 0, modifier, code;
	const char *wrong, *near;
	size_t len;

	while ((code = bare_key(rest)) == 0 &&
	    (modifier = modifier_of(rest, &len)) != 0) {
		modifiers |= modifier;
		rest += len;
	}
	if (code == 0) {
		near = option_nearest(rest, key_name_at);
		if (near == NULL)
			snprintf(cause, cause_size, "unknown key");
		else
			snprintf(cause, cause_size,
			    "unknown key; did you mean %.*s%s?",
			    (int)(rest - name), name, near);
		return false;
	}
	if ((modifiers & KEY_CTRL) && code < KEY_BASE) {
		modifiers &= ~(uint32_t)KEY_CTRL;
		code = with_ctrl(code);
	}
	*key = code | modifiers;
	wrong = objection(*key);
	if (wrong != NULL)
		snprintf(cause, cause_size, "%s", wrong);
	return wrong == NULL;
}

/*
 * Which key does what. The one table is the dispatcher, and the key help is made
 * from it.
 */
#include "tui/editor.h"
#include "tui/keys.h"

#define CTRL(c) ((c) | (uint32_t)KEY_CTRL)
#define META(c) ((c) | (uint32_t)KEY_META)
#define EDIT(op) ((enum action)(ACTION_EDIT + (op)))

static const struct binding bindings[] = {
	{ KEY_ENTER, ACTION_SEND, 0, "send" },
	{ META(KEY_ENTER), EDIT(EDITOR_NEWLINE), 0, "a new line" },
	{ CTRL('j'), EDIT(EDITOR_NEWLINE), 0, NULL },
	{ KEY_TAB, ACTION_COMPLETE, 0, "complete; again: the next one" },
	{ KEY_BACK_TAB, ACTION_COMPLETE_BACK, 0, "the one before" },
	{ KEY_UP, EDIT(EDITOR_UP), 0, "an older line of the history" },
	{ KEY_DOWN, EDIT(EDITOR_DOWN), 0, "a newer one" },
	{ META('e'), ACTION_EDITOR, 0, "write in $EDITOR" },
	{ CTRL('r'), ACTION_SEARCH, 0, "search the history" },
	{ CTRL('c'), ACTION_INTERRUPT, 0, "clear the input" },
	{ CTRL('d'), ACTION_END_OR_DELETE, 0,
	    "delete; on an empty line: leave" },

	{ META('1'), ACTION_WINDOW, 1, "channels 1 to 10: M-1 to M-0" },
	{ META('2'), ACTION_WINDOW, 2, NULL },
	{ META('3'), ACTION_WINDOW, 3, NULL },
	{ META('4'), ACTION_WINDOW, 4, NULL },
	{ META('5'), ACTION_WINDOW, 5, NULL },
	{ META('6'), ACTION_WINDOW, 6, NULL },
	{ META('7'), ACTION_WINDOW, 7, NULL },
	{ META('8'), ACTION_WINDOW, 8, NULL },
	{ META('9'), ACTION_WINDOW, 9, NULL },
	{ META('0'), ACTION_WINDOW, 10, NULL },
	{ CTRL('n'), ACTION_WINDOW_NEXT, 0, "the next channel" },
	{ CTRL('p'), ACTION_WINDOW_PREVIOUS, 0, "the one before" },
	{ META('a'), ACTION_WINDOW_ACTIVE, 0,
	    "the next channel with something new" },
	{ META('/'), ACTION_WINDOW_LAST, 0, "the channel one came from" },
	{ CTRL('g'), ACTION_SWITCH, 0, "to a channel by a part of its name" },

	{ KEY_PAGE_UP, ACTION_PAGE_UP, 0, "a page up" },
	{ META('v'), ACTION_PAGE_UP, 0, NULL },
	{ KEY_PAGE_DOWN, ACTION_PAGE_DOWN, 0, "a page down" },
	{ CTRL('v'), ACTION_PAGE_DOWN, 0, NULL },
	{ KEY_WHEEL_UP, ACTION_SCROLL_UP, 0, "a few rows up (mouse = yes)" },
	{ KEY_WHEEL_DOWN, ACTION_SCROLL_DOWN, 0, "a few rows down" },
	{ META('<'), ACTION_TOP, 0, "to the first message" },
	{ META('>'), ACTION_BOTTOM, 0, "to the newest message" },
	{ META('u'), ACTION_UNREAD, 0, "to the first unread message" },
	{ META('p'), ACTION_MENTION_PREVIOUS, 0,
	    "to the message before that names one" },
	{ META('n'), ACTION_MENTION_NEXT, 0, "to the next one" },

	{ CTRL('s'), ACTION_SELECT, 0,
	    "select a message: reply, react, edit, delete" },
	{ META(KEY_UP), ACTION_SELECT, 0, NULL },

	{ KEY_F(1), ACTION_HELP, 0, "this help" },
	{ KEY_F(7), ACTION_CHANNELS, 0, "show or hide the channels" },
	{ KEY_F(8), ACTION_MEMBERS, 0, "show or hide the members" },
	{ META('l'), ACTION_BARE, 0, "messages alone, for copying" },
	{ CTRL('l'), ACTION_REDRAW, 0, "draw everything again" },
	{ CTRL('z'), ACTION_SUSPEND, 0, "back to the shell; fg returns" },
	{ KEY_ESCAPE, ACTION_CLOSE, 0,
	    "close what is open; else as Alt with the next key" },

	{ CTRL('a'), EDIT(EDITOR_HOME), 0, "to the start of the line" },
	{ KEY_HOME, EDIT(EDITOR_HOME), 0, NULL },
	{ CTRL('e'), EDIT(EDITOR_END), 0, "to its end" },
	{ KEY_END, EDIT(EDITOR_END), 0, NULL },
	{ CTRL('b'), EDIT(EDITOR_LEFT), 0, "a character left" },
	{ KEY_LEFT, EDIT(EDITOR_LEFT), 0, NULL },
	{ CTRL('f'), EDIT(EDITOR_RIGHT), 0, "a character right" },
	{ KEY_RIGHT, EDIT(EDITOR_RIGHT), 0, NULL },
	{ META('b'), EDIT(EDITOR_WORD_LEFT), 0, "a word left" },
	{ CTRL(KEY_LEFT), EDIT(EDITOR_WORD_LEFT), 0, NULL },
	{ META(KEY_LEFT), EDIT(EDITOR_WORD_LEFT), 0, NULL },
	{ META('f'), EDIT(EDITOR_WORD_RIGHT), 0, "a word right" },
	{ CTRL(KEY_RIGHT), EDIT(EDITOR_WORD_RIGHT), 0, NULL },
	{ META(KEY_RIGHT), EDIT(EDITOR_WORD_RIGHT), 0, NULL },
	{ KEY_BACKSPACE, EDIT(EDITOR_BACKSPACE), 0,
	    "delete the character before the cursor" },
	{ CTRL('h'), EDIT(EDITOR_BACKSPACE), 0, NULL },
	{ KEY_DELETE, EDIT(EDITOR_DELETE), 0, "delete the one under it" },
	{ CTRL('k'), EDIT(EDITOR_KILL_END), 0, "cut to the end of the line" },
	{ CTRL('u'), EDIT(EDITOR_KILL_HOME), 0, "cut to its start" },
	{ CTRL('w'), EDIT(EDITOR_KILL_BLANK_LEFT), 0, "cut back to the blank" },
	{ META('d'), EDIT(EDITOR_KILL_WORD_RIGHT), 0, "cut a word" },
	{ META(KEY_BACKSPACE), EDIT(EDITOR_KILL_WORD_LEFT), 0,
	    "cut the word before" },
	{ META(CTRL('h')), EDIT(EDITOR_KILL_WORD_LEFT), 0, NULL },
	{ CTRL('y'), EDIT(EDITOR_YANK), 0, "put in what was cut" },
	{ META('y'), EDIT(EDITOR_YANK_OLDER), 0, "the cut before it instead" },
	{ CTRL('t'), EDIT(EDITOR_SWAP), 0, "exchange two characters" },
	{ META('t'), EDIT(EDITOR_SWAP_WORDS), 0, "exchange two words" },
	{ META('U'), EDIT(EDITOR_UPPER), 0, "upper case" },
	{ META('L'), EDIT(EDITOR_LOWER), 0, "lower case" },
	{ META('c'), EDIT(EDITOR_CAPITAL), 0, "capital letter" },
	{ CTRL('_'), EDIT(EDITOR_UNDO), 0, "undo" },
};

#define BINDINGS (sizeof(bindings) / sizeof(bindings[0]))

const struct binding *
keys_defaults(size_t *count)
{
	*count = BINDINGS;
	return bindings;
}

/*
 * From bytes of a terminal to keys, and from keys to actions. The decoder is fed
 * what read() gave, however it was split; an escape sequence that stops half way
 * and a paste that never ends are given up in time. Pure: the caller brings
 * bytes and clock.
 */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"

#define KEYS_ESCAPE_MS 1000  /* how long Esc waits for the key it prefixes */
#define KEYS_PASTE_MS 10000  /* how long a paste may want its end */
#define KEYS_PASTE_MAX 65536 /* bytes of a paste that are kept */

/* What a key is: a character as its code point, another key as one of these,
 * and modifiers over both. ^A is 'a' with KEY_CTRL. */
enum key_code {
	KEY_BASE = 0x200000,
	KEY_UP = KEY_BASE,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_INSERT,
	KEY_DELETE,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_ENTER,
	KEY_TAB,
	KEY_BACK_TAB,
	KEY_BACKSPACE,
	KEY_ESCAPE,
	KEY_WHEEL_UP, /* of a mouse */
	KEY_WHEEL_DOWN,
	KEY_PASTE, /* text and len hold what was pasted */
	KEY_F0,
	KEY_LAST = KEY_F0 + 20,

	KEY_SHIFT = 1 << 24,
	KEY_META = 1 << 25,
	KEY_CTRL = 1 << 26,
	KEY_MODIFIERS = KEY_SHIFT | KEY_META | KEY_CTRL,
};
#define KEY_F(n) (KEY_F0 + (n))

struct key {
	uint32_t code;
	const char *text; /* of a character or a paste: its bytes, which are */
	size_t len;	  /* good until the callback returns */
	bool split;	  /* the Esc before it came in a read of its own: it was
			     typed, not sent by a key */
};

typedef void keys_on_key(void *arg, const struct key *key);

enum keys_state {
	KEYS_GROUND,
	KEYS_ESCAPE, /* Esc came */
	KEYS_CSI,    /* Esc [ came, or Esc [ [ of the Linux console */
	KEYS_SS3,    /* Esc O came */
	KEYS_UTF8,   /* a character is unfinished */
	KEYS_PASTE,  /* in a bracketed paste */
};

#define KEYS_SEQUENCE_MAX 32

struct keys {
	enum keys_state state;
	bool meta;	  /* Esc came before what is being read */
	bool split;	  /* and it came in an earlier read */
	int escape_ms;	  /* how long a lone Esc waits */
	int64_t since_ms; /* when the state was entered */
	char sequence[KEYS_SEQUENCE_MAX];
	size_t len;  /* bytes in sequence */
	size_t need; /* of KEYS_UTF8: bytes of the whole character */
	struct buf paste;
	keys_on_key *on_key;
	void *arg;
};

void keys_init(struct keys *keys, keys_on_key *on_key, void *arg);
void keys_release(struct keys *keys);

/* Sets how long a lone Esc waits before it is a key by itself: KEYS_ESCAPE_MS,
 * or less where Esc closes something. */
void keys_set_escape(struct keys *keys, int ms);

/* Takes `len` bytes that came at `now_ms` (monotonic); calls back for every key
 * that is whole. */
void keys_feed(struct keys *keys, const char *data, size_t len, int64_t now_ms);

/* When keys_tick wants to be called, monotonic; -1: not at all. */
int64_t keys_deadline(const struct keys *keys);

/* Gives up what has waited too long: an Esc becomes a key, a broken sequence
 * nothing, a paste ends. */
void keys_tick(struct keys *keys, int64_t now_ms);

/* ----------------------------------------- bindings (keys_bindings.c) --- */

enum action {
	ACTION_NONE,
	/* the editor's, in the order of enum editor_op */
	ACTION_EDIT,
	ACTION_EDIT_LAST = ACTION_EDIT + 63,
	ACTION_SEND,
	ACTION_COMPLETE,
	ACTION_COMPLETE_BACK,
	ACTION_SEARCH,
	ACTION_WINDOW, /* with the number in the binding */
	ACTION_WINDOW_NEXT,
	ACTION_WINDOW_PREVIOUS,
	ACTION_WINDOW_ACTIVE,
	ACTION_WINDOW_LAST,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_SCROLL_UP, /* a few rows */
	ACTION_SCROLL_DOWN,
	ACTION_TOP,
	ACTION_BOTTOM,
	ACTION_UNREAD,
	ACTION_REDRAW,
	ACTION_HELP,
	ACTION_CHANNELS,
	ACTION_MEMBERS,
	ACTION_INTERRUPT,
	ACTION_END_OR_DELETE, /* ^D: delete, on an empty line leave */
	ACTION_SUSPEND,
	ACTION_CLOSE,
	ACTION_SELECT,
	ACTION_SWITCH,
	ACTION_MENTION_PREVIOUS,
	ACTION_MENTION_NEXT,
	ACTION_BARE,
	ACTION_EDITOR,
	ACTIONS
};

struct binding {
	uint32_t key;
	enum action action;
	int number;	  /* of ACTION_WINDOW, from 1 */
	const char *help; /* NULL: another key of the row before */
};

/* The table that the program comes with, in the order of the help. */
const struct binding *keys_defaults(size_t *count);

/* ------------------------------------------------ changes (keys_bind.c) --- */

/* The table as it holds, in the order of the help. Good until the next
 * keys_bind(). */
const struct binding *keys_bindings(size_t *count);

/* What a key is bound to; NULL: nothing. */
const struct binding *keys_binding(uint32_t key);

/* Binds a key to an action (a number for ACTION_WINDOW, else 0) and takes it
 * from the one it was bound to; ACTION_NONE: to nothing. */
void keys_bind(uint32_t key, enum action action, int number);

/* Forgets every keys_bind(). */
void keys_bind_defaults(void);

/* ------------------------------------------------- names (keys_names.c) --- */

/* Writes a key as people write it: ^A, M-a, PgUp, F1. */
void keys_name(uint32_t key, char *out, size_t size);

/* The key of a name, also C-a for ^A; Space, Equals and Colon are names, too.
 * False with what is wrong in `cause` where there is no such key, or it cannot
 * be bound: a character by itself, and what no terminal sends. */
bool keys_parse(const char *name, uint32_t *key, char *cause,
    size_t cause_size);

/* The names of actions, as the file of options has them: by index, NULL behind
 * the last; by action, NULL where it has none; and back. */
const char *keys_action_at(size_t index);
const char *keys_action_name(enum action action, int number);
bool keys_action(const char *name, enum action *action, int *number);

#endif

/*
 * The key decoder, fed with bytes however they come, and the table of bindings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "dice.h"
#include "shared/buf.h"
#include "tui/editor.h"
#include "tui/keys.h"

/* Keys are written down as their names; text as it is. */
static void
note(void *arg, const struct key *key)
{
	struct buf *notes = arg;
	char name[32];

	if (notes->len > 0)
		buf_putc(notes, ' ');
	if (key->code == KEY_PASTE) {
		buf_puts(notes, "paste(");
		buf_append(notes, key->text, key->len);
		buf_putc(notes, ')');
		return;
	}
	keys_name(key->code, name, sizeof(name));
	buf_puts(notes, name);
	if (key->code < KEY_BASE)
		assert_true(key->len > 0 && key->len <= 4);
}

struct session {
	struct keys keys;
	struct buf notes;
};

static void
session_begin(struct session *session)
{
	buf_init(&session->notes);
	keys_init(&session->keys, note, &session->notes);
}

static void
session_end(struct session *session, const char *want)
{
	assert_string_equal(
	    session->notes.data == NULL ? "" : session->notes.data, want);
	buf_release(&session->notes);
	keys_release(&session->keys);
}

static void
feed(struct session *session, const char *bytes, int64_t now)
{
	keys_feed(&session->keys, bytes, strlen(bytes), now);
}

/* The bytes mean the keys, whole, byte by byte, and split in two anywhere. */
static void
assert_keys(const char *bytes, const char *want)
{
	size_t len = strlen(bytes);
	struct session session;

	for (size_t split = 0; split <= len; split++) {
		session_begin(&session);
		keys_feed(&session.keys, bytes, split, 0);
		keys_feed(&session.keys, bytes + split, len - split, 10);
		session_end(&session, want);
	}
	session_begin(&session);
	for (size_t i = 0; i < len; i++)
		keys_feed(&session.keys, bytes + i, 1, (int64_t)i);
	session_end(&session, want);
}

static void
characters_are_keys(void **state)
{
	(void)state;
	assert_keys("aZ \xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80", "a Z   é 日 😀");
}

static void
control_characters_have_names(void **state)
{
	(void)state;
	assert_keys("\x01\x05\r\n\t\x7f\x08\x1f",
	    "^A ^E Enter ^J Tab "
	    "Backspace ^H ^_");
}

static void
escape_makes_the_next_key_a_meta_key(void **state)
{
	(void)state;
	assert_keys("\033a\033<\033\r\033\x7f\033\xc3\xa9",
	    "M-a M-< M-Enter M-Backspace M-é");
}

static void
sequences_of_all_common_terminals_are_known(void **state)
{
	(void)state;
	assert_keys("\033[A\033OB\033[5~\033[6~\033[H\033[1~\033[4~\033OF",
	    "Up Down PgUp PgDn Home Home End End");
	assert_keys("\033OP\033[11~\033[[A\033[18~\033[19~\033[Z\033[3~",
	    "F1 F1 F1 F7 F8 S-Tab Del");
}

static void
modifiers_are_read_from_the_parameter(void **state)
{
	(void)state;
	assert_keys("\033[1;5C\033[1;3D\033[5;2~\033Oc\033\033[A",
	    "C-Right M-Left S-PgUp C-Right M-Up");
}

static void
unknown_sequences_are_dropped_whole(void **state)
{
	(void)state;
	assert_keys("\033[99~a\033[?1;2cb\033[<0;10;20Mc\033[1;2;3zd",
	    "a b c d");
}

static void
broken_characters_are_dropped_and_what_follows_is_kept(void **state)
{
	(void)state;
	assert_keys("\xc3"
		    "a\xff\xfe"
		    "b\x80"
		    "c\xe6\x97"
		    "d",
	    "a b c d");
}

static void
a_lone_escape_is_a_key_after_a_second(void **state)
{
	struct session session;

	(void)state;
	session_begin(&session);
	feed(&session, "\033", 100);
	assert_int_equal(keys_deadline(&session.keys), 1100);
	keys_tick(&session.keys, 1099);
	assert_int_equal(session.notes.len, 0);
	keys_tick(&session.keys, 1100);
	assert_int_equal(keys_deadline(&session.keys), -1);
	feed(&session, "a", 1200);
	session_end(&session, "Esc a");
}

static void
escape_is_a_key_sooner_where_it_closes_something(void **state)
{
	struct session session;

	(void)state;
	session_begin(&session);
	keys_set_escape(&session.keys, 50);
	feed(&session, "\033", 0);
	feed(&session, "q", 60);
	session_end(&session, "Esc q");
}

static void
a_sequence_that_breaks_off_is_given_up_in_time(void **state)
{
	struct session session;

	(void)state;
	session_begin(&session);
	feed(&session, "\033[1;", 0);
	keys_tick(&session.keys, 1000);
	feed(&session, "a", 1001);
	session_end(&session, "a");
}

static void
note_split(void *arg, const struct key *key)
{
	buf_putc(arg, key->split ? 's' : '-');
}

static void
an_escape_that_was_typed_is_told_from_one_that_a_key_sent(void **state)
{
	struct buf notes = BUF_INIT;
	struct keys keys;

	(void)state;
	keys_init(&keys, note_split, &notes);
	keys_feed(&keys, "\033a", 2, 0);
	keys_feed(&keys, "\033", 1, 10);
	keys_feed(&keys, "/b", 2, 20);
	keys_feed(&keys, "\033", 1, 30);
	keys_feed(&keys, "[A", 2, 30);
	keys_feed(&keys, "c", 1, 40);
	assert_string_equal(notes.data, "-s-s-");
	keys_release(&keys);
	buf_release(&notes);
}

static void
an_endless_sequence_is_bounded(void **state)
{
	struct session session;

	(void)state;
	session_begin(&session);
	feed(&session, "\033[", 0);
	for (int i = 0; i < 1000; i++)
		feed(&session, "1;", 1);
	assert_true(session.keys.len <= KEYS_SEQUENCE_MAX);
	keys_release(&session.keys);
	buf_release(&session.notes);
}

static void
a_paste_is_one_key_and_its_line_ends_are_no_enter(void **state)
{
	(void)state;
	assert_keys("a\033[200~one\rtwo\r\n\033[Athree\tx\033[201~b",
	    "a paste(one\ntwo\n\033[Athree\tx) b");
}

static void
a_paste_without_an_end_is_given_up_after_ten_seconds(void **state)
{
	struct session session;

	(void)state;
	session_begin(&session);
	feed(&session, "\033[200~lost end", 0);
	assert_int_equal(keys_deadline(&session.keys), KEYS_PASTE_MS);
	/* A person who types in vain does not put the end off. */
	feed(&session, "\r", 9000);
	keys_tick(&session.keys, 9999);
	assert_int_equal(session.notes.len, 0);
	keys_tick(&session.keys, 10000);
	feed(&session, "a\r", 10001);
	session_end(&session, "paste(lost end\n) a Enter");
}

static void
a_paste_that_still_comes_is_waited_for(void **state)
{
	struct session session;

	(void)state;
	session_begin(&session);
	feed(&session, "\033[200~", 0);
	feed(&session, "a long piece of text,", 9000);
	feed(&session, "\r\033[201~", 15000);
	session_end(&session, "paste(a long piece of text,\n)");
}

static void
a_huge_paste_is_cut_and_its_end_still_seen(void **state)
{
	struct session session;
	char block[1000];

	(void)state;
	session_begin(&session);
	memset(block, 'x', sizeof(block));
	feed(&session, "\033[200~", 0);
	for (int i = 0; i < 200; i++)
		keys_feed(&session.keys, block, sizeof(block), 1);
	feed(&session, "\033[201~", 2);
	assert_true(session.notes.len >= KEYS_PASTE_MAX);
	assert_true(session.notes.len < KEYS_PASTE_MAX + 100);
	feed(&session, "b", 3);
	assert_int_equal(session.notes.data[session.notes.len - 1], 'b');
	keys_release(&session.keys);
	buf_release(&session.notes);
}

/* ------------------------------------------------------------- bindings --- */

static void
no_key_is_bound_twice(void **state)
{
	size_t count;
	const struct binding *table = keys_bindings(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		assert_ptr_equal(keys_binding(table[i].key), &table[i]);
}

static void
the_keys_of_the_manual_are_bound(void **state)
{
	static const struct {
		const char *bytes;
		enum action action;
	} rows[] = {
		{ "\0331", ACTION_WINDOW },
		{ "\0330", ACTION_WINDOW },
		{ "\x0e", ACTION_WINDOW_NEXT },
		{ "\x10", ACTION_WINDOW_PREVIOUS },
		{ "\033a", ACTION_WINDOW_ACTIVE },
		{ "\033/", ACTION_WINDOW_LAST },
		{ "\033[5~", ACTION_PAGE_UP },
		{ "\033[6~", ACTION_PAGE_DOWN },
		{ "\033<", ACTION_TOP },
		{ "\033>", ACTION_BOTTOM },
		{ "\033u", ACTION_UNREAD },
		{ "\x0c", ACTION_REDRAW },
		{ "\033OP", ACTION_HELP },
		{ "\033[18~", ACTION_CHANNELS },
		{ "\033[19~", ACTION_MEMBERS },
		{ "\x03", ACTION_INTERRUPT },
		{ "\x04", ACTION_END_OR_DELETE },
		{ "\x12", ACTION_SEARCH },
		{ "\t", ACTION_COMPLETE },
		{ "\r", ACTION_SEND },
		{ "\x1a", ACTION_SUSPEND },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct session session;
		bool found = false;
		size_t count;
		const struct binding *table = keys_bindings(&count);

		session_begin(&session);
		feed(&session, rows[i].bytes, 0);
		for (size_t k = 0; k < count; k++) {
			char name[32];

			keys_name(table[k].key, name, sizeof(name));
			found = found ||
			    (strcmp(name, session.notes.data) == 0 &&
				table[k].action == rows[i].action);
		}
		assert_true(found);
		buf_release(&session.notes);
		keys_release(&session.keys);
	}
}

static void
every_binding_has_an_action_with_a_name(void **state)
{
	size_t count;
	const struct binding *table = keys_defaults(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		enum action action;
		int number;
		const char *name = keys_action_name(table[i].action,
		    table[i].number);

		if (name == NULL)
			fail_msg("row %zu: no name in keys_names.c", i);
		assert_true(keys_action(name, &action, &number));
		assert_int_equal(action, table[i].action);
		assert_int_equal(number, table[i].number);
	}
	for (size_t i = 0; keys_action_at(i) != NULL; i++) {
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(keys_action_at(i),
			    keys_action_at(k));
	}
}

static void
a_name_is_the_key_it_was_made_from(void **state)
{
	static const uint32_t more[] = { KEY_F(1), KEY_F(20),
		KEY_F(5) | KEY_SHIFT, KEY_UP | KEY_SHIFT | KEY_CTRL,
		KEY_LEFT | KEY_META | KEY_CTRL, '-' | KEY_META, '^' | KEY_META,
		0xe9 | KEY_META, '\\' | KEY_CTRL, KEY_TAB | KEY_META };
	size_t count, all;
	const struct binding *table = keys_defaults(&count);

	(void)state;
	all = count + sizeof(more) / sizeof(more[0]);
	for (size_t i = 0; i < all; i++) {
		uint32_t want = i < count ? table[i].key : more[i - count];
		uint32_t key = 0;
		char name[32], cause[200] = "";

		keys_name(want, name, sizeof(name));
		if (!keys_parse(name, &key, cause, sizeof(cause)))
			fail_msg("%s: %s", name, cause);
		assert_int_equal(key, want);
	}
}

static void
keys_can_be_written_in_other_ways(void **state)
{
	static const struct {
		const char *name;
		uint32_t key;
	} rows[] = {
		{ "C-a", 'a' | KEY_CTRL },
		{ "^a", 'a' | KEY_CTRL },
		{ "C-M-X", 'x' | KEY_CTRL | KEY_META },
		{ "pgup", KEY_PAGE_UP },
		{ "f5", KEY_F(5) },
		{ "^I", KEY_TAB },
		{ "^M", KEY_ENTER },
		{ "^[", KEY_ESCAPE },
		{ "^Space", ' ' | KEY_CTRL },
		{ "^@", ' ' | KEY_CTRL },
		{ "M-Equals", '=' | KEY_META },
		{ "M-Colon", ':' | KEY_META },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t key = 0;
		char cause[200] = "";

		if (!keys_parse(rows[i].name, &key, cause, sizeof(cause)))
			fail_msg("%s: %s", rows[i].name, cause);
		assert_int_equal(key, rows[i].key);
	}
}

static void
what_is_no_key_is_refused_with_a_reason(void **state)
{
	static const struct {
		const char *name, *says;
	} rows[] = {
		{ "", "unknown key" },
		{ "M-", "unknown key" },
		{ "F0", "unknown key" },
		{ "F21", "unknown key" },
		{ "F1x", "unknown key" },
		{ "PgUpp", "did you mean PgUp?" },
		{ "C-Lfet", "did you mean C-Left?" },
		{ "a", "for typing" },
		{ "S-a", "for typing" },
		{ "Space", "for typing" },
		{ "M-S-a", "S-" },
		{ "M-O", "M-O" },
		{ "M-[", "M-[" },
		{ "^1", "Ctrl" },
		{ "M-\x01", "unknown key" },
		{ "M-\xff", "unknown key" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t key;
		char cause[200] = "";

		if (keys_parse(rows[i].name, &key, cause, sizeof(cause)))
			fail_msg("%s was taken", rows[i].name);
		if (strstr(cause, rows[i].says) == NULL)
			fail_msg("%s: %s", rows[i].name, cause);
	}
}

/* Where a key stands in the table as it holds. */
static size_t
row_of(uint32_t key)
{
	size_t count;
	const struct binding *table = keys_bindings(&count);

	for (size_t i = 0; i < count; i++) {
		if (table[i].key == key)
			return i;
	}
	fail();
	return 0;
}

static void
a_key_can_be_bound_anew_and_the_help_follows(void **state)
{
	size_t before, count;
	const struct binding *table;

	(void)state;
	keys_bindings(&before);
	/* One more key for an action stands behind its others. */
	keys_bind(KEY_F(5), ACTION_HELP, 0);
	table = keys_bindings(&count);
	assert_int_equal(count, before + 1);
	assert_int_equal(row_of(KEY_F(5)), row_of(KEY_F(1)) + 1);
	assert_null(table[row_of(KEY_F(5))].help);
	/* It has the help when it is the only one. */
	keys_bind(KEY_F(1), ACTION_NONE, 0);
	table = keys_bindings(&count);
	assert_int_equal(count, before);
	assert_null(keys_binding(KEY_F(1)));
	assert_string_equal(table[row_of(KEY_F(5))].help, "this help");
	/* A key that did something else does that no more. */
	keys_bind('a' | KEY_META, ACTION_PAGE_UP, 0);
	assert_int_equal(keys_binding('a' | KEY_META)->action, ACTION_PAGE_UP);
	assert_null(keys_binding('a' | KEY_META)->help);
	/* What has no key in the program's table is called by its name. */
	keys_bind(KEY_F(6), (enum action)(ACTION_EDIT + EDITOR_CLEAR), 0);
	assert_string_equal(keys_binding(KEY_F(6))->help, "clear");
	keys_bind_defaults();
	table = keys_bindings(&count);
	assert_int_equal(count, before);
	assert_string_equal(table[row_of(KEY_F(1))].help, "this help");
}

static void
any_bytes_at_all_leave_the_decoder_sound(void **state)
{
	struct session session;
	struct dice dice = { 9 };

	(void)state;
	session_begin(&session);
	for (int64_t i = 0; i < 20000; i++) {
		static const char *const likely[] = { "\033", "[", "O", "~",
			"200~", "201~", "1;5" };
		char byte = (char)dice_roll(&dice, 256);

		if (dice_roll(&dice, 2) == 0)
			feed(&session, likely[dice_roll(&dice, 7)], i * 20);
		else
			keys_feed(&session.keys, &byte, 1, i * 20);
		assert_true(session.keys.paste.len <= KEYS_PASTE_MAX + 16);
	}
	keys_tick(&session.keys, INT64_C(1) << 40);
	assert_int_equal(keys_deadline(&session.keys), -1);
	keys_release(&session.keys);
	buf_release(&session.notes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_are_keys),
		cmocka_unit_test(control_characters_have_names),
		cmocka_unit_test(escape_makes_the_next_key_a_meta_key),
		cmocka_unit_test(sequences_of_all_common_terminals_are_known),
		cmocka_unit_test(modifiers_are_read_from_the_parameter),
		cmocka_unit_test(unknown_sequences_are_dropped_whole),
		cmocka_unit_test(
		    broken_characters_are_dropped_and_what_follows_is_kept),
		cmocka_unit_test(a_lone_escape_is_a_key_after_a_second),
		cmocka_unit_test(
		    escape_is_a_key_sooner_where_it_closes_something),
		cmocka_unit_test(
		    a_sequence_that_breaks_off_is_given_up_in_time),
		cmocka_unit_test(
		    an_escape_that_was_typed_is_told_from_one_that_a_key_sent),
		cmocka_unit_test(an_endless_sequence_is_bounded),
		cmocka_unit_test(
		    a_paste_is_one_key_and_its_line_ends_are_no_enter),
		cmocka_unit_test(
		    a_paste_without_an_end_is_given_up_after_ten_seconds),
		cmocka_unit_test(a_paste_that_still_comes_is_waited_for),
		cmocka_unit_test(a_huge_paste_is_cut_and_its_end_still_seen),
		cmocka_unit_test(no_key_is_bound_twice),
		cmocka_unit_test(every_binding_has_an_action_with_a_name),
		cmocka_unit_test(a_name_is_the_key_it_was_made_from),
		cmocka_unit_test(keys_can_be_written_in_other_ways),
		cmocka_unit_test(what_is_no_key_is_refused_with_a_reason),
		cmocka_unit_test(a_key_can_be_bound_anew_and_the_help_follows),
		cmocka_unit_test(the_keys_of_the_manual_are_bound),
		cmocka_unit_test(any_bytes_at_all_leave_the_decoder_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The cache: what is put in comes out as it was, through the reducer; a file that
 * is none is moved away.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/scratch.h"
#include "tui/cache.h"
#include "tui/reduce_private.h"

static struct cache *
file_open(const char *dir, bool *rebuilt)
{
	char path[SCRATCH_PATH];
	char cause[256] = "";

	return cache_open(scratch_path(dir, "kept/c.db", path), rebuilt, cause,
	    sizeof(cause));
}

static void
a_message_comes_back_in_every_field(void **state)
{
	struct model *model = model_new();
	struct message *a;
	struct message *b;
	json_t *first = json_pack(
	    "{s:s,s:i,s:{s:s,s:s,s:s},s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,"
	    "s:i,s:[s],s:[{s:s,s:i,s:[s]},{s:s,s:i,s:[]}]}",
	    "id", "77", "seq", 9, "user", "id", "2", "username", "bob",
	    "display_name", "Bob", "text", "two\nlines", "client_msg_id", "c-1",
	    "created_at", "2026-11-24T02:05:00.123Z", "edited_at",
	    "2026-11-24T02:06:00.000Z", "deleted_at",
	    "2026-11-24T02:07:00.000Z", "pinned_at", "2026-11-24T02:08:00.000Z",
	    "last_reply_at", "2026-11-24T02:09:00.000Z", "parent_id", "70",
	    "in_channel", 1, "reply_count", 3, "mentions", "1", "reactions",
	    "emoji", ":a:", "count", 2, "user_ids", "1", "emoji",
	    ":b:", "count", 5, "user_ids");
	json_t *second;

	(void)state;
	model->me.id = 1;
	a = message_parse(model, first);
	second = cache_message_json(a, 1);
	b = message_parse(model, second);
	assert_int_equal(b->id, 77);
	assert_int_equal(b->seq, 9);
	assert_int_equal(b->author.id, 2);
	assert_string_equal(b->author.username, "bob");
	assert_string_equal(b->author.display_name, "Bob");
	assert_string_equal(b->text, "two\nlines");
	assert_string_equal(b->client_msg_id, "c-1");
	assert_int_equal(b->created_ms, a->created_ms);
	assert_int_equal(b->edited_ms, a->edited_ms);
	assert_int_equal(b->deleted_ms, a->deleted_ms);
	assert_int_equal(b->pinned_ms, a->pinned_ms);
	assert_int_equal(b->last_reply_ms, a->last_reply_ms);
	assert_int_not_equal(b->last_reply_ms, 0);
	assert_int_equal(b->parent_id, 70);
	assert_true(b->in_channel);
	assert_int_equal(b->reply_count, 3);
	assert_true(b->mentions_me);
	assert_int_equal(b->reaction_len, 2);
	assert_string_equal(b->reactions[0].emoji, ":a:");
	assert_int_equal(b->reactions[0].count, 2);
	assert_true(b->reactions[0].mine);
	assert_int_equal(b->reactions[1].count, 5);
	assert_false(b->reactions[1].mine);
	message_free(a);
	message_free(b);
	json_decref(first);
	json_decref(second);
	model_free(model);
}

static void
a_channel_and_its_window_come_back(void **state)
{
	bool rebuilt;
	struct cache *cache = file_open(*state, &rebuilt);
	struct channel channel = { .id = 5,
		.name = (char[]){ "ops" },
		.topic = (char[]){ "on call" },
		.is_public = true,
		.member_count = 4,
		.seq = 31,
		.unread = 2,
		.mentions = 1,
		.read_id = 8,
		.newest_id = 10,
		.last_activity_ms = 1000,
		.role = 'm',
		.muted = true,
		.notify = 'm' };
	struct model *model = model_new();
	json_t *object = cache_channel_json(&channel);
	json_t *window = json_pack("[{s:s},{s:s}]", "id", "9", "id", "10");
	json_t *list;
	struct channel *back;
	int64_t seq = 0;

	assert_true(cache_channel_put(cache, object, window));
	cache_close(cache);
	cache = file_open(*state, &rebuilt);
	list = cache_channels(cache);
	back = reduce_channel(model, json_array_get(list, 0));
	assert_string_equal(back->name, "ops");
	assert_string_equal(back->topic, "on call");
	assert_true(back->is_public);
	assert_int_equal(back->member_count, 4);
	assert_int_equal(back->seq, 31);
	assert_int_equal(back->unread, 2);
	assert_int_equal(back->mentions, 1);
	assert_int_equal(back->read_id, 8);
	assert_int_equal(back->newest_id, 10);
	assert_int_equal(back->last_activity_ms, 1000);
	assert_int_equal(back->role, 'm');
	assert_true(back->muted);
	assert_int_equal(back->notify, 'm');
	json_decref(list);
	list = cache_window(cache, 5, &seq);
	assert_int_equal(seq, 31);
	assert_true(json_equal(list, window));
	json_decref(list);
	json_decref(object);
	json_decref(window);
	model_free(model);
	cache_close(cache);
}

static void
the_outbox_keeps_its_order(void **state)
{
	static const char *const ids[] = { "z", "a", "m" };
	bool rebuilt;
	struct cache *cache = file_open(*state, &rebuilt);
	json_t *fields;
	json_t *rows;
	size_t i;

	for (i = 0; i < 3; i++) {
		fields = json_pack("{s:s}", "client_msg_id", ids[i]);
		assert_true(cache_outbox_put(cache, ids[i], fields, 7));
		json_decref(fields);
	}
	assert_true(cache_outbox_remove(cache, "a"));
	cache_close(cache);
	cache = file_open(*state, &rebuilt);
	rows = cache_outbox(cache);
	fields = json_pack("[{s:{s:s},s:i},{s:{s:s},s:i}]", "fields",
	    "client_msg_id", "z", "created_ms", 7, "fields", "client_msg_id",
	    "m", "created_ms", 7);
	assert_true(json_equal(rows, fields));
	json_decref(rows);
	json_decref(fields);
	cache_close(cache);
}

static void
what_is_no_cache_is_moved_away(void **state)
{
	char path[SCRATCH_PATH];
	char *text;
	bool rebuilt;
	struct cache *cache = file_open(*state, &rebuilt);
	size_t len;

	assert_false(rebuilt);
	cache_close(cache);
	assert_true(scratch_write(scratch_path(*state, "kept/c.db", path),
	    "this is no database at all, but long enough to look at", 0600));
	cache = file_open(*state, &rebuilt);
	assert_non_null(cache);
	assert_true(rebuilt);
	assert_true(cache_meta_set(cache, "epoch", "e"));
	text = scratch_read(scratch_path(*state, "kept/c.db.damaged", path),
	    &len);
	assert_non_null(text);
	free(text);
	cache_close(cache);
}

static void
a_clear_leaves_nothing(void **state)
{
	bool rebuilt;
	struct cache *cache = file_open(*state, &rebuilt);
	json_t *rows;

	assert_true(cache_meta_set(cache, "epoch", "e"));
	assert_true(cache_clear(cache));
	assert_null(cache_meta(cache, "epoch"));
	rows = cache_channels(cache);
	assert_int_equal(json_array_size(rows), 0);
	json_decref(rows);
	cache_close(cache);
}

static void
nobody_else_may_read_it(void **state)
{
	char path[SCRATCH_PATH];
	struct stat about;
	bool rebuilt;
	struct cache *cache = file_open(*state, &rebuilt);

	assert_int_equal(stat(scratch_path(*state, "kept", path), &about), 0);
	assert_int_equal(about.st_mode & 0777, 0700);
	assert_int_equal(stat(scratch_path(*state, "kept/c.db", path), &about),
	    0);
	assert_int_equal(about.st_mode & 0777, 0600);
	cache_close(cache);
}

static void
one_program_alone_takes_over(void **state)
{
	bool rebuilt;
	struct cache *one = file_open(*state, &rebuilt);
	struct cache *two = file_open(*state, &rebuilt);

	assert_true(cache_lock(one));
	assert_false(cache_lock(two));
	cache_close(one);
	assert_true(cache_lock(two));
	cache_close(two);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(a_message_comes_back_in_every_field),
		ROW(a_channel_and_its_window_come_back),
		ROW(the_outbox_keeps_its_order),
		ROW(what_is_no_cache_is_moved_away),
		ROW(a_clear_leaves_nothing),
		ROW(nobody_else_may_read_it),
		ROW(one_program_alone_takes_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The log: one event a line, whatever it holds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/buf.h"
#include "shared/clock.h"
#include "shared/log.h"

/* Stderr goes to a file in memory between the two. */
struct capture {
	int saved;
	int file;
};

static void
capture_begin(struct capture *capture)
{
	fflush(stderr);
	capture->file = memfd_create("log", 0);
	assert_true(capture->file >= 0);
	capture->saved = dup(STDERR_FILENO);
	assert_true(dup2(capture->file, STDERR_FILENO) >= 0);
}

static void
capture_end(struct capture *capture, struct buf *out)
{
	ssize_t got;

	dup2(capture->saved, STDERR_FILENO);
	close(capture->saved);
	lseek(capture->file, 0, SEEK_SET);
	buf_puts(out, "");
	while (
	    (got = read(capture->file, buf_reserve(out, 65536), 65536)) > 0) {
		out->len += (size_t)got;
		out->data[out->len] = '\0';
	}
	close(capture->file);
}

/* Checks the time a line begins with and returns what follows it. */
static const char *
line_after_time(const char *line)
{
	char time[CLOCK_TEXT_SIZE];
	int64_t ms;

	assert_true(strlen(line) > CLOCK_TEXT_SIZE);
	memcpy(time, line, CLOCK_TEXT_SIZE - 1);
	time[CLOCK_TEXT_SIZE - 1] = '\0';
	assert_true(clock_parse(time, &ms));
	assert_true(ms <= clock_real_ms());
	assert_int_equal(line[CLOCK_TEXT_SIZE - 1], ' ');
	return line + CLOCK_TEXT_SIZE;
}

static void
a_line_holds_time_level_event_and_pairs(void **state)
{
	struct capture capture;
	struct buf out = BUF_INIT;

	(void)state;
	log_configure(LOG_LEVEL_INFO, false);
	capture_begin(&capture);
	log_info("listening", "addr=%s port=%d", "127.0.0.1", 7480);
	capture_end(&capture, &out);
	assert_string_equal(line_after_time(out.data),
	    "info listening addr=127.0.0.1 port=7480\n");
	buf_release(&out);
}

static void
an_event_without_pairs_ends_after_its_name(void **state)
{
	struct capture capture;
	struct buf out = BUF_INIT;

	(void)state;
	log_configure(LOG_LEVEL_INFO, false);
	capture_begin(&capture);
	log_warn("ready", "%s", "");
	capture_end(&capture, &out);
	assert_string_equal(line_after_time(out.data), "warn ready\n");
	buf_release(&out);
}

static void
only_the_level_asked_for_is_written(void **state)
{
	static const size_t want[] = { 1, 2, 3, 4 };
	struct capture capture;
	struct buf out = BUF_INIT;
	size_t lines;
	size_t i;
	int level;

	(void)state;
	for (level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_DEBUG; level++) {
		log_configure((enum log_level)level, false);
		buf_clear(&out);
		capture_begin(&capture);
		log_error("e", "n=%d", 1);
		log_warn("w", "n=%d", 2);
		log_info("i", "n=%d", 3);
		log_debug("d", "n=%d", 4);
		capture_end(&capture, &out);
		lines = 0;
		for (i = 0; i < out.len; i++)
			lines += out.data[i] == '\n';
		assert_int_equal(lines, want[level]);
	}
	buf_release(&out);
}

static void
nobodys_text_forges_a_line_or_reaches_the_terminal(void **state)
{
	struct capture capture;
	struct buf out = BUF_INIT;

	(void)state;
	log_configure(LOG_LEVEL_INFO, false);
	capture_begin(&capture);
	log_info("login", "name=%s",
	    "amy\n2026-11-24T05:03:26.123Z info\x1B[2J\xC2\x9B\xE2\x80\xAE");
	capture_end(&capture, &out);
	assert_string_equal(line_after_time(out.data),
	    "info login name=amy?2026-11-24T05:03:26.123Z info?[2J??\n");
	buf_release(&out);
}

static void
check_value(const char *text, size_t size, const char *want)
{
	char out[64];

	memset(out, 'Z', sizeof(out));
	assert_ptr_equal(log_value(text, out, size), out);
	assert_string_equal(out, want);
	assert_int_equal(out[size], 'Z');
}

static void
values_are_quoted_only_where_they_must_be(void **state)
{
	(void)state;
	check_value("plain", 32, "plain");
	check_value("gr\xC3\xBC\xC3\x9F", 32, "gr\xC3\xBC\xC3\x9F");
	check_value("", 32, "\"\"");
	check_value("a b", 32, "\"a b\"");
	check_value("a=b", 32, "\"a=b\"");
	check_value("a\"b\\c", 32, "\"a\\\"b\\\\c\"");
	check_value("a\nb\x1B", 32, "\"a\\nb\\u001b\"");
	check_value("\xE2\x80\xAEx", 32, "\"\\u202ex\"");
	check_value("\xFF", 32, "\xEF\xBF\xBD");
}

static void
a_value_is_cut_to_its_room_and_stays_whole(void **state)
{
	(void)state;
	check_value("abcdef", 4, "abc");
	check_value("ab\xC3\xBC", 4, "ab");
	check_value("a bcdef", 6, "\"a b\"");
	check_value("a\n\n\n", 6, "\"a\\n\"");
	check_value("a\n\n\n", 5, "\"a\"");
	check_value("a b", 2, "");
	check_value("a b", 3, "\"\"");
	check_value("abc", 1, "");
}

static void
the_json_format_has_the_same_values_unquoted(void **state)
{
	static const char nasty[] = "a b=\"c\"\\\n\x1B\xE2\x80\xAE.";
	struct capture capture;
	struct buf out = BUF_INIT;
	char value[128];
	json_t *root;
	int64_t ms;

	(void)state;
	log_configure(LOG_LEVEL_INFO, true);
	capture_begin(&capture);
	log_info("user made", "id=%d name=%s flag level=9 last=%s", 12,
	    log_value(nasty, value, sizeof(value)), "x");
	capture_end(&capture, &out);
	log_configure(LOG_LEVEL_INFO, false);

	assert_int_equal(out.data[out.len - 1], '\n');
	assert_ptr_equal(strchr(out.data, '\n'), out.data + out.len - 1);
	root = json_loads(out.data, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_true(
	    clock_parse(json_string_value(json_object_get(root, "time")), &ms));
	assert_string_equal(json_string_value(json_object_get(root, "level")),
	    "info");
	assert_string_equal(json_string_value(json_object_get(root, "event")),
	    "user made");
	assert_string_equal(json_string_value(json_object_get(root, "id")),
	    "12");
	assert_string_equal(json_string_value(json_object_get(root, "name")),
	    nasty);
	assert_string_equal(json_string_value(json_object_get(root, "flag")),
	    "");
	assert_string_equal(json_string_value(json_object_get(root, "level_")),
	    "9");
	assert_string_equal(json_string_value(json_object_get(root, "last")),
	    "x");
	json_decref(root);
	buf_release(&out);
}

static void
a_line_that_is_cut_is_still_a_line(void **state)
{
	struct capture capture;
	struct buf out = BUF_INIT;
	char *big = malloc(20001);
	json_t *root;
	int json;

	(void)state;
	memset(big, 'x', 20000);
	big[20000] = '\0';
	for (json = 0; json < 2; json++) {
		buf_clear(&out);
		log_configure(LOG_LEVEL_INFO, json);
		capture_begin(&capture);
		log_info("big", "text=\"%s\"", big);
		capture_end(&capture, &out);
		assert_true(out.len < 4096);
		assert_int_equal(out.data[out.len - 1], '\n');
	}
	root = json_loads(out.data, 0, NULL);
	assert_non_null(root);
	json_decref(root);
	log_configure(LOG_LEVEL_INFO, false);
	buf_release(&out);
	free(big);
}

static void *
write_lines(void *arg)
{
	int i;

	for (i = 0; i < 500; i++)
		log_info("line", "from=%d text=%s", *(int *)arg,
		    "0123456789012345678901234567890123456789");
	return NULL;
}

static void
lines_of_several_threads_never_mix(void **state)
{
	int numbers[4] = { 0, 1, 2, 3 };
	struct capture capture;
	struct buf out = BUF_INIT;
	pthread_t threads[4];
	const char *line;
	size_t count = 0;
	int i;

	(void)state;
	log_configure(LOG_LEVEL_INFO, false);
	capture_begin(&capture);
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, write_lines, &numbers[i]);
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	capture_end(&capture, &out);
	for (line = out.data; *line; line = strchr(line, '\n') + 1) {
		const char *rest = line_after_time(line);

		assert_memory_equal(rest, "info line from=", 15);
		assert_memory_equal(rest + 16,
		    " text=0123456789012345678901234567890123456789\n", 47);
		count++;
	}
	assert_int_equal(count, 2000);
	buf_release(&out);
}

static void
writing_leaves_errno_alone(void **state)
{
	struct capture capture;
	struct buf out = BUF_INIT;

	(void)state;
	capture_begin(&capture);
	errno = ENOENT;
	log_info("x", "n=%d", 1);
	assert_int_equal(errno, ENOENT);
	capture_end(&capture, &out);
	buf_release(&out);
}

static void
a_fatal_event_is_logged_and_ends_the_process(void **state)
{
	struct capture capture;
	struct buf out = BUF_INIT;
	pid_t child;
	int status;

	(void)state;
	capture_begin(&capture);
	child = fork();
	if (child == 0) {
		log_fatal(78, "config", "key=%s", "x");
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	capture_end(&capture, &out);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 78);
	assert_string_equal(line_after_time(out.data), "error config key=x\n");
	buf_release(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_holds_time_level_event_and_pairs),
		cmocka_unit_test(an_event_without_pairs_ends_after_its_name),
		cmocka_unit_test(only_the_level_asked_for_is_written),
		cmocka_unit_test(
		    nobodys_text_forges_a_line_or_reaches_the_terminal),
		cmocka_unit_test(values_are_quoted_only_where_they_must_be),
		cmocka_unit_test(a_value_is_cut_to_its_room_and_stays_whole),
		cmocka_unit_test(the_json_format_has_the_same_values_unquoted),
		cmocka_unit_test(a_line_that_is_cut_is_still_a_line),
		cmocka_unit_test(lines_of_several_threads_never_mix),
		cmocka_unit_test(writing_leaves_errno_alone),
		cmocka_unit_test(a_fatal_event_is_logged_and_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

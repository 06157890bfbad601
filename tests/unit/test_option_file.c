/*
 * Option files: what is read, what is refused, and the sample.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "option_rows.h"
#include "shared/option.h"

/* A file of the given content; the caller unlinks and frees its path. */
static char *
file_make(const char *text, size_t len)
{
	char *path = strdup("/tmp/option-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	close(fd);
	return path;
}

/* Loads the text as a file; what is wrong goes to `cause` without the name of
 * the file. */
static bool
text_load(struct sample *sample, const char *text, size_t len, char *cause,
    size_t cause_size)
{
	char *path = file_make(text, len);
	size_t path_len = strlen(path);
	char full[512] = "";
	bool good = option_load(&sample_table, sample, path, full,
	    sizeof(full));

	if (!good) {
		assert_memory_equal(full, path, path_len);
		snprintf(cause, cause_size, "%s", full + path_len);
	}
	unlink(path);
	free(path);
	return good;
}

static void
a_file_is_read(void **state)
{
	static const char text[] = "# a comment\n"
				   "; another\n"
				   "\n"
				   "[server]\n"
				   "listen = 0.0.0.0:80\n"
				   "   workers=3\n"
				   "\tformat : json\n"
				   "socket = /a b;c#d\n"
				   "[limits]\r\n"
				   "size = 1M\r\n"
				   "[server]\n"
				   "mode = 600";
	struct sample sample;
	char cause[256];

	(void)state;
	option_init(&sample_table, &sample);
	if (!text_load(&sample, text, sizeof(text) - 1, cause, sizeof(cause)))
		fail_msg("%s", cause);
	assert_string_equal(sample.listen, "0.0.0.0:80");
	assert_int_equal(sample.workers, 3);
	assert_int_equal(sample.format, 1);
	assert_string_equal(sample.socket, "/a b;c#d");
	assert_int_equal(sample.size, 1048576);
	assert_int_equal(sample.mode, 0600);
	option_release(&sample_table, &sample);
}

#define LINE_MAX_TEXT 197

static void
a_bad_file_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text;
		const char *cause;
	} rows[] = {
		{ "[server]\nlsten = x\n",
		    ":2: unknown option server.lsten; did you mean "
		    "server.listen?" },
		{ "\n\n[server]\nworkers = 999\n",
		    ":4: server.workers must be between 1 and 64" },
		{ "[server]\nlisten = x\nlisten = y\n",
		    ":3: server.listen stands here a second time" },
		{ "[server]\nlisten = x\n[limits]\n[server]\nlisten = y\n",
		    ":5: server.listen stands here a second time" },
		{ "[server]\nlisten = x ; here\n",
		    ":2: a comment must have a line of its own" },
		{ "[server]\nworkers = 2 # two\n",
		    ":2: a comment must have a line of its own" },
		{ "[server]\nlisten\n",
		    ":2: expected [section] or key = value" },
		{ "[server\nlisten = x\n",
		    ":1: expected [section] or key = value" },
		{ "junk\n[server]\nworkers = 999\n",
		    ":1: expected [section] or key = value" },
		{ "listen = x\n",
		    ":1: unknown option listen; did you mean server.listen?" },
		{ "[server]\nlisten = \xFF\n", ":2: not UTF-8" },
		{ "[server]\nworkers =\n",
		    ":2: server.workers must be a whole number" },
	};
	struct sample sample;
	char cause[256];
	size_t i;

	(void)state;
	option_init(&sample_table, &sample);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cause[0] = '\0';
		assert_false(text_load(&sample, rows[i].text,
		    strlen(rows[i].text), cause, sizeof(cause)));
		assert_string_equal(cause, rows[i].cause);
	}
	assert_false(text_load(&sample, "[server]\nlisten = a\0b\n", 22, cause,
	    sizeof(cause)));
	assert_string_equal(cause, ":2: a NUL byte");
	option_release(&sample_table, &sample);
}

static void
a_line_is_read_whole_or_refused(void **state)
{
	char text[9 + LINE_MAX_TEXT + 2 + 9];
	struct sample sample;
	char cause[256];
	int over;
	size_t len;

	(void)state;
	option_init(&sample_table, &sample);
	for (over = 0; over < 2; over++) {
		len = LINE_MAX_TEXT + (size_t)over;
		memcpy(text, "[server]\n", 9);
		memset(text + 9, 'x', len);
		memcpy(text + 9, "socket=", 7);
		memcpy(text + 9 + len, "\nmode=600", 9);
		assert_int_equal(text_load(&sample, text, 9 + len + 9, cause,
				     sizeof(cause)),
		    !over);
	}
	assert_string_equal(cause, ":2: longer than 197 bytes");
	assert_int_equal(strlen(sample.socket), LINE_MAX_TEXT - 7);
	assert_int_equal(sample.mode, 0600);
	option_release(&sample_table, &sample);
}

static void
a_file_that_cannot_be_read_is_named(void **state)
{
	struct sample sample;
	char cause[256];

	(void)state;
	option_init(&sample_table, &sample);
	assert_false(option_load(&sample_table, &sample, "/nonexistent/x",
	    cause, sizeof(cause)));
	assert_string_equal(cause, "/nonexistent/x: No such file or directory");
	assert_false(
	    option_load(&sample_table, &sample, "/", cause, sizeof(cause)));
	assert_string_equal(cause, "/: cannot be read");
	option_release(&sample_table, &sample);
}

static void
the_sample_file_reads_back_as_the_values_it_shows(void **state)
{
	struct sample sample;
	struct sample back;
	char cause[256];
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	option_init(&sample_table, &sample);
	option_init(&sample_table, &back);
	assert_true(option_assign(&sample_table, &sample, "server.workers=7",
	    cause, sizeof(cause)));
	assert_true(option_assign(&sample_table, &sample, "limits.wait=90s",
	    cause, sizeof(cause)));
	assert_true(option_assign(&sample_table, &sample, "server.socket=/s",
	    cause, sizeof(cause)));
	option_sample(&sample_table, &sample, out);
	fclose(out);

	assert_non_null(strstr(text,
	    "[server]\n\n# what listen is for\n"
	    "#listen = 127.0.0.1:7480\n"));
	assert_non_null(strstr(text, "\nworkers = 7\n"));
	assert_non_null(strstr(text, "# One of: text json\n"));
	assert_non_null(strstr(text, "\n\n[limits]\n"));
	assert_true(text_load(&back, text, len, cause, sizeof(cause)));
	assert_int_equal(back.workers, 7);
	assert_int_equal(back.wait, 90000);
	assert_string_equal(back.socket, "/s");
	assert_string_equal(back.listen, sample.listen);
	free(text);
	option_release(&sample_table, &sample);
	option_release(&sample_table, &back);
}

static void
the_sample_without_its_comment_signs_is_the_defaults(void **state)
{
	struct sample sample;
	char cause[256];
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	size_t i;

	(void)state;
	option_sample(&sample_table, NULL, out);
	fclose(out);
	/* "#key = value" and "# help" differ in the space. */
	for (i = 0; i + 1 < len; i++) {
		if (text[i] == '#' && text[i + 1] != ' ')
			text[i] = ' ';
	}
	option_init(&sample_table, &sample);
	assert_true(text_load(&sample, text, len, cause, sizeof(cause)));
	assert_int_equal(sample.workers, 2);
	assert_int_equal(sample.wait, 3600000);
	free(text);
	option_release(&sample_table, &sample);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_read),
		cmocka_unit_test(a_bad_file_is_refused_with_its_line),
		cmocka_unit_test(a_line_is_read_whole_or_refused),
		cmocka_unit_test(a_file_that_cannot_be_read_is_named),
		cmocka_unit_test(
		    the_sample_file_reads_back_as_the_values_it_shows),
		cmocka_unit_test(
		    the_sample_without_its_comment_signs_is_the_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

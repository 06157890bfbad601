/*
 * /open: hands the link of a message to a browser. Foreign text meets no shell:
 * it is one argument of a program, and a link of http or https only.
 */
#include "tui/command_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/xmalloc.h"
#include "tui/app_state.h"
#include "tui/command_text.h"

#define BROWSER "xdg-open"

/* The browser's side: nothing of ours is left but the words. Only what is safe
 * after fork() is called. */
static void
browser_become(char *const words[], int failed)
{
	int null = open("/dev/null", O_RDWR);
	int error;

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0) {
		_exit(EXIT_FAILURE);
	}
	if (null > STDERR_FILENO)
		close(null);
	execvp(words[0], words);
	error = errno;
	if (write(failed, &error, sizeof(error)) < 0)
		error = 0; /* nobody is left to be told */
	_exit(error ? EXIT_FAILURE : EXIT_SUCCESS);
}

/* A child that ends at once, so that its own child is nobody's and waits for
 * nobody. 0, or errno. */
static int
browser_start(char *const words[])
{
	int ends[2];
	int error = 0;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	child = fork();
	if (child == 0) {
		setsid();
		if (fork() == 0)
			browser_become(words, ends[1]);
		_exit(EXIT_SUCCESS);
	}
	if (child < 0)
		error = errno;
	close(ends[1]);
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	/* Closed by execvp(), or told why that did not work. */
	if (child > 0 &&
	    read(ends[0], &error, sizeof(error)) != (ssize_t)sizeof(error))
		error = 0;
	close(ends[0]);
	return error;
}

static void
open_it(struct app *app, const struct target *target, const char *text)
{
	const char *browser = getenv("BROWSER");
	char *link = text_link(target->text);
	char *words[3] = { 0 };
	int error;

	(void)text;
	if (!link) {
		app_complain(app, "/open: no http or https link is in it");
		return;
	}
	words[0] = xstrdup(browser && *browser ? browser : BROWSER);
	words[1] = link;
	error = browser_start(words);
	if (error != 0)
		app_complain(app, "/open: %s: %s", words[0], strerror(error));
	else
		app_print(app, "opening %s", link);
	free(words[0]);
	free(link);
}

void
command_open(struct app *app, const char *arguments)
{
	char *word = command_word(&arguments);

	if (app->config->restricted)
		app_complain(app, "/open is not there with --restricted");
	else if (!word || *arguments)
		app_complain(app, "/open N|ID: which message?");
	else
		command_target(app, "/open", word, TARGET_NAMED, NULL, open_it);
	free(word);
}

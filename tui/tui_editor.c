/*
 * The text being written in $EDITOR: the terminal is the editor's until it
 * ends, meanwhile everything goes on but for drawing and keys. What comes back
 * is in the input and waits for Enter.
 */
#include "tui/tui_state.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/xmalloc.h"

#define WORDS_MAX 16	/* of the command of the editor */
#define TEXT_MAX 131072 /* bytes that are read back */

static const char *
editor_command(const struct tui *tui)
{
	const char *names[] = { tui->config->editor, getenv("VISUAL"),
		getenv("EDITOR") };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i] != NULL && names[i][strspn(names[i], " ")] != '\0')
			return names[i];
	}
	return "vi";
}

static bool
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, text, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		text += written;
		len -= (size_t)written;
	}
	return true;
}

/* A file of ours alone with the text; NULL with errno set. */
static char *
text_file(const char *text, size_t len)
{
	const char *folder = getenv("TMPDIR");
	struct buf path = BUF_INIT;
	bool written;
	int fd;

	if (folder == NULL || *folder != '/')
		folder = "/tmp";
	buf_printf(&path, "%s/hubbub.XXXXXX", folder);
	/* mkostemp() makes it 0600. */
	fd = mkostemp(path.data, O_CLOEXEC);
	if (fd < 0) {
		buf_release(&path);
		return NULL;
	}
	written = write_all(fd, text, len);
	if (close(fd) < 0 || !written) {
		unlink(path.data);
		buf_release(&path);
		return NULL;
	}
	return buf_detach(&path);
}

/* In the child: never returns. */
static void
exec_editor(const char *command, char *file)
{
	char *words[WORDS_MAX + 2];
	sigset_t none;
	size_t count = 0;

	command += strspn(command, " ");
	while (*command != '\0' && count < WORDS_MAX) {
		size_t len = strcspn(command, " ");

		words[count++] = xstrndup(command, len);
		command += len + strspn(command + len, " ");
	}
	words[count++] = file;
	words[count] = NULL;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTSTP, SIG_DFL);
	execvp(words[0], words);
	_exit(127);
}

/* ------------------------------------------------------------ and back ----- */

static void
take_text(struct tui *tui)
{
	int fd = open(tui->editor_file, O_RDONLY | O_CLOEXEC);
	struct buf text = BUF_INIT;
	ssize_t len = fd < 0 ? -1 : 0;

	while (fd >= 0 && text.len < TEXT_MAX) {
		len = read(fd, buf_reserve(&text, 4096), 4096);
		if (len <= 0)
			break;
		text.len += (size_t)len;
	}
	if (fd >= 0)
		close(fd);
	if (len < 0) {
		tui_say(tui, "the file of $EDITOR cannot be read back");
		buf_release(&text);
		return;
	}
	/* Editors end the last line. */
	while (text.len > 0 && text.data[text.len - 1] == '\n')
		text.len--;
	editor_do(tui->editor, EDITOR_CLEAR);
	if (text.len > 0 && !editor_type(tui->editor, text.data, text.len))
		tui_say(tui, "the text is too long; its end is left out");
	buf_release(&text);
}

void
tui_editor_release(struct tui *tui)
{
	if (tui->child != NULL)
		event_free(tui->child);
	tui->child = NULL;
	tui->editor_pid = 0;
	if (tui->editor_file != NULL)
		unlink(tui->editor_file);
	free(tui->editor_file);
	tui->editor_file = NULL;
}

static void
on_child(evutil_socket_t number, short what, void *arg)
{
	struct tui *tui = arg;
	int status;

	(void)number;
	(void)what;
	if (waitpid(tui->editor_pid, &status, WNOHANG) != tui->editor_pid)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		take_text(tui);
	else
		tui_say(tui, "$EDITOR did not end well; the text is as it was");
	tui_editor_release(tui);
	tui_terminal_back(tui);
}

void
tui_editor_open(struct tui *tui)
{
	const char *text = editor_text(tui->editor);
	const char *command = editor_command(tui);

	if (tui->config->restricted) {
		tui_say(tui, "$EDITOR is not there with --restricted");
		return;
	}
	tui->editor_file = text_file(text, editor_len(tui->editor));
	if (tui->editor_file == NULL) {
		tui_say(tui, "no file for $EDITOR can be made in $TMPDIR");
		return;
	}
	tui->child = evsignal_new(tui->base, SIGCHLD, on_child, tui);
	event_add(tui->child, NULL);
	tui_terminal_away(tui);
	tui->editor_pid = fork();
	if (tui->editor_pid == 0)
		exec_editor(command, tui->editor_file);
	if (tui->editor_pid < 0) {
		tui_say(tui, "$EDITOR cannot be started");
		tui_editor_release(tui);
		tui_terminal_back(tui);
	}
}

/*
 * send: a message, or one for each line; waits for the acknowledgement and prints
 * the id.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "shared/json_in.h"
#include "shared/utf8.h"
#include "shared/xmalloc.h"
#include "tui/outbox.h"
#include "tui/verb.h"
#include "tui/verb_channel.h"
#include "tui/verb_io.h"

#define TEXT_MAX 1048576 /* bytes of standard input as one message */
#define QUEUE_MAX 64	 /* lines that wait; then input does */

struct send {
	struct verb verb;
	struct outbox outbox;
	struct input input;
	bool reading;	/* lines still come */
	bool resolving; /* the channel's name is being asked for */
	bool uploading;
	char *channel; /* resolved; NULL: not yet */
	char *text;    /* the one message; NULL: none, or lines */
	char *attachment;
	int file; /* to be uploaded; -1: none */
	int64_t file_size;
	int result; /* what went wrong first, or 77 */
};

static void send_step(struct send *send);

/* ---- what to send --------------------------------------------------------- */

static char *
words_join(const struct invocation *invocation)
{
	struct buf text = BUF_INIT;
	size_t i;

	for (i = 0; i < invocation->word_count; i++) {
		if (i > 0)
			buf_putc(&text, ' ');
		buf_puts(&text, invocation->words[i]);
	}
	return buf_detach(&text);
}

/* All of standard input, without its last newline; NULL where it is too much. */
static char *
input_read(size_t *len)
{
	struct buf text = BUF_INIT;
	ssize_t got = 1;

	while (got > 0 && text.len <= TEXT_MAX) {
		got = read(STDIN_FILENO, buf_reserve(&text, 4096), 4096);
		if (got > 0)
			text.len += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	if (got < 0 || text.len > TEXT_MAX) {
		buf_release(&text);
		return NULL;
	}
	if (text.len > 0 && text.data[text.len - 1] == '\n')
		text.len--;
	*len = text.len;
	buf_putc(&text, '\0');
	return buf_detach(&text);
}

static bool
text_good(const char *text, size_t len)
{
	return strlen(text) == len && utf8_valid(text, len);
}

static int
text_read(struct send *send)
{
	const struct invocation *invocation = send->verb.invocation;
	size_t len = 0;
	bool from_input = invocation->word_count == 1 &&
	    strcmp(invocation->words[0], "-") == 0;

	if (invocation->lines) {
		if (invocation->word_count > 0 && !from_input) {
			verb_say("send --lines reads standard input; it takes "
				 "no words");
			return EX_USAGE;
		}
		send->reading = true;
		return EX_OK;
	}
	if (from_input) {
		send->text = input_read(&len);
	} else if (invocation->word_count > 0) {
		send->text = words_join(invocation);
		len = strlen(send->text);
	} else if (invocation->file) {
		return EX_OK;
	} else {
		verb_say("send: what? words, or - for standard input");
		return EX_USAGE;
	}
	if (!send->text || !text_good(send->text, len)) {
		verb_say(send->text ? "the text is no UTF-8"
				    : "the text is too long");
		return EX_DATAERR;
	}
	if (!*send->text && !invocation->file) {
		verb_say("there is nothing to send");
		return EX_DATAERR;
	}
	return EX_OK;
}

static int
file_open(struct send *send)
{
	const char *path = send->verb.invocation->file;
	struct stat st;

	if (!path)
		return EX_OK;
	send->file = open(path, O_RDONLY | O_CLOEXEC);
	if (send->file < 0 || fstat(send->file, &st) < 0) {
		verb_say("%s: %s", path, strerror(errno));
		return EX_NOINPUT;
	}
	if (!S_ISREG(st.st_mode)) {
		verb_say("%s is no file", path);
		return EX_NOINPUT;
	}
	send->file_size = st.st_size;
	return EX_OK;
}

/* ---- how it ends ---------------------------------------------------------- */

static void
worse(struct send *send, int status)
{
	if (send->result == EX_OK || status == EX_NOPERM)
		send->result = status;
}

static void
send_finish(struct send *send)
{
	send->reading = false;
	verb_end(&send->verb, send->result);
}

static void
settle(struct send *send)
{
	if (!send->reading && send->outbox.count == 0 && send->channel &&
	    !send->uploading)
		send_finish(send);
	else
		input_pause(&send->input,
		    !send->channel || send->outbox.count >= QUEUE_MAX);
}

static void
overdue(void *arg)
{
	struct send *send = arg;
	int status = verb_overdue_status(&send->verb);

	verb_say(status == EX_TEMPFAIL ? "no answer in time"
				       : "the server cannot be reached");
	worse(send, status);
	send_finish(send);
}

static void
sent(void *arg, const struct outbox_item *item, const json_t *result)
{
	struct send *send = arg;
	const char *id = json_in_string(result, "message_id");
	struct buf line = BUF_INIT;

	(void)item;
	verb_deadline(&send->verb);
	buf_printf(&line, "%s\n", id ? id : "?");
	output_write(line.data, line.len);
	buf_release(&line);
	settle(send);
}

static void
refused(void *arg, const struct outbox_item *item, const char *code,
    const char *message)
{
	struct send *send = arg;

	verb_deadline(&send->verb);
	if (item->number > 0)
		verb_say("line %" PRIu64 ": %s: %s", item->number, code,
		    message);
	else
		verb_say("%s: %s", code, message);
	worse(send, verb_status(code));
	if (send->result == EX_NOPERM || send->verb.invocation->strict) {
		send_finish(send);
		return;
	}
	settle(send);
}

static void
delayed(void *arg)
{
	struct send *send = arg;

	verb_deadline_from(&send->verb, send->outbox.hold_ms);
}

/* ---- the steps ------------------------------------------------------------ */

static void
push(struct send *send, const char *text, uint64_t number)
{
	json_t *more = json_object();
	char id[24];

	if (send->verb.invocation->reply_to) {
		snprintf(id, sizeof(id), "%" PRId64,
		    send->verb.invocation->reply_to);
		json_object_set_new(more, "parent_id", json_string(id));
		json_object_set_new(more, "in_channel", json_true());
	}
	if (send->attachment)
		json_object_set_new(more, "attachments",
		    json_pack("[s]", send->attachment));
	outbox_push(&send->outbox, send->channel, text, more, number);
}

static void
line_came(void *arg, char *line, size_t len, uint64_t number)
{
	struct send *send = arg;

	if (!send->reading)
		return;
	if (!text_good(line, len)) {
		verb_say("line %" PRIu64 ": no UTF-8", number);
		worse(send, EX_DATAERR);
		if (send->verb.invocation->strict)
			send->reading = false;
	} else if (line[strspn(line, " \t")] != '\0') {
		push(send, line, number);
	}
	settle(send);
}

static void
lines_end(void *arg)
{
	struct send *send = arg;

	send->reading = false;
	verb_deadline(&send->verb);
	settle(send);
}

static void
uploaded(void *arg, const struct rest_answer *answer)
{
	struct send *send = arg;
	const char *id = json_in_string(
	    json_object_get(answer->body, "attachment"), "id");

	send->uploading = false;
	if (!id) {
		verb_say("%s: %s", send->verb.invocation->file,
		    answer->message);
		worse(send,
		    answer->status == 0 ? EX_UNAVAILABLE
					: verb_status(answer->code));
		send_finish(send);
		return;
	}
	send->attachment = xstrdup(id);
	send_step(send);
}

static void
resolved(void *arg, const char *channel, const struct rest_answer *no)
{
	struct send *send = arg;

	send->resolving = false;
	if (!channel) {
		verb_say("%s: %s", send->verb.invocation->channels[0],
		    no->message);
		worse(send,
		    no->status == 0 ? EX_UNAVAILABLE : verb_status(no->code));
		send_finish(send);
		return;
	}
	send->channel = xstrdup(channel);
	send_step(send);
}

/* The next thing that is to be done on a connection that is up. */
static void
send_step(struct send *send)
{
	const struct invocation *invocation = send->verb.invocation;
	const char *name = strrchr(invocation->file ? invocation->file : "",
	    '/');
	int file = send->file;

	if (send->resolving || send->uploading)
		return;
	verb_deadline(&send->verb);
	if (!send->channel) {
		send->resolving = true;
		verb_channel_resolve(link_rest(send->verb.link),
		    invocation->channels[0], resolved, send);
		return;
	}
	if (file >= 0) {
		send->file = -1;
		send->uploading = true;
		rest_upload(link_rest(send->verb.link), "/v1/uploads", file,
		    send->file_size, name ? name + 1 : invocation->file,
		    uploaded, send);
		return;
	}
	if (send->text || (send->attachment && !invocation->lines))
		push(send, send->text, 0);
	free(send->text);
	send->text = NULL;
	settle(send);
}

/* ---- the link ------------------------------------------------------------- */

static void
link_up(void *arg, const json_t *established)
{
	struct send *send = arg;

	verb_deadline(&send->verb);
	outbox_up(&send->outbox, established);
	if (!send->channel)
		send_step(send);
}

static void
link_down(void *arg, const char *reason, int64_t retry_ms)
{
	struct send *send = arg;

	(void)retry_ms;
	outbox_down(&send->outbox);
	verb_say("%s", reason);
}

static void
link_failed(void *arg, int status, const char *reason)
{
	struct send *send = arg;

	outbox_down(&send->outbox);
	verb_say("%s", reason);
	worse(send, status);
	send_finish(send);
}

static void
interrupt_come(void *arg)
{
	struct send *send = arg;

	if (send->reading)
		input_stop(&send->input);
	else if (send->outbox.count == 0)
		overdue(send);
}

static int
send_run(struct send *send)
{
	const struct link_listener listener = { .arg = send,
		.up = link_up,
		.down = link_down,
		.failed = link_failed };
	const struct outbox_owner owner = { .arg = send,
		.sent = sent,
		.refused = refused,
		.delayed = delayed };
	const struct input_owner lines = { .arg = send,
		.line = line_came,
		.end = lines_end };

	send->verb.arg = send;
	send->verb.overdue = overdue;
	send->verb.interrupt_come = interrupt_come;
	link_listen(send->verb.link, &listener);
	outbox_init(&send->outbox, send->verb.base, send->verb.link, &owner);
	if (send->reading)
		input_init(&send->input, send->verb.base, &lines);
	verb_deadline(&send->verb);
	verb_run(&send->verb);
	outbox_release(&send->outbox);
	input_release(&send->input);
	return send->verb.status;
}

int
verb_send(struct invocation *invocation)
{
	struct send send = { .verb = { .invocation = invocation }, .file = -1 };
	int status;

	if (invocation->channel_count == 0 && invocation->config.channel) {
		invocation->channels = xcalloc(1, sizeof(char *));
		invocation->channels[0] = invocation->config.channel;
		invocation->channel_count = 1;
	}
	if (invocation->channel_count == 0) {
		verb_say("send: where to? give -c CHANNEL");
		return EX_USAGE;
	}
	status = text_read(&send);
	if (status == EX_OK)
		status = file_open(&send);
	if (status == EX_OK) {
		if (verb_begin(&send.verb, invocation))
			status = send_run(&send);
		else
			status = send.verb.status;
	}
	verb_release(&send.verb);
	if (send.file >= 0)
		close(send.file);
	free(send.text);
	free(send.channel);
	free(send.attachment);
	return status;
}

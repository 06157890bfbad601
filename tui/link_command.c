/*
 * Commands and their answers: gives each a ref and finds it again by that.
 */
#include "tui/link_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/utf8.h"
#include "shared/xmalloc.h"

static void
pending_end(struct link *link, struct link_pending *pending,
    const struct link_answer *answer)
{
	TAILQ_REMOVE(&link->pending, pending, entry);
	if (pending->done)
		pending->done(pending->arg, answer);
	free(pending);
}

/* Only those that wait now: a callback may send the next one. */
void
link_commands_fail(struct link *link)
{
	const struct link_answer lost = { 0 };
	struct link_pending_list list;
	struct link_pending *pending;
	struct link_pending *next;

	TAILQ_INIT(&list);
	TAILQ_CONCAT(&list, &link->pending, entry);
	for (pending = TAILQ_FIRST(&list); pending; pending = next) {
		next = TAILQ_NEXT(pending, entry);
		if (pending->done)
			pending->done(pending->arg, &lost);
		free(pending);
	}
}

static struct link_pending *
pending_find(struct link *link, const json_t *event)
{
	struct link_pending *pending;

	TAILQ_FOREACH(pending, &link->pending, entry)
		if (link_ref_is(event, pending->ref))
			return pending;
	return NULL;
}

bool
link_ref_is(const json_t *event, uint64_t ref)
{
	const char *have = json_in_string(event, "ref");
	char text[LINK_REF_SIZE];

	snprintf(text, sizeof(text), "h%" PRIu64, ref);
	return have && strcmp(have, text) == 0;
}

bool
link_command_answered(struct link *link, const char *type, const json_t *event)
{
	bool is_ack = strcmp(type, "ack") == 0;
	const json_t *error = json_object_get(event, "error");
	struct link_answer answer = { 0 };
	struct buf message = BUF_INIT;
	struct link_pending *pending;
	const char *text;

	if (!is_ack && strcmp(type, "error") != 0)
		return false;
	pending = pending_find(link, event);
	if (!pending)
		return false;
	if (is_ack) {
		answer.result = json_object_get(event, "result");
		if (!answer.result)
			answer.result = event;
	} else {
		answer.code = json_in_string(error, "code");
		if (!answer.code)
			answer.code = "internal";
		text = json_in_string(error, "message");
		if (!text)
			text = answer.code;
		utf8_clean(&message, text, strlen(text), UTF8_CLEAN_LINE);
		answer.message = message.data ? message.data : "";
		answer.retry_after_ms = json_in_int(error, "retry_after_ms", 0);
	}
	pending_end(link, pending, &answer);
	buf_release(&message);
	return true;
}

/* What was too large is answered from the loop, as the server would have. */
static void
oversize_answer(evutil_socket_t fd, short what, void *arg)
{
	struct link *link = arg;
	const struct link_answer answer = { .code = "too_large",
		.message = "larger than limits.frame_bytes" };
	struct link_pending *pending;
	struct link_pending *next;

	(void)fd;
	(void)what;
	for (pending = TAILQ_FIRST(&link->pending); pending; pending = next) {
		next = TAILQ_NEXT(pending, entry);
		if (!pending->oversize)
			continue;
		pending_end(link, pending, &answer);
		/* The callback may have changed the list anywhere. */
		next = TAILQ_FIRST(&link->pending);
	}
}

static void
oversize_later(struct link *link)
{
	const struct timeval now = { 0, 0 };

	if (!link->oversize)
		link->oversize = evtimer_new(link->base, oversize_answer, link);
	evtimer_add(link->oversize, &now);
}

uint64_t
link_command(struct link *link, const char *type, json_t *fields,
    void (*done)(void *arg, const struct link_answer *answer), void *arg)
{
	struct link_pending *pending;
	char ref[LINK_REF_SIZE];
	char *text;

	if (link->state != LINK_UP || link->closing) {
		json_decref(fields);
		return 0;
	}
	if (!fields)
		fields = json_object();
	pending = xcalloc(1, sizeof(*pending));
	pending->ref = ++link->next_ref;
	pending->done = done;
	pending->arg = arg;
	TAILQ_INSERT_TAIL(&link->pending, pending, entry);
	snprintf(ref, sizeof(ref), "h%" PRIu64, pending->ref);
	json_object_set_new(fields, "type", json_string(type));
	json_object_set_new(fields, "ref", json_string(ref));
	text = json_dumps(fields, JSON_COMPACT);
	json_decref(fields);
	if (text && strlen(text) <= (size_t)link->frame_bytes) {
		link_session_frame(link, WS_TEXT, text, strlen(text));
	} else {
		pending->oversize = true;
		oversize_later(link);
	}
	free(text);
	return pending->ref;
}

/*
 * Plain lines. Owns their form; knows no socket and no terminal.
 */
#include "tui/plain.h"

#include <string.h>

#include "shared/clock.h"
#include "shared/json_in.h"
#include "shared/utf8.h"

#define SECONDS_LENGTH 19 /* of "2026-11-24T14:05:09" */

static void
clean_put(struct buf *out, const char *text)
{
	if (text)
		utf8_clean(out, text, strlen(text), UTF8_CLEAN_PLAIN);
}

/* "TIME LABEL ", the time in whole seconds. */
static void
head_put(struct buf *out, const struct plain_event *event, int64_t at_ms)
{
	char text[CLOCK_TEXT_SIZE];

	clock_format(at_ms ? at_ms : event->now_ms, text);
	buf_append(out, text, SECONDS_LENGTH);
	buf_puts(out, "Z ");
	clean_put(out, event->label);
	buf_putc(out, ' ');
}

/* "TIME LABEL * NAME ". */
static void
star_put(struct buf *out, const struct plain_event *event, int64_t at_ms,
    const char *name)
{
	head_put(out, event, at_ms);
	buf_puts(out, "* ");
	clean_put(out, name ? name : "somebody");
	buf_putc(out, ' ');
}

static const char *
user_name(const json_t *object)
{
	return json_in_string(json_object_get(object, "user"), "username");
}

static bool
put_message(struct buf *out, const struct plain_event *event)
{
	const json_t *message = json_object_get(event->event, "message");
	const char *name = user_name(message);

	if (!message || json_in_time(message, "deleted_at") != 0)
		return false;
	head_put(out, event, json_in_time(message, "created_at"));
	buf_putc(out, '<');
	clean_put(out, name ? name : "somebody");
	buf_puts(out, "> ");
	clean_put(out, json_in_string(message, "text"));
	return true;
}

static bool
put_edit(struct buf *out, const struct plain_event *event)
{
	const json_t *message = json_object_get(event->event, "message");

	if (!event->edited)
		return false;
	star_put(out, event, json_in_time(message, "edited_at"),
	    user_name(message));
	buf_puts(out, "edited ");
	clean_put(out, json_in_string(message, "id"));
	buf_puts(out, ": ");
	clean_put(out, json_in_string(message, "text"));
	return true;
}

static bool
put_deletion(struct buf *out, const struct plain_event *event)
{
	star_put(out, event, json_in_time(event->event, "deleted_at"),
	    event->who);
	buf_puts(out, "deleted ");
	clean_put(out, json_in_string(event->event, "message_id"));
	return true;
}

static bool
put_reaction(struct buf *out, const struct plain_event *event)
{
	bool is_new = strcmp(event->type, "reaction.new") == 0;

	star_put(out, event, 0, user_name(event->event));
	buf_puts(out, is_new ? "reacted " : "took back ");
	clean_put(out, json_in_string(event->event, "emoji"));
	buf_puts(out, is_new ? " to " : " from ");
	clean_put(out, json_in_string(event->event, "message_id"));
	return true;
}

static bool
put_member(struct buf *out, const struct plain_event *event)
{
	const json_t *member = json_object_get(event->event, "member");
	bool joined = strcmp(event->type, "member.joined") == 0;

	star_put(out, event, joined ? json_in_time(member, "joined_at") : 0,
	    user_name(member));
	buf_puts(out, joined ? "joined" : "is now ");
	if (!joined)
		clean_put(out, json_in_string(member, "role"));
	return true;
}

static bool
put_leaving(struct buf *out, const struct plain_event *event)
{
	const char *reason = json_in_string(event->event, "reason");

	star_put(out, event, 0, event->who);
	if (reason) {
		buf_puts(out, "was ");
		clean_put(out, reason);
	} else {
		buf_puts(out, "left");
	}
	return true;
}

static bool
put_topic(struct buf *out, const struct plain_event *event)
{
	const json_t *channel = json_object_get(event->event, "channel");

	if (!event->edited)
		return false;
	head_put(out, event, 0);
	buf_puts(out, "* the topic is now: ");
	clean_put(out, json_in_string(channel, "topic"));
	return true;
}

static bool
put_channel_end(struct buf *out, const struct plain_event *event)
{
	head_put(out, event, 0);
	buf_puts(out, "* the channel was deleted");
	return true;
}

static const struct plain_row {
	const char *type;
	bool (*put)(struct buf *out, const struct plain_event *event);
} plain_rows[] = {
	{ "message.new", put_message },
	{ "message.updated", put_edit },
	{ "message.deleted", put_deletion },
	{ "reaction.new", put_reaction },
	{ "reaction.deleted", put_reaction },
	{ "member.joined", put_member },
	{ "member.updated", put_member },
	{ "member.left", put_leaving },
	{ "channel.updated", put_topic },
	{ "channel.deleted", put_channel_end },
};

bool
plain_event(struct buf *out, const struct plain_event *event)
{
	size_t i;

	for (i = 0; i < sizeof(plain_rows) / sizeof(plain_rows[0]); i++) {
		if (strcmp(plain_rows[i].type, event->type) != 0)
			continue;
		if (!plain_rows[i].put(out, event))
			return false;
		buf_putc(out, '\n');
		return true;
	}
	return false;
}

bool
plain_is_own(const struct plain_event *event, int64_t me)
{
	const json_t *user;

	if (strncmp(event->type, "message.", 8) != 0)
		return false;
	if (strcmp(event->type, "message.deleted") == 0)
		return json_in_id(event->event, "by") == me;
	user = json_object_get(json_object_get(event->event, "message"),
	    "user");
	return json_in_id(user, "id") == me;
}

/*
 * The queue of messages on their way out. Order is kept: at ordinary limits one
 * message at a time waits for its answer, so that one that has to be sent again
 * is never overtaken; where the server allows more than a round trip would, up
 * to PIPELINE of them, until the first refusal.
 */
#include "tui/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/clock.h"
#include "shared/id.h"
#include "shared/json_in.h"
#include "shared/xmalloc.h"

#define PIPELINE 32
#define PIPELINE_RATE 100.0 /* messages a second from which it pays */
#define RETRY_MIN_MS 20
#define RETRY_DEFAULT_MS 1000

static void outbox_pump(struct outbox *outbox);

static void
timer_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	outbox_pump(arg);
}

void
outbox_init(struct outbox *outbox, struct event_base *base, struct link *link,
    const struct outbox_owner *owner)
{
	memset(outbox, 0, sizeof(*outbox));
	outbox->link = link;
	outbox->owner = *owner;
	outbox->window = 1;
	outbox->timer = evtimer_new(base, timer_due, outbox);
	TAILQ_INIT(&outbox->items);
}

static void
item_unlink(struct outbox_item *item)
{
	TAILQ_REMOVE(&item->outbox->items, item, entry);
	item->outbox->count--;
}

static void
item_free(struct outbox_item *item)
{
	json_decref(item->fields);
	json_decref(item->mark);
	free(item->client_msg_id);
	free(item->type);
	free(item);
}

void
outbox_release(struct outbox *outbox)
{
	struct outbox_item *item;
	struct outbox_item *next;

	for (item = TAILQ_FIRST(&outbox->items); item; item = next) {
		next = TAILQ_NEXT(item, entry);
		item_free(item);
	}
	TAILQ_INIT(&outbox->items);
	outbox->count = 0;
	if (outbox->timer)
		event_free(outbox->timer);
	outbox->timer = NULL;
}

static void
pump_after(struct outbox *outbox, int64_t ms)
{
	struct timeval pause = { ms / 1000, ms % 1000 * 1000 };

	evtimer_add(outbox->timer, &pause);
}

/* ---- answers -------------------------------------------------------------- */

/* The server's bucket is emptier than ours: other programs of the same user draw
 * on it too. */
static void
item_delay(struct outbox *outbox, int64_t retry_ms)
{
	if (retry_ms <= 0)
		retry_ms = RETRY_DEFAULT_MS;
	if (retry_ms < RETRY_MIN_MS)
		retry_ms = RETRY_MIN_MS;
	outbox->hold_ms = clock_mono_ms() + retry_ms;
	/* Of the time of the hold's end, where one will be free. */
	outbox->tokens = 1;
	outbox->filled_ms = outbox->hold_ms;
	outbox->window = 1;
	if (outbox->owner.delayed)
		outbox->owner.delayed(outbox->owner.arg);
}

static void
item_answered(void *arg, const struct link_answer *answer)
{
	struct outbox_item *item = arg;
	struct outbox *outbox = item->outbox;

	item->sent = false;
	outbox->in_flight--;
	if (answer->code && strcmp(answer->code, "rate_limited") == 0) {
		item_delay(outbox, answer->retry_after_ms);
	} else if (answer->code) {
		item_unlink(item);
		outbox->owner.refused(outbox->owner.arg, item, answer->code,
		    answer->message);
		item_free(item);
	} else if (answer->result) {
		item_unlink(item);
		outbox->owner.sent(outbox->owner.arg, item, answer->result);
		item_free(item);
	} else {
		/* Lost with the connection: it goes out again. */
		return;
	}
	outbox_pump(outbox);
}

/* ---- the pace ------------------------------------------------------------- */

static void
tokens_fill(struct outbox *outbox, int64_t now_ms)
{
	if (now_ms <= outbox->filled_ms)
		return;
	outbox->tokens += outbox->rate * (double)(now_ms - outbox->filled_ms) /
	    1000.0;
	if (outbox->tokens > outbox->burst)
		outbox->tokens = outbox->burst;
	outbox->filled_ms = now_ms;
}

/* Milliseconds until this one may go; takes a token where that is 0. */
static int64_t
pace(struct outbox *outbox, const struct outbox_item *item)
{
	int64_t now_ms = clock_mono_ms();

	if (now_ms < outbox->hold_ms)
		return outbox->hold_ms - now_ms;
	if (outbox->rate <= 0 || !item->client_msg_id)
		return 0;
	tokens_fill(outbox, now_ms);
	if (outbox->tokens < 1)
		return (int64_t)((1 - outbox->tokens) / outbox->rate * 1000) +
		    1;
	outbox->tokens -= 1;
	return 0;
}

static struct outbox_item *
item_next(struct outbox *outbox)
{
	struct outbox_item *item;

	TAILQ_FOREACH(item, &outbox->items, entry)
		if (!item->sent)
			return item;
	return NULL;
}

static void
outbox_pump(struct outbox *outbox)
{
	struct outbox_item *item;
	int64_t wait_ms;

	while (outbox->up && outbox->in_flight < outbox->window &&
	    (item = item_next(outbox)) != NULL) {
		wait_ms = pace(outbox, item);
		if (wait_ms > 0) {
			pump_after(outbox, wait_ms);
			return;
		}
		item->ref = link_command(outbox->link, item->type,
		    json_copy(item->fields), item_answered, item);
		if (item->ref == 0)
			return;
		item->sent = true;
		outbox->in_flight++;
	}
}

void
outbox_up(struct outbox *outbox, const json_t *established)
{
	const json_t *limits = json_object_get(established, "limits");
	const char *role = json_in_string(json_object_get(established, "user"),
	    "role");
	bool bot = role && strcmp(role, "bot") == 0;

	outbox->rate = json_number_value(json_object_get(limits,
	    bot ? "bot_messages_per_s" : "messages_per_s"));
	outbox->burst = json_number_value(json_object_get(limits,
	    bot ? "bot_messages_burst" : "messages_burst"));
	if (outbox->burst < 1)
		outbox->burst = 1;
	if (outbox->filled_ms == 0) {
		outbox->tokens = outbox->burst;
		outbox->filled_ms = clock_mono_ms();
		outbox->window = outbox->rate >= PIPELINE_RATE ? PIPELINE : 1;
	}
	outbox->up = true;
	outbox_pump(outbox);
}

void
outbox_down(struct outbox *outbox)
{
	outbox->up = false;
	evtimer_del(outbox->timer);
}

static struct outbox_item *
item_push(struct outbox *outbox, const char *type, json_t *fields,
    uint64_t number)
{
	struct outbox_item *item = xcalloc(1, sizeof(*item));

	item->outbox = outbox;
	item->type = xstrdup(type);
	item->fields = fields ? fields : json_object();
	item->number = number;
	TAILQ_INSERT_TAIL(&outbox->items, item, entry);
	outbox->count++;
	return item;
}

/* Every message has one, so that it can be sent again. */
static void
client_id_make(struct outbox_item *item)
{
	const char *given = json_in_string(item->fields, "client_msg_id");
	char fresh[UUID_TEXT_SIZE];

	if (given) {
		item->client_msg_id = xstrdup(given);
		return;
	}
	uuid7_make(clock_real_ms(), fresh);
	item->client_msg_id = xstrdup(fresh);
	/* What is there and no text is the server's to refuse. */
	if (!json_object_get(item->fields, "client_msg_id"))
		json_object_set_new(item->fields, "client_msg_id",
		    json_string(fresh));
}

const char *
outbox_push(struct outbox *outbox, const char *channel, const char *text,
    json_t *more, uint64_t number)
{
	struct outbox_item *item = item_push(outbox, "message.send", more,
	    number);

	json_object_set_new(item->fields, "channel_id", json_string(channel));
	if (text)
		json_object_set_new(item->fields, "text", json_string(text));
	client_id_make(item);
	outbox_pump(outbox);
	return item->client_msg_id;
}

void
outbox_push_command(struct outbox *outbox, const char *type, json_t *fields,
    json_t *mark, uint64_t number)
{
	struct outbox_item *item = item_push(outbox, type, fields, number);

	item->mark = mark;
	if (strcmp(type, "message.send") == 0)
		client_id_make(item);
	outbox_pump(outbox);
}

const struct outbox_item *
outbox_of_ref(const struct outbox *outbox, const json_t *event)
{
	const struct outbox_item *item;

	TAILQ_FOREACH(item, &outbox->items, entry)
		if (item->sent && link_ref_is(event, item->ref))
			return item;
	return NULL;
}

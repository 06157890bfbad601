/*
 * History by pages, for what was wanted from before and for what was too much
 * for a sync. A channel is caught up when a page says that no more follows; what
 * comes live meanwhile waits.
 */
#include "tui/follow_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "shared/json_in.h"
#include "shared/xmalloc.h"

#define PAGE_MAX 200
#define PATH_SIZE 160
#define RETRY_MS 1000

struct page {
	struct follow *follow;
	int64_t channel_id;
};

static void page_ask(struct follow *follow, struct follow_channel *channel);

void
follow_check_caught_up(struct follow *follow)
{
	size_t i;

	if (follow->told_synced || follow->stopped || !follow->started ||
	    follow->syncing || follow->lookups > 0)
		return;
	for (i = 0; i < follow->count; i++)
		if (!follow->channels[i]->caught)
			return;
	follow->told_synced = true;
	if (follow->owner.synced)
		follow->owner.synced(follow->owner.arg);
	if (!follow->told_caught_up && follow->owner.caught_up)
		follow->owner.caught_up(follow->owner.arg);
	follow->told_caught_up = true;
}

static void
channel_caught(struct follow *follow, struct follow_channel *channel)
{
	channel->caught = true;
	if (!follow->syncing)
		follow_release(follow, channel);
	follow_check_caught_up(follow);
}

/* Pages came newest first; they are told oldest first. */
static void
history_tell(struct follow *follow, struct follow_channel *channel)
{
	json_t *history = channel->history;
	const json_t *message;
	size_t i;
	size_t j;

	channel->history = NULL;
	for (i = json_array_size(history); i > 0; i--)
		json_array_foreach(json_array_get(history, i - 1), j, message)
			follow_tell_message(follow, channel, message);
	json_decref(history);
	channel_caught(follow, channel);
}

/* One of the newest `count`, going backwards. */
static void
page_backwards(struct follow *follow, struct follow_channel *channel,
    json_t *messages, bool more)
{
	size_t count = json_array_size(messages);

	if (!channel->history)
		channel->history = json_array();
	json_array_append(channel->history, messages);
	channel->wanted -= count < channel->wanted ? count : channel->wanted;
	if (more && count > 0 && channel->wanted > 0)
		page_ask(follow, channel);
	else
		history_tell(follow, channel);
}

static void
page_forwards(struct follow *follow, struct follow_channel *channel,
    const json_t *messages, bool more)
{
	const json_t *message;
	size_t i;

	json_array_foreach(messages, i, message)
		follow_tell_message(follow, channel, message);
	if (more && json_array_size(messages) > 0)
		page_ask(follow, channel);
	else
		channel_caught(follow, channel);
}

static void
page_failed(struct follow *follow, const struct rest_answer *answer)
{
	if (answer->foreign)
		follow_fail(follow, EX_PROTOCOL, answer->message);
	else if (answer->status == 401 || answer->status == 403)
		follow_fail(follow, EX_NOPERM, answer->message);
	else if (answer->status >= 400 && answer->status < 500)
		follow_fail(follow, EXIT_FAILURE, answer->message);
	else
		follow_retry(follow, RETRY_MS);
}

static void
page_came(void *arg, const struct rest_answer *answer)
{
	struct page *page = arg;
	struct follow *follow = page->follow;
	struct follow_channel *channel = follow_find(follow, page->channel_id);
	json_t *messages = json_object_get(answer->body, "messages");
	bool more = json_in_bool(answer->body, "has_more", false);

	free(page);
	if (!channel || follow->stopped)
		return;
	channel->paging = false;
	if (answer->status != 200 || !json_is_array(messages))
		page_failed(follow, answer);
	else if (channel->wanted > 0)
		page_backwards(follow, channel, messages, more);
	else
		page_forwards(follow, channel, messages, more);
}

/* The oldest message that a backwards run has so far; 0: none. */
static int64_t
history_first(const struct follow_channel *channel)
{
	size_t pages = json_array_size(channel->history);
	const json_t *page = pages ? json_array_get(channel->history, pages - 1)
				   : NULL;

	return json_in_id(json_array_get(page, 0), "id");
}

static void
page_ask(struct follow *follow, struct follow_channel *channel)
{
	struct page *page = xcalloc(1, sizeof(*page));
	int64_t first = history_first(channel);
	char path[PATH_SIZE];
	size_t limit = PAGE_MAX;
	size_t len;

	if (channel->wanted > 0 && channel->wanted < limit)
		limit = channel->wanted;
	len = (size_t)snprintf(path, sizeof(path),
	    "/v1/channels/%" PRId64 "/messages?limit=%zu", channel->id, limit);
	if (channel->wanted == 0)
		snprintf(path + len, sizeof(path) - len, "&after=%" PRId64,
		    channel->last_id > 0 ? channel->last_id : 1);
	else if (first != 0)
		snprintf(path + len, sizeof(path) - len, "&before=%" PRId64,
		    first);
	page->follow = follow;
	page->channel_id = channel->id;
	channel->paging = true;
	rest_call(link_rest(follow->link), "GET", path, NULL, 0, page_came,
	    page);
}

/* Where a channel begins, by what was wanted. */
static void
channel_begin(struct follow *follow, struct follow_channel *channel)
{
	int64_t last = 0;

	channel->begun = true;
	switch (follow->options.from) {
	case FOLLOW_LIVE:
		channel->caught = true;
		break;
	case FOLLOW_COUNT:
		channel->wanted = follow->options.count;
		channel->last_id = 0;
		break;
	case FOLLOW_AFTER:
		channel->last_id = follow->options.after;
		break;
	case FOLLOW_LAST:
		if (follow->owner.last)
			last = follow->owner.last(follow->owner.arg, channel);
		channel->last_id = last ? last : channel->read_id;
		break;
	}
}

void
follow_catch_up(struct follow *follow, struct follow_channel *channel)
{
	if (!channel->begun)
		channel_begin(follow, channel);
	if (channel->caught && !follow->syncing)
		follow_release(follow, channel);
	else if (!channel->caught && !channel->paging)
		page_ask(follow, channel);
}

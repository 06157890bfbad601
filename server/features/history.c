/*
 * Pages of a channel's own history, by cursor: range scans of (channel, id) at
 * any depth. One more row than was asked for tells whether there is more.
 */
#include "server/features/list.h"

#include <stdlib.h>

#include "server/object.h"
#include "shared/json_out.h"
#include "shared/xmalloc.h"

/* A page while it is read: messages as JSON, one behind the other, with where
 * each begins, since half of the pages are read backwards. */
struct page {
	struct buf json;
	size_t *starts;
	int64_t len;
	bool more;
};

#define PAGE_SQL(condition, order)                          \
	"SELECT " OBJECT_MESSAGE_COLUMNS                    \
	" FROM messages m JOIN users u ON u.id = m.user_id" \
	" WHERE m.channel_id = $1 AND m.id " condition      \
	" AND m.in_channel = 1 ORDER BY m.id " order " LIMIT $3"

static void
page_read(struct page *page, struct stmt *row, int64_t limit)
{
	struct json_out out;

	buf_init(&page->json);
	page->starts = xcalloc((size_t)limit + 1, sizeof(*page->starts));
	page->len = 0;
	page->more = false;
	while (stmt_step(row)) {
		if (page->len == limit) {
			page->more = true;
			break;
		}
		page->starts[page->len++] = page->json.len;
		json_out_init(&out, &page->json);
		object_message_row(&out, row);
	}
	page->starts[page->len] = page->json.len;
}

static void
page_write(struct json_out *out, const struct page *page, bool backwards)
{
	for (int64_t i = 0; i < page->len; i++) {
		int64_t at = backwards ? page->len - 1 - i : i;
		size_t start = page->starts[at];

		json_out_raw(out, page->json.data + start,
		    page->starts[at + 1] - start);
	}
}

static void
page_release(struct page *page)
{
	buf_release(&page->json);
	free(page->starts);
}

static void
page_before(struct page *page, struct db *db, const struct call *call,
    int64_t id, int64_t limit)
{
	page_read(page,
	    db_query(db, PAGE_SQL("< $2", "DESC"), "iii", call->channel.id, id,
		limit + 1),
	    limit);
}

static void
page_from(struct page *page, struct db *db, const struct call *call, int64_t id,
    int64_t limit)
{
	page_read(page,
	    db_query(db, PAGE_SQL(">= $2", "ASC"), "iii", call->channel.id, id,
		limit + 1),
	    limit);
}

/* Half of the page lies before the message, the rest begins with it. */
static void
history_around(struct db *db, struct call *call, int64_t id, int64_t limit)
{
	struct page before, from;
	struct json_out out;

	page_before(&before, db, call, id, limit / 2);
	page_from(&from, db, call, id, limit - limit / 2);
	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_karray(&out, "messages");
	page_write(&out, &before, true);
	page_write(&out, &from, false);
	json_out_array_end(&out);
	json_out_kbool(&out, "has_more_before", before.more);
	json_out_kbool(&out, "has_more_after", from.more);
	json_out_object_end(&out);
	page_release(&before);
	page_release(&from);
}

static enum error
history_page(struct db *db, struct call *call)
{
	int64_t limit = call_page(call);
	int64_t before = call_id(call, "before");
	int64_t after = call_id(call, "after");
	int64_t around = call_id(call, "around");
	struct page page;
	struct json_out out;

	if ((before != 0) + (after != 0) + (around != 0) > 1)
		return call_fail(call, ERR_BAD_REQUEST,
		    "only one of before, after and around may be given");
	if (around != 0) {
		history_around(db, call, around, limit);
		return ERR_NONE;
	}
	if (after != 0)
		page_from(&page, db, call, after + 1, limit);
	else
		page_before(&page, db, call, before ? before : INT64_MAX,
		    limit);
	json_out_init(&out, &call->result);
	json_out_object(&out);
	json_out_karray(&out, "messages");
	page_write(&out, &page, after == 0);
	json_out_array_end(&out);
	json_out_kbool(&out, "has_more", page.more);
	json_out_object_end(&out);
	page_release(&page);
	return ERR_NONE;
}

static const struct arg page_args[] = {
	{ .name = "channel_id",
	    .type = ARG_CHANNEL,
	    .flags = ARG_REQUIRED | ARG_PATH },
	{ .name = "limit", .type = ARG_INT, .flags = ARG_QUERY },
	{ .name = "before", .type = ARG_ID, .flags = ARG_QUERY },
	{ .name = "after", .type = ARG_ID, .flags = ARG_QUERY },
	{ .name = "around", .type = ARG_ID, .flags = ARG_QUERY },
	{ .type = ARG_END },
};

const struct op history_ops[] = {
	{
	    .name = "history.page",
	    .method = "GET",
	    .path = "/v1/channels/:channel_id/messages",
	    .doors = DOOR_REST,
	    .may = MAY_READ,
	    .cost = COST_COMMAND,
	    .lane = LANE_READ,
	    .status = 200,
	    .run = history_page,
	    .args = page_args,
	    .summary = "Page through a channel's history",
	},
	{ .name = NULL },
};

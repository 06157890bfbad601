/*
 * Pages of a channel's own history, by cursor: range scans of (channel, id) at
 * any depth.
 */
#include "server/features/list.h"

#include "server/object.h"
#include "server/page.h"
#include "shared/json_out.h"

#define PAGE_SQL(condition, order)                          \
	"SELECT " OBJECT_MESSAGE_COLUMNS                    \
	" FROM messages m JOIN users u ON u.id = m.user_id" \
	" WHERE m.channel_id = $1 AND m.id " condition      \
	" AND m.in_channel = 1 ORDER BY m.id " order " LIMIT $3"

static void
page_before(struct page *page, struct db *db, const struct call *call,
    int64_t id, int64_t limit)
{
	page_read(page, db,
	    db_query(db, PAGE_SQL("< $2", "DESC"), "iii", call->channel.id, id,
		limit + 1),
	    limit);
}

static void
page_from(struct page *page, struct db *db, const struct call *call, int64_t id,
    int64_t limit)
{
	page_read(page, db,
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
	page_answer(&out, &page, after == 0);
	/* The newest page tells who has read how far. */
	if (before == 0 && after == 0 &&
	    call->channel.member_count <= call_limits(call)->receipt_members)
		object_receipts(&out, db, call, call->channel.id,
		    "read_receipts");
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
	    .answer = "messages has_more? read_receipts? "
		      "has_more_before? has_more_after?",
	    .summary = "Page through a channel's history",
	},
	{ .name = NULL },
};

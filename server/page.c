/*
 * Pages of messages.
 */
#include "server/page.h"

#include <stdlib.h>

#include "server/object.h"
#include "shared/xmalloc.h"

void
page_read(struct page *page, struct db *db, struct stmt *row, int64_t limit)
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
		object_message_row(&out, db, row);
	}
	page->starts[page->len] = page->json.len;
}

void
page_write(struct json_out *out, const struct page *page, bool backwards)
{
	for (int64_t i = 0; i < page->len; i++) {
		int64_t at = backwards ? page->len - 1 - i : i;
		size_t start = page->starts[at];

		json_out_raw(out, page->json.data + start,
		    page->starts[at + 1] - start);
	}
}

void
page_answer(struct json_out *out, const struct page *page, bool backwards)
{
	json_out_karray(out, "messages");
	page_write(out, page, backwards);
	json_out_array_end(out);
	json_out_kbool(out, "has_more", page->more);
}

void
page_release(struct page *page)
{
	buf_release(&page->json);
	free(page->starts);
}

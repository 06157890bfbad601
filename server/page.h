/*
 * A page of messages while it is read: JSON, one behind the other, with where
 * each begins, since half of the pages are read backwards. One more row than was
 * asked for tells whether there is more. Store threads.
 */
#ifndef SERVER_PAGE_H
#define SERVER_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/db.h"
#include "shared/buf.h"
#include "shared/json_out.h"

struct page {
	struct buf json;
	size_t *starts;
	int64_t len;
	bool more; /* the query had rows past the limit */
};

/* Reads up to `limit` rows of OBJECT_MESSAGE_COLUMNS; the query was limited to
 * limit + 1. */
void page_read(struct page *page, struct db *db, struct stmt *row,
    int64_t limit);

/* Writes the messages into an open array. */
void page_write(struct json_out *out, const struct page *page, bool backwards);

/* {"messages": […], "has_more": …} into `out`, still open for more fields. */
void page_answer(struct json_out *out, const struct page *page, bool backwards);

void page_release(struct page *page);

#endif

/*
 * How far everybody has read, and what has reached them: kept here for a moment
 * and written behind, many at once, so that a reader of a thousand channels costs
 * the disk little. What is not written yet lies over what the store says, so that
 * counts are right at once. A crash loses a second of marks, never a message.
 */
#ifndef SERVER_RECEIPTS_H
#define SERVER_RECEIPTS_H

#include <stdbool.h>
#include <stdint.h>

struct receipts;
struct server;

enum receipt_kind { RECEIPT_READ, RECEIPT_DELIVERED, RECEIPT_KINDS };

struct receipts *receipts_new(const struct server *server);
void receipts_free(struct receipts *receipts);

/* Moves a mark forward; false where it stands there or further already.
 * `stored` is what the store says. Any thread. */
bool receipts_mark(struct receipts *receipts, enum receipt_kind kind,
    int64_t channel_id, int64_t user_id, int64_t stored, int64_t message_id,
    int64_t now_ms);

/* A mark as it is now: `stored` and its time, or what lies over them. NULL
 * receipts: what is stored. Any thread. */
struct receipt_mark {
	int64_t message_id, at_ms;
};
struct receipt_mark receipts_look(struct receipts *receipts,
    enum receipt_kind kind, int64_t channel_id, int64_t user_id,
    struct receipt_mark stored);

/* Sends what has gathered to the writer; more comes in meanwhile. Does nothing
 * while the last lot is still being written. Any thread. */
void receipts_flush(struct receipts *receipts);

/* The last lots, one behind the other, without waiting; before store_close, which
 * finishes them. */
void receipts_close(struct receipts *receipts);

#endif

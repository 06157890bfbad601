/*
 * Shared WebSocket frames: allocation and counting. What is in them and who
 * gets them is decided elsewhere.
 */
#include "server/frame.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ws.h"
#include "shared/xmalloc.h"

struct frame *
frame_alloc(size_t len)
{
	struct frame *frame;

	assert(len <= UINT32_MAX);
	frame = xmalloc(sizeof(*frame) + len);
	atomic_init(&frame->refs, 1);
	frame->len = (uint32_t)len;
	frame->frames = 1;
	return frame;
}

struct frame *
frame_new(const char *json, size_t len)
{
	uint8_t header[WS_HEADER_MAX];
	struct frame *frame;
	size_t size;

	size = ws_header(header, WS_TEXT, len, NULL);
	frame = frame_alloc(size + len);
	memcpy(frame->data, header, size);
	memcpy(frame->data + size, json, len);
	return frame;
}

struct frame *
frame_ref(struct frame *frame)
{
	atomic_fetch_add_explicit(&frame->refs, 1, memory_order_relaxed);
	return frame;
}

void
frame_unref(struct frame *frame)
{
	if (frame == NULL)
		return;
	/* Release: our reads are over before another thread frees it; acquire:
	 * the last one sees everybody's. */
	if (atomic_fetch_sub_explicit(&frame->refs, 1, memory_order_acq_rel) ==
	    1)
		free(frame);
}

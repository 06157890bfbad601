/*
 * A WebSocket frame that is encoded once and shared by everyone who gets it.
 * Counted by reference, any thread; the bytes never change.
 */
#ifndef SERVER_FRAME_H
#define SERVER_FRAME_H

#include <stddef.h>
#include <stdint.h>

struct frame {
	_Atomic uint32_t refs;
	uint32_t len;	 /* bytes of data: header and payload */
	uint32_t frames; /* WebSocket frames in it: 1, or more in a run */
	char data[];
};

/* A text frame around `json`. One reference, the caller's. */
struct frame *frame_new(const char *json, size_t len);

/* Room for `len` raw bytes, to be filled by the caller before it is shared. */
struct frame *frame_alloc(size_t len);

struct frame *frame_ref(struct frame *frame);
void frame_unref(struct frame *frame); /* NULL is nothing */

#endif

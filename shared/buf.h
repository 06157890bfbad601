/*
 * A growable run of bytes. Always has a NUL after its last byte once something
 * was appended, so that text in it can be printed; the NUL is not counted.
 */
#ifndef SHARED_BUF_H
#define SHARED_BUF_H

#include <stddef.h>

struct buf {
	char *data; /* NULL until something is appended */
	size_t len; /* bytes in use */
	size_t cap; /* bytes allocated */
};

#define BUF_INIT           \
	{                  \
		NULL, 0, 0 \
	}

void buf_init(struct buf *buf);

/* Frees the bytes and leaves an empty buffer that can be used again. */
void buf_release(struct buf *buf);

/* Forgets the content, keeps the memory. */
void buf_clear(struct buf *buf);

/* Makes room for `more` bytes past len and returns where they go. The caller
 * writes there and adds to len (and need not write the NUL). */
char *buf_reserve(struct buf *buf, size_t more);

void buf_append(struct buf *buf, const void *data, size_t len);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Drops the first `len` bytes (len <= buf->len). */
void buf_consume(struct buf *buf, size_t len);

/* Gives the bytes away: the caller frees them. The buffer is empty after. Never
 * NULL. */
char *buf_detach(struct buf *buf);

#endif

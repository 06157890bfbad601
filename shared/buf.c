/*
 * The growable run of bytes. Owns its memory and nothing else; it knows nothing
 * of what the bytes mean, and it does not bound them: whoever appends what came
 * from outside does.
 */
#include "shared/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"

#define BUF_FIRST 64 /* bytes of the first allocation */

void
buf_init(struct buf *buf)
{
	*buf = (struct buf)BUF_INIT;
}

void
buf_release(struct buf *buf)
{
	free(buf->data);
	buf_init(buf);
}

void
buf_clear(struct buf *buf)
{
	buf->len = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

char *
buf_reserve(struct buf *buf, size_t more)
{
	size_t need;
	size_t cap = buf->cap ? buf->cap : BUF_FIRST;

	assert(more < SIZE_MAX / 2 - buf->len);
	need = buf->len + more + 1;
	if (need > buf->cap) {
		while (cap < need)
			cap *= 2;
		buf->data = xrealloc(buf->data, cap);
		buf->cap = cap;
		buf->data[buf->len] = '\0';
	}
	return buf->data + buf->len;
}

void
buf_append(struct buf *buf, const void *data, size_t len)
{
	char *to = buf_reserve(buf, len);

	if (len)
		memcpy(to, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void
buf_puts(struct buf *buf, const char *text)
{
	buf_append(buf, text, strlen(text));
}

void
buf_putc(struct buf *buf, char c)
{
	buf_append(buf, &c, 1);
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;
	va_list again;
	size_t room;
	char *to = buf_reserve(buf, BUF_FIRST);
	int len;

	va_start(args, format);
	va_copy(again, args);
	room = buf->cap - buf->len;
	len = vsnprintf(to, room, format, args);
	if (len > 0 && (size_t)len >= room) {
		to = buf_reserve(buf, (size_t)len);
		len = vsnprintf(to, (size_t)len + 1, format, again);
	}
	va_end(again);
	va_end(args);
	/* Only a broken format or an unencodable %ls can fail. */
	assert(len >= 0);
	buf->len += (size_t)(len > 0 ? len : 0);
	buf->data[buf->len] = '\0';
}

void
buf_consume(struct buf *buf, size_t len)
{
	assert(len <= buf->len);
	if (!len)
		return;
	buf->len -= len;
	memmove(buf->data, buf->data + len, buf->len);
	buf->data[buf->len] = '\0';
}

char *
buf_detach(struct buf *buf)
{
	char *data;

	/* Also ends with a NUL what was written past buf_reserve(). */
	buf_reserve(buf, 0);
	buf->data[buf->len] = '\0';
	data = buf->data;
	buf_init(buf);
	return data;
}

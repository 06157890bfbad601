/*
 * Fuzzes the HTTP parser: the first byte chooses request or response and the size
 * of pieces, the rest are messages. They must come out the same whole and in
 * pieces, and what comes out must lie within what went in.
 */
#include "shared/http.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/xmalloc.h"

#define HEAD_MAX 1024

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const char *data;
	size_t len;
	size_t step;
	bool response, to_head;
};

/* A span lies within data[0..size), or is the root path that a target without one
 * gets. */
static void
check_span(struct span span, const char *data, size_t size)
{
	if (span.len == 0 || (span.len == 1 && span.data[0] == '/'))
		return;
	assert(span.data >= data && span.data + span.len <= data + size);
	assert(memchr(span.data, '\0', span.len) == NULL);
	assert(memchr(span.data, '\r', span.len) == NULL);
	assert(memchr(span.data, '\n', span.len) == NULL);
}

static void
check_head(const struct http_head *head, const char *data, size_t len)
{
	assert(head->size <= len && head->size <= HEAD_MAX);
	assert(memcmp(data + head->size - 4, "\r\n\r\n", 4) == 0);
	check_span(head->method, data, head->size);
	check_span(head->target, data, head->size);
	check_span(head->path, data, head->size);
	check_span(head->query, data, head->size);
	assert(head->header_count <= HTTP_HEADERS_MAX);
	for (size_t i = 0; i < head->header_count; i++) {
		check_span(head->headers[i].name, data, head->size);
		check_span(head->headers[i].value, data, head->size);
		assert(head->headers[i].name.len > 0);
	}
}

/* Reads a head of which ever more is there. Its spans do not outlive this. */
static enum http_result
read_head(const struct input *input, struct buf *said, struct http_head *head)
{
	enum http_result result;
	size_t scan = 0, len = 0;
	const char *why;

	do {
		char *exact;

		len = input->step < input->len - len ? len + input->step
						     : input->len;
		exact = xmalloc(len);
		memcpy(exact, input->data, len);
		result = input->response
		    ? http_parse_response(exact, len, &scan, HEAD_MAX,
			  input->to_head, head, &why)
		    : http_parse_request(exact, len, &scan, HEAD_MAX, head,
			  &why);
		if (result == HTTP_OK) {
			check_head(head, exact, len);
			buf_printf(said, "%d %d %d %llu %zu %zu ", head->status,
			    head->keep_alive, head->body,
			    (unsigned long long)head->content_length,
			    head->header_count, head->size);
		}
		free(exact);
	} while (result == HTTP_MORE && len < input->len);
	buf_printf(said, "head %d ", result);
	return result;
}

/* Reads a body in pieces; it is of the kind that the head said. */
static void
read_body(const struct input *input, const struct http_head *head, size_t at,
    struct buf *said)
{
	enum http_result result = HTTP_OK;
	struct http_body body;
	size_t start = at, size;
	bool done = false;

	http_body_init(&body, head);
	while (at < input->len && !done) {
		const char *piece = input->data + at;
		struct span out;

		size = input->step < input->len - at ? input->step
						     : input->len - at;
		result = http_body_feed(&body, piece, size, &size, &out, &done);
		if (result == HTTP_BAD)
			break;
		/* Each call goes on or ends. */
		assert(size > 0 || done);
		assert(out.len == 0 ||
		    (out.data >= piece && out.data + out.len <= piece + size));
		if (out.len > 0)
			buf_append(said, out.data, out.len);
		at += size;
	}
	buf_printf(said, "body %d %d", result == HTTP_BAD, done);
	if (result != HTTP_BAD)
		buf_printf(said, " %zu", at - start);
}

static void
read_message(const struct input *input, struct buf *said)
{
	struct http_head head = { .body = HTTP_BODY_CHUNKED };

	/* Not only what stands behind a good head is tried as chunks. */
	read_body(input, &head, 0, said);
	if (read_head(input, said, &head) == HTTP_OK)
		read_body(input, &head, head.size, said);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = BUF_INIT, pieces = BUF_INIT;
	struct input input;

	if (size < 2)
		return 0;
	input = (struct input){ .data = (const char *)data + 1,
		.len = size - 1,
		.step = size,
		.response = data[0] & 1,
		.to_head = data[0] & 2 };
	read_message(&input, &whole);
	input.step = (data[0] >> 2) + 1;
	read_message(&input, &pieces);
	assert(whole.len == pieces.len);
	assert(memcmp(whole.data, pieces.data, whole.len) == 0);
	buf_release(&whole);
	buf_release(&pieces);
	return 0;
}

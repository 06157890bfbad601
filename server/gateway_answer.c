/*
 * The server's half of a WebSocket dialogue as text: acks, errors and what else
 * is meant for one connection. Events come framed by the bus.
 */
#include "server/gateway_answer.h"

#include <string.h>

#include "server/gateway_reply.h"
#include "shared/json_out.h"
#include "shared/ws.h"

static void
answer_head(struct json_out *json, const char *type, const char *ref)
{
	json_out_object(json);
	json_out_kstring(json, "type", type);
	if (ref != NULL)
		json_out_kstring(json, "ref", ref);
}

struct frame *
answer_error(const char *ref, enum error error, const char *message,
    int64_t retry_after_ms)
{
	struct buf out = BUF_INIT;
	struct json_out json;
	struct frame *frame;

	json_out_init(&json, &out);
	answer_head(&json, "error", ref);
	buf_puts(&out, ",\"error\":");
	reply_error(&out, error, message, retry_after_ms);
	buf_puts(&out, "}");
	frame = frame_new(out.data, out.len);
	buf_release(&out);
	return frame;
}

/* {"type":"ack","ref":…,"result":{…}} or, where the operation has a type of answer
 * of its own, {"type":REPLY,"ref":…, and the result's fields. */
static void
answer_write(struct buf *out, const struct call *call)
{
	const struct buf *result = &call->result;
	struct json_out json;

	json_out_init(&json, out);
	if (call->op->reply == NULL) {
		answer_head(&json, "ack", call->ref);
		buf_puts(out, ",\"result\":");
		if (result->len > 0)
			buf_append(out, result->data, result->len);
		else
			buf_puts(out, "{}");
		buf_putc(out, '}');
		return;
	}
	answer_head(&json, call->op->reply, call->ref);
	if (result->len > 2) {
		buf_putc(out, ',');
		buf_append(out, result->data + 1, result->len - 1);
	} else {
		buf_putc(out, '}');
	}
}

/* Each line of `replies` as a frame; returns how many. */
static uint32_t
answer_write_replies(struct buf *out, const struct buf *replies)
{
	const char *at = replies->data, *end, *stop;
	uint32_t count = 0;

	if (at == NULL)
		return 0;
	for (stop = at + replies->len; at < stop; at = end + 1) {
		end = memchr(at, '\n', (size_t)(stop - at));
		if (end == NULL)
			end = stop;
		ws_frame(out, WS_TEXT, at, (size_t)(end - at), NULL);
		count++;
	}
	return count;
}

struct frame *
answer_frame(const struct call *call)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct frame *frame;
	uint32_t count;

	if (call->error != ERR_NONE)
		return answer_error(call->ref, call->error, call->message,
		    call->retry_after_ms);
	answer_write(&text, call);
	count = answer_write_replies(&out, &call->replies);
	ws_frame(&out, WS_TEXT, text.data, text.len, NULL);
	frame = frame_alloc(out.len);
	frame->frames = count + 1;
	memcpy(frame->data, out.data, out.len);
	buf_release(&text);
	buf_release(&out);
	return frame;
}

struct frame *
answer_lagged(uint32_t dropped)
{
	struct buf out = BUF_INIT;
	struct json_out json;
	struct frame *frame;

	json_out_init(&json, &out);
	answer_head(&json, "lagged", NULL);
	json_out_kint(&json, "dropped", dropped);
	json_out_object_end(&json);
	frame = frame_new(out.data, out.len);
	buf_release(&out);
	return frame;
}

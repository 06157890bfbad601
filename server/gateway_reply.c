/*
 * HTTP answers. Every one says how long it is and that it is to be neither
 * guessed at nor stored.
 */
#include "server/gateway_reply.h"

#include <string.h>
#include <time.h>

#include "shared/buf.h"
#include "shared/clock.h"
#include "shared/json_out.h"

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 204, "No Content" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 409, "Conflict" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 426, "Upgrade Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
	{ 505, "HTTP Version Not Supported" },
};

static const char *
reply_reason(int status)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "";
}

/* RFC 9110 section 5.6.7; not by strftime, which asks the locale. */
static void
reply_date(struct buf *out)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = (time_t)(clock_real_ms() / 1000);
	struct tm tm;

	if (gmtime_r(&now, &tm) == NULL)
		return;
	buf_printf(out, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\n",
	    days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
reply_error(struct buf *out, enum error error, const char *message,
    int64_t retry_after_ms)
{
	const struct error_info *info = error_info(error);
	struct json_out json;

	json_out_init(&json, out);
	json_out_object(&json);
	json_out_kstring(&json, "code", info->code);
	json_out_kstring(&json, "message",
	    message != NULL && message[0] != '\0' ? message : info->text);
	if (retry_after_ms > 0)
		json_out_kint(&json, "retry_after_ms", retry_after_ms);
	json_out_object_end(&json);
}

static void
reply_headers(struct buf *out, const struct reply *reply, int status,
    size_t len)
{
	buf_printf(out, "HTTP/1.1 %d %s\r\n", status, reply_reason(status));
	reply_date(out);
	buf_puts(out,
	    "X-Content-Type-Options: nosniff\r\n"
	    "Cache-Control: no-store\r\n");
	if (status == 401)
		buf_puts(out, "WWW-Authenticate: Bearer\r\n");
	if (reply->retry_after_ms > 0)
		buf_printf(out, "Retry-After: %lld\r\n",
		    (long long)((reply->retry_after_ms + 999) / 1000));
	if (reply->allow != NULL)
		buf_printf(out, "Allow: %s\r\n", reply->allow);
	if (reply->headers != NULL)
		buf_puts(out, reply->headers);
	/* A 204 has no body and no length (RFC 9110 section 8.6). */
	if (status != 204)
		buf_printf(out,
		    "Content-Type: application/json\r\n"
		    "Content-Length: %zu\r\n",
		    len);
	if (reply->close)
		buf_puts(out, "Connection: close\r\n");
	else if (reply->keep_alive)
		buf_puts(out, "Connection: keep-alive\r\n");
	buf_puts(out, "\r\n");
}

struct frame *
reply_frame(const struct reply *reply)
{
	struct buf out = BUF_INIT, body = BUF_INIT;
	struct frame *frame;
	int status = reply->status;
	bool empty;

	if (status == 0)
		status = error_info(reply->error)->status;
	if (reply->error != ERR_NONE) {
		buf_puts(&body, "{\"error\":");
		reply_error(&body, reply->error, reply->message,
		    reply->retry_after_ms);
		buf_puts(&body, "}");
	} else if (reply->len > 0) {
		buf_append(&body, reply->body, reply->len);
	} else {
		buf_puts(&body, "{}");
	}
	reply_headers(&out, reply, status, body.len);
	empty = reply->head || status == 204;
	frame = frame_alloc(out.len + (empty ? 0 : body.len));
	memcpy(frame->data, out.data, out.len);
	if (!empty)
		memcpy(frame->data + out.len, body.data, body.len);
	buf_release(&out);
	buf_release(&body);
	return frame;
}

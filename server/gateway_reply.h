/*
 * HTTP answers as bytes: status line, headers, body in one frame. Between the
 * gateway's own files.
 */
#ifndef SERVER_GATEWAY_REPLY_H
#define SERVER_GATEWAY_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/frame.h"
#include "shared/protocol.h"

struct reply {
	int status;		/* 0: the error's own */
	enum error error;	/* ERR_NONE: a success */
	const char *message;	/* of an error; NULL or "": its default text */
	int64_t retry_after_ms; /* 0: none */
	const char *headers;	/* more of them, each with CRLF; NULL: none */
	const char *allow;	/* of the Allow header; NULL: none */
	const char *body;	/* JSON of a success; NULL: none */
	size_t len;
	bool head;	 /* the request was HEAD: the body stays here */
	bool close;	 /* the connection ends after this */
	bool keep_alive; /* must be said, for HTTP/1.0 */
};

/* Returns one reference. */
struct frame *reply_frame(const struct reply *reply);

/* Appends {"code":…,"message":…,"retry_after_ms"?:…}. */
struct buf;
void reply_error(struct buf *out, enum error error, const char *message,
    int64_t retry_after_ms);

#endif

/*
 * RFC 6455 frames, both roles, as a pure codec: bytes in, events out, no I/O and
 * no allocation. Payload is unmasked in place. Nothing is kept at rest: a struct
 * ws_parser lives only while a frame or a fragmented message is unfinished, and
 * an all-zero one is the state between messages.
 *
 *	+-+-+-+-+-------+-+-------------+-------------------------------+
 *	|F|R|R|R| opcode|M| length (7)  | length (16 or 64 bits)        |
 *	+-+-+-+-+-------+-+-------------+-------------------------------+
 *	| mask (32 bits, client to server only)  | payload             |
 */
#ifndef SHARED_WS_H
#define SHARED_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/utf8.h"

enum ws_opcode {
	WS_CONTINUATION = 0,
	WS_TEXT = 1,
	WS_BINARY = 2,
	WS_CLOSE = 8,
	WS_PING = 9,
	WS_PONG = 10,
};

#define WS_HEADER_MAX 14
#define WS_CONTROL_MAX 125
#define WS_ACCEPT_SIZE 29 /* of Sec-WebSocket-Accept, with NUL */

enum ws_event_type {
	WS_EVENT_NONE, /* needs more bytes */
	WS_EVENT_DATA, /* a piece of a text message: data, len; `final` with
			     the last one. Valid UTF-8 so far. */
	WS_EVENT_PING, /* data, len: echo them in a pong */
	WS_EVENT_PONG,
	WS_EVENT_CLOSE, /* code (1005 where none was sent), data = reason */
	WS_EVENT_ERROR, /* code: close with it (1002, 1003, 1007, 1009) */
};

struct ws_event {
	enum ws_event_type type;
	char *data; /* into the caller's bytes, unmasked */
	size_t len;
	bool final;
	int code;	  /* of CLOSE and ERROR */
	const char *text; /* of ERROR: what was wrong */
};

struct ws_parser {
	uint64_t
	    remaining;	  /* payload bytes of the present frame still to come */
	uint64_t message; /* payload bytes of the present message so far */
	uint8_t mask[4];
	uint8_t mask_at; /* which mask byte is next */
	uint8_t opcode;	 /* of the present frame while in_frame */
	bool in_frame, fin;
	bool in_message; /* a text message has begun and is not final */
	struct utf8_check utf8;
};

struct ws_limits {
	uint64_t message_bytes; /* one message from the peer, else 1009; checked
				   from the header, before the payload is here */
	bool server;		/* we are the server: masks required, and
				   forbidden otherwise */
};

/*
 * Takes what it can from data[0..len) and returns one event; *used gets the
 * bytes consumed. Called again with the rest until it returns WS_EVENT_NONE;
 * then the unused bytes (part of a header, or of a control frame: at most
 * WS_HEADER_MAX + WS_CONTROL_MAX) are kept by the caller and given again with
 * more behind them. Data frames stream: their payload is never waited for whole.
 */
struct ws_event ws_parse(struct ws_parser *parser,
    const struct ws_limits *limits, char *data, size_t len, size_t *used);

/* True where the parser is between messages, so that it need not be kept. */
bool ws_parser_idle(const struct ws_parser *parser);

/* Writes a header for an unfragmented frame; returns its length. `mask`: four
 * bytes for a client's frame, NULL for a server's. */
size_t ws_header(uint8_t out[WS_HEADER_MAX], enum ws_opcode opcode,
    uint64_t len, const uint8_t *mask);

/* XORs data with the mask, which starts at mask byte `at`. */
void ws_mask(char *data, size_t len, const uint8_t mask[4], size_t at);

/* Appends a whole frame. `mask` as above. */
void ws_frame(struct buf *out, enum ws_opcode opcode, const void *data,
    size_t len, const uint8_t *mask);

/* Appends a close frame. `reason` (may be NULL) is cut to fit at a code point. */
void ws_close_frame(struct buf *out, int code, const char *reason,
    const uint8_t *mask);

/* Sec-WebSocket-Accept for a key (RFC 6455 section 4.2.2). */
void ws_accept(const char *key, char out[WS_ACCEPT_SIZE]);

/* The key is base64 of 16 bytes. */
bool ws_key_valid(const char *key);

#endif

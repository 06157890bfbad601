/*
 * HTTP/1.1 messages (RFC 9112), both roles, strictly and purely: bytes in, a
 * head or body pieces out. What is ambiguous is refused, since ambiguity is what
 * request smuggling lives on. No I/O, no allocation.
 */
#ifndef SHARED_HTTP_H
#define SHARED_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_HEADERS_MAX 64

/* A stretch of the caller's bytes. */
struct span {
	const char *data;
	size_t len;
};

struct http_header {
	struct span name;  /* as sent */
	struct span value; /* without the white space around it */
};

enum http_body_kind {
	HTTP_BODY_NONE,
	HTTP_BODY_LENGTH,
	HTTP_BODY_CHUNKED,
	HTTP_BODY_UNTIL_CLOSE /* responses only */
};

struct http_head {
	struct span method; /* requests */
	struct span target; /* requests: as sent */
	struct span path;   /* of target, before '?', still percent-encoded */
	struct span query;  /* after '?', empty where there is none */
	int status;	    /* responses */
	int minor;	    /* HTTP/1.minor: 0 or 1 */
	bool keep_alive;    /* the connection may be used again */
	bool expect_continue;
	bool upgrade_websocket; /* Connection: upgrade and Upgrade: websocket */
	enum http_body_kind body;
	uint64_t content_length; /* of HTTP_BODY_LENGTH */
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t header_count;
	size_t size; /* bytes of the head with its empty line */
};

enum http_result {
	HTTP_OK,
	HTTP_MORE,	   /* the head is not whole yet */
	HTTP_BAD,	   /* 400: `*why` says what */
	HTTP_TOO_LARGE,	   /* 431: larger than max_bytes or more headers than
			   HTTP_HEADERS_MAX */
	HTTP_BAD_VERSION,  /* 505 */
	HTTP_BAD_ENCODING, /* 501: a transfer coding that is not chunked */
};

/*
 * Reads a head from data[0..len). `scan` is where the caller keeps how far the
 * search for the empty line has come (0 at first), so that a head that comes
 * byte by byte costs no more. Refused with HTTP_BAD: bare CR or LF, NUL and
 * other control characters, obs-fold, white space before the colon, no Host or
 * two (HTTP/1.1), Content-Length twice, signed, or beside Transfer-Encoding,
 * Transfer-Encoding in HTTP/1.0 or twice, chunked that is not the last coding, a
 * target that is no origin-form, absolute-form or `*`, a method that is no
 * token. At most one empty line (CRLF) before a request is skipped.
 * Spans point into data.
 */
enum http_result http_parse_request(const char *data, size_t len, size_t *scan,
    size_t max_bytes, struct http_head *head, const char **why);

/* The same for a response; a body without a length runs until close. Bodies of
 * 1xx, 204, 304 and of the answer to HEAD (`to_head`) are none. */
enum http_result http_parse_response(const char *data, size_t len, size_t *scan,
    size_t max_bytes, bool to_head, struct http_head *head, const char **why);

/* The value of the first header called `name` (case does not matter), or an
 * empty span with data NULL. */
struct span http_header(const struct http_head *head, const char *name);

/* span equals text; the _ci one ignores ASCII case. */
bool span_equal(struct span span, const char *text);
bool span_equal_ci(struct span span, const char *text);

/* A comma-separated list (RFC 9110 section 5.6.1) holds `token`, ignoring case. */
bool span_list_has(struct span span, const char *token);

/* A body on its way. Zero plus http_body_init. */
struct http_body {
	enum http_body_kind kind;
	uint64_t remaining; /* of the length, or of the present chunk */
	uint8_t state;	    /* of the chunk decoder */
	uint16_t line;	    /* bytes of the present chunk or trailer line */
	uint16_t trailers;  /* bytes of trailers so far */
};

void http_body_init(struct http_body *body, const struct http_head *head);

/*
 * Takes bytes from data[0..len): *used are consumed, and *out is set to a piece
 * of the body in them (len 0 where only framing was consumed). HTTP_OK with
 * *done true at the end, HTTP_MORE where all was used, HTTP_BAD on bad chunk
 * framing (sizes over 16 hex digits, bare LF, extensions over 256 bytes, trailers
 * over 4096 bytes; trailers are read and dropped). Call again while HTTP_OK and
 * not *done.
 */
enum http_result http_body_feed(struct http_body *body, const char *data,
    size_t len, size_t *used, struct span *out, bool *done);

#endif

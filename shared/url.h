/*
 * Addresses of servers, percent-encoding and query strings. Pure.
 */
#ifndef SHARED_URL_H
#define SHARED_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"

enum url_scheme { URL_UNIX, URL_HTTP, URL_HTTPS };

/* A server's address. ws:// is URL_HTTP, wss:// is URL_HTTPS. */
struct url {
	enum url_scheme scheme;
	char host[256]; /* a name or an IP literal without brackets */
	uint16_t port;	/* 80 and 443 where it was left out */
	char path[108]; /* of URL_UNIX */
};

/* Reads unix:/path, http://, https://, ws://, wss://host[:port][/]. False, with
 * a sentence in `cause`, for anything else: user info, a path, a query. */
bool url_parse(const char *text, struct url *url, char *cause,
    size_t cause_size);

/* Writes it back as text. */
void url_format(const struct url *url, struct buf *out);

/* What an HTTP Host header says: host, and port where it is not the scheme's
 * own; "localhost" for URL_UNIX. */
void url_host_header(const struct url *url, struct buf *out);

/* Appends `text` percent-encoded but for unreserved characters (RFC 3986
 * section 2.3). */
void url_encode(struct buf *out, const char *text, size_t len);

/* Appends `text` decoded. False on a bad escape or a decoded NUL. `plus`: + is a
 * space (query strings). */
bool url_decode(struct buf *out, const char *text, size_t len, bool plus);

#endif

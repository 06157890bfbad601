/*
 * Addresses of servers and percent-encoding. Pure. An address names a server and
 * nothing on it: it refuses user info, a path, a query and a fragment, so that
 * no password ends up in a URL.
 */
#include "shared/url.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct url_prefix {
	const char *text;
	enum url_scheme scheme;
	uint16_t port;
} url_prefixes[] = {
	{ "http://", URL_HTTP, 80 },
	{ "https://", URL_HTTPS, 443 },
	{ "ws://", URL_HTTP, 80 },
	{ "wss://", URL_HTTPS, 443 },
};

static bool cause_say(char *cause, size_t cause_size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Says why; false, for the caller to return. */
static bool
cause_say(char *cause, size_t cause_size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(cause, cause_size, format, args);
	va_end(args);
	return false;
}

static bool
unix_parse(const char *path, struct url *url, char *cause, size_t cause_size)
{
	size_t len = strlen(path);

	if (path[0] != '/')
		return cause_say(cause, cause_size,
		    "unix: needs an absolute path");
	if (len >= sizeof(url->path))
		return cause_say(cause, cause_size,
		    "the path of a Unix socket has at most %zu bytes",
		    sizeof(url->path) - 1);
	*url = (struct url){ .scheme = URL_UNIX };
	memcpy(url->path, path, len + 1);
	return true;
}

/* What may stand in a name, or between the brackets of an IP literal. */
static bool
host_valid(const char *host, size_t len, bool literal)
{
	const char *extra = literal ? ":." : "-._";
	size_t i;

	for (i = 0; i < len; i++) {
		if (!host[i])
			return false;
		if (literal ? isxdigit((unsigned char)host[i])
			    : isalnum((unsigned char)host[i]))
			continue;
		if (!strchr(extra, host[i]))
			return false;
	}
	return len > 0;
}

/* Reads 1 to 65535; 0 is no port to connect to. */
static bool
port_parse(const char *text, size_t len, uint16_t *port)
{
	unsigned int value = 0;
	size_t i;

	if (len < 1 || len > 5)
		return false;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (unsigned int)(text[i] - '0');
	}
	if (value < 1 || value > 65535)
		return false;
	*port = (uint16_t)value;
	return true;
}

/* host[:port] or [literal][:port], `len` bytes. */
static bool
authority_parse(const char *text, size_t len, struct url *url, char *cause,
    size_t cause_size)
{
	bool literal = len && text[0] == '[';
	const char *host = text + literal;
	const char *end = memchr(text, literal ? ']' : ':', len);
	const char *after;
	size_t host_len;

	if (literal && !end)
		return cause_say(cause, cause_size, "no ] after the address");
	if (!end)
		end = text + len;
	host_len = (size_t)(end - host);
	after = end + literal;
	if (host_len >= sizeof(url->host) ||
	    !host_valid(host, host_len, literal))
		return cause_say(cause, cause_size,
		    "not the name or address of a host");
	if (after < text + len &&
	    (*after != ':' ||
		!port_parse(after + 1, (size_t)(text + len - after - 1),
		    &url->port)))
		return cause_say(cause, cause_size,
		    "the port must be a number from 1 to 65535");
	memcpy(url->host, host, host_len);
	url->host[host_len] = '\0';
	return true;
}

bool
url_parse(const char *text, struct url *url, char *cause, size_t cause_size)
{
	const struct url_prefix *prefix = url_prefixes;
	const struct url_prefix *end = prefix +
	    sizeof(url_prefixes) / sizeof(*url_prefixes);
	struct url result = { 0 };
	const char *rest;
	size_t len;

	if (strncasecmp(text, "unix:", 5) == 0)
		return unix_parse(text + 5, url, cause, cause_size);
	while (prefix < end &&
	    strncasecmp(text, prefix->text, strlen(prefix->text)) != 0)
		prefix++;
	if (prefix == end)
		return cause_say(cause, cause_size,
		    "an address begins with unix:, http://, https://, ws:// "
		    "or wss://");
	rest = text + strlen(prefix->text);
	len = strcspn(rest, "/?#");
	if (memchr(rest, '@', len))
		return cause_say(cause, cause_size,
		    "an address holds no user name or password");
	if (rest[len] && strcmp(rest + len, "/") != 0)
		return cause_say(cause, cause_size,
		    "an address ends after host and port");
	result.scheme = prefix->scheme;
	result.port = prefix->port;
	if (!authority_parse(rest, len, &result, cause, cause_size))
		return false;
	*url = result;
	return true;
}

static uint16_t
scheme_port(enum url_scheme scheme)
{
	return scheme == URL_HTTPS ? 443 : 80;
}

void
url_host_header(const struct url *url, struct buf *out)
{
	bool literal = strchr(url->host, ':') != NULL;

	if (url->scheme == URL_UNIX) {
		buf_puts(out, "localhost");
		return;
	}
	buf_printf(out, literal ? "[%s]" : "%s", url->host);
	if (url->port != scheme_port(url->scheme))
		buf_printf(out, ":%u", (unsigned int)url->port);
}

void
url_format(const struct url *url, struct buf *out)
{
	if (url->scheme == URL_UNIX) {
		buf_printf(out, "unix:%s", url->path);
		return;
	}
	buf_puts(out, url->scheme == URL_HTTPS ? "https://" : "http://");
	url_host_header(url, out);
}

/* RFC 3986 section 2.3; not isalnum(), which asks the locale. */
static bool
is_unreserved(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	    c == '~';
}

void
url_encode(struct buf *out, const char *text, size_t len)
{
	static const char hex[] = "0123456789ABCDEF";
	char escape[3] = { '%', 0, 0 };
	size_t i;

	for (i = 0; i < len; i++) {
		if (is_unreserved(text[i])) {
			buf_putc(out, text[i]);
			continue;
		}
		escape[1] = hex[(unsigned char)text[i] >> 4];
		escape[2] = hex[(unsigned char)text[i] & 15];
		buf_append(out, escape, sizeof(escape));
	}
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
url_decode(struct buf *out, const char *text, size_t len, bool plus)
{
	int value;
	size_t i;

	/* There is text to read also where nothing is appended. */
	buf_reserve(out, len);
	for (i = 0; i < len; i++) {
		if (plus && text[i] == '+') {
			buf_putc(out, ' ');
			continue;
		}
		value = (unsigned char)text[i];
		if (text[i] == '%') {
			if (len - i < 3 || hex_value(text[i + 1]) < 0 ||
			    hex_value(text[i + 2]) < 0)
				return false;
			value = hex_value(text[i + 1]) * 16 +
			    hex_value(text[i + 2]);
			i += 2;
		}
		if (!value)
			return false;
		buf_putc(out, (char)value);
	}
	return true;
}

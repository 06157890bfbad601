/*
 * Connecting, one address after the other. Owns the TLS context and what is
 * trusted; refuses to go on without a good certificate. Speaks no HTTP.
 *
 *	resolve -> connect (each address in turn) -> TLS handshake -> done
 */
#include "tui/link_dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/bufferevent_ssl.h>
#include <event2/dns.h>
#include <event2/util.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "shared/xmalloc.h"

#define ADDRESSES_MAX 8
#define WHOLE_S 15  /* of an attempt */
#define ADDRESS_S 6 /* of one address where there are more */
#define WHY_SIZE 256
#define PIN_SIZE 32 /* SHA-256 */

struct dialer {
	struct event_base *base;
	struct url url;
	SSL_CTX *context;	/* NULL without TLS */
	struct evdns_base *dns; /* made when a name is to be looked up */
	bool pinned, anchored;	/* tls.pin, tls.ca */
	unsigned char pin[PIN_SIZE];
};

struct address {
	struct sockaddr_storage to;
	socklen_t len;
};

struct dial {
	struct dialer *dialer;
	void (*done)(void *arg, enum dial_result result,
	    struct bufferevent *stream, const char *why);
	void *arg;
	struct address addresses[ADDRESSES_MAX];
	size_t count, next;
	int fd;
	struct event *ready;	/* fd can be written: connected or failed */
	struct event *deadline; /* of the whole */
	struct event *begin;	/* the first step, out of the caller's way */
	struct evdns_getaddrinfo_request *lookup;
	struct bufferevent *stream; /* while the handshake lasts */
	char why[WHY_SIZE];
};

/* ---- what is trusted ------------------------------------------------------ */

static bool
pin_read(const char *text, unsigned char pin[PIN_SIZE])
{
	char pair[3] = "";
	char *end;
	size_t i;

	if (strlen(text) != (size_t)PIN_SIZE * 2)
		return false;
	for (i = 0; i < PIN_SIZE; i++) {
		memcpy(pair, text + i * 2, 2);
		/* strtoul would take a sign or a space. */
		if (strspn(pair, "0123456789abcdefABCDEF") != 2)
			return false;
		pin[i] = (unsigned char)strtoul(pair, &end, 16);
	}
	return true;
}

static bool
key_is_pinned(X509 *certificate, const unsigned char pin[PIN_SIZE])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned char *der = NULL;
	unsigned int len = 0;
	int size;
	bool same;

	size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	if (size <= 0)
		return false;
	same = EVP_Digest(der, (size_t)size, digest, &len, EVP_sha256(),
		   NULL) == 1 &&
	    len == PIN_SIZE && CRYPTO_memcmp(digest, pin, PIN_SIZE) == 0;
	OPENSSL_free(der);
	return same;
}

/* Takes the place of OpenSSL's own verification where a key is pinned. */
static int
certificate_verify(X509_STORE_CTX *store, void *arg)
{
	const struct dialer *dialer = arg;
	X509 *certificate = X509_STORE_CTX_get0_cert(store);

	if (!certificate || !key_is_pinned(certificate, dialer->pin)) {
		X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
		return 0;
	}
	if (dialer->anchored)
		return X509_verify_cert(store);
	X509_STORE_CTX_set_error(store, X509_V_OK);
	return 1;
}

static bool
context_make(struct dialer *dialer, const char *ca, const char *pin,
    char *cause, size_t cause_size)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	dialer->context = context;
	if (!context)
		return false;
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	/* Our messages bear their own lengths: a cut is seen without it. */
	SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	dialer->anchored = ca != NULL;
	if (ca && SSL_CTX_load_verify_locations(context, ca, NULL) != 1) {
		snprintf(cause, cause_size,
		    "tls.ca: %s holds no certificates or cannot be read", ca);
		return false;
	}
	if (!ca)
		SSL_CTX_set_default_verify_paths(context);
	if (!pin)
		return true;
	if (!pin_read(pin, dialer->pin)) {
		snprintf(cause, cause_size, "tls.pin: expected 64 hex digits");
		return false;
	}
	dialer->pinned = true;
	SSL_CTX_set_cert_verify_callback(context, certificate_verify, dialer);
	return true;
}

struct dialer *
dialer_new(struct event_base *base, const struct url *url, const char *ca,
    const char *pin, char *cause, size_t cause_size)
{
	struct dialer *dialer = xcalloc(1, sizeof(*dialer));

	dialer->base = base;
	dialer->url = *url;
	if (url->scheme == URL_HTTPS &&
	    !context_make(dialer, ca, pin, cause, cause_size)) {
		dialer_free(dialer);
		return NULL;
	}
	return dialer;
}

void
dialer_free(struct dialer *dialer)
{
	if (!dialer)
		return;
	if (dialer->dns)
		evdns_base_free(dialer->dns, 0);
	SSL_CTX_free(dialer->context);
	free(dialer);
}

/* ---- an attempt ----------------------------------------------------------- */

static void connect_next(struct dial *dial);

static void
event_drop(struct event **event)
{
	if (*event)
		event_free(*event);
	*event = NULL;
}

static void
socket_drop(struct dial *dial)
{
	event_drop(&dial->ready);
	if (dial->fd >= 0)
		close(dial->fd);
	dial->fd = -1;
}

void
dial_cancel(struct dial *dial)
{
	if (!dial)
		return;
	if (dial->lookup) {
		/* Its callback comes once more, with EVUTIL_EAI_CANCEL, and
		 * frees what is left. */
		dial->done = NULL;
		evdns_getaddrinfo_cancel(dial->lookup);
		event_drop(&dial->deadline);
		event_drop(&dial->begin);
		return;
	}
	socket_drop(dial);
	event_drop(&dial->deadline);
	event_drop(&dial->begin);
	if (dial->stream)
		bufferevent_free(dial->stream);
	free(dial);
}

bool
dial_connected(const struct dial *dial)
{
	return dial && dial->stream;
}

static void
dial_end(struct dial *dial, enum dial_result result, struct bufferevent *stream)
{
	struct dial copy = *dial;

	if (stream == dial->stream)
		dial->stream = NULL;
	dial_cancel(dial);
	copy.done(copy.arg, result, stream, copy.why);
}

static void
why_set(struct dial *dial, const char *what)
{
	snprintf(dial->why, sizeof(dial->why), "%s", what);
}

/* ---- the handshake -------------------------------------------------------- */

static void
handshake_failed(struct dial *dial, SSL *ssl)
{
	long verdict = SSL_get_verify_result(ssl);
	unsigned long code = bufferevent_get_openssl_error(dial->stream);
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	if (verdict != X509_V_OK) {
		snprintf(dial->why, sizeof(dial->why),
		    "the server's certificate is not trusted: %s",
		    dial->dialer->pinned && verdict == X509_V_ERR_CERT_REJECTED
			? "its key is not the pinned one"
			: X509_verify_cert_error_string(verdict));
		dial_end(dial, DIAL_UNTRUSTED, NULL);
		return;
	}
	snprintf(dial->why, sizeof(dial->why), "TLS: %s",
	    reason ? reason : "the server closed the connection");
	dial_end(dial,
	    code && ERR_GET_REASON(code) == SSL_R_WRONG_VERSION_NUMBER
		? DIAL_NOT_TLS
		: DIAL_UNREACHABLE,
	    NULL);
}

static void
handshake_event(struct bufferevent *stream, short what, void *arg)
{
	struct dial *dial = arg;

	if (!(what & BEV_EVENT_CONNECTED)) {
		handshake_failed(dial, bufferevent_openssl_get_ssl(stream));
		return;
	}
	bufferevent_disable(stream, EV_READ | EV_WRITE);
	bufferevent_setcb(stream, NULL, NULL, NULL, NULL);
	dial_end(dial, DIAL_OK, stream);
}

/* A name is checked against the certificate's names, an address against its
 * addresses. */
static bool
name_expect(SSL *ssl, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
	struct in6_addr any;

	X509_VERIFY_PARAM_set_hostflags(param,
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (inet_pton(AF_INET, host, &any) == 1 ||
	    inet_pton(AF_INET6, host, &any) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1;
	return X509_VERIFY_PARAM_set1_host(param, host, 0) == 1 &&
	    SSL_set_tlsext_host_name(ssl, host) == 1;
}

static void
handshake_begin(struct dial *dial)
{
	SSL *ssl = SSL_new(dial->dialer->context);

	if (!ssl || !name_expect(ssl, dial->dialer->url.host)) {
		SSL_free(ssl);
		why_set(dial, "TLS cannot be set up for this name");
		dial_end(dial, DIAL_UNREACHABLE, NULL);
		return;
	}
	dial->stream = bufferevent_openssl_socket_new(dial->dialer->base,
	    dial->fd, ssl, BUFFEREVENT_SSL_CONNECTING, BEV_OPT_CLOSE_ON_FREE);
	if (!dial->stream) {
		SSL_free(ssl);
		why_set(dial, "TLS cannot be set up");
		dial_end(dial, DIAL_UNREACHABLE, NULL);
		return;
	}
	dial->fd = -1;
	bufferevent_openssl_set_allow_dirty_shutdown(dial->stream, 1);
	bufferevent_setcb(dial->stream, NULL, NULL, handshake_event, dial);
	bufferevent_enable(dial->stream, EV_READ | EV_WRITE);
}

/* ---- the socket ----------------------------------------------------------- */

static void
connected(struct dial *dial)
{
	struct bufferevent *stream;
	int one = 1;

	event_drop(&dial->ready);
	if (dial->dialer->url.scheme != URL_UNIX) {
		setsockopt(dial->fd, IPPROTO_TCP, TCP_NODELAY, &one,
		    sizeof(one));
		setsockopt(dial->fd, SOL_SOCKET, SO_KEEPALIVE, &one,
		    sizeof(one));
	}
	if (dial->dialer->context) {
		handshake_begin(dial);
		return;
	}
	stream = bufferevent_socket_new(dial->dialer->base, dial->fd,
	    BEV_OPT_CLOSE_ON_FREE);
	if (stream)
		dial->fd = -1;
	dial_end(dial, stream ? DIAL_OK : DIAL_UNREACHABLE, stream);
}

static void
socket_ready(evutil_socket_t fd, short what, void *arg)
{
	struct dial *dial = arg;
	socklen_t size = sizeof(int);
	int error = ETIMEDOUT;

	if (!(what & EV_TIMEOUT) &&
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	if (error == 0) {
		connected(dial);
		return;
	}
	why_set(dial, strerror(error));
	connect_next(dial);
}

static bool
connect_begin(struct dial *dial, const struct address *address)
{
	const struct timeval limit = { ADDRESS_S, 0 };

	dial->fd = socket(address->to.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (dial->fd < 0 ||
	    (connect(dial->fd, (const struct sockaddr *)&address->to,
		 address->len) < 0 &&
		errno != EINPROGRESS)) {
		why_set(dial, strerror(errno));
		return false;
	}
	dial->ready = event_new(dial->dialer->base, dial->fd, EV_WRITE,
	    socket_ready, dial);
	return event_add(dial->ready,
		   dial->next < dial->count ? &limit : NULL) == 0;
}

static void
connect_next(struct dial *dial)
{
	for (socket_drop(dial); dial->next < dial->count; socket_drop(dial))
		if (connect_begin(dial, &dial->addresses[dial->next++]))
			return;
	dial_end(dial, DIAL_UNREACHABLE, NULL);
}

/* ---- the addresses -------------------------------------------------------- */

static void
address_add(struct dial *dial, const void *to, socklen_t len)
{
	struct address *address;

	if (dial->count == ADDRESSES_MAX || len > sizeof(address->to))
		return;
	address = &dial->addresses[dial->count++];
	memcpy(&address->to, to, len);
	address->len = len;
}

static void
lookup_done(int error, struct evutil_addrinfo *found, void *arg)
{
	struct dial *dial = arg;
	const struct evutil_addrinfo *each;

	dial->lookup = NULL;
	if (!dial->done) {
		free(dial);
		return;
	}
	if (error != 0)
		why_set(dial, evutil_gai_strerror(error));
	for (each = found; each; each = each->ai_next)
		address_add(dial, each->ai_addr, each->ai_addrlen);
	if (found)
		evutil_freeaddrinfo(found);
	connect_next(dial);
}

/* Without a resolv.conf there are still the hosts of /etc/hosts. */
static struct evdns_base *
resolver(struct dialer *dialer)
{
	if (dialer->dns)
		return dialer->dns;
	dialer->dns = evdns_base_new(dialer->base,
	    EVDNS_BASE_INITIALIZE_NAMESERVERS |
		EVDNS_BASE_DISABLE_WHEN_INACTIVE);
	if (!dialer->dns) {
		dialer->dns = evdns_base_new(dialer->base,
		    EVDNS_BASE_DISABLE_WHEN_INACTIVE);
		if (dialer->dns)
			evdns_base_load_hosts(dialer->dns, "/etc/hosts");
	}
	return dialer->dns;
}

static void
lookup_begin(struct dial *dial)
{
	const struct url *url = &dial->dialer->url;
	struct evutil_addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_protocol = IPPROTO_TCP };
	struct evdns_base *dns = resolver(dial->dialer);
	struct evdns_getaddrinfo_request *lookup;
	char port[8];

	if (!dns) {
		why_set(dial, "names cannot be looked up");
		dial_end(dial, DIAL_UNREACHABLE, NULL);
		return;
	}
	snprintf(port, sizeof(port), "%u", (unsigned int)url->port);
	/* NULL where the answer is known already: then lookup_done() has run
	 * and the attempt may be gone. */
	lookup = evdns_getaddrinfo(dns, url->host, port, &hints, lookup_done,
	    dial);
	if (lookup)
		dial->lookup = lookup;
}

static void
begin(evutil_socket_t fd, short what, void *arg)
{
	struct dial *dial = arg;
	const struct url *url = &dial->dialer->url;
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	(void)fd;
	(void)what;
	v4.sin_port = v6.sin6_port = htons(url->port);
	if (url->scheme == URL_UNIX) {
		_Static_assert(sizeof(local.sun_path) >= sizeof(url->path),
		    "a path that url_parse() takes fits");
		memcpy(local.sun_path, url->path, sizeof(url->path));
		address_add(dial, &local, sizeof(local));
	} else if (inet_pton(AF_INET, url->host, &v4.sin_addr) == 1) {
		address_add(dial, &v4, sizeof(v4));
	} else if (inet_pton(AF_INET6, url->host, &v6.sin6_addr) == 1) {
		address_add(dial, &v6, sizeof(v6));
	} else {
		lookup_begin(dial);
		return;
	}
	connect_next(dial);
}

static void
overdue(evutil_socket_t fd, short what, void *arg)
{
	struct dial *dial = arg;
	void (*done)(void *, enum dial_result, struct bufferevent *,
	    const char *) = dial->done;
	void *done_arg = dial->arg;

	(void)fd;
	(void)what;
	dial_cancel(dial);
	done(done_arg, DIAL_UNREACHABLE, NULL, strerror(ETIMEDOUT));
}

struct dial *
dial_start(struct dialer *dialer,
    void (*done)(void *arg, enum dial_result result, struct bufferevent *stream,
	const char *why),
    void *arg)
{
	struct dial *dial = xcalloc(1, sizeof(*dial));
	const struct timeval now = { 0, 0 };
	const struct timeval limit = { WHOLE_S, 0 };

	dial->dialer = dialer;
	dial->done = done;
	dial->arg = arg;
	dial->fd = -1;
	why_set(dial, "it has no address");
	dial->begin = evtimer_new(dialer->base, begin, dial);
	dial->deadline = evtimer_new(dialer->base, overdue, dial);
	evtimer_add(dial->begin, &now);
	evtimer_add(dial->deadline, &limit);
	return dial;
}

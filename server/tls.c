/*
 * OpenSSL contexts. One is shared by all workers behind a lock that is held for
 * as long as a session takes to be made.
 */
#include "server/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"

struct tls {
	pthread_mutex_t lock;
	SSL_CTX *context;
};

static const unsigned char tls_protocols[] = "\x08http/1.1";

/* RFC 7301: http/1.1 where the client offers anything, else no answer. */
static int
tls_on_alpn(SSL *session, const unsigned char **out, unsigned char *out_len,
    const unsigned char *in, unsigned int in_len, void *arg)
{
	unsigned char *chosen;

	(void)session;
	(void)arg;
	if (SSL_select_next_proto(&chosen, out_len, tls_protocols,
		sizeof(tls_protocols) - 1, in,
		in_len) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

/* Says what failed, with OpenSSL's reason for it. */
static void
tls_cause(char *cause, size_t cause_size, const char *what, const char *path)
{
	unsigned long error = ERR_peek_error();
	const char *reason = ERR_reason_error_string(error);

	if (ERR_GET_LIB(error) == ERR_LIB_SYS)
		reason = strerror(ERR_GET_REASON(error));
	snprintf(cause, cause_size, "%s %s: %s", what, path,
	    reason != NULL ? reason : "not usable");
	ERR_clear_error();
}

static void
tls_set_up(SSL_CTX *context)
{
	static const unsigned char name[] = "hubbubd";

	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_options(context,
	    SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
		SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_mode(context,
	    SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
		SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	/* Tickets are kept by the clients; a cache here would be memory. */
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_session_id_context(context, name, sizeof(name) - 1);
	SSL_CTX_set_alpn_select_cb(context, tls_on_alpn, NULL);
}

static SSL_CTX *
tls_context_new(const char *cert, const char *key, char *cause,
    size_t cause_size)
{
	SSL_CTX *context;

	ERR_clear_error();
	context = SSL_CTX_new(TLS_server_method());
	if (context == NULL) {
		tls_cause(cause, cause_size, "TLS", "cannot start");
		return NULL;
	}
	tls_set_up(context);
	if (SSL_CTX_use_certificate_chain_file(context, cert) != 1) {
		tls_cause(cause, cause_size, "tls.cert", cert);
		goto out;
	}
	if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(context) != 1) {
		tls_cause(cause, cause_size, "tls.key", key);
		goto out;
	}
	return context;
out:
	SSL_CTX_free(context);
	return NULL;
}

struct tls *
tls_new(const char *cert, const char *key, char *cause, size_t cause_size)
{
	SSL_CTX *context;
	struct tls *tls;

	context = tls_context_new(cert, key, cause, cause_size);
	if (context == NULL)
		return NULL;
	tls = xcalloc(1, sizeof(*tls));
	pthread_mutex_init(&tls->lock, NULL);
	tls->context = context;
	return tls;
}

void
tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	SSL_CTX_free(tls->context);
	pthread_mutex_destroy(&tls->lock);
	free(tls);
}

bool
tls_reload(struct tls *tls, const char *cert, const char *key, char *cause,
    size_t cause_size)
{
	SSL_CTX *fresh, *old;

	fresh = tls_context_new(cert, key, cause, cause_size);
	if (fresh == NULL)
		return false;
	pthread_mutex_lock(&tls->lock);
	old = tls->context;
	tls->context = fresh;
	pthread_mutex_unlock(&tls->lock);
	/* Its sessions hold references of their own. */
	SSL_CTX_free(old);
	return true;
}

SSL *
tls_session(struct tls *tls, int fd)
{
	SSL *session;

	ERR_clear_error();
	pthread_mutex_lock(&tls->lock);
	session = SSL_new(tls->context);
	pthread_mutex_unlock(&tls->lock);
	if (session == NULL)
		return NULL;
	if (SSL_set_fd(session, fd) != 1) {
		SSL_free(session);
		return NULL;
	}
	SSL_set_accept_state(session);
	return session;
}

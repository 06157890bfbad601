/*
 * The server's TLS context: certificate, key, what is offered. Connections keep
 * the context that they began with; a reload is for those that come.
 */
#ifndef SERVER_TLS_H
#define SERVER_TLS_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>

struct tls;

/* Reads a certificate chain and its key (PEM). NULL with a sentence in `cause`.
 * TLS 1.2 at least, no renegotiation, ALPN http/1.1. */
struct tls *tls_new(const char *cert, const char *key, char *cause,
    size_t cause_size);
void tls_free(struct tls *tls);

/* Reads them anew. False with a sentence in `cause`, and the old ones stay in
 * use. Any thread. */
bool tls_reload(struct tls *tls, const char *cert, const char *key, char *cause,
    size_t cause_size);

/* A server's session on a socket; NULL where it could not be made. Any
 * thread. */
SSL *tls_session(struct tls *tls, int fd);

#endif

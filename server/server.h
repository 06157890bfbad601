/*
 * What hubbubd consists of, built once by main and handed down. Everything here
 * may be used from any thread.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/bucket.h"
#include "server/bus.h"
#include "server/config.h"
#include "server/jwt.h"
#include "server/pool.h"
#include "server/store.h"
#include "shared/buf.h"

struct later;
struct presence;
struct receipts;
struct router;

struct server {
	/* The configuration in force. A reload swaps the pointer; what was in
	 * force before lives until the end. Read it once per use. */
	_Atomic(const struct config *) config;
	struct store *store;
	struct bus *bus;
	struct pool *hash_pool;
	struct bucket_set *buckets;
	struct router *router;
	struct later *later;
	struct presence *presence;
	struct receipts *receipts; /* NULL outside hubbubd run */
	unsigned char jwt_key[JWT_KEY_SIZE];
	struct buf contract; /* the OpenAPI document; not changed after start */
	char epoch[33];	     /* of the store's history */
	int64_t started_ms;  /* since 1970 */
	uint32_t own_uid;
	atomic_bool draining; /* SIGTERM came: /readyz says no */
};

static inline const struct config *
server_config(const struct server *server)
{
	return atomic_load_explicit(&server->config, memory_order_acquire);
}

#endif

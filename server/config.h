/*
 * hubbubd's configuration: one table makes the file, the flags, the check, the
 * sample and the help (hubbubd.conf(5)).
 */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/log.h"
#include "shared/option.h"
#include "shared/protocol.h"

enum registration {
	REGISTRATION_CLOSED,
	REGISTRATION_INVITE,
	REGISTRATION_OPEN
};

/* Durations are in milliseconds, sizes in bytes. Strings are never NULL after
 * config_finish unless it is said. */
struct config {
	struct {
		char *listen;	   /* HOST:PORT, comma-separated */
		char *unix_socket; /* a path; empty: none */
		int64_t unix_mode;
		char *data_dir;
		int64_t workers; /* 0: one per core */
		int64_t machine_id;
		char *name;
		int log_level;	/* enum log_level */
		int log_format; /* 0 text, 1 json */
		char *metrics_listen;
		char *default_channels; /* comma-separated */
	} server;
	struct {
		char *listen; /* empty: no TLS */
		char *cert;
		char *key;
	} tls;
	struct {
		char *allowed_origins;
		char *trusted_proxies;
	} http;
	struct {
		int registration;
		bool unix_peers; /* auth.unix */
		bool query_token;
		int64_t token_ttl;
		int64_t refresh_ttl;
	} auth;
	struct {
		char *url;
		int64_t readers;
		int64_t retention_days;
	} store;
	struct {
		char *url;
	} bus;
	struct {
		char *url;
		char *types;
	} files;
	struct {
		char *blocked_words;
		int64_t new_user_hours;
		bool new_user_links;
		int64_t raid_joins_per_min;
	} moderation;
	struct {
		bool enabled;
		char *allow_private;
	} previews, push;
	struct limits limits;
};

/* The table, limits and all; made once, freed with config_table_free. */
struct option_table *config_table_new(void);
void config_table_free(struct option_table *table);

/* Where the file is looked for and written: /etc/hubbub/hubbubd.conf for root,
 * else $XDG_CONFIG_HOME/hubbub/hubbubd.conf. The caller frees it. */
char *config_default_path(void);

/*
 * Fills in what depends on the user and on other options (data_dir, unix_socket,
 * store.url, files.url) and checks what a row alone cannot: tls.cert with
 * tls.listen, addresses that parse, silence_s above ping_s. False with a sentence
 * in `cause`.
 */
bool config_finish(struct config *config, char *cause, size_t cause_size);

/* Keys that are accepted but whose feature this build does not have (they are in
 * the table so that a file can be shared): names each that is not at its default
 * in `cause` and returns false. */
bool config_supported(const struct config *config, char *cause,
    size_t cause_size);

#endif

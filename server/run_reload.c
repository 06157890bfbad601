/*
 * Taking over of a changed configuration. Old ones stay in memory until the end:
 * there are as many as somebody sent signals, and readers take no lock.
 */
#include "server/run_reload.h"

#include <stdlib.h>
#include <string.h>

#include "server/address.h"
#include "shared/log.h"
#include "shared/xmalloc.h"

#define RELOAD_VALUE 512

void
run_reload_init(struct run_reload *reload, struct server *server,
    const struct option_table *table,
    bool (
	*load)(void *arg, struct config *fresh, char *cause, size_t cause_size),
    void *arg)
{
	memset(reload, 0, sizeof(*reload));
	reload->server = server;
	reload->table = table;
	reload->load = load;
	reload->arg = arg;
}

void
run_reload_release(struct run_reload *reload)
{
	struct run_config *made;

	while ((made = reload->made) != NULL) {
		reload->made = made->next;
		option_release(reload->table, &made->config);
		free(made);
	}
}

/* Logs each option that differs; those that cannot be taken over as a warning. */
static void
reload_log(const struct run_reload *reload, const struct config *old,
    const struct config *fresh)
{
	char before[RELOAD_VALUE], after[RELOAD_VALUE], value[RELOAD_VALUE];
	const struct option_spec *spec;
	size_t i;

	for (i = 0; i < reload->table->count; i++) {
		spec = &reload->table->specs[i];
		option_format(spec, old, before, sizeof(before));
		option_format(spec, fresh, after, sizeof(after));
		if (strcmp(before, after) == 0)
			continue;
		log_value(after, value, sizeof(value));
		if (spec->reload)
			log_info("option changed", "option=%s.%s value=%s",
			    spec->section, spec->key, value);
		else
			log_warn("option needs a restart",
			    "option=%s.%s value=%s", spec->section, spec->key,
			    value);
	}
}

static void
reload_tls(const struct run_reload *reload, const struct config *config)
{
	char cause[256] = "", value[300];

	if (reload->tls == NULL)
		return;
	if (tls_reload(reload->tls, config->tls.cert, config->tls.key, cause,
		sizeof(cause)))
		log_info("certificate read", "cert=%s",
		    log_value(config->tls.cert, value, sizeof(value)));
	else
		log_error("certificate not read, the old one stays", "cause=%s",
		    log_value(cause, value, sizeof(value)));
}

static bool
reload_check(const struct config *config, char *cause, size_t cause_size)
{
	struct address_list list;

	if (!address_list_parse(&list, config->http.trusted_proxies, cause,
		cause_size))
		return false;
	address_list_release(&list);
	return true;
}

void
run_reload_now(struct run_reload *reload)
{
	const struct config *old = server_config(reload->server);
	char cause[256] = "", value[300];
	struct run_config *made;
	struct config fresh;

	memset(&fresh, 0, sizeof(fresh));
	if (!reload->load(reload->arg, &fresh, cause, sizeof(cause))) {
		log_error("configuration not read, the old one stays",
		    "cause=%s", log_value(cause, value, sizeof(value)));
		return;
	}
	if (!reload_check(&fresh, cause, sizeof(cause))) {
		log_error("configuration not taken, the old one stays",
		    "option=http.trusted_proxies cause=%s",
		    log_value(cause, value, sizeof(value)));
		goto out;
	}
	made = xcalloc(1, sizeof(*made));
	option_copy(reload->table, &made->config, old, false);
	option_copy(reload->table, &made->config, &fresh, true);
	made->next = reload->made;
	reload->made = made;
	reload_log(reload, old, &fresh);
	atomic_store_explicit(&reload->server->config, &made->config,
	    memory_order_release);
	log_configure((enum log_level)made->config.server.log_level,
	    made->config.server.log_format == 1);
	reload_tls(reload, &made->config);
	log_info("reloaded", "tls=%s", reload->tls != NULL ? "yes" : "no");
out:
	option_release(reload->table, &fresh);
}

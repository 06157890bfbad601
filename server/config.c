/*
 * The table of hubbubd's options, what is filled in by who runs it and where, and
 * the checks that one row alone cannot make. Opens no file and no socket.
 */
#include "server/config.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "shared/buf.h"
#include "shared/id.h"
#include "shared/xmalloc.h"

#define DAY_MS 86400000.0

/* One row. `reload` rows are taken over at SIGHUP. */
#define ROW(section_, key_, type_, field_, fallback_, help_)              \
	.section = section_, .key = key_, .type = OPTION_##type_,         \
	.offset = offsetof(struct config, field_), .fallback = fallback_, \
	.help = help_

static const struct option_spec rows[] = {
	{ ROW("server", "listen", STRING, server.listen, "127.0.0.1:7480",
	    "addresses to listen on, HOST:PORT, comma-separated; port 0 picks "
	    "one; empty: none") },
	{ ROW("server", "unix_socket", STRING, server.unix_socket, NULL,
	    "path of the Unix socket; /run/hubbub/hubbub.sock for root, else "
	    "$XDG_RUNTIME_DIR/hubbub/hubbub.sock; empty: none") },
	{ ROW("server", "unix_mode", OCTAL, server.unix_mode, "0660",
	      "file mode of the Unix socket"),
	    .min = 0, .max = 0777 },
	{ ROW("server", "data_dir", STRING, server.data_dir, NULL,
	    "where store and secrets lie; /var/lib/hubbubd for root, else "
	    "$XDG_DATA_HOME/hubbubd") },
	{ ROW("server", "workers", INT, server.workers, "0",
	      "threads that serve connections; 0: one a core"),
	    .min = 0, .max = 256 },
	{ ROW("server", "machine_id", INT, server.machine_id, "0",
	      "number of this machine in the ids that it gives"),
	    .min = 0, .max = ID_MACHINE_MAX },
	{ ROW("server", "name", STRING, server.name, "hubbub",
	    "what this server calls itself") },
	{ ROW("server", "log_level", CHOICE, server.log_level, "info",
	      "what is logged"),
	    .choices = "error warn info debug", .reload = true },
	{ ROW("server", "log_format", CHOICE, server.log_format, "text",
	      "how it is logged"),
	    .choices = "text json", .reload = true },
	{ ROW("server", "metrics_listen", STRING, server.metrics_listen, "",
	    "HOST:PORT for /metrics alone; empty: none") },
	{ ROW("server", "default_channels", STRING, server.default_channels,
	      "general", "channels that a new account is put into"),
	    .reload = true },

	{ ROW("tls", "listen", STRING, tls.listen, "",
	    "addresses to listen on with TLS, as server.listen; empty: none") },
	{ ROW("tls", "cert", STRING, tls.cert, "",
	      "certificate chain, PEM; read again at SIGHUP"),
	    .reload = true },
	{ ROW("tls", "key", STRING, tls.key, "",
	      "its private key, PEM; read again at SIGHUP"),
	    .reload = true },

	{ ROW("http", "allowed_origins", STRING, http.allowed_origins, "",
	      "origins of web pages that may connect, comma-separated"),
	    .reload = true },
	{ ROW("http", "trusted_proxies", STRING, http.trusted_proxies, "",
	      "addresses of proxies whose X-Forwarded-For counts, "
	      "comma-separated CIDRs"),
	    .reload = true },

	{ ROW("auth", "registration", CHOICE, auth.registration, "closed",
	      "who may make an account; the Unix socket's people come in by "
	      "themselves"),
	    .choices = "closed invite open", .reload = true },
	{ ROW("auth", "unix", BOOL, auth.unix_peers, "yes",
	      "callers on the Unix socket are who the kernel says they are"),
	    .reload = true },
	{ ROW("auth", "query_token", BOOL, auth.query_token, "yes",
	      "take /ws?token=TOKEN; turn it off where logs are shared"),
	    .reload = true },
	{ ROW("auth", "token_ttl", DURATION, auth.token_ttl, "1h",
	      "how long an access token is good"),
	    .min = 1000, .max = 365 * DAY_MS, .reload = true },
	{ ROW("auth", "refresh_ttl", DURATION, auth.refresh_ttl, "30d",
	      "how long a refresh token is good"),
	    .min = 1000, .max = 3650 * DAY_MS, .reload = true },

	{ ROW("store", "url", STRING, store.url, NULL,
	    "the store, sqlite:PATH; sqlite:DATA_DIR/hubbub.db") },
	{ ROW("store", "readers", INT, store.readers, "2",
	      "threads that read from the store"),
	    .min = 1, .max = 64 },
	{ ROW("store", "retention_days", INT, store.retention_days, "0",
	      "days after which messages go; 0: never"),
	    .min = 0, .max = 36500 },

	{ ROW("bus", "url", STRING, bus.url, "local",
	    "how events get to the workers: local") },

	{ ROW("files", "url", STRING, files.url, NULL,
	    "where uploaded files lie; file:DATA_DIR/files") },
	{ ROW("files", "types", STRING, files.types, "all",
	    "content types that may be uploaded") },

	{ ROW("moderation", "blocked_words", STRING, moderation.blocked_words,
	    "", "a file of words that no message may hold; empty: none") },
	{ ROW("moderation", "new_user_hours", INT, moderation.new_user_hours,
	      "0", "hours for which an account counts as new; 0: none does"),
	    .min = 0, .max = 87600 },
	{ ROW("moderation", "new_user_links", BOOL, moderation.new_user_links,
	    "yes", "new accounts may send links") },
	{ ROW("moderation", "raid_joins_per_min", INT,
	      moderation.raid_joins_per_min, "0",
	      "joins a minute from which on a raid is assumed; 0: off"),
	    .min = 0, .max = 1e6 },

	{ ROW("previews", "enabled", BOOL, previews.enabled, "no",
	    "fetch previews of links") },
	{ ROW("previews", "allow_private", STRING, previews.allow_private, "no",
	    "CIDRs of private addresses that may be fetched from") },
	{ ROW("push", "enabled", BOOL, push.enabled, "no",
	    "post what arrives while its reader is away") },
	{ ROW("push", "allow_private", STRING, push.allow_private, "no",
	    "CIDRs of private addresses that may be posted to") },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

struct option_table *
config_table_new(void)
{
	const struct option_table *limits = limits_table();
	struct option_table *table = xcalloc(1, sizeof(*table));
	struct option_spec *specs = xreallocarray(NULL, ROWS + limits->count,
	    sizeof(*specs));
	size_t i;

	memcpy(specs, rows, sizeof(rows));
	for (i = 0; i < limits->count; i++) {
		specs[ROWS + i] = limits->specs[i];
		specs[ROWS + i].offset += offsetof(struct config, limits);
		specs[ROWS + i].reload = true;
	}
	table->specs = specs;
	table->count = ROWS + limits->count;
	return table;
}

void
config_table_free(struct option_table *table)
{
	if (!table)
		return;
	free((void *)(uintptr_t)table->specs);
	free(table);
}

/* ------------------------------------------------------------ defaults ---- */

/* The home of whoever runs this; NULL where nobody knows. The caller frees. */
static char *
home_dir(void)
{
	const char *home = getenv("HOME");
	struct passwd entry;
	struct passwd *found = NULL;
	char space[4096];

	if (home && home[0] == '/')
		return xstrdup(home);
	if (getpwuid_r(geteuid(), &entry, space, sizeof(space), &found) == 0 &&
	    found && found->pw_dir[0] == '/')
		return xstrdup(found->pw_dir);
	return NULL;
}

/* $VARIABLE, which counts where it is absolute (XDG Base Directory), else `under`
 * in the home. NULL where there is no home. The caller frees. */
static char *
xdg_dir(const char *variable, const char *under)
{
	const char *value = getenv(variable);
	char *home;
	char *dir;

	if (value && value[0] == '/')
		return xstrdup(value);
	home = home_dir();
	if (!home)
		return NULL;
	dir = xasprintf("%s/%s", home, under);
	free(home);
	return dir;
}

char *
config_default_path(void)
{
	char *dir;
	char *path;

	if (geteuid() == 0)
		return xstrdup("/etc/hubbub/hubbubd.conf");
	dir = xdg_dir("XDG_CONFIG_HOME", ".config");
	path = xasprintf("%s/hubbub/hubbubd.conf", dir ? dir : "");
	free(dir);
	return path;
}

static char *
default_data_dir(void)
{
	char *dir;
	char *path;

	if (geteuid() == 0)
		return xstrdup("/var/lib/hubbubd");
	dir = xdg_dir("XDG_DATA_HOME", ".local/share");
	if (!dir)
		return NULL;
	path = xasprintf("%s/hubbubd", dir);
	free(dir);
	return path;
}

/* A directory that is nobody else's. */
static bool
is_own_dir(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid();
}

static char *
default_unix_socket(const char *data_dir)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char login[64];

	if (geteuid() == 0)
		return xstrdup("/run/hubbub/hubbub.sock");
	if (runtime && runtime[0] == '/')
		return xasprintf("%s/hubbub/hubbub.sock", runtime);
	/* Where logind puts it, also for who came in by another way. */
	snprintf(login, sizeof(login), "/run/user/%u", (unsigned)geteuid());
	if (is_own_dir(login))
		return xasprintf("%s/hubbub/hubbub.sock", login);
	return xasprintf("%s/hubbub.sock", data_dir);
}

/* -------------------------------------------------------------- checks ---- */

static bool __attribute__((format(printf, 3, 4)))
refuse(char *cause, size_t cause_size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(cause, cause_size, format, args);
	va_end(args);
	return false;
}

static bool
port_valid(const char *text, size_t len)
{
	long port = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9' || i > 4)
			return false;
		port = port * 10 + (text[i] - '0');
	}
	return len > 0 && port <= 65535;
}

/* HOST:PORT, [IPV6]:PORT */
static bool
address_valid(const char *text, size_t len)
{
	const char *colon = memrchr(text, ':', len);
	size_t host;

	if (!colon)
		return false;
	host = (size_t)(colon - text);
	if (host == 0 || host > 255 || !port_valid(colon + 1, len - host - 1))
		return false;
	if (text[0] == '[')
		return host > 2 && text[host - 1] == ']';
	return !memchr(text, ':', host) && !memchr(text, ' ', host);
}

static bool
addresses_valid(const char *key, const char *list, char *cause,
    size_t cause_size)
{
	size_t len;

	for (list += strspn(list, " "); *list;) {
		len = strcspn(list, ", ");
		if (!address_valid(list, len))
			return refuse(cause, cause_size,
			    "%s: \"%.*s\" is not HOST:PORT", key, (int)len,
			    list);
		list += len;
		list += strspn(list, ", ");
	}
	return true;
}

static bool
paths_valid(const struct config *config, char *cause, size_t cause_size)
{
	const struct sockaddr_un *sun = NULL;

	if (config->server.data_dir[0] != '/')
		return refuse(cause, cause_size,
		    "server.data_dir: \"%s\" cannot be made absolute",
		    config->server.data_dir);
	if (strlen(config->server.unix_socket) >= sizeof(sun->sun_path))
		return refuse(cause, cause_size,
		    "server.unix_socket: longer than the %zu bytes that a "
		    "socket's path may have; set a shorter one",
		    sizeof(sun->sun_path) - 1);
	return true;
}

static bool
channels_valid(const char *list, char *cause, size_t cause_size)
{
	char name[80];
	size_t len;

	for (list += strspn(list, ", "); *list; list += strspn(list, ", ")) {
		len = strcspn(list, ", ");
		snprintf(name, sizeof(name), "%.*s", (int)len, list);
		if (len >= sizeof(name) || !channel_name_valid(name))
			return refuse(cause, cause_size,
			    "server.default_channels: \"%s\" is no channel's "
			    "name",
			    name);
		list += len;
	}
	return true;
}

static bool
tls_valid(const struct config *config, char *cause, size_t cause_size)
{
	bool listens = config->tls.listen[0];

	if (listens && !config->tls.cert[0])
		return refuse(cause, cause_size,
		    "tls.listen is set and tls.cert is not");
	if (listens && !config->tls.key[0])
		return refuse(cause, cause_size,
		    "tls.listen is set and tls.key is not");
	if (!listens && (config->tls.cert[0] || config->tls.key[0]))
		return refuse(cause, cause_size,
		    "tls.cert or tls.key is set and tls.listen is not");
	return true;
}

static bool
config_check(const struct config *config, char *cause, size_t cause_size)
{
	if (!paths_valid(config, cause, cause_size) ||
	    !addresses_valid("server.listen", config->server.listen, cause,
		cause_size) ||
	    !addresses_valid("server.metrics_listen",
		config->server.metrics_listen, cause, cause_size) ||
	    !addresses_valid("tls.listen", config->tls.listen, cause,
		cause_size) ||
	    !channels_valid(config->server.default_channels, cause,
		cause_size) ||
	    !tls_valid(config, cause, cause_size))
		return false;
	if (!config->server.listen[0] && !config->tls.listen[0] &&
	    !config->server.unix_socket[0])
		return refuse(cause, cause_size,
		    "server.listen, tls.listen and server.unix_socket are all "
		    "empty: nobody could connect");
	if (config->limits.silence_s <= config->limits.ping_s)
		return refuse(cause, cause_size,
		    "limits.silence_s (%g) has to be above limits.ping_s (%g)",
		    config->limits.silence_s, config->limits.ping_s);
	if (config->limits.page > config->limits.page_max)
		return refuse(cause, cause_size,
		    "limits.page (%lld) is above limits.page_max (%lld)",
		    (long long)config->limits.page,
		    (long long)config->limits.page_max);
	return true;
}

/* Seen from where we were started, once and for all. */
static void
make_absolute(char **path)
{
	char *here;
	char *whole;

	if (!*path || !(*path)[0] || (*path)[0] == '/')
		return;
	here = realpath(".", NULL);
	if (!here)
		return;
	whole = xasprintf("%s/%s", here, *path);
	free(here);
	free(*path);
	*path = whole;
}

bool
config_finish(struct config *config, char *cause, size_t cause_size)
{
	make_absolute(&config->server.data_dir);
	make_absolute(&config->server.unix_socket);
	if (!config->server.data_dir || !config->server.data_dir[0]) {
		free(config->server.data_dir);
		config->server.data_dir = default_data_dir();
	}
	if (!config->server.data_dir)
		return refuse(cause, cause_size,
		    "server.data_dir is not set, and there is no home "
		    "directory to put it into");
	if (!config->server.unix_socket)
		config->server.unix_socket = default_unix_socket(
		    config->server.data_dir);
	if (!config->store.url || !config->store.url[0]) {
		free(config->store.url);
		config->store.url = xasprintf("sqlite:%s/hubbub.db",
		    config->server.data_dir);
	}
	if (!config->files.url || !config->files.url[0]) {
		free(config->files.url);
		config->files.url = xasprintf("file:%s/files",
		    config->server.data_dir);
	}
	return config_check(config, cause, cause_size);
}

/* ----------------------------------------------------- what is not here ---- */

static void
want(struct buf *names, bool is_default, const char *name)
{
	if (is_default)
		return;
	if (names->len)
		buf_puts(names, ", ");
	buf_puts(names, name);
}

bool
config_supported(const struct config *config, char *cause, size_t cause_size)
{
	struct buf names = BUF_INIT;
	char *files = xasprintf("file:%s/files", config->server.data_dir);
	bool ok;

	want(&names, !config->server.metrics_listen[0],
	    "server.metrics_listen");
	want(&names, config->auth.registration != REGISTRATION_INVITE,
	    "auth.registration = invite");
	want(&names, strncmp(config->store.url, "sqlite:", 7) == 0,
	    "store.url other than sqlite:PATH");
	want(&names, config->store.retention_days == 0, "store.retention_days");
	want(&names, strcmp(config->bus.url, "local") == 0,
	    "bus.url other than local");
	want(&names, strcmp(config->files.url, files) == 0, "files.url");
	want(&names, strcmp(config->files.types, "all") == 0, "files.types");
	want(&names, !config->moderation.blocked_words[0],
	    "moderation.blocked_words");
	want(&names, config->moderation.new_user_hours == 0,
	    "moderation.new_user_hours");
	want(&names, config->moderation.new_user_links,
	    "moderation.new_user_links");
	want(&names, config->moderation.raid_joins_per_min == 0,
	    "moderation.raid_joins_per_min");
	want(&names, !config->previews.enabled, "previews.enabled");
	want(&names, strcmp(config->previews.allow_private, "no") == 0,
	    "previews.allow_private");
	want(&names, !config->push.enabled, "push.enabled");
	want(&names, strcmp(config->push.allow_private, "no") == 0,
	    "push.allow_private");
	ok = names.len == 0;
	if (!ok)
		snprintf(cause, cause_size,
		    "this hubbubd does not have what these options are for: %s",
		    names.data);
	buf_release(&names);
	free(files);
	return ok;
}

/*
 * The client's options and the places of its files. Owns the table; it reads
 * the file and the environment, and knows nothing of what the options do.
 */
#include "tui/config.h"

#include <ctype.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/xmalloc.h"

#define FIELD(field) offsetof(struct client_config, field)
#define VARIABLE_SIZE 64

static const struct option_spec config_specs[] = {
	{ .section = "",
	    .key = "server",
	    .type = OPTION_STRING,
	    .offset = FIELD(server),
	    .help = "Where the server is: unix:/path, http://, https://, "
		    "ws:// or wss://host[:port]; without it the Unix sockets "
		    "of this machine are tried." },
	{ .section = "",
	    .key = "user",
	    .type = OPTION_STRING,
	    .offset = FIELD(user),
	    .help = "Whose stored log-in is used, where there are several." },
	{ .section = "",
	    .key = "channel",
	    .type = OPTION_STRING,
	    .offset = FIELD(channel),
	    .help = "The channel to begin in." },
	{ .section = "",
	    .key = "tls.ca",
	    .type = OPTION_STRING,
	    .offset = FIELD(tls_ca),
	    .help = "A PEM file of the authorities that may vouch for the "
		    "server; without it the system's." },
	{ .section = "",
	    .key = "tls.pin",
	    .type = OPTION_STRING,
	    .offset = FIELD(tls_pin),
	    .help = "The SHA-256 of the public key that the server must have, "
		    "in hex: the way to trust a self-signed certificate." },
	{ .section = "",
	    .key = "emoji",
	    .type = OPTION_CHOICE,
	    .offset = FIELD(emoji),
	    .fallback = "safe",
	    .choices = "safe full ascii",
	    .help = "How emoji are drawn that terminals disagree on." },
	{ .section = "",
	    .key = "bell",
	    .type = OPTION_BOOL,
	    .offset = FIELD(bell),
	    .fallback = "yes",
	    .help = "Ring for mentions and direct messages." },
	{ .section = "",
	    .key = "mouse",
	    .type = OPTION_BOOL,
	    .offset = FIELD(mouse),
	    .fallback = "no",
	    .help = "Take the mouse from the terminal." },
};

static const struct option_table config_table = {
	.specs = config_specs,
	.count = sizeof(config_specs) / sizeof(config_specs[0]),
	.sectionless = true,
};

const struct option_table *
client_config_table(void)
{
	return &config_table;
}

void
client_config_init(struct client_config *config)
{
	memset(config, 0, sizeof(*config));
	option_init(&config_table, config);
}

void
client_config_release(struct client_config *config)
{
	option_release(&config_table, config);
}

/* HUBBUB_TLS_CA for tls.ca. */
static void
variable_name(const char *key, char out[VARIABLE_SIZE])
{
	char *c;

	snprintf(out, VARIABLE_SIZE, "HUBBUB_%s", key);
	for (c = out; *c; c++)
		*c = *c == '.' ? '_' : (char)toupper((unsigned char)*c);
}

static bool
environment_load(struct client_config *config, char *cause, size_t cause_size)
{
	char variable[VARIABLE_SIZE];
	const char *value;
	size_t i;

	for (i = 0; i < config_table.count; i++) {
		variable_name(config_specs[i].key, variable);
		value = getenv(variable);
		if (!value || !*value)
			continue;
		if (!option_set(&config_table, config, config_specs[i].key,
			value, cause, cause_size))
			return false;
	}
	return true;
}

bool
client_config_load(struct client_config *config, char *cause, size_t cause_size)
{
	char *path = client_config_path("hubbub.conf");
	bool good = true;

	if (access(path, F_OK) == 0)
		good = option_load(&config_table, config, path, cause,
		    cause_size);
	else if (errno != ENOENT && errno != ENOTDIR) {
		snprintf(cause, cause_size, "%s: %s", path, strerror(errno));
		good = false;
	}
	free(path);
	return good && environment_load(config, cause, cause_size);
}

static const char *
home_folder(void)
{
	const char *home = getenv("HOME");
	const struct passwd *entry;

	if (home && *home)
		return home;
	entry = getpwuid(getuid());
	return entry && entry->pw_dir ? entry->pw_dir : "/";
}

/* The XDG specification: a relative path in a variable is to be ignored. */
static char *
xdg_path(const char *variable, const char *fallback, const char *file)
{
	const char *base = getenv(variable);

	if (base && *base == '/')
		return xasprintf("%s/hubbub/%s", base, file);
	return xasprintf("%s/%s/hubbub/%s", home_folder(), fallback, file);
}

char *
client_config_path(const char *file)
{
	return xdg_path("XDG_CONFIG_HOME", ".config", file);
}

char *
client_data_path(const char *file)
{
	return xdg_path("XDG_DATA_HOME", ".local/share", file);
}

bool
client_folder_make(const char *path)
{
	char *copy = xstrdup(path);
	bool good = true;
	char *slash;

	for (slash = strchr(copy + 1, '/'); good && slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		good = mkdir(copy, 0700) == 0 || errno == EEXIST;
		*slash = '/';
	}
	free(copy);
	return good;
}

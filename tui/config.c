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
#define WHY_SIZE 256

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
	{ .section = "",
	    .key = "theme",
	    .type = OPTION_CHOICE,
	    .offset = FIELD(theme),
	    .fallback = "dark",
	    .choices = "dark light none",
	    .help = "The colours: for a dark or a light terminal, or none." },
	{ .section = "",
	    .key = "notify.osc",
	    .type = OPTION_CHOICE,
	    .offset = FIELD(notify_osc),
	    .fallback = "none",
	    .choices = "none 9 777",
	    .help = "The sequence by which the terminal is asked to show a "
		    "notification when the bell rings." },
	{ .section = "",
	    .key = "typing",
	    .type = OPTION_BOOL,
	    .offset = FIELD(typing),
	    .fallback = "yes",
	    .help = "Tell the others that one is typing." },
	{ .section = "",
	    .key = "editor",
	    .type = OPTION_STRING,
	    .offset = FIELD(editor),
	    .help = "The command that a text is written in; without it "
		    "$VISUAL or $EDITOR, or vi." },
	{ .section = "",
	    .key = "history",
	    .type = OPTION_INT,
	    .offset = FIELD(history),
	    .fallback = "500",
	    .min = 0,
	    .max = 100000,
	    .help = "How many lines that were typed are kept." },
};

/* M-a = next-active */
static bool
key_set(void *target, const char *name, const char *value, char *cause,
    size_t cause_size)
{
	struct client_config *config = target;
	struct config_key row;
	char why[WHY_SIZE];
	const char *near;

	if (!keys_parse(name, &row.key, why, sizeof(why))) {
		snprintf(cause, cause_size, "keys.%s: %s", name, why);
		return false;
	}
	if (!keys_action(value, &row.action, &row.number)) {
		near = option_nearest(value, keys_action_at);
		snprintf(cause, cause_size, "keys.%s: unknown action %s%s%s%s",
		    name, value, near ? "; did you mean " : "",
		    near ? near : "", near ? "?" : "");
		return false;
	}
	config->keys = xreallocarray(config->keys, config->key_count + 1,
	    sizeof(*config->keys));
	config->keys[config->key_count++] = row;
	return true;
}

/* mention = bold red */
static bool
style_set(void *target, const char *name, const char *value, char *cause,
    size_t cause_size)
{
	struct client_config *config = target;
	struct config_style row;
	char why[WHY_SIZE];
	const char *near;
	size_t style;

	for (style = 0; style < STYLE_COUNT; style++) {
		if (strcmp(style_name(style), name) == 0)
			break;
	}
	if (style == STYLE_COUNT) {
		near = option_nearest(name, style_name);
		snprintf(cause, cause_size, "theme.%s: unknown style%s%s%s",
		    name, near ? "; did you mean " : "", near ? near : "",
		    near ? "?" : "");
		return false;
	}
	if (!style_parse(value, &row.look, why, sizeof(why))) {
		snprintf(cause, cause_size, "theme.%s: %s", name, why);
		return false;
	}
	row.style = (enum style)style;
	config->styles = xreallocarray(config->styles, config->style_count + 1,
	    sizeof(*config->styles));
	config->styles[config->style_count++] = row;
	return true;
}

static const struct option_section config_sections[] = {
	{ "keys", key_set },
	{ "theme", style_set },
};

static const struct option_table config_table = {
	.specs = config_specs,
	.count = sizeof(config_specs) / sizeof(config_specs[0]),
	.sectionless = true,
	.sections = config_sections,
	.section_count = sizeof(config_sections) / sizeof(config_sections[0]),
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
	free(config->keys);
	free(config->styles);
	config->keys = NULL;
	config->styles = NULL;
	config->key_count = config->style_count = 0;
}

void
client_config_apply(const struct client_config *config)
{
	size_t i;

	style_begin((enum style_theme)config->theme);
	for (i = 0; i < config->style_count; i++)
		style_change(config->styles[i].style, &config->styles[i].look);
	keys_bind_defaults();
	for (i = 0; i < config->key_count; i++)
		keys_bind(config->keys[i].key, config->keys[i].action,
		    config->keys[i].number);
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

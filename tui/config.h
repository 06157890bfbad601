/*
 * The client's options: command line, HUBBUB_* environment, configuration file
 * (hubbub.conf(5)), from one table; and where the client's own files lie.
 */
#ifndef TUI_CONFIG_H
#define TUI_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/option.h"
#include "tui/keys.h"
#include "tui/style.h"

/* A line of [keys]. */
struct config_key {
	uint32_t key;
	enum action action;
	int number; /* of ACTION_WINDOW */
};

/* A line of [theme]. */
struct config_style {
	enum style style;
	struct style_look look;
};

struct client_config {
	/* options of the file and of -o */
	char *server; /* a URL; NULL: the Unix sockets */
	char *user;
	char *channel; /* the one to begin in */
	char *tls_ca;  /* tls.ca: a file; NULL: the system's */
	char
	    *tls_pin; /* tls.pin: sha256 of the certificate's public key, hex */
	int emoji;    /* enum width_emoji */
	bool bell;
	bool mouse;
	bool typing;	 /* tell others that one types */
	char *editor;	 /* a command; NULL: the environment's */
	int theme;	 /* enum style_theme */
	int notify_osc;	 /* notify.osc: enum screen_osc */
	int64_t history; /* lines that the input keeps */
	/* [keys] and [theme] */
	struct config_key *keys;
	size_t key_count;
	struct config_style *styles;
	size_t style_count;
	/* not in the file */
	bool line_mode, restricted, no_reconnect;
};

/* The rows: key without a section ("server", "tls.ca", …). */
const struct option_table *client_config_table(void);

/* Defaults. */
void client_config_init(struct client_config *config);
void client_config_release(struct client_config *config);

/* Reads $XDG_CONFIG_HOME/hubbub/hubbub.conf, where it exists, and then the
 * environment: HUBBUB_SERVER is `server`, HUBBUB_TLS_CA `tls.ca`, and so on; an
 * empty variable counts as unset. False with a sentence in `cause`. */
bool client_config_load(struct client_config *config, char *cause,
    size_t cause_size);

/* Makes the theme, its changes and the bindings of keys the program's. */
void client_config_apply(const struct client_config *config);

/* The path of a file of ours: under $XDG_CONFIG_HOME/hubbub, or ~/.config/hubbub;
 * under $XDG_DATA_HOME/hubbub, or ~/.local/share/hubbub. The caller frees it. */
char *client_config_path(const char *file);
char *client_data_path(const char *file);

/* Makes the folders above `path` that are missing, mode 0700. False with errno
 * set. */
bool client_folder_make(const char *path);

#endif

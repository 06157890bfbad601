/*
 * Which server is meant: what the options say, else the Unix sockets of this
 * machine. Looks at the file system, connects to nothing.
 */
#ifndef TUI_ADDRESS_H
#define TUI_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/url.h"
#include "tui/config.h"

/* Reads config->server into `url`; where it is NULL, sets it to the first of
 * these sockets that exists:
 *	/run/hubbub/hubbub.sock
 *	$XDG_RUNTIME_DIR/hubbub/hubbub.sock (/run/user/UID where it is unset)
 *	$XDG_DATA_HOME/hubbubd/hubbub.sock (~/.local/share where it is unset)
 * and to the first of all where none does. config->server is the address in its
 * one spelling after. False with a sentence in `cause` where it is no address. */
bool address_resolve(struct client_config *config, struct url *url, char *cause,
    size_t cause_size);

#endif

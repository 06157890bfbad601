/*
 * Finding the server. Owns the list of sockets; connects to nothing.
 */
#include "tui/address.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/buf.h"
#include "shared/xmalloc.h"

#define SYSTEM_SOCKET "/run/hubbub/hubbub.sock"

static bool
is_socket(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static char *
runtime_socket(void)
{
	const char *folder = getenv("XDG_RUNTIME_DIR");

	if (folder && *folder)
		return xasprintf("%s/hubbub/hubbub.sock", folder);
	return xasprintf("/run/user/%lu/hubbub/hubbub.sock",
	    (unsigned long)getuid());
}

/* Beside the server's data, where it was started without a runtime folder. */
static char *
data_socket(void)
{
	char *ours = client_data_path("");
	size_t len = strlen(ours) - strlen("hubbub/");
	char *path = xasprintf("%.*shubbubd/hubbub.sock", (int)len, ours);

	free(ours);
	return path;
}

static char *
socket_find(void)
{
	char *places[] = { xstrdup(SYSTEM_SOCKET), runtime_socket(),
		data_socket() };
	const size_t count = sizeof(places) / sizeof(places[0]);
	size_t chosen = 0;
	char *address;
	size_t i;

	for (i = count; i-- > 0;)
		if (is_socket(places[i]))
			chosen = i;
	address = xasprintf("unix:%s", places[chosen]);
	for (i = 0; i < count; i++)
		free(places[i]);
	return address;
}

bool
address_resolve(struct client_config *config, struct url *url, char *cause,
    size_t cause_size)
{
	struct buf text = BUF_INIT;

	if (!config->server)
		config->server = socket_find();
	if (!url_parse(config->server, url, cause, cause_size))
		return false;
	url_format(url, &text);
	free(config->server);
	config->server = buf_detach(&text);
	return true;
}

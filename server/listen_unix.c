/*
 * A socket in the file system. One that somebody answers on is never removed.
 */
#include "server/listen_unix.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "shared/xmalloc.h"

#define LISTEN_UNIX_BACKLOG 4096

static void
unix_cause(char *cause, size_t cause_size, const char *path, const char *why)
{
	snprintf(cause, cause_size, "cannot listen on %s: %s", path, why);
}

/* The directory of the socket: ours to make, not to change where it is there. */
static void
unix_make_dir(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir;

	if (slash == NULL || slash == path)
		return;
	dir = xstrndup(path, (size_t)(slash - path));
	/* A failure shows when the socket is bound. */
	if (mkdir(dir, 0750) == 0)
		(void)chmod(dir, 0750);
	free(dir);
}

/* Removes a socket that nobody answers on. False with a reason. */
static bool
unix_clear(const struct sockaddr_un *address, char *cause, size_t cause_size)
{
	const char *path = address->sun_path;
	struct stat info;
	bool ok = false;
	int fd;

	if (lstat(path, &info) != 0)
		return true;
	if (!S_ISSOCK(info.st_mode)) {
		unix_cause(cause, cause_size, path,
		    "something else has that name");
		return false;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		unix_cause(cause, cause_size, path, strerror(errno));
		return false;
	}
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) ==
		0 ||
	    errno == EAGAIN) {
		unix_cause(cause, cause_size, path, "another server is there");
	} else if (errno == ECONNREFUSED) {
		ok = unlink(path) == 0 || errno == ENOENT;
		if (!ok)
			unix_cause(cause, cause_size, path, strerror(errno));
	} else {
		unix_cause(cause, cause_size, path, strerror(errno));
	}
	close(fd);
	return ok;
}

int
listen_unix_open(const char *path, mode_t mode, dev_t *dev, ino_t *ino,
    char *cause, size_t cause_size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stat info;
	mode_t old;
	int fd, result;

	if (strlen(path) >= sizeof(address.sun_path)) {
		unix_cause(cause, cause_size, path, "the path is too long");
		return -1;
	}
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unix_make_dir(path);
	if (!unix_clear(&address, cause, cause_size))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		unix_cause(cause, cause_size, path, strerror(errno));
		return -1;
	}
	/* Nobody may come in before it has its mode. */
	old = umask(0177);
	result = bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(old);
	if (result != 0 || chmod(path, mode) != 0 || stat(path, &info) != 0 ||
	    listen(fd, LISTEN_UNIX_BACKLOG) != 0) {
		unix_cause(cause, cause_size, path, strerror(errno));
		close(fd);
		return -1;
	}
	*dev = info.st_dev;
	*ino = info.st_ino;
	return fd;
}

void
listen_unix_remove(const char *path, dev_t dev, ino_t ino)
{
	struct stat info;

	if (stat(path, &info) == 0 && info.st_dev == dev && info.st_ino == ino)
		unlink(path);
}

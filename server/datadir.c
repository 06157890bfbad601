/*
 * Making and locking the data directory. Knows nothing of what lies in it but
 * the name of its lock.
 */
#include "server/datadir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shared/clock.h"
#include "shared/xmalloc.h"

#define LOCK_WAIT_MS 1000
#define LOCK_STEP_NS 20000000L

static bool
make_parents(const char *dir)
{
	char *path = xstrdup(dir);
	char *slash;
	bool ok = true;

	for (slash = strchr(path + 1, '/'); ok && slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		ok = mkdir(path, 0755) == 0 || errno == EEXIST;
		*slash = '/';
	}
	free(path);
	return ok;
}

/* False also where it cannot be read. */
static bool
is_empty(const char *dir)
{
	DIR *entries = opendir(dir);
	const struct dirent *entry;
	bool empty = entries;

	while (empty && (entry = readdir(entries)))
		empty = strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0;
	if (entries)
		closedir(entries);
	return empty;
}

bool
datadir_prepare(const char *dir, char *cause, size_t cause_size)
{
	struct stat st;

	if (!make_parents(dir) || (mkdir(dir, 0700) < 0 && errno != EEXIST) ||
	    stat(dir, &st) < 0)
		snprintf(cause, cause_size, "%s: %s", dir, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		snprintf(cause, cause_size, "%s: is not a directory", dir);
	else if (st.st_uid != geteuid())
		snprintf(cause, cause_size,
		    "%s: belongs to uid %u, and this is uid %u", dir,
		    (unsigned)st.st_uid, (unsigned)geteuid());
	else if (!(st.st_mode & 077))
		return true;
	else if (is_empty(dir) && chmod(dir, 0700) == 0)
		return true;
	else if (st.st_mode & 022)
		snprintf(cause, cause_size,
		    "%s: others can write into it: chmod go-w %s", dir, dir);
	else
		return true;
	return false;
}

/* -2 where it is taken, -1 with errno set on any other error. */
static int
lock_take(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	close(fd);
	return -2;
}

int
datadir_try_lock(const char *dir)
{
	char *path = xasprintf("%s/lock", dir);
	int fd = lock_take(path);

	free(path);
	return fd < 0 ? -1 : fd;
}

int
datadir_lock(const char *dir, char *cause, size_t cause_size)
{
	const struct timespec step = { .tv_nsec = LOCK_STEP_NS };
	char *path = xasprintf("%s/lock", dir);
	int64_t until = clock_mono_ms() + LOCK_WAIT_MS;
	int fd;

	while ((fd = lock_take(path)) == -2 && clock_mono_ms() < until)
		nanosleep(&step, NULL);
	if (fd == -2)
		snprintf(cause, cause_size,
		    "%s: another hubbubd is running on it", dir);
	else if (fd < 0)
		snprintf(cause, cause_size, "%s: %s", path, strerror(errno));
	free(path);
	return fd < 0 ? -1 : fd;
}

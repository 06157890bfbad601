/*
 * Copies of a whole database and the files that they lie in: made under another
 * name, synced, and only then renamed. Knows no table.
 */
#include "server/db_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/xmalloc.h"

#define BACKUP_PAGES 4096 /* copied in one step */

/* SQLite gives its log and its shared memory the mode of the file. */
bool
sqlite_file_make(const char *path, char *cause, size_t cause_size)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	/* One that is there is never opened here: closing it would drop every
	 * lock that this process has on it (fcntl(2)), and another process
	 * would take the log for nobody's and remove it. */
	if (fd < 0 && errno == EEXIST)
		return true;
	if (fd < 0) {
		snprintf(cause, cause_size, "%s: %s", path, strerror(errno));
		return false;
	}
	close(fd);
	return true;
}

/* All pages of one database into another, as one transaction there. */
static bool
copy_pages(sqlite3 *to, sqlite3 *from, char *cause, size_t cause_size)
{
	sqlite3_backup *copy = sqlite3_backup_init(to, "main", from, "main");
	int status = SQLITE_OK;

	if (copy) {
		do {
			status = sqlite3_backup_step(copy, BACKUP_PAGES);
		} while (status == SQLITE_OK);
		if (sqlite3_backup_finish(copy) == SQLITE_OK &&
		    status == SQLITE_DONE)
			return true;
	}
	snprintf(cause, cause_size, "%s", sqlite3_errmsg(to));
	return false;
}

static bool
file_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Renames a file into place so that the name survives a power cut. */
static bool
file_settle(const char *from, const char *to)
{
	char *dir = xstrdup(to);
	char *slash = strrchr(dir, '/');
	bool ok;

	if (slash == dir)
		slash++;
	if (slash)
		*slash = '\0';
	ok = file_sync(from) && rename(from, to) == 0 &&
	    file_sync(slash ? dir : ".");
	free(dir);
	return ok;
}

bool
sqlite_copy_out(struct sqlite3 *from, const char *path, char *cause,
    size_t cause_size)
{
	char *temporary = xasprintf("%s.part", path);
	sqlite3 *to = NULL;
	bool ok = false;

	/* What an interrupted run has left. */
	unlink(temporary);
	if (!sqlite_file_make(temporary, cause, cause_size))
		goto out;
	if (sqlite3_open_v2(temporary, &to,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK) {
		snprintf(cause, cause_size, "%s", sqlite3_errmsg(to));
		goto out;
	}
	if (!copy_pages(to, from, cause, cause_size))
		goto out;
	sqlite3_close_v2(to);
	to = NULL;
	ok = file_settle(temporary, path);
	if (!ok)
		snprintf(cause, cause_size, "%s: %s", path, strerror(errno));
out:
	sqlite3_close_v2(to);
	if (!ok)
		unlink(temporary);
	free(temporary);
	return ok;
}

bool
sqlite_copy_in(struct sqlite3 *to, const char *path, char *cause,
    size_t cause_size)
{
	sqlite3 *from = NULL;
	bool ok = false;

	/* To write, though nothing is written: a copy is in WAL mode too, and
	 * only a writer clears away what reading makes beside it. */
	if (sqlite3_open_v2(path, &from,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		snprintf(cause, cause_size, "%s: %s", path,
		    sqlite3_errmsg(from));
	else
		ok = copy_pages(to, from, cause, cause_size);
	sqlite3_close_v2(from);
	return ok;
}

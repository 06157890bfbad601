/*
 * Scratch directories for tests. Fails by returning, so that the test says where.
 */
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
scratch_make(void **state)
{
	char *dir = strdup("/tmp/hubbub-unit-XXXXXX");

	if (!dir || !mkdtemp(dir)) {
		free(dir);
		return -1;
	}
	*state = dir;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

int
scratch_remove(void **state)
{
	int status = nftw(*state, remove_one, 8, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return status;
}

const char *
scratch_path(const char *dir, const char *name, char out[SCRATCH_PATH])
{
	snprintf(out, SCRATCH_PATH, "%s/%s", dir, name);
	return out;
}

char *
scratch_read(const char *path, size_t *len)
{
	FILE *file = fopen(path, "re");
	struct stat st;
	char *bytes = NULL;

	*len = 0;
	if (!file)
		return NULL;
	if (fstat(fileno(file), &st) == 0) {
		bytes = calloc(1, (size_t)st.st_size + 1);
		if (bytes)
			*len = fread(bytes, 1, (size_t)st.st_size, file);
	}
	fclose(file);
	return bytes;
}

bool
scratch_write(const char *path, const char *text, unsigned int mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	size_t len = strlen(text);
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, text, len) == (ssize_t)len && fchmod(fd, mode) == 0;
	close(fd);
	return ok;
}

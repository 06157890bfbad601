/*
 * The token file. Owns its format and its modes; knows nothing of what a token is
 * good for.
 *
 *	{"version":1,"entries":[
 *	  {"server":"https://…","user":"bob","token":"…",
 *	   "refresh_token":"…","expires_at":"2026-…Z"}, …]}
 */
#include "tui/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/clock.h"
#include "shared/json_in.h"
#include "shared/xmalloc.h"
#include "tui/config.h"

#define FILE_MAX 1048576 /* bytes */
#define FILE_DEPTH 8

static void
secret_free(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

void
credential_release(struct credential *credential)
{
	free(credential->server);
	free(credential->user);
	secret_free(credential->token);
	secret_free(credential->refresh_token);
	memset(credential, 0, sizeof(*credential));
}

static json_t *
file_empty(void)
{
	return json_pack("{s:i, s:[]}", "version", 1, "entries");
}

/* Tokens that others could read are no secret any more. */
static bool
file_check(int fd, const char *path, size_t *size, char *cause,
    size_t cause_size)
{
	struct stat st;

	if (fstat(fd, &st) < 0) {
		snprintf(cause, cause_size, "%s: %s", path, strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0) {
		snprintf(cause, cause_size,
		    "%s can be read by others; run chmod 600 on it", path);
		return false;
	}
	if (st.st_size > FILE_MAX) {
		snprintf(cause, cause_size, "%s is too large", path);
		return false;
	}
	*size = (size_t)st.st_size;
	return true;
}

/* The whole file; NULL with a cause. *size is what was read. */
static char *
file_read(int fd, const char *path, size_t *size, char *cause,
    size_t cause_size)
{
	size_t len = 0;
	ssize_t got;
	char *text;

	if (!file_check(fd, path, size, cause, cause_size))
		return NULL;
	text = xmalloc(*size + 1);
	while (len < *size) {
		got = read(fd, text + len, *size - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		len += (size_t)got;
	}
	text[len] = '\0';
	*size = len;
	return text;
}

/* The file as JSON, an empty one where there is none; NULL with a cause. */
static json_t *
file_load(const char *path, char *cause, size_t cause_size)
{
	json_t *root = NULL;
	char *text = NULL;
	char why[128];
	size_t size = 0;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return file_empty();
	if (fd < 0) {
		snprintf(cause, cause_size, "%s: %s", path, strerror(errno));
		return NULL;
	}
	text = file_read(fd, path, &size, cause, cause_size);
	if (!text)
		goto out;
	root = json_in_parse(text, size, FILE_DEPTH, why, sizeof(why));
	if (root && json_is_array(json_object_get(root, "entries")))
		goto out;
	snprintf(cause, cause_size, "%s is damaged", path);
	json_decref(root);
	root = NULL;
out:
	if (text)
		explicit_bzero(text, size);
	free(text);
	close(fd);
	return root;
}

static bool
write_all(int fd, const char *text, size_t len)
{
	ssize_t put;

	while (len > 0) {
		put = write(fd, text, len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		text += put;
		len -= (size_t)put;
	}
	return true;
}

/* A new file beside the old one takes its place when it is whole on disk. */
static bool
file_save(const char *path, const json_t *root, char *cause, size_t cause_size)
{
	char *fresh = xasprintf("%s.XXXXXX", path);
	char *text = json_dumps(root, JSON_INDENT(1));
	bool good = false;
	int fd = -1;

	if (!text || !client_folder_make(path))
		goto out;
	fd = mkostemp(fresh, O_CLOEXEC); /* mode 0600 */
	if (fd < 0)
		goto out;
	good = write_all(fd, text, strlen(text)) && fsync(fd) == 0 &&
	    rename(fresh, path) == 0;
	if (!good)
		unlink(fresh);
out:
	if (!good)
		snprintf(cause, cause_size, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	secret_free(text);
	free(fresh);
	return good;
}

static bool
entry_is(const json_t *entry, const char *server, const char *user)
{
	const char *its_server = json_in_string(entry, "server");
	const char *its_user = json_in_string(entry, "user");

	return its_server && its_user && strcmp(its_server, server) == 0 &&
	    (!user || strcmp(its_user, user) == 0) &&
	    json_in_string(entry, "token");
}

/* Index of the entry, or -1. */
static ssize_t
entry_index(const json_t *entries, const char *server, const char *user)
{
	size_t i;

	for (i = 0; i < json_array_size(entries); i++)
		if (entry_is(json_array_get(entries, i), server, user))
			return (ssize_t)i;
	return -1;
}

static void
entry_read(const json_t *entry, struct credential *found)
{
	const char *refresh = json_in_string(entry, "refresh_token");

	found->server = xstrdup(json_in_string(entry, "server"));
	found->user = xstrdup(json_in_string(entry, "user"));
	found->token = xstrdup(json_in_string(entry, "token"));
	found->refresh_token = refresh ? xstrdup(refresh) : NULL;
	found->expires_ms = json_in_time(entry, "expires_at");
}

static json_t *
entry_make(const struct credential *entry)
{
	json_t *made = json_pack("{s:s, s:s, s:s}", "server", entry->server,
	    "user", entry->user, "token", entry->token);
	char expires[CLOCK_TEXT_SIZE];

	if (entry->refresh_token)
		json_object_set_new(made, "refresh_token",
		    json_string(entry->refresh_token));
	if (entry->expires_ms) {
		clock_format(entry->expires_ms, expires);
		json_object_set_new(made, "expires_at", json_string(expires));
	}
	return made;
}

enum credentials_result
credentials_find(const char *server, const char *user, struct credential *found,
    char *cause, size_t cause_size)
{
	enum credentials_result result = CREDENTIALS_FAILED;
	char *path = client_config_path("tokens");
	json_t *root = file_load(path, cause, cause_size);
	const json_t *entries;
	ssize_t at;

	memset(found, 0, sizeof(*found));
	if (!root)
		goto out;
	entries = json_object_get(root, "entries");
	at = entry_index(entries, server, user);
	result = at < 0 ? CREDENTIALS_NONE : CREDENTIALS_OK;
	if (at >= 0)
		entry_read(json_array_get(entries, (size_t)at), found);
out:
	json_decref(root);
	free(path);
	return result;
}

enum credentials_result
credentials_store(const struct credential *entry, bool first, char *cause,
    size_t cause_size)
{
	enum credentials_result result = CREDENTIALS_FAILED;
	char *path = client_config_path("tokens");
	json_t *root = file_load(path, cause, cause_size);
	json_t *entries;
	ssize_t at;

	if (!root)
		goto out;
	entries = json_object_get(root, "entries");
	at = entry_index(entries, entry->server, entry->user);
	if (at >= 0)
		json_array_remove(entries, (size_t)at);
	json_array_insert_new(entries, at < 0 || first ? 0 : (size_t)at,
	    entry_make(entry));
	if (file_save(path, root, cause, cause_size))
		result = CREDENTIALS_OK;
out:
	json_decref(root);
	free(path);
	return result;
}

enum credentials_result
credentials_remove(const char *server, const char *user, char *cause,
    size_t cause_size)
{
	enum credentials_result result = CREDENTIALS_FAILED;
	char *path = client_config_path("tokens");
	json_t *root = file_load(path, cause, cause_size);
	json_t *entries;
	ssize_t at;

	if (!root)
		goto out;
	entries = json_object_get(root, "entries");
	at = entry_index(entries, server, user);
	result = CREDENTIALS_NONE;
	if (at < 0)
		goto out;
	json_array_remove(entries, (size_t)at);
	result = file_save(path, root, cause, cause_size) ? CREDENTIALS_OK
							  : CREDENTIALS_FAILED;
out:
	json_decref(root);
	free(path);
	return result;
}

int
credentials_lock(void)
{
	char *path = client_config_path("tokens.lock");
	int fd = -1;

	if (client_folder_make(path))
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(path);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void
credentials_unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}

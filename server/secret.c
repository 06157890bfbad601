/*
 * Passwords, tokens and key files, by libsodium. What is secret is wiped before
 * its memory is let go; no text of a secret is ever put into a cause.
 */
#include "server/secret.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/base64.h"
#include "shared/xmalloc.h"

#define TOKEN_BYTES 32
#define ARGON_PASSES 2
#define ARGON_MEMORY (19UL << 20)

/* The hash of nobody's password, made with the cost above: what is computed
 * where there is no such user, so that the time tells nothing. */
static const char nobody[] =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
    "bm90aGluZyBoYXNoZXMgdG8gdGhpcyB2YWx1ZSwgZXY";

bool
secret_init(void)
{
	static_assert(crypto_pwhash_STRBYTES <= SECRET_PASSWORD_SIZE,
	    "the text of a password hash fits");
	static_assert(crypto_hash_sha256_BYTES == SECRET_HASH_SIZE,
	    "the hash of a token fits");
	return sodium_init() >= 0;
}

void
secret_random(void *out, size_t len)
{
	randombytes_buf(out, len);
}

void
secret_wipe(void *memory, size_t len)
{
	sodium_memzero(memory, len);
}

void
secret_token(const char *prefix, char out[SECRET_TOKEN_SIZE])
{
	unsigned char random[TOKEN_BYTES];
	size_t len = strnlen(prefix,
	    SECRET_TOKEN_SIZE - BASE64_SIZE(TOKEN_BYTES));

	secret_random(random, sizeof(random));
	memcpy(out, prefix, len);
	base64url_encode(random, sizeof(random), out + len);
	secret_wipe(random, sizeof(random));
}

void
secret_hash(const char *token, size_t len, unsigned char out[SECRET_HASH_SIZE])
{
	crypto_hash_sha256(out, (const unsigned char *)token, len);
}

bool
secret_password_hash(const char *password, char out[SECRET_PASSWORD_SIZE])
{
	memset(out, 0, SECRET_PASSWORD_SIZE);
	return crypto_pwhash_str_alg(out, password, strlen(password),
		   ARGON_PASSES, ARGON_MEMORY,
		   crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool
secret_password_verify(const char *hash, const char *password)
{
	bool ok = crypto_pwhash_str_verify(hash ? hash : nobody, password,
		      strlen(password)) == 0;

	return ok && hash;
}

/* --------------------------------------------------------------- files ---- */

static bool
file_fail(const char *path, const char *what, char *cause, size_t cause_size)
{
	snprintf(cause, cause_size, "%s: %s", path, what);
	return false;
}

/* Reads exactly `len` bytes and then the end. */
static bool
read_whole(int fd, void *out, size_t len)
{
	char more;
	size_t got = 0;
	ssize_t n;

	while (got < len) {
		n = read(fd, (char *)out + got, len - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		got += (size_t)n;
	}
	return read(fd, &more, 1) == 0;
}

static bool
file_read(const char *path, int fd, void *out, size_t len, char *cause,
    size_t cause_size)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return file_fail(path, strerror(errno), cause, cause_size);
	if (!S_ISREG(st.st_mode))
		return file_fail(path, "is not a regular file", cause,
		    cause_size);
	if (st.st_uid != geteuid())
		return file_fail(path, "belongs to somebody else", cause,
		    cause_size);
	if (st.st_mode & 077)
		return file_fail(path,
		    "can be read by others: chmod 600, or remove it to have a "
		    "new one made",
		    cause, cause_size);
	if ((size_t)st.st_size != len || !read_whole(fd, out, len))
		return file_fail(path, "has another length than a secret",
		    cause, cause_size);
	if (sodium_is_zero(out, len))
		return file_fail(path, "holds nothing but zeros", cause,
		    cause_size);
	return true;
}

static bool
write_whole(int fd, const void *data, size_t len)
{
	size_t put = 0;
	ssize_t n;

	while (put < len) {
		n = write(fd, (const char *)data + put, len - put);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		put += (size_t)n;
	}
	return fsync(fd) == 0;
}

static bool
dir_sync(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Under another name first, then linked: whole or not there, and never over one
 * that another process has made meanwhile. */
static bool
file_create(const char *dir, const char *path, size_t len, char *cause,
    size_t cause_size)
{
	char *temporary = xasprintf("%s.XXXXXX", path);
	unsigned char *random = xmalloc(len);
	int fd = mkostemp(temporary, O_CLOEXEC);
	bool ok = false;

	secret_random(random, len);
	if (fd >= 0 && fchmod(fd, 0600) == 0 && write_whole(fd, random, len))
		ok = link(temporary, path) == 0 || errno == EEXIST;
	if (!ok || !dir_sync(dir))
		ok = file_fail(path, strerror(errno), cause, cause_size);
	if (fd >= 0) {
		close(fd);
		unlink(temporary);
	}
	secret_wipe(random, len);
	free(random);
	free(temporary);
	return ok;
}

bool
secret_file(const char *dir, const char *name, void *out, size_t len,
    char *cause, size_t cause_size)
{
	char *path = xasprintf("%s/%s", dir, name);
	const int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, flags);
	bool ok = false;

	if (fd < 0 && errno == ENOENT) {
		if (!file_create(dir, path, len, cause, cause_size))
			goto out;
		fd = open(path, flags);
	}
	if (fd < 0)
		file_fail(path, strerror(errno), cause, cause_size);
	else
		ok = file_read(path, fd, out, len, cause, cause_size);
out:
	if (fd >= 0)
		close(fd);
	free(path);
	return ok;
}

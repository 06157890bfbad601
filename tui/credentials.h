/*
 * The token file: what log-ins left, an entry for each server and user, newest
 * log-in first. JSON in $XDG_CONFIG_HOME/hubbub/tokens, mode 0600, replaced by an
 * atomic rename; a file that others may read is refused. Only the calls here
 * touch it.
 *
 * Programs share the file: who replaces a token holds the lock meanwhile, since
 * a refresh token that is used twice ends the whole session.
 */
#ifndef TUI_CREDENTIALS_H
#define TUI_CREDENTIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct credential {
	char *server; /* the address as text */
	char *user;
	char *token;
	char *refresh_token; /* NULL: none */
	int64_t expires_ms;  /* of token; 0: not known */
};

/* Wipes the secrets and frees the strings. */
void credential_release(struct credential *credential);

enum credentials_result {
	CREDENTIALS_OK,
	CREDENTIALS_NONE,   /* there is no such entry */
	CREDENTIALS_FAILED, /* the file cannot be read or written: `cause` */
};

/* Finds the entry of a server, and of a user where `user` is not NULL; without,
 * the last one that logged in. Fills `found`, which the caller releases. */
enum credentials_result credentials_find(const char *server, const char *user,
    struct credential *found, char *cause, size_t cause_size);

/* Stores an entry, replacing that of the same server and user. `first`: it was
 * logged in just now, so it becomes the one that is taken without a name. */
enum credentials_result credentials_store(const struct credential *entry,
    bool first, char *cause, size_t cause_size);

/* Removes the entry of a server and user. */
enum credentials_result credentials_remove(const char *server, const char *user,
    char *cause, size_t cause_size);

/* Takes the lock without waiting: a descriptor for credentials_unlock(), or -1
 * where another program has it or it cannot be made. */
int credentials_lock(void);
void credentials_unlock(int fd);

#endif

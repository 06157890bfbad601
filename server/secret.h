/*
 * Secrets: password hashes (argon2id), opaque tokens, and the files that hold
 * the server's own (0600, made at first start). libsodium.
 */
#ifndef SERVER_SECRET_H
#define SERVER_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#define SECRET_TOKEN_SIZE 64	 /* text of an opaque token, with NUL */
#define SECRET_HASH_SIZE 32	 /* SHA-256 of a token, as stored */
#define SECRET_PASSWORD_SIZE 128 /* text of a password hash, with NUL */
#define SECRET_PASSWORD_MIN 8	 /* bytes of a password */
#define SECRET_PASSWORD_MAX 1024

/* Once, before threads. False where libsodium cannot start. */
bool secret_init(void);

void secret_random(void *out, size_t len);

/* A token: prefix ("hbt_", "hbr_", "hbk_"), then 256 random bits in base64url. */
void secret_token(const char *prefix, char out[SECRET_TOKEN_SIZE]);

/* What is stored of a token. */
void secret_hash(const char *token, size_t len,
    unsigned char out[SECRET_HASH_SIZE]);

/* argon2id, t=2, 19 MiB: tens of milliseconds; pool threads and the command line
 * only. False where memory could not be had. */
bool secret_password_hash(const char *password, char out[SECRET_PASSWORD_SIZE]);

/* Takes as long where `hash` is NULL (no such user), and is false then. */
bool secret_password_verify(const char *hash, const char *password);

/* Overwrites text so that it does not stay in memory. */
void secret_wipe(void *memory, size_t len);

/* Reads `len` bytes from DIR/NAME, or makes the file (0600) with random bytes.
 * Refuses one that others can read, or of another length. */
bool secret_file(const char *dir, const char *name, void *out, size_t len,
    char *cause, size_t cause_size);

#endif

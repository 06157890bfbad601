/*
 * The Unix socket's file: made, given its mode, taken over from a server that is
 * gone, removed. Between the listen files.
 */
#ifndef SERVER_LISTEN_UNIX_H
#define SERVER_LISTEN_UNIX_H

#include <stddef.h>
#include <sys/types.h>

/* Binds and listens; the directory is made (0750) where it is missing. *dev and
 * *ino get what the file is known by. -1 with a sentence in `cause`. */
int listen_unix_open(const char *path, mode_t mode, dev_t *dev, ino_t *ino,
    char *cause, size_t cause_size);

/* Removes the file unless another has taken its place. */
void listen_unix_remove(const char *path, dev_t dev, ino_t ino);

#endif

/*
 * A password for the command line: from the terminal without echo, twice, or one
 * line of standard input. Never from an argument, which everybody could see.
 */
#ifndef SERVER_CLI_PASSWORD_H
#define SERVER_CLI_PASSWORD_H

#include "server/secret.h"

/* Reads, checks and hashes it into `hash`; returns an exit status and has said
 * what was wrong. */
int cli_password(const char *name, char hash[SECRET_PASSWORD_SIZE]);

#endif

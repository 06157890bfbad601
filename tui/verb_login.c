/*
 * login and logout: how tokens come into the token file and leave it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

#include "shared/json_in.h"
#include "shared/protocol.h"
#include "shared/utf8.h"
#include "shared/xmalloc.h"
#include "tui/credentials.h"
#include "tui/link_auth.h"
#include "tui/link_dial.h"
#include "tui/verb.h"

#define PASSWORD_SIZE 1026
#define CAUSE_SIZE 256

struct session {
	const struct invocation *invocation;
	struct event_base *base;
	struct dialer *dialer;
	struct auth *auth;
	struct rest *rest;
	char *user;
	int status;
};

/* ---- the password --------------------------------------------------------- */

/* Reads up to a newline, a byte at a time: what follows is not ours. False where
 * nothing came, or a signal. */
static bool
line_read(int fd, char *line, size_t size)
{
	size_t len = 0;
	ssize_t got;
	char c;

	for (;;) {
		got = read(fd, &c, 1);
		if (got < 0)
			return false;
		if (got == 0 || c == '\n')
			break;
		if (len + 1 < size)
			line[len++] = c;
	}
	if (len > 0 && line[len - 1] == '\r')
		len--;
	line[len] = '\0';
	return got == 1 || len > 0;
}

static void
on_signal(int number)
{
	(void)number;
}

/* Without echo; what a signal interrupts is given back before the signal has its
 * way. */
static bool
password_ask(int tty, const char *user, char *password, size_t size)
{
	const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	const size_t count = sizeof(signals) / sizeof(signals[0]);
	const struct sigaction catch = { .sa_handler = on_signal };
	struct sigaction before[sizeof(signals) / sizeof(signals[0])];
	struct termios old;
	struct termios quiet;
	bool good;
	size_t i;

	if (tcgetattr(tty, &old) < 0)
		return false;
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	for (i = 0; i < count; i++)
		sigaction(signals[i], &catch, &before[i]);
	tcsetattr(tty, TCSAFLUSH, &quiet);
	dprintf(tty, "Password for %s: ", user);
	good = line_read(tty, password, size);
	tcsetattr(tty, TCSAFLUSH, &old);
	dprintf(tty, "\n");
	for (i = 0; i < count; i++)
		sigaction(signals[i], &before[i], NULL);
	return good;
}

static bool
password_read(const char *user, char *password, size_t size)
{
	bool good;
	int tty;

	if (!isatty(STDIN_FILENO))
		return line_read(STDIN_FILENO, password, size);
	tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	good = password_ask(tty >= 0 ? tty : STDIN_FILENO, user, password,
	    size);
	if (tty >= 0)
		close(tty);
	return good;
}

/* ---- one request ---------------------------------------------------------- */

static bool
session_begin(struct session *session, const struct invocation *invocation)
{
	const struct client_config *config = &invocation->config;
	char cause[CAUSE_SIZE] = "";

	memset(session, 0, sizeof(*session));
	session->invocation = invocation;
	session->base = verb_base();
	session->status = EX_CONFIG;
	if (session->base)
		session->dialer = dialer_new(session->base, &invocation->url,
		    config->tls_ca, config->tls_pin, cause, sizeof(cause));
	if (session->dialer)
		session->auth = auth_new(session->base, config->server,
		    config->user, cause, sizeof(cause));
	if (!session->auth) {
		verb_say("%s", cause);
		return false;
	}
	session->rest = rest_new(session->base, session->dialer,
	    &invocation->url, session->auth);
	return true;
}

static int
session_end(struct session *session)
{
	rest_free(session->rest);
	auth_free(session->auth);
	dialer_free(session->dialer);
	if (session->base)
		event_base_free(session->base);
	free(session->user);
	return session->status;
}

/* What an answer that is no success comes to; says it. */
static int
refusal_status(const struct session *session, const struct rest_answer *answer)
{
	verb_say("%s: %s", session->invocation->config.server, answer->message);
	if (answer->foreign)
		return EX_PROTOCOL;
	if (answer->status == 0)
		return EX_UNAVAILABLE;
	return verb_status(answer->code);
}

/* ---- login ---------------------------------------------------------------- */

static int
login_store(struct session *session, const json_t *body)
{
	const char *token = json_in_string(body, "token");
	const char *refresh = json_in_string(body, "refresh_token");
	const struct credential entry = {
		.server = session->invocation->config.server,
		.user = session->user,
		.token = (char *)token,
		.refresh_token = (char *)refresh,
		.expires_ms = json_in_time(body, "expires_at"),
	};
	char cause[CAUSE_SIZE];

	if (!token) {
		verb_say("what answers at %s is no hubbub server",
		    entry.server);
		return EX_PROTOCOL;
	}
	if (credentials_store(&entry, true, cause, sizeof(cause)) !=
	    CREDENTIALS_OK) {
		verb_say("%s", cause);
		return EX_CONFIG;
	}
	verb_say("logged in at %s as %s", entry.server, entry.user);
	return EX_OK;
}

static void
login_answered(void *arg, const struct rest_answer *answer)
{
	struct session *session = arg;

	if (answer->status >= 200 && answer->status < 300 && !answer->foreign)
		session->status = login_store(session, answer->body);
	else if (answer->status >= 200 && answer->status < 400) {
		verb_say("what answers at %s is no hubbub server",
		    session->invocation->config.server);
		session->status = EX_PROTOCOL;
	} else {
		session->status = refusal_status(session, answer);
		/* A server of ours has this path. */
		if (answer->status == 404 || answer->status == 405)
			session->status = EX_PROTOCOL;
	}
	event_base_loopbreak(session->base);
}

int
verb_login(struct invocation *invocation)
{
	char password[PASSWORD_SIZE] = "";
	const char *user;
	struct session session;

	user = invocation->word_count > 0 ? invocation->words[0]
					  : invocation->config.user;
	if (!user || !username_valid(user)) {
		verb_say(
		    user ? "login: that is no username" : "login USER: who?");
		return EX_USAGE;
	}
	if (!session_begin(&session, invocation))
		return session_end(&session);
	session.user = xstrdup(user);
	if (!password_read(user, password, sizeof(password)) ||
	    !utf8_valid(password, strlen(password)) || !*password) {
		verb_say("login: no password");
		session.status = EX_DATAERR;
		return session_end(&session);
	}
	rest_call(session.rest, "POST", "/v1/auth/login",
	    json_pack("{s:s, s:s}", "username", user, "password", password),
	    REST_ANONYMOUS | REST_ONCE, login_answered, &session);
	explicit_bzero(password, sizeof(password));
	event_base_dispatch(session.base);
	return session_end(&session);
}

/* ---- logout --------------------------------------------------------------- */

static void
logout_answered(void *arg, const struct rest_answer *answer)
{
	struct session *session = arg;
	char cause[CAUSE_SIZE];

	/* A session that is over already is what was wanted. */
	if (answer->status != 204 && answer->status != 200 &&
	    answer->status != 401) {
		session->status = refusal_status(session, answer);
	} else if (credentials_remove(session->invocation->config.server,
		       session->user, cause,
		       sizeof(cause)) == CREDENTIALS_FAILED) {
		verb_say("%s", cause);
		session->status = EX_CONFIG;
	} else {
		session->status = EX_OK;
	}
	event_base_loopbreak(session->base);
}

int
verb_logout(struct invocation *invocation)
{
	struct session session;

	if (!session_begin(&session, invocation))
		return session_end(&session);
	if (!auth_token(session.auth) || !auth_user(session.auth)) {
		verb_say("not logged in at %s", invocation->config.server);
		session.status = EX_NOPERM;
		return session_end(&session);
	}
	session.user = xstrdup(auth_user(session.auth));
	rest_call(session.rest, "POST", "/v1/auth/logout", NULL, REST_ONCE,
	    logout_answered, &session);
	event_base_dispatch(session.base);
	return session_end(&session);
}

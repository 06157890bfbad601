/*
 * The token and its renewal. A refresh token is good once, and one that is used
 * again ends the session, so programs that share the token file take turns: who
 * has the lock looks first whether another has renewed it already.
 */
#include "tui/link_auth.h"

#include <stdlib.h>
#include <string.h>

#include "shared/clock.h"
#include "shared/json_in.h"
#include "shared/xmalloc.h"
#include "tui/credentials.h"
#include "tui/link_rest.h"

#define LOCK_TRY_US 50000
#define LOCK_TRIES 600 /* half a minute: a renewal takes no longer */
#define CAUSE_SIZE 256

struct waiter {
	void (*done)(void *arg, enum auth_result result);
	void *arg;
};

struct auth {
	struct event_base *base;
	struct credential entry;
	bool stored; /* entry is the token file's */
	/* of a renewal on its way */
	struct rest *rest;
	struct event *again; /* the lock is tried again */
	unsigned int tries;
	int lock;
	struct waiter *waiters;
	size_t count;
};

struct auth *
auth_new(struct event_base *base, const char *server, const char *user,
    char *cause, size_t cause_size)
{
	struct auth *auth = xcalloc(1, sizeof(*auth));
	const char *token = getenv("HUBBUB_TOKEN");

	auth->base = base;
	auth->lock = -1;
	if (token && *token) {
		auth->entry.server = xstrdup(server);
		auth->entry.token = xstrdup(token);
		return auth;
	}
	switch (
	    credentials_find(server, user, &auth->entry, cause, cause_size)) {
	case CREDENTIALS_OK:
		auth->stored = true;
		break;
	case CREDENTIALS_NONE:
		break;
	case CREDENTIALS_FAILED:
		auth_free(auth);
		return NULL;
	}
	return auth;
}

void
auth_free(struct auth *auth)
{
	if (!auth)
		return;
	if (auth->again)
		event_free(auth->again);
	credentials_unlock(auth->lock);
	credential_release(&auth->entry);
	free(auth->waiters);
	free(auth);
}

const char *
auth_token(const struct auth *auth)
{
	return auth->entry.token;
}

const char *
auth_user(const struct auth *auth)
{
	return auth->entry.user;
}

bool
auth_can_renew(const struct auth *auth)
{
	return auth->stored && auth->entry.refresh_token;
}

/* A waiter may ask for the next renewal at once. */
static void
renewal_end(struct auth *auth, enum auth_result result)
{
	struct waiter *waiters = auth->waiters;
	size_t count = auth->count;
	size_t i;

	credentials_unlock(auth->lock);
	auth->lock = -1;
	auth->waiters = NULL;
	auth->count = 0;
	for (i = 0; i < count; i++)
		waiters[i].done(waiters[i].arg, result);
	free(waiters);
}

static bool
entry_renew(struct credential *entry, const json_t *body)
{
	const char *token = json_in_string(body, "token");
	const char *refresh = json_in_string(body, "refresh_token");
	struct credential fresh = { 0 };

	if (!token || !refresh)
		return false;
	fresh.server = xstrdup(entry->server);
	fresh.user = xstrdup(entry->user);
	fresh.token = xstrdup(token);
	fresh.refresh_token = xstrdup(refresh);
	fresh.expires_ms = json_in_time(body, "expires_at");
	credential_release(entry);
	*entry = fresh;
	return true;
}

static void
renewed(void *arg, const struct rest_answer *answer)
{
	struct auth *auth = arg;
	char cause[CAUSE_SIZE];

	if (answer->status == 200 && entry_renew(&auth->entry, answer->body)) {
		/* Where it cannot be stored it still serves this program. */
		credentials_store(&auth->entry, false, cause, sizeof(cause));
		renewal_end(auth, AUTH_OK);
		return;
	}
	if (answer->status != 401 && answer->status != 403) {
		renewal_end(auth, AUTH_LATER);
		return;
	}
	credentials_remove(auth->entry.server, auth->entry.user, cause,
	    sizeof(cause));
	free(auth->entry.refresh_token);
	auth->entry.refresh_token = NULL;
	renewal_end(auth, AUTH_NO);
}

/* With the lock held: has another program renewed or removed it? True where the
 * renewal ended with that. */
static bool
file_decides(struct auth *auth)
{
	struct credential now;
	char cause[CAUSE_SIZE];

	if (credentials_find(auth->entry.server, auth->entry.user, &now, cause,
		sizeof(cause)) != CREDENTIALS_OK) {
		renewal_end(auth, AUTH_NO);
		return true;
	}
	if (strcmp(now.token, auth->entry.token) == 0 && now.refresh_token) {
		credential_release(&now);
		return false;
	}
	credential_release(&auth->entry);
	auth->entry = now;
	renewal_end(auth, AUTH_OK);
	return true;
}

static void
renewal_step(evutil_socket_t fd, short what, void *arg)
{
	struct auth *auth = arg;
	const struct timeval pause = { 0, LOCK_TRY_US };

	(void)fd;
	(void)what;
	auth->lock = credentials_lock();
	if (auth->lock < 0 && auth->tries++ < LOCK_TRIES) {
		evtimer_add(auth->again, &pause);
		return;
	}
	if (auth->lock < 0) {
		renewal_end(auth, AUTH_LATER);
		return;
	}
	if (file_decides(auth))
		return;
	rest_call(auth->rest, "POST", "/v1/auth/refresh",
	    json_pack("{s:s}", "refresh_token", auth->entry.refresh_token),
	    REST_ANONYMOUS, renewed, auth);
}

void
auth_renew(struct auth *auth, struct rest *rest,
    void (*done)(void *arg, enum auth_result result), void *arg)
{
	const struct timeval now = { 0, 0 };

	auth->waiters = xreallocarray(auth->waiters, auth->count + 1,
	    sizeof(*auth->waiters));
	auth->waiters[auth->count++] = (struct waiter){ done, arg };
	if (auth->count > 1)
		return;
	auth->rest = rest;
	auth->tries = 0;
	if (!auth->again)
		auth->again = evtimer_new(auth->base, renewal_step, auth);
	evtimer_add(auth->again, &now);
}

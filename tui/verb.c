/*
 * What the verbs share. Owns base, link, deadline and signals of a verb; what is
 * sent and shown is the verb's.
 */
#include "tui/verb.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "shared/clock.h"
#include "shared/utf8.h"

#define CAUSE_SIZE 256
#define SAY_SIZE 1024

void
verb_say(const char *format, ...)
{
	struct buf clean = BUF_INIT;
	char text[SAY_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* Some of it is the server's. */
	utf8_clean(&clean, text, strlen(text), UTF8_CLEAN_TEXT);
	fprintf(stderr, "hubbub: %s\n", clean.data ? clean.data : "");
	buf_release(&clean);
}

int
verb_status(const char *code)
{
	if (strcmp(code, "unauthorized") == 0 || strcmp(code, "forbidden") == 0)
		return EX_NOPERM;
	return EXIT_FAILURE;
}

struct event_base *
verb_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	/* epoll refuses regular files, and input may be one. */
	if (config &&
	    event_config_require_features(config, EV_FEATURE_FDS) == 0)
		base = event_base_new_with_config(config);
	if (config)
		event_config_free(config);
	return base;
}

static void
signalled(evutil_socket_t fd, short what, void *arg)
{
	struct verb *verb = arg;

	(void)fd;
	(void)what;
	if (verb->interrupted || !verb->interrupt_come) {
		if (!verb->ending)
			verb->status = verb_overdue_status(verb);
		verb->ending = true;
		event_base_loopbreak(verb->base);
		return;
	}
	verb->interrupted = true;
	verb->interrupt_come(verb->arg);
}

static void
deadline_due(evutil_socket_t fd, short what, void *arg)
{
	struct verb *verb = arg;

	(void)fd;
	(void)what;
	if (!verb->ending && verb->overdue)
		verb->overdue(verb->arg);
}

bool
verb_begin(struct verb *verb, const struct invocation *invocation)
{
	char cause[CAUSE_SIZE] = "";

	verb->invocation = invocation;
	verb->wait_ms = invocation->wait_ms;
	verb->base = verb_base();
	if (!verb->base) {
		verb_say("no event loop");
		verb->status = EX_OSERR;
		return false;
	}
	verb->link = link_new(verb->base, &invocation->config, &invocation->url,
	    &verb->status, cause, sizeof(cause));
	if (!verb->link) {
		verb_say("%s", cause);
		return false;
	}
	verb->deadline = evtimer_new(verb->base, deadline_due, verb);
	verb->interrupt = evsignal_new(verb->base, SIGINT, signalled, verb);
	verb->terminate = evsignal_new(verb->base, SIGTERM, signalled, verb);
	event_add(verb->interrupt, NULL);
	event_add(verb->terminate, NULL);
	return true;
}

void
verb_deadline(struct verb *verb)
{
	verb_deadline_from(verb, 0);
}

void
verb_deadline_from(struct verb *verb, int64_t from_ms)
{
	int64_t now_ms = clock_mono_ms();
	int64_t ms = verb->wait_ms + (from_ms > now_ms ? from_ms - now_ms : 0);
	struct timeval pause = { ms / 1000, ms % 1000 * 1000 };

	if (verb->deadline)
		evtimer_add(verb->deadline, &pause);
}

int
verb_overdue_status(const struct verb *verb)
{
	return link_answers(verb->link) ? EX_TEMPFAIL : EX_UNAVAILABLE;
}

static void
goodbye_said(void *arg)
{
	struct verb *verb = arg;

	event_base_loopbreak(verb->base);
}

void
verb_end(struct verb *verb, int status)
{
	if (verb->ending)
		return;
	verb->ending = true;
	verb->status = status;
	link_close(verb->link, goodbye_said, verb);
}

int
verb_run(struct verb *verb)
{
	if (verb->link)
		link_start(verb->link);
	event_base_dispatch(verb->base);
	link_free(verb->link);
	verb->link = NULL;
	return verb->status;
}

void
verb_release(struct verb *verb)
{
	link_free(verb->link);
	verb->link = NULL;
	if (verb->deadline)
		event_free(verb->deadline);
	if (verb->interrupt)
		event_free(verb->interrupt);
	if (verb->terminate)
		event_free(verb->terminate);
	if (verb->base)
		event_base_free(verb->base);
}

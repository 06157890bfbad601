/*
 * Commands about who is in a channel and who may write there. The server knows
 * who may; this only asks it.
 */
#include "tui/command_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/clock.h"
#include "shared/json_in.h"
#include "shared/xmalloc.h"
#include "tui/app_state.h"
#include "tui/command_text.h"

#define SILENCE_MS (60 * 60 * 1000)

static const struct deed {
	const char *what, *method;
	const char *list; /* of /v1/channels/ID/…/UID */
	const char *said; /* behind the name */
} deeds[] = {
	{ "/invite", "PUT", "members", "is in the channel now" },
	{ "/kick", "DELETE", "members", "was put out of the channel" },
	{ "/silence", "PUT", "silences", "may only read until" },
	{ "/silence", "DELETE", "silences", "may write again" },
};

enum deed_index { INVITE, KICK, SILENCE, UNSILENCE };

/* "DEED CHANNEL UNTIL" on the way to the person's id, UNTIL 0 where it does not
 * matter; then "NAME DID". */

static void
deed_done(struct app *app, const json_t *body, const char *text)
{
	(void)body;
	app_print(app, "%s", text);
}

static json_t *
deed_body(const struct deed *deed, int64_t until_ms)
{
	char until[CLOCK_TEXT_SIZE];

	if (strcmp(deed->method, "PUT") != 0)
		return NULL;
	if (until_ms == 0)
		return json_object();
	clock_format(until_ms, until);
	return json_pack("{s:s}", "until", until);
}

static void
person_came(struct app *app, const json_t *body, const char *text)
{
	const json_t *user = json_object_get(body, "user");
	const char *name = json_in_string(user, "username");
	char until[CLOCK_TEXT_SIZE] = "";
	char *rest;
	const struct deed *deed = &deeds[strtol(text, &rest, 10)];
	int64_t channel_id = strtoll(rest, &rest, 10);
	int64_t until_ms = strtoll(rest, &rest, 10);
	char *path = xasprintf("/v1/channels/%" PRId64 "/%s/%" PRId64,
	    channel_id, deed->list, json_in_id(user, "id"));

	if (until_ms != 0)
		clock_format(until_ms, until);
	command_request(app, deed->method, path, deed_body(deed, until_ms),
	    deed->what, deed_done,
	    xasprintf("%s %s%s%.16s%s", name ? name : "?", deed->said,
		until_ms ? " " : "", until, until_ms ? " UTC" : ""));
	free(path);
}

static void
deed_do(struct app *app, enum deed_index index, const char *name,
    int64_t until_ms)
{
	const struct channel *channel = app->model->current;

	if (channel)
		command_user(app, name, deeds[index].what, person_came,
		    xasprintf("%d %" PRId64 " %" PRId64, (int)index,
			channel->id, until_ms));
	else
		app_complain(app, "%s: no channel", deeds[index].what);
}

static void
deed_to_one(struct app *app, enum deed_index index, const char *arguments)
{
	char *name = command_word(&arguments);

	if (name && !*arguments)
		deed_do(app, index, name, 0);
	else
		app_complain(app, "%s NICK: %s", deeds[index].what,
		    name ? "one person at a time" : "whom?");
	free(name);
}

void
command_invite(struct app *app, const char *arguments)
{
	deed_to_one(app, INVITE, arguments);
}

void
command_kick(struct app *app, const char *arguments)
{
	deed_to_one(app, KICK, arguments);
}

void
command_silence(struct app *app, const char *arguments)
{
	char *name = command_word(&arguments);
	char *time = command_word(&arguments);
	int64_t ms = SILENCE_MS;

	if (!name)
		app_complain(app, "/silence NICK [TIME|off]: whom?");
	else if (time && strcmp(time, "off") == 0)
		deed_do(app, UNSILENCE, name, 0);
	else if (time && (!text_duration(time, &ms) || *arguments))
		app_complain(app,
		    "/silence: “%s%s%s” is no time; one is 90s, 10m, 2h or 7d,"
		    " at most 3650d",
		    time, *arguments ? " " : "", arguments);
	else
		deed_do(app, SILENCE, name, clock_real_ms() + ms);
	free(time);
	free(name);
}

/*
 * Names of channels for the verbs. Asks the server only for people.
 */
#include "tui/verb_channel.h"

#include <stdlib.h>
#include <string.h>

#include "shared/id.h"
#include "shared/json_in.h"
#include "shared/url.h"
#include "shared/xmalloc.h"

#define ID_DIGITS_MIN 15 /* shorter digits are a channel's name */

struct resolve {
	struct rest *rest;
	void (*done)(void *arg, const char *channel,
	    const struct rest_answer *refused);
	void *arg;
};

static void
channel_came(void *arg, const struct rest_answer *answer)
{
	struct resolve *resolve = arg;
	const char *id = json_in_string(
	    json_object_get(answer->body, "channel"), "id");

	resolve->done(resolve->arg, id, id ? NULL : answer);
	free(resolve);
}

static void
user_came(void *arg, const struct rest_answer *answer)
{
	struct resolve *resolve = arg;
	const char *id = json_in_string(json_object_get(answer->body, "user"),
	    "id");

	if (!id) {
		resolve->done(resolve->arg, NULL, answer);
		free(resolve);
		return;
	}
	rest_call(resolve->rest, "POST", "/v1/channels",
	    json_pack("{s:s, s:[s]}", "type", "direct", "members", id), 0,
	    channel_came, resolve);
}

static void
person_resolve(struct resolve *resolve, const char *name)
{
	struct buf path = BUF_INIT;

	buf_puts(&path, "/v1/users/@");
	url_encode(&path, name, strlen(name));
	rest_call(resolve->rest, "GET", path.data, NULL, 0, user_came, resolve);
	buf_release(&path);
}

void
verb_channel_resolve(struct rest *rest, const char *name,
    void (*done)(void *arg, const char *channel,
	const struct rest_answer *refused),
    void *arg)
{
	struct resolve *resolve;
	char *marked;
	int64_t id;

	if (*name == '@') {
		resolve = xcalloc(1, sizeof(*resolve));
		resolve->rest = rest;
		resolve->done = done;
		resolve->arg = arg;
		person_resolve(resolve, name + 1);
		return;
	}
	if (*name == '#' ||
	    (strlen(name) >= ID_DIGITS_MIN && id_parse(name, &id))) {
		done(arg, name, NULL);
		return;
	}
	marked = xasprintf("#%s", name);
	done(arg, marked, NULL);
	free(marked);
}

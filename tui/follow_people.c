/*
 * Names of people whom an event bears by id alone. Keeps what events told and
 * asks for the rest.
 */
#include "tui/follow_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "shared/json_in.h"
#include "shared/xmalloc.h"

#define PEOPLE_MAX 10000
#define PATH_SIZE 64

struct lookup {
	struct follow *follow;
	int64_t channel_id;
	json_t *event;
};

static void
person_note(struct follow *follow, const json_t *user)
{
	const char *id = json_in_string(user, "id");
	const char *name = json_in_string(user, "username");

	if (!id || !name)
		return;
	if (json_object_size(follow->people) >= PEOPLE_MAX)
		json_object_clear(follow->people);
	json_object_set_new(follow->people, id, json_string(name));
}

void
follow_people_note(struct follow *follow, const json_t *event)
{
	person_note(follow, json_object_get(event, "user"));
	person_note(follow,
	    json_object_get(json_object_get(event, "message"), "user"));
	person_note(follow,
	    json_object_get(json_object_get(event, "member"), "user"));
}

static const char *
person_name_of(const struct follow *follow, int64_t id)
{
	char key[24];

	snprintf(key, sizeof(key), "%" PRId64, id);
	return json_in_string(follow->people, key);
}

static void
event_tell(struct follow *follow, const struct follow_channel *channel,
    const json_t *event, const char *who)
{
	const struct follow_event told = { .channel = channel,
		.type = json_in_string(event, "type"),
		.event = event,
		.who = who };

	if (!follow->stopped)
		follow->owner.event(follow->owner.arg, &told);
}

static void
looked_up(void *arg, const struct rest_answer *answer)
{
	struct lookup *lookup = arg;
	struct follow *follow = lookup->follow;
	const json_t *user = json_object_get(answer->body, "user");
	const struct follow_channel *channel = follow_find(follow,
	    lookup->channel_id);

	person_note(follow, user);
	follow->lookups--;
	if (channel)
		event_tell(follow, channel, lookup->event,
		    json_in_string(user, "username"));
	json_decref(lookup->event);
	free(lookup);
	follow_check_caught_up(follow);
}

void
follow_tell_by_id(struct follow *follow, struct follow_channel *channel,
    const char *type, const json_t *event, int64_t user_id)
{
	const char *name = user_id ? person_name_of(follow, user_id) : NULL;
	struct lookup *lookup;
	char path[PATH_SIZE];

	(void)type;
	if (name || user_id == 0) {
		event_tell(follow, channel, event, name);
		return;
	}
	lookup = xcalloc(1, sizeof(*lookup));
	lookup->follow = follow;
	lookup->channel_id = channel->id;
	lookup->event = json_deep_copy(event);
	follow->lookups++;
	snprintf(path, sizeof(path), "/v1/users/%" PRId64, user_id);
	rest_call(link_rest(follow->link), "GET", path, NULL, 0, looked_up,
	    lookup);
}

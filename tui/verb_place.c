/*
 * The places of tail. Owns the file's form:
 *
 *	{"SERVER":{"USER ID":{"CHANNEL ID":"MESSAGE ID", …}, …}, …}
 */
#include "tui/verb_place.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/json_in.h"
#include "shared/xmalloc.h"
#include "tui/config.h"
#include "tui/verb.h"

#define KEY_SIZE 24

struct place {
	char *server, *path;
	json_t *known; /* of the file: user -> channel -> message */
	json_t *fresh; /* set since, in the same form */
};

static json_t *
file_load(const char *path)
{
	json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);

	if (json_is_object(root))
		return root;
	json_decref(root);
	return json_object();
}

struct place *
place_load(const char *server)
{
	struct place *place = xcalloc(1, sizeof(*place));
	json_t *root;
	json_t *known;

	place->server = xstrdup(server);
	place->path = client_data_path("tail.json");
	place->fresh = json_object();
	root = file_load(place->path);
	known = json_object_get(root, server);
	place->known = json_is_object(known) ? json_incref(known)
					     : json_object();
	json_decref(root);
	return place;
}

void
place_free(struct place *place)
{
	if (!place)
		return;
	json_decref(place->known);
	json_decref(place->fresh);
	free(place->server);
	free(place->path);
	free(place);
}

static int64_t
places_get(const json_t *places, const char *user, int64_t channel_id)
{
	char key[KEY_SIZE];

	snprintf(key, sizeof(key), "%" PRId64, channel_id);
	return json_in_id(json_object_get(places, user), key);
}

static json_t *
object_of(json_t *object, const char *key)
{
	json_t *member = json_object_get(object, key);

	if (json_is_object(member))
		return member;
	member = json_object();
	json_object_set_new(object, key, member);
	return member;
}

int64_t
place_get(const struct place *place, const char *user, int64_t channel_id)
{
	int64_t id = places_get(place->fresh, user, channel_id);

	return id ? id : places_get(place->known, user, channel_id);
}

void
place_set(struct place *place, const char *user, int64_t channel_id,
    int64_t message_id)
{
	char key[KEY_SIZE];
	char id[KEY_SIZE];

	if (message_id <= place_get(place, user, channel_id))
		return;
	snprintf(key, sizeof(key), "%" PRId64, channel_id);
	snprintf(id, sizeof(id), "%" PRId64, message_id);
	json_object_set_new(object_of(place->fresh, user), key,
	    json_string(id));
}

void
place_save(struct place *place)
{
	char *beside = xasprintf("%s.%ld", place->path, (long)getpid());
	json_t *root = file_load(place->path);
	json_t *ours = object_of(root, place->server);
	const char *user;
	json_t *channels;

	json_object_foreach(place->fresh, user, channels)
		json_object_update(object_of(ours, user), channels);
	if (json_object_size(place->fresh) > 0 &&
	    (!client_folder_make(place->path) ||
		json_dump_file(root, beside, JSON_INDENT(1)) < 0 ||
		rename(beside, place->path) < 0))
		verb_say("%s: %s", place->path, strerror(errno));
	json_decref(root);
	free(beside);
}

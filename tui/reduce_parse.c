/*
 * JSON into parts of the model. Nothing gets in uncleaned: this is where foreign
 * text loses what a terminal would act on.
 */
#include "tui/reduce_private.h"

#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/utf8.h"
#include "shared/xmalloc.h"

void
model_touch(struct model *model)
{
	model->version++;
}

static char *
clean(const char *text, enum utf8_clean how)
{
	struct buf out = BUF_INIT;

	if (text)
		utf8_clean(&out, text, strlen(text), how);
	return buf_detach(&out);
}

char *
clean_line(const char *text)
{
	return clean(text, UTF8_CLEAN_LINE);
}

char *
clean_text(const char *text)
{
	return clean(text, UTF8_CLEAN_TEXT);
}

bool
person_parse(struct person *person, const json_t *object)
{
	const char *display = json_in_string(object, "display_name");

	memset(person, 0, sizeof(*person));
	person->id = json_in_id(object, "id");
	if (person->id == 0)
		return false;
	person->username = clean_line(json_in_string(object, "username"));
	if (display && *display)
		person->display_name = clean_line(display);
	return true;
}

void
person_copy(struct person *to, const struct person *from)
{
	struct person copy = { .id = from->id };

	if (from->username)
		copy.username = xstrdup(from->username);
	if (from->display_name)
		copy.display_name = xstrdup(from->display_name);
	person_release(to);
	*to = copy;
}

static bool
mentions(const struct model *model, const json_t *object)
{
	const json_t *list = json_object_get(object, "mentions");
	const json_t *value;
	int64_t id;
	size_t i;

	if (json_in_bool(object, "mentions_all", false))
		return true;
	json_array_foreach(list, i, value) {
		id = json_is_string(value)
		    ? (int64_t)strtoll(json_string_value(value), NULL, 10)
		    : 0;
		if (id != 0 && id == model->me.id)
			return true;
	}
	return false;
}

struct message *
message_parse(struct model *model, const json_t *object)
{
	const char *client_msg_id = json_in_string(object, "client_msg_id");
	struct message *message;
	int64_t id = json_in_id(object, "id");

	if (id == 0)
		return NULL;
	message = xcalloc(1, sizeof(*message));
	message->id = id;
	message->key = model->next_key++;
	message->seq = json_in_int(object, "seq", 0);
	person_parse(&message->author, json_object_get(object, "user"));
	message->text = clean_text(json_in_string(object, "text"));
	message->created_ms = json_in_time(object, "created_at");
	message->edited_ms = json_in_time(object, "edited_at");
	message->deleted_ms = json_in_time(object, "deleted_at");
	message->parent_id = json_in_id(object, "parent_id");
	message->in_channel = json_in_bool(object, "in_channel", false);
	message->mentions_me = mentions(model, object);
	message->reply_count = json_in_int(object, "reply_count", 0);
	message->last_reply_ms = json_in_time(object, "last_reply_at");
	message->pinned_ms = json_in_time(object, "pinned_at");
	reactions_parse(model, message, json_object_get(object, "reactions"));
	if (client_msg_id)
		message->client_msg_id = clean_line(client_msg_id);
	return message;
}

char
role_parse(const char *role)
{
	if (role && strcmp(role, "owner") == 0)
		return 'o';
	if (role && strcmp(role, "moderator") == 0)
		return 'm';
	return ' ';
}

bool
member_parse(struct member *member, const json_t *object)
{
	if (!person_parse(&member->person, json_object_get(object, "user")))
		return false;
	member->role = role_parse(json_in_string(object, "role"));
	return true;
}

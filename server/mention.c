/*
 * Mentions. A name is tried whole first, then without its last part behind a
 * dot, dash or underscore, then without that, so that "@bob." and "@bob-s" find
 * bob and "@bobby" does not.
 */
#include "server/mention.h"

#include <string.h>

#include "server/object.h"
#include "shared/id.h"

#define NAME_MAX_BYTES 32
#define LOOKUPS_MAX 256 /* a message: what stands behind more @ is not tried */
#define ALL_MEMBERS 50	/* up to here anyone may ping the whole channel */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

static bool
is_joint(char c)
{
	return c == '.' || c == '_' || c == '-';
}

/* Copies the word at `text` in lower case; returns its length in the text. */
static size_t
word_read(const char *text, char word[NAME_MAX_BYTES + 2])
{
	size_t len = 0, kept = 0;

	while (is_letter(text[len]) || is_joint(text[len])) {
		char c = text[len++];

		if (kept <= NAME_MAX_BYTES)
			word[kept++] = (char)(c >= 'A' && c <= 'Z' ? c + 32
								   : c);
	}
	word[kept] = '\0';
	return len;
}

/* Cuts the last part off, or the joint that is left at the end, since a name may
 * end in one; false where nothing is left. */
static bool
word_shorten(char *word)
{
	size_t len = strlen(word);

	if (len > 0 && is_joint(word[len - 1]))
		len--;
	else
		while (len > 0 && !is_joint(word[len - 1]))
			len--;
	word[len] = '\0';
	return len > 0;
}

static int64_t
member_named(struct db *db, const struct call *call, const char *name)
{
	return db_int(db, 0,
	    "SELECT u.id FROM users u JOIN channel_members m"
	    " ON m.user_id = u.id AND m.channel_id = $2 WHERE u.username = $1",
	    "ti", name, call->channel.id);
}

static void
mention_add(struct mentions *mentions, int64_t user_id)
{
	for (size_t i = 0; i < mentions->count; i++)
		if (mentions->users[i] == user_id)
			return;
	if (mentions->count < MENTION_MAX)
		mentions->users[mentions->count++] = user_id;
}

static bool
may_ping_all(const struct call *call)
{
	return call->channel.role >= CHANNEL_MODERATOR ||
	    call->channel.member_count <= ALL_MEMBERS;
}

/* The word behind one @: at most `*lookups` names are tried. */
static void
mention_word(struct db *db, const struct call *call, char *word,
    struct mentions *mentions, int *lookups)
{
	int64_t user_id;

	do {
		if (strcmp(word, "channel") == 0) {
			mentions->all |= may_ping_all(call);
			return;
		}
		if (!username_valid(word))
			continue;
		if (--*lookups < 0)
			return;
		user_id = member_named(db, call, word);
		if (user_id != 0) {
			mention_add(mentions, user_id);
			return;
		}
	} while (word_shorten(word));
}

/* Keeps those that the sender named, in whatever order. */
static void
mention_bound(const struct call *call, struct mentions *mentions)
{
	const json_t *wanted = json_object_get(call->args, "mentions");
	size_t kept = 0, at;
	json_t *item;
	int64_t id = 0;

	if (wanted == NULL)
		return;
	mentions->all = false;
	for (size_t i = 0; i < mentions->count; i++) {
		bool found = false;

		json_array_foreach(wanted, at, item) {
			id_parse(json_string_value(item), &id);
			found |= id == mentions->users[i];
		}
		if (found)
			mentions->users[kept++] = mentions->users[i];
	}
	mentions->count = kept;
}

enum error
mention_find(struct db *db, struct call *call, const char *text,
    struct mentions *mentions)
{
	int64_t limit = call_limits(call)->mentions;
	char word[NAME_MAX_BYTES + 2];
	int lookups = LOOKUPS_MAX;
	const char *at;

	memset(mentions, 0, sizeof(*mentions));
	for (at = strchr(text, '@'); at != NULL; at = strchr(at, '@')) {
		bool inside = at > text &&
		    (is_letter(at[-1]) || is_joint(at[-1]));

		at++;
		if (inside)
			continue; /* an address of mail */
		at += word_read(at, word);
		mention_word(db, call, word, mentions, &lookups);
	}
	mention_bound(call, mentions);
	if ((int64_t)mentions->count > limit)
		return call_fail(call, ERR_TOO_LARGE,
		    "text mentions %zu people, more than the limit of %lld "
		    "(mentions)",
		    mentions->count, (long long)limit);
	return ERR_NONE;
}

int64_t
mention_store(struct db *db, const struct call *call, int64_t message_id,
    const struct mentions *mentions)
{
	db_exec(db, "DELETE FROM mentions WHERE message_id = $1", "i",
	    message_id);
	for (size_t i = 0; i < mentions->count; i++)
		db_exec(db,
		    "INSERT INTO mentions (user_id, channel_id, message_id)"
		    " VALUES ($1, $2, $3)",
		    "iii", mentions->users[i], call->channel.id, message_id);
	return (mentions->count > 0 ? EXTRA_MENTIONS : 0) |
	    (mentions->all ? EXTRA_MENTIONS_ALL : 0);
}

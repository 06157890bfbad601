/*
 * Completion. Owns the candidates of the word being completed; who spoke last
 * comes first among the names, and what people know best among the emoji.
 */
#include "tui/complete.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/emoji.h"
#include "shared/xmalloc.h"
#include "tui/command.h"

struct complete {
	char **words; /* what the word may become, with all that follows it */
	size_t count;
	size_t at;	      /* the one that is shown */
	size_t from, to;      /* where it stands */
	unsigned int version; /* of the editor, when it was put there */
};

/* What is being completed. */
struct query {
	const char *word; /* NUL-terminated */
	const char *suffix;
	char sigil; /* '#', '@' or '/' that the word began with; 0 */
};

struct complete *
complete_new(void)
{
	return xcalloc(1, sizeof(struct complete));
}

static void
forget(struct complete *complete)
{
	for (size_t i = 0; i < complete->count; i++)
		free(complete->words[i]);
	free(complete->words);
	complete->words = NULL;
	complete->count = 0;
}

void
complete_free(struct complete *complete)
{
	if (complete == NULL)
		return;
	forget(complete);
	free(complete);
}

/* Adds a candidate, where there is room and it is not there yet; takes it over. */
static void
add(struct complete *complete, char *word)
{
	bool there = complete->count == COMPLETE_MAX;

	for (size_t i = 0; i < complete->count && !there; i++)
		there = strcmp(complete->words[i], word) == 0;
	if (there) {
		free(word);
		return;
	}
	complete->words = xreallocarray(complete->words, complete->count + 1,
	    sizeof(complete->words[0]));
	complete->words[complete->count++] = word;
}

/* Adds a candidate that begins as the query does. */
static void
offer(struct complete *complete, const struct query *query, const char *name)
{
	if (strncasecmp(name, query->word, strlen(query->word)) != 0)
		return;
	add(complete,
	    query->sigil == 0
		? xasprintf("%s%s", name, query->suffix)
		: xasprintf("%c%s%s", query->sigil, name, query->suffix));
}

static void
offer_commands(struct complete *complete, const struct query *query)
{
	size_t count;
	const struct command *table = command_table(&count);

	for (size_t i = 0; i < count; i++)
		offer(complete, query, table[i].name);
}

static void
offer_channels(struct complete *complete, const struct query *query,
    const struct model *model)
{
	for (size_t i = 0; i < model->len; i++) {
		if (!model->channels[i]->direct)
			offer(complete, query, model->channels[i]->name);
	}
}

static void
offer_person(struct complete *complete, const struct query *query,
    const struct model *model, const struct person *person)
{
	if (person->id != model->me.id)
		offer(complete, query, person_name(person));
}

static void
offer_nicks(struct complete *complete, const struct query *query,
    const struct model *model)
{
	const struct channel *channel = model->current;

	if (channel != NULL) {
		for (size_t i = channel->len; i-- > 0;) {
			const struct message *message = channel->messages[i];

			if (!message->event && message->id != 0)
				offer_person(complete, query, model,
				    &message->author);
		}
		for (size_t i = 0; i < channel->member_len; i++)
			offer_person(complete, query, model,
			    &channel->members[i].person);
	}
	for (size_t i = 0; i < model->len; i++) {
		if (model->channels[i]->direct)
			offer(complete, query, model->channels[i]->name);
	}
}

/* What the command of the line wants as its first argument, where the word at
 * `from` is that. */
static enum command_complete
wanted(const char *text, size_t from)
{
	size_t end = strcspn(text, " ");
	const struct command *command;
	bool ambiguous;

	if (text[0] != '/' || from == 0)
		return COMPLETE_NONE;
	if (strspn(text + end, " ") + end != from)
		return COMPLETE_NICK;
	command = command_find(text + 1, end - 1, &ambiguous);
	return command == NULL ? COMPLETE_NICK : command->complete;
}

static void
gather(struct complete *complete, const struct model *model, const char *text,
    size_t from, const char *word)
{
	struct query query = { word, " ", 0 };
	enum command_complete want = wanted(text, from);

	if (word[0] == '#' || word[0] == '@' || (word[0] == '/' && from == 0)) {
		query.sigil = word[0];
		query.word++;
	}
	if (query.sigil == '/') {
		offer_commands(complete, &query);
	} else if (query.sigil == '#') {
		offer_channels(complete, &query, model);
	} else if (query.sigil == 0 && want == COMPLETE_COMMAND) {
		offer_commands(complete, &query);
	} else if (query.sigil == 0 && want == COMPLETE_CHANNEL) {
		query.sigil = '#';
		offer_channels(complete, &query, model);
	} else if (word[0] != '\0' || text[0] == '/') {
		if (from == 0 && query.sigil == 0)
			query.suffix = ": ";
		offer_nicks(complete, &query, model);
	}
}

/* The emoji of the name itself, then those that are common, then all that begin
 * so. */
static void
offer_emoji(struct complete *complete, const char *name, size_t len)
{
	size_t count;
	const struct emoji *rows = emoji_prefix(name, len, &count);
	const char *exact = emoji_of_name(name, len);

	if (exact != NULL)
		add(complete, xstrdup(exact));
	for (size_t i = 0; i < count; i++) {
		if (rows[i].common)
			add(complete, xstrdup(rows[i].text));
	}
	for (size_t i = 0; i < count; i++)
		add(complete, xstrdup(rows[i].text));
}

static bool
in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
	    c == '+' || c == '-';
}

static bool
is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* Where a name of an emoji stands before the cursor, :ta or :tada: whole, adds
 * what it may become. The colon may follow anything but a letter or a digit,
 * which would make it a time or an address. */
static bool
begin_emoji(struct complete *complete, const char *text, size_t to)
{
	bool whole = to > 0 && text[to - 1] == ':';
	size_t end = whole ? to - 1 : to, from = end;
	const char *emoji;

	while (from > 0 && in_name(text[from - 1]))
		from--;
	if (from == end || from == 0 || text[from - 1] != ':' ||
	    (from > 1 && is_letter_or_digit(text[from - 2])))
		return false;
	emoji = emoji_of_name(text + from, end - from);
	if (!whole)
		offer_emoji(complete, text + from, end - from);
	else if (emoji != NULL)
		add(complete, xstrdup(emoji));
	complete->from = from - 1;
	complete->to = to;
	return complete->count > 0;
}

static void
begin(struct complete *complete, const struct model *model,
    const struct editor *editor)
{
	const char *text = editor_text(editor);
	size_t to = editor_cursor(editor), from = to;
	char *word;

	forget(complete);
	if (begin_emoji(complete, text, to))
		return;
	while (from > 0 && text[from - 1] != ' ' && text[from - 1] != '\n' &&
	    text[from - 1] != '\t')
		from--;
	word = xstrndup(text + from, to - from);
	gather(complete, model, text, from, word);
	free(word);
	complete->from = from;
	complete->to = to;
}

bool
complete_next(struct complete *complete, const struct model *model,
    struct editor *editor, bool back)
{
	const char *word;

	if (complete->count > 0 &&
	    complete->version == editor_version(editor)) {
		size_t step = back ? complete->count - 1 : 1;

		complete->at = (complete->at + step) % complete->count;
	} else {
		begin(complete, model, editor);
		complete->at = back && complete->count > 0 ? complete->count - 1
							   : 0;
	}
	if (complete->count == 0)
		return false;
	word = complete->words[complete->at];
	editor_replace(editor, complete->from, complete->to, word);
	complete->to = editor_cursor(editor);
	complete->version = editor_version(editor);
	return true;
}

/*
 * Reading the command line. What a verb does not know is a usage error, as is
 * everything else that is not understood; nothing is guessed.
 */
#include "tui/verb_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "shared/clock.h"
#include "shared/id.h"
#include "shared/xmalloc.h"
#include "tui/address.h"

#define CAUSE_SIZE 512
#define COUNT_MAX 1000000
#define WAIT_MAX_S 86400
#define TIME_SIZE 40
#define HELP_COLUMN 28

enum option_id {
	OPT_ECHO = 256,
	OPT_FILE,
	OPT_FOLLOW,
	OPT_HELP,
	OPT_JSON,
	OPT_LINE,
	OPT_LINES,
	OPT_NO_RECONNECT,
	OPT_ONCE,
	OPT_REPLY_TO,
	OPT_RESTRICTED,
	OPT_SINCE,
	OPT_STRICT,
	OPT_VERSION,
	OPT_WAIT,
};

static const struct option_row {
	int id;		      /* a letter, or of enum option_id */
	const char *name;     /* NULL: a letter alone */
	const char *argument; /* NULL: none */
	unsigned int verbs;
	const char *help;
} option_rows[] = {
	{ 's', "server", "URL", VERB_ALL,
	    "unix:/path, http://, https://, ws:// or wss://" },
	{ 'u', "user", "USER", VERB_ALL, "whose stored log-in is used" },
	{ 'c', "channel", "CHANNEL",
	    VERB_BARE | VERB_SEND | VERB_TAIL | VERB_PIPE,
	    "the channel; tail takes several" },
	{ 'o', NULL, "KEY=VALUE", VERB_ALL, "set an option, see below" },
	{ OPT_LINE, "line", NULL, VERB_BARE, "line mode, also on a terminal" },
	{ OPT_RESTRICTED, "restricted", NULL, VERB_BARE,
	    "nothing but talking: no editor, no files" },
	{ 'n', NULL, "N", VERB_TAIL, "first the newest N of each channel" },
	{ OPT_SINCE, "since", "ID|TIME|last", VERB_TAIL,
	    "first what came after that; last: the last run" },
	{ OPT_ONCE, "once", NULL, VERB_TAIL, "print that and end" },
	{ OPT_ECHO, "echo", NULL, VERB_TAIL | VERB_PIPE,
	    "print one's own messages too" },
	{ OPT_JSON, "json", NULL, VERB_TAIL | VERB_PIPE, "JSON lines" },
	{ OPT_FOLLOW, "follow", NULL, VERB_PIPE,
	    "go on receiving at the end of input" },
	{ OPT_REPLY_TO, "reply-to", "ID", VERB_SEND, "answer a message" },
	{ OPT_FILE, "file", "PATH", VERB_SEND, "attach a file" },
	{ OPT_LINES, "lines", NULL, VERB_SEND,
	    "each line of input is a message" },
	{ OPT_WAIT, "wait", "SECONDS", VERB_SEND | VERB_TAIL | VERB_PIPE,
	    "how long to wait for answers (10)" },
	{ OPT_STRICT, "strict", NULL, VERB_SEND | VERB_PIPE,
	    "end at the first bad line" },
	{ OPT_NO_RECONNECT, "no-reconnect", NULL,
	    VERB_SEND | VERB_TAIL | VERB_PIPE, "end where the link is lost" },
	{ OPT_HELP, "help", NULL, VERB_ALL, "print this" },
	{ OPT_VERSION, "version", NULL, VERB_ALL, "print the version" },
};

#define OPTION_COUNT (sizeof(option_rows) / sizeof(option_rows[0]))

/* What is looked at only when the file and the environment have been read. */
struct command_line {
	const struct verb_row *verb;
	const char *server, *user;
	char **assignments;
	size_t assignment_count;
	bool help, version, line, restricted, no_reconnect, counted, since;
};

static bool usage_error(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* False, for the caller to return. */
static bool
usage_error(const char *format, ...)
{
	va_list args;

	fputs("hubbub: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\ntry `hubbub --help`\n", stderr);
	return false;
}

/* ---- help ----------------------------------------------------------------- */

static void
help_option(const struct option_row *row)
{
	char left[64];
	int len = 0;

	if (row->id < 256)
		len = snprintf(left, sizeof(left), "-%c%s", row->id,
		    row->name ? ", " : "");
	len += snprintf(left + len, sizeof(left) - (size_t)len, "%s%s%s%s",
	    row->name ? "--" : "", row->name ? row->name : "",
	    row->argument ? " " : "", row->argument ? row->argument : "");
	(void)len;
	printf("  %-*s %s\n", HELP_COLUMN - 3, left, row->help);
}

static void
help_print(const struct verb_row *rows, size_t row_count,
    const struct verb_row *verb)
{
	bool one = verb != &rows[0];
	size_t i;

	puts("usage:");
	for (i = 0; i < row_count; i++)
		if (!one || verb == &rows[i])
			printf("  hubbub %s%s%s\n      %s\n", rows[i].name,
			    *rows[i].name ? " " : "", rows[i].usage,
			    rows[i].help);
	puts("\noptions:");
	for (i = 0; i < OPTION_COUNT; i++)
		if (!one || (option_rows[i].verbs & verb->bit))
			help_option(&option_rows[i]);
	puts("\nkeys of -o and of $XDG_CONFIG_HOME/hubbub/hubbub.conf:");
	option_help(client_config_table(), stdout);
	puts("\nexit status: 0 all acknowledged, 1 some refused, 64 usage, "
	     "65 bad input,\n66 unreadable file, 69 server unreachable or "
	     "lost, 75 no answer in time,\n76 protocol mismatch, 77 not "
	     "allowed, 78 configuration");
}

/* ---- values --------------------------------------------------------------- */

static bool
number_read(const char *name, const char *text, double max, double *value)
{
	char *end = NULL;

	errno = 0;
	*value = strtod(text, &end);
	if (end == text || *end != '\0' || errno != 0 || !(*value >= 0) ||
	    *value > max)
		return usage_error("%s: %s is no number from 0 to %.0f", name,
		    text, max);
	return true;
}

/* Completes a date, or a time without seconds or zone, which is UTC. */
static bool
time_read(const char *text, int64_t *ms)
{
	static const char *const ends[] = { "", "Z", ":00Z", "T00:00:00Z" };
	char whole[TIME_SIZE];
	size_t i;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(whole, sizeof(whole), "%s%s", text, ends[i]);
		if (clock_parse(whole, ms))
			return true;
	}
	return false;
}

static bool
since_read(struct invocation *invocation, const char *text)
{
	int64_t ms;

	if (strcmp(text, "last") == 0) {
		invocation->from = FOLLOW_LAST;
		return true;
	}
	invocation->from = FOLLOW_AFTER;
	if (id_parse(text, &invocation->after))
		return true;
	if (!time_read(text, &ms))
		return usage_error("--since: %s is no id, no RFC 3339 time and "
				   "not `last`",
		    text);
	/* What came at that very millisecond is wanted. */
	invocation->after = ms > ID_EPOCH_MS ? id_from_time_ms(ms) - 1 : 0;
	return true;
}

static void
channel_add(struct invocation *invocation, char *name)
{
	invocation->channels = xreallocarray(invocation->channels,
	    invocation->channel_count + 1, sizeof(*invocation->channels));
	invocation->channels[invocation->channel_count++] = name;
}

static void
assignment_add(struct command_line *line, char *text)
{
	line->assignments = xreallocarray(line->assignments,
	    line->assignment_count + 1, sizeof(*line->assignments));
	line->assignments[line->assignment_count++] = text;
}

/* The options that are no more than a flag. */
static bool *
flag_of(struct invocation *invocation, struct command_line *line, int id)
{
	switch (id) {
	case OPT_ECHO:
		return &invocation->echo;
	case OPT_FOLLOW:
		return &invocation->follow;
	case OPT_HELP:
		return &line->help;
	case OPT_JSON:
		return &invocation->json;
	case OPT_LINE:
		return &line->line;
	case OPT_LINES:
		return &invocation->lines;
	case OPT_NO_RECONNECT:
		return &line->no_reconnect;
	case OPT_ONCE:
		return &invocation->once;
	case OPT_RESTRICTED:
		return &line->restricted;
	case OPT_STRICT:
		return &invocation->strict;
	case OPT_VERSION:
		return &line->version;
	default:
		return NULL;
	}
}

static bool
value_take(struct invocation *invocation, struct command_line *line, int id,
    char *value)
{
	double number = 0;

	switch (id) {
	case 's':
		line->server = value;
		return true;
	case 'u':
		line->user = value;
		return true;
	case 'c':
		if (!*value || strcmp(value, "#") == 0)
			return usage_error("-c: an empty name");
		channel_add(invocation, value);
		return true;
	case 'o':
		assignment_add(line, value);
		return true;
	case 'n':
		line->counted = true;
		if (!number_read("-n", value, COUNT_MAX, &number))
			return false;
		invocation->count = (size_t)number;
		return true;
	case OPT_SINCE:
		line->since = true;
		return since_read(invocation, value);
	case OPT_WAIT:
		if (!number_read("--wait", value, WAIT_MAX_S, &number))
			return false;
		invocation->wait_ms = (int64_t)(number * 1000);
		return true;
	case OPT_REPLY_TO:
		if (!id_parse(value, &invocation->reply_to))
			return usage_error("--reply-to: %s is no id", value);
		return true;
	default:
		invocation->file = value;
		return true;
	}
}

/* ---- the command line ----------------------------------------------------- */

static const struct option_row *
row_of(int id)
{
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++)
		if (option_rows[i].id == id)
			return &option_rows[i];
	return NULL;
}

/* What getopt_long() wants, made from the table. `letters` begins with what
 * getopt is to do: + stops at the first word, : tells what misses its value. */
static void
getopt_tables(struct option longs[OPTION_COUNT + 1], char *letters)
{
	size_t count = 0;
	size_t i;

	letters += strlen(letters);
	for (i = 0; i < OPTION_COUNT; i++) {
		if (option_rows[i].name)
			longs[count++] = (struct option){ option_rows[i].name,
				option_rows[i].argument ? required_argument
							: no_argument,
				NULL, option_rows[i].id };
		if (option_rows[i].id >= 256)
			continue;
		*letters++ = (char)option_rows[i].id;
		if (option_rows[i].argument)
			*letters++ = ':';
	}
	*letters = '\0';
	longs[count] = (struct option){ 0 };
}

static bool
option_take(struct invocation *invocation, struct command_line *line, int id,
    const char *told)
{
	const struct option_row *row = row_of(id);
	bool *flag;

	if (id == ':')
		return usage_error("%s needs a value", told);
	if (!row)
		return usage_error("%s is no option", told);
	if (!(row->verbs & line->verb->bit))
		return usage_error("`%s` knows no %s", line->verb->name, told);
	flag = flag_of(invocation, line, id);
	if (flag)
		*flag = true;
	return flag || value_take(invocation, line, id, optarg);
}

/* One run over argv: up to the verb, or what stands behind it. */
static bool
options_take(struct invocation *invocation, struct command_line *line,
    const char *mode, int argc, char **argv)
{
	struct option longs[OPTION_COUNT + 1];
	char letters[OPTION_COUNT * 2 + 4];
	int id;

	snprintf(letters, sizeof(letters), "%s", mode);
	getopt_tables(longs, letters);
	opterr = 0;
	optind = 0; /* begin anew, with what the GNU version keeps */
	while ((id = getopt_long(argc, argv, letters, longs, NULL)) != -1)
		if (!option_take(invocation, line, id,
			argv[optind - 1] ? argv[optind - 1] : ""))
			return false;
	return true;
}

static const struct verb_row *
verb_find(const struct verb_row *rows, size_t row_count, const char *name)
{
	size_t i;

	for (i = 1; i < row_count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static bool
command_line_read(struct invocation *invocation, struct command_line *line,
    const struct verb_row *rows, size_t row_count, int argc, char **argv)
{
	int first;

	line->verb = &rows[0];
	if (!options_take(invocation, line, "+:", argc, argv))
		return false;
	first = optind;
	if (first == argc)
		return true;
	line->verb = verb_find(rows, row_count, argv[first]);
	if (!line->verb)
		return usage_error("there is no verb %s", argv[first]);
	if (invocation->channel_count > 0 &&
	    !(row_of('c')->verbs & line->verb->bit))
		return usage_error("`%s` knows no -c", line->verb->name);
	if (line->line || line->restricted)
		return usage_error("--line and --restricted go without a verb");
	/* The verb stands where the program's name does. */
	if (!options_take(invocation, line, ":", argc - first, argv + first))
		return false;
	invocation->words = argv + first + optind;
	invocation->word_count = (size_t)(argc - first - optind);
	if (invocation->word_count > line->verb->words_max)
		return usage_error("%s is too much", argv[argc - 1]);
	return true;
}

/* ---- all of it ------------------------------------------------------------ */

static bool
text_replace(char **field, const char *text)
{
	free(*field);
	*field = xstrdup(text);
	return true;
}

/* File and environment first, then what the command line says. */
static int
config_read(struct invocation *invocation, const struct command_line *line)
{
	struct client_config *config = &invocation->config;
	char cause[CAUSE_SIZE] = "";
	size_t i;

	if (!client_config_load(config, cause, sizeof(cause))) {
		verb_say("%s", cause);
		return EX_CONFIG;
	}
	for (i = 0; i < line->assignment_count; i++) {
		if (option_assign(client_config_table(), config,
			line->assignments[i], cause, sizeof(cause)))
			continue;
		verb_say("-o %s", cause);
		return EX_CONFIG;
	}
	if (line->server)
		text_replace(&config->server, line->server);
	if (line->user)
		text_replace(&config->user, line->user);
	if (line->verb->bit == VERB_BARE && invocation->channel_count > 0)
		text_replace(&config->channel,
		    invocation->channels[invocation->channel_count - 1]);
	config->line_mode = line->line;
	config->restricted = line->restricted;
	config->no_reconnect = line->no_reconnect;
	if (!address_resolve(config, &invocation->url, cause, sizeof(cause))) {
		verb_say("%s: %s", config->server, cause);
		return line->server || getenv("HUBBUB_SERVER") ? EX_USAGE
							       : EX_CONFIG;
	}
	return EX_OK;
}

static bool
combination_good(const struct invocation *invocation,
    const struct command_line *line)
{
	if (line->counted && line->since)
		return usage_error("-n and --since are two ways to begin");
	if (invocation->channel_count > 1 && line->verb->bit != VERB_TAIL)
		return usage_error("one -c is enough");
	return true;
}

const struct verb_row *
verb_options_read(struct invocation *invocation, const struct verb_row *rows,
    size_t row_count, int argc, char **argv, int *status)
{
	struct command_line line = { 0 };
	const struct verb_row *verb = NULL;

	memset(invocation, 0, sizeof(*invocation));
	client_config_init(&invocation->config);
	invocation->wait_ms = VERB_WAIT_MS;
	*status = EX_USAGE;
	if (!command_line_read(invocation, &line, rows, row_count, argc, argv))
		goto out;
	*status = EX_OK;
	if (line.version) {
		puts("hubbub " HUBBUB_VERSION);
		goto out;
	}
	if (line.help) {
		help_print(rows, row_count, line.verb);
		goto out;
	}
	*status = EX_USAGE;
	if (!combination_good(invocation, &line))
		goto out;
	if (invocation->from == FOLLOW_LIVE && invocation->count > 0)
		invocation->from = FOLLOW_COUNT;
	*status = config_read(invocation, &line);
	if (*status == EX_OK)
		verb = line.verb;
out:
	free(line.assignments);
	return verb;
}

void
verb_options_release(struct invocation *invocation)
{
	client_config_release(&invocation->config);
	free(invocation->channels);
	invocation->channels = NULL;
}

/*
 * Marks in a text. One pass from left to right: what a mark opens is taken whole,
 * marks within it mean nothing. A search for the end of a span that found none is
 * not made again on the same line, since a later start cannot find one either.
 */
#include "tui/markup.h"

#include <string.h>

#include "tui/style.h"

struct reader {
	const char *text;
	size_t len; /* of the text */
	size_t end; /* of the line */
	unsigned char *styles;
	bool any;
	bool open_ended[3]; /* no more ends of strong, emphasis, code here */
};

static const struct {
	char mark;
	enum style style;
	bool words; /* stands around whole words only */
} spans[] = {
	{ '*', STYLE_STRONG, true },
	{ '_', STYLE_EMPHASIS, true },
	{ '`', STYLE_CODE, false },
};

#define SPANS (sizeof(spans) / sizeof(spans[0]))

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Of a word: a mark beside it belongs to it. All beyond ASCII counts. */
static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool
starts(const struct reader *reader, size_t at, const char *with)
{
	size_t len = strlen(with);

	return reader->len - at >= len &&
	    memcmp(reader->text + at, with, len) == 0;
}

/* Gives bytes at..to a style; returns where reading goes on. */
static size_t
take(struct reader *reader, size_t at, size_t to, enum style style)
{
	memset(reader->styles + at, style, to - at);
	reader->any = true;
	return to;
}

/* What stands before `at`: a word begins there. */
static bool
word_begins(const struct reader *reader, size_t at)
{
	return at == 0 || !is_word(reader->text[at - 1]);
}

static bool
ends_span(const struct reader *reader, size_t at, bool words)
{
	const char *text = reader->text;

	return !words ||
	    (!is_blank(text[at - 1]) &&
		(at + 1 >= reader->end || !is_word(text[at + 1])));
}

/* The span that begins at a mark; returns where it ends, `at` where it is
 * none. */
static size_t
span(struct reader *reader, size_t at, size_t kind)
{
	const char *text = reader->text;
	char mark = spans[kind].mark;
	bool words = spans[kind].words;

	if (reader->open_ended[kind] || at + 2 >= reader->end ||
	    text[at + 1] == mark)
		return at;
	if (words && (!word_begins(reader, at) || is_blank(text[at + 1])))
		return at;
	for (size_t i = at + 2; i < reader->end; i++) {
		if (text[i] == mark && ends_span(reader, i, words))
			return take(reader, at, i + 1, spans[kind].style);
	}
	reader->open_ended[kind] = true;
	return at;
}

/* A link that begins here, without what ends the sentence around it; returns
 * where it ends, `at` where there is none. */
static size_t
link_at(struct reader *reader, size_t at)
{
	const char *text = reader->text;
	size_t scheme = starts(reader, at, "https://") ? 8
	    : starts(reader, at, "http://")	       ? 7
						       : 0;
	size_t end = at + scheme;
	bool bracket = false;

	if (scheme == 0 || !word_begins(reader, at))
		return at;
	while (end < reader->end && !is_blank(text[end]) &&
	    strchr("<>\"", text[end]) == NULL)
		bracket |= text[end++] == '(';
	while (end > at + scheme &&
	    strchr(bracket ? ".,;:!?'" : ".,;:!?')", text[end - 1]) != NULL)
		end--;
	return end == at + scheme ? at : take(reader, at, end, STYLE_LINK);
}

/* What begins at a byte within a line; returns where reading goes on. */
static size_t
inline_at(struct reader *reader, size_t at)
{
	for (size_t kind = 0; kind < SPANS; kind++) {
		if (reader->text[at] == spans[kind].mark) {
			size_t to = span(reader, at, kind);

			return to > at ? to : at + 1;
		}
	}
	if (reader->text[at] == 'h') {
		size_t to = link_at(reader, at);

		return to > at ? to : at + 1;
	}
	return at + 1;
}

static size_t
line_end(const struct reader *reader, size_t at)
{
	const char *newline = memchr(reader->text + at, '\n', reader->len - at);

	return newline == NULL ? reader->len : (size_t)(newline - reader->text);
}

/* The end of the block that the fence at `at` opens: behind the next fence, or
 * the end of the text. */
static size_t
block_end(const struct reader *reader, size_t at)
{
	for (size_t i = at + 3; i < reader->len; i++) {
		if (reader->text[i] == '`' && starts(reader, i, "```"))
			return i + 3;
	}
	return reader->len;
}

bool
markup_styles(const char *text, size_t len, unsigned char *styles)
{
	struct reader reader = { .text = text, .len = len, .styles = styles };
	size_t at = 0;

	memset(styles, STYLE_PLAIN, len);
	while (at < len) {
		bool begins = at == 0 || text[at - 1] == '\n';

		if (begins && starts(&reader, at, "```")) {
			at = take(&reader, at, block_end(&reader, at),
			    STYLE_CODE);
			continue;
		}
		reader.end = line_end(&reader, at);
		memset(reader.open_ended, 0, sizeof(reader.open_ended));
		if (begins && starts(&reader, at, "> "))
			at = take(&reader, at, reader.end, STYLE_QUOTE);
		while (at < reader.end)
			at = inline_at(&reader, at);
		at++;
	}
	return reader.any;
}

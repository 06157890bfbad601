/*
 * Forms of arguments. Owns how they are written; knows no app and no model.
 */
#include "tui/command_text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "shared/buf.h"
#include "shared/emoji.h"
#include "shared/xmalloc.h"

#define DIGITS "0123456789"
#define DURATION_MAX_S (3650LL * 86400)

bool
text_number(const char *text, size_t len, size_t *number)
{
	size_t value = 0;
	size_t i;

	if (len == 0 || len > TEXT_NUMBER_DIGITS || strspn(text, DIGITS) < len)
		return false;
	for (i = 0; i < len; i++)
		value = value * 10 + (size_t)(text[i] - '0');
	if (value == 0)
		return false;
	*number = value;
	return true;
}

bool
text_reaction(const char *line, size_t *number, bool *add, const char **emoji)
{
	size_t len = strspn(line, DIGITS);
	const char *rest = line + len;

	if ((*rest != '+' && *rest != '-') ||
	    !emoji_valid(rest + 1, strlen(rest + 1)) ||
	    !text_number(line, len, number))
		return false;
	*add = *rest == '+';
	*emoji = rest + 1;
	return true;
}

/* ---- corrections ---------------------------------------------------------- */

/* Takes what stands before the next slash off *at, and the slash. */
static bool
part_take(struct buf *out, const char **at)
{
	const char *p;

	for (p = *at; *p && *p != '/'; p++) {
		if (*p == '\\' && (p[1] == '/' || p[1] == '\\'))
			p++;
		buf_putc(out, *p);
	}
	if (*p != '/')
		return false;
	*at = p + 1;
	return true;
}

bool
text_change_parse(struct text_change *change, const char *line)
{
	struct buf old = BUF_INIT;
	struct buf fresh = BUF_INIT;
	const char *at = line + 2;

	if (strncmp(line, "s/", 2) != 0 || !part_take(&old, &at) ||
	    !part_take(&fresh, &at) || old.len == 0 ||
	    (*at && strcmp(at, "g") != 0)) {
		buf_release(&old);
		buf_release(&fresh);
		return false;
	}
	change->old = buf_detach(&old);
	change->fresh = buf_detach(&fresh);
	change->all = *at == 'g';
	return true;
}

void
text_change_release(struct text_change *change)
{
	free(change->old);
	free(change->fresh);
}

char *
text_change_apply(const struct text_change *change, const char *text)
{
	const char *found = strstr(text, change->old);
	struct buf out = BUF_INIT;

	if (!found)
		return NULL;
	do {
		buf_append(&out, text, (size_t)(found - text));
		buf_puts(&out, change->fresh);
		text = found + strlen(change->old);
		found = change->all ? strstr(text, change->old) : NULL;
	} while (found);
	buf_puts(&out, text);
	return buf_detach(&out);
}

/* ---- times ---------------------------------------------------------------- */

bool
text_duration(const char *text, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	size_t len = strspn(text, DIGITS);
	size_t number;
	size_t i;

	if (!text_number(text, len, &number) || !text[len] || text[len + 1])
		return false;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (units[i].unit != text[len])
			continue;
		if ((int64_t)number > DURATION_MAX_S / units[i].seconds)
			return false;
		*ms = (int64_t)number * units[i].seconds * 1000;
		return true;
	}
	return false;
}

bool
text_date(const char *text, int64_t *ms)
{
	struct tm tm = { .tm_isdst = -1 };
	struct tm again;
	const char *end = strptime(text, "%Y-%m-%d", &tm);
	time_t at;

	if (end && *end)
		end = strptime(end, " %H:%M", &tm);
	if (!end || *end)
		return false;
	again = tm;
	at = mktime(&again);
	/* The 31st of November would become another day. */
	if (again.tm_mday != tm.tm_mday || again.tm_mon != tm.tm_mon ||
	    again.tm_year != tm.tm_year || at < 0)
		return false;
	*ms = (int64_t)at * 1000;
	return true;
}

/* ---- links ---------------------------------------------------------------- */

static size_t
scheme_len(const char *text)
{
	if (strncasecmp(text, "https://", 8) == 0)
		return 8;
	return strncasecmp(text, "http://", 7) == 0 ? 7 : 0;
}

/* What stands behind a link more often than in it. A bracket belongs to it where
 * it was opened in it. */
static size_t
link_len(const char *text)
{
	size_t len = strcspn(text, " \t\n<>\"");
	char last;

	while (len > 0) {
		last = text[len - 1];
		if (!strchr(".,;:!?'*_`", last) &&
		    !(last == ')' && !memchr(text, '(', len)) &&
		    !(last == ']' && !memchr(text, '[', len)))
			break;
		len--;
	}
	return len;
}

char *
text_link(const char *text)
{
	size_t scheme;
	size_t len;

	for (; *text; text++) {
		scheme = scheme_len(text);
		if (scheme == 0)
			continue;
		len = link_len(text);
		if (len > scheme)
			return xstrndup(text, len);
	}
	return NULL;
}

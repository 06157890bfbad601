/*
 * Lists over the panes: the switcher, which goes to the channel whose name has
 * what one types, and the details of a message.
 */
#include "tui/tui_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static void
overlay_open(struct tui *tui, enum listing what)
{
	struct overlay_state *overlay = &tui->overlay;

	overlay->what = what;
	overlay->query[0] = '\0';
	overlay->chosen = what == LISTING_SWITCH ? 0 : -1;
	overlay->top = 0;
	buf_clear(&overlay->lines);
	buf_clear(&overlay->title);
}

void
tui_overlay_close(struct tui *tui)
{
	tui->overlay.what = LISTING_NONE;
}

/* -------------------------------------------------------------- switcher --- */

static bool
fits(const struct overlay_state *overlay, const struct channel *channel)
{
	return strcasestr(channel->name, overlay->query) != NULL;
}

/* Writes the list anew; returns how many fit. */
static int
switch_write(struct tui *tui)
{
	const struct model *model = app_model(tui->app);
	struct overlay_state *overlay = &tui->overlay;
	int count = 0;

	buf_clear(&overlay->title);
	buf_printf(&overlay->title, "switch to: %s", overlay->query);
	buf_clear(&overlay->lines);
	buf_puts(&overlay->lines, "");
	for (size_t i = 0; i < model->len; i++) {
		const struct channel *channel = model->channels[i];

		if (!fits(overlay, channel))
			continue;
		count++;
		buf_printf(&overlay->lines, "%2zu %s%s", i + 1,
		    channel->direct ? "" : "#", channel->name);
		if (channel->mentions > 0)
			buf_printf(&overlay->lines, "  @%" PRId64,
			    channel->mentions);
		else if (channel->unread > 0)
			buf_printf(&overlay->lines, "  %" PRId64,
			    channel->unread);
		buf_putc(&overlay->lines, '\n');
	}
	if (overlay->chosen >= count)
		overlay->chosen = count - 1;
	if (overlay->chosen < 0)
		overlay->chosen = 0;
	return count;
}

void
tui_switch_open(struct tui *tui)
{
	overlay_open(tui, LISTING_SWITCH);
	switch_write(tui);
}

static void
switch_go(struct tui *tui)
{
	const struct model *model = app_model(tui->app);
	int left = tui->overlay.chosen;

	for (size_t i = 0; i < model->len; i++) {
		if (fits(&tui->overlay, model->channels[i]) && left-- == 0) {
			tui_overlay_close(tui);
			tui_window_show(tui, model->channels[i]);
			return;
		}
	}
}

static void
query_add(struct overlay_state *overlay, const struct key *key)
{
	size_t len = strlen(overlay->query);

	if (len + key->len >= sizeof(overlay->query))
		return;
	memcpy(overlay->query + len, key->text, key->len);
	overlay->query[len + key->len] = '\0';
	overlay->chosen = 0;
}

static void
query_drop(struct overlay_state *overlay)
{
	size_t len = strlen(overlay->query);

	while (len > 0 && ((unsigned char)overlay->query[--len] & 0xc0) == 0x80)
		;
	overlay->query[len] = '\0';
	overlay->chosen = 0;
}

static void
switch_key(struct tui *tui, const struct key *key)
{
	struct overlay_state *overlay = &tui->overlay;

	switch (key->code) {
	case KEY_ENTER:
		switch_go(tui);
		return;
	case KEY_UP:
	case KEY_BACK_TAB:
	case 'p' | KEY_CTRL:
		overlay->chosen--;
		break;
	case KEY_DOWN:
	case KEY_TAB:
	case 'n' | KEY_CTRL:
		overlay->chosen++;
		break;
	case KEY_BACKSPACE:
	case 'h' | KEY_CTRL:
		query_drop(overlay);
		break;
	case 'u' | KEY_CTRL:
		overlay->query[0] = '\0';
		break;
	default:
		if (key->code < KEY_BASE && key->code >= ' ')
			query_add(overlay, key);
		break;
	}
	switch_write(tui);
}

/* --------------------------------------------------------------- details --- */

static void
put_time(struct buf *out, const char *name, int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	char text[64];

	if (ms == 0 || localtime_r(&seconds, &tm) == NULL)
		return;
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z", &tm);
	buf_printf(out, "%-10s%s\n", name, text);
}

static const char *
state_text(const struct channel *channel, const struct message *message)
{
	switch (message->state) {
	case MESSAGE_SENDING:
		return "on its way";
	case MESSAGE_FAILED:
		return message->error != NULL ? message->error : "refused";
	default:
		break;
	}
	if (message->id <= channel->seen_id)
		return "read by another member";
	if (message->id <= channel->delivered_id)
		return "at another member";
	return "stored";
}

/* Newlines part lines of the list. */
static void
put_line(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "%-10s", name);
	for (; *text != '\0'; text++)
		buf_putc(out, *text == '\n' ? ' ' : *text);
	buf_putc(out, '\n');
}

static void
put_person(struct buf *out, const struct person *person)
{
	buf_printf(out, "%-10s%s", "from", person_name(person));
	if (person->display_name != NULL)
		buf_printf(out, " (%s)", person->display_name);
	buf_printf(out, ", id %" PRId64 "\n", person->id);
}

void
tui_details_open(struct tui *tui, const struct channel *channel,
    const struct message *message)
{
	struct buf *out = &tui->overlay.lines;

	overlay_open(tui, LISTING_DETAILS);
	buf_puts(&tui->overlay.title, "details");
	put_person(out, &message->author);
	if (message->id != 0)
		buf_printf(out, "%-10s%" PRId64 "\n", "id", message->id);
	put_time(out, "sent", message->created_ms);
	put_time(out, "edited", message->edited_ms);
	put_time(out, "deleted", message->deleted_ms);
	put_time(out, "pinned", message->pinned_ms);
	put_line(out, "state", state_text(channel, message));
	if (message->parent_id != 0)
		buf_printf(out, "%-10s%" PRId64 "\n", "reply to",
		    message->parent_id);
	if (message->reply_count > 0)
		buf_printf(out, "%-10s%" PRId64 "\n", "replies",
		    message->reply_count);
	put_time(out, "last reply", message->last_reply_ms);
	for (size_t i = 0; i < message->reaction_len; i++) {
		const struct reaction *reaction = &message->reactions[i];

		buf_printf(out, "%-10s%s %" PRId64 "%s\n",
		    i == 0 ? "reactions" : "", reaction->emoji, reaction->count,
		    reaction->mine ? ", yours too" : "");
	}
	if (message->deleted_ms == 0)
		put_line(out, "text", message->text);
}

static void
details_key(struct tui *tui, const struct key *key)
{
	switch (key->code) {
	case KEY_UP:
	case 'k':
		if (tui->overlay.top > 0)
			tui->overlay.top--;
		break;
	case KEY_DOWN:
	case 'j':
		tui->overlay.top++;
		break;
	default:
		tui_overlay_close(tui);
		break;
	}
}

const struct overlay *
tui_overlay(struct tui *tui)
{
	struct overlay_state *state = &tui->overlay;
	bool choice = state->what == LISTING_SWITCH;

	if (state->what == LISTING_NONE)
		return NULL;
	state->drawn = (struct overlay){ .title = state->title.data,
		.lines = state->lines.data,
		.chosen = state->chosen,
		.top = state->top,
		.hint = choice ? "type a part of the name; Enter goes, Esc "
				 "closes"
			       : "j and k scroll, any other key closes" };
	return &state->drawn;
}

/* ------------------------------------------------------------------ keys --- */

void
tui_overlay_key(struct tui *tui, const struct key *key)
{
	if (key->code == KEY_ESCAPE || key->code == ('c' | KEY_CTRL) ||
	    key->code == ('g' | KEY_CTRL))
		tui_overlay_close(tui);
	else if (key->code == ('l' | KEY_CTRL))
		tui->whole = true;
	else if (tui->overlay.what == LISTING_SWITCH)
		switch_key(tui, key);
	else
		details_key(tui, key);
}

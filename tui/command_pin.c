/*
 * Commands about threads and pins. In line mode, which has no panes, a thread is
 * told as lines.
 */
#include "tui/command_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"
#include "tui/app_state.h"

/* ---- threads -------------------------------------------------------------- */

static void
replies_came(struct app *app, const json_t *body, const char *text)
{
	(void)text;
	command_page(app, body, "there are no replies to it yet");
}

static void
thread_show(struct app *app, const struct target *target, const char *text)
{
	int64_t id = target->parent_id != 0 ? target->parent_id : target->id;
	char *path;

	(void)text;
	if (!app->face.no_window) {
		app_thread_open(app, target->channel, id);
		return;
	}
	path = xasprintf("/v1/messages/%" PRId64 "/replies?limit=200", id);
	command_request(app, "GET", path, NULL, "/thread", replies_came, NULL);
	free(path);
}

void
command_thread(struct app *app, const char *arguments)
{
	char *word = command_word(&arguments);

	if (*arguments)
		app_complain(app, "/thread [N|ID]: one message at a time");
	else if (!word && app->model->thread)
		app_thread_close(app);
	else
		command_target(app, "/thread", word, TARGET_THREAD, NULL,
		    thread_show);
	free(word);
}

/* ---- pins ----------------------------------------------------------------- */

static void
pins_came(struct app *app, const json_t *body, const char *text)
{
	(void)text;
	command_page(app, body, "nothing is pinned here");
}

static void
pins_list(struct app *app)
{
	char *path;

	if (!app->model->current) {
		app_complain(app, "/pin: no channel");
		return;
	}
	path = xasprintf("/v1/channels/%" PRId64 "/pins",
	    app->model->current->id);
	command_request(app, "GET", path, NULL, "/pin", pins_came, NULL);
	free(path);
}

static void
pin_it(struct app *app, const struct target *target, const char *text)
{
	if (target->deleted)
		app_complain(app, "/pin: that message was deleted");
	else
		app_pin(app, target->channel, target->id, *text != '\0');
}

void
command_pin(struct app *app, const char *arguments)
{
	char *word = command_word(&arguments);
	bool off = word && strcmp(word, "off") == 0;

	if (off) {
		free(word);
		word = command_word(&arguments);
	}
	if (*arguments)
		app_complain(app, "/pin [off] N|ID: one message at a time");
	else if (word && (off || strcmp(word, "list") != 0))
		command_target(app, "/pin", word, TARGET_NAMED,
		    xstrdup(off ? "" : "on"), pin_it);
	else if (off)
		app_complain(app, "/pin off N|ID: which message?");
	else
		pins_list(app);
	free(word);
}

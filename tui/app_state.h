/*
 * The inside of the app, for app*.c and command*.c only.
 */
#ifndef TUI_APP_STATE_H
#define TUI_APP_STATE_H

#include <event2/event.h>
#include <jansson.h>

#include "shared/buf.h"
#include "tui/app.h"
#include "tui/link.h"
#include "tui/outbox.h"
#include "tui/reduce.h"

enum line_kind { LINE_SAY, LINE_COMPLAIN };

/* A line for the person that waits for the loop. */
struct app_line {
	enum line_kind kind;
	char *text;
};

struct app {
	struct event_base *base;
	const struct client_config *config;
	struct app_face face;
	struct link *link;
	struct model *model;
	struct outbox outbox;

	struct event *tell;   /* the face, out of its own call */
	struct event *resync; /* a sync that had to wait */
	bool changed, was_outstanding, switched;
	struct app_line *lines;
	size_t line_count;

	bool syncing, sync_again, loading_members;
	bool begun;	     /* the first channel was chosen */
	json_t *established; /* of the present connection */
	size_t commands;     /* typed, and not answered */
	uint64_t progress;
	unsigned int refusals;
	int status; /* to end with */
};

/* app.c */
void app_touch(struct app *app);
/* A zero result that tells the face what arrives. */
struct reduce_out app_out(struct app *app);
/* What is to follow from a reduction. */
void app_follow(struct app *app, const struct reduce_out *out);
void app_say(struct app *app, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void app_complain(struct app *app, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Something typed waits for an answer, or has it. */
void app_command_begin(struct app *app);
void app_command_end(struct app *app);

/* app_load.c: syncs, pages, members. */
void app_sync(struct app *app);
/* What the current channel lacks. */
void app_load_current(struct app *app);
void app_load_newest(struct app *app, const struct channel *channel);
void app_load_members(struct app *app, const struct channel *channel);
void app_begin(struct app *app);

#endif

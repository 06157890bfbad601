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

/* The newest message that came of a channel, and that the server is to know. */
struct app_delivery {
	int64_t channel_id, message_id;
};

/* What is told while it lasts: of app_live.c. */
struct app_live {
	struct event *expire;	 /* typists are to be forgotten */
	struct event *deliver;	 /* deliveries are to be told */
	struct event *subscribe; /* other people are wanted */
	struct event *typed;	 /* one has not typed for a while */
	struct app_delivery *deliveries;
	size_t delivery_len;
	int64_t delivered_ms; /* monotonic: told last */
	int64_t *watched;     /* sorted */
	size_t watched_len;
	int64_t typing_channel_id; /* 0: not typing */
	int64_t typing_parent_id;
	int64_t typing_ms; /* monotonic: told last */
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
	struct app_live live;
	struct app_cache *cache; /* NULL: nothing is kept */
	bool begun;		 /* the first channel was chosen */
	json_t *established;	 /* of the present connection */
	size_t commands;	 /* typed, and not answered */
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
/* An id as the protocol writes it. */
json_t *app_id_json(int64_t id);
/* Something typed waits for an answer, or has it. */
void app_command_begin(struct app *app);
void app_command_end(struct app *app);

/* app_live.c: what lasts for a while only, and marks. */
void app_live_init(struct app *app);
void app_live_release(struct app *app);
/* The link is synced, or was lost. */
void app_live_up(struct app *app);
void app_live_down(struct app *app);
/* The model changed: somebody may be writing. */
void app_live_follow(struct app *app);
/* A message came. */
void app_delivered(struct app *app, const struct channel *channel,
    const struct message *message);
/* A message went out, which says that one has done typing. */
void app_typed(struct app *app);

/* app_cache.c: what is kept between two runs; does nothing for a face without a
 * window. */
/* Opens it, and puts what it has into the model. */
void app_cache_init(struct app *app);
/* What was to be sent is to be sent again. */
void app_cache_resend(struct app *app);
/* Saves and closes. */
void app_cache_release(struct app *app);
/* Who we are is known, before the model knows: another history, or somebody
 * else's, is dropped. */
void app_cache_up(struct app *app, const json_t *established);
/* The model changed. */
void app_cache_soon(struct app *app);
/* The window of a channel that cannot be asked for now. */
void app_cache_window(struct app *app, struct channel *channel);
/* The newest item of the outbox is kept until it is answered. */
void app_cache_queued(struct app *app);
void app_cache_answered(struct app *app, const struct outbox_item *item);

/* app_load.c: syncs, pages, members. */
/* The window that a face means: the open thread, or the channel; NULL where it
 * is gone. */
struct channel *app_window(const struct app *app,
    const struct channel *channel);
void app_sync(struct app *app);
/* What the current channel lacks. */
void app_load_current(struct app *app);
void app_load_newest(struct app *app, const struct channel *channel);
/* The page about a message, into a window that is dropped. */
void app_load_around(struct app *app, struct channel *channel,
    int64_t message_id);
/* The message that the open thread hangs on. */
void app_load_head(struct app *app);
void app_load_members(struct app *app, const struct channel *channel);
void app_begin(struct app *app);

#endif

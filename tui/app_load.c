/*
 * What the app asks the server for: syncs, pages of messages, members. One of
 * each at a time.
 */
#include "tui/app_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/xmalloc.h"
#include "tui/command_private.h"

#define PAGE_SIZE 100 /* messages */
#define MEMBERS_PAGE 200
#define MEMBERS_MAX 5000 /* of a channel that are kept */
#define PATH_SIZE 160
#define RETRY_MS 1000
#define AGAIN_MS 100 /* between two syncs on one connection */

/* ---- the first channel ---------------------------------------------------- */

void
app_load_current(struct app *app)
{
	const struct channel *channel = app->model->current;

	if (!channel || app->face.no_window)
		return;
	if (!channel->loaded)
		app_load_newest(app, channel);
	if (app->model->thread && !app->model->thread->loaded)
		app_load_newest(app, app->model->thread);
	if (!channel->members_loaded && !app->loading_members)
		app_load_members(app, channel);
}

/* The one that everybody is in, else the first. */
static const struct channel *
channel_choose(const struct model *model)
{
	const struct channel *channel = model_channel_named(model, "#general");

	return channel || model->len == 0 ? channel : model->channels[0];
}

static void
begin_named(struct app *app, const char *name)
{
	const struct channel *channel = model_channel_named(app->model, name);

	if (channel)
		app_switch(app, channel);
	else if (!app->face.no_choice)
		command_join_channel(app, name);
}

void
app_begin(struct app *app)
{
	const struct channel *channel;
	bool first = !app->begun;

	app->begun = true;
	if (first && app->config->channel)
		begin_named(app, app->config->channel);
	if (!app->model->current && !app->face.no_choice) {
		channel = channel_choose(app->model);
		if (channel)
			app_switch(app, channel);
	}
	app_load_current(app);
}

/* ---- sync ----------------------------------------------------------------- */

static void
sync_retry(struct app *app, int64_t ms)
{
	struct timeval pause;

	if (ms <= 0)
		ms = RETRY_MS;
	pause = (struct timeval){ ms / 1000, ms % 1000 * 1000 };
	evtimer_add(app->resync, &pause);
}

static void
synced(void *arg, const struct link_answer *answer)
{
	struct app *app = arg;
	struct reduce_out out = app_out(app);

	app->syncing = false;
	if (!answer->code && !answer->result)
		return;
	if (answer->code) {
		/* Held events wait for it, so it must come through. */
		app_say(app, "sync: %s", answer->message);
		sync_retry(app, answer->retry_after_ms);
		return;
	}
	reduce_synced(app->model, &out);
	if (app->model->link != MODEL_CONNECTED)
		app_live_up(app);
	reduce_link(app->model, MODEL_CONNECTED, 0, NULL);
	app_begin(app);
	outbox_up(&app->outbox, app->established);
	/* More was missed meanwhile. */
	if (app->sync_again || out.sync)
		sync_retry(app, AGAIN_MS);
	app->sync_again = false;
	out.sync = false;
	app_follow(app, &out);
}

void
app_sync(struct app *app)
{
	json_t *fields;

	if (app->syncing) {
		app->sync_again = true;
		return;
	}
	fields = json_object();
	json_object_set_new(fields, "channels", reduce_sync_map(app->model));
	app->syncing = link_command(app->link, "sync", fields, synced, app) !=
	    0;
}

/* ---- pages ---------------------------------------------------------------- */

struct load {
	struct app *app;
	int64_t channel_id, parent_id;
	enum reduce_page page;
	int64_t cursor;
	uint32_t generation;
	size_t count; /* of members so far */
};

static struct load *
load_new(struct app *app, const struct channel *channel)
{
	struct load *load = xcalloc(1, sizeof(*load));

	load->app = app;
	load->channel_id = channel->id;
	load->parent_id = channel->parent_id;
	load->generation = channel->generation;
	return load;
}

struct channel *
app_window(const struct app *app, const struct channel *channel)
{
	struct channel *thread = app->model->thread;

	if (channel->parent_id == 0)
		return model_channel(app->model, channel->id);
	return thread && thread->id == channel->id &&
		thread->parent_id == channel->parent_id
	    ? thread
	    : NULL;
}

/* The window that asked, where it is still the same. */
static struct channel *
load_window(const struct load *load)
{
	const struct channel asked = { .id = load->channel_id,
		.parent_id = load->parent_id };

	return app_window(load->app, &asked);
}

/* What the newest page tells beside its messages. */
static void
newest_came(struct app *app, struct channel *channel, const json_t *body)
{
	size_t i;

	if (channel->parent_id != 0)
		return;
	reduce_receipts(app->model, channel,
	    json_object_get(body, "read_receipts"));
	for (i = 0; i < channel->len; i++)
		app_delivered(app, channel, channel->messages[i]);
}

static void
page_came(void *arg, const struct rest_answer *answer)
{
	struct load *load = arg;
	struct app *app = load->app;
	struct channel *channel = load_window(load);
	const json_t *messages = json_object_get(answer->body, "messages");
	bool good = answer->status == 200 && messages;

	if (channel && load->page == PAGE_AROUND)
		reduce_page_around(app->model, channel, load->cursor,
		    load->generation, good ? answer->body : NULL);
	else if (channel)
		reduce_page(app->model, channel, load->page, load->cursor,
		    load->generation, good ? messages : NULL,
		    json_in_bool(answer->body, "has_more", false));
	if (channel && good && load->page == PAGE_NEWEST)
		newest_came(app, channel, answer->body);
	if (!good && link_state(app->link) == LINK_UP)
		app_say(app, "messages could not be loaded: %s",
		    answer->message);
	if (!good && channel && load->page == PAGE_AROUND &&
	    link_state(app->link) == LINK_UP)
		app_load_newest(app, channel);
	/* There is no such message any more. */
	if (channel && channel->parent_id != 0 &&
	    (answer->status == 404 || answer->status == 403))
		reduce_thread_close(app->model);
	free(load);
	app_touch(app);
}

/* A thread is read from its beginning where no end is named. */
static int64_t
cursor_of(const struct channel *channel, enum reduce_page *page, int64_t cursor)
{
	if (*page != PAGE_NEWEST || channel->parent_id == 0)
		return cursor;
	*page = PAGE_BEFORE;
	return INT64_MAX;
}

static char *
page_path(const struct channel *channel, enum reduce_page page, int64_t cursor)
{
	static const char *const sides[] = { [PAGE_NEWEST] = "",
		[PAGE_BEFORE] = "&before=",
		[PAGE_AFTER] = "&after=",
		[PAGE_AROUND] = "&around=" };
	bool thread = channel->parent_id != 0;
	char id[24] = "";

	cursor = cursor_of(channel, &page, cursor);
	if (page != PAGE_NEWEST)
		snprintf(id, sizeof(id), "%lld", (long long)cursor);
	return xasprintf("/v1/%s/%lld/%s?limit=%d%s%s",
	    thread ? "messages" : "channels",
	    (long long)(thread ? channel->parent_id : channel->id),
	    thread ? "replies" : "messages", PAGE_SIZE, sides[page], id);
}

static void
page_load(struct app *app, struct channel *channel, enum reduce_page page,
    int64_t cursor)
{
	struct load *load = load_new(app, channel);
	char *path = page_path(channel, page, cursor);

	load->page = page;
	load->cursor = cursor;
	reduce_page_wanted(channel, page);
	rest_call(link_rest(app->link), "GET", path, NULL, 0, page_came, load);
	free(path);
	app_touch(app);
}

void
app_load_around(struct app *app, struct channel *channel, int64_t message_id)
{
	page_load(app, channel, PAGE_AROUND, message_id);
}

static void
head_came(void *arg, const struct rest_answer *answer)
{
	struct app *app = arg;

	if (answer->status == 200)
		reduce_thread_head(app->model,
		    json_object_get(answer->body, "message"));
	app_touch(app);
}

void
app_load_head(struct app *app)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/v1/messages/%lld",
	    (long long)app->model->thread->parent_id);
	rest_call(link_rest(app->link), "GET", path, NULL, 0, head_came, app);
}

void
app_load_newest(struct app *app, const struct channel *channel)
{
	struct channel *target = app_window(app, channel);

	if (target && !target->loading_before)
		page_load(app, target, PAGE_NEWEST, 0);
}

void
app_want_before(struct app *app, const struct channel *channel)
{
	struct channel *target = app_window(app, channel);
	int64_t cursor = target ? channel_first_id(target) : 0;

	if (!target || !target->loaded || target->at_start || cursor == 0 ||
	    target->loading_before)
		return;
	page_load(app, target, PAGE_BEFORE, cursor);
}

void
app_want_after(struct app *app, const struct channel *channel)
{
	struct channel *target = app_window(app, channel);
	int64_t cursor = target ? channel_last_id(target) : 0;

	if (!target || !target->loaded || target->at_end || cursor == 0 ||
	    target->loading_after)
		return;
	page_load(app, target, PAGE_AFTER, cursor);
}

void
app_to_bottom(struct app *app, const struct channel *channel)
{
	struct channel *target = app_window(app, channel);

	if (!target)
		return;
	if (!target->loaded || !target->at_end) {
		reduce_drop(app->model, target);
		app_load_newest(app, target);
	}
	reduce_anchor(app->model, target, (struct anchor){ .bottom = true });
	app_touch(app);
}

/* ---- members -------------------------------------------------------------- */

static void members_ask(struct load *load);

/* The cursor is the last one's id. */
static int64_t
last_member_id(const json_t *members)
{
	const json_t *last = json_array_get(members,
	    json_array_size(members) - 1);

	return json_in_id(json_object_get(last, "user"), "id");
}

static void
members_came(void *arg, const struct rest_answer *answer)
{
	struct load *load = arg;
	struct app *app = load->app;
	struct channel *channel = model_channel(app->model, load->channel_id);
	const json_t *members = json_object_get(answer->body, "members");
	bool more = json_in_bool(answer->body, "has_more", false);
	bool first = load->count == 0;

	app->loading_members = false;
	if (!channel || answer->status != 200 || !members) {
		free(load);
		return;
	}
	load->count += json_array_size(members);
	load->cursor = last_member_id(members);
	more = more && load->cursor != 0 && load->count < MEMBERS_MAX;
	reduce_members(app->model, channel, members, first, !more);
	app_touch(app);
	if (more)
		members_ask(load);
	else
		free(load);
}

static void
members_ask(struct load *load)
{
	char path[PATH_SIZE];
	char after[40] = "";

	if (load->cursor != 0)
		snprintf(after, sizeof(after), "&after=%lld",
		    (long long)load->cursor);
	snprintf(path, sizeof(path), "/v1/channels/%lld/members?limit=%d%s",
	    (long long)load->channel_id, MEMBERS_PAGE, after);
	load->app->loading_members = true;
	rest_call(link_rest(load->app->link), "GET", path, NULL, 0,
	    members_came, load);
}

void
app_load_members(struct app *app, const struct channel *channel)
{
	members_ask(load_new(app, channel));
}

/*
 * The client between its faces and the server: owns the model and the link,
 * turns what a person does into requests and what comes back into actions for
 * the reducer. The full screen and line mode are faces of it; both get the same
 * calls. One thread, one event base.
 */
#ifndef TUI_APP_H
#define TUI_APP_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "tui/config.h"
#include "tui/model.h"

struct app;
struct link;

/* What a face is told. Called from the event loop, never inside a call of the
 * face into the app. Any may be NULL. */
struct app_face {
	void *arg;
	/* Something in the model changed: draw when it suits. */
	void (*changed)(void *arg);
	/* A message, event line or local line was added at the live end of a
	 * channel (line mode prints it). */
	void (*arrived)(void *arg, const struct channel *channel,
	    const struct message *message);
	/* A line for the person that belongs to no channel: errors of commands,
	 * notices, link state. */
	void (*say)(void *arg, const char *line);
	/* Ring the bell: a mention or a direct message came. */
	void (*bell)(void *arg);
	/* The program is to end with this exit code. */
	void (*quit)(void *arg, int status);
	/* Like say, where something did not work: a command that there is not, a
	 * message that was refused. NULL: say is told. */
	void (*complain)(void *arg, const char *line);
	/* Nothing that was typed waits for an answer any more. */
	void (*settled)(void *arg);
	/* Another channel is the current one. */
	void (*switched)(void *arg, const struct channel *channel);
	/* Put the text into the clipboard; may be told within app_input(). NULL:
	 * there is none. */
	void (*copy)(void *arg, const char *text);
	/* There is no window: local lines go to say, no pages are loaded. */
	bool no_window;
	/* Begin in the channel that was named, where we are in it, or in none. */
	bool no_choice;
};

/* Connects at once. `config` and `face` are borrowed. `password` asks for nothing:
 * without a token and without the Unix socket the app says what to do and quits
 * with 77. */
struct app *app_new(struct event_base *base, const struct client_config *config,
    const struct app_face *face);
void app_free(struct app *app);

const struct model *app_model(const struct app *app);
struct event_base *app_base(const struct app *app);

/* Takes a line as typed: a command behind a slash, "//…" a message that begins
 * with a slash, anything else a message to the current channel. */
void app_input(struct app *app, const char *line);

/* A message to the current channel, whatever it begins with; without a channel
 * that is complained of. */
void app_talk(struct app *app, const char *text);

/* Sends text to a channel as it is: shows it at once, sends it when it can. */
void app_send(struct app *app, const struct channel *channel, const char *text);

/* Sends a reply to message `parent_id`; with `in_channel` it shows in the
 * channel's own history too. Shown at once as app_send() does. */
void app_reply(struct app *app, const struct channel *channel,
    int64_t parent_id, bool in_channel, const char *text);

/* What one does to a message of the channel; a refusal is complained of. A
 * command of app_command_begin(): it counts as outstanding. Needs the link. */
void app_edit(struct app *app, const struct channel *channel,
    int64_t message_id, const char *text);
void app_delete(struct app *app, const struct channel *channel,
    int64_t message_id);
void app_react(struct app *app, const struct channel *channel,
    int64_t message_id, const char *emoji, bool add);
void app_pin(struct app *app, const struct channel *channel, int64_t message_id,
    bool pinned);

/* Sends a failed message again; its key. */
void app_retry(struct app *app, const struct channel *channel, uint64_t key);

/* Opens the thread of a message (model->thread) and loads it; closes it. */
void app_thread_open(struct app *app, const struct channel *channel,
    int64_t message_id);
void app_thread_close(struct app *app);

/* Shows the message in its channel: where the window does not hold it, the
 * window is loaded anew around it. The anchor is then at that message. */
void app_goto(struct app *app, const struct channel *channel,
    int64_t message_id);

/* The person types in the channel (or, parent_id not 0, in a thread): told to
 * the others at most once in 2 s, and ended after 3 s without another call or
 * with app_typing_stop(). */
void app_typing(struct app *app, const struct channel *channel,
    int64_t parent_id);
void app_typing_stop(struct app *app);

/* "online", "away" or "dnd", with a status text or NULL. */
void app_presence(struct app *app, const char *status, const char *text);

/* The people on the screen, whose presence is wanted; at most 500 count. Cheap
 * where they are the same as before. */
void app_watch(struct app *app, const int64_t *user_ids, size_t count);

/* Makes a channel the current one (loads its first page and members if needed,
 * moves the new-messages line). */
void app_switch(struct app *app, const struct channel *channel);

/* The view's anchor moved; it is kept in the model. */
void app_set_anchor(struct app *app, const struct channel *channel,
    struct anchor anchor);

/* The view is near the top (or, scrolled back, near the end) of the window:
 * asks for the next page once. */
void app_want_before(struct app *app, const struct channel *channel);
void app_want_after(struct app *app, const struct channel *channel);

/* Back to the newest messages: drops a window that does not reach the end and
 * loads the newest page. */
void app_to_bottom(struct app *app, const struct channel *channel);

/* The person saw everything at the bottom of the channel and touched a key. */
void app_mark_read(struct app *app, const struct channel *channel);

/* Adds a local line to the current channel (command output). */
void app_print(struct app *app, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The program is to end; the link is closed properly first. */
void app_quit(struct app *app, int status);

/* The link, for a face that listens to the events themselves. */
struct link *app_link(struct app *app);

/* What was typed and waits for an answer: messages and commands. */
size_t app_outstanding(const struct app *app);

/* Grows with every answer to something typed. */
uint64_t app_progress(const struct app *app);

/* Monotonic milliseconds before which nothing is sent: the server wants us
 * slower. May lie in the past. */
int64_t app_hold_ms(const struct app *app);

/* How much of what was typed did not work. */
unsigned int app_refusals(const struct app *app);

/* Redraw everything (^L, /window …): faces that care set it in changed. */

#endif

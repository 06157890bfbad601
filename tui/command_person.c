/*
 * Commands about people: to talk with one, to be called something, to ask who
 * somebody is.
 */
#include "tui/command_private.h"

#include <stdlib.h>
#include <string.h>

#include "shared/json_in.h"
#include "shared/url.h"
#include "shared/xmalloc.h"
#include "tui/app_state.h"

static const char *
bare_name(const char *name)
{
	return *name == '@' ? name + 1 : name;
}

void
command_user(struct app *app, const char *name, const char *what,
    void (*done)(struct app *app, const json_t *body, const char *text),
    char *text)
{
	struct buf path = BUF_INIT;

	buf_puts(&path, "/v1/users/@");
	url_encode(&path, bare_name(name), strlen(bare_name(name)));
	command_request(app, "GET", path.data, NULL, what, done, text);
	buf_release(&path);
}

/* ---- /msg and /query ------------------------------------------------------ */

/* What is to be done in the direct channel travels as one text: whether to go
 * there, then what to say there, which may be nothing. */
#define GO 'g'
#define STAY 's'

static void
direct_use(struct app *app, struct channel *channel, const char *text)
{
	if (text[0] == GO)
		app_switch(app, channel);
	app_send(app, channel, text + 1);
	app_touch(app);
}

static void
direct_came(struct app *app, const json_t *body, const char *text)
{
	struct channel *channel = reduce_channel(app->model,
	    json_object_get(body, "channel"));

	if (channel)
		direct_use(app, channel, text);
	else
		app_complain(app, "the server's answer has no channel");
}

static void
peer_came(struct app *app, const json_t *body, const char *text)
{
	const char *id = json_in_string(json_object_get(body, "user"), "id");

	if (!id) {
		app_complain(app, "the server's answer has no user");
		return;
	}
	command_request(app, "POST", "/v1/channels",
	    json_pack("{s:s, s:[s]}", "type", "direct", "members", id),
	    text[0] == GO ? "/query" : "/msg", direct_came, xstrdup(text));
}

static void
direct_open(struct app *app, const char *name, char how, const char *said)
{
	char *text = xasprintf("%c%s", how, said);
	char *marked = xasprintf("@%s", bare_name(name));
	struct channel *channel = model_channel_named(app->model, marked);

	if (channel) {
		direct_use(app, channel, text);
		free(text);
	} else {
		command_user(app, name, how == GO ? "/query" : "/msg",
		    peer_came, text);
	}
	free(marked);
}

void
command_msg(struct app *app, const char *arguments)
{
	char *name = command_word(&arguments);
	const struct channel *channel;

	if (!name || !*arguments) {
		app_complain(app, "/msg NICK|#CHANNEL TEXT: %s",
		    name ? "what?" : "to whom?");
	} else if (*name == '#') {
		channel = model_channel_named(app->model, name);
		if (channel)
			app_send(app, channel, arguments);
		else
			app_complain(app, "/msg: you are not in %s", name);
	} else {
		direct_open(app, name, STAY, arguments);
	}
	free(name);
}

void
command_query(struct app *app, const char *arguments)
{
	char *name = command_word(&arguments);

	if (name)
		direct_open(app, name, GO, arguments);
	else
		app_complain(app, "/query NICK: with whom?");
	free(name);
}

/* ---- /nick and /whois ----------------------------------------------------- */

static void
nick_set(struct app *app, const json_t *body, const char *text)
{
	const char *name = json_in_string(json_object_get(body, "user"),
	    "display_name");

	(void)text;
	app_print(app, "you are shown as %s", name ? name : "your username");
}

void
command_nick(struct app *app, const char *arguments)
{
	if (!*arguments) {
		app_complain(app, "/nick NAME: which one?");
		return;
	}
	command_request(app, "PATCH", "/v1/me",
	    json_pack("{s:s}", "display_name", arguments), "/nick", nick_set,
	    NULL);
}

static void
user_came(struct app *app, const json_t *body, const char *text)
{
	const json_t *user = json_object_get(body, "user");
	const char *name = json_in_string(user, "username");
	const char *display = json_in_string(user, "display_name");
	const char *role = json_in_string(user, "role");
	const char *since = json_in_string(user, "created_at");
	const char *status = json_in_string(user, "status_text");

	(void)text;
	app_print(app, "%s%s%s%s: %s, since %.10s%s%s", name ? name : "?",
	    display ? " (" : "", display ? display : "", display ? ")" : "",
	    role ? role : "user", since ? since : "?", status ? ", " : "",
	    status ? status : "");
}

void
command_whois(struct app *app, const char *arguments)
{
	char *name = command_word(&arguments);

	if (name)
		command_user(app, name, "/whois", user_came, NULL);
	else
		app_complain(app, "/whois NICK: who?");
	free(name);
}

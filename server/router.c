/*
 * The router: a flat array of the features' rows, looked up by WebSocket type or
 * by path. The most literal path wins (/v1/channels/public before
 * /v1/channels/:channel_id).
 */
#include "server/router.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/access.h"
#include "server/args.h"
#include "server/server.h"
#include "shared/url.h"
#include "shared/xmalloc.h"

struct router {
	const struct op **ops; /* sorted by name */
	size_t count;
};

static int
op_compare(const void *a, const void *b)
{
	const struct op *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

struct router *
router_new(const struct feature *features)
{
	struct router *router = xcalloc(1, sizeof(*router));
	const struct feature *feature;
	const struct op *op;

	for (feature = features; feature->name != NULL; feature++)
		for (op = feature->ops; op->name != NULL; op++) {
			router->ops = xreallocarray(router->ops,
			    router->count + 1, sizeof(*router->ops));
			router->ops[router->count++] = op;
		}
	qsort(router->ops, router->count, sizeof(*router->ops), op_compare);
	for (size_t i = 1; i < router->count; i++)
		assert(op_compare(&router->ops[i - 1], &router->ops[i]) != 0);
	return router;
}

void
router_free(struct router *router)
{
	if (router == NULL)
		return;
	free(router->ops);
	free(router);
}

const struct op *
router_find(const struct router *router, const char *type)
{
	struct op wanted = { .name = type };
	const struct op *key = &wanted;
	const struct op **found = bsearch(&key, router->ops, router->count,
	    sizeof(*router->ops), op_compare);

	return found != NULL && ((*found)->doors & DOOR_WS) ? *found : NULL;
}

/* The next segment of a path: *rest stands behind the slash that ends it. */
static struct span
segment_next(const char **rest, const char *end)
{
	struct span segment = { *rest, 0 };
	const char *slash = memchr(*rest, '/', (size_t)(end - *rest));

	segment.len = (size_t)((slash != NULL ? slash : end) - *rest);
	*rest = slash != NULL ? slash + 1 : end + 1;
	return segment;
}

/* Literal segments that match, plus one; 0 where the path does not match. */
static unsigned int
path_match(const char *pattern, struct span path)
{
	const char *want = pattern, *want_end = pattern + strlen(pattern);
	const char *have = path.data, *have_end = path.data + path.len;
	unsigned int literal = 1;

	while (want <= want_end && have <= have_end) {
		struct span w = segment_next(&want, want_end);
		struct span h = segment_next(&have, have_end);

		if (w.len > 0 && *w.data == ':') {
			if (h.len == 0)
				return 0;
		} else if (w.len == h.len && memcmp(w.data, h.data, w.len) == 0)
			literal++;
		else
			return 0;
	}
	return want > want_end && have > have_end ? literal : 0;
}

/* Puts one decoded text into the arguments; false on bad encoding. */
static bool
args_put(json_t *args, struct span name, struct span value, bool plus)
{
	struct buf text = BUF_INIT;
	char key[65];
	json_t *string;
	bool ok;

	snprintf(key, sizeof(key), "%.*s", (int)name.len, name.data);
	ok = url_decode(&text, value.data, value.len, plus);
	string = ok ? json_stringn(text.data ? text.data : "", text.len) : NULL;
	buf_release(&text);
	if (string == NULL)
		return false;
	json_object_set_new(args, key, string);
	return true;
}

static bool
path_take(const char *pattern, struct span path, json_t *args)
{
	const char *want = pattern, *want_end = pattern + strlen(pattern);
	const char *have = path.data, *have_end = path.data + path.len;

	while (want <= want_end && have <= have_end) {
		struct span w = segment_next(&want, want_end);
		struct span h = segment_next(&have, have_end);
		struct span name = { w.data + 1, w.len - 1 };

		if (w.len > 0 && *w.data == ':' &&
		    !args_put(args, name, h, false))
			return false;
	}
	return true;
}

static void
allow_add(char *allow, size_t size, const char *method)
{
	size_t len = strlen(allow);

	if (strstr(allow, method) == NULL)
		snprintf(allow + len, size - len, "%s%s", len ? ", " : "",
		    method);
}

enum error
router_match(const struct router *router, struct span method, struct span path,
    const struct op **op, json_t *args, char *allow, size_t allow_size)
{
	unsigned int best = 0, literal;
	bool head = span_equal(method, "HEAD");

	*op = NULL;
	allow[0] = '\0';
	for (size_t i = 0; i < router->count; i++) {
		const struct op *row = router->ops[i];

		if (!(row->doors & DOOR_REST))
			continue;
		literal = path_match(row->path, path);
		if (literal == 0 || literal < best)
			continue;
		if (literal > best) {
			best = literal;
			allow[0] = '\0';
			*op = NULL;
		}
		allow_add(allow, allow_size, row->method);
		if (strcmp(row->method, "GET") == 0)
			allow_add(allow, allow_size, "HEAD");
		if (span_equal(method, row->method) ||
		    (head && strcmp(row->method, "GET") == 0))
			*op = row;
	}
	if (best == 0)
		return ERR_NOT_FOUND;
	if (*op == NULL)
		return ERR_METHOD_NOT_ALLOWED;
	return path_take((*op)->path, path, args) ? ERR_NONE : ERR_BAD_REQUEST;
}

static bool
op_takes_query(const struct op *op, struct span name)
{
	for (const struct arg *row = op->args; row && row->type != ARG_END;
	     row++)
		if ((row->flags & ARG_QUERY) && span_equal(name, row->name))
			return true;
	return false;
}

enum error
router_query(const struct op *op, struct span query, json_t *args, char *cause,
    size_t cause_size)
{
	const char *at = query.data, *end = query.data + query.len;

	while (at != NULL && at < end) {
		const char *stop = memchr(at, '&', (size_t)(end - at));
		const char *equals;
		struct span name, value;

		if (stop == NULL)
			stop = end;
		equals = memchr(at, '=', (size_t)(stop - at));
		name = (struct span){ at,
			(size_t)((equals ? equals : stop) - at) };
		value = equals
		    ? (struct span){ equals + 1, (size_t)(stop - equals - 1) }
		    : (struct span){ stop, 0 };
		at = stop + 1;
		if (!op_takes_query(op, name))
			continue;
		if (json_object_getn(args, name.data, name.len) != NULL) {
			snprintf(cause, cause_size, "%.*s is given twice",
			    (int)name.len, name.data);
			return ERR_BAD_REQUEST;
		}
		if (!args_put(args, name, value, true)) {
			snprintf(cause, cause_size,
			    "%.*s is not UTF-8 in percent-encoding",
			    (int)name.len, name.data);
			return ERR_BAD_REQUEST;
		}
	}
	return ERR_NONE;
}

void
router_dispatch(struct call *call)
{
	const struct op *op = call->op;
	enum error error = ERR_NONE;

	call->stage = op->run;
	call->stage_lane = op->lane;
	call->status = op->status;
	/* Whom nobody knows yet is charged by access, after it knows. */
	if (op->may != MAY_ANYONE && call->caller.credential == CREDENTIAL_NONE)
		error = access_denied(call);
	else if (call->caller.user_id != 0 || op->may == MAY_ANYONE)
		error = access_charge(call);
	if (error == ERR_NONE)
		error = args_check(op->args, call_limits(call), call->args,
		    call->message, sizeof(call->message));
	if (error != ERR_NONE)
		call_end(call, error);
	else
		call_go(call);
}

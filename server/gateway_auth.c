/*
 * Credentials in HTTP heads. Tokens are looked at and copied, never logged.
 */
#include "server/gateway_auth.h"

#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "server/secret.h"
#include "shared/clock.h"
#include "shared/log.h"
#include "shared/url.h"

#define TOKEN_MAX 4096

static char *
auth_copy(struct call *call, const char *text, size_t len)
{
	char *copy = call_alloc(call, len + 1);

	memcpy(copy, text, len);
	return copy;
}

/* An access token or a bot's. */
static bool
auth_token(const struct gateway *gateway, const char *text, size_t len,
    struct call *call)
{
	struct caller *caller = &call->caller;
	struct jwt_claims claims;

	if (len == 0 || len > TOKEN_MAX || memchr(text, '\0', len) != NULL)
		return false;
	if (len > 4 && memcmp(text, "hbt_", 4) == 0) {
		caller->credential = CREDENTIAL_TOKEN;
		caller->token = auth_copy(call, text, len);
		return true;
	}
	if (!jwt_verify(gateway->server->jwt_key, text, len,
		clock_real_ms() / 1000, &claims))
		return false;
	caller->credential = CREDENTIAL_JWT;
	caller->user_id = claims.user_id;
	caller->session_id = claims.session_id;
	caller->token_expires_ms = claims.expires_at * 1000;
	return true;
}

/* Authorization: Bearer TOKEN (RFC 6750 section 2.1). */
static bool
auth_header(const struct gateway *gateway, struct span value, struct call *call)
{
	static const char scheme[] = "Bearer ";
	size_t at = sizeof(scheme) - 1;

	if (value.len < at || strncasecmp(value.data, scheme, at) != 0)
		return false;
	while (at < value.len && value.data[at] == ' ')
		at++;
	return auth_token(gateway, value.data + at, value.len - at, call);
}

/* The decoded value of a field of a query string; false where it is not there or
 * badly encoded. */
static bool
auth_query(struct span query, const char *name, struct buf *out)
{
	const char *at = query.data, *end = query.data + query.len, *stop;
	size_t len = strlen(name);

	while (at != NULL && at < end) {
		stop = memchr(at, '&', (size_t)(end - at));
		if (stop == NULL)
			stop = end;
		if ((size_t)(stop - at) > len && memcmp(at, name, len) == 0 &&
		    at[len] == '=')
			return url_decode(out, at + len + 1,
			    (size_t)(stop - at) - len - 1, true);
		at = stop + 1;
	}
	return false;
}

/* ?ticket= and ?token=; *found says whether there was one. */
static bool
auth_url(const struct gateway *gateway, struct span query, struct call *call,
    bool *found)
{
	struct buf text = BUF_INIT;
	bool ok = false;

	*found = true;
	if (auth_query(query, "ticket", &text)) {
		ok = text.len > 0 && text.len <= TOKEN_MAX &&
		    memchr(text.data, '\0', text.len) == NULL;
		if (ok) {
			call->caller.credential = CREDENTIAL_TICKET;
			call->caller.token = auth_copy(call, text.data,
			    text.len);
		}
	} else if (server_config(gateway->server)->auth.query_token &&
	    auth_query(query, "token", &text)) {
		ok = auth_token(gateway, text.data, text.len, call);
	} else {
		*found = false;
	}
	if (text.data != NULL)
		secret_wipe(text.data, text.len);
	buf_release(&text);
	return ok;
}

bool
auth_caller(struct conn *conn, const struct http_head *head, bool websocket,
    struct call *call)
{
	const struct gateway *gateway = conn->loop->arg;
	struct span value = http_header(head, "authorization");
	bool found = false, ok;

	if (value.data != NULL)
		return auth_header(gateway, value, call);
	if (websocket) {
		ok = auth_url(gateway, head->query, call, &found);
		if (found)
			return ok;
	}
	if ((conn->flags & CONN_UNIX) &&
	    server_config(gateway->server)->auth.unix_peers) {
		call->caller.credential = CREDENTIAL_PEER;
		call->caller.uid = (uint32_t)conn->address;
	}
	return true;
}

/* Text behind "://"; nothing where there is no scheme ("null"). */
static struct span
auth_authority(struct span origin)
{
	size_t i;

	for (i = 0; i + 2 < origin.len; i++)
		if (memcmp(origin.data + i, "://", 3) == 0)
			return (struct span){ origin.data + i + 3,
				origin.len - i - 3 };
	return (struct span){ NULL, 0 };
}

static bool
span_same_ci(struct span a, struct span b)
{
	return a.len == b.len && strncasecmp(a.data, b.data, a.len) == 0;
}

bool
auth_origin(const struct config *config, const struct http_head *head)
{
	struct span origin = http_header(head, "origin");
	struct span host = http_header(head, "host"), item;
	const char *at = config->http.allowed_origins;

	if (origin.data == NULL)
		return true;
	if (host.len > 0 && span_same_ci(auth_authority(origin), host))
		return true;
	while (*at != '\0') {
		at += strspn(at, ", \t");
		item = (struct span){ at, strcspn(at, ", \t") };
		if (item.len > 0 &&
		    (span_same_ci(item, origin) || span_equal(item, "*")))
			return true;
		at += item.len;
	}
	return false;
}

bool
auth_is_proxy(struct gateway *gateway, const struct address *address)
{
	const struct config *config = server_config(gateway->server);
	char cause[200], value[200];

	if (gateway->proxies_of != config) {
		address_list_release(&gateway->proxies);
		if (!address_list_parse(&gateway->proxies,
			config->http.trusted_proxies, cause, sizeof(cause)))
			log_error("bad option",
			    "option=http.trusted_proxies cause=%s",
			    log_value(cause, value, sizeof(value)));
		gateway->proxies_of = config;
	}
	return address_list_has(&gateway->proxies, address);
}

/* The last item of a comma-separated list, which is taken off it. */
static struct span
auth_last_hop(struct span *list)
{
	struct span hop;
	size_t end = list->len, at;

	while (end > 0 &&
	    (list->data[end - 1] == ' ' || list->data[end - 1] == '\t'))
		end--;
	for (at = end; at > 0 && list->data[at - 1] != ','; at--)
		;
	hop = (struct span){ list->data + at, end - at };
	while (hop.len > 0 && (*hop.data == ' ' || *hop.data == '\t')) {
		hop.data++;
		hop.len--;
	}
	list->len = at > 0 ? at - 1 : 0;
	return hop;
}

void
auth_set_address(struct conn *conn, const struct address *address)
{
	bool v6;

	conn->address = address_limited(address, &v6);
	conn->flags &= ~CONN_V6;
	if (v6)
		conn->flags |= CONN_V6;
}

/* Walks one header from its end; true where the walk may go on before it. */
static bool
auth_walk(struct conn *conn, struct span list)
{
	struct address address;
	struct span hop;

	while (list.len > 0) {
		hop = auth_last_hop(&list);
		if (!address_parse(hop.data, hop.len, &address))
			return false;
		auth_set_address(conn, &address);
		if (!auth_is_proxy(conn->loop->arg, &address))
			return false;
	}
	return true;
}

void
auth_forwarded(struct conn *conn, const struct http_head *head)
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof(peer);
	struct address address;
	size_t i = head->header_count;

	if (!(conn->flags & CONN_PROXY))
		return;
	/* The request before this one may have been another client's. */
	if (getpeername(conn_fd(conn), (struct sockaddr *)&peer, &size) == 0 &&
	    address_from((struct sockaddr *)&peer, &address))
		auth_set_address(conn, &address);
	/* From the nearest hop outwards: the first that we have no reason to
	 * trust is the client. What lies before it, anybody may have written. */
	while (i-- > 0)
		if (span_equal_ci(head->headers[i].name, "x-forwarded-for") &&
		    !auth_walk(conn, head->headers[i].value))
			break;
}

struct bucket_key
auth_address_key(const struct conn *conn, enum bucket_kind kind)
{
	struct bucket_key key = { .kind = (uint32_t)kind };

	if (conn->flags & CONN_UNIX) {
		key.high = UINT64_MAX; /* no global address begins so */
		key.low = conn->address;
	} else if (conn->flags & CONN_V6) {
		key.high = conn->address;
	} else {
		key.low = conn->address;
	}
	return key;
}

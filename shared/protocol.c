/*
 * The tables of the protocol: errors, close codes, events and limits, and the two
 * patterns of names.
 * Owns const data only.
 */
#include "shared/protocol.h"

#include <string.h>

#define USERNAME_MAX 32
#define CHANNEL_NAME_MAX 64

static const struct error_info error_infos[ERR_COUNT] = {
	[ERR_NONE] = { "ok", 200, "done" },
	[ERR_BAD_REQUEST] = { "bad_request", 400,
	    "The request cannot be understood." },
	[ERR_UNAUTHORIZED] = { "unauthorized", 401,
	    "A valid token is needed." },
	[ERR_FORBIDDEN] = { "forbidden", 403, "You may not do this." },
	[ERR_NOT_FOUND] = { "not_found", 404, "There is no such thing." },
	[ERR_METHOD_NOT_ALLOWED] = { "method_not_allowed", 405,
	    "This method is not allowed here." },
	[ERR_CONFLICT] = { "conflict", 409, "The name is taken." },
	[ERR_TOO_LARGE] = { "too_large", 413, "Too large." },
	[ERR_UNSUPPORTED_MEDIA_TYPE] = { "unsupported_media_type", 415,
	    "This content type is not accepted." },
	[ERR_RATE_LIMITED] = { "rate_limited", 429,
	    "Too fast; wait a moment." },
	[ERR_INTERNAL] = { "internal", 500, "Something went wrong here." },
	[ERR_UNAVAILABLE] = { "unavailable", 503,
	    "Not possible at the moment; try again later." },
	[ERR_UNKNOWN_TYPE] = { "unknown_type", 400, "There is no such type." },
};

const struct error_info *
error_info(enum error error)
{
	if ((unsigned int)error >= ERR_COUNT)
		error = ERR_INTERNAL;
	return &error_infos[error];
}

enum error
error_from_code(const char *code)
{
	size_t i;

	for (i = ERR_BAD_REQUEST; i < ERR_COUNT; i++) {
		if (strcmp(error_infos[i].code, code) == 0)
			return (enum error)i;
	}
	return ERR_INTERNAL;
}

const struct close_info *
protocol_closes(void)
{
	static const struct close_info closes[] = {
		{ CLOSE_NORMAL, "the client has closed; it is answered" },
		{ CLOSE_GOING_AWAY, "the server shuts down" },
		{ CLOSE_PROTOCOL_ERROR, "a frame breaks the protocol" },
		{ CLOSE_UNSUPPORTED, "a binary frame; only text is taken" },
		{ CLOSE_BAD_UTF8, "text that is not UTF-8" },
		{ CLOSE_TOO_BIG, "a message over frame_bytes" },
		{ CLOSE_UNAUTHORIZED,
		    "the token has expired or the session has ended" },
		{ CLOSE_DISABLED, "the account has been disabled" },
		{ CLOSE_SLOW, "too slow a reader; nothing is lost" },
		{ CLOSE_SILENT, "no sign of life for silence_s" },
		{ 0, NULL },
	};

	return closes;
}

/* Of the channel's own order, and not. */
#define DURABLE(type, fields, help)                         \
	{                                                   \
		type, "channel_id seq " fields, false, help \
	}
#define EPHEMERAL(type, fields, help)    \
	{                                \
		type, fields, true, help \
	}

static const struct event_info event_infos[] = {
	{ "connection.established",
	    "user session_id server_time epoch:word heartbeat_ms limits", false,
	    "The first message of a connection" },
	DURABLE("message.new", "message parent:thread?", "A message was sent"),
	DURABLE("message.updated", "message",
	    "A message was edited, pinned or unpinned"),
	DURABLE("message.deleted", "message_id deleted_at by",
	    "A message was deleted"),
	DURABLE("reaction.new", "message_id user:author emoji count",
	    "Somebody reacted to a message"),
	DURABLE("reaction.deleted", "message_id user:author emoji count",
	    "Somebody took a reaction back"),
	DURABLE("member.joined", "member", "Somebody became a member"),
	DURABLE("member.updated", "member",
	    "A member's role or silence changed"),
	DURABLE("member.left", "user_id by? reason:left_reason?",
	    "A member left or was removed"),
	{ "channel.new", "channel", false,
	    "The user is a member of this channel now" },
	{ "channel.updated", "channel", false,
	    "A channel, or one's own settings for it, changed" },
	{ "channel.deleted", "channel_id", false, "A channel was deleted" },
	EPHEMERAL("typing.start", "channel_id user:author parent_id?",
	    "Somebody is typing"),
	EPHEMERAL("typing.stop", "channel_id user:author parent_id?",
	    "Somebody has stopped typing"),
	EPHEMERAL("read.update", "channel_id user_id message_id read_at",
	    "Somebody has read up to a message"),
	EPHEMERAL("delivery.update",
	    "channel_id user_id message_id delivered_at",
	    "A device of somebody has a channel up to a message"),
	EPHEMERAL("presence.update",
	    "user_id status:presence_status last_seen_at? status_text?",
	    "Somebody came, went, or changed their status"),
	{ "lagged", "dropped", false,
	    "So many ephemeral events did not reach this connection" },
	{ NULL, NULL, false, NULL },
};

const struct event_info *
protocol_events(void)
{
	return event_infos;
}

#define LIMIT(key, type, fallback, min, max, help)                           \
	{                                                                    \
		"limits", #key, OPTION_##type, offsetof(struct limits, key), \
		    fallback, min, max, NULL, true, help                     \
	}

#define MANY 1e9
#define TERA 1099511627776.0

static const struct option_spec limit_specs[] = {
	LIMIT(text_chars, INT, "4000", 1, 1e6, "code points of a message"),
	LIMIT(frame_bytes, SIZE, "64K", 128, TERA / 1024,
	    "one WebSocket message from a client"),
	LIMIT(body_bytes, SIZE, "256K", 128, TERA / 1024,
	    "a JSON request body"),
	LIMIT(json_depth, INT, "16", 4, 512, "nesting of a JSON request"),
	LIMIT(name_chars, INT, "64", 1, 1024, "code points of a display name"),
	LIMIT(topic_chars, INT, "512", 1, 65536, "code points of a topic"),
	LIMIT(status_chars, INT, "128", 1, 65536,
	    "code points of a status text"),
	LIMIT(page, INT, "50", 1, 10000,
	    "rows of a page unless asked otherwise"),
	LIMIT(page_max, INT, "200", 1, 10000, "rows of the largest page"),
	LIMIT(reactions, INT, "20", 0, 1000, "distinct emoji on a message"),
	LIMIT(attachments, INT, "10", 0, 1000, "files of a message"),
	LIMIT(mentions, INT, "20", 0, 10000, "people mentioned by a message"),
	LIMIT(pins, INT, "100", 0, 10000, "pinned messages of a channel"),
	LIMIT(upload_bytes, SIZE, "25M", 0, TERA, "one uploaded file"),
	LIMIT(quota_bytes, SIZE, "1G", 0, TERA * 1024, "one user's files"),
	LIMIT(messages_per_s, REAL, "5", 0.001, MANY, "messages of a user"),
	LIMIT(messages_burst, INT, "10", 1, MANY, "messages of a user at once"),
	LIMIT(bot_messages_per_s, REAL, "20", 0.001, MANY, "messages of a bot"),
	LIMIT(bot_messages_burst, INT, "40", 1, MANY,
	    "messages of a bot at once"),
	LIMIT(commands_per_s, REAL, "20", 0.001, MANY,
	    "other commands and requests of a user"),
	LIMIT(commands_burst, INT, "60", 1, MANY,
	    "other commands and requests of a user at once"),
	LIMIT(logins_per_s, REAL, "0.17", 0.001, MANY,
	    "log-ins and registrations from an address"),
	LIMIT(logins_burst, INT, "10", 1, MANY,
	    "log-ins and registrations from an address at once"),
	LIMIT(typing_members, INT, "100", 0, MANY,
	    "members up to which a channel relays typing"),
	LIMIT(receipt_members, INT, "100", 0, MANY,
	    "members up to which a channel relays receipts"),
	LIMIT(presence_users, INT, "500", 0, 1e6,
	    "people whose presence a connection may follow"),
	LIMIT(output_bytes, SIZE, "512K", 1024, TERA / 1024,
	    "unsent events of a connection before it is closed"),
	LIMIT(connections_per_user, INT, "10", 1, MANY,
	    "WebSocket connections of a user"),
	LIMIT(connections_per_address, INT, "64", 1, MANY,
	    "connections from an address"),
	LIMIT(header_bytes, SIZE, "8K", 256, 1048576,
	    "request line and header fields"),
	LIMIT(header_s, REAL, "5", 0.05, 3600,
	    "seconds for TLS handshake and header"),
	LIMIT(body_s, REAL, "30", 0.05, 86400, "seconds for a request body"),
	LIMIT(ping_s, REAL, "30", 0.05, 86400,
	    "seconds of silence before a ping"),
	LIMIT(silence_s, REAL, "75", 0.05, 86400,
	    "seconds of silence before a connection is closed"),
};

const struct option_table *
limits_table(void)
{
	static const struct option_table table = { .specs = limit_specs,
		.count = sizeof(limit_specs) / sizeof(*limit_specs) };

	return &table;
}

static bool
name_valid(const char *name, size_t max)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	static const char later[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t len = strnlen(name, max + 1);

	return len >= 1 && len <= max && strchr(first, name[0]) &&
	    strspn(name, later) == len;
}

bool
username_valid(const char *name)
{
	return name_valid(name, USERNAME_MAX);
}

bool
channel_name_valid(const char *name)
{
	return name_valid(name, CHANNEL_NAME_MAX);
}

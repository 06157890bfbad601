/*
 * The names and numbers of the protocol that server and client share: errors,
 * close codes, roles, limits. hubbub-protocol(7) says what they mean.
 */
#ifndef SHARED_PROTOCOL_H
#define SHARED_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/option.h"

#define PROTOCOL_VERSION 1

/* What a request ends with. ERR_NONE is success; the others have a row each in
 * the error table: code, status, what to say where nothing better is known. */
enum error {
	ERR_NONE,
	ERR_BAD_REQUEST,
	ERR_UNAUTHORIZED,
	ERR_FORBIDDEN,
	ERR_NOT_FOUND,
	ERR_METHOD_NOT_ALLOWED,
	ERR_CONFLICT,
	ERR_TOO_LARGE,
	ERR_UNSUPPORTED_MEDIA_TYPE,
	ERR_RATE_LIMITED,
	ERR_INTERNAL,
	ERR_UNAVAILABLE,
	ERR_UNKNOWN_TYPE,
	ERR_COUNT
};

struct error_info {
	const char *code; /* "bad_request" */
	int status;	  /* HTTP; 400 for unknown_type, which has none */
	const char *text; /* default message */
};

const struct error_info *error_info(enum error error);

/* The error whose code is `code`; ERR_INTERNAL where there is none. */
enum error error_from_code(const char *code);

enum close_code {
	CLOSE_NORMAL = 1000,
	CLOSE_GOING_AWAY = 1001,
	CLOSE_PROTOCOL_ERROR = 1002,
	CLOSE_UNSUPPORTED = 1003,
	CLOSE_BAD_UTF8 = 1007,
	CLOSE_TOO_BIG = 1009,
	CLOSE_UNAUTHORIZED = 4001,
	CLOSE_DISABLED = 4003,
	CLOSE_SLOW = 4008,
	CLOSE_SILENT = 4009,
};

/* What ends a WebSocket from the server's side, and when. */
struct close_info {
	enum close_code code;
	const char *when;
};

/* The rows, ended by one with code 0. */
const struct close_info *protocol_closes(void);

/* What a WebSocket is told beside the answers to its own commands. */
struct event_info {
	const char *type;   /* "message.new" */
	const char *fields; /* beside the type: "FIELD FIELD:SHAPE FIELD?", a ?
			       for what may be missing; the contract's names
			       of shapes */
	bool ephemeral;	    /* never stored; dropped first for a slow reader */
	const char *help;   /* one line */
};

/* The rows, ended by one without a type. */
const struct event_info *protocol_events(void);

/* Every limit, under the name that it has on the wire and in the configuration
 * (limits.KEY). Seconds and rates may be fractions. */
struct limits {
	int64_t text_chars, frame_bytes, body_bytes, json_depth;
	int64_t name_chars, topic_chars, status_chars;
	int64_t page, page_max;
	int64_t reactions, attachments, mentions, pins;
	int64_t upload_bytes, quota_bytes;
	double messages_per_s;
	int64_t messages_burst;
	double bot_messages_per_s;
	int64_t bot_messages_burst;
	double commands_per_s;
	int64_t commands_burst;
	double logins_per_s;
	int64_t logins_burst;
	int64_t typing_members, receipt_members, presence_users;
	int64_t output_bytes;
	int64_t connections_per_user, connections_per_address;
	int64_t header_bytes;
	double header_s, body_s, ping_s, silence_s;
};

/* The rows of the limits, section "limits", offsets within struct limits. */
const struct option_table *limits_table(void);

/* `^[a-z0-9][a-z0-9._-]{0,31}$` and `{0,63}`. */
bool username_valid(const char *name);
bool channel_name_valid(const char *name);

#endif

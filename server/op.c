/*
 * The names of an operation's columns. Owns const data only.
 */
#include "server/op.h"

static const char *const may_names[] = {
	[MAY_ANYONE] = "anyone",
	[MAY_USER] = "user",
	[MAY_ADMIN] = "admin",
	[MAY_SEE] = "see",
	[MAY_READ] = "read",
	[MAY_WRITE] = "write",
	[MAY_MODERATE] = "moderate",
	[MAY_OWN] = "own",
};

static const char *const cost_names[] = {
	[COST_NONE] = "none",
	[COST_COMMAND] = "command",
	[COST_MESSAGE] = "message",
	[COST_LOGIN] = "login",
};

const char *
may_name(enum may may)
{
	return may_names[may];
}

const char *
cost_name(enum cost cost)
{
	return cost_names[cost];
}

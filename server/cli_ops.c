/*
 * `hubbubd ops`: the operation table as it is served, from the features' rows.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "server/cli.h"
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

struct widths {
	int name, path;
};

static void
width_take(int *width, const char *text)
{
	int len = text ? (int)strlen(text) : 1;

	if (len > *width)
		*width = len;
}

static void
op_measure(const struct op *op, struct widths *widths)
{
	width_take(&widths->name, op->name);
	width_take(&widths->path, op->path);
}

static void
op_print(const struct op *op, struct widths *widths)
{
	printf("%-*s  %-6s  %-*s  %-8s  %s\n", widths->name, op->name,
	    op->method ? op->method : "-", widths->path,
	    op->path ? op->path : "-", may_names[op->may],
	    cost_names[op->cost]);
}

static void
ops_each(void (*each)(const struct op *op, struct widths *widths),
    struct widths *widths)
{
	const struct feature *feature;
	const struct op *op;

	for (feature = features_all(); feature->name; feature++) {
		for (op = feature->ops; op->name; op++)
			each(op, widths);
	}
}

int
cli_ops(const struct cli *cli, int argc, char **argv)
{
	struct widths widths = { .name = 4, .path = 4 };

	(void)cli;
	if (argc > 1)
		return cli_fail(EX_USAGE, "ops: what is \"%s\"?", argv[1]);
	ops_each(op_measure, &widths);
	printf("%-*s  %-6s  %-*s  %-8s  %s\n", widths.name, "NAME", "METHOD",
	    widths.path, "PATH", "WHO", "COST");
	ops_each(op_print, &widths);
	return EX_OK;
}

/*
 * `hubbubd ops`: the operation table as it is served, from the features' rows, and
 * the contract that is made of it.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "server/cli.h"
#include "server/op.h"
#include "server/openapi.h"

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
	    op->path ? op->path : "-", may_name(op->may), cost_name(op->cost));
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

static void
contract_print(void)
{
	struct buf text = BUF_INIT;

	openapi_write(&text, features_all());
	puts(text.data);
	buf_release(&text);
}

int
cli_ops(const struct cli *cli, int argc, char **argv)
{
	struct widths widths = { .name = 4, .path = 4 };

	(void)cli;
	if (argc == 2 && strcmp(argv[1], "--openapi") == 0) {
		contract_print();
		return EX_OK;
	}
	if (argc > 1)
		return cli_fail(EX_USAGE, "ops: what is \"%s\"?", argv[1]);
	ops_each(op_measure, &widths);
	printf("%-*s  %-6s  %-*s  %-8s  %s\n", widths.name, "NAME", "METHOD",
	    widths.path, "PATH", "WHO", "COST");
	ops_each(op_print, &widths);
	return EX_OK;
}

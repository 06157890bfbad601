/*
 * The contract for machines: what this server takes and answers, as OpenAPI. Made
 * once at start (features.c) and the same for everybody.
 */
#include "server/features/list.h"

#include "server/call.h"
#include "server/server.h"

static enum error
contract_get(struct db *db, struct call *call)
{
	const struct buf *contract = &call->server->contract;

	(void)db;
	buf_append(&call->result, contract->data, contract->len);
	return ERR_NONE;
}

const struct op contract_ops[] = {
	{
	    .name = "contract.get",
	    .method = "GET",
	    .path = "/v1/openapi.json",
	    .doors = DOOR_REST,
	    .may = MAY_ANYONE,
	    .cost = COST_COMMAND,
	    .lane = LANE_WORKER,
	    .status = 200,
	    .run = contract_get,
	    .summary =
		"Get the contract of this interface, an OpenAPI document",
	    .answer = "openapi:word info:object security:list paths:object "
		      "components:object x-hubbub-commands:object "
		      "x-hubbub-events:object x-hubbub-errors:object "
		      "x-hubbub-closes:object x-hubbub-limits:object",
	},
	{ .name = NULL },
};

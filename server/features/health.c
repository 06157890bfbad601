/*
 * Is it alive, is it ready: for load balancers, scripts/run and people.
 */
#include "server/features/list.h"

#include "server/call.h"
#include "server/server.h"
#include "shared/json_out.h"

static enum error
health_alive(struct db *db, struct call *call)
{
	(void)db;
	buf_puts(&call->result, "{\"status\":\"ok\"}");
	return ERR_NONE;
}

/* Ready: it takes new connections and its store takes writes. */
static enum error
health_ready(struct db *db, struct call *call)
{
	(void)db;
	if (atomic_load(&call->server->draining))
		return call_fail(call, ERR_UNAVAILABLE,
		    "the server is shutting down");
	if (store_failing(call->server->store))
		return call_fail(call, ERR_UNAVAILABLE,
		    "the store refuses writes; is the disk full?");
	buf_puts(&call->result, "{\"status\":\"ready\"}");
	return ERR_NONE;
}

const struct op health_ops[] = {
	{
	    .name = "health.alive",
	    .method = "GET",
	    .path = "/healthz",
	    .doors = DOOR_REST,
	    .may = MAY_ANYONE,
	    .cost = COST_NONE,
	    .lane = LANE_WORKER,
	    .status = 200,
	    .run = health_alive,
	    .answer = "status:word",
	    .summary = "Tell whether the server is alive",
	},
	{
	    .name = "health.ready",
	    .method = "GET",
	    .path = "/readyz",
	    .doors = DOOR_REST,
	    .may = MAY_ANYONE,
	    .cost = COST_NONE,
	    .lane = LANE_WORKER,
	    .status = 200,
	    .run = health_ready,
	    .answer = "status:word",
	    .summary = "Tell whether the server takes connections and writes",
	},
	{ .name = NULL },
};

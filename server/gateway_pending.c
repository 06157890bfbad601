/*
 * The way of a call out of the gateway and back.
 */
#include "server/gateway_pending.h"

#include <stdlib.h>

#include "server/features/session.h"
#include "server/gateway_http.h"
#include "server/gateway_upgrade.h"
#include "server/gateway_ws.h"
#include "server/router.h"
#include "shared/xmalloc.h"

static void
pending_on_finish(struct call *call)
{
	const struct pending *pending = call->owner;
	struct gateway *gateway = pending->gateway;

	if (!pthread_equal(pthread_self(), gateway->thread)) {
		gateway->post(gateway->post_arg, call);
		return;
	}
	/* Within router_dispatch, on our own thread: settled when that has
	 * returned. A finished job is in no queue, so its link is free. */
	call->job.next = NULL;
	*gateway->finished_end = &call->job;
	gateway->finished_end = &call->job.next;
}

struct pending *
pending_new(struct conn *conn, struct call *call)
{
	struct pending *pending = xcalloc(1, sizeof(*pending));

	pending->gateway = conn->loop->arg;
	pending->conn = conn;
	pending->call = call;
	pending->state = PENDING_HELD;
	pending->writes = call->op->lane == LANE_WRITE;
	call->owner = pending;
	call->finish = pending_on_finish;
	return pending;
}

struct pending *
pending_answered(struct conn *conn, struct frame *answer)
{
	struct pending *pending = xcalloc(1, sizeof(*pending));

	pending->gateway = conn->loop->arg;
	pending->conn = conn;
	pending->answer = answer;
	pending->state = PENDING_DONE;
	return pending;
}

void
pending_free(struct pending *pending)
{
	if (pending == NULL)
		return;
	call_free(pending->call);
	frame_unref(pending->answer);
	free(pending);
}

void
pending_orphan(struct pending *pending)
{
	if (pending == NULL)
		return;
	pending->conn = NULL;
	if (pending->state != PENDING_OUT)
		pending_free(pending);
}

/* Takes a call back and gives it to whoever waits for it. */
static void
pending_settle(struct gateway *gateway, struct call *call)
{
	struct pending *pending = call->owner;
	struct conn *conn = pending->conn;

	gateway->outstanding--;
	pending->state = PENDING_DONE;
	pending->call = call;
	if (call->op == &op_session_open) {
		upgrade_opened(gateway, pending);
	} else if (conn == NULL) {
		pending_free(pending);
	} else if (conn->state == CONN_OPEN) {
		ws_answered(conn, pending);
	} else {
		http_answered(conn, pending);
	}
}

void
pending_start(struct pending *pending)
{
	struct gateway *gateway = pending->gateway;
	struct call *call = pending->call;
	struct job *job;

	pending->call = NULL;
	pending->state = PENDING_OUT;
	gateway->outstanding++;
	router_dispatch(call);
	while ((job = gateway->finished) != NULL) {
		gateway->finished = job->next;
		if (gateway->finished == NULL)
			gateway->finished_end = &gateway->finished;
		pending_settle(gateway, (struct call *)job);
	}
}

void
gateway_finished(struct gateway *gateway, struct call *call)
{
	const struct pending *pending = call->owner;
	struct conn *conn = pending->conn;

	pending_settle(gateway, call);
	/* What came meanwhile, and what came after it. */
	if (conn != NULL)
		gateway_resume(conn);
}

void
gateway_abandon(struct call *call)
{
	struct pending *pending = call->owner;

	pending->call = call;
	pending_free(pending);
}

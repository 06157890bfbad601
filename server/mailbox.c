/*
 * The mailbox table between the command line and a running server.
 */
#include "server/mailbox.h"

#include <string.h>

#include "server/frame.h"
#include "server/router.h"
#include "server/server.h"

void
mailbox_post(struct db *db, struct call *call)
{
	for (size_t i = 0; i < call->event_count; i++) {
		const struct bus_message *event = &call->events[i];
		const struct frame *frame = event->frame;

		db_exec(db,
		    "INSERT INTO mailbox (id, topic, topic_id, control, arg,"
		    " code, frame) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		    "iiiiiib", db_new_id(db), (int64_t)event->topic, event->id,
		    (int64_t)event->control, event->arg, (int64_t)event->code,
		    frame ? frame->data : NULL,
		    frame ? (size_t)frame->len : (size_t)0);
	}
}

static struct bus_message *
events_room(struct call *call)
{
	call_control(call, 0, BUS_NONE, 0, 0);
	return &call->events[call->event_count - 1];
}

static enum error
mailbox_take(struct db *db, struct call *call)
{
	struct stmt *row = db_query(db,
	    "SELECT topic, topic_id, control, arg, code, frame FROM mailbox"
	    " ORDER BY id",
	    "");
	bool any = false;

	while (stmt_step(row)) {
		struct bus_message *event = events_room(call);
		size_t len;
		const void *bytes = stmt_blob(row, 5, &len);

		event->topic = (enum bus_topic)stmt_int(row, 0);
		event->id = stmt_int(row, 1);
		event->control = (enum bus_control)stmt_int(row, 2);
		event->arg = stmt_int(row, 3);
		event->code = (int)stmt_int(row, 4);
		if (bytes != NULL && len > 0) {
			event->frame = frame_alloc(len);
			memcpy(event->frame->data, bytes, len);
		}
		any = true;
	}
	if (any)
		db_exec(db, "DELETE FROM mailbox", "");
	return ERR_NONE;
}

static const struct op mailbox_op = {
	.name = "mailbox.take",
	.may = MAY_ANYONE,
	.lane = LANE_WRITE,
	.run = mailbox_take,
};

void
mailbox_collect(const struct server *server)
{
	struct call *call = call_new(server, DOOR_REST);

	call->op = &mailbox_op;
	call->finish = call_free;
	router_dispatch(call);
}

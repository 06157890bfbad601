/*
 * The WebSocket codec against wslay, which others wrote: conversations made by
 * chance, with messages in fragments cut anywhere and control frames between
 * them, written by either and read by the other; and damaged ones, of which we
 * must not accept what wslay refuses or reads differently.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include <wslay/wslay.h>

#include "shared/buf.h"
#include "shared/utf8.h"
#include "shared/ws.h"
#include "tests/unit/dice.h"
#include "tests/unit/ws_feed.h"

#define TALKS 400
#define DAMAGED 20000

/* A conversation: its frames as bytes, and what a reader should say of it. */
struct talk {
	struct dice *dice;
	bool masked;
	bool by_wslay; /* who writes the frames */
	struct buf bytes;
	struct buf said;
	size_t close_at; /* where in bytes the close frame begins */
};

static void
dice_mask(struct dice *dice, uint8_t mask[4])
{
	uint64_t bits = dice_next(dice);

	memcpy(mask, &bits, 4);
}

static ssize_t
wslay_send(const uint8_t *data, size_t len, int flags, void *user)
{
	struct talk *talk = user;

	(void)flags;
	buf_append(&talk->bytes, data, len);
	return (ssize_t)len;
}

static int
wslay_mask(uint8_t *buf, size_t len, void *user)
{
	struct talk *talk = user;

	assert_int_equal(len, 4);
	dice_mask(talk->dice, buf);
	return 0;
}

static void
frame_by_wslay(struct talk *talk, bool fin, enum ws_opcode opcode,
    const char *data, size_t len)
{
	static const struct wslay_frame_callbacks callbacks = {
		.send_callback = wslay_send,
		.genmask_callback = wslay_mask
	};
	struct wslay_frame_iocb frame = { .fin = fin,
		.opcode = (uint8_t)opcode,
		.payload_length = len,
		.mask = talk->masked,
		.data = (const uint8_t *)data,
		.data_length = len };
	wslay_frame_context_ptr context;
	ssize_t sent;

	assert_int_equal(wslay_frame_context_init(&context, &callbacks, talk),
	    0);
	do {
		sent = wslay_frame_send(context, &frame);
		assert_true(sent >= 0);
		frame.data += sent;
		frame.data_length -= (size_t)sent;
	} while (frame.data_length > 0);
	wslay_frame_context_free(context);
}

static void
frame_by_us(struct talk *talk, bool fin, enum ws_opcode opcode,
    const char *data, size_t len)
{
	size_t at = talk->bytes.len;
	uint8_t mask[4];

	dice_mask(talk->dice, mask);
	ws_frame(&talk->bytes, opcode, data, len, talk->masked ? mask : NULL);
	/* The codec itself writes no fragments. */
	if (!fin)
		talk->bytes.data[at] &= 0x7f;
}

static void
talk_frame(struct talk *talk, bool fin, enum ws_opcode opcode, const char *data,
    size_t len)
{
	if (talk->by_wslay)
		frame_by_wslay(talk, fin, opcode, data, len);
	else
		frame_by_us(talk, fin, opcode, data, len);
}

static void
talk_said(struct talk *talk, const char *what, const char *data, size_t len)
{
	buf_puts(&talk->said, talk->said.len > 0 ? " " : "");
	buf_printf(&talk->said, "%s(", what);
	buf_append(&talk->said, data, len);
	buf_puts(&talk->said, ")");
}

/* Appends `count` code points of all lengths in UTF-8. */
static void
dice_text(struct dice *dice, struct buf *out, size_t count)
{
	static const uint32_t ranges[][2] = { { 'a', 26 }, { '0', 10 },
		{ 0x80, 0x780 }, { 0x800, 0xd000 }, { 0xe000, 0x2000 },
		{ 0x10000, 0x100000 } };
	char bytes[4];

	buf_puts(out, "");
	while (count-- > 0) {
		const uint32_t *range = ranges[dice_roll(dice, 6)];
		uint32_t cp = range[0] + dice_roll(dice, range[1]);

		buf_append(out, bytes, utf8_encode(cp, bytes));
	}
}

static void
talk_control(struct talk *talk)
{
	bool ping = dice_roll(talk->dice, 2);
	struct buf text = BUF_INIT;

	dice_text(talk->dice, &text, dice_roll(talk->dice, 32));
	if (text.len > WS_CONTROL_MAX)
		text.len = WS_CONTROL_MAX;
	talk_frame(talk, true, ping ? WS_PING : WS_PONG, text.data, text.len);
	talk_said(talk, ping ? "ping" : "pong", text.data, text.len);
	buf_release(&text);
}

static void
talk_message(struct talk *talk)
{
	static const uint32_t counts[] = { 1, 8, 60, 300, 3000, 30000 };
	enum ws_opcode opcode = WS_TEXT;
	struct buf text = BUF_INIT;
	size_t at = 0, len;
	uint32_t count = counts[dice_roll(talk->dice, 40) % 6];

	dice_text(talk->dice, &text, dice_roll(talk->dice, count));
	while (dice_roll(talk->dice, 3) == 0) {
		len = dice_roll(talk->dice, (uint32_t)(text.len - at + 1));
		talk_frame(talk, false, opcode, text.data + at, len);
		at += len;
		opcode = WS_CONTINUATION;
		while (dice_roll(talk->dice, 3) == 0)
			talk_control(talk);
	}
	talk_frame(talk, true, opcode, text.data + at, text.len - at);
	talk_said(talk, "text", text.data, text.len);
	buf_release(&text);
}

static void
talk_close(struct talk *talk)
{
	static const int codes[] = { 1000, 1001, 1011, 3000, 4008, 4999 };
	struct buf payload = BUF_INIT;
	char what[32];
	int code = codes[dice_roll(talk->dice, 6)];

	talk->close_at = talk->bytes.len;
	buf_putc(&payload, (char)(code >> 8));
	buf_putc(&payload, (char)code);
	dice_text(talk->dice, &payload, dice_roll(talk->dice, 30));
	snprintf(what, sizeof what, "close %d", code);
	talk_frame(talk, true, WS_CLOSE, payload.data, payload.len);
	talk_said(talk, what, payload.data + 2, payload.len - 2);
	buf_release(&payload);
}

static void
talk_init(struct talk *talk, struct dice *dice, bool masked, bool by_wslay)
{
	memset(talk, 0, sizeof *talk);
	talk->dice = dice;
	talk->masked = masked;
	talk->by_wslay = by_wslay;
	for (uint32_t i = dice_roll(dice, 5) + 1; i > 0; i--) {
		if (dice_roll(dice, 4) == 0)
			talk_control(talk);
		else
			talk_message(talk);
	}
	talk_close(talk);
}

static void
talk_release(struct talk *talk)
{
	buf_release(&talk->bytes);
	buf_release(&talk->said);
}

/* What wslay reads: bytes in pieces that chance makes, but for the close frame. Of
 * that wslay 1.1.1 skips two bytes for each piece, not once, before it checks the
 * UTF-8. */
struct listener {
	struct talk *talk;
	struct dice *dice;
	struct buf said;
	size_t at;
};

static ssize_t
listener_recv(wslay_event_context_ptr context, uint8_t *buf, size_t len,
    int flags, void *user)
{
	struct listener *listener = user;
	size_t left = listener->talk->bytes.len - listener->at;

	(void)flags;
	if (left == 0) {
		wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	if (listener->at < listener->talk->close_at) {
		left = listener->talk->close_at - listener->at;
		left = dice_roll(listener->dice, (uint32_t)left) + 1;
	}
	if (left > len)
		left = len;
	memcpy(buf, listener->talk->bytes.data + listener->at, left);
	listener->at += left;
	return (ssize_t)left;
}

static void
listener_message(wslay_event_context_ptr context,
    const struct wslay_event_on_msg_recv_arg *arg, void *user)
{
	static const char *const names[] = { [WSLAY_TEXT_FRAME] = "text",
		[WSLAY_BINARY_FRAME] = "binary",
		[WSLAY_PING] = "ping",
		[WSLAY_PONG] = "pong" };
	struct listener *listener = user;
	struct talk out = { .said = listener->said };
	const char *data = (const char *)arg->msg;
	size_t len = arg->msg_length;
	char what[32];

	(void)context;
	if (arg->opcode == WSLAY_CONNECTION_CLOSE) {
		/* The message holds the code too. */
		snprintf(what, sizeof what, "close %d",
		    len == 0 ? 1005 : arg->status_code);
		if (len > 0) {
			data += 2;
			len -= 2;
		}
		talk_said(&out, what, data, len);
	} else {
		talk_said(&out, names[arg->opcode], data, len);
	}
	listener->said = out.said;
}

/* Lets wslay read the talk; false where it found an error. */
static bool
wslay_reads(struct talk *talk, struct dice *dice, struct buf *said)
{
	static const struct wslay_event_callbacks callbacks = {
		.recv_callback = listener_recv,
		.on_msg_recv_callback = listener_message
	};
	struct listener listener = { .talk = talk, .dice = dice };
	wslay_event_context_ptr context;
	bool good;

	buf_puts(&listener.said, "");
	assert_int_equal(talk->masked
		? wslay_event_context_server_init(&context, &callbacks,
		      &listener)
		: wslay_event_context_client_init(&context, &callbacks,
		      &listener),
	    0);
	while (wslay_event_want_read(context) && listener.at < talk->bytes.len)
		assert_int_equal(wslay_event_recv(context), 0);
	good = wslay_event_want_read(context) ||
	    wslay_event_get_close_received(context);
	wslay_event_context_free(context);
	*said = listener.said;
	return good;
}

/* What we read, in pieces that chance makes. */
static void
we_read(const struct talk *talk, struct dice *dice, struct buf *said)
{
	struct ws_limits limits = { 1 << 20, talk->masked };
	uint32_t len = (uint32_t)talk->bytes.len;

	ws_feed(&limits, talk->bytes.data, len, dice_roll(dice, len + 1),
	    dice_roll(dice, dice_roll(dice, 2) ? len : 200) + 1, said);
}

static void
what_wslay_writes_we_read(void **state)
{
	struct dice dice = { 1 };

	(void)state;
	for (int i = 0; i < TALKS; i++) {
		struct buf said = BUF_INIT;
		struct talk talk;

		talk_init(&talk, &dice, i & 1, true);
		we_read(&talk, &dice, &said);
		assert_string_equal(said.data, talk.said.data);
		buf_release(&said);
		talk_release(&talk);
	}
}

static void
what_we_write_wslay_reads(void **state)
{
	struct dice dice = { 2 };

	(void)state;
	for (int i = 0; i < TALKS; i++) {
		struct buf said = BUF_INIT;
		struct talk talk;

		talk_init(&talk, &dice, i & 1, false);
		assert_true(wslay_reads(&talk, &dice, &said));
		assert_string_equal(said.data, talk.said.data);
		buf_release(&said);
		talk_release(&talk);
	}
}

/* Changes, drops or adds a few bytes, mostly near the start, where the heads
 * are. */
static void
talk_damage(struct talk *talk)
{
	struct dice *dice = talk->dice;
	struct buf *bytes = &talk->bytes;

	for (uint32_t i = dice_roll(dice, 3) + 1; i > 0; i--) {
		uint32_t len = (uint32_t)bytes->len;
		uint32_t at = dice_roll(dice, len);

		if (dice_roll(dice, 2) && len > 16)
			at = dice_roll(dice, 16);
		switch (dice_roll(dice, 4)) {
		case 0:
			bytes->data[at] ^= (char)(1 << dice_roll(dice, 8));
			break;
		case 1:
			bytes->data[at] = (char)dice_next(dice);
			break;
		case 2:
			memmove(bytes->data + at, bytes->data + at + 1,
			    len - at - 1);
			bytes->len -= len > 1;
			break;
		default:
			buf_putc(bytes, 0);
			memmove(bytes->data + at + 1, bytes->data + at,
			    len - at);
			bytes->data[at] = (char)dice_next(dice);
			break;
		}
	}
}

/* Damaged payloads hold NULs. */
static bool
said_has(const struct buf *said, const char *text)
{
	return memmem(said->data, said->len, text, strlen(text)) != NULL;
}

/* Codes that came after wslay: RFC 6455 leaves them to IANA's registry. */
static bool
has_new_close_code(const struct buf *said)
{
	return said_has(said, "close 1012(") || said_has(said, "close 1013(") ||
	    said_has(said, "close 1014(");
}

static void
what_we_accept_of_damaged_frames_wslay_reads_alike(void **state)
{
	struct dice dice = { 3 };
	int accepted = 0, refused = 0;
	bool good;

	(void)state;
	for (int i = 0; i < DAMAGED; i++) {
		struct buf ours = BUF_INIT, theirs = BUF_INIT;
		struct talk talk = { .dice = &dice,
			.masked = i & 1,
			.by_wslay = false };

		for (uint32_t k = dice_roll(&dice, 4) + 1; k > 0; k--)
			talk_control(&talk);
		talk_frame(&talk, false, WS_TEXT, "one \xe2", 5);
		talk_control(&talk);
		talk_frame(&talk, true, WS_CONTINUATION, "\x82\xac two", 6);
		talk_close(&talk);
		talk_damage(&talk);
		talk.close_at = 0;
		we_read(&talk, &dice, &ours);
		if (said_has(&ours, "error 10")) {
			refused++;
		} else if (!has_new_close_code(&ours)) {
			accepted++;
			good = wslay_reads(&talk, &dice, &theirs);
			/* Of a close that is cut off wslay may already
			 * know that its reason is no UTF-8. */
			assert_true(good || !said_has(&ours, "close "));
			assert_int_equal(ours.len, theirs.len);
			assert_memory_equal(ours.data, theirs.data, ours.len);
		}
		buf_release(&ours);
		buf_release(&theirs);
		talk_release(&talk);
	}
	assert_true(accepted > DAMAGED / 10);
	assert_true(refused > DAMAGED / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_wslay_writes_we_read),
		cmocka_unit_test(what_we_write_wslay_reads),
		cmocka_unit_test(
		    what_we_accept_of_damaged_frames_wslay_reads_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Rendering: the input is cut into names, a topic and message texts of a model,
 * and drawn at several sizes. No cell may hold what a terminal acts on, and no
 * half of a wide character may stand alone.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "shared/utf8.h"
#include "tui/render.h"

#define MESSAGES 24

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The texts, one after the other, each with its NUL. */
struct cutter {
	const char *data;
	size_t size, at;
	char texts[8192];
	size_t used;
};

/* The next piece of the input, up to a NUL. Not cleaned: the canvas alone has to
 * do. */
static char *
cut(struct cutter *cutter)
{
	char *text = cutter->texts + cutter->used;
	size_t len = 0;

	while (cutter->at < cutter->size && cutter->data[cutter->at] != '\0' &&
	    cutter->used + len + 2 < sizeof(cutter->texts))
		text[len++] = cutter->data[cutter->at++];
	cutter->at++;
	text[len] = '\0';
	if (cutter->used + len + 2 < sizeof(cutter->texts))
		cutter->used += len + 1;
	return text;
}

static void
check(const struct canvas *canvas)
{
	for (int y = 0; y < canvas->rows; y++) {
		for (int x = 0; x < canvas->columns; x++) {
			const struct cell *cell = canvas_cell(canvas, x, y);

			for (uint8_t i = 0; i < cell->count; i++)
				assert(!utf8_is_control(cell->cp[i]) &&
				    !utf8_is_bidi(cell->cp[i]));
			if (cell->columns == 2)
				assert(x + 1 < canvas->columns &&
				    canvas_cell(canvas, x + 1, y)->columns ==
					0);
			if (cell->columns == 0)
				assert(x > 0 &&
				    canvas_cell(canvas, x - 1, y)->columns ==
					2);
		}
	}
}

static void
draw(struct model *model, const struct editor *editor, int width)
{
	static const int rows[] = { 4, 20, 24, 30 };
	static const int columns[] = { 12, 40, 80, 120 };
	struct wrap_cache *cache = wrap_cache_new(64, WIDTH_EMOJI_SAFE);
	struct render_state state = { .model = model,
		.selected = (uint64_t)width % MESSAGES,
		.editor = editor,
		.cache = cache };
	struct canvas canvas;

	canvas_init(&canvas, (enum width_emoji)(width % 2));
	for (int i = 0; i < 4; i++) {
		canvas_resize(&canvas, columns[i] + width % 9, rows[i]);
		render(&canvas, &state);
		check(&canvas);
	}
	canvas_release(&canvas);
	wrap_cache_free(cache);
}

static void
message_fill(struct message *message, struct reaction *reaction,
    struct cutter *cutter, uint64_t key)
{
	unsigned int kind = cutter->at < cutter->size
	    ? (unsigned char)cutter->data[cutter->at]
	    : 0;

	*message = (struct message){ .key = key,
		.id = (int64_t)key,
		.created_ms = (int64_t)kind * INT64_C(40000000),
		.state = (enum message_state)(kind % 4),
		.event = (kind & 16) != 0,
		.edited_ms = kind & 32,
		.deleted_ms = (kind & 0xc0) == 0xc0,
		.mentions_me = (kind & 64) != 0 };
	message->author.username = cut(cutter);
	message->text = cut(cutter);
	message->error = message->text;
	message->reply_count = kind % 3;
	message->parent_id = (kind & 12) == 12 ? (int64_t)key - 3 : 0;
	message->pinned_ms = kind & 4;
	*reaction = (struct reaction){ .emoji = message->author.username,
		.count = (int64_t)kind * INT64_C(1000000000),
		.mine = kind % 2 == 1 };
	message->reactions = reaction;
	message->reaction_len = kind % 5 == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cutter cutter;
	struct message messages[MESSAGES];
	struct reaction reactions[MESSAGES];
	struct message *window[MESSAGES];
	struct channel channel = { .messages = window,
		.len = MESSAGES,
		.at_end = true,
		.marker_id = 5 };
	struct channel *channels[] = { &channel };
	struct model model = { .channels = channels,
		.len = 1,
		.current = &channel,
		.me_known = true };
	struct editor *editor = editor_new(500, 10);

	cutter = (struct cutter){ .data = (const char *)data, .size = size };
	model.me.username = cut(&cutter);
	channel.name = cut(&cutter);
	channel.topic = cut(&cutter);
	editor_type(editor, channel.topic, strlen(channel.topic));
	for (size_t i = 0; i < MESSAGES; i++) {
		message_fill(&messages[i], &reactions[i], &cutter, i + 1);
		window[i] = &messages[i];
	}
	channel.anchor.bottom = size % 2 == 0;
	channel.anchor.key = 1 + size % MESSAGES;
	channel.anchor.row = (int)(size % 7) - 3;
	draw(&model, editor, (int)(size % 256));
	editor_free(editor);
	return 0;
}

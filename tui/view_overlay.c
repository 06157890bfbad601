/*
 * A list over the panes: a heading, lines of which one may be chosen, and which
 * keys there are. What the lines say is the caller's.
 */
#include "tui/view.h"

#include <string.h>

static int
count_lines(const char *lines)
{
	int count = 0;

	for (; *lines != '\0'; lines++)
		count += *lines == '\n';
	return count;
}

/* Draws up to `rows` lines from the one numbered `top`. */
static void
draw_lines(const struct view *view, struct area area,
    const struct overlay *overlay, int top)
{
	const char *line = overlay->lines;
	char text[512];

	for (int i = 0; *line != '\0' && i < top + area.rows; i++) {
		size_t len = strcspn(line, "\n");
		size_t kept = len < sizeof(text) ? len : sizeof(text) - 1;
		int y = area.y + i - top;

		memcpy(text, line, kept);
		text[kept] = '\0';
		if (i >= top) {
			canvas_cut(view->canvas, area.x + 2, y,
			    area.columns - 3, STYLE_PLAIN, text,
			    view->glyphs->ellipsis);
			if (i == overlay->chosen)
				canvas_restyle(view->canvas,
				    (struct area){ area.x, y, area.columns, 1 },
				    STYLE_CURRENT);
		}
		line += len + (line[len] == '\n');
	}
}

void
view_overlay_draw(const struct view *view, struct area area,
    const struct overlay *overlay)
{
	const char *ellipsis = view->glyphs->ellipsis;
	int last, top = overlay->top;

	if (area.rows < 1)
		return;
	canvas_cut(view->canvas, area.x + 1, area.y, area.columns - 2,
	    STYLE_HEADING, overlay->title, ellipsis);
	area.y++;
	area.rows--;
	if (area.rows >= 4 && overlay->hint != NULL) {
		area.rows--;
		canvas_cut(view->canvas, area.x + 1, area.y + area.rows,
		    area.columns - 2, STYLE_FAINT, overlay->hint, ellipsis);
	}
	if (overlay->chosen >= 0)
		top = overlay->chosen - area.rows + 1;
	last = count_lines(overlay->lines) - area.rows;
	if (top > last)
		top = last;
	draw_lines(view, area, overlay, top < 0 ? 0 : top);
}

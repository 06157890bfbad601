/*
 * The members of the current channel: owners first, as the model has them, with
 * presence before the name and the role at the right.
 */
#include "tui/view.h"

#include <stdio.h>
#include <string.h>

void
view_presence_draw(const struct view *view, int x, int y,
    enum presence presence)
{
	static const struct {
		const char *mark;
		enum style style;
	} marks[] = {
		[PRESENCE_UNKNOWN] = { " ", STYLE_PLAIN },
		[PRESENCE_OFFLINE] = { "-", STYLE_FAINT },
		[PRESENCE_ONLINE] = { "+", STYLE_ONLINE },
		[PRESENCE_AWAY] = { "~", STYLE_AWAY },
		[PRESENCE_DND] = { "~", STYLE_AWAY },
	};

	canvas_puts(view->canvas, x, y, 1, marks[presence].style,
	    marks[presence].mark);
}

static const char *
role_text(char role)
{
	switch (role) {
	case 'o':
		return "owner";
	case 'm':
		return "mod";
	default:
		return "";
	}
}

static void
draw_member(const struct view *view, struct area area, int y,
    const struct member *member)
{
	const char *name = person_name(&member->person);
	const char *role = role_text(member->role);
	int wide = (int)strlen(role);
	enum style style = member->person.id == view->model->me.id
	    ? STYLE_SELF
	    : style_nick(name);

	view_presence_draw(view, area.x, y,
	    model_presence(view->model, member->person.id));
	canvas_cut(view->canvas, area.x + 1, y,
	    area.columns - 2 - (wide > 0 ? wide + 1 : 0), style, name,
	    view->glyphs->ellipsis);
	canvas_puts(view->canvas, area.x + area.columns - 1 - wide, y, wide,
	    STYLE_FAINT, role);
}

void
view_members_draw(const struct view *view, struct area area)
{
	const struct channel *channel = view->model->current;
	char line[32];
	int y = area.y, rows = area.rows;

	if (channel == NULL || rows < 1)
		return;
	if (!channel->members_loaded) {
		snprintf(line, sizeof(line), "loading%s",
		    view->glyphs->ellipsis);
		canvas_puts(view->canvas, area.x + 1, y, area.columns - 1,
		    STYLE_FAINT, line);
		return;
	}
	for (size_t i = 0; i < channel->member_len && rows > 0; i++) {
		if (rows == 1 && channel->member_len - i > 1) {
			snprintf(line, sizeof(line), "and %zu more",
			    channel->member_len - i);
			canvas_puts(view->canvas, area.x + 1, y,
			    area.columns - 1, STYLE_FAINT, line);
			return;
		}
		draw_member(view, area, y++, &channel->members[i]);
		rows--;
	}
}

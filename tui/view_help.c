/*
 * The help, made from the tables of keys and commands: what a table does not
 * have is not there, and what it has cannot be forgotten here.
 */
#include "tui/view.h"

#include <stdio.h>
#include <string.h>

#include "tui/command.h"
#include "tui/keys.h"

/* Lines are counted as they are made; those in sight are drawn. */
struct page {
	const struct view *view;
	struct area area;
	int top;  /* the first line in sight */
	int line; /* the next one */
	int tab;  /* columns of the left half of a line */
};

static void
page_line(struct page *page, enum style style, const char *left,
    const char *right)
{
	const struct glyphs *glyphs = page->view->glyphs;
	struct canvas *canvas = page->view->canvas;
	struct area area = page->area;
	int y = area.y + page->line - page->top;
	int x = area.x + 1, used;

	page->line++;
	if (y < area.y || y >= area.y + area.rows)
		return;
	used = canvas_cut(canvas, x, y, area.columns - 2, style, left,
	    glyphs->ellipsis);
	if (right == NULL)
		return;
	/* What is too long for the left half pushes the right one on. */
	used = used + 2 > page->tab ? used + 2 : page->tab;
	canvas_cut(canvas, x + used, y, area.columns - 2 - used, STYLE_PLAIN,
	    right, glyphs->ellipsis);
}

/* The names of a binding and of the rows behind it that share its help. */
static size_t
binding_names(const struct binding *table, size_t count, size_t at, char *out,
    size_t size)
{
	size_t used = 0;
	char name[16];

	out[0] = '\0';
	do {
		keys_name(table[at].key, name, sizeof(name));
		if (table[at].action != ACTION_WINDOW || used == 0)
			used += (size_t)snprintf(out + used, size - used,
			    "%s%s", used == 0 ? "" : " ", name);
		at++;
	} while (at < count && table[at].help == NULL && used < size - 16);
	while (at < count && table[at].help == NULL)
		at++;
	return at;
}

static void
page_keys(struct page *page)
{
	size_t count;
	const struct binding *table = keys_bindings(&count);
	char names[64], left[72];

	page_line(page, STYLE_HEADING, "Keys", NULL);
	for (size_t i = 0; i < count;) {
		const char *help = table[i].help;

		i = binding_names(table, count, i, names, sizeof(names));
		snprintf(left, sizeof(left), "  %s", names);
		page_line(page, STYLE_LOCAL, left, help);
	}
}

static void
page_commands(struct page *page)
{
	size_t count;
	const struct command *table = command_table(&count);
	char left[96];

	page_line(page, STYLE_HEADING, "Commands", NULL);
	for (size_t i = 0; i < count; i++) {
		const char *usage = table[i].usage == NULL ? ""
							   : table[i].usage;

		snprintf(left, sizeof(left), "  /%s%s%s", table[i].name,
		    usage[0] != '\0' ? " " : "", usage);
		page_line(page, STYLE_LOCAL, left, table[i].help);
	}
}

int
view_help_draw(const struct view *view, struct area area, int top)
{
	struct page page = { view, area, top, 0, area.columns >= 60 ? 26 : 18 };

	page_commands(&page);
	page_line(&page, STYLE_PLAIN, "", NULL);
	page_keys(&page);
	page_line(&page, STYLE_PLAIN, "", NULL);
	page_line(&page, STYLE_FAINT, "PgUp and PgDn scroll, q or Esc closes",
	    NULL);
	return page.line;
}

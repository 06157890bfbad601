/*
 * The screen. Curses keeps what the terminal shows and works out how to change
 * it, but writes into a file in memory, and what it wrote goes on to the
 * terminal as the terminal takes it: curses itself would wait.
 *
 * On terminals of the usual kind paint.c works the same change out a second
 * time, mostly in fewer bytes. Both leave the terminal in one and the same
 * state, so the shorter answer is sent and the other one is thrown away.
 */
#define NCURSES_WIDECHAR 1
#include "tui/screen.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>

/* term.h takes words like this one away. */
#undef columns

#include "shared/base64.h"
#include "shared/utf8.h"
#include "shared/xmalloc.h"
#include "tui/paint.h"
#include "tui/tty.h"

/* Not in terminfo: bracketed paste; the mouse's buttons, as SGR. Terminals that
 * do not know them pass them over. */
#define PASTE_ON "\033[?2004h"
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define ALL_OFF "\033[?1006l\033[?1000l\033[?2004l"
#define PASTE_OFF "\033[?2004l"

struct look {
	attr_t attributes;
	short pair;
};

struct screen {
	struct tty *tty;
	FILE *sink;   /* where curses writes */
	FILE *source; /* where it believes to read */
	SCREEN *curses;
	struct canvas last; /* what stdscr shows */
	struct look looks[STYLE_COUNT];
	bool utf8;
	bool plain; /* paint.c can paint here */
	struct paint_terminal terminal;
	bool busy;
	bool hidden; /* the cursor */
	bool mouse;
};

/* -------------------------------------------------------------- opening --- */

/* A capability of the terminal; NULL where it has none. */
static const char *
capability(const char *name)
{
	const char *text = tigetstr(name);

	/* (char *)-1 is for what is no string capability. */
	return text == NULL || text == (const char *)-1 ? NULL : text;
}

bool
screen_usable(void)
{
	const char *term = getenv("TERM");
	bool usable;
	int error;

	if (!tty_there() || term == NULL || *term == '\0' ||
	    strcmp(term, "dumb") == 0)
		return false;
	if (setupterm(NULL, STDOUT_FILENO, &error) != OK)
		return false;
	usable = capability("cup") != NULL && capability("clear") != NULL;
	del_curterm(cur_term);
	return usable;
}

static attr_t
attributes_of(unsigned int attributes)
{
	attr_t all = A_NORMAL;

	if (attributes & STYLE_BOLD)
		all |= A_BOLD;
	if (attributes & STYLE_DIM)
		all |= A_DIM;
	if (attributes & STYLE_REVERSE)
		all |= A_REVERSE;
	if (attributes & STYLE_UNDERLINE)
		all |= A_UNDERLINE;
	if (attributes & STYLE_ITALIC)
		all |= A_ITALIC;
	return all;
}

/* How many colours there are to use. */
static int
colours_begin(void)
{
	const char *none = getenv("NO_COLOR");

	if ((none != NULL && *none != '\0') || !has_colors())
		return 0;
	if (start_color() != OK || use_default_colors() != OK)
		return 0;
	return COLORS;
}

/* A colour of the palette as curses counts them: where it has all of them, by
 * red, green and blue, only the first eight are the terminal's own. */
static int
curses_colour(int colour, int colours)
{
	if (colours <= 256 || colour < 8)
		return colour;
	return (int)style_rgb((uint8_t)colour);
}

static void
looks_begin(struct screen *screen)
{
	int colours = colours_begin();

	screen->terminal.colours = colours;
	for (int i = 0; i < STYLE_COUNT; i++) {
		struct style_look look = style_look((enum style)i, colours);

		screen->looks[i].attributes = attributes_of(look.attributes);
		if (look.fg < 0 && look.bg < 0)
			continue;
		init_extended_pair(i + 1, curses_colour(look.fg, colours),
		    curses_colour(look.bg, colours));
		screen->looks[i].pair = (short)(i + 1);
	}
}

static bool
capability_is(const char *name, const char *want)
{
	const char *text = capability(name);

	return text != NULL && strcmp(text, want) == 0;
}

/* Whether the terminal is one of those that paint.c paints on, and what it can
 * do. */
static void
terminal_begin(struct screen *screen)
{
	screen->plain = screen->utf8 &&
	    capability_is("cup", "\033[%i%p1%d;%p2%dH") &&
	    capability_is("el", "\033[K") && capability_is("rev", "\033[7m") &&
	    capability_is("bold", "\033[1m") &&
	    capability_is("cuf", "\033[%p1%dC");
	screen->terminal.region = capability_is("csr", "\033[%i%p1%d;%p2%dr");
	screen->terminal.save = capability_is("sc", "\0337") &&
	    capability_is("rc", "\0338");
	screen->terminal.italic = capability_is("sitm", "\033[3m");
	screen->terminal.move_up = capability_is("indn", "\033[%p1%dS");
}

/* What gives the terminal back if there is no time for curses to do it. */
static void
rescue_begin(void)
{
	static const char *const parts[] = { "sgr0", "cnorm", "rmcup" };
	char bytes[128] = ALL_OFF;
	size_t len = strlen(bytes);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *part = capability(parts[i]);
		size_t more = part == NULL ? 0 : strlen(part);

		if (len + more >= sizeof(bytes))
			continue;
		if (more > 0)
			memcpy(bytes + len, part, more);
		len += more;
	}
	tty_set_rescue(bytes, len);
}

/* Curses cannot ask a file for its size, but believes the environment, where
 * shells leave what may be out of date. */
static void
size_tell(int columns, int rows)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", columns);
	setenv("COLUMNS", text, 1);
	snprintf(text, sizeof(text), "%d", rows);
	setenv("LINES", text, 1);
}

static bool
curses_begin(struct screen *screen)
{
	int columns, rows;
	int fd = memfd_create("hubbub-screen", MFD_CLOEXEC);

	if (fd < 0)
		return false;
	screen->sink = fdopen(fd, "w+");
	if (screen->sink == NULL) {
		close(fd);
		return false;
	}
	screen->source = fopen("/dev/null", "re");
	if (screen->source == NULL)
		return false;
	tty_size(&columns, &rows);
	size_tell(columns, rows);
	screen->curses = newterm(NULL, screen->sink, screen->source);
	unsetenv("COLUMNS");
	unsetenv("LINES");
	if (screen->curses == NULL)
		return false;
	resize_term(rows, columns);
	nonl();
	leaveok(stdscr, FALSE);
	/* It would stop half way for input that it takes to be waiting. */
	typeahead(-1);
	return true;
}

struct screen *
screen_open(bool mouse, char *cause, size_t size)
{
	struct screen *screen = xcalloc(1, sizeof(*screen));

	screen->mouse = mouse;
	canvas_init(&screen->last, WIDTH_EMOJI_SAFE);
	screen->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	screen->tty = tty_open(cause, size);
	if (screen->tty == NULL)
		goto out;
	if (!curses_begin(screen)) {
		const char *term = getenv("TERM");

		snprintf(cause, size, "curses does not know the terminal %s",
		    term == NULL ? "(TERM is not set)" : term);
		goto out;
	}
	looks_begin(screen);
	terminal_begin(screen);
	rescue_begin();
	return screen;
out:
	screen_close(screen);
	return NULL;
}

/* Takes what curses wrote and gives it to the terminal, or `instead`, where that
 * is shorter. */
static void
deliver(struct screen *screen, const struct buf *instead)
{
	int fd = fileno(screen->sink);
	off_t size = lseek(fd, 0, SEEK_CUR);
	char *data;

	if (size <= 0)
		return;
	data = xmalloc((size_t)size);
	if (instead != NULL && instead->len < (size_t)size)
		tty_write(screen->tty, instead->data, instead->len);
	else if (pread(fd, data, (size_t)size, 0) == size)
		tty_write(screen->tty, data, (size_t)size);
	free(data);
	if (ftruncate(fd, 0) == 0)
		lseek(fd, 0, SEEK_SET);
	screen_flush(screen);
}

static void
write_text(struct screen *screen, const char *text)
{
	tty_write(screen->tty, text, strlen(text));
	screen_flush(screen);
}

void
screen_leave(struct screen *screen)
{
	if (screen->curses != NULL) {
		write_text(screen, screen->mouse ? ALL_OFF : PASTE_OFF);
		endwin();
		deliver(screen, NULL);
	}
	tty_leave(screen->tty);
}

void
screen_enter(struct screen *screen)
{
	tty_enter(screen->tty);
}

void
screen_close(struct screen *screen)
{
	if (screen == NULL)
		return;
	if (screen->tty != NULL && screen->curses != NULL)
		screen_leave(screen);
	if (screen->curses != NULL)
		delscreen(screen->curses);
	tty_close(screen->tty);
	if (screen->sink != NULL)
		fclose(screen->sink);
	if (screen->source != NULL)
		fclose(screen->source);
	canvas_release(&screen->last);
	free(screen);
}

void
screen_size(int *columns, int *rows)
{
	tty_size(columns, rows);
}

bool
screen_utf8(const struct screen *screen)
{
	return screen->utf8;
}

/* ------------------------------------------------------------- painting --- */

/* Puts one cell into curses' window. */
static void
put(const struct screen *screen, int x, int y, const struct cell *cell)
{
	const struct look *look = &screen->looks[cell->style];
	wchar_t text[WIDTH_CLUSTER_MAX + 1];
	cchar_t out;
	int len = 0;

	for (; len < cell->count; len++)
		text[len] = (wchar_t)cell->cp[len];
	if (!screen->utf8 && cell->cp[0] >= 0x80) {
		text[0] = '?';
		len = 1;
	}
	text[len] = L'\0';
	/* The right half first: should curses think the character narrow,
	 * nothing old is left there. */
	if (cell->columns == 2) {
		setcchar(&out, L" ", look->attributes, look->pair, NULL);
		mvadd_wch(y, x + 1, &out);
	}
	if (setcchar(&out, text, look->attributes, look->pair, NULL) == OK)
		mvadd_wch(y, x, &out);
}

static void
put_changes(struct screen *screen, const struct canvas *canvas, bool whole)
{
	for (int y = 0; y < canvas->rows; y++) {
		for (int x = 0; x < canvas->columns; x++) {
			const struct cell *cell = canvas_cell(canvas, x, y);

			if (cell->columns == 0)
				continue;
			if (whole ||
			    !cell_equal(cell, canvas_cell(&screen->last, x, y)))
				put(screen, x, y, cell);
		}
	}
}

static void
place_cursor(struct screen *screen, const struct canvas *canvas)
{
	bool hide = canvas->cursor_x < 0 || canvas->cursor_y < 0;

	if (hide != screen->hidden)
		curs_set(hide ? 0 : 1);
	screen->hidden = hide;
	if (!hide)
		move(canvas->cursor_y,
		    canvas->cursor_x < canvas->columns ? canvas->cursor_x
						       : canvas->columns - 1);
}

/* True where the whole frame has to go through curses: the terminal may show
 * anything, or the cursor appears or goes. */
static bool
only_curses(const struct screen *screen, const struct canvas *canvas)
{
	bool hide = canvas->cursor_x < 0 || canvas->cursor_y < 0;

	return !screen->plain || hide || hide != screen->hidden;
}

void
screen_paint(struct screen *screen, const struct canvas *canvas, bool whole)
{
	struct buf bytes = BUF_INIT;
	bool shorter;

	if (canvas->columns != COLS || canvas->rows != LINES)
		resize_term(canvas->rows, canvas->columns);
	if (canvas->columns != screen->last.columns ||
	    canvas->rows != screen->last.rows)
		whole = true;
	shorter = !whole && !only_curses(screen, canvas);
	if (whole)
		clear();
	else if (shorter)
		paint_changes(&bytes, &screen->last, canvas, &screen->terminal);
	put_changes(screen, canvas, whole);
	place_cursor(screen, canvas);
	refresh();
	canvas_copy(&screen->last, canvas);
	deliver(screen, shorter ? &bytes : NULL);
	buf_release(&bytes);
	if (whole)
		write_text(screen,
		    screen->mouse ? PASTE_ON MOUSE_ON : PASTE_ON);
}

void
screen_bell(struct screen *screen)
{
	write_text(screen, "\a");
}

void
screen_notice(struct screen *screen, enum screen_osc kind, const char *text)
{
	static const char *const starts[] = { [SCREEN_OSC_9] = "\033]9;",
		[SCREEN_OSC_777] = "\033]777;notify;hubbub;" };
	struct buf bytes = BUF_INIT;

	if (kind == SCREEN_OSC_NONE)
		return;
	buf_puts(&bytes, starts[kind]);
	utf8_clean(&bytes, text, strlen(text), UTF8_CLEAN_LINE);
	buf_puts(&bytes, "\a");
	tty_write(screen->tty, bytes.data, bytes.len);
	screen_flush(screen);
	buf_release(&bytes);
}

bool
screen_copy(struct screen *screen, const char *text)
{
	size_t len = strlen(text);
	char *coded;

	if (BASE64_SIZE(len) - 1 > SCREEN_COPY_MAX)
		return false;
	coded = xmalloc(BASE64_SIZE(len));
	base64_encode(text, len, coded);
	write_text(screen, "\033]52;c;");
	write_text(screen, coded);
	write_text(screen, "\a");
	free(coded);
	return true;
}

bool
screen_busy(const struct screen *screen)
{
	return screen->busy;
}

void
screen_flush(struct screen *screen)
{
	screen->busy = !tty_flush(screen->tty);
}

int
screen_fd(const struct screen *screen)
{
	return tty_fd(screen->tty);
}

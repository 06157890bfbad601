/*
 * The bindings as they hold: a copy of the table, which the file of options
 * changes at the start. Rows of one action stay together, and the first of them
 * has its help, so that the help is made from this table as from the other.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"
#include "tui/keys.h"

/* The copy; NULL: nothing has been changed. */
static struct binding *bound;
static size_t bound_count;

const struct binding *
keys_bindings(size_t *count)
{
	if (bound == NULL)
		return keys_defaults(count);
	*count = bound_count;
	return bound;
}

const struct binding *
keys_binding(uint32_t key)
{
	size_t count;
	const struct binding *table = keys_bindings(&count);

	for (size_t i = 0; i < count; i++) {
		if (table[i].key == key)
			return &table[i];
	}
	return NULL;
}

void
keys_bind_defaults(void)
{
	free(bound);
	bound = NULL;
	bound_count = 0;
}

/* Where in the program's own table an action stands; behind its end for one
 * without a key of its own. */
static size_t
place_of(enum action action, int number)
{
	size_t count, i;
	const struct binding *table = keys_defaults(&count);

	for (i = 0; i < count; i++) {
		if (table[i].action == action && table[i].number == number)
			break;
	}
	return i;
}

/* The row that has the help of the row at `place`: itself or one before it. */
static size_t
head_of(size_t place)
{
	size_t count;
	const struct binding *table = keys_defaults(&count);

	while (place > 0 && place < count && table[place].help == NULL)
		place--;
	return place;
}

/* Gives the first row of each help its text, and the others none. */
static void
help_spread(void)
{
	size_t count, last = SIZE_MAX;
	const struct binding *table = keys_defaults(&count);

	for (size_t i = 0; i < bound_count; i++) {
		struct binding *row = &bound[i];
		size_t head = head_of(place_of(row->action, row->number));

		if (head == count)
			row->help = keys_action_name(row->action, row->number);
		else
			row->help = head == last ? NULL : table[head].help;
		last = head;
	}
}

static void
row_remove(uint32_t key)
{
	for (size_t i = 0; i < bound_count; i++) {
		if (bound[i].key != key)
			continue;
		bound_count--;
		memmove(&bound[i], &bound[i + 1],
		    (bound_count - i) * sizeof(*bound));
		return;
	}
}

/* Puts a row behind the last that belongs before it. */
static void
row_add(uint32_t key, enum action action, int number)
{
	size_t place = place_of(action, number);
	size_t at = bound_count;

	while (at > 0 &&
	    place_of(bound[at - 1].action, bound[at - 1].number) > place)
		at--;
	bound = xreallocarray(bound, bound_count + 1, sizeof(*bound));
	memmove(&bound[at + 1], &bound[at],
	    (bound_count - at) * sizeof(*bound));
	bound[at] = (struct binding){ .key = key,
		.action = action,
		.number = number };
	bound_count++;
}

void
keys_bind(uint32_t key, enum action action, int number)
{
	if (bound == NULL) {
		size_t count;
		const struct binding *table = keys_defaults(&count);

		bound = xreallocarray(NULL, count, sizeof(*bound));
		memcpy(bound, table, count * sizeof(*bound));
		bound_count = count;
	}
	row_remove(key);
	if (action != ACTION_NONE)
		row_add(key, action, number);
	help_spread();
}

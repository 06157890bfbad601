/*
 * Local time. The names of days and months are English, as the rest of the
 * program is: the locale is only asked for its character set.
 */
#include "tui/view_time.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday",
	"Thursday", "Friday", "Saturday" };
static const char *const months[] = { "January", "February", "March", "April",
	"May", "June", "July", "August", "September", "October", "November",
	"December" };

/* False for what no calendar holds: times come from outside. */
static bool
local(int64_t ms, struct tm *tm)
{
	time_t seconds = (time_t)(ms / 1000);

	return ms >= 0 && localtime_r(&seconds, tm) != NULL &&
	    tm->tm_year < 9999 - 1900;
}

void
view_time(int64_t ms, char out[VIEW_TIME_SIZE])
{
	struct tm tm;

	if (!local(ms, &tm))
		memcpy(out, "--:--", VIEW_TIME_SIZE);
	else
		snprintf(out, VIEW_TIME_SIZE, "%02u:%02u",
		    (unsigned int)tm.tm_hour % 100,
		    (unsigned int)tm.tm_min % 100);
}

void
view_day(int64_t ms, char out[VIEW_DAY_SIZE])
{
	struct tm tm;

	if (!local(ms, &tm))
		snprintf(out, VIEW_DAY_SIZE, "?");
	else
		snprintf(out, VIEW_DAY_SIZE, "%s, %d %s %d",
		    days[tm.tm_wday % 7], tm.tm_mday, months[tm.tm_mon % 12],
		    tm.tm_year + 1900);
}

bool
view_same_day(int64_t a_ms, int64_t b_ms)
{
	struct tm a, b;

	if (!local(a_ms, &a) || !local(b_ms, &b))
		return true;
	return a.tm_yday == b.tm_yday && a.tm_year == b.tm_year;
}

/*
 * Clocks and RFC 3339 text. Days are turned into dates by arithmetic on the
 * proleptic Gregorian calendar: no time zone, no locale and no lock of the C
 * library takes part.
 */
#include "shared/clock.h"

#include <stddef.h>
#include <time.h>

#define MS_PER_DAY 86400000LL
#define DAYS_PER_ERA 146097	   /* 400 years */
#define DAYS_TO_1970 719468	   /* from 0000-03-01 */
#define MS_MIN (-62135596800000LL) /* 0001-01-01T00:00:00.000Z */
#define MS_MAX 253402300799999LL   /* 9999-12-31T23:59:59.999Z */

static int64_t
clock_read(clockid_t clock)
{
	struct timespec now;

	/* Cannot fail: both clocks exist on every Linux. */
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_real_ms(void)
{
	return clock_read(CLOCK_REALTIME);
}

int64_t
clock_mono_ms(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

/* Writes the last `digits` decimal digits of `value`. */
static void
digits_put(char *to, int digits, int64_t value)
{
	while (digits-- > 0) {
		to[digits] = (char)('0' + value % 10);
		value /= 10;
	}
}

/* The date of a day counted from 1970-01-01. Years are counted from the first
 * of March, so that the leap day is the last of its year. */
static void
date_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
	int64_t shifted = days + DAYS_TO_1970;
	int64_t era = shifted / DAYS_PER_ERA;
	int64_t of_era = shifted % DAYS_PER_ERA;
	int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 -
				  of_era / 146096) /
	    365;
	int64_t of_year = of_era -
	    (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t march = (5 * of_year + 2) / 153; /* 0 is March */

	*day = of_year - (153 * march + 2) / 5 + 1;
	*month = march < 10 ? march + 3 : march - 9;
	*year = year_of_era + era * 400 + (*month <= 2);
}

static int64_t
days_from_date(int64_t year, int64_t month, int64_t day)
{
	int64_t march = month > 2 ? month - 3 : month + 9;
	int64_t shifted = year - (month <= 2);
	int64_t era = shifted / 400;
	int64_t year_of_era = shifted % 400;
	int64_t of_era = year_of_era * 365 + year_of_era / 4 -
	    year_of_era / 100 + (153 * march + 2) / 5 + day - 1;

	return era * DAYS_PER_ERA + of_era - DAYS_TO_1970;
}

void
clock_format(int64_t ms, char text[CLOCK_TEXT_SIZE])
{
	int64_t year;
	int64_t month;
	int64_t day;
	int64_t of_day;
	int64_t days;

	if (ms < MS_MIN)
		ms = MS_MIN;
	if (ms > MS_MAX)
		ms = MS_MAX;
	/* Division rounds to zero; days before 1970 want the floor. */
	of_day = (ms % MS_PER_DAY + MS_PER_DAY) % MS_PER_DAY;
	days = (ms - of_day) / MS_PER_DAY;
	date_from_days(days, &year, &month, &day);

	digits_put(text, 4, year);
	text[4] = '-';
	digits_put(text + 5, 2, month);
	text[7] = '-';
	digits_put(text + 8, 2, day);
	text[10] = 'T';
	digits_put(text + 11, 2, of_day / 3600000);
	text[13] = ':';
	digits_put(text + 14, 2, of_day / 60000 % 60);
	text[16] = ':';
	digits_put(text + 17, 2, of_day / 1000 % 60);
	text[19] = '.';
	digits_put(text + 20, 3, of_day % 1000);
	text[23] = 'Z';
	text[24] = '\0';
}

/* Reads exactly `digits` digits and moves past them. */
static bool
number_take(const char **text, int digits, int64_t *value)
{
	*value = 0;
	for (; digits > 0; digits--) {
		if (**text < '0' || **text > '9')
			return false;
		*value = *value * 10 + (*(*text)++ - '0');
	}
	return true;
}

static bool
char_take(const char **text, const char *accept)
{
	for (; *accept; accept++) {
		if (**text == *accept) {
			(*text)++;
			return true;
		}
	}
	return false;
}

static bool
date_take(const char **text, int64_t *days)
{
	static const int8_t lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
		31, 30, 31 };
	int64_t year;
	int64_t month;
	int64_t day;
	bool leap;

	if (!number_take(text, 4, &year) || !char_take(text, "-") ||
	    !number_take(text, 2, &month) || !char_take(text, "-") ||
	    !number_take(text, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1)
		return false;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	if (day > lengths[month - 1] + (month == 2 && leap))
		return false;
	*days = days_from_date(year, month, day);
	return true;
}

/* Up to nine digits after the second; those past the millisecond are read and
 * dropped. */
static bool
fraction_take(const char **text, int64_t *ms)
{
	int64_t scale = 100;
	int digits = 0;

	*ms = 0;
	if (!char_take(text, "."))
		return true;
	for (; **text >= '0' && **text <= '9'; digits++) {
		*ms += (*(*text)++ - '0') * scale;
		scale /= 10;
	}
	return digits >= 1 && digits <= 9;
}

static bool
time_take(const char **text, int64_t *ms)
{
	int64_t hour;
	int64_t minute;
	int64_t second;
	int64_t fraction;

	if (!number_take(text, 2, &hour) || !char_take(text, ":") ||
	    !number_take(text, 2, &minute) || !char_take(text, ":") ||
	    !number_take(text, 2, &second) || !fraction_take(text, &fraction))
		return false;
	/* 60 is a leap second (RFC 3339 section 5.7): the first of the next
	 * minute for us, who count none. */
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	*ms = ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
	return true;
}

static bool
offset_take(const char **text, int64_t *ms)
{
	int64_t hour;
	int64_t minute;
	bool minus = **text == '-';

	*ms = 0;
	if (char_take(text, "Zz"))
		return true;
	if (!char_take(text, "+-") || !number_take(text, 2, &hour) ||
	    !char_take(text, ":") || !number_take(text, 2, &minute) ||
	    hour > 23 || minute > 59)
		return false;
	*ms = (hour * 60 + minute) * 60000 * (minus ? -1 : 1);
	return true;
}

bool
clock_parse(const char *text, int64_t *ms)
{
	int64_t days;
	int64_t of_day;
	int64_t offset;
	int64_t result;

	if (!date_take(&text, &days) || !char_take(&text, "Tt") ||
	    !time_take(&text, &of_day) || !offset_take(&text, &offset) || *text)
		return false;
	result = days * MS_PER_DAY + of_day - offset;
	if (result < MS_MIN || result > MS_MAX)
		return false;
	*ms = result;
	return true;
}

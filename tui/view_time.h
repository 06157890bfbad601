/*
 * Times as a person reads them, in the local time zone (TZ).
 */
#ifndef TUI_VIEW_TIME_H
#define TUI_VIEW_TIME_H

#include <stdbool.h>
#include <stdint.h>

#define VIEW_TIME_SIZE 6
#define VIEW_DAY_SIZE 40

/* "14:05"; "--:--" for what is no time. */
void view_time(int64_t ms, char out[VIEW_TIME_SIZE]);

/* "Tuesday, 24 November 2026". */
void view_day(int64_t ms, char out[VIEW_DAY_SIZE]);

bool view_same_day(int64_t a_ms, int64_t b_ms);

#endif

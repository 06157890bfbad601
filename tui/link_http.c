/*
 * Heads of HTTP answers, as far as a session and a request read them alike.
 */
#include "tui/link_http.h"

#include <stdlib.h>
#include <string.h>

#define RETRY_AFTER_MAX_S 300

bool
link_is_http(const char *data, size_t len)
{
	static const char begin[] = "HTTP/";
	size_t known = sizeof(begin) - 1;

	return strncmp(data, begin, len < known ? len : known) == 0;
}

int64_t
link_retry_after(const struct http_head *head, int64_t fallback)
{
	struct span span = http_header(head, "Retry-After");
	char text[16];
	long seconds;

	if (!span.data || span.len == 0 || span.len >= sizeof(text))
		return fallback;
	memcpy(text, span.data, span.len);
	text[span.len] = '\0';
	seconds = strtol(text, NULL, 10);
	if (seconds < 0)
		return fallback;
	return (int64_t)(seconds < RETRY_AFTER_MAX_S ? seconds
						     : RETRY_AFTER_MAX_S) *
	    1000;
}

/*
 * Line mode: talking by lines, as a person does.
 */
#include "tui/line.h"

#include "tui/talk.h"
#include "tui/verb.h"

int
line_main(const struct client_config *config)
{
	const struct talk_options options = { .config = config,
		.wait_ms = VERB_WAIT_MS };

	return talk_main(&options);
}

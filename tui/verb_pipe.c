/*
 * pipe: what bots run on. Plain lines are talking by lines.
 */
#include <stdlib.h>

#include "shared/xmalloc.h"
#include "tui/talk.h"
#include "tui/verb.h"
#include "tui/verb_json.h"

int
verb_pipe(struct invocation *invocation)
{
	struct client_config *config = &invocation->config;
	const struct talk_options options = { .config = config,
		.bot = true,
		.echo = invocation->echo,
		.follow = invocation->follow,
		.strict = invocation->strict,
		.wait_ms = invocation->wait_ms };

	if (invocation->json)
		return verb_pipe_json(invocation);
	if (invocation->channel_count > 0) {
		free(config->channel);
		config->channel = xstrdup(invocation->channels[0]);
	}
	return talk_main(&options);
}

/*
 * Durable sends: how many a second the server acknowledges and how long one
 * takes, with few and many in flight, in one channel and over many.
 *
 *	sends [SECONDS]
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/xmalloc.h"
#include "tests/bench/lib/peer.h"
#include "tests/bench/lib/process.h"

#define SENDERS 64
#define CHANNELS 1000
#define SAMPLES 2000000

/* A bot with channels of its own, so that nobody else hears what it says. */
struct sender {
	int64_t sent_at;
	char (*channels)[32];
	size_t next;
};

static struct sender senders[SENDERS];
static int64_t *samples;
static size_t sample_count, channels_each;

static void
sender_go(struct peer *peer)
{
	struct sender *sender = peer->arg;
	char text[300];
	int n = snprintf(text, sizeof(text),
	    "{\"type\":\"message.send\",\"channel_id\":\"%s\","
	    "\"client_msg_id\":\"m%zu-%lld\",\"text\":\"the quick brown fox "
	    "jumps over the lazy dog, again and again\"}",
	    sender->channels[sender->next++ % channels_each],
	    (size_t)(sender - senders), (long long)bench_now_ns());

	sender->sent_at = bench_now_ns();
	peer_send(peer, text, (size_t)n);
}

static void
on_message(struct peer *peer, const char *text, size_t len)
{
	const struct sender *sender = peer->arg;

	if (len > 14 && memcmp(text, "{\"type\":\"error\"", 15) == 0)
		errx(1, "refused: %.*s", (int)len, text);
	if (sender == NULL || len < 13 ||
	    memcmp(text, "{\"type\":\"ack\"", 13) != 0)
		return;
	if (sample_count < SAMPLES)
		samples[sample_count++] = bench_now_ns() - sender->sent_at;
	sender_go(peer);
}

static void
measure(struct crowd *crowd, pid_t pid, size_t in_flight, int seconds,
    const char *name)
{
	int64_t began = bench_now_ns(), cpu = process_cpu_ns(pid), took;
	uint64_t acks = crowd->acks;
	size_t count;

	sample_count = 0;
	for (size_t i = 0; i < in_flight; i++) {
		crowd->peers[i].arg = &senders[i];
		sender_go(&crowd->peers[i]);
	}
	while (bench_now_ns() - began < seconds * 1000000000LL)
		crowd_turn(crowd, 10);
	took = bench_now_ns() - began;
	acks = crowd->acks - acks;
	cpu = process_cpu_ns(pid) - cpu;
	count = sample_count;
	for (size_t i = 0; i < in_flight; i++)
		crowd->peers[i].arg = NULL;
	bench_line(name, "%.0f/s; p50 %.2f  p99 %.2f ms; %.1f us of CPU",
	    (double)acks * 1e9 / (double)took,
	    (double)bench_quantile(samples, count, 0.5) / 1e6,
	    (double)bench_quantile(samples, count, 0.99) / 1e6,
	    (double)cpu / 1e3 / (double)acks);
	/* What is still under way arrives before the next begins. */
	for (int i = 0; i < 20; i++)
		crowd_turn(crowd, 10);
}

static void
channels_make(struct process *server, size_t who, size_t count)
{
	struct sender *sender = &senders[who];

	sender->channels = xcalloc(count, sizeof(*sender->channels));
	for (size_t i = 0; i < count; i++) {
		struct buf answer = BUF_INIT;
		char body[64];

		snprintf(body, sizeof(body), "{\"name\":\"c%zu-%zu\"}", who, i);
		if (rest_request(server->port, server->tokens[who], "POST",
			"/v1/channels", body, &answer) != 201)
			errx(1, "no channel: %s", answer.data);
		json_pick(strstr(answer.data, "\"channel\""), "id",
		    sender->channels[i], sizeof(sender->channels[i]));
		buf_release(&answer);
	}
}

int
main(int argc, char **argv)
{
	int seconds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 5;
	struct process server;
	struct crowd crowd;

	bench_descriptors();
	samples = xcalloc(SAMPLES, sizeof(*samples));
	process_start(&server, SENDERS, 0);
	for (size_t i = 0; i < SENDERS; i++)
		channels_make(&server, i, CHANNELS / SENDERS);
	crowd_init(&crowd, SENDERS);
	crowd.on_message = on_message;
	for (size_t i = 0; i < SENDERS; i++)
		crowd_connect(&crowd, server.port, server.tokens[i]);
	crowd_until(&crowd, crowd_all_established, NULL, 30, "senders");
	channels_each = 1;
	measure(&crowd, server.pid, 1, seconds, "sends, 1 in flight");
	measure(&crowd, server.pid, SENDERS, seconds,
	    "sends, 64 in flight, 64 channels");
	channels_each = CHANNELS / SENDERS;
	measure(&crowd, server.pid, SENDERS, seconds,
	    "sends, 64 in flight, 1,000 channels");
	crowd_release(&crowd);
	process_stop(&server);
	free(samples);
	for (size_t i = 0; i < SENDERS; i++)
		free(senders[i].channels);
	return 0;
}

/*
 * Fan-out: CPU of the server per delivery, as a ratio to a bare loop of send(2)
 * over as many sockets in the same run; flat out and paced; latency of a
 * delivery when paced.
 *
 *	fanout [RECEIVERS]
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shared/xmalloc.h"
#include "tests/bench/lib/peer.h"
#include "tests/bench/lib/process.h"

#define FLAT_MESSAGES 1000
#define PACED_MESSAGES 100
#define PACE_MS 25
#define WINDOW 64
#define ROUNDS 3

struct run {
	struct crowd crowd;
	struct process server;
	struct peer *sender;
	char channel[32];
	uint64_t sent;
	size_t frame; /* bytes of one delivered frame, for the floor */
	int64_t *latencies, began;
	size_t latency_count;
};

/* The message that is timed carries when it was sent. */
static void
on_message(struct peer *peer, const char *text, size_t len)
{
	struct run *run = peer->arg;
	const char *at;

	if (run == NULL || len < 21 ||
	    memcmp(text, "{\"type\":\"message.new\"", 21) != 0)
		return;
	run->frame = len + (len < 126 ? 2 : 4);
	at = memmem(text, len, "\"text\":\"t", 9);
	if (run->latencies != NULL && at != NULL)
		run->latencies[run->latency_count++] = bench_now_ns() -
		    strtoll(at + 9, NULL, 10);
}

static void
send_one(struct run *run)
{
	char text[512];
	int n = snprintf(text, sizeof(text),
	    "{\"type\":\"message.send\",\"channel_id\":\"%s\",\"text\":\"t%lld "
	    "the quick brown fox jumps over the lazy dog, again and again\"}",
	    run->channel, (long long)bench_now_ns());

	run->sent++;
	peer_send(run->sender, text, (size_t)n);
}

static bool
all_delivered(struct crowd *crowd, void *arg)
{
	const struct run *run = arg;

	return crowd->events == run->sent * crowd->count;
}

static double
flat(struct run *run, double *rate)
{
	int64_t cpu = process_cpu_ns(run->server.pid);
	int64_t began = bench_now_ns();
	uint64_t first = run->sent, deliveries = run->crowd.events;

	while (run->sent - first < FLAT_MESSAGES) {
		while (run->sent - run->sender->acks < WINDOW &&
		    run->sent - first < FLAT_MESSAGES)
			send_one(run);
		crowd_turn(&run->crowd, 10);
	}
	crowd_until(&run->crowd, all_delivered, run, 60, "all deliveries");
	deliveries = run->crowd.events - deliveries;
	*rate = (double)deliveries * 1e9 / (double)(bench_now_ns() - began);
	return (double)(process_cpu_ns(run->server.pid) - cpu) /
	    (double)deliveries;
}

static double
paced(struct run *run)
{
	int64_t cpu = process_cpu_ns(run->server.pid);
	uint64_t deliveries = run->crowd.events;

	for (int i = 0; i < PACED_MESSAGES; i++) {
		int64_t next = bench_now_ns() + PACE_MS * 1000000LL;

		send_one(run);
		while (bench_now_ns() < next)
			crowd_turn(&run->crowd, 1);
	}
	crowd_until(&run->crowd, all_delivered, run, 60, "all deliveries");
	deliveries = run->crowd.events - deliveries;
	return (double)(process_cpu_ns(run->server.pid) - cpu) /
	    (double)deliveries;
}

/* ---- the floor: a child that only calls send(2) ---- */

static void
floor_send(int listener, size_t count, size_t size, int messages, int pace)
{
	int *fds = xcalloc(count, sizeof(*fds));
	char *bytes = xcalloc(1, size);

	for (size_t i = 0; i < count; i++)
		fds[i] = accept(listener, NULL, NULL);
	for (int round = 0; round < messages; round++) {
		struct timespec wait = { 0, pace * 1000000L };

		for (size_t i = 0; i < count; i++)
			if (send(fds[i], bytes, size, MSG_NOSIGNAL) < 0)
				_exit(1);
		if (pace > 0)
			nanosleep(&wait, NULL);
	}
	printf("%lld\n", (long long)process_cpu_ns(getpid()));
	fflush(stdout);
	_exit(0);
}

static void
floor_drain(struct crowd *crowd, size_t total)
{
	static char sink[1 << 16];
	size_t got = 0;

	while (got < total)
		for (size_t i = 0; i < crowd->count; i++) {
			ssize_t n = recv(crowd->peers[i].fd, sink, sizeof(sink),
			    MSG_DONTWAIT);

			got += n > 0 ? (size_t)n : 0;
		}
}

/* CPU of a bare send per delivery, in nanoseconds, with the same receivers. */
static double
bare(size_t count, size_t size, int messages, int pace)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), ends[2];
	struct crowd crowd;
	char text[64] = "";
	pid_t pid;

	if (bind(listener, (struct sockaddr *)&address, len) != 0 ||
	    listen(listener, 4096) != 0 || pipe(ends) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &len) != 0)
		err(1, "floor");
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		floor_send(listener, count, size, messages, pace);
	}
	close(listener);
	crowd_init(&crowd, count);
	for (size_t i = 0; i < count; i++)
		crowd.peers[crowd.count++].fd = rest_open(
		    ntohs(address.sin_port));
	floor_drain(&crowd, count * size * (size_t)messages);
	if (read(ends[0], text, sizeof(text) - 1) <= 0)
		err(1, "floor");
	waitpid(pid, NULL, 0);
	close(ends[0]);
	close(ends[1]);
	crowd_release(&crowd);
	return (double)strtoll(text, NULL, 10) / ((double)count * messages);
}

static void
run_open(struct run *run, size_t receivers)
{
	struct buf answer = BUF_INIT;

	memset(run, 0, sizeof(*run));
	process_start(&run->server, receivers, 1);
	if (rest_request(run->server.port, run->server.tokens[0], "GET",
		"/v1/channels/@bench", NULL, &answer) != 200)
		errx(1, "no channel: %s", answer.data);
	json_pick(answer.data, "id", run->channel, sizeof(run->channel));
	buf_release(&answer);
	crowd_init(&run->crowd, receivers);
	run->crowd.on_message = on_message;
	for (size_t i = 0; i < receivers; i++)
		crowd_connect(&run->crowd, run->server.port,
		    run->server.tokens[i]);
	crowd_until(&run->crowd, crowd_all_established, NULL, 60, "peers");
	run->sender = &run->crowd.peers[0];
	/* One receiver in the middle takes the time. */
	run->crowd.peers[receivers / 2].arg = run;
	send_one(run);
	crowd_until(&run->crowd, all_delivered, run, 10, "first message");
}

static double
median3(double a, double b, double c)
{
	return a > b ? (b > c	       ? b
			       : a > c ? c
				       : a)
		     : (a > c	       ? a
			       : b > c ? c
				       : b);
}

int
main(int argc, char **argv)
{
	size_t receivers = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	double ours_flat[ROUNDS], ours_paced[ROUNDS], rate = 0;
	double floor_flat[ROUNDS], floor_paced[ROUNDS];
	struct run run;
	int64_t *latencies = xcalloc(ROUNDS * PACED_MESSAGES + 1,
	    sizeof(*latencies));

	bench_descriptors();
	run_open(&run, receivers);
	for (int i = 0; i < ROUNDS; i++) {
		floor_flat[i] = bare(receivers, run.frame, FLAT_MESSAGES, 0);
		ours_flat[i] = flat(&run, &rate);
		floor_paced[i] = bare(receivers, run.frame, PACED_MESSAGES,
		    PACE_MS);
		run.latencies = latencies;
		ours_paced[i] = paced(&run);
		run.latencies = NULL;
	}
	bench_line("bare send(2), flat out | paced", "%.2f | %.2f us",
	    median3(floor_flat[0], floor_flat[1], floor_flat[2]) / 1e3,
	    median3(floor_paced[0], floor_paced[1], floor_paced[2]) / 1e3);
	bench_line("CPU of a delivery, flat out",
	    "%.2f us, ratio %.2f; %.0f deliveries/s",
	    median3(ours_flat[0], ours_flat[1], ours_flat[2]) / 1e3,
	    median3(ours_flat[0] / floor_flat[0], ours_flat[1] / floor_flat[1],
		ours_flat[2] / floor_flat[2]),
	    rate);
	bench_line("CPU of a delivery, paced", "%.2f us, ratio %.2f",
	    median3(ours_paced[0], ours_paced[1], ours_paced[2]) / 1e3,
	    median3(ours_paced[0] / floor_paced[0],
		ours_paced[1] / floor_paced[1],
		ours_paced[2] / floor_paced[2]));
	bench_line("latency to the middle receiver, paced",
	    "p50 %.2f  p99 %.2f ms",
	    (double)bench_quantile(latencies, run.latency_count, 0.5) / 1e6,
	    (double)bench_quantile(latencies, run.latency_count, 0.99) / 1e6);
	crowd_release(&run.crowd);
	process_stop(&run.server);
	free(latencies);
	return 0;
}

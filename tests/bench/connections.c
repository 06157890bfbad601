/*
 * Idle connections: what one costs the server in memory, and how quickly many
 * come at once (a connect storm).
 *
 *	connections [N]
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/lib/peer.h"
#include "tests/bench/lib/process.h"

#define PER_BOT 10

int
main(int argc, char **argv)
{
	size_t wanted = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	size_t most = bench_descriptors() - 100, count;
	struct process server;
	struct crowd crowd;
	int64_t memory, cpu, begun, took;

	count = wanted < most ? wanted : most;
	process_start(&server, (count + PER_BOT - 1) / PER_BOT, 0);
	/* The first ones pay for what is allocated once. */
	crowd_init(&crowd, count + 64);
	for (size_t i = 0; i < 64; i++)
		crowd_connect(&crowd, server.port, server.tokens[0]);
	crowd_until(&crowd, crowd_all_established, NULL, 30, "first peers");
	memory = process_memory(server.pid);
	cpu = process_cpu_ns(server.pid);
	begun = bench_now_ns();
	for (size_t i = 0; i < count; i++) {
		crowd_connect(&crowd, server.port, server.tokens[i / PER_BOT]);
		if (i % 64 == 63)
			crowd_turn(&crowd, 0);
	}
	crowd_until(&crowd, crowd_all_established, NULL, 120, "all peers");
	took = bench_now_ns() - begun;
	cpu = process_cpu_ns(server.pid) - cpu;
	bench_line("connect storm",
	    "%zu in %.2f s: %.0f/s, %.0f us of CPU each", count,
	    (double)took / 1e9, (double)count * 1e9 / (double)took,
	    (double)cpu / 1e3 / (double)count);
	bench_line("memory of an idle connection", "%.0f bytes",
	    (double)(process_memory(server.pid) - memory) / (double)count);
	crowd_release(&crowd);
	process_stop(&server);
	return 0;
}

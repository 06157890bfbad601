/*
 * A server of one's own to measure: its own data, port and limits out of the
 * way; what it costs is read from /proc.
 */
#ifndef BENCH_PROCESS_H
#define BENCH_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process {
	pid_t pid;
	int port;
	char dir[128]; /* removed at the end */
	char **tokens; /* of the bots b0, b1, …, members of #bench */
	size_t count;
};

/* Makes a store with `bots` bots in the channel #bench and starts a server on a
 * free port with `workers` workers. Ends the program where that fails. The
 * program is $HUBBUBD, or build/release/hubbubd. */
void process_start(struct process *process, size_t bots, unsigned int workers);

/* Only the store, so that more can be put into it before process_run. */
void process_prepare(struct process *process, size_t bots);
void process_run(struct process *process, unsigned int workers);

/* SIGTERM, waits, removes the directory. */
void process_stop(struct process *process);

/* CPU time of all its threads so far, in nanoseconds. */
int64_t process_cpu_ns(pid_t pid);

/* Anonymous memory in bytes. */
int64_t process_memory(pid_t pid);

/* Nanoseconds of the monotonic clock. */
int64_t bench_now_ns(void);

/* The q quantile (0 to 1) of `count` values, which get sorted. */
int64_t bench_quantile(int64_t *values, size_t count, double q);

/* Raises the limit of descriptors; returns how many there may be. */
size_t bench_descriptors(void);

/* One line of the report: aligned name and value. */
void bench_line(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif

/*
 * Starting, stopping and reading the cost of the server under measurement.
 */
#include "tests/bench/lib/process.h"

#include <dirent.h>
#include <err.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "shared/xmalloc.h"

#define ARGS_MAX 48

/* Limits that would measure themselves are set aside. */
static const char *const options[] = {
	"server.default_channels=bench",
	"server.log_level=info",
	"limits.messages_per_s=1000000",
	"limits.messages_burst=1000000",
	"limits.bot_messages_per_s=1000000",
	"limits.bot_messages_burst=1000000",
	"limits.commands_per_s=1000000",
	"limits.commands_burst=1000000",
	"limits.connections_per_user=100000",
	"limits.connections_per_address=100000",
	"limits.ping_s=3600",
	"limits.silence_s=7200",
};

static const char *
program(void)
{
	const char *name = getenv("HUBBUBD");

	return name != NULL ? name : "build/release/hubbubd";
}

/* The command line: program, options, then what the caller adds. */
static size_t
command(const struct process *process, char *args[ARGS_MAX],
    unsigned int workers)
{
	size_t n = 0;

	args[n++] = xstrdup(program());
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		args[n++] = xstrdup("-o");
		args[n++] = xstrdup(options[i]);
	}
	args[n++] = xstrdup("-o");
	args[n++] = xasprintf("server.data_dir=%s", process->dir);
	args[n++] = xstrdup("-o");
	args[n++] = xasprintf("server.unix_socket=%s/socket", process->dir);
	args[n++] = xstrdup("-o");
	args[n++] = xstrdup("server.listen=127.0.0.1:0");
	args[n++] = xstrdup("-o");
	args[n++] = xasprintf("server.workers=%u", workers);
	return n;
}

/* Starts a program with a pipe on its descriptor `from`. */
static pid_t
spawn(char **args, int from, FILE **stream)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends) != 0)
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (pid == 0) {
		dup2(ends[1], from);
		close(ends[0]);
		close(ends[1]);
		execv(args[0], args);
		err(1, "%s", args[0]);
	}
	close(ends[1]);
	*stream = fdopen(ends[0], "r");
	return pid;
}

static void
args_free(char **args, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(args[i]);
}

/* `bot add` in portions: a command line has an end. */
static void
bots_add(struct process *process, size_t first, size_t count)
{
	char *base[ARGS_MAX];
	size_t n = command(process, base, 1);
	char **args = xcalloc(n + count + 5, sizeof(*args));
	char line[256];
	FILE *output;
	pid_t pid;
	int status;

	memcpy(args, base, n * sizeof(*args));
	args[n++] = xstrdup("-o");
	args[n++] = xstrdup("server.log_level=warn");
	args[n++] = xstrdup("bot");
	args[n++] = xstrdup("add");
	for (size_t i = 0; i < count; i++)
		args[n++] = xasprintf("b%zu", first + i);
	pid = spawn(args, STDOUT_FILENO, &output);
	while (process->count < first + count &&
	    fgets(line, sizeof(line), output) != NULL) {
		char *token = strstr(line, "hbt_");

		if (token == NULL)
			continue;
		token[strcspn(token, " \t\r\n")] = '\0';
		process->tokens[process->count++] = xstrdup(token);
	}
	fclose(output);
	waitpid(pid, &status, 0);
	if (process->count < first + count)
		errx(1, "bot add gave %zu tokens of %zu", process->count,
		    first + count);
	args_free(args, n);
	free(args);
}

void
process_prepare(struct process *process, size_t bots)
{
	memset(process, 0, sizeof(*process));
	snprintf(process->dir, sizeof(process->dir), "%s/hubbub-bench.XXXXXX",
	    getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (mkdtemp(process->dir) == NULL)
		err(1, "%s", process->dir);
	process->tokens = xcalloc(bots + 1, sizeof(*process->tokens));
	for (size_t i = 0; i < bots; i += 500)
		bots_add(process, i, bots - i < 500 ? bots - i : 500);
}

void
process_run(struct process *process, unsigned int workers)
{
	char *args[ARGS_MAX];
	size_t n = command(process, args, workers);
	char line[512];
	FILE *log;

	args[n] = NULL;
	process->pid = spawn(args, STDERR_FILENO, &log);
	while (fgets(line, sizeof(line), log) != NULL) {
		char *port = strstr(line, " port=");

		if (port != NULL)
			process->port = (int)strtol(port + 6, NULL, 10);
		if (strstr(line, " ready") != NULL)
			break;
	}
	if (process->port == 0)
		errx(1, "%s did not start: %s", program(), line);
	args_free(args, n);
}

void
process_start(struct process *process, size_t bots, unsigned int workers)
{
	process_prepare(process, bots);
	process_run(process, workers);
}

static void
directory_remove(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char *name;

		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		name = xasprintf("%s/%s", path, entry->d_name);
		if (unlink(name) != 0)
			directory_remove(name);
		free(name);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(path);
}

void
process_stop(struct process *process)
{
	int status = 0;

	kill(process->pid, SIGTERM);
	waitpid(process->pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		warnx("the server ended with status %d", status);
	directory_remove(process->dir);
	for (size_t i = 0; i < process->count; i++)
		free(process->tokens[i]);
	free(process->tokens);
}

int64_t
process_cpu_ns(pid_t pid)
{
	char path[320];
	int64_t total = 0;
	DIR *dir;
	struct dirent *entry;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		FILE *file;
		long long ns;

		snprintf(path, sizeof(path), "/proc/%d/task/%s/schedstat",
		    (int)pid, entry->d_name);
		file = fopen(path, "r");
		if (file == NULL)
			continue;
		if (fscanf(file, "%lld", &ns) == 1)
			total += ns;
		fclose(file);
	}
	if (dir != NULL)
		closedir(dir);
	return total;
}

int64_t
process_memory(pid_t pid)
{
	char path[64], line[256];
	long long kib = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "RssAnon: %lld kB", &kib) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return kib * 1024;
}

int64_t
bench_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int
value_compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int64_t
bench_quantile(int64_t *values, size_t count, double q)
{
	size_t at = (size_t)(q * (double)count);

	if (count == 0)
		return 0;
	qsort(values, count, sizeof(*values), value_compare);
	return values[at < count ? at : count - 1];
}

size_t
bench_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 256;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur;
}

void
bench_line(const char *name, const char *format, ...)
{
	va_list ap;

	printf("%-52s ", name);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

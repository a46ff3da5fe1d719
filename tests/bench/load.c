/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usage: load [-b CYCLES] [-c CALLS] [-muz] TRACER [ARG...] starts the tracer, ends it by SIGINT;
 *                                                         with -z it sleeps (SIGSTOP) meanwhile,
 *                                                         with -u a user without any capability calls,
 *                                                         with -m of many sockets, in turn
 *        load [-b CYCLES] [-c CALLS] [-m] -p              the tracer is the parent
 *        load [-c CALLS] [-m]                             there is none
 *        load -s                                          prints the time stamp counter
 *
 * What a setsockopt, a getppid and a check of a capability cost while a tracer runs, in cycles of
 * the time stamp counter: under QEMU's -icount shift=0 a cycle is an instruction of the guest.
 * Waits until a call costs more than CYCLES, which is what it costs untraced; makes CALLS to
 * settle, then CALLS of each, some times; waits until the tracer has dealt with them.
 *
 * Prints one line of KEY=NUMBER:
 *   setsockopt, getppid, capable   the calling process, for all CALLS together, of which there are
 *                                  whole hundreds, at most 10,000
 *   setsockopt_reader and so on    the tracer's threads, by /proc/PID/schedstat (ns; in the guest
 *                                  an instruction is one), without what they use idle
 *   cheapest    a setsockopt
 *   start       from exec, or from LOAD_STARTED, until the last probe is attached
 *   rss, peak   VmRSS once all is written, and VmHWM; KiB
 *   calls       setsockopts from then on
 */
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define IDLE_MS 300 /* of the guest's time: every tracer has dealt with its events by then */
#define POLL_MS 5
#define TRIES 16
#define BLOCK 100 /* calls that are measured together */
#define BLOCKS 100
#define MEASURED 3 /* times: the tracer's share is the least of them */
#define START_TRIES (60 * 1000 / POLL_MS)
#define END_TRIES (20 * 1000 / POLL_MS)
#define NOBODY 65534
#define SOCKETS 128 /* a power of two, more than the lines that the tracer keeps: include/lines.h */
#define MARGIN 100  /* less than any probe costs, more than a call varies */

struct cost {
	uint64_t own, tracer;
};

static int sockets[SOCKETS];
static unsigned long last_socket; /* calls are of those up to this one, in turn */
static pid_t tracer;
static unsigned long setsockopts;
static bool puts_to_sleep, is_user;

static void call_setsockopt(void)
{
	static const int on = 1;

	setsockopt(sockets[setsockopts++ & last_socket], SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

static void call_getppid(void)
{
	syscall(SYS_getppid);
}

/* kernel/sys.c: asks for CAP_SYS_ADMIN, and then refuses the length. */
static void call_sethostname(void)
{
	syscall(SYS_sethostname, NULL, -1);
}

static void wait_ms(long ms)
{
	const struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static void fail(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void open_sockets(void)
{
	unsigned long i;

	for (i = 0; i <= last_socket; i++) {
		sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
		if (sockets[i] < 0)
			fail("socket");
	}
}

static uint64_t first_number(const char *path)
{
	unsigned long long num = 0;
	FILE *file = fopen(path, "re");

	if (file && fscanf(file, "%llu", &num) != 1)
		num = 0;
	if (file)
		fclose(file);
	return num;
}

/* What all threads of the tracer have spent, in ns. */
static uint64_t tracer_time(void)
{
	struct dirent *entry;
	char path[300];
	uint64_t sum = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", tracer);
	dir = opendir(path);
	if (!dir)
		fail("the tracer has ended");
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%s/schedstat", tracer, entry->d_name);
		sum += first_number(path);
	}
	closedir(dir);
	return sum;
}

static uint64_t idle_time(void)
{
	uint64_t before = tracer_time();

	wait_ms(IDLE_MS);
	return tracer_time() - before;
}

static int compare(const void *one, const void *other)
{
	const int64_t *a = one, *b = other;

	return *a < *b ? -1 : *a > *b;
}

/* What BLOCK calls cost the caller: without what the tracer has had of that time. */
static int64_t measure_block(void (*call)(void))
{
	uint64_t tracers = tracer_time(), begin = __rdtsc(), end;
	int i;

	for (i = 0; i < BLOCK; i++)
		call();
	end = __rdtsc();
	return end - begin - (tracer_time() - tracers);
}

/*
 * By the median of blocks: in some of them the kernel does work of its own, as freeing memory, or the
 * tracer runs while its time is read.
 */
static struct cost measure(void (*call)(void), unsigned long calls)
{
	uint64_t idle = idle_time(), before = tracer_time(), after;
	int64_t own[BLOCKS];
	unsigned long i, blocks = calls / BLOCK;

	for (i = 0; i < blocks; i++)
		own[i] = measure_block(call);
	wait_ms(IDLE_MS);
	after = tracer_time() - before;
	qsort(own, blocks, sizeof(own[0]), compare);
	return (struct cost){
		.own = own[blocks / 2] * blocks,
		.tracer = after > idle ? after - idle : 0,
	};
}

static uint64_t cheapest_call(void)
{
	uint64_t least = UINT64_MAX, before, cost;
	int i;

	for (i = 0; i < TRIES; i++) {
		before = __rdtsc();
		call_setsockopt();
		cost = __rdtsc() - before;
		least = cost < least ? cost : least;
	}
	return least;
}

/*
 * Returns when the last probe began to tell: a tracer attaches one after the other, and each makes
 * the call dearer.
 */
static uint64_t wait_until_traced(uint64_t untraced)
{
	uint64_t cost, last = untraced, since = 0;
	int i, quiet = 0;

	for (i = 0; i < START_TRIES && quiet < IDLE_MS / POLL_MS; i++) {
		cost = cheapest_call();
		if (cost > last + MARGIN) {
			since = __rdtsc();
			last = cost;
			quiet = 0;
		}
		quiet += since != 0;
		if (waitpid(tracer, NULL, WNOHANG) > 0)
			break; /* of another's child: ECHILD */
		wait_ms(POLL_MS);
	}
	errno = ETIMEDOUT;
	if (!since)
		fail("no call was traced");
	return since;
}

static void start(char **argv)
{
	tracer = fork();
	if (tracer < 0)
		fail("fork");
	if (tracer)
		return;
	execvp(argv[0], argv);
	fail(argv[0]);
}

/* By the signal that all take for "that was all"; bpftrace 0.17 now and then does not end by it. */
static void end(void)
{
	int i;

	kill(tracer, SIGINT);
	kill(tracer, SIGCONT);
	for (i = 0; i < END_TRIES; i++) {
		if (waitpid(tracer, NULL, WNOHANG))
			return;
		wait_ms(POLL_MS);
	}
	kill(tracer, SIGKILL);
	waitpid(tracer, NULL, 0);
}

/* From here on in a child, an ordinary user's; who may end the tracer waits for it. */
static void become_user(void)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		fail("fork");
	if (pid) {
		waitpid(pid, &status, 0);
		end();
		exit(!WIFEXITED(status) || WEXITSTATUS(status));
	}
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		fail("become a user");
}

/* A line of the tracer's /proc/PID/status, "VmRSS", in KiB. */
static unsigned long memory(const char *key)
{
	unsigned long kib = 0;
	char path[64], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", tracer);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)) && line[strlen(key)] == ':')
			kib = strtoul(line + strlen(key) + 1, NULL, 10);
	if (file)
		fclose(file);
	return kib;
}

/* What a tracer does of itself now and then, as a heartbeat, is not in the least of some. */
static void print_cost(const char *name, void (*call)(void), unsigned long calls)
{
	struct cost cost = measure(call, calls), again;
	int i;

	for (i = 1; i < MEASURED; i++) {
		again = measure(call, calls);
		cost.tracer = again.tracer < cost.tracer ? again.tracer : cost.tracer;
	}
	printf("%s=%llu %s_reader=%llu ", name, (unsigned long long)cost.own, name,
	       (unsigned long long)cost.tracer);
}

/* One that has ended costs nothing, and must not be taken for cheap. */
static void fail_without_tracer(void)
{
	errno = ESRCH;
	if (!memory("VmRSS"))
		fail("the tracer has ended");
}

static void report(uint64_t start_time, unsigned long calls)
{
	uint64_t cheapest = cheapest_call();

	measure(call_setsockopt, calls);
	print_cost("setsockopt", call_setsockopt, calls);
	print_cost("getppid", call_getppid, calls);
	print_cost("capable", call_sethostname, calls);
	fail_without_tracer();
	printf("cheapest=%llu start=%llu rss=%lu peak=%lu ", (unsigned long long)cheapest,
	       (unsigned long long)start_time, memory("VmRSS"), memory("VmHWM"));
}

int main(int argc, char **argv)
{
	uint64_t untraced = 0, started = __rdtsc();
	const char *given = getenv("LOAD_STARTED");
	unsigned long calls = 1000;
	int letter;

	while ((letter = getopt(argc, argv, "+b:c:mpsuz")) >= 0) {
		switch (letter) {
		case 'b':
			untraced = strtoull(optarg, NULL, 10);
			break;
		case 'c':
			calls = strtoul(optarg, NULL, 10);
			if (calls < BLOCK || calls > BLOCK * BLOCKS || calls % BLOCK)
				return 2;
			break;
		case 'm':
			last_socket = SOCKETS - 1;
			break;
		case 'p':
			tracer = getppid();
			break;
		case 'u':
			is_user = true;
			break;
		case 'z':
			puts_to_sleep = true;
			break;
		case 's':
			printf("%llu\n", (unsigned long long)started);
			return 0;
		default:
			return 2;
		}
	}
	open_sockets();
	if (tracer && given)
		started = strtoull(given, NULL, 10);
	if (argv[optind])
		start(argv + optind);
	if (tracer)
		started = wait_until_traced(untraced) - started;
	else
		tracer = 1;
	if (puts_to_sleep)
		kill(tracer, SIGSTOP);
	setsockopts = 0;
	if (is_user)
		become_user();
	report(started, calls);
	if (argv[optind] && !is_user)
		end();
	printf("calls=%lu\n", setsockopts);
	return 0;
}

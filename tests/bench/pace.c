/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * usage: pace SECONDS [CALLS_A_SECOND [PROCESSES]]
 *
 * Makes setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ...) for so long, as fast as it can (0) or so many a
 * second, a share each millisecond; all of its processes together. Prints how many were made and the
 * nanoseconds they took.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S 1000000000ULL
#define SLICE_NS 1000000ULL
#define AT_ONCE 64

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

static void call(int fd, uint64_t times)
{
	static const int on = 1;

	for (; times; times--)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

static void sleep_until(uint64_t when)
{
	const struct timespec ts = { .tv_sec = (time_t)(when / NS_PER_S),
				     .tv_nsec = (long)(when % NS_PER_S) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

/* How many were made. */
static uint64_t make_calls(double seconds, uint64_t rate)
{
	uint64_t made = 0, due, begin, end, now;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return 0;
	begin = now = now_ns();
	end = begin + (uint64_t)(seconds * NS_PER_S);
	while (now < end) {
		due = rate ? (now - begin) * rate / NS_PER_S : made + AT_ONCE;
		if (due > made) {
			call(fd, due - made);
			made = due;
		} else {
			sleep_until(now + SLICE_NS);
		}
		now = now_ns();
	}
	return made;
}

int main(int argc, char **argv)
{
	uint64_t rate = argc > 2 ? strtoull(argv[2], NULL, 10) : 0, made = 0, one, begin;
	int processes = argc > 3 ? atoi(argv[3]) : 1, told[2], i;

	if (argc < 2 || processes < 1 || pipe(told))
		return 2;
	begin = now_ns();
	for (i = 0; i < processes; i++) {
		if (fork())
			continue;
		one = make_calls(strtod(argv[1], NULL), rate / (uint64_t)processes);
		return write(told[1], &one, sizeof(one)) != sizeof(one);
	}
	close(told[1]);
	while (read(told[0], &one, sizeof(one)) == sizeof(one))
		made += one;
	printf("%llu %llu\n", (unsigned long long)made, (unsigned long long)(now_ns() - begin));
	return 0;
}

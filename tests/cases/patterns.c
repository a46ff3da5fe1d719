/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * patterns [RULE...]: makes each rule's pattern and its near miss, each in a process of its own and
 * with three authorities: root, uid 1000, and that user as root of a user and network namespace of
 * its own. Prints a line each: RULE make|miss WHO PID RESULT, RESULT being "made" or the name of the
 * error with which the kernel refused.
 */
#include "patterns.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define USER 1000
#define SECONDS 20 /* for one process */

const struct sock_filter take_none[1] = { { 0x06, 0, 0, 0 } };

int set_value(int fd, int level, int optname, const void *value, int len)
{
	if (fd < 0)
		return fd;
	return setsockopt(fd, level, optname, value, (socklen_t)len) ? -errno : 0;
}

int set_int(int fd, int level, int optname, int value)
{
	return set_value(fd, level, optname, &value, sizeof(value));
}

int set_filter(int fd, const struct sock_filter *insns, size_t count)
{
	const struct sock_fprog prog = { (unsigned short)count, (struct sock_filter *)insns };

	return set_value(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog));
}

int open_socket(int family, int type, int protocol)
{
	int fd = socket(family, type | SOCK_CLOEXEC, protocol);

	return fd < 0 ? -errno : fd;
}

int tcp_socket(void)
{
	return open_socket(AF_INET, SOCK_STREAM, 0);
}

int udp_socket(void)
{
	return open_socket(AF_INET, SOCK_DGRAM, 0);
}

int tcp_pair(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int listener = tcp_socket(), fd = tcp_socket();

	if (bind(listener, (struct sockaddr *)&at, len) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&at, &len) ||
	    connect(fd, (struct sockaddr *)&at, len))
		return -errno;
	return fd;
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	close(fd);
	return n == (ssize_t)strlen(text);
}

static int become_user(void)
{
	if (setgroups(0, NULL) || setresgid(USER, USER, USER) || setresuid(USER, USER, USER))
		return -errno;
	/* /proc/self stays this process's own */
	return prctl(PR_SET_DUMPABLE, 1) ? -errno : 0;
}

static int become_root(void)
{
	return 0;
}

static int become_child_root(void)
{
	struct ifreq up = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int ret = become_user();

	if (ret || unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return ret ? ret : -errno;
	if (!write_file("/proc/self/setgroups", "deny") ||
	    !write_file("/proc/self/uid_map", "0 1000 1") ||
	    !write_file("/proc/self/gid_map", "0 1000 1") || ioctl(udp_socket(), SIOCSIFFLAGS, &up))
		return -errno;
	return 0;
}

static const struct {
	const char *name;
	pattern_step become;
} authorities[] = {
	{ "root", become_root },
	{ "user", become_user },
	{ "child", become_child_root },
};

static const char *result_text(int status)
{
	if (WIFSIGNALED(status))
		return strsignal(WTERMSIG(status));
	return WEXITSTATUS(status) ? strerrorname_np(WEXITSTATUS(status)) : "made";
}

static void run(const struct pattern *pattern, const char *step_name, pattern_step step, size_t who)
{
	int status = 0, ret;
	pid_t pid = fork();

	if (!pid) {
		alarm(SECONDS);
		ret = pattern->prepare ? pattern->prepare() : 0;
		if (!ret)
			ret = authorities[who].become();
		if (!ret)
			ret = step();
		_exit(ret < 0 ? -ret : 0);
	}
	waitpid(pid, &status, 0);
	printf("%s %s %s %d %s\n", pattern->rule, step_name, authorities[who].name, pid,
	       result_text(status));
	fflush(stdout);
}

static void run_pattern(const struct pattern *pattern)
{
	size_t who;

	for (who = 0; who < sizeof(authorities) / sizeof(authorities[0]); who++) {
		if (pattern->make)
			run(pattern, "make", pattern->make, who);
		if (pattern->miss)
			run(pattern, "miss", pattern->miss, who);
	}
}

static bool wanted(const char *rule, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strcmp(*names, rule))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	static const struct pattern *const tables[] = { packet_patterns, inet_patterns,
							surface_patterns, authority_patterns };
	const struct pattern *pattern;
	size_t i;

	(void)argc;
	if (geteuid()) {
		fprintf(stderr, "patterns: must be root, to be others\n");
		return 2;
	}
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (pattern = tables[i]; pattern->rule; pattern++)
			if (wanted(pattern->rule, argv + 1))
				run_pattern(pattern);
	return 0;
}

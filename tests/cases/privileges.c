/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * By whose authority the kernel lets a call pass: the same calls with credentials of each kind. What
 * it asks for is written down here as net/core/sock.c and net/ipv4/ip_sockglue.c do it; whether it
 * grants it the call's own result proves.
 */
#include "case.h"
#include "members.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

#define INITIAL_USER_NS 4026531837UL /* include/linux/proc_ns.h: PROC_USER_INIT_INO */

/* The capabilities as the masks of capget: the low half, where both are. */
#define RAW (1U << CAP_NET_RAW)
#define ADMIN (1U << CAP_NET_ADMIN)

/* Who makes the calls, and on whose socket. */
struct who {
	unsigned int
		caps; /* of RAW and ADMIN, in the user namespace that owns the socket's network */
	unsigned int host_caps; /* the same in the initial one */
	unsigned long user_ns;	/* which that is */
	int level;
	const char *by;	      /* the verdict where it is granted there */
	unsigned long net_ns; /* of the socket; 0: the caller's */
};

static bool is_old(void)
{
	struct utsname name;
	int major = 0, minor = 0;

	uname(&name);
	sscanf(name.release, "%d.%d", &major, &minor);
	return major < 5 || (major == 5 && minor < 17);
}

static void put(char *text, size_t size, const char *part)
{
	snprintf(text + strlen(text), size - strlen(text), "%s", part);
}

/* Asks for the capabilities of `wanted`, one after the other, until one is granted. */
static const char *ask(char *checks, size_t size, unsigned int wanted, unsigned int caps,
		       unsigned long user_ns, int level)
{
	static const unsigned int order[] = { RAW, ADMIN };
	const char *verdict = "denied", *before = "";
	char check[128];
	size_t i;

	for (i = 0; i < 2; i++) {
		if (!(wanted & order[i]))
			continue;
		snprintf(check, sizeof(check), "%s[\"%s\",%s,%d,%lu,true]", before,
			 order[i] == RAW ? "CAP_NET_RAW" : "CAP_NET_ADMIN",
			 caps & order[i] ? "true" : "false", level, user_ns);
		put(checks, size, check);
		before = ",";
		if (caps & order[i])
			return "granted";
	}
	return verdict;
}

/* `wanted` 0: the kernel asks for nothing. of_host: in the initial user namespace. */
static void call(const struct who *who, int fd, int level, int optname, int value,
		 unsigned int wanted, bool of_host, const char *held)
{
	char checks[512] = "", more[1024];
	const char *verdict = "none";

	if (wanted && of_host)
		verdict = ask(checks, sizeof(checks), wanted, who->host_caps, INITIAL_USER_NS, 0);
	else if (wanted)
		verdict = ask(checks, sizeof(checks), wanted, who->caps, who->user_ns, who->level);
	if (!strcmp(verdict, "granted"))
		verdict = of_host ? "host-privileged" : who->by;
	if (getenv("CASE_AUDIT"))
		snprintf(more, sizeof(more),
			 "\"heldCap\":%s,\"disagreement\":null,\"verdict\":\"%s\",\"checks\":[%s]",
			 held, verdict, checks);
	else
		snprintf(more, sizeof(more),
			 "\"heldCap\":%s,\"disagreement\":null,\"verdict\":null,\"checks\":null",
			 held);
	if (who->net_ns)
		snprintf(more + strlen(more), sizeof(more) - strlen(more), ",\"netNs\":%lu",
			 who->net_ns);
	case_call(fd, level, optname, &value, sizeof(value), more);
}

static void calls(const struct who *who, int fd)
{
	unsigned int of_mark = is_old() ? ADMIN : RAW | ADMIN;
	const char *net = who->caps ? "true" : "false", *host = who->host_caps ? "true" : "false";

	call(who, fd, SOL_SOCKET, SO_PRIORITY, 7, of_mark, false, net);
	call(who, fd, SOL_SOCKET, SO_MARK, 1, of_mark, false, net);
	call(who, fd, IPPROTO_IP, IP_TRANSPARENT, 1, RAW | ADMIN, false, net);
	call(who, fd, SOL_SOCKET, SO_SNDBUFFORCE, 4096, ADMIN, true, host);
	call(who, fd, SOL_SOCKET, SO_DEBUG, 1, ADMIN, true, host);
	call(who, fd, SOL_SOCKET, SO_PRIORITY, 6, 0, false, net);
	call(who, fd, SOL_SOCKET, SO_KEEPALIVE, 1, 0, false, "null");
}

static int new_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0);
}

/*
 * More checks than a record keeps: __ip_options_compile (net/ipv4/ip_options.c) asks for each option
 * that it does not know.
 */
static void many_checks(void)
{
	const struct who who = { RAW, RAW, INITIAL_USER_NS, 0, "host-privileged" };
	unsigned char options[24];
	char more[1024], checks[512];
	size_t i;

	for (i = 0; i < sizeof(options); i++)
		options[i] = i % 2 ? 2 : 30; /* the length of both, and no option's number */
	strcpy(checks, "");
	for (i = 0; i < 8; i++) {
		put(checks, sizeof(checks), i ? "," : "");
		ask(checks, sizeof(checks), RAW, who.caps, who.user_ns, who.level);
	}
	snprintf(more, sizeof(more),
		 "\"disagreement\":null,\"verdict\":\"%s\",\"checksMore\":4,\"checks\":[%s]",
		 who.by, checks);
	case_call(new_socket(), IPPROTO_IP, IP_OPTIONS, options, sizeof(options),
		  getenv("CASE_AUDIT") ? more : "");
}

static unsigned long namespace_of(const char *pid, const char *kind)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%s/ns/%s", pid, kind);
	return stat(path, &st) ? 0 : (unsigned long)st.st_ino;
}

static const struct who root = { RAW | ADMIN, RAW | ADMIN, INITIAL_USER_NS, 0, "host-privileged" };

/* All but CAP_NET_ADMIN given up. */
static int half(void)
{
	static const struct who who = { ADMIN, ADMIN, INITIAL_USER_NS, 0, "host-privileged" };
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { .effective = ADMIN, .permitted = ADMIN } };
	int fd = new_socket();

	if (syscall(SYS_capset, &header, data))
		return 1;
	calls(&who, fd);
	return 0;
}

static bool be_user(void)
{
	return !setresuid(1000, 1000, 1000) && !prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static int plain(void)
{
	static const struct who who = { 0, 0, INITIAL_USER_NS, 0, "" };

	if (!be_user())
		return 1;
	calls(&who, new_socket());
	return 0;
}

static bool put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return done;
}

/* mapped: for who is to make others below them, which takes a uid and a gid that they know. */
static bool enter_namespaces(bool mapped)
{
	char uids[32];

	snprintf(uids, sizeof(uids), "0 %d 1", getuid());
	return !unshare(CLONE_NEWUSER | CLONE_NEWNET) &&
	       (!mapped ||
		(put_file("/proc/self/setgroups", "deny") && put_file("/proc/self/uid_map", uids) &&
		 put_file("/proc/self/gid_map", "0 0 1")));
}

static int as_root_of_them(int level, const char *by)
{
	struct who who = { RAW | ADMIN, 0, namespace_of("self", "user"), level, by };

	calls(&who, new_socket());
	return 0;
}

/* Whoever is anybody on this machine may make himself root of these. */
static int in_own(void)
{
	return be_user() && enter_namespaces(false) ? as_root_of_them(1, "userns-granted") : 1;
}

static int in_roots(void)
{
	return enter_namespaces(false) ? as_root_of_them(1, "root-userns-granted") : 1;
}

/* Who made the outer one decides: it is what the host has let happen. */
static int in_own_below_own(void)
{
	return be_user() && enter_namespaces(true) && enter_namespaces(false) ?
		       as_root_of_them(2, "userns-granted") :
		       1;
}

static int in_users_below(void)
{
	if (!enter_namespaces(false) || raise(SIGSTOP))
		return 1;
	return be_user() && enter_namespaces(false) ? as_root_of_them(2, "root-userns-granted") : 1;
}

static int in_users_below_roots(void)
{
	char path[64];
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(in_users_below());
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		return 1;
	snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	status = !put_file(path, "0 0 2000");
	snprintf(path, sizeof(path), "/proc/%d/gid_map", pid);
	status |= !put_file(path, "0 0 2000");
	kill(pid, status ? SIGKILL : SIGCONT);
	return waitpid(pid, &status, 0) != pid || status;
}

/* Root there, but without capabilities: as uid 1000 of the host is nobody. */
static int dropped_in_own(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };
	struct who who = { 0, 0, 0, 1, "" };

	if (!be_user() || !enter_namespaces(false) || syscall(SYS_capset, &header, none))
		return 1;
	who.user_ns = namespace_of("self", "user");
	calls(&who, new_socket());
	return 0;
}

/* A socket of a child's network namespace, and a process of the host. */
static int over_child(unsigned int host_caps)
{
	struct who who = { RAW | ADMIN, host_caps, 0, 1, "host-privileged-over-child" };
	int ready[2], theirs = 100, fd;
	char byte, number[16];
	pid_t pid;

	if (pipe(ready))
		return 1;
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) || dup2(new_socket(), theirs) < 0 ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		return 1;
	snprintf(number, sizeof(number), "%d", pid);
	who.user_ns = namespace_of(number, "user");
	who.net_ns = namespace_of(number, "net");
	fd = (int)syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, pid, 0), theirs, 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (fd < 0)
		return 1;
	calls(&who, fd);
	return 0;
}

static int root_over_child(void)
{
	return over_child(RAW | ADMIN);
}

/* Who made a namespace has all capabilities in it, and none on the host. */
static int owner_over_child(void)
{
	return be_user() ? over_child(0) : 1;
}

int case_privileges(void)
{
	static int (*const as[])(void) = { half,
					   plain,
					   in_own,
					   in_roots,
					   in_own_below_own,
					   in_users_below_roots,
					   dropped_in_own,
					   root_over_child,
					   owner_over_child };
	int status = 0;
	size_t i;

	calls(&root, new_socket());
	many_checks();
	for (i = 0; i < sizeof(as) / sizeof(as[0]); i++)
		status |= case_in_child(as[i]);
	return status;
}

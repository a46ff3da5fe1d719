/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The cases, one function each: cases list | cases NAME */
#include "case.h"
#include "members.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/net_tstamp.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SO_RCVTIMEO_NEW
#define SO_RCVTIMEO_NEW 66
#define SO_SNDTIMEO_NEW 67
#endif
#define OLD_RCVTIMEO 20 /* asm-generic/socket.h: SO_RCVTIMEO_OLD */
#define OLD_SNDTIMEO 21
#define PAGE 4096

static int tcp_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int udp_socket(int family)
{
	return socket(family, SOCK_DGRAM, 0);
}

/* 002_251393260ffa7c30.txt: the options of a server, and a client's time-out */
static int seed_server(void)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 5 };
	struct timeval timeout = { .tv_sec = 5 };
	int fd = tcp_socket();

	CASE_OF_INT(fd, SOL_SOCKET, SO_REUSEADDR, 1,
		    NAMES("SOL_SOCKET", "SO_REUSEADDR") TEXT("on") CLEAN
		    ",\"type\":\"int (boolean)\",\"value\":1,\"source\":\"entry\"");
	CASE_OF_INT(fd, SOL_SOCKET, SO_KEEPALIVE, 1,
		    NAMES("SOL_SOCKET", "SO_KEEPALIVE") TEXT("on") CLEAN ",\"value\":1");
	case_call(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger),
		  NAMES("SOL_SOCKET", "SO_LINGER") TEXT("{on, 5s}") CLEAN
		  ",\"type\":\"struct linger\","
		  "\"value\":{\"l_onoff\":1,\"l_linger\":5}");
	case_call(fd, SOL_SOCKET, OLD_RCVTIMEO, &timeout, sizeof(timeout),
		  NAMES("SOL_SOCKET", "SO_RCVTIMEO") TEXT("5s") CLEAN
		  ",\"value\":{\"tv_sec\":5,\"tv_usec\":0}");
	return 0;
}

/* 001_2ae6b57ad02e268a.txt: before bind, on the listening socket */
static int seed_listener(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	int fd = tcp_socket();

	CASE_OF_INT(fd, SOL_SOCKET, SO_REUSEADDR, 1,
		    NAMES("SOL_SOCKET", "SO_REUSEADDR") TEXT("on") CLEAN);
	CASE_OF_INT(fd, SOL_SOCKET, SO_REUSEPORT, 1,
		    NAMES("SOL_SOCKET", "SO_REUSEPORT") TEXT("on") CLEAN);
	if (bind(fd, (struct sockaddr *)&any, sizeof(any)) || listen(fd, 8))
		return 1;
	CASE_OF_INT(fd, SOL_SOCKET, SO_REUSEADDR, 0,
		    NAMES("SOL_SOCKET", "SO_REUSEADDR") TEXT("off") CLEAN ",\"state\":\"LISTEN\"");
	return 0;
}

/* 003_95f0414eae66eb39.txt: "optval points to an invalid pointer or optlen is invalid" */
static int seed_invalid(void)
{
	int fd = tcp_socket(), one = 1;

	case_call(fd, SOL_SOCKET, SO_REUSEADDR, (void *)16, sizeof(one),
		  NAMES("SOL_SOCKET", "SO_REUSEADDR") FLAGS(
			  "\"bad_optval\"") ",\"source\":\"none\",\"value\":null,\"text\":null");
	case_call(fd, SOL_SOCKET, SO_REUSEADDR, &one, 1,
		  NAMES("SOL_SOCKET", "SO_REUSEADDR") FLAGS("\"short_optlen\""));
	return 0;
}

static int pointers(void)
{
	char *page =
		mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = tcp_socket(), one = 1;

	if (page == MAP_FAILED || munmap(page + 2 * PAGE, PAGE))
		return 1;
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, NULL, sizeof(one), FLAGS("\"null_optval\"") + 1);
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, NULL, 0, FLAGS("\"short_optlen\"") + 1);
#if defined(__x86_64__) || defined(__aarch64__)
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, (void *)0xffffffff81000000, sizeof(one),
		  FLAGS("\"kernel_optval\"") + 1);
	/* between the halves: nobody's */
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, (void *)0x0000800000000000, sizeof(one),
		  FLAGS("\"bad_optval\"") + 1);
#endif
	/* a page that was never touched is no invalid pointer: the kernel brings it in */
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, page, sizeof(one),
		  FLAGS("") ",\"source\":\"exit\",\"value\":0" + 1);
	/* straddling two good pages, and the last bytes of the last good page */
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, page + PAGE - 2, sizeof(one), FLAGS("") + 1);
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, page + 2 * PAGE - 4, sizeof(one), FLAGS("") + 1);
	/* one byte beyond it */
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, page + 2 * PAGE - 3, sizeof(one),
		  FLAGS("\"bad_optval\"") + 1);
	/* the caller offers more than there is, the kernel takes less and is content */
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, page + 2 * PAGE - 4, 8,
		  FLAGS("\"long_optlen\"") ",\"captured\":4,\"value\":0" + 1);
	/* bad descriptor: the kernel never looked, we cannot either */
	case_call(-1, SOL_SOCKET, SO_KEEPALIVE, (void *)16, sizeof(one),
		  FLAGS("\"unread_optval\"") + 1);
	return 0;
}

#ifdef __aarch64__
#define TAGGED(_pointer, _tag) ((void *)((uintptr_t)(_pointer) | (uint64_t)(_tag) << 56))

/* The kernel takes a tag in the top byte from who has asked for that, and from nobody else. */
static int tagged_pointers(void)
{
	const struct sock_filter take = { 0x06, 0, 0, 0xffff }; /* ret #65535 */
	struct sock_fprog program = { 1, TAGGED(&take, 0x80) };
	int fd = tcp_socket(), one = 1;

	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, TAGGED(&one, 0x5a), sizeof(one),
		  "\"ret\":-14,\"bytes\":null" FLAGS("\"bad_optval\""));
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, TAGGED(&one, 0xff), sizeof(one),
		  "\"ret\":-14,\"bytes\":null" FLAGS("\"bad_optval\""));
	if (prctl(PR_SET_TAGGED_ADDR_CTRL, PR_TAGGED_ADDR_ENABLE, 0, 0, 0))
		return 1;
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, TAGGED(&one, 0x5a), sizeof(one),
		  "\"ret\":0,\"source\":\"entry\",\"value\":1" CLEAN);
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, TAGGED(&one, 0xff), sizeof(one),
		  "\"ret\":0,\"source\":\"entry\",\"value\":1" CLEAN);
	case_call(fd, SOL_SOCKET, SO_ATTACH_FILTER, TAGGED(&program, 0x01), sizeof(program),
		  "\"ret\":0,\"value\":{\"len\":1,\"filter\":[\"ret #65535\"]}" CLEAN);
	case_call(fd, SOL_SOCKET, SO_KEEPALIVE, TAGGED(16, 0xff), sizeof(one),
		  FLAGS("\"bad_optval\"") + 1);
	return 0;
}
#endif

static int lengths(void)
{
	static char much[70000];
	int fd = tcp_socket();

	case_call(fd, SOL_SOCKET, SO_RCVBUF, much, -1,
		  FLAGS("\"negative_optlen\"") ",\"value\":null" + 1);
	case_call(fd, SOL_SOCKET, SO_RCVBUF, much, INT32_MIN, FLAGS("\"negative_optlen\"") + 1);
	case_call(fd, SOL_SOCKET, SO_RCVBUF, much, 0, FLAGS("\"short_optlen\"") + 1);
	case_call(fd, SOL_SOCKET, SO_RCVBUF, much, 3, FLAGS("\"short_optlen\"") + 1);
	case_call(fd, SOL_SOCKET, SO_RCVBUF, much, 4, FLAGS("") + 1);
	case_call(fd, SOL_SOCKET, SO_RCVBUF, much, 5, FLAGS("\"long_optlen\"") + 1);
	case_call(fd, SOL_SOCKET, SO_RCVBUF, much, 65536,
		  FLAGS("\"long_optlen\"") ",\"captured\":128" + 1);
	case_call(fd, SOL_SOCKET, SO_RCVBUF, much, 65537,
		  FLAGS("\"long_optlen\",\"huge_optlen\"") + 1);
	return 0;
}

static int names(void)
{
	int fd = tcp_socket(), dgram = udp_socket(AF_INET), local = socket(AF_UNIX, SOCK_STREAM, 0);

	CASE_OF_INT(fd, 77, 5, 1, NAMES("77", "5") FLAGS("\"unknown_level\""));
	CASE_OF_INT(fd, -1, -1, 1, NAMES("-1", "-1") FLAGS("\"unknown_level\""));
	CASE_OF_INT(fd, SOL_SOCKET, 888, 1,
		    NAMES("SOL_SOCKET", "888")
			    FLAGS("\"unknown_option\"") ",\"type\":null,\"value\":null,\"text\":\"<"
							"01 00 00 00>\"");
	/* a name belongs to its level: 26 is SO_ATTACH_FILTER only of SOL_SOCKET, 1 TCP_NODELAY of TCP */
	CASE_OF_INT(fd, IPPROTO_TCP, TCP_NODELAY, 1,
		    NAMES("SOL_TCP", "TCP_NODELAY") TEXT("on") CLEAN);
	/* levels that these sockets have not */
	CASE_OF_INT(dgram, IPPROTO_TCP, TCP_NODELAY, 1, FLAGS("\"unknown_level\"") + 1);
	CASE_OF_INT(local, IPPROTO_IP, IP_TTL, 1,
		    FLAGS("\"unknown_level\"") ",\"assumed\":true" + 1);
	CASE_OF_INT(local, SOL_SOCKET, SO_PASSCRED, 1,
		    NAMES("SOL_SOCKET", "SO_PASSCRED") TEXT("on") CLEAN);
	return 0;
}

static int descriptors(void)
{
	int pipe_fd[2], path = open("/", O_PATH), none = 7;

	if (pipe(pipe_fd))
		return 1;
	CASE_OF_INT(-1, SOL_SOCKET, SO_REUSEADDR, 1, CLEAN + 1);
	CASE_OF_INT(1000000, SOL_SOCKET, SO_REUSEADDR, 1, CLEAN + 1);
	close(none);
	CASE_OF_INT(none, SOL_SOCKET, SO_REUSEADDR, 1, CLEAN + 1);
	CASE_OF_INT(pipe_fd[0], SOL_SOCKET, SO_REUSEADDR, 1, CLEAN + 1);
	CASE_OF_INT(path, SOL_SOCKET, SO_REUSEADDR, 1, CLEAN ",\"assumed\":false" + 1);
	/* which 6 and 17 are meant nobody knows; TCP and UDP are likelier than L2CAP and SCO */
	CASE_OF_INT(-1, IPPROTO_TCP, TCP_NODELAY, 1,
		    NAMES("SOL_TCP", "TCP_NODELAY") CLEAN ",\"assumed\":true");
	CASE_OF_INT(pipe_fd[0], IPPROTO_UDP, UDP_CORK, 1,
		    NAMES("SOL_UDP", "UDP_CORK") CLEAN ",\"assumed\":true");
	CASE_OF_INT(-1, 77, 1, 1, NAMES("77", "1") ",\"assumed\":false");

	return 0;
}

/* Two connected sockets of that family on the loopback. */
static int connected_pair(int family, int fds[2])
{
	struct sockaddr_storage storage = { .ss_family = (sa_family_t)family };
	socklen_t len = sizeof(storage);
	int listener = socket(family, SOCK_STREAM, 0);

	if (family == AF_INET)
		((struct sockaddr_in *)&storage)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		((struct sockaddr_in6 *)&storage)->sin6_addr = in6addr_loopback;
	if (bind(listener, (struct sockaddr *)&storage, len) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&storage, &len))
		return 1;
	fds[0] = socket(family, SOCK_STREAM, 0);
	if (connect(fds[0], (struct sockaddr *)&storage, len))
		return 1;
	fds[1] = accept(listener, NULL, NULL);
	close(listener);
	return fds[1] < 0;
}

static int sockets(void)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct sockaddr_in dst = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fds[2], fd;
	size_t i;

	for (i = 0; i < 2; i++) {
		fd = socket(families[i], SOCK_STREAM, 0);
		CASE_OF_INT(fd, SOL_SOCKET, SO_KEEPALIVE, 1, CLEAN ",\"state\":\"CLOSE\"" + 1);
		if (connected_pair(families[i], fds))
			return 1;
		CASE_OF_INT(fds[0], SOL_SOCKET, SO_KEEPALIVE, 1,
			    CLEAN ",\"state\":\"ESTABLISHED\"" + 1);
		CASE_OF_INT(fds[1], SOL_SOCKET, SO_KEEPALIVE, 1, CLEAN + 1);
	}
	dst.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = udp_socket(AF_INET);
	if (connect(fd, (struct sockaddr *)&dst, sizeof(dst)))
		return 1;
	CASE_OF_INT(fd, SOL_SOCKET, SO_BROADCAST, 1, CLEAN + 1);
	CASE_OF_INT(socket(AF_UNIX, SOCK_DGRAM, 0), SOL_SOCKET, SO_RCVBUF, 4096, CLEAN + 1);
	CASE_OF_INT(socket(AF_NETLINK, SOCK_RAW, 0), SOL_SOCKET, SO_RCVBUF, 4096, CLEAN + 1);
	CASE_OF_INT(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), SOL_SOCKET, SO_RCVBUF, 4096,
		    CLEAN + 1);
	return 0;
}

static int values_socket(void)
{
	struct timeval usec = { .tv_sec = 1, .tv_usec = 500000 }, wrong = { .tv_usec = 1000000 };
	int64_t new_time[2] = { 7, 250000 };
	struct linger off = { 0 };
	int fd = tcp_socket();

	case_call(fd, SOL_SOCKET, OLD_SNDTIMEO, &usec, sizeof(usec),
		  NAMES("SOL_SOCKET", "SO_SNDTIMEO") TEXT("1.5s") CLEAN);
	case_call(fd, SOL_SOCKET, SO_RCVTIMEO_NEW, new_time, sizeof(new_time),
		  NAMES("SOL_SOCKET", "SO_RCVTIMEO_NEW") TEXT("7.25s") CLEAN);
	case_call(fd, SOL_SOCKET, OLD_RCVTIMEO, &wrong, sizeof(wrong),
		  NAMES("SOL_SOCKET", "SO_RCVTIMEO") FLAGS("\"out_of_range\""));
	case_call(fd, SOL_SOCKET, SO_LINGER, &off, sizeof(off),
		  CLEAN ",\"value\":{\"l_onoff\":0,\"l_linger\":0}" + 1);
	CASE_OF_INT(fd, SOL_SOCKET, SO_RCVBUF, 65536,
		    CLEAN ",\"value\":65536,\"text\":\"65536\"" + 1);
	CASE_OF_INT(fd, SOL_SOCKET, SO_TIMESTAMPING,
		    SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE,
		    NAMES("SOL_SOCKET", "SO_TIMESTAMPING") CLEAN TEXT(
			    "SOF_TIMESTAMPING_TX_SOFTWARE|SOF_TIMESTAMPING_RX_SOFTWARE"));
	case_call(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3,
		  NAMES("SOL_SOCKET", "SO_BINDTODEVICE") CLEAN
		  ",\"value\":\"lo\",\"text\":\"\\\"lo\\\"\"");
	return 0;
}

static int values_inet(void)
{
	struct ip_mreqn mreqn = { .imr_ifindex = 1 };
	struct ipv6_mreq mreq6 = { .ipv6mr_interface = 1 };
	struct ip_mreq mreq = { 0 };
	int fd = udp_socket(AF_INET), fd6 = udp_socket(AF_INET6), tcp = tcp_socket();
	unsigned char ttl = 3;

	mreq.imr_multiaddr.s_addr = mreqn.imr_multiaddr.s_addr = inet_addr("224.1.2.3");
	mreq.imr_interface.s_addr = htonl(INADDR_LOOPBACK);
	inet_pton(AF_INET6, "ff02::1234", &mreq6.ipv6mr_multiaddr);
	CASE_OF_INT(fd, IPPROTO_IP, IP_TTL, 64, NAMES("SOL_IP", "IP_TTL") CLEAN ",\"value\":64");
	case_call(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl, 1,
		  NAMES("SOL_IP", "IP_MULTICAST_TTL") CLEAN ",\"value\":3");
	CASE_OF_INT(fd, IPPROTO_IP, IP_TTL, 256,
		    NAMES("SOL_IP", "IP_TTL") FLAGS("\"out_of_range\""));
	CASE_OF_INT(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO,
		    NAMES("SOL_IP", "IP_MTU_DISCOVER") TEXT("IP_PMTUDISC_DO") CLEAN ",\"value\":2");
	case_call(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof(mreq),
		  NAMES("SOL_IP", "IP_ADD_MEMBERSHIP") CLEAN
		  ",\"value\":{\"imr_multiaddr\":\"224.1.2.3\",\"imr_interface\":\"127.0.0.1\"}");
	case_call(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &mreq, sizeof(mreq),
		  NAMES("SOL_IP", "IP_DROP_MEMBERSHIP") CLEAN);
	case_call(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreqn, sizeof(mreqn),
		  NAMES("SOL_IP", "IP_ADD_MEMBERSHIP") CLEAN);
	CASE_OF_INT(fd6, IPPROTO_IPV6, IPV6_V6ONLY, 1,
		    NAMES("SOL_IPV6", "IPV6_V6ONLY") TEXT("on") CLEAN);
	case_call(fd6, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &mreq6, sizeof(mreq6),
		  NAMES("SOL_IPV6", "IPV6_ADD_MEMBERSHIP") CLEAN
		  ",\"value\":{\"ipv6mr_multiaddr\":\"ff02::1234\",\"ipv6mr_ifindex\":1,"
		  "\"ipv6mr_ifindex_name\":\"lo\"}");
	/* SOL_IP is there on an IPv6 socket as well */
	CASE_OF_INT(fd6, IPPROTO_IP, IP_TTL, 9, NAMES("SOL_IP", "IP_TTL") CLEAN);
	CASE_OF_INT(tcp, IPPROTO_TCP, TCP_KEEPIDLE, 60,
		    NAMES("SOL_TCP", "TCP_KEEPIDLE") TEXT("60s") CLEAN);
	CASE_OF_INT(tcp, IPPROTO_TCP, TCP_KEEPIDLE, 40000, FLAGS("\"out_of_range\"") + 1);
	case_call(tcp, IPPROTO_TCP, TCP_CONGESTION, "reno", 4,
		  NAMES("SOL_TCP", "TCP_CONGESTION") CLEAN ",\"value\":\"reno\"");
	CASE_OF_INT(fd, IPPROTO_UDP, UDP_CORK, 1, NAMES("SOL_UDP", "UDP_CORK") TEXT("on") CLEAN);
	return case_headers();
}

static int secrets(void)
{
	struct tcp_md5sig md5 = { .tcpm_keylen = 6, .tcpm_key = "secret" };
	struct sockaddr_in *addr = (struct sockaddr_in *)&md5.tcpm_addr;

	addr->sin_family = AF_INET;
	addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	case_call(tcp_socket(), IPPROTO_TCP, TCP_MD5SIG, &md5, sizeof(md5),
		  NAMES("SOL_TCP", "TCP_MD5SIG") CLEAN
		  ",\"source\":\"none\",\"bytes\":null,"
		  "\"captured\":0,\"value\":null,\"text\":\"redacted (216 bytes)\"");
	return 0;
}

static int hostile(void)
{
	char name[16] = "\x1b[31m\xff\"\n\\\x7f\xc2\x9b";
	int fd = tcp_socket();

	prctl(PR_SET_NAME, name);
	CASE_OF_INT(fd, SOL_SOCKET, SO_KEEPALIVE, 1, CLEAN + 1);
	prctl(PR_SET_NAME, "");
	CASE_OF_INT(fd, SOL_SOCKET, SO_KEEPALIVE, 1, CLEAN + 1);
	case_call(fd, IPPROTO_TCP, TCP_CONGESTION, "\x1b]0;x\x07\xff", 7,
		  NAMES("SOL_TCP", "TCP_CONGESTION"));
	return 0;
}

static void *thread_body(void *arg)
{
	CASE_OF_INT(*(int *)arg, SOL_SOCKET, SO_KEEPALIVE, 1, CLEAN + 1);
	return NULL;
}

static int thread(void)
{
	pthread_t id;
	int fd = tcp_socket();

	return pthread_create(&id, NULL, thread_body, &fd) || pthread_join(id, NULL);
}

/* Runs body in a child; its exit status. */
static int one_call(void)
{
	CASE_OF_INT(tcp_socket(), SOL_SOCKET, SO_KEEPALIVE, 1, CLEAN + 1);
	return 0;
}

/* A descriptor that names another socket each time, twice; what is told is never the last one's. */
static int reopened(void)
{
	static const struct {
		int family, type, protocol;
	} kinds[] = { { AF_INET, SOCK_STREAM, 0 },
		      { AF_INET, SOCK_DGRAM, 0 },
		      { AF_UNIX, SOCK_STREAM, 0 },
		      { AF_INET6, SOCK_DGRAM, 0 },
		      { AF_INET, SOCK_RAW, IPPROTO_ICMP } };
	int fd = -1, last;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		last = fd;
		close(last);
		fd = socket(kinds[i].family, kinds[i].type, kinds[i].protocol);
		if (fd < 0 || (last >= 0 && fd != last))
			return 1;
		CASE_OF_INT(fd, SOL_SOCKET, SO_RCVBUF, 4096, CLEAN + 1);
		CASE_OF_INT(fd, SOL_SOCKET, SO_RCVBUF, 8192, CLEAN + 1);
	}
	return unshare(CLONE_NEWNET) || close(fd) || one_call() || one_call();
}

static int grandchild(void)
{
	return case_in_child(one_call);
}

/* Children, and theirs, are followed from their first instruction. */
static int family(void)
{
	int i, ret = 0;

	for (i = 0; i < 20; i++)
		ret |= case_in_child(one_call);
	return ret | case_in_child(grandchild);
}

static int drop_to_user(void)
{
	if (setresgid(1001, 1002, 1003) || setresuid(1000, 1000, 1000))
		return 1;
	CASE_OF_INT(tcp_socket(), SOL_SOCKET, SO_KEEPALIVE, 1,
		    CLEAN ",\"uid\":1000,\"euid\":1000,\"gid\":1001,\"egid\":1002,\"caps\":[]" + 1);
	CASE_OF_INT(tcp_socket(), SOL_SOCKET, SO_RCVBUFFORCE, 4096,
		    NAMES("SOL_SOCKET", "SO_RCVBUFFORCE") CLEAN);
	return 0;
}

static int no_new_privs(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || one_call();
}

/* An ambient capability is one that is inheritable, too. */
static int raise_ambient(int cap)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return 1;
	data[0].inheritable |= 1U << cap;
	return syscall(SYS_capset, &header, data) ||
	       prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0);
}

static int filter_nothing(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET, SECCOMP_RET_ALLOW);
	struct sock_fprog filter = { 1, &allow };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return written;
}

/* Each uid, gid and set of its own. */
static int all_different(void)
{
	write_file("/proc/self/loginuid", "1007"); /* where the kernel has it: CONFIG_AUDIT */
	if (raise_ambient(CAP_NET_RAW) || setresgid(1001, 1002, 1003) || filter_nothing() ||
	    setresuid(1000, 0, 1005))
		return 1;
	setfsgid(1004);
	setfsuid(1006);
	return one_call();
}

static int credentials(void)
{
	CASE_OF_INT(tcp_socket(), SOL_SOCKET, SO_KEEPALIVE, 1,
		    CLEAN ",\"uid\":0,\"euid\":0,\"gid\":0,\"egid\":0" + 1);
	return case_in_child(drop_to_user) | case_in_child(no_new_privs) |
	       case_in_child(all_different);
}

/* pid 1 of a namespace of its own; its parent is outside: 0 */
static int as_init(void)
{
	CASE_OF_INT(tcp_socket(), SOL_SOCKET, SO_KEEPALIVE, 1,
		    CLEAN ",\"userNsLevel\":1,\"userNsOwner\":0" + 1);
	/* an interface of another network namespace is not taken for one of the tracer's */
	CASE_OF_INT(tcp_socket(), SOL_SOCKET, SO_BINDTOIFINDEX, 1,
		    ",\"value\":1" TEXT("ifindex 1") + 1);
	return 0;
}

static unsigned long inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (unsigned long)st.st_ino;
}

/* One call on a socket of which `format` says more, with the number of a namespace. */
static void call_in(int fd, unsigned long inode, const char *format)
{
	char more[256];

	snprintf(more, sizeof(more), format, inode);
	CASE_OF_INT(fd, SOL_SOCKET, SO_KEEPALIVE, 1, more);
}

/* Of a user who needs nobody for it: whose the namespaces are, and the one that he came from. */
static int of_a_user(void)
{
	unsigned long net_before = inode_of("/proc/self/ns/net"), owner;
	int before = tcp_socket(), own;

	if (setresuid(1000, 1000, 1000) || prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) ||
	    unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return 1;
	own = tcp_socket();
	owner = inode_of("/proc/self/ns/user");
	call_in(own, owner,
		"\"userNsLevel\":1,\"userNsOwner\":1000,\"userNsAncestor\":1000,"
		"\"foreignNetNs\":false,"
		"\"netNsOwner\":{\"inode\":%lu,\"level\":1,\"ownerUid\":1000}");
	call_in(before, net_before,
		"\"netNs\":%lu,\"foreignNetNs\":true,"
		"\"netNsOwner\":{\"inode\":4026531837,\"level\":0,\"ownerUid\":0}");
	/* who makes one has a number in its parent (kernel/user_namespace.c: create_user_ns) */
	if (!write_file("/proc/self/uid_map", "0 1000 1") ||
	    !write_file("/proc/self/setgroups", "deny") ||
	    !write_file("/proc/self/gid_map", "0 0 1") || unshare(CLONE_NEWUSER))
		return 1;
	call_in(own, owner,
		"\"userNsLevel\":2,\"userNsOwner\":1000,\"userNsAncestor\":1000,"
		"\"foreignNetNs\":false,"
		"\"netNsOwner\":{\"inode\":%lu,\"level\":1,\"ownerUid\":1000}");
	return 0;
}

static int namespaces(void)
{
	if (case_in_child(of_a_user))
		return 1;
	if (unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS))
		return 1;
	return case_in_child(as_init);
}

static int snapshot(void)
{
	static char much[4000];

	memset(much, 'x', sizeof(much));
	/* a device's name: the kernel takes what fits and ignores the rest */
	case_call(tcp_socket(), IPPROTO_TCP, TCP_CONGESTION, much, sizeof(much),
		  case_snapshot == 128 ? "\"captured\":128" : "\"captured\":4000");
	return case_policy() || case_long_filter();
}

static int run_program(const char *path, const char *command)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		execl(path, path, command, (char *)NULL);
		_exit(1);
	}
	return waitpid(pid, &status, 0) != pid || status;
}

/* Of `executable`. */
static char folder[300] = "/tmp/", folder2[sizeof(folder) + 1], path[400];

static void set_paths(void)
{
	memset(folder + 5, 'd', 200);
	snprintf(folder2, sizeof(folder2), "%s2", folder);
	snprintf(path, sizeof(path), "%s/\x1b[2J \xff\"x\n", folder);
}

static int in_a_mount(void)
{
	return unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	       mount(folder, folder, NULL, MS_BIND, NULL) || run_program(path, "mount_moved");
}

static int mount_moved(void)
{
	set_paths();
	return one_call() || mkdir(folder2, 0700) || mount(folder, folder2, NULL, MS_MOVE, NULL) ||
	       one_call();
}

/* Run from a file whose name is hostile, whose folder is long, and which is then removed. */
static int executable(void)
{
	int in = open("/proc/self/exe", O_RDONLY), out;
	char block[65536];
	ssize_t n;

	set_paths();
	mkdir(folder, 0700);
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
	while ((n = read(in, block, sizeof(block))) > 0)
		if (write(out, block, (size_t)n) != n)
			return 1;
	close(out);
	if (run_program(path, "one_call") || case_in_child(in_a_mount) || rmdir(folder2) ||
	    run_program(path, "unlinked"))
		return 1;
	return rmdir(folder);
}

/* Under other names first: what was known of the thread at its call before is not told again. */
static int unlinked(void)
{
	char moved[sizeof(path) + 2];

	set_paths();
	snprintf(moved, sizeof(moved), "%s2", path);
	return one_call() || rename(folder, folder2) || one_call() || rename(folder2, folder) ||
	       one_call() || rename(path, moved) || one_call() || unlink(moved) || one_call();
}

/* The parent ends, and another takes its place. */
static int orphaned(void)
{
	pid_t parent, pid;
	int status, fd[2];
	char byte;

	fflush(stdout);
	if (pipe(fd))
		return 1;
	pid = fork();
	if (!pid) { /* the parent, which is not waited for by its child */
		pid = fork();
		if (pid)
			_exit(read(fd[0], &byte, 1) != 1);
		parent = getppid();
		one_call();
		if (write(fd[1], "x", 1) != 1)
			_exit(1);
		while (getppid() == parent)
			usleep(1000);
		_exit(one_call() || fflush(stdout) || write(fd[1], "x", 1) != 1);
	}
	return waitpid(pid, &status, 0) != pid || status || read(fd[0], &byte, 1) != 1;
}

/* One thread, of which something else is different at each call. */
static int changing(void)
{
	one_call();
	one_call();
	prctl(PR_SET_NAME, "another name");
	one_call();
	prctl(PR_SET_NAME, "another word");
	one_call();
	if (unshare(CLONE_NEWUTS | CLONE_NEWNS) || one_call() || sethostname("renamed", 7) ||
	    one_call() || unshare(CLONE_NEWNET) || one_call() || raise_ambient(CAP_NET_RAW) ||
	    one_call() || setresgid(1001, 1002, 1003) || one_call() || filter_nothing() ||
	    one_call() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || one_call() ||
	    setresuid(1000, 0, 1005) || one_call())
		return 1;
	setfsuid(1006);
	one_call();
	if (setresuid(1000, 1000, 1000) || prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) || one_call() ||
	    unshare(CLONE_NEWUSER) || one_call())
		return 1;
	fflush(stdout);
	return execl("/proc/self/exe", "cases", "one_call", (char *)NULL);
}

/* Executes the same program under the same name: it has the process's own number after that. */
static void *execute_again(void *unused)
{
	one_call();
	one_call();
	fflush(stdout);
	if (readlink("/proc/self/exe", path, sizeof(path) - 1) > 0)
		execl(path, path, "one_call", (char *)NULL);
	exit(1);
	return unused;
}

static int executing(void)
{
	pthread_t id;

	return one_call() || pthread_create(&id, NULL, execute_again, NULL) ||
	       pthread_join(id, NULL);
}

static int renewed(void)
{
	return case_in_child(orphaned) | case_in_child(changing) | case_in_child(executing);
}

#ifdef CASE_COMPAT
/* The same calls by the gates of a 32-bit program; structs in its own layout. */
static int by_path(enum case_path path)
{
	int32_t time32[2] = { 5, 250000 };
	struct linger linger = { 1, 5 };
	int fd = tcp_socket();

	case_path = path;
	CASE_OF_INT(fd, SOL_SOCKET, SO_REUSEADDR, 1,
		    NAMES("SOL_SOCKET", "SO_REUSEADDR") TEXT("on") CLEAN ",\"compat\":true");
	case_call(fd, SOL_SOCKET, OLD_RCVTIMEO, time32, sizeof(time32),
		  NAMES("SOL_SOCKET", "SO_RCVTIMEO") TEXT("5.25s") CLEAN);
	case_call(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger), TEXT("{on, 5s}") CLEAN + 1);
	case_call(fd, SOL_SOCKET, SO_LINGER, (void *)16, sizeof(linger),
		  FLAGS("\"bad_optval\"") + 1);
	case_call(fd, SOL_SOCKET, SO_LINGER, &linger, -1, FLAGS("\"negative_optlen\"") + 1);
	return 0;
}

static int compat_setsockopt(void)
{
	return by_path(CASE_SETSOCKOPT) || case_headers() || case_policy();
}

#ifdef __i386__ /* arm's EABI has no socketcall */
static int compat_socketcall(void)
{
	return by_path(CASE_SOCKETCALL);
}
#endif
#endif

static const struct case_row cases[] = {
#ifdef CASE_COMPAT
	{ "compat_setsockopt", compat_setsockopt },
#ifdef __i386__
	{ "compat_socketcall", compat_socketcall },
#endif
	{ "compat_rewritten", rewritten },
	{ "compat_filters", case_filters },
	{ "compat_keys", case_keys },
	{ "compat_interfaces", case_interfaces },
	{ "compat_programs", case_programs },
	{ "compat_privileges", case_privileges },
#else
	{ "seed_server", seed_server },
	{ "seed_listener", seed_listener },
	{ "seed_invalid", seed_invalid },
	{ "pointers", pointers },
#ifdef __x86_64__
	{ "x32", case_x32 },
#endif
#ifdef __aarch64__
	{ "tagged_pointers", tagged_pointers },
#endif
	{ "lengths", lengths },
	{ "names", names },
	{ "descriptors", descriptors },
	{ "sockets", sockets },
	{ "reopened", reopened },
	{ "values_socket", values_socket },
	{ "values_inet", values_inet },
	{ "secrets", secrets },
	{ "hostile", hostile },
	{ "thread", thread },
	{ "family", family },
	{ "credentials", credentials },
	{ "namespaces", namespaces },
	{ "renewed", renewed },
	{ "privileges", case_privileges },
	{ "filters", case_filters },
	{ "keys", case_keys },
	{ "interfaces", case_interfaces },
	{ "programs", case_programs },
	{ "snapshot", snapshot },
	{ "executable", executable },
	{ "effects", effects },
	{ "swallowed", swallowed },
	{ "rewritten", rewritten },
	{ "uring", uring },
	{ "changed", changed },
	{ "pages", value_pages },
	{ "by_program", by_program },
#endif
};

/* Parts of other cases and tests, run by them as programs of their own. */
static const struct case_row parts[] = { { "one_call", one_call },
					 { "unlinked", unlinked },
					 { "mount_moved", mount_moved },
					 { "uring_batch", uring_batch },
					 { "security_module", case_security_module } };

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "list";
	size_t i;

	if (getenv("CASE_SNAPSHOT"))
		case_snapshot = atoi(getenv("CASE_SNAPSHOT"));
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (!strcmp(name, "list"))
			puts(cases[i].name);
		else if (!strcmp(name, cases[i].name))
			return cases[i].run();
	}
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strcmp(name, parts[i].name))
			return parts[i].run();
	return !strcmp(name, "list") ? 0 : 2;
}

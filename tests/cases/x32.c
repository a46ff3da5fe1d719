/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * x32: the 64-bit gate with a bit in the call's number, pointers of 32 bits. The structs are those of
 * 32-bit callers, but for times. Any 64-bit program can make such a call where the kernel has them;
 * Debian's full kernels do once `syscall.x32=y` is on their command line.
 */
#ifdef __x86_64__

#include "case.h"
#include "members.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>

#define X32_BIT 0x40000000L
#define X32_SETSOCKOPT 541 /* arch/x86/entry/syscalls/syscall_64.tbl */
#define OLD_RCVTIMEO 20

static long x32(long number, long a, long b, long c, long d, long e)
{
	register long r10 asm("r10") = d, r8 asm("r8") = e;
	long ret;

	asm volatile("syscall"
		     : "=a"(ret)
		     : "0"(number | X32_BIT), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
		     : "rcx", "r11", "memory");
	return ret;
}

long case_by_x32(int fd, int level, int optname, const void *optval, int optlen)
{
	return x32(X32_SETSOCKOPT, fd, level, optname, (long)optval, optlen);
}

/* The machine's owner has asked for it: then it is to be there. */
static bool wanted(void)
{
	char line[4096] = "";
	FILE *file = fopen("/proc/cmdline", "re");

	if (file && !fgets(line, sizeof(line), file))
		line[0] = '\0';
	if (file)
		fclose(file);
	return strstr(line, "syscall.x32=y");
}

/* What lies where 32 bits reach. */
struct low {
	struct sock_filter all;
	struct {
		uint16_t len;
		uint32_t filter;
	} fprog; /* struct compat_sock_fprog */
	struct sock_fprog long_fprog;
	struct {
		uint32_t interface;
		uint8_t group[128];
	} group; /* struct compat_group_req: no padding */
	struct timeval time;
	int32_t time32[2];
	int on;
};

int case_x32(void)
{
	struct low *low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	const struct sockaddr_in group = { .sin_family = AF_INET,
					   .sin_addr.s_addr = htonl(0xef010203) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (x32(SYS_getpid, 0, 0, 0, 0, 0) == -ENOSYS)
		return wanted();
	*low = (struct low){ .all = BPF_STMT(BPF_RET | BPF_K, 100),
			     .fprog = { 1, (uint32_t)(uintptr_t)&low->all },
			     .long_fprog = { 1, &low->all },
			     .group = { .interface = 1 },
			     .time = { 5, 250000 },
			     .time32 = { 5, 250000 },
			     .on = 1 };
	memcpy(low->group.group, &group, sizeof(group));
	case_path = CASE_X32;
	if (case_call(fd, SOL_SOCKET, SO_REUSEADDR, &low->on, sizeof(low->on),
		      NAMES("SOL_SOCKET", "SO_REUSEADDR") TEXT("on") CLEAN ",\"compat\":false") ||
	    case_call(fd, SOL_SOCKET, OLD_RCVTIMEO, &low->time, sizeof(low->time),
		      NAMES("SOL_SOCKET", "SO_RCVTIMEO") TEXT("5.25s") CLEAN) ||
	    case_call(fd, SOL_SOCKET, SO_ATTACH_FILTER, &low->fprog, sizeof(low->fprog),
		      TEXT("{len=1, filter=ret #100}") CLEAN + 1) ||
	    case_call(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &low->group, sizeof(low->group),
		      TEXT("{gr_interface=1 (lo), gr_group=239.1.2.3}") CLEAN + 1))
		return 1;
	case_call(fd, SOL_SOCKET, OLD_RCVTIMEO, low->time32, sizeof(low->time32),
		  FLAGS("\"short_optlen\"") + 1);
	case_call(fd, SOL_SOCKET, SO_ATTACH_FILTER, &low->long_fprog, sizeof(low->long_fprog),
		  FLAGS("\"long_optlen\",\"out_of_range\"") + 1);
	case_call(fd, SOL_SOCKET, SO_LINGER, (void *)16, 8, FLAGS("\"bad_optval\"") + 1);
	return 0;
}

#endif

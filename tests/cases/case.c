/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "case.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum case_path case_path;
int case_snapshot = 128;
bool case_ask_back;

#ifdef __i386__
#define SOCKETCALL_SETSOCKOPT 14 /* linux/net.h: SYS_SETSOCKOPT */

/* The gate itself, so that no libc wrapper chooses for us. */
static long int80(long nr, long a, long b, long c, long d, long e)
{
	long ret;

	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "0"(nr), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
		     : "memory");
	return ret;
}

long case_syscall(int fd, int level, int optname, const void *optval, int optlen)
{
	long args[] = { fd, level, optname, (long)optval, optlen };

	if (case_path == CASE_SOCKETCALL)
		return int80(SYS_socketcall, SOCKETCALL_SETSOCKOPT, (long)args, 0, 0, 0);
	return int80(SYS_setsockopt, fd, level, optname, (long)optval, optlen);
}
#else
long case_syscall(int fd, int level, int optname, const void *optval, int optlen)
{
	if (case_path >= CASE_PROGRAM)
		return case_by_program(fd, level, optname, optval);
	if (case_path >= CASE_URING)
		return case_by_uring(fd, level, optname, optval, optlen);
#ifdef __x86_64__
	if (case_path == CASE_X32)
		return case_by_x32(fd, level, optname, optval, optlen);
#endif
	return syscall(SYS_setsockopt, fd, level, optname, optval, optlen) ? -errno : 0;
}
#endif

static void print_hex(const char *key, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	printf(",\"%s\":\"", key);
	while (len--)
		printf("%02x", *p++);
	putchar('"');
}

/* What the kernel itself finds at the pointer; it may end where a page is missing. */
static void print_bytes(const void *optval, int optlen)
{
	uint8_t bytes[4096];
	struct iovec local = { bytes, sizeof(bytes) }, remote = { (void *)optval, 0 };
	ssize_t n;

	if (optlen <= 0)
		goto none;
	remote.iov_len = optlen < case_snapshot ? (size_t)optlen : (size_t)case_snapshot;
	n = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
	if (n <= 0)
		goto none;
	print_hex("bytes", bytes, (size_t)n);
	return;
none:
	printf(",\"bytes\":null");
}

static void print_namespace(const char *key, const char *name)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/thread-self/ns/%s", name);
	if (!stat(path, &st))
		printf(",\"%s\":%lu", key, (unsigned long)st.st_ino);
}

/* A line of /proc/thread-self/status, after "Key:" and its blanks. */
static bool read_status(const char *key, char *value, size_t size)
{
	FILE *file = fopen("/proc/thread-self/status", "re");
	char line[256];
	bool found = false;
	size_t len = strlen(key);

	while (file && !found && fgets(line, sizeof(line), file)) {
		if (strncmp(line, key, len) || line[len] != ':')
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(value, size, "%s", line + len + 1 + strspn(line + len + 1, "\t "));
		found = true;
	}
	if (file)
		fclose(file);
	return found;
}

/* The first word of a file; false: there is none. */
static bool read_word(const char *path, char *word, size_t size)
{
	FILE *file = fopen(path, "re");
	bool found = file && fgets(word, (int)size, file);

	if (file)
		fclose(file);
	if (found)
		word[strcspn(word, "\n")] = '\0';
	return found;
}

#define INITIAL_USER_NS 0xEFFFFFFDU /* include/linux/proc_ns.h: PROC_USER_INIT_INO */

/* /proc shows them as the reader's user namespace numbers them, the record as the initial one does. */
static void print_ids(void)
{
	unsigned int real, effective, saved, fs;
	char text[256];
	struct stat st;

	if (stat("/proc/self/ns/user", &st) || st.st_ino != INITIAL_USER_NS)
		return;
	if (read_status("Uid", text, sizeof(text)) &&
	    sscanf(text, "%u %u %u %u", &real, &effective, &saved, &fs) == 4)
		printf(",\"uids\":[%u,%u,%u,%u],\"overridden\":false,\"realUid\":%u", real,
		       effective, saved, fs, real);
	if (read_status("Gid", text, sizeof(text)) &&
	    sscanf(text, "%u %u %u %u", &real, &effective, &saved, &fs) == 4)
		printf(",\"gids\":[%u,%u,%u,%u]", real, effective, saved, fs);
	if (read_word("/proc/thread-self/loginuid", text, sizeof(text)))
		printf(",\"loginUid\":%s", strcmp(text, "4294967295") ? text : "null");
}

/* Of the program being run, and of the parent. */
static void print_process(void)
{
	unsigned long long inode;
	unsigned int major, minor;
	char path[64], text[4096];

	if (read_word("/proc/self/maps", text, sizeof(text)) &&
	    sscanf(text, "%*s %*s %*s %x:%x %llu", &major, &minor, &inode) == 3)
		printf(",\"exeInode\":%llu,\"exeDevice\":\"%u:%u\"", inode, major, minor);
	snprintf(path, sizeof(path), "/proc/%d/comm", getppid());
	if (read_word(path, text, sizeof(text)))
		print_hex("parentName", text, strlen(text));
}

static void print_task(void)
{
	static const char *const modes[] = { "disabled", "strict", "filter" };
	char text[4096];
	ssize_t n;

	printf(",\"pid\":%d,\"tid\":%ld,\"ppid\":%d", getpid(), (long)syscall(SYS_gettid),
	       getppid());
	/* a process without /proc of its own namespace can tell less */
	if (read_status("CapEff", text, sizeof(text)))
		printf(",\"capEff\":\"%s\"", text);
	if (read_status("NoNewPrivs", text, sizeof(text)))
		printf(",\"noNewPrivs\":%s", text);
	if (read_status("CapPrm", text, sizeof(text)))
		printf(",\"capPrm\":\"%s\"", text);
	if (read_status("CapAmb", text, sizeof(text)))
		printf(",\"capAmb\":\"%s\"", text);
	if (read_status("Seccomp", text, sizeof(text)))
		printf(",\"seccomp\":\"%s\"", modes[atoi(text)]);
	print_ids();
	print_process();
	prctl(PR_GET_NAME, text);
	print_hex("comm", text, strlen(text));
	n = readlink("/proc/self/exe", text, sizeof(text));
	if (n > 0)
		print_hex("exe", text, (size_t)n);
	if (!gethostname(text, sizeof(text)))
		print_hex("host", text, strlen(text));
	print_namespace("mntNs", "mnt");
	print_namespace("pidNs", "pid");
	print_namespace("netNs", "net");
	print_namespace("userNs", "user");
}

static int get_int(int fd, int optname)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, optname, &value, &len) ? -1 : value;
}

static void print_address(const char *key, int (*get)(int, struct sockaddr *, socklen_t *), int fd)
{
	struct sockaddr_storage storage = { 0 };
	struct sockaddr_in *in = (struct sockaddr_in *)&storage;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&storage;
	socklen_t len = sizeof(storage);
	char text[INET6_ADDRSTRLEN];

	if (get(fd, (struct sockaddr *)&storage, &len)) {
		printf(",\"%s\":null", key);
	} else if (storage.ss_family == AF_INET) {
		inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
		printf(",\"%s\":\"%s:%d\"", key, text, ntohs(in->sin_port));
	} else if (storage.ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text));
		printf(",\"%s\":\"[%s]:%d\"", key, text, ntohs(in6->sin6_port));
	}
}

/* The socket as the kernel describes it to us, before the call. */
static void print_socket(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);
	struct stat st;
	int type = get_int(fd, SO_TYPE);

	if (type < 0) {
		printf(",\"socket\":null");
		return;
	}
	printf(",\"socket\":{\"family\":%d,\"type\":%d,\"protocol\":%d", get_int(fd, SO_DOMAIN),
	       type, get_int(fd, SO_PROTOCOL));
	if (case_path != CASE_PROGRAM_AT_SYN && get_int(fd, SO_PROTOCOL) == IPPROTO_TCP &&
	    !getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len))
		printf(",\"state\":%d", info.tcpi_state);
	if (!fstat(fd, &st))
		printf(",\"inode\":%lu", (unsigned long)st.st_ino);
	/* a raw socket's port is its protocol */
	if (type != SOCK_RAW && case_path != CASE_PROGRAM_AT_SYN) {
		print_address("local", getsockname, fd);
		print_address("remote", getpeername, fd);
	}
	putchar('}');
}

/* Nothing where the kernel has no such option, or not on such a socket. */
static void print_held(int fd, int level, int optname)
{
	uint8_t bytes[64] = { 0 };
	socklen_t len = sizeof(bytes);

	if (!getsockopt(fd, level, optname, bytes, &len))
		print_hex("held", bytes, len);
}

long case_call(int fd, int level, int optname, const void *optval, int optlen, const char *more)
{
	char sockfd[16] = "null", pointer[24] = "null";
	long ret;

	if (case_path != CASE_URING_FIXED && case_path < CASE_PROGRAM)
		snprintf(sockfd, sizeof(sockfd), "%d", fd);
	if (case_path < CASE_PROGRAM) /* where its value is only the program knows */
		snprintf(pointer, sizeof(pointer), "%lu", (unsigned long)(uintptr_t)optval);
	printf("{\"args\":[%s,%d,%d,%s,%d],\"abi\":\"%s\"", sockfd, level, optname, pointer, optlen,
	       case_path >= CASE_PROGRAM ? "bpf" :
	       case_path >= CASE_URING	 ? "io_uring" :
	       case_path == CASE_X32	 ? "x32" :
					   CASE_ABI);
	print_socket(fd);
	print_task();
	fflush(stdout);
	ret = case_syscall(fd, level, optname, optval, optlen);
	printf(",\"ret\":%ld", ret);
	print_bytes(optval, optlen);
	if (case_ask_back)
		print_held(fd, level, optname);
	printf("%s%s}\n", *more ? "," : "", more);
	fflush(stdout);
	return ret;
}

int case_in_child(int (*body)(void))
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(body());
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

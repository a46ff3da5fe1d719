/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * BPF programs of a cgroup: one that rewrites this process's calls on their way to the kernel, and
 * others that make calls of their own, by bpf_setsockopt, while this process is inside a system call.
 */
#include "case.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CLEAN "\"flags\":[]"

#define LEVEL_AT offsetof(struct bpf_sockopt, level)
#define OPTNAME_AT offsetof(struct bpf_sockopt, optname)
#define OPTLEN_AT offsetof(struct bpf_sockopt, optlen)
#define INSN(_code, _dst, _src, _off, _imm)                                           \
	{                                                                             \
		.code = (_code), .dst_reg = (_dst), .src_reg = (_src), .off = (_off), \
		.imm = (_imm)                                                         \
	}
#define LOAD(_dst, _size, _at) INSN(BPF_LDX | BPF_MEM | (_size), _dst, 1, _at, 0)
#define STORE(_at, _src) INSN(BPF_STX | BPF_MEM | BPF_W, 1, _src, _at, 0)
#define SET(_dst, _imm) INSN(BPF_ALU64 | BPF_MOV | BPF_K, _dst, 0, 0, _imm)
#define UNLESS(_reg, _imm, _skip) INSN(BPF_JMP | BPF_JNE | BPF_K, _reg, 0, _skip, _imm)
#define RETURN INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

/* Of SOL_SOCKET: swallows one option, renames one, changes the value of one, refuses one. */
static const struct bpf_insn rewriter[] = {
	SET(0, 1),
	LOAD(2, BPF_W, LEVEL_AT),
	LOAD(3, BPF_W, OPTNAME_AT),
	UNLESS(2, SOL_SOCKET, 14),
	UNLESS(3, SO_KEEPALIVE, 3),
	SET(4, -1),
	STORE(OPTLEN_AT, 4),
	RETURN,
	UNLESS(3, SO_BROADCAST, 2),
	SET(4, SO_OOBINLINE),
	STORE(OPTNAME_AT, 4),
	UNLESS(3, SO_PRIORITY, 6),
	LOAD(4, BPF_DW, offsetof(struct bpf_sockopt, optval)),
	LOAD(5, BPF_DW, offsetof(struct bpf_sockopt, optval_end)),
	INSN(BPF_ALU64 | BPF_MOV | BPF_X, 6, 4, 0, 0),
	INSN(BPF_ALU64 | BPF_ADD | BPF_K, 6, 0, 0, 4),
	INSN(BPF_JMP | BPF_JGT | BPF_X, 6, 5, 1, 0),
	INSN(BPF_ST | BPF_MEM | BPF_W, 4, 0, 0, 3),
	UNLESS(3, SO_MARK, 1),
	SET(0, 0),
	RETURN,
};

static int load(enum bpf_prog_type type, enum bpf_attach_type attach_type,
		const struct bpf_insn *insns, unsigned int count)
{
	union bpf_attr attr = { 0 };

	attr.prog_type = type;
	attr.expected_attach_type = attach_type;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = count;
	attr.license = (uintptr_t) "GPL";
	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static bool attach(int group, int prog, enum bpf_attach_type type)
{
	union bpf_attr attr = { 0 };

	attr.target_fd = (uint32_t)group;
	attr.attach_bpf_fd = (uint32_t)prog;
	attr.attach_type = type;
	attr.attach_flags = BPF_F_ALLOW_MULTI;
	return !syscall(SYS_bpf, BPF_PROG_ATTACH, &attr, sizeof(attr));
}

/* Moves this process into a group of its own, under a cgroup2 mount that nobody else sees. */
static int enter_group(const char *mount_point, const char *group)
{
	char path[200];
	FILE *file;

	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", mount_point, "cgroup2", 0, NULL))
		return -1;
	mkdir(group, 0755);
	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	file = fopen(path, "we");
	if (!file || fprintf(file, "0\n") < 0 || fclose(file))
		return -1;
	return open(group, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void leave_group(const char *mount_point, const char *group)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/cgroup.procs", mount_point);
	file = fopen(path, "we");
	if (file) {
		fprintf(file, "0\n");
		fclose(file);
	}
	rmdir(group);
}

static void rewritten_calls(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CASE_OF_INT(fd, SOL_SOCKET, SO_REUSEADDR, 1, CLEAN ",\"effective\":1");
#ifdef CASE_COMPAT
	/* kernel/bpf/cgroup.c is not asked about calls of 32-bit programs */
	CASE_OF_INT(fd, SOL_SOCKET, SO_KEEPALIVE, 1, CLEAN ",\"effective\":1");
	CASE_OF_INT(fd, SOL_SOCKET, SO_PRIORITY, 5, CLEAN ",\"effective\":5");
#else
	CASE_OF_INT(fd, SOL_SOCKET, SO_KEEPALIVE, 1,
		    "\"flags\":[\"effect_mismatch\",\"rewritten\"],\"effective\":0,"
		    "\"rewritten\":{\"swallowed\":true}");
	CASE_OF_INT(fd, SOL_SOCKET, SO_BROADCAST, 1,
		    "\"flags\":[\"effect_mismatch\",\"rewritten\"],\"effective\":0,"
		    "\"rewritten\":{\"swallowed\":false,\"level\":1,\"optname\":10,\"optlen\":4,"
		    "\"text\":\"SOL_SOCKET SO_OOBINLINE on, optlen 4\",\"bytes\":\"01000000\"}");
	CASE_OF_INT(fd, SOL_SOCKET, SO_PRIORITY, 5,
		    "\"flags\":[\"effect_mismatch\",\"rewritten\"],\"effective\":3,"
		    "\"rewritten\":{\"swallowed\":false,\"level\":1,\"optname\":12,\"optlen\":4,"
		    "\"text\":\"SOL_SOCKET SO_PRIORITY 3, optlen 4\",\"bytes\":\"03000000\"}");
	/* refused is not rewritten */
	CASE_OF_INT(fd, SOL_SOCKET, SO_MARK, 5, CLEAN ",\"effective\":0");
	CASE_OF_INT(fd, IPPROTO_TCP, TCP_NODELAY, 1, CLEAN ",\"effective\":1");
#endif
}

/* Runs `calls` in a group of its own, once `prepare` has attached to it what it wants. */
int case_in_group(bool (*prepare)(int group), void (*calls)(void))
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	char mount_point[] = "/tmp/sot-case-XXXXXX", group[64];
	int dir, status = 1;

	/* before 5.11 the user's locked memory is counted, the tracer's maps with it */
	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	if (!mkdtemp(mount_point))
		return 1;
	snprintf(group, sizeof(group), "%s/case%d", mount_point, getpid());
	dir = enter_group(mount_point, group);
	if (dir >= 0 && prepare(dir)) {
		calls();
		status = 0;
	} else {
		perror("a cgroup's BPF program");
	}
	leave_group(mount_point, group);
	umount(mount_point);
	rmdir(mount_point);
	return status;
}

static bool attach_sockopt(int group, const struct bpf_insn *insns, unsigned int count)
{
	int prog = load(BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_SETSOCKOPT, insns, count);

	return prog >= 0 && attach(group, prog, BPF_CGROUP_SETSOCKOPT);
}

static bool attach_rewriter(int group)
{
	return attach_sockopt(group, rewriter, sizeof(rewriter) / sizeof(rewriter[0]));
}

bool case_attach_swallower(int group)
{
	static const struct bpf_insn swallower[] = { SET(0, 1), SET(4, -1), STORE(OPTLEN_AT, 4),
						     RETURN };

	return attach_sockopt(group, swallower, sizeof(swallower) / sizeof(swallower[0]));
}

int rewritten(void)
{
	return case_in_group(attach_rewriter, rewritten_calls);
}

/* Which of the programs is to make a call, once. */
enum maker { NOBODY, AT_CONNECT, AT_SYN, AT_SETSOCKOPT };

/* What it is to call, and what it was told; in a map that both of us see. */
static volatile struct wish {
	int maker, level, optname, value, ret;
} * wish;
static enum maker maker;
static bool can_nest; /* AT_SETSOCKOPT */

#define WISH(_field) offsetof(struct wish, _field)
#define MOVE(_dst, _src) INSN(BPF_ALU64 | BPF_MOV | BPF_X, _dst, _src, 0, 0)
#define GET(_dst, _src, _at) INSN(BPF_LDX | BPF_MEM | BPF_W, _dst, _src, _at, 0)
#define CALL(_helper) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, _helper)
#define MAP_AT 1 /* the instruction that holds the map's descriptor */

/* r1, or what _first makes of it, is what the helper takes for the socket. Returns 1: go on. */
#define MAKER(_maker, _first)                                                                   \
	{                                                                                       \
		_first, INSN(BPF_LD | BPF_IMM | BPF_DW, 7, BPF_PSEUDO_MAP_VALUE, 0, 0),         \
			INSN(0, 0, 0, 0, 0), GET(2, 7, WISH(maker)), UNLESS(2, _maker, 9),      \
			INSN(BPF_ST | BPF_MEM | BPF_W, 7, 0, WISH(maker), NOBODY), MOVE(1, 6),  \
			GET(2, 7, WISH(level)), GET(3, 7, WISH(optname)), MOVE(4, 7),           \
			INSN(BPF_ALU64 | BPF_ADD | BPF_K, 4, 0, 0, WISH(value)),                \
			SET(5, sizeof(int)), CALL(BPF_FUNC_setsockopt),                         \
			INSN(BPF_STX | BPF_MEM | BPF_W, 7, 0, WISH(ret), 0), SET(0, 1), RETURN, \
	}

/* At its connect, before it has an address; at its SYN; and inside its setsockopt. */
static struct bpf_insn at_connect[] = MAKER(AT_CONNECT, MOVE(6, 1));
static struct bpf_insn at_syn[] = MAKER(AT_SYN, MOVE(6, 1));
static struct bpf_insn at_setsockopt[] =
	MAKER(AT_SETSOCKOPT,
	      INSN(BPF_LDX | BPF_MEM | BPF_DW, 6, 1, offsetof(struct bpf_sockopt, sk), 0));

static bool attach_maker(int group, struct bpf_insn *insns, enum bpf_prog_type type,
			 enum bpf_attach_type attach_type, int map)
{
	int prog;

	insns[MAP_AT].imm = map;
	prog = load(type, attach_type, insns, sizeof(at_syn) / sizeof(at_syn[0]));
	return prog >= 0 && attach(group, prog, attach_type);
}

static int make_shared_map(void)
{
	union bpf_attr attr = { 0 };

	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = sizeof(uint32_t);
	attr.value_size = sizeof(*wish);
	attr.max_entries = 1;
	attr.map_flags = BPF_F_MMAPABLE;
	return (int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
}

static bool attach_makers(int group)
{
	int map = make_shared_map();

	wish = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	if (map < 0 || wish == MAP_FAILED ||
	    !attach_maker(group, at_connect, BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
			  BPF_CGROUP_INET4_CONNECT, map) ||
	    !attach_maker(group, at_syn, BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS, map))
		return false;
	/* Linux 5.10 has no bpf_setsockopt for these programs: no call can be made by them */
	can_nest = attach_maker(group, at_setsockopt, BPF_PROG_TYPE_CGROUP_SOCKOPT,
				BPF_CGROUP_SETSOCKOPT, map);
	return true;
}

/* The program's call while we are inside a call of our own; ours is told like any other. */
static const int trigger = 1;

long case_by_program(int fd, int level, int optname, const void *optval)
{
	struct sockaddr_in nobody = { .sin_family = AF_INET, .sin_port = htons(9) };

	nobody.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	wish->level = level;
	wish->optname = optname;
	memcpy((int *)&wish->value, optval, sizeof(int));
	wish->maker = maker;
	if (maker == AT_SETSOCKOPT)
		syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_OOBINLINE, &trigger, sizeof(trigger));
	else
		connect(fd, (struct sockaddr *)&nobody, sizeof(nobody));
	return wish->maker == NOBODY ? wish->ret : -ENOSYS; /* no program was asked */
}

static void by_program_calls(void)
{
	static const struct {
		int type, level, optname;
		char value[5];
		const char *more;
	} calls[] = {
		{ SOCK_DGRAM, SOL_SOCKET, SO_PRIORITY, "\5\0\0\0", CLEAN ",\"effective\":5" },
		{ SOCK_DGRAM, SOL_SOCKET, SO_RCVBUF, "\0\x50\0\0", CLEAN },
		{ SOCK_STREAM, SOL_SOCKET, SO_MARK, "\7\0\0\0", CLEAN ",\"effective\":7" },
		{ SOCK_STREAM, IPPROTO_IP, IP_TOS, "\x10\0\0\0", CLEAN },
		/* not TCP_CONGESTION: 5.10 takes what is on its stack for the end of a short name */
		{ SOCK_STREAM, IPPROTO_TCP, TCP_SYNCNT, "\3\0\0\0", CLEAN ",\"value\":3" },
		{ SOCK_STREAM, IPPROTO_TCP, 1001 /* TCP_BPF_IW */, "\24\0\0\0", CLEAN },
		{ SOCK_STREAM, SOL_SOCKET, 888, "\1\0\0\0", "\"flags\":[\"unknown_option\"]" },
		{ SOCK_STREAM, IPPROTO_TCP, TCP_MD5SIG, "key!",
		  "\"flags\":[\"short_optlen\"],\"bytes\":null,\"text\":\"redacted (4 bytes)\"" },
	};
	size_t i;

	maker = AT_CONNECT;
	case_path = CASE_PROGRAM;
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		case_call(socket(AF_INET, calls[i].type, 0), calls[i].level, calls[i].optname,
			  calls[i].value, sizeof(int), calls[i].more);
	maker = AT_SYN;
	case_path = CASE_PROGRAM_AT_SYN;
	CASE_OF_INT(socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_PRIORITY, 6,
		    CLEAN ",\"effective\":6,\"state\":\"SYN_SENT\"");
	maker = AT_SETSOCKOPT;
	case_path = CASE_PROGRAM;
	if (can_nest) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		CASE_OF_INT(fd, SOL_SOCKET, SO_PRIORITY, 4, CLEAN ",\"effective\":4");
		printf("{\"args\":[%d,%d,%d,%lu,4],\"abi\":\"" CASE_ABI "\",\"ret\":0,"
		       "\"bytes\":\"01000000\",\"effective\":1," CLEAN "}\n",
		       fd, SOL_SOCKET, SO_OOBINLINE, (unsigned long)(uintptr_t)&trigger);
	}
	/* the kernel's own code comes by here as well, and is told once */
	case_path = CASE_SETSOCKOPT;
	CASE_OF_INT(socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_KEEPALIVE, 1,
		    CLEAN ",\"effective\":1");
}

int by_program(void)
{
	case_ask_back = true;
	return case_in_group(attach_makers, by_program_calls);
}

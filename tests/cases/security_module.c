/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A security module of our own, by BPF, that refuses this process a capability which it holds, and
 * one option altogether: who refused must be told from who has not the capability.
 */
#include "case.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/capability.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define INSN(_code, _dst, _src, _off, _imm)                                           \
	{                                                                             \
		.code = (_code), .dst_reg = (_dst), .src_reg = (_src), .off = (_off), \
		.imm = (_imm)                                                         \
	}
#define INITIAL_USER_NS 4026531837UL /* include/linux/proc_ns.h: PROC_USER_INIT_INO */

/* The kernel's own description of its types; NULL: cannot be read. */
static char *read_btf(void)
{
	size_t room = 32 << 20, len = 0;
	char *text = malloc(room);
	ssize_t n = 1;
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);

	while (text && fd >= 0 && n > 0 && len < room) {
		n = read(fd, text + len, room - len);
		len += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	if (len > sizeof(struct btf_header) && len < room)
		return text;
	free(text);
	return NULL;
}

/* Bytes behind a type's head: include/uapi/linux/btf.h. */
static size_t behind(const struct btf_type *type)
{
	unsigned int count = BTF_INFO_VLEN(type->info);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case 17: /* BTF_KIND_DECL_TAG, of 5.16 */
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case 19: /* BTF_KIND_ENUM64, of 6.0 */
		return 12 * (size_t)count;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return 8 * (size_t)count;
	default:
		return 0;
	}
}

/* 0: there is none. */
static uint32_t function_id(const char *btf, const char *name)
{
	const struct btf_header *head = (const void *)btf;
	const char *types = btf + head->hdr_len + head->type_off;
	const char *names = btf + head->hdr_len + head->str_off;
	const struct btf_type *type;
	uint32_t id = 1;
	size_t at;

	for (at = 0; at < head->type_len; at += sizeof(*type) + behind(type), id++) {
		type = (const void *)(types + at);
		if (BTF_INFO_KIND(type->info) == BTF_KIND_FUNC &&
		    !strcmp(names + type->name_off, name))
			return id;
	}
	return 0;
}

/* To this process the hook says -EPERM where its third argument, an int, is that. */
static bool refuse(const char *btf, const char *hook, int third)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_DW, 6, 1, 16, 0),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_get_current_pid_tgid),
		INSN(BPF_ALU64 | BPF_RSH | BPF_K, 0, 0, 0, 32),
		INSN(BPF_JMP32 | BPF_JNE | BPF_K, 0, 0, 3, getpid()),
		INSN(BPF_JMP32 | BPF_JNE | BPF_K, 6, 0, 2, third),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, -EPERM),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr attr = { 0 };
	int prog;

	attr.prog_type = BPF_PROG_TYPE_LSM;
	attr.expected_attach_type = BPF_LSM_MAC;
	attr.attach_btf_id = function_id(btf, hook);
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = sizeof(insns) / sizeof(insns[0]);
	attr.license = (uintptr_t) "GPL";
	prog = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (prog < 0)
		return false;
	memset(&attr, 0, sizeof(attr));
	attr.raw_tracepoint.prog_fd = (uint32_t)prog;
	return syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &attr, sizeof(attr)) >= 0;
}

/* inet_ioctl: asks for CAP_NET_ADMIN before it looks at the route. */
static bool is_refused_routes(void)
{
	struct rtentry none = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	bool is_refused = ioctl(fd, SIOCDELRT, &none) && errno == EPERM;

	close(fd);
	return is_refused;
}

/* Until this process ends. False where no such module is asked: "bpf" is not in lsm=. */
static bool begin_refusing(void)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	char *btf = read_btf();
	bool attached;

	setrlimit(RLIMIT_MEMLOCK, &unlimited); /* before 5.11 programs count as locked memory */
	attached = btf && refuse(btf, "bpf_lsm_capable", CAP_NET_ADMIN) &&
		   refuse(btf, "bpf_lsm_socket_setsockopt", SO_BROADCAST);
	free(btf);
	if (!attached)
		perror("a BPF program as a security module");
	return attached && is_refused_routes();
}

/*
 * What the checks come to, as security_capable is seen to answer; and by cap_capable, which grants
 * what the module refuses afterwards: the verdict is not known then.
 */
static void admin_call(int fd, int level, int optname, const char *held, const char *verdict,
		       const char *granted, const char *target)
{
	char more[512];
	int one = 1;

	snprintf(more, sizeof(more),
		 "\"heldCap\":%s,\"disagreement\":null,\"verdict\":\"%s\","
		 "\"checks\":[[\"CAP_NET_ADMIN\",false,%s,true]],"
		 "\"byCapCapable\":{\"verdict\":%s%s%s,"
		 "\"checks\":[[\"CAP_NET_ADMIN\",%s,%s,true]]}",
		 held, verdict, target, *granted == 't' ? "" : "\"",
		 *granted == 't' ? "null" : verdict, *granted == 't' ? "" : "\"", granted, target);
	case_call(fd, level, optname, &one, sizeof(one), more);
}

static int of_root(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };
	char target[32];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (!begin_refusing())
		return 0;
	snprintf(target, sizeof(target), "0,%lu", INITIAL_USER_NS);
	admin_call(fd, SOL_SOCKET, SO_SNDBUFFORCE, "true", "lsm-denied", "true", target);
	admin_call(fd, SOL_SOCKET, SO_DEBUG, "true", "lsm-denied", "true", target);
	admin_call(fd, IPPROTO_TCP, TCP_REPAIR, "true", "lsm-denied", "true", target);
	/* the option itself, before anything is asked */
	CASE_OF_INT(fd, SOL_SOCKET, SO_BROADCAST, 1, "\"verdict\":\"lsm-denied\",\"checks\":[]");
	CASE_OF_INT(fd, SOL_SOCKET, SO_KEEPALIVE, 1, "\"verdict\":\"none\",\"checks\":[]");
	if (syscall(SYS_capset, &header, none))
		return 1;
	admin_call(fd, SOL_SOCKET, SO_SNDBUFFORCE, "false", "denied", "false", target);
	return 0;
}

static int in_own_namespaces(void)
{
	char target[32];
	struct stat st;

	if (!begin_refusing())
		return 0;
	if (setresuid(1000, 1000, 1000) || prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) ||
	    unshare(CLONE_NEWUSER | CLONE_NEWNET) || stat("/proc/self/ns/user", &st))
		return 1;
	snprintf(target, sizeof(target), "1,%lu", (unsigned long)st.st_ino);
	admin_call(socket(AF_INET, SOCK_STREAM, 0), IPPROTO_TCP, TCP_REPAIR, "true", "lsm-denied",
		   "true", target);
	return 0;
}

int case_security_module(void)
{
	return case_in_child(of_root) | case_in_child(in_own_namespaces);
}

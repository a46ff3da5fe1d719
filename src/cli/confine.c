/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "message.h"
#include "rulebook.h"
#include "trace/own_calls.h"

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#else
#error "name the audit architecture"
#endif

#define ANY (-1)
#define RULE_STEPS 7

/* A call that is allowed; with `arg`, only where that argument has this value (32 bits of it). */
struct rule {
	uint32_t arch, number;
	int arg; /* ANY: whatever they are */
	uint32_t value;
};

#define ALLOW(_call)                        \
	{                                   \
		NATIVE, SYS_##_call, ANY, 0 \
	}
#define ALLOW_IF(_call, _arg, _value)             \
	{                                         \
		NATIVE, SYS_##_call, _arg, _value \
	}

/* The most frequent first, though newer kernels remember what is always allowed. */
static const struct rule always[] = {
#ifdef SYS_poll
	ALLOW(poll),
#endif
	ALLOW(ppoll),
	ALLOW(write),
	ALLOW(writev), /* glibc's last words */
	ALLOW(read),
	ALLOW(restart_syscall),
	/* maps and programs that we have open are looked into, nothing is loaded or attached */
	ALLOW_IF(bpf, 0, BPF_MAP_LOOKUP_ELEM),
	ALLOW_IF(bpf, 0, BPF_MAP_UPDATE_ELEM),
	ALLOW_IF(bpf, 0, BPF_MAP_DELETE_ELEM),
	ALLOW_IF(bpf, 0, BPF_MAP_GET_NEXT_KEY),
	ALLOW_IF(bpf, 0, BPF_MAP_LOOKUP_AND_DELETE_BATCH),
	ALLOW_IF(bpf, 0, BPF_OBJ_GET_INFO_BY_FD),
	/* the clock, where the vDSO cannot tell it */
	ALLOW(clock_gettime),
	ALLOW(gettimeofday),
	ALLOW(clock_nanosleep),
	ALLOW(nanosleep),
	ALLOW(setitimer),
	/* interfaces' names; probes are taken off */
	ALLOW(socket),
	ALLOW_IF(ioctl, 1, SIOCGIFNAME),
	ALLOW_IF(ioctl, 1, PERF_EVENT_IOC_DISABLE),
	ALLOW_IF(ioctl, 1, (uint32_t)PERF_EVENT_IOC_ID),
	ALLOW(close),
	/* the self-test; what its ring may do is restricted where it is made */
	ALLOW(setsockopt),
	ALLOW(io_uring_enter),
#ifdef __x86_64__
	{ AUDIT_ARCH_I386, SOT_I386_SETSOCKOPT, ANY, 0 },
	{ AUDIT_ARCH_I386, SOT_I386_SOCKETCALL, 0, SOT_SOCKETCALL_SETSOCKOPT },
	{ AUDIT_ARCH_X86_64, SOT_X32_SETSOCKOPT, ANY, 0 },
#endif
	/* a file is cut back to its last whole line */
	ALLOW(lseek),
	ALLOW(ftruncate),
	ALLOW(fstat),
	ALLOW(newfstatat),
	/* memory, signals, the end */
	ALLOW(brk),
	ALLOW_IF(mmap, 2, PROT_READ | PROT_WRITE),
	ALLOW(munmap),
	ALLOW(mremap),
	ALLOW(madvise),
	ALLOW(futex),
	ALLOW(getrandom),
	ALLOW(rt_sigprocmask),
	ALLOW(rt_sigaction),
	ALLOW(rt_sigreturn),
	ALLOW(wait4),
	ALLOW(getpid),
	ALLOW(exit),
	ALLOW(exit_group),
};

/* A cgroup is found by its id, but not read from; its path is a link in /proc. */
static const struct rule of_containers[] = {
	ALLOW_IF(open_by_handle_at, 2, O_PATH | O_CLOEXEC),
#ifdef SYS_readlink
	ALLOW(readlink),
#endif
	ALLOW(readlinkat),
};

/* Files of rules are opened to be read, and go into a socket that is open. */
static const struct rule of_reading[] = {
	ALLOW(read),	   ALLOW(write), ALLOW(close), ALLOW_IF(openat, 2, SOT_RULEBOOK_OPEN),
	ALLOW(exit_group),
};

#define COUNT(_array) (sizeof(_array) / sizeof((_array)[0]))
#define STEPS_MAX (RULE_STEPS * (COUNT(always) + COUNT(of_containers) + 1) + 1)

struct filter {
	struct sock_filter step[STEPS_MAX];
	unsigned short count;
};

static void put(struct filter *filter, uint16_t code, uint32_t k, uint8_t unless)
{
	filter->step[filter->count++] = (struct sock_filter)BPF_JUMP(code, k, 0, unless);
}

static void load(struct filter *filter, size_t offset)
{
	put(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0);
}

/* Arch and number are both looked at; what is not this call goes on to the next rule. */
static void add_rule(struct filter *filter, const struct rule *rule)
{
	uint8_t rest = rule->arg == ANY ? 1 : 3;

	load(filter, offsetof(struct seccomp_data, nr));
	put(filter, BPF_JMP | BPF_JEQ | BPF_K, rule->number, (uint8_t)(rest + 2));
	load(filter, offsetof(struct seccomp_data, arch));
	put(filter, BPF_JMP | BPF_JEQ | BPF_K, rule->arch, rest);
	if (rule->arg != ANY) {
		load(filter,
		     offsetof(struct seccomp_data, args) + (size_t)rule->arg * sizeof(uint64_t));
		put(filter, BPF_JMP | BPF_JEQ | BPF_K, rule->value, 1);
	}
	put(filter, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0);
}

static void add_rules(struct filter *filter, const struct rule *rules, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		add_rule(filter, &rules[i]);
}

/* Whatever is not in it from now on fails. Returns 0 also where the kernel has no filters. */
static int install(struct filter *filter)
{
	struct sock_fprog prog = { .filter = filter->step };

	put(filter, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0);
	prog.len = filter->count;
	/* without the flag older kernels guard the CPU's speculation for us, too, which is slow */
	if (!syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &prog) ||
	    errno == ENOSYS || errno == EINVAL)
		return 0;
	return -errno;
}

int sot_confine(pid_t command, bool names_containers)
{
	const struct rule signals = ALLOW_IF(kill, 0, (uint32_t)command);
	struct filter filter = { 0 };
	int err;

	add_rules(&filter, always, COUNT(always));
	if (names_containers)
		add_rules(&filter, of_containers, COUNT(of_containers));
	if (command)
		add_rule(&filter, &signals);
	err = install(&filter);
	if (err)
		sot_error("cannot give up the system calls that tracing needs no more: %s; run it "
			  "where seccomp(2) is allowed",
			  strerror(-err));
	return err;
}

int sot_confine_to_reading(void)
{
	struct filter filter = { 0 };

	add_rules(&filter, of_reading, COUNT(of_reading));
	return install(&filter);
}

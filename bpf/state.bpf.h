/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the programs share with the loader: settings, maps, counters. */
#ifndef SOT_STATE_BPF_H
#define SOT_STATE_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "event.h"
#include "settings.bpf.h"

SHARED struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

/*
 * Where events of options that are privileged or of high risk come first: however many others there
 * are, they cannot take its room. The reader takes both in the order of time.
 */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} guarded SEC(".maps");

/*
 * System calls between entry and return, by the thread's tid; each the event as far as known. Value
 * size (it follows the snapshot) and number of entries are set by the loader.
 */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u64));
	__uint(value_size, SOT_EVENT_MAX);
} inflight SEC(".maps");

/*
 * The same for io_uring's requests, by the tid of who carries them out, and BPF programs' calls, by
 * where their frame is on the stack, which is an address of the kernel's and no tid. System calls
 * that sleep cannot take the room from these.
 */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u64));
	__uint(value_size, SOT_EVENT_MAX);
} beside SEC(".maps");

/* Of a call for whose event there was no room above: what it takes to build that at return. */
struct unbuilt {
	__u64 time, optval;
	__s32 sockfd, level, optname, optlen;
};

/* By the thread's tid; several times as many as above. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, struct unbuilt);
} unbuilt SEC(".maps");

/* How many are in it: while there are none nobody looks. */
SHARED __u64 unbuilt_count;

/* Said by the reader before it waits, and taken back by who wakes it. */
SHARED bool reader_sleeps;

/* In the tracer's pid namespace; 0: it has ended. */
SHARED __u32 one_pid;

/* A call was kept in `inflight` though threads are kept: until then nobody looks there. */
SHARED bool inflight_used;

/* Where a filter program of cgroups leaves what it made of the call: pointers into its caller. */
struct filter_args {
	__u64 level, optname, optlen, kernel_optval;
};

/* Between entry and return of that filter, by the thread's tid; where only kprobes are to be had. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct filter_args);
} filtering SEC(".maps");

/* The request of io_uring (struct io_kiocb) that a thread is about to carry out, by its tid. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} uring SEC(".maps");

/* io_uring has been asked to set an option: until then nobody looks for its requests. */
SHARED bool uring_used;

/*
 * Who builds an event, and so has room of its own for it on each CPU: on a preemptible kernel another
 * program may run there meanwhile, but not the same one.
 */
enum builder {
	BUILD_TASK_CALL,	   /* an entry program of system calls */
	BUILD_URING_CALL,	   /* that of io_uring's requests */
	BUILD_AT_RETURN,	   /* a return program, of a call that was kept unbuilt */
	BUILD_AT_SYSCALL_EXIT,	   /* the exit of the system call, of the same */
	BUILD_PROGRAM_CALL,	   /* for a BPF program, in whatever context */
	BUILD_PROGRAM_CALL_NESTED, /* for another, in a softirq above it */
	BUILDERS
};

SHARED struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, BUILDERS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, SOT_EVENT_MAX);
} scratch SEC(".maps");

/* Where a walk from a file up to the root stands. Not a kernel type. */
struct path_walk {
	struct dentry *dentry, *mnt_root;
	struct mount *mnt;
};

SHARED struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, BUILDERS);
	__type(key, __u32);
	__type(value, struct path_walk);
} walks SEC(".maps");

/* Calls by BPF programs that are being built on this CPU: a softirq nests, and returns it as it was. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} nesting SEC(".maps");

/* Processes to trace, by tgid in the tracer's pid namespace. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, __u8);
} pids SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u8);
} uids SEC(".maps");

/* Groups of the cgroup2 hierarchy, from the first on as many as there are. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, SOT_CGROUPS_MAX);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} cgroups SEC(".maps");

struct comm_key {
	char comm[SOT_COMM_LEN];
};

SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct comm_key);
	__type(value, __u8);
} comms SEC(".maps");

/* Of options that have no place in the table; the value: enum sot_option_verdict. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct sot_option_key);
	__type(value, __u32);
} options SEC(".maps");

SHARED struct sot_option_table option_table;

/* Calls of a process in a window; of windows gone by the map forgets. Sized by the loader. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1);
	__type(key, struct sot_process);
	__type(value, __u64);
} rates SEC(".maps");

/* By process, until the loader takes them out. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SOT_ACCOUNTS_MAX);
	__type(key, struct sot_process);
	__type(value, struct sot_account);
} accounts SEC(".maps");

SHARED struct sot_counters counters[SOT_COUNTER_SLOTS];
SHARED struct sot_self_test self_test;

/* Atomic: CPUs may share a slot, and a fentry program may be preempted by another. */
#define COUNT(_field) \
	__sync_fetch_and_add(&counters[bpf_get_smp_processor_id() % SOT_COUNTER_SLOTS]._field, 1)

/* NULL: there is no room for it. */
static __always_inline struct sot_account *account_of(const struct sot_process *process,
						      const char *comm)
{
	struct sot_account *account = bpf_map_lookup_elem(&accounts, process), fresh = {};

	if (account)
		return account;
	__builtin_memcpy(fresh.comm, comm, SOT_COMM_LEN);
	bpf_map_update_elem(&accounts, process, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&accounts, process); /* another CPU's, where it was quicker */
}

/* As the whole's and as a process's; in this order, so that no part exceeds the whole. */
#define COUNT_ACCOUNTED(_process, _comm, _reason)                    \
	do {                                                         \
		struct sot_account *_account;                        \
		COUNT(_reason);                                      \
		_account = account_of(_process, _comm);              \
		if (_account)                                        \
			__sync_fetch_and_add(&_account->_reason, 1); \
	} while (0)

static __always_inline __u64 own_tid(void)
{
	return (__u32)bpf_get_current_pid_tgid();
}

#endif

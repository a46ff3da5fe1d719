/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which calls are wanted. Decided before anything is read for the record. */
#ifndef SOT_FILTER_BPF_H
#define SOT_FILTER_BPF_H

#include "state.bpf.h"

#define PIDTYPE_TGID 1	 /* include/linux/pid.h: enum pid_type */
#define PID_NS_LEVELS 32 /* include/linux/pid_namespace.h: MAX_PID_NS_LEVEL */

/*
 * Says to the verifier, in the very register that is used, what the code has made
 * sure of before. For 64-bit variables: of 32-bit ones clang compares a copy.
 */
#define KNOWN_AT_MOST(_var, _max)              \
	do {                                   \
		asm volatile("" : "+r"(_var)); \
		if ((_var) > (_max))           \
			(_var) = (_max);       \
		asm volatile("" : "+r"(_var)); \
	} while (0)

/* The same of what is below a power of two, by one instruction. */
#define KNOWN_BELOW(_var, _power) asm volatile("%0 &= %1" : "+r"(_var) : "i"((_power)-1))

static __always_inline int read_upid(struct upid *upid, struct pid *pid, __u32 level)
{
	unsigned long base = (unsigned long)&pid->numbers[0];

	return bpf_core_read(upid, sizeof(*upid),
			     (struct upid *)(base + level * bpf_core_type_size(struct upid)));
}

/* The task's process id as the tracer's pid namespace numbers it; 0: it has none there. */
static __always_inline __u32 tgid_for_tracer(struct task_struct *task)
{
	struct pid *pid;
	struct upid upid;
	__u32 level, i;

	if (!tracer_pid_ns)
		return BPF_CORE_READ(task, tgid);
	pid = BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID]);
	level = BPF_CORE_READ(pid, level);
	for (i = 0; i <= PID_NS_LEVELS; i++) {
		if (i > level || read_upid(&upid, pid, i))
			break;
		if (BPF_CORE_READ(upid.ns, ns.inum) == tracer_pid_ns)
			return upid.nr;
	}
	return 0;
}

/* What the tracer does to see whether a program runs: it is counted there, and only there. */
static __always_inline bool count_self_test(enum sot_hook hook)
{
	__sync_fetch_and_add(&self_test.fired[hook], 1);
	return true;
}

/* While tests go on: no part of the programs' straight way. */
static __noinline bool is_own_test(enum sot_hook hook)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	if (tgid_for_tracer(task) != tracer_tgid)
		return false;
	self_test.task = (__u64)BPF_CORE_READ(task, group_leader);
	return count_self_test(hook);
}

static __always_inline bool is_self_test(enum sot_hook hook)
{
	return self_test.testing && is_own_test(hook);
}

/* 1: in it or below; 0: not; -EAGAIN: no group there, the end of the list. */
static __always_inline bool in_cgroups(void)
{
	__u32 i;

	for (i = 0; i < SOT_CGROUPS_MAX; i++) {
		long in = bpf_current_task_under_cgroup(&cgroups, i);

		if (in)
			return in == 1;
	}
	return false;
}

/* Into zeros: what of an older, longer name stands behind the NUL (5.10) is left out. */
static __always_inline long read_comm(char *comm, struct task_struct *task)
{
	return bpf_core_read_str(comm, SOT_COMM_LEN, &task->comm);
}

static __always_inline struct sot_process process_of(struct task_struct *task)
{
	return (struct sot_process){
		.start = BPF_CORE_READ(task, group_leader, start_boottime),
		.host_pid = BPF_CORE_READ(task, tgid),
	};
}

static __noinline __u32 own_tgid_inside(void)
{
	return tgid_for_tracer((struct task_struct *)bpf_get_current_task());
}

/* The current task's process id, as tgid_for_tracer() has it. */
static __always_inline __u32 own_tgid(void)
{
	return tracer_pid_ns ? own_tgid_inside() : bpf_get_current_pid_tgid() >> 32;
}

/* is_own: of a system call, the current task's, which pid_left_out() has been asked of */
static __always_inline bool process_wanted(struct task_struct *task, bool is_own)
{
	__u32 id;

	if (!filters_process)
		return true;
	if (filter_pids && !(is_own && filter_one_pid)) {
		id = is_own ? own_tgid() : tgid_for_tracer(task);
		if (filter_one_pid ? id != one_pid : !bpf_map_lookup_elem(&pids, &id))
			return false;
	}
	if (filter_uids) {
		id = BPF_CORE_READ(task, cred, uid.val);
		if (!bpf_map_lookup_elem(&uids, &id))
			return false;
	}
	if (filter_cgroups && !in_cgroups())
		return false;
	if (filter_comms) {
		struct comm_key key = {};

		read_comm(key.comm, task);
		if (!bpf_map_lookup_elem(&comms, &key))
			return false;
	}
	return true;
}

/* What became of a call of which there is no event. */
#define COUNT_OF_TASK(_task, _field)                                   \
	do {                                                           \
		const struct sot_process _process = process_of(_task); \
		char _comm[SOT_COMM_LEN] = {};                         \
		read_comm(_comm, _task);                               \
		COUNT_ACCOUNTED(&_process, _comm, _field);             \
	} while (0)

/*
 * Has the process had its share of this window? Added first and read then: of threads that come
 * together none reads less than its own number, so no more than `rate` get through. (An addition
 * that returns what it found came with 5.12.) Where no count can be kept nobody is left out.
 */
static __always_inline bool above_rate(struct sot_process process)
{
	__u64 *calls, zero = 0;

	process.window = bpf_ktime_get_ns() / rate_window_ns;
	calls = bpf_map_lookup_elem(&rates, &process);
	if (!calls) {
		bpf_map_update_elem(&rates, &process, &zero, BPF_NOEXIST);
		calls = bpf_map_lookup_elem(&rates, &process);
	}
	if (!calls)
		return false;
	__sync_fetch_and_add(calls, 1);
	return *(volatile __u64 *)calls > rate;
}

static __always_inline bool task_left_out(struct task_struct *task)
{
	if (!above_rate(process_of(task)))
		return false;
	COUNT_OF_TASK(task, above_rate);
	return true;
}

/* Of an option that has no place in the table: no part of the programs' straight way. */
static __noinline __u32 verdict_by_map(__s32 level, __s32 optname)
{
	struct sot_option_key key = { .level = level, .optname = optname };
	__u32 *one, *all, verdict = 0;

	one = bpf_map_lookup_elem(&options, &key);
	if (one)
		verdict = *one;
	key.optname = 0;
	key.any = 1;
	all = bpf_map_lookup_elem(&options, &key);
	if (all)
		verdict |= *all;
	return SOT_LEAVES_OUT(option_filter, verdict) ? verdict | SOT_OPTION_LEFT_OUT : verdict;
}

/* What -e and the catalogue say of this option, and of its whole level. */
static __always_inline __u32 option_verdict(__u32 level, __u32 optname)
{
	__u64 place = level, number = optname, row;

	if (place < SOT_TABLE_LEVELS && number < SOT_TABLE_OPTIONS) {
		KNOWN_BELOW(place, SOT_TABLE_LEVELS);
		row = option_table.row[place];
		if (row) {
			KNOWN_BELOW(row, SOT_TABLE_ROWS);
			KNOWN_BELOW(number, SOT_TABLE_OPTIONS);
			return option_table.verdict[row][number];
		}
	}
	return verdict_by_map(level, optname);
}

/* By entry and return of a system call alike: is it another process's? */
static __always_inline bool pid_left_out(void)
{
	return filter_one_pid && own_tgid() != one_pid;
}

/* By the return: is it another option? */
static __always_inline bool option_left_out(__u32 level, __u32 optname)
{
	return !any_option && (option_verdict(level, optname) & SOT_OPTION_LEFT_OUT);
}

#endif

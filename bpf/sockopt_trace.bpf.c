/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The programs. Each section program only finds its arguments and calls the one
 * body: call_enter() or call_exit(). The loader loads those of one attachment.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "state.bpf.h"
#include "filter.bpf.h"
#include "capture.bpf.h"
#include "beyond.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Wakes the reader only when much is waiting; it looks by itself now and then. */
static __always_inline __u64 wakeup_flags(void)
{
	return bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= wakeup_bytes ? BPF_RB_FORCE_WAKEUP :
									       BPF_RB_NO_WAKEUP;
}

static __always_inline bool submit(struct sot_event *ev)
{
	__u32 size = ev->size;

	/* for the verifier; what the value leads to is the last that may have been appended */
	if (size > BEFORE_VALUE + 2 * snapshot)
		return false;
	if (bpf_ringbuf_output(&events, ev, size, wakeup_flags()))
		return false;
	COUNT(emitted);
	return true;
}

/* Gives an event whose return will not be seen. */
static __always_inline bool submit_without_return(struct sot_event *ev)
{
	if (!submit(ev))
		return false;
	COUNT(no_return);
	return true;
}

static __always_inline void build(struct sot_event *ev, __u32 verdict)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	ev->abi = current_abi(task, ev);
	capture_pids(ev, task);
	capture_credentials(ev, task);
	capture_task(ev, task);
	capture_socket(ev, task);
	capture_path(ev, task);
	capture_nodename(ev, task);
	if (no_values)
		ev->have |= SOT_VALUE_UNWANTED;
	else if (verdict & SOT_OPTION_IS_SECRET)
		ev->have |= SOT_VALUE_SECRET;
	else
		capture_value(ev);
	capture_beyond(ev, verdict);
}

static __always_inline int call_enter(__s32 sockfd, __s32 level, __s32 optname, __u64 optval,
				      __s32 optlen)
{
	struct sot_event *ev, *stale;
	__u32 zero = 0, tid = bpf_get_current_pid_tgid(), verdict;

	COUNT(seen);
	verdict = option_verdict(level, optname);
	if (!option_wanted(verdict) ||
	    !process_wanted((struct task_struct *)bpf_get_current_task())) {
		COUNT(filtered);
		return 0;
	}
	ev = bpf_map_lookup_elem(&scratch, &zero);
	if (!ev)
		return 0; /* not reached: element 0 of an array is always there */
	__builtin_memset(ev, 0, sizeof(*ev));
	ev->version = SOT_EVENT_VERSION;
	ev->head = ev->size = sizeof(*ev);
	ev->attach = attach_id;
	ev->cpu = bpf_get_smp_processor_id();
	ev->time = bpf_ktime_get_boot_ns();
	ev->sockfd = sockfd;
	ev->level = level;
	ev->optname = optname;
	ev->optval = optval;
	ev->optlen = optlen;
	ev->effect = verdict >> SOT_OPTION_EFFECT_SHIFT;
	build(ev, verdict);

	/* A call of this thread that is still kept has returned unseen. */
	stale = bpf_map_lookup_elem(&inflight, &tid);
	if (stale && !submit_without_return(stale))
		COUNT(lost_return_missed);
	if (bpf_map_update_elem(&inflight, &tid, ev, BPF_ANY) && !submit_without_return(ev))
		COUNT(lost_inflight_full);
	return 0;
}

/* At return: what the kernel has read is there now, so what entry could not read may be. */
static __always_inline bool value_due(const struct sot_event *ev)
{
	if (ev->have & (SOT_VALUE_UNWANTED | SOT_VALUE_SECRET))
		return false;
	return !(ev->have & SOT_HAVE_VALUE) || (ev->have & SOT_VALUE_PART);
}

static __always_inline int call_exit(long ret)
{
	struct sot_event *ev;
	__u32 tid = bpf_get_current_pid_tgid();

	ev = bpf_map_lookup_elem(&inflight, &tid);
	if (!ev)
		return 0; /* filtered, or given at entry */
	if (only_failed && (__s32)ret >= 0) {
		COUNT(filtered);
		goto out;
	}
	ev->duration_ns = bpf_ktime_get_boot_ns() - ev->time;
	ev->ret = ret;
	ev->have |= SOT_HAVE_RET;
	capture_rest(ev, value_due(ev));
	if ((__s32)ret == -14 /* EFAULT */ && !no_values)
		probe_value_end(ev);
	if (!no_values)
		capture_effect(ev, (struct task_struct *)bpf_get_current_task());
	if (!submit(ev))
		COUNT(lost_ring_full);
out:
	bpf_map_delete_elem(&inflight, &tid);
	return 0;
}

static __always_inline int filter_exit(const struct filter_args *args, __s32 ret)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct sot_event *ev = bpf_map_lookup_elem(&inflight, &tid);

	if (ev)
		capture_filter(ev, args, ret);
	return 0;
}

SEC("?kprobe/__sys_setsockopt")
int BPF_KPROBE(kprobe_enter, int fd, int level, int optname, char *optval, int optlen)
{
	return call_enter(fd, level, optname, (__u64)optval, optlen);
}

SEC("?kretprobe/__sys_setsockopt")
int BPF_KRETPROBE(kretprobe_exit, long ret)
{
	return call_exit(ret);
}

SEC("?fentry/__sys_setsockopt")
int BPF_PROG(fentry_enter, int fd, int level, int optname, char *optval, int optlen)
{
	return call_enter(fd, level, optname, (__u64)optval, optlen);
}

SEC("?fexit/__sys_setsockopt")
int BPF_PROG(fexit_exit, int fd, int level, int optname, char *optval, int optlen, int ret)
{
	return call_exit(ret);
}

/*
 * int (struct sock *, int *level, int *optname, char __user *optval, int *optlen,
 *      char **kernel_optval); since 6.7 (3f31e0d14d44) optval is a sockptr_t, two words by value.
 * Its arguments are read as plain words: older verifiers refuse a pointer to a pointer.
 */
SEC("?fexit/__cgroup_bpf_run_filter_setsockopt")
int fexit_filter(unsigned long long *ctx)
{
	struct filter_args args = {};
	__u64 ret = 0, word[8];

	if (bpf_probe_read_kernel(word, sizeof(word), ctx))
		return 0;
	args.level = word[1];
	args.optname = word[2];
	args.optlen = word[filter_takes_sockptr ? 5 : 4];
	args.kernel_optval = word[filter_takes_sockptr ? 6 : 5];
	ret = word[filter_takes_sockptr ? 7 : 6];
	return filter_exit(&args, ret);
}

static __always_inline __u64 sixth_parameter(struct pt_regs *ctx)
{
#if defined(__TARGET_ARCH_x86)
	return BPF_CORE_READ(ctx, r9);
#else
	return BPF_CORE_READ((struct user_pt_regs *)ctx, regs[5]);
#endif
}

static __always_inline __u64 seventh_parameter(struct pt_regs *ctx)
{
#if defined(__TARGET_ARCH_x86)
	__u64 word = 0;

	/* above the return address */
	bpf_probe_read_kernel(&word, sizeof(word), (void *)(BPF_CORE_READ(ctx, sp) + sizeof(word)));
	return word;
#else
	return BPF_CORE_READ((struct user_pt_regs *)ctx, regs[6]);
#endif
}

SEC("?kprobe/__cgroup_bpf_run_filter_setsockopt")
int kprobe_filter(struct pt_regs *ctx)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct filter_args args = {};

	if (!bpf_map_lookup_elem(&inflight, &tid))
		return 0;
	args.level = PT_REGS_PARM2_CORE(ctx);
	args.optname = PT_REGS_PARM3_CORE(ctx);
	args.optlen = filter_takes_sockptr ? sixth_parameter(ctx) : PT_REGS_PARM5_CORE(ctx);
	args.kernel_optval = filter_takes_sockptr ? seventh_parameter(ctx) : sixth_parameter(ctx);
	bpf_map_update_elem(&filtering, &tid, &args, BPF_ANY);
	return 0;
}

SEC("?kretprobe/__cgroup_bpf_run_filter_setsockopt")
int BPF_KRETPROBE(kretprobe_filter, long ret)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct filter_args *args = bpf_map_lookup_elem(&filtering, &tid);

	if (!args)
		return 0;
	filter_exit(args, ret);
	bpf_map_delete_elem(&filtering, &tid);
	return 0;
}

SEC("?tp/syscalls/sys_enter_setsockopt")
int tracepoint_enter(struct syscall_trace_enter *ctx)
{
	return call_enter(ctx->args[0], ctx->args[1], ctx->args[2], ctx->args[3], ctx->args[4]);
}

SEC("?tp/syscalls/sys_exit_setsockopt")
int tracepoint_exit(struct syscall_trace_exit *ctx)
{
	return call_exit(ctx->ret);
}

/* kernel/fork.c: trace_sched_process_fork(parent, child), in the parent */
SEC("?raw_tp/sched_process_fork")
int process_fork(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *child = (struct task_struct *)ctx->args[1];
	__u32 parent_id = tgid_for_tracer((struct task_struct *)ctx->args[0]);
	__u32 child_id = tgid_for_tracer(child);
	__u8 one = 1;

	if (parent_id == child_id || !bpf_map_lookup_elem(&pids, &parent_id))
		return 0; /* a thread, or not ours */
	if (bpf_map_update_elem(&pids, &child_id, &one, BPF_ANY))
		COUNT(unfollowed);
	return 0;
}

/* kernel/exit.c: trace_sched_process_exit(task), after signal->live was counted down */
SEC("?raw_tp/sched_process_exit")
int process_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx->args[0];
	__u32 id = tgid_for_tracer(task);

	if (BPF_CORE_READ(task, signal, live.counter) == 0)
		bpf_map_delete_elem(&pids, &id); /* the number may be given to another */
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* All programs. The loader loads those of one attachment. */
#include "call.bpf.h"
#include "checks.bpf.h"

#define SOCKET_URING_OP_SETSOCKOPT 3 /* include/uapi/linux/io_uring.h */
#define REQ_F_FIXED_FILE 1	     /* include/linux/io_uring_types.h */
#define PF_IO_WORKER 0x10	     /* include/linux/sched.h */

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("?kretprobe/__sys_setsockopt")
int BPF_KRETPROBE(kretprobe_exit, long ret)
{
	return call_exit(SOT_HOOK_EXIT, ret);
}

static __always_inline int filter_exit(const struct filter_args *args, __s32 ret)
{
	struct sot_event *ev = own_call();

	if (ev)
		capture_filter(ev, args, ret);
	return 0;
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

	if (is_self_test(SOT_HOOK_FILTER_EXIT) || bpf_probe_read_kernel(word, sizeof(word), ctx))
		return 0;
	args.level = word[1];
	args.optname = word[2];
	args.optlen = word[filter_takes_sockptr ? 5 : 4];
	args.kernel_optval = word[filter_takes_sockptr ? 6 : 5];
	ret = word[filter_takes_sockptr ? 7 : 6];
	return filter_exit(&args, ret);
}

/* The stack pointer that the kprobe of entry was told, as the kretprobe finds it. */
static __always_inline __u64 stack_at_entry(struct pt_regs *ctx)
{
#if defined(__TARGET_ARCH_x86)
	return PT_REGS_SP_CORE(ctx) - sizeof(__u64); /* the return address is gone from it */
#else
	return PT_REGS_SP_CORE(ctx);
#endif
}

static __always_inline __u64 sixth_parameter(struct pt_regs *ctx)
{
#if defined(__TARGET_ARCH_x86)
	return BPF_CORE_READ(ctx, r9);
#else
	return BPF_CORE_READ((struct user_pt_regs *)ctx, regs[5]);
#endif
}

/* What a call leaves on the stack, where it leaves it there. */
#define RETURN_ADDRESS sizeof(__u64)

/* above: how much lies on the stack before it. */
static __always_inline __u64 seventh_argument(struct pt_regs *ctx, __u32 above)
{
#if defined(__TARGET_ARCH_x86)
	__u64 word = 0;

	bpf_probe_read_kernel(&word, sizeof(word), (void *)(BPF_CORE_READ(ctx, sp) + above));
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

	if (is_self_test(SOT_HOOK_FILTER) || !own_call())
		return 0;
	args.level = PT_REGS_PARM2_CORE(ctx);
	args.optname = PT_REGS_PARM3_CORE(ctx);
	args.optlen = filter_takes_sockptr ? sixth_parameter(ctx) : PT_REGS_PARM5_CORE(ctx);
	args.kernel_optval =
		filter_takes_sockptr ? seventh_argument(ctx, RETURN_ADDRESS) : sixth_parameter(ctx);
	bpf_map_update_elem(&filtering, &tid, &args, BPF_ANY);
	return 0;
}

SEC("?kretprobe/__cgroup_bpf_run_filter_setsockopt")
int BPF_KRETPROBE(kretprobe_filter, long ret)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct filter_args *args = bpf_map_lookup_elem(&filtering, &tid);

	if (is_self_test(SOT_HOOK_FILTER_EXIT) || !args)
		return 0;
	filter_exit(args, ret);
	bpf_map_delete_elem(&filtering, &tid);
	return 0;
}

/* Nothing is known of the request; whoever carries it out is of the process that made it. */
static __always_inline void lose_request(void)
{
	COUNT(taken);
	COUNT_OF_TASK((struct task_struct *)bpf_get_current_task(), lost_inflight_full);
}

/*
 * io_uring, since 6.7 (4232c6e349f3): io_uring_cmd_sock(struct io_uring_cmd *, unsigned int) calls
 * do_sock_setsockopt, as __sys_setsockopt does. Only what comes through the former is taken here.
 * The request is the same address: the command is the first member of its struct io_kiocb.
 */
static __always_inline int uring_enter(struct io_uring_cmd *cmd)
{
	__u32 tid = bpf_get_current_pid_tgid();
	__u64 request = (__u64)cmd;

	if (BPF_CORE_READ(cmd, cmd_op) != SOCKET_URING_OP_SETSOCKOPT ||
	    is_self_test(SOT_HOOK_URING))
		return 0;
	uring_used = true; /* by the thread that goes on to do_sock_setsockopt */
	if (bpf_map_update_elem(&uring, &tid, &request, BPF_ANY) && !uring_at_call)
		lose_request();
	return 0;
}

/*
 * The thread that made the request, whoever carries it out. Where a thread of the kernel's polls
 * the ring, which of the process's threads filled it is not known: its leader stands for all.
 */
static __always_inline struct task_struct *submitter(struct io_kiocb *request)
{
	struct io_kiocb___task *older = (void *)request;
	struct task_struct *task;

	task = bpf_core_field_exists(request->tctx) ? BPF_CORE_READ(request, tctx, task) :
						      BPF_CORE_READ(older, task);
	if (BPF_CORE_READ(task, flags) & PF_IO_WORKER)
		task = BPF_CORE_READ(task, group_leader);
	return task;
}

/* May this run of do_sock_setsockopt be io_uring's? Else it is __sys_setsockopt's, and told there. */
static __always_inline bool sock_wanted(void)
{
	return !is_self_test(SOT_HOOK_SOCK_ENTER) && uring_used;
}

static __always_inline int sock_enter(struct socket *sock, bool compat, __s32 level, __s32 optname,
				      __u64 optval, __s32 optlen)
{
	__u32 tid = bpf_get_current_pid_tgid();
	__u64 *found = bpf_map_lookup_elem(&uring, &tid);
	struct io_kiocb *request;
	struct call call = {
		.level = level,
		.optname = optname,
		.optval = optval,
		.optlen = optlen,
		.key = tid,
		.uring_compat = compat,
	};

	if (!found) {
		if (uring_at_call)
			lose_request();
		return 0; /* else it was called by __sys_setsockopt */
	}
	request = (struct io_kiocb *)*found;
	bpf_map_delete_elem(&uring, &tid);
	if (BPF_CORE_READ(request, file, private_data) != sock)
		return 0; /* 6.7 and 6.8 turn some away before they come here */
	call.request = request;
	call.task = submitter(request);
	call.has_sockfd = !(BPF_CORE_READ(request, flags) & REQ_F_FIXED_FILE);
	call.sockfd = call.has_sockfd ? BPF_CORE_READ(request, cqe.fd) : -1;
	return enter(&call, &beside, BUILD_URING_CALL);
}

/*
 * io_uring_cmd_sock returns what do_sock_setsockopt did, and few calls come by it: none that
 * system calls which sleep could use up.
 */
static __always_inline int uring_exit(long ret)
{
	return is_self_test(SOT_HOOK_URING_EXIT) ? 0 : finish(ret, &beside, BUILDERS);
}

/* The request that this thread carries out, as far as it is kept; or NULL. */
static __always_inline struct io_kiocb *own_request(void)
{
	__u64 key = own_tid();
	struct sot_event *ev;
	struct sot_timed *timed;

	if (count_only) {
		timed = bpf_map_lookup_elem(&timing, &key);
		return timed && timed->begun ? (struct io_kiocb *)timed->request : NULL;
	}
	ev = bpf_map_lookup_elem(&beside, &key);
	return ev ? (struct io_kiocb *)ev->kept : NULL;
}

/* A worker has several of ours to carry out, of which one counts. */
static __always_inline bool is_done_for_self_test(struct io_wq_work *work)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct io_kiocb *request;

	if (!self_test.testing)
		return false;
	if (!(BPF_CORE_READ(task, flags) & PF_IO_WORKER))
		return is_self_test(SOT_HOOK_URING_DONE);
	request = (void *)work - bpf_core_field_offset(struct io_kiocb, work);
	return BPF_CORE_READ(request, cqe.user_data) == SOT_OWN_REQUEST &&
	       is_self_test(SOT_HOOK_URING_FREED);
}

/*
 * The thread has carried out a request, and its kretprobe was missed: the result is in the request,
 * which is there still. Comes by when a batch of requests is done, or a worker's one: then `work` is
 * the request's (io_wq_free_work: io_uring/io_uring.c).
 */
SEC("?kprobe")
int BPF_KPROBE(kprobe_uring_done, struct io_wq_work *work)
{
	struct io_kiocb *request = own_request();

	if (is_done_for_self_test(work) || !request)
		return 0;
	return finish(BPF_CORE_READ(request, cqe.res), &beside, BUILDERS);
}

SEC("?fentry/io_uring_cmd_sock")
int BPF_PROG(fentry_uring, struct io_uring_cmd *cmd)
{
	return uring_enter(cmd);
}

SEC("?fexit/io_uring_cmd_sock")
int BPF_PROG(fexit_uring, struct io_uring_cmd *cmd, unsigned int flags, int ret)
{
	return uring_exit(ret);
}

SEC("?kprobe/io_uring_cmd_sock")
int BPF_KPROBE(kprobe_uring, struct io_uring_cmd *cmd)
{
	return uring_enter(cmd);
}

SEC("?kretprobe/io_uring_cmd_sock")
int BPF_KRETPROBE(kretprobe_uring, long ret)
{
	return uring_exit(ret);
}

/*
 * int (struct socket *, bool compat, int level, int optname, sockptr_t optval, int optlen):
 * optval is two words by value, see fexit_filter.
 */
SEC("?fentry/do_sock_setsockopt")
int fentry_sock(unsigned long long *ctx)
{
	__u64 word[7];

	if (!sock_wanted() || bpf_probe_read_kernel(word, sizeof(word), ctx))
		return 0;
	return sock_enter((struct socket *)word[0], word[1] & 1, word[2], word[3], word[4],
			  word[6]);
}

static __always_inline int sock_enter_by_registers(struct pt_regs *ctx, __u32 above)
{
	return sock_enter((struct socket *)PT_REGS_PARM1_CORE(ctx), PT_REGS_PARM2_CORE(ctx) & 1,
			  PT_REGS_PARM3_CORE(ctx), PT_REGS_PARM4_CORE(ctx), PT_REGS_PARM5_CORE(ctx),
			  seventh_argument(ctx, above));
}

SEC("?kprobe/do_sock_setsockopt")
int kprobe_sock(struct pt_regs *ctx)
{
	return sock_wanted() ? sock_enter_by_registers(ctx, RETURN_ADDRESS) : 0;
}

/*
 * At the instruction by which io_uring_cmd_sock calls do_sock_setsockopt (src/trace/kernel_text.h):
 * the arguments are the kernel's own, copied from the request, as at the latter's entry; and calls of
 * setsockopt do not come by.
 */
SEC("?kprobe/io_uring_cmd_sock:do_sock_setsockopt")
int kprobe_call(struct pt_regs *ctx)
{
	return is_self_test(SOT_HOOK_SOCK_ENTER) ? 0 : sock_enter_by_registers(ctx, 0);
}

/*
 * bpf_setsockopt, the helper of BPF programs: net/core/filter.c has one for each kind of program, and
 * all call __bpf_setsockopt(struct sock *, int level, int optname, char *optval, int optlen), which was
 * _bpf_setsockopt in 5.10. They run in any context, also in a softirq above a task's call, and one
 * such call may make another (TCP_CONGESTION): each is kept by its own place on the stack.
 */
static __always_inline bool is_program_of_ours(struct sock *sk)
{
	return self_test.testing &&
	       BPF_CORE_READ(sk, sk_socket, file, f_inode, i_ino) == self_test.socket &&
	       is_self_test(SOT_HOOK_PROGRAM);
}

static __always_inline int program_enter(__u64 key, struct sock *sk, __s32 level, __s32 optname,
					 __u64 optval, __s32 optlen)
{
	const struct call call = {
		.sockfd = -1,
		.level = level,
		.optname = optname,
		.optval = optval,
		.optlen = optlen,
		.task = (struct task_struct *)bpf_get_current_task(),
		.sk = sk,
		.key = key,
	};
	__u32 zero = 0, *depth = bpf_map_lookup_elem(&nesting, &zero);

	if (!depth || !sk || is_program_of_ours(sk))
		return 0;
	*depth += 1;
	enter(&call, &beside, *depth == 1 ? BUILD_PROGRAM_CALL : BUILD_PROGRAM_CALL_NESTED);
	*depth -= 1;
	return 0;
}

/* It was filtered, or it is ours. */
static __always_inline int program_unkept(void)
{
	is_self_test(SOT_HOOK_PROGRAM_EXIT);
	return 0;
}

static __always_inline int program_exit(__u64 key, long ret)
{
	struct sot_event *ev;
	struct kept kept;

	if (count_only) {
		struct sot_timed *timed = bpf_map_lookup_elem(&timing, &key);

		if (!timed)
			return program_unkept();
		count_return(timed, ret);
		bpf_map_delete_elem(&timing, &key); /* the next one is hardly in the same place */
		return 0;
	}
	kept = returned(key, NULL, ret, &beside, BUILDERS);
	ev = kept.ev;
	if (!ev)
		return program_unkept();
	if (!no_values)
		capture_effect(ev, (const struct sock *)ev->kept);
	submit_returned(&kept, &beside);
	return 0;
}

/* Entry and return of one call are told the same place for their arguments. */
static __always_inline __u64 address_of(const void *ctx)
{
	__u64 address = 0;

	/* to a verifier the pointer itself is no number */
	bpf_probe_read_kernel(&address, sizeof(address), &ctx);
	return address;
}

SEC("?fentry/__bpf_setsockopt")
int fentry_program(unsigned long long *ctx)
{
	__u64 word[5];

	if (bpf_probe_read_kernel(word, sizeof(word), ctx))
		return 0;
	return program_enter(address_of(ctx), (struct sock *)word[0], word[1], word[2], word[3],
			     word[4]);
}

SEC("?fexit/__bpf_setsockopt")
int fexit_program(unsigned long long *ctx)
{
	__u64 word[6];

	if (bpf_probe_read_kernel(word, sizeof(word), ctx))
		return 0;
	return program_exit(address_of(ctx), word[5]);
}

SEC("?kprobe/__bpf_setsockopt")
int kprobe_program(struct pt_regs *ctx)
{
	return program_enter(PT_REGS_SP_CORE(ctx), (struct sock *)PT_REGS_PARM1_CORE(ctx),
			     PT_REGS_PARM2_CORE(ctx), PT_REGS_PARM3_CORE(ctx),
			     PT_REGS_PARM4_CORE(ctx), PT_REGS_PARM5_CORE(ctx));
}

SEC("?kretprobe/__bpf_setsockopt")
int kretprobe_program(struct pt_regs *ctx)
{
	return program_exit(stack_at_entry(ctx), PT_REGS_RC_CORE(ctx));
}

/* int (const struct cred *, struct user_namespace *, int cap, unsigned int opts); so is the next. */
SEC("?fexit/security_capable")
int BPF_PROG(fexit_capable, const struct cred *cred, struct user_namespace *target, int cap,
	     unsigned int opts, int ret)
{
	const struct check check = { cred, target, cap, opts };

	return checked(&check, ret);
}

SEC("?kprobe/cap_capable")
int BPF_KPROBE(kprobe_capable, const struct cred *cred, struct user_namespace *target, int cap,
	       unsigned int opts)
{
	const struct check check = { cred, target, cap, opts };

	return check_begins(&check);
}

SEC("?kretprobe/cap_capable")
int BPF_KRETPROBE(kretprobe_capable, long ret)
{
	return check_ends(ret);
}

/* int (struct socket *, int level, int optname) */
SEC("?fexit/security_socket_setsockopt")
int BPF_PROG(fexit_refused, void *sock, int level, int optname, int ret)
{
	return call_refused(ret);
}

SEC("?kretprobe/security_socket_setsockopt")
int BPF_KRETPROBE(kretprobe_refused, long ret)
{
	return call_refused(ret);
}

/*
 * trace_sys_exit(regs, ret), in include/trace/events/syscalls.h: of every call, also of 32-bit
 * programs, whose calls the tracepoints of single system calls leave out.
 */
SEC("?raw_tp/sys_exit")
int syscall_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = current_task();
	__u64 key = tid_of(task);

	if (is_self_test(SOT_HOOK_SYSCALL_EXIT))
		return 0;
	if (!count_only && !unbuilt_count && !own_thread_inside(task) &&
	    (!look_inflight() || !bpf_map_lookup_elem(&inflight, &key)))
		return 0;
	return finish(ctx->args[1], &inflight, BUILD_AT_SYSCALL_EXIT);
}

/* kernel/fork.c: trace_sched_process_fork(parent, child), in the parent */
SEC("?raw_tp/sched_process_fork")
int process_fork(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *child = (struct task_struct *)ctx->args[1];
	__u32 parent_id = tgid_for_tracer((struct task_struct *)ctx->args[0]);
	__u32 child_id = tgid_for_tracer(child);
	__u8 one = 1;

	if (self_test.testing && parent_id == tracer_tgid)
		return !count_self_test(SOT_HOOK_FORK);
	if (parent_id == child_id || !bpf_map_lookup_elem(&pids, &parent_id))
		return 0; /* a thread, or not ours */
	if (bpf_map_update_elem(&pids, &child_id, &one, BPF_ANY))
		COUNT(unfollowed);
	return 0;
}

/* A process that the tracer has forked for the self-test. */
static __always_inline bool is_own_child(struct task_struct *task)
{
	return self_test.testing &&
	       (__u64)BPF_CORE_READ(task, real_parent, group_leader) == self_test.task;
}

/* A thread of which a call was counted is gone: its tid may be another's next. */
SEC("?raw_tp/sched_process_exit")
int thread_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx->args[0];
	__u64 key = BPF_CORE_READ(task, pid);
	struct sot_timed *timed = bpf_map_lookup_elem(&timing, &key);

	if (is_own_child(task))
		count_self_test(SOT_HOOK_THREAD_EXIT);
	if (!timed)
		return 0;
	if (timed->begun)
		add_unreturned(&timed->key);
	bpf_map_delete_elem(&timing, &key);
	return 0;
}

/*
 * A thread that is kept is gone, which is the current one. A call that it was inside of has returned
 * unseen.
 */
SEC("?raw_tp/sched_process_exit")
int kept_thread_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct thread *thread = find_thread(); /* its tid may be another than when it was kept */

	if (is_own_child((struct task_struct *)ctx->args[0]))
		count_self_test(SOT_HOOK_KEPT_EXIT);
	if (!thread)
		return 0;
	give_stale_call(thread);
	free_thread(thread);
	return 0;
}

/* At the end, by the loader's reading: calls that threads are still inside of. */
SEC("?iter/task")
int kept_calls(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct seq_file *seq = ctx->meta->seq;
	struct thread *thread;
	__u32 *number, size;

	number = task ? bpf_task_storage_get(&numbers, task, NULL, 0) : NULL;
	if (!number)
		return 0;
	thread = bpf_map_lookup_elem(&threads, number);
	if (!thread || thread->task != (__u64)task || !thread->inside)
		return 0;
	size = facts_of(thread)->size;
	if (size <= sizeof(thread->facts))
		bpf_seq_write(seq, facts_of(thread), size);
	size = call_of(thread)->size;
	if (size <= sizeof(thread->call))
		bpf_seq_write(seq, call_of(thread), size);
	return 0;
}

/* kernel/exit.c: trace_sched_process_exit(task), after signal->live was counted down */
SEC("?raw_tp/sched_process_exit")
int process_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx->args[0];
	__u32 id = tgid_for_tracer(task);

	if (is_own_child(task))
		return !count_self_test(SOT_HOOK_TASK_EXIT);
	if (BPF_CORE_READ(task, signal, live.counter) == 0) {
		bpf_map_delete_elem(&pids, &id); /* the number may be given to another */
		if (id == one_pid)
			one_pid = 0;
	}
	return 0;
}

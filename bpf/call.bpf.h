/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A call from its entry to the ring buffer, and the programs of system calls, each of which only finds
 * its arguments. In plain.bpf.c their names end in _plain (settings.bpf.h).
 */
#ifndef SOT_CALL_BPF_H
#define SOT_CALL_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "beyond.bpf.h"
#include "tally.bpf.h"
#include "thread.bpf.h"

#define RINGBUF_HDR_SZ 8 /* include/uapi/linux/bpf.h: BPF_RINGBUF_HDR_SZ */

/*
 * Wakes the reader only when much is waiting, and only if it sleeps; it looks by itself now and then.
 * Two CPUs may both find it asleep, which costs one of them a wake-up.
 */
static __always_inline __u64 wakeup_flags(__u64 waiting, __u64 enough)
{
	if (waiting < enough || !reader_sleeps)
		return BPF_RB_NO_WAKEUP;
	reader_sleeps = false;
	return BPF_RB_FORCE_WAKEUP;
}

/*
 * There is no room for `size` bytes and the header before them (kernel/bpf/ringbuf.c:
 * __bpf_ringbuf_reserve), of a ring buffer eight times as large as `enough`: to be told so by the
 * kernel would cost more.
 */
static __always_inline bool is_full(__u64 waiting, __u64 enough, __u64 size)
{
	return waiting >= enough && waiting + RINGBUF_HDR_SZ + size >= 8 * enough;
}

/*
 * What the kernel refused for want of a capability is not: nothing came of it, and anybody can make
 * as many such calls as he likes. A call whose return is not known may have been taken.
 */
static __always_inline bool is_guarded(const struct sot_event *ev)
{
	return (ev->guarded || ev->checks_made) &&
	       !((ev->have & SOT_HAVE_RET) &&
		 (ev->ret == -1 /* EPERM */ || ev->ret == -13 /* EACCES */));
}

/* An event that is kept, or was just built. */
struct kept {
	struct sot_event *ev;  /* NULL: it was filtered, or given at entry */
	struct thread *thread; /* which has the call alone; NULL: the event is whole */
	__u64 key;
};

static __always_inline const struct sot_event *kept_facts(const struct kept *kept)
{
	return kept->thread ? facts_of(kept->thread) : kept->ev;
}

/* Before the first of the thread's calls that goes there. */
static __always_inline bool tell_facts(void *ring, struct thread *thread, enum told where)
{
	const struct sot_event *facts;
	__u64 size;

	if (!thread || (thread->told & where))
		return true;
	facts = facts_of(thread);
	size = facts->size;
	KNOWN_AT_MOST(size, FACTS_MAX);
	if (bpf_ringbuf_output(ring, (void *)facts, size, BPF_RB_NO_WAKEUP))
		return false;
	thread->told |= where;
	return true;
}

/* A call with a value of up to eight bytes, which has been read twice. */
#define SHORT_CALL (SOT_CALL_HEAD + 2 * sizeof(__u64))

/* Most calls are short: their place is asked for by a constant, and filled here. */
static __always_inline bool put_event(void *ring, const struct kept *kept, __u64 size, __u64 flags)
{
	__u64 *place;
	__u32 i;

	if (!kept->thread || size > SHORT_CALL) {
		/* what the value leads to is the last that may have been appended */
		KNOWN_AT_MOST(size, BEFORE_VALUE + 3 * snapshot);
		return !bpf_ringbuf_output(ring, kept->ev, size, flags);
	}
	place = bpf_ringbuf_reserve(ring, SHORT_CALL, 0);
	if (!place)
		return false;
#pragma clang loop unroll(full)
	for (i = 0; i < SHORT_CALL / sizeof(*place); i++)
		place[i] = kept->thread->call[i];
	bpf_ringbuf_submit(place, flags);
	return true;
}

/* Some of these options are anybody's: a half is kept for who has authority over the machine. */
static __always_inline bool submit_guarded(const struct kept *kept, __u64 size)
{
	__u64 waiting = bpf_ringbuf_query(&guarded, BPF_RB_AVAIL_DATA);
	const struct sot_event *facts = kept_facts(kept);

	if (is_full(waiting, guarded_wakeup_bytes, size) ||
	    (waiting > guarded_half && (facts->user_ns_level || !facts->cap_effective)))
		return false;
	return tell_facts(&guarded, kept->thread, TOLD_GUARDED) &&
	       put_event(&guarded, kept, size, wakeup_flags(waiting, guarded_wakeup_bytes));
}

static __always_inline bool submit_common(const struct kept *kept, __u64 size)
{
	__u64 waiting = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA);

	return !is_full(waiting, wakeup_bytes, size) &&
	       tell_facts(&events, kept->thread, TOLD_COMMON) &&
	       put_event(&events, kept, size, wakeup_flags(waiting, wakeup_bytes));
}

static __always_inline bool submit(const struct kept *kept)
{
	struct sot_event *ev = kept->ev;
	__u64 size = ev->size;

	ev->kept = 0;
	if ((!is_guarded(ev) || !submit_guarded(kept, size)) && !submit_common(kept, size))
		return false;
	COUNT(emitted);
	return true;
}

/* Gives an event whose return will not be seen. */
static __always_inline bool submit_without_return(const struct kept *kept)
{
	tally_event(kept->ev, kept_facts(kept));
	if (!submit(kept))
		return false;
	COUNT(no_return);
	return true;
}

/* The process that an event tells of: as process_of() told it then. */
static __always_inline struct sot_process process_by(const struct sot_event *facts)
{
	return (struct sot_process){ .start = facts->leader_start, .host_pid = facts->host_pid };
}

static __always_inline void count_lost(const struct kept *kept, __u64 counter, __u64 part)
{
	const struct sot_event *facts = kept_facts(kept);
	const struct sot_process process = process_by(facts);
	void *slot = &counters[bpf_get_smp_processor_id() % SOT_COUNTER_SLOTS];
	void *account;

	if (is_guarded(kept->ev)) {
		counter = offsetof(struct sot_counters, lost_guarded_full);
		part = offsetof(struct sot_account, lost_guarded_full);
	}
	__sync_fetch_and_add((__u64 *)(slot + counter), 1);
	account = account_of(&process, facts->comm);
	if (account)
		__sync_fetch_and_add((__u64 *)(account + part), 1);
}

/* No ring had room for it: of guarded events that is a reason of its own. */
#define COUNT_LOST_EVENT(_kept, _field)                          \
	count_lost(_kept, offsetof(struct sot_counters, _field), \
		   offsetof(struct sot_account, _field))

static __always_inline bool event_left_out(const struct sot_event *facts)
{
	const struct sot_process process = process_by(facts);

	if (!above_rate(process))
		return false;
	COUNT_ACCOUNTED(&process, facts->comm, above_rate);
	return true;
}

/* A call as it enters the kernel, by whatever way. */
struct call {
	__s32 sockfd, level, optname, optlen;
	__u64 optval;
	struct task_struct *task; /* whose call it is */
	struct io_kiocb *request; /* of io_uring; NULL: another way */
	struct sock *sk;	  /* of a BPF program's call, which has no descriptor */
	__u64 key;		  /* in the map of calls in flight */
	bool has_sockfd, uring_compat;
};

static __always_inline void build_socket(struct sot_event *ev, const struct call *call,
					 const struct user_namespace *user_ns)
{
	struct io_kiocb *request = call->request;
	struct file *file;
	bool read = true;

	if (call->sk) {
		capture_program_socket(ev, call->sk, user_ns);
		return;
	}
	if (call->has_sockfd)
		ev->have |= SOT_HAVE_SOCKFD;
	if (can_cast && !request) {
		ev->have |= SOT_HAVE_FD;
		file = load_descriptor(call->task, call->sockfd);
		if (file)
			load_socket(ev, file, user_ns, ev);
		return;
	}
	if (request)
		file = BPF_CORE_READ(request, file);
	else
		file = current_file(call->task, call->sockfd, &read);
	if (!read)
		return;
	ev->have |= SOT_HAVE_FD;
	capture_socket(ev, file, user_ns);
}

/* of_kept: the event is a kept thread's call, and nothing behind its head yet */
static __always_inline void build_value(struct sot_event *ev, const struct call *call,
					__u32 verdict, bool of_kept)
{
	if (no_values)
		ev->have |= SOT_VALUE_UNWANTED;
	else if (verdict & SOT_OPTION_IS_SECRET)
		ev->have |= SOT_VALUE_SECRET;
	else if (call->sk)
		capture_program_value(ev);
	else if (!of_kept || !capture_int(ev))
		capture_value(ev);
}

static __always_inline void build(struct sot_event *ev, const struct call *call, __u32 verdict,
				  __u32 builder)
{
	struct task_struct *current = current_task();
	const struct user_namespace *user_ns;

	if (call->sk) {
		ev->abi = SOT_ABI_BPF;
		ev->have |= SOT_HAVE_ABI;
		ev->kept = (__u64)call->sk; /* which the program holds until it returns */
	} else if (call->request) {
		ev->abi = SOT_ABI_IO_URING;
		ev->have |= SOT_HAVE_ABI;
		ev->uring_compat = call->uring_compat;
		ev->kept = (__u64)call->request;
	} else {
		ev->abi = current_abi(current, ev);
	}
	capture_pids(ev, call->task);
	/* a worker of io_uring acts with the credentials that the request is to be judged by */
	user_ns = capture_credentials(ev, current);
	capture_task(ev, call->task);
	build_socket(ev, call, user_ns);
	capture_path(ev, call->task, builder);
	capture_nodename(ev, call->task);
	build_value(ev, call, verdict, false);
	if (!call->sk) /* no BPF program may set what leads to something else */
		capture_beyond(ev, current, verdict);
}

static __always_inline void set_call(struct sot_event *ev, const struct call *call, __u32 verdict)
{
	ev->cpu = bpf_get_smp_processor_id();
	ev->time = bpf_ktime_get_boot_ns();
	ev->sockfd = call->sockfd;
	ev->level = call->level;
	ev->optname = call->optname;
	ev->optval = call->optval;
	ev->optlen = call->optlen;
	ev->effect = verdict >> SOT_OPTION_EFFECT_SHIFT;
	ev->guarded = !!(verdict & SOT_OPTION_IS_GUARDED);
}

/* The whole event; NULL is not reached, the elements of an array are always there. */
static __always_inline struct sot_event *build_event(const struct call *call, __u32 builder,
						     __u32 verdict)
{
	struct sot_event *ev = bpf_map_lookup_elem(&scratch, &builder);

	if (!ev)
		return NULL;
	__builtin_memset(ev, 0, sizeof(*ev));
	ev->version = SOT_EVENT_VERSION;
	ev->head = ev->size = sizeof(*ev);
#if defined(__TARGET_ARCH_arm64)
	ev->have = SOT_ON_ARM64;
#endif
	ev->attach = attach_id;
	set_call(ev, call, verdict);
	build(ev, call, verdict, builder);
	return ev;
}

/* A call that was kept unbuilt when its thread makes another has returned unseen. */
static __always_inline void drop_unbuilt(const struct call *call)
{
	__u64 key = call->key;

	if (unbuilt_count && !bpf_map_delete_elem(&unbuilt, &key)) {
		__sync_fetch_and_add(&unbuilt_count, -1);
		COUNT_OF_TASK(call->task, lost_return_missed);
	}
}

/* There is no room for its event until it returns: its arguments take less. */
static __always_inline bool keep_unbuilt(const struct call *call, const struct sot_event *ev)
{
	const struct unbuilt args = {
		.time = ev->time,
		.optval = call->optval,
		.sockfd = call->sockfd,
		.level = call->level,
		.optname = call->optname,
		.optlen = call->optlen,
	};
	__u64 key = call->key;

	/* before the call is there to be found */
	__sync_fetch_and_add(&unbuilt_count, 1);
	if (!bpf_map_update_elem(&unbuilt, &key, &args, BPF_ANY))
		return true;
	__sync_fetch_and_add(&unbuilt_count, -1);
	return false;
}

/* Of a level that several families have, which one's it is. */
static __always_inline void set_call_kind(struct sot_tally_key *key, const struct call *call)
{
	struct io_kiocb *request = call->request;
	struct file *file;
	bool read;

	key->family = key->protocol = 0;
	key->has_kind = 0;
	if (!is_shared(call->level))
		return;
	if (call->sk) {
		set_kind(key, call->sk);
		return;
	}
	file = request ? BPF_CORE_READ(request, file) :
			 current_file(call->task, call->sockfd, &read);
	if (is_socket(file))
		set_kind(key, sock_of(file));
}

static __always_inline void set_tally_key(struct sot_tally_key *key, const struct call *call)
{
	struct sot_process process;

	key->level = call->level;
	key->optname = call->optname;
	set_call_kind(key, call);
	if (!call->request) {
		set_current_process(key);
		return;
	}
	process = process_of(call->task);
	key->start = process.start;
	key->host_pid = process.host_pid;
}

/* There is no room for the call until it returns: it is counted now. */
static __always_inline int count_unkept(const struct call *call)
{
	struct sot_tally_key key = {};

	set_tally_key(&key, call);
	return add_unreturned(&key);
}

/* Keeps when a call began, and what it is; its return does the rest. */
static __always_inline int time_call(const struct call *call)
{
	__u64 thread = call->key;
	struct sot_timed *timed = bpf_map_lookup_elem(&timing, &thread);

	if (!timed) {
		bpf_map_update_elem(&timing, &thread, zeros, BPF_ANY);
		timed = bpf_map_lookup_elem(&timing, &thread);
	}
	if (!timed)
		return count_unkept(call);
	if (timed->begun)
		add_unreturned(&timed->key);
	set_tally_key(&timed->key, call);
	timed->request = (__u64)call->request;
	timed->begun = bpf_ktime_get_ns();
	return 0;
}

static __always_inline int count_return(struct sot_timed *timed, long ret)
{
	__u64 ns;

	if (!timed->begun)
		return 0; /* it was filtered, or has been counted */
	ns = bpf_ktime_get_ns() - timed->begun;
	timed->begun = 0;
	if (only_failed && (__s32)ret >= 0) {
		COUNT(succeeded);
		return 0;
	}
	timed->key.ret = ret;
	set_share(&timed->key);
	add_tally(&timed->key, ns, true);
	return 0;
}

/* The current thread's call, or the request that it carries out. */
static __always_inline int count_own_return(long ret, bool is_request)
{
	__u64 key = own_tid();
	struct sot_timed *timed = bpf_map_lookup_elem(&timing, &key);

	return timed && (timed->request != 0) == is_request ? count_return(timed, ret) : 0;
}

/* A call that is still kept in this one's place has returned unseen. */
static __always_inline void give_stale(const struct kept *stale)
{
	if (!submit_without_return(stale))
		COUNT_LOST_EVENT(stale, lost_return_missed);
}

static __always_inline void give_stale_call(struct thread *thread)
{
	const struct kept stale = { .ev = call_of(thread), .thread = thread };

	if (!thread->inside)
		return;
	thread->inside = 0;
	give_stale(&stale);
}

/* The call of a thread of which all that is kept holds. */
static __always_inline void build_again(struct thread *thread, const struct call *call,
					__u32 verdict)
{
	struct sot_event *ev = call_of(thread);

	clear_call(thread, ev);
	ev->check_source = check_source;
	set_call(ev, call, verdict);
	ev->abi = load_abi(call->task);
	load_thread_socket(thread, ev, call->task, call->sockfd);
	build_value(ev, call, verdict, true);
	thread->inside = 1;
}

/*
 * Makes it the thread's. True: it is kept there. (The thread is looked up once more: a pointer to it
 * that lived while the event was built would have the verifier follow that once for each of its
 * states.)
 */
static __always_inline bool keep_with_thread(const struct sot_event *ev)
{
	struct thread *thread = own_thread(current_task());

	if (!thread || !adopt(thread, ev))
		return false;
	thread->inside = 1;
	return true;
}

/* The thread's own call. True: it is kept, or left out; false: it is to be built. */
static __always_inline bool keep_by_thread(const struct call *call, __u32 verdict)
{
	struct thread *thread = own_thread(call->task);

	if (thread)
		give_stale_call(thread);
	if (rate && !only_failed && task_left_out(call->task))
		return true;
	if (!thread)
		thread = new_thread();
	else if (!(verdict & (SOT_OPTION_HAS_CBPF | SOT_OPTION_HAS_PROG)) &&
		 same_facts(thread, call->task)) {
		build_again(thread, call, verdict);
		return true;
	}
	if (thread)
		keep_keys(thread);
	return false;
}

/* store: where it is kept, inflight or beside; a thread's own calls rather with the thread */
static __always_inline int keep(const struct call *call, void *store, __u32 builder, __u32 verdict)
{
	bool of_thread = keeps_threads && store == &inflight;
	struct kept stale = {}, built = {};
	struct sot_event *ev;
	__u64 key = call->key;

	if (!of_thread || inflight_used) {
		stale.ev = bpf_map_lookup_elem(store, &key);
		if (stale.ev) {
			give_stale(&stale);
			bpf_map_delete_elem(store, &key); /* the next return is not this one's */
		}
	}
	if (of_thread ? keep_by_thread(call, verdict) :
			rate && !only_failed && task_left_out(call->task))
		return 0;
	ev = build_event(call, builder, verdict);
	if (!ev)
		return 0;
	if (!call->sk) /* of which the kernel asks nobody's authority */
		ev->check_source = check_source;
	if (of_thread) {
		if (keep_with_thread(ev))
			return 0;
		inflight_used = true; /* before the call is there to be found */
	}
	if (!bpf_map_update_elem(store, &key, ev, BPF_ANY) ||
	    (store == &inflight && keep_unbuilt(call, ev)))
		return 0;
	ev->check_source = 0;
	built.ev = ev;
	if (!submit_without_return(&built))
		COUNT_LOST_EVENT(&built, lost_inflight_full);
	return 0;
}

/* Of a call whose option is wanted. */
static __always_inline int take(const struct call *call, void *store, __u32 builder, __u32 verdict)
{
	if (!count_only && store == &inflight)
		drop_unbuilt(call);
	if (!process_wanted(call->task, store == &inflight)) {
		COUNT(filtered);
		return 0;
	}
	COUNT(taken);
	return count_only ? time_call(call) : keep(call, store, builder, verdict);
}

/* Of calls that are counted alone nobody asks for more. */
static __always_inline __u32 entry_verdict(__u32 level, __u32 optname)
{
	return count_only && any_option ? 0 : option_verdict(level, optname);
}

static __always_inline int enter(const struct call *call, void *store, __u32 builder)
{
	__u32 verdict = entry_verdict(call->level, call->optname);

	if (verdict & SOT_OPTION_LEFT_OUT) {
		COUNT(filtered);
		return 0;
	}
	return take(call, store, builder, verdict);
}

/* A system call that no filter has left out yet. */
static __always_inline int call_enter(__s32 sockfd, __s32 level, __s32 optname, __u64 optval,
				      __s32 optlen, __u32 verdict)
{
	struct task_struct *task = current_task();
	const struct call call = {
		.sockfd = sockfd,
		.level = level,
		.optname = optname,
		.optval = optval,
		.optlen = optlen,
		.task = task,
		.key = tid_of(task),
		.has_sockfd = true,
	};

	return take(&call, &inflight, BUILD_TASK_CALL, verdict);
}

/* The event of a call that was kept unbuilt: as all is now, but for its arguments. */
static __always_inline struct sot_event *build_at_return(__u64 key, __u32 builder)
{
	struct unbuilt *args = bpf_map_lookup_elem(&unbuilt, &key);
	struct sot_event *ev;
	struct call call = {
		.task = current_task(),
		.has_sockfd = true,
	};

	if (!args)
		return NULL;
	call.sockfd = args->sockfd;
	call.level = args->level;
	call.optname = args->optname;
	call.optval = args->optval;
	call.optlen = args->optlen;
	ev = build_event(&call, builder, option_verdict(call.level, call.optname));
	if (!ev)
		return NULL;
	ev->time = args->time;
	if (ev->have & SOT_HAVE_VALUE)
		ev->have |= SOT_VALUE_AT_EXIT;
	bpf_map_delete_elem(&unbuilt, &key);
	__sync_fetch_and_add(&unbuilt_count, -1);
	return ev;
}

static __always_inline void forget(const struct kept *kept, void *store)
{
	__u64 key = kept->key;

	if (kept->thread)
		kept->thread->inside = 0;
	else
		bpf_map_delete_elem(store, &key);
}

static __always_inline void find_kept(struct kept *kept, const struct task_struct *task,
				      void *store, __u32 builder)
{
	__u64 key = kept->key;

	if (store == &inflight) {
		kept->thread = own_thread_inside(task);
		if (kept->thread) {
			kept->ev = call_of(kept->thread);
			return;
		}
	}
	if (store != &inflight || look_inflight())
		kept->ev = bpf_map_lookup_elem(store, &key);
	if (!kept->ev && store == &inflight && unbuilt_count)
		kept->ev = build_at_return(key, builder);
}

/* Of those that failed --rate takes as many. */
static __always_inline bool success_left_out(const struct kept *kept, long ret)
{
	if ((__s32)ret >= 0) {
		COUNT(succeeded);
		return true;
	}
	return rate && event_left_out(kept_facts(kept));
}

/* The call's event, with its return. task: the current one; of BPF programs' calls NULL */
static __always_inline struct kept returned(__u64 key, const struct task_struct *task, long ret,
					    void *store, __u32 builder)
{
	struct kept kept = { .key = key };
	struct sot_event *ev;

	find_kept(&kept, task, store, builder);
	ev = kept.ev;
	if (!ev)
		return kept;
	if (only_failed && success_left_out(&kept, ret)) {
		forget(&kept, store);
		kept.ev = NULL;
		return kept;
	}
	ev->duration_ns = bpf_ktime_get_boot_ns() - ev->time;
	ev->ret = ret;
	ev->have |= SOT_HAVE_RET;
	return kept;
}

static __always_inline void submit_returned(const struct kept *kept, void *store)
{
	tally_event(kept->ev, kept_facts(kept));
	if (!submit(kept))
		COUNT_LOST_EVENT(kept, lost_ring_full);
	forget(kept, store);
}

/* builder: of a call that was kept unbuilt, as none is that is kept beside */
static __always_inline int finish(long ret, void *store, __u32 builder)
{
	struct task_struct *task = current_task();
	struct sot_event *ev;
	struct kept kept;

	if (count_only)
		return count_own_return(ret, store == &beside);
	kept = returned(tid_of(task), task, ret, store, builder);
	ev = kept.ev;
	if (!ev)
		return 0;
	if (!capture_later_int(ev)) {
		capture_rest(ev, task);
		capture_later(ev);
	}
	if (!no_values) {
		if ((__s32)ret == -14 /* EFAULT */)
			probe_value_end(ev);
		capture_effect(ev, sock_at_return(ev, task));
	}
	submit_returned(&kept, store);
	return 0;
}

static __always_inline int call_exit(enum sot_hook hook, long ret)
{
	return is_self_test(hook) ? 0 : finish(ret, &inflight, BUILD_AT_RETURN);
}

/* An argument of 32 bits, which its register may hold more than (little-endian). */
#define INT_AT(_register) (*(const __u32 *)(_register))

/*
 * A system call, by the entry program of the way that is attached: what a filter leaves out pays for
 * that filter, so the arguments are fetched when they are asked for. _enter: call_enter(…, verdict)
 */
#define ENTER(_level, _optname, _enter)                            \
	do {                                                       \
		__u32 verdict;                                     \
                                                                   \
		if (is_self_test(SOT_HOOK_ENTER))                  \
			return 0;                                  \
		if (!pid_left_out()) {                             \
			verdict = entry_verdict(_level, _optname); \
			if (!(verdict & SOT_OPTION_LEFT_OUT))      \
				return _enter;                     \
		}                                                  \
		COUNT(filtered);                                   \
		return 0;                                          \
	} while (0)

/*
 * Stands at the symbol, or behind the function's ftrace site (src/trace/kernel_text.h): what the kernel
 * has carried out before it there is nops, and fexit's trampoline, which gives the function its
 * arguments back. They are in their registers at both.
 */
SEC("?kprobe/__sys_setsockopt")
int PROGRAM(kprobe_enter)(struct pt_regs *ctx)
{
	/* at once: at its second use clang adds to ctx, which verifiers do not allow */
	__u32 level = PT_REGS_PARM2(ctx), optname = PT_REGS_PARM3(ctx);

	ENTER(level, optname,
	      call_enter(PT_REGS_PARM1(ctx), level, optname, PT_REGS_PARM4(ctx), PT_REGS_PARM5(ctx),
			 verdict));
}

SEC("?fentry/__sys_setsockopt")
int PROGRAM(fentry_enter)(unsigned long long *ctx)
{
	ENTER(INT_AT(&ctx[1]), INT_AT(&ctx[2]),
	      call_enter(ctx[0], ctx[1], ctx[2], ctx[3], ctx[4], verdict));
}

SEC("?fexit/__sys_setsockopt")
int PROGRAM(fexit_exit)(unsigned long long *ctx)
{
	/* what the self-test asks of is under no filter */
	if (!self_test.testing &&
	    (pid_left_out() || option_left_out(INT_AT(&ctx[1]), INT_AT(&ctx[2]))))
		return 0;
	return call_exit(SOT_HOOK_EXIT, (__s32)ctx[5]);
}

SEC("?tp/syscalls/sys_enter_setsockopt")
int PROGRAM(tracepoint_enter)(struct syscall_trace_enter *ctx)
{
	__u32 level = ctx->args[1], optname = ctx->args[2]; /* at once, as kprobe_enter */

	ENTER(level, optname,
	      call_enter(ctx->args[0], level, optname, ctx->args[3], ctx->args[4], verdict));
}

SEC("?tp/syscalls/sys_exit_setsockopt")
int PROGRAM(tracepoint_exit)(struct syscall_trace_exit *ctx)
{
	return call_exit(SOT_HOOK_SYSCALL_EXIT, ctx->ret);
}

#endif

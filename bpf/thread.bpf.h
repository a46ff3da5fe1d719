/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is known of a thread is kept with it from one call to the next, and its call in progress
 * beside: the facts of an event, and the call of one (event.h). The facts hold while the kernel says
 * the same as when they were read: of what changes without a trace all is compared, of what is found
 * behind pointers these and what they led to. An address alone proves nothing, since what is freed
 * comes again. The facts go into a ring buffer before the first call that does; then calls alone.
 *
 * From Linux 6.2 on: then a look-up that another one has interrupted finds what is there
 * (4279adb094a1).
 */
#ifndef SOT_THREAD_BPF_H
#define SOT_THREAD_BPF_H

#include "capture.bpf.h"

#define PATH_STEPS 16
#define NODENAME_WORDS (SOT_NODENAME_MAX / 8)
#define FACTS_MAX ((SOT_EVENT_HEAD + SOT_PATH_MAX + SOT_COMPONENT_MAX + SOT_NODENAME_MAX + 7) & ~7)

/* On the way from a program's file up to the root: a name, or a mount that was left. */
struct path_step {
	__u64 dentry; /* 0: a mount */
	__u64 mount, parent, mountpoint;
	__u32 sequence; /* of the dentry's name and parent */
};

struct thread {
	__u64 task;	/* whose it is: the address of its struct task_struct; 0: nobody's */
	__u32 number;	/* in `threads` */
	__u32 inside;	/* the call goes on */
	__u32 is_known; /* the facts, and all that they are compared by, are there */
	__u32 told;	/* the facts are in these rings: enum told */
	__u64 executions;
	__u64 user_ns, parent, exe, exe_dentry; /* addresses */
	__u64 socket, sk; /* of the call before; 0: it had none, or was built anew */
	__u64 socket_have;
	__u64 renames, mounts; /* as they counted when all steps were the same */
	__u32 exe_sequence;    /* of its dentry */
	__u32 steps;
	__u32 is_keyed; /* all that the facts are compared by is there */
	struct path_step step[PATH_STEPS];
	__u64 facts[FACTS_MAX / 8];
	__u64 call[(SOT_EVENT_MAX - 3 * (SOT_SNAPSHOT_MAX - SOT_KEPT_SNAPSHOT_MAX) + 7) / 8];
};

enum told {
	TOLD_COMMON = 1 << 0,
	TOLD_GUARDED = 1 << 1,
};

/* By number, from 1 on; as many as are to be kept. The loader sets the sizes. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct thread);
} threads SEC(".maps");

/* The numbers that are nobody's, put there by the loader. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 1);
	__uint(key_size, 0);
	__uint(value_size, sizeof(__u32));
} free_threads SEC(".maps");

/* Each task's number. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u32);
} numbers SEC(".maps");

/*
 * The number that a thread with such a tid was last found to have, which costs a fifth of the map
 * above. 0: no thread has been kept with such a tid yet.
 */
#define LAST_NUMBERS 4096

SHARED __u32 last_numbers[LAST_NUMBERS];

static __always_inline __u32 *last_number(const struct task_struct *task)
{
	return &last_numbers[(__u32)task->pid % LAST_NUMBERS];
}

/* What of the event is the call's, and no more. */
static __always_inline struct sot_event *call_of(struct thread *thread)
{
	return (struct sot_event *)thread->call;
}

static __always_inline struct sot_event *facts_of(struct thread *thread)
{
	return (struct sot_event *)thread->facts;
}

/* Whether it is kept or not, another had its place among the last ones. */
static __noinline struct thread *find_thread(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 *number = bpf_task_storage_get(&numbers, task, NULL, 0);
	struct thread *thread;

	if (!number)
		return NULL;
	thread = bpf_map_lookup_elem(&threads, number);
	if (!thread || thread->task != (__u64)task)
		return NULL;
	*last_number(task) = *number;
	return thread;
}

/* The current task's, if it is kept; or NULL. task: current_task(), as in the next ones */
static __always_inline struct thread *own_thread(const struct task_struct *task)
{
	__u32 number = *last_number(task);
	struct thread *thread;

	if (!number)
		return NULL;
	thread = bpf_map_lookup_elem(&threads, &number);
	return thread && thread->task == (__u64)task ? thread : find_thread();
}

/* The current thread, if it is kept and inside a call that is kept with it; or NULL. */
static __always_inline struct thread *own_thread_inside(const struct task_struct *task)
{
	struct thread *thread = keeps_threads ? own_thread(task) : NULL;

	return thread && thread->inside ? thread : NULL;
}

/* May a system call be in the map? */
static __always_inline bool look_inflight(void)
{
	return !keeps_threads || inflight_used;
}

/* The call that the current thread is inside; NULL: none that is kept. */
static __always_inline struct sot_event *own_call(void)
{
	struct task_struct *task = current_task();
	struct thread *thread = own_thread_inside(task);
	struct sot_event *ev = NULL;
	__u64 key = tid_of(task);

	if (thread)
		return call_of(thread);
	if (look_inflight())
		ev = bpf_map_lookup_elem(&inflight, &key);
	/* of the calls beside, io_uring's alone are kept by the tid */
	return ev || !uring_used ? ev : bpf_map_lookup_elem(&beside, &key);
}

/*
 * It has been kept with another tid, before it executed a program (fs/exec.c: de_thread); of a call
 * before that the return was missed.
 */
static __always_inline struct thread *kept_before(struct task_struct *task)
{
	struct thread *thread = find_thread();

	if (thread && thread->inside) {
		thread->inside = 0;
		COUNT_OF_TASK(task, lost_return_missed);
	}
	return thread;
}

/* NULL: as many threads are kept as are to be, or there is no memory. */
static __noinline struct thread *new_thread(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct thread *thread = kept_before(task);
	__u32 *kept, number;

	if (thread)
		return thread;
	if (bpf_map_pop_elem(&free_threads, &number))
		return NULL;
	kept = bpf_task_storage_get(&numbers, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	thread = bpf_map_lookup_elem(&threads, &number);
	if (!kept || !thread) {
		bpf_map_push_elem(&free_threads, &number, 0);
		return NULL;
	}
	*kept = number;
	thread->number = number;
	thread->inside = thread->is_known = 0;
	thread->task = (__u64)task;
	*last_number(task) = number;
	return thread;
}

/* The task is gone; the kernel frees what it had in `numbers`. */
static __always_inline void free_thread(struct thread *thread)
{
	__u32 *number = bpf_task_storage_get(&numbers, current_task(), NULL, 0);

	thread->task = 0;
	if (number)
		bpf_map_push_elem(&free_threads, number, 0);
}

static __always_inline bool same_ids(const struct sot_event *facts, const struct cred *cred)
{
	return facts->uid == cred->uid.val && facts->gid == cred->gid.val &&
	       facts->suid == cred->suid.val && facts->sgid == cred->sgid.val &&
	       facts->euid == cred->euid.val && facts->egid == cred->egid.val &&
	       facts->fsuid == cred->fsuid.val && facts->fsgid == cred->fsgid.val;
}

/*
 * Credentials may be freed, and others come to be where they were: all of them is compared. They are
 * the task's own when a system call begins, and nothing else calls __sys_setsockopt: what overrides
 * them (kernel/cred.c: override_creds) has taken that back before it returned to the caller.
 */
static __always_inline bool same_credentials(const struct sot_event *facts,
					     const struct thread *thread, struct task_struct *task)
{
	const struct cred *cred = task->cred;
	struct user_namespace *ns;

	if (!cred) /* it is not, but some verifiers want it asked */
		return false;
	ns = cred->user_ns;
	if ((__u64)ns != thread->user_ns)
		return false;
	/* the initial one is never freed; of deeper ones there is more to compare than to read */
	if (facts->user_ns_level != 0 &&
	    (facts->user_ns_level != 1 || ns->ns.inum != facts->user_ns || ns->level != 1 ||
	     ns->owner.val != facts->user_ns_owner))
		return false;
	return same_ids(facts, cred) && facts->cap_permitted == LOAD_WORD(cred->cap_permitted, 0) &&
	       facts->cap_effective == LOAD_WORD(cred->cap_effective, 0) &&
	       facts->cap_ambient == LOAD_WORD(cred->cap_ambient, 0);
}

/* Each half is a field to CO-RE: of the second one clang would add to the address of the first. */
static __always_inline bool same_comm(const char *known, struct task_struct *task)
{
	return ((const __u64 *)known)[0] == *(const __u64 *)&task->comm[0] &&
	       ((const __u64 *)known)[1] == *(const __u64 *)&task->comm[8];
}

/*
 * A parent that has gone, and another in its place, is told by number and time. Here, at the cgroup,
 * and for the first step away from the task, it is worth to go by what the verifier trusts
 * (kernel/bpf/verifier.c: BTF_TYPE_SAFE_RCU): a field is one instruction then, not eight.
 */
static __always_inline bool same_parent(const struct sot_event *facts, const struct thread *thread,
					struct task_struct *task)
{
	struct task_struct *parent = task->real_parent;

	return (__u64)parent == thread->parent && (__u32)parent->tgid == facts->host_ppid &&
	       parent->group_leader->start_boottime == facts->parent_start &&
	       same_comm(facts->parent_comm, parent);
}

/*
 * The node's name is compared as far as it goes: behind its end the kernel may have another's. By
 * load_word: of the array, which begins at an odd place, clang would load each byte.
 */
static __always_inline bool same_nodename(const struct sot_event *facts,
					  const struct uts_namespace *uts)
{
	__u64 name = (__u64)uts + bpf_core_field_offset(struct uts_namespace, name.nodename);
	__u64 off = facts->nodename.off, left = facts->nodename.len;
	const __u64 *known;
	__u32 i;

	KNOWN_AT_MOST(off, sizeof(*facts) + SOT_PATH_MAX + SOT_COMPONENT_MAX);
	known = (const __u64 *)((const char *)facts + off);
	for (i = 0; i < NODENAME_WORDS; i++) {
		__u64 differ = known[i] ^ load_word(name + 8 * i);

		if (left <= 8)
			return !(differ << (64 - 8 * left));
		if (differ)
			return false;
		left -= 8;
	}
	return false; /* of 64 letters */
}

static __always_inline bool same_namespaces(const struct sot_event *facts, struct task_struct *task)
{
	struct nsproxy *nsproxy = task->nsproxy;

	return facts->mnt_ns == nsproxy->mnt_ns->ns.inum &&
	       facts->net_ns == nsproxy->net_ns->ns.inum && same_nodename(facts, nsproxy->uts_ns);
}

/*
 * How often a dentry was given another name or parent, anywhere on the machine (fs/dcache.c: d_move,
 * d_exchange, __d_unalias), and a mount another place (fs/mount.h: lock_mount_hash): both locks
 * begin with such a number (include/linux/seqlock_types.h), odd while that goes on. On x86-64 alone
 * loads happen in their order: elsewhere what is read after these numbers may be older than they.
 */
#define UNCOUNTED (~0ULL)

static __always_inline __u64 load_sequence(__u64 lock)
{
	return CAST(seqcount, lock)->sequence;
}

/* Since all steps were looked at. (Where the locks are not known this loads 0: not UNCOUNTED.) */
static __always_inline bool nothing_moved(const struct thread *thread)
{
	return load_sequence(rename_lock_at) == thread->renames &&
	       load_sequence(mount_lock_at) == thread->mounts;
}

/* Before the steps are looked at. */
static __always_inline void count_moves(struct thread *thread)
{
	__u64 renames, mounts;

	renames = load_sequence(rename_lock_at);
	mounts = load_sequence(mount_lock_at);
	thread->renames = !rename_lock_at || renames & 1 ? UNCOUNTED : renames;
	thread->mounts = !mount_lock_at || mounts & 1 ? UNCOUNTED : mounts;
	asm volatile("" ::: "memory");
}

/*
 * The program's file holds its dentry, and that its parents, while no name or parent has changed,
 * which each dentry counts (fs/dcache.c: __d_move, __d_drop); and the mounts, while these are not
 * moved. So each is there, and the path is the same.
 */
static __always_inline bool same_steps(struct thread *thread)
{
	__u32 i;

	count_moves(thread);
	for (i = 0; i < PATH_STEPS; i++) {
		const struct path_step *step = &thread->step[i];

		if (i >= thread->steps)
			return true;
		if (step->dentry) {
			if (CAST(dentry, step->dentry)->d_seq.seqcount.sequence != step->sequence)
				return false;
		} else {
			struct mount *mount = CAST(mount, step->mount);

			if ((__u64)mount->mnt_parent != step->parent ||
			    (__u64)mount->mnt_mountpoint != step->mountpoint)
				return false;
		}
	}
	return true;
}

static __always_inline bool same_path(const struct sot_event *facts, struct thread *thread,
				      struct task_struct *task)
{
	struct file *exe = task->mm->exe_file;
	struct dentry *dentry = exe->f_path.dentry;

	/*
	 * Another file may be given to it, and lie where one lay (prctl PR_SET_MM_EXE_FILE); and its
	 * own may be unlinked.
	 */
	if ((__u64)exe != thread->exe || (__u64)dentry != thread->exe_dentry ||
	    exe->f_inode->i_ino != facts->exe_inode ||
	    dentry->d_seq.seqcount.sequence != thread->exe_sequence)
		return false;
	return nothing_moved(thread) || same_steps(thread);
}

/* The way that capture_path goes; false: it is longer than is kept. */
static __always_inline bool keep_path(struct thread *thread, struct task_struct *untrusted)
{
	struct file *exe = untrusted->mm->exe_file;
	struct dentry *dentry = exe->f_path.dentry;
	struct mount *mount = CAST(mount, (const char *)exe->f_path.mnt -
						  bpf_core_field_offset(struct mount, mnt));
	__u32 i;

	thread->exe = (__u64)exe;
	thread->exe_dentry = (__u64)dentry;
	thread->exe_sequence = dentry->d_seq.seqcount.sequence;
	count_moves(thread);
	for (i = 0; i < PATH_STEPS; i++) {
		struct path_step *step = &thread->step[i];

		thread->steps = i + 1;
		if (dentry != mount->mnt.mnt_root) {
			struct dentry *parent = dentry->d_parent;

			step->dentry = (__u64)dentry;
			step->sequence = dentry->d_seq.seqcount.sequence;
			if (parent == dentry)
				return true;
			dentry = parent;
			continue;
		}
		step->dentry = 0;
		step->mount = (__u64)mount;
		step->parent = (__u64)mount->mnt_parent;
		step->mountpoint = (__u64)mount->mnt_mountpoint;
		if (step->parent == step->mount)
			return true;
		dentry = mount->mnt_mountpoint;
		mount = mount->mnt_parent;
	}
	return false;
}

/* Before the event is read, so that what changes meanwhile differs from what is kept. */
static __always_inline void keep_keys(struct thread *thread)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_struct *untrusted = CAST(task_struct, task);

	thread->executions = task->self_exec_id;
	thread->user_ns = (__u64)untrusted->cred->user_ns;
	thread->parent = (__u64)untrusted->real_parent;
	thread->is_known = 0; /* until the facts are there */
	thread->is_keyed = keep_path(thread, untrusted);
}

/*
 * What is written in the task itself. Its process is another's when it executes a program alone
 * (fs/exec.c: de_thread), of which self_exec_id tells; its own number tells it from one that came to
 * lie where it lay, if its end was missed.
 */
static __always_inline bool same_task(const struct sot_event *facts, struct task_struct *task)
{
	if ((__u32)task->pid != facts->host_tid)
		return false;
	if (bpf_core_field_exists(task->loginuid) && task->loginuid.val != facts->login_uid)
		return false;
	if (bpf_core_field_exists(task->seccomp) && (__u8)task->seccomp.mode != facts->seccomp)
		return false;
	return ((task->atomic_flags >> PFA_NO_NEW_PRIVS) & 1) == facts->no_new_privs &&
	       same_comm(facts->comm, task);
}

/* Are the facts as they are now? */
static __always_inline bool same_facts(struct thread *thread, struct task_struct *task)
{
	const struct sot_event *facts = facts_of(thread);

	return thread->is_known && thread->executions == task->self_exec_id &&
	       same_task(facts, task) && facts->cgroup_id == task->cgroups->dfl_cgrp->kn->id &&
	       same_credentials(facts, thread, task) && same_parent(facts, thread, task) &&
	       same_namespaces(facts, task) && same_path(facts, thread, task);
}

/* From effective up to the socket's inode number, which may be the next call's, too. */
#define CLEARED_WORDS \
	((offsetof(struct sot_event, inode) - offsetof(struct sot_event, effective)) / 8)

/* All that is the call's own is as if nothing had been. */
static __always_inline void clear_call(struct thread *thread, struct sot_event *ev)
{
	__u64 *words = (__u64 *)((char *)ev + offsetof(struct sot_event, effective));
	__u32 i;

	/* of these the facts have the first alone, and a call the others */
	ev->have = facts_of(thread)->have ^
		   (SOT_FACTS_ONLY | SOT_HAVE_ABI | SOT_HAVE_SOCKFD | SOT_HAVE_FD);
	ev->size = SOT_CALL_HEAD;
	ev->duration_ns = ev->kept = 0;
	ev->effective_len = ev->behind = ev->uring_compat = 0;
#pragma clang loop unroll(full)
	for (i = 0; i < CLEARED_WORDS; i++)
		*(volatile __u64 *)&words[i] = 0; /* else clang clears two bytes at a time */
	ev->family = ev->state = 0;
}

static __always_inline void clear_socket(struct thread *thread, struct sot_event *ev)
{
	thread->socket = 0;
	ev->is_socket = 0;
	ev->type = ev->protocol = 0;
	ev->sock_net_ns = ev->sock_user_ns = ev->sock_user_ns_level = ev->sock_user_ns_owner = 0;
	ev->inode = 0;
}

#define HAVE_OF_SOCKET (SOT_HAVE_SOCKET | SOT_HAVE_SOCK_NET_NS | SOT_HAVE_SOCK_USER_NS)

/*
 * The descriptor's socket. Mostly it is that of the call before, by its address, where nothing but
 * sockets comes to lie (net/socket.c: sock_inode_cachep), and its inode number: then what is fixed
 * when a socket is made is there, as its type and namespace.
 */
static __always_inline void load_thread_socket(struct thread *thread, struct sot_event *ev,
					       struct task_struct *task, int fd)
{
	struct file *file = load_file_of(task->files, fd);
	struct socket *socket;
	struct sock *sk;

	if (!file) {
		clear_socket(thread, ev);
		return;
	}
	socket = CAST(socket, file->private_data);
	if (thread->socket && (__u64)socket == thread->socket &&
	    load_inode_number(thread->socket) == ev->inode) {
		sk = socket->sk;
		if ((__u64)sk == thread->sk) {
			ev->kept = thread->socket;
			ev->have |= thread->socket_have;
			load_sock_now(ev, sk);
			return;
		}
	}
	clear_socket(thread, ev);
	load_socket(ev, file, (const struct user_namespace *)thread->user_ns, facts_of(thread));
	thread->socket = ev->kept;
	thread->sk = (__u64)socket->sk;
	thread->socket_have = ev->have & HAVE_OF_SOCKET;
}

/* The built event's facts, up to `end`; what is behind them, up to a whole word, is 0. */
static __always_inline bool adopt_facts(struct thread *thread, const struct sot_event *built,
					__u64 end)
{
	struct sot_event *facts = facts_of(thread);

	KNOWN_AT_MOST(end, SOT_EVENT_HEAD + SOT_PATH_MAX + SOT_COMPONENT_MAX + SOT_NODENAME_MAX);
	*(__u64 *)((char *)facts + (end & ~7ULL)) = 0;
	if (bpf_probe_read_kernel(facts, end, built))
		return false;
	facts->size = (end + 7) & ~7ULL;
	facts->have = (built->have & (SOT_OF_THREAD | SOT_HAVE_NET_NS)) | SOT_FACTS_ONLY;
	facts->thread = thread->number;
	thread->told = 0;
	return true;
}

static __always_inline void move_section(struct sot_section *section, __u64 by)
{
	if (section->len)
		section->off -= by;
}

/* The rest of it: of what is appended at entry value and cbpf alone can be there. */
static __always_inline bool adopt_call(struct thread *thread, const struct sot_event *built,
				       __u64 from)
{
	struct sot_event *call = call_of(thread);
	__u64 size = built->size - from;

	KNOWN_AT_MOST(from, SOT_EVENT_HEAD + SOT_PATH_MAX + SOT_COMPONENT_MAX + SOT_NODENAME_MAX);
	if (built->size < from || size > 2 * SOT_KEPT_SNAPSHOT_MAX)
		return false;
	KNOWN_AT_MOST(size, 2 * SOT_KEPT_SNAPSHOT_MAX);
	__builtin_memcpy(call, built, SOT_CALL_HEAD);
	if (bpf_probe_read_kernel((char *)call + SOT_CALL_HEAD, size, (const char *)built + from))
		return false;
	call->head = SOT_CALL_HEAD;
	call->size = SOT_CALL_HEAD + size;
	call->thread = thread->number;
	move_section(&call->value, from - SOT_CALL_HEAD);
	move_section(&call->cbpf, from - SOT_CALL_HEAD);
	return true;
}

/* The event that was built elsewhere becomes the thread's. */
static __always_inline bool adopt(struct thread *thread, const struct sot_event *built)
{
	bool is_whole = built->path.len && built->nodename.len;
	__u64 end = sizeof(*built);

	thread->socket = 0;
	if (built->path.len)
		end = built->path.off + built->path.len;
	if (built->nodename.len)
		end = built->nodename.off + built->nodename.len;
	if (!adopt_facts(thread, built, end) || !adopt_call(thread, built, end))
		return false;
	if (is_whole && thread->is_keyed && !built->overridden)
		thread->is_known = 1;
	return true;
}

#endif

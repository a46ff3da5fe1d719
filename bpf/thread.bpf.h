/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is known of a thread is kept with it from one call to the next, and its call in progress with
 * it: an event, of which the next call writes anew what is the call's own. The rest holds while the
 * kernel says the same as when it was read: what changes without a trace is loaded each time, what
 * is found behind pointers is compared by these and by what they led to. An address alone proves
 * nothing, since what is freed comes again.
 *
 * From Linux 6.2 on: then a look-up that another one has interrupted finds what is there
 * (4279adb094a1).
 */
#ifndef SOT_THREAD_BPF_H
#define SOT_THREAD_BPF_H

#include "capture.bpf.h"

#define PATH_STEPS 16
#define NODENAME_WORDS (SOT_NODENAME_MAX / 8)

/* On the way from a program's file up to the root: a name, or a mount that was left. */
struct path_step {
	__u64 dentry; /* 0: a mount */
	__u64 mount, parent, mountpoint;
	__u32 sequence; /* of the dentry's name and parent */
};

struct thread {
	__u64 task;	 /* whose it is: the address of its struct task_struct; 0: nobody's */
	__u32 inside;	 /* the event is of a call that goes on */
	__u32 tail_from; /* of the event: behind what is the thread's; 0: nothing is known */
	__u32 is_keyed;	 /* all that the next call is compared with is there */
	__u64 have;	 /* of the event: what is the thread's */
	__u64 executions;
	__u64 user_ns, parent, exe, exe_dentry; /* addresses */
	__u64 socket, sk; /* of the call before; 0: it had none, or was built anew */
	__u64 socket_have;
	__u64 nodename[NODENAME_WORDS], nodename_mask; /* of the last word */
	__u64 renames, mounts; /* as they counted when all steps were the same */
	__u32 nodename_last;
	__u32 exe_sequence; /* of its dentry */
	__u32 steps;
	struct path_step step[PATH_STEPS];
	__u64 event[(SOT_EVENT_MAX - 3 * (SOT_SNAPSHOT_MAX - SOT_KEPT_SNAPSHOT_MAX) + 7) / 8];
};

/* By number, from 1 on; as many as are to be kept. The loader sets the sizes. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct thread);
} threads SEC(".maps");

/* The numbers that are nobody's, put there by the loader. */
struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 1);
	__uint(key_size, 0);
	__uint(value_size, sizeof(__u32));
} free_threads SEC(".maps");

/* Each task's number. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u32);
} numbers SEC(".maps");

/*
 * The number that a thread with such a tid was last found to have, which costs a fifth of the map
 * above. 0: no thread with such a tid has been kept yet.
 */
#define LAST_NUMBERS 4096

__u32 last_numbers[LAST_NUMBERS];

static __always_inline __u32 *last_number(const struct task_struct *task)
{
	return &last_numbers[(__u32)task->pid % LAST_NUMBERS];
}

static __always_inline struct sot_event *event_of(struct thread *thread)
{
	return (struct sot_event *)thread->event;
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
		return event_of(thread);
	if (look_inflight())
		ev = bpf_map_lookup_elem(&inflight, &key);
	/* of the calls beside, io_uring's alone are kept by the tid */
	return ev || !uring_used ? ev : bpf_map_lookup_elem(&beside, &key);
}

/* NULL: as many threads are kept as are to be, or there is no memory. */
static __noinline struct thread *new_thread(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 *kept, number;
	struct thread *thread;

	if (bpf_map_pop_elem(&free_threads, &number))
		return NULL;
	kept = bpf_task_storage_get(&numbers, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	thread = bpf_map_lookup_elem(&threads, &number);
	if (!kept || !thread) {
		bpf_map_push_elem(&free_threads, &number, 0);
		return NULL;
	}
	*kept = number;
	thread->inside = thread->tail_from = 0;
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

/* Credentials may be freed, and others come to be where they were: all of them is loaded. */
static __always_inline bool load_credentials(struct sot_event *ev, const struct thread *thread,
					     struct task_struct *untrusted)
{
	const struct cred *cred = untrusted->cred;
	struct user_namespace *ns = cred->user_ns;

	if (cred != untrusted->real_cred || ev->overridden || (__u64)ns != thread->user_ns)
		return false;
	/* the initial one is never freed; of deeper ones there is more to compare than to read */
	if (ev->user_ns_level != 0 && (ev->user_ns_level != 1 || ns->ns.inum != ev->user_ns ||
				       ns->level != 1 || ns->owner.val != ev->user_ns_owner))
		return false;
	ev->uid = ev->real_uid = cred->uid.val;
	ev->gid = cred->gid.val;
	ev->suid = cred->suid.val;
	ev->sgid = cred->sgid.val;
	ev->euid = cred->euid.val;
	ev->egid = cred->egid.val;
	ev->fsuid = cred->fsuid.val;
	ev->fsgid = cred->fsgid.val;
	ev->cap_permitted = LOAD_WORD(cred->cap_permitted, 0);
	ev->cap_effective = LOAD_WORD(cred->cap_effective, 0);
	ev->cap_ambient = LOAD_WORD(cred->cap_ambient, 0);
	return true;
}

/*
 * A parent that has gone, and another in its place, is told by number and time. Here, and at the
 * cgroup, it is worth to go by what the verifier trusts (kernel/bpf/verifier.c: BTF_TYPE_SAFE_RCU):
 * a field is one instruction then, not eight.
 */
static __always_inline bool load_parent(struct sot_event *ev, const struct thread *thread,
					struct task_struct *task)
{
	struct task_struct *parent = task->real_parent;

	if ((__u64)parent != thread->parent || (__u32)parent->tgid != ev->host_ppid ||
	    parent->group_leader->start_boottime != ev->parent_start)
		return false;
	((__u64 *)ev->parent_comm)[0] = LOAD_WORD(parent->comm, 0);
	((__u64 *)ev->parent_comm)[1] = LOAD_WORD(parent->comm, 1);
	return true;
}

/*
 * The node's name is compared as far as it goes: behind its end the kernel may have another's. By
 * load_word: of the array, which begins at an odd place, clang would load each byte.
 */
static __always_inline bool same_nodename(const struct thread *thread,
					  const struct uts_namespace *uts)
{
	__u64 name = (__u64)uts + bpf_core_field_offset(struct uts_namespace, name.nodename);
	__u32 i;

	for (i = 0; i < NODENAME_WORDS; i++) {
		__u64 differ = thread->nodename[i] ^ load_word(name + 8 * i);

		if (i == thread->nodename_last)
			return !(differ & thread->nodename_mask);
		if (differ)
			return false;
	}
	return false; /* of 64 letters */
}

/* As the event has it. */
static __always_inline void keep_nodename(struct thread *thread, const struct sot_event *ev)
{
	__u64 off = ev->nodename.off;
	__u32 i, len = ev->nodename.len;

	KNOWN_AT_MOST(off, sizeof(*ev) + SOT_PATH_MAX + SOT_COMPONENT_MAX);
	for (i = 0; i < NODENAME_WORDS; i++)
		thread->nodename[i] = ((const __u64 *)((const char *)ev + off))[i];
	thread->nodename_last = (len - 1) / 8;
	thread->nodename_mask = ~0ULL >> (-len % 8 * 8);
}

static __always_inline bool load_namespaces(struct sot_event *ev, const struct thread *thread,
					    struct task_struct *untrusted)
{
	struct nsproxy *nsproxy = untrusted->nsproxy;

	ev->mnt_ns = nsproxy->mnt_ns->ns.inum;
	ev->net_ns = nsproxy->net_ns->ns.inum;
	return same_nodename(thread, nsproxy->uts_ns);
}

/*
 * How often a dentry was given another name or parent, anywhere on the machine (fs/dcache.c: d_move,
 * d_exchange, __d_unalias), and a mount another place (fs/mount.h: lock_mount_hash): both locks
 * begin with such a number (include/linux/seqlock_types.h), odd while that goes on. On x86-64 alone
 * loads happen in their order: elsewhere what is read after these numbers may be older than they.
 */
#define UNCOUNTED (~0ULL)

#if defined(__TARGET_ARCH_x86)
#define counts_moves (rename_lock_at && mount_lock_at)
#else
#define counts_moves false
#endif

static __always_inline __u64 load_sequence(__u64 lock)
{
	return (__u32)load_word(lock);
}

/* Since all steps were looked at. */
static __always_inline bool nothing_moved(const struct thread *thread)
{
	return counts_moves && load_sequence(rename_lock_at) == thread->renames &&
	       load_sequence(mount_lock_at) == thread->mounts;
}

/* Before the steps are looked at. */
static __always_inline void count_moves(struct thread *thread)
{
	__u64 renames, mounts;

	if (!counts_moves)
		return;
	renames = load_sequence(rename_lock_at);
	mounts = load_sequence(mount_lock_at);
	thread->renames = renames & 1 ? UNCOUNTED : renames;
	thread->mounts = mounts & 1 ? UNCOUNTED : mounts;
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

static __always_inline bool same_path(const struct sot_event *ev, struct thread *thread,
				      struct task_struct *untrusted)
{
	struct file *exe = untrusted->mm->exe_file;
	struct dentry *dentry = exe->f_path.dentry;

	/*
	 * Another file may be given to it, and lie where one lay (prctl PR_SET_MM_EXE_FILE); and its
	 * own may be unlinked.
	 */
	if ((__u64)exe != thread->exe || (__u64)dentry != thread->exe_dentry ||
	    exe->f_inode->i_ino != ev->exe_inode ||
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
	thread->is_keyed = keep_path(thread, untrusted);
}

/* What the event tells of the thread, as it is now; false: it is to be read. */
static __always_inline bool refresh_thread(struct thread *thread, struct sot_event *ev,
					   struct task_struct *task)
{
	struct task_struct *untrusted = CAST(task_struct, task);

	if (!thread->tail_from || (__u32)task->pid != ev->host_tid ||
	    (__u32)task->tgid != ev->host_pid || thread->executions != task->self_exec_id ||
	    !load_credentials(ev, thread, untrusted) || !load_parent(ev, thread, task) ||
	    !load_namespaces(ev, thread, untrusted) || !same_path(ev, thread, untrusted))
		return false;
	if (bpf_core_field_exists(task->loginuid))
		ev->login_uid = task->loginuid.val;
	if (bpf_core_field_exists(task->seccomp))
		ev->seccomp = task->seccomp.mode;
	ev->no_new_privs = (task->atomic_flags >> PFA_NO_NEW_PRIVS) & 1;
	ev->cgroup_id = task->cgroups->dfl_cgrp->kn->id;
	((__u64 *)ev->comm)[0] = LOAD_WORD(task->comm, 0);
	((__u64 *)ev->comm)[1] = LOAD_WORD(task->comm, 1);
	return true;
}

/* All that is the call's own is as if nothing had been. */
static __always_inline void clear_call(struct thread *thread, struct sot_event *ev)
{
	ev->have = thread->have;
	ev->size = thread->tail_from;
	ev->duration_ns = 0;
	ev->ret = 0;
	ev->effective_len = ev->behind = ev->uring_compat = 0;
	ev->checks_made = 0;
	ev->effective[0] = ev->effective[1] = 0;
	ev->filter_ret = ev->given_level = ev->given_optname = ev->given_optlen = 0;
	__builtin_memset(&ev->given, 0, sizeof(ev->given));
	__builtin_memset(&ev->cbpf, 0, sizeof(ev->cbpf));
	ev->kept = ev->cookie = 0;
	ev->family = ev->state = 0;
	ev->local_port = ev->remote_port = 0;
	__builtin_memset(&ev->value, 0, sizeof(ev->value));
	__builtin_memset(ev->local_addr, 0, sizeof(ev->local_addr));
	__builtin_memset(ev->remote_addr, 0, sizeof(ev->remote_addr));
	__builtin_memset(ev->prog_name, 0, sizeof(ev->prog_name));
	ev->prog_id = ev->refused = 0;
	__builtin_memset(&ev->checks, 0, sizeof(ev->checks));
	__builtin_memset(&ev->later, 0, sizeof(ev->later));
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
	struct file *file = load_descriptor(task, fd);
	struct socket *socket;
	struct sock *sk;

	if (!file) {
		clear_socket(thread, ev);
		return;
	}
	socket = CAST(socket, file->private_data);
	if (thread->socket && (__u64)socket == thread->socket &&
	    file->f_inode->i_ino == ev->inode) {
		sk = socket->sk;
		if ((__u64)sk == thread->sk) {
			ev->kept = thread->socket;
			ev->have |= thread->socket_have;
			load_sock_now(ev, sk);
			return;
		}
	}
	clear_socket(thread, ev);
	load_socket(ev, file, (const struct user_namespace *)thread->user_ns);
	thread->socket = ev->kept;
	thread->sk = (__u64)socket->sk;
	thread->socket_have = ev->have & HAVE_OF_SOCKET;
}

/* The event that was built elsewhere becomes the thread's. */
static __always_inline bool adopt(struct thread *thread, const struct sot_event *built)
{
	struct sot_event *ev = event_of(thread);
	__u64 size = built->size;

	thread->tail_from = 0;
	thread->socket = 0;
	if (size > sizeof(thread->event))
		return false;
	KNOWN_AT_MOST(size, sizeof(thread->event));
	if (bpf_probe_read_kernel(ev, size, built))
		return false;
	thread->have = built->have & (SOT_OF_THREAD | SOT_HAVE_NET_NS);
	if (thread->is_keyed && built->path.len && built->nodename.len) {
		thread->tail_from = built->nodename.off + built->nodename.len;
		keep_nodename(thread, ev);
	}
	return true;
}

#endif

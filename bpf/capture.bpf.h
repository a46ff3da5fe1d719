/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From the running kernel to a wire event. Whatever cannot be read leaves its bit clear. */
#ifndef SOT_CAPTURE_BPF_H
#define SOT_CAPTURE_BPF_H

#include "filter.bpf.h"
#include "load.bpf.h"

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define SOCKFS_MAGIC 0x534F434B /* include/uapi/linux/magic.h */
#define AF_INET 2
#define AF_INET6 10
#define TCP_TIME_WAIT 6 /* include/net/tcp_states.h */
#define TCP_NEW_SYN_RECV 12
#define TS_COMPAT 0x0002   /* arch/x86/include/asm/thread_info.h */
#define X32_BIT 0x40000000 /* arch/x86/include/uapi/asm/unistd.h: __X32_SYSCALL_BIT */
#define THREAD_SIZE 16384  /* arch/x86/include/asm/page_64_types.h */
#define TIF_32BIT_ARM64 22 /* arch/arm64/include/asm/thread_info.h, the next too */
#define TIF_TAGGED_ADDR 26
#define PFA_NO_NEW_PRIVS 0 /* include/linux/sched.h */
#define USER_NS_LEVELS 32  /* kernel/user_namespace.c: create_user_ns */
#define PAGE_SIZE 4096UL   /* a larger page of arm64 ends where one of these does */
#define CACHE_LINE 64
#define PATH_COMPONENTS 32

/* Up to here may the sections reach that stand before the value. */
#define BEFORE_VALUE                                                                      \
	(sizeof(struct sot_event) + SOT_PATH_MAX + SOT_COMPONENT_MAX + SOT_NODENAME_MAX + \
	 SOT_GIVEN_MAX + SOT_CHECKS_SIZE)

/* Reads a chain of pointers into _dst and, only if that worked, sets the bit. */
#define READ(_ev, _bit, _dst, ...)                             \
	do {                                                   \
		if (!BPF_CORE_READ_INTO(&(_dst), __VA_ARGS__)) \
			(_ev)->have |= (_bit);                 \
	} while (0)

/* The same for two fields that stand or fall together. */
#define READ_MORE(_ev, _bit, _dst, ...)                       \
	do {                                                  \
		if (BPF_CORE_READ_INTO(&(_dst), __VA_ARGS__)) \
			(_ev)->have &= ~(_bit);               \
	} while (0)

/*
 * A pointer as the kernel takes it of the current task. On arm64 it may have a tag in its top byte
 * once the task has asked for that (arch/arm64/include/asm/uaccess.h: access_ok, untagged_addr),
 * but bpf_probe_read_user takes none (mm/maccess.c: copy_from_user_nofault asks __access_ok).
 */
static __always_inline __u64 user_address(__u64 pointer)
{
#if defined(__TARGET_ARCH_arm64)
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	unsigned long flags = can_cast ? bpf_get_current_task_btf()->thread_info.flags :
					 BPF_CORE_READ(task, thread_info.flags);

	if (flags & (1UL << TIF_TAGGED_ADDR))
		pointer &= (__u64)((__s64)(pointer << 8) >> 8);
#endif
	return pointer;
}

#if defined(__TARGET_ARCH_x86)
/*
 * The registers with which the current task entered the kernel (arch/x86/include/asm/processor.h:
 * task_pt_regs). Kernels without the helper have no FRED, which lets less of the stack to them.
 */
static __always_inline struct pt_regs *task_registers(struct task_struct *task)
{
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	return (struct pt_regs *)((char *)BPF_CORE_READ(task, stack) + THREAD_SIZE) - 1;
}

#endif

/* Where fields can be loaded. task: current_task(), as in the next */
static __always_inline __u8 load_abi(struct task_struct *task)
{
#if defined(__TARGET_ARCH_x86)
	if (task->thread_info.status & TS_COMPAT)
		return SOT_ABI_I386;
	if (!has_x32)
		return SOT_ABI_X86_64;
	/* asm/compat.h: in_x32_syscall */
	return ((struct pt_regs *)bpf_task_pt_regs(task))->orig_ax & X32_BIT ? SOT_ABI_X32 :
									       SOT_ABI_X86_64;
#elif defined(__TARGET_ARCH_arm64)
	return task->thread_info.flags & (1UL << TIF_32BIT_ARM64) ? SOT_ABI_ARM : SOT_ABI_ARM64;
#else
#error "name the abi of this architecture"
#endif
}

static __always_inline __u8 current_abi(struct task_struct *task, struct sot_event *ev)
{
#if defined(__TARGET_ARCH_x86)
	unsigned long number = 0;
	__u32 status = 0;
#elif defined(__TARGET_ARCH_arm64)
	unsigned long flags = 0;
#endif

	if (can_cast) {
		ev->have |= SOT_HAVE_ABI;
		return load_abi(task);
	}
#if defined(__TARGET_ARCH_x86)
	READ(ev, SOT_HAVE_ABI, status, task, thread_info.status);
	if (status & TS_COMPAT)
		return SOT_ABI_I386;
	READ_MORE(ev, SOT_HAVE_ABI, number, task_registers(task), orig_ax);
	return number & X32_BIT ? SOT_ABI_X32 : SOT_ABI_X86_64;
#elif defined(__TARGET_ARCH_arm64)
	READ(ev, SOT_HAVE_ABI, flags, task, thread_info.flags);
	return flags & (1UL << TIF_32BIT_ARM64) ? SOT_ABI_ARM : SOT_ABI_ARM64;
#endif
}

static __always_inline void capture_pids(struct sot_event *ev, struct task_struct *task)
{
	struct task_struct *parent;
	struct pid *tid, *tgid, *ppid;
	struct upid upid, up;
	__u32 level = 0;

	ev->host_pid = BPF_CORE_READ(task, tgid);
	ev->host_tid = BPF_CORE_READ(task, pid);
	tid = BPF_CORE_READ(task, thread_pid);
	tgid = BPF_CORE_READ(task, signal, pids[PIDTYPE_TGID]);
	if (!BPF_CORE_READ_INTO(&level, tid, level) && !read_upid(&upid, tid, level) &&
	    !BPF_CORE_READ_INTO(&ev->pid_ns, upid.ns, ns.inum)) {
		ev->tid = upid.nr;
		if (!read_upid(&up, tgid, level)) {
			ev->pid = up.nr;
			ev->have |= SOT_HAVE_NS_PIDS;
		}
	}
	parent = BPF_CORE_READ(task, real_parent);
	READ(ev, SOT_HAVE_PARENT, ev->host_ppid, parent, tgid);
	if (read_comm(ev->parent_comm, parent) > 0)
		ev->have |= SOT_HAVE_PARENT_COMM;
	READ(ev, SOT_HAVE_PARENT_START, ev->parent_start, parent, group_leader, start_boottime);
	if (!(ev->have & SOT_HAVE_NS_PIDS))
		return;
	ppid = BPF_CORE_READ(parent, signal, pids[PIDTYPE_TGID]);
	if (BPF_CORE_READ(ppid, level) < level) {
		ev->have |= SOT_HAVE_NS_PPID; /* outside the namespace: 0 */
	} else if (!read_upid(&up, ppid, level)) {
		ev->ppid = up.ns == upid.ns ? up.nr : 0;
		ev->have |= SOT_HAVE_NS_PPID;
	}
}

/*
 * Some fields of one struct, by one read of all that lies from the first to the last of them, into
 * the event's tail, which is free until the path is appended. Where they stand is what the kernel's
 * BTF says: where that is too far apart or, since the kernel was built to shuffle them
 * (CONFIG_RANDSTRUCT), elsewhere, each is read by itself. The verifier takes away what is not so.
 */
#define RUN_MAX 256

struct run {
	__u64 base, size; /* size 0: there is none */
};

#define RUN(_type, _first, _last)                                                    \
	({                                                                           \
		__u64 _base = bpf_core_field_offset(_type, _first) & ~7UL;           \
		__u64 _size = bpf_core_field_offset(_type, _last) +                  \
			      bpf_core_field_size(_type, _last) - _base;             \
		(struct run){ .base = _base, .size = _size <= RUN_MAX ? _size : 0 }; \
	})

static __always_inline bool read_run(struct sot_event *ev, const void *from, struct run run)
{
	return !run.size ||
	       !bpf_probe_read_kernel(ev->tail, run.size, (const char *)from + run.base);
}

#define FROM_RUN(_to, _ev, _from, _run, _type, _field)                                         \
	do {                                                                                   \
		__u64 _at = bpf_core_field_offset(_type, _field) - (_run).base;                \
                                                                                               \
		if (_at < (_run).size)                                                         \
			__builtin_memcpy(_to, (char *)(_ev)->tail + _at, sizeof(*(_to)));      \
		else                                                                           \
			bpf_core_read(_to, sizeof(*(_to)), &((const _type *)(_from))->_field); \
	} while (0)

/* What a user namespace is to us. Not a kernel type. */
struct owner {
	struct user_namespace *parent;
	__u32 inode, level, uid;
};

static __always_inline bool read_owner(struct sot_event *ev, struct owner *owner,
				       const struct user_namespace *ns)
{
#define USER_NS(_to, _field) FROM_RUN(_to, ev, ns, run, struct user_namespace, _field)
	const struct run run = RUN(struct user_namespace, parent, ns.inum);

	if (!read_run(ev, ns, run))
		return false;
	USER_NS(&owner->parent, parent);
	USER_NS(&owner->level, level);
	USER_NS(&owner->uid, owner);
	USER_NS(&owner->inode, ns.inum);
	return true;
#undef USER_NS
}

/*
 * Who let the first of these namespaces be made: the owner of the one below the initial one; and the
 * bit, where that is known. A function of its own to the verifier, which goes through the loop once,
 * and not again for each way that leads to it. (Its arguments are numbers: Linux 5.10 has no others.
 * Weak: plain.bpf.c has it, too.)
 */
#define OWNER_KNOWN (1ULL << 32)

__weak __noinline __u64 ancestor_owner(__u64 address)
{
	const struct user_namespace *ns = (const struct user_namespace *)address;
	__u32 i, level = 0, owner = 0;

#pragma clang loop unroll(disable)
	for (i = 0; i < USER_NS_LEVELS; i++) {
		if (BPF_CORE_READ_INTO(&level, ns, level))
			return 0;
		if (level <= 1)
			break;
		ns = BPF_CORE_READ(ns, parent);
	}
	if (level != 1 || BPF_CORE_READ_INTO(&owner, ns, owner))
		return 0;
	return owner | OWNER_KNOWN;
}

static __always_inline void capture_ancestor(struct sot_event *ev, const struct owner *owner)
{
	__u64 uid = owner->uid | OWNER_KNOWN;

	if (owner->level > 1)
		uid = ancestor_owner((__u64)owner->parent);
	if (!owner->level || !(uid & OWNER_KNOWN))
		return;
	ev->user_ns_ancestor_owner = uid;
	ev->have |= SOT_HAVE_ANCESTOR;
}

static __always_inline void capture_user_ns(struct sot_event *ev, const struct user_namespace *ns)
{
	struct owner owner = {};

	if (!read_owner(ev, &owner, ns))
		return;
	ev->user_ns = owner.inode;
	ev->user_ns_level = owner.level;
	ev->user_ns_owner = owner.uid;
	ev->have |= SOT_HAVE_USER_NS;
	capture_ancestor(ev, &owner);
}

/* Returns the user namespace, to be compared with; NULL: nothing could be read. */
static __always_inline const struct user_namespace *capture_cred(struct sot_event *ev,
								 const struct cred *cred)
{
#define CRED(_to, _field) FROM_RUN(_to, ev, cred, run, struct cred, _field)
	const struct run run = RUN(struct cred, uid, user_ns);
	const struct user_namespace *ns;

	if (!read_run(ev, cred, run))
		return NULL;
	CRED(&ev->uid, uid);
	CRED(&ev->gid, gid);
	CRED(&ev->suid, suid);
	CRED(&ev->sgid, sgid);
	CRED(&ev->euid, euid);
	CRED(&ev->egid, egid);
	CRED(&ev->fsuid, fsuid);
	CRED(&ev->fsgid, fsgid);
	CRED(&ev->cap_permitted, cap_permitted);
	CRED(&ev->cap_effective, cap_effective);
	CRED(&ev->cap_ambient, cap_ambient);
	CRED(&ns, user_ns);
	ev->have |= SOT_HAVE_CRED | SOT_HAVE_CAPS;
	capture_user_ns(ev, ns);
	return ns;
#undef CRED
}

/* The credentials that the call is made with. Returns their user namespace. */
static __always_inline const struct user_namespace *capture_credentials(struct sot_event *ev,
									struct task_struct *task)
{
	const struct run run = RUN(struct task_struct, real_cred, cred);
	const struct user_namespace *ns;
	const struct cred *real, *cred;
	unsigned long flags = 0;
	int seccomp = 0;

	if (!read_run(ev, task, run))
		return NULL;
	FROM_RUN(&real, ev, task, run, struct task_struct, real_cred);
	FROM_RUN(&cred, ev, task, run, struct task_struct, cred);
	ns = capture_cred(ev, cred);
	ev->overridden = real != cred;
	ev->real_uid = ev->uid;
	if (!ev->overridden)
		ev->have |= SOT_HAVE_REAL_CRED;
	else
		READ(ev, SOT_HAVE_REAL_CRED, ev->real_uid, real, uid.val);
	if (bpf_core_field_exists(task->loginuid))
		READ(ev, SOT_HAVE_LOGIN_UID, ev->login_uid, task, loginuid.val);
	if (bpf_core_field_exists(task->seccomp))
		READ(ev, SOT_HAVE_SECCOMP, seccomp, task, seccomp.mode);
	ev->seccomp = seccomp;
	READ(ev, SOT_HAVE_NO_NEW_PRIVS, flags, task, atomic_flags);
	ev->no_new_privs = (flags >> PFA_NO_NEW_PRIVS) & 1;
	return ns;
}

static __always_inline void capture_task(struct sot_event *ev, struct task_struct *task)
{
	READ(ev, SOT_HAVE_START, ev->thread_start, task, start_boottime);
	READ(ev, SOT_HAVE_LEADER_START, ev->leader_start, task, group_leader, start_boottime);
	READ(ev, SOT_HAVE_MNT_NS, ev->mnt_ns, task, nsproxy, mnt_ns, ns.inum);
	READ(ev, SOT_HAVE_NET_NS, ev->net_ns, task, nsproxy, net_ns, ns.inum);
	ev->cgroup_id = bpf_get_current_cgroup_id();
	ev->have |= SOT_HAVE_CGROUP;
	if (read_comm(ev->comm, task) > 0)
		ev->have |= SOT_HAVE_COMM;
}

/*
 * The file behind a descriptor of the current task, as fdget would find it
 * (fs/file.c: __fget_files). NULL: none; *read tells whether the table could be read.
 */
static __always_inline struct file *current_file(struct task_struct *task, int fd, bool *read)
{
	struct fdtable *fdt;
	struct file **slot, *file = NULL;
	__u32 max_fds = 0;

	if (can_cast) {
		*read = true;
		return load_descriptor(task, fd);
	}
	fdt = BPF_CORE_READ(task, files, fdt);
	*read = !BPF_CORE_READ_INTO(&max_fds, fdt, max_fds);
	if (!*read || (__u32)fd >= max_fds)
		return NULL;
	slot = BPF_CORE_READ(fdt, fd);
	*read = !bpf_probe_read_kernel(&file, sizeof(file), slot + (__u32)fd);
	return file;
}

static __always_inline void capture_addresses(struct sot_event *ev, struct sock *sk)
{
	__be16 dport = 0;

	READ(ev, SOT_HAVE_ADDRESS, ev->local_port, sk, __sk_common.skc_num);
	READ_MORE(ev, SOT_HAVE_ADDRESS, dport, sk, __sk_common.skc_dport);
	ev->remote_port = __builtin_bswap16(dport);
	if (ev->family == AF_INET) {
		READ_MORE(ev, SOT_HAVE_ADDRESS, *(__be32 *)ev->local_addr, sk,
			  __sk_common.skc_rcv_saddr);
		READ_MORE(ev, SOT_HAVE_ADDRESS, *(__be32 *)ev->remote_addr, sk,
			  __sk_common.skc_daddr);
	} else {
		READ_MORE(ev, SOT_HAVE_ADDRESS, ev->local_addr, sk,
			  __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr8);
		READ_MORE(ev, SOT_HAVE_ADDRESS, ev->remote_addr, sk,
			  __sk_common.skc_v6_daddr.in6_u.u6_addr8);
	}
}

/* S_ISSOCK alone is also a named socket's file opened with O_PATH. */
static __always_inline bool is_socket(struct file *file)
{
	struct inode *inode;

	if (can_cast) {
		inode = CAST(file, file)->f_inode;
		return (inode->i_mode & S_IFMT) == S_IFSOCK && inode->i_sb->s_magic == SOCKFS_MAGIC;
	}
	return file && (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) == S_IFSOCK &&
	       BPF_CORE_READ(file, f_inode, i_sb, s_magic) == SOCKFS_MAGIC;
}

static __always_inline struct sock *sock_of(struct file *file)
{
	struct socket *sock;

	if (can_cast)
		return load_sk((__u64)CAST(file, file)->private_data);
	sock = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(sock, sk);
}

/* The socket's network namespace, and who owns that; `known` is read already, the caller's own. */
static __always_inline void capture_net(struct sot_event *ev, const struct net *net,
					const struct user_namespace *known)
{
	struct user_namespace *ns = NULL;
	struct owner owner = {};

	READ(ev, SOT_HAVE_SOCK_NET_NS, ev->sock_net_ns, net, ns.inum);
	if (BPF_CORE_READ_INTO(&ns, net, user_ns) || !ns)
		return;
	if (ns == known && (ev->have & SOT_HAVE_USER_NS))
		owner = (struct owner){ .inode = ev->user_ns,
					.level = ev->user_ns_level,
					.uid = ev->user_ns_owner };
	else if (!read_owner(ev, &owner, ns))
		return;
	ev->sock_user_ns = owner.inode;
	ev->sock_user_ns_level = owner.level;
	ev->sock_user_ns_owner = owner.uid;
	ev->have |= SOT_HAVE_SOCK_USER_NS;
}

static __always_inline void load_addresses(struct sot_event *ev, struct sock *sk)
{
	/* the remote one in network order, the local one */
	__u32 ports = sk->__sk_common.skc_portpair;
	__u64 pair;

	ev->remote_port = __builtin_bswap16(ports);
	ev->local_port = ports >> 16;
	if (ev->family == AF_INET) {
		pair = sk->__sk_common.skc_addrpair; /* remote, local */
		*(__be32 *)ev->remote_addr = pair;
		*(__be32 *)ev->local_addr = pair >> 32;
	} else {
		((__u64 *)ev->local_addr)[0] = LOAD_WORD(sk->__sk_common.skc_v6_rcv_saddr, 0);
		((__u64 *)ev->local_addr)[1] = LOAD_WORD(sk->__sk_common.skc_v6_rcv_saddr, 1);
		((__u64 *)ev->remote_addr)[0] = LOAD_WORD(sk->__sk_common.skc_v6_daddr, 0);
		((__u64 *)ev->remote_addr)[1] = LOAD_WORD(sk->__sk_common.skc_v6_daddr, 1);
	}
	ev->have |= SOT_HAVE_ADDRESS;
}

static __always_inline void load_net(struct sot_event *ev, struct net *net,
				     const struct user_namespace *known,
				     const struct sot_event *facts)
{
	struct user_namespace *ns = net->user_ns;

	ev->sock_net_ns = net->ns.inum;
	ev->have |= SOT_HAVE_SOCK_NET_NS;
	if (!ns)
		return;
	ev->have |= SOT_HAVE_SOCK_USER_NS;
	if (ns == known && (facts->have & SOT_HAVE_USER_NS)) {
		ev->sock_user_ns = facts->user_ns;
		ev->sock_user_ns_level = facts->user_ns_level;
		ev->sock_user_ns_owner = facts->user_ns_owner;
		asm volatile(""); /* clang would load either's fields by the same instruction */
		return;
	}
	ev->sock_user_ns = ns->ns.inum;
	ev->sock_user_ns_level = ns->level;
	ev->sock_user_ns_owner = ns->owner.val;
}

/* What of a socket changes. (Its family, too: IPV6_ADDRFORM.) */
static __always_inline void load_sock_now(struct sot_event *ev, struct sock *sk)
{
	ev->family = sk->__sk_common.skc_family;
	ev->state = sk->__sk_common.skc_state;
	ev->cookie = sk->__sk_common.skc_cookie.counter;
	if (ev->cookie)
		ev->have |= SOT_HAVE_COOKIE;
	if (ev->family == AF_INET || ev->family == AF_INET6)
		load_addresses(ev, sk);
}

/* As capture_sock has it. facts: where the event has its thread's, it may be in itself; also below */
static __always_inline void load_sock(struct sot_event *ev, struct sock *sk,
				      const struct user_namespace *user_ns,
				      const struct sot_event *facts)
{
	ev->is_socket = 1;
	ev->have |= SOT_HAVE_SOCKET;
	ev->type = sk->sk_type;
	ev->protocol = sk->sk_protocol;
	load_net(ev, sk->__sk_common.skc_net.net, user_ns, facts);
	load_sock_now(ev, sk);
}

static __always_inline void capture_sock(struct sot_event *ev, struct sock *sk, struct file *file,
					 const struct user_namespace *user_ns)
{
	if (can_cast) {
		ev->inode = CAST(file, file)->f_inode->i_ino;
		load_sock(ev, CAST(sock, sk), user_ns, ev);
		return;
	}
	ev->is_socket = 1;
	READ(ev, SOT_HAVE_SOCKET, ev->family, sk, __sk_common.skc_family);
	READ_MORE(ev, SOT_HAVE_SOCKET, ev->type, sk, sk_type);
	READ_MORE(ev, SOT_HAVE_SOCKET, ev->protocol, sk, sk_protocol);
	ev->inode = BPF_CORE_READ(file, f_inode, i_ino); /* 0: no process has it yet, or any more */
	ev->state = BPF_CORE_READ(sk, __sk_common.skc_state);
	capture_net(ev, BPF_CORE_READ(sk, __sk_common.skc_net.net), user_ns);
	/* 0 until somebody asks for one (net/core/sock_diag.c: __sock_gen_cookie) */
	ev->cookie = BPF_CORE_READ(sk, __sk_common.skc_cookie.counter);
	if (ev->cookie)
		ev->have |= SOT_HAVE_COOKIE;
	if (ev->family == AF_INET || ev->family == AF_INET6)
		capture_addresses(ev, sk);
}

static __always_inline void capture_socket(struct sot_event *ev, struct file *file,
					   const struct user_namespace *user_ns)
{
	if (is_socket(file))
		capture_sock(ev, sock_of(file), file, user_ns);
}

/* The same by loads; its struct socket is kept for the return. */
static __always_inline void load_socket(struct sot_event *ev, struct file *file,
					const struct user_namespace *user_ns,
					const struct sot_event *facts)
{
	struct inode *inode = file->f_inode;
	struct socket *socket;

	if ((inode->i_mode & S_IFMT) != S_IFSOCK || inode->i_sb->s_magic != SOCKFS_MAGIC)
		return;
	ev->inode = inode->i_ino;
	socket = CAST(socket, file->private_data);
	ev->kept = (__u64)socket;
	load_sock(ev, socket->sk, user_ns, facts);
}

/* Of a BPF program's call. What is no full socket has fewer fields: sk_fullsock (net/sock.h). */
static __always_inline void capture_program_socket(struct sot_event *ev, struct sock *sk,
						   const struct user_namespace *user_ns)
{
	__u8 state = BPF_CORE_READ(sk, __sk_common.skc_state);

	if (state != TCP_TIME_WAIT && state != TCP_NEW_SYN_RECV)
		capture_sock(ev, sk, BPF_CORE_READ(sk, sk_socket, file), user_ns);
}

/* A field of up to eight bytes lies in one word, as the kernel aligns it: read no further than that. */
static __always_inline bool read_field(__u64 *val, const char *from, __u64 size)
{
	__u64 within = (__u64)from & (sizeof(*val) - 1);

	if (can_cast) {
		*val = load_word((__u64)from - within) >> 8 * within;
		return true;
	}
	return !bpf_probe_read_kernel(val, size, from);
}

/* Reads what stands at a place: a number into *slot, or a name over both of its slots. */
static __always_inline bool read_place(struct sot_event *ev, __u64 *slot, const char *base,
				       const volatile struct sot_place *place)
{
	__u64 size = place->size, val = 0, bits;
	__u32 i;

	for (i = 0; i < SOT_PLACE_STEPS - 1 && i + 1 < place->steps; i++) {
		if (!read_field(&val, base + place->offset[i], sizeof(base)))
			return false;
		if (!val)
			return true; /* nothing is there */
		base = (const char *)val;
	}
	base += place->offset[i];
	if (size > sizeof(val)) {
		KNOWN_AT_MOST(size, SOT_NAME_MAX);
		ev->effective_len = size;
		return !bpf_probe_read_kernel(ev->effective, size, base);
	}
	KNOWN_AT_MOST(size, sizeof(val));
	if (!size || !read_field(&val, base, size))
		return false;
	ev->effective_len = sizeof(val);
	bits = place->bits ? place->bits : 8 * size;
	val <<= 64 - bits - place->shift; /* 0 of a whole number */
	val = place->is_signed ? (__u64)((__s64)val >> (64 - bits)) : val >> (64 - bits);
	if (place->in_jiffies)
		val = val > ~0ULL / 4 / tick_ns ? ~0ULL : val * tick_ns;
	*slot = val;
	return true;
}

/*
 * The struct socket of entry: the call held its file, which is given back after the return at the
 * earliest (fs/file_table.c: fput leaves that to task work). Where another thread's close is quicker
 * it has no struct sock any more (net/socket.c: __sock_release), or is another's: nothing but sockets
 * comes to lie there (sock_inode_cachep), each with an inode number of its own.
 */
static __always_inline struct sock *load_sock_at_return(const struct sot_event *ev)
{
	if (!ev->kept || load_inode_number(ev->kept) != ev->inode)
		return NULL;
	return load_sk(ev->kept);
}

/* The socket of a task's call at its return; NULL: the descriptor may name another by now. */
static __always_inline struct sock *sock_at_return(struct sot_event *ev, struct task_struct *task)
{
	struct io_kiocb *request = (struct io_kiocb *)ev->kept;
	struct file *file;
	bool read;

	if (ev->abi == SOT_ABI_IO_URING)
		file = BPF_CORE_READ(request, file); /* which it holds until the end */
	else if (can_cast)
		return load_sock_at_return(ev);
	else
		file = current_file(task, ev->sockfd, &read);
	if (!file || !is_socket(file) || BPF_CORE_READ(file, f_inode, i_ino) != ev->inode)
		return NULL;
	return sock_of(file);
}

/* The option's state is what stands at both places. */
static __always_inline bool read_places(struct sot_event *ev, const char *sk,
					const volatile struct sot_place *place)
{
	return read_place(ev, &ev->effective[0], sk, &place[0]) &&
	       (!place[1].size || read_place(ev, &ev->effective[1], sk, &place[1]));
}

static __always_inline void load_plain_place(struct sot_event *ev, __u64 sk,
					     const volatile struct sot_number *number)
{
	__u64 val = load_word(sk + number->offset) << number->left;

	ev->effective[0] =
		number->is_signed ? (__u64)((__s64)val >> number->right) : val >> number->right;
	ev->effective_len = sizeof(val);
	ev->have |= SOT_HAVE_EFFECTIVE;
}

/* The kernel's own state of the option after the call: what user memory cannot forge. */
static __always_inline void capture_effect(struct sot_event *ev, const struct sock *sock)
{
	const char *sk = (const char *)sock;
	__u64 id = ev->effect;

	if (!id || !sk || !(ev->have & SOT_HAVE_SOCKET))
		return;
	if (can_cast && plain_places[id].offset) {
		load_plain_place(ev, (__u64)sk, &plain_places[id]);
		return;
	}
	id--;
	KNOWN_AT_MOST(id, SOT_EFFECTS_MAX - 1);
	if (read_places(ev, sk, places[id]))
		ev->have |= SOT_HAVE_EFFECTIVE;
}

/* Bytes of the value that are wanted, of what the caller offers. */
static __always_inline __u64 wanted_bytes(const struct sot_event *ev)
{
	if (ev->optlen <= 0)
		return 0;
	return (__u32)ev->optlen < snapshot ? (__u32)ev->optlen : snapshot;
}

/*
 * Reads from the caller's memory. Up to eight bytes by one load, as the kernel itself reads a number:
 * a copy byte by byte (arch/x86/lib/copy_user_64.S, fewer than 8) that is interrupted, or just beside
 * a faster writer, would mix two values. Its eight bytes lie in one cache line, and so in one page;
 * what is behind the value goes no further. `to` has room for eight.
 */
static __always_inline long read_user(char *to, __u64 len, __u64 from)
{
	__u64 word;

	from = user_address(from);
	if (!len || len > sizeof(word) || (from & (CACHE_LINE - 1)) > CACHE_LINE - sizeof(word))
		return bpf_probe_read_user(to, len, (const void *)from);
	if (bpf_probe_read_user(&word, sizeof(word), (const void *)from))
		return -1;
	*(__u64 *)to = word & ~0ULL >> 8 * (sizeof(word) - len); /* little-endian */
	return 0;
}

/* The value was read: it is the last section. */
static __always_inline void end_with_value(struct sot_event *ev, __u64 off, __u64 len)
{
	ev->value.off = off;
	ev->value.len = len;
	ev->size = off + len;
	ev->have |= SOT_HAVE_VALUE;
}

/*
 * Reads `want` bytes, of which the verifier knows how many they are at the most, to offset `off` of the
 * event, which has room for them there.
 */
static __always_inline bool read_value(struct sot_event *ev, __u64 off, __u64 want)
{
	if (read_user((char *)ev + off, want, ev->optval)) {
		ev->have &= ~SOT_HAVE_VALUE; /* the helper has cleared what was read before */
		return false;
	}
	end_with_value(ev, off, want);
	return true;
}

/*
 * Appends the value, or tries again to get more of it; it is the last section. A value
 * whose later page is missing is taken up to the page's end: the kernel reads no more
 * than its option needs, and so may succeed. True when something was read.
 */
static __always_inline bool capture_value(struct sot_event *ev)
{
	__u64 want = wanted_bytes(ev), left = PAGE_SIZE - (ev->optval & (PAGE_SIZE - 1));
	__u64 off = ev->value.len && !ev->given.len && !ev->checks.len ? ev->value.off : ev->size;

	if (!want || off > BEFORE_VALUE)
		return false;
	KNOWN_AT_MOST(want, snapshot);
	if (read_value(ev, off, want)) {
		ev->have &= ~SOT_VALUE_PART;
		return true;
	}
	if (left >= want)
		return false;
	KNOWN_AT_MOST(left, snapshot);
	if (!read_value(ev, off, left))
		return false;
	ev->have |= SOT_VALUE_PART;
	return true;
}

/*
 * Most values are an int, and most calls of a kept thread have nothing else behind their head: its
 * place and length are constants to clang then, which answers what else were asked of them. False: it
 * is no such value, or could not be read.
 */
static __always_inline bool capture_int(struct sot_event *ev)
{
	return ev->optlen == sizeof(int) && snapshot >= sizeof(int) &&
	       read_value(ev, SOT_CALL_HEAD, sizeof(int));
}

/* A BPF program's value is in the kernel's memory, all there. */
static __always_inline void capture_program_value(struct sot_event *ev)
{
	__u64 want = wanted_bytes(ev), off = ev->size;

	if (!want || off > BEFORE_VALUE)
		return;
	KNOWN_AT_MOST(want, snapshot);
	if (!bpf_probe_read_kernel((char *)ev + off, want, (const void *)ev->optval))
		end_with_value(ev, off, want);
}

static __always_inline void read_later(struct sot_event *ev, __u64 end, __u64 len)
{
	if (read_user((char *)ev + end, len, ev->optval))
		return;
	ev->later.off = end;
	ev->later.len = len;
	ev->size = end + len;
}

/*
 * Appends what the caller's memory holds at return, to be compared with what it held at entry. What
 * cannot be read any more accuses nobody.
 */
static __always_inline void capture_later(struct sot_event *ev)
{
	__u64 len = ev->value.len, end = ev->size;

	if (!len || end > BEFORE_VALUE + 2 * snapshot ||
	    (ev->have & (SOT_VALUE_AT_EXIT | SOT_VALUE_PART)))
		return;
	KNOWN_AT_MOST(len, snapshot);
	KNOWN_AT_MOST(end, BEFORE_VALUE + 2 * snapshot);
	read_later(ev, end, len);
}

/* The same of what capture_int has captured; false: it has not, or more is behind the head. */
static __always_inline bool capture_later_int(struct sot_event *ev)
{
	const __u64 end = SOT_CALL_HEAD + sizeof(int);

	if (ev->size != end || ev->value.len != sizeof(int) ||
	    (ev->have & (SOT_VALUE_AT_EXIT | SOT_VALUE_PART)))
		return false;
	read_later(ev, end, sizeof(int));
	return true;
}

/*
 * What a cgroup BPF program made of the call, at the return of
 * kernel/bpf/cgroup.c: __cgroup_bpf_run_filter_setsockopt. It returns 1 where the kernel's own
 * code is not to see the call, an error, or 0; and then has put the arguments where `args` says,
 * and the value into memory of the kernel's unless the caller's is to be taken.
 */
static __always_inline void capture_filter(struct sot_event *ev, const struct filter_args *args,
					   __s32 ret)
{
	__u64 off = ev->size, want = 0, from = 0;

	ev->filter_ret = ret;
	if (bpf_probe_read_kernel(&ev->given_level, 4, (void *)args->level) ||
	    bpf_probe_read_kernel(&ev->given_optname, 4, (void *)args->optname) ||
	    bpf_probe_read_kernel(&ev->given_optlen, 4, (void *)args->optlen) ||
	    bpf_probe_read_kernel(&from, sizeof(from), (void *)args->kernel_optval))
		return;
	ev->have |= SOT_HAVE_FILTER;
	if (ret || !from || no_values || (ev->have & SOT_VALUE_SECRET) || ev->given_optlen <= 0 ||
	    (option_verdict(ev->given_level, ev->given_optname) & SOT_OPTION_IS_SECRET) ||
	    off > BEFORE_VALUE - SOT_GIVEN_MAX + 2 * snapshot)
		return;
	want = (__u32)ev->given_optlen < SOT_GIVEN_MAX ? (__u32)ev->given_optlen : SOT_GIVEN_MAX;
	KNOWN_AT_MOST(want, SOT_GIVEN_MAX);
	KNOWN_AT_MOST(off, BEFORE_VALUE - SOT_GIVEN_MAX + 2 * snapshot);
	if (bpf_probe_read_kernel((char *)ev + off, want, (const void *)from))
		return;
	ev->given.off = off;
	ev->given.len = want;
	ev->size = off + want;
}

/* After EFAULT: does anything that the caller offered, beyond what we hold, not exist? */
static __always_inline void probe_value_end(struct sot_event *ev)
{
	__u8 byte;

	if (ev->optlen <= 0 || (__u32)ev->optlen <= ev->value.len)
		return;
	if (bpf_probe_read_user(&byte, 1,
				(const void *)user_address(ev->optval + ev->optlen - 1)) ||
	    bpf_probe_read_user(&byte, 1, (const void *)user_address(ev->optval + ev->value.len)))
		ev->have |= SOT_VALUE_END_BAD;
}

/* From a mount's root to where it is mounted; false at the root of all. */
static __always_inline bool path_leave_mount(struct path_walk *walk)
{
	struct mount *mnt = walk->mnt;
	struct mount *up = BPF_CORE_READ(mnt, mnt_parent);

	if (walk->dentry != walk->mnt_root || !up || up == mnt)
		return false;
	walk->dentry = BPF_CORE_READ(mnt, mnt_mountpoint);
	walk->mnt_root = BPF_CORE_READ(up, mnt.mnt_root);
	walk->mnt = up;
	return true;
}

/*
 * Appends the name of walk->dentry to the builder's event and goes up; 0 when the path is complete.
 * To the verifier a function of its own, as ancestor_owner().
 */
__weak __noinline int path_step(__u32 builder)
{
	struct sot_event *ev = bpf_map_lookup_elem(&scratch, &builder);
	struct path_walk *walk = bpf_map_lookup_elem(&walks, &builder);
	struct dentry *dentry, *parent;
	const unsigned char *name;
	__u64 off;
	long len;

	if (!ev || !walk)
		return false;
	dentry = walk->dentry;
	parent = BPF_CORE_READ(dentry, d_parent);
	if (path_leave_mount(walk))
		return true;
	/* a root has no name, except that of an in-memory file (memfd) */
	if (!dentry || (dentry == parent && ev->path.len))
		return false;
	name = BPF_CORE_READ(dentry, d_name.name);
	off = ev->size;
	if (off > sizeof(*ev) + SOT_PATH_MAX) {
		ev->have |= SOT_PATH_CUT;
		return false;
	}
	KNOWN_AT_MOST(off, sizeof(*ev) + SOT_PATH_MAX);
	len = bpf_probe_read_kernel_str((char *)ev + off, SOT_COMPONENT_MAX, name);
	if (len <= 0 || len > SOT_COMPONENT_MAX)
		return false;
	ev->path.len += len;
	ev->size = off + len;
	walk->dentry = parent;
	return dentry != parent;
}

/* As /proc/PID/maps tells them (fs/proc/task_mmu.c: show_map_vma). */
static __always_inline void capture_inode(struct sot_event *ev, struct file *exe)
{
	const struct run run = RUN(struct inode, i_sb, i_ino);
	struct inode *inode = BPF_CORE_READ(exe, f_inode);
	struct super_block *sb = NULL;

	if (!read_run(ev, inode, run))
		return;
	FROM_RUN(&ev->exe_inode, ev, inode, run, struct inode, i_ino);
	FROM_RUN(&sb, ev, inode, run, struct inode, i_sb);
	READ(ev, SOT_HAVE_EXE, ev->exe_dev, sb, s_dev);
}

/*
 * The path of the program being run, as its mount namespace names it.
 * Mirrors fs/d_path.c: prepend_path. The first section to be appended.
 */
static __always_inline void capture_path(struct sot_event *ev, struct task_struct *task,
					 __u32 builder)
{
	struct file *exe = BPF_CORE_READ(task, mm, exe_file);
	struct dentry *dentry = BPF_CORE_READ(exe, f_path.dentry);
	struct vfsmount *vfsmnt = BPF_CORE_READ(exe, f_path.mnt);
	struct path_walk *walk = bpf_map_lookup_elem(&walks, &builder);
	__u32 i;

	if (!dentry || !vfsmnt || !walk)
		return;
	capture_inode(ev, exe);
	walk->dentry = dentry;
	walk->mnt_root = BPF_CORE_READ(vfsmnt, mnt_root);
	walk->mnt = (void *)((char *)vfsmnt - bpf_core_field_offset(struct mount, mnt));
	/* include/linux/dcache.h: d_unlinked */
	if (!BPF_CORE_READ(dentry, d_hash.pprev) && BPF_CORE_READ(dentry, d_parent) != dentry)
		ev->have |= SOT_PATH_DELETED;
	ev->path.off = ev->size;
	for (i = 0; i < PATH_COMPONENTS; i++)
		if (!path_step(builder))
			return;
	ev->have |= SOT_PATH_CUT;
}

static __always_inline void capture_nodename(struct sot_event *ev, struct task_struct *task)
{
	__u32 off = ev->size;
	const char *name = (const char *)BPF_CORE_READ(task, nsproxy, uts_ns);
	long len;

	if (!name || off > sizeof(*ev) + SOT_PATH_MAX + SOT_COMPONENT_MAX)
		return;
	name += bpf_core_field_offset(struct uts_namespace, name.nodename);
	len = bpf_probe_read_kernel_str((char *)ev + off, SOT_NODENAME_MAX, name);
	if (len <= 0 || len > SOT_NODENAME_MAX)
		return;
	ev->nodename.off = off;
	ev->nodename.len = len;
	ev->size = off + len;
}

#endif

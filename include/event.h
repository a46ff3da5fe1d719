/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The wire event: what the BPF programs put into the ring buffers, of each call.
 *
 * Fixed-width types only, host byte order, a fixed head and a tail of bytes.
 * The tail holds the sections named by struct sot_section, anywhere in it and in
 * any order; the event is `size` bytes long in all. What could not be read has
 * its SOT_HAVE_* bit clear, and its field means nothing then.
 *
 * What stands in a ring is one of three, and src/trace/whole.c makes whole events of it:
 * - A whole event, head sizeof(struct sot_event): alone this is given on, and in recordings.
 * - A thread's facts, the same with SOT_FACTS_ONLY: no call. The thread's part of the head, from
 *   SOT_CALL_HEAD on, and the sections path and nodename are what holds of its number `thread` (from 1
 *   on) in this ring, until others come for that number. size is a multiple of 8.
 * - A call, head SOT_CALL_HEAD: as much of the head, and the other sections, which count from its first
 *   byte, too. `have` is that of the whole event, which it makes with the facts of its `thread`.
 *
 * Shared by bpf/ and src/: no includes but the kernel's integer types.
 */
#ifndef SOT_EVENT_H
#define SOT_EVENT_H

#ifndef __bpf__
#include <linux/types.h>
#endif

#define SOT_EVENT_VERSION 1
#define SOT_COMM_LEN 16
#define SOT_PROG_NAME_LEN 16 /* BPF_OBJ_NAME_LEN of linux/bpf.h */
#define SOT_SNAPSHOT_MAX 4096
#define SOT_SNAPSHOT_DEFAULT 128
#define SOT_KEPT_SNAPSHOT_MAX 512 /* with a longer one nothing is kept of a thread */
/* Room for the executable's path; what does not fit is cut, and told so. */
#define SOT_PATH_MAX 512
/* The longest single path component, NAME_MAX of linux/limits.h and its NUL. */
#define SOT_COMPONENT_MAX 256
#define SOT_NODENAME_MAX 65 /* __NEW_UTS_LEN + 1 of linux/utsname.h */
/* Room for the value that a cgroup BPF program put in the place of the caller's. */
#define SOT_GIVEN_MAX 128
#define SOT_EFFECT_PLACES 2 /* how many numbers make the state of one option, at the most */

enum sot_have {
	SOT_HAVE_RET = 1 << 0,	     /* the return was seen: ret and duration_ns */
	SOT_HAVE_VALUE = 1 << 1,     /* the value was read; from where: SOT_VALUE_AT_EXIT */
	SOT_VALUE_AT_EXIT = 1 << 2,  /* it was read at return, since entry could not */
	SOT_VALUE_UNWANTED = 1 << 3, /* it was not asked for (--no-values) */
	SOT_VALUE_SECRET = 1 << 4,   /* it was not read: the option's value is secret */
	SOT_HAVE_PARENT = 1 << 5,
	SOT_HAVE_NS_PIDS = 1 << 6, /* pid_ns, tid, pid inside it */
	SOT_HAVE_NS_PPID = 1 << 7,
	SOT_HAVE_CRED = 1 << 8, /* uid, gid and their kin */
	SOT_HAVE_CAPS = 1 << 9, /* the sets of capabilities */
	SOT_HAVE_USER_NS = 1 << 10,
	SOT_HAVE_LOGIN_UID = 1 << 11,
	SOT_HAVE_NO_NEW_PRIVS = 1 << 12,
	SOT_HAVE_MNT_NS = 1 << 13,
	SOT_HAVE_NET_NS = 1 << 14,
	SOT_HAVE_CGROUP = 1 << 15,
	SOT_HAVE_START = 1 << 16, /* thread_start */
	SOT_HAVE_LEADER_START = 1 << 17,
	SOT_HAVE_PARENT_START = 1 << 18,
	SOT_HAVE_COMM = 1 << 19,
	SOT_HAVE_ABI = 1 << 20,
	SOT_HAVE_FD = 1 << 21,	   /* the descriptor's table was read: is_socket is true or false */
	SOT_HAVE_SOCKET = 1 << 22, /* family, type, protocol, state, inode */
	SOT_HAVE_SOCK_NET_NS = 1 << 23,
	SOT_HAVE_COOKIE = 1 << 24,    /* the kernel has given the socket one */
	SOT_HAVE_ADDRESS = 1 << 25,   /* local and remote, AF_INET and AF_INET6 only */
	SOT_PATH_CUT = 1 << 26,	      /* the executable's path is longer than SOT_PATH_MAX */
	SOT_PATH_DELETED = 1 << 27,   /* its last link is gone */
	SOT_VALUE_END_BAD = 1 << 28,  /* after EFAULT: bytes beyond those captured cannot be read */
	SOT_INSIDE_AT_STOP = 1 << 29, /* still inside the call when tracing ended */
	SOT_VALUE_PART = 1 << 30,     /* the value ends where a page is missing */
	/* from here on wider than int */
	SOT_HAVE_EFFECTIVE = 1ULL << 31, /* the kernel's state after the call: effect, effective */
	SOT_HAVE_FILTER = 1ULL << 32,	 /* a cgroup BPF program ran: filter_ret, given_* */
	SOT_HAVE_SOCKFD = 1ULL << 33, /* a descriptor was named: io_uring's fixed files have none */
	SOT_ON_ARM64 = 1ULL << 34,    /* the machine; else x86-64 */
	SOT_HAVE_SECCOMP = 1ULL << 35,
	SOT_HAVE_REAL_CRED = 1ULL << 36,    /* overridden, real_uid */
	SOT_HAVE_ANCESTOR = 1ULL << 37,	    /* user_ns_ancestor_owner: not of the initial one */
	SOT_HAVE_SOCK_USER_NS = 1ULL << 38, /* sock_user_ns and its kin */
	SOT_HAVE_EXE = 1ULL << 39,	    /* exe_inode, exe_dev */
	SOT_HAVE_PARENT_COMM = 1ULL << 40,
	SOT_FACTS_ONLY = 1ULL << 41, /* it is no call but what holds of a thread's calls */
};

/* Of these: what is told of the calling thread, and is the same at its next call if that is. */
#define SOT_OF_THREAD                                                                            \
	(SOT_HAVE_PARENT | SOT_HAVE_NS_PIDS | SOT_HAVE_NS_PPID | SOT_HAVE_CRED | SOT_HAVE_CAPS | \
	 SOT_HAVE_USER_NS | SOT_HAVE_LOGIN_UID | SOT_HAVE_NO_NEW_PRIVS | SOT_HAVE_MNT_NS |       \
	 SOT_HAVE_CGROUP | SOT_HAVE_START | SOT_HAVE_LEADER_START | SOT_HAVE_PARENT_START |      \
	 SOT_HAVE_COMM | SOT_PATH_CUT | SOT_PATH_DELETED | SOT_ON_ARM64 | SOT_HAVE_SECCOMP |     \
	 SOT_HAVE_REAL_CRED | SOT_HAVE_ANCESTOR | SOT_HAVE_EXE | SOT_HAVE_PARENT_COMM)

enum sot_abi {
	SOT_ABI_X86_64 = 1,
	SOT_ABI_I386,
	SOT_ABI_X32,
	SOT_ABI_ARM64,
	SOT_ABI_ARM,
	SOT_ABI_IO_URING,
	SOT_ABI_BPF, /* a BPF program's bpf_setsockopt; the task is but its context */
};

/* Never renumber: recordings will hold these. */
enum sot_attach_id {
	SOT_ATTACH_KPROBE = 1,
	SOT_ATTACH_FENTRY,
	SOT_ATTACH_TRACEPOINT,
};

/* A run of bytes in the event, from its first byte; len 0: there is none. */
struct sot_section {
	__u16 off;
	__u16 len;
};

/* What a value leads to, beyond its own bytes. */
enum sot_behind {
	SOT_BEHIND_NOTHING, /* nothing, or it was not looked at */
	SOT_BEHIND_CBPF,    /* the section cbpf: instructions of classic BPF, from the first on */
	SOT_BEHIND_PROG,    /* prog_id and prog_name: the value is a BPF program's descriptor */
	SOT_BEHIND_UNREADABLE, /* a pointer to a filter, by which nothing could be read */
};

/* How checks of capabilities were seen. Never renumber, neither the next. */
enum sot_check_source {
	SOT_CHECKS_UNSEEN,	/* they were not looked at */
	SOT_CHECKS_BY_SECURITY, /* security_capable, at return: all that have a say */
	SOT_CHECKS_BY_CAP,	/* cap_capable: not what a security module denies afterwards */
};

enum sot_check_outcome {
	SOT_CHECK_SEEN = 1 << 0, /* the answer, which is granted or not */
	SOT_CHECK_GRANTED = 1 << 1,
	SOT_CHECK_UNAUDITED = 1 << 2, /* CAP_OPT_NOAUDIT: to be denied is no misuse */
	SOT_CHECK_OVERRULED = 1 << 3, /* denied, though these credentials hold the capability */
	SOT_CHECK_OF_ANOTHER =
		1 << 4, /* not of the thread's credentials but, say, of the opener's */
};

/* The kernel asks for a capability. */
struct sot_check {
	__u32 user_ns;	 /* in which it is asked for: inode number */
	__u8 level;	 /* of that */
	__u8 cred_level; /* of the user namespace of the credentials */
	__u8 capability;
	__u8 outcome; /* enum sot_check_outcome */
};

/* The first ones, and in the last place the last one. */
#define SOT_CHECKS_MAX 8
#define SOT_CHECKS_SIZE (SOT_CHECKS_MAX * sizeof(struct sot_check) + 7) /* aligned */

/*
 * No padding. First what belongs to the call, then, from SOT_CALL_HEAD on, what belongs to the thread
 * and is the same at its next call if that is.
 */
struct sot_event {
	__u16 version; /* SOT_EVENT_VERSION */
	__u16 head;    /* sizeof(struct sot_event); of a call SOT_CALL_HEAD */
	__u32 size;    /* head and tail */
	__u64 have;    /* enum sot_have */

	__u64 time;	   /* CLOCK_BOOTTIME at entry, ns */
	__u64 duration_ns; /* entry to return */
	__u64 kept;	   /* the programs' own while the call goes on; 0 in what is given */
	__s32 sockfd;
	__u32 cpu;
	__u64 optval; /* the pointer as passed */
	__s32 level;
	__s32 optname;
	__s32 optlen;	    /* as passed: may be negative */
	__u32 thread;	    /* whose facts these are, or the call's; 0 of a whole event */
	__u8 abi;	    /* enum sot_abi */
	__u8 attach;	    /* enum sot_attach_id */
	__u8 uring_compat;  /* SOT_ABI_IO_URING: the ring is a 32-bit program's */
	__u8 check_source;  /* enum sot_check_source */
	__u8 guarded;	    /* the option is privileged or of high risk */
	__u8 effect;	    /* enum sot_effect_id of the option, + 1; 0: none */
	__u8 effective_len; /* 0: nothing is there, a pointer was NULL */
	__u8 behind;	    /* enum sot_behind */

	/* Numbers, one a place, durations in ns (all ones: for ever); or the bytes of a name. */
	__u64 effective[SOT_EFFECT_PLACES];

	/* What cgroup BPF made of the call; filter_ret 1: the kernel's own code never saw it. */
	__s32 filter_ret, given_level, given_optname, given_optlen;
	struct sot_section
		given; /* the bytes that the kernel got instead; len 0: the caller's own */
	struct sot_section
		cbpf; /* what the value points to: whole struct sock_filters, maybe cut */

	struct sot_section value;  /* the captured bytes of optval */
	struct sot_section later;  /* the value read again at return; len 0: it was not */
	struct sot_section checks; /* struct sot_check, aligned as it is */
	__u32 checks_made; /* as many are in the section checks, but for SOT_CHECKS_MAX at the most */
	char prog_name[SOT_PROG_NAME_LEN];
	__u32 prog_id;
	__s32 refused; /* what a security module answered to the call itself; 0: go on */
	__s32 ret;     /* 0 or more, or a negative errno */

	__u16 local_port, remote_port; /* host order */
	__u64 cookie;
	__u8 local_addr[16], remote_addr[16]; /* AF_INET: the first four bytes */
	__u64 inode;
	__u32 sock_net_ns;
	__u32 sock_user_ns, sock_user_ns_level, sock_user_ns_owner; /* which owns sock_net_ns */
	__u16 family, type, protocol;
	__u8 is_socket, state;

	__u32 host_pid, host_tid, host_ppid; /* in the initial pid namespace */
	__u32 pid, tid, ppid;		     /* in the task's; ppid 0: the parent is outside it */
	/* in the initial user namespace, as all uids and gids; in the order of struct cred */
	__u32 uid, gid, suid, sgid, euid, egid, fsuid, fsgid;
	__u32 real_uid;	 /* where the credentials are overridden: the task's own */
	__u32 login_uid; /* (u32)-1: never logged in */
	__u32 mnt_ns, pid_ns, net_ns, user_ns; /* inode numbers */
	__u32 user_ns_owner;
	__u32 user_ns_ancestor_owner; /* of the ancestor whose parent is the initial one, or of it */
	__u8 user_ns_level;
	__u8 seccomp;	 /* include/uapi/linux/seccomp.h: SECCOMP_MODE_* */
	__u8 overridden; /* the credentials are not the task's own: io_uring's personalities */
	__u8 no_new_privs;
	__u32 exe_dev; /* of the kernel's: the major number from bit 20 on */
	__u64 exe_inode;
	__u64 cap_permitted, cap_effective, cap_ambient;
	__u64 cgroup_id;
	__u64 thread_start, leader_start, parent_start; /* CLOCK_BOOTTIME, ns */
	char comm[SOT_COMM_LEN];
	char parent_comm[SOT_COMM_LEN];
	struct sot_section path;     /* the executable's path, leaf first, each name NUL-ended */
	struct sot_section nodename; /* the UTS node name, NUL-ended */
	__u8 tail[];
};

#define SOT_CALL_HEAD 240
#define SOT_EVENT_HEAD 440
#define SOT_EVENT_MAX                                                               \
	(SOT_EVENT_HEAD + 3 * SOT_SNAPSHOT_MAX + SOT_PATH_MAX + SOT_COMPONENT_MAX + \
	 SOT_NODENAME_MAX + SOT_GIVEN_MAX + SOT_CHECKS_SIZE + 7)

#define SOT_WIRE_AT(_field, _offset) \
	_Static_assert(__builtin_offsetof(struct sot_event, _field) == (_offset), "wire layout")

/* Each where it is if nothing before it was padded; words of two fields are read as one. */
SOT_WIRE_AT(time, 16);
SOT_WIRE_AT(optval, 48);
SOT_WIRE_AT(effective, 80);
SOT_WIRE_AT(given, 112);
SOT_WIRE_AT(ret, 160);
SOT_WIRE_AT(local_port, 164);
SOT_WIRE_AT(cookie, 168);
SOT_WIRE_AT(family, 232);
SOT_WIRE_AT(host_pid, SOT_CALL_HEAD);
SOT_WIRE_AT(uid, 264);
SOT_WIRE_AT(user_ns_level, 328);
SOT_WIRE_AT(exe_inode, 336);
SOT_WIRE_AT(comm, 400);
SOT_WIRE_AT(path, 432);
_Static_assert(sizeof(struct sot_event) == SOT_EVENT_HEAD, "wire layout");

/*
 * What became of the calls, one of these a CPU, in memory mapped by the loader. Each call counts
 * at entry as taken or as filtered. taken = succeeded + above_rate + emitted + lost, where emitted
 * counts records put into the ring and lost is the sum of the lost_* fields; a call that is still
 * inside the kernel counts as taken only.
 */
struct sot_counters {
	__u64 taken;
	__u64 filtered;
	__u64 succeeded; /* filtered too, but at return (--failed) */
	__u64 emitted;
	__u64 lost_ring_full;	 /* no room in the ring buffer */
	__u64 lost_guarded_full; /* of guarded events, for whatever reason: no room in either ring */
	__u64 lost_inflight_full; /* no room to keep the call, nor in the ring to give it at once */
	__u64 lost_return_missed; /* given up: its return was missed, and no room in the ring */
	__u64 above_rate;	  /* left out, as asked for by --rate (not a loss) */
	__u64 no_return;	  /* emitted without the return (not a loss) */
	__u64 unfollowed;	  /* descendants not followed: the table of processes is full */
};

/* Where our programs stand; one of each at the most is attached. */
enum sot_hook {
	SOT_HOOK_ENTER,	       /* entry of the system call, by whatever probe */
	SOT_HOOK_EXIT,	       /* its return, by fexit or kretprobe */
	SOT_HOOK_SYSCALL_EXIT, /* its return, by tracepoint */
	SOT_HOOK_SOCK_ENTER,   /* do_sock_setsockopt, or io_uring's call of it */
	SOT_HOOK_URING,	       /* io_uring_cmd_sock */
	SOT_HOOK_URING_EXIT,
	SOT_HOOK_URING_DONE,
	SOT_HOOK_URING_FREED, /* a worker's request is done */
	SOT_HOOK_FILTER,      /* __cgroup_bpf_run_filter_setsockopt */
	SOT_HOOK_FILTER_EXIT,
	SOT_HOOK_PROGRAM, /* bpf_setsockopt by a BPF program */
	SOT_HOOK_PROGRAM_EXIT,
	SOT_HOOK_CAPABLE, /* cap_capable, or security_capable */
	SOT_HOOK_CAPABLE_EXIT,
	SOT_HOOK_LSM, /* security_socket_setsockopt */
	SOT_HOOK_FORK,
	SOT_HOOK_TASK_EXIT,
	SOT_HOOK_THREAD_EXIT,
	SOT_HOOK_KEPT_EXIT,
	SOT_HOOK_COUNT
};

/*
 * While `testing` is set the tracer makes calls of its own: a program that one of them reaches adds
 * to its hook, and does nothing else. In memory mapped by the loader.
 */
struct sot_self_test {
	__u64 task;   /* the tracer's, once a program has seen a call of it */
	__u64 socket; /* inode number of the one for which a BPF program of ours makes a call */
	__u32 testing;
	__u32 fired[SOT_HOOK_COUNT];
};

/* The name (user_data) of the request of io_uring that a worker is to carry out for the self-test. */
#define SOT_OWN_REQUEST 1

/* CPUs beyond these share a slot; all updates are atomic. */
#define SOT_COUNTER_SLOTS 256

/* A process, whoever has its number later. */
struct sot_process {
	__u64 start; /* of its leader: CLOCK_BOOTTIME, ns */
	__u32 host_pid;
	__u32 window; /* of the rate limit, where its calls are counted; else 0 */
};

/* Processes whose calls are counted for the rate limit; of more than these some get more calls. */
#define SOT_RATES_MAX 16384

/*
 * What of the losses, and of what --rate left out, is this process's. Counted after struct
 * sot_counters, which is the whole: what is not here, for want of room or of a process, is the
 * others'.
 */
struct sot_account {
	__u64 lost_ring_full, lost_guarded_full, lost_inflight_full, lost_return_missed, above_rate;
	char comm[SOT_COMM_LEN]; /* of the first thread with one */
};

/* Processes of whose losses the loader has not heard; further ones have no account. */
#define SOT_ACCOUNTS_MAX 1024

/*
 * Calls counted by the kernel's side alone (-c): by process, option and result. A level that several
 * families have (sot_level_is_shared) is told apart by the socket's family and protocol.
 */
struct sot_tally_key {
	__u64 start; /* as struct sot_process; both 0: of processes for which there was no room */
	__u32 host_pid;
	__s32 level, optname;
	__s32 ret;
	__u16 family, protocol; /* only if has_kind */
	__u8 has_kind;
	__u8 no_return; /* the return was not seen: ret is 0, the time unknown */
	__u8 share;	/* CPUs count apart, SOT_TALLY_SHARES of them; all are to be added up */
	__u8 reserved;
};

#define SOT_TALLY_SHARES 8

/* Bucket i: calls of 2^i ns or more, and less than twice that; the first has 0, the last no end. */
#define SOT_TALLY_BUCKETS 32

struct sot_tally {
	__u64 ns;			/* of all calls together */
	__u64 calls[SOT_TALLY_BUCKETS]; /* by how long they took; with no_return all in the first */
	__u64 first;			/* when the first was counted, CLOCK_MONOTONIC, ns */
	char comm[SOT_COMM_LEN];	/* of the thread that made it */
};

/* A call that has been entered. It stays there for the thread's next one; begun 0: none is inside. */
struct sot_timed {
	__u64 begun;   /* CLOCK_MONOTONIC, ns */
	__u64 request; /* struct io_kiocb of io_uring; 0: another way */
	struct sot_tally_key key;
};

#define SOT_TALLIES_MAX 16384
/* For further processes, without their names. */
#define SOT_OTHER_TALLIES_MAX 4096

/*
 * Where the kernel keeps an option's state, from struct sock on: resolved by the loader in the
 * kernel's BTF. `size` bytes at the last offset, of which `bits` from bit `shift` on if bits is
 * not 0; a pointer is followed at each offset before. size 0: this kernel has no such place.
 */
#define SOT_EFFECTS_MAX 128
#define SOT_PLACE_STEPS 4
#define SOT_NAME_MAX 16 /* bytes; a place of more than 8 is a name */

struct sot_place {
	__u32 offset[SOT_PLACE_STEPS];
	__u8 steps; /* offsets in use */
	__u8 size, shift, bits;
	__u8 is_signed, in_jiffies;
	__u8 reserved[2];
};

/*
 * Where that is a number in the struct sock itself, and the whole state, as of most options: the word
 * that has it, to be shifted left and then right.
 */
struct sot_number {
	__u32 offset; /* 0: it is not so */
	__u8 left, right, is_signed;
	__u8 reserved;
};

#define SOT_PLAIN_PLACES 256 /* by an event's `effect`, a byte */

/*
 * A call of this number, which no helper has, stands in the programs for bpf_rdonly_cast, a function of
 * the kernel's: the loader puts that in its place. (libbpf would read all the kernel's types for it.)
 */
#define SOT_CALL_CAST 0x534f0001

/* What is cast to: by these the loader tells the programs the struct's id in the kernel's BTF. */
#define SOT_CAST_TYPES(_) _(task_struct) _(file) _(socket) _(sock) _(dentry) _(mount) _(seqcount)
#define SOT_CAST_TYPE(_name) SOT_CAST_##_name,

enum sot_cast_type { SOT_CAST_TYPES(SOT_CAST_TYPE) SOT_CAST_COUNT };

/*
 * Settings of the programs (bpf/settings.bpf.h) as they are in most sessions, where the kernel is
 * recent enough. For these there are programs of their own, *_plain, in which nothing asks them.
 */
#define SOT_PLAIN_ON(_) _(can_cast) _(keeps_threads)
#define SOT_PLAIN_OFF(_) _(no_values) _(only_failed) _(rate) _(count_only) _(count_events)

/* How many groups --cgroup and --container may name. */
#define SOT_CGROUPS_MAX 16

/* Key of the option filter; with any set, optname 0 stands for every option of the level. */
struct sot_option_key {
	__s32 level;
	__s32 optname;
	__u32 any;
};

/*
 * What the filter says of most options stands in a table, by the level's row and the option's number;
 * of a level without a row, and of further numbers, in a map.
 */
#define SOT_TABLE_LEVELS 512 /* levels below this may have a row */
#define SOT_TABLE_ROWS 64
#define SOT_TABLE_OPTIONS 128

struct sot_option_table {
	__u8 row[SOT_TABLE_LEVELS]; /* of each level; 0: none */
	__u32 verdict[SOT_TABLE_ROWS][SOT_TABLE_OPTIONS];
};

/* What the filter says of an option: bits. */
enum sot_option_verdict {
	SOT_OPTION_INCLUDE = 1 << 0,
	SOT_OPTION_EXCLUDE = 1 << 1,
	SOT_OPTION_IS_SECRET = 1 << 2,	   /* keep it, but never copy its value */
	SOT_OPTION_IS_PRIVILEGED = 1 << 3, /* it may need a capability */
	SOT_OPTION_HAS_CBPF = 1 << 4,	   /* its value is a struct sock_fprog */
	SOT_OPTION_HAS_PROG = 1 << 5,	   /* its value is a BPF program's descriptor */
	SOT_OPTION_IS_GUARDED = 1 << 6,	   /* it is privileged or of high risk */
	SOT_OPTION_LEFT_OUT = 1 << 7,	   /* what comes of the others: it is not wanted */
	SOT_OPTION_EFFECT_SHIFT = 24,	   /* from this bit on enum sot_effect_id + 1 */
};

/* Of the first bits those in _filter are asked: is an option to have it, or not to (EXCLUDE)? */
#define SOT_LEAVES_OUT(_filter, _verdict) \
	((((_verdict) ^ (SOT_OPTION_INCLUDE | SOT_OPTION_IS_PRIVILEGED)) & (_filter)) != 0)

#endif

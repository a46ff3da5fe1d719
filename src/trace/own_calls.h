/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * setsockopt calls that this process makes itself, by every way into the kernel that it has: what
 * the self-test watches the probes with. They set an option of a socket of its own to what it is.
 */
#ifndef SOT_OWN_CALLS_H
#define SOT_OWN_CALLS_H

#include <stdbool.h>
#include <stdint.h>

/* arch/x86/entry/syscalls/syscall_32.tbl; socketcall's own: include/uapi/linux/net.h */
#define SOT_I386_SETSOCKOPT 366
#define SOT_I386_SOCKETCALL 102
#define SOT_SOCKETCALL_SETSOCKOPT 14
/* arch/x86/entry/syscalls/syscall_64.tbl, with __X32_SYSCALL_BIT */
#define SOT_X32_SETSOCKOPT (541 | 0x40000000)

enum sot_own_call {
	SOT_OWN_64BIT,
	SOT_OWN_32BIT,	    /* int 0x80, setsockopt */
	SOT_OWN_SOCKETCALL, /* int 0x80, socketcall */
	SOT_OWN_X32,	    /* syscall, with the bit of x32 in its number */
	SOT_OWN_URING,	    /* SOCKET_URING_OP_SETSOCKOPT, Linux 6.7 */
	SOT_OWN_WORKER,	    /* the same, carried out by a worker */
	SOT_OWN_FILTERED,   /* 64-bit, past a cgroup BPF program of ours */
	SOT_OWN_PROGRAM,    /* bpf_setsockopt by that */
	SOT_OWN_CAPABLE,    /* 64-bit, for which the kernel asks for a capability */
	SOT_OWN_CHILD,	    /* no call: a process is forked and ends */
	SOT_OWN_COUNT
};

struct sot_own_calls;

/* NULL: out of memory. */
struct sot_own_calls *sot_own_calls__new(void);

/*
 * Makes one call; the first of its kind looks whether there is that way, for which it may need a
 * capability that later ones do without. 0: the kernel took it; else the negative errno of whoever
 * turned it away, be it the kernel, which lacks that way, or somebody before it, as seccomp.
 */
int sot_own_calls__make(struct sot_own_calls *calls, enum sot_own_call which);

/*
 * The inode number of the socket that SOT_OWN_FILTERED and SOT_OWN_PROGRAM are of, made when it is
 * first asked for, which is to be before those calls; 0: there is none.
 */
uint64_t sot_own_calls__program_socket(struct sot_own_calls *calls);

/*
 * Lets go of what costs others something while we have it, and so is for the start alone. Returns
 * the calls, as bits, that cannot be made any more.
 */
uint32_t sot_own_calls__started(struct sot_own_calls *calls);

/* "64-bit" */
const char *sot_own_call_name(enum sot_own_call which);

/* NULL is allowed. */
void sot_own_calls__free(struct sot_own_calls *calls);

#endif

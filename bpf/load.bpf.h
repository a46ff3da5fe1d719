/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fields of the kernel's by loads, which cost a tenth of bpf_probe_read_kernel: from Linux 6.2 on
 * (a35b9af4ec2c) an address can be cast to what lies there. What cannot be read is 0, as the kernel
 * makes it of a load that faults (BPF_PROBE_MEM). Such a pointer is untrusted, and all that it leads
 * to as well: of these the verifier asks no more than where the field is, while of each pointer
 * found behind a trusted one it looks through all types of the kernel's, which is slow.
 */
#ifndef SOT_LOAD_BPF_H
#define SOT_LOAD_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "settings.bpf.h"

static void *(*const cast)(const void *address, __u32 type) = (void *)SOT_CALL_CAST;

/*
 * The current task. Where fields can be loaded it is a pointer that the verifier trusts: what stands in
 * the task itself is one instruction.
 */
static __always_inline struct task_struct *current_task(void)
{
	return can_cast ? bpf_get_current_task_btf() : (struct task_struct *)bpf_get_current_task();
}

/* Of current_task(). */
static __always_inline __u64 tid_of(const struct task_struct *task)
{
	return can_cast ? (__u32)task->pid : (__u32)bpf_get_current_pid_tgid();
}

#define CAST(_type, _address) \
	((struct _type *)cast((const void *)(_address), cast_id[SOT_CAST_##_type]))

/* Of a member that is itself an array or a struct: eight of its bytes. */
#define LOAD_WORD(_member, _index) (((const __u64 *)&(_member))[_index])

/* The eight bytes there, as a number: a struct sock begins with such a one (skc_addrpair). */
static __always_inline __u64 load_word(__u64 address)
{
	return CAST(sock, address)->__sk_common.skc_addrpair;
}

/* Its struct sock, as a number, too: to the verifier a pointer is none that bits can be taken of. */
static __always_inline struct sock *load_sk(__u64 socket)
{
	return (struct sock *)load_word(socket + bpf_core_field_offset(struct socket, sk));
}

/* Of a struct socket, with which its inode lies (include/net/sock.h: SOCK_INODE). */
static __always_inline __u64 load_inode_number(__u64 socket)
{
	return load_word(socket + bpf_core_field_offset(struct socket_alloc, vfs_inode.i_ino));
}

/* *slot, where a file stands: the type is one that has such a pointer. */
static __always_inline struct file *load_file(struct file *const *slot)
{
	struct socket *like =
		CAST(socket, (const char *)slot - bpf_core_field_offset(struct socket, file));

	return like->file;
}

/* As fdget would find it (fs/file.c: __fget_files). NULL: none. */
static __always_inline struct file *load_file_of(const struct files_struct *files, int fd)
{
	struct fdtable *fdt = files->fdt;

	return (__u32)fd < fdt->max_fds ? load_file(fdt->fd + (__u32)fd) : NULL;
}

static __always_inline struct file *load_descriptor(const struct task_struct *task, int fd)
{
	return load_file_of(CAST(task_struct, task)->files, fd);
}

#endif

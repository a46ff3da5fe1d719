/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a value leads to: read from the captured bytes on, so that both belong together. */
#ifndef SOT_BEYOND_BPF_H
#define SOT_BEYOND_BPF_H

#include "capture.bpf.h"

#define BPF_MAXINSNS 4096	       /* include/uapi/linux/bpf_common.h */
#define ANON_INODE_FS_MAGIC 0x09041934 /* include/uapi/linux/magic.h */
#define CBPF_INSN 8		       /* struct sock_filter in include/uapi/linux/filter.h */

/* A 64-bit caller's struct sock_fprog, a 32-bit one's struct compat_sock_fprog. */
union fprog {
	struct {
		__u16 len;
		__u64 filter;
	} native;
	struct {
		__u16 len;
		__u32 filter;
	} compat;
};

/* Appends what of the filter a snapshot takes, whole instructions. */
static __always_inline bool read_cbpf(struct sot_event *ev, __u64 filter, __u64 size)
{
	__u64 off = ev->size, most = snapshot & ~(CBPF_INSN - 1U);

	if (off > BEFORE_VALUE + snapshot)
		return false;
	KNOWN_AT_MOST(size, most);
	if (bpf_probe_read_user((char *)ev + off, size, (const void *)user_address(filter)))
		return false;
	ev->cbpf.off = off;
	ev->cbpf.len = size;
	ev->size = off + size;
	return true;
}

/* The kernel looks at no filter that is empty or too long: bpf_check_basics_ok. */
static __always_inline void capture_cbpf(struct sot_event *ev)
{
	bool compat = ev->abi == SOT_ABI_I386 || ev->abi == SOT_ABI_X32 || ev->abi == SOT_ABI_ARM ||
		      ev->uring_compat;
	__u32 need = compat ? sizeof(((union fprog *)0)->compat) : sizeof(union fprog);
	union fprog fprog = {};
	__u64 filter;

	if (ev->value.len < need ||
	    bpf_probe_read_kernel(&fprog, sizeof(fprog), (char *)ev + ev->value.off))
		return;
	filter = compat ? fprog.compat.filter : fprog.native.filter;
	if (!filter || !fprog.native.len || fprog.native.len > BPF_MAXINSNS || snapshot < CBPF_INSN)
		return;
	ev->behind = read_cbpf(ev, filter, fprog.native.len * CBPF_INSN) ? SOT_BEHIND_CBPF :
									   SOT_BEHIND_UNREADABLE;
}

/*
 * Is it a BPF program's file? kernel/bpf/syscall.c: bpf_prog_new_fd gives it this name among the
 * anonymous inodes, where no name is the user's choice, and the program as private_data.
 */
static __always_inline bool is_prog(struct file *file)
{
	char name[16] = {};
	long len;

	if (BPF_CORE_READ(file, f_inode, i_sb, s_magic) != ANON_INODE_FS_MAGIC)
		return false;
	len = bpf_probe_read_kernel_str(name, sizeof(name),
					BPF_CORE_READ(file, f_path.dentry, d_name.name));
	return len == sizeof("bpf-prog") && name[0] == 'b' && name[1] == 'p' && name[2] == 'f' &&
	       name[3] == '-' && name[4] == 'p' && name[5] == 'r' && name[6] == 'o' &&
	       name[7] == 'g';
}

static __always_inline void capture_prog(struct sot_event *ev, struct task_struct *task)
{
	struct bpf_prog *prog;
	struct bpf_prog_aux *aux;
	struct file *file;
	int fd = -1;
	bool read;

	if (ev->value.len < sizeof(fd) ||
	    bpf_probe_read_kernel(&fd, sizeof(fd), (char *)ev + ev->value.off))
		return;
	file = current_file(task, fd, &read);
	if (!file || !is_prog(file))
		return;
	prog = BPF_CORE_READ(file, private_data);
	aux = BPF_CORE_READ(prog, aux);
	if (!BPF_CORE_READ_INTO(&ev->prog_id, aux, id) &&
	    !BPF_CORE_READ_INTO(&ev->prog_name, aux, name))
		ev->behind = SOT_BEHIND_PROG;
}

/* Appends to an event whose last section is the value. */
static __always_inline void capture_beyond(struct sot_event *ev, struct task_struct *task,
					   __u32 verdict)
{
	/* fanout_set_data: a descriptor by its length, else a struct sock_fprog */
	if ((verdict & SOT_OPTION_HAS_PROG) && ev->optlen == sizeof(int))
		capture_prog(ev, task);
	else if (verdict & SOT_OPTION_HAS_CBPF)
		capture_cbpf(ev);
}

/*
 * At return: the value of entry was not the whole of it, and may be now; or the value was all
 * there and what it points to was not, which the kernel has brought in by now.
 */
static __always_inline void capture_rest(struct sot_event *ev, struct task_struct *task)
{
	bool is_whole = (ev->have & (SOT_HAVE_VALUE | SOT_VALUE_PART)) == SOT_HAVE_VALUE;
	bool value_due = !is_whole && !(ev->have & (SOT_VALUE_UNWANTED | SOT_VALUE_SECRET));

	if (!value_due && ev->behind != SOT_BEHIND_UNREADABLE)
		return;
	if (ev->cbpf.len && !ev->given.len)
		ev->size = ev->cbpf.off; /* the last section: its room can be used again */
	ev->cbpf.len = 0;
	ev->behind = SOT_BEHIND_NOTHING;
	if (value_due && capture_value(ev))
		ev->have |= SOT_VALUE_AT_EXIT;
	capture_beyond(ev, task, option_verdict(ev->level, ev->optname));
}

#endif

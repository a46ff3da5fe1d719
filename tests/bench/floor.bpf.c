/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Programs that do nothing: what the attachment alone costs, the floor of every tracer's figure. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define EMPTY(_section, _name) \
	SEC("?" _section)      \
	int _name(void *ctx)   \
	{                      \
		return 0;      \
	}

EMPTY("fentry/__sys_setsockopt", fentry_enter)
EMPTY("fexit/__sys_setsockopt", fentry_exit)
EMPTY("kprobe/__sys_setsockopt", kprobe_enter)
EMPTY("kretprobe/__sys_setsockopt", kprobe_exit)
EMPTY("tp/syscalls/sys_enter_setsockopt", tracepoint_enter)
EMPTY("tp/syscalls/sys_exit_setsockopt", tracepoint_exit)

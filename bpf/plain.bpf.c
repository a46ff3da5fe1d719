/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The programs of system calls once more, for the settings that most sessions have (event.h:
 * SOT_PLAIN_ON): nothing in them asks for these. The loader takes them in place of those whose names
 * are without _plain.
 */
#define SOT_PLAIN
#include "call.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("?kprobe/__sys_setsockopt")
int kprobe_enter_plain(struct pt_regs *ctx)
{
	return enter_by_registers(ctx);
}

SEC("?fentry/__sys_setsockopt")
int fentry_enter_plain(unsigned long long *ctx)
{
	return enter_by_words(ctx);
}

SEC("?fexit/__sys_setsockopt")
int fexit_exit_plain(unsigned long long *ctx)
{
	return exit_by_words(ctx);
}

SEC("?tp/syscalls/sys_enter_setsockopt")
int tracepoint_enter_plain(struct syscall_trace_enter *ctx)
{
	return enter_by_tracepoint(ctx);
}

SEC("?tp/syscalls/sys_exit_setsockopt")
int tracepoint_exit_plain(struct syscall_trace_exit *ctx)
{
	return exit_by_tracepoint(ctx);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How often the kernel did not run a program whose place was passed, as far as it counts; its link. */
#ifndef SOT_MISSED_H
#define SOT_MISSED_H

#include <stdint.h>

/*
 * The program ran on that CPU already: Linux 5.12; for kprobes, where any other program on one keeps
 * it out (kernel/trace/bpf_trace.c: trace_call_bpf), counted since 6.7.
 */
uint64_t sot_missed_runs(int prog_fd);

/*
 * Of a program that is attached to a kprobe by a link (Linux 6.7): another was running
 * on that CPU; or a kretprobe had no instance left.
 */
uint64_t sot_missed_kprobe(int link_fd);

/* The kernel's number of what attaches a program: a link, or before 5.15 a perf event. 0: none. */
uint64_t sot_link_id(int link_fd);

#endif

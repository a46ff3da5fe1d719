/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a kernel refuses at once, asked for before the programs of an attachment are loaded for
 * nothing: the verifier takes long to read them. What is not refused here may still fail.
 */
#ifndef SOT_MEANS_H
#define SOT_MEANS_H

#include <stdint.h>

/* All return 0 or negative errno. */

/* Events of perf for all tasks, by which kprobes and tracepoints are attached. */
int sot_means_perf_events(void);

int sot_means_kprobes(void);

/* fentry and fexit of the function with that id in the kernel's BTF. */
int sot_means_trampolines(uint32_t function);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where in a function of the kernel's a probe may stand other than at its symbol. The kernel's text
 * is read for that, by a BPF program that runs once and is gone (Linux 5.16, bpf_kallsyms_lookup_name).
 * Functions return an offset from the symbol, above 0, or a negative errno; -ENOENT: there is no such
 * place, or none that is sure.
 */
#ifndef SOT_KERNEL_TEXT_H
#define SOT_KERNEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Behind the function's ftrace site, where the arguments still are where the caller put them. */
int sot_kernel_text__body(const char *function);

/* Where the function calls the other. */
int sot_kernel_text__call(const char *function, const char *callee);

/* Where the symbols lie; 0, or a negative errno of the first that is not known. */
int sot_kernel_text__addresses(const char *const *symbols, uint64_t *addresses, size_t count);

/*
 * A kprobe that has just been attached there is a jump, or waits to be made one (x86-64). One that
 * stays a breakpoint costs more than one at the ftrace site.
 */
bool sot_kernel_text__becomes_jump(const char *function, int offset);

#endif

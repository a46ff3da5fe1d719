/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The programs of system calls once more, for the settings that most sessions have (event.h:
 * SOT_PLAIN_ON): nothing in them asks for these. The loader takes them in place of those whose names
 * are without _plain.
 */
#define SOT_PLAIN
#include "call.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

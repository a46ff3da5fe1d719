/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What this kernel and this process offer to a tracer: found by trying, not by version. */
#ifndef SOT_KERNEL_H
#define SOT_KERNEL_H

#include "buf.h"
#include "trace/tracer.h"

/* Tells, before anything is tried, what is surely missing. 0, or a negative errno after the message. */
int sot_kernel__check(void);

/* Tells why no attachment could be had; *tried as sot_tracer__open() left it. */
void sot_kernel__explain(const char *attach, const struct sot_buf *tried);

/* --doctor, to standard output. Returns the exit status. */
int sot_kernel__doctor(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SOT_DESCENDANTS_H
#define SOT_DESCENDANTS_H

#include "trace/tracer.h"

/*
 * Adds the descendants that these processes have already. Those born from now on
 * the kernel's side adds by itself, so none falls between.
 */
int sot_follow_descendants(struct sot_tracer *tracer, const uint32_t *pids, size_t count);

#endif

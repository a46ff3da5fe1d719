/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What this process may do: at the start, and once the probes are attached. */
#ifndef SOT_CAPABILITIES_H
#define SOT_CAPABILITIES_H

#include <stdbool.h>
#include <sys/capability.h>

/* linux/capability.h of Linux 5.8; older headers lack them */
#define SOT_CAP_PERFMON 38
#define SOT_CAP_BPF 39

bool sot_have_capability(cap_value_t cap);

/*
 * Gives up, for good, all that a tracer that is attached has no use for; see docs/INTERNALS.md,
 * "Capabilities". Processes forked before keep what they have. Returns 0, or a negative errno
 * after telling the user.
 */
int sot_drop_capabilities(bool runs_command, bool names_containers);

/* The same, of all of them: for a replay, once its files are open. */
int sot_drop_all_capabilities(void);

/* The same, of all but what reads others' files: for the process that reads rules. */
int sot_keep_reading(void);

#endif

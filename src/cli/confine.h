/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which system calls are left to a tracer that is attached. */
#ifndef SOT_CONFINE_H
#define SOT_CONFINE_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Installs a seccomp filter, for good: all that is not in the table of confine.c fails with EPERM.
 * Processes forked before are not touched. command: its pid, to be sent signals; 0: none. Needs
 * no_new_privs. Returns 0, also where the kernel has no filters; or a negative errno after telling
 * the user.
 */
int sot_confine(pid_t command, bool names_containers);

/* The same for a process that reads files of rules and hands them on. Tells nobody. */
int sot_confine_to_reading(void);

#endif

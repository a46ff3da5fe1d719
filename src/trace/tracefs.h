/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SOT_TRACEFS_H
#define SOT_TRACEFS_H

/*
 * The id of a tracepoint, such as "syscalls/sys_enter_setsockopt", or a negative errno.
 * Where tracefs is not mounted a mount of our own is used that nobody else sees.
 */
int sot_tracepoint_id(const char *tracepoint);

/* 0 if there is such a file, else a negative errno. */
int sot_tracefs_has(const char *file);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which events of a recording are wanted: what the kernel's side decides while it traces. Pure. */
#ifndef SOT_SELECT_H
#define SOT_SELECT_H

#include "config.h"
#include "recording.h"

/* By -p, -u, -n, -e, -x and --privileged, with the meaning that they have for the kernel. */
bool sot_select_event(const struct sot_config *cfg, const struct sot_machine *machine,
		      const struct sot_event *ev);

/* By --cgroup and --container; path: of the event's group, as in /proc/PID/cgroup. */
bool sot_select_cgroup(const struct sot_config *cfg, const char *path);

#endif

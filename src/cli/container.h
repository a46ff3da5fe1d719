/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which container a task is in: from its namespaces and the path of its cgroup. */
#ifndef SOT_CONTAINER_H
#define SOT_CONTAINER_H

#include <stdbool.h>

#include "record.h"

struct sot_containers;

/* NULL when out of memory. */
struct sot_containers *sot_containers__new(void);
/* Whether cgroups can be asked for here, which takes CAP_DAC_READ_SEARCH. */
bool sot_containers__ask(const struct sot_containers *containers);
/* Sets rec->container and rec->container_id, which lives until the next call. */
void sot_containers__find(struct sot_containers *containers, struct sot_record *rec);
/*
 * Opens the folder of a group: by its path in the cgroup2 hierarchy, or (is_container) by the first
 * digits of a container's id. Returns a descriptor, the caller's, or a negative errno, told.
 */
int sot_cgroup_open(const char *name, bool is_container);

/* NULL is allowed. */
void sot_containers__free(struct sot_containers *containers);

#endif

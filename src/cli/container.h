/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which container a task is in: from its namespaces and the path of its cgroup. */
#ifndef SOT_CONTAINER_H
#define SOT_CONTAINER_H

#include <stdbool.h>

#include "config.h"
#include "record.h"

struct sot_containers;

/* The path of the group with this id, from the root of its hierarchy; "": it is not known. */
typedef void (*sot_cgroup_fn)(void *context, uint64_t id, const char *path);

/* NULL when out of memory. */
struct sot_containers *sot_containers__new(void);
/* fn is told of each group before it is used, of those outside of containers, too. */
void sot_containers__on_cgroup(struct sot_containers *containers, sot_cgroup_fn fn, void *context);
/* The paths of groups are wanted, too, of those outside of containers as well. */
void sot_containers__want_paths(struct sot_containers *containers);
/* The mount namespace of this machine's pid 1. */
uint32_t sot_containers__host_mnt_ns(const struct sot_containers *containers);

/* From a recording: this machine is asked no more. cfg: which groups are wanted. */
void sot_containers__replay(struct sot_containers *containers, const struct sot_config *cfg,
			    uint32_t host_mnt_ns);
/* The event's group is one that cfg wants, as far as it was learnt. */
bool sot_containers__wanted(const struct sot_containers *containers, const struct sot_event *ev);
void sot_containers__learn(struct sot_containers *containers, uint64_t id, const char *path);
/* Whether cgroups can be asked for here, which takes CAP_DAC_READ_SEARCH. */
bool sot_containers__ask(const struct sot_containers *containers);
/* Sets rec->container, container_facts and cgroup_path, which live until the next call. */
void sot_containers__find(struct sot_containers *containers, struct sot_record *rec);
/*
 * Opens the folder of a group: by its path in the cgroup2 hierarchy, or (is_container) by the first
 * digits of a container's id. Returns a descriptor, the caller's, or a negative errno, told.
 */
int sot_cgroup_open(const char *name, bool is_container);

/* NULL is allowed. */
void sot_containers__free(struct sot_containers *containers);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is to be known of the running kernel before the programs are loaded. */
#ifndef SOT_KERNEL_FACTS_H
#define SOT_KERNEL_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "effect.h"

struct sot_kernel_types;

#define SOT_FUNCTIONS_MAX 24

struct sot_kernel_facts {
	struct sot_place places[SOT_EFFECTS_MAX][SOT_EFFECT_PLACES]; /* by enum sot_effect_id */
	struct sot_number plain_places[SOT_PLAIN_PLACES];	     /* by the same, + 1 */
	uint64_t tick_ns;					     /* a jiffy */
	bool filter_takes_sockptr;				     /* since 6.7 */
	bool has_jit; /* BPF programs may call functions of the kernel's */
	/* The kernel's types, until they are freed; NULL: it has none. */
	struct sot_kernel_types *types;
	struct {
		const char *name;
		uint32_t id; /* in the kernel's BTF */
	} function[SOT_FUNCTIONS_MAX];
	size_t functions;
};

/* Where a cgroup's BPF program may rewrite a call; with CONFIG_CGROUP_BPF. */
#define SOT_CGROUP_FILTER "__cgroup_bpf_run_filter_setsockopt"

/* Of a kernel without BTF nothing is known but the tick; loading will say why. */
void sot_kernel_facts__find(struct sot_kernel_facts *facts);

/* To be asked for that function later, when the types are gone. */
void sot_kernel_facts__note(struct sot_kernel_facts *facts, const char *function);

/* Its id in the kernel's BTF; 0: the kernel has none of that name, or it was not noted. */
uint32_t sot_kernel_facts__function(const struct sot_kernel_facts *facts, const char *function);

/* They take some megabytes, and are not needed once all is noted and CO-RE has its own. */
void sot_kernel_facts__free_types(struct sot_kernel_facts *facts);

#endif

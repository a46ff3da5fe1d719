/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is to be known of the running kernel before the programs are loaded. */
#ifndef SOT_KERNEL_FACTS_H
#define SOT_KERNEL_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "effect.h"

struct btf;

struct sot_kernel_facts {
	struct sot_place places[SOT_EFFECTS_MAX][SOT_EFFECT_PLACES]; /* by enum sot_effect_id */
	uint64_t tick_ns;					     /* a jiffy */
	struct btf *btf;	   /* the kernel's types; NULL: it has none */
	bool filter_takes_sockptr; /* since 6.7 */
};

/* Where a cgroup's BPF program may rewrite a call; with CONFIG_CGROUP_BPF. */
#define SOT_CGROUP_FILTER "__cgroup_bpf_run_filter_setsockopt"

/* Has the kernel a function of that name? */
bool sot_kernel_facts__has(const struct sot_kernel_facts *facts, const char *function);

void sot_kernel_facts__free(struct sot_kernel_facts *facts);

/* Of a kernel without BTF nothing is known but the tick; loading will say why. */
void sot_kernel_facts__find(struct sot_kernel_facts *facts);

#endif

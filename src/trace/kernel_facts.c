/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel_facts.h"

#include <bpf/btf.h>
#include <string.h>
#include <time.h>

#include "kernel_field.h"

#define FILTER_OPTVAL 3 /* its parameter, from 0 on */

/* A jiffy in ns: what the coarse clocks advance by (kernel/time/posix-timers.c). */
static uint64_t tick_ns(void)
{
	struct timespec tick;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) || !tick.tv_nsec)
		return 1;
	return (uint64_t)tick.tv_nsec;
}

static void find_effects(struct sot_kernel_facts *facts, struct sot_kernel_types *kernel)
{
	size_t id, i;

	for (id = 0; id < SOT_EFFECT_COUNT; id++) {
		const struct sot_effect *effect = &sot_effects[id];

		for (i = 0; i < SOT_EFFECT_PLACES && effect->place[i]; i++) {
			if (sot_kernel_field(kernel, sot_effect_roots[effect->root],
					     effect->place[i], &facts->places[id][i])) {
				/* half of a state is none */
				memset(facts->places[id], 0, sizeof(facts->places[id]));
				break;
			}
			facts->places[id][i].in_jiffies = sot_effect_in_jiffies(effect, i);
		}
	}
}

void sot_kernel_facts__find(struct sot_kernel_facts *facts)
{
	struct btf *btf = btf__load_vmlinux_btf();
	struct sot_kernel_types kernel = { .btf = btf };

	facts->tick_ns = tick_ns();
	if (!btf)
		return;
	find_effects(facts, &kernel);
	facts->filter_takes_sockptr =
		sot_kernel_takes_struct(btf, SOT_CGROUP_FILTER, FILTER_OPTVAL);
	facts->btf = btf;
}

bool sot_kernel_facts__has(const struct sot_kernel_facts *facts, const char *function)
{
	return facts->btf && sot_kernel_has_function(facts->btf, function);
}

void sot_kernel_facts__free(struct sot_kernel_facts *facts)
{
	btf__free(facts->btf); /* takes NULL */
	facts->btf = NULL;
}

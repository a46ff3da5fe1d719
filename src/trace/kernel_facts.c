/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel_facts.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel_field.h"
#include "kernel_types.h"

#define FILTER_OPTVAL 3 /* its parameter, from 0 on */

/* A jiffy in ns: what the coarse clocks advance by (kernel/time/posix-timers.c). */
static uint64_t tick_ns(void)
{
	struct timespec tick;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) || !tick.tv_nsec)
		return 1;
	return (uint64_t)tick.tv_nsec;
}

static void find_effects(struct sot_kernel_facts *facts, const struct sot_kernel_types *kernel)
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
		facts->plain_places[id + 1] = sot_plain_place(facts->places[id]);
	}
}

/* Without it the kernel takes no program that calls one of its functions (bpf_prog_select_runtime). */
static bool has_jit(void)
{
	int fd = open("/proc/sys/net/core/bpf_jit_enable", O_RDONLY | O_CLOEXEC);
	char mode = '0';
	bool known = fd >= 0 && read(fd, &mode, 1) == 1;

	if (fd >= 0)
		close(fd);
	return known && mode != '0';
}

void sot_kernel_facts__find(struct sot_kernel_facts *facts)
{
	struct sot_kernel_types *types = sot_kernel_types__read(SOT_KERNEL_BTF);

	facts->tick_ns = tick_ns();
	if (!types)
		return;
	find_effects(facts, types);
	facts->filter_takes_sockptr =
		sot_kernel_takes_struct(types, SOT_CGROUP_FILTER, FILTER_OPTVAL);
	facts->types = types;
	facts->has_jit = has_jit();
}

void sot_kernel_facts__note(struct sot_kernel_facts *facts, const char *function)
{
	uint32_t id;

	if (!facts->types || sot_kernel_facts__function(facts, function) ||
	    facts->functions == SOT_FUNCTIONS_MAX)
		return;
	id = sot_kernel_types__find(facts->types, function, BTF_KIND_FUNC);
	if (!id)
		return;
	facts->function[facts->functions].name = function;
	facts->function[facts->functions++].id = id;
}

uint32_t sot_kernel_facts__function(const struct sot_kernel_facts *facts, const char *function)
{
	size_t i;

	for (i = 0; i < facts->functions; i++)
		if (!strcmp(facts->function[i].name, function))
			return facts->function[i].id;
	return 0;
}

void sot_kernel_facts__free_types(struct sot_kernel_facts *facts)
{
	sot_kernel_types__free(facts->types); /* takes NULL */
	facts->types = NULL;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Names of network interfaces, where we can know them: those of our own network namespace, or what
 * a recording tells.
 */
#ifndef SOT_INTERFACES_H
#define SOT_INTERFACES_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#define SOT_INTERFACES_KEPT 64

/* The name that an interface has from now on; "": there is none of this index. */
typedef void (*sot_interface_fn)(void *context, uint32_t net_ns, uint32_t index, const char *name);

struct sot_interfaces {
	uint32_t net_ns;     /* our own namespace's inode; 0: not known */
	bool replayed;	     /* the kernel is not asked: what there is was learnt */
	sot_interface_fn fn; /* told of each name that was not known before; NULL: nobody */
	void *context;
	struct {
		uint32_t net_ns, index; /* index 0: free */
		int64_t until_ns;	/* CLOCK_MONOTONIC: asked again after it */
		char name[IF_NAMESIZE]; /* "": there is none of this index */
	} kept[SOT_INTERFACES_KEPT];
};

void sot_interfaces__init(struct sot_interfaces *interfaces);
/* From a recording: the kernel is asked no more. */
void sot_interfaces__learn(struct sot_interfaces *interfaces, uint32_t net_ns, uint32_t index,
			   const char *name);
/* For struct sot_decode_options; context: the struct sot_interfaces. */
const char *sot_interfaces__name(void *context, uint32_t net_ns, uint32_t index);

#endif

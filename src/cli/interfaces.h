/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Names of network interfaces, where we can know them: those of our own network namespace. */
#ifndef SOT_INTERFACES_H
#define SOT_INTERFACES_H

#include <net/if.h>
#include <stdint.h>

#define SOT_INTERFACES_KEPT 64

struct sot_interfaces {
	uint32_t net_ns; /* our own namespace's inode; 0: not known */
	struct {
		uint32_t index;		/* 0: free */
		int64_t until_ns;	/* CLOCK_MONOTONIC: asked again after it */
		char name[IF_NAMESIZE]; /* "": there is none of this index */
	} kept[SOT_INTERFACES_KEPT];
};

void sot_interfaces__init(struct sot_interfaces *interfaces);
/* For struct sot_decode_options; context: the struct sot_interfaces. */
const char *sot_interfaces__name(void *context, uint32_t net_ns, uint32_t index);

#endif

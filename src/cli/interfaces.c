/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "interfaces.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* How long a name is believed: interfaces are renamed, and their indexes given to others. */
#define BELIEVED_NS 1000000000LL

void sot_interfaces__init(struct sot_interfaces *interfaces)
{
	struct stat st;

	memset(interfaces, 0, sizeof(*interfaces));
	if (!stat("/proc/self/ns/net", &st))
		interfaces->net_ns = (uint32_t)st.st_ino;
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

void sot_interfaces__learn(struct sot_interfaces *interfaces, uint32_t net_ns, uint32_t index,
			   const char *name)
{
	size_t slot = index % SOT_INTERFACES_KEPT;

	interfaces->kept[slot].net_ns = net_ns;
	interfaces->kept[slot].index = index;
	snprintf(interfaces->kept[slot].name, sizeof(interfaces->kept[slot].name), "%s", name);
	if (interfaces->fn)
		interfaces->fn(interfaces->context, net_ns, index, name);
}

/* Asked anew; nobody is told what was known already. */
static void ask(struct sot_interfaces *interfaces, uint32_t index)
{
	size_t slot = index % SOT_INTERFACES_KEPT;
	char name[IF_NAMESIZE];

	if (!if_indextoname(index, name))
		name[0] = '\0';
	if (interfaces->kept[slot].index != index || strcmp(interfaces->kept[slot].name, name))
		sot_interfaces__learn(interfaces, interfaces->net_ns, index, name);
}

/* The same index means another interface in another namespace, where we cannot ask. */
const char *sot_interfaces__name(void *context, uint32_t net_ns, uint32_t index)
{
	struct sot_interfaces *interfaces = context;
	size_t slot = index % SOT_INTERFACES_KEPT;
	int64_t now;

	if (!index || !net_ns || (!interfaces->replayed && net_ns != interfaces->net_ns))
		return NULL;
	if (!interfaces->replayed) {
		now = now_ns();
		if (interfaces->kept[slot].index != index ||
		    interfaces->kept[slot].until_ns < now) {
			ask(interfaces, index);
			interfaces->kept[slot].until_ns = now + BELIEVED_NS;
		}
	}
	if (interfaces->kept[slot].index != index || interfaces->kept[slot].net_ns != net_ns)
		return NULL;
	return *interfaces->kept[slot].name ? interfaces->kept[slot].name : NULL;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "record.h"

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/*
 * docker-ID.scope, cri-containerd-ID.scope, crio-ID.scope, libpod-ID.scope, /docker/ID:
 * Docker, containerd, CRI-O and Podman all name the group by 64 hexadecimal digits.
 */
const char *sot_container_in_path(const char *path)
{
	const char *found = NULL, *p;
	size_t run = 0;

	for (p = path; *p; p++) {
		run = is_hex(*p) ? run + 1 : 0;
		if (run == SOT_CONTAINER_ID_LEN && !is_hex(p[1]))
			found = p + 1 - SOT_CONTAINER_ID_LEN;
	}
	return found;
}

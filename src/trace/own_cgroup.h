/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A socket of a cgroup of our own, with a BPF program of our own: what the self-test reaches those
 * functions with that the kernel calls only for such programs. The cgroup has no name any more once
 * this is open, the program is gone with the socket's last user: nobody else comes by it.
 */
#ifndef SOT_OWN_CGROUP_H
#define SOT_OWN_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

struct sot_own_cgroup {
	int socket_fd;	       /* of it; -1: none */
	int filter_fd;	       /* a link: of its setsockopt; -1: none */
	int connect_fd;	       /* the same: of its connect */
	uint64_t socket;       /* inode number */
	bool calls_at_connect; /* bpf_setsockopt is called there, else at setsockopt */
};

/*
 * Needs CAP_BPF, CAP_NET_ADMIN and CAP_SYS_ADMIN. 0, or a negative errno; then nothing is open. Takes
 * processes of its own for a moment, which remove the cgroup's name even if we are killed.
 */
int sot_own_cgroup__open(struct sot_own_cgroup *own);

/* The program turns the option into one that the kernel has not: ENOPROTOOPT is its answer. */
#define SOT_OWN_CGROUP_ANSWER ENOPROTOOPT

/* Takes what is not open, too; then nothing is. */
void sot_own_cgroup__close(struct sot_own_cgroup *own);

#endif

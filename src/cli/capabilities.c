/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "capabilities.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "message.h"

bool sot_have_capability(cap_value_t cap)
{
	cap_t caps = cap_get_proc();
	cap_flag_value_t set = CAP_CLEAR;

	if (caps) {
		cap_get_flag(caps, cap, CAP_EFFECTIVE, &set);
		cap_free(caps);
	}
	return set == CAP_SET;
}

/* What is to be kept, and is there; the inheritable set stays empty. */
static int keep(cap_t caps, cap_value_t cap)
{
	if (!sot_have_capability(cap))
		return 0;
	return cap_set_flag(caps, CAP_PERMITTED, 1, &cap, CAP_SET) ||
			       cap_set_flag(caps, CAP_EFFECTIVE, 1, &cap, CAP_SET) ?
		       -errno :
		       0;
}

static int keep_needed(cap_t caps, bool runs_command, bool names_containers)
{
	/* Without it 5.10 lets no bpf() call through (kernel/bpf/syscall.c), and we go on to look
	 * into maps. Who was let in by CAP_SYS_ADMIN may have nothing else. */
	int err = keep(caps, sot_have_capability(SOT_CAP_BPF) ? SOT_CAP_BPF : CAP_SYS_ADMIN);

	if (!err && names_containers)
		err = keep(caps, CAP_DAC_READ_SEARCH); /* open_by_handle_at: fs/fhandle.c */
	if (!err && runs_command)
		err = keep(caps, CAP_KILL); /* to another user's process: kernel/signal.c */
	return err;
}

/* Without CAP_SETPCAP it stays, and is of no use: no_new_privs lets no program gain from it. */
static int empty_bounding_set(void)
{
	cap_value_t cap;

	if (!sot_have_capability(CAP_SETPCAP))
		return 0;
	for (cap = 0; cap_get_bound(cap) >= 0; cap++)
		if (cap_drop_bound(cap))
			return -errno;
	return errno == EINVAL ? 0 : -errno; /* EINVAL: beyond the kernel's last */
}

/* The ambient set goes with the inheritable one (security/commoncap.c: cap_capset). */
static int drop_but(cap_t caps)
{
	int err = empty_bounding_set();

	if (err)
		return err;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || cap_set_proc(caps) ? -errno : 0;
}

/* Frees caps; err: what filling it came to. */
static int drop(cap_t caps, int err)
{
	err = caps ? err ?: drop_but(caps) : -ENOMEM;
	if (caps)
		cap_free(caps);
	if (err)
		sot_error("cannot give up the capabilities that are needed no more: %s; run it "
			  "where prctl(2) and capset(2) are allowed",
			  strerror(-err));
	return err;
}

int sot_drop_capabilities(bool runs_command, bool names_containers)
{
	cap_t caps = cap_init();

	return drop(caps, caps ? keep_needed(caps, runs_command, names_containers) : 0);
}

int sot_drop_all_capabilities(void)
{
	return drop(cap_init(), 0);
}

int sot_keep_reading(void)
{
	cap_t caps = cap_init();

	return drop(caps, caps ? keep(caps, CAP_DAC_READ_SEARCH) : 0);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which capabilities the kernel asks for during a call, for --audit. The programs run for all of the
 * machine's checks: a task outside of setsockopt pays for one look-up, or for two once io_uring was
 * asked to set an option.
 */
#ifndef SOT_CHECKS_BPF_H
#define SOT_CHECKS_BPF_H

#include "thread.bpf.h"

#define CAP_OPT_NOAUDIT (1 << 1) /* include/linux/security.h */

/* What asks for a capability hands over: the same for security_capable and cap_capable. */
struct check {
	const struct cred *cred;
	struct user_namespace *target;
	__u32 capability, opts;
};

/* As security/commoncap.c: cap_capable decides, which security modules may deny afterwards. */
static __always_inline bool cred_holds(const struct check *check)
{
	const struct cred *cred = check->cred;
	const struct user_namespace *own = BPF_CORE_READ(cred, user_ns), *ns = check->target;
	__u32 euid = BPF_CORE_READ(cred, euid.val), i;
	int level = BPF_CORE_READ(own, level);
	__u64 caps = 0;

	BPF_CORE_READ_INTO(&caps, cred, cap_effective); /* its members were renamed in 6.3 */

#pragma clang loop unroll(disable)
	for (i = 0; i <= USER_NS_LEVELS; i++) {
		const struct user_namespace *parent;

		if (ns == own)
			return caps >> (check->capability & 63) & 1;
		if (BPF_CORE_READ(ns, level) <= level)
			return false;
		parent = BPF_CORE_READ(ns, parent);
		if (parent == own && BPF_CORE_READ(ns, owner.val) == euid)
			return true;
		ns = parent;
	}
	return false;
}

/* So far may the section reach: behind it may stand the value of return. */
#define CHECKS_LAST_OFF (BEFORE_VALUE - SOT_CHECKS_MAX * sizeof(struct sot_check) + 2 * snapshot)

/* Room for one more, behind all that is there already; the last place is the last one's. */
static __always_inline struct sot_check *next_check(struct sot_event *ev)
{
	__u64 off = ev->checks.off, i = ev->checks_made;

	if (!off) {
		off = (ev->size + 7) & ~7U;
		ev->checks.off = off;
		ev->size = off + SOT_CHECKS_MAX * sizeof(struct sot_check);
	}
	if (i > SOT_CHECKS_MAX - 1)
		i = SOT_CHECKS_MAX - 1;
	KNOWN_AT_MOST(off, CHECKS_LAST_OFF);
	KNOWN_AT_MOST(i, SOT_CHECKS_MAX - 1);
	ev->checks.len = (i + 1) * sizeof(struct sot_check);
	return (struct sot_check *)((char *)ev + off + i * sizeof(struct sot_check));
}

static __always_inline void add_check(struct sot_event *ev, const struct check *check, __u8 outcome)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	const struct user_namespace *target = check->target;
	const struct cred *cred = check->cred;
	struct sot_check *to = next_check(ev);

	ev->checks_made++;
	to->user_ns = BPF_CORE_READ(target, ns.inum);
	to->level = BPF_CORE_READ(target, level);
	to->cred_level = BPF_CORE_READ(cred, user_ns, level);
	to->capability = check->capability;
	if (check->opts & CAP_OPT_NOAUDIT)
		outcome |= SOT_CHECK_UNAUDITED;
	if (cred != BPF_CORE_READ(task, cred))
		outcome |= SOT_CHECK_OF_ANOTHER;
	to->outcome = outcome;
}

/* At its return. A denial that is not the capability's own is a security module's. */
static __always_inline int checked(const struct check *check, int ret)
{
	struct sot_event *ev;

	if (is_self_test(SOT_HOOK_CAPABLE_EXIT))
		return 0;
	ev = own_call();
	if (!ev)
		return 0;
	add_check(ev, check,
		  SOT_CHECK_SEEN | (!ret	      ? SOT_CHECK_GRANTED :
				    cred_holds(check) ? SOT_CHECK_OVERRULED :
							0));
	return 0;
}

/* By kprobe: what is asked is told at entry, the answer at return. */
static __always_inline int check_begins(const struct check *check)
{
	struct sot_event *ev = is_self_test(SOT_HOOK_CAPABLE) ? NULL : own_call();

	if (ev)
		add_check(ev, check, 0);
	return 0;
}

static __always_inline int check_ends(long ret)
{
	struct sot_event *ev = is_self_test(SOT_HOOK_CAPABLE_EXIT) ? NULL : own_call();
	struct sot_check *last;
	__u64 off, len;

	if (!ev || !ev->checks.len)
		return 0;
	off = ev->checks.off;
	len = ev->checks.len - sizeof(*last);
	KNOWN_AT_MOST(off, CHECKS_LAST_OFF);
	KNOWN_AT_MOST(len, (SOT_CHECKS_MAX - 1) * sizeof(*last));
	last = (struct sot_check *)((char *)ev + off + len);
	last->outcome |= SOT_CHECK_SEEN | ((__s32)ret ? 0 : SOT_CHECK_GRANTED);
	return 0;
}

/* A security module refuses the call itself. */
static __always_inline int call_refused(int ret)
{
	struct sot_event *ev;

	if (is_self_test(SOT_HOOK_LSM) || !ret)
		return 0;
	ev = own_call();
	if (ev)
		ev->refused = ret;
	return 0;
}

#endif

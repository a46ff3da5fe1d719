/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* With what authority: what the option needs, and whether the caller had it. */
#include "privilege.h"

#include <errno.h>

static enum sot_known known(bool is)
{
	return is ? SOT_YES : SOT_NO;
}

/*
 * Has the caller one of these capabilities in the user namespace that owns the socket's network
 * namespace? As security/commoncap.c: cap_capable looks for it, from the target upwards.
 */
static enum sot_known held_over_net(const struct sot_event *ev, uint64_t caps)
{
	bool raised = ev->cap_effective & caps;

	if (!(ev->have & SOT_HAVE_SOCK_USER_NS))
		return SOT_UNKNOWN;
	if (ev->sock_user_ns == ev->user_ns)
		return known(raised);
	if (ev->sock_user_ns_level <= ev->user_ns_level)
		return SOT_NO;
	if (ev->user_ns_level)
		return SOT_UNKNOWN; /* is it above the socket's, or beside? */
	if (raised)
		return SOT_YES; /* the initial one is above all */
	if (ev->sock_user_ns_level > 1 || !(ev->have & SOT_HAVE_CRED))
		return SOT_UNKNOWN; /* who owns the one next to the initial one? */
	return known(ev->sock_user_ns_owner == ev->euid);
}

static enum sot_known held(const struct sot_record *rec, uint64_t required)
{
	const struct sot_option *option = rec->option;
	const struct sot_event *ev = rec->ev;

	if (!option || !required || rec->by_program || !(ev->have & SOT_HAVE_CAPS) ||
	    !(ev->have & SOT_HAVE_USER_NS))
		return SOT_UNKNOWN;
	if (option->cap_scope == SOT_CAP_NETNS)
		return held_over_net(ev, required);
	return known(!ev->user_ns_level && (ev->cap_effective & required));
}

const char *sot_verdict_text(enum sot_verdict verdict)
{
	static const char *const texts[] = {
		[SOT_VERDICT_HOST] = "host-privileged",
		[SOT_VERDICT_HOST_OVER_CHILD] = "host-privileged-over-child",
		[SOT_VERDICT_USERNS] = "userns-granted",
		[SOT_VERDICT_ROOT_USERNS] = "root-userns-granted",
		[SOT_VERDICT_DENIED] = "denied",
		[SOT_VERDICT_LSM_DENIED] = "lsm-denied",
		[SOT_VERDICT_NONE] = "none",
	};

	return texts[verdict];
}

static enum sot_verdict granted_by(const struct sot_event *ev, const struct sot_check *check)
{
	if (!check->level)
		return SOT_VERDICT_HOST;
	if (!check->cred_level)
		return SOT_VERDICT_HOST_OVER_CHILD;
	if (!(ev->have & SOT_HAVE_ANCESTOR))
		return SOT_VERDICT_UNKNOWN;
	return ev->user_ns_ancestor_owner ? SOT_VERDICT_USERNS : SOT_VERDICT_ROOT_USERNS;
}

/* What decided: the last that was granted to the caller, the last that was denied. */
struct decisive {
	const struct sot_check *granted, *denied;
	bool unclear; /* what is not seen, or another's, may have decided */
};

static struct decisive find_decisive(const struct sot_privilege *privilege)
{
	struct decisive found = { .unclear = privilege->checks_more };
	const struct sot_check *check;
	size_t i;

	for (i = 0; i < privilege->checks_count; i++) {
		check = &privilege->checks[i];
		if (!(check->outcome & SOT_CHECK_GRANTED)) {
			if (!(check->outcome & SOT_CHECK_UNAUDITED))
				found.denied = check;
		} else if (check->outcome & SOT_CHECK_OF_ANOTHER) {
			found.unclear = true;
		} else {
			found.granted = check;
		}
	}
	return found;
}

/* A check that denies one capability may be followed by one that grants another which will do. */
static enum sot_verdict verdict(const struct sot_event *ev, const struct sot_privilege *privilege)
{
	const struct decisive found = find_decisive(privilege);
	bool returned = ev->have & SOT_HAVE_RET;
	bool refused = returned && (ev->ret == -EPERM || ev->ret == -EACCES);

	if (ev->refused)
		return SOT_VERDICT_LSM_DENIED;
	if (found.granted && !(refused && found.denied > found.granted)) {
		/* cap_capable has granted it; a security module may have refused it afterwards */
		if (refused && ev->check_source == SOT_CHECKS_BY_CAP)
			return SOT_VERDICT_UNKNOWN;
		return granted_by(ev, found.granted);
	}
	if (found.unclear && !(refused && found.denied))
		return SOT_VERDICT_UNKNOWN;
	if (!found.denied || (returned && ev->ret >= 0))
		return SOT_VERDICT_NONE;
	return found.denied->outcome & SOT_CHECK_OVERRULED ? SOT_VERDICT_LSM_DENIED :
							     SOT_VERDICT_DENIED;
}

/* The kernel looked at no capability of a call that it took, and nobody changed the call. */
static bool passed_unasked(const struct sot_event *ev, const struct sot_privilege *privilege)
{
	return !privilege->checks_count && !privilege->checks_more && (ev->have & SOT_HAVE_RET) &&
	       ev->ret >= 0 && !(ev->have & SOT_HAVE_FILTER);
}

static const char *disagreement(const struct sot_record *rec, const struct sot_privilege *privilege)
{
	bool granted = false, denied = false;
	const struct sot_check *check;
	size_t i;

	/*
	 * netfilter's tables ask for CAP_NET_ADMIN before they look which option it is: do_ebt_set_ctl
	 * (net/bridge/netfilter/ebtables.c), do_ip_vs_set_ctl (net/netfilter/ipvs/ip_vs_ctl.c).
	 */
	if (!rec->option || (rec->option->flags & SOT_OPT_GET_ONLY))
		return NULL;
	for (i = 0; i < privilege->checks_count; i++) {
		check = &privilege->checks[i];
		if (check->outcome & (SOT_CHECK_UNAUDITED | SOT_CHECK_OF_ANOTHER))
			continue;
		if (!(privilege->required >> (check->capability & 63) & 1))
			return "the kernel asked for a capability that the catalogue does not name";
		granted |= check->outcome & SOT_CHECK_GRANTED;
		denied |= !(check->outcome & (SOT_CHECK_GRANTED | SOT_CHECK_OVERRULED));
	}
	if (privilege->required && !rec->option->cap_when && passed_unasked(rec->ev, privilege))
		return "the catalogue says that a capability is always needed, and none was asked "
		       "for";
	if (privilege->held == SOT_NO && granted)
		return "a capability was granted that the credentials do not hold, as they were "
		       "read";
	if (privilege->held == SOT_YES && denied && !granted)
		return "a capability was denied that the credentials hold, as they were read";
	return NULL;
}

/* Those whose answer was seen; of kprobes, a return may have been missed. */
static void find_checks(const struct sot_event *ev, struct sot_privilege *privilege)
{
	const struct sot_check *checks = (const void *)((const char *)ev + ev->checks.off);
	size_t count = ev->checks.len / sizeof(*checks);

	privilege->checks_known = ev->check_source != SOT_CHECKS_UNSEEN;
	privilege->checks = checks;
	while (privilege->checks_count < count &&
	       (checks[privilege->checks_count].outcome & SOT_CHECK_SEEN))
		privilege->checks_count++;
	privilege->checks_more = ev->checks_made - (uint32_t)privilege->checks_count;
}

void sot_judge_privilege(struct sot_record *rec)
{
	struct sot_privilege *privilege = &rec->privilege;
	int release = rec->options ? rec->options->kernel_release : 0;
	uint64_t required = rec->option ? sot_option_caps(rec->option, release) : 0;

	*privilege = (struct sot_privilege){ .required = required, .held = held(rec, required) };
	find_checks(rec->ev, privilege);
	if (!privilege->checks_known)
		return;
	privilege->verdict = verdict(rec->ev, privilege);
	privilege->disagreement = disagreement(rec, privilege);
}

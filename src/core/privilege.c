/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* With what authority: what the option needs, and whether the caller had it. */
#include "privilege.h"

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

static enum sot_known held(const struct sot_record *rec)
{
	const struct sot_option *option = rec->option;
	const struct sot_event *ev = rec->ev;

	if (!option || !option->caps || rec->by_program || !(ev->have & SOT_HAVE_CAPS) ||
	    !(ev->have & SOT_HAVE_USER_NS))
		return SOT_UNKNOWN;
	if (option->cap_scope == SOT_CAP_NETNS)
		return held_over_net(ev, option->caps);
	return known(!ev->user_ns_level && (ev->cap_effective & option->caps));
}

void sot_judge_privilege(struct sot_record *rec)
{
	rec->privilege = (struct sot_privilege){
		.required = rec->option ? rec->option->caps : 0,
		.held = held(rec),
	};
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The part of a JSON record that says who made the call and with what authority. */
#include <string.h>

#include "emit.h"
#include "names.h"

static void put_capability(struct sot_buf *buf, unsigned int cap)
{
	if (sot_capability_name(cap)) {
		sot_json_string(buf, sot_capability_name(cap));
		return;
	}
	sot_buf_str(buf, "\"CAP_"); /* newer than we are */
	sot_buf_uint(buf, cap);
	sot_buf_char(buf, '"');
}

static void put_capabilities(struct sot_buf *buf, uint64_t caps)
{
	unsigned int i;
	bool first = true;

	sot_buf_char(buf, '[');
	for (; caps; caps &= caps - 1) {
		i = (unsigned int)__builtin_ctzll(caps);
		if (!first)
			sot_buf_char(buf, ',');
		first = false;
		put_capability(buf, i);
	}
	sot_buf_char(buf, ']');
}

static void put_capabilities_if(struct sot_buf *buf, const char *key, bool known, uint64_t caps)
{
	sot_json_key(buf, key);
	if (known)
		put_capabilities(buf, caps);
	else
		sot_buf_str(buf, "null");
}

/* ,"key":{"inode":...,"level":...,"ownerUid":...  and not closed; or null and false */
static bool open_user_namespace(struct sot_buf *buf, const char *key, bool known, uint32_t inode,
				uint32_t level, uint32_t owner)
{
	sot_json_key(buf, key);
	if (!known) {
		sot_buf_str(buf, "null");
		return false;
	}
	sot_buf_str(buf, "{\"inode\":");
	sot_buf_uint(buf, inode);
	sot_json_uint_if(buf, "level", true, level);
	sot_json_uint_if(buf, "ownerUid", true, owner);
	return true;
}

static void put_user_namespace(const struct sot_event *ev, struct sot_buf *buf)
{
	if (!open_user_namespace(buf, "userNamespace", ev->have & SOT_HAVE_USER_NS, ev->user_ns,
				 ev->user_ns_level, ev->user_ns_owner))
		return;
	sot_json_bool_if(buf, "initial", true, !ev->user_ns_level);
	sot_json_uint_if(buf, "ancestorOwnerUid", ev->have & SOT_HAVE_ANCESTOR,
			 ev->user_ns_ancestor_owner);
	sot_buf_char(buf, '}');
}

void sot_json_net_owner(const struct sot_event *ev, struct sot_buf *buf)
{
	if (open_user_namespace(buf, "netNamespaceOwner", ev->have & SOT_HAVE_SOCK_USER_NS,
				ev->sock_user_ns, ev->sock_user_ns_level, ev->sock_user_ns_owner))
		sot_buf_char(buf, '}');
	sot_json_bool_if(buf, "foreignNetNamespace",
			 (ev->have & SOT_HAVE_NET_NS) && (ev->have & SOT_HAVE_SOCK_NET_NS),
			 ev->net_ns != ev->sock_net_ns);
}

/* include/uapi/linux/seccomp.h: SECCOMP_MODE_*; 3 is a thread that a filter is just killing */
const char *sot_seccomp_text(uint8_t mode)
{
	static const char *const modes[] = { "disabled", "strict", "filter", "filter" };

	return mode < 4 ? modes[mode] : NULL;
}

static void put_seccomp(const struct sot_event *ev, struct sot_buf *buf)
{
	sot_json_key(buf, "seccomp");
	sot_json_string_or_null(buf,
				ev->have & SOT_HAVE_SECCOMP ? sot_seccomp_text(ev->seccomp) : NULL);
}

void sot_json_credentials(const struct sot_event *ev, struct sot_buf *buf)
{
	bool cred = ev->have & SOT_HAVE_CRED, caps = ev->have & SOT_HAVE_CAPS;

	sot_buf_str(buf, ",\"credentials\":{\"uid\":");
	if (cred)
		sot_buf_uint(buf, ev->uid);
	else
		sot_buf_str(buf, "null");
	sot_json_uint_if(buf, "euid", cred, ev->euid);
	sot_json_uint_if(buf, "gid", cred, ev->gid);
	sot_json_uint_if(buf, "egid", cred, ev->egid);
	/* (uid_t)-1: it has none, nobody logged in */
	sot_json_uint_if(buf, "loginUid",
			 (ev->have & SOT_HAVE_LOGIN_UID) && ev->login_uid != UINT32_MAX,
			 ev->login_uid);
	put_capabilities_if(buf, "capEffective", caps, ev->cap_effective);
	put_user_namespace(ev, buf);
	sot_json_bool_if(buf, "noNewPrivs", ev->have & SOT_HAVE_NO_NEW_PRIVS, ev->no_new_privs);
	sot_json_uint_if(buf, "suid", cred, ev->suid);
	sot_json_uint_if(buf, "fsuid", cred, ev->fsuid);
	sot_json_uint_if(buf, "sgid", cred, ev->sgid);
	sot_json_uint_if(buf, "fsgid", cred, ev->fsgid);
	put_capabilities_if(buf, "capPermitted", caps, ev->cap_permitted);
	put_capabilities_if(buf, "capAmbient", caps, ev->cap_ambient);
	put_seccomp(ev, buf);
	sot_json_bool_if(buf, "overridden", ev->have & SOT_HAVE_REAL_CRED, ev->overridden);
	sot_json_uint_if(buf, "realUid", ev->have & SOT_HAVE_REAL_CRED, ev->real_uid);
	sot_buf_char(buf, '}');
}

const char *sot_check_source_text(unsigned int source)
{
	return source == SOT_CHECKS_BY_SECURITY ? "security_capable" :
	       source == SOT_CHECKS_BY_CAP	? "cap_capable" :
						  NULL;
}

static void put_checks(const struct sot_privilege *privilege, struct sot_buf *buf)
{
	const struct sot_check *check = privilege->checks;
	size_t i;

	if (!privilege->checks_known) {
		sot_buf_str(buf, "null");
		return;
	}
	sot_buf_char(buf, '[');
	for (i = 0; i < privilege->checks_count; i++, check++) {
		sot_buf_str(buf, i ? ",{\"capability\":" : "{\"capability\":");
		put_capability(buf, check->capability);
		sot_json_bool_if(buf, "granted", true, check->outcome & SOT_CHECK_GRANTED);
		sot_json_uint_if(buf, "userNamespace", check->user_ns, check->user_ns);
		sot_json_uint_if(buf, "level", check->user_ns, check->level);
		sot_json_bool_if(buf, "audited", true, !(check->outcome & SOT_CHECK_UNAUDITED));
		sot_buf_char(buf, '}');
	}
	sot_buf_char(buf, ']');
}

void sot_json_privilege(const struct sot_record *rec, struct sot_buf *buf)
{
	const struct sot_privilege *privilege = &rec->privilege;

	sot_buf_str(buf, ",\"privilege\":{\"required\":");
	if (rec->option)
		put_capabilities(buf, privilege->required);
	else
		sot_buf_str(buf, "null");
	sot_json_bool_if(buf, "held", privilege->held != SOT_UNKNOWN, privilege->held == SOT_YES);
	sot_json_key(buf, "verdict");
	sot_json_string_or_null(buf, sot_verdict_text(privilege->verdict));
	sot_json_key(buf, "checks");
	put_checks(privilege, buf);
	sot_json_uint_if(buf, "checksMore", privilege->checks_known, privilege->checks_more);
	sot_json_key(buf, "source");
	sot_json_string_or_null(buf, sot_check_source_text(rec->ev->check_source));
	sot_json_key(buf, "disagreement");
	sot_json_string_or_null(buf, privilege->disagreement);
	sot_buf_char(buf, '}');
}

/* The kernel's own numbers of a device, in one word (include/linux/kdev_t.h: MAJOR, MINOR). */
#define MINOR_BITS 20

void sot_put_device(struct sot_buf *buf, uint32_t dev)
{
	sot_buf_uint(buf, dev >> MINOR_BITS);
	sot_buf_char(buf, ':');
	sot_buf_uint(buf, dev & ((1U << MINOR_BITS) - 1));
}

void sot_json_process(const struct sot_record *rec, struct sot_buf *buf)
{
	const struct sot_event *ev = rec->ev;
	bool exe = ev->have & SOT_HAVE_EXE;

	sot_buf_str(buf, ",\"process\":{\"executableInode\":");
	if (exe)
		sot_buf_uint(buf, ev->exe_inode);
	else
		sot_buf_str(buf, "null");
	sot_json_key(buf, "executableDevice");
	if (exe) {
		sot_buf_char(buf, '"');
		sot_put_device(buf, ev->exe_dev);
		sot_buf_char(buf, '"');
	} else {
		sot_buf_str(buf, "null");
	}
	sot_json_key(buf, "parentName");
	if (ev->have & SOT_HAVE_PARENT_COMM)
		sot_buf_json(buf, ev->parent_comm, strnlen(ev->parent_comm, SOT_COMM_LEN));
	else
		sot_buf_str(buf, "null");
	sot_json_key(buf, "containerRuntime");
	sot_json_string_or_null(buf, rec->container == SOT_CONTAINER_KNOWN ?
					     rec->container_facts->runtime :
					     NULL);
	sot_buf_char(buf, '}');
}

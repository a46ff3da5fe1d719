/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Values of netfilter and of multicast routing on SOL_IP and SOL_IPV6. Of tables their
 * heads: what follows are rules, each of its own length.
 */
#include <string.h>

#include "value_fields.h"

#define HOOKS_OFF 44 /* behind the four that all tables begin with */

static void put_hooks(struct sot_decoding *d, const char *key, size_t off, uint8_t size,
		      enum field_kind kind, unsigned int count)
{
	const struct field hook = { NULL, 0, size, 0, kind, NULL };

	sot_put_array(d, key, off, size, count, &hook, 1);
}

/* struct ipt_replace, ip6t_replace, arpt_replace: the same but for the hooks */
static void decode_xt_table(struct sot_decoding *d, unsigned int hooks,
			    const struct sot_named *names)
{
	const struct field head[] = {
		{ "name", 0, 32, 0, FIELD_STRING, NULL },
		{ "valid_hooks", 32, 4, 0, FIELD_BITS, names },
		{ "num_entries", 36, 4, 0, FIELD_UINT, NULL },
		{ "size", 40, 4, 0, FIELD_UINT, NULL },
	};
	const struct field tail[] = {
		{ "num_counters", 0, 4, 0, FIELD_UINT, NULL },
		{ "counters", 4, d->compat ? 4 : 8, 0, FIELD_PTR, NULL },
	};

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, head, COUNT(head)))
		return;
	if (have(d, 0, HOOKS_OFF)) {
		put_hooks(d, "hook_entry", HOOKS_OFF, 4, FIELD_HEX, hooks);
		put_hooks(d, "underflow", HOOKS_OFF + 4 * hooks, 4, FIELD_HEX, hooks);
		sot_put_fields(d, tail, COUNT(tail), HOOKS_OFF + 8 * hooks);
	}
	sot_value_close(d->value);
}

/* include/uapi/linux/netfilter.h: enum nf_inet_hooks */
void sot_decode_IPT_TABLE(struct sot_decoding *d)
{
	static const struct sot_named hooks[] = {
		{ 1, "NF_INET_PRE_ROUTING" },	{ 2, "NF_INET_LOCAL_IN" },
		{ 4, "NF_INET_FORWARD" },	{ 8, "NF_INET_LOCAL_OUT" },
		{ 16, "NF_INET_POST_ROUTING" }, { 0, NULL },
	};

	decode_xt_table(d, 5, hooks);
}

/* include/uapi/linux/netfilter_arp.h: NF_ARP_NUMHOOKS */
void sot_decode_ARPT_TABLE(struct sot_decoding *d)
{
	static const struct sot_named hooks[] = {
		{ 1, "NF_ARP_IN" },
		{ 2, "NF_ARP_OUT" },
		{ 4, "NF_ARP_FORWARD" },
		{ 0, NULL },
	};

	decode_xt_table(d, 3, hooks);
}

/* include/uapi/linux/netfilter_bridge/ebtables.h: pointers to NF_BR_NUMHOOKS chains */
void sot_decode_EBT_TABLE(struct sot_decoding *d)
{
	/* include/uapi/linux/netfilter_bridge.h */
	static const struct sot_named hooks[] = {
		{ 1, "NF_BR_PRE_ROUTING" },
		{ 2, "NF_BR_LOCAL_IN" },
		{ 4, "NF_BR_FORWARD" },
		{ 8, "NF_BR_LOCAL_OUT" },
		{ 16, "NF_BR_POST_ROUTING" },
		{ 32, "NF_BR_BROUTING" },
		{ 0, NULL },
	};
	static const struct field head[] = {
		{ "name", 0, 32, 0, FIELD_STRING, NULL },
		{ "valid_hooks", 32, 4, 0, FIELD_BITS, hooks },
		{ "nentries", 36, 4, 0, FIELD_UINT, NULL },
		{ "entries_size", 40, 4, 0, FIELD_UINT, NULL },
	};
	uint8_t size = d->compat ? 4 : 8;
	size_t first = d->compat ? HOOKS_OFF : HOOKS_OFF + 4; /* where pointers may stand */
	const struct field tail[] = {
		{ "num_counters", 0, 4, 0, FIELD_UINT, NULL },
		{ "counters", size, size, 0, FIELD_PTR, NULL },
		{ "entries", 2 * size, size, 0, FIELD_PTR, NULL },
	};

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, head, COUNT(head)))
		return;
	if (have(d, 0, HOOKS_OFF)) {
		put_hooks(d, "hook_entry", first, size, FIELD_PTR, 6);
		sot_put_fields(d, tail, COUNT(tail), first + 6 * (size_t)size);
	}
	sot_value_close(d->value);
}

/* include/uapi/linux/netfilter/x_tables.h; xt_copy_counters: room for all the counters */
void sot_decode_XT_COUNTERS(struct sot_decoding *d)
{
	static const struct field head[] = {
		{ "name", 0, 32, 0, FIELD_STRING, NULL },
		{ "num_counters", 32, 4, 0, FIELD_UINT, NULL },
	};
	static const struct field counter[] = {
		{ "pcnt", 0, 8, 0, FIELD_UINT, NULL },
		{ "bcnt", 8, 8, 0, FIELD_UINT, NULL },
	};
	size_t off = d->compat ? 36 : 40;
	uint32_t count;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, head, COUNT(head)))
		return;
	if (have(d, 32, 4)) {
		count = load32(d->data + 32);
		d->out_of_range = !count || off + 16 * (uint64_t)count != (uint64_t)d->optlen;
		sot_put_array(d, "counters", off, 16, count, counter, COUNT(counter));
	}
	sot_value_close(d->value);
}

/* include/uapi/linux/ip_vs.h */
static const struct sot_named ipvs_protocols[] = {
	{ 6, "IPPROTO_TCP" }, { 17, "IPPROTO_UDP" }, { 132, "IPPROTO_SCTP" }, { 0, NULL }
};
static const struct sot_named ipvs_service_flags[] = { { 1, "IP_VS_SVC_F_PERSISTENT" },
						       { 2, "IP_VS_SVC_F_HASHED" },
						       { 4, "IP_VS_SVC_F_ONEPACKET" },
						       { 8, "IP_VS_SVC_F_SCHED1" },
						       { 16, "IP_VS_SVC_F_SCHED2" },
						       { 32, "IP_VS_SVC_F_SCHED3" },
						       { 0, NULL } };
static const struct field service_fields[] = {
	{ "protocol", 0, 2, 0, FIELD_ENUM, ipvs_protocols },
	{ "addr", 4, 4, 0, FIELD_IN_ADDR, NULL },
	{ "port", 8, 2, 0, FIELD_BE, NULL },
	{ "fwmark", 12, 4, 0, FIELD_UINT, NULL },
	{ "sched_name", 16, 16, 0, FIELD_STRING, NULL },
	{ "flags", 32, 4, 0, FIELD_BITS, ipvs_service_flags },
	{ "timeout", 36, 4, 0, FIELD_USECONDS, NULL },
	{ "netmask", 40, 4, 0, FIELD_IN_ADDR, NULL },
};
STRUCT_TYPE(IPVS_SERVICE, SOT_NODE_OBJECT, service_fields)

/* What of IP_VS_CONN_F_* a server is given: how packets get to it. */
static const struct sot_named ipvs_methods[] = {
	{ 0, "IP_VS_CONN_F_MASQ" },   { 1, "IP_VS_CONN_F_LOCALNODE" }, { 2, "IP_VS_CONN_F_TUNNEL" },
	{ 3, "IP_VS_CONN_F_DROUTE" }, { 4, "IP_VS_CONN_F_BYPASS" },    { 0, NULL },
};

/* struct ip_vs_svcdest_user: the service, then the server */
static const struct field dest_fields[] = {
	{ "addr", 44, 4, 0, FIELD_IN_ADDR, NULL },
	{ "port", 48, 2, 0, FIELD_BE, NULL },
	{ "conn_flags", 52, 4, 0, FIELD_ENUM, ipvs_methods },
	{ "weight", 56, 4, 0, FIELD_INT, NULL },
	{ "u_threshold", 60, 4, 0, FIELD_UINT, NULL },
	{ "l_threshold", 64, 4, 0, FIELD_UINT, NULL },
};

void sot_decode_IPVS_DEST(struct sot_decoding *d)
{
	struct sot_value *v = d->value;

	if (!sot_have_field(d, &service_fields[0], 0)) {
		v->cut = true;
		return;
	}
	sot_value_open(v, SOT_NODE_OBJECT, NULL, NULL);
	sot_put_struct(d, "s", service_fields, COUNT(service_fields), 0);
	sot_put_struct(d, "d", dest_fields, COUNT(dest_fields), 0);
	sot_value_close(v);
}

static const struct field timeout_fields[] = {
	{ "tcp_timeout", 0, 4, 0, FIELD_SECONDS, NULL },
	{ "tcp_fin_timeout", 4, 4, 0, FIELD_SECONDS, NULL },
	{ "udp_timeout", 8, 4, 0, FIELD_SECONDS, NULL },
};
STRUCT_TYPE(IPVS_TIMEOUT, SOT_NODE_OBJECT, timeout_fields)

static const struct sot_named daemon_states[] = { { 1, "IP_VS_STATE_MASTER" },
						  { 2, "IP_VS_STATE_BACKUP" },
						  { 0, NULL } };
static const struct field daemon_fields[] = {
	{ "state", 0, 4, 0, FIELD_BITS, daemon_states },
	{ "mcast_ifn", 4, 16, 0, FIELD_STRING, NULL },
	{ "syncid", 20, 4, 0, FIELD_INT, NULL },
};
STRUCT_TYPE(IPVS_DAEMON, SOT_NODE_OBJECT, daemon_fields)

/* include/uapi/linux/mroute.h */
#define VIFF_USE_IFINDEX 8

static const struct sot_named vif_flags[] = { { 1, "VIFF_TUNNEL" },
					      { 2, "VIFF_SRCRT" },
					      { 4, "VIFF_REGISTER" },
					      { VIFF_USE_IFINDEX, "VIFF_USE_IFINDEX" },
					      { 0, NULL } };
static const struct field vifctl_fields[] = {
	{ "vifc_vifi", 0, 2, 0, FIELD_UINT, NULL },
	{ "vifc_flags", 2, 1, 0, FIELD_BITS, vif_flags },
	{ "vifc_threshold", 3, 1, 0, FIELD_UINT, NULL },
	{ "vifc_rate_limit", 4, 4, 0, FIELD_UINT, NULL },
};

/* vif_add: flags say whether an address or an index tells the interface */
void sot_decode_VIFCTL(struct sot_decoding *d)
{
	static const struct field by_address[] = {
		{ "vifc_lcl_addr", 8, 4, 0, FIELD_IN_ADDR, NULL },
		{ "vifc_rmt_addr", 12, 4, 0, FIELD_IN_ADDR, NULL },
	};
	static const struct field by_index[] = {
		{ "vifc_lcl_ifindex", 8, 4, 0, FIELD_IFINDEX, NULL },
		{ "vifc_rmt_addr", 12, 4, 0, FIELD_IN_ADDR, NULL },
	};

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, vifctl_fields, COUNT(vifctl_fields)))
		return;
	if (have(d, 0, 8))
		sot_put_fields(d, d->data[2] & VIFF_USE_IFINDEX ? by_index : by_address, 2, 0);
	sot_value_close(d->value);
	d->out_of_range = load16(d->data) >= 32;
}

static const struct field mfcctl_fields[] = {
	{ "mfcc_origin", 0, 4, 0, FIELD_IN_ADDR, NULL },
	{ "mfcc_mcastgrp", 4, 4, 0, FIELD_IN_ADDR, NULL },
	{ "mfcc_parent", 8, 2, 0, FIELD_UINT, NULL },
};

/* ipmr_mfc_add looks at nothing behind mfcc_ttls */
void sot_decode_MFCCTL(struct sot_decoding *d)
{
	static const struct field ttl = { NULL, 0, 1, 0, FIELD_UINT, NULL };
	static const struct field rest[] = {
		{ "mfcc_pkt_cnt", 44, 4, 0, FIELD_UINT, NULL },
		{ "mfcc_byte_cnt", 48, 4, 0, FIELD_UINT, NULL },
		{ "mfcc_wrong_if", 52, 4, 0, FIELD_UINT, NULL },
		{ "mfcc_expire", 56, 4, 0, FIELD_INT, NULL },
	};

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, mfcctl_fields, COUNT(mfcctl_fields)))
		return;
	sot_put_array(d, "mfcc_ttls", 10, 1, 32, &ttl, 1);
	if (have(d, 0, 42))
		sot_put_fields(d, rest, COUNT(rest), 0);
	sot_value_close(d->value);
}

/* include/uapi/linux/mroute6.h */
static const struct sot_named mif_flags[] = { { 1, "MIFF_REGISTER" }, { 0, NULL } };
static const struct field mif6ctl_fields[] = {
	{ "mif6c_mifi", 0, 2, 0, FIELD_UINT, NULL },
	{ "mif6c_flags", 2, 1, 0, FIELD_BITS, mif_flags },
	{ "vifc_threshold", 3, 1, 0, FIELD_UINT, NULL },
	{ "mif6c_pifi", 4, 2, 0, FIELD_UIFINDEX, NULL },
	{ "vifc_rate_limit", 8, 4, 0, FIELD_UINT, NULL },
};
STRUCT_TYPE(MIF6CTL, SOT_NODE_OBJECT, mif6ctl_fields)

static const struct field mf6cctl_fields[] = {
	{ "mf6cc_origin", 0, 28, 0, FIELD_SOCKADDR, NULL },
	{ "mf6cc_mcastgrp", 28, 28, 0, FIELD_SOCKADDR, NULL },
	{ "mf6cc_parent", 56, 2, 0, FIELD_UINT, NULL },
};

void sot_decode_MF6CCTL(struct sot_decoding *d)
{
	static const struct field word = { NULL, 0, 4, 0, FIELD_HEX, NULL };

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, mf6cctl_fields, COUNT(mf6cctl_fields)))
		return;
	sot_put_array(d, "mf6cc_ifset", 60, 4, 8, &word, 1);
	sot_value_close(d->value);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values that are structures: those of SOL_SOCKET, SOL_IP, SOL_IPV6 and SOL_TCP. */
#include "value_fields.h"

/* Structures of SOL_SOCKET */

static const struct field timeval_fields[] = {
	{ "tv_sec", 0, 8, 0, FIELD_INT, NULL },
	{ "tv_usec", 8, 8, 0, FIELD_INT, NULL },
};
static const struct field compat_timeval_fields[] = {
	{ "tv_sec", 0, 4, 0, FIELD_INT, NULL },
	{ "tv_usec", 4, 4, 0, FIELD_INT, NULL },
};

/*
 * sock_set_timeout in net/core/sock.c: EDOM when tv_usec is not 0 to 999999. A row with a
 * range bounds the seconds: vsock_connectible_setsockopt, which takes a negative tv_usec.
 */
static void decode_timeval(struct sot_decoding *d, const struct field fields[2])
{
	unsigned int size = fields[0].size;
	const char *text = NULL;
	int64_t sec, usec;

	if (have(d, 0, 2 * size)) {
		sec = sot_sign_extend(sot_load_uint(d->data, size, false), size);
		usec = sot_sign_extend(sot_load_uint(d->data + size, size, false), size);
		sot_check_range(d, sec);
		d->out_of_range |= usec > 999999 || (usec < 0 && !d->opt->has_range);
		text = sot_duration_text(d->value, sec, usec);
	}
	if (sot_open_struct(d, SOT_NODE_OBJECT, text, fields, 2))
		sot_value_close(d->value);
}

void sot_decode_TIMEVAL(struct sot_decoding *d)
{
	decode_timeval(d, d->compat ? compat_timeval_fields : timeval_fields);
}

void sot_decode_SOCK_TIMEVAL(struct sot_decoding *d)
{
	decode_timeval(d, timeval_fields);
}

static const struct field linger_fields[] = {
	{ "l_onoff", 0, 4, 0, FIELD_BOOL, NULL },
	{ "l_linger", 4, 4, 0, FIELD_SECONDS, NULL },
};
STRUCT_TYPE(LINGER, SOT_NODE_TUPLE, linger_fields)

/* Why the filter is not there, though its pointer is. */
static const char *filter_missing(const struct sot_decoding *d, unsigned int len, uint64_t pointer)
{
	if (!pointer)
		return "no pointer";
	if (len > SOT_CBPF_MAX)
		return "too long";
	return d->beyond.kind == SOT_BEHIND_UNREADABLE ? "unreadable" : "not captured";
}

static void put_filter(struct sot_decoding *d, unsigned int len, uint64_t pointer)
{
	const char *why;

	if (!len || d->beyond.kind == SOT_BEHIND_CBPF) {
		sot_put_cbpf(d->value, "filter", d->beyond.cbpf, len ? d->beyond.cbpf_len : 0, len);
		return;
	}
	why = filter_missing(d, len, pointer);
	sot_value_null(d->value, "filter",
		       pointer ? sot_value_printf(d->value, "0x%llx (%s)",
						  (unsigned long long)pointer, why) :
				 "NULL");
	sot_value_aside(d->value, "filter_missing", why);
}

/*
 * struct sock_fprog in include/uapi/linux/filter.h, compat_sock_fprog in linux/compat.h: the
 * number of instructions, and where they are. bpf_check_basics_ok in net/core/filter.c
 * wants a filter, and 1 to BPF_MAXINSNS instructions.
 */
void sot_decode_SOCK_FPROG(struct sot_decoding *d)
{
	unsigned int size = d->compat ? 4 : 8, len;
	uint64_t pointer;

	if (!have(d, 0, 2)) {
		d->value->cut = true;
		return;
	}
	len = load16(d->data);
	d->out_of_range = !len || len > SOT_CBPF_MAX;
	sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
	sot_value_uint(d->value, "len", len, NULL);
	if (have(d, size, size)) {
		pointer = sot_load_uint(d->data + size, size, false);
		d->out_of_range |= !pointer;
		put_filter(d, len, pointer);
	} else {
		d->value->cut = true;
	}
	sot_value_close(d->value);
}

/* sk_setsockopt: flags and bind_phc when optlen is 8, else an int of flags */
void sot_decode_TIMESTAMPING(struct sot_decoding *d)
{
	const struct field fields[] = {
		{ "flags", 0, 4, 0, FIELD_BITS, d->opt->named },
		{ "bind_phc", 4, 4, 0, FIELD_INT, NULL },
	};

	if (d->optlen != 8) {
		sot_decode_BITS(d);
		return;
	}
	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, fields, COUNT(fields)))
		return;
	sot_value_close(d->value);
	sot_check_range(d, (int32_t)load32(d->data));
}

/* include/uapi/linux/time.h, net_tstamp.h */
static const struct sot_named clocks[] = {
	{ 0, "CLOCK_REALTIME" },
	{ 1, "CLOCK_MONOTONIC" },
	{ 2, "CLOCK_PROCESS_CPUTIME_ID" },
	{ 4, "CLOCK_MONOTONIC_RAW" },
	{ 7, "CLOCK_BOOTTIME" },
	{ 11, "CLOCK_TAI" },
	{ 0, NULL },
};
static const struct sot_named txtime_flags[] = { { 1, "SOF_TXTIME_DEADLINE_MODE" },
						 { 2, "SOF_TXTIME_REPORT_ERRORS" },
						 { 0, NULL } };
static const struct field sock_txtime_fields[] = {
	{ "clockid", 0, 4, 0, FIELD_CLOCK, clocks },
	{ "flags", 4, 4, 0, FIELD_BITS, txtime_flags },
};

/* SO_TXTIME in sk_setsockopt; that newer kernels refuse most clocks is left to them */
void sot_decode_SOCK_TXTIME(struct sot_decoding *d)
{
	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, sock_txtime_fields,
			     COUNT(sock_txtime_fields)))
		return;
	sot_value_close(d->value);
	d->out_of_range = have(d, 4, 4) && (load32(d->data + 4) & ~3u);
}

static const struct field dmabuf_token_fields[] = {
	{ "token_start", 0, 4, 0, FIELD_UINT, NULL },
	{ "token_count", 4, 4, 0, FIELD_UINT, NULL },
};

void sot_decode_DMABUF_TOKENS(struct sot_decoding *d)
{
	sot_decode_array(d, 8, dmabuf_token_fields, COUNT(dmabuf_token_fields));
}

/* Structures of SOL_IP and SOL_IPV6: include/uapi/linux/in.h, in6.h */

static const struct field ip_mreqn_fields[] = {
	{ "imr_multiaddr", 0, 4, 0, FIELD_IN_ADDR, NULL },
	{ "imr_address", 4, 4, 0, FIELD_IN_ADDR, NULL },
	{ "imr_ifindex", 8, 4, 0, FIELD_IFINDEX, NULL },
};
static const struct field ip_mreq_fields[] = {
	{ "imr_multiaddr", 0, 4, 0, FIELD_IN_ADDR, NULL },
	{ "imr_interface", 4, 4, 0, FIELD_IN_ADDR, NULL },
};

/* do_ip_setsockopt: struct ip_mreqn from 12 bytes on, else struct ip_mreq */
void sot_decode_IP_MREQ(struct sot_decoding *d)
{
	const struct field *fields = d->optlen >= 12 ? ip_mreqn_fields : ip_mreq_fields;

	if (sot_open_struct(d, SOT_NODE_OBJECT, NULL, fields, d->optlen >= 12 ? 3 : 2))
		sot_value_close(d->value);
}

/* the same, and of 4 to 7 bytes the address of the interface alone */
void sot_decode_MULTICAST_IF(struct sot_decoding *d)
{
	static const struct field address = { NULL, 0, 4, 0, FIELD_IN_ADDR, NULL };

	if (d->optlen >= 8)
		sot_decode_IP_MREQ(d);
	else
		sot_put_fields(d, &address, 1, 0);
}

static const struct field ip_mreq_source_fields[] = {
	{ "imr_multiaddr", 0, 4, 0, FIELD_IN_ADDR, NULL },
	{ "imr_interface", 4, 4, 0, FIELD_IN_ADDR, NULL },
	{ "imr_sourceaddr", 8, 4, 0, FIELD_IN_ADDR, NULL },
};
STRUCT_TYPE(IP_MREQ_SOURCE, SOT_NODE_OBJECT, ip_mreq_source_fields)

static const struct sot_named filter_modes[] = { { 0, "MCAST_EXCLUDE" },
						 { 1, "MCAST_INCLUDE" },
						 { 0, NULL } };
static const struct field ip_msfilter_fields[] = {
	{ "imsf_multiaddr", 0, 4, 0, FIELD_IN_ADDR, NULL },
	{ "imsf_interface", 4, 4, 0, FIELD_IN_ADDR, NULL },
	{ "imsf_fmode", 8, 4, 0, FIELD_ENUM, filter_modes },
	{ "imsf_numsrc", 12, 4, 0, FIELD_UINT, NULL },
};

/* IP_MSFILTER in do_ip_setsockopt: refused when optlen has no room for all the sources */
void sot_decode_MSFILTER(struct sot_decoding *d)
{
	static const struct field source = { NULL, 0, 4, 0, FIELD_IN_ADDR, NULL };
	uint32_t count;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, ip_msfilter_fields,
			     COUNT(ip_msfilter_fields)))
		return;
	if (have(d, 12, 4)) {
		count = load32(d->data + 12);
		d->out_of_range = 16 + 4 * (uint64_t)count > (uint64_t)d->optlen;
		sot_put_array(d, "imsf_slist", 16, 4, count, &source, 1);
	}
	sot_value_close(d->value);
}

/* A socket address is 8-byte aligned in 64-bit structs, 4-byte in 32-bit ones (net/compat.h). */
static const struct field group_source_req_fields[] = {
	{ "gsr_interface", 0, 4, 0, FIELD_UIFINDEX, NULL },
	{ "gsr_group", 8, 128, 0, FIELD_SOCKADDR, NULL },
	{ "gsr_source", 136, 128, 0, FIELD_SOCKADDR, NULL },
};
static const struct field compat_group_source_req_fields[] = {
	{ "gsr_interface", 0, 4, 0, FIELD_UIFINDEX, NULL },
	{ "gsr_group", 4, 128, 0, FIELD_SOCKADDR, NULL },
	{ "gsr_source", 132, 128, 0, FIELD_SOCKADDR, NULL },
};

void sot_decode_GROUP_SOURCE_REQ(struct sot_decoding *d)
{
	if (sot_open_struct(d, SOT_NODE_OBJECT, NULL,
			    d->compat ? compat_group_source_req_fields : group_source_req_fields,
			    3))
		sot_value_close(d->value);
}

static const struct field group_req_fields[] = {
	{ "gr_interface", 0, 4, 0, FIELD_UIFINDEX, NULL },
	{ "gr_group", 8, 128, 0, FIELD_SOCKADDR, NULL },
};
static const struct field compat_group_req_fields[] = {
	{ "gr_interface", 0, 4, 0, FIELD_UIFINDEX, NULL },
	{ "gr_group", 4, 128, 0, FIELD_SOCKADDR, NULL },
};

void sot_decode_GROUP_REQ(struct sot_decoding *d)
{
	if (sot_open_struct(d, SOT_NODE_OBJECT, NULL,
			    d->compat ? compat_group_req_fields : group_req_fields, 2))
		sot_value_close(d->value);
}

static const struct field group_filter_fields[] = {
	{ "gf_interface", 0, 4, 0, FIELD_UIFINDEX, NULL },
	{ "gf_group", 8, 128, 0, FIELD_SOCKADDR, NULL },
	{ "gf_fmode", 136, 4, 0, FIELD_ENUM, filter_modes },
	{ "gf_numsrc", 140, 4, 0, FIELD_UINT, NULL },
};
static const struct field compat_group_filter_fields[] = {
	{ "gf_interface", 0, 4, 0, FIELD_UIFINDEX, NULL },
	{ "gf_group", 4, 128, 0, FIELD_SOCKADDR, NULL },
	{ "gf_fmode", 132, 4, 0, FIELD_ENUM, filter_modes },
	{ "gf_numsrc", 136, 4, 0, FIELD_UINT, NULL },
};

/* ip_set_mcast_msfilter, ipv6_set_mcast_msfilter: room for all the sources, as above */
void sot_decode_GROUP_FILTER(struct sot_decoding *d)
{
	static const struct field source = { NULL, 0, 128, 0, FIELD_SOCKADDR, NULL };
	const struct field *fields = d->compat ? compat_group_filter_fields : group_filter_fields;
	size_t head = d->compat ? 140 : 144;
	uint32_t count;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, fields, COUNT(group_filter_fields)))
		return;
	if (have(d, 0, head)) {
		count = load32(d->data + head - 4);
		d->out_of_range = head + 128 * (uint64_t)count > (uint64_t)d->optlen;
		sot_put_array(d, "gf_slist", head, 128, count, &source, 1);
	}
	sot_value_close(d->value);
}

static const struct field ipv6_mreq_fields[] = {
	{ "ipv6mr_multiaddr", 0, 16, 0, FIELD_IN6_ADDR, NULL },
	{ "ipv6mr_ifindex", 16, 4, 0, FIELD_IFINDEX, NULL },
};
STRUCT_TYPE(IPV6_MREQ, SOT_NODE_OBJECT, ipv6_mreq_fields)

static const struct field in6_pktinfo_fields[] = {
	{ "ipi6_addr", 0, 16, 0, FIELD_IN6_ADDR, NULL },
	{ "ipi6_ifindex", 16, 4, 0, FIELD_IFINDEX, NULL },
};
STRUCT_TYPE(IN6_PKTINFO, SOT_NODE_OBJECT, in6_pktinfo_fields)

static const struct sot_named flowlabel_actions[] = {
	{ 0, "IPV6_FL_A_GET" }, { 1, "IPV6_FL_A_PUT" }, { 2, "IPV6_FL_A_RENEW" }, { 0, NULL }
};
static const struct sot_named flowlabel_shares[] = {
	{ 0, "IPV6_FL_S_NONE" }, { 1, "IPV6_FL_S_EXCL" },  { 2, "IPV6_FL_S_PROCESS" },
	{ 3, "IPV6_FL_S_USER" }, { 255, "IPV6_FL_S_ANY" }, { 0, NULL },
};
static const struct sot_named flowlabel_flags[] = { { 1, "IPV6_FL_F_CREATE" },
						    { 2, "IPV6_FL_F_EXCL" },
						    { 4, "IPV6_FL_F_REFLECT" },
						    { 8, "IPV6_FL_F_REMOTE" },
						    { 0, NULL } };
static const struct field in6_flowlabel_req_fields[] = {
	{ "flr_dst", 0, 16, 0, FIELD_IN6_ADDR, NULL },
	{ "flr_label", 16, 4, 0, FIELD_BE_HEX, NULL },
	{ "flr_action", 20, 1, 0, FIELD_ENUM, flowlabel_actions },
	{ "flr_share", 21, 1, 0, FIELD_ENUM, flowlabel_shares },
	{ "flr_flags", 22, 2, 0, FIELD_BITS, flowlabel_flags },
	{ "flr_expires", 24, 2, 0, FIELD_USECONDS, NULL },
	{ "flr_linger", 26, 2, 0, FIELD_USECONDS, NULL },
};

/* ipv6_flowlabel_opt in net/ipv6/ip6_flowlabel.c; the padding is left out */
void sot_decode_IN6_FLOWLABEL_REQ(struct sot_decoding *d)
{
	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, in6_flowlabel_req_fields,
			     COUNT(in6_flowlabel_req_fields)))
		return;
	sot_value_close(d->value);
	d->out_of_range = have(d, 20, 1) && d->data[20] > 2;
}

/* Structures of SOL_TCP: include/uapi/linux/tcp.h */

/* include/net/tcp.h, TCPOPT_* */
static const struct sot_named tcp_options[] = { { 2, "TCPOPT_MSS" },
						{ 3, "TCPOPT_WINDOW" },
						{ 4, "TCPOPT_SACK_PERM" },
						{ 8, "TCPOPT_TIMESTAMP" },
						{ 0, NULL } };
static const struct field tcp_repair_opt_fields[] = {
	{ "opt_code", 0, 4, 0, FIELD_ENUM, tcp_options },
	{ "opt_val", 4, 4, 0, FIELD_UINT, NULL },
};

void sot_decode_REPAIR_OPT(struct sot_decoding *d)
{
	sot_decode_array(d, 8, tcp_repair_opt_fields, COUNT(tcp_repair_opt_fields));
}

static const struct field tcp_repair_window_fields[] = {
	{ "snd_wl1", 0, 4, 0, FIELD_UINT, NULL },    { "snd_wnd", 4, 4, 0, FIELD_UINT, NULL },
	{ "max_window", 8, 4, 0, FIELD_UINT, NULL }, { "rcv_wnd", 12, 4, 0, FIELD_UINT, NULL },
	{ "rcv_wup", 16, 4, 0, FIELD_UINT, NULL },
};
STRUCT_TYPE(REPAIR_WINDOW, SOT_NODE_OBJECT, tcp_repair_window_fields)

static const struct sot_named tcp_ao_keyflags[] = { { 1, "TCP_AO_KEYF_IFINDEX" },
						    { 2, "TCP_AO_KEYF_EXCLUDE_OPT" },
						    { 0, NULL } };
/* Bit-fields fill their word from bit 0 on. */
static const struct field tcp_ao_del_fields[] = {
	{ "addr", 0, 128, 0, FIELD_SOCKADDR, NULL },
	{ "ifindex", 128, 4, 0, FIELD_IFINDEX, NULL },
	{ "set_current", 132, 4, 0, FIELD_BIT, NULL },
	{ "set_rnext", 132, 4, 1, FIELD_BIT, NULL },
	{ "del_async", 132, 4, 2, FIELD_BIT, NULL },
	{ "prefix", 138, 1, 0, FIELD_UINT, NULL },
	{ "sndid", 139, 1, 0, FIELD_UINT, NULL },
	{ "rcvid", 140, 1, 0, FIELD_UINT, NULL },
	{ "current_key", 141, 1, 0, FIELD_UINT, NULL },
	{ "rnext", 142, 1, 0, FIELD_UINT, NULL },
	{ "keyflags", 143, 1, 0, FIELD_BITS, tcp_ao_keyflags },
};
STRUCT_TYPE(AO_DEL, SOT_NODE_OBJECT, tcp_ao_del_fields)

static const struct field tcp_ao_info_fields[] = {
	{ "set_current", 0, 4, 0, FIELD_BIT, NULL },
	{ "set_rnext", 0, 4, 1, FIELD_BIT, NULL },
	{ "ao_required", 0, 4, 2, FIELD_BIT, NULL },
	{ "set_counters", 0, 4, 3, FIELD_BIT, NULL },
	{ "accept_icmps", 0, 4, 4, FIELD_BIT, NULL },
	{ "current_key", 6, 1, 0, FIELD_UINT, NULL },
	{ "rnext", 7, 1, 0, FIELD_UINT, NULL },
	{ "pkt_good", 8, 8, 0, FIELD_UINT, NULL },
	{ "pkt_bad", 16, 8, 0, FIELD_UINT, NULL },
	{ "pkt_key_not_found", 24, 8, 0, FIELD_UINT, NULL },
	{ "pkt_ao_required", 32, 8, 0, FIELD_UINT, NULL },
	{ "pkt_dropped_icmp", 40, 8, 0, FIELD_UINT, NULL },
};
STRUCT_TYPE(AO_INFO, SOT_NODE_OBJECT, tcp_ao_info_fields)

static const struct field tcp_ao_repair_fields[] = {
	{ "snt_isn", 0, 4, 0, FIELD_BE, NULL },
	{ "rcv_isn", 4, 4, 0, FIELD_BE, NULL },
	{ "snd_sne", 8, 4, 0, FIELD_UINT, NULL },
	{ "rcv_sne", 12, 4, 0, FIELD_UINT, NULL },
};
STRUCT_TYPE(AO_REPAIR, SOT_NODE_OBJECT, tcp_ao_repair_fields)

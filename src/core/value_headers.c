/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Values that are parts of packets: the options of an IPv4 header, the extension headers of
 * IPv6, and control messages that hold such. They are lists of a type, a length and what the
 * type says; each is read within its own length.
 */
#include <linux/ip.h>
#include <string.h>

#include "value_fields.h"

/* Puts what stands from `off` up to `end`, which may be beyond what was captured. */
typedef void put_content_fn(struct sot_decoding *d, size_t off, size_t end);

/* One type: fields of `fixed` bytes, then what `rest` puts; NULL: bytes, if there are any. */
struct tlv {
	uint8_t type;
	const char *name;
	const struct field *fields;
	uint8_t field_count, fixed;
	put_content_fn *rest;
};

struct tlv_list {
	const char *type_key, *length_key;
	const struct tlv *types; /* ends with name NULL */
	uint8_t singles;	 /* types below this are a single byte */
	bool ends;		 /* type 0 ends the list */
	bool whole;		 /* the length counts type and length, too */
};

#define TLV(_type, _name, ...)                                \
	{                                                     \
		.type = (_type), .name = (_name), __VA_ARGS__ \
	}
/* By the name of a constant. */
#define NAMED(_type, ...) TLV(_type, #_type, __VA_ARGS__)
#define FIELDS(_fields, _fixed) \
	.fields = (_fields), .field_count = COUNT(_fields), .fixed = (_fixed)

static const struct tlv *find_tlv(const struct tlv_list *list, uint8_t type)
{
	static const struct tlv unknown;
	const struct tlv *t;

	for (t = list->types; t->name; t++)
		if (t->type == type)
			return t;
	return &unknown;
}

static void put_rest(struct sot_decoding *d, size_t off, size_t end)
{
	if (off < end)
		sot_put_bytes(d, "data", off, end - off);
}

/* Nothing is read from `end` on, as if no more had been captured. */
static void put_within(struct sot_decoding *d, const struct tlv *t, size_t off, size_t end)
{
	size_t len = d->len;

	if (d->len > end)
		d->len = end;
	sot_put_fields(d, t->fields, t->field_count, off);
	if (t->rest)
		t->rest(d, off + t->fixed, end);
	else
		put_rest(d, off + t->fixed, end);
	d->len = len;
}

/* Returns where the next one begins. One without room for its length, or for itself, is cut. */
static size_t put_tlv(struct sot_decoding *d, const struct tlv_list *list, size_t off, size_t end)
{
	const struct tlv *t = find_tlv(list, d->data[off]);
	bool is_single = d->data[off] < list->singles;
	size_t next = off + 1;

	sot_value_open(d->value, SOT_NODE_OBJECT, NULL, is_single ? t->name : NULL);
	sot_value_uint(d->value, list->type_key, d->data[off], t->name);
	if (!is_single && off + 1 < end && have(d, off + 1, 1)) {
		sot_value_uint(d->value, list->length_key, d->data[off + 1], NULL);
		next = off + d->data[off + 1] + (list->whole ? 0 : 2);
		d->value->cut |= next > end || next < off + 2;
		next = next > end ? end : next;
		if (next >= off + 2)
			put_within(d, t, off + 2, next);
	} else {
		d->value->cut |= !is_single;
	}
	sot_value_close(d->value);
	if (next < off + 2 && !is_single)
		return end;
	return list->ends && !d->data[off] ? end : next;
}

static void put_tlvs(struct sot_decoding *d, const char *key, const struct tlv_list *list,
		     size_t off, size_t end)
{
	sot_value_open(d->value, SOT_NODE_ARRAY, key, NULL);
	while (off < end && have(d, off, 1) && !d->value->full)
		off = put_tlv(d, list, off, end);
	d->value->cut |= off < end;
	sot_value_close(d->value);
}

/*
 * IP_OPTIONS: include/uapi/linux/ip.h has the types; the kernel has no struct for them, so the
 * members are called as RFC 791 does.
 */

static const struct field pointer_field[] = { { "pointer", 0, 1, 0, FIELD_UINT, NULL } };

static void put_route(struct sot_decoding *d, size_t off, size_t end)
{
	static const struct field address = { NULL, 0, 4, 0, FIELD_IN_ADDR, NULL };

	if (off <= end)
		sot_put_array(d, "addresses", off, 4, (end - off) / 4, &address, 1);
}

static const struct sot_named timestamp_flags[] = { { IPOPT_TS_TSONLY, "IPOPT_TS_TSONLY" },
						    { IPOPT_TS_TSANDADDR, "IPOPT_TS_TSANDADDR" },
						    { IPOPT_TS_PRESPEC, "IPOPT_TS_PRESPEC" },
						    { 0, NULL } };

/* The high four bits count the hosts that had no room; only without addresses are 4 bytes enough. */
static void put_timestamps(struct sot_decoding *d, size_t off, size_t end)
{
	static const struct field bare = { NULL, 0, 4, 0, FIELD_BE, NULL };
	static const struct field with_address[] = {
		{ "address", 0, 4, 0, FIELD_IN_ADDR, NULL },
		{ "timestamp", 4, 4, 0, FIELD_BE, NULL },
	};
	unsigned int flag;

	if (!have(d, off, 1)) {
		d->value->cut = true;
		return;
	}
	flag = d->data[off] & 15;
	sot_value_uint(d->value, "overflow", d->data[off] >> 4, NULL);
	sot_value_uint(d->value, "flag", flag, sot_named_find(timestamp_flags, flag));
	off++;
	if (flag)
		sot_put_array(d, "timestamps", off, 8, (end - off) / 8, with_address, 2);
	else
		sot_put_array(d, "timestamps", off, 4, (end - off) / 4, &bare, 1);
}

/* include/net/cipso_ipv4.h, and CIPSO_V4_TAG_* in net/ipv4/cipso_ipv4.c */
static const struct tlv cipso_tag_types[] = {
	TLV(1, "CIPSO_V4_TAG_RBITMAP"),
	TLV(2, "CIPSO_V4_TAG_ENUM"),
	TLV(5, "CIPSO_V4_TAG_RANGE"),
	TLV(6, "CIPSO_V4_TAG_PBITMAP"),
	TLV(7, "CIPSO_V4_TAG_FREEFORM"),
	TLV(128, "CIPSO_V4_TAG_LOCAL"),
	{ .name = NULL },
};
static const struct tlv_list cipso_tags = {
	.type_key = "type", .length_key = "length", .types = cipso_tag_types, .whole = true
};

static void put_cipso_tags(struct sot_decoding *d, size_t off, size_t end)
{
	put_tlvs(d, "tags", &cipso_tags, off, end);
}

static const struct field doi_field[] = { { "doi", 0, 4, 0, FIELD_BE, NULL } };
static const struct field stream_field[] = { { "stream", 0, 2, 0, FIELD_BE, NULL } };
static const struct field alert_field[] = { { "value", 0, 2, 0, FIELD_BE, NULL } };
static const struct tlv ip_option_types[] = {
	NAMED(IPOPT_END),
	NAMED(IPOPT_NOOP),
	NAMED(IPOPT_RR, FIELDS(pointer_field, 1), .rest = put_route),
	NAMED(IPOPT_TIMESTAMP, FIELDS(pointer_field, 1), .rest = put_timestamps),
	NAMED(IPOPT_SEC),
	NAMED(IPOPT_LSRR, FIELDS(pointer_field, 1), .rest = put_route),
	NAMED(IPOPT_CIPSO, FIELDS(doi_field, 4), .rest = put_cipso_tags),
	NAMED(IPOPT_SID, FIELDS(stream_field, 2)),
	NAMED(IPOPT_SSRR, FIELDS(pointer_field, 1), .rest = put_route),
	NAMED(IPOPT_RA, FIELDS(alert_field, 2)),
	{ .name = NULL },
};
static const struct tlv_list ip_options = { .type_key = "type",
					    .length_key = "length",
					    .types = ip_option_types,
					    .singles = 2,
					    .ends = true,
					    .whole = true };

/* A record of routes or times has room from its pointer on, `room` bytes, or is full. */
static bool record_is_refused(const uint8_t *o, unsigned int least, unsigned int room)
{
	return o[1] < least || o[2] <= least || (o[2] <= o[1] && o[2] + room - 1 > o[1]);
}

static bool timestamp_is_refused(const uint8_t *o)
{
	unsigned int flag = o[3] & 15,
		     room = flag == IPOPT_TS_TSANDADDR || flag == IPOPT_TS_PRESPEC ? 8 : 4;

	return record_is_refused(o, 4, room) ||
	       (o[2] > o[1] && flag != IPOPT_TS_PRESPEC && o[3] >> 4 == 15);
}

/* One option: type, length, and in most a pointer. CIPSO's tags are left to the kernel. */
static bool ip_option_is_refused(const uint8_t *o)
{
	switch (o[0]) {
	case IPOPT_RR:
		return record_is_refused(o, 3, 4);
	case IPOPT_TIMESTAMP:
		return timestamp_is_refused(o);
	case IPOPT_LSRR:
	case IPOPT_SSRR:
		return o[1] < 7 || o[2] != 4 || (o[1] - 3) % 4;
	case IPOPT_RA:
		return o[1] < 4;
	default:
		return false;
	}
}

/* Source route, record and time stamps may each be there once. */
static unsigned int once(uint8_t type)
{
	return type == IPOPT_LSRR || type == IPOPT_SSRR ? 1 :
	       type == IPOPT_RR				? 2 :
	       type == IPOPT_TIMESTAMP			? 4 :
	       type == IPOPT_CIPSO			? 8 :
							  0;
}

/* __ip_options_compile in net/ipv4/ip_options.c; ip_options_get pads to a multiple of 4. */
static bool ip_options_are_refused(const struct sot_decoding *d)
{
	uint8_t o[MAX_IPOPTLEN + 4] = { 0 };
	size_t end = ((size_t)d->optlen + 3) & ~(size_t)3, off = 0;
	unsigned int seen = 0;

	if (d->len < (size_t)d->optlen || d->optlen > MAX_IPOPTLEN)
		return false;
	memcpy(o, d->data, d->len);
	while (off < end && o[off] != IPOPT_END) {
		if (o[off] == IPOPT_NOOP) {
			off++;
			continue;
		}
		if (o[off + 1] < 2 || off + o[off + 1] > end || (seen & once(o[off])) ||
		    ip_option_is_refused(o + off))
			return true;
		seen |= once(o[off]);
		off += o[off + 1];
	}
	return false;
}

void sot_decode_IP_OPTION_LIST(struct sot_decoding *d)
{
	put_tlvs(d, NULL, &ip_options, 0, (size_t)d->optlen);
	d->out_of_range = ip_options_are_refused(d);
}

/* IPv6's extension headers: include/uapi/linux/ipv6.h, in6.h, ioam6.h, seg6.h, seg6_hmac.h, rpl.h */

/* NEXTHDR_* of include/net/ipv6.h; 0, which is NEXTHDR_HOP too, stands where the kernel fills it in */
static const struct sot_named next_headers[] = {
	{ 6, "NEXTHDR_TCP" },	     { 17, "NEXTHDR_UDP" },
	{ 41, "NEXTHDR_IPV6" },	     { 43, "NEXTHDR_ROUTING" },
	{ 44, "NEXTHDR_FRAGMENT" },  { 47, "NEXTHDR_GRE" },
	{ 50, "NEXTHDR_ESP" },	     { 51, "NEXTHDR_AUTH" },
	{ 58, "NEXTHDR_ICMP" },	     { 59, "NEXTHDR_NONE" },
	{ 60, "NEXTHDR_DEST" },	     { 132, "NEXTHDR_SCTP" },
	{ 135, "NEXTHDR_MOBILITY" }, { 0, NULL },
};
static const struct field opt_hdr_fields[] = {
	{ "nexthdr", 0, 1, 0, FIELD_ENUM, next_headers },
	{ "hdrlen", 1, 1, 0, FIELD_UINT, NULL },
};

static const struct field jumbo_field[] = { { "payload_length", 0, 4, 0, FIELD_BE, NULL } };
static const struct field address_field[] = { { "addr", 0, 16, 0, FIELD_IN6_ADDR, NULL } };
/* RFC 5570; the bitmap is what remains */
static const struct field calipso_fields[] = {
	{ "doi", 0, 4, 0, FIELD_BE, NULL },
	{ "cmpt_length", 4, 1, 0, FIELD_UINT, NULL },
	{ "sens_level", 5, 1, 0, FIELD_UINT, NULL },
	{ "checksum", 6, 2, 0, FIELD_BE_HEX, NULL },
};
static const struct sot_named ioam6_types[] = { { 0, "IOAM6_TYPE_PREALLOC" }, { 0, NULL } };
/* struct ioam6_hdr, whose type gets a name of its own here, and struct ioam6_trace_hdr */
static const struct field ioam6_fields[] = {
	{ "ioam6_type", 1, 1, 0, FIELD_ENUM, ioam6_types },
	{ "namespace_id", 2, 2, 0, FIELD_BE, NULL },
};
static const struct tlv ipv6_option_types[] = {
	TLV(0, "IPV6_TLV_PAD1"),
	TLV(1, "IPV6_TLV_PADN"),
	TLV(5, "IPV6_TLV_ROUTERALERT", FIELDS(alert_field, 2)),
	TLV(7, "IPV6_TLV_CALIPSO", FIELDS(calipso_fields, 8)),
	TLV(49, "IPV6_TLV_IOAM", FIELDS(ioam6_fields, 4)),
	TLV(194, "IPV6_TLV_JUMBO", FIELDS(jumbo_field, 4)),
	TLV(201, "IPV6_TLV_HAO", FIELDS(address_field, 16)),
	{ .name = NULL },
};
static const struct tlv_list ipv6_options = {
	.type_key = "type", .length_key = "length", .types = ipv6_option_types, .singles = 1
};

/* Where the header at `off` ends: it counts eights of bytes without the first. */
static size_t header_end(const struct sot_decoding *d, size_t off, size_t end)
{
	size_t own = off + 8 * ((size_t)d->data[off + 1] + 1);

	return own < end ? own : end;
}

static void put_options_header(struct sot_decoding *d, size_t off, size_t end)
{
	sot_put_fields(d, opt_hdr_fields, COUNT(opt_hdr_fields), off);
	if (!have(d, off, 2))
		return;
	d->value->cut |= header_end(d, off, SIZE_MAX) > end;
	put_tlvs(d, "options", &ipv6_options, off + 2, header_end(d, off, end));
}

/* ipv6_set_opt_hdr in net/ipv6/ipv6_sockglue.c: whole eights, and room for what hdrlen says */
static bool header_is_refused(const struct sot_decoding *d)
{
	return d->optlen % 8 || (have(d, 1, 1) && 8 * (d->data[1] + 1) > d->optlen);
}

static bool open_header(struct sot_decoding *d)
{
	if (!have(d, 0, 1)) {
		d->value->cut = true;
		return false;
	}
	sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
	return true;
}

void sot_decode_IPV6_OPTIONS(struct sot_decoding *d)
{
	if (!open_header(d))
		return;
	put_options_header(d, 0, (size_t)d->optlen);
	sot_value_close(d->value);
	d->out_of_range = header_is_refused(d);
}

#define SRCRT_TYPE_2 2
#define SRCRT_TYPE_4 4

static const struct sot_named routing_types[] = { { 0, "IPV6_SRCRT_TYPE_0" },
						  { SRCRT_TYPE_2, "IPV6_SRCRT_TYPE_2" },
						  { 3, "IPV6_SRCRT_TYPE_3" },
						  { SRCRT_TYPE_4, "IPV6_SRCRT_TYPE_4" },
						  { 0, NULL } };
static const struct field rt_hdr_fields[] = {
	{ "nexthdr", 0, 1, 0, FIELD_ENUM, next_headers },
	{ "hdrlen", 1, 1, 0, FIELD_UINT, NULL },
	{ "type", 2, 1, 0, FIELD_ENUM, routing_types },
	{ "segments_left", 3, 1, 0, FIELD_UINT, NULL },
};
static const struct field in6_element = { NULL, 0, 16, 0, FIELD_IN6_ADDR, NULL };

/* struct rt0_hdr, struct rt2_hdr; `off` is behind struct ipv6_rt_hdr everywhere here */
static void put_addresses(struct sot_decoding *d, size_t off, size_t end)
{
	static const struct field reserved = { "reserved", 0, 4, 0, FIELD_HEX, NULL };

	sot_put_fields(d, &reserved, 1, off);
	if (off + 4 < end)
		sot_put_array(d, "addr", off + 4, 16, (end - off - 4) / 16, &in6_element, 1);
}

/* struct ipv6_rpl_sr_hdr: addresses where nothing is left out of them, else what remains of them */
static void put_rpl_segments(struct sot_decoding *d, size_t off, size_t end)
{
	struct sot_value *v = d->value;

	if (!have(d, off, 4)) {
		v->cut = true;
		return;
	}
	sot_value_uint(v, "cmpri", d->data[off] >> 4, NULL);
	sot_value_uint(v, "cmpre", d->data[off] & 15, NULL);
	sot_value_uint(v, "pad", d->data[off + 1] >> 4, NULL);
	if (!d->data[off])
		sot_put_array(d, "segments", off + 4, 16, (end - off - 4) / 16, &in6_element, 1);
	else
		put_rest(d, off + 4, end);
}

static const struct sot_named segment_flags[] = { { 1 << 3, "SR6_FLAG1_HMAC" },
						  { 1 << 4, "SR6_FLAG1_ALERT" },
						  { 1 << 5, "SR6_FLAG1_OAM" },
						  { 1 << 6, "SR6_FLAG1_PROTECTED" },
						  { 0, NULL } };
static const struct field sr_hdr_fields[] = {
	{ "first_segment", 0, 1, 0, FIELD_UINT, NULL },
	{ "flags", 1, 1, 0, FIELD_BITS, segment_flags },
	{ "tag", 2, 2, 0, FIELD_BE, NULL },
};
static const struct field hmac_fields[] = {
	{ "hmackeyid", 2, 4, 0, FIELD_BE, NULL },
};

static void put_hmac(struct sot_decoding *d, size_t off, size_t end)
{
	if (off < end)
		sot_put_bytes(d, "hmac", off, end - off);
}

static const struct tlv segment_tlv_types[] = {
	TLV(1, "SR6_TLV_INGRESS"),
	TLV(2, "SR6_TLV_EGRESS"),
	TLV(3, "SR6_TLV_OPAQUE"),
	TLV(4, "SR6_TLV_PADDING"),
	TLV(5, "SR6_TLV_HMAC", FIELDS(hmac_fields, 6), .rest = put_hmac),
	{ .name = NULL },
};
static const struct tlv_list segment_tlvs = { .type_key = "type",
					      .length_key = "len",
					      .types = segment_tlv_types };

/* struct ipv6_sr_hdr */
static void put_segments(struct sot_decoding *d, size_t off, size_t end)
{
	size_t count, tlvs;

	sot_put_fields(d, sr_hdr_fields, COUNT(sr_hdr_fields), off);
	if (!have(d, off, 4))
		return;
	count = (size_t)d->data[off] + 1;
	tlvs = off + 4 + 16 * count;
	sot_put_array(d, "segments", off + 4, 16, count, &in6_element, 1);
	if (tlvs < end)
		put_tlvs(d, "tlvs", &segment_tlvs, tlvs, end);
}

static void put_routing_header(struct sot_decoding *d, size_t off, size_t end)
{
	static put_content_fn *const put[] = { put_addresses, put_rest, put_addresses,
					       put_rpl_segments, put_segments };
	size_t len = d->len, own;

	sot_put_fields(d, rt_hdr_fields, COUNT(rt_hdr_fields), off);
	if (!have(d, off, 4))
		return;
	own = header_end(d, off, end);
	d->value->cut |= header_end(d, off, SIZE_MAX) > end;
	if (d->len > own)
		d->len = own;
	(d->data[off + 2] < COUNT(put) ? put[d->data[off + 2]] : put_rest)(d, off + 4, own);
	d->len = len;
}

/*
 * The rest of ipv6_set_opt_hdr, and seg6_validate_srh in net/ipv6/seg6.c; type 2 needs
 * CONFIG_IPV6_MIP6, too.
 */
static bool routing_header_is_refused(const struct sot_decoding *d)
{
	uint8_t hdrlen = d->data[1], type = d->data[2], left = d->data[3];

	if (type == SRCRT_TYPE_2)
		return hdrlen != 2 || left != 1;
	if (type != SRCRT_TYPE_4)
		return true;
	if (8 * (hdrlen + 1) != d->optlen)
		return true;
	return have(d, 4, 1) && (left > d->data[4] || d->data[4] > hdrlen / 2 - 1);
}

void sot_decode_IPV6_ROUTING(struct sot_decoding *d)
{
	if (!open_header(d))
		return;
	put_routing_header(d, 0, (size_t)d->optlen);
	sot_value_close(d->value);
	d->out_of_range = header_is_refused(d) || (have(d, 0, 4) && routing_header_is_refused(d));
}

/*
 * IPV6_2292PKTOPTIONS: ip6_datagram_send_ctl in net/ipv6/datagram.c. The kernel reads them in its
 * own layout, whoever calls: nothing turns a 32-bit caller's struct cmsghdr into it on this way.
 */

#define CMSG_SIZE 16 /* of struct cmsghdr */

static const struct field cmsg_fields[] = {
	{ "cmsg_len", 0, 8, 0, FIELD_UINT, NULL },
};
static const struct sot_named cmsg_levels[] = { { 1, "SOL_SOCKET" },
						{ 41, "SOL_IPV6" },
						{ 0, NULL } };

static void put_data_options(struct sot_decoding *d, size_t off, size_t end)
{
	sot_value_open(d->value, SOT_NODE_OBJECT, "data", NULL);
	put_options_header(d, off, end);
	sot_value_close(d->value);
}

static void put_data_routing(struct sot_decoding *d, size_t off, size_t end)
{
	sot_value_open(d->value, SOT_NODE_OBJECT, "data", NULL);
	put_routing_header(d, off, end);
	sot_value_close(d->value);
}

static void put_data_pktinfo(struct sot_decoding *d, size_t off, size_t end)
{
	static const struct field fields[] = {
		{ "ipi6_addr", 0, 16, 0, FIELD_IN6_ADDR, NULL },
		{ "ipi6_ifindex", 16, 4, 0, FIELD_IFINDEX, NULL },
	};

	(void)end;
	sot_put_struct(d, "data", fields, COUNT(fields), off);
}

static const struct field data_int[] = { { "data", 0, 4, 0, FIELD_INT, NULL } };
static const struct field data_hex[] = { { "data", 0, 4, 0, FIELD_HEX, NULL } };
static const struct field data_flowinfo[] = { { "data", 0, 4, 0, FIELD_BE_HEX, NULL } };
static const struct field data_time[] = { { "data", 0, 8, 0, FIELD_UINT, NULL } };

static void put_nothing(struct sot_decoding *d, size_t off, size_t end)
{
	(void)d;
	(void)off;
	(void)end;
}

/* __sock_cmsg_send in net/core/sock.c */
static const struct tlv socket_cmsgs[] = {
	TLV(12, "SO_PRIORITY", FIELDS(data_int, 4), .rest = put_nothing),
	TLV(36, "SO_MARK", FIELDS(data_hex, 4), .rest = put_nothing),
	TLV(37, "SO_TIMESTAMPING", FIELDS(data_hex, 4), .rest = put_nothing),
	TLV(1, "SCM_RIGHTS"),
	TLV(2, "SCM_CREDENTIALS"),
	TLV(61, "SCM_TXTIME", FIELDS(data_time, 8), .rest = put_nothing),
	TLV(65, "SO_TIMESTAMPING_NEW", FIELDS(data_hex, 4), .rest = put_nothing),
	TLV(79, "SCM_DEVMEM_DMABUF", FIELDS(data_int, 4), .rest = put_nothing),
	TLV(81, "SCM_TS_OPT_ID", FIELDS(data_int, 4), .rest = put_nothing),
	{ .name = NULL },
};
static const struct tlv ipv6_cmsgs[] = {
	TLV(2, "IPV6_2292PKTINFO", .rest = put_data_pktinfo),
	TLV(3, "IPV6_2292HOPOPTS", .rest = put_data_options),
	TLV(4, "IPV6_2292DSTOPTS", .rest = put_data_options),
	TLV(5, "IPV6_2292RTHDR", .rest = put_data_routing),
	TLV(8, "IPV6_2292HOPLIMIT", FIELDS(data_int, 4), .rest = put_nothing),
	TLV(11, "IPV6_FLOWINFO", FIELDS(data_flowinfo, 4), .rest = put_nothing),
	TLV(50, "IPV6_PKTINFO", .rest = put_data_pktinfo),
	TLV(52, "IPV6_HOPLIMIT", FIELDS(data_int, 4), .rest = put_nothing),
	TLV(54, "IPV6_HOPOPTS", .rest = put_data_options),
	TLV(55, "IPV6_RTHDRDSTOPTS", .rest = put_data_options),
	TLV(57, "IPV6_RTHDR", .rest = put_data_routing),
	TLV(59, "IPV6_DSTOPTS", .rest = put_data_options),
	TLV(62, "IPV6_DONTFRAG", FIELDS(data_int, 4), .rest = put_nothing),
	TLV(67, "IPV6_TCLASS", FIELDS(data_int, 4), .rest = put_nothing),
	{ .name = NULL },
};
static const struct tlv no_cmsgs[] = { { .name = NULL } };

/* The type of a message under its level: its name, and how to read what it holds. */
static const struct tlv *find_cmsg(uint32_t level, uint32_t type)
{
	const struct tlv_list list = { .types = level == 41 ? ipv6_cmsgs :
						level == 1  ? socket_cmsgs :
							      no_cmsgs };

	return find_tlv(&list, type < 256 ? (uint8_t)type : 0);
}

/* Returns where the next one begins: CMSG_OK and CMSG_NEXTHDR of include/linux/socket.h. */
static size_t put_cmsg(struct sot_decoding *d, size_t off, size_t end)
{
	const struct tlv *t;
	uint32_t level, type;
	uint64_t len;

	sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
	sot_put_fields(d, cmsg_fields, COUNT(cmsg_fields), off);
	if (!have(d, off, CMSG_SIZE)) {
		d->value->cut = true;
		sot_value_close(d->value);
		return end;
	}
	len = load64(d->data + off);
	level = load32(d->data + off + 8);
	type = load32(d->data + off + 12);
	t = find_cmsg(level, type);
	sot_value_uint(d->value, "cmsg_level", level, sot_named_find(cmsg_levels, level));
	sot_value_uint(d->value, "cmsg_type", type, t->name);
	d->value->cut |= len < CMSG_SIZE || len > end - off;
	if (len > end - off)
		len = end - off;
	if (len > CMSG_SIZE)
		put_within(d, t, off + CMSG_SIZE, off + (size_t)len);
	sot_value_close(d->value);
	return len < CMSG_SIZE ? end : off + (((size_t)len + 7) & ~(size_t)7);
}

void sot_decode_CMSGS(struct sot_decoding *d)
{
	size_t off = 0, end = (size_t)d->optlen;

	if (!have(d, 0, 8)) {
		d->value->cut = true;
		return;
	}
	sot_value_open(d->value, SOT_NODE_ARRAY, NULL, NULL);
	while (off < end && end - off >= CMSG_SIZE && have(d, off, 8) && !d->value->full)
		off = put_cmsg(d, off, end);
	d->value->cut |= off < end;
	sot_value_close(d->value);
}

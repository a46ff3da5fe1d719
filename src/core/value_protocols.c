/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values that are structures: those of the protocols beside IP, TCP and UDP. */
#include <stdio.h>
#include <string.h>

#include "value_fields.h"

/* Structures of SOL_PACKET: include/uapi/linux/if_packet.h */

static const struct sot_named packet_mr_types[] = {
	{ 0, "PACKET_MR_MULTICAST" },
	{ 1, "PACKET_MR_PROMISC" },
	{ 2, "PACKET_MR_ALLMULTI" },
	{ 3, "PACKET_MR_UNICAST" },
	{ 0, NULL },
};
static const struct field packet_mreq_fields[] = {
	{ "mr_ifindex", 0, 4, 0, FIELD_IFINDEX, NULL },
	{ "mr_type", 4, 2, 0, FIELD_ENUM, packet_mr_types },
	{ "mr_alen", 6, 2, 0, FIELD_UINT, NULL },
};

#define MR_ADDRESS 8
#define MAX_ADDR_LEN 32

/* A hardware address, as "01:00:5e:00:00:01". */
static void put_hw_addr(struct sot_value *v, const char *key, const uint8_t *p, size_t len)
{
	char text[3 * MAX_ADDR_LEN + 1];
	size_t i;

	for (i = 0; i < len; i++)
		snprintf(text + 3 * i, 4, "%02x:", p[i]);
	text[3 * len - 1] = '\0';
	sot_value_symbol(v, key, text);
}

/* packet_setsockopt: refused when optlen has no room for the address */
void sot_decode_PACKET_MREQ(struct sot_decoding *d)
{
	size_t alen;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, packet_mreq_fields,
			     COUNT(packet_mreq_fields)))
		return;
	if (have(d, 6, 2)) {
		alen = load16(d->data + 6);
		d->out_of_range = alen > MAX_ADDR_LEN || MR_ADDRESS + alen > (size_t)d->optlen;
		if (alen && alen <= MAX_ADDR_LEN && have(d, MR_ADDRESS, alen))
			put_hw_addr(d->value, "mr_address", d->data + MR_ADDRESS, alen);
		else
			d->value->cut = alen > 0;
	}
	sot_value_close(d->value);
}

static const struct sot_named tpacket_features[] = { { 1, "TP_FT_REQ_FILL_RXHASH" }, { 0, NULL } };
static const struct field tpacket_req_fields[] = {
	{ "tp_block_size", 0, 4, 0, FIELD_UINT, NULL },
	{ "tp_block_nr", 4, 4, 0, FIELD_UINT, NULL },
	{ "tp_frame_size", 8, 4, 0, FIELD_UINT, NULL },
	{ "tp_frame_nr", 12, 4, 0, FIELD_UINT, NULL },
	{ "tp_retire_blk_tov", 16, 4, 0, FIELD_UMSECONDS, NULL },
	{ "tp_sizeof_priv", 20, 4, 0, FIELD_UINT, NULL },
	{ "tp_feature_req_word", 24, 4, 0, FIELD_BITS, tpacket_features },
};

#define LEAST_PAGE 4096
#define LEAST_FRAME 52 /* TPACKET_HDRLEN, with PACKET_RESERVE 0 */

/* packet_set_ring, as far as all versions and page sizes agree */
static bool ring_is_refused(const uint8_t *p)
{
	uint32_t block_size = load32(p), block_nr = load32(p + 4);
	uint32_t frame_size = load32(p + 8), frame_nr = load32(p + 12);

	if (!block_nr)
		return frame_nr;
	return (int32_t)block_size <= 0 || block_size % LEAST_PAGE || frame_size < LEAST_FRAME ||
	       frame_size % 16 || block_size / frame_size * (uint64_t)block_nr != frame_nr;
}

void sot_decode_TPACKET_REQ(struct sot_decoding *d)
{
	size_t count = d->optlen >= 28 ? COUNT(tpacket_req_fields) : 4;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, tpacket_req_fields, count))
		return;
	sot_value_close(d->value);
	d->out_of_range = have(d, 0, 16) && ring_is_refused(d->data);
}

#define PACKET_FANOUT_ROLLOVER 3
#define PACKET_FANOUT_FLAG_ROLLOVER 0x1000
#define PACKET_FANOUT_FLAG_UNIQUEID 0x2000
#define PACKET_FANOUT_MAX (1 << 16)

static const struct sot_named fanout_types[] = {
	{ 0, "PACKET_FANOUT_HASH" },
	{ 1, "PACKET_FANOUT_LB" },
	{ 2, "PACKET_FANOUT_CPU" },
	{ PACKET_FANOUT_ROLLOVER, "PACKET_FANOUT_ROLLOVER" },
	{ 4, "PACKET_FANOUT_RND" },
	{ 5, "PACKET_FANOUT_QM" },
	{ 6, "PACKET_FANOUT_CBPF" },
	{ 7, "PACKET_FANOUT_EBPF" },
	{ 0, NULL },
};
static const struct sot_named fanout_flags[] = {
	{ PACKET_FANOUT_FLAG_ROLLOVER, "PACKET_FANOUT_FLAG_ROLLOVER" },
	{ PACKET_FANOUT_FLAG_UNIQUEID, "PACKET_FANOUT_FLAG_UNIQUEID" },
	{ 0x4000, "PACKET_FANOUT_FLAG_IGNORE_OUTGOING" },
	{ 0x8000, "PACKET_FANOUT_FLAG_DEFRAG" },
	{ 0, NULL },
};

/* The type in the low byte, the flags above it. */
static const char *fanout_text(struct sot_value *v, unsigned int type_flags)
{
	const char *type = sot_named_find(fanout_types, type_flags & 0xff);
	const char *flags = sot_bits_text(v, fanout_flags, type_flags & 0xff00);

	if (!type)
		type = sot_value_printf(v, "%u", type_flags & 0xff);
	return flags ? sot_value_printf(v, "%s|%s", type, flags) : type;
}

/* fanout_add; PACKET_FANOUT_MAX was 256 and max_num_members unknown before 5.12 */
static bool fanout_is_refused(const struct sot_decoding *d)
{
	unsigned int id = load16(d->data), type_flags = load16(d->data + 2);
	unsigned int type = type_flags & 0xff;

	return type > 7 ||
	       (type == PACKET_FANOUT_ROLLOVER && (type_flags & PACKET_FANOUT_FLAG_ROLLOVER)) ||
	       (id && (type_flags & PACKET_FANOUT_FLAG_UNIQUEID)) ||
	       (d->optlen >= 8 && have(d, 4, 4) && load32(d->data + 4) > PACKET_FANOUT_MAX);
}

/* PACKET_FANOUT in packet_setsockopt: an int will do, max_num_members is then 0 */
void sot_decode_FANOUT_ARGS(struct sot_decoding *d)
{
	static const struct field id = { "id", 0, 2, 0, FIELD_UINT, NULL };
	static const struct field members = { "max_num_members", 4, 4, 0, FIELD_UINT, NULL };
	unsigned int type_flags;

	if (!have(d, 0, 4)) {
		d->value->cut = true;
		return;
	}
	type_flags = load16(d->data + 2);
	sot_open_struct(d, SOT_NODE_OBJECT, NULL, &id, 1);
	sot_value_uint(d->value, "type_flags", type_flags, fanout_text(d->value, type_flags));
	if (d->optlen >= 8)
		sot_put_fields(d, &members, 1, 0);
	sot_value_close(d->value);
	d->out_of_range = fanout_is_refused(d);
}

/* fanout_set_data: which one it is the group's type says; their lengths differ */
void sot_decode_FANOUT_PROG(struct sot_decoding *d)
{
	if (d->optlen == 4)
		sot_decode_BPF_FD(d);
	else
		sot_decode_SOCK_FPROG(d);
}

/* Structures of SOL_XDP: include/uapi/linux/if_xdp.h */

static const struct sot_named xdp_umem_flags[] = { { 1, "XDP_UMEM_UNALIGNED_CHUNK_FLAG" },
						   { 2, "XDP_UMEM_TX_SW_CSUM" },
						   { 4, "XDP_UMEM_TX_METADATA_LEN" },
						   { 0, NULL } };
static const struct field xdp_umem_fields[] = {
	{ "addr", 0, 8, 0, FIELD_PTR, NULL },
	{ "len", 8, 8, 0, FIELD_UINT, NULL },
	{ "chunk_size", 16, 4, 0, FIELD_UINT, NULL },
	{ "headroom", 20, 4, 0, FIELD_UINT, NULL },
	{ "flags", 24, 4, 0, FIELD_BITS, xdp_umem_flags },
	{ "tx_metadata_len", 28, 4, 0, FIELD_UINT, NULL },
};

/* XDP_UMEM_REG in xsk_setsockopt: what is not the whole struct is its first version */
void sot_decode_XDP_UMEM(struct sot_decoding *d)
{
	if (sot_open_struct(d, SOT_NODE_OBJECT, NULL, xdp_umem_fields, d->optlen >= 32 ? 6 : 4))
		sot_value_close(d->value);
}

/* Structures of SOL_RAW and SOL_ICMPV6: include/uapi/linux/icmp.h, icmpv6.h */

/* A bit that is set keeps the message of that type out. */
static const struct sot_named icmp_types[] = {
	{ 1 << 0, "ICMP_ECHOREPLY" },
	{ 1 << 3, "ICMP_DEST_UNREACH" },
	{ 1 << 4, "ICMP_SOURCE_QUENCH" },
	{ 1 << 5, "ICMP_REDIRECT" },
	{ 1 << 8, "ICMP_ECHO" },
	{ 1 << 11, "ICMP_TIME_EXCEEDED" },
	{ 1 << 12, "ICMP_PARAMETERPROB" },
	{ 1 << 13, "ICMP_TIMESTAMP" },
	{ 1 << 14, "ICMP_TIMESTAMPREPLY" },
	{ 1 << 15, "ICMP_INFO_REQUEST" },
	{ 1 << 16, "ICMP_INFO_REPLY" },
	{ 1 << 17, "ICMP_ADDRESS" },
	{ 1 << 18, "ICMP_ADDRESSREPLY" },
	{ 0, NULL },
};
static const struct field icmp_filter_fields[] = {
	{ "data", 0, 4, 0, FIELD_BITS, icmp_types },
};
STRUCT_TYPE(ICMP_TYPES, SOT_NODE_OBJECT, icmp_filter_fields)

#define ICMP6_LISTED 16

/* "block 1, 128" or "pass 134", whichever is short; NULL: neither is. */
static const char *icmp6_filter_text(struct sot_value *v, const uint8_t data[32])
{
	unsigned int type, blocked = 0, bit;
	char text[8 + ICMP6_LISTED * 5];
	size_t len;
	bool block;

	for (type = 0; type < 32; type++)
		blocked += (unsigned int)__builtin_popcount(data[type]);
	block = blocked <= 128;
	if (!blocked || blocked == 256)
		return blocked ? "block all" : "pass all";
	if ((block ? blocked : 256 - blocked) > ICMP6_LISTED)
		return NULL;
	len = (size_t)snprintf(text, sizeof(text), block ? "block" : "pass");
	for (type = 0, blocked = 0; type < 256; type++) {
		bit = data[type / 8] >> type % 8 & 1;
		if (bit == block)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s %u",
						blocked++ ? "," : "", type);
	}
	return sot_value_printf(v, "%s", text);
}

void sot_decode_ICMP6_TYPES(struct sot_decoding *d)
{
	static const struct field word = { NULL, 0, 4, 0, FIELD_HEX, NULL };

	if (!have(d, 0, 4)) {
		d->value->cut = true;
		return;
	}
	sot_value_open(d->value, SOT_NODE_OBJECT, NULL,
		       have(d, 0, 32) ? icmp6_filter_text(d->value, d->data) : NULL);
	sot_put_array(d, "data", 0, 4, 8, &word, 1);
	sot_value_close(d->value);
}

/* Structures of SOL_RXRPC, SOL_RDS and SOL_TIPC: include/uapi/linux/rds.h, tipc.h */

void sot_decode_RXRPC_UPGRADE(struct sot_decoding *d)
{
	static const struct field service = { NULL, 0, 2, 0, FIELD_UINT, NULL };

	sot_decode_array(d, 2, &service, 1);
}

void sot_decode_SOCKET_ADDRESS(struct sot_decoding *d)
{
	static const struct field address = { NULL, 0, 128, 0, FIELD_SOCKADDR, NULL };

	sot_put_fields(d, &address, 1, 0);
}

static const struct sot_named rds_rdma_flags[] = {
	{ 0x1, "RDS_RDMA_READWRITE" },	{ 0x2, "RDS_RDMA_FENCE" },
	{ 0x4, "RDS_RDMA_INVALIDATE" }, { 0x8, "RDS_RDMA_USE_ONCE" },
	{ 0x10, "RDS_RDMA_DONTWAIT" },	{ 0x20, "RDS_RDMA_NOTIFY_ME" },
	{ 0x40, "RDS_RDMA_SILENT" },	{ 0, NULL },
};
/* struct rds_iovec vec stands first in both; its members are named by it */
static const struct field rds_get_mr_fields[] = {
	{ "vec.addr", 0, 8, 0, FIELD_PTR, NULL },
	{ "vec.bytes", 8, 8, 0, FIELD_UINT, NULL },
	{ "cookie_addr", 16, 8, 0, FIELD_PTR, NULL },
	{ "flags", 24, 8, 0, FIELD_BITS, rds_rdma_flags },
};
STRUCT_TYPE(RDS_MR, SOT_NODE_OBJECT, rds_get_mr_fields)

static const struct field rds_get_mr_for_dest_fields[] = {
	{ "dest_addr", 0, 128, 0, FIELD_SOCKADDR, NULL },
	{ "vec.addr", 128, 8, 0, FIELD_PTR, NULL },
	{ "vec.bytes", 136, 8, 0, FIELD_UINT, NULL },
	{ "cookie_addr", 144, 8, 0, FIELD_PTR, NULL },
	{ "flags", 152, 8, 0, FIELD_BITS, rds_rdma_flags },
};
STRUCT_TYPE(RDS_MR_FOR_DEST, SOT_NODE_OBJECT, rds_get_mr_for_dest_fields)

static const struct field rds_free_mr_fields[] = {
	{ "cookie", 0, 8, 0, FIELD_HEX, NULL },
	{ "flags", 8, 8, 0, FIELD_BITS, rds_rdma_flags },
};
STRUCT_TYPE(RDS_FREE, SOT_NODE_OBJECT, rds_free_mr_fields)

static const struct sot_named rds_rx_points[] = { { 0, "RDS_MSG_RX_HDR_TO_DGRAM_START" },
						  { 1, "RDS_MSG_RX_DGRAM_REASSEMBLE" },
						  { 2, "RDS_MSG_RX_DGRAM_DELIVERED" },
						  { 0, NULL } };

/* rds_recv_track_latency: up to 3 points of 3 */
void sot_decode_RDS_RX_TRACE(struct sot_decoding *d)
{
	static const struct field traces = { "rx_traces", 0, 1, 0, FIELD_UINT, NULL };
	static const struct field point = { NULL, 0, 1, 0, FIELD_ENUM, rds_rx_points };
	unsigned int count, i;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, &traces, 1))
		return;
	count = d->data[0];
	d->out_of_range = count > 3;
	for (i = 1; i <= count && i <= 3; i++)
		d->out_of_range |= have(d, i, 1) && d->data[i] > 2;
	sot_put_array(d, "rx_trace_pos", 1, 1, count < 3 ? count : 3, &point, 1);
	sot_value_close(d->value);
}

#define TIPC_RESERVED_TYPES 64

static const struct sot_named tipc_scopes[] = {
	{ 1, "TIPC_ZONE_SCOPE" }, { 2, "TIPC_CLUSTER_SCOPE" }, { 3, "TIPC_NODE_SCOPE" }, { 0, NULL }
};
static const struct sot_named tipc_group_flags[] = { { 1, "TIPC_GROUP_LOOPBACK" },
						     { 2, "TIPC_GROUP_MEMBER_EVTS" },
						     { 0, NULL } };
static const struct field tipc_group_req_fields[] = {
	{ "type", 0, 4, 0, FIELD_UINT, NULL },
	{ "instance", 4, 4, 0, FIELD_UINT, NULL },
	{ "scope", 8, 4, 0, FIELD_ENUM, tipc_scopes },
	{ "flags", 12, 4, 0, FIELD_BITS, tipc_group_flags },
};

/* tipc_sk_join */
void sot_decode_TIPC_GROUP(struct sot_decoding *d)
{
	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, tipc_group_req_fields,
			     COUNT(tipc_group_req_fields)))
		return;
	sot_value_close(d->value);
	d->out_of_range =
		load32(d->data) < TIPC_RESERVED_TYPES || (have(d, 8, 4) && load32(d->data + 8) > 3);
}

/* Structures of SOL_CAN_*: include/uapi/linux/can.h, can/raw.h, can/isotp.h, can/j1939.h */

static const struct field can_filter_fields[] = {
	{ "can_id", 0, 4, 0, FIELD_HEX, NULL },
	{ "can_mask", 4, 4, 0, FIELD_HEX, NULL },
};

/* raw_setsockopt: whole filters only */
void sot_decode_CAN_FILTERS(struct sot_decoding *d)
{
	sot_decode_array(d, 8, can_filter_fields, COUNT(can_filter_fields));
	d->out_of_range = d->value->count && d->optlen % 8;
}

static const struct sot_named can_vcid_flags[] = { { 1, "CAN_RAW_XL_VCID_TX_SET" },
						   { 2, "CAN_RAW_XL_VCID_TX_PASS" },
						   { 4, "CAN_RAW_XL_VCID_RX_FILTER" },
						   { 0, NULL } };
static const struct field can_vcid_fields[] = {
	{ "flags", 0, 1, 0, FIELD_BITS, can_vcid_flags },
	{ "tx_vcid", 1, 1, 0, FIELD_HEX, NULL },
	{ "rx_vcid", 2, 1, 0, FIELD_HEX, NULL },
	{ "rx_vcid_mask", 3, 1, 0, FIELD_HEX, NULL },
};
STRUCT_TYPE(CAN_VCID, SOT_NODE_OBJECT, can_vcid_fields)

static const struct sot_named isotp_flags[] = {
	{ 0x1, "CAN_ISOTP_LISTEN_MODE" },
	{ 0x2, "CAN_ISOTP_EXTEND_ADDR" },
	{ 0x4, "CAN_ISOTP_TX_PADDING" },
	{ 0x8, "CAN_ISOTP_RX_PADDING" },
	{ 0x10, "CAN_ISOTP_CHK_PAD_LEN" },
	{ 0x20, "CAN_ISOTP_CHK_PAD_DATA" },
	{ 0x40, "CAN_ISOTP_HALF_DUPLEX" },
	{ 0x80, "CAN_ISOTP_FORCE_TXSTMIN" },
	{ 0x100, "CAN_ISOTP_FORCE_RXSTMIN" },
	{ 0x200, "CAN_ISOTP_RX_EXT_ADDR" },
	{ 0x400, "CAN_ISOTP_WAIT_TX_DONE" },
	{ 0x800, "CAN_ISOTP_SF_BROADCAST" },
	{ 0x1000, "CAN_ISOTP_CF_BROADCAST" },
	{ 0x2000, "CAN_ISOTP_DYN_FC_PARMS" },
	{ 0, NULL },
};
static const struct field isotp_options_fields[] = {
	{ "flags", 0, 4, 0, FIELD_BITS, isotp_flags },
	{ "frame_txtime", 4, 4, 0, FIELD_UNSECONDS, NULL },
	{ "ext_address", 8, 1, 0, FIELD_HEX, NULL },
	{ "txpad_content", 9, 1, 0, FIELD_HEX, NULL },
	{ "rxpad_content", 10, 1, 0, FIELD_HEX, NULL },
	{ "rx_ext_address", 11, 1, 0, FIELD_HEX, NULL },
};
STRUCT_TYPE(ISOTP_OPTIONS, SOT_NODE_OBJECT, isotp_options_fields)

static const struct field isotp_fc_fields[] = {
	{ "bs", 0, 1, 0, FIELD_UINT, NULL },
	{ "stmin", 1, 1, 0, FIELD_HEX, NULL },
	{ "wftmax", 2, 1, 0, FIELD_UINT, NULL },
};
STRUCT_TYPE(ISOTP_FC, SOT_NODE_OBJECT, isotp_fc_fields)

static const struct sot_named can_mtus[] = { { 16, "CAN_MTU" }, { 72, "CANFD_MTU" }, { 0, NULL } };
static const struct sot_named canfd_flags[] = {
	{ 1, "CANFD_BRS" }, { 2, "CANFD_ESI" }, { 4, "CANFD_FDF" }, { 0, NULL }
};
static const struct field isotp_ll_fields[] = {
	{ "mtu", 0, 1, 0, FIELD_ENUM, can_mtus },
	{ "tx_dl", 1, 1, 0, FIELD_UINT, NULL },
	{ "tx_flags", 2, 1, 0, FIELD_BITS, canfd_flags },
};

/* CAN_ISOTP_LL_OPTS in isotp_setsockopt_locked; the lengths that padlen() leaves are more than 8 */
void sot_decode_ISOTP_LL(struct sot_decoding *d)
{
	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, isotp_ll_fields, COUNT(isotp_ll_fields)))
		return;
	sot_value_close(d->value);
	d->out_of_range = !sot_named_find(can_mtus, d->data[0]) ||
			  (have(d, 0, 2) && d->data[1] > (d->data[0] == 16 ? 8 : 64)) ||
			  (have(d, 0, 3) && d->data[0] == 16 && d->data[2]);
}

static const struct field j1939_filter_fields[] = {
	{ "name", 0, 8, 0, FIELD_HEX, NULL },  { "name_mask", 8, 8, 0, FIELD_HEX, NULL },
	{ "pgn", 16, 4, 0, FIELD_HEX, NULL },  { "pgn_mask", 20, 4, 0, FIELD_HEX, NULL },
	{ "addr", 24, 1, 0, FIELD_HEX, NULL }, { "addr_mask", 25, 1, 0, FIELD_HEX, NULL },
};

/* j1939_sk_setsockopt: whole filters only, padded to 32 bytes */
void sot_decode_J1939_FILTERS(struct sot_decoding *d)
{
	sot_decode_array(d, 32, j1939_filter_fields, COUNT(j1939_filter_fields));
	d->out_of_range = d->value->count && d->optlen % 32;
}

/* Structures of ATM: include/uapi/linux/atm.h, atmsap.h */

static const struct sot_named atm_classes[] = {
	{ 0, "ATM_NONE" }, { 1, "ATM_UBR" },	  { 2, "ATM_CBR" }, { 3, "ATM_VBR" },
	{ 4, "ATM_ABR" },  { 5, "ATM_ANYCLASS" }, { 0, NULL },
};
static const struct field atm_trafprm_fields[] = {
	{ "traffic_class", 0, 1, 0, FIELD_ENUM, atm_classes },
	{ "max_pcr", 4, 4, 0, FIELD_INT, NULL },
	{ "pcr", 8, 4, 0, FIELD_INT, NULL },
	{ "min_pcr", 12, 4, 0, FIELD_INT, NULL },
	{ "max_cdv", 16, 4, 0, FIELD_INT, NULL },
	{ "max_sdu", 20, 4, 0, FIELD_INT, NULL },
};
static const struct sot_named atm_aals[] = {
	{ 0, "ATM_NO_AAL" }, { 1, "ATM_AAL1" },	 { 2, "ATM_AAL2" }, { 3, "ATM_AAL34" },
	{ 5, "ATM_AAL5" },   { 13, "ATM_AAL0" }, { 0, NULL },
};
static const struct field atm_aal_field[] = {
	{ "aal", 80, 1, 0, FIELD_ENUM, atm_aals },
};

#define ATM_ABR 4

/* What counts in that class alone; bit-fields fill their words from bit 0 on. */
static const struct field atm_abr_fields[] = {
	{ "icr", 24, 4, 0, FIELD_UINT, NULL },
	{ "tbe", 28, 4, 0, FIELD_UINT, NULL },
};
static const struct {
	const char *key;
	uint8_t off, shift, bits;
} atm_abr_bits[] = {
	{ "frtt", 32, 0, 24 },	  { "rif", 32, 24, 4 },	    { "rdf", 32, 28, 4 },
	{ "nrm_pres", 36, 0, 1 }, { "trm_pres", 36, 1, 1 }, { "adtf_pres", 36, 2, 1 },
	{ "cdf_pres", 36, 3, 1 }, { "nrm", 36, 4, 3 },	    { "trm", 36, 7, 3 },
	{ "adtf", 36, 10, 10 },	  { "cdf", 36, 20, 3 },
};

static void put_trafprm(struct sot_decoding *d, const char *key, size_t base)
{
	size_t i;

	sot_value_open(d->value, SOT_NODE_OBJECT, key, NULL);
	sot_put_fields(d, atm_trafprm_fields, COUNT(atm_trafprm_fields), base);
	if (have(d, base, 24) && d->data[base] == ATM_ABR) {
		sot_put_fields(d, atm_abr_fields, COUNT(atm_abr_fields), base);
		for (i = 0; i < COUNT(atm_abr_bits) && have(d, base + atm_abr_bits[i].off, 4); i++)
			sot_value_uint(d->value, atm_abr_bits[i].key,
				       load32(d->data + base + atm_abr_bits[i].off) >>
						       atm_abr_bits[i].shift &
					       ((1U << atm_abr_bits[i].bits) - 1),
				       NULL);
		d->value->cut |= i < COUNT(atm_abr_bits);
	}
	sot_value_close(d->value);
}

/* check_qos in net/atm/common.c, as far as the classes go */
static bool atm_classes_are_refused(uint8_t tx, uint8_t rx)
{
	return tx > 5 || rx > 5 || (!tx && !rx);
}

void sot_decode_ATM_QOS(struct sot_decoding *d)
{
	struct sot_value *v = d->value;

	if (!sot_have_field(d, &atm_trafprm_fields[0], 0)) {
		v->cut = true;
		return;
	}
	sot_value_open(v, SOT_NODE_OBJECT, NULL, NULL);
	put_trafprm(d, "txtp", 0);
	put_trafprm(d, "rxtp", 40);
	sot_put_fields(d, atm_aal_field, COUNT(atm_aal_field), 0);
	sot_value_close(v);
	d->out_of_range = have(d, 40, 1) && atm_classes_are_refused(d->data[0], d->data[40]);
}

static const struct sot_named atm_hl_types[] = {
	{ 0, "ATM_HL_NONE" }, { 1, "ATM_HL_ISO" },    { 2, "ATM_HL_USER" },
	{ 3, "ATM_HL_HLP" },  { 4, "ATM_HL_VENDOR" }, { 0, NULL },
};
static const struct sot_named atm_l2_protos[] = {
	{ 0, "ATM_L2_NONE" },	    { 0x1, "ATM_L2_ISO1745" },	{ 0x2, "ATM_L2_Q291" },
	{ 0x6, "ATM_L2_X25_LL" },   { 0x7, "ATM_L2_X25_ML" },	{ 0x8, "ATM_L2_LAPB" },
	{ 0x9, "ATM_L2_HDLC_ARM" }, { 0xa, "ATM_L2_HDLC_NRM" }, { 0xb, "ATM_L2_HDLC_ABM" },
	{ 0xc, "ATM_L2_ISO8802" },  { 0xd, "ATM_L2_X75" },	{ 0xe, "ATM_L2_Q922" },
	{ 0x10, "ATM_L2_USER" },    { 0x11, "ATM_L2_ISO7776" }, { 0, NULL },
};
static const struct sot_named atm_l3_protos[] = {
	{ 0, "ATM_L3_NONE" },
	{ 0x6, "ATM_L3_X25" },
	{ 0x7, "ATM_L3_ISO8208" },
	{ 0x8, "ATM_L3_X223" },
	{ 0x9, "ATM_L3_ISO8473" },
	{ 0xa, "ATM_L3_T70" },
	{ 0xb, "ATM_L3_TR9577" },
	{ 0xc, "ATM_L3_H310" },
	{ 0xd, "ATM_L3_H321" },
	{ 0x10, "ATM_L3_USER" },
	{ 0, NULL },
};
static const struct sot_named atm_modes[] = {
	{ 0, "ATM_IMD_NONE" }, { 1, "ATM_IMD_NORMAL" }, { 2, "ATM_IMD_EXTENDED" }, { 0, NULL }
};

#define ATM_L3_TR9577 0xb
#define ATM_L3_H310 0xc
#define ATM_PROTO_USER 0x10 /* ATM_L2_USER, ATM_L3_USER */

/* struct atm_blli: its protocols say which members of its unions are meant. */
static void put_blli(struct sot_decoding *d, size_t base)
{
	static const struct field l2[] = { { "l2_proto", 0, 1, 0, FIELD_ENUM, atm_l2_protos } };
	static const struct field l2_user[] = { { "l2.user", 1, 1, 0, FIELD_HEX, NULL } };
	static const struct field l2_itu[] = { { "l2.mode", 1, 1, 0, FIELD_ENUM, atm_modes },
					       { "l2.window", 2, 1, 0, FIELD_UINT, NULL } };
	static const struct field l3[] = { { "l3_proto", 3, 1, 0, FIELD_ENUM, atm_l3_protos } };
	static const struct field l3_user[] = { { "l3.user", 4, 1, 0, FIELD_HEX, NULL } };
	static const struct field l3_itu[] = { { "l3.mode", 4, 1, 0, FIELD_ENUM, atm_modes },
					       { "l3.def_size", 5, 1, 0, FIELD_UINT, NULL },
					       { "l3.window", 6, 1, 0, FIELD_UINT, NULL } };
	static const struct field l3_h310[] = { { "l3.term_type", 4, 1, 0, FIELD_UINT, NULL },
						{ "l3.fw_mpx_cap", 5, 1, 0, FIELD_UINT, NULL },
						{ "l3.bw_mpx_cap", 6, 1, 0, FIELD_UINT, NULL } };
	static const struct field l3_ipi[] = { { "l3.ipi", 4, 1, 0, FIELD_HEX, NULL } };
	uint8_t proto = d->data[base];

	sot_put_fields(d, l2, 1, base);
	if (proto)
		sot_put_fields(d, proto == ATM_PROTO_USER ? l2_user : l2_itu,
			       proto == ATM_PROTO_USER ? 1 : 2, base);
	sot_put_fields(d, l3, 1, base);
	proto = have(d, base + 3, 1) ? d->data[base + 3] : 0;
	if (proto == ATM_PROTO_USER)
		sot_put_fields(d, l3_user, 1, base);
	else if (proto == ATM_L3_H310)
		sot_put_fields(d, l3_h310, COUNT(l3_h310), base);
	else if (proto && proto != ATM_L3_TR9577)
		sot_put_fields(d, l3_itu, COUNT(l3_itu), base);
	if (proto != ATM_L3_TR9577)
		return;
	sot_put_fields(d, l3_ipi, 1, base);
	sot_put_bytes(d, "l3.snap", base + 5, 5);
}

#define ATM_BLLI_OFF 10
#define ATM_BLLI_SIZE 10

/* struct atm_bhli, then three of struct atm_blli */
void sot_decode_ATM_SAP(struct sot_decoding *d)
{
	static const struct field bhli[] = {
		{ "hl_type", 0, 1, 0, FIELD_ENUM, atm_hl_types },
		{ "hl_length", 1, 1, 0, FIELD_UINT, NULL },
	};
	unsigned int i;
	size_t off;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, bhli, COUNT(bhli)))
		return;
	if (have(d, 0, 2))
		sot_put_bytes(d, "hl_info", 2, d->data[1] < 8 ? d->data[1] : 8);
	sot_value_open(d->value, SOT_NODE_ARRAY, "blli", NULL);
	for (i = 0; i < 3; i++) {
		off = ATM_BLLI_OFF + ATM_BLLI_SIZE * (size_t)i;
		if (!have(d, off, 1))
			break;
		sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
		put_blli(d, off);
		sot_value_close(d->value);
	}
	d->value->cut |= i < 3;
	sot_value_close(d->value);
	sot_value_close(d->value);
}

/* Values of DCCP: include/uapi/linux/dccp.h; dccp_setsockopt_service in net/dccp/proto.c */

/* "SC:fdpz" where all four are printable, as RFC 5595 has it; NULL: they are not. */
static const char *service_text(struct sot_value *v, const uint8_t *p)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		if (p[i] <= ' ' || p[i] > '~')
			return NULL;
	return sot_value_printf(v, "SC:%.4s", (const char *)p);
}

static void put_service(struct sot_decoding *d, const char *key, size_t off)
{
	sot_value_uint(d->value, key, load_be32(d->data + off),
		       service_text(d->value, d->data + off));
}

/* The socket's own code; behind it those that a server takes, too. All ones are refused. */
void sot_decode_DCCP_SERVICES(struct sot_decoding *d)
{
	size_t off, end = (size_t)d->optlen & ~(size_t)3;

	if (!have(d, 0, 4)) {
		d->value->cut = true;
		return;
	}
	sot_value_open(d->value, SOT_NODE_OBJECT, NULL, NULL);
	put_service(d, "dccps_service", 0);
	d->out_of_range = load32(d->data) == UINT32_MAX;
	sot_value_open(d->value, SOT_NODE_ARRAY, "dccps_service_list", NULL);
	for (off = 4; off < end && have(d, off, 4); off += 4) {
		put_service(d, NULL, off);
		d->out_of_range |= load32(d->data + off) == UINT32_MAX;
	}
	sot_value_close(d->value);
	d->value->cut |= off < end;
	sot_value_close(d->value);
}

static const struct sot_named dccp_ccids[] = { { 2, "DCCPC_CCID2" },
					       { 3, "DCCPC_CCID3" },
					       { 0, NULL } };

void sot_decode_DCCP_CCIDS(struct sot_decoding *d)
{
	static const struct field ccid = { NULL, 0, 1, 0, FIELD_ENUM, dccp_ccids };

	sot_decode_array(d, 1, &ccid, 1);
}

/* Structures of DECnet: include/uapi/linux/dn.h of Linux 5.10; __dn_setsockopt */

static const struct field optdata_fields[] = {
	{ "opt_status", 0, 2, 0, FIELD_UINT, NULL },
	{ "opt_optl", 2, 2, 0, FIELD_UINT, NULL },
};

void sot_decode_DECNET_OPTDATA(struct sot_decoding *d)
{
	size_t len;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, optdata_fields, COUNT(optdata_fields)))
		return;
	if (have(d, 0, 4)) {
		len = load16(d->data + 2);
		d->out_of_range = len > 16;
		sot_put_bytes(d, "opt_data", 4, len < 16 ? len : 16);
	}
	sot_value_close(d->value);
}

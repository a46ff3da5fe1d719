/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values of SOL_SCTP: include/uapi/linux/sctp.h. */
#include <sys/socket.h>

#include "value_fields.h"

static const struct field rtoinfo_fields[] = {
	{ "srto_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "srto_initial", 4, 4, 0, FIELD_UMSECONDS, NULL },
	{ "srto_max", 8, 4, 0, FIELD_UMSECONDS, NULL },
	{ "srto_min", 12, 4, 0, FIELD_UMSECONDS, NULL },
};
STRUCT_TYPE(SCTP_RTO, SOT_NODE_OBJECT, rtoinfo_fields)

static const struct field assocparams_fields[] = {
	{ "sasoc_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "sasoc_asocmaxrxt", 4, 2, 0, FIELD_UINT, NULL },
	{ "sasoc_number_peer_destinations", 6, 2, 0, FIELD_UINT, NULL },
	{ "sasoc_peer_rwnd", 8, 4, 0, FIELD_UINT, NULL },
	{ "sasoc_local_rwnd", 12, 4, 0, FIELD_UINT, NULL },
	{ "sasoc_cookie_life", 16, 4, 0, FIELD_UMSECONDS, NULL },
};
STRUCT_TYPE(SCTP_ASSOC_PARAMS, SOT_NODE_OBJECT, assocparams_fields)

static const struct field initmsg_fields[] = {
	{ "sinit_num_ostreams", 0, 2, 0, FIELD_UINT, NULL },
	{ "sinit_max_instreams", 2, 2, 0, FIELD_UINT, NULL },
	{ "sinit_max_attempts", 4, 2, 0, FIELD_UINT, NULL },
	{ "sinit_max_init_timeo", 6, 2, 0, FIELD_UMSECONDS, NULL },
};
STRUCT_TYPE(SCTP_INIT, SOT_NODE_OBJECT, initmsg_fields)

/* packed: the address is not aligned */
static const struct field setpeerprim_fields[] = {
	{ "sspp_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "sspp_addr", 4, 128, 0, FIELD_SOCKADDR, NULL },
};
STRUCT_TYPE(SCTP_PEER_PRIM, SOT_NODE_OBJECT, setpeerprim_fields)

static const struct field prim_fields[] = {
	{ "ssp_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "ssp_addr", 4, 128, 0, FIELD_SOCKADDR, NULL },
};
STRUCT_TYPE(SCTP_PRIM_ADDR, SOT_NODE_OBJECT, prim_fields)

static const struct sot_named spp_flags[] = {
	{ 0x1, "SPP_HB_ENABLE" },
	{ 0x2, "SPP_HB_DISABLE" },
	{ 0x4, "SPP_HB_DEMAND" },
	{ 0x8, "SPP_PMTUD_ENABLE" },
	{ 0x10, "SPP_PMTUD_DISABLE" },
	{ 0x20, "SPP_SACKDELAY_ENABLE" },
	{ 0x40, "SPP_SACKDELAY_DISABLE" },
	{ 0x80, "SPP_HB_TIME_IS_ZERO" },
	{ 0x100, "SPP_IPV6_FLOWLABEL" },
	{ 0x200, "SPP_DSCP" },
	{ 0, NULL },
};
static const struct field paddrparams_fields[] = {
	{ "spp_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "spp_address", 4, 128, 0, FIELD_SOCKADDR, NULL },
	{ "spp_hbinterval", 132, 4, 0, FIELD_UMSECONDS, NULL },
	{ "spp_pathmaxrxt", 136, 2, 0, FIELD_UINT, NULL },
	{ "spp_pathmtu", 138, 4, 0, FIELD_UINT, NULL },
	{ "spp_sackdelay", 142, 4, 0, FIELD_UMSECONDS, NULL },
	{ "spp_flags", 146, 4, 0, FIELD_BITS, spp_flags },
	{ "spp_ipv6_flowlabel", 150, 4, 0, FIELD_HEX, NULL },
	{ "spp_dscp", 154, 1, 0, FIELD_HEX, NULL },
};

/* sctp_setsockopt_peer_addr_params: flow label and DSCP only in the whole struct */
void sot_decode_SCTP_PADDR_PARAMS(struct sot_decoding *d)
{
	size_t count = COUNT(paddrparams_fields) - (d->optlen < 156 ? 2 : 0);

	if (sot_open_struct(d, SOT_NODE_OBJECT, NULL, paddrparams_fields, count))
		sot_value_close(d->value);
	d->out_of_range = have(d, 142, 4) && load32(d->data + 142) > 500;
}

/* SCTP_EOF and SCTP_NOTIFICATION are MSG_FIN and MSG_NOTIFICATION */
static const struct sot_named sinfo_flags[] = {
	{ 0x1, "SCTP_UNORDERED" },	 { 0x2, "SCTP_ADDR_OVER" },
	{ 0x4, "SCTP_ABORT" },		 { 0x8, "SCTP_SACK_IMMEDIATELY" },
	{ 0x30, "SCTP_PR_SCTP_PRIO" },	 { 0x10, "SCTP_PR_SCTP_TTL" },
	{ 0x20, "SCTP_PR_SCTP_RTX" },	 { 0x40, "SCTP_SENDALL" },
	{ 0x80, "SCTP_PR_SCTP_ALL" },	 { 0x200, "SCTP_EOF" },
	{ 0x8000, "SCTP_NOTIFICATION" }, { 0, NULL },
};
static const struct field sndrcvinfo_fields[] = {
	{ "sinfo_stream", 0, 2, 0, FIELD_UINT, NULL },
	{ "sinfo_ssn", 2, 2, 0, FIELD_UINT, NULL },
	{ "sinfo_flags", 4, 2, 0, FIELD_BITS, sinfo_flags },
	{ "sinfo_ppid", 8, 4, 0, FIELD_BE, NULL },
	{ "sinfo_context", 12, 4, 0, FIELD_UINT, NULL },
	{ "sinfo_timetolive", 16, 4, 0, FIELD_UMSECONDS, NULL },
	{ "sinfo_tsn", 20, 4, 0, FIELD_UINT, NULL },
	{ "sinfo_cumtsn", 24, 4, 0, FIELD_UINT, NULL },
	{ "sinfo_assoc_id", 28, 4, 0, FIELD_INT, NULL },
};
STRUCT_TYPE(SCTP_SNDRCV, SOT_NODE_OBJECT, sndrcvinfo_fields)

static const struct field sndinfo_fields[] = {
	{ "snd_sid", 0, 2, 0, FIELD_UINT, NULL },
	{ "snd_flags", 2, 2, 0, FIELD_BITS, sinfo_flags },
	{ "snd_ppid", 4, 4, 0, FIELD_BE, NULL },
	{ "snd_context", 8, 4, 0, FIELD_UINT, NULL },
	{ "snd_assoc_id", 12, 4, 0, FIELD_INT, NULL },
};
STRUCT_TYPE(SCTP_SND, SOT_NODE_OBJECT, sndinfo_fields)

static const struct field subscribe_fields[] = {
	{ "sctp_data_io_event", 0, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_association_event", 1, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_address_event", 2, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_send_failure_event", 3, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_peer_error_event", 4, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_shutdown_event", 5, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_partial_delivery_event", 6, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_adaptation_layer_event", 7, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_authentication_event", 8, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_sender_dry_event", 9, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_stream_reset_event", 10, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_assoc_reset_event", 11, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_stream_change_event", 12, 1, 0, FIELD_BOOL, NULL },
	{ "sctp_send_failure_event_event", 13, 1, 0, FIELD_BOOL, NULL },
};

/* sctp_setsockopt_events: what the caller leaves out stays as it is */
void sot_decode_SCTP_SUBSCRIBE(struct sot_decoding *d)
{
	size_t count = COUNT(subscribe_fields);

	if ((size_t)d->optlen < count)
		count = (size_t)d->optlen;
	if (sot_open_struct(d, SOT_NODE_OBJECT, NULL, subscribe_fields, count))
		sot_value_close(d->value);
}

static void decode_assoc(struct sot_decoding *d, enum field_kind kind)
{
	const struct field fields[] = {
		{ "assoc_id", 0, 4, 0, FIELD_INT, NULL },
		{ "assoc_value", 4, 4, 0, kind, d->opt->named },
	};

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, fields, COUNT(fields)))
		return;
	sot_value_close(d->value);
	if (have(d, 4, 4))
		sot_check_range(d, load32(d->data + 4));
}

/* where the row says that 4 bytes will do, they are an int */
void sot_decode_SCTP_ASSOC(struct sot_decoding *d)
{
	if (d->optlen == 4)
		sot_decode_INT(d);
	else
		decode_assoc(d, FIELD_ENUM);
}

void sot_decode_SCTP_ASSOC_BITS(struct sot_decoding *d)
{
	decode_assoc(d, FIELD_BITS);
}

static const struct field sack_info_fields[] = {
	{ "sack_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "sack_delay", 4, 4, 0, FIELD_UMSECONDS, NULL },
	{ "sack_freq", 8, 4, 0, FIELD_UINT, NULL },
};

/* sctp_setsockopt_delayed_ack: of 8 bytes the delay, 500 ms at most */
void sot_decode_SCTP_SACK(struct sot_decoding *d)
{
	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, sack_info_fields, d->optlen >= 12 ? 3 : 2))
		return;
	sot_value_close(d->value);
	d->out_of_range = have(d, 4, 4) && load32(d->data + 4) > 500;
}

/* include/linux/sctp.h, enum sctp_cid */
static const struct sot_named chunks[] = {
	{ 0, "SCTP_CID_DATA" },
	{ 1, "SCTP_CID_INIT" },
	{ 2, "SCTP_CID_INIT_ACK" },
	{ 3, "SCTP_CID_SACK" },
	{ 4, "SCTP_CID_HEARTBEAT" },
	{ 5, "SCTP_CID_HEARTBEAT_ACK" },
	{ 6, "SCTP_CID_ABORT" },
	{ 7, "SCTP_CID_SHUTDOWN" },
	{ 8, "SCTP_CID_SHUTDOWN_ACK" },
	{ 9, "SCTP_CID_ERROR" },
	{ 10, "SCTP_CID_COOKIE_ECHO" },
	{ 11, "SCTP_CID_COOKIE_ACK" },
	{ 14, "SCTP_CID_SHUTDOWN_COMPLETE" },
	{ 15, "SCTP_CID_AUTH" },
	{ 64, "SCTP_CID_I_DATA" },
	{ 128, "SCTP_CID_ASCONF_ACK" },
	{ 130, "SCTP_CID_RECONF" },
	{ 132, "SCTP_CID_PAD" },
	{ 192, "SCTP_CID_FWD_TSN" },
	{ 193, "SCTP_CID_ASCONF" },
	{ 194, "SCTP_CID_I_FWD_TSN" },
	{ 0, NULL },
};

/* sctp_setsockopt_auth_chunk: these four are never authenticated */
void sot_decode_SCTP_CHUNK(struct sot_decoding *d)
{
	static const struct field chunk = { "sauth_chunk", 0, 1, 0, FIELD_ENUM, chunks };

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, &chunk, 1))
		return;
	sot_value_close(d->value);
	d->out_of_range =
		d->data[0] == 1 || d->data[0] == 2 || d->data[0] == 14 || d->data[0] == 15;
}

static const struct sot_named hmacs[] = { { 1, "SCTP_AUTH_HMAC_ID_SHA1" },
					  { 3, "SCTP_AUTH_HMAC_ID_SHA256" },
					  { 0, NULL } };

#define SCTP_AUTH_NUM_HMACS 4

/* sctp_setsockopt_hmac_ident */
void sot_decode_SCTP_HMACS(struct sot_decoding *d)
{
	static const struct field head = { "shmac_num_idents", 0, 4, 0, FIELD_UINT, NULL };
	static const struct field ident = { NULL, 0, 2, 0, FIELD_ENUM, hmacs };
	uint32_t count;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, &head, 1))
		return;
	count = load32(d->data);
	d->out_of_range = !count || count > SCTP_AUTH_NUM_HMACS ||
			  4 + 2 * (uint64_t)count > (uint64_t)d->optlen;
	sot_put_array(d, "shmac_idents", 4, 2,
		      count < SCTP_AUTH_NUM_HMACS ? count : SCTP_AUTH_NUM_HMACS, &ident, 1);
	sot_value_close(d->value);
}

static const struct field authkeyid_fields[] = {
	{ "scact_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "scact_keynumber", 4, 2, 0, FIELD_UINT, NULL },
};
STRUCT_TYPE(SCTP_KEY_ID, SOT_NODE_OBJECT, authkeyid_fields)

/* not packed: the address stands at 8, also for 32-bit callers */
static const struct field paddrthlds_fields[] = {
	{ "spt_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "spt_address", 8, 128, 0, FIELD_SOCKADDR, NULL },
	{ "spt_pathmaxrxt", 136, 2, 0, FIELD_UINT, NULL },
	{ "spt_pathpfthld", 138, 2, 0, FIELD_UINT, NULL },
};
STRUCT_TYPE(SCTP_THLDS, SOT_NODE_OBJECT, paddrthlds_fields)

static const struct field paddrthlds_v2_fields[] = {
	{ "spt_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "spt_address", 8, 128, 0, FIELD_SOCKADDR, NULL },
	{ "spt_pathmaxrxt", 136, 2, 0, FIELD_UINT, NULL },
	{ "spt_pathpfthld", 138, 2, 0, FIELD_UINT, NULL },
	{ "spt_pathcpthld", 140, 2, 0, FIELD_UINT, NULL },
};
STRUCT_TYPE(SCTP_THLDS_V2, SOT_NODE_OBJECT, paddrthlds_v2_fields)

static const struct field udpencaps_fields[] = {
	{ "sue_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "sue_address", 8, 128, 0, FIELD_SOCKADDR, NULL },
	{ "sue_port", 136, 2, 0, FIELD_BE, NULL },
};
STRUCT_TYPE(SCTP_UDP, SOT_NODE_OBJECT, udpencaps_fields)

static const struct field probeinterval_fields[] = {
	{ "spi_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "spi_address", 8, 128, 0, FIELD_SOCKADDR, NULL },
	{ "spi_interval", 136, 4, 0, FIELD_UMSECONDS, NULL },
};
STRUCT_TYPE(SCTP_PROBE, SOT_NODE_OBJECT, probeinterval_fields)

/* sctp_setsockopt_bindx, __sctp_setsockopt_connectx: in a row, each of its family's length */
void sot_decode_SCTP_ADDRS(struct sot_decoding *d)
{
	static const struct field address = { NULL, 0, 128, 0, FIELD_SOCKADDR, NULL };
	struct sot_value *v = d->value;
	size_t off, len;

	if (!sot_have_field(d, &address, 0)) {
		v->cut = true;
		return;
	}
	sot_value_open(v, SOT_NODE_ARRAY, NULL, NULL);
	for (off = 0; off < (size_t)d->optlen && !v->full; off += len) {
		if (!sot_have_field(d, &address, off)) {
			v->cut = true;
			break;
		}
		sot_put_fields(d, &address, 1, off);
		len = load16(d->data + off) == AF_INET6 ? 28 : 16;
	}
	sot_value_close(v);
}

static const struct sot_named policies[] = { { 0, "SCTP_PR_SCTP_NONE" },
					     { 0x10, "SCTP_PR_SCTP_TTL" },
					     { 0x20, "SCTP_PR_SCTP_RTX" },
					     { 0x30, "SCTP_PR_SCTP_PRIO" },
					     { 0, NULL } };
static const struct field prinfo_fields[] = {
	{ "pr_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "pr_value", 4, 4, 0, FIELD_UINT, NULL },
	{ "pr_policy", 8, 2, 0, FIELD_ENUM, policies },
};

/* sctp_setsockopt_default_prinfo */
void sot_decode_SCTP_PRINFO(struct sot_decoding *d)
{
	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, prinfo_fields, COUNT(prinfo_fields)))
		return;
	sot_value_close(d->value);
	d->out_of_range = have(d, 8, 2) && (load16(d->data + 8) & ~0x30u);
}

static const struct sot_named reset_flags[] = { { 1, "SCTP_STREAM_RESET_INCOMING" },
						{ 2, "SCTP_STREAM_RESET_OUTGOING" },
						{ 0, NULL } };
static const struct field reset_fields[] = {
	{ "srs_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "srs_flags", 4, 2, 0, FIELD_BITS, reset_flags },
	{ "srs_number_streams", 6, 2, 0, FIELD_UINT, NULL },
};

/* sctp_setsockopt_reset_streams: room for all the streams */
void sot_decode_SCTP_RESET(struct sot_decoding *d)
{
	static const struct field stream = { NULL, 0, 2, 0, FIELD_UINT, NULL };
	unsigned int count;

	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, reset_fields, COUNT(reset_fields)))
		return;
	if (have(d, 6, 2)) {
		count = load16(d->data + 6);
		d->out_of_range = 8 + 2 * count > (unsigned int)d->optlen;
		sot_put_array(d, "srs_stream_list", 8, 2, count, &stream, 1);
	}
	sot_value_close(d->value);
}

static const struct field add_streams_fields[] = {
	{ "sas_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "sas_instrms", 4, 2, 0, FIELD_UINT, NULL },
	{ "sas_outstrms", 6, 2, 0, FIELD_UINT, NULL },
};
STRUCT_TYPE(SCTP_STREAMS, SOT_NODE_OBJECT, add_streams_fields)

static const struct field stream_value_fields[] = {
	{ "assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "stream_id", 4, 2, 0, FIELD_UINT, NULL },
	{ "stream_value", 6, 2, 0, FIELD_UINT, NULL },
};
STRUCT_TYPE(SCTP_STREAM, SOT_NODE_OBJECT, stream_value_fields)

static const struct sot_named event_types[] = {
	{ 0x8000, "SCTP_DATA_IO_EVENT" },
	{ 0x8001, "SCTP_ASSOC_CHANGE" },
	{ 0x8002, "SCTP_PEER_ADDR_CHANGE" },
	{ 0x8003, "SCTP_SEND_FAILED" },
	{ 0x8004, "SCTP_REMOTE_ERROR" },
	{ 0x8005, "SCTP_SHUTDOWN_EVENT" },
	{ 0x8006, "SCTP_PARTIAL_DELIVERY_EVENT" },
	{ 0x8007, "SCTP_ADAPTATION_INDICATION" },
	{ 0x8008, "SCTP_AUTHENTICATION_EVENT" },
	{ 0x8009, "SCTP_SENDER_DRY_EVENT" },
	{ 0x800a, "SCTP_STREAM_RESET_EVENT" },
	{ 0x800b, "SCTP_ASSOC_RESET_EVENT" },
	{ 0x800c, "SCTP_STREAM_CHANGE_EVENT" },
	{ 0x800d, "SCTP_SEND_FAILED_EVENT" },
	{ 0, NULL },
};
static const struct field event_fields[] = {
	{ "se_assoc_id", 0, 4, 0, FIELD_INT, NULL },
	{ "se_type", 4, 2, 0, FIELD_ENUM, event_types },
	{ "se_on", 6, 1, 0, FIELD_BOOL, NULL },
};

/* sctp_setsockopt_event */
void sot_decode_SCTP_EVENT_ON(struct sot_decoding *d)
{
	if (!sot_open_struct(d, SOT_NODE_OBJECT, NULL, event_fields, COUNT(event_fields)))
		return;
	sot_value_close(d->value);
	d->out_of_range =
		have(d, 4, 2) && (load16(d->data + 4) < 0x8000 || load16(d->data + 4) > 0x800d);
}

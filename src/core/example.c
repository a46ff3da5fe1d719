/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "example.h"

#include <string.h>

#include "value_types.h"

/* The bytes of a number in a struct, host order (little-endian, as value_types.c has it). */
#define U16(_num) (uint8_t)((_num)&0xff), (uint8_t)((_num) >> 8 & 0xff)
#define U32(_num) U16((_num)&0xffff), U16((uint32_t)(_num) >> 16)
#define U64(_num) U32(_num), U32(0)
#define ZEROS_4 0, 0, 0, 0
#define ZEROS_8 ZEROS_4, ZEROS_4
/* Addresses: 239.1.1.1 and ff02::123 as groups, RFC 5737's for others. */
#define GROUP 239, 1, 1, 1
#define HOST 192, 0, 2, 7
#define GROUP6 0xff, 2, ZEROS_8, ZEROS_4, 1, 0x23
#define HOST6 0x20, 1, 0xd, 0xb8, ZEROS_8, 0, 0, 0, 7
/* struct sockaddr_in in the room of a struct __kernel_sockaddr_storage */
#define PORT_0 0, 0
#define SOCKADDR(...) U16(2), PORT_0, __VA_ARGS__
#define STORAGE_REST                                                                              \
	ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, \
		ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8

/* struct xfrm_selector: everything of that family; then no limits. The rest lets it in. */
#define ANY_OF_FAMILY(_family)                                                                  \
	ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, U16(_family), 0, 0, ZEROS_4, ZEROS_8, INF, \
		INF, INF, INF
#define INF U32(-1), U32(-1)

/* struct atm_trafprm: class, most cells per second, largest packet */
#define ATM_UBR U32(1), U32(-1), ZEROS_8, U32(0), U32(1500), ZEROS_8, ZEROS_8

struct of_type {
	int64_t number;	      /* of a scalar */
	const uint8_t *bytes; /* else; zeros follow, up to the least length */
	size_t len;
};

#define NUMBER(_type, _number) [SOT_TYPE_##_type] = { .number = (_number) }
#define BYTES(_type, ...)                                                 \
	[SOT_TYPE_##_type] = { .bytes = (const uint8_t[]){ __VA_ARGS__ }, \
			       .len = sizeof((const uint8_t[]){ __VA_ARGS__ }) }

/* A type that is not here is all zeros. */
static const struct of_type of_type[SOT_TYPE_COUNT] = {
	NUMBER(INT, 1),
	NUMBER(UINT, 1),
	NUMBER(HEX, 0x100),
	NUMBER(BOOL, 1),
	NUMBER(SECONDS, 30),
	NUMBER(MSECONDS, 30000),
	NUMBER(USECONDS, 50),
	NUMBER(MINUTES, 10),
	NUMBER(UINT_SECONDS, 30),
	NUMBER(UINT_NSECONDS, 500000),
	NUMBER(IFINDEX, 2),
	NUMBER(IFINDEX_BE, 2 << 24),
	NUMBER(BPF_FD, 4),
	NUMBER(TOS, 0x10),
	NUMBER(PORT_RANGE, 50000LL << 16 | 40000),
	NUMBER(U8, 1),
	NUMBER(USHORT, 1),
	NUMBER(U64, 65536),
	NUMBER(PACING_RATE, 1000000),
	NUMBER(TIMESTAMPING, 1 << 3 | 1 << 4), /* RX_SOFTWARE and SOFTWARE */
	BYTES(STRING, 'e', 't', 'h', '0', 0),
	BYTES(BYTES, ZEROS_8),
	BYTES(KEY, ZEROS_8, ZEROS_8),
	BYTES(TIMEVAL, U64(5)),
	BYTES(SOCK_TIMEVAL, U64(5)),
	BYTES(LINGER, U32(1), U32(5)),
	BYTES(SOCK_FPROG, U16(4), 0, 0, ZEROS_4, U64(0x5590c0de)),
	BYTES(SOCK_TXTIME, U32(11)), /* CLOCK_TAI */
	BYTES(DMABUF_TOKENS, U32(7), U32(1)),
	BYTES(MULTICAST_IF, ZEROS_4, HOST, U32(2)),
	BYTES(IP_MREQ, GROUP, ZEROS_4, U32(2)),
	BYTES(IP_MREQ_SOURCE, GROUP, ZEROS_4, HOST),
	BYTES(MSFILTER, GROUP, ZEROS_4, U32(1), U32(1), HOST),
	BYTES(GROUP_REQ, U64(2), SOCKADDR(GROUP)),
	BYTES(GROUP_SOURCE_REQ, U64(2), SOCKADDR(GROUP), STORAGE_REST, SOCKADDR(HOST)),
	BYTES(GROUP_FILTER, U64(2), SOCKADDR(GROUP), STORAGE_REST, U32(1)),
	BYTES(IPV6_MREQ, GROUP6, U32(2)),
	BYTES(IN6_PKTINFO, ZEROS_8, ZEROS_8, U32(2)),
	BYTES(IP_OPTION_LIST, 148, 4, 0, 0),		  /* IPOPT_RA */
	BYTES(IPV6_OPTIONS, 0, 0, 5, 2, 0, 0, 1, 0),	  /* IPV6_TLV_ROUTERALERT, padded */
	BYTES(IPV6_ROUTING, 0, 2, 4, 0, ZEROS_4, HOST6),  /* one segment */
	BYTES(CMSGS, U64(20), U32(41), U32(52), U64(64)), /* SOL_IPV6, IPV6_HOPLIMIT */
	BYTES(XFRM_POLICY, ANY_OF_FAMILY(2)),
	BYTES(SADB_POLICY, U16(2), U16(18), U16(4), 2), /* IPSEC_POLICY_BYPASS, outbound */
	BYTES(REPAIR_OPT, U32(2), U32(1460)),		/* TCPOPT_MAXSEG */
	BYTES(PACKET_MREQ, U32(2), U16(1)),		/* PACKET_MR_PROMISC */
	BYTES(TPACKET_REQ, U32(4096), U32(64), U32(2048), U32(128)),
	BYTES(FANOUT_ARGS, U16(1), U16(1)), /* group 1, PACKET_FANOUT_LB */
	BYTES(XDP_UMEM, U64(0x10000000), U64(1 << 23), U32(2048), U32(0)),
	BYTES(ICMP_TYPES, U32(1 << 8)), /* ICMP_ECHO */
	BYTES(ICMP6_TYPES, ZEROS_8, ZEROS_8, U32(1)),
	BYTES(SOCKET_ADDRESS, SOCKADDR(HOST)),
	BYTES(TIPC_GROUP, U32(1000), U32(1), U32(2)), /* TIPC_CLUSTER_SCOPE */
	BYTES(ISOTP_LL, 16, 8),			      /* CAN_MTU, CAN_MAX_DLEN */
	BYTES(CAN_FILTERS, U32(0x123), U32(0x7ff)),
	BYTES(SCTP_RTO, U32(0), U32(3000), U32(60000), U32(1000)),
	BYTES(SCTP_INIT, U16(10), U16(10), U16(4), U16(0)),
	BYTES(SCTP_SACK, U32(0), U32(200), U32(2)),
	BYTES(XT_COUNTERS, 'f', 'i', 'l', 't', 'e', 'r', 0, 0, ZEROS_8, ZEROS_8, ZEROS_8, U64(1),
	      U64(10), U64(840)),
	BYTES(SCTP_HMACS, U32(1), U16(1)),	      /* SCTP_AUTH_HMAC_ID_SHA1 */
	BYTES(SCTP_EVENT_ON, U32(0), U16(0x8001), 1), /* SCTP_ASSOC_CHANGE */
	BYTES(SCTP_ADDRS, SOCKADDR(HOST), ZEROS_8),
	BYTES(BT_CODECS, 1, 5, ZEROS_4, 0, 0), /* BT_CODEC_MSBC */
	/* 40 ms, one stream of LC3 (6) at 16 kHz */
	BYTES(BT_BASE, U16(40000), 0, 1, 1, 6, ZEROS_4, 3, 2, 1, 3, 0, 1, 0),
	BYTES(DCCP_SERVICES, 'f', 'd', 'p', 'z'),
	BYTES(DCCP_CCIDS, 2),
	BYTES(DECNET_OPTDATA, U16(0), U16(2), 'h', 'i'),
	BYTES(ATM_QOS, ATM_UBR, ATM_UBR, U32(5)),
};

#define SOCKADDR6(...) U16(10), PORT_0, ZEROS_4, __VA_ARGS__, ZEROS_4
#define STORAGE6_REST                                                                             \
	ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, ZEROS_8, \
		ZEROS_8, ZEROS_8, ZEROS_4

/* The types whose addresses must be IPv6's on SOL_IPV6. */
static const struct of_type of_type6[SOT_TYPE_COUNT] = {
	BYTES(XFRM_POLICY, ANY_OF_FAMILY(10)),
	BYTES(GROUP_REQ, U64(2), SOCKADDR6(GROUP6)),
	BYTES(GROUP_SOURCE_REQ, U64(2), SOCKADDR6(GROUP6), STORAGE6_REST, SOCKADDR6(HOST6)),
	BYTES(GROUP_FILTER, U64(2), SOCKADDR6(GROUP6), STORAGE6_REST, U32(1)),
};

/* Rows whose type alone would give an odd one. */
static const struct {
	enum sot_level_id level;
	const char *name;
	int64_t number;
	const char *string;
} of_row[] = {
	{ SOT_LEVEL_SOL_SOCKET, "SO_SNDBUF", .number = 65536 },
	{ SOT_LEVEL_SOL_SOCKET, "SO_RCVBUF", .number = 65536 },
	{ SOT_LEVEL_SOL_SOCKET, "SO_SNDBUFFORCE", .number = 1 << 20 },
	{ SOT_LEVEL_SOL_SOCKET, "SO_RCVBUFFORCE", .number = 1 << 20 },
	{ SOT_LEVEL_SOL_SOCKET, "SO_PRIORITY", .number = 6 },
	{ SOT_LEVEL_SOL_SOCKET, "SO_RCVLOWAT", .number = 1024 },
	{ SOT_LEVEL_SOL_SOCKET, "SO_PEEK_OFF", .number = 0 },
	{ SOT_LEVEL_SOL_SOCKET, "SO_RESERVE_MEM", .number = 65536 },
	{ SOT_LEVEL_SOL_IP, "IP_TTL", .number = 64 },
	{ SOT_LEVEL_SOL_IP, "IP_MINTTL", .number = 255 },
	{ SOT_LEVEL_SOL_IP, "IP_MTU_DISCOVER", .number = 2 },
	{ SOT_LEVEL_SOL_IPV6, "IPV6_UNICAST_HOPS", .number = 64 },
	{ SOT_LEVEL_SOL_IPV6, "IPV6_MTU_DISCOVER", .number = 2 },
	{ SOT_LEVEL_SOL_IPV6, "IPV6_CHECKSUM", .number = 2 },
	{ SOT_LEVEL_SOL_TCP, "TCP_MAXSEG", .number = 1400 },
	{ SOT_LEVEL_SOL_TCP, "TCP_KEEPCNT", .number = 5 },
	{ SOT_LEVEL_SOL_TCP, "TCP_SYNCNT", .number = 3 },
	{ SOT_LEVEL_SOL_TCP, "TCP_DEFER_ACCEPT", .number = 5 },
	{ SOT_LEVEL_SOL_TCP, "TCP_WINDOW_CLAMP", .number = 65536 },
	{ SOT_LEVEL_SOL_TCP, "TCP_CONGESTION", .string = "cubic" },
	{ SOT_LEVEL_SOL_TCP, "TCP_FASTOPEN", .number = 256 },
	{ SOT_LEVEL_SOL_TCP, "TCP_NOTSENT_LOWAT", .number = 16384 },
	{ SOT_LEVEL_SOL_TCP, "TCP_ULP", .string = "tls" },
	{ SOT_LEVEL_SOL_TCP, "TCP_RTO_MIN_US", .number = 50000 },
	{ SOT_LEVEL_SOL_TCP, "TCP_DELACK_MAX_US", .number = 50000 },
	{ SOT_LEVEL_SOL_UDP, "UDP_ENCAP", .number = 2 },
	{ SOT_LEVEL_SOL_UDP, "UDP_SEGMENT", .number = 1400 },
	{ SOT_LEVEL_SOL_AX25, "SO_BINDTODEVICE", .string = "ax0" },
};

#define ROWS (sizeof(of_row) / sizeof(of_row[0]))

/* Its index, or ROWS. */
static size_t find_row(const struct sot_option *opt)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (of_row[i].level == opt->level && !strcmp(of_row[i].name, opt->name))
			break;
	return i;
}

/* The first of the named values that switches something on. */
static int64_t named_number(const struct sot_option *opt)
{
	const struct sot_named *named;

	for (named = opt->named; named && named->name; named++)
		if ((int64_t)named->value > 0)
			return (int64_t)named->value;
	return 1;
}

static int64_t example_number(const struct sot_option *opt)
{
	int64_t num = of_type[opt->type].number;
	size_t row = find_row(opt);

	if (row < ROWS)
		num = of_row[row].number;
	else if (opt->type == SOT_TYPE_ENUM || opt->type == SOT_TYPE_BITS)
		num = named_number(opt);
	if (opt->has_range && num < opt->min)
		num = opt->min;
	if (opt->has_range && num > opt->max)
		num = opt->max;
	return num;
}

static bool is_number(const struct sot_option *opt)
{
	return of_type[opt->type].number || opt->type == SOT_TYPE_ENUM ||
	       opt->type == SOT_TYPE_BITS;
}

/* What goes to the front of the value; *len: how long it is. */
static const uint8_t *example_bytes(const struct sot_option *opt, uint8_t number[8], size_t *len)
{
	const struct of_type *type = &of_type[opt->type];
	size_t row = find_row(opt);
	unsigned int i;

	if (is_number(opt)) {
		for (i = 0; i < 8; i++)
			number[i] = (uint8_t)((uint64_t)example_number(opt) >> 8 * i);
		*len = opt->type == SOT_TYPE_PACING_RATE ? 8 : sot_value_types[opt->type].min_len;
		return number;
	}
	if (row < ROWS && of_row[row].string) {
		*len = strlen(of_row[row].string) + 1;
		return (const uint8_t *)of_row[row].string;
	}
	if (opt->level == SOT_LEVEL_SOL_IPV6 && of_type6[opt->type].bytes)
		type = &of_type6[opt->type];
	*len = type->len;
	return type->bytes;
}

void sot_example_make(const struct sot_option *opt, struct sot_example *example)
{
	int most = sot_option_max_len(opt, false), of_whole = sot_value_types[opt->type].min_len;
	uint8_t number[8];
	size_t len;
	const uint8_t *bytes = example_bytes(opt, number, &len);
	int optlen = (int)len;

	if (optlen < of_whole)
		optlen = of_whole; /* though the row may take less */
	if (optlen < sot_option_min_len(opt, false))
		optlen = sot_option_min_len(opt, false);
	if (optlen > most)
		optlen = most;
	if (optlen > SOT_EXAMPLE_MAX)
		optlen = SOT_EXAMPLE_MAX;
	memset(example->bytes, 0, sizeof(example->bytes));
	if (len)
		memcpy(example->bytes, bytes, len < (size_t)optlen ? len : (size_t)optlen);
	example->optlen = optlen;
	example->null = !optlen || (opt->flags & SOT_OPT_LEN_IS_VALUE);
}

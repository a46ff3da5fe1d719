/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The catalogue's rows: in order, complete, and numbered as the system's headers number them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>

#include <linux/capability.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <linux/tls.h>
#include <linux/udp.h>
#include <linux/vm_sockets.h>

#include "catalogue.h"
#include "value_types.h"

/* not with both in.h and in6.h in the room */
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static const struct sot_socket_kind unknown_socket = { .known = false };

static struct sot_socket_kind kind(uint16_t family, uint16_t type, uint16_t protocol)
{
	return (struct sot_socket_kind){ true, family, type, protocol };
}

/* Fails with the row's name, which cmocka's own asserts would not tell. */
#define row_assert(_opt, _true)                                   \
	do {                                                      \
		if (!(_true))                                     \
			fail_msg("%s: %s", (_opt)->name, #_true); \
	} while (0)

static bool same_lists(const struct sot_option *a, const struct sot_option *b)
{
	return !memcmp(a->families, b->families, sizeof(a->families)) &&
	       !memcmp(a->protocols, b->protocols, sizeof(a->protocols));
}

static void test_rows_are_sorted_and_unique(void **state)
{
	size_t i;

	(void)state;
	for (i = 1; i < sot_options_count; i++) {
		const struct sot_option *a = &sot_options[i - 1], *b = &sot_options[i];

		row_assert(b, a->level <= b->level);
		if (a->level != b->level)
			continue;
		row_assert(b, a->optname <= b->optname);
		row_assert(b, a->optname != b->optname || !same_lists(a, b));
	}
}

static void test_names_are_unique_in_a_level(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < sot_options_count; i++) {
		const struct sot_option *a = &sot_options[i];

		row_assert(a, a->name && a->name[0]);
		for (j = 0; j < sot_options_count; j++) {
			const struct sot_option *b = &sot_options[j];

			if (a->level != b->level)
				continue;
			row_assert(a, i == j || strcmp(a->name, b->name));
			row_assert(a, !b->alias || strcmp(a->name, b->alias));
			row_assert(a,
				   i == j || !a->alias || !b->alias || strcmp(a->alias, b->alias));
		}
	}
}

static void test_rows_are_complete(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sot_options_count; i++) {
		const struct sot_option *opt = &sot_options[i];

		row_assert(opt, opt->doc && opt->doc[0] && !strchr(opt->doc, '\n'));
		row_assert(opt, opt->level < SOT_LEVEL_COUNT);
		row_assert(opt, opt->type < SOT_TYPE_COUNT);
		row_assert(opt, !opt->has_range || opt->min <= opt->max);
		row_assert(opt, !opt->has_also || opt->also < opt->min || opt->also > opt->max);
		row_assert(opt, !opt->has_also || opt->has_range);
		row_assert(opt, !opt->caps == (opt->cap_scope == SOT_CAP_NONE));
		row_assert(opt, !opt->cap_when || opt->caps);
		row_assert(opt, !(opt->later_caps & ~opt->caps));
		row_assert(opt, !opt->later_caps == !sot_release_number(opt->later_since));
		row_assert(opt, opt->type != SOT_TYPE_ENUM || opt->named);
		row_assert(opt, opt->type != SOT_TYPE_BITS || opt->named);
		row_assert(opt, !(opt->flags & SOT_OPT_CHAR_OK) ||
					(opt->min_len <= 1 && opt->max_len == 4));
	}
}

static void test_lengths(void **state)
{
	size_t i;
	int compat;

	(void)state;
	for (i = 0; i < sot_options_count; i++) {
		for (compat = 0; compat < 2; compat++) {
			const struct sot_option *opt = &sot_options[i];
			int min = sot_option_min_len(opt, compat),
			    max = sot_option_max_len(opt, compat);

			row_assert(opt, min >= 0 && min <= max);
			/* a length without a bound must not be called huge */
			row_assert(opt, max <= 65536 || (opt->flags &
							 (SOT_OPT_VARIABLE | SOT_OPT_GET_ONLY)));
		}
	}
}

static void test_types_are_complete(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SOT_TYPE_COUNT; i++) {
		const struct sot_value_type *type = &sot_value_types[i];

		assert_non_null(type->name);
		assert_non_null(type->decode);
		assert_true(type->min_len <= type->max_len);
		assert_true(type->compat_min_len <= type->compat_max_len);
	}
}

static void test_levels_are_complete(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SOT_LEVEL_COUNT; i++) {
		assert_non_null(sot_levels[i].name);
		assert_non_null(sot_levels[i].doc);
	}
}

/* What carries keys must never be captured; nothing else is hidden. */
static void test_secrets(void **state)
{
	static const char *const secrets[] = { "TCP_MD5SIG",
					       "TCP_MD5SIG_EXT",
					       "TCP_FASTOPEN_KEY",
					       "TCP_AO_ADD_KEY",
					       "TCP_AO_GET_KEYS",
					       "TLS_TX",
					       "TLS_RX",
					       "ALG_SET_KEY",
					       "ALG_SET_DRBG_ENTROPY",
					       "RXRPC_SECURITY_KEY",
					       "RXRPC_SECURITY_KEYRING",
					       "SCTP_AUTH_KEY",
					       "BT_ISO_QOS",
					       "DSO_CONACCESS" };
	size_t i, j, found = 0;

	(void)state;
	for (i = 0; i < sot_options_count; i++) {
		bool secret = false;

		for (j = 0; j < sizeof(secrets) / sizeof(secrets[0]); j++)
			secret |= !strcmp(sot_options[i].name, secrets[j]);
		found += secret;
		row_assert(&sot_options[i], secret == !!(sot_options[i].flags & SOT_OPT_SECRET));
	}
	assert_int_equal(found, sizeof(secrets) / sizeof(secrets[0]));
}

/* Each row is found by its number, and numbers without a row are not. */
static void test_every_row_is_found(void **state)
{
	size_t i, level;
	int number;

	(void)state;
	for (i = 0; i < sot_options_count; i++) {
		const struct sot_option *opt = &sot_options[i];

		row_assert(opt, sot_option_find(&sot_levels[opt->level], opt->optname,
						&unknown_socket) == opt);
	}
	for (level = 0; level < SOT_LEVEL_COUNT; level++) {
		for (number = -2; number < 300; number++) {
			const struct sot_option *opt =
				sot_option_find(&sot_levels[level], number, &unknown_socket);

			assert_true(!opt || (opt->level == level && opt->optname == number));
		}
		assert_null(sot_option_find(&sot_levels[level], INT32_MAX, &unknown_socket));
		assert_null(sot_option_find(&sot_levels[level], INT32_MIN, &unknown_socket));
	}
}

static void test_level_of_a_socket(void **state)
{
	struct sot_socket_kind tcp = kind(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	struct sot_socket_kind mptcp = kind(AF_INET6, SOCK_STREAM, IPPROTO_MPTCP);
	struct sot_socket_kind udp = kind(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
	struct sot_socket_kind local = kind(AF_UNIX, SOCK_STREAM, 0);
	struct sot_socket_kind hci = kind(AF_BLUETOOTH, SOCK_RAW, 1);
	struct sot_socket_kind sco = kind(AF_BLUETOOTH, SOCK_SEQPACKET, 2);
	struct sot_socket_kind smc = kind(AF_SMC, SOCK_STREAM, 1);
	struct sot_socket_kind inet_smc = kind(AF_INET6, SOCK_STREAM, 256);
	struct sot_socket_kind isdn = kind(AF_ISDN, SOCK_DGRAM, 1);
	struct sot_socket_kind vsock = kind(AF_VSOCK, SOCK_STREAM, 0);
	struct sot_socket_kind icmp6 = kind(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
	bool assumed;

	(void)state;
	assert_ptr_equal(sot_level_find(6, &tcp, &assumed), &sot_levels[SOT_LEVEL_SOL_TCP]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(6, &mptcp, &assumed), &sot_levels[SOT_LEVEL_SOL_TCP]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(6, &udp, &assumed), &sot_levels[SOT_LEVEL_SOL_TCP]);
	assert_true(assumed);
	assert_ptr_equal(sot_level_find(41, &tcp, &assumed), &sot_levels[SOT_LEVEL_SOL_IPV6]);
	assert_true(assumed);
	assert_ptr_equal(sot_level_find(1, &local, &assumed), &sot_levels[SOT_LEVEL_SOL_SOCKET]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(0, &local, &assumed), &sot_levels[SOT_LEVEL_SOL_IP]);
	assert_true(assumed);
	assert_ptr_equal(sot_level_find(17, &unknown_socket, &assumed),
			 &sot_levels[SOT_LEVEL_SOL_UDP]);
	assert_true(assumed);
	assert_ptr_equal(sot_level_find(40, &vsock, &assumed), &sot_levels[SOT_LEVEL_AF_VSOCK]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(58, &icmp6, &assumed), &sot_levels[SOT_LEVEL_SOL_ICMPV6]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(282, &mptcp, &assumed), &sot_levels[SOT_LEVEL_SOL_TLS]);
	assert_true(assumed);
	assert_ptr_equal(sot_level_find(0, &hci, &assumed), &sot_levels[SOT_LEVEL_SOL_HCI]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(17, &sco, &assumed), &sot_levels[SOT_LEVEL_SOL_SCO]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(6, &sco, &assumed), &sot_levels[SOT_LEVEL_SOL_L2CAP]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(6, &smc, &assumed), &sot_levels[SOT_LEVEL_SOL_TCP]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(17, &smc, &assumed), &sot_levels[SOT_LEVEL_SOL_UDP]);
	assert_true(assumed);
	assert_ptr_equal(sot_level_find(286, &smc, &assumed), &sot_levels[SOT_LEVEL_SOL_SMC]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(286, &inet_smc, &assumed), &sot_levels[SOT_LEVEL_SOL_SMC]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(286, &tcp, &assumed), &sot_levels[SOT_LEVEL_SOL_SMC]);
	assert_true(assumed);
	assert_ptr_equal(sot_level_find(6, &inet_smc, &assumed), &sot_levels[SOT_LEVEL_SOL_TCP]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(0, &isdn, &assumed), &sot_levels[SOT_LEVEL_SOL_MISDN]);
	assert_false(assumed);
	assert_ptr_equal(sot_level_find(1, &unknown_socket, &assumed),
			 &sot_levels[SOT_LEVEL_SOL_SOCKET]);
	assert_false(assumed);
	assert_null(sot_level_find(-7, &tcp, &assumed));
	assert_false(assumed);
	assert_null(sot_level_find(99999, &unknown_socket, &assumed));
	assert_false(assumed);
}

static const struct sot_option *find(enum sot_level_id level, int optname)
{
	return sot_option_find(&sot_levels[level], optname, &unknown_socket);
}

/* Some rows in full, as net/ has them. */
static void test_some_rows(void **state)
{
	const struct sot_option *opt;

	(void)state;
	opt = find(SOT_LEVEL_SOL_IP, 2);
	assert_string_equal(opt->name, "IP_TTL");
	assert_int_equal(sot_option_min_len(opt, false), 1);
	assert_int_equal(sot_option_max_len(opt, false), 4);
	assert_true(opt->has_range && opt->min == 1 && opt->max == 255 && opt->also == -1);

	opt = find(SOT_LEVEL_SOL_SOCKET, 36);
	assert_string_equal(opt->name, "SO_MARK");
	assert_int_equal(opt->caps, 1ULL << CAP_NET_ADMIN | 1ULL << CAP_NET_RAW);
	assert_int_equal(opt->cap_scope, SOT_CAP_NETNS);

	opt = find(SOT_LEVEL_SOL_SOCKET, 20);
	assert_string_equal(opt->alias, "SO_RCVTIMEO_OLD");
	assert_int_equal(sot_option_min_len(opt, false), 16);
	assert_int_equal(sot_option_min_len(opt, true), 8);

	opt = find(SOT_LEVEL_SOL_NETLINK, 8);
	assert_string_equal(opt->name, "NETLINK_LISTEN_ALL_NSID");
	assert_int_equal(sot_option_min_len(opt, false), 0);
	assert_int_equal(opt->caps, 1ULL << CAP_NET_BROADCAST);

	opt = find(SOT_LEVEL_SOL_PACKET, 22);
	assert_string_equal(opt->name, "PACKET_FANOUT_DATA");
	assert_int_equal(sot_option_max_len(opt, false), 16);
	assert_int_equal(sot_option_max_len(opt, true), 8);

	opt = find(SOT_LEVEL_SOL_IPV6, 62);
	assert_string_equal(opt->name, "IPV6_DONTFRAG");
	assert_int_equal(sot_option_min_len(opt, false), 0);
	assert_true(opt->flags & SOT_OPT_NULL_OK);
}

struct constant {
	enum sot_level_id level;
	const char *name;
	int number;
};

#define SO(_name)                                   \
	{                                           \
		SOT_LEVEL_SOL_SOCKET, #_name, _name \
	}
#define IP(_name)                               \
	{                                       \
		SOT_LEVEL_SOL_IP, #_name, _name \
	}
#define IP6(_name)                                \
	{                                         \
		SOT_LEVEL_SOL_IPV6, #_name, _name \
	}
#define TCP(_name)                               \
	{                                        \
		SOT_LEVEL_SOL_TCP, #_name, _name \
	}
#define UDP(_name)                               \
	{                                        \
		SOT_LEVEL_SOL_UDP, #_name, _name \
	}

#define OF(_level, _name)                         \
	{                                         \
		SOT_LEVEL_##_level, #_name, _name \
	}

/* As the headers of Debian 12 have them (Linux 6.1). */
static const struct constant constants[] = {
	SO(SO_DEBUG),
	SO(SO_REUSEADDR),
	SO(SO_TYPE),
	SO(SO_ERROR),
	SO(SO_DONTROUTE),
	SO(SO_BROADCAST),
	SO(SO_SNDBUF),
	SO(SO_RCVBUF),
	SO(SO_KEEPALIVE),
	SO(SO_OOBINLINE),
	SO(SO_NO_CHECK),
	SO(SO_PRIORITY),
	SO(SO_LINGER),
	SO(SO_BSDCOMPAT),
	SO(SO_REUSEPORT),
	SO(SO_PASSCRED),
	SO(SO_PEERCRED),
	SO(SO_RCVLOWAT),
	SO(SO_SNDLOWAT),
	SO(SO_RCVTIMEO),
	SO(SO_SNDTIMEO),
	SO(SO_RCVTIMEO_OLD),
	SO(SO_SNDTIMEO_OLD),
	SO(SO_SECURITY_AUTHENTICATION),
	SO(SO_SECURITY_ENCRYPTION_TRANSPORT),
	SO(SO_SECURITY_ENCRYPTION_NETWORK),
	SO(SO_BINDTODEVICE),
	SO(SO_ATTACH_FILTER),
	SO(SO_DETACH_FILTER),
	SO(SO_GET_FILTER),
	SO(SO_PEERNAME),
	SO(SO_TIMESTAMP),
	SO(SO_TIMESTAMP_OLD),
	SO(SO_ACCEPTCONN),
	SO(SO_PEERSEC),
	SO(SO_SNDBUFFORCE),
	SO(SO_RCVBUFFORCE),
	SO(SO_PASSSEC),
	SO(SO_TIMESTAMPNS),
	SO(SO_TIMESTAMPNS_OLD),
	SO(SO_MARK),
	SO(SO_TIMESTAMPING),
	SO(SO_TIMESTAMPING_OLD),
	SO(SO_PROTOCOL),
	SO(SO_DOMAIN),
	SO(SO_RXQ_OVFL),
	SO(SO_WIFI_STATUS),
	SO(SO_PEEK_OFF),
	SO(SO_NOFCS),
	SO(SO_LOCK_FILTER),
	SO(SO_SELECT_ERR_QUEUE),
	SO(SO_BUSY_POLL),
	SO(SO_MAX_PACING_RATE),
	SO(SO_BPF_EXTENSIONS),
	SO(SO_INCOMING_CPU),
	SO(SO_ATTACH_BPF),
	SO(SO_DETACH_BPF),
	SO(SO_ATTACH_REUSEPORT_CBPF),
	SO(SO_ATTACH_REUSEPORT_EBPF),
	SO(SO_CNX_ADVICE),
	SO(SO_MEMINFO),
	SO(SO_INCOMING_NAPI_ID),
	SO(SO_COOKIE),
	SO(SO_PEERGROUPS),
	SO(SO_ZEROCOPY),
	SO(SO_TXTIME),
	SO(SO_BINDTOIFINDEX),
	SO(SO_TIMESTAMP_NEW),
	SO(SO_TIMESTAMPNS_NEW),
	SO(SO_TIMESTAMPING_NEW),
	SO(SO_RCVTIMEO_NEW),
	SO(SO_SNDTIMEO_NEW),
	SO(SO_DETACH_REUSEPORT_BPF),
	SO(SO_PREFER_BUSY_POLL),
	SO(SO_BUSY_POLL_BUDGET),
	SO(SO_NETNS_COOKIE),
	SO(SO_BUF_LOCK),
	SO(SO_RESERVE_MEM),
	SO(SO_TXREHASH),
	SO(SO_RCVMARK),
	IP(IP_TOS),
	IP(IP_TTL),
	IP(IP_HDRINCL),
	IP(IP_OPTIONS),
	IP(IP_ROUTER_ALERT),
	IP(IP_RECVOPTS),
	IP(IP_RETOPTS),
	IP(IP_RECVRETOPTS),
	IP(IP_PKTINFO),
	IP(IP_PKTOPTIONS),
	IP(IP_MTU_DISCOVER),
	IP(IP_RECVERR),
	IP(IP_RECVTTL),
	IP(IP_RECVTOS),
	IP(IP_MTU),
	IP(IP_FREEBIND),
	IP(IP_IPSEC_POLICY),
	IP(IP_XFRM_POLICY),
	IP(IP_PASSSEC),
	IP(IP_TRANSPARENT),
	IP(IP_ORIGDSTADDR),
	IP(IP_RECVORIGDSTADDR),
	IP(IP_MINTTL),
	IP(IP_NODEFRAG),
	IP(IP_CHECKSUM),
	IP(IP_BIND_ADDRESS_NO_PORT),
	IP(IP_RECVFRAGSIZE),
	IP(IP_RECVERR_RFC4884),
	IP(IP_MULTICAST_IF),
	IP(IP_MULTICAST_TTL),
	IP(IP_MULTICAST_LOOP),
	IP(IP_ADD_MEMBERSHIP),
	IP(IP_DROP_MEMBERSHIP),
	IP(IP_UNBLOCK_SOURCE),
	IP(IP_BLOCK_SOURCE),
	IP(IP_ADD_SOURCE_MEMBERSHIP),
	IP(IP_DROP_SOURCE_MEMBERSHIP),
	IP(IP_MSFILTER),
	IP(MCAST_JOIN_GROUP),
	IP(MCAST_BLOCK_SOURCE),
	IP(MCAST_UNBLOCK_SOURCE),
	IP(MCAST_LEAVE_GROUP),
	IP(MCAST_JOIN_SOURCE_GROUP),
	IP(MCAST_LEAVE_SOURCE_GROUP),
	IP(MCAST_MSFILTER),
	IP(IP_MULTICAST_ALL),
	IP(IP_UNICAST_IF),
#ifdef IP_LOCAL_PORT_RANGE
	IP(IP_LOCAL_PORT_RANGE),
#endif
	IP6(IPV6_ADDRFORM),
	IP6(IPV6_2292PKTINFO),
	IP6(IPV6_2292HOPOPTS),
	IP6(IPV6_2292DSTOPTS),
	IP6(IPV6_2292RTHDR),
	IP6(IPV6_2292PKTOPTIONS),
	IP6(IPV6_CHECKSUM),
	IP6(IPV6_2292HOPLIMIT),
	IP6(IPV6_NEXTHOP),
	IP6(IPV6_AUTHHDR),
	IP6(IPV6_FLOWINFO),
	IP6(IPV6_UNICAST_HOPS),
	IP6(IPV6_MULTICAST_IF),
	IP6(IPV6_MULTICAST_HOPS),
	IP6(IPV6_MULTICAST_LOOP),
	IP6(IPV6_ADD_MEMBERSHIP),
	IP6(IPV6_DROP_MEMBERSHIP),
	IP6(IPV6_ROUTER_ALERT),
	IP6(IPV6_MTU_DISCOVER),
	IP6(IPV6_MTU),
	IP6(IPV6_RECVERR),
	IP6(IPV6_V6ONLY),
	IP6(IPV6_JOIN_ANYCAST),
	IP6(IPV6_LEAVE_ANYCAST),
	IP6(IPV6_MULTICAST_ALL),
	IP6(IPV6_ROUTER_ALERT_ISOLATE),
	IP6(IPV6_RECVERR_RFC4884),
	IP6(IPV6_FLOWLABEL_MGR),
	IP6(IPV6_FLOWINFO_SEND),
	IP6(IPV6_IPSEC_POLICY),
	IP6(IPV6_XFRM_POLICY),
	IP6(IPV6_HDRINCL),
	IP6(MCAST_JOIN_GROUP),
	IP6(MCAST_BLOCK_SOURCE),
	IP6(MCAST_UNBLOCK_SOURCE),
	IP6(MCAST_LEAVE_GROUP),
	IP6(MCAST_JOIN_SOURCE_GROUP),
	IP6(MCAST_LEAVE_SOURCE_GROUP),
	IP6(MCAST_MSFILTER),
	IP6(IPV6_RECVPKTINFO),
	IP6(IPV6_PKTINFO),
	IP6(IPV6_RECVHOPLIMIT),
	IP6(IPV6_HOPLIMIT),
	IP6(IPV6_RECVHOPOPTS),
	IP6(IPV6_HOPOPTS),
	IP6(IPV6_RTHDRDSTOPTS),
	IP6(IPV6_RECVRTHDR),
	IP6(IPV6_RTHDR),
	IP6(IPV6_RECVDSTOPTS),
	IP6(IPV6_DSTOPTS),
	IP6(IPV6_RECVPATHMTU),
	IP6(IPV6_PATHMTU),
	IP6(IPV6_DONTFRAG),
	IP6(IPV6_RECVTCLASS),
	IP6(IPV6_TCLASS),
	IP6(IPV6_AUTOFLOWLABEL),
	IP6(IPV6_ADDR_PREFERENCES),
	IP6(IPV6_MINHOPCOUNT),
	IP6(IPV6_ORIGDSTADDR),
	IP6(IPV6_RECVORIGDSTADDR),
	IP6(IPV6_TRANSPARENT),
	IP6(IPV6_UNICAST_IF),
	IP6(IPV6_RECVFRAGSIZE),
	IP6(IPV6_FREEBIND),
	TCP(TCP_NODELAY),
	TCP(TCP_MAXSEG),
	TCP(TCP_CORK),
	TCP(TCP_KEEPIDLE),
	TCP(TCP_KEEPINTVL),
	TCP(TCP_KEEPCNT),
	TCP(TCP_SYNCNT),
	TCP(TCP_LINGER2),
	TCP(TCP_DEFER_ACCEPT),
	TCP(TCP_WINDOW_CLAMP),
	TCP(TCP_INFO),
	TCP(TCP_QUICKACK),
	TCP(TCP_CONGESTION),
	TCP(TCP_MD5SIG),
	TCP(TCP_THIN_LINEAR_TIMEOUTS),
	TCP(TCP_THIN_DUPACK),
	TCP(TCP_USER_TIMEOUT),
	TCP(TCP_REPAIR),
	TCP(TCP_REPAIR_QUEUE),
	TCP(TCP_QUEUE_SEQ),
	TCP(TCP_REPAIR_OPTIONS),
	TCP(TCP_FASTOPEN),
	TCP(TCP_TIMESTAMP),
	TCP(TCP_NOTSENT_LOWAT),
	TCP(TCP_CC_INFO),
	TCP(TCP_SAVE_SYN),
	TCP(TCP_SAVED_SYN),
	TCP(TCP_REPAIR_WINDOW),
	TCP(TCP_FASTOPEN_CONNECT),
	TCP(TCP_ULP),
	TCP(TCP_MD5SIG_EXT),
	TCP(TCP_FASTOPEN_KEY),
	TCP(TCP_FASTOPEN_NO_COOKIE),
	TCP(TCP_ZEROCOPY_RECEIVE),
	TCP(TCP_INQ),
	TCP(TCP_CM_INQ),
	TCP(TCP_TX_DELAY),
	UDP(UDP_CORK),
	UDP(UDP_ENCAP),
	UDP(UDP_NO_CHECK6_TX),
	UDP(UDP_NO_CHECK6_RX),
	UDP(UDP_SEGMENT),
	UDP(UDP_GRO),
	OF(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP),
	OF(SOL_NETLINK, NETLINK_DROP_MEMBERSHIP),
	OF(SOL_NETLINK, NETLINK_PKTINFO),
	OF(SOL_NETLINK, NETLINK_BROADCAST_ERROR),
	OF(SOL_NETLINK, NETLINK_NO_ENOBUFS),
	OF(SOL_NETLINK, NETLINK_RX_RING),
	OF(SOL_NETLINK, NETLINK_TX_RING),
	OF(SOL_NETLINK, NETLINK_LISTEN_ALL_NSID),
	OF(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS),
	OF(SOL_NETLINK, NETLINK_CAP_ACK),
	OF(SOL_NETLINK, NETLINK_EXT_ACK),
	OF(SOL_NETLINK, NETLINK_GET_STRICT_CHK),
	OF(SOL_PACKET, PACKET_ADD_MEMBERSHIP),
	OF(SOL_PACKET, PACKET_DROP_MEMBERSHIP),
	OF(SOL_PACKET, PACKET_RECV_OUTPUT),
	OF(SOL_PACKET, PACKET_RX_RING),
	OF(SOL_PACKET, PACKET_STATISTICS),
	OF(SOL_PACKET, PACKET_COPY_THRESH),
	OF(SOL_PACKET, PACKET_AUXDATA),
	OF(SOL_PACKET, PACKET_ORIGDEV),
	OF(SOL_PACKET, PACKET_VERSION),
	OF(SOL_PACKET, PACKET_HDRLEN),
	OF(SOL_PACKET, PACKET_RESERVE),
	OF(SOL_PACKET, PACKET_TX_RING),
	OF(SOL_PACKET, PACKET_LOSS),
	OF(SOL_PACKET, PACKET_VNET_HDR),
	OF(SOL_PACKET, PACKET_TX_TIMESTAMP),
	OF(SOL_PACKET, PACKET_TIMESTAMP),
	OF(SOL_PACKET, PACKET_FANOUT),
	OF(SOL_PACKET, PACKET_TX_HAS_OFF),
	OF(SOL_PACKET, PACKET_QDISC_BYPASS),
	OF(SOL_PACKET, PACKET_ROLLOVER_STATS),
	OF(SOL_PACKET, PACKET_FANOUT_DATA),
	OF(SOL_PACKET, PACKET_IGNORE_OUTGOING),
	OF(SOL_TLS, TLS_TX),
	OF(SOL_TLS, TLS_RX),
	OF(SOL_TLS, TLS_TX_ZEROCOPY_RO),
	OF(SOL_TLS, TLS_RX_EXPECT_NO_PAD),
	OF(AF_VSOCK, SO_VM_SOCKETS_BUFFER_SIZE),
	OF(AF_VSOCK, SO_VM_SOCKETS_BUFFER_MIN_SIZE),
	OF(AF_VSOCK, SO_VM_SOCKETS_BUFFER_MAX_SIZE),
	OF(AF_VSOCK, SO_VM_SOCKETS_PEER_HOST_VM_ID),
	OF(AF_VSOCK, SO_VM_SOCKETS_TRUSTED),
	OF(AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT),
	OF(AF_VSOCK, SO_VM_SOCKETS_NONBLOCK_TXRX),
	OF(AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT_NEW),
	OF(SOL_ALG, ALG_SET_KEY),
	OF(SOL_ALG, ALG_SET_IV),
	OF(SOL_ALG, ALG_SET_OP),
	OF(SOL_ALG, ALG_SET_AEAD_ASSOCLEN),
	OF(SOL_ALG, ALG_SET_AEAD_AUTHSIZE),
	OF(SOL_ALG, ALG_SET_DRBG_ENTROPY),
	OF(SOL_XDP, XDP_MMAP_OFFSETS),
	OF(SOL_XDP, XDP_RX_RING),
	OF(SOL_XDP, XDP_TX_RING),
	OF(SOL_XDP, XDP_UMEM_REG),
	OF(SOL_XDP, XDP_UMEM_FILL_RING),
	OF(SOL_XDP, XDP_UMEM_COMPLETION_RING),
	OF(SOL_XDP, XDP_STATISTICS),
	OF(SOL_XDP, XDP_OPTIONS),
	OF(SOL_RAW, ICMP_FILTER),
	OF(SOL_ICMPV6, ICMPV6_FILTER),
};

static void test_numbers_agree_with_the_headers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
		const struct constant *c = &constants[i];
		const struct sot_option *opt = find(c->level, c->number);

		if (!opt)
			fail_msg("%s (%d) is not in the catalogue", c->name, c->number);
		if (strcmp(opt->name, c->name) && (!opt->alias || strcmp(opt->alias, c->name)))
			fail_msg("%d is %s in the catalogue, %s in the headers", c->number,
				 opt->name, c->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_sorted_and_unique),
		cmocka_unit_test(test_names_are_unique_in_a_level),
		cmocka_unit_test(test_rows_are_complete),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_types_are_complete),
		cmocka_unit_test(test_levels_are_complete),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_every_row_is_found),
		cmocka_unit_test(test_level_of_a_socket),
		cmocka_unit_test(test_some_rows),
		cmocka_unit_test(test_numbers_agree_with_the_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How each row is tried, the first line that holds it. A level's last line holds all that is not
 * told apart, and makes its socket.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/atm.h>
#include <linux/ip_vs.h>
#include <linux/xfrm.h>

#include "conformance.h"

#define ROWS(_level, _from, _to) .level = SOT_LEVEL_##_level, .from = _from, .to = _to
#define ROW(_level, _number) .level = SOT_LEVEL_##_level, .from = _number, .to = _number
#define ALL(_level) .level = SOT_LEVEL_##_level, .from = INT_MIN, .to = INT_MAX
#define SOCKET(_family, _type, _protocol) .family = _family, .type = _type, .protocol = _protocol
#define NUMBER(_number)                        \
	{                                      \
		.set = true, .number = _number \
	}
#define VALUE(...)                                                      \
	{                                                               \
		.set = true, .bytes = (const uint8_t[]){ __VA_ARGS__ }, \
		.len = sizeof((const uint8_t[]){ __VA_ARGS__ })         \
	}
#define STRUCT(_type, ...)                                                                \
	{                                                                                 \
		.set = true, .bytes = &(const _type){ __VA_ARGS__ }, .len = sizeof(_type) \
	}
#define ARRAY(_array, _len)                               \
	{                                                 \
		.set = true, .bytes = _array, .len = _len \
	}
#define FITS(_function, _len)                                      \
	{                                                          \
		.set = true, .fill = fill_##_function, .len = _len \
	}
#define TEXT(_text)                                                   \
	{                                                             \
		.set = true, .bytes = _text, .len = sizeof(_text) - 1 \
	}
#define GIVES(_lacks, ...) .gives = { __VA_ARGS__ }, .lacks = _lacks
#define WITHOUT(_probes, _why) .without = _probes, .without_why = _why
#define P(_probe) (1U << PROBE_##_probe)

/* 224.1.2.3 and its member 127.0.0.1; the source 10.0.0.1 of it. */
const uint8_t group4[12] = { 224, 1, 2, 3, 127, 0, 0, 1 };
const uint8_t source4[12] = { 224, 1, 2, 3, 127, 0, 0, 1, 10, 0, 0, 1 };
/* struct group_source_req: loopback, ff02::123 and fd00::1; its head is a struct group_req */
uint8_t group_source6[264] = { 1,    [8] = AF_INET6,   [16] = 0xff,  2,	       [30] = 1,
			       0x23, [136] = AF_INET6, [144] = 0xfd, [159] = 1 };
static const uint8_t group_source4[264] = { 1, [8] = AF_INET,	[12] = 224, 1, 2,
					    3, [136] = AF_INET, [140] = 10, 0, 0,
					    1 };
/* struct group_filter and ip_msfilter: exclude nothing */
static const uint8_t group_filter4[144] = { 1, [8] = AF_INET, [12] = 224, 1, 2, 3 };
static const uint8_t group_filter6[144] = { 1, [8] = AF_INET6, [16] = 0xff, 2, [30] = 1, 0x23 };
static const uint8_t msfilter4[16] = { 224, 1, 2, 3, 127, 0, 0, 1 };
static const uint8_t mreq6[20] = { 0xff, 2, [14] = 1, 0x23, 1 };

/* struct in6_flowlabel_req: a label for ::1, to be made */
const uint8_t new_label[32] = { [15] = 1, [21] = 1, [22] = 1 };

/* Keys for 127.0.0.1: struct tcp_md5sig, and struct tcp_ao_del for the key of sockets.c. */
static const uint8_t md5sig[216] = { AF_INET, [4] = 127, [7] = 1, [130] = 4, [136] = 'k' };
static const uint8_t md5sig_prefix[216] = {
	AF_INET, [4] = 127, [7] = 1, [128] = 1, [129] = 8, [130] = 4, [136] = 'k'
};
static const uint8_t ao_del[144] = { AF_INET, [4] = 127, [7] = 1, [138] = 32 };

/* struct sadb_x_policy that says "none", and an empty policy of the other kind. */
static const uint8_t ipsec_policy[16] = { 2, 0, 18, 0, 1, 0, 1 };
static const struct xfrm_userpolicy_info xfrm_policy4 = { .sel.family = AF_INET };
static const struct xfrm_userpolicy_info xfrm_policy6 = { .sel.family = AF_INET6 };

/* TCP at 127.0.0.1:80, and a server of it. */
#define SERVICE .protocol = IPPROTO_TCP, .addr = 0x0100007f, .port = 0x5000, .sched_name = "rr"
static const struct ip_vs_service_user service = { SERVICE };
static const struct {
	struct ip_vs_service_user service;
	struct ip_vs_dest_user dest;
} destination = { { SERVICE }, { .addr = 0x0100007f, .port = 0x5100, .weight = 1 } };

/* Unspecified bit rate both ways, AAL5. */
static const struct atm_qos qos = { .txtp.traffic_class = ATM_UBR,
				    .rxtp.traffic_class = ATM_UBR,
				    .aal = ATM_AAL5 };

static void fill_bpf(uint8_t *value, int len)
{
	int fd = bpf_program();

	if (len >= (int)sizeof(fd))
		memcpy(value, &fd, sizeof(fd));
}

/* The counters of a table that holds nothing but its chains and its end. */
static void fill_counters(uint8_t *value, int len)
{
	strcpy((char *)value, "filter");
	value[32] = (uint8_t)((len - 40) / 16);
}

/* A control message of another level. */
static void fill_message(uint8_t *value, int len)
{
	uint64_t size = (uint64_t)len;

	memcpy(value, &size, sizeof(size));
	value[8] = 0xff;
}

/* A segment routing header without segments left: struct ipv6_sr_hdr. */
static void fill_routing(uint8_t *value, int len)
{
	int segments = (len - 8) / 16;

	if (len < 24)
		return;
	value[1] = (uint8_t)(len / 8 - 1);
	value[2] = 4;
	value[4] = (uint8_t)(segments - 1);
}

/* AES-GCM-128 has 40 bytes, AES-GCM-256 has 56. */
static void fill_tls(uint8_t *value, int len)
{
	value[0] = value[1] = 3;
	value[2] = len < 56 ? 51 : 52;
}

static void fill_key_serial(uint8_t *value, int len)
{
	int32_t serial = (int32_t)syscall(SYS_add_key, "user", "probe", "k", 1, -2);

	if (len >= (int)sizeof(serial))
		memcpy(value, &serial, sizeof(serial));
}

static void fill_umem(uint8_t *value, int len)
{
	uint64_t umem[4] = { 0, 8 * 4096, 4096, 0 };

	umem[0] = (uintptr_t)mmap(NULL, umem[1], PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memcpy(value, umem, len < (int)sizeof(umem) ? (size_t)len : sizeof(umem));
}

static void fill_listener(uint8_t *value, int len)
{
	if (len >= (int)sizeof(listener))
		memcpy(value, &listener, sizeof(listener));
}

static void fill_sctp_address(uint8_t *value, int len)
{
	fill_listener(value + 4, len - 4);
}

/* SHA-1, as often as there is room. */
static void fill_sctp_hmacs(uint8_t *value, int len)
{
	int i, count = (len - 4) / 2;

	value[0] = (uint8_t)count;
	for (i = 0; i < count && i < 8; i++)
		value[4 + 2 * i] = 1;
}

static void fill_sctp_key(uint8_t *value, int len)
{
	uint16_t key_len = (uint16_t)(len - 8);

	memcpy(value + 6, &key_len, sizeof(key_len));
}

static void fill_ccids(uint8_t *value, int len)
{
	memset(value, 2, len > 0 ? (size_t)len : 0);
}

const struct trial trials[] = {
	{ ROW(SOL_SOCKET, 1), .trigger = NUMBER(1) },
	{ ROW(SOL_SOCKET, 12), .trigger = NUMBER(7) },
	{ ROW(SOL_SOCKET, 16), SOCKET(AF_UNIX, SOCK_STREAM, 0) },
	{ ROW(SOL_SOCKET, 25), .fit = TEXT(""), .cap_prepare = prepare_loopback,
	  .trigger = TEXT("lo") },
	{ ROW(SOL_SOCKET, 26), SOCKET(AF_INET, SOCK_DGRAM, 0),
	  .fit = STRUCT(struct sock_fprog, 1, &take_all), .cap_prepare = prepare_tcp_instead,
	  .cap_since = "6.1" },
	{ ROW(SOL_SOCKET, 27), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_filter },
	{ ROW(SOL_SOCKET, 34), SOCKET(AF_UNIX, SOCK_STREAM, 0) },
	{ ROW(SOL_SOCKET, 36), .trigger = NUMBER(0), WITHOUT(P(NOBODY), "any value needs it") },
	{ ROW(SOL_SOCKET, 42), SOCKET(AF_UNIX, SOCK_STREAM, 0) },
	{ ROW(SOL_SOCKET, 46), .trigger = NUMBER(100), .cap_until = "6.1" },
	{ ROW(SOL_SOCKET, 50), .fit = FITS(bpf, 4) },
	{ ROW(SOL_SOCKET, 51), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_reuseport,
	  .fit = STRUCT(struct sock_fprog, 1, &take_all) },
	{ ROW(SOL_SOCKET, 52), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_reuseport,
	  .fit = FITS(bpf, 4) },
	{ ROW(SOL_SOCKET, 61), .fit = VALUE(1, 0, 0, 0, 0, 0, 0, 0),
	  .trigger = VALUE(11, 0, 0, 0, 0, 0, 0, 0) },
	{ ROW(SOL_SOCKET, 62), .cap_prepare = prepare_loopback, .trigger = NUMBER(1) },
	{ ROW(SOL_SOCKET, 68), SOCKET(AF_INET, SOCK_DGRAM, 0),
	  .prepare = prepare_reuseport_filter },
	{ ROW(SOL_SOCKET, 69), .trigger = NUMBER(1) },
	{ ROW(SOL_SOCKET, 70), .trigger = NUMBER(100) },
	{ ROW(SOL_SOCKET, 73), WITHOUT(P(MAX), "there is not so much memory") },
	{ ROW(SOL_SOCKET, 76), SOCKET(AF_UNIX, SOCK_STREAM, 0) },
	{ ROWS(SOL_SOCKET, 83, 84), SOCKET(AF_UNIX, SOCK_STREAM, 0) },
	{ ALL(SOL_SOCKET), SOCKET(AF_INET, SOCK_STREAM, 0) },

	{ ROW(SOL_IP, 4), .trigger = VALUE(131, 7, 4, 127, 0, 0, 1, 0), .cap_since = "6.1" },
	{ ROW(SOL_IP, 5), .fit = NUMBER(1), GIVES("an alert to switch off", ENOBUFS) },
	{ ROW(SOL_IP, 16), .fit = ARRAY(ipsec_policy, sizeof(ipsec_policy)),
	  WITHOUT(P(LEAST) | P(GREATEST), "0 with NULL only; a page of 4 KiB is the bound here") },
	{ ROW(SOL_IP, 17), .fit = ARRAY(&xfrm_policy4, sizeof(xfrm_policy4)),
	  WITHOUT(P(LEAST) | P(GREATEST), "0 with NULL only; a page of 4 KiB is the bound here") },
	{ ROW(SOL_IP, 19), .trigger = NUMBER(1) },
	{ ROW(SOL_IP, 35), SOCKET(AF_INET, SOCK_DGRAM, 0), .fit = ARRAY(group4, 12) },
	{ ROW(SOL_IP, 36), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_joined4,
	  .fit = ARRAY(group4, 12) },
	{ ROW(SOL_IP, 37), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_blocked4,
	  .fit = ARRAY(source4, 12) },
	{ ROW(SOL_IP, 38), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_joined4,
	  .fit = ARRAY(source4, 12) },
	{ ROW(SOL_IP, 39), SOCKET(AF_INET, SOCK_DGRAM, 0), .fit = ARRAY(source4, 12) },
	{ ROW(SOL_IP, 40), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_source4,
	  .fit = ARRAY(source4, 12) },
	{ ROW(SOL_IP, 41), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_joined4,
	  .fit = ARRAY(msfilter4, 16) },
	{ ROW(SOL_IP, 42), SOCKET(AF_INET, SOCK_DGRAM, 0), .fit = ARRAY(group_source4, 136) },
	{ ROW(SOL_IP, 43), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_joined4,
	  .fit = ARRAY(group_source4, 264) },
	{ ROW(SOL_IP, 44), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_blocked4,
	  .fit = ARRAY(group_source4, 264) },
	{ ROW(SOL_IP, 45), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_joined4,
	  .fit = ARRAY(group_source4, 136) },
	{ ROW(SOL_IP, 46), SOCKET(AF_INET, SOCK_DGRAM, 0), .fit = ARRAY(group_source4, 264) },
	{ ROW(SOL_IP, 47), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_source4,
	  .fit = ARRAY(group_source4, 264) },
	{ ROW(SOL_IP, 48), SOCKET(AF_INET, SOCK_DGRAM, 0), .prepare = prepare_joined4,
	  .fit = ARRAY(group_filter4, 144) },
	{ ROWS(SOL_IP, 51, 52), .before = "stable kernels have it too" },
	{ ROW(SOL_IP, 64), GIVES("a whole table", EINVAL) },
	{ ROW(SOL_IP, 65), .fit = FITS(counters, 104),
	  GIVES("its table in this namespace", EINVAL, ENOENT) },
	{ ROW(SOL_IP, 96), GIVES("a whole table", EINVAL) },
	{ ROW(SOL_IP, 97), .fit = FITS(counters, 104),
	  GIVES("its table in this namespace", EINVAL, ENOENT) },
	{ ROWS(SOL_IP, 128, 129), GIVES("a whole table", EINVAL),
	  .config = "CONFIG_BRIDGE_NF_EBTABLES_LEGACY" },
	{ ROW(SOL_IP, 200), SOCKET(AF_INET, SOCK_RAW, IPPROTO_IGMP),
	  .unread = "any value will do" },
	{ ROW(SOL_IP, 201), SOCKET(AF_INET, SOCK_RAW, IPPROTO_IGMP), .prepare = prepare_router4,
	  .cap_prepare = prepare_nothing, .unread = "any value will do" },
	{ ROW(SOL_IP, 202), SOCKET(AF_INET, SOCK_RAW, IPPROTO_IGMP), .prepare = prepare_router4,
	  .cap_prepare = prepare_nothing, .cap_allows = EADDRINUSE,
	  .fit = VALUE(0, 0, 8, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0) },
	{ ROW(SOL_IP, 203), SOCKET(AF_INET, SOCK_RAW, IPPROTO_IGMP), .prepare = prepare_router4,
	  .cap_prepare = prepare_nothing, GIVES("an interface to remove", EADDRNOTAVAIL) },
	{ ROW(SOL_IP, 209), SOCKET(AF_INET, SOCK_RAW, IPPROTO_IGMP), .cap_prepare = prepare_nothing,
	  WITHOUT(P(NOBODY), "the router cannot change its table") },
	{ ROWS(SOL_IP, 204, 212), SOCKET(AF_INET, SOCK_RAW, IPPROTO_IGMP),
	  .prepare = prepare_router4, .cap_prepare = prepare_nothing,
	  GIVES("a route to remove", ENOENT) },
	{ ROW(SOL_IP, 1154), .fit = ARRAY(&service, sizeof(service)),
	  GIVES("a service that is not there yet", EEXIST) },
	{ ROWS(SOL_IP, 1155, 1156), .fit = ARRAY(&service, sizeof(service)),
	  GIVES("a service", ESRCH) },
	{ ROWS(SOL_IP, 1159, 1161), .fit = ARRAY(&destination, sizeof(destination)),
	  GIVES("a service", ESRCH) },
	{ ROW(SOL_IP, 1163), .fit = STRUCT(struct ip_vs_daemon_user, 1, "nosuch", 0),
	  GIVES("an interface for multicast", ENODEV) },
	{ ROW(SOL_IP, 1164), .fit = STRUCT(struct ip_vs_daemon_user, 1, "nosuch", 0),
	  GIVES("a daemon", ESRCH) },
	{ ALL(SOL_IP), SOCKET(AF_INET, SOCK_RAW, IPPROTO_ICMP) },

	{ ROW(SOL_IPV6, 1), SOCKET(AF_INET6, SOCK_STREAM, 0), .prepare = prepare_mapped },
	{ ROW(SOL_IPV6, 6), .fit = FITS(message, 16),
	  .trigger =
		  VALUE(24, 0, 0, 0, 0, 0, 0, 0, 41, 0, 0, 0, 3, 0, 0, 0, 0, 0, 1, 4, [23] = 0) },
	{ ROW(SOL_IPV6, 7), SOCKET(AF_INET6, SOCK_RAW, IPPROTO_UDP) },
	{ ROW(SOL_IPV6, 20), .fit = ARRAY(mreq6, 20) },
	{ ROW(SOL_IPV6, 21), .prepare = prepare_joined6, .fit = ARRAY(mreq6, 20) },
	{ ROW(SOL_IPV6, 22), SOCKET(AF_INET6, SOCK_RAW, IPPROTO_RAW) },
	{ ROW(SOL_IPV6, 26), SOCKET(AF_INET6, SOCK_STREAM, 0) },
	{ ROW(SOL_IPV6, 27), GIVES("a prefix on the link", EADDRNOTAVAIL) },
	{ ROW(SOL_IPV6, 28), GIVES("an anycast address", ENOENT) },
	{ ROW(SOL_IPV6, 32), .fit = ARRAY(new_label, 32), .cap_prepare = prepare_labels,
	  .cap_gives = ENOBUFS },
	{ ROW(SOL_IPV6, 34), .fit = ARRAY(ipsec_policy, sizeof(ipsec_policy)),
	  WITHOUT(P(LEAST) | P(GREATEST), "0 with NULL only; a page of 4 KiB is the bound here") },
	{ ROW(SOL_IPV6, 35), .fit = ARRAY(&xfrm_policy6, sizeof(xfrm_policy6)),
	  WITHOUT(P(LEAST) | P(GREATEST), "0 with NULL only; a page of 4 KiB is the bound here") },
	{ ROW(SOL_IPV6, 42), .fit = ARRAY(group_source6, 136) },
	{ ROW(SOL_IPV6, 43), .prepare = prepare_joined6, .fit = ARRAY(group_source6, 264) },
	{ ROW(SOL_IPV6, 44), .prepare = prepare_blocked6, .fit = ARRAY(group_source6, 264) },
	{ ROW(SOL_IPV6, 45), .prepare = prepare_joined6, .fit = ARRAY(group_source6, 136) },
	{ ROW(SOL_IPV6, 46), .fit = ARRAY(group_source6, 264) },
	{ ROW(SOL_IPV6, 47), .prepare = prepare_source6, .fit = ARRAY(group_source6, 264) },
	{ ROW(SOL_IPV6, 48), .prepare = prepare_joined6, .fit = ARRAY(group_filter6, 144) },
	{ ROW(SOL_IPV6, 50), .fault = EINVAL },
	{ ROWS(SOL_IPV6, 54, 55), .fault = EINVAL },
	{ ROW(SOL_IPV6, 57), .fit = FITS(routing, 24), .fault = EINVAL },
	{ ROW(SOL_IPV6, 59), .fault = EINVAL },
	{ ROW(SOL_IPV6, 64), GIVES("a whole table", EINVAL) },
	{ ROW(SOL_IPV6, 65), .fit = FITS(counters, 104),
	  GIVES("its table in this namespace", EINVAL, ENOENT) },
	{ ROW(SOL_IPV6, 75), .trigger = NUMBER(1) },
	{ ROW(SOL_IPV6, 200) },
	{ ROW(SOL_IPV6, 201), .prepare = prepare_router6, .cap_prepare = prepare_nothing },
	{ ROW(SOL_IPV6, 202), .prepare = prepare_router6, .cap_prepare = prepare_nothing,
	  .cap_allows = EADDRINUSE, .fit = VALUE(0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0) },
	{ ROW(SOL_IPV6, 203), .prepare = prepare_router6, .cap_prepare = prepare_nothing,
	  GIVES("an interface to remove", EADDRNOTAVAIL) },
	{ ROW(SOL_IPV6, 209), .cap_prepare = prepare_nothing,
	  WITHOUT(P(NOBODY), "the router cannot change its table") },
	{ ROWS(SOL_IPV6, 204, 212), .prepare = prepare_router6, .cap_prepare = prepare_nothing,
	  GIVES("a route to remove", ENOENT) },
	{ ALL(SOL_IPV6), SOCKET(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) },

	{ ROW(SOL_TCP, 13), .fit = TEXT("reno"), .trigger = TEXT("vegas"),
	  GIVES("a name as short or long", ENOENT) },
	{ ROW(SOL_TCP, 14), .fit = ARRAY(md5sig, 216) },
	{ ROW(SOL_TCP, 20), .prepare = prepare_repair },
	{ ROW(SOL_TCP, 21), .prepare = prepare_repair_queue },
	{ ROW(SOL_TCP, 22), .prepare = prepare_repair_established },
	{ ROW(SOL_TCP, 24), .prepare = prepare_repair },
	{ ROW(SOL_TCP, 29), .prepare = prepare_repair },
	{ ROW(SOL_TCP, 31), .prepare = prepare_connected, .fit = TEXT("tls"),
	  GIVES("a name as short or long", ENOENT),
	  .cap_untried = "the module is there, and none other is loaded in the guest" },
	{ ROW(SOL_TCP, 32), .fit = ARRAY(md5sig_prefix, 216) },
	{ ROW(SOL_TCP, 38), .fit = ARRAY(ao_key, 288), .config = "CONFIG_TCP_AO" },
	{ ROW(SOL_TCP, 39), .prepare = prepare_ao, .fit = ARRAY(ao_del, 144),
	  .config = "CONFIG_TCP_AO" },
	{ ROW(SOL_TCP, 42), .prepare = prepare_ao_repair, .config = "CONFIG_TCP_AO" },
	{ ROWS(SOL_TCP, 40, 42), .config = "CONFIG_TCP_AO" },
	{ ROWS(SOL_TCP, 45, 46), .fit = NUMBER(100000),
	  WITHOUT(P(MIN), "taken where HZ is 1000, which Debian's is not") },
	{ ALL(SOL_TCP), SOCKET(AF_INET, SOCK_STREAM, 0) },

	{ ROWS(SOL_UDP, 10, 11), SOCKET(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE) },
	{ ALL(SOL_UDP), SOCKET(AF_INET, SOCK_DGRAM, 0) },
	{ ROWS(SOL_NETLINK, 1, 2), .cap_prepare = prepare_netfilter_instead,
	  WITHOUT(P(MAX), "the number of groups, which is the protocol's own, is less") },
	{ ALL(SOL_NETLINK), SOCKET(AF_NETLINK, SOCK_RAW, 0) },

	{ ROW(SOL_PACKET, 1), .fit = VALUE(1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) },
	{ ROW(SOL_PACKET, 5), .fault = EINVAL },
	{ ROW(SOL_PACKET, 13), .fault = EINVAL },
	{ ROW(SOL_PACKET, 18), .fit = VALUE(7, 0, 0, 0) },
	{ ROW(SOL_PACKET, 22), .prepare = prepare_packet_fanout,
	  .fit = STRUCT(struct sock_fprog, 1, &take_all),
	  WITHOUT(P(LEAST), "a descriptor, where the group wants an eBPF program") },
	{ ALL(SOL_PACKET), SOCKET(AF_PACKET, SOCK_RAW, 0x0300 /* ETH_P_ALL */) },

	{ ROWS(SOL_TLS, 1, 2), .fit = FITS(tls, 40), .fault = EINVAL },
	{ ROW(SOL_TLS, 3), .prepare = prepare_tls_tx, .fault = EINVAL },
	{ ROW(SOL_TLS, 4), .prepare = prepare_tls13_rx, .fault = EINVAL },
	{ ROW(SOL_TLS, 5), .prepare = prepare_tls13_tx, .fault = EINVAL },
	{ ALL(SOL_TLS), SOCKET(AF_INET, SOCK_STREAM, 0), .prepare = prepare_tls },

	{ ALL(AF_VSOCK), SOCKET(AF_VSOCK, SOCK_STREAM, 0) },
	{ ALL(SOL_VSOCK), SOCKET(AF_VSOCK, SOCK_STREAM, 0) },

	{ ROW(SOL_ALG, 5), .prepare = prepare_aead, .fit = VALUE([15] = 0),
	  WITHOUT(P(LEAST), "that is the algorithm's own affair") },
	{ ROW(SOL_ALG, 6), .config = "CONFIG_CRYPTO_USER_API_RNG_CAVP" },
	{ ROW(SOL_ALG, 7), .fit = FITS(key_serial, 4) },
	{ ALL(SOL_ALG), SOCKET(AF_ALG, SOCK_SEQPACKET, 0), .prepare = prepare_hash },

	{ ROW(SOL_XDP, 4), .fit = FITS(umem, 32), .cap_prepare = prepare_xdp_limit,
	  .cap_gives = ENOBUFS },
	{ ROW(SOL_XDP, 9), .prepare = prepare_xdp_ring,
	  WITHOUT(P(MAX), "the ring would take more than there is memory") },
	{ ROWS(SOL_XDP, 2, 6), WITHOUT(P(MAX), "there is not so much memory") },
	{ ALL(SOL_XDP), SOCKET(AF_XDP, SOCK_RAW, 0) },
	{ ROW(SOL_RAW, 1), SOCKET(AF_INET, SOCK_RAW, IPPROTO_ICMP) },
	{ ALL(SOL_RAW), SOCKET(AF_INET6, SOCK_RAW, IPPROTO_UDP) },
	{ ALL(SOL_ICMPV6), SOCKET(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) },
	{ ALL(SOL_UDPLITE), SOCKET(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE) },
	{ ALL(SOL_MPTCP), SOCKET(AF_INET, SOCK_STREAM, 262) },

	{ ROWS(SOL_RXRPC, 1, 2), .fit = TEXT("probe"), GIVES("a key", ENOKEY),
	  WITHOUT(P(GREATEST), "a page of 4 KiB is the bound here") },
	/* 5.10 takes what copy_from_sockptr did not copy for a success */
	{ ROW(SOL_RXRPC, 4), .overlooks = "5.10" },
	{ ROW(SOL_RXRPC, 5), GIVES("a server of two services", EISCONN) },
	{ ROW(SOL_RXRPC, 6), .unread = "the kernel takes options that it does not know" },
	{ ROW(SOL_RXRPC, 7), .unread = "kernels that do not know it take it all the same",
	  .before = "the kernel takes options that it does not know" },
	{ ALL(SOL_RXRPC), SOCKET(AF_RXRPC, SOCK_DGRAM, AF_INET) },

	{ ROW(SOL_RDS, 1), .fit = VALUE(AF_INET, 0, 16, 0, 127, 0, 0, 1, [15] = 0) },
	{ ROW(SOL_RDS, 2), GIVES("a device with remote access", EOPNOTSUPP) },
	{ ROW(SOL_RDS, 3), GIVES("a device with remote access", EINVAL) },
	{ ROW(SOL_RDS, 7), GIVES("a device with remote access", EOPNOTSUPP) },
	{ ROW(SOL_RDS, 8), .prepare = prepare_nothing, .fit = NUMBER(2),
	  WITHOUT(P(MIN), "there is no InfiniBand") },
	{ ALL(SOL_RDS), SOCKET(AF_RDS, SOCK_SEQPACKET, 0), .prepare = prepare_rds },

	{ ROW(SOL_TIPC, 135), .fit = VALUE(0xe8, 3, 0, 0, 1, 0, 0, 0, 2, [15] = 0) },
	{ ROW(SOL_TIPC, 136), .prepare = prepare_tipc_group },
	{ ALL(SOL_TIPC), SOCKET(AF_TIPC, SOCK_RDM, 0) },
	{ ALL(SOL_KCM), SOCKET(AF_KCM, SOCK_DGRAM, 0) },
	{ ROW(SOL_CAN_RAW, 1), .fit = VALUE([7] = 0) },
	{ ALL(SOL_CAN_RAW), SOCKET(AF_CAN, SOCK_RAW, 1) },
	{ ROW(SOL_CAN_ISOTP, 5), .fit = VALUE(16, 8, 0) },
	{ ALL(SOL_CAN_ISOTP), SOCKET(AF_CAN, SOCK_DGRAM, 6) },
	{ ROW(SOL_CAN_J1939, 1), .fit = VALUE([31] = 0) },
	{ ROW(SOL_CAN_J1939, 3), .fit = NUMBER(6), .trigger = NUMBER(1) },
	{ ALL(SOL_CAN_J1939), SOCKET(AF_CAN, SOCK_DGRAM, 7) },
	{ ALL(SOL_LLC), SOCKET(AF_LLC, SOCK_STREAM, 0) },
	{ ALL(SOL_PPPOL2TP), SOCKET(AF_PPPOX, SOCK_DGRAM, 1), .prepare = prepare_l2tp },

	{ ROW(SOL_SCTP, 5), SOCKET(AF_INET, SOCK_STREAM, IPPROTO_SCTP), .prepare = prepare_sctp,
	  .fit = FITS(sctp_address, 132), GIVES("another own address", EADDRNOTAVAIL) },
	{ ROW(SOL_SCTP, 6), SOCKET(AF_INET, SOCK_STREAM, IPPROTO_SCTP), .prepare = prepare_sctp,
	  .fit = FITS(sctp_address, 132) },
	{ ROW(SOL_SCTP, 21), .prepare = prepare_sctp_auth },
	{ ROW(SOL_SCTP, 22), .prepare = prepare_sctp_auth, .fit = FITS(sctp_hmacs, 6) },
	{ ROW(SOL_SCTP, 23), .prepare = prepare_sctp_auth, .fit = FITS(sctp_key, 9) },
	{ ROWS(SOL_SCTP, 24, 25), .prepare = prepare_sctp_key,
	  .fit = VALUE(0, 0, 0, 0, 1, 0, 0, 0) },
	{ ROW(SOL_SCTP, 35), .prepare = prepare_sctp_key, .fit = VALUE(0, 0, 0, 0, 1, 0, 0, 0) },
	{ ROW(SOL_SCTP, 36), SOCKET(AF_INET, SOCK_STREAM, IPPROTO_SCTP) },
	{ ROW(SOL_SCTP, 100), .fit = VALUE(AF_INET, 0, 0, 0, 127, 0, 0, 1, [15] = 0) },
	{ ROW(SOL_SCTP, 101), .prepare = prepare_sctp_bound,
	  .fit = VALUE(AF_INET, 0, 0, 0, 127, 0, 0, 1, [15] = 0),
	  GIVES("a second address", EBUSY, EINVAL) },
	{ ROW(SOL_SCTP, 107), .prepare = prepare_sctp_peer, .fit = FITS(listener, 16) },
	{ ROW(SOL_SCTP, 110), .prepare = prepare_sctp_peer, .fit = FITS(listener, 16) },
	{ ROW(SOL_SCTP, 119), SOCKET(AF_INET, SOCK_STREAM, IPPROTO_SCTP), .prepare = prepare_sctp,
	  .fit = VALUE(0, 0, 0, 0, 2, 0, 0, 0) },
	{ ROW(SOL_SCTP, 120), SOCKET(AF_INET, SOCK_STREAM, IPPROTO_SCTP), .prepare = prepare_sctp },
	{ ROW(SOL_SCTP, 121), SOCKET(AF_INET, SOCK_STREAM, IPPROTO_SCTP), .prepare = prepare_sctp,
	  .fit = VALUE(0, 0, 0, 0, 0, 0, 1, 0) },
	{ ROW(SOL_SCTP, 124), SOCKET(AF_INET, SOCK_STREAM, IPPROTO_SCTP), .prepare = prepare_sctp },
	{ ROW(SOL_SCTP, 125), .prepare = prepare_sctp_interleave },
	{ ROW(SOL_SCTP, 127), .fit = VALUE(0, 0, 0, 0, 1, 0x80, 1, 0) },
	{ ALL(SOL_SCTP), SOCKET(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP) },

	{ ROW(SOL_HCI, 2), .fit = VALUE([15] = 0),
	  .cap_untried = "what is not allowed is left out, and not refused" },
	{ ALL(SOL_HCI), SOCKET(AF_BLUETOOTH, SOCK_RAW, 1) },
	/* struct l2cap_options: 672 bytes both ways, basic mode, a window of 63 */
	{ ROW(SOL_L2CAP, 1), .fit = VALUE(0xa0, 2, 0xa0, 2, 0, 0, 0, 0, 3, 0, 63, 0) },
	{ ALL(SOL_L2CAP), SOCKET(AF_BLUETOOTH, SOCK_SEQPACKET, 0) },
	{ ALL(SOL_SCO), SOCKET(AF_BLUETOOTH, SOCK_SEQPACKET, 2) },
	{ ALL(SOL_RFCOMM), SOCKET(AF_BLUETOOTH, SOCK_STREAM, 3) },
	{ ROW(SOL_BLUETOOTH, 4), .fit = VALUE(1, 0) },
	{ ROW(SOL_BLUETOOTH, 7), .prepare = prepare_l2cap },
	{ ROW(SOL_BLUETOOTH, 8), .fit = NUMBER(1), WITHOUT(P(MIN), "needs a link") },
	{ ROW(SOL_BLUETOOTH, 9), .fit = VALUE(1) },
	{ ROW(SOL_BLUETOOTH, 10), GIVES("a link", EOPNOTSUPP) },
	{ ROW(SOL_BLUETOOTH, 11), SOCKET(AF_BLUETOOTH, SOCK_SEQPACKET, 2), .fit = VALUE(0x60, 0),
	  GIVES("a controller", EBADFD) },
	{ ROW(SOL_BLUETOOTH, 12), .prepare = prepare_l2cap_le,
	  GIVES("nothing: it is always refused", EPERM) },
	{ ROW(SOL_BLUETOOTH, 13), .prepare = prepare_l2cap_le, .fit = NUMBER(672) },
	{ ROW(SOL_BLUETOOTH, 14), GIVES("a link, and 7.2", ENOTCONN, ENOPROTOOPT) },
	{ ROW(SOL_BLUETOOTH, 15), .prepare = prepare_l2cap_le, .fit = VALUE(3),
	  GIVES("the module's switch enable_ecred", ENOPROTOOPT) },
	{ ROW(SOL_BLUETOOTH, 16), SOCKET(AF_BLUETOOTH, SOCK_SEQPACKET, 2) },
	{ ROW(SOL_BLUETOOTH, 19), SOCKET(AF_BLUETOOTH, SOCK_SEQPACKET, 2),
	  GIVES("a controller", EBADFD) },
	{ ROWS(SOL_BLUETOOTH, 17, 22), SOCKET(AF_BLUETOOTH, SOCK_SEQPACKET, 8),
	  .lacks = "isochronous sockets, which the management interface switches on" },
	{ ALL(SOL_BLUETOOTH), SOCKET(AF_BLUETOOTH, SOCK_SEQPACKET, 0) },
	{ ALL(SOL_SMC), SOCKET(43, SOCK_STREAM, 0) },
	{ ALL(SOL_IUCV), SOCKET(AF_IUCV, SOCK_STREAM, 0) },
	{ ROW(SOL_PNPIPE, 1), .trigger = NUMBER(1), .cap_allows = EINVAL,
	  WITHOUT(P(MAX), "needs a pipe that is connected") },
	{ ALL(SOL_PNPIPE), SOCKET(AF_PHONET, SOCK_SEQPACKET, 2) },
	{ ALL(SOL_NFC), SOCKET(AF_NFC, SOCK_STREAM, 1) },
	{ ALL(SOL_MCTP), SOCKET(45, SOCK_DGRAM, 0) },
	{ ALL(SOL_IEEE802154), SOCKET(AF_IEEE802154, SOCK_DGRAM, 0) },
	{ ALL(SOL_X25), SOCKET(AF_X25, SOCK_SEQPACKET, 0) },

	{ ROW(SOL_DCCP, 1), .unread = "it does nothing" },
	{ ROWS(SOL_DCCP, 3, 4), .unread = "it does nothing" },
	{ ROW(SOL_DCCP, 6), GIVES("a server's socket", EOPNOTSUPP) },
	{ ROWS(SOL_DCCP, 13, 15), .fit = FITS(ccids, 1) },
	{ ALL(SOL_DCCP), SOCKET(AF_INET, 6 /* SOCK_DCCP */, 33) },
	{ ROW(SOL_NETROM, 3) },
	{ ROWS(SOL_NETROM, 1, 7), WITHOUT(P(MAX), "taken where HZ is 100, which Debian's is not") },
	{ ALL(SOL_NETROM), SOCKET(AF_NETROM, SOCK_SEQPACKET, 0) },
	{ ALL(SOL_ROSE), SOCKET(AF_ROSE, SOCK_SEQPACKET, 0) },
	{ ROW(SOL_AX25, 1), .prepare = prepare_ax25_long },
	{ ROW(SOL_AX25, 3) },
	{ ROWS(SOL_AX25, 2, 5), WITHOUT(P(MAX), "taken where HZ is 100, which Debian's is not") },
	{ ROW(SOL_AX25, 9), WITHOUT(P(MAX), "taken where HZ is 100, which Debian's is not") },
	{ ROW(SOL_AX25, 25), GIVES("a radio interface", ENODEV) },
	{ ALL(SOL_AX25), SOCKET(AF_AX25, SOCK_SEQPACKET, 0) },
	{ ROW(SOL_ATM, 0x42020054), .fit = ARRAY(&qos, sizeof(qos)) },
	{ ROW(SOL_ATM, 0x42030028), SOCKET(AF_ATMSVC, SOCK_DGRAM, 5) },
	{ ROW(SOL_ATM, 0x42050004), SOCKET(AF_ATMSVC, SOCK_DGRAM, 5) },
	{ ALL(SOL_ATM), SOCKET(AF_ATMPVC, SOCK_DGRAM, 5) },
	{ ROW(SOL_AAL, 0x42020054), .fit = ARRAY(&qos, sizeof(qos)) },
	{ ALL(SOL_AAL), SOCKET(AF_ATMPVC, SOCK_DGRAM, 5) },
	{ ALL(SOL_CAIF), SOCKET(AF_CAIF, SOCK_SEQPACKET, 0) },
	{ ALL(SOL_MISDN), SOCKET(AF_ISDN, SOCK_DGRAM, 1) },
	{ ALL(SOL_DECNET), SOCKET(AF_DECnet, SOCK_SEQPACKET, 2) },
	{ .level = SOT_LEVEL_COUNT },
};

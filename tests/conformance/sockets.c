/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a socket needs before it will do. Each takes the socket, and returns it or another. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/if_pppox.h>
#include <linux/netlink.h>

#include "conformance.h"

#define SOL_SCTP 132
#define SOL_TLS 282
#define SOL_TIPC 271

static int set_int(int fd, int level, int optname, int number)
{
	return setsockopt(fd, level, optname, &number, sizeof(number)) ? -errno : fd;
}

static struct sockaddr_in loopback4(void)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

/* Where the last listener was put. It is left open: the process ends soon. */
struct sockaddr_in listener;

static int make_listener(int protocol)
{
	socklen_t len = sizeof(listener);
	int fd = socket(AF_INET, SOCK_STREAM, protocol);

	listener = loopback4();
	if (fd < 0 || bind(fd, (struct sockaddr *)&listener, len) || listen(fd, 1) ||
	    getsockname(fd, (struct sockaddr *)&listener, &len))
		return -errno;
	return fd;
}

static int connect_to_listener(int fd, int protocol)
{
	int peer = make_listener(protocol);

	if (peer < 0)
		return peer;
	return connect(fd, (struct sockaddr *)&listener, sizeof(listener)) ? -errno : fd;
}

int prepare_connected(int fd)
{
	return connect_to_listener(fd, 0);
}

/* An IPv6 socket connected to a mapped IPv4 address. */
int prepare_mapped(int fd)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6 };
	int peer = make_listener(0);

	if (peer < 0)
		return peer;
	to.sin6_port = listener.sin_port;
	to.sin6_addr.s6_addr[10] = to.sin6_addr.s6_addr[11] = 0xff;
	memcpy(&to.sin6_addr.s6_addr[12], &listener.sin_addr, 4);
	return connect(fd, (struct sockaddr *)&to, sizeof(to)) ? -errno : fd;
}

static int set_bytes(int fd, int level, int optname, const void *value, int len)
{
	return fd < 0 ? fd : setsockopt(fd, level, optname, value, (socklen_t)len) ? -errno : fd;
}

/* An association of a one-to-one socket, whose streams may be reset. */
int prepare_sctp(int fd)
{
	static const uint32_t all[] = { 0, 7 };

	fd = set_bytes(fd, SOL_SCTP, 118 /* SCTP_ENABLE_STREAM_RESET */, all, sizeof(all));
	return fd < 0 ? fd : connect_to_listener(fd, IPPROTO_SCTP);
}

int prepare_sctp_peer(int fd)
{
	int peer = make_listener(IPPROTO_SCTP);

	return peer < 0 ? peer : fd;
}

int prepare_sctp_bound(int fd)
{
	struct sockaddr_in at = loopback4();

	return bind(fd, (struct sockaddr *)&at, sizeof(at)) ? -errno : fd;
}

int prepare_sctp_auth(int fd)
{
	static const uint32_t on[] = { 0, 1 };

	return set_bytes(fd, SOL_SCTP, 129 /* SCTP_AUTH_SUPPORTED */, on, sizeof(on));
}

/* With a key of number 1. */
int prepare_sctp_key(int fd)
{
	static const uint8_t key[] = { 0, 0, 0, 0, 1, 0, 1, 0, 'k' };

	return set_bytes(prepare_sctp_auth(fd), SOL_SCTP, 23 /* SCTP_AUTH_KEY */, key, sizeof(key));
}

int prepare_sctp_interleave(int fd)
{
	return set_int(fd, SOL_SCTP, 18 /* SCTP_FRAGMENT_INTERLEAVE */, 2);
}

int prepare_tls(int fd)
{
	return set_bytes(prepare_connected(fd), SOL_TCP, TCP_ULP, "tls", 3);
}

/* The keys of AES-GCM-128, all zero. */
static int set_tls_keys(int fd, int optname, uint8_t version)
{
	const uint8_t keys[40] = { version, 3, 51 };

	return set_bytes(prepare_tls(fd), SOL_TLS, optname, keys, sizeof(keys));
}

int prepare_tls_tx(int fd)
{
	return set_tls_keys(fd, 1 /* TLS_TX */, 3);
}

int prepare_tls13_tx(int fd)
{
	return set_tls_keys(fd, 1 /* TLS_TX */, 4);
}

int prepare_tls13_rx(int fd)
{
	return set_tls_keys(fd, 2 /* TLS_RX */, 4);
}

int prepare_repair(int fd)
{
	return fd < 0 ? fd : set_int(fd, SOL_TCP, TCP_REPAIR, 1);
}

int prepare_repair_queue(int fd)
{
	fd = prepare_repair(fd);
	return fd < 0 ? fd : set_int(fd, SOL_TCP, TCP_REPAIR_QUEUE, TCP_RECV_QUEUE);
}

int prepare_repair_established(int fd)
{
	return prepare_repair(prepare_connected(fd));
}

/* A key of 16 zeros for 127.0.0.1: struct tcp_ao_add of linux/tcp.h, 6.7 and later. */
const uint8_t ao_key[288] = { AF_INET, [4] = 127, [7] = 1, [128] = 'h', 'm',
			      'a',     'c',	  '(',	   's',		'h',
			      'a',     '1',	  ')',	   [202] = 32,	[207] = 16 };

int prepare_ao(int fd)
{
	return set_bytes(fd, SOL_TCP, 38 /* TCP_AO_ADD_KEY */, ao_key, sizeof(ao_key));
}

int prepare_ao_repair(int fd)
{
	return prepare_repair(prepare_ao(fd));
}

int prepare_loopback(int fd)
{
	return set_bytes(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2);
}

/* As it is: for a capability that the prepared socket needs no more. */
int prepare_nothing(int fd)
{
	return fd;
}

/* Another socket instead. */
static int instead(int fd, int family, int type, int protocol)
{
	int other = socket(family, type, protocol);

	close(fd);
	return other < 0 ? -errno : other;
}

int prepare_tcp_instead(int fd)
{
	return instead(fd, AF_INET, SOCK_STREAM, 0);
}

int prepare_netfilter_instead(int fd)
{
	return instead(fd, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
}

/* A group of its own, that a classic BPF program spreads. */
int prepare_packet_fanout(int fd)
{
	return set_int(fd, SOL_PACKET, PACKET_FANOUT, PACKET_FANOUT_CBPF << 16 | 9);
}

int prepare_reuseport(int fd)
{
	struct sockaddr_in at = loopback4();

	if (set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1) < 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return -errno;
	return fd;
}

struct sock_filter take_all = BPF_STMT(BPF_RET | BPF_K, 0xffff);
const struct sock_fprog take_all_program = { 1, &take_all };

int prepare_filter(int fd)
{
	return set_bytes(fd, SOL_SOCKET, SO_ATTACH_FILTER, &take_all_program,
			 sizeof(take_all_program));
}

int prepare_reuseport_filter(int fd)
{
	return set_bytes(prepare_reuseport(fd), SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF,
			 &take_all_program, sizeof(take_all_program));
}

/* Member of the group, and its sources, of trials.c. */
int prepare_joined4(int fd)
{
	return set_bytes(fd, SOL_IP, IP_ADD_MEMBERSHIP, group4, 8);
}

int prepare_blocked4(int fd)
{
	return set_bytes(prepare_joined4(fd), SOL_IP, IP_BLOCK_SOURCE, source4, 12);
}

int prepare_source4(int fd)
{
	return set_bytes(fd, SOL_IP, IP_ADD_SOURCE_MEMBERSHIP, source4, 12);
}

int prepare_joined6(int fd)
{
	return set_bytes(fd, SOL_IPV6, MCAST_JOIN_GROUP, group_source6, sizeof(struct group_req));
}

int prepare_blocked6(int fd)
{
	return set_bytes(prepare_joined6(fd), SOL_IPV6, MCAST_BLOCK_SOURCE, group_source6,
			 sizeof(struct group_source_req));
}

int prepare_source6(int fd)
{
	return set_bytes(fd, SOL_IPV6, MCAST_JOIN_SOURCE_GROUP, group_source6,
			 sizeof(struct group_source_req));
}

int prepare_router4(int fd)
{
	return set_int(fd, SOL_IP, 200 /* MRT_INIT */, 1);
}

int prepare_router6(int fd)
{
	return set_int(fd, SOL_IPV6, 200 /* MRT6_INIT */, 1);
}

/* As many flow labels as a socket may have: FL_MAX_PER_SOCK in net/ipv6/ip6_flowlabel.c. */
int prepare_labels(int fd)
{
	int i;

	for (i = 0; i < 32 && fd >= 0; i++)
		fd = set_bytes(fd, SOL_IPV6, 32 /* IPV6_FLOWLABEL_MGR */, new_label, 32);
	return fd;
}

/* No memory may be locked without a capability. */
int prepare_xdp_limit(int fd)
{
	struct rlimit none = { 0, 0 };

	return setrlimit(RLIMIT_MEMLOCK, &none) ? -errno : fd;
}

int prepare_xdp_ring(int fd)
{
	return set_int(fd, SOL_XDP, 3 /* XDP_TX_RING */, 4096);
}

static int bind_algorithm(int fd, const char *type, const char *name)
{
	struct sockaddr_alg at = { .salg_family = AF_ALG };

	strcpy((char *)at.salg_type, type);
	strcpy((char *)at.salg_name, name);
	return bind(fd, (struct sockaddr *)&at, sizeof(at)) ? -errno : fd;
}

int prepare_hash(int fd)
{
	return bind_algorithm(fd, "hash", "hmac(sha256)");
}

int prepare_aead(int fd)
{
	return bind_algorithm(fd, "aead", "gcm(aes)");
}

int prepare_rds(int fd)
{
	static uint16_t port = 4000;
	struct sockaddr_in at = loopback4();

	at.sin_port = htons(port++);
	return bind(fd, (struct sockaddr *)&at, sizeof(at)) ? -errno : fd;
}

int prepare_tipc_group(int fd)
{
	static const uint32_t group[] = { 1000, 1, 2, 0 };

	return set_bytes(fd, SOL_TIPC, 135 /* TIPC_GROUP_JOIN */, group, sizeof(group));
}

/* A session of a tunnel over a UDP socket. */
int prepare_l2tp(int fd)
{
	struct sockaddr_in at = loopback4();
	struct sockaddr_pppol2tp to = { .sa_family = AF_PPPOX, .sa_protocol = PX_PROTO_OL2TP };
	int udp = socket(AF_INET, SOCK_DGRAM, 0), tunnel = socket(AF_PPPOX, SOCK_DGRAM, 1);

	at.sin_port = htons(1701);
	if (udp < 0 || tunnel < 0 || connect(udp, (struct sockaddr *)&at, sizeof(at)))
		return -errno;
	to.pppol2tp.fd = udp;
	to.pppol2tp.addr = at;
	to.pppol2tp.s_tunnel = to.pppol2tp.d_tunnel = (uint16_t)(getpid() | 1);
	if (connect(tunnel, (struct sockaddr *)&to, sizeof(to)))
		return -errno;
	to.pppol2tp.s_session = to.pppol2tp.d_session = (uint16_t)(fd + 1);
	return connect(fd, (struct sockaddr *)&to, sizeof(to)) ? -errno : fd;
}

/* An L2CAP socket bound to any device. */
int prepare_l2cap(int fd)
{
	static const uint8_t any[14] = { AF_BLUETOOTH };

	return bind(fd, (const struct sockaddr *)any, sizeof(any)) ? -errno : fd;
}

/* The same of Bluetooth's low energy. */
int prepare_l2cap_le(int fd)
{
	static const uint8_t any[14] = { AF_BLUETOOTH, [12] = 1 };

	return bind(fd, (const struct sockaddr *)any, sizeof(any)) ? -errno : fd;
}

/* Frames numbered modulo 128. */
int prepare_ax25_long(int fd)
{
	return set_int(fd, 257 /* SOL_AX25 */, 7 /* AX25_EXTSEQ */, 1);
}

/* The descriptor of an eBPF program that takes every packet. */
int bpf_program(void)
{
	struct bpf_insn take[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
				.insns = (uintptr_t)take,
				.insn_cnt = 2,
				.license = (uintptr_t) "GPL" };

	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

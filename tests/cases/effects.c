/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kernel holds after a call: getsockopt must say the same. */
#include "case.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#define SOL_UDP 17
#define SOL_PACKET 263
#define CLEAN "\"flags\":[]"

enum kind { TCP4, TCP6, UDP4, RAW4, PACKET, KINDS };

static int make_socket(enum kind kind)
{
	switch (kind) {
	case TCP4:
		return socket(AF_INET, SOCK_STREAM, 0);
	case TCP6:
		return socket(AF_INET6, SOCK_STREAM, 0);
	case UDP4:
		return socket(AF_INET, SOCK_DGRAM, 0);
	case RAW4:
		return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	default:
		return socket(AF_PACKET, SOCK_RAW, 0);
	}
}

/* Numbers are written down: headers of Debian 12 lack some of the names. */
static const struct {
	enum kind kind;
	int level, optname;
	int values[2];
} ints[] = {
	{ TCP4, SOL_SOCKET, SO_DEBUG, { 1, 0 } },
	{ TCP4, SOL_SOCKET, SO_REUSEADDR, { 3, 0 } },
	{ TCP4, SOL_SOCKET, SO_DONTROUTE, { 1, 0 } },
	{ UDP4, SOL_SOCKET, SO_BROADCAST, { 1, 0 } },
	{ TCP4, SOL_SOCKET, SO_SNDBUF, { 20000, 1 } },
	{ TCP4, SOL_SOCKET, SO_SNDBUF, { 0x7fffffff, 9000 } },
	{ UDP4, SOL_SOCKET, SO_RCVBUF, { 20000, 1 } },
	{ UDP4, SOL_SOCKET, SO_RCVBUF, { -1, 9000 } },
	{ TCP4, SOL_SOCKET, SO_KEEPALIVE, { 1, 0 } },
	{ TCP4, SOL_SOCKET, SO_OOBINLINE, { 1, 0 } },
	{ UDP4, SOL_SOCKET, SO_NO_CHECK, { 1, 0 } },
	{ TCP4, SOL_SOCKET, SO_PRIORITY, { 6, 0x10001 } },
	{ TCP4, SOL_SOCKET, SO_REUSEPORT, { 1, 0 } },
	{ TCP4, SOL_SOCKET, SO_SNDBUFFORCE, { 50000000, -1 } },
	{ TCP4, SOL_SOCKET, SO_RCVBUFFORCE, { 50000000, 0x7fffffff } },
	{ TCP4, SOL_SOCKET, SO_MARK, { 7, -2 } },
	{ UDP4, SOL_SOCKET, SO_RXQ_OVFL, { 1, 0 } },
	{ UDP4, SOL_SOCKET, 41 /* SO_WIFI_STATUS */, { 1, 0 } },
	{ PACKET, SOL_SOCKET, 43 /* SO_NOFCS */, { 1, 0 } },
	{ UDP4, SOL_SOCKET, 44 /* SO_LOCK_FILTER */, { 1, 1 } },
	{ UDP4, SOL_SOCKET, 45 /* SO_SELECT_ERR_QUEUE */, { 1, 0 } },
	{ UDP4, SOL_SOCKET, SO_BUSY_POLL, { 50, 0 } },
	{ TCP4, SOL_SOCKET, 60 /* SO_ZEROCOPY */, { 1, 0 } },
	{ TCP4, SOL_SOCKET, 62 /* SO_BINDTOIFINDEX */, { 1, 0 } },
	{ UDP4, SOL_SOCKET, 75 /* SO_RCVMARK */, { 1, 0 } },
	{ UDP4, IPPROTO_IP, IP_TOS, { 0x13, 0 } },
	{ TCP4, IPPROTO_IP, IP_TOS, { 0x13, 0xb8 } },
	{ TCP4, IPPROTO_IP, IP_TTL, { 1, 255 } },
	{ RAW4, IPPROTO_IP, IP_HDRINCL, { 1, 0 } },
	{ TCP4, IPPROTO_IP, IP_MTU_DISCOVER, { 3, 0 } },
	{ UDP4, IPPROTO_IP, IP_RECVERR, { 1, 0 } },
	{ TCP4, IPPROTO_IP, 15 /* IP_FREEBIND */, { 1, 0 } },
	{ TCP4, IPPROTO_IP, IP_TRANSPARENT, { 1, 0 } },
	{ TCP4, IPPROTO_IP, IP_MINTTL, { 255, 0 } },
	{ RAW4, IPPROTO_IP, 22 /* IP_NODEFRAG */, { 1, 0 } },
	{ TCP4, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, { 1, 0 } },
	{ UDP4, IPPROTO_IP, IP_MULTICAST_LOOP, { 0, 1 } },
	{ UDP4, IPPROTO_IP, IP_MULTICAST_ALL, { 0, 1 } },
	{ TCP6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, { 1, 255 } },
	{ TCP6, IPPROTO_IPV6, IPV6_V6ONLY, { 1, 0 } },
	{ TCP6, IPPROTO_IPV6, IPV6_TCLASS, { 0xb8, -1 } },
	{ TCP6, IPPROTO_IPV6, 75 /* IPV6_TRANSPARENT */, { 1, 0 } },
	{ TCP6, IPPROTO_IPV6, 78 /* IPV6_FREEBIND */, { 1, 0 } },
	{ TCP4, IPPROTO_TCP, TCP_NODELAY, { 1, 0 } },
	{ TCP4, IPPROTO_TCP, TCP_CORK, { 1, 0 } },
	{ TCP4, IPPROTO_TCP, TCP_MAXSEG, { 1000, 536 } },
	{ TCP4, IPPROTO_TCP, TCP_KEEPIDLE, { 32767, 1 } },
	{ TCP4, IPPROTO_TCP, TCP_KEEPINTVL, { 32767, 1 } },
	{ TCP6, IPPROTO_TCP, TCP_KEEPCNT, { 127, 1 } },
	{ TCP4, IPPROTO_TCP, TCP_SYNCNT, { 127, 1 } },
	{ TCP4, IPPROTO_TCP, TCP_USER_TIMEOUT, { 1234567, 0 } },
	{ TCP4, IPPROTO_TCP, TCP_REPAIR, { 1, -1 } },
	{ TCP4, IPPROTO_TCP, TCP_NOTSENT_LOWAT, { 16384, 1 } },
	{ UDP4, SOL_UDP, 100 /* UDP_ENCAP */, { 2, 0 } },
	{ PACKET, SOL_PACKET, PACKET_VERSION, { 2, 0 } },
	{ PACKET, SOL_PACKET, PACKET_RESERVE, { 64, 0 } },
};

static void structures(int fd)
{
	struct linger on = { 1, 77 }, off = { 0, 5 };
	struct {
		long sec, usec;
	} wait = { 5, 250001 }, for_ever = { 0 }, past = { -1, 0 };
	int set[] = { 20, 21, 66, 67 }; /* SO_RCVTIMEO, SO_SNDTIMEO, and their _NEW */
	size_t i;

	case_call(fd, SOL_SOCKET, SO_LINGER, &on, sizeof(on), CLEAN);
	case_call(fd, SOL_SOCKET, SO_LINGER, &off, sizeof(off), CLEAN);
	for (i = 0; i < sizeof(set) / sizeof(set[0]); i++) {
		case_call(fd, SOL_SOCKET, set[i], &wait, sizeof(wait), CLEAN);
		case_call(fd, SOL_SOCKET, set[i], &for_ever, sizeof(for_ever), CLEAN);
		case_call(fd, SOL_SOCKET, set[i], &past, sizeof(past), CLEAN);
	}
	case_call(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4, CLEAN);
	case_call(fd, IPPROTO_TCP, TCP_CONGESTION, "cubic\0junk", 10, CLEAN);
	/* not connected, or no such module: refused, and there is none */
	case_call(fd, IPPROTO_TCP, 31 /* TCP_ULP */, "tls", 3, CLEAN);
}

/* Where getsockopt says something else: what it is is written down. */
static void told_otherwise(void)
{
	/* the same bytes in every run, those between the members too */
	static struct sock_filter code[] = { { 0x06, 0, 0, 0x40000 } }; /* ret #262144 */
	static struct sock_fprog program = { 1, code };
	struct tpacket_req ring = {
		.tp_block_size = 4096, .tp_block_nr = 3, .tp_frame_size = 2048, .tp_frame_nr = 6
	};
	int fd = make_socket(PACKET), tcp = make_socket(TCP4);

	case_ask_back = false;
	case_call(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program),
		  CLEAN ",\"effective\":{\"len\":1}");
	case_call(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring),
		  CLEAN ",\"effective\":{\"tp_block_nr\":3}");
	case_call(fd, SOL_PACKET, PACKET_TX_RING, &ring, sizeof(ring),
		  CLEAN ",\"effective\":{\"tp_block_nr\":3}");
	case_call(tcp, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3, CLEAN ",\"effective\":1");
	case_call(tcp, SOL_SOCKET, SO_BINDTODEVICE, "", 1, CLEAN ",\"effective\":0");
	/* in network order as a value, in the host's in the record */
	CASE_OF_INT(make_socket(UDP4), IPPROTO_IP, IP_UNICAST_IF, (int)htonl(1),
		    CLEAN ",\"value\":1,\"effective\":1");
	CASE_OF_INT(make_socket(TCP6), IPPROTO_IPV6, 76 /* IPV6_UNICAST_IF */, (int)htonl(1),
		    CLEAN ",\"value\":1,\"effective\":1");
	/* no such option on such a socket: nothing that we know of */
	case_call(make_socket(UDP4), IPPROTO_TCP, TCP_NODELAY, &ring, 4, "\"effective\":null");
	case_call(-1, SOL_SOCKET, SO_KEEPALIVE, &ring, 4, "\"effective\":null");
}

int effects(void)
{
	size_t i, j;

	case_ask_back = true;
	for (i = 0; i < sizeof(ints) / sizeof(ints[0]); i++) {
		int fd = make_socket(ints[i].kind);

		if (fd < 0)
			return 1;
		for (j = 0; j < 2; j++)
			case_call(fd, ints[i].level, ints[i].optname, &ints[i].values[j],
				  sizeof(int), CLEAN);
		close(fd);
	}
	structures(make_socket(TCP4));
	told_otherwise();
	return 0;
}

#define SWALLOWED "\"rewritten\":{\"swallowed\":true},\"flags\":["
#define MISMATCH SWALLOWED "\"effect_mismatch\",\"rewritten\"]"

static bool is_buffer(int optname)
{
	return optname == SO_SNDBUF || optname == SO_RCVBUF;
}

/* What this kernel does not have cannot be held against anything. */
static const char *of_swallowed(int fd, int level, int optname)
{
	bool is_force =
		level == SOL_SOCKET && (optname == SO_SNDBUFFORCE || optname == SO_RCVBUFFORCE);
	socklen_t len = sizeof(int);
	int value;

	if (!is_force && getsockopt(fd, level, optname, &value, &len))
		return SWALLOWED "\"rewritten\"]";
	return MISMATCH;
}

/* Each call succeeds and changes nothing: the state must be held against what was asked for. */
static void swallowed_calls(void)
{
	static struct sock_filter code[] = { { 0x06, 0, 0, 0x40000 } };
	static const struct sock_fprog program = { 1, code };
	const struct tpacket_req ring = {
		.tp_block_size = 4096, .tp_block_nr = 3, .tp_frame_size = 2048, .tp_frame_nr = 6
	};
	const struct linger on = { 1, 77 };
	const long wait[2] = { 5, 250001 };
	const int interface = (int)htonl(1), times[] = { 20, 21, 66, 67 };
	int fds[KINDS];
	size_t i;

	for (i = 0; i < KINDS; i++)
		fds[i] = make_socket((enum kind)i);
	for (i = 0; i < sizeof(ints) / sizeof(ints[0]); i++) {
		int fd = fds[ints[i].kind];

		if (ints[i].level == SOL_SOCKET && is_buffer(ints[i].optname))
			continue;
		case_call(fd, ints[i].level, ints[i].optname, &ints[i].values[0], sizeof(int),
			  of_swallowed(fd, ints[i].level, ints[i].optname));
	}
	/* less than any buffer is at first, doubled as well */
	CASE_OF_INT(fds[TCP4], SOL_SOCKET, SO_SNDBUF, 1000, MISMATCH);
	CASE_OF_INT(fds[UDP4], SOL_SOCKET, SO_RCVBUF, 1000, MISMATCH);
	case_call(fds[TCP4], SOL_SOCKET, SO_LINGER, &on, sizeof(on), MISMATCH);
	for (i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		case_call(fds[TCP4], SOL_SOCKET, times[i], wait, sizeof(wait), MISMATCH);
	case_call(fds[TCP4], IPPROTO_TCP, TCP_CONGESTION, "reno", 4, MISMATCH);
	case_call(fds[TCP4], IPPROTO_TCP, 31 /* TCP_ULP */, "tls", 3, MISMATCH);
	case_call(fds[PACKET], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program),
		  MISMATCH ",\"effective\":{\"len\":0}");
	case_call(fds[PACKET], SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring),
		  MISMATCH ",\"effective\":{\"tp_block_nr\":0}");
	case_call(fds[PACKET], SOL_PACKET, PACKET_TX_RING, &ring, sizeof(ring),
		  MISMATCH ",\"effective\":{\"tp_block_nr\":0}");
	case_call(fds[TCP4], SOL_SOCKET, SO_BINDTODEVICE, "lo", 3, MISMATCH ",\"effective\":0");
	case_call(fds[UDP4], IPPROTO_IP, IP_UNICAST_IF, &interface, 4, MISMATCH ",\"effective\":0");
	case_call(fds[TCP6], IPPROTO_IPV6, 76 /* IPV6_UNICAST_IF */, &interface, 4,
		  MISMATCH ",\"effective\":0");
}

int swallowed(void)
{
	return case_in_group(case_attach_swallower, swallowed_calls);
}

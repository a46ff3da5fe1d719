/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Packet and raw sockets, and filters. A packet socket of protocol 0 is bound to nothing. */
#include "patterns.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAGE 4096
#define RING_CYCLES 6
#define SPRAY 64
#define SPRAY_LEN 128
#define FEW 4

static int packet_socket(void)
{
	return open_socket(AF_PACKET, SOCK_RAW, 0);
}

static int icmp_socket(void)
{
	return open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
}

static int packet_filter(void)
{
	return set_filter(packet_socket(), take_none, 1);
}

/* The same filter on a socket that sees its own datagrams alone. */
static int datagram_filter(void)
{
	return set_filter(udp_socket(), take_none, 1);
}

static int raw_filter(void)
{
	return set_filter(icmp_socket(), take_none, 1);
}

/* A socket of type SOCK_RAW as well, as udev and others filter it. */
static int netlink_filter(void)
{
	return set_filter(open_socket(AF_NETLINK, SOCK_RAW, 15 /* NETLINK_KOBJECT_UEVENT */),
			  take_none, 1);
}

/*
 * What makes BPFDoor's filter known: UDP that begins with one number, TCP that begins with another.
 * Here nothing is let through, found or not.
 */
static int compare_two(unsigned int first, unsigned int second)
{
	const struct sock_filter insns[] = {
		{ 0x28, 0, 0, 12 },    { 0x15, 0, 9, 0x800 },  { 0x30, 0, 0, 23 },
		{ 0x15, 0, 3, 0x11 },  { 0xb1, 0, 0, 14 },     { 0x48, 0, 0, 22 },
		{ 0x15, 4, 4, first }, { 0x15, 0, 3, 6 },      { 0xb1, 0, 0, 14 },
		{ 0x48, 0, 0, 34 },    { 0x15, 0, 0, second }, { 0x06, 0, 0, 0 },
	};

	return set_filter(packet_socket(), insns, sizeof(insns) / sizeof(insns[0]));
}

static int known_numbers(void)
{
	return compare_two(0x7255, 0x5293);
}

static int other_numbers(void)
{
	return compare_two(67, 68); /* as a DHCP client compares ports */
}

static int filter_locked(void)
{
	int fd = packet_socket(), ret = set_filter(fd, take_none, 1);

	return ret ? ret : set_int(fd, SOL_SOCKET, SO_LOCK_FILTER, 1);
}

static int lock_other_socket(void)
{
	int ret = set_filter(packet_socket(), take_none, 1);

	return ret ? ret : set_int(packet_socket(), SOL_SOCKET, SO_LOCK_FILTER, 1);
}

static int membership(unsigned short type)
{
	struct packet_mreq mreq = { .mr_ifindex = 1, .mr_type = type, .mr_alen = 6 };

	mreq.mr_address[0] = 1; /* a multicast address, where one is asked for */
	return set_value(packet_socket(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mreq, sizeof(mreq));
}

static int promiscuous(void)
{
	return membership(PACKET_MR_PROMISC);
}

static int multicast(void)
{
	return membership(PACKET_MR_MULTICAST);
}

static int ring(int fd, unsigned int blocks)
{
	const struct tpacket_req req = { .tp_block_size = blocks * PAGE,
					 .tp_block_nr = blocks,
					 .tp_frame_size = blocks * PAGE / 2,
					 .tp_frame_nr = blocks * 2 };

	return set_value(fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req));
}

static volatile bool raced;

static void *toggle_version(void *fd)
{
	int version = TPACKET_V1;

	while (!raced) {
		set_int(*(int *)fd, SOL_PACKET, PACKET_VERSION, version);
		version = TPACKET_V1 + TPACKET_V2 - version;
	}
	return NULL;
}

/* Setting a ring waits for the other CPUs (synchronize_net in packet_set_ring), with the lock held. */
static int race_ring(int fd, int other)
{
	pthread_t thread;
	int i, ret = fd < 0 ? fd : 0;

	if (ret || pthread_create(&thread, NULL, toggle_version, &other))
		return ret ? ret : -EAGAIN;
	for (i = 0; i < RING_CYCLES; i++) {
		ret = ring(fd, 1);
		ring(fd, 0);
	}
	raced = true;
	pthread_join(thread, NULL);
	return ret;
}

static int race_one_socket(void)
{
	int fd = packet_socket();

	return race_ring(fd, fd);
}

static int race_two_sockets(void)
{
	return race_ring(packet_socket(), packet_socket());
}

/* The kernel refuses what lies beyond a block, since CVE-2017-7308 was mended. */
static int ring_private(unsigned int size)
{
	const struct tpacket_req3 req = { .tp_block_size = PAGE,
					  .tp_block_nr = 1,
					  .tp_frame_size = PAGE,
					  .tp_frame_nr = 1,
					  .tp_retire_blk_tov = 100,
					  .tp_sizeof_priv = size };
	int fd = packet_socket(), ret = set_int(fd, SOL_PACKET, PACKET_VERSION, TPACKET_V3);

	if (ret)
		return ret;
	ret = set_value(fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req));
	return ret == -EINVAL ? 0 : ret;
}

static int huge_private(void)
{
	return ring_private(0x80000000);
}

static int small_private(void)
{
	return ring_private(16);
}

static int large_reserve(void)
{
	return set_int(packet_socket(), SOL_PACKET, PACKET_RESERVE, 65000);
}

/* As libpcap does, for the tag of a VLAN. */
static int small_reserve(void)
{
	return set_int(packet_socket(), SOL_PACKET, PACKET_RESERVE, 4);
}

/* A group is joined once; only a bound socket may. */
static int join_fanout(int times)
{
	int fd = packet_socket(), i;

	for (i = 0; i < times && fd >= 0; i++)
		set_int(fd, SOL_PACKET, PACKET_FANOUT, getpid() & 0xffff);
	return fd < 0 ? fd : 0;
}

static int fanout_repeated(void)
{
	return join_fanout(FEW);
}

static int fanout_once(void)
{
	return join_fanout(1);
}

static int set_rings(int count)
{
	int ret = 0;

	while (count-- && !ret)
		ret = ring(packet_socket(), 1);
	return ret;
}

static int many_rings(void)
{
	return set_rings(16);
}

static int few_rings(void)
{
	return set_rings(FEW);
}

/* Constants alone, or loads from the packet: as many, as long. */
static int spray(unsigned short code, unsigned int k, int count)
{
	struct sock_filter insns[SPRAY_LEN];
	int i, ret = 0;

	for (i = 0; i < SPRAY_LEN - 1; i++)
		insns[i] = (struct sock_filter){ code, 0, 0, k };
	insns[i] = take_none[0];
	while (count-- && !ret)
		ret = set_filter(open_socket(AF_UNIX, SOCK_DGRAM, 0), insns, SPRAY_LEN);
	return ret;
}

static int spray_constants(void)
{
	return spray(0x00, 0, SPRAY);
}

static int spray_loads(void)
{
	return spray(0x28, 12, SPRAY);
}

const struct pattern packet_patterns[] = {
#ifdef __LP64__
	{ "packet-filter", packet_filter, datagram_filter, NULL },
	{ "raw-filter", raw_filter, netlink_filter, NULL },
	{ "backdoor-filter", known_numbers, other_numbers, NULL },
	{ "filter-locked", filter_locked, lock_other_socket, NULL },
	{ "promiscuous", promiscuous, multicast, NULL },
	{ "packet-ring-race", race_one_socket, race_two_sockets, NULL },
	{ "packet-ring-private", huge_private, small_private, NULL },
	{ "packet-reserve-large", large_reserve, small_reserve, NULL },
	{ "packet-fanout-repeated", fanout_repeated, fanout_once, NULL },
	{ "packet-ring-burst", many_rings, few_rings, NULL },
	{ "filter-spray", spray_constants, spray_loads, NULL },
#endif
	{ NULL, NULL, NULL, NULL },
};

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Routing, addresses, ports, queues, IPsec, connections, netfilter. */
#include "patterns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/xfrm.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOPBACK 1 /* include/net/flow.h: LOOPBACK_IFINDEX */
#define UNICAST_IF 50
#define FREEBIND 15
#define PREFER_BUSY_POLL 69

/* One number on a new socket: the pattern, and what is nearly it. */
#define ONE_INT(_name, _socket, _level, _optname, _value)                 \
	static int _name(void)                                            \
	{                                                                 \
		return set_int(_socket, _level, _optname, (int)(_value)); \
	}

ONE_INT(mark, udp_socket(), SOL_SOCKET, SO_MARK, 7)
ONE_INT(mark_none, udp_socket(), SOL_SOCKET, SO_MARK, 0)
ONE_INT(unicast_loopback, udp_socket(), IPPROTO_IP, UNICAST_IF, htonl(LOOPBACK))
ONE_INT(unicast_any, udp_socket(), IPPROTO_IP, UNICAST_IF, 0)
ONE_INT(transparent, tcp_socket(), IPPROTO_IP, IP_TRANSPARENT, 1)
ONE_INT(transparent_off, tcp_socket(), IPPROTO_IP, IP_TRANSPARENT, 0)
ONE_INT(freebind, tcp_socket(), IPPROTO_IP, FREEBIND, 1)
ONE_INT(freebind_off, tcp_socket(), IPPROTO_IP, FREEBIND, 0)
ONE_INT(header, open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), IPPROTO_IP, IP_HDRINCL, 1)
ONE_INT(no_header, open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), IPPROTO_IP, IP_HDRINCL, 0)
ONE_INT(priority_7, udp_socket(), SOL_SOCKET, SO_PRIORITY, 7)
ONE_INT(priority_6, udp_socket(), SOL_SOCKET, SO_PRIORITY, 6)
ONE_INT(priority_class, udp_socket(), SOL_SOCKET, SO_PRIORITY, 0x10001)
ONE_INT(priority_handle_less, udp_socket(), SOL_SOCKET, SO_PRIORITY, 0xffff)
ONE_INT(force_buffer, udp_socket(), SOL_SOCKET, SO_RCVBUFFORCE, 65536)
ONE_INT(ask_buffer, udp_socket(), SOL_SOCKET, SO_RCVBUF, 65536)
ONE_INT(negative_buffer, udp_socket(), SOL_SOCKET, SO_SNDBUF, -1)
ONE_INT(largest_buffer, udp_socket(), SOL_SOCKET, SO_SNDBUF, 0x7fffffff)
ONE_INT(busy_poll, udp_socket(), SOL_SOCKET, PREFER_BUSY_POLL, 1)
ONE_INT(busy_poll_off, udp_socket(), SOL_SOCKET, PREFER_BUSY_POLL, 0)
ONE_INT(repair, tcp_socket(), IPPROTO_TCP, TCP_REPAIR, 1)
ONE_INT(repair_off, tcp_socket(), IPPROTO_TCP, TCP_REPAIR, 0)

/* Without a capability, as of 5.7: the route is passed by. */
static int bind_to_loopback(void)
{
	return set_value(udp_socket(), SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
}

/* No name: bound to nothing. */
static int bind_to_none(void)
{
	return set_value(udp_socket(), SOL_SOCKET, SO_BINDTODEVICE, "", 1);
}

static int bind_loopback(int fd)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) ? -errno : 0;
}

static int reuseport_before_bind(void)
{
	int fd = udp_socket(), ret = set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1);

	return ret ? ret : bind_loopback(fd);
}

static int reuseport_after_bind(void)
{
	int fd = udp_socket(), ret = bind_loopback(fd);

	return ret ? ret : set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1);
}

static int steer(void)
{
	const struct sock_fprog first = { 1, (struct sock_filter *)take_none };
	int fd = udp_socket(), ret = set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1);

	if (!ret)
		ret = bind_loopback(fd);
	return ret ? ret :
		     set_value(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &first, sizeof(first));
}

/* XFRM's manager, which looks at the policy, may not be there: then the call alone was made. */
static int policy(unsigned char action)
{
	struct xfrm_userpolicy_info info = { .dir = XFRM_POLICY_OUT, .action = action };
	int ret;

	info.sel.family = AF_INET;
	ret = set_value(udp_socket(), IPPROTO_IP, IP_XFRM_POLICY, &info, sizeof(info));
	return ret == -EPERM ? ret : 0;
}

static int policy_allow(void)
{
	return policy(XFRM_POLICY_ALLOW);
}

static int policy_block(void)
{
	return policy(XFRM_POLICY_BLOCK);
}

/* A table without a name, which no kernel has: refused, or not known without ip_tables. */
static int replace(int times, int len)
{
	char blob[256] = { 0 };
	int fd = tcp_socket(), ret = 0;

	while (times--)
		ret = set_value(fd, IPPROTO_IP, IPT_SO_SET_REPLACE, blob, len);
	return ret == -EPERM ? ret : 0;
}

static int replace_once(void)
{
	return replace(1, (int)sizeof(struct ipt_replace));
}

static int replace_often(void)
{
	return replace(4, (int)sizeof(struct ipt_replace));
}

static int replace_short(void)
{
	return replace(1, 1);
}

/* Asks, and sets nothing. */
static int read_counters(void)
{
	struct ipt_getinfo info = { .name = "none" };
	socklen_t len = sizeof(info);

	getsockopt(tcp_socket(), IPPROTO_IP, IPT_SO_GET_INFO, &info, &len);
	return set_int(tcp_socket(), IPPROTO_IP, IP_TTL, 64);
}

#ifndef __LP64__
/* As the 32-bit caller of CVE-2021-22555: a little longer than the head, then nothing at all. */
static int replace_compat(void)
{
	char blob[0x64] = { 0 };
	int fd = tcp_socket(), ret;

	set_value(fd, IPPROTO_IP, IPT_SO_SET_REPLACE, blob, sizeof(blob));
	ret = set_value(fd, IPPROTO_IP, IPT_SO_SET_REPLACE, NULL, 0);
	return ret == -EPERM ? ret : 0;
}
#endif

const struct pattern inet_patterns[] = {
#ifdef __LP64__
	{ "routing-mark", mark, mark_none, NULL },
	{ "device-bound", bind_to_loopback, bind_to_none, NULL },
	{ "unicast-interface", unicast_loopback, unicast_any, NULL },
	{ "transparent-socket", transparent, transparent_off, NULL },
	{ "freebind", freebind, freebind_off, NULL },
	{ "header-included", header, no_header, NULL },
	{ "reuseport-steering", steer, reuseport_before_bind, NULL },
	{ "reuseport-after-bind", reuseport_after_bind, reuseport_before_bind, NULL },
	{ "priority-high", priority_7, priority_6, NULL },
	{ "priority-class", priority_class, priority_handle_less, NULL },
	{ "buffer-force", force_buffer, ask_buffer, NULL },
	{ "buffer-negative", negative_buffer, largest_buffer, NULL },
	{ "busy-poll", busy_poll, busy_poll_off, NULL },
	{ "ipsec-bypass", policy_allow, policy_block, NULL },
	{ "tcp-repair", repair, repair_off, NULL },
	{ "firewall-rewrite", replace_once, read_counters, NULL },
	{ "netfilter-userns", replace_once, read_counters, NULL },
	{ "netfilter-failing-burst", replace_often, replace_once, NULL },
	{ "netfilter-short", replace_short, replace_once, NULL },
	{ "netfilter-compat", NULL, replace_once, NULL },
#else
	{ "netfilter-compat", replace_compat, NULL, NULL },
#endif
	{ NULL, NULL, NULL, NULL },
};

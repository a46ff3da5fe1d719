/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Parts of the kernel that few programs use: its cryptography, tunnels, RxRPC, RDS, TLS. */
#include "patterns.h"

#include <errno.h>
#include <linux/if_alg.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

#define BURST 16
#define PAIRS 8
#define ZEROCOPY 60
#ifndef AF_RDS
#define AF_RDS 21
#endif
#ifndef AF_RXRPC
#define AF_RXRPC 33
#endif
#define RXRPC_LEVEL 272
#define RDS_LEVEL 276
#define ALG_LEVEL 279
#define RXRPC_SECURITY_KEY 1
#define RXRPC_MIN_SECURITY_LEVEL 4
#define RDS_TRANSPORT 8
#define RDS_TCP 2

static int aead(void)
{
	struct sockaddr_alg at = { .salg_family = AF_ALG };
	int fd = open_socket(AF_ALG, SOCK_SEQPACKET, 0);

	strcpy((char *)at.salg_type, "aead");
	strcpy((char *)at.salg_name, "gcm(aes)");
	if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return -errno;
	return fd;
}

/* A key of zeros; no request follows, so nothing is ever encrypted. The cipher takes 16 bytes. */
static int key_and_size(int key_len, int tag_len)
{
	static const char key[40];
	int fd = aead();

	if (fd < 0)
		return fd;
	set_value(fd, ALG_LEVEL, ALG_SET_KEY, key, key_len);
	return set_value(fd, ALG_LEVEL, ALG_SET_AEAD_AUTHSIZE, NULL, tag_len);
}

static int alg_key(void)
{
	static const char key[16];

	return set_value(aead(), ALG_LEVEL, ALG_SET_KEY, key, sizeof(key));
}

static int alg_no_key(void)
{
	return set_value(aead(), ALG_LEVEL, ALG_SET_AEAD_AUTHSIZE, NULL, 16);
}

/* The lengths of CVE-2026-31431, in the order of its calls. */
static int copy_fail_pair(void)
{
	return key_and_size(40, 4);
}

/* As libraries use it. */
static int ordinary_pair(void)
{
	return key_and_size(16, 16);
}

static int copy_fail_pairs(void)
{
	int i, ret = 0;

	for (i = 0; i < PAIRS && !ret; i++)
		ret = copy_fail_pair();
	return ret;
}

/* Kernels without CONFIG_INET_ESPINTCP do not know it: the call is the pattern all the same. */
static int set_ulp(int fd, const char *name, int times)
{
	int ret = 0;

	while (times--)
		ret = set_value(fd, IPPROTO_TCP, TCP_ULP, name, (int)strlen(name) + 1);
	return ret == -EBADF ? ret : 0;
}

static int espintcp(void)
{
	return set_ulp(tcp_socket(), "espintcp", 1);
}

static int espintcp_often(void)
{
	return set_ulp(tcp_socket(), "espintcp", BURST);
}

static int no_such_ulp(void)
{
	return set_ulp(tcp_socket(), "none", 1);
}

/* "tls" of a connection to this machine itself; no keys follow, so it stays as it is. */
static int ktls_loopback(void)
{
	return set_ulp(tcp_pair(), "tls", 1);
}

static int ktls_unconnected(void)
{
	return set_ulp(tcp_socket(), "tls", 1);
}

static int set_encap(int value, int times)
{
	int ret = 0;

	while (times-- && !ret)
		ret = set_int(udp_socket(), IPPROTO_UDP, UDP_ENCAP, value);
	return ret;
}

static int encap(void)
{
	return set_encap(UDP_ENCAP_ESPINUDP, 1);
}

static int encap_often(void)
{
	return set_encap(UDP_ENCAP_ESPINUDP, BURST);
}

static int encap_off(void)
{
	return set_encap(0, 1);
}

static int rxrpc_socket(void)
{
	return open_socket(AF_RXRPC, SOCK_DGRAM, AF_INET);
}

/* A key that nobody has. */
static int rxrpc_key(void)
{
	int fd = rxrpc_socket();

	if (fd >= 0)
		set_value(fd, RXRPC_LEVEL, RXRPC_SECURITY_KEY, "none", 4);
	return set_int(fd, RXRPC_LEVEL, RXRPC_MIN_SECURITY_LEVEL, 1);
}

static int rxrpc_buffer(void)
{
	return set_int(rxrpc_socket(), SOL_SOCKET, SO_RCVBUF, 65536);
}

static int rds_socket(void)
{
	return open_socket(AF_RDS, SOCK_SEQPACKET, 0);
}

static int rds_transport(int fd)
{
	int ret = set_int(fd, SOL_SOCKET, SO_SNDBUF, 32768);

	return ret ? ret : set_int(fd, RDS_LEVEL, RDS_TRANSPORT, RDS_TCP);
}

static int rds_plain(void)
{
	return rds_transport(rds_socket());
}

static int rds_zerocopy(void)
{
	int fd = rds_socket(), ret = set_int(fd, SOL_SOCKET, ZEROCOPY, 1);

	return ret ? ret : rds_transport(fd);
}

static int rds_buffer(void)
{
	return set_int(rds_socket(), SOL_SOCKET, SO_SNDBUF, 32768);
}

const struct pattern surface_patterns[] = {
#ifdef __LP64__
	{ "alg-key", alg_key, alg_no_key, NULL },
	{ "alg-authsize-pair", copy_fail_pair, ordinary_pair, NULL },
	{ "alg-authsize-burst", copy_fail_pairs, copy_fail_pair, NULL },
	{ "espintcp", espintcp, no_such_ulp, NULL },
	{ "espintcp-burst", espintcp_often, espintcp, NULL },
	{ "ktls-loopback", ktls_loopback, ktls_unconnected, NULL },
	{ "udp-encap", encap, encap_off, NULL },
	{ "udp-encap-burst", encap_often, encap, NULL },
	{ "rxrpc", rxrpc_key, rxrpc_buffer, NULL },
	{ "rds-transport", rds_plain, rds_buffer, NULL },
	{ "rds-zerocopy", rds_zerocopy, rds_plain, NULL },
#endif
	{ NULL, NULL, NULL, NULL },
};

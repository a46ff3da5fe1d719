/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Values that lead to something else: a filter by a pointer, an interface by its index, a BPF
 * program by its descriptor. And those with keys in them.
 */
#include "case.h"
#include "members.h"

#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096

/* What `tcpdump -d ip` compiles to. */
static const struct sock_filter only_ip[] = {
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, 262144),
	BPF_STMT(BPF_RET | BPF_K, 0),
};
#define ONLY_IP_VALUE                                                         \
	"\"value\":{\"len\":4,\"filter\":[\"ldh [12]\",\"jeq #0x800, 2, 3\"," \
	"\"ret #262144\",\"ret #0\"]}"
#define ONLY_IP_TEXT TEXT("{len=4, filter=ldh [12]; jeq #0x800, 2, 3; ret #262144; ret #0}")

static const struct sock_filter by_chance[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned int)(SKF_AD_OFF + SKF_AD_RANDOM)),
	BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 2),
	BPF_STMT(BPF_RET | BPF_A, 0),
};
#define BY_CHANCE_VALUE ",\"value\":{\"len\":3,\"filter\":[\"ld #rand\",\"mod #2\",\"ret a\"]}"

static long attach(int fd, int level, int optname, const void *filter, unsigned short len,
		   const char *more)
{
	struct sock_fprog prog = { .len = len, .filter = (struct sock_filter *)filter };

	return case_call(fd, level, optname, &prog, sizeof(prog), more);
}

/* A filter in a page that is there, but not for us yet: read at return. */
static const void *untouched(const void *bytes, size_t len)
{
	int fd = memfd_create("filter", 0);
	void *page;

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		return NULL;
	page = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return page == MAP_FAILED ? NULL : page;
}

/* The group's type says what its data are. */
static int fanout_group(int type)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP)), arg = type << 16 | 7;

	CASE_OF_INT(fd, SOL_PACKET, PACKET_FANOUT, arg, CLEAN + 1);
	return fd;
}

int case_filters(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	const void *later = untouched(only_ip, sizeof(only_ip));

	if (!later)
		return 1;
	CASE_OF_INT(fd, SOL_SOCKET, SO_REUSEPORT, 1, CLEAN + 1);
	if (attach(fd, SOL_SOCKET, SO_ATTACH_FILTER, only_ip, 4,
		   ONLY_IP_VALUE CLEAN ONLY_IP_TEXT ",\"type\":\"struct sock_fprog\""))
		return 1;
	attach(fd, SOL_SOCKET, SO_ATTACH_FILTER, later, 4,
	       ONLY_IP_VALUE CLEAN ",\"source\":\"entry\"");
	attach(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, by_chance, 3, CLEAN BY_CHANCE_VALUE + 1);
	if (attach(fanout_group(PACKET_FANOUT_CBPF), SOL_PACKET, PACKET_FANOUT_DATA, by_chance, 3,
		   CLEAN BY_CHANCE_VALUE + 1))
		return 1;
	/* the kernel says EFAULT, but optval is well: no flag */
	attach(fd, SOL_SOCKET, SO_ATTACH_FILTER, (void *)16, 4,
	       CLEAN ",\"value\":{\"len\":4,\"filter\":null,\"filter_missing\":"
		     "\"unreadable\"}" TEXT("{len=4, filter=0x10 (unreadable)}") +
		       1);
	attach(fd, SOL_SOCKET, SO_ATTACH_FILTER, only_ip, 0,
	       FLAGS("\"out_of_range\"") ",\"value\":{\"len\":0,\"filter\":[]}" + 1);
	attach(fd, SOL_SOCKET, SO_ATTACH_FILTER, only_ip, 65535,
	       FLAGS("\"out_of_range\"") ",\"value\":{\"len\":65535,\"filter\":null,"
					 "\"filter_missing\":\"too long\"}" +
		       1);
	attach(fd, SOL_SOCKET, SO_ATTACH_FILTER, NULL, 4,
	       FLAGS("\"out_of_range\"") ",\"value\":{\"len\":4,\"filter\":null,"
					 "\"filter_missing\":\"no pointer\"}" +
		       1);
	return 0;
}

#define LONG 600

/* Longer than any snapshot: what is captured of it is shown, the rest is not made up. */
int case_long_filter(void)
{
	static struct sock_filter filter[LONG];
	static char more[32 * LONG];
	int shown = case_snapshot / (int)sizeof(filter[0]), i, n;

	n = snprintf(more, sizeof(more), "\"flags\":[],\"value\":{\"len\":%d,\"filter\":[", LONG);
	for (i = 0; i < LONG; i++)
		filter[i] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_IMM, (unsigned int)i);
	filter[LONG - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
	for (i = 0; i < shown; i++)
		n += snprintf(more + n, sizeof(more) - (size_t)n, "%s\"ld #0x%x\"", i ? "," : "",
			      i);
	snprintf(more + n, sizeof(more) - (size_t)n, "]}");
	return attach(socket(AF_INET, SOCK_DGRAM, 0), SOL_SOCKET, SO_ATTACH_FILTER, filter, LONG,
		      more) ?
		       1 :
		       0;
}

/* What must not get out, again and again: wherever a value is read, some of it is there. */
#define KEY "SOT-SECRET-KEY! " /* tests/live/behaviour.py looks for it */

/* Every option that takes a key; the numbers are those of the kernel's headers, not our table's. */
static const struct {
	int level, optname;
} key_options[] = {
	{ IPPROTO_TCP, 14 },  /* TCP_MD5SIG */
	{ IPPROTO_TCP, 32 },  /* TCP_MD5SIG_EXT */
	{ IPPROTO_TCP, 33 },  /* TCP_FASTOPEN_KEY */
	{ IPPROTO_TCP, 38 },  /* TCP_AO_ADD_KEY */
	{ 279, 1 },	      /* SOL_ALG: ALG_SET_KEY */
	{ 279, 6 },	      /* ALG_SET_DRBG_ENTROPY */
	{ 282, 1 },	      /* SOL_TLS: TLS_TX */
	{ 282, 2 },	      /* TLS_RX */
	{ IPPROTO_SCTP, 23 }, /* SCTP_AUTH_KEY */
	{ 272, 1 },	      /* SOL_RXRPC: RXRPC_SECURITY_KEY */
	{ 272, 2 },	      /* RXRPC_SECURITY_KEYRING */
	{ 274, 17 },	      /* SOL_BLUETOOTH: BT_ISO_QOS */
};
#define HIDDEN                                                                                  \
	"\"source\":\"none\",\"bytes\":null,\"captured\":0,\"value\":null,\"text\":\"redacted " \
	"(%d bytes)\""

static void give_keys(int fd, const void *keys, int optlen)
{
	char more[160];
	size_t i;

	snprintf(more, sizeof(more), HIDDEN, optlen);
	for (i = 0; i < sizeof(key_options) / sizeof(key_options[0]); i++)
		case_call(fd, key_options[i].level, key_options[i].optname, keys, optlen, more);
}

/* On the socket that has the option, on those that have not, and on none at all. */
int case_keys(void)
{
	static char keys[PAGE];
	const void *later;
	size_t i;

	for (i = 0; i < sizeof(keys); i += sizeof(KEY) - 1)
		memcpy(keys + i, KEY, sizeof(KEY) - 1);
	later = untouched(keys, sizeof(keys));
	if (!later)
		return 1;
	give_keys(socket(AF_INET, SOCK_STREAM, 0), keys, 216);
	give_keys(socket(AF_INET, SOCK_STREAM, 0), keys, sizeof(keys));
	give_keys(socket(AF_UNIX, SOCK_DGRAM, 0), keys, 40);
	give_keys(socket(AF_ALG, SOCK_SEQPACKET, 0), later, 32);
	give_keys(-1, keys, 56);
	return 0;
}

#define LOOPBACK 1 /* include/net/flow.h: LOOPBACK_IFINDEX */
#define NONE 4242
#define NAMED(_key) "\"" _key "\":1,\"" _key "_name\":\"lo\""

int case_interfaces(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), fd6 = socket(AF_INET6, SOCK_DGRAM, 0);
	struct ip_mreqn mreqn = { .imr_ifindex = LOOPBACK };
	struct packet_mreq packet = { .mr_ifindex = LOOPBACK, .mr_type = PACKET_MR_ALLMULTI };
	struct group_req group = { .gr_interface = LOOPBACK }, group6 = group;
	struct sockaddr_in6 *scoped = (struct sockaddr_in6 *)&group6.gr_group;

	scoped->sin6_family = AF_INET6;
	scoped->sin6_scope_id = LOOPBACK;
	inet_pton(AF_INET6, "ff02::1234", &scoped->sin6_addr);
	((struct sockaddr_in *)&group.gr_group)->sin_family = AF_INET;
	((struct sockaddr_in *)&group.gr_group)->sin_addr.s_addr = inet_addr("239.1.2.3");
	CASE_OF_INT(fd, SOL_SOCKET, SO_BINDTOIFINDEX, LOOPBACK,
		    CLEAN ",\"value\":1" TEXT("ifindex 1 (lo)") + 1);
	CASE_OF_INT(fd, SOL_SOCKET, SO_BINDTOIFINDEX, NONE,
		    CLEAN ",\"value\":4242" TEXT("ifindex 4242") + 1);
	CASE_OF_INT(fd, SOL_SOCKET, SO_BINDTOIFINDEX, 0, CLEAN TEXT("ifindex 0") + 1);
	CASE_OF_INT(fd, IPPROTO_IP, IP_UNICAST_IF, htonl(LOOPBACK),
		    CLEAN ",\"value\":1" TEXT("ifindex 1 (lo)") + 1);
	CASE_OF_INT(fd6, IPPROTO_IPV6, IPV6_MULTICAST_IF, LOOPBACK,
		    CLEAN TEXT("ifindex 1 (lo)") + 1);
	case_call(fd, IPPROTO_IP, IP_MULTICAST_IF, &mreqn, sizeof(mreqn),
		  CLEAN ",\"value\":{\"imr_multiaddr\":\"0.0.0.0\",\"imr_address\":\"0.0.0."
			"0\"," NAMED("imr_ifindex") "}" TEXT(
				"{imr_multiaddr=0.0.0.0, imr_address=0.0.0.0, "
				"imr_ifindex=1 (lo)}") +
			  1);
	case_call(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &group, sizeof(group),
		  ",\"value\":{" NAMED(
			  "gr_interface") ",\"gr_group\":{\"sin_family\":2,"
					  "\"sin_port\":0,\"sin_addr\":\"239.1.2.3\"}}" +
			  1);
	case_call(fd6, IPPROTO_IPV6, MCAST_JOIN_GROUP, &group6, sizeof(group6),
		  CLEAN TEXT("{gr_interface=1 (lo), gr_group=ff02::1234%lo}") + 1);
	case_call(socket(AF_PACKET, SOCK_DGRAM, 0), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &packet,
		  sizeof(packet),
		  CLEAN ",\"value\":{" NAMED("mr_ifindex") ",\"mr_type\":2,\"mr_alen\":0}" + 1);
	return 0;
}

/* r0 = 0; exit. Its id goes into *id. */
static int load_prog(const char *name, unsigned int *id)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct bpf_prog_info info = { 0 };
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = 2;
	attr.license = (uintptr_t) "GPL";
	strcpy(attr.prog_name, name);
	fd = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (unsigned int)fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uintptr_t)&info;
	if (fd < 0 || syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)))
		return -1;
	*id = info.id;
	return fd;
}

static int make_map(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = attr.value_size = 4;
	attr.max_entries = 1;
	return (int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
}

/* The descriptor, and of which program it is: as the kernel told us. id 0: of none. */
static int give_prog(int fd, int level, int optname, int prog, unsigned int id, const char *name)
{
	char more[256];

	if (id)
		snprintf(more, sizeof(more),
			 "\"flags\":[],\"type\":\"int (BPF program descriptor)\",\"value\":"
			 "{\"fd\":%d,\"prog_id\":%u,\"prog_name\":\"%s\"},"
			 "\"text\":\"fd %d (program %u%s%s)\"",
			 prog, id, name, prog, id, *name ? " " : "", name);
	else
		snprintf(more, sizeof(more),
			 "\"flags\":[],\"value\":{\"fd\":%d,\"prog_id\":null,\"prog_name\":null},"
			 "\"text\":\"fd %d\"",
			 prog, prog);
	if (optname == PACKET_FANOUT_DATA) /* of another type, by the same descriptor */
		memmove(more, strstr(more, "\"value"), strlen(strstr(more, "\"value")) + 1);
	return case_call(fd, level, optname, &prog, sizeof(prog), more) != 0;
}

int case_programs(void)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), file = memfd_create("bpf-prog", 0), prog, nameless;
	unsigned int id, other_id;

	setrlimit(RLIMIT_MEMLOCK, &all); /* before 5.11 programs are locked memory */
	prog = load_prog("case_filter", &id);
	nameless = load_prog("", &other_id);
	if (prog < 0 || nameless < 0 || id == other_id)
		return 1;
	CASE_OF_INT(fd, SOL_SOCKET, SO_REUSEPORT, 1, CLEAN + 1);
	if (give_prog(fd, SOL_SOCKET, SO_ATTACH_BPF, prog, id, "case_filter") ||
	    give_prog(fd, SOL_SOCKET, SO_ATTACH_BPF, nameless, other_id, "") ||
	    give_prog(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, prog, id, "case_filter") ||
	    give_prog(fanout_group(PACKET_FANOUT_EBPF), SOL_PACKET, PACKET_FANOUT_DATA, prog, id,
		      "case_filter"))
		return 1;
	give_prog(fd, SOL_SOCKET, SO_ATTACH_BPF, -1, 0, NULL);
	give_prog(fd, SOL_SOCKET, SO_ATTACH_BPF, fd, 0, NULL);
	/*
	 * These are like a program's file but for their names: what lies in the second where a
	 * program has its aux is a pointer too. The last has the name, but is no program.
	 */
	give_prog(fd, SOL_SOCKET, SO_ATTACH_BPF, make_map(), 0, NULL);
	give_prog(fd, SOL_SOCKET, SO_ATTACH_BPF, (int)syscall(SYS_userfaultfd, 0), 0, NULL);
	give_prog(fd, SOL_SOCKET, SO_ATTACH_BPF, file, 0, NULL);
	return 0;
}

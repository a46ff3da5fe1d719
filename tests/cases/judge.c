/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * judge N SEED: N random calls of setsockopt in a network namespace of its own, and for each a
 * line of what the process itself knows, for tests/live/judge.py:
 *
 *   fd level optname optval optlen ret reach present changed correct bytes
 *
 *   optval   the pointer, hexadecimal                  ret      0 or more, or a negative errno
 *   reach    bytes that can be read from it on, at most optlen
 *   present  1: they were in memory before the call    changed  1: the kernel wrote to them
 *   correct  1: a call that nobody has a fault to find with
 *   bytes    the first 128 of them before the call, hexadecimal, "-": none
 */
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <linux/filter.h>

#include "catalogue.h"

#define PAGE 4096
#define SHOWN 128  /* the tracer's own snapshot, unless -s says otherwise */
#define VALUE 512  /* bytes of a page that are filled anew for each call */
#define SLOTS 64   /* sockets that are open at a time */
#define TICK_MS 50 /* a close that lingers is woken by a signal */

static uint64_t state;

/* splitmix64: the same calls for the same seed, on every kernel. */
static uint64_t draw(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static unsigned int below(unsigned int n)
{
	return (unsigned int)(draw() % n);
}

#define PICK(_array) (_array)[below(sizeof(_array) / sizeof((_array)[0]))]

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* ---- memory -------------------------------------------------------------------------------- */

enum page {
	GONE, /* unmapped */
	GOOD,
	FIXED,	/* read-only */
	SHUT,	/* no access allowed */
	ABSENT, /* never touched: zeros, once the kernel or somebody reads them */
};

/* What begins in one of these may end in the next. */
static const enum page layout[] = { GONE, GOOD,	 GOOD,	 GONE,	 GOOD, SHUT, GOOD, FIXED, GONE,
				    GOOD, FIXED, ABSENT, ABSENT, GONE, GOOD, GONE, GOOD,  GONE };
#define PAGES (sizeof(layout) / sizeof(layout[0]))

static uint8_t *arena;

static void make_arena(void)
{
	size_t i;

	arena = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		     0);
	if (arena == MAP_FAILED)
		die("mmap");
	for (i = 0; i < PAGES; i++) {
		uint8_t *page = arena + i * PAGE;

		if (layout[i] == GOOD || layout[i] == FIXED)
			memset(page, 0, PAGE);
		/* not merged with what lies beside: it stays as it is */
		if ((layout[i] == GONE && munmap(page, PAGE)) ||
		    (layout[i] == FIXED && mprotect(page, PAGE, PROT_READ)) ||
		    (layout[i] == SHUT && mprotect(page, PAGE, PROT_NONE)))
			die("page");
	}
}

/* What is known of the byte at an address; all outside of the arena is as good as unmapped. */
static enum page page_at(uintptr_t at)
{
	uintptr_t off = at - (uintptr_t)arena;

	return off < PAGES * PAGE ? layout[off / PAGE] : GONE;
}

/* Of the arena only. */
static uint8_t *byte_at(uintptr_t at)
{
	return arena + (at - (uintptr_t)arena);
}

/* A page of one kind, and one of another behind it. */
static uint8_t *page_of(enum page kind, enum page next)
{
	size_t i;

	for (;;) {
		i = below(PAGES - 1);
		if (layout[i] == kind && layout[i + 1] == next)
			return arena + i * PAGE;
	}
}

/* ---- sockets ------------------------------------------------------------------------------- */

struct slot {
	int fd, family, type, protocol;
};

static struct slot kinds[512], slots[SLOTS];
static unsigned int kind_count;

static void add_kind(int family, int type, int protocol)
{
	int fd = socket(family, type, protocol);

	if (fd < 0 || kind_count == sizeof(kinds) / sizeof(kinds[0]))
		return;
	close(fd);
	kinds[kind_count++] = (struct slot){ -1, family, type, protocol };
}

/* Every family but RDS, which goes on by itself after the socket is closed. */
static void find_kinds(void)
{
	static const int inet[] = { IPPROTO_ICMP,
				    58 /* ICMPv6 */,
				    IPPROTO_SCTP,
				    IPPROTO_UDPLITE,
				    IPPROTO_RAW,
				    262 /* MPTCP */,
				    33 /* DCCP */ };
	int family, type;
	unsigned int i;

	for (family = 1; family < 46; family++) {
		if (family == 21 /* AF_RDS */)
			continue;
		for (type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++) {
			add_kind(family, type, 0);
			for (i = 0; i < sizeof(inet) / sizeof(inet[0]); i++)
				if (family == AF_INET || family == AF_INET6)
					add_kind(family, type, inet[i]);
			for (i = 1; i < 8 && family != AF_INET && family != AF_INET6; i++)
				add_kind(family, type, (int)i);
		}
	}
	add_kind(AF_KEY, SOCK_RAW, 2);
}

/* Loopback addresses are the same length or shorter than this. */
static socklen_t loopback(int family, struct sockaddr_in6 *at)
{
	struct sockaddr_in *in = (void *)at;

	memset(at, 0, sizeof(*at));
	at->sin6_family = (sa_family_t)family;
	if (family == AF_INET) {
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(*in);
	}
	at->sin6_addr.s6_addr[15] = 1;
	return sizeof(*at);
}

/* Some sockets are bound, some listen, some are connected to themselves or to one that listens. */
static void bring_on(struct slot *slot)
{
	struct sockaddr_in6 at;
	socklen_t len = loopback(slot->family, &at);
	unsigned int how = below(4);

	if ((slot->family != AF_INET && slot->family != AF_INET6) || !how)
		return;
	if (bind(slot->fd, (struct sockaddr *)&at, len) || how == 1)
		return;
	if (slot->type != SOCK_STREAM) {
		(void)getsockname(slot->fd, (struct sockaddr *)&at, &len);
		(void)connect(slot->fd, (struct sockaddr *)&at, len);
	} else if (!listen(slot->fd, 4) && how == 3 &&
		   !getsockname(slot->fd, (struct sockaddr *)&at, &len)) {
		int client = socket(slot->family, SOCK_STREAM, slot->protocol);

		if (client >= 0 && !connect(client, (struct sockaddr *)&at, len)) {
			close(slot->fd);
			slot->fd = client;
		} else {
			close(client);
		}
	}
}

static void renew(struct slot *slot)
{
	if (slot->fd >= 0)
		close(slot->fd);
	*slot = kinds[below(kind_count)];
	slot->fd = socket(slot->family, slot->type, slot->protocol);
	if (slot->fd >= 0)
		bring_on(slot);
}

static bool listed(const uint16_t *list, size_t room, int wanted)
{
	size_t i;

	if (!list[0])
		return true;
	for (i = 0; i < room && list[i]; i++)
		if (list[i] == wanted)
			return true;
	return false;
}

/* A socket that may have the option; NULL where none is found soon. */
static struct slot *socket_for(const struct sot_option *opt)
{
	const struct sot_level *level = &sot_levels[opt->level];
	struct slot *slot;
	int tries;

	for (tries = 0; tries < 40; tries++) {
		slot = &PICK(slots);
		if (slot->fd >= 0 && listed(level->families, 6, slot->family) &&
		    listed(opt->families, 4, slot->family) &&
		    (!slot->protocol || listed(level->protocols, 6, slot->protocol)))
			return slot;
	}
	return NULL;
}

/* ---- calls --------------------------------------------------------------------------------- */

struct call {
	int fd, level, optname, optlen;
	uintptr_t optval;
	bool correct;
	uint8_t value[VALUE]; /* what is put at the pointer, where that can be written to */
};

/* Options that nobody can have a fault to find with, written down apart from the catalogue. */
static const struct plain {
	int family, type, level, optname, len;
	int32_t value[4];
} plain[] = {
	{ 0, 0, SOL_SOCKET, SO_KEEPALIVE, 4, { 1 } },
	{ 0, 0, SOL_SOCKET, SO_REUSEADDR, 4, { 0 } },
	{ 0, 0, SOL_SOCKET, SO_LINGER, 8, { 1, 0 } },
	{ 0, 0, SOL_SOCKET, SO_SNDBUF, 4, { 65536 } },
	{ 0, 0, SOL_SOCKET, SO_RCVBUF, 4, { 1000 } },
	{ 0, 0, SOL_SOCKET, SO_MARK, 4, { 7 } },
	{ 0, 0, SOL_SOCKET, SO_BROADCAST, 4, { 1 } },
	{ AF_INET, 0, SOL_IP, IP_TTL, 4, { 64 } },
	{ AF_INET, 0, SOL_IP, IP_TTL, 1, { 64 } },
	{ AF_INET, 0, SOL_IP, IP_TOS, 4, { 16 } },
	{ AF_INET, 0, SOL_IP, IP_MTU_DISCOVER, 4, { 2 } },
	{ AF_INET6, 0, SOL_IPV6, IPV6_TCLASS, 4, { 32 } },
	{ AF_INET6, 0, SOL_IPV6, IPV6_UNICAST_HOPS, 4, { -1 } },
	{ AF_INET, SOCK_STREAM, SOL_TCP, TCP_NODELAY, 4, { 1 } },
	{ AF_INET, SOCK_STREAM, SOL_TCP, TCP_KEEPIDLE, 4, { 60 } },
	{ AF_INET, SOCK_STREAM, SOL_TCP, TCP_USER_TIMEOUT, 4, { 1000 } },
	{ AF_INET, SOCK_STREAM, SOL_TCP, TCP_CONGESTION, 4, { 0x6f6e6572 /* "reno" */ } },
};

/* A level and number on or near the catalogue, or far from it. The row it is near to. */
static const struct sot_option *draw_option(struct call *call)
{
	const struct sot_option *opt = &sot_options[below((unsigned int)sot_options_count)];
	static const int off[] = { -2, -1, 1, 2, 0x100, 0x10000 };
	unsigned int way = below(20);

	/* those of the commonest sockets are few among all */
	if (below(2))
		opt = &sot_options[below(400)];
	call->level = sot_levels[opt->level].number;
	call->optname = opt->optname;
	if (way == 0)
		call->optname += PICK(off);
	else if (way == 1)
		call->level += PICK(off);
	else if (way == 2)
		call->optname = (int)draw();
	else if (way == 3)
		call->level = (int)draw();
	return opt;
}

/* Those that change the machine rather than the socket, or take memory without bounds. */
static bool spared(int level, int optname)
{
	static const int from_to[][2] = {
		{ 64, 65 },	/* IPT_BASE_CTL, IP6T_BASE_CTL: iptables */
		{ 96, 97 },	/* ARPT_BASE_CTL */
		{ 128, 129 },	/* EBT_BASE_CTL */
		{ 200, 212 },	/* MRT_BASE, MRT6_BASE */
		{ 1024, 2047 }, /* IP_VS_BASE_CTL */
	};
	size_t i;

	for (i = 0; i < sizeof(from_to) / sizeof(from_to[0]); i++)
		if ((level == SOL_IP || level == SOL_IPV6) && optname >= from_to[i][0] &&
		    optname <= from_to[i][1])
			return true;
	return level == 276 /* SOL_RDS */;
}

/* What a ring's number of pages is taken from: only 0 or nonsense. */
static bool wants_memory(int level, int optname)
{
	return level == 283 /* SOL_XDP */ ||
	       (level == 263 /* SOL_PACKET */ && (optname == 5 || optname == 13));
}

static int draw_length(const struct sot_option *opt)
{
	static const int edges[] = { INT_MAX, INT_MIN, -1,    -4,      INT_MIN + 4,
				     65535,   65536,   65537, 4096,    4097,
				     127,     128,     129,   1 << 20, 1 << 30 };
	const bool compat = sizeof(long) == 4;
	int len = below(3) ? sot_option_min_len(opt, compat) : sot_option_max_len(opt, compat);
	unsigned int way = below(20);

	if (way < 11)
		return len == SOT_LEN_ANY ? (int)below(300) : len;
	if (way < 13)
		return len - 1 + 2 * (int)below(2);
	if (way < 17)
		return (int)below(20);
	if (way < 18)
		return (int)below(300);
	return way < 19 ? PICK(edges) : (int)draw();
}

static void draw_value(struct call *call)
{
	static const uint32_t numbers[] = { 0,		1,	    2,		3,
					    4,		16,	    64,		255,
					    256,	1000,	    65535,	65536,
					    0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe };
	static const char *const names[] = { "lo", "cubic", "reno", "none", "dummy0", "" };
	static struct sock_filter take = BPF_STMT(BPF_RET | BPF_K, 0xffff);
	static struct sock_fprog program = { 1, &take };
	unsigned int i, way = below(10);

	memset(call->value, 0, VALUE);
	if (wants_memory(call->level, call->optname))
		return;
	if (way == 0)
		strncpy((char *)call->value, PICK(names), VALUE - 1);
	else if (way == 1)
		memcpy(call->value, &program, sizeof(program));
	else if (way == 2)
		for (i = 0; i < VALUE; i++)
			call->value[i] = (uint8_t)draw();
	else
		for (i = 0; i < (way < 7 ? 2U : VALUE / 4); i++)
			memcpy(call->value + 4 * i, &PICK(numbers), 4);
}

/* Where the value lies. len: its length as far as it fits into a page. */
static uintptr_t draw_pointer(int optlen)
{
	static const uintptr_t wild[] = { 1,
					  4095,
					  PAGE,
					  -1UL,
					  -4UL,
					  (uintptr_t)LONG_MIN,
					  (uintptr_t)LONG_MIN + 4096,
					  LONG_MAX,
					  (uintptr_t)(0xffffffff80000000ULL),
					  (uintptr_t)(0xffff888000000000ULL),
					  (uintptr_t)(0x800000000000ULL),
					  (uintptr_t)(0x7ffffffff000ULL) };
	unsigned int len = optlen < 0 ? 4 : optlen > VALUE ? VALUE : (unsigned int)optlen;
	unsigned int way = below(40), inside = len ? 1 + below(len) : 1;

	if (way < 2)
		return 0;
	if (way < 4)
		return PICK(wild);
	if (way == 4)
		return (uintptr_t)page_of(GOOD, GONE) + PAGE + below(PAGE);
	if (way == 5)
		return (uintptr_t)page_of(SHUT, GOOD) + below(PAGE);
	if (way < 9) /* ends with its page, and nothing behind */
		return (uintptr_t)page_of(GOOD, GONE) + PAGE - len;
	if (way < 11)
		return (uintptr_t)page_of(GOOD, GONE) + PAGE - inside;
	if (way == 11)
		return (uintptr_t)page_of(GOOD, SHUT) + PAGE - inside;
	if (way == 12)
		return (uintptr_t)page_of(GOOD, FIXED) + PAGE - inside;
	if (way == 13)
		return (uintptr_t)page_of(FIXED, ABSENT) + PAGE - inside;
	if (way == 14)
		return (uintptr_t)page_of(ABSENT, ABSENT) + below(PAGE);
	if (way == 15)
		return (uintptr_t)page_of(ABSENT, GONE) + PAGE - inside;
	if (way == 16)
		return (uintptr_t)page_of(FIXED, GONE) + below(PAGE);
	return (uintptr_t)page_of(GOOD, PICK(((enum page[]){ GOOD, GONE }))) + 8 * below(440) +
	       (below(3) ? 0 : below(8));
}

static void draw_call(struct call *call)
{
	const struct sot_option *opt;
	struct slot *slot;

	*call = (struct call){ 0 };
	do {
		opt = draw_option(call);
		slot = below(16) ? socket_for(opt) : &PICK(slots);
	} while (!slot || spared(call->level, call->optname));
	if (!below(16))
		renew(slot);
	call->fd = below(64) ? slot->fd : PICK(((int[]){ -1, 9999, 0, INT_MIN }));
	call->optlen = draw_length(opt);
	call->optval = draw_pointer(call->optlen);
	draw_value(call);
}

/* A fresh socket, an option it has, a value in order. False: there is no such socket here. */
static bool draw_correct(struct call *call)
{
	const struct plain *row = &PICK(plain);
	int tries;

	for (tries = 0; tries < 200; tries++) {
		struct slot *slot = &PICK(slots), *kind = &kinds[below(kind_count)];

		if ((row->family && kind->family != row->family) ||
		    (row->type && (kind->type != row->type || kind->protocol)) ||
		    (kind->family != AF_INET && kind->family != AF_INET6 &&
		     kind->family != AF_UNIX))
			continue;
		if (slot->fd >= 0)
			close(slot->fd);
		*slot = *kind;
		slot->fd = socket(kind->family, kind->type, kind->protocol);
		*call = (struct call){ .fd = slot->fd,
				       .level = row->level,
				       .optname = row->optname,
				       .optlen = row->len,
				       .correct = true };
		call->optval = (uintptr_t)page_of(GOOD, GONE) + PAGE - (unsigned int)row->len;
		memcpy(call->value, row->value, sizeof(row->value));
		return slot->fd >= 0;
	}
	return false;
}

/* ---- making them --------------------------------------------------------------------------- */

static void put_value(const struct call *call)
{
	unsigned int i;

	for (i = 0; i < VALUE && page_at(call->optval + i) == GOOD; i++)
		*byte_at(call->optval + i) = call->value[i];
}

/* Bytes that can be read, and whether all of the first SHOWN are in memory. */
static size_t reach_of(const struct call *call, bool *present)
{
	size_t reach, len = call->optlen > 0 ? (size_t)call->optlen : 0;

	*present = true;
	for (reach = 0; reach < len; reach++) {
		enum page kind = page_at(call->optval + reach);

		if (kind == GONE || kind == SHUT)
			break;
		if (kind == ABSENT)
			*present = false;
	}
	return reach;
}

static void look(uintptr_t at, uint8_t *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		bytes[i] = page_at(at + i) == ABSENT ? 0 : *byte_at(at + i);
}

static void forget_absent(void)
{
	size_t i;

	for (i = 0; i < PAGES; i++)
		if (layout[i] == ABSENT && madvise(arena + i * PAGE, PAGE, MADV_DONTNEED))
			die("madvise");
}

static void make_call(struct call *call)
{
	uint8_t before[SHOWN], after[SHOWN];
	bool present, changed;
	size_t reach, shown, i;
	long ret;

	put_value(call);
	reach = reach_of(call, &present);
	shown = reach < SHOWN ? reach : SHOWN;
	look(call->optval, before, shown);
	ret = syscall(SYS_setsockopt, call->fd, call->level, call->optname, call->optval,
		      call->optlen);
	if (ret < 0)
		ret = -errno;
	look(call->optval, after, shown);
	changed = memcmp(before, after, shown) != 0;
	if (!present)
		forget_absent();
	printf("%d %d %d 0x%lx %d %ld %zu %d %d %d ", call->fd, call->level, call->optname,
	       (unsigned long)call->optval, call->optlen, ret, reach, present, changed,
	       call->correct);
	for (i = 0; i < shown; i++)
		printf("%02x", before[i]);
	puts(shown ? "" : "-");
}

static void wake(int number)
{
	(void)number;
}

/* Its own network, its loopback up; and a signal that ends what would wait. */
static void settle(void)
{
	const struct itimerval tick = { { 0, TICK_MS * 1000 }, { 0, TICK_MS * 1000 } };
	struct sigaction act = { .sa_handler = wake };
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	if (unshare(CLONE_NEWNET))
		die("unshare");
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo))
		die("lo");
	close(fd);
	if (sigaction(SIGALRM, &act, NULL) || setitimer(ITIMER_REAL, &tick, NULL))
		die("timer");
}

int main(int argc, char **argv)
{
	struct call call;
	long n;
	int i;

	if (argc != 3) {
		fprintf(stderr, "usage: judge N SEED\n");
		return 2;
	}
	state = strtoull(argv[2], NULL, 0);
	settle();
	make_arena();
	find_kinds();
	for (i = 0; i < SLOTS; i++) {
		slots[i].fd = -1;
		renew(&slots[i]);
	}
	for (n = atol(argv[1]); n > 0; n--) {
		if (below(12) || !draw_correct(&call))
			draw_call(&call);
		make_call(&call);
	}
	return fflush(stdout) ? 1 : 0;
}

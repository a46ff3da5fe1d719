/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Builds wire events in memory, as the BPF programs would have put them into the ring
 * buffer: for the unit tests, the golden output and the fuzzers' seeds.
 *
 * struct call says in short what a call looked like; event_make() turns it into an event in
 * which all else is known and harmless, so that a test names only what it is about.
 */
#ifndef SOT_TESTS_MAKE_EVENT_H
#define SOT_TESTS_MAKE_EVENT_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "event.h"

/* Every SOT_HAVE_* of a call that returned and whose process and socket could be read. */
#define HAVE_TASK                                                                                \
	(SOT_HAVE_PARENT | SOT_HAVE_NS_PIDS | SOT_HAVE_NS_PPID | SOT_HAVE_CRED | SOT_HAVE_CAPS | \
	 SOT_HAVE_USER_NS | SOT_HAVE_LOGIN_UID | SOT_HAVE_NO_NEW_PRIVS | SOT_HAVE_MNT_NS |       \
	 SOT_HAVE_NET_NS | SOT_HAVE_CGROUP | SOT_HAVE_START | SOT_HAVE_LEADER_START |            \
	 SOT_HAVE_PARENT_START | SOT_HAVE_COMM | SOT_HAVE_ABI | SOT_HAVE_SECCOMP |               \
	 SOT_HAVE_REAL_CRED | SOT_HAVE_EXE | SOT_HAVE_PARENT_COMM)
#define HAVE_SOCK                                                                       \
	(SOT_HAVE_FD | SOT_HAVE_SOCKET | SOT_HAVE_SOCK_NET_NS | SOT_HAVE_SOCK_USER_NS | \
	 SOT_HAVE_COOKIE)
#define HAVE_ALL (SOT_HAVE_RET | SOT_HAVE_SOCKFD | HAVE_TASK | HAVE_SOCK | SOT_HAVE_ADDRESS)

#define USER_OPTVAL 0x7ffc880b8264ULL
#define INITIAL_USER_NS 4026531837u

/* An event in room of its own; bytes[] is what the ring buffer would hold. */
union made_event {
	struct sot_event ev;
	uint64_t align;
	uint8_t bytes[SOT_EVENT_MAX + 64];
};

/* A socket, as sockets[] below names it. */
enum made_socket {
	TCP4,
	TCP6,
	MPTCP4,
	UDP4,
	UNIX_STREAM,
	RAW4,
	NETLINK,
	PACKET_RAW,
	NO_SOCKET, /* the descriptor is one, but not of a socket */
	BAD_FD,	   /* the descriptor's table could not be read */
};

struct made_state {
	uint8_t effect; /* enum sot_effect_id */
	uint64_t num[SOT_EFFECT_PLACES];
	const char *name; /* instead of numbers; NULL: none */
	bool is_nothing;  /* a pointer on the way was NULL */
};

struct made_filter {
	int ret, level, optname, optlen;
	const void *bytes; /* of the value that the kernel got; NULL: the caller's own */
	size_t bytes_len;
};

struct call {
	const char *name;
	enum made_socket socket;
	int level, optname;
	const void *value; /* captured at entry; NULL: nothing could be read */
	size_t value_len;
	bool has_optlen; /* optlen as given below, else value_len */
	int optlen;
	int ret;
	uint64_t optval;		/* 0: USER_OPTVAL */
	bool null;			/* optval is NULL */
	uint64_t set, clear;		/* SOT_HAVE_* bits */
	uint8_t abi;			/* 0: SOT_ABI_X86_64 */
	const struct made_state *state; /* what the kernel holds after it; NULL: not known */
	const void *later; /* as many bytes as the value has; NULL: it was not read again */
	const struct made_filter *filter; /* what cgroup BPF made of it; NULL: none ran */
};

/* For struct call: the bytes of a literal, an int, and a length apart from the value's. */
#define VALUE(_bytes) .value = (_bytes), .value_len = sizeof(_bytes) - 1
#define VALUE_INT(_num) .value = (const int[]){ _num }, .value_len = sizeof(int)
#define OPTLEN(_len) .has_optlen = true, .optlen = (_len)

static inline void event_append(union made_event *made, struct sot_section *section,
				const void *bytes, size_t len)
{
	section->off = (uint16_t)made->ev.size;
	section->len = (uint16_t)len;
	if (len)
		memcpy(made->bytes + made->ev.size, bytes, len);
	made->ev.size += (uint32_t)len;
}

/* "/usr/bin/nc" becomes "nc\0bin\0usr\0". */
static inline void event_path(union made_event *made, const char *path)
{
	char names[SOT_PATH_MAX + SOT_COMPONENT_MAX];
	size_t len = 0, end = strlen(path), start;

	for (; end; end = start ? start - 1 : 0) {
		for (start = end; start && path[start - 1] != '/';)
			start--;
		if (start == end)
			continue;
		memcpy(names + len, path + start, end - start);
		len += end - start;
		names[len++] = '\0';
	}
	event_append(made, &made->ev.path, names, len);
}

static inline void event_value(union made_event *made, const void *bytes, size_t len)
{
	made->ev.have |= SOT_HAVE_VALUE;
	event_append(made, &made->ev.value, bytes, len);
}

static inline void event_task(struct sot_event *ev)
{
	ev->host_pid = 4242;
	ev->host_tid = 4243;
	ev->host_ppid = 4000;
	ev->pid = 42;
	ev->tid = 43;
	ev->ppid = 1;
	ev->uid = ev->euid = ev->suid = ev->fsuid = ev->real_uid = 1000;
	ev->gid = ev->egid = ev->sgid = ev->fsgid = 100;
	ev->login_uid = 1000;
	ev->mnt_ns = 4026531841u;
	ev->pid_ns = 4026531836u;
	ev->net_ns = ev->sock_net_ns = 4026531840u;
	ev->user_ns = ev->sock_user_ns = INITIAL_USER_NS;
	ev->cgroup_id = 4321;
	ev->thread_start = 98765432100ULL;
	ev->leader_start = 98700000000ULL;
	ev->parent_start = 12345678900ULL;
	ev->exe_inode = 5678;
	ev->exe_dev = 8 << 20 | 1;
	memcpy(ev->comm, "nc", sizeof("nc"));
	memcpy(ev->parent_comm, "bash", sizeof("bash"));
}

static inline void event_socket(struct sot_event *ev, enum made_socket which)
{
	/* family, type, protocol, state: linux/socket.h, net.h, in.h, tcp_states.h */
	static const uint16_t sockets[][4] = {
		[TCP4] = { 2, 1, 6, 1 },	[TCP6] = { 10, 1, 6, 10 },
		[MPTCP4] = { 2, 1, 262, 1 },	[UDP4] = { 2, 2, 17, 7 },
		[UNIX_STREAM] = { 1, 1, 0, 7 }, [RAW4] = { 2, 3, 1, 7 },
		[NETLINK] = { 16, 3, 9, 0 },	[PACKET_RAW] = { 17, 3, 768, 7 },
	};

	if (which == NO_SOCKET || which == BAD_FD) {
		ev->have &= ~(uint64_t)(HAVE_SOCK | SOT_HAVE_ADDRESS);
		ev->have |= which == NO_SOCKET ? SOT_HAVE_FD : 0;
		return;
	}
	ev->is_socket = 1;
	ev->family = sockets[which][0];
	ev->type = sockets[which][1];
	ev->protocol = sockets[which][2];
	ev->state = sockets[which][3];
	ev->inode = 123;
	ev->cookie = 7;
	if (ev->family != 2 && ev->family != 10) {
		ev->have &= ~(uint64_t)SOT_HAVE_ADDRESS;
		return;
	}
	memcpy(ev->local_addr, (const uint8_t[]){ 127, 0, 0, 1 }, 4);
	ev->local_port = 80;
}

static inline void event_state(struct sot_event *ev, const struct made_state *state)
{
	ev->have |= SOT_HAVE_EFFECTIVE;
	ev->effect = state->effect + 1;
	ev->effective_len = state->is_nothing ? 0 : state->name ? SOT_NAME_MAX : 8;
	memcpy(ev->effective, state->num, sizeof(ev->effective));
	if (state->name)
		memcpy(ev->effective, state->name, strlen(state->name));
}

static inline void event_filter(union made_event *made, const struct made_filter *filter)
{
	made->ev.have |= SOT_HAVE_FILTER;
	made->ev.filter_ret = filter->ret;
	made->ev.given_level = filter->level;
	made->ev.given_optname = filter->optname;
	made->ev.given_optlen = filter->optlen;
	if (filter->bytes)
		event_append(made, &made->ev.given, filter->bytes, filter->bytes_len);
}

static inline void event_make(union made_event *made, const struct call *call)
{
	struct sot_event *ev = &made->ev;

	memset(made, 0, sizeof(*made));
	ev->version = SOT_EVENT_VERSION;
	ev->head = sizeof(*ev);
	ev->size = sizeof(*ev);
	ev->have = HAVE_ALL;
	ev->cpu = 1;
	ev->time = 123456789012ULL;
	ev->duration_ns = 1834;
	ev->optval = call->null ? 0 : call->optval ? call->optval : USER_OPTVAL;
	ev->sockfd = 5;
	ev->level = call->level;
	ev->optname = call->optname;
	ev->optlen = call->has_optlen ? call->optlen : (int)call->value_len;
	ev->ret = call->ret;
	ev->abi = call->abi ? call->abi : SOT_ABI_X86_64;
	if (ev->abi == SOT_ABI_ARM64 || ev->abi == SOT_ABI_ARM)
		ev->have |= SOT_ON_ARM64;
	ev->attach = SOT_ATTACH_KPROBE;
	event_task(ev);
	event_socket(ev, call->socket);
	if (call->value)
		event_value(made, call->value, call->value_len);
	event_path(made, "/usr/bin/nc");
	event_append(made, &ev->nodename, "vm", sizeof("vm"));
	if (call->state)
		event_state(ev, call->state);
	if (call->later)
		event_append(made, &ev->later, call->later, call->value_len);
	if (call->filter)
		event_filter(made, call->filter);
	ev->have = (ev->have | call->set) & ~call->clear;
}

/* ---- the same in parts ---- */

static const size_t made_of_call[] = {
	offsetof(struct sot_event, value),  offsetof(struct sot_event, later),
	offsetof(struct sot_event, given),  offsetof(struct sot_event, cbpf),
	offsetof(struct sot_event, checks),
};

static const size_t made_of_thread[] = {
	offsetof(struct sot_event, path),
	offsetof(struct sot_event, nodename),
};

static inline struct sot_section *event_section(const void *event, size_t at)
{
	return (struct sot_section *)((char *)event + at);
}

static inline void event_sections(union made_event *to, const union made_event *from,
				  const size_t *at, size_t count)
{
	const struct sot_section *section;

	for (; count--; at++) {
		section = event_section(from, *at);
		if (!section->off)
			continue;
		if (*at == offsetof(struct sot_event, checks))
			to->ev.size += -to->ev.size % _Alignof(struct sot_check);
		event_append(to, event_section(to, *at), from->bytes + section->off, section->len);
	}
}

static inline void event_facts(union made_event *facts, const union made_event *event,
			       uint32_t thread)
{
	memset(facts, 0xa5, sizeof(*facts));
	memcpy(facts->bytes + SOT_CALL_HEAD, event->bytes + SOT_CALL_HEAD,
	       sizeof(struct sot_event) - SOT_CALL_HEAD);
	facts->ev.version = SOT_EVENT_VERSION;
	facts->ev.head = sizeof(struct sot_event);
	facts->ev.size = sizeof(struct sot_event);
	facts->ev.have = SOT_FACTS_ONLY;
	facts->ev.thread = thread;
	event_sections(facts, event, made_of_thread, 2);
	facts->ev.size += -facts->ev.size % 8;
}

static inline void event_call(union made_event *call, const union made_event *event,
			      uint32_t thread)
{
	memset(call, 0xa5, sizeof(*call));
	memcpy(call, event, SOT_CALL_HEAD);
	call->ev.head = SOT_CALL_HEAD;
	call->ev.size = SOT_CALL_HEAD;
	call->ev.thread = thread;
	event_sections(call, event, made_of_call, 5);
}

#endif

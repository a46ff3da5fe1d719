/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Calls counted in the kernel: by process, option and result, with how long they took. For -c the
 * way of a call is this alone: its start is kept by thread, its return is looked up and added.
 */
#ifndef SOT_TALLY_BPF_H
#define SOT_TALLY_BPF_H

#include "capture.bpf.h"

/* By the thread's tid, or a BPF program's call by its place on the stack. Sized by the loader. */
SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, struct sot_timed);
} timing SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct sot_tally_key);
	__type(value, struct sot_tally);
} tallies SEC(".maps");

SHARED struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct sot_tally_key);
	__type(value, struct sot_tally);
} other_tallies SEC(".maps");

/* What a new element of any of them holds: too large for the stack. */
static const __u8 zeros[sizeof(struct sot_tally)];

/* Of a byte: the number of its highest bit; of 0: 0. */
static const __u8 log2_of_byte[256] = {
	[2 ... 3] = 1,	 [4 ... 7] = 2,	   [8 ... 15] = 3,    [16 ... 31] = 4,
	[32 ... 63] = 5, [64 ... 127] = 6, [128 ... 255] = 7,
};

/* Of 0 and 1: 0. Of more than 32 bits: 31. */
static __always_inline __u64 log2_of(__u64 num)
{
	__u64 log = 0;

	if (num >> 32)
		return 31;
	if (num >> 16) {
		num >>= 16;
		log = 16;
	}
	if (num >> 8) {
		num >>= 8;
		log += 8;
	}
	KNOWN_BELOW(num, 256);
	return log + log2_of_byte[num];
}

static __always_inline struct sot_tally *new_tally(void *map, const struct sot_tally_key *key)
{
	struct sot_tally *tally;

	bpf_map_update_elem(map, key, zeros, BPF_NOEXIST);
	tally = bpf_map_lookup_elem(map, key); /* another CPU's, where it was quicker */
	if (!tally || tally->first)
		return tally;
	read_comm(tally->comm, (struct task_struct *)bpf_get_current_task());
	tally->first = bpf_ktime_get_ns();
	return tally;
}

/*
 * Where there is no room for the process: without it. NULL: nor is there for that. Of calls with events
 * the guarded ones alone come here, and with less to tell them apart by, which no process has in its
 * hands: so there is room for them, however many processes, options and sockets a flood has.
 */
static __always_inline struct sot_tally *other_tally(const struct sot_tally_key *key)
{
	struct sot_tally_key others = *key;
	struct sot_tally *tally;

	others.start = 0;
	others.host_pid = 0;
	if (count_events) {
		others.family = others.protocol = 0;
		others.has_kind = others.share = 0;
	}
	tally = bpf_map_lookup_elem(&other_tallies, &others);
	return tally ?: new_tally(&other_tallies, &others);
}

static __always_inline void add_tally(const struct sot_tally_key *key, __u64 ns, bool is_kept)
{
	struct sot_tally *tally = bpf_map_lookup_elem(&tallies, key);
	__u64 bucket;

	if (!tally)
		tally = new_tally(&tallies, key);
	if (!tally && is_kept)
		tally = other_tally(key);
	if (!tally)
		return; /* in the number of all calls it is */
	/* atomic: other CPUs may have this share, and other programs of ours this CPU */
	if (ns) /* of 0 clang would make an atomic "or", which 5.10 does not know */
		__sync_fetch_and_add(&tally->ns, ns);
	bucket = log2_of(ns);
	KNOWN_AT_MOST(bucket, SOT_TALLY_BUCKETS - 1);
	__sync_fetch_and_add(&tally->calls[bucket], 1);
}

static __always_inline void set_share(struct sot_tally_key *key)
{
	key->share = bpf_get_smp_processor_id() % SOT_TALLY_SHARES;
}

/* Seldom: no part of the programs' straight way. */
static __noinline int add_unreturned(struct sot_tally_key *key)
{
	key->ret = 0;
	key->no_return = 1;
	set_share(key);
	add_tally(key, 0, true);
	key->no_return = 0;
	return 0;
}

static __always_inline bool is_shared(__s32 level)
{
	return (__u32)level < 64 && (shared_levels >> (__u32)level & 1);
}

static __always_inline void set_kind(struct sot_tally_key *key, struct sock *sk)
{
	if (BPF_CORE_READ_INTO(&key->family, sk, __sk_common.skc_family) ||
	    BPF_CORE_READ_INTO(&key->protocol, sk, sk_protocol)) {
		key->family = key->protocol = 0;
		return;
	}
	key->has_kind = 1;
}

/* The current task's process. Where the verifier lets us follow its pointers, no helper is called. */
static __always_inline void set_current_process(struct sot_tally_key *key)
{
	struct task_struct *task;

	key->host_pid = bpf_get_current_pid_tgid() >> 32;
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf)) {
		task = bpf_get_current_task_btf();
		key->start = task->group_leader->start_boottime;
	} else {
		task = (struct task_struct *)bpf_get_current_task();
		key->start = BPF_CORE_READ(task, group_leader, start_boottime);
	}
}

/* Seldom, as add_unreturned(). */
static __noinline int add_event(const struct sot_event *ev, const struct sot_event *facts)
{
	struct sot_tally_key key = {
		.start = facts->leader_start,
		.host_pid = facts->host_pid,
		.level = ev->level,
		.optname = ev->optname,
	};

	if (is_shared(ev->level) && (ev->have & SOT_HAVE_SOCKET)) {
		key.has_kind = 1;
		key.family = ev->family;
		key.protocol = ev->protocol;
	}
	set_share(&key);
	key.no_return = !(ev->have & SOT_HAVE_RET);
	key.ret = ev->ret; /* 0 without a return */
	add_tally(&key, ev->duration_ns, ev->guarded);
	return 0;
}

/* The call of an event, which may have been told to the loader or not. */
static __always_inline void tally_event(const struct sot_event *ev, const struct sot_event *facts)
{
	if (count_events)
		add_event(ev, facts);
}

#endif

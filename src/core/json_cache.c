/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "json_cache.h"

#include <string.h>

/* What a part depends on, and nothing that differs from call to call. */
#define TASK_BITS (SOT_OF_THREAD | SOT_HAVE_ABI)
#define SOCKET_BITS                                                                         \
	(SOT_HAVE_SOCKET | SOT_HAVE_SOCK_NET_NS | SOT_HAVE_SOCK_USER_NS | SOT_HAVE_NET_NS | \
	 SOT_HAVE_COOKIE | SOT_HAVE_ADDRESS)

#define IS_SAME(_a, _b, _first, _end)         \
	!memcmp(&(_a)->_first, &(_b)->_first, \
		offsetof(struct sot_event, _end) - offsetof(struct sot_event, _first))

static bool same_section(const struct sot_event *a, const struct sot_section *of_a,
			 const struct sot_event *b, const struct sot_section *of_b)
{
	return of_a->len == of_b->len &&
	       !memcmp((const char *)a + of_a->off, (const char *)b + of_b->off, of_a->len);
}

static bool same_container(const struct sot_json_slot *slot, const struct sot_record *rec)
{
	return slot->container == rec->container &&
	       (rec->container != SOT_CONTAINER_KNOWN ||
		sot_same_facts(&slot->facts, rec->container_facts));
}

static bool same_task(const struct sot_event *a, const struct sot_event *b)
{
	return IS_SAME(a, b, host_pid, path) && !((a->have ^ b->have) & TASK_BITS) &&
	       a->abi == b->abi && a->uring_compat == b->uring_compat &&
	       same_section(a, &a->path, b, &b->path) &&
	       same_section(a, &a->nodename, b, &b->nodename);
}

static bool same_socket(const struct sot_event *a, const struct sot_event *b)
{
	return IS_SAME(a, b, local_port, host_pid) && a->net_ns == b->net_ns &&
	       !((a->have ^ b->have) & SOCKET_BITS);
}

/*
 * But for when it was made, on which CPU, of what task and socket. Which namespace the socket is of is
 * looked at: it decides whether the task was privileged.
 */
static bool same_call(const struct sot_event *a, const struct sot_event *b)
{
	return a->size == b->size && a->have == b->have && IS_SAME(a, b, optval, local_port) &&
	       IS_SAME(a, b, sock_net_ns, state) && IS_SAME(a, b, path, tail) &&
	       !memcmp(a->tail, b->tail, b->size - sizeof(*b));
}

static struct sot_json_slot *refill(struct sot_json_cache *cache, struct sot_json_slot *slot,
				    const struct sot_record *rec)
{
	if (rec->ev->size > sizeof(slot->event))
		return NULL;
	memcpy(slot->event, rec->ev, rec->ev->size);
	slot->stamp = ++cache->stamps;
	slot->container = rec->container;
	if (rec->container == SOT_CONTAINER_KNOWN)
		slot->facts = *rec->container_facts;
	slot->text_len = 0;
	memset(slot->part, 0, sizeof(slot->part));
	return slot;
}

static struct sot_json_slot *find_task(struct sot_json_cache *cache, const struct sot_record *rec)
{
	struct sot_json_slot *slot = &cache->task[rec->ev->host_tid % SOT_JSON_CACHE_SLOTS];

	if (slot->stamp && same_task((const void *)slot->event, rec->ev) &&
	    same_container(slot, rec))
		return slot;
	return refill(cache, slot, rec);
}

static struct sot_json_slot *find_socket(struct sot_json_cache *cache, const struct sot_record *rec)
{
	struct sot_json_slot *slot = &cache->socket[rec->ev->inode % SOT_JSON_CACHE_SLOTS];

	if (slot->stamp && same_socket((const void *)slot->event, rec->ev))
		return slot;
	return refill(cache, slot, rec);
}

/* By what differs between the calls of a thread, and between threads. */
static size_t call_index(const struct sot_event *ev)
{
	uint32_t hash = (uint32_t)ev->level ^ (uint32_t)ev->optname << 8 ^ ev->host_tid << 16 ^
			(uint32_t)(ev->optval >> 2) ^ (uint32_t)ev->ret;

	return (hash * 0x9e3779b1u >> 16) % (2 * SOT_JSON_CACHE_SLOTS);
}

static struct sot_json_slot *find_call(struct sot_json_cache *cache, const struct sot_record *rec,
				       const struct sot_json_slot *task)
{
	struct sot_json_slot *slot = &cache->call[call_index(rec->ev)];

	if (!task)
		return NULL;
	if (slot->stamp && slot->task == task->stamp &&
	    same_call((const void *)slot->event, rec->ev))
		return slot;
	slot->task = task->stamp;
	return refill(cache, slot, rec);
}

void sot_json_find(struct sot_json_cache *cache, const struct sot_record *rec)
{
	struct sot_json_kept *found = &cache->found;

	found->task = find_task(cache, rec);
	found->socket = find_socket(cache, rec);
	found->call = find_call(cache, rec, found->task);
	cache->is_found = true;
}

static bool has_parts(const struct sot_json_slot *slot, size_t count)
{
	while (slot && count && slot->part[count - 1].len)
		count--;
	return slot && !count;
}

bool sot_json_is_whole(const struct sot_json_kept *kept)
{
	return has_parts(kept->task, SOT_JSON_PARTS) &&
	       has_parts(kept->socket, SOT_JSON_SOCKET_PARTS) &&
	       has_parts(kept->call, SOT_JSON_CALL_PARTS);
}

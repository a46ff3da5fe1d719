/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "json_cache.h"

#include <string.h>

/* What a part depends on, and nothing that differs from call to call. */
#define TASK_BITS                                                                                \
	(SOT_HAVE_PARENT | SOT_HAVE_NS_PIDS | SOT_HAVE_NS_PPID | SOT_HAVE_CRED | SOT_HAVE_CAPS | \
	 SOT_HAVE_USER_NS | SOT_HAVE_LOGIN_UID | SOT_HAVE_NO_NEW_PRIVS | SOT_HAVE_MNT_NS |       \
	 SOT_HAVE_CGROUP | SOT_HAVE_START | SOT_HAVE_LEADER_START | SOT_HAVE_PARENT_START |      \
	 SOT_HAVE_COMM | SOT_HAVE_ABI | SOT_PATH_CUT | SOT_PATH_DELETED | SOT_ON_ARM64 |         \
	 SOT_HAVE_SECCOMP | SOT_HAVE_REAL_CRED | SOT_HAVE_ANCESTOR | SOT_HAVE_EXE |              \
	 SOT_HAVE_PARENT_COMM)
#define SOCKET_BITS                                                                         \
	(SOT_HAVE_SOCKET | SOT_HAVE_SOCK_NET_NS | SOT_HAVE_SOCK_USER_NS | SOT_HAVE_NET_NS | \
	 SOT_HAVE_COOKIE | SOT_HAVE_ADDRESS)

struct key {
	size_t len;
	uint8_t bytes[SOT_JSON_KEY_MAX];
};

static void add(struct key *key, const void *bytes, size_t len)
{
	memcpy(key->bytes + key->len, bytes, len);
	key->len += len;
}

/* The members from _first up to before _end. */
#define ADD_RANGE(_key, _ev, _first, _end) \
	add(_key, &(_ev)->_first,          \
	    offsetof(struct sot_event, _end) - offsetof(struct sot_event, _first))

static void add_section(struct key *key, const struct sot_event *ev,
			const struct sot_section *section)
{
	add(key, &section->len, sizeof(section->len));
	add(key, (const uint8_t *)ev + section->off, section->len);
}

static struct sot_json_slot *take(struct sot_json_slot *slot, const struct key *key)
{
	if (slot->key_len == key->len && !memcmp(slot->key, key->bytes, key->len))
		return slot;
	memcpy(slot->key, key->bytes, key->len);
	slot->key_len = (uint16_t)key->len;
	slot->text_len = 0;
	memset(slot->part, 0, sizeof(slot->part));
	return slot;
}

struct sot_json_slot *sot_json_task(struct sot_json_cache *cache, const struct sot_record *rec)
{
	const struct sot_event *ev = rec->ev;
	const uint64_t have = ev->have & TASK_BITS;
	const uint8_t more[] = { ev->abi, ev->uring_compat, ev->no_new_privs, rec->container };
	struct key key;

	if (ev->nodename.len > SOT_NODENAME_MAX) /* sot_decode bounds the path */
		return NULL;
	key.len = 0;
	add(&key, &have, sizeof(have));
	add(&key, more, sizeof(more));
	ADD_RANGE(&key, ev, host_pid, effective);
	ADD_RANGE(&key, ev, comm, prog_name);
	add_section(&key, ev, &ev->path);
	add_section(&key, ev, &ev->nodename);
	if (rec->container == SOT_CONTAINER_KNOWN)
		add(&key, rec->container_facts, sizeof(*rec->container_facts));
	return take(&cache->task[ev->host_tid % SOT_JSON_CACHE_SLOTS], &key);
}

struct sot_json_slot *sot_json_socket(struct sot_json_cache *cache, const struct sot_record *rec)
{
	const struct sot_event *ev = rec->ev;
	const uint64_t have = ev->have & SOCKET_BITS;
	struct key key;

	key.len = 0;
	add(&key, &have, sizeof(have));
	add(&key, &ev->net_ns, sizeof(ev->net_ns));
	ADD_RANGE(&key, ev, sock_net_ns, exe_dev);
	ADD_RANGE(&key, ev, inode, value);
	ADD_RANGE(&key, ev, local_addr, comm);
	return take(&cache->socket[ev->inode % SOT_JSON_CACHE_SLOTS], &key);
}
